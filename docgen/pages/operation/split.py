"""Splits the rows of large operations: the members of some rows move to pages of their own.

The split depends on the rows only, so addresses stay the same from build to build. Every row is on one page; a row
whose members have their own page is on both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from docgen.model.rows import Row
from docgen.pages.operation.rows import OperationRows, RowEntry, RowPart, TypePage
from docgen.render.html_size import estimated_row_bytes
from docgen.render.pictures.life_strip import life_strip

SPLIT_ABOVE = 280_000
"""Estimated bytes of HTML above which an operation is split (a page may have 500,000)."""

MAX_PART_SIZE = 200_000
"""Estimated bytes of HTML up to which the first page is reduced, and that a part may have."""

MAX_REPEATED_VALUES = 100
"""Values of an enum that every operation repeats; more are on the page of the type, to which operations link."""

_SAFE_FOLDER_NAME = re.compile(r"[A-Za-z0-9_.-]{1,150}")


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The links from one page of an operation to its rows.

    Attributes:
        id_prefix: Prefix of every id on the first page.
        part: Anchor of the part that the page is, or empty for the first page.
        part_by_anchor: The part of each row that is not on the first page.
        has_lines: Whether the lines of syntax blocks have ids.
        type_pages: The types that have a page, by the name of a shape.
        types_root: Relative link from the first page to the folder of the types.
        elsewhere: The links to rows of other operations, by what `RowEntry.same_as` says of them.
        life: The positions of releases in the life of the operation or type, for `life_strip`.
    """

    id_prefix: str = ""
    part: str = ""
    part_by_anchor: Mapping[str, str] = field(default_factory=dict)
    has_lines: bool = False
    type_pages: Mapping[str, TypePage] = field(default_factory=dict)
    types_root: str = "../types/"
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    life: Mapping[str, int] = field(default_factory=dict)

    def strip(self, row: Row) -> Markup:
        """Return the life of a row within that of its operation or type, as a picture; empty if it is not known."""
        return life_strip(*(self.life.get(name) for name in (row.since, row.required_since, row.deprecated_since)))

    def type_of(self, row: Row) -> TypePage | None:
        """Return the type with a page that a row has, or that its items have; None if there is none."""
        return self.type_pages.get(row.shape) if row.name is not None else None

    def values_page(self, row: Row) -> TypePage | None:
        """Return the type that lists the values of a row, if they are too many to repeat them; else None."""
        many = row.details is not None and len(row.details.values) > MAX_REPEATED_VALUES
        return self.type_pages.get(row.shape) if many else None

    def type_href(self, type_page: TypePage, extension: str = ".html") -> str:
        """Return the link to the page of a type."""
        return f"{'../' if self.part else ''}{self.types_root}{type_page.folder}/index{extension}"

    def line_href(self, entry: RowEntry) -> str:
        """Return the link from a row to its line in the syntax block, or to itself if it has none with an id."""
        is_written = bool(entry.row.placeholder)  # botocore fills in some parameters, which the call leaves out
        if not self.has_lines or entry.line < 0 or not is_written:
            return f"#{self.id_prefix}{entry.anchor}"
        return f"#{self.line_prefix(entry.anchor.startswith('request'))}{entry.line}"

    def line_prefix(self, is_request: bool) -> str:
        """Return what the ids of lines begin with."""
        return self.id_prefix + ("in" if is_request else "out")

    def row_href(self, anchor: str) -> str:
        """Return the link to a row."""
        if anchor in self.elsewhere:
            return self.elsewhere[anchor]
        part = self.part_by_anchor.get(anchor, "")
        up = "../" if self.part else ""
        if part == self.part:
            return f"#{'' if part else self.id_prefix}{anchor}"
        return f"{up}{part}/index.html#{anchor}" if part else f"{up}index.html#{self.id_prefix}{anchor}"

    def part_href(self, anchor: str, extension: str = ".html") -> str:
        """Return the link to the page with the members of a row."""
        return f"{'../' if self.part else ''}{anchor}/index{extension}"


def estimated_html_bytes(entries: Iterable[RowEntry]) -> int:
    """Return roughly how many bytes of HTML rows and their lines of syntax take."""
    return sum(map(_row_html_bytes, entries))


def _row_html_bytes(entry: RowEntry) -> int:
    details = entry.row.details
    return estimated_row_bytes(
        depth=entry.row.depth,
        placeholder=entry.row.placeholder,
        anchor=entry.anchor,
        same_as=entry.same_as,
        documentation=entry.row.documentation,
        is_unchanged=entry.is_unchanged,
        pattern=details.pattern if details else "",
        value_count=len(details.values) if details and not entry.same_values else 0,
    )


def needs_split(rows: OperationRows) -> bool:
    """Tell whether the rows are too much for one page."""
    return estimated_html_bytes(rows.parameters) + estimated_html_bytes(rows.response) > SPLIT_ABOVE


def split_rows(rows: OperationRows) -> OperationRows:
    """Return the rows of the first page and those of its parts; `rows` must have pairs."""
    sides = [list(rows.parameters), list(rows.response)]
    weights = [[_row_html_bytes(entry) for entry in side] for side in sides]
    size = sum(map(sum, weights))
    parts: list[RowPart] = []
    while size > MAX_PART_SIZE:
        (moved, start, end), side, weight = max(
            (
                (_largest_subtree(side, weight, parts), side, weight)
                for side, weight in zip(sides, weights, strict=True)
            ),
            key=lambda found: found[0][0],
        )
        if not moved:
            break
        parts.append(RowPart(side[start].anchor, tuple(side[start:end])))
        side[start:end] = [side[start]._replace(same_as=side[start].anchor, same_as_path="")]
        weight[start:end] = [_row_html_bytes(side[start])]
        size -= moved
    return replace(
        rows,
        parameters=tuple(sides[0]),
        response=tuple(sides[1]),
        is_plain=False,
        parts=tuple(parts),
        part_by_anchor={entry.anchor: part.anchor for part in parts for entry in part.entries[1:]},
    )


def _largest_subtree(
    entries: Sequence[RowEntry], weights: Sequence[int], parts: Sequence[RowPart]
) -> tuple[int, int, int]:
    """Return the largest subtree that a part can hold: its size, the index of its row, and the index of its end."""
    taken = {part.anchor.lower() for part in parts}
    best = (0, 0, 0)
    around: list[tuple[int, int, int]] = []  # position, depth, weight of all before
    total = 0
    for index in range(len(entries) + 1):
        depth = entries[index].row.depth if index < len(entries) else -1
        while around and around[-1][1] >= depth:
            start, _, before = around.pop()
            below = total - before
            anchor = entries[start].anchor
            if best[0] < below <= MAX_PART_SIZE and _SAFE_FOLDER_NAME.fullmatch(anchor) and anchor.lower() not in taken:
                best = (below, start, index)
        if index < len(entries):
            total += weights[index]
            around.append((index, depth, total))
    return best
