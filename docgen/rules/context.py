"""A delta in its context: what happened, in which shapes or operation, and where its values are sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from docgen.diff.delta import Delta, Kind, ServiceDelta, ShapePair
from docgen.model.paths import child_path
from docgen.model.protocol import to_number
from docgen.model.service import Member, Operation, Service, Shape
from docgen.model.usage import DIRECTIONS, Direction, ShapeUsage

_MEMBER_CARRIERS = ("member", "item", "key", "value")
SIZED_TYPES = ("string", "list", "map", "blob")
"""Types whose `min` and `max` limit a size, so that a minimum of 0 excludes nothing."""

_NUMERIC_TRAITS = ("min", "max", "delay", "maxAttempts")


@dataclass(frozen=True, slots=True)
class DeltaInContext:
    """A delta with the comparison that it comes from.

    Attributes:
        delta: The delta; of a rename, the removal.
        action: added, removed, changed, increased, decreased or renamed.
        comparison: What the deltas of the same comparison share.
        pairs: The shapes to which the element belongs.
        operation: The operation to which the element belongs; "" if there is none.
        reached: Whether operations of both versions reach the shapes.
        related: Further deltas with the same cause; of a rename, the addition.
        confidence: How certain a rename is, up to 1.0.
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
        """The kind of the delta."""
        return self.delta.kind

    @property
    def old_service(self) -> Service:
        """The old model."""
        return self.comparison.service_delta.old

    @property
    def new_service(self) -> Service:
        """The new model."""
        return self.comparison.service_delta.new

    @property
    def directions(self) -> tuple[Direction, ...]:
        """The directions in which operations of both versions reach the element; empty if none does."""
        return self.comparison.directions(self.pairs) if self.reached else ()

    def operations(self) -> tuple[str, ...]:
        """The affected operations, in model order."""
        if self.pairs and self.reached:
            return self.comparison.operations(self.pairs)
        if self.pairs:
            return self.comparison.operations_raising(self.pairs[0][0])
        return (self.operation,) if self.operation else ()

    def path(self, operation: str) -> str:
        """One path from `operation` to the element; "" if there is none."""
        for pair in self.pairs:
            path = self.comparison.usage.path(operation, _pair_key(pair))
            if path is not None:
                path = path[path.find("\0") + 1 :]
                shape = self.new_service.shapes[pair[1]]
                return child_path(path, shape, self.member_name) if self.member_name else path
        return ""

    @property
    def id_member(self) -> str:
        """The member or the value in the element's id: `Tags`, `running`; "" if it has none."""
        return self.delta.element_id.member or ""

    @property
    def member_name(self) -> str:
        """The member to which the element belongs; `member`, `key` or `value` of a list or map; "" if there is none."""
        if self.delta.carrier not in _MEMBER_CARRIERS and self.kind is not Kind.MEMBER:
            return ""
        name = self.id_member
        if self.kind is Kind.ENUM_VALUE:
            name = name.removesuffix(f"${self.delta.new if self.delta.new is not None else self.delta.old}")
        return name

    @property
    def old_shape(self) -> Shape | None:
        """The shape to which the element belongs, in the old model."""
        return self.old_service.shapes.get(self.pairs[0][0]) if self.pairs else None

    @property
    def new_shape(self) -> Shape | None:
        """The shape to which the element belongs, in the new model."""
        return self.new_service.shapes.get(self.pairs[0][1]) if self.pairs else None

    @property
    def old_member(self) -> Member | None:
        """The member to which the element belongs, in the old model."""
        return self.old_shape.members.get(self.member_name) if self.old_shape else None

    @property
    def new_member(self) -> Member | None:
        """The member to which the element belongs, in the new model; of a rename, the new member."""
        name = str(self.related[0].new) if self.related and self.kind is Kind.MEMBER else self.member_name
        return self.new_shape.members.get(name) if self.new_shape else None

    @property
    def occurrences(self) -> tuple[str, ...]:
        """Where other shapes use the shapes: `Shape.Member`, `List[]`, `Map{key}`, `Map{value}`."""
        return tuple(path for pair in self.pairs for path in self.comparison.occurrences.get(pair, ()))

    @property
    def old_operation(self) -> Operation | None:
        """The operation to which the element belongs, in the old model."""
        return self.old_service.operations.get(self.operation)

    @property
    def new_operation(self) -> Operation | None:
        """The operation to which the element belongs, in the new model."""
        return self.new_service.operations.get(self.operation)

    @property
    def value_type(self) -> str:
        """The type of the value that the element constrains."""
        if self.new_member is not None and self.member_name:
            return self.new_service.shape(self.new_member).type
        return self.new_shape.type if self.new_shape else ""


