"""Text whose parts may have a style; it does not depend on whether the screen has colours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from docgen.printable import visible_line

STYLES = {
    "title": "1",
    "dim": "2",
    "name": "36",
    "version": "1;36",
    "command": "1;32",
    "breaking": "1;31",
    "dangerous": "33",
    "safe": "32",
    "docs": "2",
    "passed": "1;32",
    "failed": "1;31",
    "mark": "1;31",
}
"""The styles and the parameters of their escape sequences (SGR). All are among the 16 basic colours."""

_TAB_WIDTH = 4


class Screen(NamedTuple):
    """The screen for a text: its columns, whether it shows colours, and whether it is a terminal.

    In files and pipes, names are never broken, so that they can be searched.
    """

    width: int = 80
    colour: bool = False
    is_terminal: bool = False


class Styled:
    """One line of text: pairs of a text that is safe to print and the name of its style, or ""."""

    __slots__ = ("spans",)

    def __init__(self, spans: tuple[tuple[str, str], ...] = ()) -> None:
        self.spans = spans

    @property
    def plain(self) -> str:
        """The text without its styles."""
        return "".join(text for text, _ in self.spans)

    def __add__(self, other: Styled | str) -> Styled:
        return Styled((*self.spans, *_as_styled(other).spans))

    def __radd__(self, other: str) -> Styled:
        return styled(other) + self

    def cut(self, start: int, end: int) -> Styled:
        """Return the characters from `start` to `end` with their styles."""
        found, at = [], 0
        for text, style in self.spans:
            part = text[max(start - at, 0) : max(end - at, 0)]
            at += len(text)
            if part:
                found.append((part, style))
        return Styled(tuple(found))


def styled(text: str, style: str = "") -> Styled:
    r"""Return a text with a style of `STYLES`. Tabs become spaces, and unprintable characters become `\xNN`."""
    shown = visible_line(text.expandtabs(_TAB_WIDTH) if "\t" in text else text)
    return Styled(((shown, style),) if shown else ())


def styled_line(parts: Iterable[Styled | str], separator: str = "") -> Styled:
    """Join parts to one line, with a separator between them."""
    spans: list[tuple[str, str]] = []
    for number, part in enumerate(parts):
        if number and separator:
            spans += styled(separator).spans
        spans += _as_styled(part).spans
    return Styled(tuple(spans))


def screen_text(lines: Iterable[Styled | str], screen: Screen) -> str:
    """Return lines as characters, each with a newline at its end. Only this function writes escape sequences."""
    return "".join(f"{_line_text(_as_styled(line), screen.colour)}\n" for line in lines)


def _line_text(line: Styled, colour: bool) -> str:
    if not colour:
        return line.plain
    return "".join(f"\x1b[{STYLES[style]}m{text}\x1b[0m" if style else text for text, style in line.spans)


def _as_styled(part: Styled | str) -> Styled:
    return part if isinstance(part, Styled) else styled(part)
