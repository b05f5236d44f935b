"""`docgen since`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

from docgen.cli.arguments import (
    add_element_arguments,
    add_format_option,
    add_history_option,
    history_or_facts,
    read_options,
    set_runner,
)
from docgen.cli.output import print_answer, print_json


class SinceOptions(NamedTuple):
    """The options of `docgen since`; `element` is the words that name an element, none for the service itself."""

    service: str
    element: tuple[str, ...]
    history: Path
    format: str

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> SinceOptions:
        """Make the options."""
        return read_options(cls, namespace, element=tuple(namespace.element))


def add_since_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen since`."""
    add_element_arguments(parser)
    add_history_option(parser)
    add_format_option(parser, ("text", "json"))
    set_runner(parser, SinceOptions.parse, run_since, logs=False)


def run_since(options: SinceOptions) -> int:
    """Print in which release an element first appeared, and where it was changed or removed."""
    from docgen.history.history import History
    from docgen.history.since import since
    from docgen.history.since_output import answer_data, answers_text

    history = History(history_or_facts(options.history))
    answers = since(history, options.service, options.element)
    if options.format == "json":
        data = {"answers": [answer_data(history, answer) for answer in answers]}
        print_json(data)
    else:
        print_answer(answers_text(history, answers).removesuffix("\n"))
    return 0
