"""The releases of a year as a calendar: a square for each day, coloured by the worst severity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from markupsafe import Markup, escape

from docgen.render.addresses import release_path
from docgen.render.days import parse_day
from docgen.render.pictures import SEVERITY_CLASSES
from docgen.wording import counted

WEEKS = 53
MIN_RELEASES = 8
"""Fewest releases in the weeks shown for which a calendar says more than a list."""

_SIZE, _STEP, _LEFT, _TOP = 11, 14, 30, 18
_DAYS = ((0, "Mon"), (2, "Wed"), (4, "Fri"))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RANK = {severity: rank for rank, severity in enumerate(SEVERITY_CLASSES)}


class CalendarRelease(NamedTuple):
    """A release: its name, its date or empty, and its changes of each severity, worst first."""

    release: str
    date: str
    severities: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A calendar of releases.

    Attributes:
        svg: The picture.
        caption: What it shows, in words.
        last_day: The date of the newest release, which is part of the caption.
    """

    svg: Markup
    caption: str
    last_day: str


def heat_map(releases: Iterable[CalendarRelease], root: str = "") -> HeatMap | None:
    """Return the calendar of the year that ends with the newest release, or None if there are few releases.

    Args:
        releases: The releases, in any order. Those without a date are left out.
        root: Relative link to the root of the site.
    """
    by_day: dict[date, list[CalendarRelease]] = {}
    for record in releases:
        if (day := parse_day(record.date)) is not None:
            by_day.setdefault(day, []).append(record)
    if not by_day:
        return None
    last = max(by_day)
    monday = last - timedelta(days=last.weekday(), weeks=WEEKS - 1)
    shown = {day: found for day, found in sorted(by_day.items()) if day >= monday}
    if sum(len(found) for found in shown.values()) < MIN_RELEASES:
        return None
    return HeatMap(_svg(monday, last, shown, root), _caption(shown), last.isoformat())


def _svg(monday: date, last: date, days: dict[date, list[CalendarRelease]], root: str) -> Markup:
    width, height = _LEFT + WEEKS * _STEP, _TOP + 7 * _STEP
    parts = [f'<svg class="map" viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true">']
    parts += [f'<text x="0" y="{_TOP + row * _STEP + 9}">{name}</text>' for row, name in _DAYS]
    for week in range(WEEKS):
        start = monday + timedelta(weeks=week)
        if start.day <= 7 and week < WEEKS - 2:
            parts.append(f'<text x="{_LEFT + week * _STEP}" y="10">{_MONTHS[start.month - 1]}</text>')
        free = (day for day in (start + timedelta(days=row) for row in range(7)) if day not in days and day <= last)
        if squares := "".join(f"M{_LEFT + week * _STEP} {_TOP + day.weekday() * _STEP}h11v11h-11z" for day in free):
            parts.append(f'<path class="p-none" d="{squares}"/>')
    parts += [_day(day, found, (day - monday).days // 7, root) for day, found in days.items()]
    return Markup("".join(parts) + "</svg>")  # noqa: S704 - names are escaped where they enter


def _day(day: date, records: Sequence[CalendarRelease], week: int, root: str) -> str:
    worst = min((_worst(record) for record in records), key=_RANK.__getitem__)
    names = ", ".join(record.release for record in records)
    counts = _counts(records)
    title = f"{day.isoformat()}: {names}" + (f" ({', '.join(f'{n} {word}' for word, n in counts)})" if counts else "")
    href = f"{root}{release_path(records[-1].release)}.html"
    place = f'x="{_LEFT + week * _STEP}" y="{_TOP + day.weekday() * _STEP}" width="{_SIZE}" height="{_SIZE}"'
    return (
        f'<a href="{escape(href)}" tabindex="-1"><title>{escape(title)}</title>'
        f'<rect class="{SEVERITY_CLASSES[worst]}" {place}/></a>'
    )


def _worst(record: CalendarRelease) -> str:
    return next((word for word, _ in record.severities if word in _RANK), "")


def _counts(records: Iterable[CalendarRelease]) -> list[tuple[str, int]]:
    totals: dict[str, int] = {}
    for record in records:
        for word, number in record.severities:
            totals[word] = totals.get(word, 0) + number
    return [(word, totals[word]) for word in SEVERITY_CLASSES if word in totals]


def _caption(days: dict[date, list[CalendarRelease]]) -> str:
    records = [record for found in days.values() for record in found]
    breaking = sum(_worst(record) == "breaking" for record in records)
    dangerous = sum(_worst(record) == "dangerous" for record in records)
    return (
        f"{counted(len(records), 'release')} on {counted(len(days), 'day')} of the year up to "
        f"{max(days).isoformat()}: {breaking:,} with a breaking change, {dangerous:,} more with a dangerous one."
    )
