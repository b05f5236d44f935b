"""Variables while a function is followed: the meaning of each name, and the dicts and lists that are being built.

A dict or list literal becomes a `Ref`, so that `params["Tags"] = …` affects every name of the same dict. Branches get
copies, which are merged where they meet. Whatever leaves a variable is a snapshot without any `Ref`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

from docgen.requires.terms import NOTHING, Argument, Const, Guard, Mapping, Sequence, Term, Union

MAX_OPTIONS = 12
"""The most terms of a variable; others are dropped. Hand-written code has at most a few."""

MAX_GUARDS = 60
"""The most guards of a place; the nearest are kept. Hand-written code has at most a few."""

MAX_EFFORT = 20_000_000
"""The most variables and entries of dicts and lists that may be copied for one file, which takes about a second.

Copies for branches, and of dicts that are read while they grow, may cost the square of a file's size. A file that needs
more is generated or malicious.
"""

_SNAPSHOT_EFFORT = 40
"""The cost of making a term of an entry, in copied entries."""

_ids = count(1)
_T = TypeVar("_T")


class EffortError(Exception):
    """A file needs more effort than `MAX_EFFORT`."""


class Effort:
    """Counts the entries that were copied or read for one file."""

    def __init__(self) -> None:
        self.spent = 0

    def spend(self, entries: int) -> None:
        """Count some entries; raise `EffortError` if there are too many."""
        self.spent += entries
        if self.spent > MAX_EFFORT:
            raise EffortError


class Grown(Generic[_T]):
    """An immutable sequence that shares all but its last items with the one that it grew from.

    So a dict costs one object for each key that is set, however many branches hold a copy of it.
    """

    __slots__ = ("_before", "_last", "_size")

    def __init__(self, before: Grown[_T] | None = None, last: tuple[_T, ...] = ()) -> None:
        self._before = before
        self._last = last
        self._size: int = (0 if before is None else before._size) + len(last)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[_T]:
        return (item for part in reversed(list(self._parts())) for item in part._last)

    def _parts(self) -> Iterator[Grown[_T]]:
        """Yield this sequence and those that it grew from, newest first."""
        part: Grown[_T] | None = self
        while part is not None:
            yield part
            part = part._before

    def and_more(self, items: Iterable[_T]) -> Grown[_T]:
        """Return the sequence with further items."""
        more = tuple(items)
        return Grown(self, more) if more else self

    def joined(self, other: Grown[_T]) -> Grown[_T]:
        """Return the sequence with the items that only the other one has. Their common beginning is not visited."""
        mine: Grown[_T] | None = self
        theirs: Grown[_T] | None = other
        here: list[Grown[_T]] = []
        there: list[Grown[_T]] = []
        while mine is not theirs:
            if theirs is None or (mine is not None and mine._size > theirs._size):
                assert mine is not None  # noqa: S101 - for the type checker: they differ
                here.append(mine)
                mine = mine._before
            else:
                there.append(theirs)
                theirs = theirs._before
        known = {id(item) for part in here for item in part._last}
        return self.and_more(item for part in reversed(there) for item in part._last if id(item) not in known)


@dataclass(slots=True, eq=False)
class Ref(Term):
    """A dict or a list that may still grow. It never leaves the function that creates it."""

    id: int
    is_dict: bool


@dataclass(slots=True, eq=False)
class State:
    """The variables at one point of a function."""

    module: str
    names: dict[str, Term] = field(default_factory=dict)
    dicts: dict[int, Grown[Argument]] = field(default_factory=dict)
    lists: dict[int, Grown[Term]] = field(default_factory=dict)
    effort: Effort = field(default_factory=Effort)

    def copy(self) -> State:
        """Return an independent copy."""
        self.effort.spend(len(self.names) + len(self.dicts) + len(self.lists))
        return State(self.module, dict(self.names), dict(self.dicts), dict(self.lists), self.effort)

    def inner(self) -> State:
        """Return the initial state of the body of a function that sees these dicts and lists."""
        self.effort.spend(len(self.dicts) + len(self.lists))
        return State(self.module, {}, dict(self.dicts), dict(self.lists), self.effort)

    def new_dict(self, entries: Iterable[Argument]) -> Ref:
        """Create a dict that may grow."""
        ref = Ref(next(_ids), True)
        self.dicts[ref.id] = Grown(None, tuple(entries))
        return ref

    def new_list(self, items: Iterable[Term]) -> Ref:
        """Create a list that may grow."""
        ref = Ref(next(_ids), False)
        self.lists[ref.id] = Grown(None, tuple(items))
        return ref

    def copied(self, ref: Ref) -> Ref:
        """Copy a dict or a list; the copy grows independently."""
        new = Ref(next(_ids), ref.is_dict)
        if ref.is_dict:
            self.dicts[new.id] = self.dicts.get(ref.id, Grown())
        else:
            self.lists[new.id] = self.lists.get(ref.id, Grown())
        return new

    def entries(self, ref: Ref) -> Grown[Argument]:
        """Return the entries of a dict, and count them as effort."""
        found = self.dicts.get(ref.id, Grown[Argument]())
        self.effort.spend(len(found))
        return found

    def extend(self, ref: Ref, *more: Argument | Term) -> None:
        """Add entries to a dict, or items to a list."""
        if ref.is_dict:
            entries = self.dicts.get(ref.id, Grown[Argument]())
            self.dicts[ref.id] = entries.and_more(each for each in more if isinstance(each, Argument))
        else:
            items = self.lists.get(ref.id, Grown[Term]())
            self.lists[ref.id] = items.and_more(each for each in more if isinstance(each, Term))

    def remove(self, ref: Ref, key: object) -> None:
        """Remove a key from a dict."""
        entries = self.entries(ref)
        kept = tuple(each for each in entries if not is_key(each.key, key))
        if len(kept) < len(entries):
            self.dicts[ref.id] = Grown(None, kept)

    def snapshot(self, term: Term, known: dict[int, Term] | None = None) -> Term:
        """Return the term as it is now. A dict inside itself is cut; one that occurs twice becomes the same term."""
        known = {} if known is None else known
        if isinstance(term, Union) and any(isinstance(option, Ref) for option in term.options):
            return Union(tuple(self.snapshot(option, known) for option in term.options))
        if not isinstance(term, Ref):
            return term
        if term.id not in known:
            known[term.id] = NOTHING  # while it is computed
            known[term.id] = self._snapshot(term, known)
        return known[term.id]

    def _snapshot(self, ref: Ref, known: dict[int, Term]) -> Term:
        if ref.is_dict:
            entries = self.entries(ref)
            self.effort.spend(_SNAPSHOT_EFFORT * len(entries))
            return Mapping(tuple(self._entry(entry, known) for entry in entries), self.module)
        items = self.lists.get(ref.id, Grown[Term]())
        self.effort.spend(_SNAPSHOT_EFFORT * len(items))
        return Sequence(tuple(self.snapshot(item, known) for item in items))

    def _entry(self, entry: Argument, known: dict[int, Term]) -> Argument:
        value = self.snapshot(entry.value, known)
        if value is entry.value:
            return entry
        return Argument(entry.key, value, entry.line, entry.column, entry.guards)

    def merge(self, other: State) -> None:
        """Turn this into the state where two branches meet."""
        self.effort.spend(len(other.names) + len(other.dicts) + len(other.lists))
        for name, term in other.names.items():
            mine = self.names.get(name)
            self.names[name] = term if mine is None else either_of(mine, term)
        for id, entries in other.dicts.items():
            self.dicts[id] = self.dicts[id].joined(entries) if id in self.dicts else entries
        for id, items in other.lists.items():
            self.lists[id] = self.lists[id].joined(items) if id in self.lists else items

    def grew_from(self, before: State) -> bool:
        """Return whether a variable or a dict of the earlier state has changed."""
        return any(self.names.get(name) is not term for name, term in before.names.items()) or any(
            self.dicts.get(id) is not entries for id, entries in before.dicts.items()
        )


def either_of(*terms: Term) -> Term:
    """Return a term for one of several, flattened and without duplicates."""
    found: dict[int, Term] = {}
    for term in terms:
        for option in term.options if isinstance(term, Union) else (term,):
            found.setdefault(id(option), option)
    options = tuple(found.values())
    return options[0] if len(options) == 1 else Union(options[:MAX_OPTIONS])


def is_key(term: Term | None, value: object) -> bool:
    """Return whether a term is this literal key."""
    return isinstance(term, Const) and term.value == value


def with_guards(guards: tuple[Guard, ...], more: Iterable[Guard]) -> tuple[Guard, ...]:
    """Return guards with further ones after them. Only the nearest are kept."""
    return (*guards, *more)[-MAX_GUARDS:]
