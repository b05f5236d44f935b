"""Whether a regular expression matches all that another one does. Patterns are compared, never run."""

from __future__ import annotations

from functools import lru_cache

from docgen.rules.regex_tree import (
    INFINITE,
    Alternatives,
    Body,
    Characters,
    Group,
    PatternItem,
    Sequence,
    ZeroWidthCondition,
    contains_ranges,
    parse_patterns,
)

MATCH_ALL_PATTERNS = frozenset({r"[\s\S]*", r"^[\s\S]*$", r"(?s).*", r"^(?s).*$", r"[\w\W]*", r"^[\w\W]*$"})
"""Patterns that match every text."""

_MAX_STEPS = 50_000
_MAX_DEPTH = 60
_MAX_CHARACTERS = 64


@lru_cache(maxsize=1000)
def is_looser(old: str, new: str) -> bool:
    """Return whether `new` certainly matches everything that `old` matches; cached because many changes share patterns.

    Anchors around a pattern make no difference: models used to leave them out, and now write them. A pattern that is
    malformed, has syntax of one language only, or takes too many steps to compare is looser only if it is the same.
    """
    if new in MATCH_ALL_PATTERNS or _without_anchors(old) == _without_anchors(new):
        return True
    trees = parse_patterns(old, new)
    return trees is not None and _PatternComparison().is_contained(trees[0], trees[1])


def _without_anchors(pattern: str) -> str:
    """Return a pattern without anchors around it; all of it if it has alternatives, because `^a|b$` is not `a|b`."""
    if "|" in pattern:
        return pattern
    inner = pattern.removeprefix("^")
    return inner[:-1] if inner.endswith("$") and not inner.endswith(r"\$") else inner


class _PatternComparison:
    """Compares the parts of two patterns, with a limit to the steps that it takes.

    Each method returns True only if every text that the old part matches is one that the new part matches.
    """

    def __init__(self) -> None:
        self.steps = 0
        self.known: dict[tuple[Sequence, Sequence], bool] = {}

    def is_contained(self, old: Sequence, new: Sequence, depth: int = 0) -> bool:
        self.steps += 1 + len(old) + len(new)
        if self.steps > _MAX_STEPS or depth > _MAX_DEPTH:
            return False
        old, new = _without_shared_ends(old, new)
        if old == new:
            return True
        known = self.known.get((old, new))
        if known is None:
            # A repeated group leads back to the same pair. Until the answer for it is known, it is no.
            self.known[old, new] = False
            known = self.known[old, new] = self._is_contained(old, new, depth + 1)
        return known

    def _is_contained(self, old: Sequence, new: Sequence, depth: int) -> bool:
        return (
            self._first_matches_several(old, new, depth)
            or self._one_is_left_out(old, new, depth)
            or self._first_is_split(old, new, depth)
            or self._each_old_choice_fits(old, new, depth)
            or self._one_new_choice_fits(old, new, depth)
        )

    def _first_matches_several(self, old: Sequence, new: Sequence, depth: int) -> bool:
        """Return whether the first new item matches several old ones together, and the other new ones the rest."""
        if not new or isinstance(new[0].body, ZeroWidthCondition):
            return False
        low = high = 0
        for index, item in enumerate(old):
            count = self._count(item, new[0].body, depth)
            if count is None:
                return False
            low, high = low + count[0], min(INFINITE, high + count[1])
            fits = new[0].low <= low and high <= new[0].high
            if fits and self.is_contained(old[index + 1 :], new[1:], depth):
                return True
        return False

    def _count(self, item: PatternItem, body: Body, depth: int) -> tuple[int, int] | None:
        """Return how often at least and at most `body` matches in a row where `item` does; None if it may not match."""
        if isinstance(item.body, ZeroWidthCondition):
            return 0, 0
        once = self._count_once(item.body, body, depth)
        return once and (item.low * once[0], min(INFINITE, item.high * once[1]))

    def _count_once(self, part: Body, body: Body, depth: int) -> tuple[int, int] | None:
        if isinstance(part, Characters) and isinstance(body, Characters):
            return (1, 1) if contains_ranges(body.ranges, part.ranges) else None
        if part == body or self.is_contained(_items_of(part), _items_of(body), depth):
            return 1, 1
        if isinstance(part, Alternatives):
            each = [self._count_all(branch, body, depth) for branch in part.branches]
            found = [count for count in each if count is not None]
            complete = len(found) == len(each)
            return (min(low for low, _ in found), max(high for _, high in found)) if complete else None
        return self._count_all(part.items, body, depth) if isinstance(part, Group) else None

    def _count_all(self, items: Sequence, body: Body, depth: int) -> tuple[int, int] | None:
        low = high = 0
        for item in items:
            count = self._count(item, body, depth)
            if count is None:
                return None
            low, high = low + count[0], min(INFINITE, high + count[1])
        return low, high

    def _one_is_left_out(self, old: Sequence, new: Sequence, depth: int) -> bool:
        """Return whether the new items match without their optional first one, or without an old condition."""
        if new and new[0].low == 0 and self.is_contained(old, new[1:], depth):
            return True
        return bool(old) and isinstance(old[0].body, ZeroWidthCondition) and self.is_contained(old[1:], new, depth)

    def _first_is_split(self, old: Sequence, new: Sequence, depth: int) -> bool:
        """Return whether the new items match after the characters that both first items require are removed."""
        if not (old and new and isinstance(old[0].body, Characters) and isinstance(new[0].body, Characters)):
            return False
        first, other = old[0], new[0]
        length = min(first.low, other.low)
        if not length or not contains_ranges(new[0].body.ranges, old[0].body.ranges):
            return False
        return self.is_contained(_shortened(old, length), _shortened(new, length), depth)

    def _each_old_choice_fits(self, old: Sequence, new: Sequence, depth: int) -> bool:
        for index, item in enumerate(old):
            choices = _choices(item)
            if choices:
                before, after = old[:index], old[index + 1 :]
                return all(self.is_contained((*before, *choice, *after), new, depth) for choice in choices)
        if old and new and isinstance(new[0].body, Alternatives) and old[0].is_single:
            characters = _single_characters(old[0].body)
            return bool(characters) and all(self.is_contained((each, *old[1:]), new, depth) for each in characters)
        return False

    def _one_new_choice_fits(self, old: Sequence, new: Sequence, depth: int) -> bool:
        choices = (_choices(new[0]) or _first_rounds(new[0])) if new else []
        return any(self.is_contained(old, (*choice, *new[1:]), depth) for choice in choices)


