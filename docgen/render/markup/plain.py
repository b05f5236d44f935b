"""Names, code and one-line texts, which are no documentation, in HTML and Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from docgen.render.markup.html import WALL
from docgen.render.markup.markdown import PING, Piece, code, line, longest_ticks

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_LITERAL = re.compile(r"``(?=\S)(.+?)(?<=\S)``")


@lru_cache(maxsize=2048)
def plain_text(text: str) -> str:
    """One line of CommonMark that shows `text` as it is, at the start of a line too, and notifies nobody."""
    return line(list(_pieces(" ".join(text.split()))))


def _pieces(text: str) -> Iterator[Piece]:
    # split() puts what the group matched at the odd places
    return (("", "", at % 2 == 1, part) for at, part in enumerate(PING.split(text)) if part)


def code_span(text: str) -> str:
    """A CommonMark code span."""
    return code(" ".join(text.split())) if text.strip() else ""


def code_block(source: str, language: str = "") -> str:
    """A fenced code block of CommonMark, whatever fences `source` holds itself."""
    fence = "`" * max(3, longest_ticks(source) + 1)
    return f"{fence}{language}\n{source}\n{fence}"


def trusted(html: str) -> Markup:
    """HTML, CSS or the like that came with docgen: it stands as it is."""
    return Markup(html)  # noqa: S704 - part of the program


def summary_to_markdown(summary: str) -> str:
    """A release's own words on a service as one line of CommonMark: text with reStructuredText ``literals``."""
    pieces: list[Piece] = []
    for at, part in enumerate(_LITERAL.split(" ".join(summary.split()))):
        pieces.extend([("", "", True, part)] if at % 2 else _pieces(part))
    return line(pieces)


def summary_to_html(summary: str) -> Markup:
    """The Markdown of `summary`, rendered; raw HTML in it is text, and the last wall stands behind."""
    return Markup(WALL.clean(_renderer().renderInline(summary_to_markdown(summary))))  # noqa: S704 - cleaned


def introduction_to_html(text: str) -> Markup:
    """Markdown that the publisher wrote as HTML: raw HTML in it is text, headings are strong, images their words."""
    return Markup(WALL.clean(_publisher().render(text)))  # noqa: S704 - cleaned


@cache
def _publisher() -> MarkdownIt:
    made = _renderer().__class__("commonmark", {"html": False})
    made.add_render_rule("heading_open", lambda *_: "<p><strong>")
    made.add_render_rule("heading_close", lambda *_: "</strong></p>\n")
    made.add_render_rule("image", lambda _, tokens, at, *__: str(escape(tokens[at].content)))
    return made


@cache
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt  # 40 ms, and most commands show no summary

    return MarkdownIt("commonmark", {"html": False})
