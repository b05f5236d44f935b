"""Feeds: of all changes, of breaking changes, and of one service. They are made of records only.

The id and the address of an entry never change: they depend on what the entry is about, not on where it appears.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from docgen.pages.index.records import NotableChange, NotesSummary, ReleaseRecord, ServiceEvent, ShapeAdditions
from docgen.printable import json_text, visible_text
from docgen.render.addresses import page_url, relative_root, release_path, service_path
from docgen.render.branding import DEFAULT_TITLE
from docgen.render.templates import feed_environment, reporting_template_errors

if TYPE_CHECKING:
    from pathlib import Path

MAX_FEED_ENTRIES = 60
"""Entries of a feed: about a month of all services. The pages of months have the older ones."""

UNKNOWN_DATE = "1970-01-01"
"""The date of a release without one: a feed requires a date, and every build must give the same."""

_BREAKING = "breaking"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A service in a release, or the introduction of a release. `path` is its page, relative to the site's root."""

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
    """Entries, newest first. `path` is the feed and `page` its page, relative to the root, without extension."""

    id: str
    title: str
    author: str
    path: str
    page: str
    entries: tuple[FeedEntry, ...]
    root: str

    @property
    def updated(self) -> str:
        """The date of the newest entry."""
        return max((entry.date for entry in self.entries), default=UNKNOWN_DATE)


def site_feeds(
    package: str, records: Sequence[ReleaseRecord], services: Mapping[str, str], site_title: str = DEFAULT_TITLE
) -> Iterator[Feed]:
    """Yield every feed of a site.

    Args:
        package: The name of the package, or empty.
        records: The releases, oldest first.
        services: The titles of the services that have a page, by SDK name.
        site_title: The title of the site, with which titles of feeds begin unless it is docgen's own.
    """
    prefix = "" if site_title == DEFAULT_TITLE else f"{site_title}: "
    entries = list(_entries_of_releases(package, records))
    all_entries = [entry for entry, _ in entries]
    yield _build_feed(package, f"{prefix}API changes", "feed", "index", all_entries)
    yield _build_feed(
        package, f"{prefix}Breaking API changes", "breaking/feed", "breaking/index", filter(_is_breaking, all_entries)
    )
    entries_by_service: dict[str, list[FeedEntry]] = {}
    for entry, service in entries:
        entries_by_service.setdefault(service, []).append(entry)
    for service, title in sorted(services.items()):
        service_entries, page = entries_by_service.get(service, []), service_path(service)
        path = service_path(service, inner="feed")
        yield _build_feed(package, f"{prefix}{title}: API changes", path, page, service_entries)
        breaking = filter(_is_breaking, service_entries)
        path = service_path(service, inner="breaking")
        yield _build_feed(package, f"{prefix}{title}: breaking API changes", path, page, breaking)


def render_feed(feed: Feed, base_url: str = "", templates: Path | None = None) -> Iterator[tuple[str, str]]:
    """Yield the files of a feed, as path and text: Atom (RFC 4287) and JSON Feed 1.1.

    Args:
        feed: The feed.
        base_url: URL of the site, ending with a slash. Without it, links in the Atom feed are relative to the feed.
        templates: A folder whose files replace docgen's own templates.

    Raises:
        UsageError: A template of `templates` does not work.
    """
    with reporting_template_errors(templates):
        environment = feed_environment(templates)
        entry_template = environment.get_template("entry.html.j2")
        content_by_id = {entry.id: entry_template.render(entry=entry) for entry in feed.entries}
        atom = environment.get_template("feed.atom.j2").render(
            feed=feed,
            content_by_id=content_by_id,
            self_url=f"{base_url or feed.root}{feed.path}.atom",
            page_url=_feed_page_url(feed.page, feed.root, base_url),
            entry_urls={entry.id: _feed_page_url(entry.path, feed.root, base_url) for entry in feed.entries},
        )
    yield f"{feed.path}.atom", visible_text(atom)
    data = json.dumps(feed_data(feed, base_url, content_by_id), ensure_ascii=False, indent=2)
    yield f"{feed.path}.json", json_text(data) + "\n"


def _feed_page_url(path: str, root: str, base_url: str) -> str:
    """Return the link to a page: its URL if that of the site is known, else its file relative to the feed."""
    return page_url(path, base_url) if base_url else f"{root}{path}.html"


def feed_data(feed: Feed, base_url: str, content_by_id: Mapping[str, str]) -> dict[str, Any]:
    """Return a feed as JSON Feed 1.1 (jsonfeed.org).

    Args:
        feed: The feed.
        base_url: The URL of the site, or empty. JSON Feed requires absolute URLs, so there are none without it.
        content_by_id: The HTML of each entry, by its id.
    """
    urls = (
        {"home_page_url": page_url(feed.page, base_url), "feed_url": f"{base_url}{feed.path}.json"} if base_url else {}
    )
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        **urls,
        "authors": [{"name": feed.author}],
        "language": "en",
        "items": [
            {
                "id": entry.id,
                **({"url": page_url(entry.path, base_url)} if base_url else {}),
                "title": entry.title,
                "content_html": content_by_id[entry.id],
                "date_published": f"{entry.date}T00:00:00Z",
                "tags": list(entry.tags),
            }
            for entry in feed.entries
        ],
    }


def _build_feed(package: str, title: str, path: str, page: str, entries: Iterable[FeedEntry]) -> Feed:
    full_title = f"{title} ({package})" if package else title
    newest = tuple(entries)[::-1][:MAX_FEED_ENTRIES]
    return Feed(_permanent_id(package, path), full_title, package or "docgen", path, page, newest, relative_root(path))


def _entries_of_releases(package: str, records: Iterable[ReleaseRecord]) -> Iterator[tuple[FeedEntry, str]]:
    """Yield the entries of all releases, oldest first, each with its service; an introduction has none."""
    for record in records:
        date, release_label = record.date or UNKNOWN_DATE, f"{package} {record.release}".strip()
        events: dict[str, list[ServiceEvent]] = {}
        for event in record.events:
            events.setdefault(event.service, []).append(event)
        for service, service_events in sorted(events.items(), reverse=True):
            yield _entry_of_events(package, record, service, service_events, release_label, date), service
        for summary in reversed(record.notes):
            yield _entry_of_notes(package, summary, release_label, date), summary.service
        if record.introduction:
            path = release_path(record.release)
            yield (
                FeedEntry(_permanent_id(package, path), release_label, path, date, introduction=record.introduction),
                "",
            )


def _entry_of_notes(package: str, summary: NotesSummary, release_label: str, date: str) -> FeedEntry:
    breaking_count = dict(summary.severities).get(_BREAKING)
    breaking_text = f", {breaking_count} breaking" if breaking_count else ""
    return FeedEntry(
        id=_permanent_id(package, summary.path),
        title=f"{summary.title} in {release_label}: {summary.counts_text}{breaking_text}",
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
    path = release_path(record.release)
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
    """Return an id that is unique and never changes (RFC 9562 5.5, RFC 4287 4.2.6)."""
    return uuid5(NAMESPACE_URL, "\n".join(("docgen", *parts))).urn
