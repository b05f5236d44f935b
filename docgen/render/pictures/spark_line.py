"""The number of operations of a service over time, as a small line; what was removed or broken is marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from docgen.wording import counted

MIN_POINTS = 3
"""Fewest points for which a line says more than the number of operations."""

_WIDTH, _HEIGHT, _EDGE = 72, 18, 2


class LifePoint(NamedTuple):
    """A year or release, the number of operations after it, and whether it removed or broke something."""

    label: str
    operation_count: int
    has_break: bool


def spark_line(points: Sequence[LifePoint]) -> Markup | None:
    """Return the line, drawn from zero to the highest number; None for fewer than three points."""
    if len(points) < MIN_POINTS:
        return None
    most = max(1, *(point.operation_count for point in points))
    places = [
        (
            _EDGE + index * (_WIDTH - 2 * _EDGE) // (len(points) - 1),
            _HEIGHT - _EDGE - point.operation_count * (_HEIGHT - 2 * _EDGE) // most,
        )
        for index, point in enumerate(points)
    ]
    path = "M" + "L".join(f"{x} {y}" for x, y in places)
    marks = "".join(
        f'<circle class="p-del" cx="{x}" cy="{y}" r="2"/>'
        for (x, y), point in zip(places, points, strict=True)
        if point.has_break
    )
    svg = (
        f'<svg class="spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img">'
        f'<title>{escape(_spark_title(points))}</title><path d="{path}"/>{marks}</svg>'
    )
    return Markup(svg)  # noqa: S704 - labels are escaped


def _spark_title(points: Sequence[LifePoint]) -> str:
    first, last = points[0], points[-1]
    breaks = sum(point.has_break for point in points)
    marked = f"; {counted(breaks, 'break')} marked" if breaks else ""
    numbers = f"{first.operation_count:,} to {counted(last.operation_count, 'operation')}"
    return f"{numbers}, {first.label} to {last.label}{marked}"
