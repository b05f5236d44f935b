"""The pages beside a page that would be too large: parts of an operation, and operations of change notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from docgen.pages.data import rows_data, updated_operation_data
from docgen.pages.index.release import OperationReference
from docgen.pages.notes.service_notes import ServiceNotes
from docgen.pages.operation.rows import RowPart
from docgen.pages.operation.split import estimated_size
from docgen.pages.operation.syntax_block import SyntaxBlock, build_syntax_block, part_lines
from docgen.pages.operation.view import MAX_CHANGE_BLOCK, OperationView, RowNode, row_tree
from docgen.pages.page import Page, notes_page, reference_page
from docgen.pages.sentences import page_description
from docgen.render.addresses import operation_folder

SPLIT_NOTES_ABOVE = 80_000
"""Bytes of HTML, estimated, from which the operations of change notes have a page each."""

SPLIT_FORMATS = ("html", "markdown", "json")
"""Formats with further pages; the text of a page is whole."""


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of an operation. `above` leads to the page of the service or of its notes, two folders up."""

    service: str
    title: str
    version: str
    operation: OperationView
    part: RowPart
    root: str
    parent_href: str = "../../index.html"

    @property
    def syntax_block(self) -> SyntaxBlock:
        """The syntax of the part."""
        return build_syntax_block(part_lines(self.part.entries, is_request=self.part.is_request))

    @property
    def nodes(self) -> tuple[RowNode, ...]:
        """The part as a tree, with its own row at the top."""
        return row_tree(self.part.entries, self.part.entries[0].row.depth)

    def data(self) -> dict[str, Any]:
        """The part as JSON."""
        return {
            "service": self.service,
            "operation": self.operation.name,
            "part": self.part.anchor,
            "syntax": self.syntax_block.current_text,
            "rows": list(rows_data(self.part.entries)),
        }


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
    def reference_href(self) -> str:
        """Where the reference of the operation is; nothing where it has none."""
        href = self.notes.reference_href(self.operation.name)
        return f"../{href}" if href else ""

    def link(self, operation: str) -> str | None:
        """Where a mention of an operation leads: as in the notes."""
        if operation == self.operation.name:
            return None
        href = self.notes.link(operation)
        if href is None:
            return None
        return f"../index.html{href}" if href.startswith("#") else f"../{href}"

    def data(self) -> dict[str, Any]:
        """The operation's notes as JSON."""
        return {
            "package": self.notes.package,
            "release": self.notes.release,
            "previous": self.notes.previous,
            "service": self.notes.service,
            "api_version": self.notes.api_version,
            "operation": updated_operation_data(self.operation, max_change_block=MAX_CHANGE_BLOCK),
        }


def reference_pages(reference: OperationReference, path: str) -> Iterator[Page]:
    """The reference of an operation: its page, and the pages of its parts where one would be too large."""
    reference = replace(reference, operation=replace(reference.operation, may_split=True))
    yield reference_page(reference, path)
    yield from _part_pages(
        reference.operation,
        reference.service,
        reference.title,
        f"API version {reference.api_version}",
        reference.root,
        path,
    )


def notes_pages(notes: ServiceNotes, path: str) -> Iterator[Page]:
    """The change notes of a service: their page, and one for each operation where that would be too large."""
    if sum(map(_estimated_notes_size, notes.operations)) <= SPLIT_NOTES_ABOVE:
        yield notes_page(notes, path)
        return
    yield notes_page(replace(notes, is_split=True), path)
    folder = path.removesuffix("index")
    for view in notes.operations:
        page = OperationNotes(notes, replace(view, may_split=True), f"../{notes.root}")
        inner = f"{folder}{operation_folder(view.name)}/index"
        said = page_description(f"{notes.title}: {view.name} in {notes.release}.")
        yield Page(inner, "operation-notes", page, page.data, said, notes.date, SPLIT_FORMATS)
        yield from _part_pages(page.operation, notes.service, page.title, page.version, page.root, inner)


def _part_pages(view: OperationView, service: str, title: str, version: str, root: str, path: str) -> Iterator[Page]:
    for part in view.rows.parts:
        page = PartView(service, title, version, view, part, f"../{root}")
        said = page_description(f"{title}: {part.anchor} of {view.name}.")
        yield Page(
            f"{path.removesuffix('index')}{part.anchor}/index",
            "operation-part",
            page,
            page.data,
            said,
            formats=SPLIT_FORMATS,
        )


def _estimated_notes_size(view: OperationView) -> int:
    gained = sum(len(literal) for _, literal in view.change_block.literals) if view.change_block else 0
    return estimated_size(view.rows.parameters) + estimated_size(view.rows.response) + len(view.documentation) + gained
