"""Releases in the order of time: months, severities, and the history of a service. They need records only.

No page gets long, however many releases there are. Pages of releases without a date are numbered from the oldest
release, so that their addresses never change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docgen.pages.index.periods import MAX_PAGE_LINES, UNDATED, Period, period_label, release_periods
from docgen.pages.index.records import (
    NotesSummary,
    ReleaseRecord,
    ReleaseRun,
    release_record_data,
    release_runs,
)
from docgen.pages.index.site_pages import SiteRecords, site_pages
from docgen.pages.registry import PageKind, register_page
from docgen.pages.sentences import page_description
from docgen.render.addresses import relative_root, service_path
from docgen.wording import counted

MAX_NEWEST_RELEASES, MAX_NEWEST_NOTES = 30, 50
"""Most releases on a page with only the newest, and number of lines above which it has fewer."""


MAX_YEAR_LINES = 200
"""Lines above which a year of a severity or a service is split into months."""


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """A link to another page: label, path from the root of the site without extension, and note."""

    label: str
    path: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Releases, newest first, with links to earlier and later ones. `service` is set if all are of one service."""

    title: str
    intro: str
    records: tuple[ReleaseRecord, ...]
    ancestors: tuple[NavigationLink, ...] = ()
    parts: tuple[NavigationLink, ...] = ()
    newer: NavigationLink | None = None
    older: NavigationLink | None = None
    service: str = ""
    root: str = ""

    @property
    def runs(self) -> tuple[ReleaseRun, ...]:
        """The releases, with those in which nothing changed together."""
        return release_runs(self.records)

    @property
    def breadcrumbs(self) -> tuple[tuple[str, str], ...]:
        """The pages above, each with label and link."""
        return tuple(
            (self._crumb(link.label), f"{self.root}{link.path}.html")
            for link in (NavigationLink("Home", "index"), *self.ancestors)
        )

    @property
    def current_crumb(self) -> str:
        """What the page is called below the page of its service."""
        return self._crumb(self.title)

    def _crumb(self, title: str) -> str:
        name = title.rpartition(": ")[2] if self.service and title.count(": all changes") else title
        return name[:1].upper() + name[1:]


def period_timelines(periods: Sequence[Period]) -> Iterable[tuple[str, Timeline]]:
    """Yield path and view of the page of each period."""
    trail = (NavigationLink("Releases", "releases/index"),)
    for index, period in enumerate(periods):
        newer, older = periods[index - 1] if index else None, periods[index + 1] if index + 1 < len(periods) else None
        yield (
            period.path,
            Timeline(
                title=f"API changes: {period.title}",
                intro=f"{period.size_text}.",
                records=period.records,
                ancestors=trail,
                newer=NavigationLink(newer.title, newer.path) if newer else None,
                older=NavigationLink(older.title, older.path) if older else None,
                root=relative_root(period.path),
            ),
        )


SEVERITY_PAGES: Mapping[str, tuple[str, str]] = {
    "breaking": ("Breaking changes", "Changes that break callers, newest first."),
    "dangerous": ("Dangerous changes", "Changes that may break callers, newest first."),
}
"""The severities with pages of their own: title and introduction."""


def severity_timelines(records: Sequence[ReleaseRecord], severity: str) -> Iterable[tuple[str, Timeline]]:
    """Yield path and view of the pages of a severity: the newest releases, and each year if there are many."""
    found = tuple(record for each in reversed(records) if (record := record_with_severity(each, severity)))
    title, intro = SEVERITY_PAGES[severity]
    yield from split_by_year(
        f"{severity}/index", Timeline(title, intro, found, ancestors=(NavigationLink("Releases", "releases/index"),))
    )


