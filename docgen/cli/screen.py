"""The screens of this process: whether standard output and standard error are terminals, how wide, with which colours.

`--color` decides first, then `NO_COLOR` (https://no-color.org), then `FORCE_COLOR` (https://force-color.org), then
whether the stream is a terminal that is not `dumb`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TextIO

from docgen.terminal.styled import Screen

COLOUR_CHOICES = ("auto", "always", "never")

_NARROWEST, _WIDEST, _LOWEST = 40, 120, 10

_choice = "auto"


def choose_colour(choice: str) -> None:
    """Set what `--color` says, for the rest of the process."""
    global _choice
    _choice = choice


def output_screen() -> Screen:
    """Return the screen of standard output."""
    return _screen_of(sys.stdout)


def error_screen() -> Screen:
    """Return the screen of standard error."""
    return _screen_of(sys.stderr)


def screen_height() -> int:
    """Return the number of lines of the terminal."""
    return max(_size_of(sys.stdout, "LINES", 24, lambda size: size.lines), _LOWEST)


def _screen_of(stream: TextIO) -> Screen:
    width = _size_of(stream, "COLUMNS", 80, lambda size: size.columns)
    is_terminal = _is_terminal(stream)
    return Screen(min(max(width, _NARROWEST), _WIDEST), _has_colour(is_terminal), is_terminal)


def _size_of(stream: TextIO, variable: str, default: int, measure: Callable[[os.terminal_size], int]) -> int:
    """Return a size from a variable or the terminal of a stream; `shutil` only asks that of standard output."""
    named = os.environ.get(variable, "")
    if named.isdecimal() and int(named):
        return int(named)
    try:
        return measure(os.get_terminal_size(stream.fileno())) or default
    except (OSError, ValueError):  # no terminal, closed, or a stream of a test
        return default


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def _has_colour(is_terminal: bool) -> bool:
    if _choice != "auto":
        return _choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") != "0":
        return True
    return is_terminal and os.environ.get("TERM") != "dumb"
