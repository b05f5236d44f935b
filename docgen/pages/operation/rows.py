"""The lists of an operation as a page shows them: each row with its mark and its anchor, long ones tamed.

Up to `FULL` rows a page says everything where it stands, as documented. Beyond that it says the members of a shape
once, and refers to that place wherever the shape comes again: nine operations have 55,000 rows of 2,200 different ones.

What is compared is all there up to `WHOLE` rows. Beyond that, what did not change is closed: its row stands there, what
is below it does not. The text of a page is never tamed: it has everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from docgen.model.syntax import BRACKETS, OperationSyntax, Row
from docgen.pages.operation.row_diff import Pair, differences, pairs
from docgen.render.addresses import id_of

FULL = 500
"""Rows of request and response together up to which a page says everything where it stands."""

WHOLE = 100
"""Rows of request and response together up to which a comparison says everything, what did not change too."""

MINOR = 3
"""Rows below a row from which they are not said again: a reference to less would be longer than what it spares."""

_ALONE = Pair(None, None)
"""Stands for the pair of a row that is compared with nothing."""

_LEVELS = re.compile(r"\[\]|\{key\}|\{value\}")


class Entry(NamedTuple):
    """A row as people read it: the row as it is, or was if it is gone.

    `mark` is `added`, `removed`, `changed` or nothing. `anchor` is the id of the row on the page, or empty for one
    without a name. `same_as` is the anchor of the row that has the members which are not said again here.

    On a page that only names what did not change, a row is `quiet` where neither it nor anything below it did; below a
    `closed` one rows are left out.
    """

    row: Row
    pair: Pair
    mark: str = ""
    anchor: str = ""
    same_as: str = ""
    quiet: bool = False
    closed: bool = False

    @property
    def differences(self) -> tuple[tuple[str, str], ...]:
        """What changed: (was, is)."""
        old, new = self.pair[:2]
        return differences(old, new) if self.mark == "changed" and old and new else ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Both lists of an operation, the response with its root. A plain one is all there, and compared with nothing.

    In one that `is_closed` what did not change is named only.
    `parts` are on pages of their own; `where` tells which part has a row that is not on the first page.
    """

    parameters: tuple[Entry, ...]
    response: tuple[Entry, ...]
    is_plain: bool
    is_closed: bool = False
    parts: tuple[Part, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A row with all below it, on a page of its own: `anchor` is the row's id and the name of the page's folder."""

    anchor: str
    entries: tuple[Entry, ...]

    @property
    def is_request(self) -> bool:
        """Whether it belongs to the request."""
        return self.anchor.startswith(("request.", "removed.request."))


def listing(
    new: OperationSyntax, old: OperationSyntax | None = None, *, is_closed: bool = False, with_pairs: bool = False
) -> Listing:
    """What a page lists of `new`; with `old`, which it is compared with, what came, went and changed has marks.

    In a listing that `is_closed` what did not change is only named.

    Rows of a plain listing have pairs only if they are asked for: making them takes longer than all else.
    """
    if old is None and not with_pairs and len(new.parameters) + len(new.response) <= FULL:
        plain = _Fold(is_full=True)
        return Listing(plain.rows("request", new.parameters), plain.rows("response", new.response), is_plain=True)
    sides = {
        "request": pairs(old.parameters if old else None, new.parameters),
        "response": pairs(old.response if old else None, new.response),
    }
    size = sum(map(len, sides.values()))
    fold = _Fold(is_full=size <= FULL, is_closed=is_closed)
    listed = [tuple(fold.entries(side, each)) for side, each in sides.items()]
    return Listing(listed[0], listed[1], is_plain=old is None and size <= FULL, is_closed=is_closed)


class _Fold:
    """What a page said already: anchors, and where it has the members of which shapes."""

    def __init__(self, *, is_full: bool, is_closed: bool = False) -> None:
        self.is_full = is_full
        self.is_closed = is_closed
        self.anchors: set[str] = set()
        self.first: dict[tuple[str, str], str] = {}

    def rows(self, side: str, rows: Sequence[Row]) -> tuple[Entry, ...]:
        """Rows that are compared with nothing, and all there."""
        return tuple([Entry(row, _ALONE, "", self.anchor(side, _ALONE, row)) for row in rows])

    def entries(self, side: str, listed: Sequence[Pair]) -> list[Entry]:
        found: list[Entry] = []
        listed = [pair for pair in listed if pair.place != "left"]
        marks = [_mark(pair) for pair in listed]
        sizes = [0] * len(listed) if self.is_full and not self.is_closed else _sizes(listed)
        quiet = _quiet(listed, marks, sizes) if self.is_closed else [False] * len(listed)
        at = 0
        while at < len(listed):
            pair = listed[at]
            row = pair.row
            anchor = self.anchor(side, pair, row)
            same_as = ""
            closed = quiet[at] and bool(row.path) and row.placeholder in BRACKETS and (row.closed or sizes[at] >= MINOR)
            if not (self.is_full or closed) and sizes[at] >= MINOR and row.placeholder and not _is_key(row):
                same_as = self.said(pair, anchor or anchor_of(side, row.path))
            found.append(Entry(row, pair, marks[at], anchor, same_as, quiet[at], closed))
            at += 1 + (sizes[at] if same_as or closed else 0)
        return found

    def said(self, pair: Pair, anchor: str) -> str:
        """Where the members of the shapes of `pair` stand, or nothing where this is the first place.

        What is compared refers to what is compared likewise, so that no mark is lost; what came or went alone has no
        marks inside to lose.
        """
        old, new = pair.old.shape if pair.old else "", pair.new.shape if pair.new else ""
        found = self.first.get((old, new))
        if found is not None:
            return found
        for key in ((old, new), (old, ""), ("", new)):
            if any(key):
                self.first.setdefault(key, anchor)
        return ""

    def anchor(self, side: str, pair: Pair, row: Row) -> str:
        if row.name is None:
            return ""
        anchor = anchor_of(side if pair.new or pair is _ALONE else f"removed.{side}", row.path)
        while anchor in self.anchors:  # only where names hold what separates names
            anchor += "-"
        self.anchors.add(anchor)
        return anchor


def _is_key(row: Row) -> bool:
    return row.name is None and row.path.endswith("{key}")


def _quiet(listed: Sequence[Pair], marks: Sequence[str], sizes: Sequence[int]) -> list[bool]:
    """Which rows did not change, move, come or go, nor anything below them."""
    number = [0, *accumulate(bool(mark or pair.place) for pair, mark in zip(listed, marks, strict=True))]
    return [number[at] == number[at + size + 1] for at, size in enumerate(sizes)]


def _sizes(listed: Sequence[Pair]) -> list[int]:
    """How many rows stand below each."""
    sizes = [0] * len(listed)
    around: list[tuple[int, int]] = []
    for at, pair in enumerate(listed):
        depth = pair.row.depth
        while around and around[-1][1] >= depth:
            before = around.pop()[0]
            sizes[before] = at - before - 1
        around.append((at, depth))
    for before, _ in around:
        sizes[before] = len(listed) - before - 1
    return sizes


def _mark(pair: Pair) -> str:
    old, new = pair.old, pair.new
    if new is None:
        return "removed"
    if old is None:
        return "added"
    return "changed" if old is not new and differences(old, new) else ""


Run = tuple[Entry, ...]
"""Quiet rows that stand together, one at least; what is below them is not among them."""


def gathered(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Run]]:
    """The entries of a list, each with no run; but of quiet siblings only the first, with the run that it opens."""
    run: list[Entry] = []
    for entry in entries:
        if run and entry.row.depth > run[0].row.depth:
            continue
        is_quiet = entry.quiet and entry.row.name is not None
        if run and not (is_quiet and entry.row.depth == run[0].row.depth):
            yield run[0], tuple(run)
            run = []
        if is_quiet:
            run.append(entry)
        else:
            yield entry, ()
    if run:
        yield run[0], tuple(run)


def anchor_of(side: str, path: str) -> str:
    """The id of a row. List and map levels add nothing: an item shares the id of the list that holds it."""
    name = id_of(_LEVELS.sub("", path))
    return f"{side}.{name}" if name else side
