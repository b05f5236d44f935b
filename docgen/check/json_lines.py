"""Finds the lines of elements in a JSON text, so that an editor or a pull request can show them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


def find_lines(text: str, pointers: Iterable[str]) -> dict[str, int]:
    """Find the line of each JSON pointer (RFC 6901) in one pass.

    Args:
        text: Valid JSON.
        pointers: The pointers to find.

    Returns:
        The line, from 1, of each pointer: for a member of an object that of its name. A pointer that leads nowhere has
        the line of its nearest ancestor that exists, or 1.

    """
    paths = {pointer: _pointer_tokens(pointer) for pointer in pointers}
    wanted = {path[:end] for path in paths.values() for end in range(1, len(path) + 1)}
    lines: dict[tuple[str, ...], int] = {}
    for path, line in _path_lines(text):
        if path in wanted:
            lines.setdefault(path, line)
    return {pointer: _nearest_line(path, lines) for pointer, path in paths.items()}


def _pointer_tokens(pointer: str) -> tuple[str, ...]:
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


def _nearest_line(path: tuple[str, ...], lines: dict[tuple[str, ...], int]) -> int:
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 1)


def _path_lines(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield the path and the line of every member of an object and every item of an array."""
    path: list[str] = []
    kinds: list[str] = []
    expects_name = expects_item = False  # whether the next token is a name, or begins an item
    line, last = 1, 0
    for match in _TOKEN.finditer(text):
        piece = match.group()
        line += text.count("\n", last, match.start())
        last = match.start()
        if expects_item and piece != "]":
            yield tuple(path), line
        expects_item = False
        if piece in "{[":
            kinds.append(piece)
            path.append("0")
            expects_name, expects_item = piece == "{", piece == "["
        elif piece in "}]":
            kinds.pop()
            path.pop()
            expects_name = False
        elif piece == ",":
            expects_name, expects_item = kinds[-1] == "{", kinds[-1] == "["
            if expects_item:
                path[-1] = str(int(path[-1]) + 1)
        elif expects_name:
            path[-1] = json.loads(piece)
            yield tuple(path), line
            expects_name = False
