"""The steps of one API, release by release: the changed elements, and everything that refers to them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from docgen.diff.sibling_files import ENDPOINT_PREFIXES
from docgen.history.release_step import ReleaseSide, ReleaseStep, sort_by_rank
from docgen.history.snapshots import ModelSnapshots
from docgen.model.file_layout import ElementKey
from docgen.model.referrers import Referrers
from docgen.model.service import Operation, Service, Shape


def release_steps(
    snapshots: ModelSnapshots,
    start: int,
    end: int,
    *,
    with_documentation: bool = False,
    only: Container[int] | None = None,
) -> Iterator[ReleaseStep]:
    """Yield the steps of an API after release number `start` and before `end`, oldest first.

    Args:
        snapshots: The models of the API.
        start: The release of the first old side.
        end: The number after the last step.
        with_documentation: Whether the steps have changes of documentation. Without them, documentation is read only
            where a member may have a new name, which its documentation may show.
        only: The releases whose steps are wanted; None for all.
    """
    return _StepBuilder(snapshots, with_documentation=with_documentation).steps(start, end, only)


def api_version_step(before: tuple[ModelSnapshots, int], after: tuple[ModelSnapshots, int]) -> ReleaseStep:
    """Return the step from one API version to another, each at a release, with everything to compare."""
    models = [snapshots.model_at(number) for snapshots, number in (before, after)]
    old, new = (
        ReleaseSide(
            replace(model, operations={}, shapes={}),
            model.operations.get,
            model.shapes.get,
            partial(snapshots.sibling_files, number),
        )
        for model, (snapshots, number) in zip(models, (before, after), strict=True)
    )
    operations = tuple(dict.fromkeys(name for model in models for name in model.operations))
    shapes = tuple(dict.fromkeys(name for model in models for name in model.shapes))
    ranks = after[0].element_ranks(after[1])
    return ReleaseStep(after[1], old, new, frozenset(operations), operations, shapes, frozenset(shapes), ranks)


class _StepOutline(NamedTuple):
    """What a step is about, before its elements are built.

    Attributes:
        number: The number of the new release.
        keys: The elements that differ, without the service itself.
        services: The releases that the service itself is taken from, for the old and for the new side.
        siblings: The names of the sibling files that differ.
        affected_shapes: The shapes that differ, and all that lead to one of them.
        affected_operations: See `ReleaseStep`; likewise the rest.
    """

    number: int
    keys: Sequence[ElementKey]
    services: tuple[int, int]
    siblings: frozenset[str]
    affected_shapes: Collection[str]
    affected_operations: frozenset[str]
    compared_operations: tuple[str, ...]
    element_ranks: Mapping[ElementKey, int]
    new_shapes: Mapping[str, tuple[str, ...]]


class _StepBuilder:
    """Builds the steps: keeps for each shape what refers to it, and builds an element only where a step compares it."""

    def __init__(self, snapshots: ModelSnapshots, *, with_documentation: bool) -> None:
        self.snapshots = snapshots
        self.with_documentation = with_documentation
        self.changes_by_release = snapshots.changes_by_release(with_documentation=with_documentation)
        self.sibling_changes = snapshots.sibling_changes()
        self.referrers = Referrers()
        self.elements: dict[bool, dict[ElementKey, Any]] = {True: {}, False: {}}
        self.services: dict[tuple[int, bool], Service] = {}

    def steps(self, start: int, end: int, only: Container[int] | None) -> Iterator[ReleaseStep]:
        before, is_loaded = start, False
        for number in sorted({*self.changes_by_release, *self.sibling_changes}):
            if not start < number < end:
                continue
            changed = self.changes_by_release.get(number, ())
            keys = [key for key in changed if key[0] != "service"]
            is_compared = only is None or number in only
            if is_compared and not is_loaded:
                self.load_referrers(number - 1)
                is_loaded = True
            after = number if ("service", "") in changed else before
            if is_compared:
                yield self.build_step(number, keys, (before, after))
            elif is_loaded:
                self.add_new_referrers(keys, number)
            if is_loaded:
                self.advance(keys, number)
            before = after

    def load_referrers(self, number: int) -> None:
        for key, names in self.snapshots.references(number):
            self.referrers.add(key, names)

    def add_new_referrers(self, changed: Iterable[ElementKey], number: int) -> None:
        """Add what the changed elements of a release refer to. What they no longer refer to stays for its step."""
        for key in changed:
            self.referrers.add(key, self.snapshots.target_names(key, number))

    def advance(self, changed: Iterable[ElementKey], number: int) -> None:
        """Forget what a release changed, before the next one."""
        for key in changed:
            for elements in self.elements.values():
                elements.pop(key, None)
            targets = self.snapshots.target_names(key, number)
            before = self.snapshots.target_names(key, number - 1)
            self.referrers.discard(key, [target for target in before if target not in targets])

    def build_step(self, number: int, keys: Sequence[ElementKey], services: tuple[int, int]) -> ReleaseStep:
        """Build a step from the elements that it changes.

        Each side has the service, without operations and shapes, of one of the two releases `services`.
        """
        self.add_new_referrers(keys, number)
        affected = self.referrers.affected_by(keys)
        compared_operations = affected_operations = affected.operations
        siblings = self.sibling_changes.get(number, frozenset())
        if siblings:  # they concern any operation
            names = self.snapshots.element_names("operation")
            there = {name for name in names if self.snapshots.has_element(("operation", name), number)}
            affected_operations = there.union(affected_operations)
            if not all(name.startswith(ENDPOINT_PREFIXES) for name in siblings):
                compared_operations = affected_operations  # paginators and waiters name operations
        ranks = self.snapshots.element_ranks(number)
        outline = _StepOutline(
            number,
            keys,
            services,
            siblings,
            affected.shapes,
            frozenset(affected_operations),
            sort_by_rank(compared_operations, "operation", ranks),
            ranks,
            {
                name: self.snapshots.target_names((kind, name), number)
                for kind, name in keys
                if kind == "shape" and self.snapshots.is_new_plain_shape(name, number)
            },
        )
        return self.fill_step(outline, with_documentation=self.with_documentation)

    def fill_step(self, outline: _StepOutline, *, with_documentation: bool) -> ReleaseStep:
        """Build the two sides of a step.

        A closure that refers to itself would keep the models of all services in memory until the end.
        """
        old, new = self.build_sides(outline, with_documentation=with_documentation)
        full_shapes = set(outline.affected_shapes)
        for kind, name in outline.keys:
            if kind == "shape" and name in outline.new_shapes:
                continue
            find_old, find_new = (old.shape, new.shape) if kind == "shape" else (old.operation, new.operation)
            self.expand_retargeted_slots(full_shapes, find_old(name), find_new(name), (old, new))
        return ReleaseStep(
            outline.number,
            old,
            new,
            outline.affected_operations,
            outline.compared_operations,
            sort_by_rank((name for kind, name in outline.keys if kind == "shape"), "shape", outline.element_ranks),
            frozenset(full_shapes),
            outline.element_ranks,
            outline.new_shapes,
            None if with_documentation else partial(self.fill_step, outline, with_documentation=True),
        )

    def build_sides(self, outline: _StepOutline, *, with_documentation: bool) -> tuple[ReleaseSide, ReleaseSide]:
        """Return the two sides of a step. They share the elements that the step does not change."""
        snapshots, unchanged = self.snapshots, self.elements[with_documentation]
        number, siblings = outline.number, outline.siblings

        def build(kind: str, name: str, at: int) -> Any:
            find: Any = snapshots.shape if kind == "shape" else snapshots.operation
            return find(name, at, with_documentation=with_documentation)

        changed_keys = frozenset(outline.keys)

        def finder(kind: str, at: int) -> Callable[[str], Any]:
            changed: dict[str, Any] = {}

            def find(name: str) -> Any:
                if (kind, name) in changed_keys:
                    if name not in changed:
                        changed[name] = build(kind, name, at)
                    return changed[name]
                if (kind, name) not in unchanged:
                    unchanged[kind, name] = build(kind, name, number - 1)
                return unchanged[kind, name]

            return find

        old_side, new_side = (
            ReleaseSide(
                self.service(service, with_documentation),
                finder("operation", at),
                finder("shape", at),
                partial(snapshots.sibling_files, at, siblings) if siblings else dict,
            )
            for service, at in zip(outline.services, (number - 1, number), strict=True)
        )
        return old_side, new_side

    def service(self, number: int, with_documentation: bool) -> Service:
        """Return the service of a release without operations and shapes, the same object for the same number."""
        key = number, with_documentation
        if key not in self.services:
            self.services[key] = self.snapshots.bare_service(number, with_documentation=with_documentation)
        return self.services[key]

    @staticmethod
    def expand_retargeted_slots(
        full_shapes: set[str], old: Any, new: Any, sides: tuple[ReleaseSide, ReleaseSide]
    ) -> None:
        """Add all shapes below a slot whose target changed: the old and the new target are compared in full."""
        if old is None or new is None:
            return
        before, after = _targets_by_slot(old), _targets_by_slot(new)
        for side, other in ((before, after), (after, before)):
            full_shapes |= {target for slot, target in side.items() if slot not in other}
        waiting = [
            (release, name)
            for slot, target in after.items()
            if before.get(slot, target) != target
            for release, name in ((sides[0], before[slot]), (sides[1], target))
        ]
        seen = set()
        while waiting:
            release, name = waiting.pop()
            if (id(release), name) not in seen and (shape := release.shape(name)) is not None:
                seen.add((id(release), name))
                full_shapes.add(name)
                waiting += ((release, target) for target in shape.targets)


def _targets_by_slot(element: Shape | Operation) -> dict[str, str]:
    members = element.members.values() if isinstance(element, Shape) else filter(None, (element.input, element.output))
    return {member.name: member.target for member in members}
