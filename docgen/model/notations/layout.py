"""What the notations share: line breaks and quoted text."""

from __future__ import annotations

from json import JSONEncoder

from docgen.model.operation_walk import MAX_DEPTH

_NEW_LINES = tuple("\n" + "  " * level for level in range(2 * MAX_DEPTH + 10))  # a map may take two levels
_ENCODER = JSONEncoder(ensure_ascii=False)  # `json.dumps` makes one for each text


def new_line(level: int) -> str:
    """Return a line break and the indentation of a level, two spaces each."""
    return _NEW_LINES[level]


def double_quoted(text: str) -> str:
    """Return a text in double quotes, escaped as in JSON."""
    return _ENCODER.encode(text)
