"""Syntax blocks line by line, with marks for changes, and references instead of repeated members.

Lines are made from rows. If all rows are listed and nothing is compared, they are the documented block, as a test
checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from docgen.model.names import client_call, keyword_argument
from docgen.model.rows import BRACKETS, Row
from docgen.pages.operation.rows import RowEntry

DIFF_SIGNS = {"": " ", "added": "+", "removed": "-", "was": "-", "now": "+"}
"""The sign before a line in a diff, by its mark."""


class SyntaxLine(NamedTuple):
    """A line of a syntax block: its old version, its new version, or both.

    `mark` is `added`, `removed`, `was`, `now`, `left` (moved elsewhere) or empty. Lines that differ only in a comma
    have no mark. `same_as` is the anchor of the members that the line leaves out.
    """

    mark: str
    old: str | None
    new: str | None
    same_as: str = ""

    @property
    def text(self) -> str:
        """The new version, or the old one if it was removed."""
        return (self.old or "") if self.new is None else self.new


class SyntaxSegment(NamedTuple):
    """Lines with the same mark and without a reference, or one line with a reference."""

    mark: str
    text: str
    same_as: str


@dataclass(frozen=True, slots=True)
class SyntaxBlock:
    """A syntax block: `segments` if it has marks or references, else only `text`."""

    text: str
    line_count: int
    segments: tuple[SyntaxSegment, ...] = ()

    @property
    def has_changes(self) -> bool:
        """Whether any line has a mark."""
        return any(stretch.mark for stretch in self.segments)

    @property
    def diff(self) -> str:
        """The lines with signs, as in a diff."""
        return "\n".join(
            DIFF_SIGNS[stretch.mark] + line for stretch in self.segments for line in _segment_text(stretch).split("\n")
        )

    @property
    def current_text(self) -> str:
        """The current lines without signs; references are comments."""
        kept = (s for s in self.segments if s.mark not in ("removed", "was"))
        return "\n".join(map(_segment_text, kept)) if self.segments else self.text


def _segment_text(segment: SyntaxSegment) -> str:
    return segment.text + (f"  # see {segment.same_as}" if segment.same_as else "")


def build_syntax_block(lines: Iterable[SyntaxLine], documented_text: str = "") -> SyntaxBlock:
    """Return lines as a block, or the documented text if there are no lines."""
    shown = [line for line in lines if line.mark != "left"]
    if not any(line.mark or line.same_as for line in shown):
        text = "\n".join(line.text for line in shown) if shown else documented_text
        return SyntaxBlock(text, text.count("\n") + 1)
    stretches: list[SyntaxSegment] = []
    for (mark, same_as, _), each in groupby(enumerate(shown), lambda indexed: _segment_key(*indexed)):
        stretches.append(SyntaxSegment(mark, "\n".join(line.text for _, line in each), same_as))
    return SyntaxBlock("", sum(s.text.count("\n") + 1 for s in stretches), tuple(stretches))


def _segment_key(index: int, line: SyntaxLine) -> tuple[str, str, int]:
    """Return the key of lines in the same segment; a line with a mark or a reference has its own."""
    return line.mark, line.same_as, index if line.mark or line.same_as else -1


def request_lines(entries: Sequence[RowEntry], method: str) -> Iterator[SyntaxLine]:
    """Yield the lines of a request block."""
    olds = any(entry.pair.old for entry in entries)
    news = any(entry.pair.new for entry in entries)
    head, empty = f"{client_call(method)}(", f"{client_call(method)}()"
    yield from _old_and_new_lines(head if olds else empty, head if news else empty)
    yield from _syntax_lines(entries, is_request=True, first_level=1)
    last = next((entry.pair for entry in reversed(entries) if entry.row.depth == 0), None)
    if last:  # a last parameter that is unwritten leaves its indent, as in `docgen.model.syntax`
        old, new = ("    " if row and not row.placeholder else None for row in (last.old, last.new))
        yield from _old_and_new_lines(old, new)
    yield from _old_and_new_lines(")" if olds else None, ")" if news else None)


def response_lines(entries: Sequence[RowEntry]) -> Iterator[SyntaxLine]:
    """Yield the lines of a response block."""
    return _syntax_lines(entries, is_request=False)


def part_lines(entries: Sequence[RowEntry], *, is_request: bool) -> Iterator[SyntaxLine]:
    """Yield the lines of a row and all rows below it, without indent."""
    return _syntax_lines(entries, is_request=is_request)


def _syntax_lines(entries: Sequence[RowEntry], *, is_request: bool, first_level: int = 0) -> Iterator[SyntaxLine]:
    waiting: list[tuple[int, RowEntry, int]] = []  # open rows, each with its depth and its level
    for entry in entries:
        row = entry.row
        while waiting and waiting[-1][0] >= row.depth:
            yield from _closing_lines(*waiting.pop()[1:], is_request=is_request)
        level = waiting[-1][2] + 1 if waiting else first_level
        if (row.name is None and row.path.endswith("{key}")) or not row.placeholder:
            continue
        indent = " " * 4 * level
        yield from _opening_lines(entry, indent, is_request=is_request)
        if not (entry.same_as or entry.omits_children):
            waiting.append((row.depth, entry, level))
    while waiting:
        yield from _closing_lines(*waiting.pop()[1:], is_request=is_request)


def _opening_lines(entry: RowEntry, indent: str, *, is_request: bool) -> Iterator[SyntaxLine]:
    pair = entry.pair
    is_closed = entry.omits_children or entry.same_as != ""
    old, new = [
        None
        if row is None
        else indent
        + _key_text(row, is_request)
        + _value_text(row, _end_text(row, comma, is_request), indent, is_closed, is_request)
        for row, comma in ((pair.old, pair.old_comma), (pair.new, pair.new_comma))
    ]
    return _old_and_new_lines(old, new, entry, entry.same_as)


def _key_text(row: Row, is_request: bool) -> str:
    if row.name is not None:
        return keyword_argument(row.name)[0] if is_request and row.depth == 0 else f"'{row.name}': "
    return "'string': " if row.path.endswith("{value}") else ""


def _end_text(row: Row, comma: str, is_request: bool) -> str:
    """Return what follows the value of a row."""
    return keyword_argument(row.name or "")[1] + comma if is_request and row.depth == 0 else comma


def _value_text(row: Row, end_text: str, indent: str, omits_children: bool, is_request: bool) -> str:
    text = row.placeholder
    end = BRACKETS.get(text)
    if end:
        return f"{text}...{end}{end_text}" if omits_children else text
    # A request's empty structure is followed by a line break at its own indentation, as in `docgen.model.syntax`.
    return f"{text}\n{indent}{end_text}" if is_request and text == "{}" else text + end_text


def _closing_lines(entry: RowEntry, level: int, *, is_request: bool) -> Iterator[SyntaxLine]:
    pair = entry.pair
    old, new = [
        " " * 4 * level + BRACKETS[row.placeholder] + _end_text(row, comma, is_request)
        if row and row.placeholder in BRACKETS
        else None
        for row, comma in ((pair.old, pair.old_comma), (pair.new, pair.new_comma))
    ]
    return _old_and_new_lines(old, new, entry)


def _old_and_new_lines(
    old: str | None, new: str | None, entry: RowEntry | None = None, same_as: str = ""
) -> Iterator[SyntaxLine]:
    """Yield the line or lines for an old and a new version."""
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
