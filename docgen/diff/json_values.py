"""Comparing JSON values: which leaves differ, what came and went in a list that is a set, whether its order changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from docgen.model.service import pointer


class _Absent:
    """What stands where an object has no such key: null is a value."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()
_OBJECTS = (dict, MappingProxyType)


class Leaf(NamedTuple):
    """A value that differs, under the keys that lead to it; ABSENT where one side has none."""

    keys: tuple[str, ...]
    old: Any
    new: Any

    @property
    def trait(self) -> str:
        """The dotted name."""
        return ".".join(self.keys)

    def values(self) -> tuple[Any, Any]:
        """The old and the new value, None for one that is absent."""
        return None if self.old is ABSENT else self.old, None if self.new is ABSENT else self.new

    def pointers(self, old: str, new: str) -> tuple[str | None, str | None]:
        """The pointers to the values, below those of the objects that hold them."""
        below = pointer(*self.keys)
        return None if self.old is ABSENT else old + below, None if self.new is ABSENT else new + below


class Entry(NamedTuple):
    """One entry of a list that is a set: it came (`old` is None) or went, `extra` where the list has another alike."""

    value: Any
    old: int | None
    new: int | None
    extra: bool


def same(old: Any, new: Any) -> bool:
    """Whether two JSON values are equal, though to Python `true` is 1."""
    return old is new or (old == new and (old.__class__ is str or _same_kinds(old, new)))


def _same_kinds(old: Any, new: Any) -> bool:
    """Whether two values that are equal to Python have booleans in the same places."""
    if isinstance(old, _OBJECTS):
        for key, value in old.items():
            other = new[key]
            if value is not other and value.__class__ is not str and not _same_kinds(value, other):
                return False
        return True
    if isinstance(old, list):
        return all(map(_same_kinds, old, new))
    return isinstance(old, bool) == isinstance(new, bool)


def leaves(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Leaf]:
    """The values in which two objects differ, those of the new one first.

    Objects inside are compared key by key; one that came or went as a whole stands for its keys, and what lies
    deeper in it is not listed.
    """
    for key in _keys(old, new):
        before, after = old.get(key, ABSENT), new.get(key, ABSENT)
        if before is ABSENT or after is ABSENT:
            filled = after if before is ABSENT else before
            if isinstance(filled, _OBJECTS) and filled:
                empty = dict.fromkeys(filled, ABSENT)
                sides = (empty, filled) if before is ABSENT else (filled, empty)
                yield from (Leaf((key, inner), sides[0][inner], sides[1][inner]) for inner in filled)
                continue
        yield from _leaves((key,), before, after)


def _leaves(keys: tuple[str, ...], old: Any, new: Any) -> Iterator[Leaf]:
    if same(old, new):
        return
    if isinstance(old, _OBJECTS) and isinstance(new, _OBJECTS):
        for key in _keys(old, new):
            yield from _leaves((*keys, key), old.get(key, ABSENT), new.get(key, ABSENT))
    else:
        yield Leaf(keys, old, new)


def _keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[str]:
    return dict.fromkeys((*new, *old))


def entries(old: Sequence[Any], new: Sequence[Any], names: tuple[Sequence[Hashable], ...] = ()) -> Iterator[Entry]:
    """What came and went between two lists that are sets, came first; `names` tell their entries apart."""
    before, after = names or (old, new)
    both = set(before).intersection(after)
    for index in _unmatched(after, before):
        yield Entry(new[index], None, index, after[index] in both)
    for index in _unmatched(before, after):
        yield Entry(old[index], index, None, before[index] in both)


def _unmatched(names: Sequence[Hashable], others: Sequence[Hashable]) -> Iterator[int]:
    """The indexes of names that the others do not have, or have not as often."""
    left = Counter(others)
    for index, name in enumerate(names):
        if left[name]:
            left[name] -= 1
        else:
            yield index


def moved(old: Iterable[Hashable], new: Iterable[Hashable]) -> tuple[list[Any], list[Any]] | None:
    """The stretch in which the names that both have stand in another order; None if they stand in the same."""
    before, after = list(old), list(new)
    if before == after:
        return None
    common = Counter(before) & Counter(after)
    before, after = _only(before, common), _only(after, common)
    if before == after:
        return None
    differ = [index for index, names in enumerate(zip(before, after, strict=True)) if names[0] != names[1]]
    stretch = slice(differ[0], differ[-1] + 1)
    return before[stretch], after[stretch]


def _only(names: list[Any], common: Counter[Any]) -> list[Any]:
    left = Counter(common)
    found = []
    for name in names:
        if left[name]:
            left[name] -= 1
            found.append(name)
    return found
