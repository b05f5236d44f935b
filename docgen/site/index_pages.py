"""The pages that are made of records alone: the first page, months, severities, services, rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from docgen.pages.index.lifecycle import Gone, LifecycleIndex, LifecycleLine
from docgen.pages.index.records import ReleaseRecord, as_json
from docgen.pages.index.release import RulePage, RulesIndex
from docgen.pages.index.removed import GonePage
from docgen.pages.index.timeline import (
    JUDGED,
    Catalog,
    ServiceLine,
    period_pages,
    periods,
    releases,
    severity_pages,
    site_index,
)
from docgen.rules.classify import RULES
from docgen.site.jobs import root_of
from docgen.sources.release import Release


def index_jobs(
    newest: Release,
    records: Sequence[ReleaseRecord],
    lines: Sequence[ServiceLine],
    lives: Sequence[LifecycleLine],
    gone: Sequence[Gone],
    *,
    has_history: bool,
) -> Iterator[tuple[str, str, Any]]:
    """Kind, path and view of each page; `records` come oldest first."""
    package, name = newest.package, newest.name
    yield "site", "index", site_index(package, name, records, lines)
    by_period = periods(records)
    yield "releases", "releases/index", releases(package, by_period)
    for path, view in period_pages(by_period):
        yield "timeline", path, view
    for severity in JUDGED:
        for path, view in severity_pages(records, severity):
            yield "timeline", path, view
    yield "catalog", "services/index", Catalog(package, name, tuple(lines))
    life = LifecycleIndex(package, name, tuple(lives), tuple(gone), has_history)
    yield "lifecycle_index", "lifecycle/index", life
    for service in gone:
        path = f"services/{service.name}/index"
        notes = f"releases/{service.until.release}/index" if _has_page(records, service.until.release) else ""
        yield "gone", path, GonePage(service.name, service.name, "", service, notes, root_of(path))
    yield "rules", "rules/index", RulesIndex(tuple(RULES.values()))
    for id, rule in RULES.items():
        yield "rule", f"rules/{id}/index", RulePage(rule)


def _has_page(records: Sequence[ReleaseRecord], release: str) -> bool:
    return any(record.release == release for record in records)


def said_of(kind: str, view: Any) -> Any:
    """What the page of a view is made from; rules are part of the program, which is in every fingerprint."""
    return None if kind in ("rules", "rule") else as_json(view)
