"""One operation in two releases, side by side: its request and response syntax, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from typing import Any, NamedTuple

from docgen.diff.delta import ServiceDelta
from docgen.model.service import Service
from docgen.pages.operation.view import OperationView, operation_view
from docgen.pages.registry import PageKind, register_page
from docgen.rules.classify import classify
from docgen.rules.grouping import ChangeGroup, group_by_operation

CONTEXT_LINES = 4
"""Unchanged lines that stay visible around a change; others are folded."""

MAX_MATCHED_LINES = 20_000
"""Lines of both sides above which the lines between the first and the last difference are not matched."""

_ENUM_VALUE = re.compile(r"'[^']*'")
_ENUM_VALUE_SEPARATOR = re.compile(r"('[^']*')")


class AlignedLine(NamedTuple):
    """A line of both sides: `mark` is `=`, `+`, `-` or `~` for changed; line numbers start at 1, 0 means none."""

    mark: str
    old_number: int
    old: str
    new_number: int
    new: str

    @property
    def old_spans(self) -> list[tuple[bool, str]]:
        """The old line in parts, each with whether it was removed: in a list of values only those."""
        return _enum_value_spans(self.old, self.new)

    @property
    def new_spans(self) -> list[tuple[bool, str]]:
        """The new line in parts, each with whether it was added."""
        return _enum_value_spans(self.new, self.old)


class FoldableLines(NamedTuple):
    """Consecutive lines; folded if many of them did not change."""

    is_folded: bool
    lines: tuple[AlignedLine, ...]


@dataclass(frozen=True, slots=True)
class SyntaxDiff:
    """All lines of the request or the response."""

    title: str
    lines: tuple[AlignedLine, ...]

    @property
    def changed_count(self) -> int:
        """Number of added, removed and changed lines."""
        return sum(line.mark != "=" for line in self.lines)

    @property
    def foldable_lines(self) -> tuple[FoldableLines, ...]:
        """The lines; those far from any change are folded."""
        return tuple(_foldable_lines(self.lines))

    @property
    def unified_diff_text(self) -> str:
        """The differences as a unified diff."""
        old = [line.old for line in self.lines if line.old_number]
        new = [line.new for line in self.lines if line.new_number]
        return "\n".join(list(unified_diff(old, new, lineterm="", n=CONTEXT_LINES))[2:])


@dataclass(frozen=True, slots=True)
class OperationComparison:
    """An operation in two releases; it may be missing in one."""

    service: str
    title: str
    operation: str
    old: str
    new: str
    old_date: str
    new_date: str
    syntax_diffs: tuple[SyntaxDiff, ...]
    change_groups: tuple[ChangeGroup, ...]
    is_in: tuple[bool, bool]
    has_python_client: bool = True
    root: str = ""

    @property
    def summary(self) -> str:
        """What happened to the operation, in a sentence."""
        match self.is_in, any(side.changed_count for side in self.syntax_diffs):
            case (False, True), _:
                return f"{self.operation} is new in {self.new}."
            case (True, False), _:
                return f"{self.operation} was removed in {self.new}."
            case _, True:
                return f"The syntax of {self.operation} changed."
        return f"The syntax of {self.operation} did not change."


def operation_comparison(
    delta: ServiceDelta,
    operation: str,
    *,
    old: str,
    new: str,
    dates: tuple[str, str],
    shown: Sequence[Service] | None = None,
) -> OperationComparison:
    """Return an operation before and after.

    Args:
        delta: The comparison of the models.
        operation: The operation. At least one of the two models must have it.
        old: Name of the older release.
        new: Name of the newer release.
        dates: Their dates, which may be empty.
        shown: Both models as they are called from Python; by default those of the comparison.
    """
    before, after = (_view_in(each, operation) for each in shown or (delta.old, delta.new))
    arranged = group_by_operation(classify(delta))
    shared = arranged.shared_by(operation)
    own = arranged.by_operation.get(operation, ())
    return OperationComparison(
        service=delta.service,
        title=delta.new.full_name or delta.old.full_name or delta.service,
        operation=operation,
        old=old,
        new=new,
        old_date=dates[0],
        new_date=dates[1],
        syntax_diffs=(
            SyntaxDiff("Request Syntax", _align(_request_syntax_lines(before), _request_syntax_lines(after))),
            SyntaxDiff("Response Syntax", _align(_response_syntax_lines(before), _response_syntax_lines(after))),
        ),
        change_groups=(*own, *shared),
        is_in=(before is not None, after is not None),
        has_python_client=delta.new.has_python_client,
    )


def _view_in(service: Service, operation: str) -> OperationView | None:
    found = service.operations.get(operation)
    return operation_view(service, found) if found is not None else None


def _request_syntax_lines(view: OperationView | None) -> list[str]:
    return view.full_syntax.request_syntax.split("\n") if view else []


def _response_syntax_lines(view: OperationView | None) -> list[str]:
    return (view.full_syntax.response_syntax or "").split("\n") if view and view.full_syntax.response_syntax else []


def _align(old: Sequence[str], new: Sequence[str]) -> tuple[AlignedLine, ...]:
    return tuple(_aligned_lines(old, new))


def _aligned_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[AlignedLine]:
    for kind, a, b, c, d in line_opcodes(old, new):
        if kind == "equal":
            for offset in range(b - a):
                yield AlignedLine("=", a + offset + 1, old[a + offset], c + offset + 1, new[c + offset])
            continue
        both = min(b - a, d - c)
        for offset in range(both):
            mark = "=" if old[a + offset] == new[c + offset] else "~"
            yield AlignedLine(mark, a + offset + 1, old[a + offset], c + offset + 1, new[c + offset])
        for index in range(a + both, b):
            yield AlignedLine("-", index + 1, old[index], 0, "")
        for index in range(c + both, d):
            yield AlignedLine("+", 0, "", index + 1, new[index])


def _enum_value_spans(line: str, other: str) -> list[tuple[bool, str]]:
    if "|" not in line:
        return [(False, line)]
    known = set(_ENUM_VALUE.findall(other))
    parts = [
        (bool(_ENUM_VALUE.fullmatch(part)) and part not in known, part) for part in _ENUM_VALUE_SEPARATOR.split(line)
    ]
    return [(marked, part) for marked, part in parts if part]


def line_opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield operations as `difflib` does. Equal lines at both ends, usually most of them, are not matched."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    if start:
        yield "equal", 0, start, 0, start
    middle, other = old[start : len(old) - end], new[start : len(new) - end]
    if len(middle) + len(other) > MAX_MATCHED_LINES:
        yield "replace", start, len(old) - end, start, len(new) - end
    else:
        for kind, a, b, c, d in SequenceMatcher(None, middle, other, autojunk=False).get_opcodes():
            yield kind, a + start, b + start, c + start, d + start
    if end:
        yield "equal", len(old) - end, len(old), len(new) - end, len(new)


def _foldable_lines(lines: Sequence[AlignedLine]) -> Iterator[FoldableLines]:
    changed = [index for index, line in enumerate(lines) if line.mark != "="]
    shown = (
        {near for index in changed for near in range(index - CONTEXT_LINES, index + CONTEXT_LINES + 1)}
        if changed
        else set()
    )
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and (end in shown) == (start in shown):
            end += 1
        folded = start not in shown and end - start > CONTEXT_LINES
        yield FoldableLines(folded, tuple(lines[start:end]))
        start = end


def comparison_data(view: OperationComparison) -> dict[str, Any]:
    """Return a comparison as JSON; the number of a line is null on the side without it."""
    return {
        "service": view.service,
        "operation": view.operation,
        "old": view.old,
        "new": view.new,
        "in_old": view.is_in[0],
        "in_new": view.is_in[1],
        "changes": [
            {"severity": cause.severity, "message": cause.message, "path": cause.change.paths.get(view.operation)}
            for cause in view.change_groups
        ],
        "request": [_aligned_line_data(line) for line in view.syntax_diffs[0].lines],
        "response": [_aligned_line_data(line) for line in view.syntax_diffs[1].lines],
    }


def _aligned_line_data(line: AlignedLine) -> dict[str, Any]:
    return {
        "mark": line.mark,
        "old_line": line.old_number or None,
        "old": line.old if line.old_number else None,
        "new_line": line.new_number or None,
        "new": line.new if line.new_number else None,
    }


def _comparison_description(view: OperationComparison) -> str:
    return f"{view.title}: {view.operation} in {view.old} and {view.new}, side by side."


COMPARISON_PAGE = register_page(
    PageKind("comparison", OperationComparison, data=comparison_data, description=_comparison_description)
)
