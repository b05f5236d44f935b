"""`docgen notes`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from docgen.cli.arguments import (
    GROUPINGS,
    SOURCE_HELP,
    absolute_url,
    add_change_filter_options,
    add_service_option,
    add_source_option,
    add_templates_option,
    positive_int,
    read_options,
    set_runner,
    template_folder,
)
from docgen.cli.change_filter import create_filter
from docgen.cli.compared_releases import ComparedReleases, resolve_release_range
from docgen.cli.streams import print_message, write_stdout
from docgen.errors import UsageError
from docgen.files import create_folder, write_utf8
from docgen.rules.profiles import PROFILES

if TYPE_CHECKING:
    from docgen.diff.delta import ServiceDelta
    from docgen.pages.notes.announcement import Announcement, AnnouncementInput
    from docgen.rules.change import Change
    from docgen.rules.service_changes import ServiceChanges
    from docgen.sources.official_notes import SdkNote

PRESETS = ("github", "keep-a-changelog")
GITHUB_MAX_CHARACTERS = 125_000
"""The longest text that GitHub accepts for a release."""


class NotesOptions(NamedTuple):
    """The options of `docgen notes`; without a `range`, `last` is at least 1. `site_url` ends with a slash, if set."""

    range: str
    last: int
    source: str | None
    services: tuple[str, ...]
    severity: str
    watchlist: str | None
    used_by: tuple[Path, ...]
    preset: str
    group_by: str
    split_by: str
    profile: str
    introduction: Path | None
    site_url: str
    output: Path | None
    templates: Path | None

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> NotesOptions:
        """Make the options; raises `UsageError`."""
        if namespace.split_by and not namespace.output:
            raise UsageError(f"--split-by {namespace.split_by}: needs a folder for its files (use --output DIR)")
        if namespace.last and namespace.range:
            raise UsageError("--last cannot be combined with a release or a range")
        return read_options(
            cls,
            namespace,
            last=namespace.last or int(not namespace.range),
            services=tuple(namespace.services),
            used_by=tuple(namespace.used_by),
            site_url=namespace.site_url or "",
            templates=template_folder(namespace.templates),
        )


def add_notes_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen notes`."""
    parser.epilog = SOURCE_HELP
    parser.add_argument(
        "range",
        metavar="RANGE",
        nargs="?",
        default="",
        help="A..B, A.., ..B, or one release (default: the newest)",
    )
    parser.add_argument("--last", metavar="N", type=positive_int, default=0, help="changes in the newest N releases")
    add_source_option(parser, names_releases=True)
    add_service_option(parser)
    add_change_filter_options(parser)
    parser.add_argument(
        "--preset", choices=PRESETS, default=PRESETS[0], help="layout of the notes (default: %(default)s)"
    )
    _add_layout_options(parser)
    parser.add_argument(
        "--profile",
        choices=PROFILES,
        default="api",
        help="audience whose severities are used: api, wire, typed or boto3 (default: api)",
    )
    parser.add_argument(
        "--introduction",
        metavar="FILE",
        type=Path,
        help="Markdown file to print before the notes of the newest release",
    )
    parser.add_argument(
        "-o", "--output", metavar="PATH", type=Path, help="write to a file (with --split-by: to a folder)"
    )
    add_templates_option(parser)
    set_runner(parser, NotesOptions.parse, run_notes)


def _add_layout_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--group-by",
        metavar="GROUP",
        choices=GROUPINGS,
        default="",
        help="group the notes by release, day, week, month, minor version or service",
    )
    parser.add_argument(
        "--split-by",
        choices=("service", "release"),
        default="",
        help="write one file per service or release into the folder given by --output",
    )
    parser.add_argument(
        "--site-url",
        metavar="URL",
        type=absolute_url,
        help="URL of the docgen site; links each release to it",
    )


def run_notes(options: NotesOptions) -> int:
    """Print the notes, or write them to a file or to one file for each service or release."""
    from docgen.workers import gc_paused

    with gc_paused():
        return _write_notes(options, _announcement_input(options))


def _write_notes(options: NotesOptions, notes_input: AnnouncementInput) -> int:
    if options.split_by:
        parts = _split_input(notes_input, options.split_by)
        texts = [(name, _render_notes(options, part)) for name, part in parts]  # all, before writing any
        assert options.output is not None  # noqa: S101 - NotesOptions.parse checks
        create_folder(options.output)
        for name, text in texts:
            write_utf8(options.output / f"{name}.md", text)
    elif options.output is not None:
        write_utf8(options.output, _render_notes(options, notes_input))
    else:
        write_stdout(_render_notes(options, notes_input))
    return 0


