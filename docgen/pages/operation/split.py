"""Pages that would be too large in parts: the members of some rows stand on pages of their own.

What goes where follows from the lists alone, so addresses stay from build to build. Every row is on one page, and the
row whose members have a page of their own is on both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from docgen.pages.operation.rows import Entry, Listing, Part

LARGE = 280_000
"""Bytes of HTML, estimated, from which an operation is told on several pages (the limit of a page is 500,000)."""

PART = 200_000
"""What the first of several pages may have, and how much is moved to a page of its own at most."""

_SAFE = re.compile(r"[A-Za-z0-9_.-]{1,150}")
_ROW, _ID, _LINE, _QUIET = 190, 2, 60, 40


@dataclass(frozen=True, slots=True)
class Place:
    """A page of an operation, from which others are linked: its `part`, or "" for the first one.

    `prefix` stands before every id of the first page, `where` tells which part has which of the others.
    """

    prefix: str = ""
    part: str = ""
    where: Mapping[str, str] = field(default_factory=dict)

    def to(self, anchor: str) -> str:
        """The link to the row with that id."""
        part = self.where.get(anchor, "")
        up = "../" if self.part else ""
        if part == self.part:
            return f"#{'' if part else self.prefix}{anchor}"
        return f"{up}{part}/index.html#{anchor}" if part else f"{up}index.html#{self.prefix}{anchor}"

    def page_of(self, anchor: str, extension: str = ".html") -> str:
        """The link to the page that has the members of the row with that id."""
        return f"{'../' if self.part else ''}{anchor}/index{extension}"


def weight(entries: Iterable[Entry]) -> int:
    """About how many bytes of HTML rows and their lines of syntax come to."""
    return sum(map(_weight, entries))


def _weight(entry: Entry) -> int:
    row = entry.row
    lines = 2 * (_LINE + 4 * row.depth) + len(row.placeholder)
    if entry.quiet:
        return _QUIET + len(entry.anchor) + lines // 2
    return _ROW + _ID * len(entry.anchor) + 4 * len(entry.same_as) + len(row.documentation) + lines


def is_large(whole: Listing) -> bool:
    """Whether the lists are too much for one page."""
    return weight(whole.parameters) + weight(whole.response) > LARGE


def split(whole: Listing) -> Listing:
    """The lists of a first page and those of its parts; `whole` has been made with pairs."""
    sides = [list(whole.parameters), list(whole.response)]
    size = weight(sides[0]) + weight(sides[1])
    parts: list[Part] = []
    while size > PART:
        (moved, at, end), side = max(((_heaviest(side, parts), side) for side in sides), key=lambda found: found[0][0])
        if not moved:
            break
        parts.append(Part(side[at].anchor, tuple(side[at:end])))
        side[at:end] = [side[at]._replace(same_as=side[at].anchor)]
        size -= moved
    return replace(
        whole,
        parameters=tuple(sides[0]),
        response=tuple(sides[1]),
        is_plain=False,
        parts=tuple(parts),
        where={entry.anchor: part.anchor for part in parts for entry in part.entries[1:]},
    )


def _heaviest(entries: Sequence[Entry], parts: Sequence[Part]) -> tuple[int, int, int]:
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
            if best[0] < below <= PART and _SAFE.fullmatch(anchor) and anchor.lower() not in taken:
                best = (below, start, at)
        if at < len(entries):
            total += _weight(entries[at])
            around.append((at, depth, total))
    return best
