"""The files beside a model: paginators, waiters, examples, endpoint rules, and what SDKs merge into them.

Paginators and waiters are compared key by key. Of examples each operation is one fact, of endpoint rules the whole
file is, with what can be said cheaply: they are programs, not data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from docgen.diff.facts import Delta, Kind, came, fact, went
from docgen.diff.json_values import ABSENT, Leaf, entries, leaves, moved, same
from docgen.model.service import pointer


class _Layout(NamedTuple):
    """Where a file keeps its entries, and what one is called."""

    kind: Kind
    word: str
    keys: tuple[str, ...]


_LAYOUTS = {
    "paginators-1.json": _Layout(Kind.PAGINATOR, "paginator", ("pagination",)),
    "paginators-1.sdk-extras.json": _Layout(Kind.PAGINATOR, "paginator", ("merge", "pagination")),
    "waiters-2.json": _Layout(Kind.WAITER, "waiter", ("waiters",)),
    "waiters-1.json": _Layout(Kind.WAITER, "waiter", ("waiters",)),
    "examples-1.json": _Layout(Kind.EXAMPLE, "example", ("examples",)),
}
_NONE = _Layout(Kind.SERVICE, "service", ())
_ENDPOINTS = ("endpoint-", "endpoints.", "partitions.")
_COUNTED = ("parameters", "rules", "partitions", "regions", "services", "endpoints")


def compare_siblings(service: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Delta]:
    """The facts of the files beside two models, file by file in the order of their names."""
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if same(before, after):
            continue
        if name.startswith(_ENDPOINTS):
            yield _whole(service, name, before, after)
        else:
            yield from _File(service, name, before, after).facts()


def _whole(service: str, name: str, old: Any, new: Any) -> Delta:
    values = None if old is None else _summary(old), None if new is None else _summary(new)
    at = None if old is None else f"{name}#", None if new is None else f"{name}#"
    return fact(f"{service}#endpoints", Kind.ENDPOINTS, values, at, name, at="service")


def _summary(value: Any) -> dict[str, Any]:
    """How much of what there is anywhere in a file, and a name for the content."""
    counts: dict[str, int] = {}
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            for key, inner in each.items():
                if key in _COUNTED and isinstance(inner, (dict, list)):
                    counts[key] = counts.get(key, 0) + len(inner)
        if isinstance(each, (dict, list)):
            waiting.extend(each.values() if isinstance(each, dict) else each)
    digest = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
    return {**dict(sorted(counts.items())), "digest": digest[:16]}


class _File:
    """Two versions of one file; None where there is none."""

    def __init__(self, service: str, name: str, old: Any, new: Any) -> None:
        self.service = service
        self.name = name
        self.both = old is not None and new is not None
        self.old = old if isinstance(old, dict) else {}
        self.new = new if isinstance(new, dict) else {}
        self.layout = _LAYOUTS.get(name, _NONE)
        held = (_held(value, self.layout.keys) for value in (self.old, self.new))
        if not all(each is ABSENT or isinstance(each, dict) for each in held):
            self.layout = _NONE

    def facts(self) -> Iterator[Delta]:
        kind, word, keys = self.layout
        before, after = _inside(self.old, keys), _inside(self.new, keys)
        for entry in dict.fromkeys((*after, *before)):
            sides = before.get(entry, ABSENT), after.get(entry, ABSENT)
            at = f"{self.name}#{pointer(*keys, entry)}"
            yield from self.entry(f"{self.service}#{word}:{entry}", entry, *sides, at)
        id = f"{self.service}#{word}s" if keys else f"{self.service}#{self.name}"
        for leaf in self.rest():
            places = leaf.pointers(f"{self.name}#", f"{self.name}#")
            yield fact(id, kind, leaf.values(), places, leaf.trait, effective=self.both or not keys, at="service")

    def rest(self) -> Iterator[Leaf]:
        """What differs outside the entries, such as the version of the format."""
        keys = self.layout.keys
        for leaf in leaves(_outside(self.old, keys), _outside(self.new, keys)):
            held = [_held(value, leaf.keys) for value in (self.old, self.new)]
            if not all(isinstance(each, dict) for each in held):  # else one of them only lost its entries
                yield leaf

    def entry(self, id: str, name: str, old: Any, new: Any, at: str) -> Iterator[Delta]:
        kind, word, _ = self.layout
        if old is ABSENT:
            yield came(id, kind, name, at, at=word)
        elif new is ABSENT:
            yield went(id, kind, name, at, at=word)
        elif kind is Kind.EXAMPLE or not (isinstance(old, dict) and isinstance(new, dict)):
            if not same(old, new):
                yield fact(id, kind, (old, new), (at, at), at=word)
        else:
            yield from self.keys(id, old, new, at)

    def keys(self, id: str, old: dict[str, Any], new: dict[str, Any], at: str) -> Iterator[Delta]:
        kind, word, _ = self.layout
        for leaf in leaves(old, new):
            if kind is Kind.WAITER and isinstance(leaf.old, list) and isinstance(leaf.new, list):
                yield from _acceptors(id, leaf, at)
            else:
                effective = kind is not Kind.PAGINATOR or not same(_listed(leaf.old), _listed(leaf.new))
                yield fact(id, kind, leaf.values(), leaf.pointers(at, at), leaf.trait, effective=effective, at=word)


def _acceptors(id: str, leaf: Leaf, at: str) -> Iterator[Delta]:
    """Conditions that came or went, and their order: the first that holds counts."""
    where = at + pointer(*leaf.keys)
    old, new = ([json.dumps(each, sort_keys=True) for each in side] for side in (leaf.old, leaf.new))
    names: tuple[list[str], list[str]] = (old, new)
    for value, was, is_, _ in entries(leaf.old, leaf.new, names):
        if was is None:
            yield came(id, Kind.WAITER, value, f"{where}/{is_}", leaf.trait, at="waiter")
        else:
            yield went(id, Kind.WAITER, value, f"{where}/{was}", leaf.trait, at="waiter")
    stretch = moved(*names)
    if stretch is not None:
        turned = [json.loads(each) for each in stretch[0]], [json.loads(each) for each in stretch[1]]
        yield fact(id, Kind.ORDER, turned, (where, where), leaf.trait, at="waiter")


def _listed(value: Any) -> Any:
    """A paginator says the same by a name and by a list of one."""
    return value if isinstance(value, list) or value is ABSENT else [value]


def _held(value: Any, keys: tuple[str, ...]) -> Any:
    """What stands under the keys; ABSENT if nothing does."""
    for key in keys:
        value = value.get(key, ABSENT) if isinstance(value, dict) else ABSENT
    return value


def _inside(value: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """The object under the keys; none is as good as an empty one."""
    held = _held(value, keys)
    return held if keys and isinstance(held, dict) else {}


def _outside(value: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """What is left without the object under the keys, and without those that it leaves empty."""
    if not keys or not _inside(value, keys):
        return value
    left = {key: inner for key, inner in value.items() if key != keys[0]}
    if keys[1:] and (deeper := _outside(value[keys[0]], keys[1:])):
        left[keys[0]] = deeper
    return left
