"""Changes over a range of releases: from a history, or by comparing each release with the one before it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from docgen.compare.model_reader import ModelReader
from docgen.compare.models import release_changes
from docgen.diff.delta import Kind, ServiceDelta
from docgen.history.changelog import documentation_change_counts, service_changelog
from docgen.history.history import History
from docgen.history.reversals import FactsBetween, Reversal, describe_event, reversal_subject
from docgen.model.service import EMPTY_SERVICE
from docgen.pages.notes.reversals import ReversalStep, ReversalSummary
from docgen.pages.notes.service_notes import ServiceNotes
from docgen.rules.change import Change
from docgen.rules.classify import classify_shown
from docgen.rules.service_changes import ChangeSelector, ServiceChanges, reportable_changes
from docgen.sources.release import Release
from docgen.terminal.progress import track

_MINOR_VERSION = re.compile(r"[A-Za-z]*[0-9]+\.[0-9]+(?=\.[0-9])")


def changes_between_releases(
    releases: Sequence[Release], services: Collection[str], select: ChangeSelector, *, with_documentation: bool = False
) -> Iterator[ServiceChanges]:
    """Compare every release with the one before it.

    Args:
        releases: The releases, oldest first; the first one is only compared with.
        services: The services to compare; empty for all.
        select: Selects among the changes of each service.
        with_documentation: Whether to include services whose documentation alone changed in a release.

    Yields:
        The changes of a service in a release: by release, oldest first, then by the name of the service.

    Raises:
        ModelError: If a model is not valid.
        SourceError: If a file cannot be read.

    """
    for old, new in track(list(pairwise(releases)), "releases"):
        changes = [
            *_added_and_removed_services(old, new, services, select),
            *_changed_models(old, new, services, select, with_documentation=with_documentation),
        ]
        yield from sorted(changes, key=lambda item: item.service)


def changes_from_history(
    history: History,
    old: int,
    new: int,
    services: Collection[str],
    select: ChangeSelector,
    *,
    with_documentation: bool = False,
) -> list[ServiceChanges]:
    """Read from a history what `changes_between_releases` computes, in the same order.

    Args:
        history: The history.
        old: The number of the release to compare with.
        new: The number of the last release.
        services: The services to look at; empty for all.
        select: Selects among the changes of each service.
        with_documentation: Whether to include services whose documentation alone changed in a release.

    """
    changes: list[ServiceChanges] = []
    for service in track(history.changed_services(old, new), "services"):
        if not services or service in services:
            listed = list(service_changelog(history, service, old, new + 1, select=select))
            changes += listed
            if with_documentation:
                changes += _documentation_only_changes(history, service, old, new, listed)
    numbers = {release.name: release.number for release in history.releases}
    return sorted(changes, key=lambda item: (numbers[item.release], item.service))


def period_of_changes(changes: ServiceChanges, by: str) -> str:
    """Return the name of the group that the changes belong to; see `period_name`."""
    return period_name(changes.release, changes.date, changes.service, by)


def period_name(release: str, day: str, service: str, by: str) -> str:
    """Return the name of a group of changes.

    Args:
        release: The release of the changes.
        day: Its date (`YYYY-MM-DD`), or empty.
        service: The service of the changes.
        by: `release`, `day`, `week` (of ISO 8601), `month`, `minor` or `service`.

    Returns:
        `1.34.90`, `2024-04-24`, `2024-W17`, `2024-04`, `1.34.x` or `sqs`.
    """
    match by:
        case "release" | "service":
            return release if by == "release" else service
        case "minor":
            found = _MINOR_VERSION.match(release)
            return f"{found[0]}.x" if found else release
        case _ if not day:
            return "no date"
        case "week":
            year, week, _ = date.fromisoformat(day).isocalendar()
            return f"{year}-W{week:02}"
    return day[:7] if by == "month" else day


def _documentation_only_changes(
    history: History, service: str, old: int, new: int, reported: Sequence[ServiceChanges]
) -> Iterator[ServiceChanges]:
    """Yield the releases that changed only documentation of a service, except for the reported ones."""
    seen = {changes.release for changes in reported}
    title = reported[-1].title if reported else service
    for number, count in documentation_change_counts(history, service, old, new + 1):
        release = history.release(number)
        if release.name not in seen:
            seen.add(release.name)
            yield ServiceChanges(
                release.name,
                release.date or "",
                release.package,
                service,
                title,
                "",
                (),
                documentation_change_count=count,
            )


def reversals_between(
    history: History, service: str, old: int, new: int, select: ChangeSelector
) -> Iterator[ReversalSummary]:
    """Yield the additions and changes of a service that were later reverted, the worst first."""
    for reversal in FactsBetween(history, service, old, new).reversals(select):
        yield _reversal_summary(history, reversal)


def with_change_releases(notes: ServiceNotes, history: History, old: int, new: int) -> ServiceNotes:
    """Return the notes with the releases in which each change happened."""
    between = FactsBetween(history, notes.service, old, new)
    numbers = {change.fingerprint: between.releases_of_change(change) for change in notes.changes}
    names = {key: tuple(history.release(number).name for number in each) for key, each in numbers.items() if each}
    return replace(notes, releases_by_fingerprint=names)


def _reversal_summary(history: History, reversal: Reversal) -> ReversalSummary:
    steps = []
    for event in reversal.events:
        release = history.release(event.number)
        steps.append(ReversalStep(describe_event(reversal, event), release.name, release.date or "", event.value))
    ids = tuple(f"{reversal.service}#{name}" if name else reversal.service for name in reversal.names)
    return ReversalSummary(
        reversal.service,
        reversal.severity.label,
        reversal_subject(reversal),
        ids,
        reversal.kind,
        reversal.trait,
        reversal.before,
        tuple(steps),
    )


def _added_and_removed_services(
    old: Release, new: Release, services: Collection[str], select: ChangeSelector
) -> Iterator[ServiceChanges]:
    of_service: dict[str, list[Change]] = {}
    for change in release_changes(old, new, services):
        of_service.setdefault(change.delta.element_id.service, []).append(change)
    for service, changes in of_service.items():
        delta = ServiceDelta(service, EMPTY_SERVICE, EMPTY_SERVICE, {}, {}, {})
        yield from _service_changes(delta, tuple(changes), new, select)


def _changed_models(
    old: Release, new: Release, services: Collection[str], select: ChangeSelector, *, with_documentation: bool
) -> Iterator[ServiceChanges]:
    reader = ModelReader(strict=True)
    for file in track(list(new.latest_models()), "services"):
        before = old.latest_model(file.service)
        if before is None or before is file or (services and file.service not in services):
            continue
        delta = reader.compare(before, file)
        if delta is not None:
            yield from _service_changes(
                delta, classify_shown(delta), new, select, with_documentation=with_documentation
            )


def _service_changes(
    delta: ServiceDelta,
    changes: tuple[Change, ...],
    new: Release,
    select: ChangeSelector,
    *,
    with_documentation: bool = False,
) -> Iterator[ServiceChanges]:
    documentation_changes = sum(
        change.delta.kind is Kind.DOCUMENTATION and not change.rule.suppressed for change in changes
    )
    selected = select(delta, reportable_changes(changes))
    if selected or (with_documentation and documentation_changes):
        yield ServiceChanges.from_delta(delta, selected, new, documentation_change_count=documentation_changes)
