"""A fact with what stands around it: what happened, in which shapes or operation, and which way its values travel."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from docgen.diff.facts import Delta, Kind, ServiceDelta, ShapePair
from docgen.model.service import Member, Operation, Service, Shape
from docgen.model.usage import DIRECTIONS, Direction, ShapeUsage, child_path

_MEMBER_CARRIERS = ("member", "item", "key", "value")
SIZED_TYPES = ("string", "list", "map", "blob")
"""Types whose `min` and `max` count something, so that a minimum of 0 says nothing."""

_NUMERIC_TRAITS = ("min", "max", "delay", "maxAttempts")


@dataclass(frozen=True, slots=True)
class DeltaInContext:
    """A delta and its surroundings. `pairs` are the shapes that carry it, `operation` the operation, if any does.

    A rename is the fact that something went; `also` then has the one that came.
    """

    delta: Delta
    action: str
    comparison: ComparisonContext
    pairs: tuple[ShapePair, ...] = ()
    operation: str = ""
    reached: bool = True
    related: tuple[Delta, ...] = ()
    confidence: float = 1.0

    @property
    def kind(self) -> Kind:
        """The kind of its delta."""
        return self.delta.kind

    @property
    def directions(self) -> tuple[Direction, ...]:
        """The directions in which operations of both versions reach it; empty where it has none."""
        return self.comparison.directions(self.pairs) if self.reached else ()

    def operations(self) -> tuple[str, ...]:
        """The operations that it affects, in model order."""
        if self.pairs:
            return (
                self.comparison.operations(self.pairs)
                if self.reached
                else self.comparison.operations_raising(self.pairs[0][0])
            )
        return (self.operation,) if self.operation else ()

    def path(self, operation: str) -> str:
        """One path of `operation` that leads to it."""
        for pair in self.pairs:
            path = self.comparison.usage.path(operation, _pair_key(pair))
            if path is not None:
                path = path[path.find("\0") + 1 :]
                shape = self.comparison.service_delta.new.shapes[pair[1]]
                return child_path(path, shape, self.member_name) if self.member_name else path
        return ""

    @property
    def id_member(self) -> str:
        """What its id says after the shape: `Tags`, `running`, or nothing."""
        return self.delta.id.partition("#")[2].partition("$")[2]

    @property
    def member_name(self) -> str:
        """The member, or the item, key or value that carries it."""
        if self.delta.carrier not in _MEMBER_CARRIERS and self.kind is not Kind.MEMBER:
            return ""
        name = self.id_member
        if self.kind is Kind.ENUM_VALUE:
            name = name.removesuffix(f"${self.delta.new if self.delta.new is not None else self.delta.old}")
        return name

    @property
    def old_shape(self) -> Shape | None:
        """The shape that carries it in the old model."""
        return self.comparison.service_delta.old.shapes.get(self.pairs[0][0]) if self.pairs else None

    @property
    def new_shape(self) -> Shape | None:
        """The shape that carries it in the new model."""
        return self.comparison.service_delta.new.shapes.get(self.pairs[0][1]) if self.pairs else None

    @property
    def old_member(self) -> Member | None:
        """The slot that carries it in the old model."""
        return self.old_shape.members.get(self.member_name) if self.old_shape else None

    @property
    def new_member(self) -> Member | None:
        """The slot that carries it in the new model; of a rename, the one that came."""
        name = str(self.related[0].new) if self.related and self.kind is Kind.MEMBER else self.member_name
        return self.new_shape.members.get(name) if self.new_shape else None

    @property
    def occurrences(self) -> tuple[str, ...]:
        """Where its shapes stand in others."""
        return tuple(place for pair in self.pairs for place in self.comparison.occurrences.get(pair, ()))

    @property
    def old_operation(self) -> Operation | None:
        """The operation that carries it in the old model."""
        return self.comparison.service_delta.old.operations.get(self.operation)

    @property
    def new_operation(self) -> Operation | None:
        """The operation that carries it in the new model."""
        return self.comparison.service_delta.new.operations.get(self.operation)

    @property
    def value_type(self) -> str:
        """The type of the value that it is about."""
        if self.new_member is not None and self.member_name:
            return self.comparison.service_delta.new.shape(self.new_member).type
        return self.new_shape.type if self.new_shape else ""


class ComparisonContext:
    """A comparison, and what its facts need to know of each other. Everything is worked out when first asked for."""

    def __init__(self, service_delta: ServiceDelta) -> None:
        self.service_delta = service_delta

    @cached_property
    def usage(self) -> ShapeUsage:
        """Which operations reach a *pair* of shapes that differs: those of both versions, through what both have.

        Only what leads to such a pair is looked at, so that the cost is that of the change and not of the service.
        """
        return ShapeUsage(
            _paired_service(self.service_delta, self.service_delta.pairs_containing(self.service_delta.pair_deltas))
        )

    def directions(self, pairs: tuple[ShapePair, ...]) -> tuple[Direction, ...]:
        """The directions in which operations reach any of the pairs."""
        found = {way for pair in pairs for way in self.usage.directions(_pair_key(pair))}
        return tuple(way for way in DIRECTIONS if way in found)

    def operations(self, pairs: tuple[ShapePair, ...]) -> tuple[str, ...]:
        """The operations that reach any of the pairs, in model order."""
        if len(pairs) == 1:
            return self.usage.operations(_pair_key(pairs[0]), Direction.BOTH)
        found = {name for pair in pairs for name in self.usage.operations(_pair_key(pair), Direction.BOTH)}
        return tuple(name for name in self.service_delta.new.operations if name in found)

    def operations_raising(self, shape: str) -> tuple[str, ...]:
        """The operations of both versions that listed a shape, which went or stands alone, among their errors."""
        return tuple(self._operations_by_error.get(shape, ()))

    @cached_property
    def _operations_by_error(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.service_delta.new.operations:
            if (before := self.service_delta.old.operations.get(name)) is not None:
                for target in dict.fromkeys(error.target for error in before.errors):
                    found.setdefault(target, []).append(name)
        return found

    @cached_property
    def input_pairs(self) -> frozenset[ShapePair]:
        """The pairs that are the input of an operation themselves."""
        return frozenset(_root_pairs(self.service_delta, "input"))

    @cached_property
    def output_pairs(self) -> frozenset[ShapePair]:
        """The pairs that are the output of an operation themselves."""
        return frozenset(_root_pairs(self.service_delta, "output"))

    @cached_property
    def occurrences(self) -> Mapping[ShapePair, tuple[str, ...]]:
        """Where each pair stands: `Shape.Member`, `List[]`, `Map{key}`, `Map{value}` of the new model."""
        found: dict[ShapePair, list[str]] = {}
        for pair in self.service_delta.contained_pairs:
            old, new = self.service_delta.old.shapes[pair[0]], self.service_delta.new.shapes[pair[1]]
            for name, member in new.members.items():
                if name in old.members and old.type == new.type:
                    inner = old.members[name].target, member.target
                    found.setdefault(inner, []).append(child_path(new.name, new, name))
        return {pair: tuple(places) for pair, places in found.items()}

    def directly_contained(self, pairs: frozenset[ShapePair]) -> frozenset[ShapePair]:
        """The pairs that stand directly inside one of `pairs`."""
        return frozenset(inner for pair in pairs for inner in self.service_delta.contained_pairs.get(pair, ()))

    @cached_property
    def differing_pairs(self) -> frozenset[ShapePair]:
        """The pairs that differ, or contain what differs, in more than words, names and order."""
        quiet = (Kind.DOCUMENTATION, Kind.ORDER, Kind.TARGET)
        return self.service_delta.pairs_containing(
            pair
            for pair, deltas in self.service_delta.pair_deltas.items()
            if any(delta.effective and delta.kind not in quiet for delta in deltas)
        )


def deltas_in_context(delta: ServiceDelta) -> Iterator[DeltaInContext]:
    """Every fact of a comparison with its surroundings: service, operations, shapes, sibling files."""
    around = ComparisonContext(delta)
    for each in delta.service_deltas:
        yield _in_context(each, around)
    for operation, deltas in delta.operation_deltas.items():
        for each in deltas:
            yield _in_context(each, around, operation=operation)
    yield from _shape_deltas_in_context(around)
    for each in delta.shape_deltas:
        yield _unreached_in_context(each, around)
    for each in delta.sibling_deltas:
        yield _in_context(each, around, operation=_id_owner(each) if each.kind is Kind.PAGINATOR else "")


def _in_context(delta: Delta, comparison: ComparisonContext, **details: Any) -> DeltaInContext:
    return DeltaInContext(delta, action_of(delta), comparison, **details)


def _shape_deltas_in_context(comparison: ComparisonContext) -> Iterator[DeltaInContext]:
    """The facts of all pairs, in the order of the new model. One that several pairs share is one fact."""
    found: dict[tuple[str, Kind, str, str, str], list[tuple[Delta, ShapePair]]] = {}
    index = {name: place for place, name in enumerate(comparison.service_delta.new.shapes)}
    for pair in sorted(comparison.service_delta.pair_deltas, key=lambda pair: index[pair[1]]):
        for delta in comparison.service_delta.pair_deltas[pair]:
            key = delta.id, delta.kind, delta.trait, repr(delta.old), repr(delta.new)
            found.setdefault(key, []).append((delta, pair))
    for same in found.values():
        yield _in_context(same[0][0], comparison, pairs=tuple(pair for _, pair in same))


def _unreached_in_context(delta: Delta, comparison: ComparisonContext) -> DeltaInContext:
    """A fact of a shape that no operation of both versions reaches."""
    name = _id_owner(delta)
    pairs = (
        ((name, name),)
        if name in comparison.service_delta.old.shapes or name in comparison.service_delta.new.shapes
        else ()
    )
    return _in_context(delta, comparison, pairs=pairs, reached=False)


def _id_owner(delta: Delta) -> str:
    """The name that opens an id, without what leads to it or follows it."""
    name = delta.id.partition("#")[2].partition("$")[0]
    return name.rpartition(":")[2] if delta.kind in (Kind.PAGINATOR, Kind.WAITER) else name


def action_of(delta: Delta) -> str:
    """What happened: added, removed, changed; increased or decreased where numbers are compared.

    A flag that is false is a flag that is not there.
    """
    old, new = (None if value is False else value for value in (delta.old, delta.new))
    if old is None or new is None:
        return "changed" if old is new else "added" if old is None else "removed"
    if delta.trait in _NUMERIC_TRAITS:
        before, after = to_number(old), to_number(new)
        if before is not None and after is not None and before != after:
            return "increased" if after > before else "decreased"
    return "changed"


def to_number(value: object) -> float | int | None:
    """The number that `value` is; some old models write theirs as strings."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return None
    return None


