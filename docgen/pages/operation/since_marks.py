"""Since when the rows of a reference page are there: a mark where one is younger than what it stands in.

A row without a mark is as old as the row around it, and at the top as the operation: what came together says so once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from docgen.model.syntax import Row
from docgen.pages.operation.rows import anchor_of
from docgen.pages.operation.view import OperationView

TOLD = 40
"""Additions of one release that are listed by name; the rows themselves are all marked."""


@dataclass(frozen=True, slots=True)
class Age:
    """Since when an operation is there, and since when its rows, in their order: releases by number, from 1.

    0 stands for what the history does not have.
    """

    operation: int
    request: tuple[int, ...]
    response: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Addition:
    """What an operation gained with one release: path and anchor of each row that was new and not inside a new row.

    The anchor is empty where the page says a shape's members elsewhere.
    """

    release: str
    date: str
    places: tuple[tuple[str, str], ...]
    more: int = 0
    is_operation: bool = False


def with_since(view: OperationView, age: Age, releases: Sequence[tuple[str, str]]) -> OperationView:
    """The view with its marks; `releases` has name and date of each release, the first one of the history first."""
    syntax = view.syntax
    sides = (syntax.parameters, age.request), (syntax.response, age.response)
    dated = [tuple(_dated(rows, numbers, age.operation, releases)) for rows, numbers in sides]
    since = releases[age.operation - 1][0] if age.operation > 1 else ""
    return replace(view, since=since, syntax=replace(syntax, parameters=dated[0], response=dated[1]))


def _dated(
    rows: Sequence[Row], numbers: Sequence[int], operation: int, releases: Sequence[tuple[str, str]]
) -> Iterator[Row]:
    around: list[int] = []
    for row, number in zip(rows, numbers, strict=True):
        del around[row.depth :]
        older = around[-1] if around else operation
        around += [number] * (row.depth + 1 - len(around))
        yield row._replace(since=releases[number - 1][0]) if number > max(older, 1) else row


def additions_over_time(view: OperationView, releases: Sequence[tuple[str, str]]) -> tuple[Addition, ...]:
    """What a view with marks gained and when, newest first, and last the release that brought the operation."""
    gained: dict[str, list[tuple[str, str]]] = {}
    listed, syntax = view.listing, view.syntax
    sides = ("request", syntax.parameters, listed.parameters), ("response", syntax.response, listed.response)
    for side, rows, entries in sides:
        if not any(row.since for row in rows):
            continue
        anchors = {entry.row.path: entry.anchor or anchor_of(side, entry.row.path) for entry in entries}
        for row in rows:
            if row.since:
                gained.setdefault(row.since, []).append((row.path or side, anchors.get(row.path, "")))
    if not gained and not view.since:
        return ()
    places = _places(tuple(releases))
    found = [
        Addition(name, releases[places[name]][1], tuple(gained[name][:TOLD]), len(gained[name][TOLD:]))
        for name in sorted(gained, key=places.__getitem__, reverse=True)
    ]
    if view.since:
        found.append(Addition(view.since, releases[places[view.since]][1], (), is_operation=True))
    return tuple(found)


@lru_cache(maxsize=2)
def _places(releases: tuple[tuple[str, str], ...]) -> Mapping[str, int]:
    """Where each release stands; the same for all operations of a service."""
    return {name: at for at, (name, _) in enumerate(releases)}
