"""The JSON twin of each page: the same facts as plain values, documentation as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf
from typing import Any

from docgen.diff.facts import Delta
from docgen.model.names import method_name
from docgen.pages.index.lifecycle import lifecycle_data
from docgen.pages.index.records import Event, Mention, ReleaseRecord, Reworded
from docgen.pages.index.release import OperationPage, ReleaseIndex
from docgen.pages.index.service import ServiceIndex
from docgen.pages.index.timeline import Catalog, Period, Releases, ServiceLine, SiteIndex, Timeline
from docgen.pages.notes.service_notes import ServiceNotes
from docgen.pages.operation.rows import Entry
from docgen.pages.operation.view import BRIEF, ChangeBlock, OperationView
from docgen.render.addresses import folder_of
from docgen.render.markup.text import to_text
from docgen.rules.classify import Change
from docgen.rules.rule import PROFILES


def operation_data(page: OperationPage) -> dict[str, Any]:
    """An operation as JSON: rows in the order of the page, documentation as plain text."""
    return {
        "service": page.service,
        "api_version": page.api_version,
        **_head_data(page.operation),
        **_lists_data(page.operation),
    }


def _head_data(view: OperationView) -> dict[str, Any]:
    return {
        "operation": view.name,
        "method": view.syntax.method,
        "documentation": to_text(view.documentation),
        "deprecated": view.deprecated,
        "since": view.since or None,
        "see_also": view.see_also,
    }


def _lists_data(view: OperationView) -> dict[str, Any]:
    """Syntax and lists, tamed as on the page."""
    return {
        "request_syntax": view.request_block.plain,
        "response_syntax": view.response_block.plain if view.syntax.response and view.response_block else None,
        "parameters": list(rows_data(view.listing.parameters)),
        "response": list(rows_data(view.listing.response)),
    }


def rows_data(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
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
            "documentation": None if entry.quiet else to_text(row.documentation),
        }
        said = {"mark": entry.mark, "same_as": entry.same_as, "closed": entry.closed}
        yield found | {name: value for name, value in said.items() if value}


def updated_data(view: OperationView, page: str = "", most: float = inf) -> dict[str, Any]:
    """An operation of change notes; with the `page` that has its syntax and lists, without these.

    A change block of more than `most` characters is left to the marks of the lists.
    """
    changes = _changes_data(view.changes) if view.changes and view.changes.size <= most else None
    rest = {"page": page} if page else _lists_data(view)
    return {"status": view.status, "changes": changes, **_head_data(view), **rest}


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
        "new": notes.new,
        "updated": notes.updated,
        "operations": [
            updated_data(view, f"{folder_of(view.name)}/index.json", BRIEF) if notes.apart else updated_data(view)
            for view in notes.operations
        ],
        "removed": [name for name, _ in notes.removed],
        "severities": notes.severities,
        "silence": notes.silence or None,
        "changes": [{**change_data(change), **_happened(notes, change)} for change in notes.changes],
    }


def _happened(notes: ServiceNotes, change: Change) -> dict[str, str]:
    """The release in which a change happened, where there are several and a history tells."""
    release = notes.when.get(change.fingerprint)
    return {} if release is None else {"release": release}


def change_data(change: Change) -> dict[str, Any]:
    """A change as JSON, with the fact behind it."""
    rule, delta = change.rule, change.delta
    return {
        "rule": rule.id,
        "severity": rule.severity.word,
        "profiles": {profile: rule.severity_in(profile).word for profile in PROFILES},
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
        "facts": [_delta_data(each) for each in (delta, *change.also)],
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


def _changes_data(changes: ChangeBlock) -> dict[str, str]:
    return {side: text for side, (_, text) in zip(changes.sides.split(", "), changes.literals, strict=True)}


def record_data(record: ReleaseRecord) -> dict[str, Any]:
    """A release of an index as JSON."""
    return {
        "release": record.release,
        "previous": record.previous,
        "date": record.date or None,
        "events": [event_data(event) for event in record.events],
        "notes": [mention_data(each) for each in record.notes],
        "reworded": _reworded_data(record.reworded),
    }


def _reworded_data(found: Iterable[Reworded]) -> list[dict[str, Any]]:
    return [each._asdict() for each in found]


def event_data(event: Event) -> dict[str, Any]:
    """A service that came or went as JSON."""
    return {"severity": event.severity, "message": event.message, "service": event.service, "is_end": event.is_end}


def mention_data(mention: Mention) -> dict[str, Any]:
    """A line of an index as JSON."""
    return {
        "release": mention.release,
        "previous": mention.previous,
        "date": mention.date or None,
        "service": mention.service,
        "title": mention.title,
        "counts": mention.counts,
        "severities": dict(mention.severities),
        "kinds": list(mention.kinds),
        "summary": mention.summary or None,
        "attention": [each._asdict() for each in mention.attention],
        "gains": [{"shape": each.shape, "names": list(each.names), "more": each.more} for each in mention.gains],
        "path": mention.path,
    }


def release_data(index: ReleaseIndex) -> dict[str, Any]:
    """A release as JSON."""
    return {
        "package": index.package,
        "release": index.release,
        "previous": index.previous,
        "date": index.date or None,
        "introduction": index.introduction or None,
        "changes": [change_data(change) for change in index.changes],
        "notes": [mention_data(mention) for mention in index.notes],
        "reworded": _reworded_data(index.reworded),
    }


def service_data(index: ServiceIndex) -> dict[str, Any]:
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
        "history": [mention_data(mention) for mention in index.history],
    }


def site_data(index: SiteIndex) -> dict[str, Any]:
    """The first page as JSON."""
    return {
        "package": index.package,
        "newest": index.newest,
        "releases": [record_data(record) for record in index.releases],
        "periods": [_period_data(period) for period in index.periods],
        "services": [_line_data(line) for line in index.services],
    }


def catalog_data(page: Catalog) -> dict[str, Any]:
    """The list of services as JSON."""
    return {
        "package": page.package,
        "newest": page.newest,
        "services": [_line_data(line) for line in page.services],
    }


def releases_data(page: Releases) -> dict[str, Any]:
    """The index of releases as JSON."""
    return {
        "package": page.package,
        "periods": [_period_data(period) for _, periods in page.years for period in periods],
    }


def timeline_data(page: Timeline) -> dict[str, Any]:
    """Releases in the order of time as JSON; `parts` are pages that have the rest."""
    return {
        "title": page.title,
        "releases": [record_data(record) for record in page.records],
        "parts": [{"title": part.label, "path": part.path} for part in page.parts],
        "newer": page.newer.path if page.newer else None,
        "older": page.older.path if page.older else None,
    }


def _period_data(period: Period) -> dict[str, Any]:
    return {
        "title": period.title,
        "path": period.path,
        "releases": [record.release for record in period.records],
        "severities": dict(period.severities),
    }


def _line_data(line: ServiceLine) -> dict[str, Any]:
    return {
        "service": line.service,
        "api_version": line.api_version,
        "title": line.title,
        "operations": line.operations,
        "last_changed": line.last.release if line.last else None,
    }
