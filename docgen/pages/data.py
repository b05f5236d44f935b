"""The JSON twin of each page: the same facts as plain values, documentation as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf
from typing import Any

from docgen.diff.delta import Delta
from docgen.model.names import method_name
from docgen.pages.index.lifecycle import lifecycle_data
from docgen.pages.index.records import DocumentationOnly, NotesSummary, ReleaseRecord, ServiceEvent
from docgen.pages.index.release import OperationReference, ReleaseIndex
from docgen.pages.index.service import ServiceIndex
from docgen.pages.index.timeline import Period, ReleaseCatalog, ServiceCatalog, ServiceLine, SiteIndex, Timeline
from docgen.pages.notes.service_notes import ServiceNotes
from docgen.pages.operation.rows import RowEntry
from docgen.pages.operation.view import MAX_CHANGE_BLOCK_IN_NOTES, ChangeBlock, OperationView
from docgen.render.addresses import operation_folder
from docgen.render.markup.text import to_text
from docgen.rules.change import Change
from docgen.rules.profiles import MARKED_PROFILES


def operation_data(reference: OperationReference) -> dict[str, Any]:
    """An operation as JSON: rows in the order of the page, documentation as plain text."""
    return {
        "service": reference.service,
        "api_version": reference.api_version,
        **_operation_head_data(reference.operation),
        **_syntax_and_rows_data(reference.operation),
    }


def _operation_head_data(view: OperationView) -> dict[str, Any]:
    return {
        "operation": view.name,
        "method": view.syntax.method,
        "documentation": to_text(view.documentation),
        "deprecated": view.deprecated,
        "since": view.since or None,
        "see_also": view.see_also_url,
    }


def _syntax_and_rows_data(view: OperationView) -> dict[str, Any]:
    """Syntax and lists, tamed as on the page."""
    return {
        "request_syntax": view.request_block.current_text,
        "response_syntax": view.response_block.current_text if view.syntax.response and view.response_block else None,
        "parameters": list(rows_data(view.rows.parameters)),
        "response": list(rows_data(view.rows.response)),
    }


def rows_data(entries: Iterable[RowEntry]) -> Iterator[dict[str, Any]]:
    """The rows that are there now; what is said of one in notes alone, only where there is something to say."""
    for entry in entries:
        row = entry.row
        if entry.mark == "removed":
            continue
        found: dict[str, Any] = {
            "path": row.path,
            "name": row.name,
            "type": row.type,
            "required": row.required,
            "deprecated": row.deprecated,
            "since": row.since or None,
            "documentation": None if entry.is_unchanged else to_text(row.documentation),
        }
        said = {"mark": entry.mark, "same_as": entry.same_as, "closed": entry.omits_children}
        yield found | {name: value for name, value in said.items() if value}


def updated_operation_data(
    view: OperationView, reference_path: str = "", max_change_block: float = inf
) -> dict[str, Any]:
    """An operation of change notes; with the `page` that has its syntax and lists, without these.

    A change block of more than `most` characters is left to the marks of the lists.
    """
    changes = (
        _change_block_data(view.change_block)
        if view.change_block and view.change_block.character_count <= max_change_block
        else None
    )
    rest = {"page": reference_path} if reference_path else _syntax_and_rows_data(view)
    return {"status": view.status, "changes": changes, **_operation_head_data(view), **rest}


def notes_data(notes: ServiceNotes) -> dict[str, Any]:
    """The notes of a service as JSON."""
    return {
        "package": notes.package,
        "release": notes.release,
        "previous": notes.previous,
        "date": notes.date or None,
        "service": notes.service,
        "api_version": notes.api_version,
        "title": notes.title,
        "heading": notes.heading,
        "summary": notes.summary or None,
        "new": notes.new_count,
        "updated": notes.updated_count,
        "operations": [
            updated_operation_data(view, f"{operation_folder(view.name)}/index.json", MAX_CHANGE_BLOCK_IN_NOTES)
            if notes.is_split
            else updated_operation_data(view)
            for view in notes.operations
        ],
        "removed": [name for name, _ in notes.removed],
        "severities": notes.severity_counts,
        "silence": notes.unannounced_breaking or None,
        "changes": [{**change_data(change), **_release_of_change(notes, change)} for change in notes.changes],
    }


def _release_of_change(notes: ServiceNotes, change: Change) -> dict[str, str]:
    """The release in which a change happened, where there are several and a history tells."""
    release = notes.release_by_fingerprint.get(change.fingerprint)
    return {} if release is None else {"release": release}


def change_data(change: Change) -> dict[str, Any]:
    """A change as JSON, with the fact behind it."""
    rule, delta = change.rule, change.delta
    return {
        "rule": rule.id,
        "severity": rule.severity.label,
        "profiles": {profile: rule.severity_in(profile).label for profile in MARKED_PROFILES},
        "suppressed": rule.suppressed,
        "direction": change.direction.value,
        "message": change.message,
        "why": rule.why,
        "fix": rule.fix,
        "operations": [
            {"operation": name, "method": method_name(name), "path": change.paths.get(name)}
            for name in change.operations
        ],
        "confidence": change.confidence,
        "fingerprint": change.fingerprint,
        "facts": [_delta_data(each) for each in (delta, *change.related)],
    }


def _delta_data(delta: Delta) -> dict[str, Any]:
    return {
        "id": delta.id,
        "kind": delta.kind.value,
        "trait": delta.trait or None,
        "old": delta.old,
        "new": delta.new,
        "old_pointer": delta.old_pointer,
        "new_pointer": delta.new_pointer,
    }


def _change_block_data(block: ChangeBlock) -> dict[str, str]:
    return {side: text for side, (_, text) in zip(block.sides.split(", "), block.literals, strict=True)}


def release_record_data(record: ReleaseRecord) -> dict[str, Any]:
    """A release of an index as JSON."""
    return {
        "release": record.release,
        "previous": record.previous,
        "date": record.date or None,
        "events": [service_event_data(event) for event in record.events],
        "notes": [notes_summary_data(each) for each in record.notes],
        "reworded": _documentation_only_data(record.documentation_only),
    }


def _documentation_only_data(services: Iterable[DocumentationOnly]) -> list[dict[str, Any]]:
    return [each._asdict() for each in services]


def service_event_data(event: ServiceEvent) -> dict[str, Any]:
    """A service that came or went as JSON."""
    return {"severity": event.severity, "message": event.message, "service": event.service, "is_end": event.is_removal}


def notes_summary_data(summary: NotesSummary) -> dict[str, Any]:
    """A line of an index as JSON."""
    return {
        "release": summary.release,
        "previous": summary.previous,
        "date": summary.date or None,
        "service": summary.service,
        "title": summary.title,
        "counts": summary.counts_text,
        "severities": dict(summary.severities),
        "kinds": list(summary.kinds),
        "summary": summary.summary or None,
        "attention": [each._asdict() for each in summary.notable_changes],
        "gains": [
            {"shape": each.shape, "names": list(each.names), "more": each.more} for each in summary.shape_additions
        ],
        "path": summary.path,
    }


def release_index_data(index: ReleaseIndex) -> dict[str, Any]:
    """A release as JSON."""
    return {
        "package": index.package,
        "release": index.release,
        "previous": index.previous,
        "date": index.date or None,
        "introduction": index.introduction or None,
        "changes": [change_data(change) for change in index.changes],
        "notes": [notes_summary_data(mention) for mention in index.notes],
        "reworded": _documentation_only_data(index.documentation_only),
    }


def service_index_data(index: ServiceIndex) -> dict[str, Any]:
    """A service as JSON."""
    return {
        "service": index.service,
        "api_version": index.api_version,
        "api_versions": list(index.api_versions),
        "title": index.title,
        "documentation": to_text(index.documentation),
        "operations": [
            {
                "operation": line.name,
                "method": line.method,
                "summary": line.summary,
                "deprecated": line.deprecated,
                "since": line.since or None,
            }
            for line in index.operations
        ],
        "paginators": [paginator.name for paginator in index.paginators],
        "waiters": [waiter.name for waiter in index.waiters],
        "exceptions": [name for name, _ in index.exceptions],
        "lifecycle": lifecycle_data(index.lifecycle) if index.lifecycle else None,
        "history": [notes_summary_data(mention) for mention in index.history],
    }


def site_index_data(index: SiteIndex) -> dict[str, Any]:
    """The first page as JSON."""
    return {
        "package": index.package,
        "newest": index.latest_release,
        "releases": [release_record_data(record) for record in index.releases],
        "periods": [_period_data(period) for period in index.periods],
        "services": [_service_line_data(line) for line in index.services],
    }


def service_catalog_data(catalog: ServiceCatalog) -> dict[str, Any]:
    """The list of services as JSON."""
    return {
        "package": catalog.package,
        "newest": catalog.latest_release,
        "services": [_service_line_data(line) for line in catalog.services],
    }


def release_catalog_data(catalog: ReleaseCatalog) -> dict[str, Any]:
    """The index of releases as JSON."""
    return {
        "package": catalog.package,
        "periods": [_period_data(period) for _, periods in catalog.years for period in periods],
    }


def timeline_data(timeline: Timeline) -> dict[str, Any]:
    """Releases in the order of time as JSON; `parts` are pages that have the rest."""
    return {
        "title": timeline.title,
        "releases": [release_record_data(record) for record in timeline.records],
        "parts": [{"title": part.label, "path": part.path} for part in timeline.parts],
        "newer": timeline.newer.path if timeline.newer else None,
        "older": timeline.older.path if timeline.older else None,
    }


def _period_data(period: Period) -> dict[str, Any]:
    return {
        "title": period.title,
        "path": period.path,
        "releases": [record.release for record in period.records],
        "severities": dict(period.severities),
    }


def _service_line_data(line: ServiceLine) -> dict[str, Any]:
    return {
        "service": line.service,
        "api_version": line.api_version,
        "title": line.title,
        "operations": line.operation_count,
        "last_changed": line.last_change.release if line.last_change else None,
    }
