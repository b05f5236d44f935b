"""Releases in the order of time: the first page, months, and pages of one severity. All are made of records alone.

However many releases there are, each page stays light: the first page has the newest, a month has its own, and what
has no date comes in parts that are counted from the oldest release, so that their addresses never change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from docgen.pages.index.records import NotesSummary, ReleaseRecord, sum_severities
from docgen.wording import counted

MAX_NEWEST_RELEASES, MAX_NEWEST_NOTES = 30, 50
"""Releases on a page that has only the newest, and lines of notes from which it has fewer."""

MAX_PAGE_LINES = 100
"""Releases without a date on one page, and lines up to which a severity or a service needs no pages by year."""

MAX_YEAR_LINES = 200
"""Lines up to which a year of a severity or a service needs no pages by month."""

MAX_LISTED_SERVICES = 60
"""Services up to which the first page lists them all."""

UNDATED = "undated"
MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """Where a reader may go on: the words, and a page from the root of the site without its extension."""

    label: str
    path: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """Some releases that have a page together, newest first: a month, or a part of those without a date."""

    name: str
    title: str
    path: str
    records: tuple[ReleaseRecord, ...]

    @property
    def severities(self) -> tuple[tuple[str, int], ...]:
        """How many changes of each severity there are, worst first."""
        return sum_severities(record.severities for record in self.records)

    @property
    def change_count(self) -> int:
        """How many changes of a service there are."""
        return sum(len(record.notes) for record in self.records)

    @property
    def size_text(self) -> str:
        """How much there is, in words."""
        return f"{counted(len(self.records), 'release')}, {counted(self.change_count, 'service change')}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Releases, newest first, with a way back and on. `service` is set where all lines are of one service."""

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
    def breadcrumbs(self) -> tuple[tuple[str, str], ...]:
        """The way here, as label and address."""
        return tuple(
            (link.label, f"{self.root}{link.path}.html") for link in (NavigationLink("Home", "index"), *self.ancestors)
        )


