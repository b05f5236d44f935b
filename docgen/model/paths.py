"""Paths: `Tags.Key`, `Instances[].State`, `Tags{key}`, and what they lead to in a model.

A path of a person need not say the lists and maps on its way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from docgen.model.service import Member, Shape

MAX_IMPLIED_SEGMENTS = 8
"""Lists and maps that one word may lead through unsaid. The most in any botocore release is three."""

ShapeLookup = Callable[[str], Shape | None]

_SEGMENT = re.compile(r"\[\]|\{key\}|\{value\}|[^.\[\]{}]+")


@dataclass(frozen=True, slots=True)
class ResolvedPath:
    """What a path leads to: the slot `member` of the shape `holder`."""

    container: Shape
    member: Member


def split_path(path: str) -> tuple[str, ...]:
    """The words of a path: `Instances[].State` is (`Instances`, `[]`, `State`)."""
    return tuple(_SEGMENT.findall(path))


def resolve_path(shape_of: ShapeLookup, root: Member, path: tuple[str, ...]) -> ResolvedPath | None:
    """The place that a path leads to from `root`; None if nothing stands there, or the path is empty."""
    place: ResolvedPath | None = None
    member = root
    for word in path:
        holder = _container_for_segment(shape_of, member, word)
        if holder is None:
            return None
        member = holder.members[member_for_segment(holder, word)]
        place = ResolvedPath(holder, member)
    return place


def member_for_segment(shape: Shape, segment: str) -> str:
    """The slot of a shape that a word of a path means."""
    return {"list": "member", "map": segment.strip("{}")}.get(shape.type, segment)


def _container_for_segment(shape_of: ShapeLookup, member: Member, segment: str) -> Shape | None:
    """The shape behind a reference that has what the word means, behind lists and map values too."""
    for _ in range(MAX_IMPLIED_SEGMENTS + 1):
        shape = shape_of(member.target)
        if shape is None:
            return None
        if {"list": segment == "[]", "map": segment in ("{key}", "{value}")}.get(shape.type, segment in shape.members):
            return shape
        behind = shape.members.get({"list": "member", "map": "value"}.get(shape.type, ""))
        if behind is None or segment[0] in "[{":
            return None
        member = behind
    return None


def contained_shapes(shape_of: ShapeLookup, start: str) -> frozenset[str]:
    """The names of a shape and of all that it contains."""
    found = {start}
    waiting = [start]
    while waiting:
        shape = shape_of(waiting.pop())
        for target in shape.targets if shape else ():
            if target not in found:
                found.add(target)
                waiting.append(target)
    return frozenset(found)
