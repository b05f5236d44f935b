"""The JSON of an element, split into its structure, which queries read, and its documentation, most of the bytes."""

from __future__ import annotations

import json
from typing import Any

from docgen.errors import SourceError

DOCUMENTATION_KEY = "documentation"


def split_documentation(value: Any) -> dict[str, Any] | None:
    """Remove all documentation strings from a decoded element.

    A member called `documentation` is an object, not a string, and stays.

    Returns:
        The strings, nested by the keys that lead to them; list indexes are keys too. None if there are no strings.

    """
    documentation: dict[str, Any] = {}
    if isinstance(value, dict):
        if isinstance(value.get(DOCUMENTATION_KEY), str):
            documentation[DOCUMENTATION_KEY] = value.pop(DOCUMENTATION_KEY)
        items = value.items()
    else:
        items = ((str(index), item) for index, item in enumerate(value))  # type: ignore[assignment]
    for key, inner in items:
        if inner.__class__ is dict or inner.__class__ is list:
            inner_documentation = split_documentation(inner)
            if inner_documentation is not None:
                documentation[key] = inner_documentation
    return documentation or None


def join_documentation(value: Any, documentation: dict[str, Any]) -> None:
    """Put back what `split_documentation` removed."""
    for key, inner in documentation.items():
        if inner.__class__ is str:
            value[key] = inner
        else:
            join_documentation(value[int(key)] if value.__class__ is list else value[key], inner)


def encode_json(value: Any) -> str:
    """Return a value as JSON text, with a space before it if it has an integer beyond 64 bits, which orjson rejects."""
    import orjson  # takes longer to import than a short command to run

    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return " " + json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def decode_json(text: str) -> Any:
    """Return the value of a text from `encode_json`. Raises `SourceError` if it is not valid JSON."""
    import orjson

    try:
        # orjson would round integers beyond 64 bits.
        return json.loads(text) if text.startswith(" ") else orjson.loads(text)
    except ValueError as error:
        raise _damage(error) from None


def decode_element(text: str) -> Any:
    """Return the value of a text from `encode_json`, more slowly than `decode_json` but without an import of orjson."""
    try:
        return decode_strict_json(text)
    except ValueError as error:
        raise _damage(error) from None


def decode_strict_json(text: str | bytes) -> Any:
    """Return the value of a JSON document without an import of orjson.

    Raises:
        ValueError: The document is one that orjson rejects too.
    """
    try:
        return _DECODER.decode(text if isinstance(text, str) else text.decode())
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _reject_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_reject_constant)


def _damage(error: Exception) -> SourceError:
    return SourceError(f"the history file is damaged: {error} (rebuild it: `docgen index SOURCE --rebuild`)")
