"""An error on a terminal: its line, and the line of the file that it is about, with a mark below the place."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from docgen.cli.progress import progress_hidden
from docgen.cli.screen import error_screen
from docgen.cli.streams import print_message
from docgen.errors import DocgenError
from docgen.terminal.frame import code_frame
from docgen.terminal.styled import Screen, Styled, screen_text, styled
from docgen.terminal.wrapping import wrapped

MAX_FILE_SIZE = 64 << 20
"""Bytes of a file from which a line is shown; larger ones have no frame."""

_LINE_PLACE = re.compile(r"(?P<path>.+?):(?P<line>[1-9]\d{0,8})(?::(?P<column>[1-9]\d{0,8}))?: (?P<rest>.*)", re.DOTALL)
_POINTER_PLACE = re.compile(r"(?P<path>.+?): (?P<pointer>/\S*): ")
_QUOTED = re.compile(r"'([^']+)'|\"([^\"]+)\"")
_KEY = re.compile(r'"(?:[^"\\]|\\.)*"|\S+')


def print_error(error: DocgenError) -> None:
    """Print an error to standard error: one line, and on a terminal the place in the file that it names."""
    screen = error_screen()
    if not screen.is_terminal:
        print_message(str(error))
        return
    lines = wrapped(styled("docgen: ", "failed") + str(error), screen, next_indent="  ")
    with suppress(OSError, ValueError), progress_hidden():
        sys.stderr.write(screen_text([*lines, *source_frame(str(error), screen)], screen))
        sys.stderr.flush()


def source_frame(message: str, screen: Screen) -> Iterator[Styled]:
    """Yield the frame of the line that a message names, as `FILE:LINE:COLUMN:` or by a JSON pointer into a file."""
    if found := _LINE_PLACE.match(message):
        text = _file_text(found["path"])
        lines = text.split("\n")
        number = int(found["line"])
        if text and number <= len(lines):
            line = lines[number - 1].rstrip("\r")
            column, length = int(found["column"] or 0), 1
            if not column:
                column, length = _named_part(line, found["rest"])
            yield from code_frame(_place(found["path"], number, column), number, line, screen, column, length)
    elif found := _POINTER_PLACE.match(message):
        from docgen.check.json_lines import find_lines

        text = _file_text(found["path"])
        if text:
            number = find_lines(text, [found["pointer"]])[found["pointer"]]
            line = text.split("\n")[number - 1].rstrip("\r")
            column, length = _pointed_key(line, found["pointer"])
            yield from code_frame(_place(found["path"], number, column), number, line, screen, column, length)


def _place(path: str, line: int, column: int) -> str:
    return f"{path}:{line}:{column}" if column else f"{path}:{line}"


def _file_text(path: str) -> str:
    """Return the text of a regular file; empty if there is no such file, or it is too large or not UTF-8."""
    file = Path(path)
    try:
        if file.is_file() and file.stat().st_size <= MAX_FILE_SIZE:
            return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        pass
    return ""


def _pointed_key(line: str, pointer: str) -> tuple[int, int]:
    """Return the column (from 1) and length of the last key of a JSON pointer in a line; else of the first key."""
    found = _KEY.search(line)
    column, length = (found.start() + 1, len(found[0])) if found else (0, 1)
    start = 0
    for token in pointer.split("/")[1:]:
        key = json.dumps(token.replace("~1", "/").replace("~0", "~"), ensure_ascii=False)
        if (at := line.find(key, start)) >= 0:
            column, length, start = at + 1, len(key), at + len(key)
    return column, length


def _named_part(line: str, message: str) -> tuple[int, int]:
    """Return the column (from 1) and length of what a message quotes first in its line; else of the whole line."""
    for found in _QUOTED.finditer(message):
        name = found[1] or found[2]
        if name in line:
            return line.index(name) + 1, len(name)
    text = line.strip()
    return (line.index(text) + 1, len(text)) if text else (0, 1)
