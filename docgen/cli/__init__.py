"""The command line: arguments, the only print, the only exit code.

0 done; 1 `docgen check` found something at or above its level; 2 could not do it, said in one line on standard error.
Everything heavy is imported by the command that needs it, so that help comes at once. Each module here declares its
commands with `add` and runs them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from docgen import __version__
from docgen.cli import build, check, diff, explain, fetch, history, index, notes, requires, serve, show, update
from docgen.cli.common import SOURCE_HELP, configure_logging, discard_stdout
from docgen.errors import DocgenError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    options = _parse_arguments(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not where a test or a program has put something else there
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    configure_logging()
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except DocgenError as error:
        print(f"docgen: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        discard_stdout()
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception:
        # A mistake of docgen's. Python's own exit code for it is 1, which is what a check says of changes.
        sys.excepthook(*sys.exc_info())
        return 2


def _parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options; argparse leaves a word behind an option over where it could have done without one before it."""
    parser = make_parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and (
        any(word.startswith("-") for word in rest)
        or not getattr(options, "further", _reject_extra_arguments)(options, rest)
    ):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return options


def _reject_extra_arguments(options: argparse.Namespace, extra: list[str]) -> bool:
    """A command has no use for more words."""
    return False


def make_parser() -> argparse.ArgumentParser:
    """The parser of every command; `run` of what it gives runs the one that was named."""
    parser = argparse.ArgumentParser(
        prog="docgen",
        description="Change notes and a static reference from versioned API models.",
        epilog=SOURCE_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"docgen {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (build, diff, notes, check, show, index, history, explain, requires, update, fetch, serve):
        getattr(module, f"add_{module.__name__.rpartition('.')[2]}_command")(commands)
    return parser
