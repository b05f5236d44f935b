"""The command line: parse arguments, run one command, print, return the exit code.

Exit codes: 0 for success; 1 if `docgen check` found a change that fails; 2 if docgen could not run, with one line on
standard error. Each command is a module of the same name with three parts: a frozen dataclass of its options,
`add_<name>_arguments` and `run_<name>`. Only the module of the command that runs is imported, so help is quick.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Sequence
from contextlib import suppress
from importlib import import_module

from docgen import __version__
from docgen.cli.arguments import SOURCE_HELP
from docgen.cli.output import configure_logging
from docgen.cli.signals import interrupt_exit_code, interrupt_on_termination
from docgen.cli.streams import (
    configure_streams,
    discard_stdout,
    flush_stdout,
    open_missing_streams,
    print_message,
    settle_streams,
)
from docgen.errors import DocgenError
from docgen.printable import visible_line

COMMANDS = {
    "build": "build a site: change notes for every release, reference for the newest",
    "diff": "print change notes between two releases or over a range",
    "notes": "print release notes in Markdown, ready to publish",
    "check": "fail if a change may break callers",
    "show": "print the reference of one operation, or all operations of a service as JSON lines",
    "validate": "validate service models against the schema",
    "rules": "list the rules, or describe one with its rationale and an example",
    "index": "create or update a history file from all releases of a source",
    "since": "show in which release an element first appeared",
    "history": "print the change log of a service, an operation or an element",
    "explain": "explain a botocore error message: which release has the missing parameter, method or service",
    "requires": "find the lowest boto3 version that has what Python code uses",
    "update": "index new releases and rebuild the site (for nightly jobs)",
    "fetch": "download the models of releases into a folder",
    "serve": "serve a site locally, with live reload",
}
"""The commands in the order of the help, with one line each."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: The words after `docgen`; those of the process by default.

    Returns:
        The exit code.

    """
    open_missing_streams()
    configure_streams()
    interrupt_on_termination()
    try:
        namespace = _parse_arguments(sys.argv[1:] if arguments is None else arguments)
        configure_logging()
        code: int = namespace.run(namespace)
        flush_stdout()
        return code
    except DocgenError as error:
        print_message(str(error))
        return 2
    except BrokenPipeError:
        discard_stdout()
        return 0
    except KeyboardInterrupt as interrupt:
        return interrupt_exit_code(interrupt)
    except Exception:
        # A bug in docgen. Python itself would exit with 1, which means "changes found" to the callers of `check`.
        with suppress(OSError, ValueError):
            sys.excepthook(*sys.exc_info())
        return 2
    finally:
        settle_streams()


def _parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the command line; positional arguments may follow options where a command declares `extra_dest`.

    argparse assigns all positionals of a command at once, so it leaves over those that follow an option.
    """
    parser = make_parser(arguments)
    namespace, extra = parser.parse_known_args(arguments)
    if extra:
        dest = getattr(namespace, "extra_dest", None)
        if dest is None or any(word.startswith("-") for word in extra):
            parser.error(f"unrecognized arguments: {visible_line(' '.join(extra))}")
        getattr(namespace, dest).extend(extra)
    return namespace


def make_parser(names: Collection[str] = tuple(COMMANDS)) -> argparse.ArgumentParser:
    """Create the argument parser.

    Args:
        names: The commands whose modules are imported to declare their arguments; other words are ignored.

    Returns:
        A parser whose namespaces have a callable `run`, which takes the namespace and returns the exit code.

    """
    parser = argparse.ArgumentParser(
        prog="docgen",
        description="Change notes and a static reference from versioned API models.",
        epilog=SOURCE_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"docgen {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name in names:
            getattr(import_module(f"docgen.cli.{name}"), f"add_{name}_arguments")(command)
    return parser
