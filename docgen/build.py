"""Joins the steps: releases in, pages out. The only module that knows them all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from docgen import pages, schema
from docgen.compare import came_and_went, compare_models, pair
from docgen.diff import diff
from docgen.errors import UsageError
from docgen.history.ages import Ages, gone_services
from docgen.history.history import History
from docgen.model import MAX_NESTING_BESIDE, Service, load_json, parse
from docgen.names import closest, find_operation
from docgen.pages import (
    Comparison,
    LifecycleLine,
    Mention,
    Page,
    ReleaseIndex,
    ReleaseRecord,
    ServiceLine,
    ServiceNotes,
    SiteIndex,
)
from docgen.publish import Published, publish
from docgen.render import FORMATS, render, render_feed, script, style_sheet
from docgen.rules import RULES, Change
from docgen.sources import Chosen, ModelFile, Release, Source, summary_of


def release_notes(old: Release | None, new: Release, services: Collection[str] = ()) -> Iterator[ServiceNotes]:
    """The change notes of `new` against `old`, service by service; of all services, or of those named.

    Services in which nothing but documentation changed are left out. Raises `ModelError` and `SourceError`.
    """
    if old is None:
        return
    for before, after in _pairs(old, new, services):
        delta = compare_models(before, after, beside=not (old.single or new.single))
        if delta is None:
            continue
        summary = summary_of(new, after.service)
        notes = pages.service_notes(
            delta,
            release=new.name,
            previous=old.name,
            package=new.package,
            date=new.date or "",
            summary=summary,
            summaries_known=bool(summary) or new.summaries is not None,
        )
        if notes.is_told:
            yield notes


def _pairs(old: Release, new: Release, services: Collection[str]) -> Iterator[tuple[ModelFile | None, ModelFile]]:
    """The models of `new`, each with what it is compared with.

    That is the same API version, else the one that clients used until then. Files by themselves belong together.
    """
    if old.single or new.single:
        yield pair(old, new, services)
        return
    for file in new.files:
        if not services or file.service in services:
            yield old.find(file.service, file.api_version) or old.latest(file.service), file


def release_changes(old: Release | None, new: Release, services: Collection[str] = ()) -> tuple[Change, ...]:
    """The services and API versions that came or went; a first release and files by themselves have nothing to say."""
    return () if old is None or old.single or new.single else came_and_went(old, new, services)


def diff_data(old: Release, new: Release, services: Collection[str] = ()) -> dict[str, Any]:
    """All notes between two releases as one JSON document; of all services, or of those named."""
    return {
        "package": new.package,
        "release": new.name,
        "previous": old.name,
        "date": new.date,
        "changes": [pages.change_data(change) for change in release_changes(old, new, services)],
        "services": [pages.notes_data(each) for each in release_notes(old, new, services)],
    }


def compare_operation(old: Release, new: Release, service: str, operation: str) -> Comparison:
    """One operation in two releases, side by side; `operation` may be spelt as in Python.

    Raises `ModelError`, `SourceError`, and `UsageError` where neither release has it.
    """
    before, after = old.latest(service), new.latest(service)
    if old.single or new.single:
        before, after = pair(old, new, (service,))
    there, here = (parse(file.read(), file.place) if file else Service({}, {}, {}) for file in (before, after))
    known = {**there.operations, **here.operations}
    found = find_operation(operation, known)
    if found is None:
        problem = f"{service}: no operation {operation!r} in {old.name} or {new.name}"
        raise UsageError(closest(operation, known, problem))
    dates = old.date or "", new.date or ""
    return pages.comparison(diff(there, here, service), found, old=old.name, new=new.name, dates=dates)


def build(
    source: Source,
    output: Path,
    formats: Sequence[str] = tuple(FORMATS),
    *,
    chosen: Chosen | None = None,
    history: History | None = None,
    url: str = "",
) -> str:
    """Write the change notes of the chosen releases of `source` and the reference of the newest of them below `output`.

    Without a choice these are all. A `history` adds to the reference since when everything is there. With the `url` of
    the site, which ends with a slash, pages say where they are and there is a sitemap. Returns one line that says what
    was done. Raises `ModelError`, `SourceError`, `UsageError` and `OutputError`.
    """
    releases = source.releases()
    site = _Site((chosen or Chosen())(releases), formats, history, url)
    published = publish(output, site.files())
    return _told(output, site, published)


def _told(output: Path, site: _Site, published: Published) -> str:
    made = ", ".join(
        (
            _count(len(site.releases), "release"),
            _count(site.noted, "page") + " of change notes",
            f"reference of {_count(site.operations, 'operation')}",
        )
    )
    line = f"{output}: {made}; {_count(published.written, 'file')} written, {published.unchanged} unchanged"
    line += f", {published.removed} removed" if published.removed else ""
    kept = f"; left alone, because edited by hand: {', '.join(published.kept)}" if published.kept else ""
    return line + kept


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


class _Site:
    """The pages of one build, made one at a time; what an index says of a page is kept as the page goes by."""

    def __init__(
        self,
        chosen: tuple[Release | None, Sequence[Release]],
        formats: Sequence[str],
        history: History | None,
        url: str = "",
    ) -> None:
        self.before, self.releases = chosen
        self.newest = self.releases[-1]
        self.history = history
        self.number = history.find_release(self.newest.name).number if history else 0
        self.dated = [(release.name, release.date or "") for release in history.releases] if history else []
        self.formats = tuple(name for name in FORMATS if name in formats)
        self.url = url
        self.noted = 0
        self.operations = 0
        self.of_service: dict[str, list[Mention]] = {}
        self.of_operation: dict[tuple[str, str], list[Mention]] = {}
        self.records: list[ReleaseRecord] = []
        self.services: list[ServiceLine] = []
        self.lives: list[LifecycleLine] = []

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file of the site, as path and content."""
        written: list[tuple[str, str]] = []
        for page in self.pages():
            written.append((page.path, page.date))
            for name in self.formats:
                text = render(page, name, twins=self.formats, url=self.url)
                yield page.path + FORMATS[name].extension, text.encode()
        if "html" in self.formats:
            yield from self.around(written)
        if "markdown" in self.formats:
            yield "llms.txt", render(pages.machines_page(self.index(), "llms"), "markdown").encode()
        if "json" in self.formats:
            for name in schema.PUBLISHED:
                yield f"schema/{name}.schema.json", schema.text(name).encode()

    def around(self, written: Iterable[tuple[str, str]]) -> Iterator[tuple[str, bytes]]:
        """What belongs to the HTML pages as a whole."""
        yield "static/site.css", style_sheet().encode()
        yield "static/site.js", script().encode()
        yield "404.html", render(pages.not_found_page(self.url), "html", standalone=True).encode()
        yield "robots.txt", pages.robots(self.url).encode()
        titles = {line.service: line.title for line in self.services}
        for feed in pages.feeds(self.newest.package, self.records, titles):
            for path, text in render_feed(feed, self.url):
                yield path, text.encode()
        if self.url:
            for name, text in pages.sitemaps(self.url, written):
                yield name, text.encode()

    def pages(self) -> Iterator[Page]:
        """Every page. Notes come first: the reference tells in which releases an operation changed."""
        previous = self.before
        for release, following in zip(self.releases, (*self.releases[1:], None), strict=True):
            yield from self.notes(previous, release, following.name if following else "")
            previous = release
        for file in self.newest.newest():
            yield from self.service(file)
        yield from self.lifecycle()
        yield from self.timeline()
        yield pages.rules_page(pages.RulesIndex(tuple(RULES.values())), "rules/index")
        for id, rule in RULES.items():
            yield pages.rule_page(pages.RulePage(rule), f"rules/{id}/index")
        yield pages.site_page(self.index(), "index")

    def notes(self, previous: Release | None, release: Release, following: str) -> Iterator[Page]:
        """The page of a release and of each service that changed in it."""
        mentions = []
        # A release before the first one of the site has no page.
        preceding = previous.name if previous and previous is not self.before else ""
        for notes in release_notes(previous, release):
            path = self.path_of(notes, release)
            told = self.of_service.get(notes.service)
            earlier = (told[-1].release, told[-1].path) if told else ("", "")
            reference = self.reference_of(notes.service)
            mentions.append(self.remember(notes, path))
            yield pages.notes_page(
                replace(
                    notes,
                    root=_root(path),
                    reference=reference,
                    previous_page=preceding,
                    next_page=following,
                    earlier=earlier,
                    has_service_page=self.newest.latest(notes.service) is not None,
                ),
                path,
            )
        index = release_index(previous, release, mentions)
        index = replace(index, previous_page=preceding, next_page=following)
        self.records.append(index.record)
        yield pages.release_page(index, f"releases/{release.name}/index")

    def service(self, file: ModelFile) -> Iterator[Page]:
        """The pages of a service: itself, its operations, its history, what is deprecated in it."""
        name, service = file.service, parse(file.read(), file.place)
        mentions = self.of_service.get(name, [])
        beside = pages.beside(_siblings(file))
        ages = Ages(self.history, name, self.number) if self.history else None
        life = pages.lifecycle(
            service, name, ages.lived() if ages else pages.Lived(), pages.removed_operations(mentions)
        )
        since = {id: self.dated[number - 1][0] for id, number in ages.since().items() if number > 1} if ages else {}
        index = pages.service_index(
            service,
            name,
            reversed(mentions),
            api_versions=[each.api_version for each in self.newest.files if each.service == name],
            beside=beside,
            lifecycle=life,
            since=since,
        )
        self.services.append(pages.service_line(index))
        yield pages.service_page(replace(index, root="../../"), f"services/{name}/index")
        for operation in service.operations.values():
            self.operations += 1
            path = f"services/{name}/{operation.name}/index"
            of_operation = self.of_operation.get((name, operation.name), ())
            age = ages.of_view if ages else None
            page = pages.operation_page(service, operation, name, reversed(of_operation), age, self.dated, beside)
            yield pages.reference_page(replace(page, root=_root(path)), path)
        if mentions:
            for path, timeline in pages.history_pages(name, index.title, index.history):
                yield pages.timeline_page(timeline, path)
        if life.is_told:
            self.lives.append(pages.lifecycle_line(life))
            yield pages.lifecycle_page(replace(life, root="../../"), f"lifecycle/{name}/index")

    def lifecycle(self) -> Iterator[Page]:
        """What is deprecated and gone in all services."""
        newest = self.newest
        if self.history:
            gone = gone_services(self.history, self.number)
        else:
            gone = pages.removed_services(self.records, newest.services())
        index = pages.LifecycleIndex(newest.package, newest.name, tuple(self.lives), gone, self.history is not None)
        yield pages.lifecycle_index_page(index, "lifecycle/index")

    def timeline(self) -> Iterator[Page]:
        """Releases by month and by severity, and services A to Z."""
        package, newest = self.newest.package, self.newest.name
        periods = pages.periods(self.records)
        yield pages.releases_page(pages.releases(package, periods), "releases/index")
        found = [pages.period_pages(periods), *(pages.severity_pages(self.records, each) for each in pages.JUDGED)]
        for path, timeline in chain.from_iterable(found):
            yield pages.timeline_page(timeline, path)
        yield pages.catalog_page(pages.Catalog(package, newest, tuple(self.services)), "services/index")

    def index(self) -> SiteIndex:
        """The first page, when all others were made."""
        return pages.site_index(self.newest.package, self.newest.name, self.records, self.services)

    @cache  # noqa: B019 - lives as long as the build
    def reference_of(self, service: str) -> frozenset[str]:
        """The operations of `service` that have a reference page."""
        file = self.newest.latest(service)
        return frozenset(parse(file.read(), file.place).operations) if file else frozenset()

    def path_of(self, notes: ServiceNotes, release: Release) -> str:
        newest = release.latest(notes.service)
        inner = "" if newest is None or newest.api_version == notes.api_version else f"{notes.api_version}/"
        return f"releases/{notes.release}/{notes.service}/{inner}index"

    def remember(self, notes: ServiceNotes, path: str) -> Mention:
        self.noted += 1
        mention = pages.mention(notes, path)
        self.of_service.setdefault(notes.service, []).append(mention)
        for view in notes.operations:
            self.of_operation.setdefault((notes.service, view.name), []).append(mention)
        return mention


def _siblings(file: ModelFile) -> dict[str, Any]:
    """The files beside a model that its pages tell of, decoded."""
    found = ((name, file.siblings[name]) for name in pages.FILES if name in file.siblings)
    return {name: load_json(each.read(), each.place, MAX_NESTING_BESIDE) for name, each in found}


def release_index(
    old: Release | None, new: Release, mentions: Sequence[Mention] = (), services: Collection[str] = ()
) -> ReleaseIndex:
    """What a release says of itself, with the lines that lead to its notes."""
    return ReleaseIndex(
        package=new.package,
        release=new.name,
        previous=old.name if old else "",
        date=new.date or "",
        notes=tuple(mentions),
        changes=release_changes(old, new, services),
        root="../../",
    )


def _root(path: str) -> str:
    return "../" * path.count("/")
