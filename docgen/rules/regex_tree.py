"""Regular expressions as trees in a normal form. Patterns are read by Python's own parser, and never run.

Patterns in models are written for Java or JavaScript. A pattern that these read in another way than Python is refused.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from re import _parser  # type: ignore[attr-defined]  # in the standard library, not in its published types
from typing import Any, TypeAlias

INFINITE = sys.maxsize

_MAX_LENGTH = 2_000
_MAX_DEPTH = 40
_PIECE = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_UNSHARED_SYNTAX = re.compile(r"\[\^?\]|\{,|\\[ZzvNU]|\(\?[^:=!<s]|\(\?<[^=!]|(?<!^)\(\?s")
"""Syntax that Python reads in another way than Java or JavaScript, or that no containment can be shown for."""
_UNSHARED_CLASS_SYNTAX = re.compile(r"\[|&&|\|\||--|~~")
_PROPERTY = re.compile(r"\\([pP](?:\{[^{}]*\}|[A-Z]))")
_SURROGATE_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_FLAGS = re.DOTALL | re.UNICODE

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Sorted ranges of code points, both ends included, that do not touch. Higher numbers stand for sets of characters."""

_LAST = sys.maxunicode
_EVERYTHING: Ranges = ((0, INFINITE),)
_PLACEHOLDERS = 0xF0000
_MAX_NUMBERS = 256
_SPACE, _DOT, _FIRST_NUMBER = _LAST + 2, _LAST + 4, _LAST + 6
"""Codes for sets that depend on the language: `\\s`, `.`, and from the last one on Unicode properties and negations."""
_SPACE_SOMEWHERE: Ranges = ((9, 13), (28, 32), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x180E, 0x180E))
_SPACE_SOMEWHERE += ((0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF))
_NO_DOT_SOMEWHERE: Ranges = ((10, 10), (13, 13), (0x85, 0x85), (0x2028, 0x2029))
_CATEGORIES: dict[str, Ranges] = {
    "DIGIT": ((48, 57),),
    "WORD": ((48, 57), (65, 90), (95, 95), (97, 122)),
    "SPACE": ((9, 13), (32, 32), (_SPACE, _SPACE)),
}


@dataclass(frozen=True, slots=True)
class Characters:
    """One character of a set."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class ZeroWidthCondition:
    """A condition that matches no character: an anchor, a word boundary, a lookaround."""

    kind: str
    body: Sequence = ()


@dataclass(frozen=True, slots=True)
class Alternatives:
    """One of several sequences."""

    branches: tuple[Sequence, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A sequence that is repeated as a whole."""

    items: Sequence


Body: TypeAlias = Characters | ZeroWidthCondition | Alternatives | Group


@dataclass(frozen=True, slots=True)
class PatternItem:
    """One part of a sequence, and how often it is repeated."""

    body: Body
    low: int = 1
    high: int = 1
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Comparisons look sequences up often, and trees are deep.
        object.__setattr__(self, "_hash", hash((self.body, self.low, self.high)))

    def __hash__(self) -> int:
        return self._hash

    @property
    def is_single(self) -> bool:
        """Whether it appears exactly once."""
        return self.low == self.high == 1


Sequence: TypeAlias = tuple[PatternItem, ...]


def parse_patterns(*patterns: str) -> list[Sequence] | None:
    """Return the trees of patterns that are compared with each other, without their outer anchors.

    Return None if one of them is malformed, too long or too deep, or has syntax that Python does not share.
    """
    reader = _TreeReader()
    try:
        return [_without_outer_anchors(reader.read(pattern)) for pattern in patterns]
    except (re.error, OverflowError, _UnreadableError):
        return None


class _UnreadableError(Exception):
    """A pattern cannot be read as a tree."""


