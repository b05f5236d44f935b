"""The page of a service that compares any two versions of an operation.

A script shows the comparison. Without one, the page lists the releases that changed the service, with their notes.
"""

from __future__ import annotations

from dataclasses import dataclass

from docgen.pages.index.records import NotesSummary
from docgen.pages.registry import PageKind, register_page

COMPARE_FOLDER = "compare"
"""Folder of the page and its files, in that of their service."""


@dataclass(frozen=True, slots=True)
class ComparePage:
    """The page.

    Attributes:
        service: SDK name of the service.
        title: Full name of the service.
        history: The change notes of the service on the site, newest first.
        operations: The operations that the service ever had, A to Z.
        releases: Name and date of the releases that changed the service, oldest first.
        max_rows: Rows of an operation up to which it is compared.
        root: Relative link to the root of the site.
    """

    service: str
    title: str
    history: tuple[NotesSummary, ...]
    operations: tuple[str, ...]
    releases: tuple[tuple[str, str], ...]
    max_rows: int
    root: str = "../../../"


def _compare_description(page: ComparePage) -> str:
    return f"{page.title}: the syntax of an operation in any two releases, side by side."


COMPARE_PAGE = register_page(
    PageKind("compare", ComparePage, data=lambda _: {}, description=_compare_description, formats=("html",))
)
