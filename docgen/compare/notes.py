"""Two releases in, change notes and comparisons of operations out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from docgen.compare.model_reader import ModelReader
from docgen.compare.models import model_pairs, pair_single_model, release_changes
from docgen.diff.compare import find_deltas
from docgen.diff.delta import Kind, ServiceDelta
from docgen.errors import UsageError
from docgen.model.names import find_operation
from docgen.model.python_view import python_view
from docgen.model.service import EMPTY_SERVICE
from docgen.pages.index.records import DocumentationOnly, NotesSummary
from docgen.pages.index.release import ReleaseIndex
from docgen.pages.notes.change_data import change_data, sdk_note_data
from docgen.pages.notes.service_notes import NotesContext, ServiceNotes, service_notes
from docgen.pages.operation.side_by_side import OperationComparison, operation_comparison
from docgen.rules.change import Change
from docgen.rules.classify import classify_shown
from docgen.rules.service_changes import ChangeSelector, ServiceChanges, reportable_changes
from docgen.sources.official_notes import SdkNote
from docgen.sources.release import Release
from docgen.sources.release_summaries import range_sdk_notes, release_sdk_notes
from docgen.terminal.progress import track
from docgen.wording import with_suggestions


def release_notes(
    old: Release | None,
    new: Release,
    services: Collection[str] = (),
    select: ChangeSelector | None = None,
    releases: Sequence[Release] = (),
) -> Iterator[ServiceNotes]:
    """Make the change notes of a release, service by service.

    Args:
        old: The release before it; without one there are no notes.
        new: The release.
        services: The services to compare; empty for all.
        select: Selects among the changes of each service; all by default.
        releases: The releases after `old`, up to `new`, whose official notes count; by default those of `new`.

    Yields:
        The notes of every service in which anything but documentation changed.

    Raises:
        ModelError: If a model is not valid.
        SourceError: If a file cannot be read.
        UsageError: If the releases have nothing in common.

    """
    if old is None:
        return
    reader, with_siblings = ModelReader(strict=True), not (old.is_single_file or new.is_single_file)
    for before, after in track(list(model_pairs(old, new, services)), "services"):
        delta = reader.compare(before, after, with_siblings=with_siblings)
        if delta is None:
            continue
        notes = service_notes(delta, NotesContext.of_service(after.service, old, new, releases), select)
        if notes.has_content:
            yield notes


def compared_changes(
    old: Release,
    new: Release,
    services: Collection[str] = (),
    select: ChangeSelector | None = None,
    releases: Sequence[Release] = (),
) -> Iterator[ServiceChanges]:
    """Find what `release_notes` would report, without making notes of it.

    Args:
        old: The older release.
        new: The newer release.
        services: The services to compare; empty for all.
        select: Selects among the changes of each service; all by default.
        releases: The releases after `old`, up to `new`, whose official notes count; by default those of `new`.

    Yields:
        The changes of every service, in the order of the models; documentation is counted and not listed.

    Raises:
        ModelError: If a model is not valid.
        SourceError: If a file cannot be read.
        UsageError: If the releases have nothing in common.

    """
    appeared: dict[str, list[Change]] = {}
    for change in release_changes(old, new, services):
        appeared.setdefault(change.delta.element_id.service, []).append(change)
    for service, changes in appeared.items():
        delta = ServiceDelta(service, EMPTY_SERVICE, EMPTY_SERVICE, {}, {}, {})
        yield from _changes_of(delta, tuple(changes), new, select, releases)
    reader, with_siblings = ModelReader(strict=True), not (old.is_single_file or new.is_single_file)
    for before, after in track(list(model_pairs(old, new, services)), "services"):
        delta_found = reader.compare(before, after, with_siblings=with_siblings)
        if delta_found is not None:
            yield from _changes_of(delta_found, classify_shown(delta_found), new, select, releases)


def _changes_of(
    delta: ServiceDelta,
    changes: tuple[Change, ...],
    new: Release,
    select: ChangeSelector | None,
    releases: Sequence[Release],
) -> Iterator[ServiceChanges]:
    """Yield the changes of a service as change logs list them; nothing if no change is left."""
    selected = changes if select is None else select(delta, changes)
    listed = reportable_changes(selected)
    documentation = sum(change.delta.kind is Kind.DOCUMENTATION and not change.rule.suppressed for change in selected)
    if listed or documentation:
        found = ServiceChanges.from_delta(delta, listed, new, documentation_change_count=documentation)
        yield found.with_range_summary(releases) if releases else found


def sdk_notes_between(
    old: Release, new: Release, releases: Sequence[Release], services: Collection[str] = ()
) -> tuple[SdkNote, ...]:
    """Return the official notes of `releases` that no notes of a service show; `releases` end with `new`."""
    if not range_sdk_notes(releases, (), services):
        return ()
    changed = {
        after.service
        for before, after in model_pairs(old, new, services)
        if before is None or before.digests() != after.digests()
    }
    return range_sdk_notes(releases, changed, services)


def diff_data(
    old: Release,
    new: Release,
    changes: Sequence[Change],
    services: Sequence[Mapping[str, Any]],
    reversals: Sequence[Mapping[str, Any]] = (),
    omission_note: str = "",
    sdk_notes: Sequence[SdkNote] = (),
) -> dict[str, Any]:
    """Return all notes between two releases as one JSON document; its schema is `docgen/schema/diff.schema.json`.

    Args:
        old: The older release.
        new: The newer release.
        changes: Added and removed services and API versions.
        services: The notes of each service, as from `notes_data`.
        reversals: What changed and changed back between the releases, as from `reversal_data`.
        omission_note: A sentence that says what was omitted, if anything.
        sdk_notes: Official notes on the SDK itself.
    """
    return {
        "package": new.package,
        "release": new.name,
        "previous": old.name,
        "date": new.date,
        "changes": [change_data(change) for change in changes],
        "services": list(services),
        "reversals": list(reversals),
        "omission_note": omission_note or None,
        "sdk_notes": [sdk_note_data(note) for note in sdk_notes],
    }


def compare_operation_between(old: Release, new: Release, service: str, operation: str) -> OperationComparison:
    """Compare one operation in two releases.

    Args:
        old: The older release.
        new: The newer release.
        service: The service of the operation.
        operation: Its name as in the model or as in Python.

    Raises:
        ModelError: If a model is not valid.
        SourceError: If a file cannot be read.
        UsageError: If neither release has the operation.

    """
    before, after = old.latest_model(service), new.latest_model(service)
    if old.is_single_file or new.is_single_file:
        before, after = pair_single_model(old, new, (service,))
    reader = ModelReader(strict=True)
    old_service, new_service = (reader.read_service(file) if file else EMPTY_SERVICE for file in (before, after))
    known = {**old_service.operations, **new_service.operations}
    found = find_operation(operation, known)
    if found is None:
        problem = f"{service}: no operation {operation!r} in {old.name} or {new.name}"
        raise UsageError(with_suggestions(operation, known, problem))
    dates = old.date or "", new.date or ""
    views = [python_view(each, service, new.package, new.name) for each in (old_service, new_service)]
    delta = find_deltas(old_service, new_service, service)
    return operation_comparison(delta, found, old=old.name, new=new.name, dates=dates, shown=views)


def release_index(
    old: Release | None,
    new: Release,
    notes: Sequence[NotesSummary] = (),
    services: Collection[str] = (),
    reworded: Sequence[DocumentationOnly] = (),
    sdk_notes: Sequence[SdkNote] | None = None,
) -> ReleaseIndex:
    """Return the page of a release: introduction, services with notes, services that changed only documentation."""
    if sdk_notes is None:
        sdk_notes = release_sdk_notes(new, {summary.service for summary in notes}, services)
    return ReleaseIndex(
        package=new.package,
        release=new.name,
        previous=old.name if old else "",
        date=new.date or "",
        notes=tuple(notes),
        changes=release_changes(old, new, services),
        root="../../",
        introduction=new.introduction,
        documentation_only=tuple(reworded),
        sdk_notes=tuple(sdk_notes),
    )
