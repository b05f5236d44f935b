"""What the deltas of one comparison share: which operations of both versions reach a pair of shapes, and where."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from operator import attrgetter

from docgen.diff.delta import Kind, ServiceDelta, ShapePair
from docgen.model.paths import child_path
from docgen.model.service import Member, Operation, Service, Shape
from docgen.model.usage import DIRECTIONS, Direction, ShapeUsage


class ComparisonContext:
    """What the deltas of one comparison share. Everything is computed on first use."""

    def __init__(self, service_delta: ServiceDelta) -> None:
        self.service_delta = service_delta
        self._directions: dict[tuple[ShapePair, ...], tuple[Direction, ...]] = {}

    @cached_property
    def usage(self) -> ShapeUsage:
        """Which operations of both versions reach a differing *pair* of shapes, by paths of both versions.

        Only pairs that lead to a difference are included, so that the cost is that of the change, not of the service.
        """
        return ShapeUsage(
            _paired_service(self.service_delta, self.service_delta.pairs_containing(self.service_delta.pair_deltas))
        )

    def directions(self, pairs: tuple[ShapePair, ...]) -> tuple[Direction, ...]:
        """Return the directions in which operations reach any of the pairs."""
        if pairs not in self._directions:
            found = {direction for pair in pairs for direction in self.usage.directions(_pair_key(pair))}
            self._directions[pairs] = tuple(direction for direction in DIRECTIONS if direction in found)
        return self._directions[pairs]

    def operations(self, pairs: tuple[ShapePair, ...], side: Direction | None = None) -> tuple[str, ...]:
        """Return the operations that reach any of the pairs, on one side or on any, in model order."""
        directions = directions_of(side)
        if len(pairs) == len(directions) == 1:
            return self.usage.operations(_pair_key(pairs[0]), directions[0])
        found = {
            name
            for pair, direction in itertools.product(pairs, directions)
            for name in self.usage.operations(_pair_key(pair), direction)
        }
        return tuple(name for name in self.service_delta.new.operations if name in found)

    def path(self, operation: str, pair: ShapePair, direction: Direction) -> str | None:
        """Return one path from an operation to a pair, without an error's name; None if there is none."""
        path = self.usage.path(operation, _pair_key(pair), direction)
        return None if path is None else path[path.find("\0") + 1 :]

    def root_operations(self, side: Direction) -> Mapping[ShapePair, frozenset[str]]:
        """Return for each pair the operations whose input (`REQUEST`) or output (`RESPONSE`) it is."""
        return self._input_operations if side is Direction.REQUEST else self._output_operations

    @cached_property
    def _input_operations(self) -> Mapping[ShapePair, frozenset[str]]:
        return _root_operations(self.service_delta, "input")

    @cached_property
    def _output_operations(self) -> Mapping[ShapePair, frozenset[str]]:
        return _root_operations(self.service_delta, "output")

    def operations_raising(self, shape: str) -> tuple[str, ...]:
        """Return the operations of both versions whose old errors include a shape that was removed or is unreached."""
        return tuple(self._operations_by_error.get(shape, ()))

    @cached_property
    def _operations_by_error(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.service_delta.new.operations:
            if (before := self.service_delta.old.operations.get(name)) is not None:
                for target in dict.fromkeys(error.target for error in before.errors):
                    found.setdefault(target, []).append(name)
        return found

    @property
    def input_pairs(self) -> frozenset[ShapePair]:
        """The pairs that are the input of an operation."""
        return frozenset(self._input_operations)

    @property
    def output_pairs(self) -> frozenset[ShapePair]:
        """The pairs that are the output of an operation."""
        return frozenset(self._output_operations)

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
        """Return the pairs that one of `pairs` directly contains."""
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


def side_of(direction: Direction) -> Direction:
    """Return the side of a direction: errors belong to responses."""
    return Direction.REQUEST if direction is Direction.REQUEST else Direction.RESPONSE


def directions_of(side: Direction | None) -> tuple[Direction, ...]:
    """Return the directions of a side; None means all."""
    return tuple(direction for direction in DIRECTIONS if side is None or side_of(direction) is side)


def _pair_key(pair: ShapePair) -> str:
    return f"{pair[0]}\0{pair[1]}"


def _root_operations(delta: ServiceDelta, attribute: str) -> Mapping[ShapePair, frozenset[str]]:
    found: dict[ShapePair, set[str]] = {}
    root_of, operations = attrgetter(attribute), delta.old.operations
    for name, operation in delta.new.operations.items():
        new = root_of(operation)
        old = root_of(operations[name]) if new is not None and name in operations else None
        if old is not None:
            found.setdefault((old.target, new.target), set()).add(name)
    return {pair: frozenset(names) for pair, names in found.items()}


def _paired_service(delta: ServiceDelta, wanted: Collection[ShapePair]) -> Service:
    """Return the `wanted` pairs of a comparison as a separate service, so that `ShapeUsage` can be computed for it."""
    return Service({}, dict(_paired_operations(delta, wanted)), dict(_paired_shapes(delta, wanted)))


def _paired_operations(delta: ServiceDelta, wanted: Collection[ShapePair]) -> Iterator[tuple[str, Operation]]:
    wanted_errors = {old for old, new in wanted if old == new}
    for name, new in delta.new.operations.items():
        old = delta.old.operations.get(name)
        if old is not None:
            roots = _paired_member(old.input, new.input, wanted), _paired_member(old.output, new.output, wanted)
            yield name, Operation(name, *roots, tuple(_paired_errors(old, new, wanted_errors)))


def _paired_errors(old: Operation, new: Operation, wanted: Collection[str]) -> Iterator[Member]:
    errors = [error for error in new.errors if error.target in wanted]
    if errors:  # few errors differ
        before = {error.target for error in old.errors}
        yield from (
            Member(each.name, _pair_key((each.target, each.target))) for each in errors if each.target in before
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
