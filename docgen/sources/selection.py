"""Some of many releases: a range by name, or the newest few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docgen.errors import UsageError
from docgen.sources.release import Release


@dataclass(frozen=True, slots=True)
class ReleaseSelection:
    """Which releases a user wants: `names` is `A..B`, `A..`, `..B` or one name, both ends included; `last` the newest.

    Without either it is all of them.
    """

    release_range: str = ""
    last: int = 0

    def __call__(self, releases: Sequence[Release]) -> tuple[Release | None, Sequence[Release]]:
        """The release before the chosen ones, which their first is compared with, and those; raises `UsageError`."""
        if self.release_range and self.last:
            raise UsageError("--releases and --last: say one of them")
        start, end = 0, len(releases)
        if self.last:
            start = max(0, end - self.last)
        elif self.release_range:
            first, dots, last = self.release_range.partition("..")
            start = _index_of_release(releases, first) if first else 0
            end = _index_of_release(releases, last) + 1 if last else end if dots else start + 1
        if start >= end:
            raise UsageError(
                f"--releases {self.release_range}: {releases[start].name} comes after {releases[end - 1].name}"
            )
        return releases[start - 1] if start else None, releases[start:end]


def _index_of_release(releases: Sequence[Release], name: str) -> int:
    for place, release in enumerate(releases):
        if release.name == name:
            return place
    raise UsageError(f"no release {name!r} (there are {releases[0].name} to {releases[-1].name})")
