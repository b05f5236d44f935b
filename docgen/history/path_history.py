"""The history of a path: what an operation has there, followed through all releases at once.

Each segment leads from references with their spans to the next ones: for each version of a target shape within the
span, the member and its target. So a path leads through renamed, shared and recursive shapes, and its cost depends on
the versions of the shapes on it, not on the number of releases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from docgen.history.history import History
from docgen.history.queries import Api
from docgen.history.release_sets import ReleaseSet, intersection, union
from docgen.model.paths import MAX_IMPLIED_SEGMENTS

_NO_TRAITS: Mapping[str, Any] = MappingProxyType({})


class ReferenceSpan(NamedTuple):
    """A reference at a path from release `start` up to, not including, `end`.

    Attributes:
        start: The first release.
        end: The first release without it.
        target: The shape that it refers to; empty for an operation.
        traits: Its own traits.
        required: Whether it is required.
    """

    start: int
    end: int
    target: str
    traits: Mapping[str, Any] = _NO_TRAITS
    required: bool = False

    def clamp(self, start: int, end: int) -> tuple[int, int]:
        """Return the part of a span in which the reference exists."""
        return max(self.start, start), min(self.end, end)


class PathHistory:
    """The paths of one API.

    Args:
        history: The history file.
        api: The API.
        spans: The releases in which SDKs use it by default. All results are limited to them.
    """

    def __init__(self, history: History, api: Api, spans: ReleaseSet) -> None:
        self.history = history
        self.api = api
        self.spans = spans

    def operation_spans(self, name: str) -> list[ReferenceSpan]:
        """Return the spans of an operation, without a target."""
        return self._clamp_to_api(
            ReferenceSpan(start, end, "", content)
            for start, end, content in self.history.apis.element_versions(self.api, "operation", name)
        )

    def root_references(self, operation: str, direction: str) -> list[ReferenceSpan]:
        """Return the references to the input (`request`) or the output (`response`) of an operation."""
        key = "input" if direction == "request" else "output"
        return self._clamp_to_api(
            ReferenceSpan(start, end, content[key]["shape"], content[key])
            for start, end, content in self.history.apis.element_versions(self.api, "operation", operation)
            if key in content
        )

    def error_references(self, operation: str, name: str) -> list[ReferenceSpan]:
        """Return the references to an error of an operation."""
        return self._clamp_to_api(
            ReferenceSpan(start, end, name, error)
            for start, end, content in self.history.apis.element_versions(self.api, "operation", operation)
            for error in content.get("errors", ())
            if error["shape"] == name
        )

    def error_names(self, operation: str) -> set[str]:
        """Return the errors that an operation ever had."""
        versions = self.history.apis.element_versions(self.api, "operation", operation)
        return {error["shape"] for _, _, content in versions for error in content.get("errors", ())}

    def child_references(self, references: Iterable[ReferenceSpan], step: str) -> list[ReferenceSpan]:
        """Return the references below others at a segment: a member name, `[]`, `{key}` or `{value}`.

        A member is also looked for in the items of lists and the values of maps, so a path may omit these.
        """
        found: list[ReferenceSpan] = []
        waiting = [(slot, 0) for slot in references]
        while waiting:
            slot, through = waiting.pop()
            for start, end, shape in self._target_versions(slot):
                inner, required = child_reference(shape, step)
                if inner is not None:
                    found.append(ReferenceSpan(start, end, inner["shape"], inner, required))
                elif (
                    through < MAX_IMPLIED_SEGMENTS
                    and step[0] not in "[{"
                    and (behind := _element_reference(shape)) is not None
                ):
                    waiting.append((ReferenceSpan(start, end, behind["shape"], behind), through + 1))
        return sorted(found, key=lambda slot: (slot.start, slot.end))

    def member_names(self, references: Iterable[ReferenceSpan]) -> dict[str, None]:
        """Return all members below references, also in lists and map values, oldest first."""
        found: dict[str, None] = {}
        waiting = [(slot, 0) for slot in references]
        while waiting:
            slot, through = waiting.pop(0)
            for start, end, shape in self._target_versions(slot):
                if shape.get("type") == "structure":
                    found.update(dict.fromkeys(shape.get("members", {})))
                elif through < MAX_IMPLIED_SEGMENTS and (behind := _element_reference(shape)) is not None:
                    waiting.append((ReferenceSpan(start, end, behind["shape"], behind), through + 1))
        return found

    def enum_values(self, references: Iterable[ReferenceSpan]) -> dict[str, list[ReferenceSpan]]:
        """Return all enum values below references, also in lists and map values, oldest first, each with its spans."""
        found: dict[str, list[ReferenceSpan]] = {}
        waiting = [(slot, 0) for slot in references]
        while waiting:
            slot, through = waiting.pop(0)
            for start, end, shape in self._target_versions(slot):
                enum = slot.traits.get("enum", shape.get("enum"))
                span = ReferenceSpan(start, end, slot.target, slot.traits, slot.required)
                for value in enum if isinstance(enum, list) else ():
                    found.setdefault(value, []).append(span)
                if through < MAX_IMPLIED_SEGMENTS and (behind := _element_reference(shape)) is not None:
                    waiting.append((ReferenceSpan(start, end, behind["shape"], behind), through + 1))
        return found

    def target_shapes(self, references: Iterable[ReferenceSpan]) -> Iterator[Mapping[str, Any]]:
        """Yield the versions of the shapes that references target, oldest first."""
        for slot in references:
            yield from (shape for _, _, shape in self._target_versions(slot))

    def effective_trait(self, references: Iterable[ReferenceSpan], trait: str) -> Iterator[tuple[int, int, Any]]:
        """Yield the versions of a trait: the reference's own, else that of its target; None if neither has it."""
        for slot in references:
            if trait in slot.traits or not slot.target:
                yield slot.start, slot.end, slot.traits.get(trait)
            else:
                for start, end, shape in self._target_versions(slot):
                    yield start, end, shape.get(trait)

    def _target_versions(self, reference: ReferenceSpan) -> Iterator[tuple[int, int, Any]]:
        """Yield the versions of the shape that a reference targets, cut to the releases in which it does."""
        for start, end, shape in self.history.apis.element_versions(self.api, "shape", reference.target):
            start, end = reference.clamp(start, end)
            if start < end:
                yield start, end, shape

    def _clamp_to_api(self, references: Iterable[ReferenceSpan]) -> list[ReferenceSpan]:
        """Return the references, cut to the releases in which SDKs use this API version."""
        return [
            ReferenceSpan(start, end, slot.target, slot.traits, slot.required)
            for slot in references
            for start, end in intersection(((slot.start, slot.end),), self.spans)
        ]


def child_reference(shape: Mapping[str, Any], step: str) -> tuple[Mapping[str, Any] | None, bool]:
    """Return the reference under a name, and whether it is required."""
    match shape.get("type"), step:
        case "list", "[]":
            return shape["member"], False
        case "map", "{key}" | "{value}":
            return shape[step[1:-1]], False
        case "structure", _:
            return shape.get("members", {}).get(step), step in shape.get("required", ())
    return None, False


def _element_reference(shape: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the reference to the items of a list or the values of a map; None for other shapes."""
    found: Mapping[str, Any] | None = shape.get({"list": "member", "map": "value"}.get(str(shape.get("type")), ""))
    return found


def releases_of(references: Iterable[ReferenceSpan]) -> ReleaseSet:
    """Return the releases in which the path exists."""
    return union((slot.start, slot.end) for slot in references)
