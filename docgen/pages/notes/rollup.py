"""Roll-ups: the changes of a range of releases, grouped by period or service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from docgen.pages.notes.change_data import sdk_note_data
from docgen.pages.notes.changelog import ChangelogEntry, changelog_entry_data, severity_counts_text
from docgen.pages.notes.reversals import ReversalSummary, reversal_data
from docgen.pages.registry import PageKind, register_page
from docgen.rules.grouping import count_by_severity
from docgen.rules.service_changes import ServiceChanges
from docgen.sources.official_notes import SdkNote


@dataclass(frozen=True, slots=True)
class RollupPeriod:
    """A heading of a roll-up with its entries, by service, then newest first."""

    name: str
    releases: tuple[str, ...]
    entries: tuple[ChangelogEntry, ...]

    @property
    def counts_text(self) -> str:
        """Number of changes in words."""
        return severity_counts_text(change for entry in self.entries for change in entry.service_changes.changes)

    @property
    def release_range(self) -> str:
        """Its releases: `1.43.1 to 1.43.5`, or empty if the name says so."""
        first, last = self.releases[0], self.releases[-1]
        return "" if last == first and first in self.name else first if first == last else f"{first} to {last}"


@dataclass(frozen=True, slots=True)
class Rollup:
    """The changes of a range, by `release`, `day`, `week`, `month`, `minor` or `service`, or between both ends."""

    package: str
    previous: str
    release: str
    by: str
    periods: tuple[RollupPeriod, ...]
    omission_note: str = ""
    reversals: tuple[ReversalSummary, ...] = ()
    known_counts_text: str = ""
    root: str = ""
    sdk_notes: tuple[SdkNote, ...] = ()

    @property
    def counts_text(self) -> str:
        """Number of changes and services, in words."""
        if self.known_counts_text:
            return self.known_counts_text
        found = [entry.service_changes for period in self.periods for entry in period.entries]
        services = len({release_changes.service for release_changes in found})
        counts = severity_counts_text(change for release_changes in found for change in release_changes.changes)
        return f"{counts} in {services} {'service' if services == 1 else 'services'}" if found else "no changes"


def rollup_periods(
    service_changes: Sequence[ServiceChanges], by: str, period_of: Callable[[ServiceChanges], str]
) -> tuple[RollupPeriod, ...]:
    """Return the periods of changes, given oldest first: the newest period first, services A to Z."""
    groups: dict[str, list[ServiceChanges]] = {}
    for release_changes in service_changes:
        groups.setdefault(period_of(release_changes) if by else "", []).append(release_changes)
    found = [_rollup_period(name, group, by) for name, group in groups.items()]
    return tuple(sorted(found, key=lambda each: each.name) if by == "service" else reversed(found))


def _rollup_period(name: str, service_changes: list[ServiceChanges], by: str) -> RollupPeriod:
    releases = tuple(dict.fromkeys(release_changes.release for release_changes in service_changes))
    newest = {release: -place for place, release in enumerate(releases)}
    ordered = sorted(
        service_changes, key=lambda release_changes: (release_changes.service, newest[release_changes.release])
    )
    if by == "release":
        name = f"{name} ({service_changes[0].date})" if service_changes[0].date else name
    return RollupPeriod(name, releases, tuple(map(ChangelogEntry, ordered)))


def rollup_data(rollup: Rollup) -> dict[str, Any]:
    """Return a roll-up as JSON."""
    changes = [
        change for period in rollup.periods for entry in period.entries for change in entry.service_changes.changes
    ]
    return {
        "package": rollup.package,
        "previous": rollup.previous,
        "release": rollup.release,
        "by": rollup.by or None,
        "severity_counts": count_by_severity(changes),
        "periods": [
            {
                "title": period.name,
                "releases": list(period.releases),
                "entries": [changelog_entry_data(entry) for entry in period.entries],
            }
            for period in rollup.periods
        ],
        "reversals": [reversal_data(each) for each in rollup.reversals],
        "omission_note": rollup.omission_note or None,
        "sdk_notes": [sdk_note_data(note) for note in rollup.sdk_notes],
    }


ROLLUP_PAGE = register_page(PageKind("rollup", Rollup, data=rollup_data))
