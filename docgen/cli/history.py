"""`docgen history`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from docgen.cli.arguments import (
    add_element_arguments,
    add_format_option,
    add_history_option,
    add_severity_option,
    add_used_by_option,
    history_or_facts,
    positive_int,
    read_options,
    set_runner,
)
from docgen.cli.output import print_json, print_pages
from docgen.errors import UsageError

if TYPE_CHECKING:
    from docgen.cli.change_filter import CountingChangeFilter
    from docgen.diff.delta import ServiceDelta
    from docgen.history.history import History
    from docgen.history.since import Answer
    from docgen.pages.notes.changelog import Changelog, ChangelogEntry
    from docgen.rules.change import Change
    from docgen.rules.service_changes import ChangeSelector, ServiceChanges


MAX_CAUSES = 20
"""Causes that the text lists of each release, unless releases are chosen; it counts the others."""


class HistoryOptions(NamedTuple):
    """The options of `docgen history`; `last` is 0 for all releases."""

    service: str
    element: tuple[str, ...]
    history: Path
    severity: str
    releases: str
    last: int
    documentation: bool
    names: bool
    used_by: tuple[Path, ...]
    format: str

    @property
    def selects_releases(self) -> bool:
        """Whether the releases are chosen; then all of their changes are listed."""
        return bool(self.releases or self.last)

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> HistoryOptions:
        """Make the options; raises `UsageError` if they contradict each other."""
        if namespace.names and namespace.documentation:
            raise UsageError("--names and --documentation are mutually exclusive")
        return read_options(cls, namespace, element=tuple(namespace.element), used_by=tuple(namespace.used_by))


def add_history_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen history`."""
    add_element_arguments(parser)
    add_history_option(parser)
    add_severity_option(parser, "docs")
    parser.add_argument(
        "--releases", metavar="A..B", default="", help="only these releases (A.., ..B or one), with all their changes"
    )
    parser.add_argument(
        "--last", metavar="N", type=positive_int, default=0, help="only the newest N releases that changed it"
    )
    add_used_by_option(parser)
    parser.add_argument(
        "--names",
        action="store_true",
        help="list only which names were added, removed, required, deprecated or got another type",
    )
    parser.add_argument("--documentation", action="store_true", help="include documentation changes")
    add_format_option(parser)
    set_runner(parser, HistoryOptions.parse, run_history)


def run_history(options: HistoryOptions) -> int:
    """Print the change log of each element that the words name."""
    from docgen.history.history import History
    from docgen.history.since import since
    from docgen.workers import gc_paused

    lacking = "" if options.names else "protocols, error codes, limits, locations, documentation and official notes"
    history = History(history_or_facts(options.history, lacking))
    with gc_paused():
        return _print_changelogs(history, since(history, options.service, options.element), options)


def _print_changelogs(history: History, answers: Sequence[Answer], options: HistoryOptions) -> int:
    from docgen.pages.registry import page_of

    pages = [page_of(changelog, "life") for changelog in _element_changelogs(history, answers, options)]
    if options.format == "json":
        print_json({"changelogs": [page.data() for page in pages]})
    else:
        print_pages(pages, options.format)
    return 0


def _element_changelogs(history: History, answers: Sequence[Answer], options: HistoryOptions) -> Iterator[Changelog]:
    from docgen.history.changelog import element_changelogs

    after, before = _release_bounds(history, options.releases)
    selected = _code_filter(history, options)
    select: ChangeSelector | None = selected
    if options.names:
        select = partial(_only_names, selected)
    found = element_changelogs(history, answers, after, before, with_documentation=options.documentation, select=select)
    for answer, changes in zip(answers, found, strict=True):
        if options.names:
            changes = [replace(each, summary="", summaries_known=False) for each in changes]
        changelog = _changelog_of(history, answer, changes, options, (after, before))
        note = " ".join(filter(None, (changelog.omission_note, selected.omission_note if selected else "")))
        yield replace(changelog, omission_note=note)


def _only_names(select: ChangeSelector | None, delta: ServiceDelta, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return the changes of names that `select` chooses too."""
    from docgen.rules.grouping import is_about_names

    found = tuple(change for change in changes if is_about_names(change))
    return found if select is None else select(delta, found)


def _code_filter(history: History, options: HistoryOptions) -> CountingChangeFilter | None:
    """Return a filter for the changes that reach some code; None if no code is given."""
    if not options.used_by:
        return None
    from docgen.cli.change_filter import CountingChangeFilter
    from docgen.cli.used_by import read_used_elements

    return CountingChangeFilter(watchlist=read_used_elements(options.used_by, history))


def _changelog_of(
    history: History,
    answer: Answer,
    changes: Sequence[ServiceChanges],
    options: HistoryOptions,
    bounds: tuple[int, int],
) -> Changelog:
    from docgen.pages.notes.changelog import Changelog

    title, entries = (
        changes[-1].title if changes else answer.service,
        _changelog_entries(
            changes,
            options.severity,
            0 if options.names or options.selects_releases else MAX_CAUSES,
            answer.operation,
        ),
    )
    shown = entries[: options.last] if options.last else entries
    omitted = len(entries) - len(shown)
    note = f"{omitted:,} older {'release is' if omitted == 1 else 'releases are'} omitted." if omitted else ""
    if answer.kind == "service" and not (options.documentation or options.names or note):
        listed = {entry.service_changes.release for entry in entries}
        note = _documentation_only_note(history, answer.service, *bounds, listed)
    package, start = history.newest.package, _start_note(history, answer)
    return Changelog(package, answer.qualified_name, title, tuple(shown), start, note)


def _changelog_entries(
    changes: Sequence[ServiceChanges], severity: str, max_groups: int = 0, operation: str = ""
) -> list[ChangelogEntry]:
    """Return the entries of releases with changes of at least a severity, newest first."""
    from docgen.pages.notes.changelog import ChangelogEntry, changes_at_least

    return [
        ChangelogEntry(replace(release, changes=kept), max_groups, operation)
        for release in reversed(changes)
        if (kept := changes_at_least(release.changes, severity))
    ]


def _start_note(history: History, answer: Answer) -> str:
    """Return the sentence `Since 1.29.127 (2023-05-05), until 1.34.90 (2024-04-24).` for an element."""
    from docgen.history.since_output import release_label

    start, end = answer.spans[-1]
    note = f"Since {release_label(history, start)}" if start > 1 else f"Since {release_label(history, 1)} or before"
    return f"{note}, until {release_label(history, end)}." if end < history.end else f"{note}."


def _documentation_only_note(history: History, service: str, after: int, before: int, listed: set[str]) -> str:
    """Count in a sentence the unlisted releases that changed only documentation of the service."""
    from docgen.history.changelog import documentation_change_counts

    end = before or history.end
    numbers = {
        number
        for number, _ in documentation_change_counts(history, service, after, end)
        if history.release(number).name not in listed
    }
    if not numbers:
        return ""
    more = f"{len(numbers):,} more {'release' if len(numbers) == 1 else 'releases'}"
    return f"{more} changed only documentation (--documentation lists it)."


def _release_bounds(history: History, release_range: str) -> tuple[int, int]:
    """Return the numbers of the releases before the first and after the last of a range; zeros for all releases."""
    if not release_range:
        return 0, 0
    from docgen.sources.selection import parse_release_range

    selected = parse_release_range(release_range)
    start, end = selected.bounds(lambda name: history.find_release(name).number - 1, history.end - 1, "--releases")
    return start, end + 1
