"""Compact notes: the life of one thing, newest first, and the roll-ups of a range of releases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from docgen.diff.delta import Kind
from docgen.pages.data import change_data
from docgen.pages.notes.documentation_diff import DocumentationDiff, documentation_diff
from docgen.pages.notes.official_summary import unannounced_breaking_note
from docgen.rules.change import Change
from docgen.rules.grouping import ChangeGroup, ServiceChanges, count_by_severity, group_changes
from docgen.rules.rule import Severity


@dataclass(frozen=True, slots=True)
class ChangelogEntry:
    """A moment as a page tells it."""

    service_changes: ServiceChanges

    @property
    def change_groups(self) -> tuple[ChangeGroup, ...]:
        """What happened, each cause once, the worst first."""
        return group_changes(self.service_changes.changes)

    @property
    def documentation_diffs(self) -> tuple[DocumentationDiff, ...]:
        """The documentation that changed, word by word, where it was asked for."""
        return tuple(
            documentation_diff(each) for each in self.service_changes.changes if each.delta.kind is Kind.DOCUMENTATION
        )

    @property
    def severity_counts(self) -> dict[str, int]:
        """How many changes there are of each severity, the worst first."""
        return count_by_severity(self.service_changes.changes)

    @property
    def counts_text(self) -> str:
        """The counts in words: `2 breaking, 1 safe`."""
        return severity_counts_text(self.service_changes.changes)

    @property
    def unannounced_breaking(self) -> str:
        """What to say where the release keeps quiet about a breaking change; else nothing."""
        return unannounced_breaking_note(
            self.service_changes.summary if self.service_changes.summaries_known else None, self.service_changes.changes
        )

    @property
    def release_label(self) -> str:
        """`1.34.90 (2024-04-24)`."""
        return (
            f"{self.service_changes.release} ({self.service_changes.date})"
            if self.service_changes.date
            else self.service_changes.release
        )


@dataclass(frozen=True, slots=True)
class ReversalStep:
    """One turn of what came and went: `went` in a release."""

    action: str
    release: str
    date: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class ReversalSummary:
    """One thing that came and went, or changed and changed back. `before` is its value at the older end."""

    service: str
    severity: str
    subject: str
    ids: tuple[str, ...]
    kind: str
    trait: str
    initial_value: Any
    steps: tuple[ReversalStep, ...]

    @property
    def steps_text(self) -> str:
        """`Came in 1.29.127, went in 1.29.128`."""
        text = ", ".join(f"{turn.action} in {turn.release}" for turn in self.steps)
        return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class Changelog:
    """The life of a service, an operation or an element. `words` name it; `started` says what stands before the first.

    `other` tells in a sentence what is left out, if anything.
    """

    package: str
    element: tuple[str, ...]
    title: str
    entries: tuple[ChangelogEntry, ...]
    start_note: str
    omission_note: str = ""
    root: str = ""

    @property
    def counts_text(self) -> str:
        """How many releases and changes there are, in words."""
        number = len(self.entries)
        told = severity_counts_text(change for entry in self.entries for change in entry.service_changes.changes)
        return f"{number:,} {'release' if number == 1 else 'releases'}: {told}" if number else "No release changed it."

    @property
    def heading(self) -> str:
        """`sqs SendMessage request DelaySeconds`."""
        return " ".join(self.element)


@dataclass(frozen=True, slots=True)
class RollupPeriod:
    """One heading of a roll-up, with its entries: by service, or of one service the newest first."""

    name: str
    releases: tuple[str, ...]
    entries: tuple[ChangelogEntry, ...]

    @property
    def counts_text(self) -> str:
        """The counts of all entries in words."""
        return severity_counts_text(change for entry in self.entries for change in entry.service_changes.changes)

    @property
    def release_range(self) -> str:
        """Its releases: `1.43.1 to 1.43.5`, or nothing where the name says it."""
        first, last = self.releases[0], self.releases[-1]
        return "" if last == first and first in self.name else first if first == last else f"{first} to {last}"


@dataclass(frozen=True, slots=True)
class Rollup:
    """What changed in a range of releases, by `release`, `day`, `week`, `month` or `service`, or from end to end."""

    package: str
    previous: str
    release: str
    by: str
    periods: tuple[RollupPeriod, ...]
    omission_note: str = ""
    reversals: tuple[ReversalSummary, ...] = ()
    known_counts_text: str = ""
    root: str = ""

    @property
    def counts_text(self) -> str:
        """The counts of all entries in words, and in how many services; or what was `counted` elsewhere."""
        if self.known_counts_text:
            return self.known_counts_text
        moments = [entry.service_changes for period in self.periods for entry in period.entries]
        services = len({moment.service for moment in moments})
        told = severity_counts_text(change for moment in moments for change in moment.changes)
        return f"{told} in {services} {'service' if services == 1 else 'services'}" if moments else "nothing to tell"


def severity_counts_text(changes: Iterable[Change]) -> str:
    """How many changes there are of each severity, in words: `2 breaking, 1 safe`."""
    told = ", ".join(f"{number:,} {word}" for word, number in count_by_severity(changes).items() if number)
    return told or "nothing but documentation"


def rollup_periods(
    service_changes: Sequence[ServiceChanges], by: str, period_of: Callable[[ServiceChanges], str]
) -> tuple[RollupPeriod, ...]:
    """The periods of some moments, oldest moment first; the newest period stands first, services are A to Z."""
    groups: dict[str, list[ServiceChanges]] = {}
    for moment in service_changes:
        groups.setdefault(period_of(moment) if by else "", []).append(moment)
    found = [_rollup_period(name, group, by) for name, group in groups.items()]
    return tuple(sorted(found, key=lambda each: each.name) if by == "service" else reversed(found))


def _rollup_period(name: str, service_changes: list[ServiceChanges], by: str) -> RollupPeriod:
    releases = tuple(dict.fromkeys(moment.release for moment in service_changes))
    newest = {release: -place for place, release in enumerate(releases)}
    ordered = sorted(service_changes, key=lambda moment: (moment.service, newest[moment.release]))
    if by == "release":
        name = f"{name} ({service_changes[0].date})" if service_changes[0].date else name
    return RollupPeriod(name, releases, tuple(map(ChangelogEntry, ordered)))


def changes_at_least(changes: Iterable[Change], min_severity: str) -> tuple[Change, ...]:
    """The changes from a severity on; all, if none is named."""
    least = Severity[min_severity.upper()] if min_severity else Severity.DOCS
    return tuple(change for change in changes if change.rule.severity >= least)


def changelog_entry_data(entry: ChangelogEntry) -> dict[str, Any]:
    """An entry as JSON."""
    moment = entry.service_changes
    return {
        "release": moment.release,
        "date": moment.date or None,
        "service": moment.service,
        "title": moment.title,
        "summary": moment.summary or None,
        "silence": entry.unannounced_breaking or None,
        "severities": entry.severity_counts,
        "reworded": moment.documentation_change_count,
        "changes": [change_data(change) for change in moment.changes],
    }


def reversal_data(reversal: ReversalSummary) -> dict[str, Any]:
    """What came and went as JSON."""
    return {
        "service": reversal.service,
        "ids": list(reversal.ids),
        "kind": reversal.kind,
        "trait": reversal.trait or None,
        "severity": reversal.severity,
        "message": f"{reversal.subject}: {reversal.steps_text}",
        "before": reversal.initial_value,
        "turns": [
            {"release": turn.release, "date": turn.date or None, "what": turn.action, "value": turn.value}
            for turn in reversal.steps
        ],
    }


def changelog_data(changelog: Changelog) -> dict[str, Any]:
    """A life as JSON."""
    return {
        "package": changelog.package,
        "element": list(changelog.element),
        "title": changelog.title,
        "started": changelog.start_note,
        "left_out": changelog.omission_note or None,
        "entries": [changelog_entry_data(entry) for entry in changelog.entries],
    }


def rollup_data(rollup: Rollup) -> dict[str, Any]:
    """A roll-up as JSON."""
    changes = [
        change for period in rollup.periods for entry in period.entries for change in entry.service_changes.changes
    ]
    return {
        "package": rollup.package,
        "previous": rollup.previous,
        "release": rollup.release,
        "by": rollup.by or None,
        "severities": count_by_severity(changes),
        "periods": [
            {
                "name": period.name,
                "releases": list(period.releases),
                "entries": [changelog_entry_data(entry) for entry in period.entries],
            }
            for period in rollup.periods
        ],
        "flips": [reversal_data(each) for each in rollup.reversals],
        "left_out": rollup.omission_note or None,
    }