class ComparisonContext:
    """What the deltas of one comparison share. Everything is computed on first use."""

    def __init__(self, service_delta: ServiceDelta) -> None:
        self.service_delta = service_delta

    @cached_property
    def usage(self) -> ShapeUsage:
        """Which operations of both versions reach a differing *pair* of shapes, by paths of both versions.

        Only pairs that lead to a difference are included, so that the cost is that of the change, not of the service.
        """
        return ShapeUsage(
            _paired_service(self.service_delta, self.service_delta.pairs_containing(self.service_delta.pair_deltas))
        )

    def directions(self, pairs: tuple[ShapePair, ...]) -> tuple[Direction, ...]:
        """The directions in which operations reach any of the pairs."""
        found = {direction for pair in pairs for direction in self.usage.directions(_pair_key(pair))}
        return tuple(direction for direction in DIRECTIONS if direction in found)

    def operations(self, pairs: tuple[ShapePair, ...]) -> tuple[str, ...]:
        """The operations that reach any of the pairs, in model order."""
        if len(pairs) == 1:
            return self.usage.operations(_pair_key(pairs[0]), Direction.BOTH)
        found = {name for pair in pairs for name in self.usage.operations(_pair_key(pair), Direction.BOTH)}
        return tuple(name for name in self.service_delta.new.operations if name in found)

    def operations_raising(self, shape: str) -> tuple[str, ...]:
        """The operations of both versions whose old errors include a shape, which was removed or is unreached."""
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
        """The pairs that are the input of an operation."""
        return frozenset(_root_pairs(self.service_delta, "input"))

    @cached_property
    def output_pairs(self) -> frozenset[ShapePair]:
        """The pairs that are the output of an operation."""
        return frozenset(_root_pairs(self.service_delta, "output"))

    @cached_property
    def occurrences(self) -> Mapping[ShapePair, tuple[str, ...]]:
        """Where each pair is used: `Shape.Member`, `List[]`, `Map{key}`, `Map{value}` of the new model."""
        found: dict[ShapePair, list[str]] = {}
        for pair in self.service_delta.contained_pairs:
            old, new = self.service_delta.old.shapes[pair[0]], self.service_delta.new.shapes[pair[1]]
            for name, member in new.members.items():
                if name in old.members and old.type == new.type:
                    inner = old.members[name].target, member.target
                    found.setdefault(inner, []).append(child_path(new.name, new, name))
        return {pair: tuple(paths) for pair, paths in found.items()}

    def directly_contained(self, pairs: frozenset[ShapePair]) -> frozenset[ShapePair]:
        """The pairs that one of `pairs` directly contains."""
        return frozenset(inner for pair in pairs for inner in self.service_delta.contained_pairs.get(pair, ()))

    @cached_property
    def differing_pairs(self) -> frozenset[ShapePair]:
        """The pairs that differ, or contain a pair that differs, in more than documentation, names and order."""
        ignored = (Kind.DOCUMENTATION, Kind.ORDER, Kind.TARGET)
        return self.service_delta.pairs_containing(
            pair
            for pair, deltas in self.service_delta.pair_deltas.items()
            if any(delta.effective and delta.kind not in ignored for delta in deltas)
        )


