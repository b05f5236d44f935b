"""Which shapes of a service have a page of their own: those that operations share, if they are large, and enums.

Of botocore 1.44.5, 16,148 structures and 8,747 enums are reached by two or more operations: more than there are
operations, and most are so small that every operation lists them openly. So a structure has a page if the list of its
members is long. Members of structures with pages do not count, because lists only link to them. With the limits here,
there is one such page for twelve operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from docgen.model.service import DescribedShape, Service, Shape
from docgen.model.usage import ShapeUsage

MIN_SHARED_ROWS, MIN_LARGE_ROWS = 30, 60
"""Fewest rows below a structure that several operations share, and below one that a single operation has."""

MIN_SHARED_VALUES, MIN_LARGE_VALUES = 13, 60
"""The same for the values of an enum. Lists of operations show up to 12 values openly."""

_MAX_COUNTED_ROWS = 100_000
"""Where counting ends: shapes can hold each other in so many ways that the number has thousands of digits."""


class NotableShapes(NamedTuple):
    """The shapes that have a page, by name, and the number of rows below each shape of the service.

    Rows below shapes that have a page are not counted.
    """

    shapes: Mapping[str, Shape]
    rows_below: Mapping[str, int]


def notable_shapes(service: Service, usage: ShapeUsage) -> NotableShapes:
    """Return the structures and enums that have a page.

    A structure that is nothing but the input or output of one operation has none: it would repeat that operation.

    Args:
        service: The service.
        usage: Which operations reach its shapes.
    """
    contained = {target for shape in service.shapes.values() for target in shape.targets}
    rows_below: dict[str, int] = {}
    found: dict[str, Shape] = {}
    for component in reversed(usage.components):
        for name in component:
            shape = service.shapes[name]
            rows_below[name] = _count_rows(shape, rows_below)
            size, shared, large = _size_and_limits(shape, rows_below[name])
            count = usage.operation_count(name) if 0 < shared <= size else 0
            is_notable = count >= 2 or (count == 1 and size >= large and name in contained)
            if is_notable and name == shape.name and not isinstance(shape, DescribedShape):
                found[name] = shape
                rows_below[name] = 0
    return NotableShapes(found, rows_below)


def _size_and_limits(shape: Shape, row_count: int) -> tuple[int, int, int]:
    """Return the size of a shape, and from which size on it has a page: if it is shared, and if not; 0 for never."""
    if shape.type == "structure":
        return row_count, MIN_SHARED_ROWS, MIN_LARGE_ROWS
    values = shape.traits.get("enum") if shape.type == "string" else None
    return (len(values), MIN_SHARED_VALUES, MIN_LARGE_VALUES) if isinstance(values, (list, tuple)) else (0, 0, 0)


def _count_rows(shape: Shape, rows_below: Mapping[str, int]) -> int:
    """Return the number of rows below a shape. Shapes of its own circle, and those with pages, have none below."""
    count = sum(1 + rows_below.get(member.target, 0) for member in shape.members.values())
    return min(count, _MAX_COUNTED_ROWS)


def shapes_that_hold(service: Service, wanted: Mapping[str, Shape]) -> dict[str, str]:
    """Return the wanted shape that each shape is or holds: a list of `Tag` holds `Tag`, and so does a map to lists.

    Args:
        service: The service.
        wanted: Shapes by name.
    """
    found: dict[str, str] = {}
    for name in service.shapes:
        passed: list[str] = []
        while name not in found and name not in wanted and name not in passed:
            passed.append(name)
            shape = service.shapes[name]
            inner = shape.members.get({"list": "member", "map": "value"}.get(shape.type, ""))
            if inner is None:
                break
            name = inner.target
        held = found.get(name, name if name in wanted else "")
        if held:
            found.update(dict.fromkeys([*passed, name], held))
    return found
