"""A step of an API: from one release to the next that changed it, as two small models to compare.

A release changes few elements of a model. A step holds those, all that leads to them, and nothing else: a shape in
which nothing changed, however deep, stands as a stub, alike on both sides. So comparing two releases of the largest
API costs what differs in them, and finds what comparing the whole models finds; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from docgen.diff.compare import find_deltas
from docgen.diff.delta import ServiceDelta
from docgen.history.snapshots import ElementKey
from docgen.model.paths import ResolvedPath, contained_shapes, resolve_path
from docgen.model.service import Member, Operation, Service, Shape

_NO_MEMBERS: Mapping[str, Member] = {}


@dataclass(frozen=True, slots=True)
class ReleaseSide:
    """An API at one release: what it says as a whole, and its operations, shapes and the files beside it by name."""

    bare_service: Service
    operation: Callable[[str], Operation | None]
    shape: Callable[[str], Shape | None]
    sibling_files: Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ReleaseStep:
    """From one release to the next that changed the API. It is to be asked before the next one is taken.

    `operations` are those that may be affected, `shapes` those that changed, `whole` those in which something did.
    """

    number: int
    old: ReleaseSide
    new: ReleaseSide
    affected_operations: tuple[str, ...]
    changed_shapes: tuple[str, ...]
    full_shapes: frozenset[str]
    element_ranks: Mapping[ElementKey, int]

    def compare(self, service: str) -> ServiceDelta:
        """All that differs."""
        calls = [
            [call for call in map(side.operation, self.affected_operations) if call] for side in (self.old, self.new)
        ]
        return self._compare_operations(service, calls[0], calls[1], self.changed_shapes)

    def compare_operation(self, service: str, name: str) -> ServiceDelta | None:
        """What differs in one operation and below it, and in the service as a whole; None if both are alike."""
        if name not in self.affected_operations and self.old.bare_service is self.new.bare_service:
            return None
        before, after = self.old.operation(name), self.new.operation(name)
        return self._compare_operations(service, [before] if before else [], [after] if after else [])

    def compare_path(self, service: str, name: str, direction: str, path: tuple[str, ...]) -> ServiceDelta | None:
        """What differs at a place of an operation, and below it; None if nothing ever stood there.

        `way` is request or response, `path` the words that lead to the place: the operation holds nothing else.
        """
        if name not in self.affected_operations:
            return None
        found = [_OperationPath.find(side, name, direction, path) for side in (self.old, self.new)]
        if not any(each.exists for each in found):
            return None
        holder = next((each.resolved.container for each in reversed(found) if each.resolved), None)
        whole = any(each.is_recursive for each in found)
        before, after = (each.narrowed_operation(direction, holder) for each in found)
        narrowed = replace(
            self,
            old=found[0].narrowed_side(self.old, holder, keep_members=whole),
            new=found[1].narrowed_side(self.new, holder, keep_members=whole),
            full_shapes=self.full_shapes | {each.resolved.container.name for each in found if each.resolved},
        )
        return narrowed._compare_operations(
            service, [before] if before else [], [after] if after else [], with_siblings=False
        )

    def _compare_operations(
        self,
        service: str,
        before: Iterable[Operation],
        after: Iterable[Operation],
        extra_shapes: Iterable[str] = (),
        *,
        with_siblings: bool = True,
    ) -> ServiceDelta:
        old, new = self._partial_models(before, after, extra_shapes)
        files = (self.old.sibling_files(), self.new.sibling_files()) if with_siblings else ({}, {})
        return find_deltas(old, new, service, old_siblings=files[0], new_siblings=files[1])

    def _partial_models(
        self, before: Iterable[Operation], after: Iterable[Operation], extra_shapes: Iterable[str]
    ) -> tuple[Service, Service]:
        """The models of some operations and of the `loose` shapes. A shape that either side needs is in both."""
        calls = [{call.name: call for call in side} for side in (before, after)]
        shapes: tuple[dict[str, Shape], dict[str, Shape]] = {}, {}
        waiting = [
            *extra_shapes,
            *(m.target for side in calls for call in side.values() for m in operation_references(call)),
        ]
        seen = set()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            had, has = self.old.shape(name), self.new.shape(name)
            if name not in self.full_shapes:
                alike = had is has
                had = _stub_shape(had)
                has = had if alike else _stub_shape(has)
            for found, shape in zip(shapes, (had, has), strict=True):
                if shape is not None:
                    found[name] = shape
                    waiting += shape.targets
        old, new = (
            replace(
                side.bare_service,
                operations=said,
                shapes={name: found[name] for name in sort_by_rank(found, "shape", self.element_ranks)},
            )
            for side, said, found in zip((self.old, self.new), calls, shapes, strict=True)
        )
        return old, new


def sort_by_rank(names: Iterable[str], kind: str, ranks: Mapping[ElementKey, int]) -> tuple[str, ...]:
    """The names of operations or shapes in the order of the model: that of the alphabet, if there is no `rank`."""
    return tuple(sorted(names, key=lambda name: (ranks.get((kind, name), -1), name)))


def operation_references(operation: Operation) -> Iterator[Member]:
    """The references of an operation: input, output, errors."""
    yield from filter(None, (operation.input, operation.output))
    yield from operation.errors


def _stub_shape(shape: Shape | None) -> Shape | None:
    """A structure without its members; lists and maps say what they hold."""
    if shape is None or shape.type != "structure" or not shape.members:
        return shape
    return Shape(shape.name, shape.type, _NO_MEMBERS, shape.traits, shape.documentation)


@dataclass(frozen=True, slots=True)
class _OperationPath:
    """What an operation has at a path in one release."""

    operation: Operation | None
    root: Member | None
    resolved: ResolvedPath | None
    exists: bool
    is_recursive: bool

    @classmethod
    def find(cls, side: ReleaseSide, operation: str, direction: str, path: tuple[str, ...]) -> _OperationPath:
        call = side.operation(operation)
        root = (call.input if direction == "request" else call.output) if call is not None else None
        place = resolve_path(side.shape, root, path) if root is not None else None
        is_recursive = place is not None and place.container.name in contained_shapes(side.shape, place.member.target)
        return cls(call, root, place, place is not None if path else root is not None, is_recursive)

    def narrowed_operation(self, direction: str, holder: Shape | None) -> Operation | None:
        """The operation with nothing in it but the holder; or, where a path is empty, with one of its two sides."""
        if self.operation is None:
            return None
        member = Member("input" if direction == "request" else "output", holder.name) if holder else self.root
        return Operation(self.operation.name, *((member, None) if direction == "request" else (None, member)))

    def narrowed_side(self, side: ReleaseSide, holder: Shape | None, *, keep_members: bool) -> ReleaseSide:
        """The side with nothing in the holder but the place; the `whole` holder, if the place leads to it again."""
        if holder is None or (keep_members and self.resolved is not None):
            return side
        member = self.resolved.member if self.resolved else None
        members = {member.name: member} if member else {}
        type_ = self.resolved.container.type if self.resolved else "structure"
        reduced = Shape(holder.name, type_, members, {"required": [member.name]} if member and member.required else {})
        return replace(side, shape=lambda name: reduced if name == reduced.name else side.shape(name))
