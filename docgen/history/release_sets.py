"""Sets of releases, as spans of release numbers.

A set is a sorted tuple of (start, end) without overlaps. Each span includes `start` and excludes `end`.
"""

from __future__ import annotations

from collections.abc import Iterable

ReleaseSet = tuple[tuple[int, int], ...]


def union(spans: Iterable[tuple[int, int]]) -> ReleaseSet:
    """Return all releases that are in any of the spans, which may overlap and be in any order."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        elif start < end:
            found.append((start, end))
    return tuple(found)


def intersection(these: ReleaseSet, those: ReleaseSet) -> ReleaseSet:
    """Return the releases in both sets."""
    found = []
    for start, end in these:
        for other_start, other_end in those:
            if other_start >= end:
                break
            if other_end > start:
                found.append((max(start, other_start), min(end, other_end)))
    return tuple(found)


def difference(these: ReleaseSet, those: ReleaseSet) -> ReleaseSet:
    """Return the releases in the first set that are not in the second."""
    found = []
    for start, end in these:
        for other_start, other_end in those:
            if other_end <= start:
                continue
            if other_start >= end:
                break
            if other_start > start:
                found.append((start, other_start))
            start = other_end
        if start < end:
            found.append((start, end))
    return tuple(found)


def contains(releases: ReleaseSet, number: int) -> bool:
    """Return whether a release is in the set."""
    return any(start <= number < end for start, end in releases)
