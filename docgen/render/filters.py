"""The filters of templates: they turn names and documentation into the markup of a format.

`doc` renders documentation strings. In Markdown, `escaped`, `code_span` and `code_block` quote names and code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from docgen.render.addresses import html_id, operation_folder
from docgen.render.markup.html import to_html
from docgen.render.markup.links import LinkResolver
from docgen.render.markup.markdown import to_markdown
from docgen.render.markup.plain import (
    code_block,
    code_span,
    escape_markdown,
    markdown_to_html,
    summary_to_html,
    summary_to_markdown,
)
from docgen.render.markup.text import indent_continuation_lines, to_text
from docgen.wording import counted, listed

MAX_CACHED_TEXTS = 20_000
"""Documentation strings that a format keeps rendered: more than the largest service has."""

_RST_ROLE = re.compile(r":(?:class|ref):`\.?([A-Za-z]+)(?:<[a-z]+>)?`")
_CONTAINER_ITEM_LABELS = {"[]": "item", "{key}": "key", "{value}": "value"}


class DocumentationCache:
    """Renders documentation strings of a format, each of them once: operations share many shapes and their texts.

    A text can name operations, which are links on some pages only. So the names that the converter asked for are kept
    with the links it got, and the rendered text is reused where the links are the same.
    """

    def __init__(self, convert: Callable[[str, LinkResolver | None], str]) -> None:
        self.convert = convert
        self.cached: dict[str, tuple[dict[str, str | None], str]] = {}

    def __call__(self, documentation: str, link: LinkResolver | None = None) -> str:
        """Return the rendered text; `link` returns the link to an operation that the text names, or None."""
        found = self.cached.get(documentation)
        if found is not None and all((link(name) if link else None) == href for name, href in found[0].items()):
            return found[1]
        links: dict[str, str | None] = {}

        def recording_link(name: str) -> str | None:
            links[name] = link(name) if link else None
            return links[name]

        text = self.convert(documentation, recording_link)
        if len(self.cached) >= MAX_CACHED_TEXTS:
            self.cached.clear()
        self.cached[documentation] = links, text
        return text


def hanging_indent(documentation: str, width: int) -> str:
    """Return documentation as it follows the dashes of a row in the text format.

    A plain sentence continues the line; paragraphs begin below it, indented by `width` blanks.
    """
    text = to_text(documentation)
    if not text:
        return ""
    if not documentation.lstrip().startswith("<"):
        return " " + indent_continuation_lines(text, width)
    return "\n\n" + " " * width + indent_continuation_lines(text, width)


def one_line(text: str) -> str:
    """Return a text with every run of white space as one blank."""
    return " ".join(text.split())


def strip_roles(text: str) -> str:
    """Return a text with the plain names of reStructuredText roles: a link in botocore's manual, raw text elsewhere."""
    return _RST_ROLE.sub(r"\1", text) if ":" in text else text


def container_item_label(path: str) -> str:
    """Return what an unnamed row is to its parent: `item`, `key` or `value`."""
    return next((label for end, label in _CONTAINER_ITEM_LABELS.items() if path.endswith(end)), "")


def quote_url(url: str) -> str:
    """Return a URL with everything quoted that may end it in HTML or Markdown."""
    return quote(url, safe=":/%?#=&~+@,;!$'*")


_WORDING: Mapping[str, Callable[..., Any]] = {"counted": counted, "listed": listed}

FEED_FILTERS: Mapping[str, Callable[..., Any]] = {
    **_WORDING,
    "summary": summary_to_html,
    "markdown": markdown_to_html,
}
"""The filters of the templates of feeds."""

FILTERS: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    "html": {
        **_WORDING,
        "doc": DocumentationCache(to_html),
        "summary": summary_to_html,
        "markdown": markdown_to_html,
        "strip_roles": strip_roles,
        "container_item_label": container_item_label,
        "html_id": html_id,
        "quote_url": quote_url,
        "operation_folder": operation_folder,
    },
    "markdown": {
        **_WORDING,
        "doc": DocumentationCache(to_markdown),
        "summary": summary_to_markdown,
        "escaped": escape_markdown,
        "code_span": code_span,
        "code_block": code_block,
        "strip_roles": strip_roles,
        "quote_url": quote_url,
        "operation_folder": operation_folder,
    },
    "text": {
        **_WORDING,
        "doc": to_text,
        "hanging_indent": hanging_indent,
        "one_line": one_line,
    },
}
"""The filters of each format that has templates, by format and by the name in templates."""
