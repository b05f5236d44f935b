"""Bounds of what an agent is given. Models are written by strangers, and an agent reads whatever it is given.

Every text is one printable line of bounded length and the value of a named field, so it cannot pass for a message of
the server; every list is counted; every answer says how far the facts behind it go.
"""

from __future__ import annotations

from typing import Any

from docgen.printable import visible_line

MAX_TEXT = 300
"""Characters of a text; a longer one ends with `…`."""

MAX_ITEMS = 50
"""Items of a list; the answer says how many are left out."""

MAX_DEPTH = 8
"""Levels of an answer. Its form is docgen's own; only its texts are not."""


def bounded(value: Any, depth: int = 0) -> Any:
    """Return a copy of an answer whose texts are one printable line each, and short.

    Lists of more than `MAX_ITEMS` items are cut. Use `listing` for lists that may be longer.
    """
    if isinstance(value, str):
        line = visible_line(" ".join(value.split()))
        return line if len(line) <= MAX_TEXT else f"{line[: MAX_TEXT - 1]}…"
    if depth >= MAX_DEPTH:
        return None
    if isinstance(value, dict):
        return {bounded(str(key)): bounded(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [bounded(inner, depth + 1) for inner in value[:MAX_ITEMS]]
    return value


def listing(name: str, items: list[Any], limit: int = MAX_ITEMS) -> dict[str, Any]:
    """Return a list as a part of an answer, with the number of items that it leaves out."""
    most = min(limit, MAX_ITEMS)
    return {name: items[:most], f"{name}_left_out": max(len(items) - most, 0)}
