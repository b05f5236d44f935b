"""The steps of one API, release by release: what each changed, and what that concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from docgen.history.release_step import Side, Step, ordered, slots
from docgen.history.snapshots import Key, Tape
from docgen.model.service import Operation, Service, Shape


def steps(tape: Tape, start: int, end: int, *, with_words: bool = False) -> Iterator[Step]:
    """The steps of an API after release `start` and before `end`, oldest first.

    Releases that only worded something otherwise are left out, unless `with_words`.
    """
    return _Walk(tape, with_words=with_words).steps(start, end)


def whole_step(before: tuple[Tape, int], after: tuple[Tape, int]) -> Step:
    """The step between two API versions: everything in them, since nothing is shared."""
    models = [tape.service(number) for tape, number in (before, after)]
    old, new = (
        Side(
            replace(model, operations={}, shapes={}),
            model.operations.get,
            model.shapes.get,
            partial(tape.files, number),
        )
        for model, (tape, number) in zip(models, (before, after), strict=True)
    )
    operations = tuple(dict.fromkeys(name for model in models for name in model.operations))
    shapes = tuple(dict.fromkeys(name for model in models for name in model.shapes))
    return Step(after[1], old, new, operations, shapes, frozenset(shapes), after[0].rank(after[1]))


class _Walk:
    """Knows all elements at a release, and which stand in which; takes what the next release changes."""

    def __init__(self, tape: Tape, *, with_words: bool) -> None:
        self.tape = tape
        self.changed = tape.changed(with_words=with_words)
        self.files = tape.file_changes()
        self.shapes: dict[str, Shape] = {}
        self.operations: dict[str, Operation] = {}
        self.outer: dict[str, set[Key]] = {}

    def steps(self, start: int, end: int) -> Iterator[Step]:
        self.begin(start)
        about, files = self.tape.about(start), partial(self.tape.files, start)
        for number in sorted({*self.changed, *self.files}):
            if start < number < end:
                keys = self.changed.get(number, ())
                was, had = about, files
                about = self.tape.about(number) if ("service", "") in keys else about
                files = partial(self.tape.files, number) if number in self.files else files
                yield self.step(number, [key for key in keys if key[0] != "service"], (was, had), (about, files))

    def begin(self, number: int) -> None:
        for name in self.tape.names("shape"):
            if (shape := self.tape.shape(name, number)) is not None:
                self.shapes[name] = shape
                self.hold(("shape", name), shape.targets)
        for name in self.tape.names("operation"):
            if (operation := self.tape.operation(name, number)) is not None:
                self.operations[name] = operation
                self.hold(("operation", name), [member.target for member in slots(operation)])

    def hold(self, key: Key, targets: Iterable[str]) -> None:
        for target in targets:
            self.outer.setdefault(target, set()).add(key)

    def step(self, number: int, keys: Iterable[Key], before: tuple[Service, Any], after: tuple[Service, Any]) -> Step:
        old: dict[Key, Any] = {}
        new: dict[Key, Any] = {}
        for key in keys:
            find = self.tape.shape if key[0] == "shape" else self.tape.operation
            old[key], new[key] = find(key[1], number - 1), find(key[1], number)
            if new[key] is not None:
                self.hold(key, _targets(new[key]))
        reached = self.reached(old)
        shapes, operations = self.shapes, self.operations
        self.take(old, new)
        whole = {name for kind, name in reached if kind == "shape"}
        old_side = Side(before[0], _finder("operation", operations, old), _finder("shape", shapes, old), before[1])
        new_side = Side(after[0], _finder("operation", operations, new), _finder("shape", shapes, new), after[1])
        calls = {name for kind, name in reached if kind == "operation"}
        if before[1] is not after[1]:  # what lies beside the model speaks of any operation
            calls |= self.operations.keys()
        rank = self.tape.rank(number)
        for key in old:
            self.deepen(whole, old[key], new[key], (old_side, new_side))
        return Step(
            number,
            old_side,
            new_side,
            ordered(calls, "operation", rank),
            ordered((name for kind, name in old if kind == "shape"), "shape", rank),
            frozenset(whole),
            rank,
        )

    def reached(self, changed: Iterable[Key]) -> set[Key]:
        """What changed, and all that leads to it."""
        found = set(changed)
        waiting = [name for kind, name in found if kind == "shape"]
        while waiting:
            for key in self.outer.get(waiting.pop(), ()):
                if key not in found:
                    found.add(key)
                    if key[0] == "shape":
                        waiting.append(key[1])
        return found

    def take(self, old: Mapping[Key, Any], new: Mapping[Key, Any]) -> None:
        """Go on to the next release; who holds the state before keeps it."""
        for key, element in new.items():
            kept = set(_targets(element)) if element is not None else set()
            if old[key] is not None:
                for target in _targets(old[key]):
                    if target not in kept:
                        self.outer[target].discard(key)
            held: dict[str, Any] = self.shapes if key[0] == "shape" else self.operations
            if element is None:
                held.pop(key[1], None)
            else:
                held[key[1]] = element

    @staticmethod
    def deepen(whole: set[str], old: Any, new: Any, sides: tuple[Side, Side]) -> None:
        """Where a slot leads to another shape than before, all of both is compared."""
        if old is None or new is None:
            return
        before, after = _named_targets(old), _named_targets(new)
        for here, there in ((before, after), (after, before)):
            whole |= {target for slot, target in here.items() if slot not in there}
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
                whole.add(name)
                waiting += ((side, target) for target in shape.targets)


def _finder(kind: str, held: Mapping[str, Any], said: Mapping[Key, Any]) -> Callable[[str], Any]:
    """Finds an element at one side of a step: what changed there, else what is held."""

    def find(name: str) -> Any:
        key = kind, name
        return said[key] if key in said else held.get(name)

    return find


def _targets(element: Shape | Operation) -> Iterable[str]:
    return element.targets if isinstance(element, Shape) else [member.target for member in slots(element)]


def _named_targets(element: Shape | Operation) -> dict[str, str]:
    members = element.members.values() if isinstance(element, Shape) else filter(None, (element.input, element.output))
    return {member.name: member.target for member in members}
