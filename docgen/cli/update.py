"""`docgen update`: what a nightly job runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

from docgen.cli.arguments import (
    SOURCE_HELP,
    add_history_option,
    add_releases_by_option,
    add_timeout_option,
    open_source_or_examples,
    positive_int,
    read_options,
    set_runner,
    source_with_git_options,
)
from docgen.cli.index import update_history_file
from docgen.cli.output import print_text
from docgen.cli.site import SiteOptions, add_site_options, write_site

DEFAULT_LAST = 100


class UpdateOptions(NamedTuple):
    """The options of `docgen update`."""

    source: str
    history: Path
    last: int
    facts: bool
    site: SiteOptions

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> UpdateOptions:
        """Make the options; raises `UsageError`."""
        source = source_with_git_options(namespace)
        return read_options(cls, namespace, source=source, site=SiteOptions.parse(namespace))


def add_update_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen update`."""
    parser.epilog = SOURCE_HELP
    parser.add_argument("source", metavar="SOURCE", help="source of the releases, such as git:URL")
    add_releases_by_option(parser)
    add_history_option(parser)
    parser.add_argument(
        "--last",
        metavar="N",
        type=positive_int,
        default=DEFAULT_LAST,
        help="write notes for the newest N releases (default: %(default)s)",
    )
    parser.add_argument(
        "--facts",
        action="store_true",
        help="renew only the facts in the cache: add the newer releases of SOURCE, or take a history or a facts file",
    )
    add_site_options(parser)
    add_timeout_option(parser)
    set_runner(parser, UpdateOptions.parse, run_update)


def run_update(options: UpdateOptions) -> int:
    """Bring the history up to date, then the site; prints a line for each. With `--facts`, only renew those."""
    if options.facts:
        return _renew_facts(options.source)
    from docgen.history.history import History
    from docgen.site.publish.publication import ensure_empty_or_ours
    from docgen.sources.selection import ReleaseSelection

    site, parallel = options.site, options.site.parallel
    if not site.into_existing:
        ensure_empty_or_ours(site.output)  # before indexing, which may take an hour
    with parallel.open_executor() as executor:
        path = Path(parallel.absolute(str(options.history)))
        print_text(update_history_file(parallel.absolute(options.source), path, parallel.jobs, executor))
        source = open_source_or_examples(str(path))
        print_text(write_site(site, source, ReleaseSelection(last=options.last), History(path), executor))
    return 0


def _renew_facts(spec: str) -> int:
    from docgen.history.facts.found import renew_facts

    facts = renew_facts(spec, open_source_or_examples)
    print_text(f"{facts.path}: facts up to {facts.newest}")
    return 0
