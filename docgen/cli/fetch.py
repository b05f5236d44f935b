"""`docgen fetch`: models of other releases, kept in a folder."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from docgen.cli.arguments import (
    SOURCE_HELP,
    add_service_option,
    add_timeout_option,
    positive_int,
    read_options,
    set_runner,
)
from docgen.cli.output import print_text
from docgen.errors import UsageError

if TYPE_CHECKING:
    from docgen.sources.release import Release

DEFAULT_OUTPUT = "models"
MAX_UNSELECTED_RELEASES = 20
"""Releases of one source that are fetched without a selection: a repository may have thousands, of 100 MB each."""


class FetchOptions(NamedTuple):
    """The options of `docgen fetch`; `releases` and `last` select releases of each source."""

    sources: tuple[str, ...]
    output: Path
    services: tuple[str, ...]
    releases: str
    last: int

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> FetchOptions:
        """Make the options."""
        return read_options(cls, namespace, sources=tuple(namespace.sources), services=tuple(namespace.services))


def add_fetch_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen fetch`."""
    parser.epilog = SOURCE_HELP
    parser.add_argument("sources", metavar="SOURCE", nargs="+", help="such as pypi:botocore==1.12.83")
    parser.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        type=Path,
        default=Path(DEFAULT_OUTPUT),
        help="output folder (default: %(default)s)",
    )
    add_service_option(parser)
    parser.add_argument(
        "--releases",
        metavar="A..B",
        default="",
        help="only these releases of each source (A..B, A.., ..B or one)",
    )
    parser.add_argument(
        "--last", metavar="N", type=positive_int, default=0, help="only the newest N releases of each source"
    )
    add_timeout_option(parser)
    set_runner(parser, FetchOptions.parse, run_fetch)


def run_fetch(options: FetchOptions) -> int:
    """Copy the models of the selected releases; prints a line for each release."""
    from docgen.locate import open_source
    from docgen.sources.copy import copy_releases
    from docgen.sources.selection import ReleaseSelection

    selection = ReleaseSelection(options.releases, options.last)
    releases: list[Release] = []
    for spec in options.sources:
        _, selected = selection.select(open_source(spec).releases())
        if len(selected) > MAX_UNSELECTED_RELEASES and selection == ReleaseSelection():
            raise UsageError(f"{spec}: {len(selected):,} releases (choose with --releases A..B or --last N)")
        releases += selected
    for line in copy_releases(releases, options.output, options.services):
        print_text(line)
    return 0
