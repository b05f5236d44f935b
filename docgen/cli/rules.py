"""`docgen rules`."""

from __future__ import annotations

import argparse
from typing import NamedTuple

from docgen.cli.arguments import add_format_option, read_options, set_runner
from docgen.cli.output import fitted
from docgen.cli.streams import write_stdout


class RulesOptions(NamedTuple):
    """The options of `docgen rules`; without a `rule` it lists all."""

    rule: str | None
    format: str

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> RulesOptions:
        """Make the options."""
        return read_options(cls, namespace)


def add_rules_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen rules`."""
    parser.add_argument(
        "rule", metavar="RULE", nargs="?", help="rule id, such as request-member-became-required (default: all)"
    )
    add_format_option(parser, ("text", "markdown", "json"))
    set_runner(parser, RulesOptions.parse, run_rules)


def run_rules(options: RulesOptions) -> int:
    """Print the table of rules, or one rule in full."""
    from docgen.rules.catalog import format_rules

    write_stdout(fitted(format_rules(options.rule, options.format), options.format))
    return 0
