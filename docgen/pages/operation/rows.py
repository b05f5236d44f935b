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
from docgen.render.row_words import MAX_INLINE_VALUES, details_data

MAX_FULL_ROWS = 500
"""Most rows of request and response together that are all listed."""

MAX_COMPARED_ROWS = 100
"""Most rows of request and response together for which a comparison lists unchanged rows too."""

MIN_OMITTED_ROWS = 3
"""Fewest rows that a reference replaces: a shorter list takes less space than the reference."""

_NOT_COMPARED = RowPair(None, None)
"""The pair of a row that is not compared."""


class TypePage(NamedTuple):
    """A type that has a page of its own: its name, and the folder of its page."""

    name: str
    folder: str


NO_TYPE_PAGES: Mapping[str, TypePage] = {}
"""For pages without links to types."""


class RowEntry(NamedTuple):
    """A row on a page.

    Attributes:
        row: The row, in its old version if it was removed.
        pair: Old and new version of the row.
        mark: `added`, `removed`, `changed` or empty.
        anchor: HTML id of the row, or empty for a row without a name.
        same_as: Anchor of the row with the same members, which are not repeated here, or empty.
        same_as_path: Side and path of that row, which tell a list from its items: `response.Tags[]`.
        is_unchanged: Whether neither the row nor anything below it changed, where unchanged rows are only named.
        omits_children: Whether the rows below it are left out because they did not change.
        line: Number of the row on its side, which its line in the syntax block has as its id.
        same_values: Anchor of the row that lists the same values, if they are many.
    """

    row: Row
    pair: RowPair
    mark: str = ""
    anchor: str = ""
    same_as: str = ""
    is_unchanged: bool = False
    omits_children: bool = False
    same_as_path: str = ""
    line: int = -1
    same_values: str = ""

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
    if old is None and not (with_pairs or new.is_folded) and len(new.parameters) + len(new.response) <= MAX_FULL_ROWS:
        plain = _RowFolder(is_full=True)
        return OperationRows(
            plain.plain_entries("request", new.parameters), plain.plain_entries("response", new.response), is_plain=True
        )
    sides = {
        "request": pair_rows(old.parameters if old else None, new.parameters),
        "response": pair_rows(old.response if old else None, new.response),
    }
    is_full = not new.is_folded and sum(map(len, sides.values())) <= MAX_FULL_ROWS
    fold = _RowFolder(is_full=is_full, changes_only=changes_only, is_folded=new.is_folded)
    listed = [tuple(fold.entries(side, each)) for side, each in sides.items()]
    return OperationRows(listed[0], listed[1], is_plain=old is None and is_full, changes_only=changes_only)


class _RowFolder:
    """What a page has listed so far: anchors, and the members of shapes."""

    def __init__(self, *, is_full: bool, changes_only: bool = False, is_folded: bool = False) -> None:
        self.is_full = is_full
        self.is_folded = is_folded
        self.changes_only = changes_only
        self.used_anchors: set[str] = set()
        self.first_rows: dict[tuple[str, str, str], tuple[str, str]] = {}
        self.value_anchors: dict[str, str] = {}

    def plain_entries(self, side: str, rows: Sequence[Row]) -> tuple[RowEntry, ...]:
        """Return rows that are not compared and all listed."""
        entries = []
        for line, (row, anchor) in enumerate(zip(rows, row_anchors(side, rows), strict=True)):
            anchor = self.unused_anchor(anchor) if row.name is not None else ""
            same_values = self.earlier_values(row, anchor) if row.details is not None else ""
            fields = (row, _NOT_COMPARED, "", anchor, "", False, False, "", line, same_values)
            entries.append(RowEntry._make(fields))  # a call takes twice as long
        return tuple(entries)

    def earlier_values(self, row: Row, anchor: str, *, only_named: bool = False) -> str:
        """Return the anchor of an earlier row that lists the many values of this one, or an empty text.

        Later rows do not refer to a row that is `only_named`, because a page does not list its values.
        """
        if row.details is None or len(row.details.values) <= MAX_INLINE_VALUES:
            return ""
        if only_named:
            return self.value_anchors.get(row.shape, "")
        earlier = self.value_anchors.setdefault(row.shape, anchor)
        return "" if earlier == anchor else earlier

    def entries(self, side: str, pairs: Sequence[RowPair]) -> list[RowEntry]:
        found: list[RowEntry] = []
        pairs = [pair for pair in pairs if pair.move != "left"]
        marks = [_change_mark(pair) for pair in pairs]
        sizes = [0] * len(pairs) if self.is_full and not self.changes_only else _subtree_sizes(pairs)
        quiet = _unchanged_rows(pairs, marks, sizes) if self.changes_only else [False] * len(pairs)
        # Where rows were left out, at least `MIN_OMITTED_ROWS` are missing from every subtree around them.
        omitted = [0, *accumulate(self.is_folded and pair.row.omits_children for pair in pairs)]
        anchors = _pair_anchors(side, pairs)
        index = 0
        while index < len(pairs):
            pair = pairs[index]
            row = pair.row
            anchor = self.unused_anchor(anchors[index]) if row.name is not None else ""
            same_as = same_as_path = ""
            closed = (
                quiet[index]
                and bool(row.path)
                and row.placeholder in BRACKETS
                and (row.omits_children or sizes[index] >= MIN_OMITTED_ROWS)
            )
            if (
                not (self.is_full or quiet[index])
                and (sizes[index] >= MIN_OMITTED_ROWS or omitted[index + sizes[index] + 1] > omitted[index])
                and row.placeholder
                and not _is_map_key(row)
            ):
                same_as, same_as_path = self.earlier_row(side, pair, anchor or row_anchor(side, row.path))
            references = same_as_path, len(found), self.earlier_values(row, anchor, only_named=quiet[index])
            found.append(RowEntry(row, pair, marks[index], anchor, same_as, quiet[index], closed, *references))
            index += 1 + (sizes[index] if same_as or closed else 0)
        return found

    def earlier_row(self, side: str, pair: RowPair, anchor: str) -> tuple[str, str]:
        """Return anchor and path of the row that lists the members of the shapes of a pair, or nothing if it is new.

        A compared pair refers to the same pair, so that no mark is lost. Added or removed rows have no marks inside.
        Requests and responses do not refer to each other: only in requests are members required.
        """
        old, new = pair.old.shape if pair.old else "", pair.new.shape if pair.new else ""
        found = self.first_rows.get((side, old, new))
        if found is not None:
            return found
        path = pair.row.path
        for key in ((side, old, new), (side, old, ""), (side, "", new)):
            if any(key[1:]):
                self.first_rows.setdefault(key, (anchor, f"{side}.{path}" if path else side))
        return "", ""

    def unused_anchor(self, anchor: str) -> str:
        while anchor in self.used_anchors:  # only if names contain the separator of names
            anchor += "-"
        self.used_anchors.add(anchor)
        return anchor