class _TreeReader:
    """Reads patterns, and gives equal Unicode properties in them equal numbers."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.dot_matches_all = False

    def read(self, pattern: str) -> Sequence:
        if len(pattern) > _MAX_LENGTH or _is_unshared(pattern):
            raise _UnreadableError
        written = _PROPERTY.sub(self._placeholder, _SURROGATE_PAIR.sub(_joined_surrogates, pattern))
        parsed = _parser.parse(written)
        if parsed.state.flags & ~_FLAGS:
            raise _UnreadableError
        self.dot_matches_all = bool(parsed.state.flags & re.DOTALL)
        return self._sequence(parsed)

    def _placeholder(self, found: re.Match[str]) -> str:
        return chr(_PLACEHOLDERS + self._number(found[1]))

    def _sequence(self, parsed: Any) -> Sequence:
        items: list[PatternItem] = []
        for kind, value in parsed:
            for item in self._items(str(kind), value):
                _append(items, item)
        return tuple(items)

    def _items(self, kind: str, value: Any) -> Sequence:
        if kind in ("LITERAL", "NOT_LITERAL", "IN", "ANY"):
            return (PatternItem(Characters(self._ranges(kind, value))),)
        if kind == "SUBPATTERN":
            _, added, removed, body = value
            if added or removed:
                raise _UnreadableError
            return self._sequence(body)
        if kind == "BRANCH":
            return alternatives([self._sequence(branch) for branch in value[1]])
        if kind in ("MAX_REPEAT", "MIN_REPEAT"):
            low, high, body = value
            return _repeated(self._sequence(body), int(low), INFINITE if high == _parser.MAXREPEAT else int(high))
        if kind == "AT":
            return (PatternItem(ZeroWidthCondition(str(value).replace("_STRING", ""))),)
        if kind in ("ASSERT", "ASSERT_NOT"):
            return (PatternItem(ZeroWidthCondition(f"{kind} {value[0]}", self._sequence(value[1]))),)
        raise _UnreadableError

    def _ranges(self, kind: str, value: Any) -> Ranges:
        if kind == "ANY":
            return _EVERYTHING if self.dot_matches_all else (*_complement(_NO_DOT_SOMEWHERE), (_DOT, _DOT))
        if kind == "LITERAL":
            return self._literal(value)
        if kind == "NOT_LITERAL":
            return self._negated(self._literal(value))
        parts = [(str(name), part) for name, part in value]
        is_negated = parts[0][0] == "NEGATE"
        found = self._members(parts[is_negated:])
        return self._negated(found) if is_negated else found

    def _members(self, parts: list[tuple[str, Any]]) -> Ranges:
        categories = {str(part).removeprefix("CATEGORY_") for name, part in parts if name == "CATEGORY"}
        if any(f"NOT_{each}" in categories for each in categories):
            return _EVERYTHING
        return _merged_ranges([span for name, part in parts for span in self._class_part(name, part)])

    def _class_part(self, kind: str, value: Any) -> Ranges:
        if kind == "RANGE":
            if any(_PLACEHOLDERS <= end < _PLACEHOLDERS + _MAX_NUMBERS for end in value):
                raise _UnreadableError
            return (tuple(value),)
        if kind == "CATEGORY":
            name = str(value).removeprefix("CATEGORY_")
            known = _CATEGORIES[name.removeprefix("NOT_")]
            return self._negated(known) if name.startswith("NOT_") else known
        return self._literal(value)

    def _literal(self, code: int) -> Ranges:
        if _PLACEHOLDERS <= code < _PLACEHOLDERS + _MAX_NUMBERS:
            code = _numbered(code - _PLACEHOLDERS)
        return ((code, code),)

    def _negated(self, ranges: Ranges) -> Ranges:
        """Return the other characters. If those of the set are not known exactly, a number stands for the others."""
        if ranges == _EVERYTHING:
            raise _UnreadableError
        if not _stands_for_more(ranges):
            return _merged_ranges(_complement(ranges))
        return ((_numbered(self._number(f"not {ranges}")),) * 2,)

    def _number(self, name: str) -> int:
        number = self.numbers.setdefault(name, len(self.numbers))
        if number >= _MAX_NUMBERS:
            raise _UnreadableError
        return number


def _is_unshared(pattern: str) -> bool:
    if _UNSHARED_SYNTAX.search(pattern) or any(ord(char) >= _PLACEHOLDERS for char in pattern):
        return True
    depth = 0
    for piece in _PIECE.findall(pattern):
        depth += (piece == "(") - (piece == ")")
        is_class = piece[0] == "[" and _UNSHARED_CLASS_SYNTAX.search(_without_escapes(piece[1:]))
        if depth > _MAX_DEPTH or piece == "[" or is_class:
            return True
    return False


def _without_escapes(text: str) -> str:
    return re.sub(r"\\.", " ", text, flags=re.DOTALL)


def _joined_surrogates(found: re.Match[str]) -> str:
    code = ord(bytes.fromhex(found[1] + found[2]).decode("utf-16-be"))
    if _PLACEHOLDERS <= code < _PLACEHOLDERS + _MAX_NUMBERS:
        raise _UnreadableError
    return f"\\U{code:08x}"


def alternatives(branches: list[Sequence]) -> Sequence:
    """Return a choice between several sequences, with their common start written once."""
    groups: dict[PatternItem, list[Sequence]] = {}
    is_optional = False
    for branch in _flattened(branches):
        if branch:
            groups.setdefault(branch[0], []).append(branch)
        else:
            is_optional = True
    found: list[Sequence] = []
    single: list[tuple[int, int]] = []
    for first, members in groups.items():
        shared = _shared_start(members)
        rest = alternatives([member[len(shared) :] for member in members]) if len(members) > 1 else ()
        if len(shared) == 1 and not rest and first.is_single and isinstance(first.body, Characters):
            single.extend(first.body.ranges)
        else:
            found.append(_joined_items(*shared, *rest))
    if single:
        found.append((PatternItem(Characters(_merged_ranges(single))),))
    if not found:
        return ()
    chosen = found[0] if len(found) == 1 else (PatternItem(Alternatives(tuple(found))),)
    return _repeated(chosen, 0, 1) if is_optional else chosen


def _shared_start(sequences: list[Sequence]) -> Sequence:
    shared = sequences[0]
    for other in sequences[1:]:
        same = takewhile(lambda pair: pair[0] == pair[1], zip(shared, other, strict=False))
        shared = shared[: sum(1 for _ in same)]
    return shared


def _flattened(branches: list[Sequence]) -> list[Sequence]:
    found: list[Sequence] = []
    for branch in branches:
        only = branch[0] if len(branch) == 1 else None
        if only and only.is_single and isinstance(only.body, Alternatives):
            found.extend(only.body.branches)
        else:
            found.append(branch)
    return found


def _repeated(items: Sequence, low: int, high: int) -> Sequence:
    if low == high == 1 or not items:
        return items
    if high == 0:
        return ()
    if len(items) > 1:
        return (PatternItem(Group(items), low, high),)
    only = items[0]
    if only.is_single:
        return (PatternItem(only.body, low, high),)
    if only.low <= 1 and only.high == INFINITE:
        return (PatternItem(only.body, low * only.low, INFINITE),)
    if (only.low, only.high, low) == (0, 1, 0):
        return (PatternItem(only.body, 0, high),)
    return (PatternItem(Group(items), low, high),)


def _joined_items(*items: PatternItem) -> Sequence:
    found: list[PatternItem] = []
    for item in items:
        _append(found, item)
    return tuple(found)


def _append(items: list[PatternItem], item: PatternItem) -> None:
    """Append an item; `a` before `a*` becomes `a+`."""
    last = items[-1] if items else None
    if last and last.body == item.body and not isinstance(item.body, ZeroWidthCondition):
        items[-1] = PatternItem(item.body, last.low + item.low, min(last.high + item.high, INFINITE))
    else:
        items.append(item)


def _without_outer_anchors(items: Sequence) -> Sequence:
    """Return the items without anchors around them: models used to leave these out, and now write them."""
    if items and items[0] == PatternItem(ZeroWidthCondition("AT_BEGINNING")):
        items = items[1:]
    if items and items[-1] == PatternItem(ZeroWidthCondition("AT_END")):
        return items[:-1]
    only = items[-1] if items else None
    if only and only.is_single and isinstance(only.body, Alternatives):
        return (*items[:-1], *_without_anchors_of_all(only.body.branches))
    return items


def _without_anchors_of_all(branches: tuple[Sequence, ...]) -> Sequence:
    """Return alternatives without anchors at their ends if all have them: `^a|b$` is not `a|b` with anchors."""
    end = PatternItem(ZeroWidthCondition("AT_END"))
    if all(each and each[-1] == end for each in branches):
        branches = tuple(each[:-1] for each in branches)
    return alternatives(list(branches))


def _numbered(number: int) -> int:
    """Return the code that stands for a set of characters: every second number, so that two codes never touch."""
    return _FIRST_NUMBER + 2 * number


def _merged_ranges(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return the ranges in order, joined where they touch, with the codes of the sets that they contain."""
    found = _adjacent_joined(ranges)
    if contains_ranges(found, ((0, _LAST),)):
        return _EVERYTHING
    if contains_ranges(found, _SPACE_SOMEWHERE):
        found = _adjacent_joined((*found, (_SPACE, _SPACE)))
    if contains_ranges(found, _complement(((10, 10),))):
        found = _adjacent_joined((*found, (_DOT, _DOT)))
    return found


def _adjacent_joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(high, found[-1][1])
        else:
            found.append((low, high))
    return tuple(found)


def _stands_for_more(ranges: Ranges) -> bool:
    """Return whether a set has characters that depend on the language, such as spaces outside ASCII."""
    # A set that has all spaces of all languages has the code for them too, and is known exactly.
    codes = {low for low, _ in ranges if low > _LAST}
    known = tuple(each for each in ranges if each[0] <= _LAST)
    return not codes <= {low for low, _ in _merged_ranges(known) if low > _LAST}


def _complement(ranges: Ranges) -> Ranges:
    ends = [(-1, -1), *(each for each in ranges if each[0] <= _LAST), (_LAST + 1, _LAST + 1)]
    return tuple((high + 1, low - 1) for (_, high), (low, _) in pairwise(ends) if high + 1 < low)


def contains_ranges(outer: Ranges, inner: Ranges) -> bool:
    """Return whether a set has all characters of another one."""
    index = 0
    for low, high in inner:
        while index < len(outer) and outer[index][1] < low:
            index += 1
        if index == len(outer) or not (outer[index][0] <= low and high <= outer[index][1]):
            return False
    return True
