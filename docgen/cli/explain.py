"""`docgen explain`: what an error message means, and what to install."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NamedTuple

from docgen.cli.arguments import add_format_option, add_history_option, history_or_facts, read_options, set_runner
from docgen.cli.output import print_answer, print_json
from docgen.cli.streams import print_message
from docgen.errors import UsageError, error_reason
from docgen.files import open_named


class ExplainOptions(NamedTuple):
    """The options of `docgen explain`. `words` are a message, or the name of a file; without any, standard input."""

    words: tuple[str, ...]
    history: Path
    service: str
    operation: str
    format: str

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> ExplainOptions:
        """Make the options."""
        return read_options(cls, namespace, words=tuple(namespace.words))


def add_explain_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen explain`."""
    parser.add_argument(
        "words",
        metavar="MESSAGE",
        nargs="*",
        help="error message in quotes, or a file with a log or traceback (default: standard input)",
    )
    parser.set_defaults(extra_dest="words", option_hint="put the message in quotes")
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

    text, is_argument = _text_of_words(options.words, MAX_TEXT_LENGTH)
    if len(text) > MAX_TEXT_LENGTH:
        raise UsageError(f"the text has more than {MAX_TEXT_LENGTH >> 20} MiB (give the part with the error message)")
    problems = parse_report(text, may_lack_quotes=is_argument)
    if not problems.problems:
        raise UsageError(_unknown_text_message(options.words if is_argument else ()))
    history = History(history_or_facts(options.history))
    found = explain_report(history, problems, options.service, options.operation)
    if problems.omitted_count:
        print_message(f"{problems.omitted_count:,} more errors are not explained")
    if options.format == "json":
        print_json(report.explanations_data(history, found))
    else:
        print_answer(report.explanations_text(history, found).removesuffix("\n"))
    return 0


def _text_of_words(words: tuple[str, ...], max_characters: int) -> tuple[str, bool]:
    """Return the text to explain, and whether it is the words themselves: they may name a file, or there are none.

    The text has at most one character more than allowed.
    """
    if len(words) > 1 or (words and words[0] != "-" and not _is_file(words[0])):
        return " ".join(words), True
    max_bytes = max_characters * 4 + 4  # UTF-8 takes up to four bytes for a character
    if words and words[0] != "-":
        data = _read_end(words[0], max_bytes)
        text = data.decode("utf-8-sig", errors="replace")
        if len(data) == max_bytes or len(text) > max_characters:
            print_message(f"{words[0]}: only the last {max_characters >> 20} MiB are read")
        return text[-max_characters:], False
    if sys.stdin.isatty():
        print_message("paste the error message or traceback, then press Ctrl-D")
    data = sys.stdin.buffer.read(max_bytes)
    return data.decode("utf-8", errors="replace")[: max_characters + 1], False


def _is_file(word: str) -> bool:
    """Return whether a word names something that can be read; a long message is no name."""
    try:
        return Path(word).exists()
    except (OSError, ValueError):
        return False


def _read_end(name: str, max_bytes: int) -> bytes:
    """Return the last bytes of a file that the user named; a log tells its errors at its end."""
    with open_named(name) as stream:
        if stream.seekable():
            stream.seek(max(stream.seek(0, os.SEEK_END) - max_bytes, 0))
        try:
            return stream.read(max_bytes)
        except OSError as error:
            raise UsageError(f"{name}: {error_reason(error)}") from None


def _unknown_text_message(words: tuple[str, ...]) -> str:
    """Return the message for a text without an error message; `words` are those of the command line."""
    examples = (
        'Unknown parameter in input: "Tags", must be one of: …; '
        "'EC2' object has no attribute 'x'; Unknown service: 'x'"
    )
    problem = f"no error message that docgen knows in the text (such as: {examples})"
    if len(words) == 1 and " " not in words[0]:
        return f"{words[0]}: no such file, and {problem}"
    if len(words) > 1:
        return f"{problem}; a shell removes quotation marks: give the message in quotes, or in a file"
    return problem
