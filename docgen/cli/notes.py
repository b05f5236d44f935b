"""`docgen notes`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from docgen.cli.common import (
    SEVERITIES,
    SEVERITY_HELP,
    absolute_url,
    add_command,
    add_templates_option,
    open_source_or_examples,
    positive_int,
    templates_folder,
    unknown_name_error,
)
from docgen.cli.diff import GROUPINGS
from docgen.cli.range import ComparedReleases, create_filter, resolve_releases
from docgen.errors import UsageError
from docgen.rules.profiles import PROFILES

if TYPE_CHECKING:
    from pathlib import Path

    from docgen.cli.common import Commands
    from docgen.diff.delta import ServiceDelta
    from docgen.pages.notes.announcement import Announcement, AnnouncementInput
    from docgen.rules.change import Change

PRESETS = ("github", "keep-a-changelog")
GITHUB_MAX_CHARACTERS = 125_000
"""Characters that a release on GitHub may say."""


def add_notes_command(commands: Commands) -> None:
    """Declare the command."""
    notes = add_command(commands, "notes", _run_notes, "print release notes to publish, in Markdown")
    notes.add_argument("range", metavar="RANGE", nargs="?", help="A..B, A.., ..B, or one release (default: the newest)")
    notes.add_argument("--last", metavar="N", type=positive_int, help="what the newest N releases changed")
    notes.add_argument("--source", metavar="SRC", help="where releases are looked up (default: the example models)")
    notes.add_argument("--service", metavar="NAME", action="append", default=[], help="only this service (repeatable)")
    notes.add_argument("--severity", metavar="LEVEL", choices=SEVERITIES, help=SEVERITY_HELP)
    notes.add_argument("--watch", metavar="FILE", help="only what FILE lists: SERVICE [OPERATION [PATH]] a line")
    notes.add_argument("--preset", choices=PRESETS, default=PRESETS[0], help="default: %(default)s")
    notes.add_argument("--by", metavar="PERIOD", choices=GROUPINGS, help=f"a heading for each {', '.join(GROUPINGS)}")
    notes.add_argument("--per", choices=("service", "release"), help="one file for each, in the folder of --output")
    notes.add_argument("--profile", choices=PROFILES, default="api", help="who reads the notes (default: api)")
    notes.add_argument("--introduction", metavar="FILE", help="Markdown that introduces the newest of the releases")
    notes.add_argument("--url", metavar="URL", type=absolute_url, help="where the site is, for links to its releases")
    notes.add_argument("-o", "--output", metavar="PATH", help="write a file (with --per: files into a folder)")
    add_templates_option(notes)


def _run_notes(options: argparse.Namespace) -> int:
    from pathlib import Path

    if options.per and not options.output:
        raise UsageError(f"--per {options.per}: needs a folder for its files (say --output DIR)")
    folder = templates_folder(options)
    told = _announcement_input(options)
    if options.per is None:
        text = _render_notes(options, told, folder)
        if options.output is None:
            print(text, end="")
        else:
            _write_text(Path(options.output), text)
        return 0
    texts = [
        (name, _render_notes(options, part, folder)) for name, part in _split_input(told, options.per)
    ]  # all, then written
    where = Path(options.output)
    _create_folder(where)
    for name, text in texts:
        _write_text(where / f"{name}.md", text)
    return 0


def _split_input(notes_input: AnnouncementInput, split_by: str) -> Iterator[tuple[str, AnnouncementInput]]:
    """What each file tells; services A to Z, releases oldest first."""
    if split_by == "service":
        for name in sorted({moment.service for moment in notes_input.service_changes}):
            yield name, notes_input.restrict_to(service=name)
        return
    known = {moment.release for moment in notes_input.service_changes} | set(notes_input.introductions)
    for name in notes_input.dates:
        if name in known:
            yield name, notes_input.restrict_to(release=name)


def _announcement_input(options: argparse.Namespace) -> AnnouncementInput:
    """Everything that the notes are made of; raises `UsageError`, `SourceError` and `ModelError`."""
    from pathlib import Path

    from docgen.compare.releases import changes_between_releases, changes_from_history
    from docgen.pages.notes.announcement import AnnouncementInput
    from docgen.sources.release_metadata import read_introduction

    chosen = _notes_range(options)
    told, services = create_filter(options, chosen)

    def select(delta: ServiceDelta, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        return told(delta, _in_profile(changes, options.profile))

    if chosen.history:
        found = changes_from_history(
            chosen.history, *chosen.release_numbers, services, select, with_documentation=not told.min_severity
        )
    else:
        found = list(
            changes_between_releases(chosen.releases, services, select, with_documentation=not told.min_severity)
        )
    introductions = {each.name: each.introduction for each in chosen.releases[1:] if each.introduction}
    if options.introduction is not None:
        introductions[chosen.new.name] = read_introduction(Path(options.introduction))
    dates = {each.name: each.date or "" for each in chosen.releases}
    ends = chosen.new.package, chosen.old.name, chosen.new.name
    return AnnouncementInput(*ends, tuple(found), introductions, dates, told.omission_note)


def _in_profile(changes: tuple[Change, ...], profile: str) -> tuple[Change, ...]:
    from docgen.rules.classify import with_profile_severities

    return changes if profile == "api" else with_profile_severities(changes, profile)


def _notes_range(options: argparse.Namespace) -> ComparedReleases:
    """The releases that are meant; one release is what it changed against the one before it."""
    named = options.range
    if named is None and options.last is None:
        options.last = 1
    if named is not None and ".." not in named:
        if options.last is not None:
            raise UsageError("--last: the newest releases are meant; say no others")
        names = [release.name for release in open_source_or_examples(options.source).releases()]
        if named not in names:
            raise unknown_name_error(named, names, f"no release {named!r}")
        at = names.index(named)
        if at == 0:
            raise UsageError(f"{named}: the first release of this source, nothing to compare it with")
        named = f"{names[at - 1]}..{named}"
    return resolve_releases(argparse.Namespace(**{**vars(options), "old": named, "new": None}))


def _render_notes(options: argparse.Namespace, notes_input: AnnouncementInput, templates: Path | None) -> str:
    """The notes, as long as they may be; says on standard error where something had to go."""
    from docgen.compare.releases import period_name
    from docgen.pages.notes.announcement import ANNOUNCEMENT_PAGES, SHORTENING_STEPS, build_announcement
    from docgen.render.templates import render_page

    by = options.by or ("release" if options.preset == "keep-a-changelog" else "")
    for step in range(len(SHORTENING_STEPS)):
        made = build_announcement(
            notes_input, by, lambda release, day, service: period_name(release, day, service, by), step
        )
        text = render_page(
            ANNOUNCEMENT_PAGES[options.preset].page(made, "notes"),
            "markdown",
            base_url=options.url or "",
            templates=templates,
        )
        if options.preset != "github" or len(text) <= GITHUB_MAX_CHARACTERS:
            _warn_if_shortened(options, made)
            return text
    problem = f"{notes_input.previous}..{notes_input.release}: {len(text):,} characters even when shortened"
    raise UsageError(f"{problem}, and GitHub takes {GITHUB_MAX_CHARACTERS:,} (choose fewer releases, or use --per)")


def _warn_if_shortened(options: argparse.Namespace, announcement: Announcement) -> None:
    if announcement.shortening_note:
        limit = f"GitHub takes {GITHUB_MAX_CHARACTERS:,} characters"
        way = "--per, --service or --severity choose less, --preset keep-a-changelog has no limit"
        print(f"docgen: {announcement.release}: {announcement.shortening_note} ({limit}; {way})", file=sys.stderr)


def _create_folder(path: Path) -> None:
    from docgen.errors import OutputError

    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}") from None


def _write_text(path: Path, text: str) -> None:
    from docgen.files import write_atomically

    write_atomically(path, [text.encode()])
