"""The steps of one API, release by release: the changed elements, and everything that refers to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from docgen.history.release_step import ReleaseSide, ReleaseStep, operation_references, sort_by_rank, target_names
from docgen.history.snapshots import ModelSnapshots
from docgen.model.incremental import ElementKey
from docgen.model.service import Operation, Service, Shape


def release_steps(
    snapshots: ModelSnapshots, start: int, end: int, *, with_documentation: bool = False
) -> Iterator[ReleaseStep]:
    """The steps of an API after release number `start` and before `end`, oldest first.

    Args:
        snapshots: The models of the API.
        start: The release of the first old side.
        end: The number after the last step.
        with_documentation: Whether to include releases that changed only documentation.
    """
    return _StepBuilder(snapshots, with_documentation=with_documentation).steps(start, end)


def api_version_step(before: tuple[ModelSnapshots, int], after: tuple[ModelSnapshots, int]) -> ReleaseStep:
    """The step from one API version to another, each at a release. They share nothing, so everything is compared."""
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
    return ReleaseStep(after[1], old, new, operations, shapes, frozenset(shapes), after[0].element_ranks(after[1]))


class _StepBuilder:
    """Builds the steps: keeps all elements at one release with their referrers, and applies the changes of the next."""

    def __init__(self, snapshots: ModelSnapshots, *, with_documentation: bool) -> None:
        self.snapshots = snapshots
        self.changes_by_release = snapshots.changes_by_release(with_documentation=with_documentation)
        self.sibling_changes = snapshots.sibling_changes()
        self.shapes: dict[str, Shape] = {}
        self.operations: dict[str, Operation] = {}
        self.referrers: dict[str, set[ElementKey]] = {}

    def steps(self, start: int, end: int) -> Iterator[ReleaseStep]:
        self.load_elements(start)
        service, files = self.snapshots.bare_service(start), partial(self.snapshots.sibling_files, start)
        for number in sorted({*self.changes_by_release, *self.sibling_changes}):
            if start < number < end:
                changed = self.changes_by_release.get(number, ())
                old_service, old_files = service, files
                service = self.snapshots.bare_service(number) if ("service", "") in changed else service
                files = partial(self.snapshots.sibling_files, number) if number in self.sibling_changes else files
                keys = [key for key in changed if key[0] != "service"]
                yield self.build_step(number, keys, (old_service, old_files), (service, files))

    def load_elements(self, number: int) -> None:
        for name in self.snapshots.element_names("shape"):
            if (shape := self.snapshots.shape(name, number)) is not None:
                self.shapes[name] = shape
                self.add_referrer(("shape", name), shape.targets)
        for name in self.snapshots.element_names("operation"):
            if (operation := self.snapshots.operation(name, number)) is not None:
                self.operations[name] = operation
                self.add_referrer(("operation", name), [member.target for member in operation_references(operation)])

    def add_referrer(self, referrer: ElementKey, targets: Iterable[str]) -> None:
        for target in targets:
            self.referrers.setdefault(target, set()).add(referrer)

    def build_step(
        self, number: int, keys: Iterable[ElementKey], before: tuple[Service, Any], after: tuple[Service, Any]
    ) -> ReleaseStep:
        old: dict[ElementKey, Any] = {}
        new: dict[ElementKey, Any] = {}
        for key in keys:
            find = self.snapshots.shape if key[0] == "shape" else self.snapshots.operation
            old[key], new[key] = find(key[1], number - 1), find(key[1], number)
            if new[key] is not None:
                self.add_referrer(key, target_names(new[key]))
        affected = self.with_referrers(old)
        shapes, operations = self.shapes, self.operations
        self.apply_changes(old, new)
        full_shapes = {name for kind, name in affected if kind == "shape"}
        old_side = ReleaseSide(
            before[0], _element_finder("operation", operations, old), _element_finder("shape", shapes, old), before[1]
        )
        new_side = ReleaseSide(
            after[0], _element_finder("operation", operations, new), _element_finder("shape", shapes, new), after[1]
        )
        affected_operations = {name for kind, name in affected if kind == "operation"}
        if before[1] is not after[1]:  # sibling files concern any operation
            affected_operations |= self.operations.keys()
        ranks = self.snapshots.element_ranks(number)
        for key in old:
            self.expand_retargeted_slots(full_shapes, old[key], new[key], (old_side, new_side))
        return ReleaseStep(
            number,
            old_side,
            new_side,
            sort_by_rank(affected_operations, "operation", ranks),
            sort_by_rank((name for kind, name in old if kind == "shape"), "shape", ranks),
            frozenset(full_shapes),
            ranks,
        )

    def with_referrers(self, changed: Iterable[ElementKey]) -> set[ElementKey]:
        """The changed elements and everything that leads to them."""
        found = set(changed)
        waiting = [name for kind, name in found if kind == "shape"]
        while waiting:
            for key in self.referrers.get(waiting.pop(), ()):
                if key not in found:
                    found.add(key)
                    if key[0] == "shape":
                        waiting.append(key[1])
        return found

    def apply_changes(self, old: Mapping[ElementKey, Any], new: Mapping[ElementKey, Any]) -> None:
        """Advance to the next release. Steps that were yielded before keep the changed elements of their own."""
        for key, element in new.items():
            targets = set(target_names(element)) if element is not None else set()
            if old[key] is not None:
                for target in target_names(old[key]):
                    if target not in targets:
                        self.referrers[target].discard(key)
            elements: dict[str, Any] = self.shapes if key[0] == "shape" else self.operations
            if element is None:
                elements.pop(key[1], None)
            else:
                elements[key[1]] = element

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


def _element_finder(kind: str, unchanged: Mapping[str, Any], changed: Mapping[ElementKey, Any]) -> Callable[[str], Any]:
    """A function that finds an element of one side of a step: among the changed elements, else the unchanged ones."""

    def find(name: str) -> Any:
        key = kind, name
        return changed[key] if key in changed else unchanged.get(name)

    return find


def _targets_by_slot(element: Shape | Operation) -> dict[str, str]:
    members = element.members.values() if isinstance(element, Shape) else filter(None, (element.input, element.output))
    return {member.name: member.target for member in members}
