"""`docgen uses`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

from docgen.cli.arguments import (
    add_code_paths_argument,
    add_format_option,
    add_history_option,
    add_jobs_option,
    history_or_facts,
    read_options,
    set_runner,
)
from docgen.cli.output import print_json, print_text
from docgen.cli.streams import print_message

EPILOG = """Reads Python files and notebooks without importing or running them. The output is a watchlist:
`docgen diff A..B --watchlist FILE` then lists only what concerns the code. The option --used-by PATH of diff,
notes, check and history does both in one step, and names the lines of code that each change reaches."""


class UsesOptions(NamedTuple):
    """The options of `docgen uses`."""

    paths: tuple[Path, ...]
    history: Path
    format: str
    jobs: int

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> UsesOptions:
        """Make the options."""
        return read_options(cls, namespace, paths=tuple(namespace.paths))


def add_uses_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen uses`."""
    parser.epilog = EPILOG
    add_code_paths_argument(parser)
    add_history_option(parser)
    add_format_option(parser, ("text", "json"))
    add_jobs_option(parser)
    set_runner(parser, UsesOptions.parse, run_uses)


def run_uses(options: UsesOptions) -> int:
    """Print what the code uses."""
    from docgen.requires.facts import HistoryFacts
    from docgen.upgrades.used import read_used_code
    from docgen.upgrades.watch_file import uses_data, watch_file_text

    used = read_used_code(options.paths, HistoryFacts(history_or_facts(options.history)), options.jobs)
    for warning in used.warnings:
        print_message(warning)
    if options.format == "json":
        print_json(uses_data(used))
    else:
        print_text(watch_file_text(used).removesuffix("\n"))
    return 0
