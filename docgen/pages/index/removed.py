"""The page of a removed operation or service. It keeps the address valid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docgen.history.lifespans import Removal
from docgen.pages.index.records import NotesSummary
from docgen.pages.index.site_pages import SiteRecords, site_pages
from docgen.pages.registry import PageKind, register_page
from docgen.render.addresses import NO_FOLDERS, operation_folder, relative_root, release_path, service_path
from docgen.render.page import Page


@dataclass(frozen=True, slots=True)
class RemovalNotice:
    """A removed operation or service.

    Attributes:
        service: SDK name of the service.
        title: Full name of the service.
        operation: Name of the operation, or empty if the service was removed.
        removal: When it was removed.
        notes_path: Path of the change notes of the removal, or empty.
        root: Relative link to the root of the site.
    """

    service: str
    title: str
    operation: str
    removal: Removal
    notes_path: str = ""
    root: str = ""

    @property
    def name(self) -> str:
        """Name of the operation, or title of the service."""
        return self.operation or self.title


def removal_notice_data(notice: RemovalNotice) -> dict[str, Any]:
    """Return a removal as JSON."""
    last, until = notice.removal.last_release, notice.removal.removed_in
    return {
        "service": notice.service,
        "title": notice.title,
        "operation": notice.operation or None,
        "last_release": last.release or None,
        "last_release_date": last.date or None,
        "removed_in": until.release or None,
        "removed_in_date": until.date or None,
    }


def _removal_description(notice: RemovalNotice) -> str:
    return f"{notice.name} was removed from {notice.title}."


REMOVED_PAGE = register_page(
    PageKind("removed", RemovalNotice, data=removal_notice_data, description=_removal_description)
)


def removed_operation_page(
    removal: Removal,
    service: str,
    title: str,
    summaries: Iterable[NotesSummary],
    folders: Mapping[str, str] = NO_FOLDERS,
) -> Page:
    """Return the page in the place of a removed operation, so that its address stays valid.

    Args:
        removal: The operation, and when it was removed.
        service: SDK name of its service.
        title: Full name of its service.
        summaries: The change notes of the service that the page may link to.
        folders: Folders of operations whose names differ only by case.
    """
    path = service_path(service, inner=f"{operation_folder(removal.name, folders)}/index")
    notes = next((each.path for each in summaries if each.release == removal.removed_in.release), "")
    return REMOVED_PAGE.page(RemovalNotice(service, title, removal.name, removal, notes, relative_root(path)), path)


@site_pages
def _removed_service_pages(site: SiteRecords) -> Iterator[tuple[str, RemovalNotice]]:
    releases = {record.release for record in site.releases}
    for service in site.removed_services:
        path = service_path(service.name)
        release = service.removed_in.release
        notes = release_path(release) if release in releases else ""
        yield path, RemovalNotice(service.name, service.name, "", service, notes, relative_root(path))
