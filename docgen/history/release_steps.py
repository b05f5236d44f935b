"""The steps of one API, release by release: what each changed, and what that concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from docgen.history.release_step import ReleaseSide, ReleaseStep, operation_references, sort_by_rank
from docgen.history.snapshots import ElementKey, ModelSnapshots
from docgen.model.service import Operation, Service, Shape


def release_steps(
    snapshots: ModelSnapshots, start: int, end: int, *, with_documentation: bool = False
) -> Iterator[ReleaseStep]:
    """The steps of an API after release `start` and before `end`, oldest first.

    Releases that only worded something otherwise are left out, unless `with_words`.
    """
    return _StepBuilder(snapshots, with_documentation=with_documentation).steps(start, end)


def api_version_step(before: tuple[ModelSnapshots, int], after: tuple[ModelSnapshots, int]) -> ReleaseStep:
    """The step between two API versions: everything in them, since nothing is shared."""
    models = [tape.model_at(number) for tape, number in (before, after)]
    old, new = (
        ReleaseSide(
            replace(model, operations={}, shapes={}),
            model.operations.get,
            model.shapes.get,
            partial(tape.sibling_files, number),
        )
        for model, (tape, number) in zip(models, (before, after), strict=True)
    )
    operations = tuple(dict.fromkeys(name for model in models for name in model.operations))
    shapes = tuple(dict.fromkeys(name for model in models for name in model.shapes))
    return ReleaseStep(after[1], old, new, operations, shapes, frozenset(shapes), after[0].element_ranks(after[1]))


class _StepBuilder:
    """Knows all elements at a release, and which stand in which; takes what the next release changes."""

    def __init__(self, snapshots: ModelSnapshots, *, with_documentation: bool) -> None:
        self.snapshots = snapshots
        self.changes_by_release = snapshots.changes_by_release(with_documentation=with_documentation)
        self.sibling_changes = snapshots.sibling_changes()
        self.shapes: dict[str, Shape] = {}
        self.operations: dict[str, Operation] = {}
        self.referrers: dict[str, set[ElementKey]] = {}

    def steps(self, start: int, end: int) -> Iterator[ReleaseStep]:
        self.load_elements(start)
        about, files = self.snapshots.bare_service(start), partial(self.snapshots.sibling_files, start)
        for number in sorted({*self.changes_by_release, *self.sibling_changes}):
            if start < number < end:
                keys = self.changes_by_release.get(number, ())
                was, had = about, files
                about = self.snapshots.bare_service(number) if ("service", "") in keys else about
                files = partial(self.snapshots.sibling_files, number) if number in self.sibling_changes else files
                yield self.build_step(number, [key for key in keys if key[0] != "service"], (was, had), (about, files))

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
                self.add_referrer(key, _target_names(new[key]))
        reached = self.with_referrers(old)
        shapes, operations = self.shapes, self.operations
        self.apply_changes(old, new)
        whole = {name for kind, name in reached if kind == "shape"}
        old_side = ReleaseSide(
            before[0], _element_finder("operation", operations, old), _element_finder("shape", shapes, old), before[1]
        )
        new_side = ReleaseSide(
            after[0], _element_finder("operation", operations, new), _element_finder("shape", shapes, new), after[1]
        )
        calls = {name for kind, name in reached if kind == "operation"}
        if before[1] is not after[1]:  # what lies beside the model speaks of any operation
            calls |= self.operations.keys()
        rank = self.snapshots.element_ranks(number)
        for key in old:
            self.expand_retargeted_slots(whole, old[key], new[key], (old_side, new_side))
        return ReleaseStep(
            number,
            old_side,
            new_side,
            sort_by_rank(calls, "operation", rank),
            sort_by_rank((name for kind, name in old if kind == "shape"), "shape", rank),
            frozenset(whole),
            rank,
        )

    def with_referrers(self, changed: Iterable[ElementKey]) -> set[ElementKey]:
        """What changed, and all that leads to it."""
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
        """Go on to the next release; who holds the state before keeps it."""
        for key, element in new.items():
            kept = set(_target_names(element)) if element is not None else set()
            if old[key] is not None:
                for target in _target_names(old[key]):
                    if target not in kept:
                        self.referrers[target].discard(key)
            held: dict[str, Any] = self.shapes if key[0] == "shape" else self.operations
            if element is None:
                held.pop(key[1], None)
            else:
                held[key[1]] = element

    @staticmethod
    def expand_retargeted_slots(
        full_shapes: set[str], old: Any, new: Any, sides: tuple[ReleaseSide, ReleaseSide]
    ) -> None:
        """Where a slot leads to another shape than before, all of both is compared."""
        if old is None or new is None:
            return
        before, after = _targets_by_slot(old), _targets_by_slot(new)
        for here, there in ((before, after), (after, before)):
            full_shapes |= {target for slot, target in here.items() if slot not in there}
        waiting = [
            (side, name)
            for slot, target in after.items()
            if before.get(slot, target) != target
            for side, name in ((sides[0], before[slot]), (sides[1], target))
        ]
        seen = set()
        while waiting:
            side, name = waiting.pop()
            if (id(side), name) not in seen and (shape := side.shape(name)) is not None:
                seen.add((id(side), name))
                full_shapes.add(name)
                waiting += ((side, target) for target in shape.targets)


def _element_finder(kind: str, unchanged: Mapping[str, Any], changed: Mapping[ElementKey, Any]) -> Callable[[str], Any]:
    """Finds an element at one side of a step: what changed there, else what is held."""

    def find(name: str) -> Any:
        key = kind, name
        return changed[key] if key in changed else unchanged.get(name)

    return find


def _target_names(element: Shape | Operation) -> Iterable[str]:
    return (
        element.targets if isinstance(element, Shape) else [member.target for member in operation_references(element)]
    )


def _targets_by_slot(element: Shape | Operation) -> dict[str, str]:
    members = element.members.values() if isinstance(element, Shape) else filter(None, (element.input, element.output))
    return {member.name: member.target for member in members}
