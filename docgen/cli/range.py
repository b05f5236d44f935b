"""What `docgen diff` compares: two releases, or the ends of a range, with those in between where they are known."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.cli.common import source, two_releases, unknown
from docgen.errors import UsageError

if TYPE_CHECKING:
    from docgen.diff.facts import ServiceDelta
    from docgen.history.history import History
    from docgen.rules.classify import Change
    from docgen.rules.watchlist import Watch
    from docgen.sources.release import Release


@dataclass(frozen=True, slots=True)
class Range:
    """Two releases, and all from the one to the other if they are of one source; `history` if that is one."""

    old: Release
    new: Release
    releases: Sequence[Release] = ()
    history: History | None = None

    @property
    def numbers(self) -> tuple[int, int]:
        """The numbers of both ends in the history."""
        assert self.history is not None  # noqa: S101 - who asks has looked
        return self.history.find_release(self.old.name).number, self.history.find_release(self.new.name).number

    @property
    def is_long(self) -> bool:
        """Whether there are releases in between that a history knows."""
        return self.history is not None and len(self.releases) > 2


def read_range(options: argparse.Namespace) -> Range:
    """What the user's words mean; raises `UsageError` and `SourceError`."""
    if options.last or options.new is None:
        return _open_range(options)
    old, new = two_releases(options)
    if not _is_database(options.source) and not options.by:
        return Range(old, new)
    releases = source(options.source).releases()
    places = {release.place: at for at, release in enumerate(releases)}
    first, last = places.get(old.place), places.get(new.place)
    if first is None or last is None or first > last:
        if options.by:
            raise UsageError("--by needs two releases of --source, the older one first")
        return Range(old, new)
    return Range(old, new, releases[first : last + 1], _history(options.source))


def _open_range(options: argparse.Namespace) -> Range:
    if options.last and options.old is not None:
        raise UsageError("--last: the newest releases are meant; say no others")
    if not options.last and (options.old is None or ".." not in options.old):
        raise UsageError("expected OLD NEW, or A..B, A.., ..B, or --last N")
    releases = source(options.source).releases()
    names = [release.name for release in releases]
    if options.last:
        first, last = max(0, len(releases) - 1 - options.last), len(releases) - 1
    else:
        older, _, newer = options.old.partition("..")
        first = _place(older, names) if older else 0
        last = _place(newer, names) if newer else len(releases) - 1
    if first > last:
        raise UsageError(f"{options.old}: {names[first]} comes after {names[last]}")
    if len(releases) == 1:
        raise UsageError(f"{releases[0].place}: one release, nothing to compare it with")
    chosen = Range(releases[first], releases[last], releases[first : last + 1], _history(options.source))
    known = {*chosen.old.services(), *chosen.new.services()}
    for name in options.service:
        if name not in known:
            raise unknown(name, known, f"no service {name!r} in {chosen.old.name} or {chosen.new.name}")
    return chosen


def _place(name: str, names: Sequence[str]) -> int:
    if name not in names:
        raise unknown(name, names, f"no release {name!r}")
    return names.index(name)


def _is_database(spec: str | None) -> bool:
    from docgen.history.database import is_database

    return spec is not None and is_database(Path(spec))


def _history(spec: str | None) -> History | None:
    if spec is None or not _is_database(spec):
        return None
    from docgen.history.history import History

    return History(Path(spec))


@dataclass(slots=True)
class Filter:
    """Which changes are told: from a severity on, and of what a reader watches. Counts what it leaves out."""

    severity: str = ""
    watch: Watch | None = None
    below: int = 0
    other: int = 0
    skipped: set[str] = field(default_factory=set)

    def __call__(self, delta: ServiceDelta, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """The changes of a comparison that are told."""
        from docgen.pages.notes.rollup import at_least

        kept = changes if self.watch is None else self.watch.select(delta, changes)
        self.other += _count(changes) - _count(kept)
        least = at_least(kept, self.severity)
        self.below += _count(kept) - _count(least)
        return least

    @property
    def told(self) -> str:
        """What was left out, in a sentence; nothing if nothing was."""
        parts = []
        if self.below:
            parts.append(f"{_number(self.below, 'change')} below {self.severity}")
        if self.other:
            parts.append(f"{_number(self.other, 'other change')} of these services")
        if self.skipped:
            parts.append(f"{_number(len(self.skipped), 'other service')} that changed")
        return f"Left out: {', '.join(parts)}." if parts else ""


def _count(changes: Sequence[Change]) -> int:
    return sum(not change.rule.suppressed for change in changes)


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def read_filter(options: argparse.Namespace, chosen: Range) -> tuple[Filter, tuple[str, ...]]:
    """What is told, and of which services (none named: of all). Raises `UsageError` for a line of a watch file."""
    services = tuple(options.service)
    if options.watch is None:
        return Filter(options.severity or ""), services
    from docgen.rules.watchlist import Watch, read

    try:
        text = Path(options.watch).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{options.watch}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{options.watch}: not UTF-8 at byte {error.start}") from None
    watch = Watch(read(text, options.watch))
    known = chosen.history.services if chosen.history else sorted({*chosen.old.services(), *chosen.new.services()})
    watch.check(options.watch, known, lambda service: _operations(chosen, service))
    watched = watch.services([name for name in known if not services or name in services])
    told = Filter(options.severity or "", watch)
    told.skipped = {name for name in _changed(chosen) if name not in watched and (not services or name in services)}
    return told, watched or ("",)


def _operations(chosen: Range, service: str) -> list[str]:
    """The operations that a service has, or ever had."""
    if chosen.history:
        return list(chosen.history.operations(service))
    from docgen.model.service import parse

    files = [file for file in (side.latest(service) for side in (chosen.old, chosen.new)) if file]
    return sorted({name for file in files for name in parse(file.read(), file.place).operations})


def _changed(chosen: Range) -> set[str]:
    """The services of which any file changed, came or went."""
    if chosen.history and chosen.releases:
        from docgen.compare.releases import changed_services

        return set(changed_services(chosen.history, *chosen.numbers))
    names = {*chosen.old.services(), *chosen.new.services()}
    return {name for name in names if _digest(chosen.old, name) != _digest(chosen.new, name)}


def _digest(release: Release, service: str) -> object:
    file = release.latest(service)
    return None if file is None else (file.digest(), *(each.digest() for each in file.siblings.values()))
