"""`docgen explain`: what an error message means, and what to install."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from docgen.cli.common import add_command
from docgen.cli.index import add_history_option, open_history
from docgen.errors import UsageError

if TYPE_CHECKING:
    from docgen.cli.common import Commands


def add_explain_command(commands: Commands) -> None:
    """Declare the command."""
    explain = add_command(
        commands, "explain", _run_explain, "read an error message, and say which release has what it lacks", ""
    )
    explain.add_argument("text", metavar="TEXT", nargs="*", help="the message (default: standard input)")
    add_history_option(explain)
    explain.add_argument("--service", metavar="NAME", default="", help="the service that was called")
    explain.add_argument("--operation", metavar="NAME", default="", help="the operation that was called")
    explain.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _run_explain(options: argparse.Namespace) -> int:
    import json

    from docgen.history.explain import report
    from docgen.history.explain.explain import explain_report
    from docgen.history.explain.messages import MAX_TEXT_LENGTH, parse_report

    text = " ".join(options.text) if options.text else _read_message(MAX_TEXT_LENGTH)
    if len(text) > MAX_TEXT_LENGTH:
        raise UsageError(f"the text has more than {MAX_TEXT_LENGTH >> 20} MiB (give the part with the error message)")
    problems = parse_report(text)
    if not problems.problems:
        raise UsageError(
            'no error message that docgen knows in the text (such as: Unknown parameter in input: "Tags", '
            "must be one of: …; 'EC2' object has no attribute 'x'; Unknown service: 'x')"
        )
    history = open_history(options)
    found = explain_report(history, problems, options.service, options.operation)
    if problems.omitted_count:
        print(f"docgen: {problems.omitted_count:,} more errors are not explained", file=sys.stderr)
    if options.format == "json":
        print(json.dumps(report.explanations_data(history, found), ensure_ascii=False, indent=2))
    else:
        print(report.explanations_text(history, found), end="")
    return 0


def _read_message(max_characters: int) -> str:
    """What is piped or typed, as far as it may go and one character more."""
    return sys.stdin.buffer.read(max_characters * 4 + 4).decode("utf-8", errors="replace")[: max_characters + 1]
