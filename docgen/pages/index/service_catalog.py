"""The pages with every service: by SDK name, which is what people look for, and by how much it changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markupsafe import Markup

from docgen.pages.index.records import NotesSummary, short_title
from docgen.pages.index.site_pages import SiteRecords, site_pages
from docgen.pages.registry import PageKind, register_page
from docgen.render.pictures.spark_line import LifePoint, spark_line
from docgen.wording import counted

MAX_CHANGED_MOST = 12
"""Services that the first page can list by the number of releases that changed them. With more, all are on a page."""

BY_CHANGES_FOLDER = "services-by-changes"
"""Folder of the page with the services by how much they changed; no service can have it."""

CHANGE_SIZES = (1000, 100, 10, 1)
"""The fewest changes of the services in each group of that page, without those of documentation."""


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service in a list.

    Attributes:
        service: SDK name of the service.
        title: Full name of the service.
        api_version: API version of the newest model.
        operation_count: Number of its operations.
        last_change: Its newest change, or None.
        release_count: Number of releases of the site that changed it.
        change_count: Number of its changes on the site, without those of documentation.
        life: Its number of operations over time, oldest first.
    """

    service: str
    title: str
    api_version: str
    operation_count: int
    last_change: NotesSummary | None = None
    release_count: int = 0
    change_count: int = 0
    life: tuple[LifePoint, ...] = ()

    @property
    def short_title(self) -> str:
        """Its full name without that of the vendor."""
        return short_title(self.title)

    @property
    def spark_line(self) -> Markup | None:
        """The picture of `life`, or None if it would say nothing."""
        return spark_line(self.life)


@dataclass(frozen=True, slots=True)
class ServiceCatalog:
    """Every service of the reference."""

    package: str
    latest_release: str
    services: tuple[ServiceLine, ...]
    root: str = "../"

    @property
    def services_by_letter(self) -> tuple[tuple[str, tuple[ServiceLine, ...]], ...]:
        """The services by the first letter of their SDK name."""
        return services_by_letter(self.services)

    @property
    def groups(self) -> tuple[tuple[str, tuple[ServiceLine, ...]], ...]:
        """The services as the page shows them: a heading, which is its id too, and the services below it."""
        return self.services_by_letter

    @property
    def letters(self) -> tuple[str, ...]:
        """The headings that are worth a list of links: the first letters."""
        return tuple(heading for heading, _ in self.groups)

    @property
    def is_by_changes(self) -> bool:
        """Whether the services that changed most come first."""
        return False

    @property
    def has_two_orders(self) -> bool:
        """Whether another page has the services in another order."""
        return len(self.services) > MAX_CHANGED_MOST and any(line.release_count for line in self.services)


@dataclass(frozen=True, slots=True)
class ServicesByChanges(ServiceCatalog):
    """Every service of the reference by the number of its changes on the site, the most first."""

    @property
    def groups(self) -> tuple[tuple[str, tuple[ServiceLine, ...]], ...]:
        """The services by the size of their number of changes."""
        ordered = sorted(
            self.services, key=lambda line: (-line.change_count, -line.release_count, line.service.lower())
        )
        return tuple((size, tuple(lines)) for size, lines in groupby(ordered, _change_size))

    @property
    def letters(self) -> tuple[str, ...]:
        """Nothing: headings are no letters."""
        return ()

    @property
    def is_by_changes(self) -> bool:
        """Whether the services that changed most come first."""
        return True


def _change_size(line: ServiceLine) -> str:
    """Return the heading of a service in the list by changes."""
    above = ""
    for least in CHANGE_SIZES:
        if line.change_count >= least:
            return f"{least:,}{above or ' changes or more'}"
        above = f" to {least - 1:,} changes"
    return "Only documentation" if line.release_count else "Unchanged"


def services_by_letter(services: Sequence[ServiceLine]) -> tuple[tuple[str, tuple[ServiceLine, ...]], ...]:
    """Return services by the first letter of their SDK name, A to Z; other characters come first, as `0-9`."""

    def letter(line: ServiceLine) -> str:
        first = line.service[:1].upper()
        return first if "A" <= first <= "Z" else "0-9"

    ordered = sorted(services, key=lambda line: (letter(line), line.service.lower()))
    return tuple((first, tuple(lines)) for first, lines in groupby(ordered, letter))


def services_changed_most(services: Sequence[ServiceLine]) -> tuple[ServiceLine, ...]:
    """Return the services that most releases changed, the most first."""
    changed = [line for line in services if line.release_count]
    return tuple(sorted(changed, key=lambda line: (-line.release_count, line.service))[:MAX_CHANGED_MOST])


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

SERVICES_BY_CHANGES_PAGE = register_page(
    PageKind("services-by-changes", ServicesByChanges, data=lambda _: {}, formats=("html",))
)


@site_pages
def _service_catalog_pages(site: SiteRecords) -> Iterator[tuple[str, ServiceCatalog]]:
    catalog = ServiceCatalog(site.package, site.latest_release, site.services)
    yield "services/index", catalog
    if catalog.has_two_orders:
        yield f"{BY_CHANGES_FOLDER}/index", ServicesByChanges(site.package, site.latest_release, site.services)
