"""`docgen update`: what a nightly job runs."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from docgen.cli.build import add_site, chosen_formats, write_site
from docgen.cli.common import command, executor, positive, source, templates
from docgen.cli.index import add_history, bring_up_to_date, open_history

if TYPE_CHECKING:
    from docgen.cli.common import Commands

LAST = 100


def add(commands: Commands) -> None:
    """Declare the command."""
    update = command(commands, "update", _update, "fetch what is new, index it, and write the site: for a nightly job")
    update.add_argument("source", metavar="SOURCE", help="where the releases come from, such as git:URL")
    add_history(update)
    update.add_argument(
        "--last", metavar="N", type=positive, default=LAST, help="notes of so many (default: %(default)s)"
    )
    add_site(update)


def _update(options: argparse.Namespace) -> int:
    from pathlib import Path

    from docgen.site.publish.publication import check_alone
    from docgen.sources.selection import Chosen

    chosen_formats(options.formats)  # what is wrong with these is said before an hour's work
    templates(options)
    if not options.into_existing:
        check_alone(Path(options.output))
    with executor(options) as cluster:
        print(bring_up_to_date(options.source, Path(options.history), options.jobs, cluster))
        history = open_history(options)
        print(write_site(options, source(options.history), Chosen(last=options.last), history, cluster))
    return 0
