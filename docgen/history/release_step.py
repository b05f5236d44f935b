"""The step of an API from one release to the next, as two small models to compare.

A release changes few elements of a model. A step has those elements and everything that leads to them. All other
shapes are stubs without members, equal on both sides. So comparing two releases of the largest API costs only as much
as they differ, and finds the same as comparing the whole models; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from docgen.diff.compare import find_affected_deltas
from docgen.diff.delta import Kind, ServiceDelta
from docgen.model.file_layout import ElementKey
from docgen.model.paths import ResolvedPath, contained_shapes, resolve_path
from docgen.model.referrers import AffectedElements
from docgen.model.service import Member, Operation, Service, Shape

_NO_MEMBERS: Mapping[str, Member] = {}


@dataclass(frozen=True, slots=True)
class ReleaseSide:
    """An API at one release.

    Attributes:
        bare_service: The service without operations and shapes.
        operation: Returns an operation by name, or None.
        shape: Returns a shape by name, or None.
        sibling_files: Returns the decoded sibling files of the model that differ between the sides, by name.
    """

    bare_service: Service
    operation: Callable[[str], Operation | None]
    shape: Callable[[str], Shape | None]
    sibling_files: Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ReleaseStep:
    """The step from one release of an API to the next one that changed it. Use it before taking the next step.

    Attributes:
        number: The number of the new release.
        old: The release before.
        new: The new release.
        affected_operations: The operations that the changes may affect.
        compared_operations: Those to compare, in model order. Without a difference of their own, the others are only
            affected as all operations are: by other endpoints.
        changed_shapes: The shapes that differ, in model order.
        full_shapes: The shapes that are compared with their members, because something in them differs.
        element_ranks: The positions of elements in the new model; empty if it is alphabetical.
        new_shapes: The shapes that only the new side has, without exceptions, each with the shapes that it refers to.
            Change logs do not list them, and few rules look at them, so that most of them are never built.
        documented: Returns the same step with documentation; None if this step has it.
    """

    number: int
    old: ReleaseSide
    new: ReleaseSide
    affected_operations: frozenset[str]
    compared_operations: tuple[str, ...]
    changed_shapes: tuple[str, ...]
    full_shapes: frozenset[str]
    element_ranks: Mapping[ElementKey, int]
    new_shapes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    documented: Callable[[], ReleaseStep] | None = None

    def compare(self, service: str, *, with_new_shapes: bool = True) -> ServiceDelta:
        """Return everything that differs; without `with_new_shapes`, the names of `new_shapes` do not count."""
        old, new = (
            [operation for operation in map(side.operation, self.compared_operations) if operation]
            for side in (self.old, self.new)
        )
        omitted = () if with_new_shapes else self.new_shapes
        delta = self._compare_operations(service, old, new, self.changed_shapes, omitted=omitted)
        documented = self._documented_for(delta)
        return delta if documented is None else documented.compare(service, with_new_shapes=with_new_shapes)

    def compare_operation(self, service: str, name: str, *, with_siblings: bool = True) -> ServiceDelta | None:
        """Return what differs in one operation, in all it contains and in the bare service; None if nothing does.

        Args:
            service: The service.
            name: The operation.
            with_siblings: Whether to compare the sibling files too, which are about all operations.
        """
        if name not in self.affected_operations and self.old.bare_service is self.new.bare_service:
            return None
        before, after = self.old.operation(name), self.new.operation(name)
        delta = self._compare_operations(
            service, [before] if before else [], [after] if after else [], with_siblings=with_siblings
        )
        documented = self._documented_for(delta)
        if documented is None:
            return delta
        return documented.compare_operation(service, name, with_siblings=with_siblings)

    def compare_path(self, service: str, name: str, direction: str, path: tuple[str, ...]) -> ServiceDelta | None:
        """Return what differs at a path of an operation and below it; None if neither release has anything there.

        Args:
            service: The service.
            name: The operation.
            direction: request or response.
            path: The segments of the path. The operation is compared reduced to it.
        """
        if name not in self.affected_operations:
            return None
        found = [_OperationPath.find(side, name, direction, path) for side in (self.old, self.new)]
        if not any(side.exists for side in found):
            return None
        container = next((side.resolved.container for side in reversed(found) if side.resolved), None)
        is_recursive = any(side.is_recursive for side in found)
        before, after = (side.narrowed_operation(direction, container) for side in found)
        narrowed = replace(
            self,
            old=found[0].narrowed_side(self.old, container, keep_members=is_recursive),
            new=found[1].narrowed_side(self.new, container, keep_members=is_recursive),
            full_shapes=self.full_shapes | {side.resolved.container.name for side in found if side.resolved},
        )
        delta = narrowed._compare_operations(
            service, [before] if before else [], [after] if after else [], with_siblings=False
        )
        documented = self._documented_for(delta)
        return delta if documented is None else documented.compare_path(service, name, direction, path)

    def _documented_for(self, delta: ServiceDelta) -> ReleaseStep | None:
        """Return the step with documentation, if it has none and a member may have been renamed; else None."""
        return self.documented() if self.documented is not None and _may_rename_members(delta) else None

    def _compare_operations(
        self,
        service: str,
        before: Iterable[Operation],
        after: Iterable[Operation],
        extra_shapes: Iterable[str] = (),
        *,
        with_siblings: bool = True,
        omitted: Collection[str] = (),
    ) -> ServiceDelta:
        old, new = self._partial_models(before, after, extra_shapes)
        files = (self.old.sibling_files(), self.new.sibling_files()) if with_siblings else ({}, {})
        affected = AffectedElements(self.affected_operations, self.full_shapes, omitted)
        return find_affected_deltas(old, new, service, affected, files)

    def _partial_models(
        self, before: Iterable[Operation], after: Iterable[Operation], extra_shapes: Iterable[str]
    ) -> tuple[Service, Service]:
        """Return two models of some operations and the `extra_shapes`. A shape that either side needs is in both."""
        operations = [{operation.name: operation for operation in side} for side in (before, after)]
        shapes: tuple[dict[str, Shape | None], dict[str, Shape | None]] = {}, {}
        waiting = [
            *extra_shapes,
            *(name for side in operations for operation in side.values() for name in target_names(operation)),
        ]
        seen = set()
        while waiting:
            name = waiting.pop()
            if name in seen or name not in self.full_shapes:
                continue
            seen.add(name)
            if name in self.new_shapes:
                shapes[1][name] = None  # built when a rule looks at it
                waiting += self.new_shapes[name]
                continue
            for found, side in zip(shapes, (self.old, self.new), strict=True):
                shape = side.shape(name)
                if shape is not None:
                    found[name] = shape
                    waiting += shape.targets
        old, new = (
            replace(
                side.bare_service,
                operations=side_operations,
                shapes=_PartialShapes(
                    {name: found[name] for name in sort_by_rank(found, "shape", self.element_ranks)}, side.shape
                ),
            )
            for side, side_operations, found in zip((self.old, self.new), operations, shapes, strict=True)
        )
        return old, new


class _PartialShapes(Mapping[str, Shape]):
    """The shapes of a partial model, and on demand those that they refer to, without members.

    A step does not change anything in the latter, so a comparison has nothing to find in them.

    Args:
        shapes: The shapes of the model, by name; None for one that is to be found on demand.
        find: Finds a shape by name.
    """

    def __init__(self, shapes: Mapping[str, Shape | None], find: Callable[[str], Shape | None]) -> None:
        self._shapes = shapes
        self._find = find
        self._found: dict[str, Shape] = {}

    def __getitem__(self, name: str) -> Shape:
        shape = self._shapes.get(name) or self._found.get(name)
        if shape is None:
            found = self._find(name)
            if found is None:
                raise KeyError(name)
            shape = self._found[name] = found if name in self._shapes else _stub_shape(found)
        return shape

    def __contains__(self, name: object) -> bool:
        return name in self._shapes or (isinstance(name, str) and self.get(name) is not None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._shapes)

    def __len__(self) -> int:
        return len(self._shapes)


def _may_rename_members(delta: ServiceDelta) -> bool:
    """Return whether a shape has lost members and gained others."""
    return any(
        {each.new is None for each in deltas if each.kind is Kind.MEMBER} == {True, False}
        for deltas in delta.pair_deltas.values()
    )


def sort_by_rank(names: Iterable[str], kind: str, ranks: Mapping[ElementKey, int]) -> tuple[str, ...]:
    """Return the names of operations or shapes in model order, which is alphabetical if there are no ranks."""
    if not ranks:
        return tuple(sorted(names))
    return tuple(sorted(names, key=lambda name: (ranks.get((kind, name), -1), name)))


def operation_references(operation: Operation) -> Iterator[Member]:
    """Yield the references of an operation: input, output, errors."""
    yield from filter(None, (operation.input, operation.output))
    yield from operation.errors


def _stub_shape(shape: Shape) -> Shape:
    """Return a structure without its members; any other shape as it is."""
    if shape.type != "structure" or not shape.members:
        return shape
    return Shape(shape.name, shape.type, _NO_MEMBERS, shape.traits, shape.documentation)


def target_names(element: Shape | Operation) -> Iterable[str]:
    """Return the names of the shapes that an element refers to."""
    return (
        element.targets if isinstance(element, Shape) else [member.target for member in operation_references(element)]
    )


@dataclass(frozen=True, slots=True)
class _OperationPath:
    """The member at a path of an operation in one release.

    `root` is the input or output where the path starts, and `is_recursive` tells whether the member leads to its own
    container again.
    """

    operation: Operation | None
    root: Member | None
    resolved: ResolvedPath | None
    exists: bool
    is_recursive: bool

    @classmethod
    def find(cls, side: ReleaseSide, operation: str, direction: str, path: tuple[str, ...]) -> _OperationPath:
        """Follow the path in the operation called `operation`."""
        found = side.operation(operation)
        root = (found.input if direction == "request" else found.output) if found is not None else None
        resolved = resolve_path(side.shape, root, path) if root is not None else None
        is_recursive = resolved is not None and resolved.container.name in contained_shapes(
            side.shape, resolved.member.target
        )
        return cls(found, root, resolved, resolved is not None if path else root is not None, is_recursive)

    def narrowed_operation(self, direction: str, container: Shape | None) -> Operation | None:
        """Return the operation with the container as its only input or output; for an empty path, with its own."""
        if self.operation is None:
            return None
        member = Member("input" if direction == "request" else "output", container.name) if container else self.root
        return Operation(self.operation.name, *((member, None) if direction == "request" else (None, member)))

    def narrowed_side(self, side: ReleaseSide, container: Shape | None, *, keep_members: bool) -> ReleaseSide:
        """Return the side with only the member at the path in the container, unless all members are kept."""
        if container is None or (keep_members and self.resolved is not None):
            return side
        member = self.resolved.member if self.resolved else None
        members = {member.name: member} if member else {}
        type_ = self.resolved.container.type if self.resolved else "structure"
        required = {"required": [member.name]} if member and member.required else {}
        reduced = Shape(container.name, type_, members, required)
        return replace(side, shape=lambda name: reduced if name == reduced.name else side.shape(name))