class RowLocations:
    """Where the rows of an operation are, for links from other pages.

    Args:
        rows: The rows of the operation.
    """

    def __init__(self, rows: OperationRows) -> None:
        self.listed = {entry.anchor for side in (rows.parameters, rows.response) for entry in side}
        self.part_by_anchor = rows.part_by_anchor

    def nearest(self, anchor: str) -> tuple[str, str]:
        """Return the part that has a row, or empty for the first page, and the HTML id of the row.

        For a row that is not listed, it is the nearest row around it that is.
        """
        while anchor not in self.listed and "." in anchor:
            if anchor in self.part_by_anchor:
                return self.part_by_anchor[anchor], anchor
            anchor = anchor.rpartition(".")[0]
        return "", anchor


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


def row_anchors(side: str, rows: Sequence[Row]) -> list[str]:
    """Return the HTML ids of the rows of a side, depth first, as `row_anchor` does for each of them.

    The id of a row begins with that of the row around it, so that no path is read again.
    """
    found: list[str] = []
    around: list[str] = []
    for row in rows:
        name, depth = row.name, row.depth
        outer = around[depth - 1] if depth else side
        if name is None:
            anchor = outer
        elif name.isalnum():
            anchor = f"{outer}.{name}"
        elif not name or "[" in name or "{" in name:  # what ids leave out
            return [row_anchor(side, each.path) for each in rows]
        else:
            anchor = row_anchor(side, row.path)
        around[depth:] = (anchor,)
        found.append(anchor)
    return found


def _pair_anchors(side: str, pairs: Sequence[RowPair]) -> list[str]:
    """Return the HTML id of each row, which depends on the side of a removed one."""
    if all(pair.old is pair.new for pair in pairs):
        return row_anchors(side, [pair.row for pair in pairs])
    return [row_anchor(side if pair.new else f"removed.{side}", pair.row.path) for pair in pairs]


def rows_data(
    entries: Iterable[RowEntry], type_pages: Mapping[str, TypePage] = NO_TYPE_PAGES
) -> Iterator[dict[str, Any]]:
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
        if row.name is not None and row.shape in type_pages:
            row_data["type_name"] = type_pages[row.shape].name
        if row.required_since:
            row_data["required_since"] = row.required_since
        if row.deprecated_since:
            row_data["deprecated_since"] = row.deprecated_since
        if row.details is not None:
            row_data |= details_data(row.details, entry.same_values)
        is_split = bool(entry.same_as) and entry.same_as == entry.anchor
        marks = {
            "mark": entry.mark,
            "same_as": entry.same_as_path,
            "members_file": f"{entry.anchor}/index.json" if is_split else "",
            "omits_children": entry.omits_children,
            "model_name": row.model_name,
            "unwritten": not row.placeholder,
        }
        yield row_data | {name: value for name, value in marks.items() if value}
