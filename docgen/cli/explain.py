"""`docgen explain`: what an error message means, and what to install."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from docgen.cli.common import command
from docgen.cli.index import add_history, open_history
from docgen.errors import UsageError

if TYPE_CHECKING:
    from docgen.cli.common import Commands


def add(commands: Commands) -> None:
    """Declare the command."""
    explain = command(
        commands, "explain", _explain, "read an error message, and say which release has what it lacks", ""
    )
    explain.add_argument("text", metavar="TEXT", nargs="*", help="the message (default: standard input)")
    add_history(explain)
    explain.add_argument("--service", metavar="NAME", default="", help="the service that was called")
    explain.add_argument("--operation", metavar="NAME", default="", help="the operation that was called")
    explain.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _explain(options: argparse.Namespace) -> int:
    import json

    from docgen.history.explain import report
    from docgen.history.explain.explain import explain
    from docgen.history.explain.messages import MAX_TEXT, parse

    text = " ".join(options.text) if options.text else _standard_input(MAX_TEXT)
    if len(text) > MAX_TEXT:
        raise UsageError(f"the text has more than {MAX_TEXT >> 20} MiB (give the part with the error message)")
    problems = parse(text)
    if not problems.problems:
        raise UsageError(
            'no error message that docgen knows in the text (such as: Unknown parameter in input: "Tags", '
            "must be one of: …; 'EC2' object has no attribute 'x'; Unknown service: 'x')"
        )
    history = open_history(options)
    found = explain(history, problems, options.service, options.operation)
    if problems.left_out:
        print(f"docgen: {problems.left_out:,} more errors are not explained", file=sys.stderr)
    if options.format == "json":
        print(json.dumps(report.data(history, found), ensure_ascii=False, indent=2))
    else:
        print(report.text(history, found), end="")
    return 0


def _standard_input(most: int) -> str:
    """What is piped or typed, as far as it may go and one character more."""
    return sys.stdin.buffer.read(most * 4 + 4).decode("utf-8", errors="replace")[: most + 1]
