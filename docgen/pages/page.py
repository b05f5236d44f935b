"""A page: a path, a template, what it shows, what it says of itself, and its JSON twin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docgen.pages.data import (
    catalog_data,
    notes_data,
    operation_data,
    release_data,
    releases_data,
    service_data,
    site_data,
    timeline_data,
)
from docgen.pages.index.lifecycle import Lifecycle, LifecycleIndex, lifecycle_data, lifecycle_index_data
from docgen.pages.index.release import OperationPage, ReleaseIndex, RulePage, RulesIndex
from docgen.pages.index.removed import GonePage, gone_data
from docgen.pages.index.service import ServiceIndex
from docgen.pages.index.timeline import Catalog, Releases, SiteIndex, Timeline
from docgen.pages.notes.announcement import Announcement
from docgen.pages.notes.rollup import LifePage, RollupPage, life_data, rollup_data
from docgen.pages.notes.service_notes import ServiceNotes
from docgen.pages.operation.side_by_side import Comparison, comparison_data
from docgen.pages.sentences import counted, description, first_sentence
from docgen.rules.catalog import as_data
from docgen.rules.rule import RULESET


@dataclass(frozen=True, slots=True)
class Page:
    """A file to write, in whatever formats: `path` has no extension, `template` no folder.

    `data` makes the JSON twin; it is called only when that is wanted. `description` is for search engines and for
    whoever shares the address; `date` is that of the release, where the page is about one. `formats` are all that
    the page has, if not all.
    """

    path: str
    template: str
    view: Any
    data: Callable[[], Mapping[str, Any]]
    description: str = ""
    date: str = ""
    formats: tuple[str, ...] | None = None

    def among(self, formats: Sequence[str]) -> tuple[str, ...]:
        """Those of `formats` that the page has."""
        return tuple(name for name in formats if self.formats is None or name in self.formats)


def notes_page(notes: ServiceNotes, path: str) -> Page:
    """The change notes of a service in a release."""
    said = description(f"{notes.heading}.", notes.summary)
    return Page(path, "notes", notes, lambda: notes_data(notes), said, notes.date)


def life_page(page: LifePage, path: str) -> Page:
    """The life of a service, an operation or an element."""
    return Page(path, "life", page, lambda: life_data(page))


def rollup_page(page: RollupPage, path: str) -> Page:
    """The changes of a range of releases."""
    return Page(path, "rollup", page, lambda: rollup_data(page))


def announcement_page(page: Announcement, preset: str) -> Page:
    """Release notes to publish, of a preset. They are Markdown alone; who wants data asks for a roll-up."""
    return Page("notes", f"notes-{preset}", page, dict)


def reference_page(page: OperationPage, path: str) -> Page:
    """The reference of an operation."""
    said = description(f"{page.title}: {page.operation.name}.", first_sentence(page.operation.documentation))
    return Page(path, "operation", page, lambda: operation_data(page), said)


def release_page(index: ReleaseIndex, path: str) -> Page:
    """The page of a release."""
    name, changed = f"{index.package} {index.release}", counted(len(index.notes), "service")
    names = ", ".join(mention.title for mention in index.worst_first)
    said = description(f"{changed} changed in {name}:", names) if names else description(f"{name}.", index.record.quiet)
    return Page(path, "release", index, lambda: release_data(index), said, index.date)


def rules_page(index: RulesIndex, path: str) -> Page:
    """The table of rules."""
    data = {"ruleset": RULESET, "rules": [as_data(rule) for rule in index.rules]}
    return Page(path, "rules", index, lambda: data, "What each kind of change means to those who call a service.")


def rule_page(page: RulePage, path: str) -> Page:
    """One rule."""
    return Page(path, "rule", page, lambda: as_data(page.rule), description(page.rule.why, page.rule.fix))


def services_page(index: ReleaseIndex, path: str) -> Page:
    """The services and API versions that came or went, alone."""
    return Page(path, "services", index, lambda: release_data(index))


def service_page(index: ServiceIndex, path: str) -> Page:
    """The page of a service."""
    said = description(
        f"{index.title}: {counted(len(index.operations), 'operation')}.", first_sentence(index.documentation)
    )
    return Page(path, "service", index, lambda: service_data(index), said)


def site_page(index: SiteIndex, path: str) -> Page:
    """The first page."""
    numbers = f"{counted(index.number, 'release')} and {counted(len(index.services), 'service')} of {index.package}"
    return Page(path, "index", index, lambda: site_data(index), f"API changes and reference: {numbers}.")


def timeline_page(page: Timeline, path: str) -> Page:
    """Releases in the order of time."""
    return Page(path, "timeline", page, lambda: timeline_data(page), description(f"{page.title}.", page.intro))


def releases_page(page: Releases, path: str) -> Page:
    """Every release by year and month."""
    return Page(path, "releases", page, lambda: releases_data(page), f"All {counted(page.number, 'release')} by month.")


def catalog_page(page: Catalog, path: str) -> Page:
    """Every service, A to Z."""
    said = f"{counted(len(page.services), 'service')} of {page.package} {page.newest}, A to Z."
    return Page(path, "catalog", page, lambda: catalog_data(page), said)


def lifecycle_index_page(page: LifecycleIndex, path: str) -> Page:
    """What is deprecated and gone in all services."""
    said = f"What is deprecated in {page.package} {page.newest}, since when, and what is gone."
    return Page(path, "lifecycle", page, lambda: lifecycle_index_data(page), said)


def lifecycle_page(page: Lifecycle, path: str) -> Page:
    """What is deprecated in a service and what is gone from it."""
    said = f"What is deprecated in {page.title}, since when, and what is gone from it."
    return Page(path, "lifecycle-service", page, lambda: lifecycle_data(page), said)


def gone_page(page: GonePage, path: str) -> Page:
    """What stands in the place of an operation or a service that is no more."""
    return Page(path, "gone", page, lambda: gone_data(page), f"{page.name} was removed from {page.title}.")


def comparison_page(page: Comparison, path: str) -> Page:
    """One operation in two releases, side by side."""
    said = f"{page.title}: {page.operation} in {page.old} and {page.new}, side by side."
    return Page(path, "compare", page, lambda: comparison_data(page), said)


def not_found_page(root: str) -> Page:
    """What a server shows where there is no page; `root` is the address of the site, or empty if nobody knows it."""
    return Page("404", "404", root, dict)


def machines_page(index: SiteIndex, path: str) -> Page:
    """`llms.txt`: the site for machines that read, in Markdown."""
    return Page(path, "llms", index, dict)
