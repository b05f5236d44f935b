"""`docgen fetch`: models of other releases, kept in a folder."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from docgen.cli.common import add_command, positive_int

if TYPE_CHECKING:
    from docgen.cli.common import Commands
    from docgen.sources.release import Release

DEFAULT_OUTPUT = "models"
MAX_UNSELECTED_RELEASES = 20
"""Releases of one source from which on a user must say which: a repository may have thousands, of 100 MB each."""


def add_fetch_command(commands: Commands) -> None:
    """Declare the command."""
    fetch = add_command(commands, "fetch", _run_fetch, "copy the models of releases into a folder, such as models/")
    fetch.add_argument("sources", metavar="SOURCE", nargs="+", help="such as pypi:botocore==1.12.83")
    fetch.add_argument("--into", metavar="DIR", default=DEFAULT_OUTPUT, help="default: %(default)s")
    fetch.add_argument("--service", metavar="NAME", action="append", default=[], help="only this one (repeatable)")
    fetch.add_argument("--releases", metavar="A..B", default="", help="of each source, only these (or A.., ..B, one)")
    fetch.add_argument("--last", metavar="N", type=positive_int, default=0, help="of each source, only so many")


def _run_fetch(options: argparse.Namespace) -> int:
    from pathlib import Path

    from docgen.errors import UsageError
    from docgen.locate import open_source
    from docgen.sources.copy import copy_releases
    from docgen.sources.selection import ReleaseSelection

    selection = ReleaseSelection(options.releases, options.last)
    wanted: list[Release] = []
    for spec in options.sources:
        _, releases = selection.select(open_source(spec).releases())
        if len(releases) > MAX_UNSELECTED_RELEASES and selection == ReleaseSelection():
            raise UsageError(f"{spec}: {len(releases):,} releases (choose with --releases A..B or --last N)")
        wanted += releases
    for line in copy_releases(wanted, Path(options.into), options.service):
        print(line)
    return 0
