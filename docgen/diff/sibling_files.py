"""The comparison of a model's sibling files: paginators, waiters, examples and endpoint rules.

Paginators and waiters are compared key by key. The examples of an operation are one delta, and so is a whole file of
endpoint rules, with a summary and the URLs that differ: it is a program rather than data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from docgen.diff.delta import Delta, Kind, added_delta, make_delta, removed_delta
from docgen.diff.endpoint_differences import endpoint_differences
from docgen.diff.json_values import ABSENT, Leaf, differing_leaves, entry_differences, json_equal, reordered_span
from docgen.model.element_id import ElementId
from docgen.model.strict_json import json_pointer


class _EntryLayout(NamedTuple):
    """Where a file has its entries, and what one of them is called."""

    kind: Kind
    carrier: str
    keys: tuple[str, ...]


_LAYOUTS = {
    "paginators-1.json": _EntryLayout(Kind.PAGINATOR, "paginator", ("pagination",)),
    "waiters-2.json": _EntryLayout(Kind.WAITER, "waiter", ("waiters",)),
    "waiters-1.json": _EntryLayout(Kind.WAITER, "waiter", ("waiters",)),
    "examples-1.json": _EntryLayout(Kind.EXAMPLE, "example", ("examples",)),
}
_NO_ENTRIES = _EntryLayout(Kind.SERVICE, "service", ())
ENDPOINT_PREFIXES = ("endpoint-", "endpoints.", "partitions.")
"""The prefixes of the names of files that define where requests are sent."""

_EXTRAS_SUFFIX = ".sdk-extras.json"
_COUNTED_KEYS = ("parameters", "rules", "partitions", "regions", "services", "endpoints")


def compare_siblings(service: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Delta]:
    """Yield the deltas of the sibling files of two models, by the name of the file.

    Args:
        service: The SDK's name of the service.
        old: The decoded files of the old model by their names.
        new: The decoded files of the new model.
    """
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if name.endswith(_EXTRAS_SUFFIX) or json_equal(before, after):
            continue  # extras are part of the files that they extend, which are compared with them
        if name.startswith(ENDPOINT_PREFIXES):
            yield _endpoints_delta(service, name, before, after)
        else:
            yield from _FilePair(service, name, before, after).deltas()


def _endpoints_delta(service: str, name: str, old: Any, new: Any) -> Delta:
    before, after = (None if value is None else _endpoints_summary(value) for value in (old, new))
    if before is not None and after is not None and all(isinstance(rules, dict) for rules in (old, new)):
        differences = endpoint_differences(old, new)
        before, after = ({**before, **differences[0]}, {**after, **differences[1]}) if differences else (before, after)
    pointers = None if old is None else f"{name}#", None if new is None else f"{name}#"
    return make_delta(
        ElementId(service, "endpoints"), Kind.ENDPOINTS, (before, after), pointers, name, carrier="service"
    )


def _endpoints_summary(value: Any) -> dict[str, Any]:
    """Return the sizes of the known objects and lists anywhere in a file, and a digest of its content."""
    counts: dict[str, int] = {}
    pending = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            for key, inner in node.items():
                if key in _COUNTED_KEYS and isinstance(inner, (dict, list)):
                    counts[key] = counts.get(key, 0) + len(inner)
        if isinstance(node, (dict, list)):
            pending.extend(node.values() if isinstance(node, dict) else node)
    digest = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
    return {**dict(sorted(counts.items())), "digest": digest[:16]}


class _FilePair:
    """Two versions of one file. A version is None if it does not exist."""

    def __init__(self, service: str, name: str, old: Any, new: Any) -> None:
        self.service = service
        self.name = name
        self.in_both = old is not None and new is not None
        self.old = old if isinstance(old, dict) else {}
        self.new = new if isinstance(new, dict) else {}
        self.layout = _LAYOUTS.get(name, _NO_ENTRIES)
        entries = (_value_at(value, self.layout.keys) for value in (self.old, self.new))
        if not all(value is ABSENT or isinstance(value, dict) for value in entries):
            self.layout = _NO_ENTRIES

    def deltas(self) -> Iterator[Delta]:
        kind, carrier, keys = self.layout
        before, after = _object_at(self.old, keys), _object_at(self.new, keys)
        for entry in dict.fromkeys((*after, *before)):
            values = before.get(entry, ABSENT), after.get(entry, ABSENT)
            pointer = f"{self.name}#{json_pointer(*keys, entry)}"
            yield from self.entry_deltas(ElementId.of_entry(self.service, carrier, entry), entry, *values, pointer)
        id = ElementId(self.service, f"{carrier}s" if keys else self.name)
        effective = self.in_both or not keys
        for leaf in self.other_leaves():
            pointers = leaf.pointers(f"{self.name}#", f"{self.name}#")
            yield make_delta(id, kind, leaf.values(), pointers, leaf.trait, effective=effective, carrier="service")

    def other_leaves(self) -> Iterator[Leaf]:
        """Yield the leaves that differ outside the entries, such as the version of the format."""
        keys = self.layout.keys
        for leaf in differing_leaves(_without_object_at(self.old, keys), _without_object_at(self.new, keys)):
            values = [_value_at(value, leaf.keys) for value in (self.old, self.new)]
            if not all(isinstance(value, dict) for value in values):  # else one of them only lost its entries
                yield leaf

    def entry_deltas(self, id: ElementId, name: str, old: Any, new: Any, entry_pointer: str) -> Iterator[Delta]:
        kind, carrier, _ = self.layout
        if old is ABSENT:
            yield added_delta(id, kind, name, entry_pointer, carrier=carrier)
        elif new is ABSENT:
            yield removed_delta(id, kind, name, entry_pointer, carrier=carrier)
        elif kind is Kind.EXAMPLE or not (isinstance(old, dict) and isinstance(new, dict)):
            if not json_equal(old, new):
                yield make_delta(id, kind, (old, new), (entry_pointer, entry_pointer), carrier=carrier)
        else:
            yield from self.key_deltas(id, old, new, entry_pointer)

    def key_deltas(
        self, id: ElementId, old: dict[str, Any], new: dict[str, Any], entry_pointer: str
    ) -> Iterator[Delta]:
        kind, carrier, _ = self.layout
        for leaf in differing_leaves(old, new):
            if kind is Kind.WAITER and isinstance(leaf.old, list) and isinstance(leaf.new, list):
                yield from _acceptor_deltas(id, leaf, entry_pointer)
            else:
                effective = kind is not Kind.PAGINATOR or not json_equal(_as_list(leaf.old), _as_list(leaf.new))
                pointers = leaf.pointers(entry_pointer, entry_pointer)
                yield make_delta(id, kind, leaf.values(), pointers, leaf.trait, effective=effective, carrier=carrier)


def _acceptor_deltas(id: ElementId, leaf: Leaf, entry_pointer: str) -> Iterator[Delta]:
    """Yield the deltas of the conditions of a waiter, and of their order, because the first one that holds counts."""
    pointer = entry_pointer + json_pointer(*leaf.keys)
    old, new = ([json.dumps(value, sort_keys=True) for value in side] for side in (leaf.old, leaf.new))
    identities: tuple[list[str], list[str]] = (old, new)
    for value, old_index, new_index, _ in entry_differences(leaf.old, leaf.new, identities):
        if old_index is None:
            yield added_delta(id, Kind.WAITER, value, f"{pointer}/{new_index}", leaf.trait, carrier="waiter")
        else:
            yield removed_delta(id, Kind.WAITER, value, f"{pointer}/{old_index}", leaf.trait, carrier="waiter")
    span = reordered_span(*identities)
    if span is not None:
        values = [json.loads(text) for text in span[0]], [json.loads(text) for text in span[1]]
        yield make_delta(id, Kind.ORDER, values, (pointer, pointer), leaf.trait, carrier="waiter")


def _as_list(value: Any) -> Any:
    """Return a value as a list: in a paginator a name means the same as a list of one name."""
    return value if isinstance(value, list) or value is ABSENT else [value]


def _value_at(value: Any, keys: tuple[str, ...]) -> Any:
    """Return the value at the keys; `ABSENT` if there is none."""
    for key in keys:
        value = value.get(key, ABSENT) if isinstance(value, dict) else ABSENT
    return value


def _object_at(value: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """Return the object at the keys; empty if there is none."""
    found = _value_at(value, keys)
    return found if keys and isinstance(found, dict) else {}


def _without_object_at(value: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """Return the value without the object at the keys, and without the objects that this leaves empty."""
    if not keys or not _object_at(value, keys):
        return value
    left = {key: inner for key, inner in value.items() if key != keys[0]}
    if keys[1:] and (deeper := _without_object_at(value[keys[0]], keys[1:])):
        left[keys[0]] = deeper
    return left