def deltas_in_context(delta: ServiceDelta) -> Iterator[DeltaInContext]:
    """Every delta of a comparison in its context: service, operations, shapes, sibling files."""
    comparison = ComparisonContext(delta)
    for service_delta in delta.service_deltas:
        yield _in_context(service_delta, comparison)
    for operation, deltas in delta.operation_deltas.items():
        for operation_delta in deltas:
            yield _in_context(operation_delta, comparison, operation=operation)
    yield from _shape_deltas_in_context(comparison)
    for shape_delta in delta.shape_deltas:
        yield _unreached_in_context(shape_delta, comparison)
    for sibling_delta in delta.sibling_deltas:
        operation = sibling_delta.element_id.owner_name if sibling_delta.kind is Kind.PAGINATOR else ""
        yield _in_context(sibling_delta, comparison, operation=operation)


def _in_context(delta: Delta, comparison: ComparisonContext, **details: Any) -> DeltaInContext:
    return DeltaInContext(delta, action_of(delta), comparison, **details)


def _shape_deltas_in_context(comparison: ComparisonContext) -> Iterator[DeltaInContext]:
    """The deltas of all pairs, in the order of the new model. Equal deltas of several pairs are one."""
    found: dict[tuple[str, Kind, str, str, str], list[tuple[Delta, ShapePair]]] = {}
    index = {name: position for position, name in enumerate(comparison.service_delta.new.shapes)}
    for pair in sorted(comparison.service_delta.pair_deltas, key=lambda pair: index[pair[1]]):
        for delta in comparison.service_delta.pair_deltas[pair]:
            key = delta.id, delta.kind, delta.trait, repr(delta.old), repr(delta.new)
            found.setdefault(key, []).append((delta, pair))
    for same in found.values():
        yield _in_context(same[0][0], comparison, pairs=tuple(pair for _, pair in same))


def _unreached_in_context(delta: Delta, comparison: ComparisonContext) -> DeltaInContext:
    """The delta of a shape that no operation of both versions reaches."""
    name = delta.element_id.owner or ""
    service_delta = comparison.service_delta
    pairs = ((name, name),) if name in service_delta.old.shapes or name in service_delta.new.shapes else ()
    return _in_context(delta, comparison, pairs=pairs, reached=False)


def action_of(delta: Delta) -> str:
    """What happened: `added`, `removed` or `changed`; `increased` or `decreased` if the trait is a number.

    A flag that is false counts as absent.
    """
    old, new = (None if value is False else value for value in (delta.old, delta.new))
    if old is None or new is None:
        return "changed" if old is new else "added" if old is None else "removed"
    if delta.trait in _NUMERIC_TRAITS:
        before, after = to_number(old), to_number(new)
        if before is not None and after is not None and before != after:
            return "increased" if after > before else "decreased"
    return "changed"


def _pair_key(pair: ShapePair) -> str:
    return f"{pair[0]}\0{pair[1]}"


def _root_pairs(delta: ServiceDelta, attribute: str) -> Iterator[ShapePair]:
    for name, operation in delta.new.operations.items():
        before = delta.old.operations.get(name)
        old, new = getattr(before, attribute, None), getattr(operation, attribute)
        if old is not None and new is not None:
            yield old.target, new.target


def _paired_service(delta: ServiceDelta, wanted: Collection[ShapePair]) -> Service:
    """The `wanted` pairs of a comparison as a separate service, so that `ShapeUsage` can be computed for it."""
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
        contained = frozenset(inner_pair for inner_pair in inner if inner_pair in wanted)
        members: Mapping[str, Member] = {
            name: Member(name, _pair_key((old.members[name].target, member.target)))
            for name, member in new.members.items()
            if name in old.members and (old.members[name].target, member.target) in contained
        }
        yield _pair_key(pair), Shape(_pair_key(pair), new.type, members)
