"""How much a file may hold, and reading that stops there.

A model comes from a download as often as from a disk one owns. Each limit is far above anything in sixteen botocore
releases from 1.0.0 to 1.44.5, and low enough that the worst file costs a second and some memory, not the machine.
"""

from __future__ import annotations

import os
import stat
import zlib
from typing import BinaryIO

from docgen.errors import SourceError

MAX_JSON_BYTES = 64 << 20
"""One JSON file, unpacked. The largest model so far, ec2's, has 3 MB."""

MAX_UNPACK_RATIO = 200
"""Unpacked bytes per packed byte. Real members reach 25 (deflate); a bomb of zeros reaches 1,030."""

RATIO_EXEMPT_BYTES = 1 << 20
"""Below this size the ratio is not looked at: a small file may well be nothing but spaces."""

MAX_ARCHIVE_MEMBERS = 50_000
"""Members of one archive. The largest wheel so far has 2,039."""

MAX_ARCHIVE_BYTES = 512 << 20
"""One archive, unpacked. The largest so far has 73 MB."""

MAX_SINGLE_READ = 8 << 20
"""What an archive's own bookkeeping (a ZIP directory, a tar's extended header) may take. Real ones: 0.3 MB."""

MAX_SPEC_LENGTH = 4096
"""Characters of what a user types to name a source. Python makes no number of more than 4,300 digits."""

CHUNK_BYTES = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"


def check_spec_length(spec: str) -> None:
    """Raise `SourceError` if a name of a source is longer than any is; what takes it apart tries every @ in it."""
    if len(spec) > MAX_SPEC_LENGTH:
        raise SourceError(f"{spec[:40]}…: {len(spec):,} characters, which no source has")


def check_json_size(size: int, packed_size: int, location: str) -> None:
    """Raise `SourceError` if `packed` bytes claim to become `size` bytes and that is too much for one JSON file."""
    if size > MAX_JSON_BYTES:
        raise SourceError(f"{location}: larger than {MAX_JSON_BYTES >> 20} MiB, which no service model is")
    if size > RATIO_EXEMPT_BYTES and size > packed_size * MAX_UNPACK_RATIO:
        raise SourceError(f"{location}: expands more than {MAX_UNPACK_RATIO} times: a decompression bomb?")


def unpack_json(data: bytes, location: str) -> bytes:
    """JSON bytes from `data`, which may be compressed with gzip: the content says so, whatever the name says.

    Raises `SourceError` naming `place` where the stream is damaged, ends early, is followed by something else
    or expands too far.
    """
    if not data.startswith(GZIP_MAGIC):
        check_json_size(len(data), len(data), location)
        return data
    reader = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    size = 0
    rest = data
    while not reader.eof:
        try:
            part = reader.decompress(rest, CHUNK_BYTES)
        except zlib.error as error:
            raise SourceError(f"{location}: damaged gzip data: {error}") from None
        if not part and not reader.eof:
            raise SourceError(f"{location}: the gzip data ends early (get the file again)")
        size += len(part)
        check_json_size(size, len(data), location)
        parts.append(part)
        rest = reader.unconsumed_tail
    if reader.unused_data:
        raise SourceError(f"{location}: {len(reader.unused_data)} more bytes after the end of the gzip data")
    return b"".join(parts)


def read_bounded(stream: BinaryIO, location: str) -> bytes:
    """Everything in `stream`, up to what one JSON file may hold; raises `SourceError` where there is more."""
    parts: list[bytes] = []
    size = 0
    while part := stream.read(CHUNK_BYTES):
        size += len(part)
        check_json_size(size, size, location)
        parts.append(part)
    return b"".join(parts)


def open_regular(path: str | os.PathLike[str], location: str) -> BinaryIO:
    """Open a regular file, or a link to one. Raises `SourceError` for anything else, or where it cannot be read.

    A pipe or a device in a folder would make a plain `open` wait for ever, so the kind is asked of what was opened.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise SourceError(f"{location}: {error_reason(error)}") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise SourceError(f"{location}: not a regular file")
    return os.fdopen(handle, "rb")


def error_reason(error: BaseException) -> str:
    """What went wrong in the words of the system, without the path, which the message already has."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