def _announcement_input(options: NotesOptions) -> AnnouncementInput:
    """Return everything that the notes need; raises `UsageError`, `SourceError` and `ModelError`."""
    from docgen.pages.notes.announcement import AnnouncementInput
    from docgen.sources.release_metadata import read_introduction

    compared = resolve_release_range(options.range, options.last, options.source, options.services)
    changes, omission_note = _service_changes(options, compared)
    introductions = {release.name: release.introduction for release in compared.releases[1:] if release.introduction}
    if options.introduction is not None:
        introductions[compared.new.name] = read_introduction(options.introduction)
    dates = {release.name: release.date or "" for release in compared.releases}
    sdk_notes = {} if options.watchlist or options.used_by else _sdk_notes(options, compared, changes)
    return AnnouncementInput(*compared.names, changes, introductions, dates, omission_note, sdk_notes)


def _service_changes(options: NotesOptions, compared: ComparedReleases) -> tuple[tuple[ServiceChanges, ...], str]:
    """Return the changes of each service in each release, and a sentence that says what was omitted."""
    from docgen.compare.releases import changes_between_releases, changes_from_history
    from docgen.rules.classify import with_profile_severities

    change_filter = create_filter(compared, options.services, options.severity, options.watchlist, options.used_by)

    def select(delta: ServiceDelta, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        own = options.profile == "api"
        return change_filter(delta, changes if own else with_profile_severities(changes, options.profile))

    with_documentation, services = not options.severity, change_filter.services
    found = (
        changes_from_history(
            compared.history, *compared.release_numbers, services, select, with_documentation=with_documentation
        )
        if compared.history
        else changes_between_releases(compared.releases, services, select, with_documentation=with_documentation)
    )
    return tuple(found), change_filter.omission_note


def _sdk_notes(
    options: NotesOptions, compared: ComparedReleases, changes: Sequence[ServiceChanges]
) -> dict[str, tuple[SdkNote, ...]]:
    """Return the official notes on the SDK itself, by release."""
    from docgen.sources.release_summaries import release_sdk_notes

    shown: dict[str, set[str]] = {}
    for each in changes:
        if each.changes:
            shown.setdefault(each.release, set()).add(each.service)
    found = {
        release.name: release_sdk_notes(release, shown.get(release.name, ()), options.services)
        for release in compared.after_old
    }
    return {name: notes for name, notes in found.items() if notes}


def _split_input(notes_input: AnnouncementInput, split_by: str) -> Iterator[tuple[str, AnnouncementInput]]:
    """Yield the name and the input of each file: services in alphabetical order, releases oldest first."""
    if split_by == "service":
        for name in sorted({changes.service for changes in notes_input.service_changes}):
            yield name, notes_input.restrict_to(service=name)
        return
    known = {changes.release for changes in notes_input.service_changes} | set(notes_input.introductions)
    for name in notes_input.dates:
        if name in known:
            yield name, notes_input.restrict_to(release=name)


def _render_notes(options: NotesOptions, notes_input: AnnouncementInput) -> str:
    """Render the notes, shortened as far as GitHub needs; warns on standard error if something is omitted."""
    from docgen.compare.releases import period_name
    from docgen.pages.notes.announcement import ANNOUNCEMENT_PAGES, SHORTENING_STEPS, build_announcement
    from docgen.render.templates import render_page

    by = options.group_by or ("release" if options.preset == "keep-a-changelog" else "")
    for step in range(len(SHORTENING_STEPS)):
        announcement = build_announcement(
            notes_input, by, lambda release, day, service: period_name(release, day, service, by), step
        )
        page = ANNOUNCEMENT_PAGES[options.preset].page(announcement, "notes")
        text = render_page(page, "markdown", base_url=options.site_url, templates=options.templates)
        if options.preset != "github" or len(text) <= GITHUB_MAX_CHARACTERS:
            _warn_if_shortened(announcement)
            return text
    problem = f"{notes_input.previous}..{notes_input.release}: {len(text):,} characters even when shortened"
    limit = f"GitHub accepts {GITHUB_MAX_CHARACTERS:,}"
    raise UsageError(f"{problem}, and {limit} (choose fewer releases, or use --split-by)")


def _warn_if_shortened(announcement: Announcement) -> None:
    if announcement.shortening_note:
        limit = f"GitHub accepts {GITHUB_MAX_CHARACTERS:,} characters"
        remedy = "use --split-by, --service or --severity, or --preset keep-a-changelog, which has no limit"
        print_message(f"{announcement.release}: {announcement.shortening_note} ({limit}; {remedy})")
