"""What each year added to a service and removed from it."""

from __future__ import annotations

from collections import Counter

from docgen.history.history import History
from docgen.history.lifespans import YearOfChanges
from docgen.history.release_sets import ReleaseSet, intersection, union

_KINDS = ("operation", "member")


def changes_by_year(history: History, service: str, number: int) -> tuple[YearOfChanges, ...]:
    """Return the years in which operations or members of a service appeared or disappeared, oldest first.

    What the first release of the history has is left out, because the history does not know when it appeared.

    Args:
        history: The history file.
        service: The service.
        number: The release up to which changes count.
    """
    dates = {release.number: (release.date or "")[:4] for release in history.releases}
    counts: Counter[tuple[str, str, str]] = Counter()
    for kind in _KINDS:
        for spans in _spans_of_kind(history, service, kind).values():
            for start, end in spans:
                if 1 < start <= number:
                    counts[dates.get(start, ""), kind, "added"] += 1
                if start <= number and end <= number:
                    counts[dates.get(end, ""), kind, "removed"] += 1
    years = sorted({year for year, _, _ in counts if year})
    return tuple(
        YearOfChanges(year, *(counts[year, kind, change] for kind in _KINDS for change in ("added", "removed")))
        for year in years
    )


def _spans_of_kind(history: History, service: str, kind: str) -> dict[str, ReleaseSet]:
    """Return the releases that have each element of a kind, by its id, in the API versions that SDKs use by default."""
    found: dict[str, list[tuple[int, int]]] = {}
    end = history.newest.number + 1
    for api, spans in history.apis.default_spans(service):
        for id, since, until in history.reader.lifetimes_of_kind(api.id, kind):
            found.setdefault(id, []).extend(intersection(((since, end if until is None else until),), spans))
    return {id: union(spans) for id, spans in found.items()}
