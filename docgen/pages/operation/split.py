"""Splits the rows of large operations: the members of some rows move to pages of their own.

The split depends on the rows only, so addresses stay the same from build to build. Every row is on one page; a row
whose members have their own page is on both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from docgen.pages.operation.rows import OperationRows, RowEntry, RowPart
from docgen.render.html_size import estimated_row_bytes

SPLIT_ABOVE = 280_000
"""Estimated bytes of HTML above which an operation is split (a page may have 500,000)."""

MAX_PART_SIZE = 200_000
"""Estimated bytes of HTML up to which the first page is reduced, and that a part may have."""

_SAFE_FOLDER_NAME = re.compile(r"[A-Za-z0-9_.-]{1,150}")


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The links from one page of an operation to its rows.

    Attributes:
        id_prefix: Prefix of every id on the first page.
        part: Anchor of the part that the page is, or empty for the first page.
        part_by_anchor: The part of each row that is not on the first page.
    """

    id_prefix: str = ""
    part: str = ""
    part_by_anchor: Mapping[str, str] = field(default_factory=dict)

    def row_href(self, anchor: str) -> str:
        """Return the link to a row."""
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
    return estimated_row_bytes(
        depth=entry.row.depth,
        placeholder=entry.row.placeholder,
        anchor=entry.anchor,
        same_as=entry.same_as,
        documentation=entry.row.documentation,
        is_unchanged=entry.is_unchanged,
    )


def needs_split(rows: OperationRows) -> bool:
    """Tell whether the rows are too much for one page."""
    return estimated_html_bytes(rows.parameters) + estimated_html_bytes(rows.response) > SPLIT_ABOVE


def split_rows(rows: OperationRows) -> OperationRows:
    """Return the rows of the first page and those of its parts; `rows` must have pairs."""
    sides = [list(rows.parameters), list(rows.response)]
    size = estimated_html_bytes(sides[0]) + estimated_html_bytes(sides[1])
    parts: list[RowPart] = []
    while size > MAX_PART_SIZE:
        (moved, start, end), side = max(
            ((_largest_subtree(side, parts), side) for side in sides), key=lambda found: found[0][0]
        )
        if not moved:
            break
        parts.append(RowPart(side[start].anchor, tuple(side[start:end])))
        side[start:end] = [side[start]._replace(same_as=side[start].anchor)]
        size -= moved
    return replace(
        rows,
        parameters=tuple(sides[0]),
        response=tuple(sides[1]),
        is_plain=False,
        parts=tuple(parts),
        part_by_anchor={entry.anchor: part.anchor for part in parts for entry in part.entries[1:]},
    )


def _largest_subtree(entries: Sequence[RowEntry], parts: Sequence[RowPart]) -> tuple[int, int, int]:
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
            total += _row_html_bytes(entries[index])
            around.append((index, depth, total))
    return best
