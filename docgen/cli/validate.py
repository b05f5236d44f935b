"""`docgen validate`."""

from __future__ import annotations

import argparse
from typing import NamedTuple

from docgen.cli.arguments import SOURCE_HELP, add_timeout_option, read_options, set_runner
from docgen.cli.error_report import source_frame
from docgen.cli.output import print_lines, print_text
from docgen.cli.screen import output_screen
from docgen.terminal.wrapping import wrapped

MAX_FRAMES = 10
"""How many problems show the line of their file: to find it, the file is read again."""


class ValidateOptions(NamedTuple):
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
    add_timeout_option(parser)
    set_runner(parser, ValidateOptions.parse, run_validate)


def run_validate(options: ValidateOptions) -> int:
    """Print every problem of the models, one line each; returns 2 if there are any.

    On a terminal, each of the first problems has the line of its file below it.
    """
    from docgen.check.validate import validate_paths

    screen, count = output_screen(), 0
    for count, problem in enumerate(validate_paths(options.sources), start=1):
        line = str(problem)
        if not screen.is_terminal:
            print_text(line)
            continue
        print_lines(wrapped(line, screen, next_indent="  "))
        if count <= MAX_FRAMES:
            print_lines(source_frame(line, screen))
    return 2 if count else 0
