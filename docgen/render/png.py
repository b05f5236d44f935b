"""Writes a picture of a few flat colours as PNG, with the same bytes everywhere.

The compression of the standard library depends on the zlib that Python was built with. Rows of such pictures repeat, so
runs of one byte, in the fixed code of DEFLATE (RFC 1951, 3.2.6), are compression enough: 600 rows take a few kilobytes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence

_MAX_RUN = 258
_SUBTRACT_ROW_ABOVE = 2
"""The filter of PNG that stores the difference to the row above."""


def indexed_png(rows: Sequence[bytes], palette: Sequence[tuple[int, int, int]]) -> bytes:
    """Return a PNG (ISO 15948) with a byte for each pixel, its index in the palette.

    Args:
        rows: Rows of pixels, all of the same length.
        palette: Red, green and blue of at most 256 colours.
    """
    width, above, filtered = len(rows[0]), bytes(len(rows[0])), bytearray()
    for row in rows:
        filtered.append(_SUBTRACT_ROW_ABOVE)
        filtered += bytes(width) if row == above else bytes((a - b) % 256 for a, b in zip(row, above, strict=True))
        above = row
    stream = b"\x78\x01" + _deflate_runs(filtered) + struct.pack(">I", zlib.adler32(filtered))
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 3, 0, 0, 0)
    colours = bytes(channel for colour in palette for channel in colour)
    chunks = ((b"IHDR", header), (b"PLTE", colours), (b"IDAT", stream), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(name, data) for name, data in chunks)


def _png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _deflate_runs(data: bytes | bytearray) -> bytes:
    """Return data as one DEFLATE block with the fixed code, in which runs refer to the byte before them."""
    bits = [*"110"]  # the last block, of the fixed code
    at = 0
    while at < len(data):
        bits += _symbol_bits(data[at])
        end = at + 1
        while end < len(data) and data[end] == data[at]:
            end += 1
        run, at = end - at - 1, end
        while run >= _MIN_RUN:
            length = min(run, _MAX_RUN)
            bits += _run_bits(length)
            run -= length
        at -= run
    bits += _symbol_bits(_END)
    bits += "0" * (-len(bits) % 8)
    text = "".join(bits)
    return bytes(int(text[start : start + 8][::-1], 2) for start in range(0, len(text), 8))


_MIN_RUN, _END = 3, 256
_FIRST_OF_LENGTHS = 257


def _symbol_bits(number: int) -> str:
    """Return a literal or a code of a length as bits, the most significant first."""
    if number < 144:
        return f"{number + 0x30:08b}"
    if number < 256:
        return f"{number - 144 + 0x190:09b}"
    return f"{number - 256:07b}" if number < 280 else f"{number - 280 + 0xC0:08b}"


def _run_bits(length: int) -> Iterator[str]:
    """Yield the bits of a run: its length, and the distance 1. Extra bits begin with the least significant."""
    index = max(number for number, (start, _) in enumerate(_LENGTHS) if start <= length)
    start, extra = _LENGTHS[index]
    yield from _symbol_bits(_FIRST_OF_LENGTHS + index)
    yield from f"{length - start:0{extra}b}"[::-1] if extra else ""
    yield from "00000"


_LENGTHS = (
    *((number, 0) for number in range(3, 11)),
    *((11 + 2 * number, 1) for number in range(4)),
    *((19 + 4 * number, 2) for number in range(4)),
    *((35 + 8 * number, 3) for number in range(4)),
    *((67 + 16 * number, 4) for number in range(4)),
    *((131 + 32 * number, 5) for number in range(4)),
    (258, 0),
)
"""First length and extra bits of each code."""
