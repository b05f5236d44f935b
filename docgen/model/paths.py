"""Paths: `Tags.Key`, `Instances[].State`, `Tags{key}`, and the members that they lead to in a model.

The grammar is the same wherever docgen reads or writes a path:

    path     = segment *( ["."] segment )
    segment  = name | "[]" | "[" digits "]" | "{key}" | "{value}"
    name     = 1*( any character but . [ ] { } )

Only a name has a `.` before it. `[0]` is how SDKs and code write `[]`. Paths that people type may
leave out lists and maps: `Tags.Key` also means `Tags[].Key`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from docgen.model.service import Member, Shape

    ShapeLookup = Callable[[str], Shape | None]

MAX_IMPLIED_SEGMENTS = 8
"""Lists and maps that a path may leave out before one segment. The most in any botocore release is three."""

PATH_DIRECTIONS = ("request", "response")
"""The directions in which an operation has paths."""

ITEM, KEY, VALUE = "[]", "{key}", "{value}"
"""The segments that lead into a list and a map."""

CONTAINER_SEGMENTS = (ITEM, KEY, VALUE)

_SEGMENT = re.compile(r"\[\d{0,9}\]|\{key\}|\{value\}|[^.\[\]{}]+")
_CONTAINER_SEGMENT = re.compile(r"\[\]|\{key\}|\{value\}")


class MemberPath(tuple[str, ...]):
    """The segments of a path. It is a tuple of them, and `str()` gives the text that `parse` accepts."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> MemberPath:
        """Split the text of a path. Indexes (`[0]`) become `[]`; other characters between segments are skipped."""
        return cls(ITEM if is_index(segment) else segment for segment in _SEGMENT.findall(text))

    def __str__(self) -> str:
        text = ""
        for segment in self:
            text = extend_path(text, segment)
        return text

    @property
    def parent(self) -> MemberPath:
        """The path without its last segment; the empty path is its own parent."""
        return MemberPath(self[:-1])

    def child(self, *segments: str) -> MemberPath:
        """Return the path extended by the segments."""
        return MemberPath((*self, *segments))


def is_index(segment: str) -> bool:
    """Return whether a segment leads to the items of a list: `[]`, or `[0]`."""
    return segment.startswith("[")


def extend_path(path: str, segment: str) -> str:
    """Return the text of a path extended by `segment`: `A` and `B` are `A.B`, `A` and `[]` are `A[]`."""
    return f"{path}.{segment}" if path and segment[:1] not in ("[", "{") else path + segment


def child_path(path: str, shape: Shape, member_name: str) -> str:
    """Return the path of a member of `shape`, which is at `path`: `A.B`, `A[]`, `A{key}`, `A{value}`."""
    if shape.type == "list":
        return path + ITEM
    if shape.type == "map":
        return f"{path}{{{member_name}}}"
    return f"{path}.{member_name}" if path else member_name


def without_containers(path: str) -> str:
    """Return the text of a path with only its names: `Instances[].Tags{value}` is `Instances.Tags`."""
    return _CONTAINER_SEGMENT.sub("", path) if "[" in path or "{" in path else path


class ResolvedPath(NamedTuple):
    """The member that a path leads to, and the shape that contains it."""

    container: Shape
    member: Member


def resolve_path(shape_of: ShapeLookup, root: Member, path: tuple[str, ...]) -> ResolvedPath | None:
    """Follow a path through a model.

    Args:
        shape_of: Returns the shape of a name, or None if there is none.
        root: The operation's input or output, where the path starts.
        path: The segments; lists and maps may be left out.

    Returns:
        The member, or None if the path leads nowhere or is empty.
    """
    resolved: ResolvedPath | None = None
    member = root
    for segment in path:
        container = _container_for_segment(shape_of, member, segment)
        if container is None:
            return None
        member = container.members[member_for_segment(container, segment)]
        resolved = ResolvedPath(container, member)
    return resolved


def member_for_segment(shape: Shape, segment: str) -> str:
    """Return the name of the member that a segment leads to: `member` of a list, `key` or `value` of a map."""
    return {"list": "member", "map": segment.strip("{}")}.get(shape.type, segment)


def _container_for_segment(shape_of: ShapeLookup, member: Member, segment: str) -> Shape | None:
    """Return the shape that has what `segment` names: the target of `member`, or one inside its lists and maps."""
    for _ in range(MAX_IMPLIED_SEGMENTS + 1):
        shape = shape_of(member.target)
        if shape is None:
            return None
        if {"list": segment == ITEM, "map": segment in (KEY, VALUE)}.get(shape.type, segment in shape.members):
            return shape
        inner = shape.members.get({"list": "member", "map": "value"}.get(shape.type, ""))
        if inner is None or segment[0] in "[{":
            return None
        member = inner
    return None


def contained_shapes(shape_of: ShapeLookup, start: str) -> frozenset[str]:
    """Return the names of a shape and of every shape that it contains, at any depth."""
    found = {start}
    pending = [start]
    while pending:
        shape = shape_of(pending.pop())
        for target in shape.targets if shape else ():
            if target not in found:
                found.add(target)
                pending.append(target)
    return frozenset(found)
