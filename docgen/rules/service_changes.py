"""The changes of a service in one release: what a history or a comparison of releases returns, and change logs show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from docgen.diff.delta import Kind, ServiceDelta
from docgen.rules.change import Change
from docgen.sources.release import Release
from docgen.sources.release_summaries import official_summary

ChangeSelector = Callable[[ServiceDelta, tuple[Change, ...]], tuple[Change, ...]]
"""Chooses among the changes of a delta, such as those of a severity or of a watch file."""


@dataclass(frozen=True, slots=True)
class ServiceChanges:
    """The changes of a service in one release.

    Attributes:
        release: The name of the release, such as `1.44.5`.
        date: The date of the release (`2026-01-31`); "" if it is unknown.
        package: The SDK whose release it is, such as `botocore`.
        service: The SDK's name of the service.
        title: The name of the service in prose.
        summary: What the release notes of the SDK say about the service; "" if nothing.
        changes: The changes, worst first.
        summaries_known: Whether the release notes are known, so that an empty summary means silence.
        documentation_change_count: How many documentation strings changed.
        full_summary: Everything that the notes of a range say about the service, if `summary` is only a part of it.
    """

    release: str
    date: str
    package: str
    service: str
    title: str
    summary: str
    changes: tuple[Change, ...]
    summaries_known: bool = False
    documentation_change_count: int = 0
    full_summary: str = ""

    @property
    def announced_text(self) -> str | None:
        """The text in which a change may be announced; None if the notes are not known."""
        return (self.full_summary or self.summary) if self.summaries_known else None

    @classmethod
    def from_delta(
        cls, delta: ServiceDelta, changes: tuple[Change, ...], release: Release, *, documentation_change_count: int
    ) -> ServiceChanges:
        """Collect the changes that a release made to a service.

        Args:
            delta: What differs between the service before and after.
            changes: The changes to report, a selection of those of the delta.
            release: The release after the changes, with its official notes.
            documentation_change_count: How many documentation strings changed.
        """
        summary = official_summary((release,), delta.service)
        return cls(
            release=release.name,
            date=release.date or "",
            package=release.package,
            service=delta.service,
            title=delta.new.full_name or delta.old.full_name or delta.service,
            summary=summary.shown,
            changes=changes,
            summaries_known=summary.is_known,
            documentation_change_count=documentation_change_count,
        )

    def with_range_summary(self, releases: Sequence[Release]) -> ServiceChanges:
        """Return the same changes with what the notes of several `releases`, oldest first, say about the service."""
        summary = official_summary(releases, self.service)
        return replace(self, summary=summary.shown, summaries_known=summary.is_known, full_summary=summary.full)


def reportable_changes(changes: Iterable[Change], *, with_documentation: bool = False) -> tuple[Change, ...]:
    """Return the changes that change logs list: no suppressed ones, and those of documentation only on request."""
    return tuple(
        change
        for change in changes
        if not change.rule.suppressed and (with_documentation or change.delta.kind is not Kind.DOCUMENTATION)
    )
