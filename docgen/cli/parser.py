"""The parsers of the command line: all commands for help and completion, or only the one that runs."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence
from importlib import import_module
from typing import Any, NoReturn

from docgen import __version__
from docgen.cli.screen import COLOUR_CHOICES
from docgen.errors import UsageError
from docgen.printable import visible_line

PROGRAM = "docgen"
DESCRIPTION = "Change notes, a static reference and exact answers from versioned API models."

COMMAND_GROUPS = {
    "ask": {
        "since": "show in which release an element first appeared",
        "explain": "explain a botocore error message: which release has the missing parameter, method or service",
        "requires": "find the lowest boto3 version that has what Python code uses",
        "uses": "list what Python code uses, as a watchlist",
        "history": "print the change log of a service, an operation or an element",
        "mcp": "answer agents and editors over the Model Context Protocol",
        "show": "print the reference of one operation, or list the operations of a service",
    },
    "compare": {
        "diff": "print change notes between two releases or over a range",
        "notes": "print release notes in Markdown, ready to publish",
        "check": "fail if a change may break callers",
        "rules": "list the rules, or describe one with its rationale and an example",
    },
    "publish": {
        "build": "build a site: change notes for every release, reference for the newest",
        "update": "index new releases and rebuild the site (for nightly jobs)",
        "serve": "serve a site locally, with live reload",
    },
    "maintain": {
        "index": "create or update a history file from all releases of a source",
        "fetch": "download the models of releases into a folder",
        "validate": "validate service models against the schema",
        "completion": "print the completion script of a shell",
        "help": "describe a command, sources or elements",
    },
}
"""The commands by purpose, each with a line of help."""

COMMANDS = {name: summary for group in COMMAND_GROUPS.values() for name, summary in group.items()}

OUTPUT_OPTIONS = ("color", "pager")
"""The dests of the options that every command has."""


class CommandParser(argparse.ArgumentParser):
    """A parser whose errors are one line with a suggestion, and whose help fits the terminal."""

    color = False  # Python 3.14 has colours of its own; these are ours
    _formats_help = False

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.color = False

    def _get_formatter(self) -> argparse.HelpFormatter:
        if self._formats_help:
            from docgen.cli.help_format import HelpFormatter

            return HelpFormatter(self.prog)
        return argparse.HelpFormatter(self.prog, width=80)  # argparse checks each argument with it

    def format_help(self) -> str:
        """Return the help, which fits the terminal."""
        self._formats_help = True
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Raise `UsageError`."""
        required = "the following arguments are required: "
        if message.startswith(required):
            message = f"{message.removeprefix(required).partition(',')[0]}: missing"
        command = self.prog.removeprefix(PROGRAM).strip()
        problem = f"{command}: {message}" if command else message
        raise UsageError(f"{problem} ({PROGRAM} help{f' {command}' if command else ''})")

    def print_help(self, file: Any = None) -> None:
        """Print the help of the command, with colours where they are wanted."""
        from docgen.cli.help_format import print_help_text

        print_help_text(self.format_help())

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            from docgen.wording import with_suggestions

            problem = f"no such value: {visible_line(str(value))!r}"
            raise argparse.ArgumentError(action, with_suggestions(str(value), map(str, action.choices), problem))

    def unknown_words_error(self, words: Sequence[str]) -> UsageError:
        """Return the error for words that no argument takes, with the option that is probably meant."""
        from docgen.wording import did_you_mean

        known = [option for action in self._actions for option in action.option_strings]
        option = next((word.partition("=")[0] for word in words if word.startswith("-")), "")
        hint = did_you_mean(option, known, self.get_default("option_hint") or "") if option else ""
        command = self.prog.removeprefix(PROGRAM).strip()
        problem = f"unrecognized arguments: {visible_line(' '.join(words))}{f' ({hint})' if hint else ''}"
        return UsageError(f"{command}: {problem}" if command else problem)


def make_parser(names: Collection[str] = tuple(COMMANDS)) -> CommandParser:
    """Create the parser of the whole command line, for lists of options and completion.

    Args:
        names: The commands whose modules are imported to declare their arguments; other words are ignored.

    Returns:
        A parser whose namespaces have a callable `run`, which takes the namespace and returns the exit code.

    """
    parser = CommandParser(prog=PROGRAM, description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=_description(name))
        if name in names:
            _add_arguments(name, command)
    return parser


def command_parser(name: str) -> CommandParser:
    """Create the parser of one command, for the words after its name. Its namespaces are those of `make_parser`."""
    parser = CommandParser(prog=f"{PROGRAM} {name}", description=_description(name))
    _add_arguments(name, parser)
    return parser


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the command line, and import only the module of the command that it names.

    Args:
        arguments: The words after `docgen`.

    Returns:
        What argparse read, with `command` and a callable `run`, which takes the namespace and returns the exit code.

    Raises:
        UsageError: If a command, an option or a value does not exist, or an argument is missing.

    """
    name, words = _split_command(arguments)
    parser = command_parser(name)
    namespace, extra = parser.parse_known_args(words)
    if extra:
        # argparse assigns all positionals of a command at once, so it leaves over those that follow an option.
        dest = getattr(namespace, "extra_dest", "")
        value = getattr(namespace, dest) if dest else ()
        if any(word.startswith("-") for word in extra):
            raise parser.unknown_words_error(extra)
        if isinstance(value, list):
            value.extend(extra)
        elif value is None and len(extra) == 1:
            setattr(namespace, dest, extra[0])
        else:
            raise parser.unknown_words_error(extra)
    namespace.command = name
    return namespace


def _split_command(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """Return the name of the command and the words for it: options of every command may come before its name."""
    before: list[str] = []
    rest = list(arguments)
    while rest and rest[0].startswith("-"):
        word = rest.pop(0)
        if word in ("-h", "--help"):
            return "help", before
        if word == "--version":
            return "help", [*before, word]
        if word.partition("=")[0] not in ("--color", "--no-pager"):
            raise command_parser("help").unknown_words_error([word])
        before += [word, *rest[:1]] if word == "--color" else [word]
        rest = rest[word == "--color" :]
    if not rest:
        return "help", before
    name = rest.pop(0)
    if name not in COMMANDS:
        from docgen.wording import did_you_mean

        hint = did_you_mean(name, COMMANDS, "docgen help lists them")
        raise UsageError(f"no command {visible_line(name)!r} ({hint})")
    return name, [*before, *rest]


def _description(name: str) -> str:
    return f"{COMMANDS[name][0].upper()}{COMMANDS[name][1:]}."


def _add_arguments(name: str, parser: argparse.ArgumentParser) -> None:
    getattr(import_module(f"docgen.cli.{name}"), f"add_{name}_arguments")(parser)
    parser.add_argument(
        "--color",
        metavar="WHEN",
        choices=COLOUR_CHOICES,
        default="auto",
        help="use colours: auto, always or never (default: auto)",
    )
    parser.add_argument("--no-pager", dest="pager", action="store_false", help="never show output in a pager")
