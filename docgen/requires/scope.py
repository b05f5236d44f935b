"""Variables while a function is followed: what each name means now, and the dicts and lists that are being built.

A dict or list literal becomes a `Ref`, so that `params["Tags"] = …` reaches every name of the same dict. Branches get
copies, which are merged where they meet; whatever leaves a variable is a snapshot without any `Ref`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

from docgen.requires.terms import NOTHING, Argument, Const, Mapping, Sequence, Term, Union

MAX_OPTIONS = 12
"""Terms that a variable may have at once; more are cut. Hand-written code has at most a few."""

_ids = count(1)
_T = TypeVar("_T")


@dataclass(slots=True, eq=False)
class Ref(Term):
    """A dict or a list that may still grow; never leaves the function that makes it."""

    id: int
    is_dict: bool


@dataclass(slots=True, eq=False)
class State:
    """The variables at one point of a function."""

    module: str
    names: dict[str, Term] = field(default_factory=dict)
    dicts: dict[int, tuple[Argument, ...]] = field(default_factory=dict)
    lists: dict[int, tuple[Term, ...]] = field(default_factory=dict)

    def copy(self) -> State:
        """The same variables, to be changed independently."""
        return State(self.module, dict(self.names), dict(self.dicts), dict(self.lists))

    def new_dict(self, entries: tuple[Argument, ...]) -> Ref:
        """A dict that may grow."""
        ref = Ref(next(_ids), True)
        self.dicts[ref.id] = entries
        return ref

    def new_list(self, items: tuple[Term, ...]) -> Ref:
        """A list that may grow."""
        ref = Ref(next(_ids), False)
        self.lists[ref.id] = items
        return ref

    def extend(self, ref: Ref, *more: Argument | Term) -> None:
        """Add entries to a dict, or items to a list."""
        if ref.is_dict:
            self.dicts[ref.id] = (*self.dicts.get(ref.id, ()), *(each for each in more if isinstance(each, Argument)))
        else:
            self.lists[ref.id] = (*self.lists.get(ref.id, ()), *(each for each in more if isinstance(each, Term)))

    def remove(self, ref: Ref, key: object) -> None:
        """Take a key out of a dict."""
        entries = self.dicts.get(ref.id, ())
        self.dicts[ref.id] = tuple(
            each for each in entries if not (isinstance(each.key, Const) and each.key.value == key)
        )

    def snapshot(self, term: Term, known: dict[int, Term] | None = None) -> Term:
        """The term as it is now. A dict that holds itself is cut, and one that is held twice is the same term."""
        known = {} if known is None else known
        if isinstance(term, Union) and any(isinstance(option, Ref) for option in term.options):
            return Union(tuple(self.snapshot(option, known) for option in term.options))
        if not isinstance(term, Ref):
            return term
        if term.id not in known:
            known[term.id] = NOTHING  # while it is worked out
            known[term.id] = self._snapshot(term, known)
        return known[term.id]

    def _snapshot(self, ref: Ref, known: dict[int, Term]) -> Term:
        if ref.is_dict:
            return Mapping(tuple(self._entry(entry, known) for entry in self.dicts.get(ref.id, ())), self.module)
        return Sequence(tuple(self.snapshot(item, known) for item in self.lists.get(ref.id, ())))

    def _entry(self, entry: Argument, known: dict[int, Term]) -> Argument:
        value = self.snapshot(entry.value, known)
        if value is entry.value:
            return entry
        return Argument(entry.key, value, entry.line, entry.column, entry.guards)

    def merge(self, other: State) -> None:
        """Make this the state where two branches meet."""
        for name, term in other.names.items():
            mine = self.names.get(name)
            self.names[name] = term if mine is None else either_of(mine, term)
        for id, entries in other.dicts.items():
            self.dicts[id] = _joined(self.dicts.get(id, ()), entries)
        for id, items in other.lists.items():
            self.lists[id] = _joined(self.lists.get(id, ()), items)

    def grew_from(self, before: State) -> bool:
        """Whether a variable or a dict that was there before is different now."""
        return any(self.names.get(name) is not term for name, term in before.names.items()) or any(
            self.dicts.get(id) is not entries for id, entries in before.dicts.items()
        )


def either_of(*terms: Term) -> Term:
    """One of these; flat, each once."""
    found: dict[int, Term] = {}
    for term in terms:
        for option in term.options if isinstance(term, Union) else (term,):
            found.setdefault(id(option), option)
    options = tuple(found.values())
    return options[0] if len(options) == 1 else Union(options[:MAX_OPTIONS])


def is_key(term: Term | None, value: object) -> bool:
    """Whether a term is this literal key."""
    return isinstance(term, Const) and term.value == value


def _joined(first: tuple[_T, ...], second: tuple[_T, ...]) -> tuple[_T, ...]:
    if first is second:
        return first
    known = {id(each) for each in first}
    return (*first, *(each for each in second if id(each) not in known))
