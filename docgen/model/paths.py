"""Paths: `Tags.Key`, `Instances[].State`, `Tags{key}`, and what they lead to in a model.

A path of a person need not say the lists and maps on its way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from docgen.model.service import Member, Shape

MAX_THROUGH = 8
"""Lists and maps that one word may lead through unsaid. The most in any botocore release is three."""

ShapeOf = Callable[[str], Shape | None]

_STEP = re.compile(r"\[\]|\{key\}|\{value\}|[^.\[\]{}]+")


@dataclass(frozen=True, slots=True)
class Place:
    """What a path leads to: the slot `member` of the shape `holder`."""

    holder: Shape
    member: Member


def words_of(path: str) -> tuple[str, ...]:
    """The words of a path: `Instances[].State` is (`Instances`, `[]`, `State`)."""
    return tuple(_STEP.findall(path))


def find_place(shape_of: ShapeOf, root: Member, path: tuple[str, ...]) -> Place | None:
    """The place that a path leads to from `root`; None if nothing stands there, or the path is empty."""
    place: Place | None = None
    member = root
    for word in path:
        holder = _holder(shape_of, member, word)
        if holder is None:
            return None
        member = holder.members[slot_of(holder, word)]
        place = Place(holder, member)
    return place


def slot_of(shape: Shape, word: str) -> str:
    """The slot of a shape that a word of a path means."""
    return {"list": "member", "map": word.strip("{}")}.get(shape.type, word)


def _holder(shape_of: ShapeOf, member: Member, word: str) -> Shape | None:
    """The shape behind a reference that has what the word means, behind lists and map values too."""
    for _ in range(MAX_THROUGH + 1):
        shape = shape_of(member.target)
        if shape is None:
            return None
        if {"list": word == "[]", "map": word in ("{key}", "{value}")}.get(shape.type, word in shape.members):
            return shape
        behind = shape.members.get({"list": "member", "map": "value"}.get(shape.type, ""))
        if behind is None or word[0] in "[{":
            return None
        member = behind
    return None


def below(shape_of: ShapeOf, start: str) -> frozenset[str]:
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
