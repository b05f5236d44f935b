"""An element's JSON in two parts: what it is, which queries look into, and its words, which are most of the bytes."""

from __future__ import annotations

import json
from typing import Any

import orjson

from docgen.errors import SourceError

DOCUMENTATION_KEY = "documentation"


def split_documentation(value: Any) -> dict[str, Any] | None:
    """Take every documentation string out of a decoded element; returns them in their places, None if there are none.

    A member called `documentation` is an object, not a string, and stays.
    """
    found: dict[str, Any] = {}
    if isinstance(value, dict):
        if isinstance(value.get(DOCUMENTATION_KEY), str):
            found[DOCUMENTATION_KEY] = value.pop(DOCUMENTATION_KEY)
        inside = value.items()
    else:
        inside = ((str(index), each) for index, each in enumerate(value))  # type: ignore[assignment]
    for key, inner in inside:
        if inner.__class__ is dict or inner.__class__ is list:
            words = split_documentation(inner)
            if words is not None:
                found[key] = words
    return found or None


def join_documentation(value: Any, documentation: dict[str, Any]) -> None:
    """Put back what `split_documentation` took out."""
    for key, inner in documentation.items():
        if inner.__class__ is str:
            value[key] = inner
        else:
            join_documentation(value[int(key)] if value.__class__ is list else value[key], inner)


def encode_json(value: Any) -> str:
    """A value as JSON text. One with an integer beyond 64 bits, which orjson refuses, starts with a blank."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return " " + json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def decode_json(text: str) -> Any:
    """The value of what `encode` made; orjson would round the integers that it refused.

    Raises `SourceError` for anything else.
    """
    try:
        return json.loads(text) if text.startswith(" ") else orjson.loads(text)
    except ValueError as error:
        raise SourceError(f"the history file is damaged: {error} (make it anew: `docgen index --rebuild`)") from None
