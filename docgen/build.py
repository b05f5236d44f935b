"""Joins the steps: releases in, pages out. The only module that knows them all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from docgen import pages, schema
from docgen.compare import came_and_went, compare_models, pair
from docgen.history.ages import Ages
from docgen.history.history import History
from docgen.model import Service, parse
from docgen.pages import Mention, Page, ReleaseIndex, ServiceIndex, ServiceNotes
from docgen.publish import Published, publish
from docgen.render import FORMATS, render, style_sheet
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


def build(
    source: Source,
    output: Path,
    formats: Sequence[str] = tuple(FORMATS),
    *,
    chosen: Chosen | None = None,
    history: History | None = None,
) -> str:
    """Write the change notes of the chosen releases of `source` and the reference of the newest of them below `output`.

    Without a choice these are all. A `history` adds to the reference since when everything is there. Returns one line
    that says what was done. Raises `ModelError`, `SourceError`, `UsageError` and `OutputError`.
    """
    releases = source.releases()
    site = _Site((chosen or Chosen())(releases), formats, history)
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
        self, chosen: tuple[Release | None, Sequence[Release]], formats: Sequence[str], history: History | None
    ) -> None:
        self.before, self.releases = chosen
        self.newest = self.releases[-1]
        self.history = history
        self.number = history.find_release(self.newest.name).number if history else 0
        self.dated = [(release.name, release.date or "") for release in history.releases] if history else []
        self.formats = tuple(name for name in FORMATS if name in formats)
        self.noted = 0
        self.operations = 0
        self.of_service: dict[str, list[Mention]] = {}
        self.of_operation: dict[tuple[str, str], list[Mention]] = {}

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file of the site, as path and content."""
        for page in self.pages():
            formats = page.among(self.formats)
            for name in formats:
                text = render(page, name, twins=formats)
                yield page.path + FORMATS[name].extension, text.encode()
        if "html" in self.formats:
            yield "static/site.css", style_sheet().encode()
        if "json" in self.formats:
            for name in schema.PUBLISHED:
                yield f"schema/{name}.schema.json", schema.text(name).encode()

    def pages(self) -> Iterator[Page]:
        """Every page. Notes come first: the reference tells in which releases an operation changed."""
        indexes: list[ReleaseIndex] = []
        previous = self.before
        for release in self.releases:
            mentions = []
            for notes in release_notes(previous, release):
                path = self.path_of(notes, release)
                mentions.append(self.remember(notes, path))
                reference = self.reference_of(notes.service)
                yield from pages.notes_pages(replace(notes, root=_root(path), reference=reference), path)
            indexes.append(release_index(previous, release, mentions))
            yield pages.release_page(indexes[-1], f"releases/{release.name}/index")
            previous = release
        services = []
        for file in self.newest.newest():
            service = parse(file.read(), file.place)
            services.append(self.service_of(file.service, service))
            yield pages.service_page(services[-1], f"services/{file.service}/index")
            yield from self.reference(file.service, service)
        yield pages.rules_page(pages.RulesIndex(tuple(RULES.values())), "rules/index")
        for id, rule in RULES.items():
            yield pages.rule_page(pages.RulePage(rule), f"rules/{id}/index")
        newest = self.newest
        yield pages.site_page(
            pages.SiteIndex(newest.package, newest.name, tuple(reversed(indexes)), tuple(services)), "index"
        )

    def reference(self, name: str, service: Service) -> Iterator[Page]:
        ages = Ages(self.history, name, self.number) if self.history else None
        for operation in service.operations.values():
            self.operations += 1
            path = f"services/{name}/{operation.name}/index"
            mentions = self.of_operation.get((name, operation.name), ())
            age = ages.of_view if ages else None
            page = pages.operation_page(service, operation, name, reversed(mentions), age, self.dated)
            yield from pages.reference_pages(replace(page, root=_root(path)), path)

    def service_of(self, name: str, service: Service) -> ServiceIndex:
        index = pages.service_index(service, name, reversed(self.of_service.get(name, ())))
        return replace(index, root="../../")

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
