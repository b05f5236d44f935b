"""What a comparison finds: the kinds of facts, one fact, all facts of a service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from docgen.model.service import Service

ShapePair = tuple[str, str]
"""The names of an old and a new shape that stand in the same place."""


class Kind(StrEnum):
    """What a delta is about."""

    SERVICE = "service"
    """A key of the metadata or of the top level; `trait` is its dotted name, such as `metadata.protocol`."""
    OPERATION = "operation"
    INPUT = "input"
    """The input of an operation that both have came or went; likewise `OUTPUT` and `ERROR`."""
    OUTPUT = "output"
    ERROR = "error"
    MEMBER = "member"
    TARGET = "target"
    """A reference that both have names another shape; the two are compared in place."""
    TYPE = "type"
    REQUIRED = "required"
    ENUM = "enum"
    """The closed set of values as a whole came or went."""
    ENUM_VALUE = "enum-value"
    TRAIT = "trait"
    """Anything else that is said of an operation, a reference or a shape; `trait` is its dotted name."""
    DOCUMENTATION = "documentation"
    ORDER = "order"
    """`trait` says of what: members, enum, required, errors, operations, shapes, acceptors."""
    SHAPE = "shape"
    """A shape name came, went, or gave way to another one."""
    PAGINATOR = "paginator"
    WAITER = "waiter"
    EXAMPLE = "example"
    ENDPOINTS = "endpoints"


@dataclass(frozen=True, slots=True)
class Delta:
    """One fact: the element `id` differs. `old` is None for what was added, `new` for what was removed.

    An operation, an error, a member, a shape, a waiter or a paginator that came or went is told by its own name, an
    input and an output by their targets; anything else by its JSON value. An order is told by the stretch of names that
    differs, an endpoint rule set by a summary.

    The pointers (RFC 6901) lead to the element in the old and in the new file; in a file beside the model they follow
    its name (`waiters-2.json#/waiters/X/delay`). What lies under them is claimed by this fact: what came or went does
    not list its insides. Where a shape became another kind of container, they lead to the shape as a whole.

    `effective` is False where the files differ but not what they say: a trait that moved between a reference
    and its target, a `locationName` equal to the member's name, a required name that is no member.
    `at` says what carries the element: service, operation, input, output, error, member, item, key, value, shape,
    paginator, waiter.
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


def make_delta(
    id: str,
    kind: Kind,
    values: tuple[Any, Any],
    pointers: tuple[str | None, str | None],
    trait: str = "",
    *,
    effective: bool = True,
    carrier: str = "",
) -> Delta:
    """A delta from pairs: each side's value goes with its pointer."""
    return Delta(id, kind, *values, *pointers, trait, effective, carrier)


def added_delta(
    id: str, kind: Kind, value: Any, pointer: str, trait: str = "", *, effective: bool = True, carrier: str
) -> Delta:
    """An element that only the new version has."""
    return Delta(id, kind, None, value, None, pointer, trait, effective, carrier)


def removed_delta(
    id: str, kind: Kind, value: Any, pointer: str, trait: str = "", *, effective: bool = True, carrier: str
) -> Delta:
    """An element that only the old version has."""
    return Delta(id, kind, value, None, pointer, None, trait, effective, carrier)


@dataclass(frozen=True, slots=True)
class ServiceDelta:
    """All facts between two versions of one service.

    `of_operations` holds those of each operation itself, in model order, `of_pairs` those of each pair of shapes that
    the operations of both versions reach, in the order of the walk; `inner` has the pairs that each pair contains.
    `of_shapes` holds the names of shapes that came or went, and what differs in shapes that only share their
    name; `of_siblings` what differs in the files beside the model.
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
        """Every fact: of the service, its operations, pairs of shapes, other shapes, files beside the model."""
        yield from self.service_deltas
        for deltas in self.operation_deltas.values():
            yield from deltas
        for deltas in self.pair_deltas.values():
            yield from deltas
        yield from self.shape_deltas
        yield from self.sibling_deltas

    def pairs_containing(self, wanted: Iterable[ShapePair]) -> frozenset[ShapePair]:
        """The `wanted` pairs and every pair that contains one of them, at any depth: one pass over reversed edges."""
        outer: dict[ShapePair, list[ShapePair]] = {}
        for pair, contained in self.contained_pairs.items():
            for each in contained:
                outer.setdefault(each, []).append(pair)
        found = set(wanted)
        waiting = list(found)
        while waiting:
            for pair in outer.get(waiting.pop(), ()):
                if pair not in found:
                    found.add(pair)
                    waiting.append(pair)
        return frozenset(found)
