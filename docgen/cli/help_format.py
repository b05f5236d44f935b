"""How help looks: it fits the terminal, and has colours where they are wanted."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from textwrap import fill

from docgen.cli.screen import output_screen
from docgen.cli.streams import write_stdout
from docgen.terminal.styled import Styled, screen_text, styled

_WIDEST = 100
_NAME_COLUMN = 26
_HEADING = re.compile(r"\S.*:")
_NAMED = re.compile(r"( {2,4})(\S+(?: \S+)*)(  .*|)")
_USAGE = "usage: "


class HelpFormatter(argparse.HelpFormatter):
    """Wraps paragraphs between words, and leaves indented lines as they are."""

    def __init__(self, prog: str, **settings: object) -> None:
        width = min(output_screen().width, _WIDEST) - 2
        super().__init__(prog, max_help_position=_NAME_COLUMN, width=width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n\n".join(self._fill_paragraph(paragraph, width) for paragraph in text.split("\n\n"))

    def _fill_paragraph(self, paragraph: str, width: int) -> str:
        lines = paragraph.split("\n")
        if any(line.startswith(" ") for line in lines):
            return paragraph
        return fill(" ".join(lines), width, break_long_words=False, break_on_hyphens=False)


def print_help_text(text: str) -> None:
    """Print what argparse formatted: headings and names have colours if standard output has."""
    write_stdout(screen_text(_highlighted(text), output_screen()))


def _highlighted(text: str) -> Iterator[Styled]:
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith(_USAGE):
            yield styled(_USAGE, "title") + line.removeprefix(_USAGE)
        elif _HEADING.fullmatch(line):
            yield styled(line, "title")
        elif found := _NAMED.fullmatch(line):
            yield found[1] + styled(found[2], "name") + found[3]
        else:
            yield styled(line)
