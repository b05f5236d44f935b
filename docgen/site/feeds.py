"""What readers follow: feeds of everything, of breaking changes, and of one service, made of records alone.

An entry's id and address never change: they are made from what it tells of, not from where it is told or how.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from docgen.pages.index.records import NotableChange, NotesSummary, ReleaseRecord, ServiceEvent, ShapeAdditions
from docgen.render.addresses import address_of

MAX_FEED_ENTRIES = 60
"""Entries of a feed: a month of all services. Who reads less often has the pages of months."""

UNKNOWN_DATE = "1970-01-01"
"""The day of a release without a date: a feed must say one, and two builds must say the same."""

_BREAKING = "breaking"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A service in a release, or what a release says of itself, as a feed tells it.

    `path` is its page from the root of the site, without extension.
    """

    id: str
    title: str
    path: str
    date: str
    summary: str = ""
    notable_changes: tuple[NotableChange, ...] = ()
    more_notable_changes: int = 0
    new_operations: tuple[str, ...] = ()
    more_new_operations: int = 0
    shape_additions: tuple[ShapeAdditions, ...] = ()
    more_shape_additions: int = 0
    removed_operations: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    introduction: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """Entries, newest first. `path` is its own and `page` its page's, from the root of the site, without extension."""

    id: str
    title: str
    author: str
    path: str
    page: str
    entries: tuple[FeedEntry, ...]
    root: str

    @property
    def updated(self) -> str:
        """The day of the newest entry."""
        return max((entry.date for entry in self.entries), default=UNKNOWN_DATE)


def site_feeds(package: str, records: Sequence[ReleaseRecord], services: Mapping[str, str]) -> Iterator[Feed]:
    """Every feed of a site from its releases, oldest first, and the titles of the services that have a page."""
    entries = list(_entries_of_releases(package, records))
    everything = [entry for entry, _ in entries]
    yield _build_feed(package, "API changes", "feed", "index", everything)
    yield _build_feed(
        package, "Breaking API changes", "breaking/feed", "breaking/index", filter(_is_breaking, everything)
    )
    of_service: dict[str, list[FeedEntry]] = {}
    for entry, service in entries:
        of_service.setdefault(service, []).append(entry)
    for service, title in sorted(services.items()):
        found, folder = of_service.get(service, []), f"services/{service}"
        yield _build_feed(package, f"{title}: API changes", f"{folder}/feed", f"{folder}/index", found)
        breaking = filter(_is_breaking, found)
        yield _build_feed(package, f"{title}: breaking API changes", f"{folder}/breaking", f"{folder}/index", breaking)


def feed_data(feed: Feed, base_url: str, content_by_id: Mapping[str, str]) -> dict[str, Any]:
    """A feed as JSON Feed 1.1 (jsonfeed.org); `html` has the content of each entry by its id.

    Addresses must be absolute there, so without the `url` of the site there are none.
    """
    addresses = (
        {"home_page_url": address_of(feed.page, base_url), "feed_url": f"{base_url}{feed.path}.json"}
        if base_url
        else {}
    )
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        **addresses,
        "authors": [{"name": feed.author}],
        "language": "en",
        "items": [
            {
                "id": entry.id,
                **({"url": address_of(entry.path, base_url)} if base_url else {}),
                "title": entry.title,
                "content_html": content_by_id[entry.id],
                "date_published": f"{entry.date}T00:00:00Z",
                "tags": list(entry.tags),
            }
            for entry in feed.entries
        ],
    }


def _build_feed(package: str, title: str, path: str, page: str, entries: Iterable[FeedEntry]) -> Feed:
    named = f"{title} ({package})" if package else title
    newest = tuple(entries)[::-1][:MAX_FEED_ENTRIES]
    return Feed(_permanent_id(package, path), named, package or "docgen", path, page, newest, "../" * path.count("/"))


def _entries_of_releases(package: str, records: Iterable[ReleaseRecord]) -> Iterator[tuple[FeedEntry, str]]:
    """The entries of all releases, oldest first, each with its service, or with none: a release's introduction."""
    for record in records:
        date, of = record.date or UNKNOWN_DATE, f"{package} {record.release}".strip()
        events: dict[str, list[ServiceEvent]] = {}
        for event in record.events:
            events.setdefault(event.service, []).append(event)
        for service, found in sorted(events.items(), reverse=True):
            yield _entry_of_events(package, record, service, found, of, date), service
        for mention in reversed(record.notes):
            yield _entry_of_notes(package, mention, of, date), mention.service
        if record.introduction:
            path = f"releases/{record.release}/index"
            yield FeedEntry(_permanent_id(package, path), of, path, date, introduction=record.introduction), ""


def _entry_of_notes(package: str, summary: NotesSummary, release_label: str, date: str) -> FeedEntry:
    counted = dict(summary.severities).get(_BREAKING)
    breaking = f", {counted} breaking" if counted else ""
    return FeedEntry(
        id=_permanent_id(package, summary.path),
        title=f"{summary.title} in {release_label}: {summary.counts_text}{breaking}",
        path=summary.path,
        date=date,
        summary=summary.summary,
        notable_changes=summary.notable_changes,
        more_notable_changes=summary.more_notable_changes,
        new_operations=summary.new_operations,
        more_new_operations=summary.more_new_operations,
        shape_additions=summary.shape_additions,
        more_shape_additions=summary.more_shape_additions,
        removed_operations=summary.removed_operations,
        tags=(summary.service, *(word for word, _ in summary.severities)),
    )


def _entry_of_events(
    package: str, record: ReleaseRecord, service: str, events: Sequence[ServiceEvent], release_label: str, date: str
) -> FeedEntry:
    path = f"releases/{record.release}/index"
    return FeedEntry(
        id=_permanent_id(package, f"{path} {service}"),
        title=f"{release_label}: {events[0].message}",
        path=path,
        date=date,
        notable_changes=tuple(NotableChange(event.severity, event.message, "") for event in events),
        tags=(service, *sorted({event.severity for event in events})),
    )


def _is_breaking(entry: FeedEntry) -> bool:
    return _BREAKING in entry.tags


def _permanent_id(*parts: str) -> str:
    """A name that nothing else has, for ever (RFC 9562 5.5, RFC 4287 4.2.6): of what it tells, wherever that stands."""
    return uuid5(NAMESPACE_URL, "\n".join(("docgen", *parts))).urn
