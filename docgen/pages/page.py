"""A page: a path, a template, what it shows, and its JSON twin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docgen.pages.data import notes_data, operation_data, release_data, service_data, site_data
from docgen.pages.indexes import OperationPage, ReleaseIndex, RulePage, RulesIndex, ServiceIndex, SiteIndex
from docgen.pages.notes import ServiceNotes
from docgen.rules import RULESET, as_data


@dataclass(frozen=True, slots=True)
class Page:
    """A file to write, in whatever formats: `path` has no extension, `template` no folder.

    `data` makes the JSON twin; it is called only when that is wanted. `formats` are all that the page has, if not all.
    """

    path: str
    template: str
    view: Any
    data: Callable[[], Mapping[str, Any]]
    formats: tuple[str, ...] | None = None

    def among(self, formats: Sequence[str]) -> tuple[str, ...]:
        """Those of `formats` that the page has."""
        return tuple(name for name in formats if self.formats is None or name in self.formats)


def notes_page(notes: ServiceNotes, path: str) -> Page:
    """The change notes of a service in a release."""
    return Page(path, "notes", notes, lambda: notes_data(notes))


def reference_page(page: OperationPage, path: str) -> Page:
    """The reference of an operation."""
    return Page(path, "operation", page, lambda: operation_data(page))


def release_page(index: ReleaseIndex, path: str) -> Page:
    """The page of a release."""
    return Page(path, "release", index, lambda: release_data(index))


def rules_page(index: RulesIndex, path: str) -> Page:
    """The table of rules."""
    return Page(path, "rules", index, lambda: {"ruleset": RULESET, "rules": [as_data(rule) for rule in index.rules]})


def rule_page(page: RulePage, path: str) -> Page:
    """One rule."""
    return Page(path, "rule", page, lambda: as_data(page.rule))


def services_page(index: ReleaseIndex, path: str) -> Page:
    """The services and API versions that came or went, alone."""
    return Page(path, "services", index, lambda: release_data(index))


def service_page(index: ServiceIndex, path: str) -> Page:
    """The page of a service."""
    return Page(path, "service", index, lambda: service_data(index))


def site_page(index: SiteIndex, path: str) -> Page:
    """The first page."""
    return Page(path, "index", index, lambda: site_data(index))
