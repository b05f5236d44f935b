"""Since when the rows of a reference page are there: a mark where one is younger than what it stands in.

A row without a mark is as old as the row around it, and at the top as the operation: what came together says so once.
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
"""Additions of one release that are listed by name; the rows themselves are all marked."""


@dataclass(frozen=True, slots=True)
class ReleaseAdditions:
    """What an operation gained with one release: path and anchor of each row that was new and not inside a new row.

    The anchor is empty where the page says a shape's members elsewhere.
    """

    release: str
    date: str
    rows: tuple[tuple[str, str], ...]
    more: int = 0
    is_operation: bool = False


def with_since_marks(view: OperationView, first_seen: FirstSeen, releases: Sequence[tuple[str, str]]) -> OperationView:
    """The view with its marks; `releases` has name and date of each release, the first one of the history first."""
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
    """What a view with marks gained and when, newest first, and last the release that brought the operation."""
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
    """Where each release stands; the same for all operations of a service."""
    return {name: at for at, (name, _) in enumerate(releases)}
