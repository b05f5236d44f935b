"""What commands print: pages, log lines, and the width and colour of a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from docgen.cli.streams import discard_stdout, flush_stdout, write_stdout
from docgen.printable import json_text, visible_line, visible_text

if TYPE_CHECKING:
    from docgen.render.page import Page


def print_pages(pages: Iterable[Page], format_: str) -> int:
    """Print pages one after the other; returns their number."""
    from docgen.render.templates import render_page

    number = 0
    for number, page in enumerate(pages, start=1):
        write_stdout("\n" * (number > 1) + render_page(page, format_, standalone=True))
    return number


def print_text(text: str) -> None:
    """Print a text for people and a newline, with unsafe characters as `visible_text` writes them."""
    write_stdout(f"{visible_text(text)}\n")


def print_json(data: Any) -> None:
    """Print a value as JSON, indented."""
    from json import dumps

    write_stdout(f"{json_text(dumps(data, ensure_ascii=False, indent=2))}\n")


def print_json_line(data: Any) -> None:
    """Print a value as JSON on one line."""
    from json import dumps

    write_stdout(f"{json_text(dumps(data, ensure_ascii=False))}\n")


def print_report(render: Callable[[int, bool], str]) -> None:
    """Print the report of a verdict, which is valid even if the reader closes the pipe before its end.

    Args:
        render: Takes the width of the terminal and whether it may have colours; returns the text.

    """
    width, colour = terminal_settings()
    text = render(width, colour)
    try:
        write_stdout(text if colour else visible_text(text))
        flush_stdout()
    except BrokenPipeError:
        discard_stdout()


def terminal_settings() -> tuple[int, bool]:
    """The width of text in columns, and whether it may have colours (https://no-color.org)."""
    from shutil import get_terminal_size

    width = min(max(get_terminal_size((80, 24)).columns, 40), 120)
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not sys.stdout.isatty()
    return width, not plain


def configure_logging() -> None:
    """Print warnings of sources to standard error, and on a terminal also slow steps such as downloads."""
    import logging

    class PrintableFormatter(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            return visible_line(super().format(record))

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PrintableFormatter("docgen: %(message)s"))
    logger = logging.getLogger("docgen")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO if sys.stderr.isatty() else logging.WARNING)
