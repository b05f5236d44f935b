"""A fact with what stands around it: what happened, in which shapes or operation, and which way its values travel."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from docgen.diff.facts import Delta, Kind, Pair, ServiceDelta
from docgen.model.service import Member, Operation, Service, Shape
from docgen.model.usage import WAYS, Direction, Usage, step

_SLOTS = ("member", "item", "key", "value")
SIZED = ("string", "list", "map", "blob")
"""Types whose `min` and `max` count something, so that a minimum of 0 says nothing."""

_MEASURED = ("min", "max", "delay", "maxAttempts")


@dataclass(frozen=True, slots=True)
class Fact:
    """A delta and its surroundings. `pairs` are the shapes that carry it, `operation` the operation, if any does.

    A rename is the fact that something went; `also` then has the one that came.
    """

    delta: Delta
    action: str
    around: Surroundings
    pairs: tuple[Pair, ...] = ()
    operation: str = ""
    reached: bool = True
    also: tuple[Delta, ...] = ()
    confidence: float = 1.0

    @property
    def kind(self) -> Kind:
        """The kind of its delta."""
        return self.delta.kind

    @property
    def ways(self) -> tuple[Direction, ...]:
        """The directions in which operations of both versions reach it; empty where it has none."""
        return self.around.ways(self.pairs) if self.reached else ()

    def operations(self) -> tuple[str, ...]:
        """The operations that it affects, in model order."""
        if self.pairs:
            return self.around.operations(self.pairs) if self.reached else self.around.raising(self.pairs[0][0])
        return (self.operation,) if self.operation else ()

    def path(self, operation: str) -> str:
        """One path of `operation` that leads to it."""
        for pair in self.pairs:
            path = self.around.usage.path(operation, _key(pair))
            if path is not None:
                path = path[path.find("\0") + 1 :]
                shape = self.around.of.new.shapes[pair[1]]
                return step(path, shape, self.slot) if self.slot else path
        return ""

    @property
    def element(self) -> str:
        """What its id says after the shape: `Tags`, `running`, or nothing."""
        return self.delta.id.partition("#")[2].partition("$")[2]

    @property
    def slot(self) -> str:
        """The member, or the item, key or value that carries it."""
        if self.delta.at not in _SLOTS and self.kind is not Kind.MEMBER:
            return ""
        name = self.element
        if self.kind is Kind.ENUM_VALUE:
            name = name.removesuffix(f"${self.delta.new if self.delta.new is not None else self.delta.old}")
        return name

    @property
    def old_shape(self) -> Shape | None:
        """The shape that carries it in the old model."""
        return self.around.of.old.shapes.get(self.pairs[0][0]) if self.pairs else None

    @property
    def new_shape(self) -> Shape | None:
        """The shape that carries it in the new model."""
        return self.around.of.new.shapes.get(self.pairs[0][1]) if self.pairs else None

    @property
    def old_member(self) -> Member | None:
        """The slot that carries it in the old model."""
        return self.old_shape.members.get(self.slot) if self.old_shape else None

    @property
    def new_member(self) -> Member | None:
        """The slot that carries it in the new model; of a rename, the one that came."""
        name = str(self.also[0].new) if self.also and self.kind is Kind.MEMBER else self.slot
        return self.new_shape.members.get(name) if self.new_shape else None

    @property
    def places(self) -> tuple[str, ...]:
        """Where its shapes stand in others."""
        return tuple(place for pair in self.pairs for place in self.around.places.get(pair, ()))

    @property
    def old_operation(self) -> Operation | None:
        """The operation that carries it in the old model."""
        return self.around.of.old.operations.get(self.operation)

    @property
    def new_operation(self) -> Operation | None:
        """The operation that carries it in the new model."""
        return self.around.of.new.operations.get(self.operation)

    @property
    def type(self) -> str:
        """The type of the value that it is about."""
        if self.new_member is not None and self.slot:
            return self.around.of.new.shape(self.new_member).type
        return self.new_shape.type if self.new_shape else ""


class Surroundings:
    """A comparison, and what its facts need to know of each other. Everything is worked out when first asked for."""

    def __init__(self, of: ServiceDelta) -> None:
        self.of = of

    @cached_property
    def usage(self) -> Usage:
        """Which operations reach a *pair* of shapes that differs: those of both versions, through what both have.

        Only what leads to such a pair is looked at, so that the cost is that of the change and not of the service.
        """
        return Usage(_paired(self.of, self.of.reaching(self.of.of_pairs)))

    def ways(self, pairs: tuple[Pair, ...]) -> tuple[Direction, ...]:
        """The directions in which operations reach any of the pairs."""
        found = {way for pair in pairs for way in self.usage.directions(_key(pair))}
        return tuple(way for way in WAYS if way in found)

    def operations(self, pairs: tuple[Pair, ...]) -> tuple[str, ...]:
        """The operations that reach any of the pairs, in model order."""
        if len(pairs) == 1:
            return self.usage.operations(_key(pairs[0]), Direction.BOTH)
        found = {name for pair in pairs for name in self.usage.operations(_key(pair), Direction.BOTH)}
        return tuple(name for name in self.of.new.operations if name in found)

    def raising(self, shape: str) -> tuple[str, ...]:
        """The operations of both versions that listed a shape, which went or stands alone, among their errors."""
        return tuple(self._raisers.get(shape, ()))

    @cached_property
    def _raisers(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.of.new.operations:
            if (before := self.of.old.operations.get(name)) is not None:
                for target in dict.fromkeys(error.target for error in before.errors):
                    found.setdefault(target, []).append(name)
        return found

    @cached_property
    def inputs(self) -> frozenset[Pair]:
        """The pairs that are the input of an operation themselves."""
        return frozenset(_pairs_of(self.of, "input"))

    @cached_property
    def outputs(self) -> frozenset[Pair]:
        """The pairs that are the output of an operation themselves."""
        return frozenset(_pairs_of(self.of, "output"))

    @cached_property
    def places(self) -> Mapping[Pair, tuple[str, ...]]:
        """Where each pair stands: `Shape.Member`, `List[]`, `Map{key}`, `Map{value}` of the new model."""
        found: dict[Pair, list[str]] = {}
        for pair in self.of.inner:
            old, new = self.of.old.shapes[pair[0]], self.of.new.shapes[pair[1]]
            for name, member in new.members.items():
                if name in old.members and old.type == new.type:
                    inner = old.members[name].target, member.target
                    found.setdefault(inner, []).append(step(new.name, new, name))
        return {pair: tuple(places) for pair, places in found.items()}

    def within(self, pairs: frozenset[Pair]) -> frozenset[Pair]:
        """The pairs that stand directly inside one of `pairs`."""
        return frozenset(inner for pair in pairs for inner in self.of.inner.get(pair, ()))

    @cached_property
    def differing(self) -> frozenset[Pair]:
        """The pairs that differ, or contain what differs, in more than words, names and order."""
        quiet = (Kind.DOCUMENTATION, Kind.ORDER, Kind.TARGET)
        return self.of.reaching(
            pair
            for pair, deltas in self.of.of_pairs.items()
            if any(delta.effective and delta.kind not in quiet for delta in deltas)
        )


def facts(delta: ServiceDelta) -> Iterator[Fact]:
    """Every fact of a comparison with its surroundings: service, operations, shapes, sibling files."""
    around = Surroundings(delta)
    for each in delta.of_service:
        yield _fact(each, around)
    for operation, deltas in delta.of_operations.items():
        for each in deltas:
            yield _fact(each, around, operation=operation)
    yield from _shape_facts(around)
    for each in delta.of_shapes:
        yield _loose_fact(each, around)
    for each in delta.of_siblings:
        yield _fact(each, around, operation=_named(each) if each.kind is Kind.PAGINATOR else "")


def _fact(delta: Delta, around: Surroundings, **more: Any) -> Fact:
    return Fact(delta, action_of(delta), around, **more)


def _shape_facts(around: Surroundings) -> Iterator[Fact]:
    """The facts of all pairs, in the order of the new model. One that several pairs share is one fact."""
    found: dict[tuple[str, Kind, str, str, str], list[tuple[Delta, Pair]]] = {}
    index = {name: place for place, name in enumerate(around.of.new.shapes)}
    for pair in sorted(around.of.of_pairs, key=lambda pair: index[pair[1]]):
        for delta in around.of.of_pairs[pair]:
            key = delta.id, delta.kind, delta.trait, repr(delta.old), repr(delta.new)
            found.setdefault(key, []).append((delta, pair))
    for same in found.values():
        yield _fact(same[0][0], around, pairs=tuple(pair for _, pair in same))


def _loose_fact(delta: Delta, around: Surroundings) -> Fact:
    """A fact of a shape that no operation of both versions reaches."""
    name = _named(delta)
    pairs = ((name, name),) if name in around.of.old.shapes or name in around.of.new.shapes else ()
    return _fact(delta, around, pairs=pairs, reached=False)


def _named(delta: Delta) -> str:
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
    if delta.trait in _MEASURED:
        before, after = number(old), number(new)
        if before is not None and after is not None and before != after:
            return "increased" if after > before else "decreased"
    return "changed"


def number(value: object) -> float | int | None:
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


def _key(pair: Pair) -> str:
    return f"{pair[0]}\0{pair[1]}"


def _pairs_of(delta: ServiceDelta, slot: str) -> Iterator[Pair]:
    for name, operation in delta.new.operations.items():
        before = delta.old.operations.get(name)
        old, new = getattr(before, slot, None), getattr(operation, slot)
        if old is not None and new is not None:
            yield old.target, new.target


def _paired(delta: ServiceDelta, wanted: Collection[Pair]) -> Service:
    """The `wanted` pairs of a comparison as a service of their own, so that usage can be asked about them."""
    return Service({}, dict(_paired_operations(delta, wanted)), dict(_paired_shapes(delta, wanted)))


def _paired_operations(delta: ServiceDelta, wanted: Collection[Pair]) -> Iterator[tuple[str, Operation]]:
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
                        Member(error.name, _key((error.target, error.target)))
                        for error in new.errors
                        if error.target in errors and (error.target, error.target) in wanted
                    ),
                ),
            )


def _paired_member(old: Member | None, new: Member | None, wanted: Collection[Pair]) -> Member | None:
    if old is None or new is None or (old.target, new.target) not in wanted:
        return None
    return Member(new.name, _key((old.target, new.target)))


def _paired_shapes(delta: ServiceDelta, wanted: Collection[Pair]) -> Iterator[tuple[str, Shape]]:
    for pair, inner in delta.inner.items():
        if pair not in wanted:
            continue
        old, new = delta.old.shapes[pair[0]], delta.new.shapes[pair[1]]
        contained = frozenset(each for each in inner if each in wanted)
        members: Mapping[str, Member] = {
            name: Member(name, _key((old.members[name].target, member.target)))
            for name, member in new.members.items()
            if name in old.members and (old.members[name].target, member.target) in contained
        }
        yield _key(pair), Shape(_key(pair), new.type, members)
