"""The pages beside a page that would be too large: parts of an operation, and operations of change notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from docgen.pages.data import rows_data, updated_data
from docgen.pages.index.release import OperationPage
from docgen.pages.notes.service_notes import ServiceNotes
from docgen.pages.operation.rows import Part
from docgen.pages.operation.split import weight
from docgen.pages.operation.syntax_block import Block, block, part_lines
from docgen.pages.operation.view import TELLING, Node, OperationView, tree
from docgen.pages.page import Page, notes_page, reference_page
from docgen.pages.sentences import description
from docgen.render.addresses import folder_of

LARGE_NOTES = 80_000
"""Bytes of HTML, estimated, from which the operations of change notes have a page each."""

TAMED = ("html", "markdown", "json")
"""Formats with further pages; the text of a page is whole."""


@dataclass(frozen=True, slots=True)
class PartPage:
    """A part of an operation. `above` leads to the page of the service or of its notes, two folders up."""

    service: str
    title: str
    version: str
    operation: OperationView
    part: Part
    root: str
    above: str = "../../index.html"

    @property
    def block(self) -> Block:
        """The syntax of the part."""
        return block(part_lines(self.part.entries, is_request=self.part.is_request))

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The part as a tree, with its own row at the top."""
        return tree(self.part.entries, self.part.entries[0].row.depth)

    def data(self) -> dict[str, Any]:
        """The part as JSON."""
        return {
            "service": self.service,
            "operation": self.operation.name,
            "part": self.part.anchor,
            "syntax": self.block.plain,
            "rows": list(rows_data(self.part.entries)),
        }


@dataclass(frozen=True, slots=True)
class ChangePage:
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
    def reference(self) -> str:
        """Where the reference of the operation is; nothing where it has none."""
        href = self.notes.reference_of(self.operation.name)
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
            "operation": updated_data(self.operation, most=TELLING),
        }


def reference_pages(page: OperationPage, path: str) -> Iterator[Page]:
    """The reference of an operation: its page, and the pages of its parts where one would be too large."""
    page = replace(page, operation=replace(page.operation, with_parts=True))
    yield reference_page(page, path)
    yield from _parts(page.operation, page.service, page.title, f"API version {page.api_version}", page.root, path)


def notes_pages(notes: ServiceNotes, path: str) -> Iterator[Page]:
    """The change notes of a service: their page, and one for each operation where that would be too large."""
    if sum(map(_weight, notes.operations)) <= LARGE_NOTES:
        yield notes_page(notes, path)
        return
    yield notes_page(replace(notes, apart=True), path)
    folder = path.removesuffix("index")
    for view in notes.operations:
        page = ChangePage(notes, replace(view, with_parts=True), f"../{notes.root}")
        inner = f"{folder}{folder_of(view.name)}/index"
        said = description(f"{notes.title}: {view.name} in {notes.release}.")
        yield Page(inner, "change", page, page.data, said, notes.date, TAMED)
        yield from _parts(page.operation, notes.service, page.title, page.version, page.root, inner)


def _parts(view: OperationView, service: str, title: str, version: str, root: str, path: str) -> Iterator[Page]:
    for part in view.listing.parts:
        page = PartPage(service, title, version, view, part, f"../{root}")
        said = description(f"{title}: {part.anchor} of {view.name}.")
        yield Page(f"{path.removesuffix('index')}{part.anchor}/index", "part", page, page.data, said, formats=TAMED)


def _weight(view: OperationView) -> int:
    gained = sum(len(literal) for _, literal in view.changes.literals) if view.changes else 0
    return weight(view.listing.parameters) + weight(view.listing.response) + len(view.documentation) + gained
