"""`docgen help`: the list of commands, one command, or what SOURCE and ELEMENT may be."""

from __future__ import annotations

import argparse
from typing import NamedTuple

from docgen.cli.arguments import ELEMENT_HELP, SOURCE_HELP, read_options, set_runner
from docgen.cli.help_format import HelpFormatter, print_help_text
from docgen.cli.parser import COMMAND_GROUPS, COMMANDS, DESCRIPTION, command_parser
from docgen.cli.streams import write_stdout
from docgen.errors import UsageError

_TOPICS = {"sources": SOURCE_HELP, "elements": ELEMENT_HELP}

_EPILOG = """`docgen help COMMAND` describes a command; `docgen help sources` and `docgen help elements` say what may
stand for SOURCE and ELEMENT. Every command has --color auto|always|never and --no-pager."""


class HelpOptions(NamedTuple):
    """The options of `docgen help`; an empty topic lists the commands."""

    topic: str
    version: bool

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> HelpOptions:
        """Make the options."""
        return read_options(cls, namespace)


def add_help_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen help`."""
    parser.add_argument(
        "topic", metavar="TOPIC", nargs="?", default="", help="a command, sources or elements (default: all commands)"
    )
    parser.add_argument("--version", action="store_true", help="print the version of docgen")
    set_runner(parser, HelpOptions.parse, run_help)


def run_help(options: HelpOptions) -> int:
    """Print help."""
    if options.version:
        from docgen import __version__

        write_stdout(f"docgen {__version__}\n")
    elif options.topic in COMMANDS:
        command_parser(options.topic).print_help()
    elif options.topic in _TOPICS:
        print_help_text(_TOPICS[options.topic])
    elif options.topic:
        from docgen.wording import with_suggestions

        raise UsageError(with_suggestions(options.topic, [*COMMANDS, *_TOPICS], f"no help on {options.topic!r}"))
    else:
        print_help_text(_overview())
    return 0


def _overview() -> str:
    """Return the commands in groups, as argparse lays them out."""
    formatter = HelpFormatter("docgen")
    formatter.add_usage("docgen COMMAND [options]", [], [])
    formatter.add_text(DESCRIPTION)
    for group, commands in COMMAND_GROUPS.items():
        formatter.start_section(group)
        formatter.add_arguments([argparse.Action([], name, metavar=name, help=help) for name, help in commands.items()])
        formatter.end_section()
    formatter.add_text(_EPILOG)
    return formatter.format_help()
