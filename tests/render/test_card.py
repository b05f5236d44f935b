"""The image of link previews: a decoder reads exactly what was drawn."""

from __future__ import annotations

import hashlib
import random
import struct
import zlib

import pytest

from docgen.render.branding import Branding
from docgen.render.pictures.card import HEIGHT, WIDTH, card_png
from docgen.render.png import indexed_png

PALETTE = [(number, 255 - number, 7) for number in range(256)]


def decoded(png: bytes) -> tuple[list[bytes], bytes]:
    """Return the rows and the palette of a PNG, decoded with the standard library."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        data = png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + data)
        chunks[name], at = data, at + 12 + length
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    stream = zlib.decompress(chunks[b"IDAT"])
    rows, above = [], bytes(width)
    for start in range(0, len(stream), width + 1):
        assert stream[start] == 2
        above = bytes((a + b) % 256 for a, b in zip(stream[start + 1 : start + 1 + width], above, strict=True))
        rows.append(above)
    assert len(rows) == height
    return rows, chunks[b"PLTE"]


@pytest.mark.parametrize("width", [1, 2, 3, 4, 257, 258, 259, 262, 700])
def test_a_decoder_reads_what_was_drawn(width: int) -> None:
    noise = random.Random(width)  # noqa: S311 - noise for a picture
    rows = [bytes([noise.choice([0, 255]) if noise.random() < 0.4 else noise.randrange(256)] * width) for _ in range(9)]
    rows += [noise.randbytes(width), bytes(width), bytes(width)]
    assert decoded(indexed_png(rows, PALETTE)) == (rows, bytes(channel for colour in PALETTE for channel in colour))


def test_the_picture_of_a_site_shows_its_newest_releases_in_its_accent_colour() -> None:
    png = card_png(["docs"] * 200 + ["safe", "", "breaking"], Branding(accent="#12ab34"))
    rows, palette = decoded(png)
    assert (len(rows[0]), len(rows)) == (WIDTH, HEIGHT)
    assert tuple(palette[3 * rows[0][0] :][:3]) == (0x12, 0xAB, 0x34)
    assert [rows[row][1080] for row in (380, 450, 520)] == [5, 6, 3], "the last column, from above"
    assert len(png) < 10_000
    assert hashlib.sha256(card_png([], Branding())).hexdigest()[:16] == "fd0268a27c11a0af"