def wire_name(member: Member, service: Service) -> str:
    """The name that a member has on the wire."""
    return str(service.trait(member, "locationName") or member.name)


def _pair_key(pair: ShapePair) -> str:
    return f"{pair[0]}\0{pair[1]}"


def _root_pairs(delta: ServiceDelta, attribute: str) -> Iterator[ShapePair]:
    for name, operation in delta.new.operations.items():
        before = delta.old.operations.get(name)
        old, new = getattr(before, attribute, None), getattr(operation, attribute)
        if old is not None and new is not None:
            yield old.target, new.target


def _paired_service(delta: ServiceDelta, wanted: Collection[ShapePair]) -> Service:
    """The `wanted` pairs of a comparison as a service of their own, so that usage can be asked about them."""
    return Service({}, dict(_paired_operations(delta, wanted)), dict(_paired_shapes(delta, wanted)))


def _paired_operations(delta: ServiceDelta, wanted: Collection[ShapePair]) -> Iterator[tuple[str, Operation]]:
    for name, new in delta.new.operations.items():
        old = delta.old.operations.get(name)
        if old is not None:
            errors = {error.target for error in old.errors}
            yield (
                name,
                Operation(
                    name,
                    _paired_member(old.input, new.input, wanted),
                    _paired_member(old.output, new.output, wanted),
                    tuple(
                        Member(error.name, _pair_key((error.target, error.target)))
                        for error in new.errors
                        if error.target in errors and (error.target, error.target) in wanted
                    ),
                ),
            )


def _paired_member(old: Member | None, new: Member | None, wanted: Collection[ShapePair]) -> Member | None:
    if old is None or new is None or (old.target, new.target) not in wanted:
        return None
    return Member(new.name, _pair_key((old.target, new.target)))


def _paired_shapes(delta: ServiceDelta, wanted: Collection[ShapePair]) -> Iterator[tuple[str, Shape]]:
    for pair, inner in delta.contained_pairs.items():
        if pair not in wanted:
            continue
        old, new = delta.old.shapes[pair[0]], delta.new.shapes[pair[1]]
        contained = frozenset(each for each in inner if each in wanted)
        members: Mapping[str, Member] = {
            name: Member(name, _pair_key((old.members[name].target, member.target)))
            for name, member in new.members.items()
            if name in old.members and (old.members[name].target, member.target) in contained
        }
        yield _pair_key(pair), Shape(_pair_key(pair), new.type, members)
