"""What stands at a place: a path from an operation, followed through every release at once.

Shapes are kept with the releases in which they were so. A step takes (span, shape) to (span, shape): for each version
of the shape within the span, the member and its target. So a path is followed through renamed, shared and recursive
shapes by what stands where, and its cost is the versions of the shapes on the path, not the number of releases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from docgen.history.history import History
from docgen.history.reader import Api
from docgen.history.release_sets import Spans, intersection, union
from docgen.model.paths import MAX_THROUGH


@dataclass(frozen=True, slots=True)
class Slot:
    """What stands at a place from release `start` up to `end`: a reference, its target, whether it is required."""

    start: int
    end: int
    target: str
    traits: Mapping[str, Any] = field(default_factory=dict)
    required: bool = False

    def within(self, start: int, end: int) -> tuple[int, int]:
        """The part of a span in which this stands."""
        return max(self.start, start), min(self.end, end)


class Places:
    """The places of one API."""

    def __init__(self, history: History, api: Api, spans: Spans) -> None:
        self.history = history
        self.api = api
        self.spans = spans

    def operation(self, name: str) -> list[Slot]:
        """The operation itself over time; it targets nothing."""
        return self._trimmed(
            Slot(start, end, "", content)
            for start, end, content in self.history.apis.versions(self.api, "operation", name)
        )

    def root(self, operation: str, way: str) -> list[Slot]:
        """The input (`request`) or the output (`response`) of an operation over time."""
        key = "input" if way == "request" else "output"
        return self._trimmed(
            Slot(start, end, content[key]["shape"], content[key])
            for start, end, content in self.history.apis.versions(self.api, "operation", operation)
            if key in content
        )

    def errors(self, operation: str, name: str) -> list[Slot]:
        """An error of an operation over time."""
        return self._trimmed(
            Slot(start, end, name, error)
            for start, end, content in self.history.apis.versions(self.api, "operation", operation)
            for error in content.get("errors", ())
            if error["shape"] == name
        )

    def error_names(self, operation: str) -> set[str]:
        """The errors that an operation ever had."""
        versions = self.history.apis.versions(self.api, "operation", operation)
        return {error["shape"] for _, _, content in versions for error in content.get("errors", ())}

    def step(self, slots: Iterable[Slot], name: str) -> list[Slot]:
        """What stands under a name: a member, `[]`, `{key}` or `{value}`.

        A member is looked for behind lists and map values too, so that a path need not say them.
        """
        found: list[Slot] = []
        waiting = [(slot, 0) for slot in slots]
        while waiting:
            slot, through = waiting.pop()
            for start, end, shape in self._versions(slot):
                inner, required = inner_reference(shape, name)
                if inner is not None:
                    found.append(Slot(start, end, inner["shape"], inner, required))
                elif through < MAX_THROUGH and name[0] not in "[{" and (behind := _behind(shape)) is not None:
                    waiting.append((Slot(start, end, behind["shape"], behind), through + 1))
        return sorted(found, key=lambda slot: (slot.start, slot.end))

    def names(self, slots: Iterable[Slot]) -> dict[str, None]:
        """The members that ever stood below, behind lists and map values too, in the order in which they came."""
        found: dict[str, None] = {}
        waiting = [(slot, 0) for slot in slots]
        while waiting:
            slot, through = waiting.pop(0)
            for start, end, shape in self._versions(slot):
                if shape.get("type") == "structure":
                    found.update(dict.fromkeys(shape.get("members", {})))
                elif through < MAX_THROUGH and (behind := _behind(shape)) is not None:
                    waiting.append((Slot(start, end, behind["shape"], behind), through + 1))
        return found

    def values(self, slots: Iterable[Slot]) -> dict[str, list[Slot]]:
        """The enum values that were ever allowed, behind lists and map values too, each with when, oldest first."""
        found: dict[str, list[Slot]] = {}
        waiting = [(slot, 0) for slot in slots]
        while waiting:
            slot, through = waiting.pop(0)
            for start, end, shape in self._versions(slot):
                enum = slot.traits.get("enum", shape.get("enum"))
                for value in enum if isinstance(enum, list) else ():
                    found.setdefault(value, []).append(Slot(start, end, slot.target, slot.traits, slot.required))
                if through < MAX_THROUGH and (behind := _behind(shape)) is not None:
                    waiting.append((Slot(start, end, behind["shape"], behind), through + 1))
        return found

    def effective(self, slots: Iterable[Slot], trait: str) -> Iterator[tuple[int, int, Any]]:
        """A trait of what stands at a place over time: the reference's own, else that of the shape; None if neither."""
        for slot in slots:
            if trait in slot.traits or not slot.target:
                yield slot.start, slot.end, slot.traits.get(trait)
            else:
                for start, end, shape in self._versions(slot):
                    yield start, end, shape.get(trait)

    def _versions(self, slot: Slot) -> Iterator[tuple[int, int, Any]]:
        """The versions of the shape that a slot targets, cut to when it does."""
        for start, end, shape in self.history.apis.versions(self.api, "shape", slot.target):
            start, end = slot.within(start, end)
            if start < end:
                yield start, end, shape

    def _trimmed(self, slots: Iterable[Slot]) -> list[Slot]:
        """The slots, cut to the releases in which SDKs took this API version."""
        return [
            Slot(start, end, slot.target, slot.traits, slot.required)
            for slot in slots
            for start, end in intersection(((slot.start, slot.end),), self.spans)
        ]


def inner_reference(shape: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any] | None, bool]:
    """The reference under a name, and whether it is required."""
    match shape.get("type"), name:
        case "list", "[]":
            return shape["member"], False
        case "map", "{key}" | "{value}":
            return shape[name[1:-1]], False
        case "structure", _:
            return shape.get("members", {}).get(name), name in shape.get("required", ())
    return None, False


def _behind(shape: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a list or a map holds."""
    found: Mapping[str, Any] | None = shape.get({"list": "member", "map": "value"}.get(str(shape.get("type")), ""))
    return found


def spans_of(slots: Iterable[Slot]) -> Spans:
    """When anything stands there."""
    return union((slot.start, slot.end) for slot in slots)