@dataclass(frozen=True, slots=True)
class ReleaseCatalog:
    """Every year with its months, newest first."""

    package: str
    years: tuple[tuple[str, tuple[Period, ...]], ...]
    release_count: int
    root: str = "../"


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service of the reference in a list: how many operations it has, and the last line that told of it."""

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
        """The services by the first letter of their title; `0-9` for those that open with none."""
        return services_by_letter(self.services)


@dataclass(frozen=True, slots=True)
class SiteIndex:
    """The first page: the newest releases, the months with the others, and the services of the reference."""

    package: str
    latest_release: str
    releases: tuple[ReleaseRecord, ...]
    release_count: int
    periods: tuple[Period, ...]
    services: tuple[ServiceLine, ...]
    severities: tuple[str, ...] = ()
    root: str = ""

    @property
    def feeds(self) -> tuple[tuple[str, str], ...]:
        """What a reader may follow: words, and a file beside the page."""
        return ("Feed", "feed.atom"), ("Feed of breaking changes", "breaking/feed.atom")

    @property
    def listed_services(self) -> tuple[ServiceLine, ...]:
        """All services if they are few, else none: then there is a page for them."""
        return self.services if len(self.services) <= MAX_LISTED_SERVICES else ()

    @property
    def letters(self) -> tuple[str, ...]:
        """The first letters of the services."""
        return tuple(letter for letter, _ in services_by_letter(self.services))


def site_index(
    package: str, latest_release: str, records: Sequence[ReleaseRecord], services: Sequence[ServiceLine]
) -> SiteIndex:
    """The first page; `records` come oldest first."""
    shown = _newest_records(reversed(records))
    severities = tuple(
        word for word in SEVERITY_PAGES if any(_record_with_severity(record, word) for record in records)
    )
    return SiteIndex(
        package, latest_release, shown, len(records), release_periods(records), tuple(services), severities=severities
    )


def release_periods(records: Sequence[ReleaseRecord]) -> tuple[Period, ...]:
    """Releases, given oldest first, by month, and those without a date in parts; the newest first."""
    found: dict[str, list[ReleaseRecord]] = {}
    undated = 0
    for record in records:
        name = record.date[:7].replace("-", "/") or f"{UNDATED}/{undated // MAX_PAGE_LINES + 1}"
        undated += not record.date
        found.setdefault(name, []).append(record)
    dated = sorted((name for name in found if not name.startswith(UNDATED)), reverse=True)
    others = [name for name in reversed(found) if name.startswith(UNDATED)]
    return tuple(
        Period(name, _period_title(name, found[name]), f"releases/{name}/index", tuple(reversed(found[name])))
        for name in (*dated, *others)
    )


def release_catalog(package: str, periods: Sequence[Period]) -> ReleaseCatalog:
    """The index of all releases by year; `found` comes newest first."""
    years = groupby(periods, lambda period: period.name.partition("/")[0])
    return ReleaseCatalog(
        package,
        tuple((year, tuple(months)) for year, months in years),
        sum(len(period.records) for period in periods),
    )


def period_timelines(periods: Sequence[Period]) -> Iterable[tuple[str, Timeline]]:
    """The page of each period, as path and view."""
    trail = (NavigationLink("Releases", "releases/index"),)
    for at, period in enumerate(periods):
        newer, older = periods[at - 1] if at else None, periods[at + 1] if at + 1 < len(periods) else None
        yield (
            period.path,
            Timeline(
                title=f"API changes: {period.title}",
                intro=f"{period.size_text}.",
                records=period.records,
                ancestors=trail,
                newer=NavigationLink(newer.title, newer.path) if newer else None,
                older=NavigationLink(older.title, older.path) if older else None,
                root="../" * period.path.count("/"),
            ),
        )


SEVERITY_PAGES: Mapping[str, tuple[str, str]] = {
    "breaking": ("Breaking changes", "Changes that break those who call the service, newest first."),
    "dangerous": ("Dangerous changes", "Changes that may break those who call the service, newest first."),
}
"""The severities that have pages of their own: their titles, and what they say of themselves."""


def severity_timelines(records: Sequence[ReleaseRecord], severity: str) -> Iterable[tuple[str, Timeline]]:
    """Only what has a change of this severity: the newest, and all by year if they are many, as path and view."""
    found = tuple(record for each in reversed(records) if (record := _record_with_severity(each, severity)))
    title, intro = SEVERITY_PAGES[severity]
    yield from split_by_year(
        f"{severity}/index", Timeline(title, intro, found, ancestors=(NavigationLink("Releases", "releases/index"),))
    )


def service_timelines(service: str, title: str, summaries: Sequence[NotesSummary]) -> Iterable[tuple[str, Timeline]]:
    """All releases that changed a service, by year if they are many; `mentions` come newest first."""
    records = tuple(ReleaseRecord(each.release, each.previous, each.date, (each,)) for each in summaries)
    path = f"services/{service}/index"
    intro = f"{counted(len({each.release for each in summaries}), 'release')} changed {title}, newest first."
    trail = (NavigationLink("Services", "services/index"), NavigationLink(title, path))
    whole = Timeline(f"{title}: all changes", intro, records, trail, service=service)
    yield from split_by_year(f"services/{service}/history/index", whole)


def split_by_year(path: str, whole: Timeline) -> Iterable[tuple[str, Timeline]]:
    """A page, and if it would be long a page for each year; then the first one has the newest lines, and links.

    A year that would be very long has pages for its months in the same way.
    """
    yield from _split_timeline(
        path, replace(whole, root="../" * path.count("/")), whole.title, ((4, MAX_PAGE_LINES), (7, MAX_YEAR_LINES))
    )


def _split_timeline(
    path: str, whole: Timeline, title: str, levels: tuple[tuple[int, int], ...]
) -> Iterable[tuple[str, Timeline]]:
    """`levels` are the letters of a date that name a part, and the lines from which there are such parts."""
    if not levels or sum(len(record.notes) + len(record.events) for record in whole.records) <= levels[0][1]:
        yield path, whole
        return
    parts: dict[str, list[ReleaseRecord]] = {}
    for record in whole.records:
        parts.setdefault(record.date[: levels[0][0]] or UNDATED, []).append(record)
    folder = path.removesuffix("index")
    links = [
        NavigationLink(
            _period_label(name), f"{folder}{name.rpartition('-')[2]}/index", counted(len(records), "release")
        )
        for name, records in parts.items()
    ]
    yield path, replace(whole, records=_newest_records(whole.records), parts=tuple(links))
    for at, (link, (name, records)) in enumerate(zip(links, parts.items(), strict=True)):
        part = replace(
            whole,
            title=f"{title}, {link.label}",
            records=tuple(records),
            ancestors=(*whole.ancestors, NavigationLink(whole.title, path)),
            newer=links[at - 1] if at else None,
            older=links[at + 1] if at + 1 < len(links) else None,
            root=whole.root + "../",
        )
        yield from _split_timeline(link.path, part, title, () if name == UNDATED else levels[1:])


def _period_label(name: str) -> str:
    """`2023`, `July 2023`, `undated`."""
    year, _, month = name.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}" if month else year


def services_by_letter(services: Sequence[ServiceLine]) -> tuple[tuple[str, tuple[ServiceLine, ...]], ...]:
    """Services by the first letter of their title, A to Z; what opens with no letter comes first, as `0-9`."""

    def letter(line: ServiceLine) -> str:
        first = line.title[:1].upper()
        return first if "A" <= first <= "Z" else "0-9"

    ordered = sorted(services, key=lambda line: (letter(line), line.title.lower(), line.service))
    return tuple((first, tuple(lines)) for first, lines in groupby(ordered, letter))


def _newest_records(records: Iterable[ReleaseRecord]) -> tuple[ReleaseRecord, ...]:
    """As many of the releases, which come newest first, as a reader takes at once; at least one."""
    shown: list[ReleaseRecord] = []
    lines = 0
    for record in records:
        lines += len(record.notes)
        if len(shown) == MAX_NEWEST_RELEASES or (shown and lines > MAX_NEWEST_NOTES):
            break
        shown.append(record)
    return tuple(shown)


def _record_with_severity(record: ReleaseRecord, severity: str) -> ReleaseRecord | None:
    """What a release has of a severity; None if nothing."""
    notes = tuple(each for each in record.notes if each.has_severity(severity))
    events = tuple(each for each in record.events if each.severity == severity)
    return replace(record, notes=notes, events=events) if notes or events else None


def _period_title(name: str, records: Sequence[ReleaseRecord]) -> str:
    year, _, month = name.partition("/")
    if year != UNDATED:
        return _period_label(f"{year}-{month}")
    first, last = records[0].release, records[-1].release
    return f"releases {first} to {last}" if first != last else f"release {first}"
