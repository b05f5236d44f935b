"""A step of an API: from one release to the next that changed it, as two small models to compare.

A release changes few elements of a model. A step holds those, all that leads to them, and nothing else: a shape in
which nothing changed, however deep, stands as a stub, alike on both sides. So comparing two releases of the largest
API costs what differs in them, and finds what comparing the whole models finds; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from docgen.diff.compare import diff
from docgen.diff.facts import ServiceDelta
from docgen.history.snapshots import Key
from docgen.model.paths import Place, below, find_place
from docgen.model.service import Member, Operation, Service, Shape

_EMPTY: Mapping[str, Member] = {}


@dataclass(frozen=True, slots=True)
class Side:
    """An API at one release: what it says as a whole, and its operations, shapes and the files beside it by name."""

    about: Service
    operation: Callable[[str], Operation | None]
    shape: Callable[[str], Shape | None]
    files: Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """From one release to the next that changed the API. It is to be asked before the next one is taken.

    `operations` are those that may be affected, `shapes` those that changed, `whole` those in which something did.
    """

    number: int
    old: Side
    new: Side
    operations: tuple[str, ...]
    shapes: tuple[str, ...]
    whole: frozenset[str]
    rank: Mapping[Key, int]

    def compare(self, service: str) -> ServiceDelta:
        """All that differs."""
        calls = [[call for call in map(side.operation, self.operations) if call] for side in (self.old, self.new)]
        return self._diff(service, calls[0], calls[1], self.shapes)

    def compare_operation(self, service: str, name: str) -> ServiceDelta | None:
        """What differs in one operation and below it, and in the service as a whole; None if both are alike."""
        if name not in self.operations and self.old.about is self.new.about:
            return None
        before, after = self.old.operation(name), self.new.operation(name)
        return self._diff(service, [before] if before else [], [after] if after else [])

    def compare_place(self, service: str, name: str, way: str, path: tuple[str, ...]) -> ServiceDelta | None:
        """What differs at a place of an operation, and below it; None if nothing ever stood there.

        `way` is request or response, `path` the words that lead to the place: the operation holds nothing else.
        """
        if name not in self.operations:
            return None
        found = [_Found.of(side, name, way, path) for side in (self.old, self.new)]
        if not any(each.is_there for each in found):
            return None
        holder = next((each.place.holder for each in reversed(found) if each.place), None)
        whole = any(each.is_recursive for each in found)
        before, after = (each.operation(way, holder) for each in found)
        narrowed = replace(
            self,
            old=found[0].reduced(self.old, holder, whole=whole),
            new=found[1].reduced(self.new, holder, whole=whole),
            whole=self.whole | {each.place.holder.name for each in found if each.place},
        )
        return narrowed._diff(service, [before] if before else [], [after] if after else [], beside=False)

    def _diff(
        self,
        service: str,
        before: Iterable[Operation],
        after: Iterable[Operation],
        loose: Iterable[str] = (),
        *,
        beside: bool = True,
    ) -> ServiceDelta:
        old, new = self._models(before, after, loose)
        files = (self.old.files(), self.new.files()) if beside else ({}, {})
        return diff(old, new, service, old_siblings=files[0], new_siblings=files[1])

    def _models(
        self, before: Iterable[Operation], after: Iterable[Operation], loose: Iterable[str]
    ) -> tuple[Service, Service]:
        """The models of some operations and of the `loose` shapes. A shape that either side needs is in both."""
        calls = [{call.name: call for call in side} for side in (before, after)]
        shapes: tuple[dict[str, Shape], dict[str, Shape]] = {}, {}
        waiting = [*loose, *(m.target for side in calls for call in side.values() for m in slots(call))]
        seen = set()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            had, has = self.old.shape(name), self.new.shape(name)
            if name not in self.whole:
                alike = had is has
                had = _stub(had)
                has = had if alike else _stub(has)
            for found, shape in zip(shapes, (had, has), strict=True):
                if shape is not None:
                    found[name] = shape
                    waiting += shape.targets
        old, new = (
            replace(
                side.about, operations=said, shapes={name: found[name] for name in ordered(found, "shape", self.rank)}
            )
            for side, said, found in zip((self.old, self.new), calls, shapes, strict=True)
        )
        return old, new


def ordered(names: Iterable[str], kind: str, rank: Mapping[Key, int]) -> tuple[str, ...]:
    """The names of operations or shapes in the order of the model: that of the alphabet, if there is no `rank`."""
    return tuple(sorted(names, key=lambda name: (rank.get((kind, name), -1), name)))


def slots(operation: Operation) -> Iterator[Member]:
    """The references of an operation: input, output, errors."""
    yield from filter(None, (operation.input, operation.output))
    yield from operation.errors


def _stub(shape: Shape | None) -> Shape | None:
    """A structure without its members; lists and maps say what they hold."""
    if shape is None or shape.type != "structure" or not shape.members:
        return shape
    return Shape(shape.name, shape.type, _EMPTY, shape.traits, shape.documentation)


@dataclass(frozen=True, slots=True)
class _Found:
    """What an operation has at a path in one release."""

    call: Operation | None
    root: Member | None
    place: Place | None
    is_there: bool
    is_recursive: bool

    @classmethod
    def of(cls, side: Side, operation: str, way: str, path: tuple[str, ...]) -> _Found:
        call = side.operation(operation)
        root = (call.input if way == "request" else call.output) if call is not None else None
        place = find_place(side.shape, root, path) if root is not None else None
        is_recursive = place is not None and place.holder.name in below(side.shape, place.member.target)
        return cls(call, root, place, place is not None if path else root is not None, is_recursive)

    def operation(self, way: str, holder: Shape | None) -> Operation | None:
        """The operation with nothing in it but the holder; or, where a path is empty, with one of its two sides."""
        if self.call is None:
            return None
        member = Member("input" if way == "request" else "output", holder.name) if holder else self.root
        return Operation(self.call.name, *((member, None) if way == "request" else (None, member)))

    def reduced(self, side: Side, holder: Shape | None, *, whole: bool) -> Side:
        """The side with nothing in the holder but the place; the `whole` holder, if the place leads to it again."""
        if holder is None or (whole and self.place is not None):
            return side
        member = self.place.member if self.place else None
        members = {member.name: member} if member else {}
        type_ = self.place.holder.type if self.place else "structure"
        reduced = Shape(holder.name, type_, members, {"required": [member.name]} if member and member.required else {})
        return replace(side, shape=lambda name: reduced if name == reduced.name else side.shape(name))
