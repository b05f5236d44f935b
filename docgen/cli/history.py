"""`docgen history`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from docgen.cli.common import SEVERITIES, SEVERITY_HELP, add_command, add_format_option, positive_int, print_pages
from docgen.cli.index import ELEMENT_HELP, add_history_option, open_history

if TYPE_CHECKING:
    from docgen.cli.common import Commands
    from docgen.history.history import History
    from docgen.history.since import Answer
    from docgen.pages.notes.changelog import Changelog


def add_history_command(commands: Commands) -> None:
    """Declare the command."""
    life = add_command(
        commands, "history", _run_history, "print the life of a service, an operation or an element", ELEMENT_HELP
    )
    life.add_argument("service", metavar="SERVICE", help="SDK name, such as appstream")
    life.add_argument("element", metavar="ELEMENT", nargs="*", help="as for since")
    add_history_option(life)
    life.add_argument("--severity", metavar="LEVEL", choices=SEVERITIES, default="docs", help=SEVERITY_HELP)
    life.add_argument("--releases", metavar="A..B", help="only these releases (or A.., ..B)")
    life.add_argument("--last", metavar="N", type=positive_int, help="only the newest N releases that changed it")
    life.add_argument("--documentation", action="store_true", help="tell how documentation was reworded, too")
    add_format_option(life)


def _run_history(options: argparse.Namespace) -> int:
    import json

    from docgen.history.since import since
    from docgen.pages.registry import page_of

    history = open_history(options)
    answers = since(history, options.service, options.element)
    pages = [page_of(_changelog_page(history, answer, options), "life") for answer in answers]
    if options.format == "json":
        print(json.dumps({"changelogs": [page.data() for page in pages]}, ensure_ascii=False, indent=2))
    else:
        print_pages(pages, options.format)
    return 0


def _changelog_page(history: History, answer: Answer, options: argparse.Namespace) -> Changelog:
    from dataclasses import replace

    from docgen.history.changelog import element_changelog
    from docgen.history.since_output import release_label
    from docgen.pages.notes.changelog import Changelog, ChangelogEntry, changes_at_least

    after, until = _release_bounds(history, options.releases)
    entries = []
    title = answer.service
    for moment in element_changelog(history, answer, after, until, with_documentation=options.documentation):
        title = moment.title
        if kept := changes_at_least(moment.changes, options.severity):
            entries.append(ChangelogEntry(replace(moment, changes=kept)))
    entries.reverse()
    shown = entries[: options.last] if options.last else entries
    start, end = answer.spans[-1]
    started = f"Since {release_label(history, start)}" if start > 1 else f"Since {release_label(history, 1)} or before"
    started += f", until {release_label(history, end)}." if end < history.end else "."
    older = len(entries) - len(shown)
    other = f"{older} older {'release is' if older == 1 else 'releases are'} left out." if older else ""
    if answer.kind == "service" and not options.documentation and not other:
        other = _documentation_only_note(
            history, answer.service, after, until, {entry.service_changes.release for entry in entries}
        )
    return Changelog(history.newest.package, answer.qualified_name, title, tuple(shown), started, other)


def _documentation_only_note(history: History, service: str, after: int, until: int, listed: set[str]) -> str:
    """How many releases only reworded the service's documentation."""
    from docgen.history.changelog import documentation_change_counts

    end = until or history.end
    numbers = {
        n
        for n, _ in documentation_change_counts(history, service)
        if after < n < end and history.release(n).name not in listed
    }
    if not numbers:
        return ""
    more = f"{len(numbers)} more {'release' if len(numbers) == 1 else 'releases'}"
    return f"{more} only reworded documentation (--documentation tells how)."


def _release_bounds(history: History, spec: str | None) -> tuple[int, int]:
    """The number before the first release that is meant, and that after the last."""
    if not spec:
        return 0, 0
    from docgen.errors import UsageError

    first, dots, last = spec.partition("..")
    start = history.find_release(first).number if first else 1
    end = history.find_release(last).number if last else history.end - 1 if dots else start
    if start > end:
        raise UsageError(f"--releases {spec}: {first} comes after {last}")
    return start - 1, end + 1
