"""`docgen update`: what a nightly job runs."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from docgen.cli.build import add_site_options, parse_formats, write_site
from docgen.cli.common import add_command, open_executor, open_source_or_examples, positive_int, templates_folder
from docgen.cli.index import add_history_option, open_history, update_history_file

if TYPE_CHECKING:
    from docgen.cli.common import Commands

DEFAULT_LAST = 100


def add_update_command(commands: Commands) -> None:
    """Declare the command."""
    update = add_command(
        commands, "update", _run_update, "fetch what is new, index it, and write the site: for a nightly job"
    )
    update.add_argument("source", metavar="SOURCE", help="where the releases come from, such as git:URL")
    add_history_option(update)
    update.add_argument(
        "--last", metavar="N", type=positive_int, default=DEFAULT_LAST, help="notes of so many (default: %(default)s)"
    )
    add_site_options(update)


def _run_update(options: argparse.Namespace) -> int:
    from pathlib import Path

    from docgen.site.publish.publication import ensure_empty_or_ours
    from docgen.sources.selection import ReleaseSelection

    parse_formats(options.formats)  # what is wrong with these is said before an hour's work
    templates_folder(options)
    if not options.into_existing:
        ensure_empty_or_ours(Path(options.output))
    with open_executor(options) as cluster:
        print(update_history_file(options.source, Path(options.history), options.jobs, cluster))
        history = open_history(options)
        print(
            write_site(
                options, open_source_or_examples(options.history), ReleaseSelection(last=options.last), history, cluster
            )
        )
    return 0
