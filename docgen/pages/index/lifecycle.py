"""Deprecated and removed operations, members and services: a page for each service, and a table of all services.

What is deprecated follows from the newest model. When it was deprecated, and what was removed before, comes from a
history, or else from the releases of the site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from docgen.history.lifespans import DatedRelease, Deprecation, Removal, ServiceLifespan
from docgen.model.paths import child_path
from docgen.model.service import Service
from docgen.model.usage import DIRECTIONS, ShapeUsage
from docgen.pages.index.records import NotesSummary, ReleaseRecord
from docgen.pages.index.site_pages import SiteRecords, site_pages
from docgen.pages.registry import PageKind, register_page


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Deprecated operations and members of a service, and removed operations.

    `folders` are those of operations whose names differ only by case.
    """

    service: str
    title: str
    deprecated_operations: tuple[Deprecation, ...] = ()
    deprecated_members: tuple[Deprecation, ...] = ()
    removals: tuple[Removal, ...] = ()
    root: str = ""
    folders: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_content(self) -> bool:
        """Whether anything is deprecated or removed."""
        return bool(self.deprecated_operations or self.deprecated_members or self.removals)


class LifecycleLine(NamedTuple):
    """A row of the table: how much of a service is deprecated and removed."""

    service: str
    title: str
    deprecated_operations: int
    deprecated_members: int
    removed_operations: int


@dataclass(frozen=True, slots=True)
class LifecycleIndex:
    """All services with something deprecated or removed, and the removed services."""

    package: str
    latest_release: str
    services: tuple[LifecycleLine, ...]
    removed_services: tuple[Removal, ...]
    has_history: bool
    root: str = "../"


def service_lifecycle(
    service: Service, service_name: str, lifespan: ServiceLifespan, known_removals: Iterable[Removal] = ()
) -> Lifecycle:
    """Return the lifecycle of a service.

    Args:
        service: The newest model of the service.
        service_name: SDK name of the service.
        lifespan: What a history knows of the service, or an empty one.
        known_removals: Removed operations according to the change notes, used without a history.
    """
    found = lifespan.removals or tuple(known_removals)
    return Lifecycle(
        service=service_name,
        title=service.full_name or service_name,
        deprecated_operations=tuple(
            Deprecation(
                o.name, "", _deprecation_message(o.traits), lifespan.deprecated_since.get(o.name, DatedRelease())
            )
            for o in service.operations.values()
            if o.deprecated
        ),
        deprecated_members=tuple(_deprecated_members(service, lifespan.deprecated_since)),
        removals=tuple(each for each in found if each.name not in service.operations),
    )


def lifecycle_line(lifecycle: Lifecycle) -> LifecycleLine:
    """Return the row of the table that links to a lifecycle."""
    return LifecycleLine(
        lifecycle.service,
        lifecycle.title,
        len(lifecycle.deprecated_operations),
        len(lifecycle.deprecated_members),
        len(lifecycle.removals),
    )


def removed_operations(summaries: Sequence[NotesSummary]) -> tuple[Removal, ...]:
    """Return the operations that the notes of a service, given oldest first, removed. The last removal counts."""
    found = {
        name: Removal(name, DatedRelease(each.previous), DatedRelease(each.release, each.date))
        for each in summaries
        for name in each.removed_operations
    }
    return tuple(found[name] for name in sorted(found))


def removed_services(records: Sequence[ReleaseRecord], services: Iterable[str]) -> tuple[Removal, ...]:
    """Return the services that releases, given oldest first, removed and did not add again."""
    dates = {record.release: record.date for record in records}
    existing = set(services)
    found = {
        event.service: Removal(
            event.service,
            DatedRelease(record.previous, dates.get(record.previous, "")),
            DatedRelease(record.release, record.date),
        )
        for record in records
        for event in record.events
        if event.is_removal and event.service not in existing
    }
    return tuple(found[name] for name in sorted(found))


def _deprecated_members(service: Service, since: Mapping[str, DatedRelease]) -> Iterator[Deprecation]:
    """Yield each deprecated member once, with the first operation that reaches it."""
    uses: ShapeUsage | None = None
    for shape in service.shapes.values():
        for member in shape.members.values() if shape.type == "structure" else ():
            if not service.trait(member, "deprecated"):
                continue
            uses = uses or ShapeUsage(service)
            for direction in DIRECTIONS:
                for operation in uses.operations(shape.name, direction)[:1]:
                    around = uses.path(operation, shape.name, direction) or ""
                    message = str(service.trait(member, "deprecatedMessage") or "")
                    when = since.get(f"{shape.name}${member.name}", DatedRelease())
                    yield Deprecation(
                        operation, f"{direction.value}.{child_path(around, shape, member.name)}", message, when
                    )
                    break
                else:
                    continue
                break


def _deprecation_message(traits: Mapping[str, Any]) -> str:
    return str(traits.get("deprecatedMessage") or "")


def lifecycle_data(lifecycle: Lifecycle) -> dict[str, Any]:
    """Return the lifecycle of a service as JSON."""
    return {
        "service": lifecycle.service,
        "title": lifecycle.title,
        "deprecated_operations": [_deprecation_data(each) for each in lifecycle.deprecated_operations],
        "deprecated_members": [_deprecation_data(each) for each in lifecycle.deprecated_members],
        "removals": [_removal_data(each) for each in lifecycle.removals],
    }


def lifecycle_index_data(index: LifecycleIndex) -> dict[str, Any]:
    """Return the table of all services as JSON."""
    return {
        "package": index.package,
        "latest_release": index.latest_release,
        "services": [line._asdict() for line in index.services],
        "removed_services": [_removal_data(each) for each in index.removed_services],
    }


def _deprecation_data(deprecation: Deprecation) -> dict[str, Any]:
    return {
        "operation": deprecation.operation,
        "path": deprecation.path or None,
        "message": deprecation.message or None,
        "since": deprecation.since.release or None,
        "since_date": deprecation.since.date or None,
    }


def _removal_data(removal: Removal) -> dict[str, Any]:
    return {
        "name": removal.name,
        "last_release": removal.last_release.release or None,
        "last_release_date": removal.last_release.date or None,
        "removed_in": removal.removed_in.release or None,
        "removed_in_date": removal.removed_in.date or None,
    }


def _lifecycle_description(lifecycle: Lifecycle) -> str:
    return f"Deprecated and removed operations and members of {lifecycle.title}, with releases."


def _lifecycle_index_description(index: LifecycleIndex) -> str:
    return f"What is deprecated in {index.package} {index.latest_release}, since when, and what was removed."


LIFECYCLE_PAGE = register_page(
    PageKind("lifecycle", Lifecycle, data=lifecycle_data, description=_lifecycle_description)
)

LIFECYCLE_INDEX_PAGE = register_page(
    PageKind("lifecycle-index", LifecycleIndex, data=lifecycle_index_data, description=_lifecycle_index_description)
)


@site_pages
def _lifecycle_index_page(site: SiteRecords) -> Iterator[tuple[str, LifecycleIndex]]:
    yield (
        "lifecycle/index",
        LifecycleIndex(site.package, site.latest_release, site.lifecycles, site.removed_services, site.has_history),
    )
