"""Limits on what docgen reads, and unpacking that respects them.

Models are often downloaded, so they are not trusted. Each limit is far above anything in sixteen botocore releases from
1.0.0 to 1.44.5, and low enough that the worst file costs a second and some memory, not the machine.
"""

from __future__ import annotations

import zlib

from docgen.errors import SourceError
from docgen.files import CHUNK_BYTES

MAX_JSON_BYTES = 64 << 20
"""The largest uncompressed JSON file. The largest model so far, that of ec2, has 3 MB."""

MAX_UNPACK_RATIO = 200
"""The most uncompressed bytes per compressed byte. Real members reach 25 (deflate); a bomb of zeros reaches 1,030."""

RATIO_EXEMPT_BYTES = 1 << 20
"""The size up to which the ratio is not checked: a small file may consist of spaces."""

MAX_ARCHIVE_MEMBERS = 50_000
"""The most members of one archive. The largest wheel so far has 2,039."""

MAX_ARCHIVE_BYTES = 512 << 20
"""The largest uncompressed archive. The largest so far has 73 MB."""

MAX_SINGLE_READ = 8 << 20
"""The most bytes of an archive's own metadata (a ZIP directory, a tar's extended header).

Real ones have up to 0.3 MB.
"""

MAX_SPEC_LENGTH = 4096
"""The most characters of a source as the user types it. Python refuses to parse numbers of more than 4,300 digits."""

GZIP_MAGIC = b"\x1f\x8b"


def check_spec_length(spec: str) -> None:
    """Raise `SourceError` if a source is too long to be real. The time for parsing grows with each @ in it."""
    if len(spec) > MAX_SPEC_LENGTH:
        raise SourceError(f"{spec[:40]}…: {len(spec):,} characters are too many for a source")


def check_json_size(size: int, packed_size: int, location: str) -> None:
    """Raise `SourceError` if a JSON file is too large, or expands too far.

    Args:
        size: Its uncompressed size in bytes, as far as known.
        packed_size: Its stored size in bytes.
        location: Its location, for the message.
    """
    if size > MAX_JSON_BYTES:
        raise SourceError(f"{location}: larger than {MAX_JSON_BYTES >> 20} MiB")
    if size > RATIO_EXEMPT_BYTES and size > packed_size * MAX_UNPACK_RATIO:
        raise SourceError(f"{location}: expands more than {MAX_UNPACK_RATIO} times (a decompression bomb?)")


def unpack_json(data: bytes, location: str) -> bytes:
    """Return JSON bytes from `data`, which may be compressed with gzip. The content decides, not the file name.

    Raises `SourceError`, which names `location`, if the gzip data is damaged, ends early, is followed by other data, or
    expands too far.
    """
    if not data.startswith(GZIP_MAGIC):
        check_json_size(len(data), len(data), location)
        return data
    decompressor = zlib.decompressobj(wbits=31)
    chunks: list[bytes] = []
    size = 0
    rest = data
    while not decompressor.eof:
        try:
            chunk = decompressor.decompress(rest, CHUNK_BYTES)
        except zlib.error as error:
            raise SourceError(f"{location}: damaged gzip data: {error}") from None
        if not chunk and not decompressor.eof:
            raise SourceError(f"{location}: the gzip data ends early (get the file again)")
        size += len(chunk)
        check_json_size(size, len(data), location)
        chunks.append(chunk)
        rest = decompressor.unconsumed_tail
    if decompressor.unused_data:
        raise SourceError(f"{location}: {len(decompressor.unused_data)} more bytes after the end of the gzip data")
    return b"".join(chunks)
