"""`docgen validate`."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from docgen.cli.arguments import SOURCE_HELP, read_options, set_runner
from docgen.cli.output import print_text


@dataclass(frozen=True, slots=True)
class ValidateOptions:
    """The options of `docgen validate`."""

    sources: tuple[str, ...]

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> ValidateOptions:
        """Make the options."""
        return read_options(cls, namespace, sources=tuple(namespace.sources))


def add_validate_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen validate`."""
    parser.epilog = SOURCE_HELP
    parser.add_argument("sources", metavar="SOURCE", nargs="+", help="a file, a folder, or another source")
    set_runner(parser, ValidateOptions.parse, run_validate)


def run_validate(options: ValidateOptions) -> int:
    """Print every problem of the models, one line each; returns 2 if there are any."""
    from docgen.check.validate import validate_paths

    found = False
    for problem in validate_paths(options.sources):
        print_text(str(problem))
        found = True
    return 2 if found else 0
