"""The lists of two versions of an operation as one: which row is which, what came, what went, what is different.

Rows are the same where their paths are. The two lists are trees in depth-first order, and children are compared with
children only, so the cost is that of the lists: a line of one never looks for its like in all of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from docgen.model.rows import Row


class RowPair(NamedTuple):
    """A row of the old list, a row of the new one, or the two that are the same row.

    `place` is empty but where siblings changed places: what moved stands as `left` at its old place, without a new row,
    and as `moved` at its new one. `old_comma` and `new_comma` are what follows each in a syntax block.
    """

    old: Row | None
    new: Row | None
    move: str = ""
    old_comma: str = ""
    new_comma: str = ""

    @property
    def row(self) -> Row:
        """The row as it is, or was."""
        return self.new or self.old  # type: ignore[return-value]  # one of the two is there


def pair_rows(old: Sequence[Row] | None, new: Sequence[Row]) -> list[RowPair]:
    """Both lists in one, in the order of the new one, with what went at the place where it stood.

    All `new` in their order are the new list; all `old` that are not `moved` are the old one. Without an old list every
    row is paired with itself: nothing is compared.
    """
    after = _RowForest(new)
    if old is None or _is_unchanged(old, new):
        return [RowPair(row, row, "", comma, comma) for row, comma in zip(new, after.commas, strict=True)]
    return list(_merge_rows(_RowForest(old), range(len(old)), after, range(len(new)), ""))


def _is_unchanged(old: Sequence[Row], new: Sequence[Row]) -> bool:
    """Whether two lists differ in nothing but words: the cheap way, and the usual one for one of the two sides."""
    return len(old) == len(new) and all(
        a.path == b.path and not row_differences(a, b) for a, b in zip(old, new, strict=True)
    )


def row_differences(old: Row, new: Row) -> tuple[tuple[str, str], ...]:
    """What a reader should know to be different: (was, is), each in words."""
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


def _value_differences(old: str, new: str) -> tuple[str, str]:
    """Of two lists of values, what only one of them has; of anything else all."""
    before, after = old.split("|"), new.split("|")
    known, left = set(before), set(after)
    gone, came = [v for v in before if v not in left], [v for v in after if v not in known]
    if len(gone) == len(before) or not (gone or came):
        return old, new
    return "without" if not gone else "with " + ", ".join(gone), ", ".join(came) or "without"


class _RowForest:
    """One list: where what is below each row ends, and the comma after each in a syntax block."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.subtree_ends = [len(rows)] * len(rows)
        self.commas = [""] * len(rows)
        around: list[int] = []
        for at, row in enumerate(rows):
            while around and rows[around[-1]].depth >= row.depth:
                before = around.pop()
                self.subtree_ends[before] = at
                if rows[before].depth == row.depth and rows[before].name is not None:
                    self.commas[before] = ","
            around.append(at)
            if row.name is None and row.path.endswith("[]"):
                self.commas[at] = ","

    def children(self, start: int, end: int) -> dict[str, int]:
        """The rows from `start` to `end` that are in no other of them, by path."""
        found = {}
        while start < end:
            found[self.rows[start].path] = start
            start = self.subtree_ends[start]
        return found


def _merge_rows(old: _RowForest, old_range: range, new: _RowForest, new_range: range, move: str) -> Iterator[RowPair]:
    was, is_ = old.children(old_range.start, old_range.stop), new.children(new_range.start, new_range.stop)
    for kind, path in _sibling_order(list(was), list(is_)):
        if kind == "-":
            for at in range(was[path], old.subtree_ends[was[path]]):
                yield RowPair(old.rows[at], None, move or ("left" if path in is_ else ""), old.commas[at])
        elif path not in was:
            for at in range(is_[path], new.subtree_ends[is_[path]]):
                yield RowPair(None, new.rows[at], move, "", new.commas[at])
        else:
            a, b = was[path], is_[path]
            here = "moved" if kind == "+" else move
            yield RowPair(old.rows[a], new.rows[b], here, old.commas[a], new.commas[b])
            yield from _merge_rows(old, range(a + 1, old.subtree_ends[a]), new, range(b + 1, new.subtree_ends[b]), here)


def _sibling_order(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Siblings of both sides in one order: `=` for those that kept theirs, `-` where only old ones stand, `+` new."""
    if old == new:
        yield from (("=", path) for path in new)
        return
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (("=", path) for path in new[c:d])
        else:
            yield from (("-", path) for path in old[a:b])
            yield from (("+", path) for path in new[c:d])
