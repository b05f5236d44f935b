"""`docgen history`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.cli.arguments import (
    add_element_arguments,
    add_format_option,
    add_history_option,
    add_severity_option,
    history_or_facts,
    positive_int,
    read_options,
    set_runner,
)
from docgen.cli.output import print_json, print_pages

if TYPE_CHECKING:
    from docgen.history.history import History
    from docgen.history.since import Answer
    from docgen.pages.notes.changelog import Changelog, ChangelogEntry
    from docgen.rules.service_changes import ServiceChanges


@dataclass(frozen=True, slots=True)
class HistoryOptions:
    """The options of `docgen history`; `last` is 0 for all releases."""

    service: str
    element: tuple[str, ...]
    history: Path
    severity: str
    releases: str
    last: int
    documentation: bool
    format: str

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> HistoryOptions:
        """Make the options."""
        return read_options(cls, namespace, element=tuple(namespace.element))


def add_history_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen history`."""
    add_element_arguments(parser)
    add_history_option(parser)
    add_severity_option(parser, "docs")
    parser.add_argument("--releases", metavar="A..B", default="", help="only these releases (or A.., ..B)")
    parser.add_argument(
        "--last", metavar="N", type=positive_int, default=0, help="only the newest N releases that changed it"
    )
    parser.add_argument("--documentation", action="store_true", help="include documentation changes")
    add_format_option(parser)
    set_runner(parser, HistoryOptions.parse, run_history)


def run_history(options: HistoryOptions) -> int:
    """Print the change log of each element that the words name."""
    from docgen.history.history import History
    from docgen.history.since import since
    from docgen.pages.registry import page_of

    history = History(history_or_facts(options.history, "limits, locations, documentation and official notes"))
    answers = since(history, options.service, options.element)
    pages = [page_of(changelog, "life") for changelog in _element_changelogs(history, answers, options)]
    if options.format == "json":
        print_json({"changelogs": [page.data() for page in pages]})
    else:
        print_pages(pages, options.format)
    return 0


def _element_changelogs(history: History, answers: Sequence[Answer], options: HistoryOptions) -> Iterator[Changelog]:
    from docgen.history.changelog import element_changelogs

    after, before = _release_bounds(history, options.releases)
    found = element_changelogs(history, answers, after, before, with_documentation=options.documentation)
    for answer, changes in zip(answers, found, strict=True):
        yield _changelog_of(history, answer, changes, options, (after, before))


def _changelog_of(
    history: History,
    answer: Answer,
    changes: Sequence[ServiceChanges],
    options: HistoryOptions,
    bounds: tuple[int, int],
) -> Changelog:
    from docgen.pages.notes.changelog import Changelog

    title, entries = changes[-1].title if changes else answer.service, _changelog_entries(changes, options.severity)
    shown = entries[: options.last] if options.last else entries
    omitted = len(entries) - len(shown)
    note = f"{omitted:,} older {'release is' if omitted == 1 else 'releases are'} omitted." if omitted else ""
    if answer.kind == "service" and not options.documentation and not note:
        listed = {entry.service_changes.release for entry in entries}
        note = _documentation_only_note(history, answer.service, *bounds, listed)
    package, start = history.newest.package, _start_note(history, answer)
    return Changelog(package, answer.qualified_name, title, tuple(shown), start, note)


def _changelog_entries(changes: Sequence[ServiceChanges], severity: str) -> list[ChangelogEntry]:
    """The entries of releases with changes of at least a severity, newest first."""
    from dataclasses import replace

    from docgen.pages.notes.changelog import ChangelogEntry, changes_at_least

    return [
        ChangelogEntry(replace(release, changes=kept))
        for release in reversed(changes)
        if (kept := changes_at_least(release.changes, severity))
    ]


def _start_note(history: History, answer: Answer) -> str:
    """The sentence `Since 1.29.127 (2023-05-05), until 1.34.90 (2024-04-24).` for an element."""
    from docgen.history.since_output import release_label

    start, end = answer.spans[-1]
    note = f"Since {release_label(history, start)}" if start > 1 else f"Since {release_label(history, 1)} or before"
    return f"{note}, until {release_label(history, end)}." if end < history.end else f"{note}."


def _documentation_only_note(history: History, service: str, after: int, before: int, listed: set[str]) -> str:
    """How many unlisted releases changed only documentation of the service, in a sentence."""
    from docgen.history.changelog import documentation_change_counts

    end = before or history.end
    numbers = {
        number
        for number, _ in documentation_change_counts(history, service)
        if after < number < end and history.release(number).name not in listed
    }
    if not numbers:
        return ""
    more = f"{len(numbers):,} more {'release' if len(numbers) == 1 else 'releases'}"
    return f"{more} changed only documentation (--documentation lists it)."


def _release_bounds(history: History, release_range: str) -> tuple[int, int]:
    """The numbers of the releases before the first and after the last of a range; zeros for all releases."""
    if not release_range:
        return 0, 0
    from docgen.sources.selection import parse_release_range

    selected = parse_release_range(release_range)
    start, end = selected.bounds(lambda name: history.find_release(name).number - 1, history.end - 1, "--releases")
    return start, end + 1
