"""The files beside a model: paginators, waiters, examples, endpoint rules, and what SDKs merge into them.

Paginators and waiters are compared key by key. Of examples each operation is one fact, of endpoint rules the whole
file is, with what can be said cheaply: they are programs, not data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from docgen.diff.facts import Delta, Kind, added_delta, make_delta, removed_delta
from docgen.diff.json_values import ABSENT, Leaf, differing_leaves, entry_differences, json_equal, reordered_span
from docgen.model.service import json_pointer


class _EntryLayout(NamedTuple):
    """Where a file keeps its entries, and what one is called."""

    kind: Kind
    carrier: str
    keys: tuple[str, ...]


_LAYOUTS = {
    "paginators-1.json": _EntryLayout(Kind.PAGINATOR, "paginator", ("pagination",)),
    "paginators-1.sdk-extras.json": _EntryLayout(Kind.PAGINATOR, "paginator", ("merge", "pagination")),
    "waiters-2.json": _EntryLayout(Kind.WAITER, "waiter", ("waiters",)),
    "waiters-1.json": _EntryLayout(Kind.WAITER, "waiter", ("waiters",)),
    "examples-1.json": _EntryLayout(Kind.EXAMPLE, "example", ("examples",)),
}
_NO_ENTRIES = _EntryLayout(Kind.SERVICE, "service", ())
_ENDPOINT_PREFIXES = ("endpoint-", "endpoints.", "partitions.")
_COUNTED_KEYS = ("parameters", "rules", "partitions", "regions", "services", "endpoints")


def compare_siblings(service: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Delta]:
    """The facts of the files beside two models, file by file in the order of their names."""
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if json_equal(before, after):
            continue
        if name.startswith(_ENDPOINT_PREFIXES):
            yield _endpoints_delta(service, name, before, after)
        else:
            yield from _FilePair(service, name, before, after).deltas()


def _endpoints_delta(service: str, name: str, old: Any, new: Any) -> Delta:
    values = None if old is None else _endpoints_summary(old), None if new is None else _endpoints_summary(new)
    at = None if old is None else f"{name}#", None if new is None else f"{name}#"
    return make_delta(f"{service}#endpoints", Kind.ENDPOINTS, values, at, name, carrier="service")


def _endpoints_summary(value: Any) -> dict[str, Any]:
    """How much of what there is anywhere in a file, and a name for the content."""
    counts: dict[str, int] = {}
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            for key, inner in each.items():
                if key in _COUNTED_KEYS and isinstance(inner, (dict, list)):
                    counts[key] = counts.get(key, 0) + len(inner)
        if isinstance(each, (dict, list)):
            waiting.extend(each.values() if isinstance(each, dict) else each)
    digest = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
    return {**dict(sorted(counts.items())), "digest": digest[:16]}


class _FilePair:
    """Two versions of one file; None where there is none."""

    def __init__(self, service: str, name: str, old: Any, new: Any) -> None:
        self.service = service
        self.name = name
        self.in_both = old is not None and new is not None
        self.old = old if isinstance(old, dict) else {}
        self.new = new if isinstance(new, dict) else {}
        self.layout = _LAYOUTS.get(name, _NO_ENTRIES)
        held = (_value_at(value, self.layout.keys) for value in (self.old, self.new))
        if not all(each is ABSENT or isinstance(each, dict) for each in held):
            self.layout = _NO_ENTRIES

    def deltas(self) -> Iterator[Delta]:
        kind, word, keys = self.layout
        before, after = _object_at(self.old, keys), _object_at(self.new, keys)
        for entry in dict.fromkeys((*after, *before)):
            sides = before.get(entry, ABSENT), after.get(entry, ABSENT)
            at = f"{self.name}#{json_pointer(*keys, entry)}"
            yield from self.entry_deltas(f"{self.service}#{word}:{entry}", entry, *sides, at)
        id = f"{self.service}#{word}s" if keys else f"{self.service}#{self.name}"
        for leaf in self.other_leaves():
            places = leaf.pointers(f"{self.name}#", f"{self.name}#")
            yield make_delta(
                id, kind, leaf.values(), places, leaf.trait, effective=self.in_both or not keys, carrier="service"
            )

    def other_leaves(self) -> Iterator[Leaf]:
        """What differs outside the entries, such as the version of the format."""
        keys = self.layout.keys
        for leaf in differing_leaves(_without_object_at(self.old, keys), _without_object_at(self.new, keys)):
            held = [_value_at(value, leaf.keys) for value in (self.old, self.new)]
            if not all(isinstance(each, dict) for each in held):  # else one of them only lost its entries
                yield leaf

    def entry_deltas(self, id: str, name: str, old: Any, new: Any, entry_pointer: str) -> Iterator[Delta]:
        kind, word, _ = self.layout
        if old is ABSENT:
            yield added_delta(id, kind, name, entry_pointer, carrier=word)
        elif new is ABSENT:
            yield removed_delta(id, kind, name, entry_pointer, carrier=word)
        elif kind is Kind.EXAMPLE or not (isinstance(old, dict) and isinstance(new, dict)):
            if not json_equal(old, new):
                yield make_delta(id, kind, (old, new), (entry_pointer, entry_pointer), carrier=word)
        else:
            yield from self.key_deltas(id, old, new, entry_pointer)

    def key_deltas(self, id: str, old: dict[str, Any], new: dict[str, Any], entry_pointer: str) -> Iterator[Delta]:
        kind, word, _ = self.layout
        for leaf in differing_leaves(old, new):
            if kind is Kind.WAITER and isinstance(leaf.old, list) and isinstance(leaf.new, list):
                yield from _acceptor_deltas(id, leaf, entry_pointer)
            else:
                effective = kind is not Kind.PAGINATOR or not json_equal(_as_list(leaf.old), _as_list(leaf.new))
                yield make_delta(
                    id,
                    kind,
                    leaf.values(),
                    leaf.pointers(entry_pointer, entry_pointer),
                    leaf.trait,
                    effective=effective,
                    carrier=word,
                )


def _acceptor_deltas(id: str, leaf: Leaf, entry_pointer: str) -> Iterator[Delta]:
    """Conditions that came or went, and their order: the first that holds counts."""
    where = entry_pointer + json_pointer(*leaf.keys)
    old, new = ([json.dumps(each, sort_keys=True) for each in side] for side in (leaf.old, leaf.new))
    names: tuple[list[str], list[str]] = (old, new)
    for value, was, is_, _ in entry_differences(leaf.old, leaf.new, names):
        if was is None:
            yield added_delta(id, Kind.WAITER, value, f"{where}/{is_}", leaf.trait, carrier="waiter")
        else:
            yield removed_delta(id, Kind.WAITER, value, f"{where}/{was}", leaf.trait, carrier="waiter")
    stretch = reordered_span(*names)
    if stretch is not None:
        turned = [json.loads(each) for each in stretch[0]], [json.loads(each) for each in stretch[1]]
        yield make_delta(id, Kind.ORDER, turned, (where, where), leaf.trait, carrier="waiter")


def _as_list(value: Any) -> Any:
    """A paginator says the same by a name and by a list of one."""
    return value if isinstance(value, list) or value is ABSENT else [value]


def _value_at(value: Any, keys: tuple[str, ...]) -> Any:
    """What stands under the keys; ABSENT if nothing does."""
    for key in keys:
        value = value.get(key, ABSENT) if isinstance(value, dict) else ABSENT
    return value


def _object_at(value: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """The object under the keys; none is as good as an empty one."""
    held = _value_at(value, keys)
    return held if keys and isinstance(held, dict) else {}


def _without_object_at(value: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """What is left without the object under the keys, and without those that it leaves empty."""
    if not keys or not _object_at(value, keys):
        return value
    left = {key: inner for key, inner in value.items() if key != keys[0]}
    if keys[1:] and (deeper := _without_object_at(value[keys[0]], keys[1:])):
        left[keys[0]] = deeper
    return left
