"""Pages that would be too large in parts: the members of some rows stand on pages of their own.

What goes where follows from the lists alone, so addresses stay from build to build. Every row is on one page, and the
row whose members have a page of their own is on both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from docgen.pages.operation.rows import OperationRows, RowEntry, RowPart
from docgen.render.html_size import estimated_row_bytes

SPLIT_ABOVE = 280_000
"""Bytes of HTML, estimated, from which an operation is told on several pages (the limit of a page is 500,000)."""

MAX_PART_SIZE = 200_000
"""What the first of several pages may have, and how much is moved to a page of its own at most."""

_SAFE_FOLDER_NAME = re.compile(r"[A-Za-z0-9_.-]{1,150}")


@dataclass(frozen=True, slots=True)
class PageLinks:
    """A page of an operation, from which others are linked: its `part`, or "" for the first one.

    `prefix` stands before every id of the first page, `where` tells which part has which of the others.
    """

    id_prefix: str = ""
    part: str = ""
    part_by_anchor: Mapping[str, str] = field(default_factory=dict)

    def row_href(self, anchor: str) -> str:
        """The link to the row with that id."""
        part = self.part_by_anchor.get(anchor, "")
        up = "../" if self.part else ""
        if part == self.part:
            return f"#{'' if part else self.id_prefix}{anchor}"
        return f"{up}{part}/index.html#{anchor}" if part else f"{up}index.html#{self.id_prefix}{anchor}"

    def part_href(self, anchor: str, extension: str = ".html") -> str:
        """The link to the page that has the members of the row with that id."""
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
    """Whether the lists are too much for one page."""
    return estimated_html_bytes(rows.parameters) + estimated_html_bytes(rows.response) > SPLIT_ABOVE


def split_rows(rows: OperationRows) -> OperationRows:
    """The lists of a first page and those of its parts; `whole` has been made with pairs."""
    sides = [list(rows.parameters), list(rows.response)]
    size = estimated_html_bytes(sides[0]) + estimated_html_bytes(sides[1])
    parts: list[RowPart] = []
    while size > MAX_PART_SIZE:
        (moved, at, end), side = max(
            ((_largest_subtree(side, parts), side) for side in sides), key=lambda found: found[0][0]
        )
        if not moved:
            break
        parts.append(RowPart(side[at].anchor, tuple(side[at:end])))
        side[at:end] = [side[at]._replace(same_as=side[at].anchor)]
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
    """The heaviest row that a part can hold: the weight below it, where it stands, and where what is below it ends."""
    taken = {part.anchor.lower() for part in parts}
    best = (0, 0, 0)
    around: list[tuple[int, int, int]] = []  # position, depth, weight of all before
    total = 0
    for at in range(len(entries) + 1):
        depth = entries[at].row.depth if at < len(entries) else -1
        while around and around[-1][1] >= depth:
            start, _, before = around.pop()
            below = total - before
            anchor = entries[start].anchor
            if best[0] < below <= MAX_PART_SIZE and _SAFE_FOLDER_NAME.fullmatch(anchor) and anchor.lower() not in taken:
                best = (below, start, at)
        if at < len(entries):
            total += _row_html_bytes(entries[at])
            around.append((at, depth, total))
    return best
