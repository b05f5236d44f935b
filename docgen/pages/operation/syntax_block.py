"""Syntax blocks line by line, as the lists of a page have them: with marks, and with references in place of repeats.

The lines are made from the rows, each of which knows what stands for it. For rows that are all there and not compared
they are the documented block, and a test holds them to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from docgen.model.rows import BRACKETS, Row
from docgen.pages.operation.rows import RowEntry

DIFF_SIGNS = {"": " ", "added": "+", "removed": "-", "was": "-", "now": "+"}
"""What stands before a line in a difference."""


class SyntaxLine(NamedTuple):
    """A line of a block: as it was, as it is, or both; `left` is where one stood that stands elsewhere now.

    `mark` is `added`, `removed`, `was`, `now`, `left` or nothing: where only its comma differs a line is the same to a
    reader. All `new` are the new block, all `old` the old one, but for lines that moved. `same_as` is the anchor
    of what is left out of the line.
    """

    mark: str
    old: str | None
    new: str | None
    same_as: str = ""

    @property
    def text(self) -> str:
        """The line as it is, or was."""
        return (self.old or "") if self.new is None else self.new


class SyntaxSegment(NamedTuple):
    """Lines with the same mark and no reference, or one that ends in a reference."""

    mark: str
    text: str
    same_as: str


@dataclass(frozen=True, slots=True)
class SyntaxBlock:
    """A block to show: `stretches` where it has marks or references, else `text` alone."""

    text: str
    line_count: int
    segments: tuple[SyntaxSegment, ...] = ()

    @property
    def has_changes(self) -> bool:
        """Whether anything in it came, went or changed."""
        return any(stretch.mark for stretch in self.segments)

    @property
    def diff(self) -> str:
        """The lines with a sign before each, as in a patch."""
        return "\n".join(
            DIFF_SIGNS[stretch.mark] + line for stretch in self.segments for line in _segment_text(stretch).split("\n")
        )

    @property
    def current_text(self) -> str:
        """The lines without signs, references as comments; only what is there now."""
        kept = (s for s in self.segments if s.mark not in ("removed", "was"))
        return "\n".join(map(_segment_text, kept)) if self.segments else self.text


def _segment_text(segment: SyntaxSegment) -> str:
    return segment.text + (f"  # see {segment.same_as}" if segment.same_as else "")


def build_syntax_block(lines: Iterable[SyntaxLine], documented_text: str = "") -> SyntaxBlock:
    """The lines as a block; without lines it is the documented one."""
    shown = [line for line in lines if line.mark != "left"]
    if not any(line.mark or line.same_as for line in shown):
        text = "\n".join(line.text for line in shown) if shown else documented_text
        return SyntaxBlock(text, text.count("\n") + 1)
    stretches: list[SyntaxSegment] = []
    for (mark, same_as, _), each in groupby(enumerate(shown), lambda at: _segment_key(*at)):
        stretches.append(SyntaxSegment(mark, "\n".join(line.text for _, line in each), same_as))
    return SyntaxBlock("", sum(s.text.count("\n") + 1 for s in stretches), tuple(stretches))


def _segment_key(index: int, line: SyntaxLine) -> tuple[str, str, int]:
    """Lines that go together; one with a mark or a reference stands alone."""
    return line.mark, line.same_as, index if line.mark or line.same_as else -1


def request_lines(entries: Sequence[RowEntry], method: str) -> Iterator[SyntaxLine]:
    """The lines of a request's block."""
    olds = any(entry.pair.old for entry in entries)
    news = any(entry.pair.new for entry in entries)
    head, empty = f"client.{method}(", f"client.{method}()"
    yield from _old_and_new_lines(head if olds else empty, head if news else empty)
    yield from _syntax_lines(entries, is_request=True, first_level=1)
    yield from _old_and_new_lines(")" if olds else None, ")" if news else None)


def response_lines(entries: Sequence[RowEntry]) -> Iterator[SyntaxLine]:
    """The lines of a response's block."""
    return _syntax_lines(entries, is_request=False)


def part_lines(entries: Sequence[RowEntry], *, is_request: bool) -> Iterator[SyntaxLine]:
    """The lines of a row and all below it, from the margin."""
    return _syntax_lines(entries, is_request=is_request)


def _syntax_lines(entries: Sequence[RowEntry], *, is_request: bool, first_level: int = 0) -> Iterator[SyntaxLine]:
    waiting: list[tuple[int, RowEntry, int]] = []  # what is open: its depth, itself, its level
    for entry in entries:
        row = entry.row
        while waiting and waiting[-1][0] >= row.depth:
            yield from _closing_lines(*waiting.pop()[1:])
        level = waiting[-1][2] + 1 if waiting else first_level
        if row.name is None and row.path.endswith("{key}"):
            continue
        indent = " " * 4 * level
        yield from _opening_lines(entry, indent, is_request=is_request)
        if not (entry.same_as or entry.omits_children):
            waiting.append((row.depth, entry, level))
    while waiting:
        yield from _closing_lines(*waiting.pop()[1:])


def _opening_lines(entry: RowEntry, indent: str, *, is_request: bool) -> Iterator[SyntaxLine]:
    pair = entry.pair
    is_closed = entry.omits_children or entry.same_as != ""
    old, new = [
        None
        if row is None
        else indent + _key_text(row, is_request) + _value_text(row, comma, indent, is_closed, is_request)
        for row, comma in ((pair.old, pair.old_comma), (pair.new, pair.new_comma))
    ]
    return _old_and_new_lines(old, new, entry, entry.same_as)


def _key_text(row: Row, is_request: bool) -> str:
    if row.name is not None:
        return f"{row.name}=" if is_request and row.depth == 0 else f"'{row.name}': "
    return "'string': " if row.path.endswith("{value}") else ""


def _value_text(row: Row, comma: str, indent: str, omits_children: bool, is_request: bool) -> str:
    text = row.placeholder
    end = BRACKETS.get(text)
    if end:
        return f"{text}...{end}{comma}" if omits_children else text
    # A request's empty structure is followed by a line break at its own indentation, as in `docgen.model.syntax`.
    return f"{text}\n{indent}{comma}" if is_request and text == "{}" else text + comma


def _closing_lines(entry: RowEntry, level: int) -> Iterator[SyntaxLine]:
    pair = entry.pair
    old, new = [
        " " * 4 * level + BRACKETS[row.placeholder] + comma if row and row.placeholder in BRACKETS else None
        for row, comma in ((pair.old, pair.old_comma), (pair.new, pair.new_comma))
    ]
    return _old_and_new_lines(old, new, entry)


def _old_and_new_lines(
    old: str | None, new: str | None, entry: RowEntry | None = None, same_as: str = ""
) -> Iterator[SyntaxLine]:
    """The line or lines of a place that was `old` and is `new`."""
    place = entry.pair.move if entry else ""
    if old is None and new is None:
        return
    if place == "left":
        yield SyntaxLine("left", old, None)
    elif old is not None and new is not None and old.rstrip(",") == new.rstrip(","):
        yield SyntaxLine("", None if place else old, new, same_as)
    else:
        is_both = old is not None and new is not None
        if old is not None:
            yield SyntaxLine("was" if is_both else "removed", None if place else old, None, same_as)
        if new is not None:
            yield SyntaxLine("now" if is_both else "added", None, new, same_as)
