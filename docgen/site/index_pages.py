"""The pages that only need records: the first page, and those of periods, severities, services and rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from docgen.pages.index.lifecycle import LifecycleIndex, LifecycleLine, Removal
from docgen.pages.index.records import ReleaseRecord, record_to_json
from docgen.pages.index.release import RuleIndex, RuleReference
from docgen.pages.index.removed import RemovalNotice
from docgen.pages.index.timeline import (
    SEVERITY_PAGES,
    ServiceCatalog,
    ServiceLine,
    period_timelines,
    release_catalog,
    release_periods,
    severity_timelines,
    site_index,
)
from docgen.render.addresses import relative_root
from docgen.rules.classify import RULES
from docgen.sources.release import Release


def index_views(
    latest: Release,
    records: Sequence[ReleaseRecord],
    service_lines: Sequence[ServiceLine],
    lifecycle_lines: Sequence[LifecycleLine],
    removed_services: Sequence[Removal],
    *,
    has_history: bool,
) -> Iterator[tuple[str, str, Any]]:
    """Yield the kind, the path and the view of each page.

    Args:
        latest: The latest release.
        records: What is known about each release, oldest first.
        service_lines: The services of the latest release.
        lifecycle_lines: The services with deprecated or removed elements.
        removed_services: The services that were removed.
        has_history: Whether the site is built with a history.
    """
    package, name = latest.package, latest.name
    yield "site_index", "index", site_index(package, name, records, service_lines)
    by_period = release_periods(records)
    yield "release_catalog", "releases/index", release_catalog(package, by_period)
    for path, view in period_timelines(by_period):
        yield "timeline", path, view
    for severity in SEVERITY_PAGES:
        for path, view in severity_timelines(records, severity):
            yield "timeline", path, view
    yield "service_catalog", "services/index", ServiceCatalog(package, name, tuple(service_lines))
    lifecycle = LifecycleIndex(package, name, tuple(lifecycle_lines), tuple(removed_services), has_history)
    yield "lifecycle_index", "lifecycle/index", lifecycle
    for service in removed_services:
        path = f"services/{service.name}/index"
        release = service.removed_in.release
        notes = f"releases/{release}/index" if _has_release_page(records, release) else ""
        yield "removed", path, RemovalNotice(service.name, service.name, "", service, notes, relative_root(path))
    yield "rule_index", "rules/index", RuleIndex(tuple(RULES.values()))
    for id, rule in RULES.items():
        yield "rule", f"rules/{id}/index", RuleReference(rule)


def _has_release_page(records: Sequence[ReleaseRecord], release: str) -> bool:
    return any(record.release == release for record in records)


def fingerprint_data(page_kind: str, view: Any) -> Any:
    """Return what a page is built from, as plain JSON. Rules belong to the program, which every fingerprint covers."""
    return None if page_kind in ("rule_index", "rule") else record_to_json(view)
