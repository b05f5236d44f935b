"""What readers follow: feeds of everything, of breaking changes, and of one service, made of records alone.

An entry's id and address never change: they are made from what it tells of, not from where it is told or how.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from docgen.pages.index.records import Attention, Event, Gain, Mention, ReleaseRecord
from docgen.render.addresses import address_of

LENGTH = 60
"""Entries of a feed: a month of all services. Who reads less often has the pages of months."""

UNKNOWN = "1970-01-01"
"""The day of a release without a date: a feed must say one, and two builds must say the same."""

_BREAKING = "breaking"


@dataclass(frozen=True, slots=True)
class Entry:
    """A service in a release, or what a release says of itself, as a feed tells it.

    `path` is its page from the root of the site, without extension.
    """

    id: str
    title: str
    path: str
    date: str
    summary: str = ""
    attention: tuple[Attention, ...] = ()
    more_attention: int = 0
    operations: tuple[str, ...] = ()
    more_operations: int = 0
    gains: tuple[Gain, ...] = ()
    more_gains: int = 0
    removed: tuple[str, ...] = ()
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
    entries: tuple[Entry, ...]
    root: str

    @property
    def updated(self) -> str:
        """The day of the newest entry."""
        return max((entry.date for entry in self.entries), default=UNKNOWN)


def feeds(package: str, records: Sequence[ReleaseRecord], services: Mapping[str, str]) -> Iterator[Feed]:
    """Every feed of a site from its releases, oldest first, and the titles of the services that have a page."""
    entries = list(_entries(package, records))
    everything = [entry for entry, _ in entries]
    yield _feed(package, "API changes", "feed", "index", everything)
    yield _feed(package, "Breaking API changes", "breaking/feed", "breaking/index", filter(_is_breaking, everything))
    of_service: dict[str, list[Entry]] = {}
    for entry, service in entries:
        of_service.setdefault(service, []).append(entry)
    for service, title in sorted(services.items()):
        found, folder = of_service.get(service, []), f"services/{service}"
        yield _feed(package, f"{title}: API changes", f"{folder}/feed", f"{folder}/index", found)
        breaking = filter(_is_breaking, found)
        yield _feed(package, f"{title}: breaking API changes", f"{folder}/breaking", f"{folder}/index", breaking)


def feed_data(feed: Feed, url: str, html: Mapping[str, str]) -> dict[str, Any]:
    """A feed as JSON Feed 1.1 (jsonfeed.org); `html` has the content of each entry by its id.

    Addresses must be absolute there, so without the `url` of the site there are none.
    """
    addresses = {"home_page_url": address_of(feed.page, url), "feed_url": f"{url}{feed.path}.json"} if url else {}
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        **addresses,
        "authors": [{"name": feed.author}],
        "language": "en",
        "items": [
            {
                "id": entry.id,
                **({"url": address_of(entry.path, url)} if url else {}),
                "title": entry.title,
                "content_html": html[entry.id],
                "date_published": f"{entry.date}T00:00:00Z",
                "tags": list(entry.tags),
            }
            for entry in feed.entries
        ],
    }


def _feed(package: str, title: str, path: str, page: str, entries: Iterable[Entry]) -> Feed:
    named = f"{title} ({package})" if package else title
    newest = tuple(entries)[::-1][:LENGTH]
    return Feed(_id(package, path), named, package or "docgen", path, page, newest, "../" * path.count("/"))


def _entries(package: str, records: Iterable[ReleaseRecord]) -> Iterator[tuple[Entry, str]]:
    """The entries of all releases, oldest first, each with its service, or with none: a release's introduction."""
    for record in records:
        date, of = record.date or UNKNOWN, f"{package} {record.release}".strip()
        events: dict[str, list[Event]] = {}
        for event in record.events:
            events.setdefault(event.service, []).append(event)
        for service, found in sorted(events.items(), reverse=True):
            yield _of_events(package, record, service, found, of, date), service
        for mention in reversed(record.notes):
            yield _of_mention(package, mention, of, date), mention.service
        if record.introduction:
            path = f"releases/{record.release}/index"
            yield Entry(_id(package, path), of, path, date, introduction=record.introduction), ""


def _of_mention(package: str, mention: Mention, of: str, date: str) -> Entry:
    counted = dict(mention.severities).get(_BREAKING)
    breaking = f", {counted} breaking" if counted else ""
    return Entry(
        id=_id(package, mention.path),
        title=f"{mention.title} in {of}: {mention.counts}{breaking}",
        path=mention.path,
        date=date,
        summary=mention.summary,
        attention=mention.attention,
        more_attention=mention.more_attention,
        operations=mention.operations,
        more_operations=mention.more_operations,
        gains=mention.gains,
        more_gains=mention.more_gains,
        removed=mention.removed,
        tags=(mention.service, *(word for word, _ in mention.severities)),
    )


def _of_events(package: str, record: ReleaseRecord, service: str, events: Sequence[Event], of: str, date: str) -> Entry:
    path = f"releases/{record.release}/index"
    return Entry(
        id=_id(package, f"{path} {service}"),
        title=f"{of}: {events[0].message}",
        path=path,
        date=date,
        attention=tuple(Attention(event.severity, event.message, "") for event in events),
        tags=(service, *sorted({event.severity for event in events})),
    )


def _is_breaking(entry: Entry) -> bool:
    return _BREAKING in entry.tags


def _id(*parts: str) -> str:
    """A name that nothing else has, for ever (RFC 9562 5.5, RFC 4287 4.2.6): of what it tells, wherever that stands."""
    return uuid5(NAMESPACE_URL, "\n".join(("docgen", *parts))).urn
