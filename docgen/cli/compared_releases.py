"""What `docgen diff` and `docgen notes` compare: two releases, with those in between if they are of one source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.cli.arguments import (
    announce_examples,
    check_services,
    open_history_source,
    open_source_or_examples,
    unknown_name_error,
)
from docgen.errors import UsageError

if TYPE_CHECKING:
    from docgen.history.history import History
    from docgen.sources.release import Release


@dataclass(frozen=True, slots=True)
class ComparedReleases:
    """Two releases to compare.

    Attributes:
        old: The older release.
        new: The newer release.
        releases: All releases from `old` to `new`, oldest first, if they are of one source.
        history: The source of the releases, if it is a history.

    """

    old: Release
    new: Release
    releases: Sequence[Release] = ()
    history: History | None = None

    @property
    def names(self) -> tuple[str, str, str]:
        """The package and the names of both releases, older one first."""
        return self.new.package, self.old.name, self.new.name

    @property
    def release_numbers(self) -> tuple[int, int]:
        """The numbers of both releases in the history, which must not be None."""
        assert self.history is not None  # noqa: S101 - callers check
        return self.history.find_release(self.old.name).number, self.history.find_release(self.new.name).number

    @property
    def after_old(self) -> Sequence[Release]:
        """All releases after the older one, whose official notes count."""
        return (*self.releases[1:-1], self.new)

    @property
    def has_releases_between(self) -> bool:
        """Whether a history knows releases between the two."""
        return self.history is not None and len(self.releases) > 2


def find_release_pair(old: str, new: str, source: str | None, services: Sequence[str]) -> tuple[Release, Release]:
    """Find two releases.

    Args:
        old: A release of `source`, or another source.
        new: The same for the newer release.
        source: Where release names are looked up; the example models by default.
        services: Services that at least one of the releases must have.

    Raises:
        UsageError: If a service is in neither release, or both releases are standard input.
        SourceError: If a release does not exist.

    """
    from docgen.locate import find_release

    if old == new == "-":
        raise UsageError("-: standard input cannot be both OLD and NEW")
    default = open_source_or_examples(source)
    pair = find_release(old, default), find_release(new, default)
    if source is None:
        announce_examples(source, [release for release in default.releases() if any(release is each for each in pair)])
    check_services(services, pair)
    return pair


def resolve_release_pair(
    old: str, new: str, source: str | None, services: Sequence[str], *, needs_range: bool
) -> ComparedReleases:
    """Find two releases as `find_release_pair` does, and those between them if both are of `source`.

    Args:
        old: A release of `source`, or another source.
        new: The same for the newer release.
        source: Where release names are looked up; the example models by default.
        services: Services that at least one of the releases must have.
        needs_range: Whether the releases in between are needed; otherwise a package index is not asked for them.

    Raises:
        UsageError: Also if a range is needed and the two releases are not one of `source`.
        SourceError: If a release does not exist.

    """
    pair = find_release_pair(old, new, source, services)
    history = open_history_source(source)
    if not needs_range and (source or "").startswith("pypi:"):
        return ComparedReleases(*pair)
    releases = open_source_or_examples(source).releases()
    indexes = {release.location: index for index, release in enumerate(releases)}
    first, last = (indexes.get(release.location) for release in pair)
    if first is None or last is None or first > last:
        if needs_range:
            raise UsageError("--group-by needs two releases of --source, the older one first")
        return ComparedReleases(*pair)
    return ComparedReleases(*pair, releases[first : last + 1], history)


def resolve_release_range(
    release_range: str, last: int, source: str | None, services: Sequence[str]
) -> ComparedReleases:
    """Find the ends of a range of releases.

    Args:
        release_range: `A..B`, `A..` or `..B`; one name is that release and the one before it.
        last: The number of newest releases to compare with the one before them, if there is no range.
        source: The source of the releases; the example models by default.
        services: Services that at least one end of the range must have.

    Raises:
        UsageError: If there is nothing to compare, or a release or service is unknown.
        SourceError: If the source cannot be read.

    """
    from docgen.sources.selection import parse_release_range

    releases = open_source_or_examples(source).releases()
    names = [release.name for release in releases]
    if release_range:
        selected = parse_release_range(release_range)
        start, end = selected.bounds(lambda name: _release_index(name, names), len(names))
        if selected.is_single:
            if start == 0:
                raise UsageError(f"{release_range}: the first release of this source, nothing to compare it with")
            start -= 1
    else:
        start, end = max(0, len(names) - 1 - last), len(names)
    if len(releases) == 1:
        raise UsageError(f"{releases[0].location}: one release, nothing to compare it with")
    compared = ComparedReleases(releases[start], releases[end - 1], releases[start:end], open_history_source(source))
    announce_examples(source, (compared.old, compared.new))
    check_services(services, (compared.old, compared.new))
    return compared


def _release_index(name: str, names: Sequence[str]) -> int:
    if name not in names:
        raise unknown_name_error(name, names, f"no release {name!r}")
    return names.index(name)
