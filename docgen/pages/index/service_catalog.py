"""The page with every service, A to Z."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from docgen.pages.index.records import NotesSummary
from docgen.pages.index.site_pages import SiteRecords, site_pages
from docgen.pages.registry import PageKind, register_page
from docgen.wording import counted


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service in a list: number of operations, newest change, and number of releases that changed it."""

    service: str
    title: str
    api_version: str
    operation_count: int
    last_change: NotesSummary | None = None
    release_count: int = 0


@dataclass(frozen=True, slots=True)
class ServiceCatalog:
    """Every service of the reference, A to Z."""

    package: str
    latest_release: str
    services: tuple[ServiceLine, ...]
    root: str = "../"

    @property
    def services_by_letter(self) -> tuple[tuple[str, tuple[ServiceLine, ...]], ...]:
        """The services by the first letter of their title."""
        return services_by_letter(self.services)


def services_by_letter(services: Sequence[ServiceLine]) -> tuple[tuple[str, tuple[ServiceLine, ...]], ...]:
    """Return services by the first letter of their title, A to Z; other characters come first, as `0-9`."""

    def letter(line: ServiceLine) -> str:
        first = line.title[:1].upper()
        return first if "A" <= first <= "Z" else "0-9"

    ordered = sorted(services, key=lambda line: (letter(line), line.title.lower(), line.service))
    return tuple((first, tuple(lines)) for first, lines in groupby(ordered, letter))


def service_catalog_data(catalog: ServiceCatalog) -> dict[str, Any]:
    """Return all services as JSON."""
    return {
        "package": catalog.package,
        "latest_release": catalog.latest_release,
        "services": [service_line_data(line) for line in catalog.services],
    }


def service_line_data(line: ServiceLine) -> dict[str, Any]:
    """Return a service of a list as JSON."""
    return {
        "service": line.service,
        "api_version": line.api_version,
        "title": line.title,
        "operations": line.operation_count,
        "last_changed": line.last_change.release if line.last_change else None,
    }


def _service_catalog_description(catalog: ServiceCatalog) -> str:
    return f"{counted(len(catalog.services), 'service')} of {catalog.package} {catalog.latest_release}, A to Z."


SERVICE_CATALOG_PAGE = register_page(
    PageKind("service-catalog", ServiceCatalog, data=service_catalog_data, description=_service_catalog_description)
)


@site_pages
def _service_catalog_page(site: SiteRecords) -> Iterator[tuple[str, ServiceCatalog]]:
    yield "services/index", ServiceCatalog(site.package, site.latest_release, site.services)
