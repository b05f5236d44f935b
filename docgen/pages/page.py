"""A page: a path, a template, what it shows, what it says of itself, and its JSON twin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docgen.pages.data import (
    notes_data,
    operation_data,
    release_catalog_data,
    release_index_data,
    service_catalog_data,
    service_index_data,
    site_index_data,
    timeline_data,
)
from docgen.pages.index.lifecycle import Lifecycle, LifecycleIndex, lifecycle_data, lifecycle_index_data
from docgen.pages.index.release import OperationReference, ReleaseIndex, RuleIndex, RuleReference
from docgen.pages.index.removed import RemovalNotice, removal_notice_data
from docgen.pages.index.service import ServiceIndex
from docgen.pages.index.timeline import ReleaseCatalog, ServiceCatalog, SiteIndex, Timeline
from docgen.pages.notes.announcement import Announcement
from docgen.pages.notes.rollup import Changelog, Rollup, changelog_data, rollup_data
from docgen.pages.notes.service_notes import ServiceNotes
from docgen.pages.operation.side_by_side import OperationComparison, comparison_data
from docgen.pages.sentences import first_sentence, page_description
from docgen.rules.catalog import rule_data
from docgen.rules.rule import RULESET_VERSION
from docgen.wording import counted


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

    def available_formats(self, formats: Sequence[str]) -> tuple[str, ...]:
        """Those of `formats` that the page has."""
        return tuple(name for name in formats if self.formats is None or name in self.formats)


def notes_page(notes: ServiceNotes, path: str) -> Page:
    """The change notes of a service in a release."""
    said = page_description(f"{notes.heading}.", notes.summary)
    return Page(path, "notes", notes, lambda: notes_data(notes), said, notes.date)


def changelog_page(changelog: Changelog, path: str) -> Page:
    """The life of a service, an operation or an element."""
    return Page(path, "changelog", changelog, lambda: changelog_data(changelog))


def rollup_page(rollup: Rollup, path: str) -> Page:
    """The changes of a range of releases."""
    return Page(path, "rollup", rollup, lambda: rollup_data(rollup))


def announcement_page(announcement: Announcement, preset: str) -> Page:
    """Release notes to publish, of a preset. They are Markdown alone; who wants data asks for a roll-up."""
    return Page("notes", f"announcement-{preset}", announcement, dict)


def reference_page(reference: OperationReference, path: str) -> Page:
    """The reference of an operation."""
    said = page_description(
        f"{reference.title}: {reference.operation.name}.", first_sentence(reference.operation.documentation)
    )
    return Page(path, "operation", reference, lambda: operation_data(reference), said)


def release_page(index: ReleaseIndex, path: str) -> Page:
    """The page of a release."""
    name, changed = f"{index.package} {index.release}", counted(len(index.notes), "service")
    names = ", ".join(mention.title for mention in index.sorted_notes)
    said = (
        page_description(f"{changed} changed in {name}:", names)
        if names
        else page_description(f"{name}.", index.record.no_changes_note)
    )
    return Page(path, "release", index, lambda: release_index_data(index), said, index.date)


def rule_index_page(index: RuleIndex, path: str) -> Page:
    """The table of rules."""
    data = {"ruleset": RULESET_VERSION, "rules": [rule_data(rule) for rule in index.rules]}
    return Page(path, "rule-index", index, lambda: data, "What each kind of change means to those who call a service.")


def rule_page(reference: RuleReference, path: str) -> Page:
    """One rule."""
    return Page(
        path,
        "rule",
        reference,
        lambda: rule_data(reference.rule),
        page_description(reference.rule.why, reference.rule.fix),
    )


def service_events_page(index: ReleaseIndex, path: str) -> Page:
    """The services and API versions that came or went, alone."""
    return Page(path, "service-events", index, lambda: release_index_data(index))


def service_page(index: ServiceIndex, path: str) -> Page:
    """The page of a service."""
    said = page_description(
        f"{index.title}: {counted(len(index.operations), 'operation')}.", first_sentence(index.documentation)
    )
    return Page(path, "service", index, lambda: service_index_data(index), said)


def site_index_page(index: SiteIndex, path: str) -> Page:
    """The first page."""
    releases, services = counted(index.release_count, "release"), counted(len(index.services), "service")
    numbers = f"{releases} and {services} of {index.package}"
    return Page(path, "site-index", index, lambda: site_index_data(index), f"API changes and reference: {numbers}.")


def timeline_page(timeline: Timeline, path: str) -> Page:
    """Releases in the order of time."""
    return Page(
        path,
        "timeline",
        timeline,
        lambda: timeline_data(timeline),
        page_description(f"{timeline.title}.", timeline.intro),
    )


def release_catalog_page(catalog: ReleaseCatalog, path: str) -> Page:
    """Every release by year and month."""
    return Page(
        path,
        "release-catalog",
        catalog,
        lambda: release_catalog_data(catalog),
        f"All {counted(catalog.release_count, 'release')} by month.",
    )


def service_catalog_page(catalog: ServiceCatalog, path: str) -> Page:
    """Every service, A to Z."""
    said = f"{counted(len(catalog.services), 'service')} of {catalog.package} {catalog.latest_release}, A to Z."
    return Page(path, "service-catalog", catalog, lambda: service_catalog_data(catalog), said)


def lifecycle_index_page(index: LifecycleIndex, path: str) -> Page:
    """What is deprecated and gone in all services."""
    said = f"What is deprecated in {index.package} {index.latest_release}, since when, and what is gone."
    return Page(path, "lifecycle-index", index, lambda: lifecycle_index_data(index), said)


def lifecycle_page(lifecycle: Lifecycle, path: str) -> Page:
    """What is deprecated in a service and what is gone from it."""
    said = f"What is deprecated in {lifecycle.title}, since when, and what is gone from it."
    return Page(path, "lifecycle", lifecycle, lambda: lifecycle_data(lifecycle), said)


def removed_page(notice: RemovalNotice, path: str) -> Page:
    """What stands in the place of an operation or a service that is no more."""
    return Page(
        path, "removed", notice, lambda: removal_notice_data(notice), f"{notice.name} was removed from {notice.title}."
    )


def comparison_page(comparison: OperationComparison, path: str) -> Page:
    """One operation in two releases, side by side."""
    said = f"{comparison.title}: {comparison.operation} in {comparison.old} and {comparison.new}, side by side."
    return Page(path, "comparison", comparison, lambda: comparison_data(comparison), said)


def not_found_page(root: str) -> Page:
    """What a server shows where there is no page; `root` is the address of the site, or empty if nobody knows it."""
    return Page("404", "404", root, dict)


def llms_page(index: SiteIndex, path: str) -> Page:
    """`llms.txt`: the site for machines that read, in Markdown."""
    return Page(path, "llms", index, dict)
