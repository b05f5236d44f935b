"""What a comparison finds: a delta (one fact), the kinds of deltas, and all deltas of a service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from docgen.model.element_id import ElementId
from docgen.model.service import Service

ShapePair = tuple[str, str]
"""The names of an old and a new shape that are in the same place."""


class Kind(StrEnum):
    """What a delta is about."""

    SERVICE = "service"
    """A key of the metadata or of the top level; `trait` is its dotted name, such as `metadata.protocol`."""
    OPERATION = "operation"
    INPUT = "input"
    """The input of an operation of both versions was added or removed; likewise `OUTPUT` and `ERROR`."""
    OUTPUT = "output"
    ERROR = "error"
    MEMBER = "member"
    TARGET = "target"
    """A reference of both versions has another target; the two targets are compared with each other."""
    TYPE = "type"
    REQUIRED = "required"
    ENUM = "enum"
    """The closed set of values was added or removed as a whole."""
    ENUM_VALUE = "enum-value"
    TRAIT = "trait"
    """Any other key of an operation, a reference or a shape; `trait` is its dotted name."""
    DOCUMENTATION = "documentation"
    ORDER = "order"
    """A list has another order; `trait` names it: members, enum, required, errors, operations, shapes, acceptors."""
    SHAPE = "shape"
    """The name of a shape was added, removed or replaced by another one."""
    PAGINATOR = "paginator"
    WAITER = "waiter"
    EXAMPLE = "example"
    ENDPOINTS = "endpoints"


@dataclass(frozen=True, slots=True)
class Delta:
    """One fact: an element differs between two versions.

    Attributes:
        id: The element, as the text of an `ElementId`.
        kind: What the delta is about.
        old: The old value; None if the element was added. The value of an operation, an error, a member, a shape, a
            waiter or a paginator is its name, that of an input or output is its target, that of an order is the range
            of names that differs, that of endpoint rules is a summary. Any other value is the JSON value.
        new: The new value, likewise; None if the element was removed.
        old_pointer: The JSON pointer (RFC 6901) of the element in the old file; None if it is not there. In a sibling
            file the pointer follows the file's name (`waiters-2.json#/waiters/X/delay`). The delta covers everything
            below its pointers: the contents of an added element have no deltas of their own.
        new_pointer: The pointer in the new file, likewise.
        trait: The dotted name of the key, where the kind has one.
        effective: False if the files differ without a difference in meaning: a trait moved between a reference and its
            target, a `locationName` equals the member's name, a required name is not a member.
        carrier: What the element belongs to: service, operation, input, output, error, member, item, key, value, shape,
            paginator, waiter, or release.
    """

    id: str
    kind: Kind
    old: Any
    new: Any
    old_pointer: str | None
    new_pointer: str | None
    trait: str = ""
    effective: bool = True
    carrier: str = ""

    @property
    def element_id(self) -> ElementId:
        """The element's id in its parts."""
        return ElementId.parse(self.id)


def make_delta(
    id: ElementId,
    kind: Kind,
    values: tuple[Any, Any],
    pointers: tuple[str | None, str | None],
    trait: str = "",
    *,
    effective: bool = True,
    carrier: str = "",
) -> Delta:
    """Make a delta from the (old, new) pairs of its values and pointers."""
    return Delta(str(id), kind, *values, *pointers, trait, effective, carrier)


def added_delta(
    id: ElementId, kind: Kind, value: Any, pointer: str, trait: str = "", *, effective: bool = True, carrier: str
) -> Delta:
    """Make the delta of an element that only the new version has."""
    return Delta(str(id), kind, None, value, None, pointer, trait, effective, carrier)


def removed_delta(
    id: ElementId, kind: Kind, value: Any, pointer: str, trait: str = "", *, effective: bool = True, carrier: str
) -> Delta:
    """Make the delta of an element that only the old version has."""
    return Delta(str(id), kind, value, None, pointer, None, trait, effective, carrier)


@dataclass(frozen=True, slots=True)
class ServiceDelta:
    """All deltas between two versions of one service.

    Attributes:
        service: The SDK's name of the service.
        old: The old model.
        new: The new model.
        operation_deltas: The deltas of each operation itself, by its name, in model order.
        pair_deltas: The deltas of each pair of shapes that operations of both versions reach, in the order of the walk.
        contained_pairs: For each of these pairs, the pairs that it directly contains.
        service_deltas: The deltas of the metadata and of the other top-level keys.
        shape_deltas: Added, removed and renamed shapes, and deltas of shapes that no operation of both versions
            reaches.
        sibling_deltas: The deltas of the sibling files: paginators, waiters, examples, endpoint rules.
    """

    service: str
    old: Service
    new: Service
    operation_deltas: Mapping[str, tuple[Delta, ...]]
    pair_deltas: Mapping[ShapePair, tuple[Delta, ...]]
    contained_pairs: Mapping[ShapePair, tuple[ShapePair, ...]]
    service_deltas: tuple[Delta, ...] = ()
    shape_deltas: tuple[Delta, ...] = ()
    sibling_deltas: tuple[Delta, ...] = ()

    def __iter__(self) -> Iterator[Delta]:
        """Iterate over every delta: service, operations, pairs of shapes, other shapes, sibling files."""
        yield from self.service_deltas
        for deltas in self.operation_deltas.values():
            yield from deltas
        for deltas in self.pair_deltas.values():
            yield from deltas
        yield from self.shape_deltas
        yield from self.sibling_deltas

    def pairs_containing(self, wanted: Iterable[ShapePair]) -> frozenset[ShapePair]:
        """Return the `wanted` pairs and every pair that contains one of them, at any depth, in one pass."""
        containers: dict[ShapePair, list[ShapePair]] = {}
        for pair, contained in self.contained_pairs.items():
            for inner in contained:
                containers.setdefault(inner, []).append(pair)
        found = set(wanted)
        pending = list(found)
        while pending:
            for pair in containers.get(pending.pop(), ()):
                if pair not in found:
                    found.add(pair)
                    pending.append(pair)
        return frozenset(found)
