"""Marks rows of a reference page with the release that added them.

A row has a mark only if it is younger than its parent, or at the top than the operation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from docgen.history.lifespans import FirstSeen
from docgen.model.rows import Row
from docgen.pages.operation.rows import row_anchor
from docgen.pages.operation.view import OperationView

MAX_LISTED_ROWS = 40
"""Most rows of one release in the list of additions; all of them have marks."""


@dataclass(frozen=True, slots=True)
class ReleaseAdditions:
    """What a release added to an operation.

    Attributes:
        release: Name of the release.
        date: Its date, or empty.
        rows: Path and anchor of each added row outside of other added rows; the anchor is empty for a row that the page
            does not list.
        more: How many more there are.
        is_operation: Whether the release added the operation itself.
    """

    release: str
    date: str
    rows: tuple[tuple[str, str], ...]
    more: int = 0
    is_operation: bool = False


def with_since_marks(view: OperationView, first_seen: FirstSeen, releases: Sequence[tuple[str, str]]) -> OperationView:
    """Return a view with marks; `releases` has name and date of each release of the history, oldest first."""
    syntax = view.syntax
    sides = (syntax.parameters, first_seen.request), (syntax.response, first_seen.response)
    dated = [tuple(_rows_with_since(rows, numbers, first_seen.operation, releases)) for rows, numbers in sides]
    since = releases[first_seen.operation - 1][0] if first_seen.operation > 1 else ""
    return replace(view, since=since, syntax=replace(syntax, parameters=dated[0], response=dated[1]))


def _rows_with_since(
    rows: Sequence[Row], numbers: Sequence[int], operation_number: int, releases: Sequence[tuple[str, str]]
) -> Iterator[Row]:
    around: list[int] = []
    for row, number in zip(rows, numbers, strict=True):
        del around[row.depth :]
        older = around[-1] if around else operation_number
        around += [number] * (row.depth + 1 - len(around))
        yield row._replace(since=releases[number - 1][0]) if number > max(older, 1) else row


def additions_over_time(view: OperationView, releases: Sequence[tuple[str, str]]) -> tuple[ReleaseAdditions, ...]:
    """Return what was added to a view with marks, newest first, and last the operation itself."""
    gained: dict[str, list[tuple[str, str]]] = {}
    listed, syntax = view.rows, view.syntax
    sides = ("request", syntax.parameters, listed.parameters), ("response", syntax.response, listed.response)
    for side, rows, entries in sides:
        if not any(row.since for row in rows):
            continue
        anchors = {entry.row.path: entry.anchor or row_anchor(side, entry.row.path) for entry in entries}
        for row in rows:
            if row.since:
                gained.setdefault(row.since, []).append((row.path or side, anchors.get(row.path, "")))
    if not gained and not view.since:
        return ()
    places = _release_positions(tuple(releases))
    found = [
        ReleaseAdditions(
            name, releases[places[name]][1], tuple(gained[name][:MAX_LISTED_ROWS]), len(gained[name][MAX_LISTED_ROWS:])
        )
        for name in sorted(gained, key=places.__getitem__, reverse=True)
    ]
    if view.since:
        found.append(ReleaseAdditions(view.since, releases[places[view.since]][1], (), is_operation=True))
    return tuple(found)


@lru_cache(maxsize=2)
def _release_positions(releases: tuple[tuple[str, str], ...]) -> Mapping[str, int]:
    """Return the index of each release. All operations of a service share it."""
    return {name: index for index, (name, _) in enumerate(releases)}
