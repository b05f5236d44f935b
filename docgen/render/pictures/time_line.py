"""The life of an operation as a line: a dot for each release that changed it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from markupsafe import Markup, escape

from docgen.render.days import parse_day

MIN_DOTS = 2

_WIDTH, _LINE, _HEIGHT, _MARGIN = 640, 12, 34, 8


class Dot(NamedTuple):
    """A change of an operation: its date and release, what it was, its class, and the target of a link or empty."""

    date: str
    release: str
    title: str
    colour: str
    href: str


def time_line(dots: Iterable[Dot]) -> Markup | None:
    """Return the line from the first dot to the last, with the years below; None if there are fewer than two dates."""
    dated = sorted((day.toordinal(), dot) for dot in dots if (day := parse_day(dot.date)) is not None)
    if len({day for day, _ in dated}) < MIN_DOTS:
        return None
    first, last = dated[0][0], dated[-1][0]
    parts = [
        f'<svg class="line" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" aria-hidden="true">'
    ]
    parts.append(f'<rect class="p-none" x="{_MARGIN}" y="{_LINE - 1}" width="{_WIDTH - 2 * _MARGIN}" height="2"/>')
    shown_until = -100
    for year in range(date.fromordinal(first).year + 1, date.fromordinal(last).year + 1):
        x = _place(date(year, 1, 1).toordinal(), first, last)
        parts.append(f'<rect class="p-none" x="{x}" y="{_LINE - 4}" width="1" height="8"/>')
        if x - shown_until > 40:
            parts.append(f'<text x="{x}" y="{_HEIGHT - 2}" text-anchor="middle">{year}</text>')
            shown_until = x
    for number, dot in dated:
        circle = f'<circle class="{dot.colour}" cx="{_place(number, first, last)}" cy="{_LINE}" r="5"/>'
        mark = f"<title>{escape(dot.title)}</title>{circle}"
        parts.append(f'<a href="{escape(dot.href)}" tabindex="-1">{mark}</a>' if dot.href else f"<g>{mark}</g>")
    return Markup("".join(parts) + "</svg>")  # noqa: S704 - names are escaped where they enter


def _place(day: int, first: int, last: int) -> int:
    return _MARGIN + (day - first) * (_WIDTH - 2 * _MARGIN) // (last - first)