def service_timelines(service: str, title: str, summaries: Sequence[NotesSummary]) -> Iterable[tuple[str, Timeline]]:
    """Yield path and view of the history of a service, by year if there are many; summaries are given newest first."""
    records = tuple(ReleaseRecord(each.release, each.previous, each.date, (each,)) for each in summaries)
    path = service_path(service)
    intro = f"{counted(len({each.release for each in summaries}), 'release')} changed {title}, newest first."
    trail = (NavigationLink("Services", "services/index"), NavigationLink(title, path))
    whole = Timeline(f"{title}: all changes", intro, records, trail, service=service)
    yield from split_by_year(service_path(service, inner="history/index"), whole)


def split_by_year(path: str, whole: Timeline) -> Iterable[tuple[str, Timeline]]:
    """Yield path and view of a timeline, split into years if it would be long.

    The first page then has the newest lines and links to the years. A very long year is split into months likewise.
    """
    yield from _split_timeline(
        path, replace(whole, root=relative_root(path)), whole.title, ((4, MAX_PAGE_LINES), (7, MAX_YEAR_LINES))
    )


def _split_timeline(
    path: str, whole: Timeline, title: str, levels: tuple[tuple[int, int], ...]
) -> Iterable[tuple[str, Timeline]]:
    """Split a timeline. Each level is the length of a part's date prefix, and the lines above which it is split."""
    if not levels or sum(len(record.notes) + len(record.events) for record in whole.records) <= levels[0][1]:
        yield path, whole
        return
    parts: dict[str, list[ReleaseRecord]] = {}
    for record in whole.records:
        parts.setdefault(record.date[: levels[0][0]] or UNDATED, []).append(record)
    folder = path.removesuffix("index")
    links = [
        NavigationLink(period_label(name), f"{folder}{name.rpartition('-')[2]}/index", counted(len(records), "release"))
        for name, records in parts.items()
    ]
    yield path, replace(whole, records=newest_records(whole.records), parts=tuple(links))
    for position, (link, (name, records)) in enumerate(zip(links, parts.items(), strict=True)):
        part = replace(
            whole,
            title=f"{title}, {link.label}",
            records=tuple(records),
            ancestors=(*whole.ancestors, NavigationLink(whole.title, path)),
            newer=links[position - 1] if position else None,
            older=links[position + 1] if position + 1 < len(links) else None,
            root=whole.root + "../",
        )
        yield from _split_timeline(link.path, part, title, () if name == UNDATED else levels[1:])


def newest_records(records: Iterable[ReleaseRecord]) -> tuple[ReleaseRecord, ...]:
    """Return the releases, given newest first, that fit on one page; at least one."""
    shown: list[ReleaseRecord] = []
    lines = 0
    for record in records:
        lines += len(record.notes)
        if len(shown) == MAX_NEWEST_RELEASES or (shown and lines > MAX_NEWEST_NOTES):
            break
        shown.append(record)
    return tuple(shown)


def record_with_severity(record: ReleaseRecord, severity: str) -> ReleaseRecord | None:
    """Return a release with only the changes of a severity, or None if there are none."""
    notes = tuple(each for each in record.notes if each.has_severity(severity))
    events = tuple(each for each in record.events if each.severity == severity)
    return replace(record, notes=notes, events=events) if notes or events else None


def timeline_data(timeline: Timeline) -> dict[str, Any]:
    """Return a timeline as JSON; `pages` are the pages with the other releases."""
    return {
        "title": timeline.title,
        "releases": [release_record_data(record) for record in timeline.records],
        "pages": [{"title": part.label, "path": part.path} for part in timeline.parts],
        "newer_page": timeline.newer.path if timeline.newer else None,
        "older_page": timeline.older.path if timeline.older else None,
    }


def _timeline_description(timeline: Timeline) -> str:
    return page_description(f"{timeline.title}.", timeline.intro)


TIMELINE_PAGE = register_page(PageKind("timeline", Timeline, data=timeline_data, description=_timeline_description))


@site_pages
def _timeline_pages(site: SiteRecords) -> Iterator[tuple[str, Timeline]]:
    yield from period_timelines(release_periods(site.releases))
    for severity in SEVERITY_PAGES:
        yield from severity_timelines(site.releases, severity)
