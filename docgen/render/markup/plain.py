"""Names, code and one-line texts, which are no documentation, in HTML and Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from docgen.render.markup.commonmark import GITHUB_MENTION, Span, inline_code, longest_backtick_run, spans_to_line
from docgen.render.markup.html import SANITIZER

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_CODE_LIKE = re.compile(r"[\\\[\]{}^*|]")
_CODE_WORDS = re.compile(r"`([^`\n]+)`")
_RST_LITERAL = re.compile(r"``(?=\S)(.+?)(?<=\S)``")


@lru_cache(maxsize=2048)
def escape_markdown(text: str) -> str:
    """Return one line of CommonMark that shows `text` as it is, even at the start of a line, and notifies nobody."""
    return spans_to_line(list(_mention_spans(" ".join(text.split()))))


def _mention_spans(text: str) -> Iterator[Span]:
    # split() puts what the group matched at the odd places
    return (("", "", index % 2 == 1, part) for index, part in enumerate(GITHUB_MENTION.split(text)) if part)


def code_span(text: str) -> str:
    """Return a CommonMark code span."""
    return inline_code(" ".join(text.split())) if text.strip() else ""


def message_markdown(text: str) -> str:
    """Return the message of a change as one line of CommonMark; words that look like regular expressions are code."""
    found: list[str] = []
    for is_code, words in groupby(text.split(), lambda word: _CODE_LIKE.search(word) is not None):
        if is_code:
            found += (_code_word(word) for word in words)
        else:
            found.append(escape_markdown(" ".join(words)))
    return " ".join(found)


def _code_word(word: str) -> str:
    end = word[-1] if word[-1] in ",;:" else ""
    return code_span(word.removesuffix(end)) + end


def sentence_html(text: str) -> Markup:
    """Return a sentence of a rule as HTML: it is plain text but for code between backticks."""
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(_CODE_WORDS.split(text))
    )


def sentence_markdown(text: str) -> str:
    """Return a sentence of a rule as Markdown, as `sentence_html` reads it."""
    found = []
    for number, part in enumerate(_CODE_WORDS.split(text)):
        blanks = " " * part.startswith(" "), " " * (part.endswith(" ") and part != " ")
        found.append(code_span(part) if number % 2 else escape_markdown(part).join(blanks))
    return "".join(found)


def code_block(source: str, language: str = "") -> str:
    """Return a fenced code block of CommonMark, whatever fences `source` contains."""
    fence = "`" * max(3, longest_backtick_run(source) + 1)
    return f"{fence}{language}\n{source}\n{fence}"


def trusted_markup(html: str) -> Markup:
    """Return HTML or CSS of docgen itself, which is not escaped."""
    return str.__new__(Markup, html)  # as `Markup(html)` does, but does not look for `__html__`


def summary_to_markdown(summary: str) -> str:
    """Return the official note of a release as one line of CommonMark; reStructuredText ``literals`` become code."""
    pieces: list[Span] = []
    for index, part in enumerate(_RST_LITERAL.split(" ".join(summary.split()))):
        pieces.extend([("", "", True, part)] if index % 2 else _mention_spans(part))
    return spans_to_line(pieces)


def summary_to_html(summary: str) -> Markup:
    """Return the Markdown of `summary`, rendered; raw HTML in it is text, and the sanitiser runs last."""
    return Markup(SANITIZER.clean(_inline_renderer().renderInline(summary_to_markdown(summary))))  # noqa: S704 - cleaned


def markdown_to_html(text: str) -> Markup:
    """Return the publisher's Markdown as HTML: raw HTML in it is text, headings are strong, images are their text."""
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
