"""On which line of a JSON text an element stands: what an editor or a pull request needs to show it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


def find_lines(text: str, pointers: Iterable[str]) -> dict[str, int]:
    """The line (from 1) of each JSON pointer; of its nearest ancestor that is there, or 1, where it leads nowhere.

    The line of a member of an object is that of its name. `text` is valid JSON; one pass.
    """
    paths = {pointer: _pointer_tokens(pointer) for pointer in pointers}
    wanted = {path[:end] for path in paths.values() for end in range(1, len(path) + 1)}
    found: dict[tuple[str, ...], int] = {}
    for path, line in _path_lines(text):
        if path in wanted:
            found.setdefault(path, line)
    return {pointer: _nearest_line(path, found) for pointer, path in paths.items()}


def _pointer_tokens(pointer: str) -> tuple[str, ...]:
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def _nearest_line(path: tuple[str, ...], found: dict[tuple[str, ...], int]) -> int:
    return next((found[path[:end]] for end in range(len(path), 0, -1) if path[:end] in found), 1)


def _path_lines(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Every name in an object and every item of an array, as a path with its line."""
    path: list[str] = []
    kinds: list[str] = []
    named = item = False  # whether the next token is a name, or opens an item
    line, last = 1, 0
    for match in _TOKEN.finditer(text):
        piece = match.group()
        line += text.count("\n", last, match.start())
        last = match.start()
        if item and piece != "]":
            yield tuple(path), line
        item = False
        if piece in "{[":
            kinds.append(piece)
            path.append("0")
            named, item = piece == "{", piece == "["
        elif piece in "}]":
            kinds.pop()
            path.pop()
            named = False
        elif piece == ",":
            named, item = kinds[-1] == "{", kinds[-1] == "["
            if item:
                path[-1] = str(int(path[-1]) + 1)
        elif named:
            path[-1] = json.loads(piece)
            yield tuple(path), line
            named = False
