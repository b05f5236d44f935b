"""What `docgen diff` compares: two releases, or the ends of a range, with those in between where they are known."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.cli.common import find_release_pair, open_source_or_examples, unknown_name_error
from docgen.errors import UsageError
from docgen.wording import counted

if TYPE_CHECKING:
    from docgen.diff.delta import ServiceDelta
    from docgen.history.history import History
    from docgen.rules.change import Change
    from docgen.rules.watchlist import Watchlist
    from docgen.sources.release import Release


@dataclass(frozen=True, slots=True)
class ComparedReleases:
    """Two releases, and all from the one to the other if they are of one source; `history` if that is one."""

    old: Release
    new: Release
    releases: Sequence[Release] = ()
    history: History | None = None

    @property
    def release_numbers(self) -> tuple[int, int]:
        """The numbers of both ends in the history."""
        assert self.history is not None  # noqa: S101 - who asks has looked
        return self.history.find_release(self.old.name).number, self.history.find_release(self.new.name).number

    @property
    def has_releases_between(self) -> bool:
        """Whether there are releases in between that a history knows."""
        return self.history is not None and len(self.releases) > 2


def resolve_releases(options: argparse.Namespace) -> ComparedReleases:
    """What the user's words mean; raises `UsageError` and `SourceError`."""
    if options.last or options.new is None:
        return _resolve_range(options)
    old, new = find_release_pair(options)
    if not _is_history_source(options.source) and not options.by:
        return ComparedReleases(old, new)
    releases = open_source_or_examples(options.source).releases()
    places = {release.location: at for at, release in enumerate(releases)}
    first, last = places.get(old.location), places.get(new.location)
    if first is None or last is None or first > last:
        if options.by:
            raise UsageError("--by needs two releases of --source, the older one first")
        return ComparedReleases(old, new)
    return ComparedReleases(old, new, releases[first : last + 1], _open_history_source(options.source))


def _resolve_range(options: argparse.Namespace) -> ComparedReleases:
    if options.last and options.old is not None:
        raise UsageError("--last: the newest releases are meant; say no others")
    if not options.last and (options.old is None or ".." not in options.old):
        raise UsageError("expected OLD NEW, or A..B, A.., ..B, or --last N")
    releases = open_source_or_examples(options.source).releases()
    names = [release.name for release in releases]
    if options.last:
        first, last = max(0, len(releases) - 1 - options.last), len(releases) - 1
    else:
        older, _, newer = options.old.partition("..")
        first = _release_index(older, names) if older else 0
        last = _release_index(newer, names) if newer else len(releases) - 1
    if first > last:
        raise UsageError(f"{options.old}: {names[first]} comes after {names[last]}")
    if len(releases) == 1:
        raise UsageError(f"{releases[0].location}: one release, nothing to compare it with")
    chosen = ComparedReleases(
        releases[first], releases[last], releases[first : last + 1], _open_history_source(options.source)
    )
    known = {*chosen.old.services(), *chosen.new.services()}
    for name in options.service:
        if name not in known:
            raise unknown_name_error(name, known, f"no service {name!r} in {chosen.old.name} or {chosen.new.name}")
    return chosen


def _release_index(name: str, names: Sequence[str]) -> int:
    if name not in names:
        raise unknown_name_error(name, names, f"no release {name!r}")
    return names.index(name)


def _is_history_source(spec: str | None) -> bool:
    from docgen.history.database import is_database

    return spec is not None and is_database(Path(spec))


def _open_history_source(spec: str | None) -> History | None:
    if spec is None or not _is_history_source(spec):
        return None
    from docgen.history.history import History

    return History(Path(spec))


@dataclass(slots=True)
class ChangeFilter:
    """Which changes are told: from a severity on, and of what a reader watches. Counts what it leaves out."""

    min_severity: str = ""
    watchlist: Watchlist | None = None
    below_severity: int = 0
    unwatched_changes: int = 0
    unwatched_services: set[str] = field(default_factory=set)

    def __call__(self, delta: ServiceDelta, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """The changes of a comparison that are told."""
        from docgen.pages.notes.changelog import changes_at_least

        kept = changes if self.watchlist is None else self.watchlist.select(delta, changes)
        self.unwatched_changes += _count_unsuppressed(changes) - _count_unsuppressed(kept)
        least = changes_at_least(kept, self.min_severity)
        self.below_severity += _count_unsuppressed(kept) - _count_unsuppressed(least)
        return least

    @property
    def omission_note(self) -> str:
        """What was left out, in a sentence; nothing if nothing was."""
        parts = []
        if self.below_severity:
            parts.append(f"{counted(self.below_severity, 'change')} below {self.min_severity}")
        if self.unwatched_changes:
            parts.append(f"{counted(self.unwatched_changes, 'other change')} of these services")
        if self.unwatched_services:
            parts.append(f"{counted(len(self.unwatched_services), 'other service')} that changed")
        return f"Left out: {', '.join(parts)}." if parts else ""


def _count_unsuppressed(changes: Sequence[Change]) -> int:
    return sum(not change.rule.suppressed for change in changes)


def create_filter(options: argparse.Namespace, compared: ComparedReleases) -> tuple[ChangeFilter, tuple[str, ...]]:
    """What is told, and of which services (none named: of all). Raises `UsageError` for a line of a watch file."""
    services = tuple(options.service)
    if options.watch is None:
        return ChangeFilter(options.severity or ""), services
    from docgen.rules.watchlist import Watchlist, parse_watchlist

    try:
        text = Path(options.watch).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{options.watch}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{options.watch}: not UTF-8 at byte {error.start}") from None
    watch = Watchlist(parse_watchlist(text, options.watch))
    known = (
        compared.history.services if compared.history else sorted({*compared.old.services(), *compared.new.services()})
    )
    watch.check_names(options.watch, known, lambda service: _known_operations(compared, service))
    watched = watch.matching_services([name for name in known if not services or name in services])
    told = ChangeFilter(options.severity or "", watch)
    told.unwatched_services = {
        name for name in _changed_service_names(compared) if name not in watched and (not services or name in services)
    }
    return told, watched or ("",)


def _known_operations(compared: ComparedReleases, service: str) -> list[str]:
    """The operations that a service has, or ever had."""
    if compared.history:
        return list(compared.history.operations(service))
    from docgen.model.parse import parse

    files = [file for file in (side.latest_model(service) for side in (compared.old, compared.new)) if file]
    return sorted({name for file in files for name in parse(file.read(), file.location).operations})


def _changed_service_names(compared: ComparedReleases) -> set[str]:
    """The services of which any file changed, came or went."""
    if compared.history and compared.releases:
        from docgen.compare.releases import changed_services

        return set(changed_services(compared.history, *compared.release_numbers))
    names = {*compared.old.services(), *compared.new.services()}
    return {name for name in names if _service_digest(compared.old, name) != _service_digest(compared.new, name)}


def _service_digest(release: Release, service: str) -> object:
    file = release.latest_model(service)
    return None if file is None else (file.digest(), *(each.digest() for each in file.siblings.values()))
