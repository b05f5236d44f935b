"""Comparing JSON values: differing leaves of objects, added and removed entries of lists, changes of order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from docgen.model.strict_json import json_pointer


class _Absent:
    """The type of `ABSENT`, which stands for a key that an object does not have. None would be JSON's null."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()
_OBJECT_TYPES = (dict, MappingProxyType)


class Leaf(NamedTuple):
    """A value that differs, and the keys that lead to it. The value of a side that does not have it is `ABSENT`."""

    keys: tuple[str, ...]
    old: Any
    new: Any

    @property
    def trait(self) -> str:
        """The dotted name: `metadata.protocol`."""
        return ".".join(self.keys)

    def values(self) -> tuple[Any, Any]:
        """Return the old and the new value; None if it is absent."""
        return None if self.old is ABSENT else self.old, None if self.new is ABSENT else self.new

    def pointers(self, old: str, new: str) -> tuple[str | None, str | None]:
        """Return the pointers of the values, given those of the objects around them; None if a value is absent."""
        suffix = json_pointer(*self.keys)
        return None if self.old is ABSENT else old + suffix, None if self.new is ABSENT else new + suffix


class EntryDifference(NamedTuple):
    """An entry that was added (`old_index` is None) or removed; `repeated` if both lists have an equal entry."""

    value: Any
    old_index: int | None
    new_index: int | None
    repeated: bool


def json_equal(old: Any, new: Any) -> bool:
    """Return whether two JSON values are equal. Unlike in Python, `true` is not 1."""
    return old is new or (old == new and (old.__class__ is str or _same_booleans(old, new)))


def _same_booleans(old: Any, new: Any) -> bool:
    """Return whether two values that Python calls equal have booleans in the same positions."""
    if isinstance(old, _OBJECT_TYPES):
        for key, value in old.items():
            other = new[key]
            if value is not other and value.__class__ is not str and not _same_booleans(value, other):
                return False
        return True
    if isinstance(old, list):
        return all(map(_same_booleans, old, new))
    return isinstance(old, bool) == isinstance(new, bool)


def differing_leaves(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Leaf]:
    """Yield the values in which two objects differ, keys of the new object first.

    Nested objects are compared key by key. An object that only one side has counts as its keys, whose values are not
    taken apart further.
    """
    for key in _keys_of_both(old, new):
        before, after = old.get(key, ABSENT), new.get(key, ABSENT)
        if before is ABSENT or after is ABSENT:
            filled = after if before is ABSENT else before
            if isinstance(filled, _OBJECT_TYPES) and filled:
                empty = dict.fromkeys(filled, ABSENT)
                sides = (empty, filled) if before is ABSENT else (filled, empty)
                yield from (Leaf((key, inner), sides[0][inner], sides[1][inner]) for inner in filled)
                continue
        yield from _leaves_under((key,), before, after)


def _leaves_under(keys: tuple[str, ...], old: Any, new: Any) -> Iterator[Leaf]:
    if json_equal(old, new):
        return
    if isinstance(old, _OBJECT_TYPES) and isinstance(new, _OBJECT_TYPES):
        for key in _keys_of_both(old, new):
            yield from _leaves_under((*keys, key), old.get(key, ABSENT), new.get(key, ABSENT))
    else:
        yield Leaf(keys, old, new)


def _keys_of_both(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[str]:
    return dict.fromkeys((*new, *old))


def entry_differences(
    old: Sequence[Any], new: Sequence[Any], identities: tuple[Sequence[Hashable], ...] = ()
) -> Iterator[EntryDifference]:
    """Yield the entries that were added and removed between two lists that are sets, added ones first.

    `identities` has a hashable key for every entry of both lists, if the entries themselves are not hashable.
    """
    before, after = identities or (old, new)
    both = set(before).intersection(after)
    for index in _unmatched(after, before):
        yield EntryDifference(new[index], None, index, after[index] in both)
    for index in _unmatched(before, after):
        yield EntryDifference(old[index], index, None, before[index] in both)


def _unmatched(names: Sequence[Hashable], others: Sequence[Hashable]) -> Iterator[int]:
    """Yield the indices of names that `others` does not have, or has less often."""
    left = Counter(others)
    for index, name in enumerate(names):
        if left[name]:
            left[name] -= 1
        else:
            yield index


def reordered_span(old: Iterable[Hashable], new: Iterable[Hashable]) -> tuple[list[Any], list[Any]] | None:
    """Return the ranges of both lists between which the common names differ in order; None if the order is the same."""
    before, after = list(old), list(new)
    if before == after:
        return None
    if len(names := set(before)) == len(before) and len(others := set(after)) == len(after):
        names &= others
        before, after = [name for name in before if name in names], [name for name in after if name in names]
    else:
        common = Counter(before) & Counter(after)
        before, after = _keep_common(before, common), _keep_common(after, common)
    if before == after:
        return None
    differ = [index for index, names in enumerate(zip(before, after, strict=True)) if names[0] != names[1]]
    span = slice(differ[0], differ[-1] + 1)
    return before[span], after[span]


def _keep_common(names: list[Any], common: Counter[Any]) -> list[Any]:
    left = Counter(common)
    found = []
    for name in names:
        if left[name]:
            left[name] -= 1
            found.append(name)
    return found
