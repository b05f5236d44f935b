"""Releases by month; those without a date by number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docgen.pages.index.records import ReleaseRecord, sum_severities
from docgen.wording import counted

MAX_PAGE_LINES = 100
"""Releases without a date on one page, and most lines of a severity or a service without pages for each year."""

UNDATED = "undated"
MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True)
class Period:
    """Releases with a page together, newest first: those of a month, or some of those without a date."""

    name: str
    title: str
    path: str
    records: tuple[ReleaseRecord, ...]

    @property
    def severities(self) -> tuple[tuple[str, int], ...]:
        """Number of changes of each severity, worst first."""
        return sum_severities(record.severities for record in self.records)

    @property
    def change_count(self) -> int:
        """Number of services with changes, added up over the releases."""
        return sum(len(record.notes) for record in self.records)

    @property
    def size_text(self) -> str:
        """Number of releases and changes, in words."""
        return f"{counted(len(self.records), 'release')}, {counted(self.change_count, 'service change')}"


def release_periods(records: Sequence[ReleaseRecord]) -> tuple[Period, ...]:
    """Return releases, given oldest first, by month, and those without a date in numbered groups; newest first."""
    found: dict[str, list[ReleaseRecord]] = {}
    undated = 0
    for record in records:
        name = record.date[:7].replace("-", "/") or f"{UNDATED}/{undated // MAX_PAGE_LINES + 1}"
        undated += not record.date
        found.setdefault(name, []).append(record)
    dated = sorted((name for name in found if not name.startswith(UNDATED)), reverse=True)
    others = [name for name in reversed(found) if name.startswith(UNDATED)]
    return tuple(
        Period(name, _period_title(name, found[name]), f"releases/{name}/index", tuple(reversed(found[name])))
        for name in (*dated, *others)
    )


def period_label(name: str) -> str:
    """Return the label of a year or month: `2023`, `July 2023`, `undated`."""
    year, _, month = name.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}" if month else year


def _period_title(name: str, records: Sequence[ReleaseRecord]) -> str:
    year, _, month = name.partition("/")
    if year != UNDATED:
        return period_label(f"{year}-{month}")
    first, last = records[0].release, records[-1].release
    return f"releases {first} to {last}" if first != last else f"release {first}"


def period_data(period: Period) -> dict[str, Any]:
    """Return a period as JSON."""
    return {
        "title": period.title,
        "path": period.path,
        "releases": [record.release for record in period.records],
        "severity_counts": dict(period.severities),
    }
