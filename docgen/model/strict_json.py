"""Strict JSON: what docgen accepts from a file, and the pointers and quotes with which messages name a part of it."""

from __future__ import annotations

import json
from math import isinf
from typing import Any, NoReturn

from docgen.errors import ModelError

MAX_NESTING = 64
"""Levels of JSON in one model. The deepest of any botocore release has 12."""

MAX_SIBLING_NESTING = 256
"""Levels of JSON in a sibling file of a model. The deepest of any botocore release, s3's endpoint rules, has 79."""


def load_json(data: bytes, location: str, max_nesting: int = MAX_NESTING) -> dict[str, Any]:
    """Decode a JSON object strictly.

    Args:
        data: The bytes of the file, in UTF-8.
        location: The name of the file in messages.
        max_nesting: How many levels of objects and lists are allowed.

    Raises:
        ModelError: The file is not UTF-8, not JSON or not an object; it has a duplicate key, NaN, half of a surrogate
            pair, a number that is too large, or too many levels.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_reject_duplicate_keys,
            parse_constant=_reject_constant,
            parse_float=_parse_finite_float,
        )
    except UnicodeDecodeError as error:
        raise ModelError(f"{location}: not UTF-8 at byte {error.start} ({error.reason})") from None
    except json.JSONDecodeError as error:
        raise ModelError(f"{location}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise ModelError(f"{location}: nested deeper than {max_nesting} levels") from None
    except ValueError as error:  # duplicate keys, NaN, integers of thousands of digits
        raise ModelError(f"{location}: {error}") from None
    if not isinstance(value, dict):
        raise ModelError(f"{location}: expected a JSON object, found {json_type_name(value)}")
    if _has_surrogate_escape(data) and not _is_utf8_encodable(value):
        raise ModelError(f"{location}: a string holds half of a surrogate pair, which UTF-8 cannot express")
    if _nests_deeper(value, max_nesting):
        raise ModelError(f"{location}: nested deeper than {max_nesting} levels")
    return value


def _reject_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        for name, value in pairs:
            # Released models contain duplicates: waf's `uid` in botocore 1.5.0, with equal values, and pinpoint's
            # documentation from 1.12.179 to 1.12.194, with two texts. Every JSON reader takes the last one.
            if value != found[name] and name != "documentation":
                raise ValueError(f"duplicate key {quote(name)} with different values in one object")
    return found


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _parse_finite_float(digits: str) -> float:
    value = float(digits)
    if isinf(value):  # JSON cannot express it, so it could not be written again
        raise ValueError(f"the number {digits[:40]} is too large")
    return value


def _has_surrogate_escape(data: bytes) -> bool:
    """Return whether an escape is half of a surrogate pair.

    A regular expression would take longer than the decoder.
    """
    offset = data.find(b"\\u")
    while offset >= 0:
        if (
            data[offset + 2] in b"dD"
            and data[offset + 3] in b"89abcdefABCDEF"
            and not _is_backslash_escaped(data, offset)
        ):
            return True
        offset = data.find(b"\\u", offset + 2)
    return False


def _is_backslash_escaped(data: bytes, offset: int) -> bool:
    """Return whether an odd number of backslashes precedes the one at `offset`, as in patterns."""
    start = offset
    while start and data[start - 1] == ord("\\"):
        start -= 1
    return bool((offset - start) % 2)


def _is_utf8_encodable(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _nests_deeper(value: object, max_nesting: int) -> bool:
    """Return whether containers nest more than `max_nesting` levels.

    Goes level by level, because recursion could overflow.
    """
    level: list[Any] = [value]
    for _ in range(max_nesting):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if inner.__class__ is dict or inner.__class__ is list
        ]
        if not level:
            return False
    return True


def json_type_name(value: object) -> str:
    """Return the JSON type of a decoded value with its article: `an object`, `a number`, `null`."""
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def quote(name: str) -> str:
    """Return a name from a file as messages show it: in double quotes, escaped, and at most 80 characters long."""
    return json.dumps(name if len(name) <= 80 else name[:77] + "...", ensure_ascii=False)


def json_pointer(*keys: str | int) -> str:
    """Return the JSON pointer (RFC 6901) of keys and list indices; empty for the whole document."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)
