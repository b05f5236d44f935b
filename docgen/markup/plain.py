"""Names, code and one-line texts, which are no documentation, in HTML and Markdown."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from docgen.markup.html import _WALL as WALL
from docgen.markup.markdown import _code, _longest_ticks, _text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_MARKER = re.compile(r"[-+=>#|]|:-|[0-9]{1,9}(?=[.)](?: |$))")
_LITERAL = re.compile(r"``(?=\S)(.+?)(?<=\S)``")


def plain_text(text: str) -> str:
    """One line of CommonMark that shows `text` as it is, at the start of a line too."""
    escaped = _text(" ".join(text.split()))
    marker = _MARKER.match(escaped)
    if marker is None:
        return escaped
    at = marker.end() if marker.group()[0].isdigit() else 0
    return f"{escaped[:at]}\\{escaped[at:]}"


def code_span(text: str) -> str:
    """A CommonMark code span."""
    return _code(" ".join(text.split())) if text.strip() else ""


def code_block(code: str, language: str = "") -> str:
    """A fenced code block of CommonMark, whatever fences `code` holds itself."""
    fence = "`" * max(3, _longest_ticks(code) + 1)
    return f"{fence}{language}\n{code}\n{fence}"


def trusted(html: str) -> Markup:
    """HTML, CSS or the like that came with docgen: it stands as it is."""
    return Markup(html)  # noqa: S704 - part of the program


def summary_to_markdown(summary: str) -> str:
    """A release's own words on a service as one line of CommonMark: text with reStructuredText ``literals``."""
    # split() puts what the group matched at the odd places
    parts = _LITERAL.split(" ".join(summary.split()))
    return "".join(code_span(part) if at % 2 else _text(part) for at, part in enumerate(parts))


def summary_to_html(summary: str) -> Markup:
    """The Markdown of `summary`, rendered; raw HTML in it is text, and the last wall stands behind."""
    return Markup(WALL.clean(_renderer().renderInline(summary_to_markdown(summary))))  # noqa: S704 - cleaned


@cache
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt  # 40 ms, and most commands show no summary

    return MarkdownIt("commonmark", {"html": False})