def _without_shared_ends(old: Sequence, new: Sequence) -> tuple[Sequence, Sequence]:
    start, shortest = 0, min(len(old), len(new))
    while start < shortest and old[start] == new[start]:
        start += 1
    end = 0
    while end < shortest - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return old[start : len(old) - end], new[start : len(new) - end]


def _items_of(body: Body) -> Sequence:
    return body.items if isinstance(body, Group) else (PatternItem(body),)


def _choices(item: PatternItem) -> list[Sequence]:
    """Return the sequences of an item with alternatives, or of one that may be absent; nothing for any other item."""
    if item.high != 1 or isinstance(item.body, ZeroWidthCondition):
        return []
    present = list(item.body.branches) if isinstance(item.body, Alternatives) else [_items_of(item.body)]
    if item.low == 0:
        return [(), *present]
    return present if len(present) > 1 else []


def _first_rounds(item: PatternItem) -> list[Sequence]:
    """Return what a repeated group stands for if it occurs at least once: its first round, then the others."""
    if item.high == 1 or isinstance(item.body, (Characters, ZeroWidthCondition)):
        return []
    others = PatternItem(item.body, max(0, item.low - 1), item.high if item.high == INFINITE else item.high - 1)
    branches = item.body.branches if isinstance(item.body, Alternatives) else (item.body.items,)
    return [(*branch, others) for branch in branches]


def _single_characters(body: Body) -> list[PatternItem]:
    """Return the characters of a small set, each as a separate item."""
    if not isinstance(body, Characters) or sum(high - low + 1 for low, high in body.ranges) > _MAX_CHARACTERS:
        return []
    codes = [code for low, high in body.ranges for code in range(low, high + 1)]
    return [PatternItem(Characters(((code, code),))) for code in codes] if len(codes) > 1 else []


def _shortened(items: Sequence, length: int) -> Sequence:
    """Return the same items, but the first one matches `length` characters less."""
    first = items[0]
    high = first.high if first.high == INFINITE else first.high - length
    return (PatternItem(first.body, first.low - length, high), *items[1:]) if high else items[1:]
