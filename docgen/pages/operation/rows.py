"""The rows of an operation on a page, each with its mark and its anchor.

Up to `MAX_FULL_ROWS` rows are all listed, as documented. Above that, the members of a shape are listed once, and other
rows refer to them: nine operations have 55,000 rows, but only 2,200 different ones. A comparison of more than
`MAX_COMPARED_ROWS` rows only names what did not change. The text format always lists everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple

from docgen.model.paths import without_containers
from docgen.model.rows import BRACKETS, Row
from docgen.model.syntax import OperationSyntax
from docgen.pages.operation.row_diff import RowPair, pair_rows, row_differences
from docgen.render.addresses import html_id
from docgen.render.markup.text import to_text

MAX_FULL_ROWS = 500
"""Most rows of request and response together that are all listed."""

MAX_COMPARED_ROWS = 100
"""Most rows of request and response together for which a comparison lists unchanged rows too."""

MIN_OMITTED_ROWS = 3
"""Fewest rows that a reference replaces: a shorter list takes less space than the reference."""

_NOT_COMPARED = RowPair(None, None)
"""The pair of a row that is not compared."""


class RowEntry(NamedTuple):
    """A row on a page.

    Attributes:
        row: The row, in its old version if it was removed.
        pair: Old and new version of the row.
        mark: `added`, `removed`, `changed` or empty.
        anchor: HTML id of the row, or empty for a row without a name.
        same_as: Anchor of the row with the same members, which are not repeated here, or empty.
        is_unchanged: Whether neither the row nor anything below it changed, where unchanged rows are only named.
        omits_children: Whether the rows below it are left out because they did not change.
    """

    row: Row
    pair: RowPair
    mark: str = ""
    anchor: str = ""
    same_as: str = ""
    is_unchanged: bool = False
    omits_children: bool = False

    @property
    def differences(self) -> tuple[tuple[str, str], ...]:
        """What changed: (was, is)."""
        old, new = self.pair[:2]
        return row_differences(old, new) if self.mark == "changed" and old and new else ()


@dataclass(frozen=True, slots=True)
class OperationRows:
    """The rows of an operation.

    Attributes:
        parameters: Rows of the request.
        response: Rows of the response, beginning with its root.
        is_plain: Whether everything is listed and nothing is compared.
        changes_only: Whether unchanged rows are only named.
        parts: Rows that have pages of their own.
        part_by_anchor: The part of each row that is not on the first page.
    """

    parameters: tuple[RowEntry, ...]
    response: tuple[RowEntry, ...]
    is_plain: bool
    changes_only: bool = False
    parts: tuple[RowPart, ...] = ()
    part_by_anchor: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowPart:
    """A row with all rows below it, on a page of its own. `anchor` is its HTML id and the folder of the page."""

    anchor: str
    entries: tuple[RowEntry, ...]

    @property
    def is_request(self) -> bool:
        """Whether it belongs to the request."""
        return self.anchor.startswith(("request.", "removed.request."))


def operation_rows(
    new: OperationSyntax, old: OperationSyntax | None = None, *, changes_only: bool = False, with_pairs: bool = False
) -> OperationRows:
    """Return the rows of an operation.

    Args:
        new: The operation.
        old: The version to compare with; changed rows then have marks.
        changes_only: Whether unchanged rows are only named.
        with_pairs: Whether rows have pairs even if nothing is compared; this takes longer than everything else.
    """
    if old is None and not with_pairs and len(new.parameters) + len(new.response) <= MAX_FULL_ROWS:
        plain = _RowFolder(is_full=True)
        return OperationRows(
            plain.plain_entries("request", new.parameters), plain.plain_entries("response", new.response), is_plain=True
        )
    sides = {
        "request": pair_rows(old.parameters if old else None, new.parameters),
        "response": pair_rows(old.response if old else None, new.response),
    }
    size = sum(map(len, sides.values()))
    fold = _RowFolder(is_full=size <= MAX_FULL_ROWS, changes_only=changes_only)
    listed = [tuple(fold.entries(side, each)) for side, each in sides.items()]
    return OperationRows(
        listed[0], listed[1], is_plain=old is None and size <= MAX_FULL_ROWS, changes_only=changes_only
    )


class _RowFolder:
    """What a page has listed so far: anchors, and the members of shapes."""

    def __init__(self, *, is_full: bool, changes_only: bool = False) -> None:
        self.is_full = is_full
        self.changes_only = changes_only
        self.used_anchors: set[str] = set()
        self.first_anchors: dict[tuple[str, str], str] = {}

    def plain_entries(self, side: str, rows: Sequence[Row]) -> tuple[RowEntry, ...]:
        """Return rows that are not compared and all listed."""
        return tuple([RowEntry(row, _NOT_COMPARED, "", self.new_anchor(side, _NOT_COMPARED, row)) for row in rows])

    def entries(self, side: str, pairs: Sequence[RowPair]) -> list[RowEntry]:
        found: list[RowEntry] = []
        pairs = [pair for pair in pairs if pair.move != "left"]
        marks = [_change_mark(pair) for pair in pairs]
        sizes = [0] * len(pairs) if self.is_full and not self.changes_only else _subtree_sizes(pairs)
        quiet = _unchanged_rows(pairs, marks, sizes) if self.changes_only else [False] * len(pairs)
        index = 0
        while index < len(pairs):
            pair = pairs[index]
            row = pair.row
            anchor = self.new_anchor(side, pair, row)
            same_as = ""
            closed = (
                quiet[index]
                and bool(row.path)
                and row.placeholder in BRACKETS
                and (row.omits_children or sizes[index] >= MIN_OMITTED_ROWS)
            )
            if (
                not (self.is_full or closed)
                and sizes[index] >= MIN_OMITTED_ROWS
                and row.placeholder
                and not _is_map_key(row)
            ):
                same_as = self.earlier_anchor(pair, anchor or row_anchor(side, row.path))
            found.append(RowEntry(row, pair, marks[index], anchor, same_as, quiet[index], closed))
            index += 1 + (sizes[index] if same_as or closed else 0)
        return found

    def earlier_anchor(self, pair: RowPair, anchor: str) -> str:
        """Return the anchor of the row that lists the members of the shapes of a pair, or empty if this is the first.

        A compared pair refers to the same pair, so that no mark is lost. Added or removed rows have no marks inside.
        """
        old, new = pair.old.shape if pair.old else "", pair.new.shape if pair.new else ""
        found = self.first_anchors.get((old, new))
        if found is not None:
            return found
        for key in ((old, new), (old, ""), ("", new)):
            if any(key):
                self.first_anchors.setdefault(key, anchor)
        return ""

    def new_anchor(self, side: str, pair: RowPair, row: Row) -> str:
        if row.name is None:
            return ""
        anchor = row_anchor(side if pair.new or pair is _NOT_COMPARED else f"removed.{side}", row.path)
        while anchor in self.used_anchors:  # only where names hold what separates names
            anchor += "-"
        self.used_anchors.add(anchor)
        return anchor


def _is_map_key(row: Row) -> bool:
    return row.name is None and row.path.endswith("{key}")


def _unchanged_rows(pairs: Sequence[RowPair], marks: Sequence[str], sizes: Sequence[int]) -> list[bool]:
    """Return which rows did not change or move, nor anything below them."""
    number = [0, *accumulate(bool(mark or pair.move) for pair, mark in zip(pairs, marks, strict=True))]
    return [number[index] == number[index + size + 1] for index, size in enumerate(sizes)]


def _subtree_sizes(pairs: Sequence[RowPair]) -> list[int]:
    """Return the number of rows below each row."""
    sizes = [0] * len(pairs)
    around: list[tuple[int, int]] = []
    for index, pair in enumerate(pairs):
        depth = pair.row.depth
        while around and around[-1][1] >= depth:
            before = around.pop()[0]
            sizes[before] = index - before - 1
        around.append((index, depth))
    for before, _ in around:
        sizes[before] = len(pairs) - before - 1
    return sizes


def _change_mark(pair: RowPair) -> str:
    old, new = pair.old, pair.new
    if new is None:
        return "removed"
    if old is None:
        return "added"
    return "changed" if old is not new and row_differences(old, new) else ""


UnchangedRun = tuple[RowEntry, ...]
"""Unchanged siblings next to each other, at least one, without the rows below them."""


def group_unchanged(entries: Iterable[RowEntry]) -> Iterator[tuple[RowEntry, UnchangedRun]]:
    """Yield entries, each with an empty run. Of unchanged siblings only the first is yielded, with their run."""
    run: list[RowEntry] = []
    for entry in entries:
        if run and entry.row.depth > run[0].row.depth:
            continue
        is_quiet = entry.is_unchanged and entry.row.name is not None
        if run and not (is_quiet and entry.row.depth == run[0].row.depth):
            yield run[0], tuple(run)
            run = []
        if is_quiet:
            run.append(entry)
        else:
            yield entry, ()
    if run:
        yield run[0], tuple(run)


def row_anchor(side: str, path: str) -> str:
    """Return the HTML id of a row. Levels of lists and maps add nothing: an item has the id of its list."""
    name = html_id(without_containers(path))
    return f"{side}.{name}" if name else side


def rows_data(entries: Iterable[RowEntry]) -> Iterator[dict[str, Any]]:
    """Yield the current rows as JSON. Keys for notes are left out if empty."""
    for entry in entries:
        row = entry.row
        if entry.mark == "removed":
            continue
        row_data: dict[str, Any] = {
            "path": row.path,
            "name": row.name,
            "type": row.type,
            "required": row.required,
            "deprecated": row.deprecated,
            "since": row.since or None,
            "documentation": None if entry.is_unchanged else to_text(row.documentation),
        }
        marks = {"mark": entry.mark, "same_as": entry.same_as, "omits_children": entry.omits_children}
        yield row_data | {name: value for name, value in marks.items() if value}
