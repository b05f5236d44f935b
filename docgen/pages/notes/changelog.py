"""The changelog of a service, an operation or an element: its changes by release, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from docgen.diff.delta import Kind
from docgen.pages.notes.change_data import change_data
from docgen.pages.notes.documentation_diff import DocumentationDiff, documentation_diff
from docgen.pages.notes.official_summary import unannounced_breaking_note
from docgen.pages.registry import PageKind, register_page
from docgen.rules.change import Change
from docgen.rules.grouping import (
    MAX_NAMED_OPERATIONS,
    ChangeGroup,
    count_by_severity,
    group_changes,
    with_joined_errors,
)
from docgen.rules.rule import Severity
from docgen.rules.service_changes import ServiceChanges
from docgen.wording import counted, first_listed


@dataclass(frozen=True, slots=True)
class ChangelogEntry:
    """The changes of a service in a release.

    Attributes:
        service_changes: The changes.
        max_groups: Causes that a text lists; 0 for all.
        operation: The operation that the change log is of, or empty for a whole service.
    """

    service_changes: ServiceChanges
    max_groups: int = 0
    operation: str = ""

    @property
    def change_groups(self) -> tuple[ChangeGroup, ...]:
        """The changes by cause, worst first."""
        return with_joined_errors(group_changes(self.service_changes.changes))

    @property
    def listed_groups(self) -> tuple[ChangeGroup, ...]:
        """The changes that a text lists, worst first."""
        return self.change_groups[: self.max_groups or None]

    def operations_text(self, group: ChangeGroup) -> str:
        """Return the affected operations in words; a single one only if nothing else in the text names it."""
        names = group.change.operations
        if len(names) == 1:
            return "" if names[0] in group.message or names[0] == self.operation else f"Operation: {names[0]}"
        listed_names = first_listed(names, MAX_NAMED_OPERATIONS)
        return f"{counted(len(names), 'operation')}: {listed_names}" if names else ""

    @property
    def omission_text(self) -> str:
        """How many changes a text leaves out, and how to list them; empty if there are none."""
        more = len(self.change_groups) - len(self.listed_groups)
        return f"and {more:,} more (--releases {self.service_changes.release} lists all)" if more else ""

    @property
    def documentation_diffs(self) -> tuple[DocumentationDiff, ...]:
        """The changed documentation, word by word, if asked for."""
        return tuple(
            documentation_diff(each) for each in self.service_changes.changes if each.delta.kind is Kind.DOCUMENTATION
        )

    @property
    def severity_counts(self) -> dict[str, int]:
        """Number of changes of each severity, worst first."""
        return count_by_severity(self.service_changes.changes)

    @property
    def counts_text(self) -> str:
        """Number of changes in words: `2 breaking, 1 safe`."""
        return severity_counts_text(self.service_changes.changes)

    @property
    def unannounced_breaking(self) -> str:
        """Note about a breaking change that the official notes omit, or empty."""
        return unannounced_breaking_note(self.service_changes.announced_text, self.service_changes.changes)

    @property
    def release_label(self) -> str:
        """Release and date: `1.34.90 (2024-04-24)`."""
        return (
            f"{self.service_changes.release} ({self.service_changes.date})"
            if self.service_changes.date
            else self.service_changes.release
        )


@dataclass(frozen=True, slots=True)
class Changelog:
    """The changelog of a service, an operation or an element.

    Attributes:
        package: Name of the package.
        element: Names of the element, from the service down.
        title: Full name of the service.
        entries: The changes, newest first.
        start_note: Sentence that says since when the element exists.
        omission_note: Sentence that says what is omitted, or empty.
        root: Relative link to the root of the site.
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
        """Number of releases and changes, in words."""
        number = len(self.entries)
        counts = severity_counts_text(change for entry in self.entries for change in entry.service_changes.changes)
        return (
            f"{number:,} {'release' if number == 1 else 'releases'}: {counts}" if number else "No release changed it."
        )

    @property
    def heading(self) -> str:
        """Names of the element: `sqs SendMessage request DelaySeconds`."""
        return " ".join(self.element)


def severity_counts_text(changes: Iterable[Change]) -> str:
    """Return the number of changes of each severity in words: `2 breaking, 1 safe`."""
    counts = ", ".join(f"{number:,} {word}" for word, number in count_by_severity(changes).items() if number)
    return counts or "only documentation"


def changes_at_least(changes: Iterable[Change], min_severity: str) -> tuple[Change, ...]:
    """Return the changes of at least a severity; all if it is empty."""
    least = Severity[min_severity.upper()] if min_severity else Severity.DOCS
    return tuple(change for change in changes if change.rule.severity >= least)


def changelog_entry_data(entry: ChangelogEntry) -> dict[str, Any]:
    """Return an entry as JSON."""
    release_changes = entry.service_changes
    return {
        "release": release_changes.release,
        "date": release_changes.date or None,
        "service": release_changes.service,
        "title": release_changes.title,
        "summary": release_changes.summary or None,
        "unannounced_breaking": entry.unannounced_breaking or None,
        "severity_counts": entry.severity_counts,
        "documentation_changes": release_changes.documentation_change_count,
        "changes": [change_data(change) for change in release_changes.changes],
    }


def changelog_data(changelog: Changelog) -> dict[str, Any]:
    """Return a changelog as JSON."""
    return {
        "package": changelog.package,
        "element": list(changelog.element),
        "title": changelog.title,
        "start_note": changelog.start_note,
        "omission_note": changelog.omission_note or None,
        "entries": [changelog_entry_data(entry) for entry in changelog.entries],
    }


CHANGELOG_PAGE = register_page(PageKind("changelog", Changelog, data=changelog_data))
