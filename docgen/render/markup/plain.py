"""Names, code and one-line texts, which are no documentation, in HTML and Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from docgen.render.markup.html import SANITIZER
from docgen.render.markup.markdown import GITHUB_MENTION, Span, inline_code, longest_backtick_run, spans_to_line

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_RST_LITERAL = re.compile(r"``(?=\S)(.+?)(?<=\S)``")


@lru_cache(maxsize=2048)
def escape_markdown(text: str) -> str:
    """One line of CommonMark that shows `text` as it is, at the start of a line too, and notifies nobody."""
    return spans_to_line(list(_mention_spans(" ".join(text.split()))))


def _mention_spans(text: str) -> Iterator[Span]:
    # split() puts what the group matched at the odd places
    return (("", "", index % 2 == 1, part) for index, part in enumerate(GITHUB_MENTION.split(text)) if part)


def code_span(text: str) -> str:
    """A CommonMark code span."""
    return inline_code(" ".join(text.split())) if text.strip() else ""


def code_block(source: str, language: str = "") -> str:
    """A fenced code block of CommonMark, whatever fences `source` holds itself."""
    fence = "`" * max(3, longest_backtick_run(source) + 1)
    return f"{fence}{language}\n{source}\n{fence}"


def trusted_markup(html: str) -> Markup:
    """Return HTML or CSS of docgen itself, which is not escaped."""
    return Markup(html)  # noqa: S704 - part of the program


def summary_to_markdown(summary: str) -> str:
    """A release's own words on a service as one line of CommonMark: text with reStructuredText ``literals``."""
    pieces: list[Span] = []
    for index, part in enumerate(_RST_LITERAL.split(" ".join(summary.split()))):
        pieces.extend([("", "", True, part)] if index % 2 else _mention_spans(part))
    return spans_to_line(pieces)


def summary_to_html(summary: str) -> Markup:
    """The Markdown of `summary`, rendered; raw HTML in it is text, and the sanitiser runs last."""
    return Markup(SANITIZER.clean(_inline_renderer().renderInline(summary_to_markdown(summary))))  # noqa: S704 - cleaned


def markdown_to_html(text: str) -> Markup:
    """Markdown that the publisher wrote as HTML: raw HTML in it is text, headings are strong, images their words."""
    return Markup(SANITIZER.clean(_block_renderer().render(text)))  # noqa: S704 - cleaned


@cache
def _block_renderer() -> MarkdownIt:
    renderer = _inline_renderer().__class__("commonmark", {"html": False})
    renderer.add_render_rule("heading_open", lambda *_: "<p><strong>")
    renderer.add_render_rule("heading_close", lambda *_: "</strong></p>\n")
    renderer.add_render_rule("image", lambda _, tokens, index, *__: str(escape(tokens[index].content)))
    return renderer


@cache
def _inline_renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt  # 40 ms, and most commands show no summary

    return MarkdownIt("commonmark", {"html": False})
