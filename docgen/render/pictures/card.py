"""The picture that other sites show with a link (`og:image`): the newest days with releases, as large squares."""

from __future__ import annotations

from collections.abc import Iterable

from docgen.render.branding import DEFAULT_ACCENT, Branding
from docgen.render.pictures import SEVERITY_CLASSES
from docgen.render.png import indexed_png

WIDTH, HEIGHT = 1200, 630
"""The size that the Open Graph protocol and its readers ask for."""

_COLUMNS, _ROWS, _STEP, _SQUARE = 13, 7, 72, 60
_LEFT, _TOP, _BAND = 186, 63, 96
_GROUND, _ACCENT, _EMPTY = 0, 1, 2
_SEVERITY_COLOURS = {"p-del": 3, "p-chg": 4, "p-add": 5, "p-mut": 6}
_PALETTE = (
    *((15, 19, 24), (0, 0, 0), (34, 42, 51)),
    *((226, 72, 92), (224, 164, 52), (57, 168, 92), (104, 116, 130)),
)


def card_png(severities: Iterable[str], branding: Branding) -> bytes:
    """Return the picture of a site as PNG.

    Args:
        severities: The worst severity of each release, or empty, oldest first; as many as fit are shown.
        branding: Its accent colour is that of the band at the left.
    """
    accent = branding.accent or DEFAULT_ACCENT
    palette = list(_PALETTE)
    palette[_ACCENT] = int(accent[1:3], 16), int(accent[3:5], 16), int(accent[5:7], 16)
    shown = [_SEVERITY_COLOURS[SEVERITY_CLASSES[word]] for word in severities][-_COLUMNS * _ROWS :]
    squares = [_EMPTY] * (_COLUMNS * _ROWS - len(shown)) + shown
    rows = [_pixel_row([])] * _TOP
    for number in range(_ROWS):
        rows += [_pixel_row(squares[number::_ROWS])] * _SQUARE + [_pixel_row([])] * (_STEP - _SQUARE)
    return indexed_png((rows + [_pixel_row([])] * HEIGHT)[:HEIGHT], palette)


def _pixel_row(squares: list[int]) -> bytes:
    gap = bytes([_GROUND]) * (_STEP - _SQUARE)
    row = bytes([_ACCENT]) * _BAND + bytes([_GROUND]) * (_LEFT - _BAND)
    row += b"".join(bytes([square]) * _SQUARE + gap for square in squares)
    return row.ljust(WIDTH, bytes([_GROUND]))
