"""The left pane of every page: the services, or the operations of one service.

It is a page of its own in a frame, so that a browser loads it once for all pages of a service, and no page has to
repeat a list of hundreds of operations. It works without scripts: the fragment of its address marks the current entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docgen.pages.index.service import ServiceIndex
from docgen.pages.index.service_catalog import ServiceLine
from docgen.pages.index.site_pages import SiteRecords, site_pages
from docgen.pages.registry import PageKind, register_page
from docgen.render.addresses import html_id, operation_folder, service_folder

FOLD_GROUPS_ABOVE = 40
"""Entries above which all groups but the current one are folded."""

NAVIGATION_FILE = "nav"
"""Name of the page, in the folder of all services and in that of each service."""


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """A link of the left pane, with the id that marks it as current, and a note that may be empty."""

    label: str
    href: str
    id: str
    note: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Navigation:
    """The left pane.

    Attributes:
        title: What it lists: the name of a service, or `Services`.
        href: Link to the page of that.
        links: Other pages of the service, each with a label and a link.
        groups: Entries by topic; a group without a name is not folded.
        root: Relative link to the root of the site.
    """

    title: str
    href: str
    links: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, tuple[NavigationEntry, ...]], ...]
    root: str

    @property
    def is_folded(self) -> bool:
        """Whether groups are folded."""
        return sum(len(entries) for _, entries in self.groups) > FOLD_GROUPS_ABOVE

    @property
    def is_service(self) -> bool:
        """Whether it lists the operations of a service."""
        return self.href == "index.html" and self.title != "Services"


def service_navigation(index: ServiceIndex) -> Navigation:
    """Return the left pane of the pages of a service."""
    links = [("Overview", "index.html")]
    if index.history:
        links.append(("Changes", "history/index.html"))
    if index.changed_operations:
        links.append(("Compare versions", "compare/index.html"))
    if index.type_count:
        links.append(("Types", "types/index.html"))
    groups = tuple(
        (
            name,
            tuple(
                NavigationEntry(
                    line.name,
                    f"{operation_folder(line.name, index.folders)}/index.html",
                    html_id(line.name),
                    deprecated=line.deprecated,
                )
                for line in lines
            ),
        )
        for name, lines in index.groups
    )
    return Navigation(index.title, "index.html", tuple(links), groups, "../../")


def catalog_navigation(services: Sequence[ServiceLine]) -> Navigation:
    """Return the left pane of all other pages: the services by SDK name, each with its short title."""
    entries = (
        NavigationEntry(
            line.service, f"{service_folder(line.service)}/index.html", html_id(line.service), line.short_title
        )
        for line in sorted(services, key=lambda line: line.service)
    )
    return Navigation("Services", "index.html", (), (("", tuple(entries)),), "../")


NAVIGATION_PAGE = register_page(PageKind("nav", Navigation, data=lambda _: {}, formats=("html",)))


@site_pages
def navigation_pages(records: SiteRecords) -> Iterator[tuple[str, Any]]:
    """Yield the list of services."""
    yield f"services/{NAVIGATION_FILE}", catalog_navigation(records.services)
