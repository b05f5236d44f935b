"""`docgen requires`."""

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
from docgen.cli.output import print_report
from docgen.cli.streams import print_message

REQUIRES_FORMATS = ("text", "markdown", "json", "sarif", "github")
EPILOG = """Reads Python files and notebooks without importing or running them, and compares what they use with the
history of botocore. Declared versions are read from pyproject.toml, requirements files, setup.cfg, setup.py,
environment.yml and lock files. Exits with 1 if a declared version is too low, or a name is in no release."""


class RequiresOptions(NamedTuple):
    """The options of `docgen requires`."""

    paths: tuple[Path, ...]
    history: Path
    format: str
    all: bool
    jobs: int

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> RequiresOptions:
        """Make the options."""
        return read_options(cls, namespace, paths=tuple(namespace.paths))


def add_requires_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen requires`."""
    parser.epilog = EPILOG
    add_code_paths_argument(parser)
    add_history_option(parser)
    add_format_option(parser, REQUIRES_FORMATS)
    parser.add_argument("--all", action="store_true", help="list every name that is used, not only the newest")
    add_jobs_option(parser)
    set_runner(parser, RequiresOptions.parse, run_requires)


def run_requires(options: RequiresOptions) -> int:
    """Print the lowest boto3 version; returns 1 if a declared version is too low or a name is in no release."""
    from docgen.requires.facts import HistoryFacts
    from docgen.requires.report import render_result
    from docgen.requires.result import examine

    result = examine(options.paths, HistoryFacts(history_or_facts(options.history)), options.jobs)
    for warning in result.requirement.warnings:
        print_message(warning)
    print_report(lambda screen: render_result(result, options.format, screen, every=options.all), options.format)
    return 1 if result.failing else 0
