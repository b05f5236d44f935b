"""`docgen notes`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from docgen.cli.check import PROFILES
from docgen.cli.common import FROM, SEVERITIES, add_templates, address, command, positive, source, templates, unknown
from docgen.cli.diff import PERIODS
from docgen.cli.range import Range, read_filter, read_range
from docgen.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from docgen.cli.common import Commands
    from docgen.diff.facts import ServiceDelta
    from docgen.pages.notes.announcement import Announcement, Told
    from docgen.rules.classify import Change

PRESETS = ("github", "keep-a-changelog")
GITHUB_LIMIT = 125_000
"""Characters that a release on GitHub may say."""


def add(commands: Commands) -> None:
    """Declare the command."""
    notes = command(commands, "notes", _notes, "print release notes to publish, in Markdown")
    notes.add_argument("range", metavar="RANGE", nargs="?", help="A..B, A.., ..B, or one release (default: the newest)")
    notes.add_argument("--last", metavar="N", type=positive, help="what the newest N releases changed")
    notes.add_argument("--source", metavar="SRC", help="where releases are looked up (default: the example models)")
    notes.add_argument("--service", metavar="NAME", action="append", default=[], help="only this service (repeatable)")
    notes.add_argument("--severity", metavar="LEVEL", choices=SEVERITIES, help=FROM)
    notes.add_argument("--watch", metavar="FILE", help="only what FILE lists: SERVICE [OPERATION [PATH]] a line")
    notes.add_argument("--preset", choices=PRESETS, default=PRESETS[0], help="default: %(default)s")
    notes.add_argument("--by", metavar="PERIOD", choices=PERIODS, help=f"a heading for each {', '.join(PERIODS)}")
    notes.add_argument("--per", choices=("service", "release"), help="one file for each, in the folder of --output")
    notes.add_argument("--profile", choices=PROFILES, default="api", help="who reads the notes (default: api)")
    notes.add_argument("--introduction", metavar="FILE", help="Markdown that introduces the newest of the releases")
    notes.add_argument("--url", metavar="URL", type=address, help="where the site is, for links to its releases")
    notes.add_argument("-o", "--output", metavar="PATH", help="write a file (with --per: files into a folder)")
    add_templates(notes)


def _notes(options: argparse.Namespace) -> int:
    from pathlib import Path

    if options.per and not options.output:
        raise UsageError(f"--per {options.per}: needs a folder for its files (say --output DIR)")
    folder = templates(options)
    told = _told(options)
    if options.per is None:
        text = _text(options, told, folder)
        if options.output is None:
            print(text, end="")
        else:
            _write(Path(options.output), text)
        return 0
    texts = [(name, _text(options, part, folder)) for name, part in _parts(told, options.per)]  # all, then written
    where = Path(options.output)
    _make_folder(where)
    for name, text in texts:
        _write(where / f"{name}.md", text)
    return 0


def _parts(told: Told, per: str) -> Iterator[tuple[str, Told]]:
    """What each file tells; services A to Z, releases oldest first."""
    if per == "service":
        for name in sorted({moment.service for moment in told.moments}):
            yield name, told.only(service=name)
        return
    known = {moment.release for moment in told.moments} | set(told.introductions)
    for name in told.dates:
        if name in known:
            yield name, told.only(release=name)


def _told(options: argparse.Namespace) -> Told:
    """Everything that the notes are made of; raises `UsageError`, `SourceError` and `ModelError`."""
    from pathlib import Path

    from docgen.compare.releases import historic_moments, moments
    from docgen.pages.notes.announcement import Told
    from docgen.sources.release_words import read_introduction

    chosen = _range(options)
    told, services = read_filter(options, chosen)

    def select(delta: ServiceDelta, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        return told(delta, _felt(changes, options.profile))

    if chosen.history:
        found = historic_moments(chosen.history, *chosen.numbers, services, select, words=not told.severity)
    else:
        found = list(moments(chosen.releases, services, select, words=not told.severity))
    introductions = {each.name: each.introduction for each in chosen.releases[1:] if each.introduction}
    if options.introduction is not None:
        introductions[chosen.new.name] = read_introduction(Path(options.introduction))
    dates = {each.name: each.date or "" for each in chosen.releases}
    ends = chosen.new.package, chosen.old.name, chosen.new.name
    return Told(*ends, tuple(found), introductions, dates, told.told)


def _felt(changes: tuple[Change, ...], profile: str) -> tuple[Change, ...]:
    from docgen.rules.classify import as_felt

    return changes if profile == "api" else as_felt(changes, profile)


def _range(options: argparse.Namespace) -> Range:
    """The releases that are meant; one release is what it changed against the one before it."""
    named = options.range
    if named is None and options.last is None:
        options.last = 1
    if named is not None and ".." not in named:
        if options.last is not None:
            raise UsageError("--last: the newest releases are meant; say no others")
        names = [release.name for release in source(options.source).releases()]
        if named not in names:
            raise unknown(named, names, f"no release {named!r}")
        at = names.index(named)
        if at == 0:
            raise UsageError(f"{named}: the first release of this source, nothing to compare it with")
        named = f"{names[at - 1]}..{named}"
    return read_range(argparse.Namespace(**{**vars(options), "old": named, "new": None}))


def _text(options: argparse.Namespace, told: Told, folder: Path | None) -> str:
    """The notes, as long as they may be; says on standard error where something had to go."""
    from docgen.compare.releases import period_name
    from docgen.pages.notes.announcement import STEPS, announcement
    from docgen.pages.page import announcement_page
    from docgen.render.formats import render

    by = options.by or ("release" if options.preset == "keep-a-changelog" else "")
    for step in range(len(STEPS)):
        made = announcement(told, by, lambda release, day, service: period_name(release, day, service, by), step)
        text = render(announcement_page(made, options.preset), "markdown", url=options.url or "", templates=folder)
        if options.preset != "github" or len(text) <= GITHUB_LIMIT:
            _tell(options, made)
            return text
    problem = f"{told.previous}..{told.release}: {len(text):,} characters even when shortened"
    raise UsageError(f"{problem}, and GitHub takes {GITHUB_LIMIT:,} (choose fewer releases, or use --per)")


def _tell(options: argparse.Namespace, made: Announcement) -> None:
    if made.shortened:
        limit = f"GitHub takes {GITHUB_LIMIT:,} characters"
        way = "--per, --service or --severity choose less, --preset keep-a-changelog has no limit"
        print(f"docgen: {made.release}: {made.shortened} ({limit}; {way})", file=sys.stderr)


def _make_folder(path: Path) -> None:
    from docgen.errors import OutputError

    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}") from None


def _write(path: Path, text: str) -> None:
    from docgen.site.publish.filesystem import write_file

    write_file(path, [text.encode()])
