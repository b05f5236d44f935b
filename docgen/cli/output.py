"""What commands print: pages, log lines, and the width and colour of a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docgen.render.page import Page


def print_pages(pages: Iterable[Page], format_: str) -> int:
    """Print pages one after the other; returns their number."""
    from docgen.render.templates import render_page

    number = 0
    for number, page in enumerate(pages, start=1):
        print("\n" * (number > 1) + render_page(page, format_, standalone=True), end="")
    return number


def print_report(render: Callable[[int, bool], str]) -> None:
    """Print the report of a verdict, which is valid even if the reader closes the pipe before its end.

    Args:
        render: Takes the width of the terminal and whether it may have colours; returns the text.

    """
    text = render(*terminal_settings())
    try:
        print(text, end="", flush=True)
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

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("docgen: %(message)s"))
    logger = logging.getLogger("docgen")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO if sys.stderr.isatty() else logging.WARNING)


def discard_stdout() -> None:
    """Redirect standard output to the null device after a broken pipe: Python flushes it once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
