"""Chooses some of many releases: a range by name, or the newest ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from docgen.errors import UsageError
from docgen.sources.release import Release


@dataclass(frozen=True, slots=True)
class ReleaseRange:
    """A range of releases by name, both ends included. An empty end is open.

    Attributes:
        text: The range as the user typed it.
        first: The name of the first release, or empty.
        last: The name of the last release, or empty.
    """

    text: str
    first: str
    last: str

    @property
    def is_single(self) -> bool:
        """Whether the user typed one name, without dots."""
        return ".." not in self.text

    def bounds(self, index_of: Callable[[str], int], count: int, option: str = "") -> tuple[int, int]:
        """Return the index of the first release and the index after the last one.

        Args:
            index_of: Returns the index of a release by name, and raises an error for an unknown name.
            count: The number of all releases.
            option: The option that the range was given with, such as `--releases`, for the message.

        Raises:
            UsageError: If the first release comes after the last one.
        """
        start = index_of(self.first) if self.first else 0
        end = index_of(self.last) + 1 if self.last else count
        if start >= end:
            raise UsageError(f"{option} {self.text}".lstrip() + f": {self.first} comes after {self.last}")
        return start, end


def parse_release_range(text: str) -> ReleaseRange:
    """Parse `A..B`, `A..`, `..B`, or the name of one release."""
    first, dots, last = text.partition("..")
    return ReleaseRange(text, first, last if dots else first)


@dataclass(frozen=True, slots=True)
class ReleaseSelection:
    """Which releases to use: those of a range, or the newest ones. By default, all.

    Attributes:
        release_range: `A..B`, `A..`, `..B` or one name. Both ends are included.
        last: Select this many of the newest releases.
    """

    release_range: str = ""
    last: int = 0

    def select(self, releases: Sequence[Release]) -> tuple[Release | None, Sequence[Release]]:
        """Apply the selection.

        Args:
            releases: All releases, oldest first.

        Returns:
            The release before the selected ones, which the first of them is compared with, or None; and the selected
            releases.

        Raises:
            UsageError: If the selection is contradictory, or names a release that does not exist.
        """
        if self.release_range and self.last:
            raise UsageError("--releases and --last are mutually exclusive")
        start, end = 0, len(releases)
        if self.last:
            start = max(0, end - self.last)
        elif self.release_range:
            selected = parse_release_range(self.release_range)
            start, end = selected.bounds(lambda name: _index_of_release(releases, name), end, "--releases")
        return releases[start - 1] if start else None, releases[start:end]


def _index_of_release(releases: Sequence[Release], name: str) -> int:
    for index, release in enumerate(releases):
        if release.name == name:
            return index
    raise UsageError(f"no release {name!r} (choose from {releases[0].name} to {releases[-1].name})")
