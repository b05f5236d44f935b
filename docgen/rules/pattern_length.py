"""How long the texts are that a regular expression matches. Patterns are read, never run.

Like the limits of a model, a pattern is about the whole text, with or without anchors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from math import inf

Lengths = tuple[float, float]
"""The smallest and the largest length; certain, but perhaps not the closest."""

ANY_LENGTH: Lengths = (0, inf)

_TOKEN = re.compile(
    r"\\(?:[pP]\{[^}]*\}|[pP]\w|x[0-9a-fA-F]{2}|x\{[^}]*\}|u[0-9a-fA-F]{4}|.)"
    r"|\(\?[imsux]+\)|\((?:\?(?:[:>]|[imsux]+:|<[A-Za-z]\w*>|<?[=!]))?|\{\d+(?:,\d*)?\}|.",
    re.DOTALL,
)
_FLAGS = re.compile(r"\(\?[imsux]+\)")
_QUANTIFIER = re.compile(r"\{(\d+)(,?)(\d*)\}")
_SIGNS: dict[str, Lengths] = {"*": (0, inf), "+": (1, inf), "?": (0, 1)}
_WITHOUT_WIDTH = frozenset(("^", "$", r"\b", r"\B", r"\A", r"\Z", r"\z", r"\G"))
_LOOKAROUNDS = frozenset(("(?=", "(?!", "(?<=", "(?<!"))
_UNDECIDABLE = re.compile(r"\\[1-9kQEX]")
_LENGTH_ONLY = re.compile(r"\^?(?:\(\?s\)\^?\.|\[\\s\\S\]|\[\\w\\W\])(\{\d+(?:,\d*)?\}|[*+])\$?")
_MAX_PATTERN_LENGTH = 2_000


@lru_cache(maxsize=256)
def matched_lengths(pattern: str) -> Lengths:
    """Return the lengths of the texts that `pattern` matches; `ANY_LENGTH` if that is not certain."""
    if len(pattern) > _MAX_PATTERN_LENGTH or _UNDECIDABLE.search(pattern):
        return ANY_LENGTH
    try:
        tokens = iter(list(_tokens(pattern)))
        found = _alternatives(tokens, is_inside=False)
    except (RecursionError, ValueError):
        return ANY_LENGTH
    return found


def limits_length_only(pattern: str) -> bool:
    """Return whether a pattern matches every text of certain lengths."""
    return _LENGTH_ONLY.fullmatch(pattern) is not None


def _tokens(pattern: str) -> Iterator[str]:
    """Yield the parts of a pattern, each class of characters as `[`."""
    index = 0
    while index < len(pattern):
        if pattern[index] == "[":
            index = _end_of_class(pattern, index)
            yield "["
            continue
        match = _TOKEN.match(pattern, index)
        if match is None:
            raise ValueError(pattern)
        index = match.end()
        yield match[0]


def _end_of_class(pattern: str, start: int) -> int:
    depth, index = 0, start
    while index < len(pattern):
        char = pattern[index]
        if char == "\\":
            index += 1
        elif char == "[":
            depth += 1
            index += pattern.startswith("[^", index)
            index += pattern.startswith("]", index + 1)  # the first character of a class may be a bracket
        elif char == "]":
            depth -= 1
            if depth == 0:
                return index + 1
        index += 1
    raise ValueError(pattern)


def _alternatives(tokens: Iterator[str], *, is_inside: bool) -> Lengths:
    """Return the lengths of everything up to the end of the group, or of the pattern."""
    found: list[Lengths] = []
    sequence: list[Lengths] = []
    is_repeated = is_closed = False
    for part in tokens:
        was_repeated, is_repeated = is_repeated, False
        if part == ")":
            is_closed = True
            break
        if part == "|":
            found.append(_total(sequence))
            sequence = []
        elif (times := _repetitions(part)) is not None:
            is_repeated = not was_repeated
            if sequence and is_repeated:  # a second sign makes the first one lazy or possessive
                sequence[-1] = _product(sequence[-1], times)
        elif part.startswith("(") and not _FLAGS.fullmatch(part):
            inner = _alternatives(tokens, is_inside=True)
            sequence.append((0, 0) if part in _LOOKAROUNDS else inner)
        else:
            sequence.append((0, 0) if part in _WITHOUT_WIDTH or _FLAGS.fullmatch(part) else (1, 1))
    if is_closed is not is_inside:
        raise ValueError("brackets that do not match")
    found.append(_total(sequence))
    return min(low for low, _ in found), max(high for _, high in found)


def _repetitions(token: str) -> Lengths | None:
    counted = _QUANTIFIER.fullmatch(token)
    if counted is None:
        return _SIGNS.get(token)
    low = int(counted[1])
    return low, (int(counted[3]) if counted[3] else inf) if counted[2] else low


def _total(sequence: list[Lengths]) -> Lengths:
    return sum(low for low, _ in sequence), sum(high for _, high in sequence)


def _product(one: Lengths, times: Lengths) -> Lengths:
    high = 0 if 0 in (one[1], times[1]) else one[1] * times[1]
    return one[0] * times[0], high
