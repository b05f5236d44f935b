"""What commands print: pages, answers, reports and log lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from docgen.cli.screen import output_screen
from docgen.cli.streams import discard_stdout, flush_stdout, print_message, write_stdout
from docgen.printable import json_text, visible_text

if TYPE_CHECKING:
    from docgen.render.page import Page
    from docgen.terminal.styled import Screen, Styled


def print_pages(pages: Iterable[Page], format_: str) -> int:
    """Print pages one after the other; returns their number."""
    from docgen.render.templates import render_page

    number = 0
    for number, page in enumerate(pages, start=1):
        write_stdout("\n" * (number > 1) + fitted(render_page(page, format_, standalone=True), format_))
    return number


def fitted(text: str, format_: str) -> str:
    """Return a page as the screen shows it: a terminal gets lines of text that break between words."""
    screen = output_screen()
    if format_ != "text" or not screen.is_terminal:
        return text
    from docgen.terminal.styled import screen_text
    from docgen.terminal.wrapping import wrapped

    lines = text.removesuffix("\n").split("\n")
    return screen_text((part for line in lines for part in wrapped(line, screen)), screen)


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


def print_lines(lines: Iterable[Styled]) -> None:
    """Print lines that were made for the screen of standard output."""
    from docgen.terminal.styled import screen_text

    write_stdout(screen_text(lines, output_screen()))


def print_answer(text: str) -> None:
    """Print an answer of indented lines: on a terminal wrapped between words, with colours for what is looked for."""
    screen = output_screen()
    if not (screen.colour or screen.is_terminal):
        print_text(text)
        return
    from docgen.cli.highlight import highlighted_answer
    from docgen.terminal.styled import screen_text
    from docgen.terminal.wrapping import wrapped

    lines = map(highlighted_answer, text.split("\n"))
    write_stdout(screen_text((part for line in lines for part in wrapped(line, screen)), screen))


def print_report(render: Callable[[Screen], str], format_: str) -> None:
    """Print the report of a verdict, which is valid even if the reader closes the pipe before its end.

    Args:
        render: Takes the screen that the report is for; returns text that is safe to print there.
        format_: The format of the report. Only `text` has colours.

    """
    screen = output_screen()
    if format_ != "text":
        screen = screen._replace(colour=False)
    text = render(screen)
    try:
        write_stdout(text if screen.colour else visible_text(text))
        flush_stdout()
    except BrokenPipeError:
        discard_stdout()


def configure_logging() -> None:
    """Print warnings of sources to standard error, and on a terminal also slow steps such as downloads."""
    import logging

    class MessageHandler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            print_message(self.format(record))

    handler = MessageHandler()
    logger = logging.getLogger("docgen")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO if sys.stderr.isatty() else logging.WARNING)
