"""Reads the part of YAML that our own files keep to, and refuses everything else.

That part: mappings and lists by indentation, plain and double-quoted text, `|` blocks, whole-line comments. It spares
the tests a dependency; whatever YAML may read otherwise than it looks is an error here.
"""

from __future__ import annotations

import json
import re
from typing import Any

_KEY = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*):(?: (.*))?")
_ODD = re.compile(r"^[\[\]{}&*!|>%@`'\"?,]|: | #|:$|^- |^(yes|no|on|off|null|~|[0-9.+-]+)$", re.IGNORECASE)


def load(text: str) -> Any:
    """The content of a document; raises `ValueError` at what is not of our part of YAML."""
    lines = [(len(line) - len(line.lstrip(" ")), line) for line in text.splitlines()]
    value, rest = _value(lines, 0)
    if rest:
        raise ValueError(f"not understood: {rest[0][1]!r}")
    return value


Lines = list[tuple[int, str]]


def _value(lines: Lines, indent: int) -> tuple[Any, Lines]:
    lines = _skip(lines)
    if not lines or lines[0][0] != indent:
        raise ValueError(f"expected something at column {indent}: {lines[:1]}")
    return _list(lines, indent) if lines[0][1][indent:].startswith("- ") else _mapping(lines, indent)


def _list(lines: Lines, indent: int) -> tuple[list[Any], Lines]:
    found = []
    while (lines := _skip(lines)) and lines[0][0] == indent:
        text = lines[0][1]
        if not text[indent:].startswith("- "):
            raise ValueError(f"not an item: {text!r}")
        inside = text[indent + 2 :]
        if _KEY.fullmatch(inside):
            item, lines = _mapping([(indent + 2, " " * (indent + 2) + inside), *lines[1:]], indent + 2)
        else:
            item, lines = _scalar(inside), lines[1:]
        found.append(item)
    return found, lines


def _mapping(lines: Lines, indent: int) -> tuple[dict[str, Any], Lines]:
    found: dict[str, Any] = {}
    while (lines := _skip(lines)) and lines[0][0] == indent:
        match = _KEY.fullmatch(lines[0][1][indent:])
        if match is None or match[1] in found:
            raise ValueError(f"not a key of its own: {lines[0][1]!r}")
        key, text = match[1], match[2]
        lines = lines[1:]
        if text == "|":
            found[key], lines = _block(lines, indent)
        elif text is not None:
            found[key], lines = _scalar(text), lines
        else:
            found[key], lines = _value(lines, _skip(lines)[0][0] if _skip(lines) else 0)
    return found, lines


def _block(lines: Lines, indent: int) -> tuple[str, Lines]:
    end = next((at for at, (column, line) in enumerate(lines) if line.strip() and column <= indent), len(lines))
    inside = lines[:end]
    column = inside[0][0]
    return "\n".join(line[column:] for _, line in inside).rstrip("\n") + "\n", lines[end:]


def _scalar(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    if text.startswith('"'):
        return json.loads(text)
    if text != text.strip() or not text or "\t" in text or (_ODD.search(text) and not text.startswith("${{")):
        raise ValueError(f"not plain text: {text!r}")
    return text


def _skip(lines: Lines) -> Lines:
    at = 0
    while at < len(lines) and (not lines[at][1].strip() or lines[at][1].lstrip().startswith("#")):
        at += 1
    return lines[at:]
