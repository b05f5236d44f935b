"""`docgen update`: what a nightly job runs."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from docgen.cli.build import chosen_formats
from docgen.cli.common import FORMATS, address, command, positive, source
from docgen.cli.history import add_history, add_jobs, bring_up_to_date, open_history

if TYPE_CHECKING:
    from docgen.cli.common import Commands

LAST = 100


def add(commands: Commands) -> None:
    """Declare the command."""
    update = command(commands, "update", _update, "fetch what is new, index it, and write the site: for a nightly job")
    update.add_argument("source", metavar="SOURCE", help="where the releases come from, such as git:URL")
    add_history(update)
    update.add_argument("--output", metavar="DIR", default="output", help="folder to write to (default: output)")
    update.add_argument(
        "--last", metavar="N", type=positive, default=LAST, help="notes of so many (default: %(default)s)"
    )
    update.add_argument("--url", metavar="URL", type=address, help="where the site will be: for a sitemap and its kind")
    update.add_argument("--formats", metavar="F,F", default=",".join(FORMATS), help="default: %(default)s")
    add_jobs(update)


def _update(options: argparse.Namespace) -> int:
    from pathlib import Path

    from docgen.site import build
    from docgen.sources import Chosen

    formats = chosen_formats(options.formats)
    print(bring_up_to_date(options.source, Path(options.history), options.jobs))
    history = open_history(options)
    chosen = Chosen(last=options.last)
    url = options.url or ""
    print(build(source(options.history), Path(options.output), formats, chosen=chosen, history=history, url=url))
    return 0
