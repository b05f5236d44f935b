"""A code frame: one line of a file with its number, and a mark under the part that a message is about."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.terminal.styled import Screen, Styled, styled, styled_line
from docgen.terminal.wrapping import columns

_CUT = styled("…", "dim")
_MIN_WIDTH = 20


def code_frame(
    location: str, number: int, line: str, screen: Screen, column: int = 0, length: int = 1
) -> Iterator[Styled]:
    """Yield the lines of a code frame.

    Args:
        location: The file, line and column in the notation of editors.
        number: The number of the line.
        line: The line, without its end.
        screen: The screen. A line that is too wide is cut around the mark.
        column: The character to mark, from 1; 0 if the message is about the whole line.
        length: How many characters to mark.
    """
    margin = " " * len(str(number))
    at = max(column - 1, 0)
    before, marked = styled(line[:at]).plain, styled(line[at : at + length] if column else "", "title")
    code = before + marked + line[at + len(marked.plain) :] if column else styled(line)
    start, end = _window(len(code.plain), len(before), max(screen.width - len(margin) - 3, _MIN_WIDTH))
    cuts = ["" if start == 0 else _CUT, code.cut(start, end), "" if end == len(code.plain) else _CUT]
    yield styled(f"{margin} --> ", "dim") + location
    yield styled_line([styled(f"{number} | ", "dim"), *cuts])
    if column:
        blanks = " " * (columns(before[start:]) + (start > 0))
        yield styled_line([styled(f"{margin} | ", "dim"), blanks, styled("^" * max(columns(marked.plain), 1), "mark")])


def _window(length: int, at: int, width: int) -> tuple[int, int]:
    """Return the start and end of the part of a line that is shown; it includes `at`."""
    if length <= width:
        return 0, length
    shown = width - 2
    start = max(0, min(at - shown // 2, length - shown))
    return start, start + shown
