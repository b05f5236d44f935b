"""One operation in two releases, side by side: its request and response syntax, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from typing import Any, NamedTuple

from docgen.diff.facts import ServiceDelta
from docgen.model.service import Service
from docgen.pages.operation.view import OperationView, operation_view
from docgen.rules.classify import classify
from docgen.rules.grouping import Cause, arrange

AROUND = 4
"""Unchanged lines that stay in sight around a change; more of them are folded away."""

MANY = 20_000
"""Lines of both sides from which only the lines between the first and the last difference are matched as one."""

_VALUE = re.compile(r"'[^']*'")
_VALUE_OR_NOT = re.compile(r"('[^']*')")


class Line(NamedTuple):
    """A line of each side: `mark` is `=`, `+`, `-` or `~` for both; numbers are from 1, and 0 where there is none."""

    mark: str
    old_number: int
    old: str
    new_number: int
    new: str

    @property
    def old_parts(self) -> list[tuple[bool, str]]:
        """The old line in parts, each with whether it went: of a list of values only those that are no more."""
        return _parts(self.old, self.new)

    @property
    def new_parts(self) -> list[tuple[bool, str]]:
        """The new line likewise, each part with whether it came."""
        return _parts(self.new, self.old)


class Stretch(NamedTuple):
    """Lines that stay together; folded where nothing changed in many."""

    folded: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """The request or the response: all lines, and how many are different."""

    title: str
    lines: tuple[Line, ...]

    @property
    def changed(self) -> int:
        """How many lines came, went or changed."""
        return sum(line.mark != "=" for line in self.lines)

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The lines with those folded that lie far from any change."""
        return tuple(_stretches(self.lines))

    @property
    def unified(self) -> str:
        """The differences as a unified diff with everything around them."""
        old = [line.old for line in self.lines if line.old_number]
        new = [line.new for line in self.lines if line.new_number]
        return "\n".join(list(unified_diff(old, new, lineterm="", n=AROUND))[2:])


@dataclass(frozen=True, slots=True)
class Comparison:
    """An operation in two releases; a side is missing where the operation is."""

    service: str
    title: str
    operation: str
    old: str
    new: str
    old_date: str
    new_date: str
    sides: tuple[Side, ...]
    causes: tuple[Cause, ...]
    there: tuple[bool, bool]
    root: str = ""

    @property
    def state(self) -> str:
        """What happened to the operation, in a sentence."""
        match self.there, any(side.changed for side in self.sides):
            case (False, True), _:
                return f"{self.operation} is new in {self.new}."
            case (True, False), _:
                return f"{self.operation} is gone in {self.new}."
            case _, True:
                return f"The syntax of {self.operation} changed."
        return f"The syntax of {self.operation} did not change."


def comparison(delta: ServiceDelta, operation: str, *, old: str, new: str, dates: tuple[str, str]) -> Comparison:
    """An operation before and after; it must be in at least one of the two models. Dates may be empty."""
    before, after = _view(delta.old, operation), _view(delta.new, operation)
    arranged = arrange(classify(delta))
    shared = tuple(cause for cause in arranged.shared if operation in cause.change.operations)
    own = arranged.of_operation.get(operation, ())
    return Comparison(
        service=delta.service,
        title=delta.new.full_name or delta.old.full_name or delta.service,
        operation=operation,
        old=old,
        new=new,
        old_date=dates[0],
        new_date=dates[1],
        sides=(
            Side("Request Syntax", _aligned(_request(before), _request(after))),
            Side("Response Syntax", _aligned(_response(before), _response(after))),
        ),
        causes=(*own, *shared),
        there=(before is not None, after is not None),
    )


def _view(service: Service, operation: str) -> OperationView | None:
    found = service.operations.get(operation)
    return operation_view(service, found) if found is not None else None


def _request(view: OperationView | None) -> list[str]:
    return view.syntax.request_syntax.split("\n") if view else []


def _response(view: OperationView | None) -> list[str]:
    return (view.syntax.response_syntax or "").split("\n") if view and view.syntax.response_syntax else []


def _aligned(old: Sequence[str], new: Sequence[str]) -> tuple[Line, ...]:
    return tuple(_lines(old, new))


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for kind, a, b, c, d in _spans(old, new):
        if kind == "equal":
            for at in range(b - a):
                yield Line("=", a + at + 1, old[a + at], c + at + 1, new[c + at])
            continue
        both = min(b - a, d - c)
        for at in range(both):
            mark = "=" if old[a + at] == new[c + at] else "~"
            yield Line(mark, a + at + 1, old[a + at], c + at + 1, new[c + at])
        for at in range(a + both, b):
            yield Line("-", at + 1, old[at], 0, "")
        for at in range(c + both, d):
            yield Line("+", 0, "", at + 1, new[at])


def _parts(line: str, other: str) -> list[tuple[bool, str]]:
    if "|" not in line:
        return [(False, line)]
    known = set(_VALUE.findall(other))
    parts = [(bool(_VALUE.fullmatch(part)) and part not in known, part) for part in _VALUE_OR_NOT.split(line)]
    return [(marked, part) for marked, part in parts if part]


def _spans(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """What is equal at both ends is not matched: it is most of it."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    if start:
        yield "equal", 0, start, 0, start
    middle, other = old[start : len(old) - end], new[start : len(new) - end]
    if len(middle) + len(other) > MANY:
        yield "replace", start, len(old) - end, start, len(new) - end
    else:
        for kind, a, b, c, d in SequenceMatcher(None, middle, other, autojunk=False).get_opcodes():
            yield kind, a + start, b + start, c + start, d + start
    if end:
        yield "equal", len(old) - end, len(old), len(new) - end, len(new)


def _stretches(lines: Sequence[Line]) -> Iterator[Stretch]:
    changed = [at for at, line in enumerate(lines) if line.mark != "="]
    shown = {near for at in changed for near in range(at - AROUND, at + AROUND + 1)} if changed else set()
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and (end in shown) == (start in shown):
            end += 1
        folded = start not in shown and end - start > AROUND
        yield Stretch(folded, tuple(lines[start:end]))
        start = end


def comparison_data(page: Comparison) -> dict[str, Any]:
    """A comparison as JSON; a line's number is null on the side that does not have it."""
    return {
        "service": page.service,
        "operation": page.operation,
        "old": page.old,
        "new": page.new,
        "in_old": page.there[0],
        "in_new": page.there[1],
        "changes": [
            {"severity": cause.severity, "message": cause.message, "path": cause.change.paths.get(page.operation)}
            for cause in page.causes
        ],
        "request": [_line_data(line) for line in page.sides[0].lines],
        "response": [_line_data(line) for line in page.sides[1].lines],
    }


def _line_data(line: Line) -> dict[str, Any]:
    return {
        "mark": line.mark,
        "old_line": line.old_number or None,
        "old": line.old if line.old_number else None,
        "new_line": line.new_number or None,
        "new": line.new if line.new_number else None,
    }
