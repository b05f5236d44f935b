"""`docgen explain`: what an error message means, and what to install."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

from docgen.cli.arguments import add_format_option, add_history_option, history_or_facts, read_options, set_runner
from docgen.cli.output import print_answer, print_json
from docgen.cli.streams import print_message
from docgen.errors import UsageError


class ExplainOptions(NamedTuple):
    """The options of `docgen explain`; without a `message` it is read from standard input."""

    message: str
    history: Path
    service: str
    operation: str
    format: str

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> ExplainOptions:
        """Make the options."""
        return read_options(cls, namespace, message=" ".join(namespace.message))


def add_explain_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen explain`."""
    parser.add_argument(
        "message", metavar="MESSAGE", nargs="*", help="error message or traceback (default: standard input)"
    )
    add_history_option(parser)
    parser.add_argument("--service", metavar="SERVICE", default="", help="service that was called")
    parser.add_argument("--operation", metavar="NAME", default="", help="operation that was called")
    add_format_option(parser, ("text", "json"))
    set_runner(parser, ExplainOptions.parse, run_explain)


def run_explain(options: ExplainOptions) -> int:
    """Print the cause of each error in the message, and the releases that do not have it."""
    from docgen.history.explain import report
    from docgen.history.explain.explain import explain_report
    from docgen.history.explain.messages import MAX_TEXT_LENGTH, parse_report
    from docgen.history.history import History

    text = options.message or _read_message(MAX_TEXT_LENGTH)
    if len(text) > MAX_TEXT_LENGTH:
        raise UsageError(f"the text has more than {MAX_TEXT_LENGTH >> 20} MiB (give the part with the error message)")
    problems = parse_report(text)
    if not problems.problems:
        raise UsageError(
            'no error message that docgen knows in the text (such as: Unknown parameter in input: "Tags", '
            "must be one of: …; 'EC2' object has no attribute 'x'; Unknown service: 'x')"
        )
    history = History(history_or_facts(options.history))
    found = explain_report(history, problems, options.service, options.operation)
    if problems.omitted_count:
        print_message(f"{problems.omitted_count:,} more errors are not explained")
    if options.format == "json":
        print_json(report.explanations_data(history, found))
    else:
        print_answer(report.explanations_text(history, found).removesuffix("\n"))
    return 0


def _read_message(max_characters: int) -> str:
    """Read the text on standard input, up to one character more than allowed."""
    if sys.stdin.isatty():
        print_message("paste the error message or traceback, then press Ctrl-D")
    data = sys.stdin.buffer.read(max_characters * 4 + 4)  # UTF-8 takes up to four bytes for a character
    return data.decode("utf-8", errors="replace")[: max_characters + 1]
