"""The first page of a site, `llms.txt`, and the page for addresses that do not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from docgen.pages.index.periods import Period, period_data, release_periods
from docgen.pages.index.records import (
    ReleaseRecord,
    ReleaseRun,
    feed_links,
    release_record_data,
    release_runs,
)
from docgen.pages.index.service_catalog import (
    ServiceLine,
    service_line_data,
    services_by_letter,
    services_changed_most,
)
from docgen.pages.index.site_pages import SiteRecords, site_pages
from docgen.pages.index.timeline import SEVERITY_PAGES, newest_records, record_with_severity
from docgen.pages.registry import PageKind, register_page
from docgen.render.addresses import release_path
from docgen.render.days import days_between, newest_day
from docgen.render.pictures.heat_map import CalendarRelease, HeatMap, heat_map
from docgen.wording import counted

MAX_LISTED_SERVICES = 60
"""Most services that the first page lists."""


RECENT_DAYS = 30
"""Days before the newest release in which the first page lists breaking changes."""

MAX_CARD_LINES = 7
"""Most lines about the newest release, about breaking changes, and about services at the top of the first page."""


class BreakingChange(NamedTuple):
    """A service that a release broke: date, release, SDK name, the first change in words, how many more, and a link."""

    date: str
    release: str
    service: str
    message: str
    more: int
    href: str


@dataclass(frozen=True, slots=True)
class SiteIndex:
    """The first page: the newest release, what broke lately, links to the other months, and the services."""

    package: str
    latest_release: str
    releases: tuple[ReleaseRecord, ...]
    release_count: int
    periods: tuple[Period, ...]
    services: tuple[ServiceLine, ...]
    severities: tuple[str, ...] = ()
    calendar: HeatMap | None = None
    recent_breaks: tuple[BreakingChange, ...] = ()
    has_dates: bool = False
    root: str = ""

    @property
    def runs(self) -> tuple[ReleaseRun, ...]:
        """The newest releases, with those in which nothing changed together."""
        return release_runs(self.releases)

    @property
    def newest(self) -> ReleaseRecord | None:
        """The newest release in which something changed, or None."""
        return next((record for record in self.releases if record.service_names), None)

    @property
    def line_limit(self) -> int:
        """Most lines of a list at the top."""
        return MAX_CARD_LINES

    @property
    def changed_most(self) -> tuple[ServiceLine, ...]:
        """The services that most releases changed."""
        return services_changed_most(self.services)

    @property
    def feeds(self) -> tuple[tuple[str, str], ...]:
        """The feeds of the site, each with a label and a link."""
        return feed_links("breaking/feed.atom")

    @property
    def listed_services(self) -> tuple[ServiceLine, ...]:
        """All services if there are few, else none."""
        return self.services if len(self.services) <= MAX_LISTED_SERVICES else ()

    @property
    def letters(self) -> tuple[str, ...]:
        """First letters of the services."""
        return tuple(letter for letter, _ in services_by_letter(self.services))


def site_index(
    package: str, latest_release: str, records: Sequence[ReleaseRecord], services: Sequence[ServiceLine]
) -> SiteIndex:
    """Return the first page; `records` are given oldest first."""
    shown = newest_records(reversed(records))
    severities = tuple(word for word in SEVERITY_PAGES if any(record_with_severity(record, word) for record in records))
    return SiteIndex(
        package,
        latest_release,
        shown,
        len(records),
        release_periods(records),
        tuple(services),
        severities=severities,
        calendar=heat_map(CalendarRelease(r.release, r.date, r.severities) for r in records),
        recent_breaks=tuple(_recent_breaks(records)),
        has_dates=newest_day([record.date for record in records]) != "",
    )


def _recent_breaks(records: Sequence[ReleaseRecord]) -> Iterator[BreakingChange]:
    """Yield the breaking changes in the days before the newest release, newest first. The clock does not matter."""
    newest = newest_day([record.date for record in records])
    for record in reversed(records):
        age = days_between(record.date, newest)
        if age is None or age > RECENT_DAYS:
            continue
        for event in record.events:
            if event.severity == "breaking":
                href = f"{release_path(record.release)}.html"
                yield BreakingChange(record.date, record.release, event.service, event.message, 0, href)
        for notes in record.notes:
            first = next((change for change in notes.notable_changes if change.severity == "breaking"), None)
            if first is not None:
                more = dict(notes.severities).get("breaking", 1) - 1
                href = f"{notes.path}.html#{first.anchor}"
                yield BreakingChange(record.date, record.release, notes.service, first.message, more, href)


def site_index_data(index: SiteIndex) -> dict[str, Any]:
    """Return the first page as JSON."""
    return {
        "package": index.package,
        "latest_release": index.latest_release,
        "releases": [release_record_data(record) for record in index.releases],
        "periods": [period_data(period) for period in index.periods],
        "services": [service_line_data(line) for line in index.services],
    }


def _site_index_description(index: SiteIndex) -> str:
    releases, services = counted(index.release_count, "release"), counted(len(index.services), "service")
    return f"API changes and reference: {releases} and {services} of {index.package}."


def _no_json_data(_: SiteIndex | NotFound) -> Mapping[str, Any]:
    return {}


MAX_NOT_FOUND_SERVICES = 60
"""Most services that the page for what is missing lists; it counts the others."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """What a server shows for an address without a page.

    Attributes:
        root: The path of the site on its server.
        services: The services that the page lists, A to Z.
        more_services: How many more services there are.
    """

    root: str
    services: tuple[ServiceLine, ...] = ()
    more_services: int = 0


def not_found(root: str, services: Sequence[ServiceLine]) -> NotFound:
    """Return the page for an address without a page."""
    ordered = sorted(services, key=lambda line: line.service.lower())
    return NotFound(root, tuple(ordered[:MAX_NOT_FOUND_SERVICES]), len(ordered[MAX_NOT_FOUND_SERVICES:]))


SITE_INDEX_PAGE = register_page(
    PageKind("site-index", SiteIndex, data=site_index_data, description=_site_index_description)
)

LLMS_PAGE = register_page(PageKind("llms", SiteIndex, data=_no_json_data, formats=("markdown",)))
"""`llms.txt`: the contents of the site for language models, in Markdown."""

NOT_FOUND_PAGE = register_page(PageKind("404", NotFound, data=_no_json_data, formats=("html",)))


@site_pages
def _site_index_page(site: SiteRecords) -> Iterator[tuple[str, SiteIndex]]:
    yield "index", site_index(site.package, site.latest_release, site.releases, site.services)
