"""The change notes of one operation on a page of its own, if the notes of its service are too large for one page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from docgen.pages.notes.service_notes import NOTES_PAGE, ServiceNotes, updated_operation_data
from docgen.pages.operation.part import SPLIT_FORMATS, part_pages
from docgen.pages.operation.view import MAX_CHANGE_BLOCK, OperationView
from docgen.pages.registry import PageKind, register_page
from docgen.pages.sentences import page_description
from docgen.render.addresses import operation_folder
from docgen.render.page import Page

SPLIT_NOTES_ABOVE = 80_000
"""Estimated bytes of HTML above which each operation of change notes gets a page of its own."""


@dataclass(frozen=True, slots=True)
class OperationNotes:
    """An operation of change notes, on a page of its own."""

    notes: ServiceNotes
    operation: OperationView
    root: str

    @property
    def title(self) -> str:
        """The service."""
        return self.notes.title

    @property
    def version(self) -> str:
        """The release, in words."""
        return f"{self.notes.package} {self.notes.release}"

    @property
    def has_long_change_block(self) -> bool:
        """Whether the change block is too long to show: marks in the syntax and the lists say the same."""
        block = self.operation.change_block
        return block is not None and block.character_count > MAX_CHANGE_BLOCK

    @property
    def reference_href(self) -> str:
        """Where the reference of the operation is; nothing where it has none."""
        href = self.notes.reference_href(self.operation.name)
        return f"../{href}" if href else ""

    def link(self, operation: str) -> str | None:
        """Return the link of a mentioned operation, as in the notes; None for this operation."""
        if operation == self.operation.name:
            return None
        href = self.notes.link(operation)
        if href is None:
            return None
        return f"../index.html{href}" if href.startswith("#") else f"../{href}"

    def data(self) -> dict[str, Any]:
        """Return the operation's notes as JSON."""
        return {
            "package": self.notes.package,
            "release": self.notes.release,
            "previous": self.notes.previous,
            "service": self.notes.service,
            "api_version": self.notes.api_version,
            "operation": updated_operation_data(self.operation, max_change_block=MAX_CHANGE_BLOCK),
        }


def _operation_notes_description(view: OperationNotes) -> str:
    return page_description(f"{view.title}: {view.operation.name} in {view.notes.release}.")


def _operation_notes_date(view: OperationNotes) -> str:
    return view.notes.date


OPERATION_NOTES_PAGE = register_page(
    PageKind(
        "operation-notes",
        OperationNotes,
        data=OperationNotes.data,
        description=_operation_notes_description,
        date=_operation_notes_date,
        link=OperationNotes.link,
        formats=SPLIT_FORMATS,
    )
)


def notes_pages(notes: ServiceNotes, path: str) -> Iterator[Page]:
    """Yield the page of a service's change notes at a path, and pages for its operations if it would be too large."""
    if sum(operation.html_size_estimate for operation in notes.operations) <= SPLIT_NOTES_ABOVE:
        yield NOTES_PAGE.page(notes, path)
        return
    yield NOTES_PAGE.page(replace(notes, is_split=True), path)
    folder = path.removesuffix("index")
    for operation in notes.operations:
        view = OperationNotes(notes, replace(operation, may_split=True), f"../{notes.root}")
        inner = f"{folder}{operation_folder(operation.name, notes.folders)}/index"
        yield OPERATION_NOTES_PAGE.page(view, inner)
        yield from part_pages(view.operation, notes.service, view.title, view.version, view.root, inner)
