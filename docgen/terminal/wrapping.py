"""Breaks lines between words. A name that is longer than a line is broken after `/` or `.`, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.terminal.styled import Screen, Styled, styled

_WORD = re.compile(r"\S+")
_NAME_PIECE = re.compile(r"[^/.]*[/.]+|[^/.]+")
_LINE_START = re.compile(r" *(?:(?:[-*•·]|\d+\.) +)?")
_MIN_WIDTH = 20
"""The least number of columns for text, however far it is indented."""


def wrapped(line: Styled | str, screen: Screen, indent: str = "", next_indent: str | None = None) -> list[Styled]:
    """Break a line so that it fits the screen.

    Args:
        line: The line.
        screen: The screen. Names that are longer than a line are only broken on a terminal.
        indent: The start of the first line.
        next_indent: The start of the other lines; by default as many spaces as precede the words of the line, including
            the mark of a list item.
    """
    whole = line if isinstance(line, Styled) else styled(line)
    text = whole.plain
    if next_indent is None:
        start = _LINE_START.match(text)
        next_indent = indent + " " * (start.end() if start else 0)
    widths = (max(screen.width - len(indent), _MIN_WIDTH), max(screen.width - len(next_indent), _MIN_WIDTH))
    if columns(text) <= widths[0]:
        return [indent + whole]
    found = _breaks(text, *widths, breaks_names=screen.is_terminal)
    return [(next_indent if number else indent) + whole.cut(*part) for number, part in enumerate(found)]


def columns(text: str) -> int:
    """Return the number of columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _breaks(text: str, first: int, others: int, *, breaks_names: bool) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each line, without the spaces at a break."""
    start: int | None = None
    end, width = 0, first
    for piece_start, piece_end in _breakable_parts(text, others if breaks_names else 0):
        if start is None:
            start = 0  # spaces before the first word
        elif columns(text[start:piece_end]) > width and end > start and text[start:end].strip():
            yield start, end
            start, width = piece_start, others
        end = piece_end
    if start is not None:
        yield start, end


def _breakable_parts(text: str, longest: int) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each word; with `longest`, also of the parts of words that are longer."""
    for word in _WORD.finditer(text):
        if not longest or columns(word[0]) <= longest:
            yield word.span()
            continue
        for piece in _NAME_PIECE.finditer(word[0]):
            yield word.start() + piece.start(), word.start() + piece.end()


def cropped(line: Styled | str, width: int) -> Styled:
    """Return a line cut to a number of columns, with `…` at its end if something is left out."""
    whole = line if isinstance(line, Styled) else styled(line)
    text = whole.plain
    if columns(text) <= width:
        return whole
    end = min(len(text), max(width - 1, 0))
    while columns(text[:end]) > width - 1:
        end -= 1
    return whole.cut(0, end) + "…"
