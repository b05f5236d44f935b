"""Pairs the rows of two versions of an operation.

Rows with the same path are the same row. Both lists are trees in depth-first order, and only siblings are compared, so
the cost is linear in the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from docgen.model.rows import Row


class RowPair(NamedTuple):
    """An old row, a new row, or both if they are the same row.

    Attributes:
        old: The old row, or None.
        new: The new row, or None.
        move: If siblings changed their order: `left` for a row at its old position, `moved` at its new one, else empty.
        old_comma: What follows the old row in a syntax block.
        new_comma: What follows the new row in a syntax block.
    """

    old: Row | None
    new: Row | None
    move: str = ""
    old_comma: str = ""
    new_comma: str = ""

    @property
    def row(self) -> Row:
        """The new row, or the old one if it was removed."""
        return self.new or self.old  # type: ignore[return-value]  # one of the two is there


def pair_rows(old: Sequence[Row] | None, new: Sequence[Row]) -> list[RowPair]:
    """Return both lists as one, in the order of the new one; removed rows are where they were.

    Without an old list, every row is paired with itself.
    """
    after = _RowForest(new)
    if old is None or _is_unchanged(old, new):
        return [RowPair(row, row, "", comma, comma) for row, comma in zip(new, after.commas, strict=True)]
    return list(_merge_rows(_RowForest(old), range(len(old)), after, range(len(new)), ""))


def _is_unchanged(old: Sequence[Row], new: Sequence[Row]) -> bool:
    """Tell whether two lists differ only in documentation. This is cheap, and often true for one side."""
    return len(old) == len(new) and all(
        a.path == b.path and not row_differences(a, b) for a, b in zip(old, new, strict=True)
    )


def row_differences(old: Row, new: Row) -> tuple[tuple[str, str], ...]:
    """Return what changed in a row, as (was, is) in words."""
    found: list[tuple[str, str]] = []
    if old.type != new.type:
        found.append((old.type, new.type))
    elif old.placeholder != new.placeholder:
        found.append(_value_differences(old.placeholder, new.placeholder))
    if old.required != new.required and old.recursive == new.recursive:
        found.append(("required", "optional") if old.required else ("optional", "required"))
    if (old.deprecated is None) != (new.deprecated is None):
        found.append(("not deprecated", "deprecated") if old.deprecated is None else ("deprecated", "not deprecated"))
    return tuple(found)


def value_changes(old: str, new: str) -> tuple[list[str], list[str]] | None:
    """Return the values that only the old and only the new placeholder has, or None if they are no lists of values."""
    before, after = old.split("|"), new.split("|")
    known, left = set(before), set(after)
    gone, came = [v for v in before if v not in left], [v for v in after if v not in known]
    return None if len(gone) == len(before) or not (gone or came) else (gone, came)


def _value_differences(old: str, new: str) -> tuple[str, str]:
    """Return the values that only one of two lists has, or both texts if they are no lists of values."""
    changes = value_changes(old, new)
    if changes is None:
        return old, new
    gone, came = changes
    return "without" if not gone else "with " + ", ".join(gone), ", ".join(came) or "without"


class _RowForest:
    """A list of rows, with the end of each subtree, and the comma after each row in a syntax block."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.subtree_ends = [len(rows)] * len(rows)
        self.commas = [""] * len(rows)
        around: list[int] = []
        for index, row in enumerate(rows):
            while around and rows[around[-1]].depth >= row.depth:
                before = around.pop()
                self.subtree_ends[before] = index
                if rows[before].depth == row.depth and rows[before].name is not None:
                    self.commas[before] = ","
            around.append(index)
            if row.name is None and row.path.endswith("[]"):
                self.commas[index] = ","

    def children(self, start: int, end: int) -> dict[str, int]:
        """Return the top-level rows between two positions, by path."""
        found = {}
        while start < end:
            found[self.rows[start].path] = start
            start = self.subtree_ends[start]
        return found


def _merge_rows(old: _RowForest, old_range: range, new: _RowForest, new_range: range, move: str) -> Iterator[RowPair]:
    was, is_ = old.children(old_range.start, old_range.stop), new.children(new_range.start, new_range.stop)
    for kind, path in _sibling_order(list(was), list(is_)):
        if kind == "-":
            for index in range(was[path], old.subtree_ends[was[path]]):
                yield RowPair(old.rows[index], None, move or ("left" if path in is_ else ""), old.commas[index])
        elif path not in was:
            for index in range(is_[path], new.subtree_ends[is_[path]]):
                yield RowPair(None, new.rows[index], move, "", new.commas[index])
        else:
            a, b = was[path], is_[path]
            row_move = "moved" if kind == "+" else move
            yield RowPair(old.rows[a], new.rows[b], row_move, old.commas[a], new.commas[b])
            yield from _merge_rows(
                old, range(a + 1, old.subtree_ends[a]), new, range(b + 1, new.subtree_ends[b]), row_move
            )


def _sibling_order(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the siblings of both sides in one order: `=` unchanged, `-` old position, `+` new position."""
    if old == new:
        yield from (("=", path) for path in new)
        return
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (("=", path) for path in new[c:d])
        else:
            yield from (("-", path) for path in old[a:b])
            yield from (("+", path) for path in new[c:d])
