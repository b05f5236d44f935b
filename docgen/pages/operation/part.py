"""The page of a part: a row of an operation with all rows below it, if the operation is too large for one page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docgen.pages.operation.rows import RowPart, rows_data
from docgen.pages.operation.syntax_block import SyntaxBlock, build_syntax_block, part_lines
from docgen.pages.operation.view import OperationView, RowNode, row_tree
from docgen.pages.registry import PageKind, register_page
from docgen.pages.sentences import page_description
from docgen.render.page import Page

SPLIT_FORMATS = ("html", "markdown", "json")
"""The formats in which large pages are split; the text format has everything on one page."""


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of an operation.

    Attributes:
        service: SDK name of the service.
        title: Full name of the service.
        version: API version or release that the page is about, in words.
        operation: The operation.
        part: The row and all rows below it.
        root: Relative link to the root of the site.
        parent_href: Link to the page above the operation: that of the service or of its notes.
    """

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
        """Return the part as JSON."""
        return {
            "service": self.service,
            "operation": self.operation.name,
            "row": self.part.anchor,
            "syntax": self.syntax_block.current_text,
            "rows": list(rows_data(self.part.entries, self.operation.type_pages)),
        }


def _part_description(view: PartView) -> str:
    return page_description(f"{view.title}: {view.part.anchor} of {view.operation.name}.")


PART_PAGE = register_page(
    PageKind("operation-part", PartView, data=PartView.data, description=_part_description, formats=SPLIT_FORMATS)
)


def part_pages(view: OperationView, service: str, title: str, version: str, root: str, path: str) -> Iterator[Page]:
    """Yield the pages of the parts of an operation.

    Args:
        view: The operation; one that is not split has no parts.
        service: SDK name of the service.
        title: Full name of the service.
        version: API version or release that the pages are about, in words.
        root: Relative link from the page of the operation to the root of the site.
        path: Path of the page of the operation.
    """
    for part in view.rows.parts:
        part_view = PartView(service, title, version, view, part, f"../{root}")
        yield PART_PAGE.page(part_view, f"{path.removesuffix('index')}{part.anchor}/index")
