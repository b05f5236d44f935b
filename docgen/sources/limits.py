"""Limits on what docgen reads, and unpacking that respects them.

Models are often downloaded, so they are not trusted. Each limit is far above anything in sixteen botocore releases from
1.0.0 to 1.44.5, and low enough that the worst file costs a second and some memory, not the machine.
"""

from __future__ import annotations

import zlib

from docgen.errors import SourceError
from docgen.files import CHUNK_BYTES

MAX_JSON_BYTES = 64 << 20
"""Size of one unpacked JSON file. The largest model so far, that of ec2, has 3 MB."""

MAX_UNPACK_RATIO = 200
"""Unpacked bytes per packed byte. Real members reach 25 (deflate); a bomb of zeros reaches 1,030."""

RATIO_EXEMPT_BYTES = 1 << 20
"""Size up to which the ratio is not checked: a small file may well be nothing but spaces."""

MAX_ARCHIVE_MEMBERS = 50_000
"""Members of one archive. The largest wheel so far has 2,039."""

MAX_ARCHIVE_BYTES = 512 << 20
"""Size of one unpacked archive. The largest so far has 73 MB."""

MAX_SINGLE_READ = 8 << 20
"""Size of an archive's own bookkeeping (a ZIP directory, a tar's extended header). Real ones take up to 0.3 MB."""

MAX_SPEC_LENGTH = 4096
"""Characters of a source as the user types it. Python refuses to parse numbers of more than 4,300 digits."""

GZIP_MAGIC = b"\x1f\x8b"


def check_spec_length(spec: str) -> None:
    """Raise `SourceError` if a source is too long to be real. Parsing takes time for each @ in it."""
    if len(spec) > MAX_SPEC_LENGTH:
        raise SourceError(f"{spec[:40]}…: {len(spec):,} characters are too many for a source")


def check_json_size(size: int, packed_size: int, location: str) -> None:
    """Raise `SourceError` if a JSON file is too large, or expands too far.

    Args:
        size: Its size in bytes when unpacked, as far as known.
        packed_size: Its size in bytes as stored.
        location: Where it is, for the message.
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
