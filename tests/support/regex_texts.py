"""Random patterns, and random texts that a pattern matches. Shares no code with docgen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

CHARACTERS = [chr(code) for code in (*range(9, 14), *range(32, 127), 0xA0, 0xE9, 0x416, 0x2028, 0x3042)]
_PARSER: Any = vars(re)["_parser"]


def random_pattern(random: Random, depth: int = 3) -> str:
    """Return a pattern over the letters a, b and c."""
    kind = random.randrange(8) if depth else 0
    if kind <= 1:
        return random.choice(["a", "b", "c", "[ab]", "[a-c]", "[^a]", "(?:b)", "."])
    if kind <= 4:
        return "".join(random_pattern(random, depth - 1) for _ in range(random.randint(2, 3)))
    if kind == 5:
        branches = [random_pattern(random, depth - 1) for _ in range(random.randint(2, 3))]
        return f"({'|'.join([*branches, *([''] if random.random() < 0.2 else [])])})"
    return f"({random_pattern(random, depth - 1)}){random.choice('* + ? {2} {1,2} {0,3} {2,}'.split())}"


def changed_pattern(random: Random, pattern: str) -> str:
    """Return the pattern with one or two small changes: wider, narrower, equivalent or malformed."""
    for _ in range(random.randint(1, 2)):
        at = random.randrange(len(pattern) + 1)
        added = random.choice(["", "a", "b?", "[ab]", "(a|b)", "|c", "*", "?", "+", "{1,3}", "^", "$", r"\b", "(?!a)"])
        pattern = pattern[:at] + added + pattern[at + random.randint(0, 1) :]
        pattern = random.choice([pattern, pattern, f"({pattern})", f"^{pattern}$", f"{pattern}|b"])
    return pattern


def texts_of(pattern: str, random: Random, count: int) -> Iterator[str]:
    """Yield texts that the whole pattern matches; fewer than `count` if random texts rarely meet its conditions."""
    parsed, whole = _PARSER.parse(pattern), re.compile(pattern, re.ASCII)
    for _ in range(count):
        text = _text(parsed, random)
        if whole.fullmatch(text):
            yield text


def _text(parsed: Any, random: Random) -> str:
    return "".join(_piece(str(kind), value, random) for kind, value in parsed)


def _piece(kind: str, value: Any, random: Random) -> str:
    if kind == "LITERAL":
        return chr(value)
    if kind == "NOT_LITERAL":
        return random.choice([char for char in CHARACTERS if ord(char) != value])
    if kind == "ANY":
        return random.choice([char for char in CHARACTERS if char != "\n"])
    if kind == "IN":
        return random.choice(_members(tuple(value)))
    if kind == "SUBPATTERN":
        return _text(value[3], random)
    if kind == "BRANCH":
        return _text(random.choice(value[1]), random)
    if kind in ("MAX_REPEAT", "MIN_REPEAT"):
        low, high = int(value[0]), int(value[1])
        is_simple = len(value[2]) == 1 and str(value[2][0][0]) in ("IN", "ANY", "LITERAL")
        most = random.choice([low, min(high, low + 1), min(high, low + 4 + 66 * is_simple)])
        return "".join(_text(value[2], random) for _ in range(random.randint(low, max(low, most))))
    return ""


@cache
def _members(parts: tuple[Any, ...]) -> list[str]:
    """Return characters of a class. The ends of its ranges occur more often than others."""
    is_negated = str(parts[0][0]) == "NEGATE"
    found = [char for char in CHARACTERS if any(_has(part, char) for part in parts) != is_negated]
    ends = [chr(code) for kind, value in parts if str(kind) == "RANGE" for code in value]
    return [*found, *([] if is_negated else ends * 4)] or ["?"]


def _has(part: tuple[Any, Any], char: str) -> bool:
    kind, value = str(part[0]), part[1]
    if kind == "RANGE":
        return bool(value[0] <= ord(char) <= value[1])
    if kind == "CATEGORY":
        name = str(value).removeprefix("CATEGORY_")
        escape = {"DIGIT": r"\d", "WORD": r"\w", "SPACE": r"\s"}[name.removeprefix("NOT_")]
        return bool(re.match(escape, char, re.ASCII)) != name.startswith("NOT_")
    return kind == "LITERAL" and ord(char) == value
