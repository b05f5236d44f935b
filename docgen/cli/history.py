"""`docgen history`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from docgen.cli.common import FROM, SEVERITIES, add_format, command, positive, print_pages
from docgen.cli.index import ELEMENTS, add_history, open_history

if TYPE_CHECKING:
    from docgen.cli.common import Commands
    from docgen.history.history import History
    from docgen.history.since import Answer
    from docgen.pages.notes.rollup import LifePage


def add(commands: Commands) -> None:
    """Declare the command."""
    life = command(commands, "history", _history, "print the life of a service, an operation or an element", ELEMENTS)
    life.add_argument("service", metavar="SERVICE", help="SDK name, such as appstream")
    life.add_argument("element", metavar="ELEMENT", nargs="*", help="as for since")
    add_history(life)
    life.add_argument("--severity", metavar="LEVEL", choices=SEVERITIES, default="docs", help=FROM)
    life.add_argument("--releases", metavar="A..B", help="only these releases (or A.., ..B)")
    life.add_argument("--last", metavar="N", type=positive, help="only the newest N releases that changed it")
    life.add_argument("--documentation", action="store_true", help="tell how documentation was reworded, too")
    add_format(life)


def _history(options: argparse.Namespace) -> int:
    import json

    from docgen.history.since import since
    from docgen.pages.page import life_page

    history = open_history(options)
    answers = since(history, options.service, options.element)
    pages = [life_page(_page(history, answer, options), "life") for answer in answers]
    if options.format == "json":
        print(json.dumps({"lives": [page.data() for page in pages]}, ensure_ascii=False, indent=2))
    else:
        print_pages(pages, options.format)
    return 0


def _page(history: History, answer: Answer, options: argparse.Namespace) -> LifePage:
    from dataclasses import replace

    from docgen.history.changelog import life
    from docgen.history.since_output import release
    from docgen.pages.notes.rollup import Entry, LifePage, at_least

    after, until = _range(history, options.releases)
    entries = []
    title = answer.service
    for moment in life(history, answer, after, until, words=options.documentation):
        title = moment.title
        if kept := at_least(moment.changes, options.severity):
            entries.append(Entry(replace(moment, changes=kept)))
    entries.reverse()
    shown = entries[: options.last] if options.last else entries
    start, end = answer.spans[-1]
    started = f"Since {release(history, start)}" if start > 1 else f"Since {release(history, 1)} or before"
    started += f", until {release(history, end)}." if end < history.end else "."
    older = len(entries) - len(shown)
    other = f"{older} older {'release is' if older == 1 else 'releases are'} left out." if older else ""
    if answer.kind == "service" and not options.documentation and not other:
        other = _reworded(history, answer.service, after, until, {entry.moment.release for entry in entries})
    return LifePage(history.newest.package, answer.words, title, tuple(shown), started, other)


def _reworded(history: History, service: str, after: int, until: int, told: set[str]) -> str:
    """How many releases only reworded the service's documentation."""
    from docgen.history.changelog import reworded

    end = until or history.end
    numbers = {n for n, _ in reworded(history, service) if after < n < end and history.release(n).name not in told}
    if not numbers:
        return ""
    more = f"{len(numbers)} more {'release' if len(numbers) == 1 else 'releases'}"
    return f"{more} only reworded documentation (--documentation tells how)."


def _range(history: History, names: str | None) -> tuple[int, int]:
    """The number before the first release that is meant, and that after the last."""
    if not names:
        return 0, 0
    from docgen.errors import UsageError

    first, dots, last = names.partition("..")
    start = history.find_release(first).number if first else 1
    end = history.find_release(last).number if last else history.end - 1 if dots else start
    if start > end:
        raise UsageError(f"--releases {names}: {first} comes after {last}")
    return start - 1, end + 1
