"""`docgen build`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from docgen.cli.arguments import (
    SOURCE_HELP,
    add_releases_by_option,
    add_source_option,
    announce_examples,
    open_history_source,
    open_source_or_examples,
    positive_int,
    read_options,
    set_runner,
    source_with_git_options,
)
from docgen.cli.output import print_text
from docgen.cli.site import SiteOptions, add_site_options, write_site

if TYPE_CHECKING:
    from docgen.history.history import History


class BuildOptions(NamedTuple):
    """The options of `docgen build`; `shard` is (2, 4) for the second of four."""

    source: str | None
    releases: str
    last: int
    history: str | None
    shard: tuple[int, int] | None
    reuse: tuple[Path, ...]
    site: SiteOptions

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> BuildOptions:
        """Make the options; raises `UsageError`."""
        return read_options(
            cls,
            namespace,
            source=source_with_git_options(namespace),
            reuse=tuple(namespace.reuse),
            site=SiteOptions.parse(namespace),
        )


def add_build_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen build`."""
    parser.epilog = SOURCE_HELP
    add_source_option(parser)
    add_releases_by_option(parser)
    parser.add_argument(
        "--releases",
        metavar="A..B",
        default="",
        help="write notes only for these releases; the reference is of the last (A..B, A.., ..B or one)",
    )
    parser.add_argument(
        "--last", metavar="N", type=positive_int, default=0, help="write notes only for the newest N releases"
    )
    parser.add_argument(
        "--history", metavar="FILE", help="history file; shows in which release each element first appeared"
    )
    parser.add_argument("--shard", metavar="K/N", type=_parse_shard, help="build only shard K of N")
    parser.add_argument(
        "--reuse",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="reuse unchanged parts of the site in DIR (repeatable)",
    )
    add_site_options(parser)
    set_runner(parser, BuildOptions.parse, run_build)


def run_build(options: BuildOptions) -> int:
    """Build a site and print what was done."""
    from docgen.sources.selection import ReleaseSelection

    parallel = options.site.parallel
    with parallel.open_executor() as executor:
        source = open_source_or_examples(None if options.source is None else parallel.absolute(options.source))
        announce_examples(options.source, source.releases() if options.source is None else ())
        line = write_site(
            options.site,
            source,
            ReleaseSelection(options.releases, options.last),
            _open_history(options),
            executor,
            shard=options.shard,
            reuse_from=options.reuse,
        )
    print_text(line)
    return 0


def _parse_shard(text: str) -> tuple[int, int]:
    """Parse a shard such as 1/4, as a type for argparse."""
    number, _, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 0 < int(number) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text} is not a shard such as 1/4")
    return int(number), int(count)


def _open_history(options: BuildOptions) -> History | None:
    """Open the named history; else the source, if that is a history or a release of one."""
    from docgen.history.history import History

    parallel = options.site.parallel
    if options.history is not None:
        return History(Path(parallel.absolute(options.history)))
    spec = options.source or ""
    return open_history_source(parallel.absolute(spec.rpartition("@")[0] or spec) if spec else None)
