"""Marks rows of a reference page with the release that added them.

A row has a mark only if it is younger than its parent, or at the top than the operation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from docgen.history.lifespans import FirstSeen
from docgen.model.rows import Row
from docgen.pages.operation.rows import row_anchor
from docgen.pages.operation.view import OperationView
from docgen.render.pictures.life_strip import STRIP_WIDTH

MAX_LISTED_ROWS = 40
"""Most rows of one release in the list of additions; all of them have marks."""


@dataclass(frozen=True, slots=True)
class ReleaseAdditions:
    """What a release added to an operation.

    Attributes:
        release: Name of the release.
        date: Its date, or empty.
        rows: `request` or `response`, path and anchor of each added row outside of other added rows; those of the
            request come first. The anchor is empty for a row that the page does not list.
        more: How many more there are.
        is_operation: Whether the release added the operation itself.
    """

    release: str
    date: str
    rows: tuple[tuple[str, str, str], ...]
    more: int = 0
    is_operation: bool = False

    @property
    def rows_by_side(self) -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
        """The rows of the request and those of the response, as far as there are any."""
        return tuple((side, tuple(rows)) for side, rows in groupby(self.rows, itemgetter(0)))


def with_since_marks(view: OperationView, first_seen: FirstSeen, releases: Sequence[tuple[str, str]]) -> OperationView:
    """Return a view with marks; `releases` has name and date of each release of the history, oldest first."""
    syntax = view.syntax
    sides = (
        (syntax.parameters, first_seen.request, first_seen.request_deprecated, first_seen.request_required),
        (syntax.response, first_seen.response, first_seen.response_deprecated, first_seen.response_required),
    )
    dated = [
        tuple(
            _with_details(
                _rows_with_since(rows, numbers, first_seen.operation, releases), gone, required, first_seen, releases
            )
        )
        for rows, numbers, gone, required in sides
    ]
    since = releases[first_seen.operation - 1][0] if first_seen.operation > 1 else ""
    life = positions_in_life([row for rows in dated for row in rows], first_seen.operation, releases)
    return replace(view, since=since, life=life, syntax=replace(syntax, parameters=dated[0], response=dated[1]))


def positions_in_life(rows: Iterable[Row], first_number: int, releases: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return where each release of a mark is on a strip from `first_number`, which begins with 1, to the newest."""
    names = {name for row in rows for name in (row.since, row.required_since, row.deprecated_since) if name}
    if not names:
        return {}
    positions = _release_positions(releases)
    first = max(first_number - 1, 0)
    span = max(len(releases) - first, 1)
    return {name: (positions[name] - first) * STRIP_WIDTH // span for name in sorted(names)}


def rows_with_marks(rows: Sequence[Row], first_seen: FirstSeen, releases: Sequence[tuple[str, str]]) -> list[Row]:
    """Return the rows of a type with marks; their first releases are the `request` of `first_seen`."""
    dated = _rows_with_since(rows, first_seen.request, first_seen.operation, releases)
    deprecated, required = first_seen.request_deprecated, first_seen.request_required
    return list(_with_details(dated, deprecated, required, first_seen, releases))


def _rows_with_since(
    rows: Sequence[Row], numbers: Sequence[int], operation_number: int, releases: Sequence[tuple[str, str]]
) -> Iterator[Row]:
    around: list[int] = []
    for row, number in zip(rows, numbers, strict=True):
        del around[row.depth :]
        older = around[-1] if around else operation_number
        around += [number] * (row.depth + 1 - len(around))
        yield row._replace(since=releases[number - 1][0]) if number > max(older, 1) else row


def _with_details(
    rows: Iterable[Row],
    deprecated: Sequence[int],
    required: Sequence[int],
    first_seen: FirstSeen,
    releases: Sequence[tuple[str, str]],
) -> Iterator[Row]:
    """Yield rows with the releases that deprecated and required them and those that added their values."""
    for index, row in enumerate(rows):
        number = deprecated[index] if deprecated else 0
        if number > 1:
            row = row._replace(deprecated_since=releases[number - 1][0])
        if required and required[index]:
            row = row._replace(required_since=releases[required[index] - 1][0])
        ages = first_seen.values.get(row.shape) if row.details is not None else None
        if ages and row.details is not None:
            since = tuple(releases[ages[value] - 1][0] if value in ages else "" for value in row.details.values)
            row = row._replace(details=row.details._replace(values_since=since))
        yield row


def additions_over_time(view: OperationView, releases: Sequence[tuple[str, str]]) -> tuple[ReleaseAdditions, ...]:
    """Return what was added to a view with marks, newest first, and last the operation itself."""
    gained: dict[str, list[tuple[str, str, str]]] = {}
    listed, syntax = view.rows, view.syntax
    sides = ("request", syntax.parameters, listed.parameters), ("response", syntax.response, listed.response)
    for side, rows, entries in sides:
        if not any(row.since for row in rows):
            continue
        anchors = {entry.row.path: entry.anchor or row_anchor(side, entry.row.path) for entry in entries}
        for row in rows:
            if row.since:
                gained.setdefault(row.since, []).append((side, row.path or "all of it", anchors.get(row.path, "")))
    if not gained and not view.since:
        return ()
    places = _release_positions(releases)
    found = [
        ReleaseAdditions(
            name, releases[places[name]][1], tuple(gained[name][:MAX_LISTED_ROWS]), len(gained[name][MAX_LISTED_ROWS:])
        )
        for name in sorted(gained, key=places.__getitem__, reverse=True)
    ]
    if view.since:
        found.append(ReleaseAdditions(view.since, releases[places[view.since]][1], (), is_operation=True))
    return tuple(found)


class _ReleasePositions:
    """The index of each release. All operations of a service share their releases, whose hash would take long."""

    def __init__(self) -> None:
        self.releases: Sequence[tuple[str, str]] = ()
        self.positions: Mapping[str, int] = {}

    def __call__(self, releases: Sequence[tuple[str, str]]) -> Mapping[str, int]:
        if releases is not self.releases:
            self.releases, self.positions = releases, {name: index for index, (name, _) in enumerate(releases)}
        return self.positions


_release_positions = _ReleasePositions()
