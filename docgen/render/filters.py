"""The filters of templates: they turn names and documentation into the markup of a format.

`doc` renders documentation strings. In Markdown, `escaped`, `code_span` and `code_block` quote names and code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from docgen.render.addresses import html_id, operation_folder, release_folder, service_folder
from docgen.render.documentation_cache import DocumentationCache
from docgen.render.escaping import escape_text
from docgen.render.html_rows import HtmlRowWriter
from docgen.render.markdown_rows import MarkdownRowWriter
from docgen.render.markup.html import to_html
from docgen.render.markup.links import LinkResolver
from docgen.render.markup.markdown import to_markdown
from docgen.render.markup.plain import (
    code_block,
    code_span,
    escape_markdown,
    markdown_to_html,
    message_markdown,
    sentence_html,
    sentence_markdown,
    summary_to_html,
    summary_to_markdown,
)
from docgen.render.markup.text import indent_continuation_lines, to_text
from docgen.render.row_words import details_html, details_markdown, values_html
from docgen.render.syntax import marked_syntax_html, python_html, request_html, syntax_html
from docgen.render.text_rows import TextRowWriter
from docgen.wording import counted, listed

_CAMEL_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_QUOTED_URL = re.compile(r"[A-Za-z0-9_.~:/%?#=&+@,;!$'*-]*")
_RST_ROLE = re.compile(r":(?:class|ref):`\.?([A-Za-z]+)(?:<[a-z]+>)?`")
_CONTAINER_ITEM_LABELS = (("[]", "item"), ("{key}", "key"), ("{value}", "value"))


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
    for end, label in _CONTAINER_ITEM_LABELS:
        if path.endswith(end):
            return label
    return ""


def soft(name: str) -> Markup:
    """Return a name as HTML in which a line may break before its capitals."""
    return Markup(_CAMEL_HUMP.sub("<wbr>", escape_text(name)))  # noqa: S704 - escaped


def quote_url(url: str) -> str:
    """Return a URL with everything quoted that may end it in HTML or Markdown."""
    return url if _QUOTED_URL.fullmatch(url) else quote(url, safe=":/%?#=&~+@,;!$'*")


_WORDING: Mapping[str, Callable[..., Any]] = {"counted": counted, "listed": listed}
_FOLDERS: Mapping[str, Callable[..., str]] = {
    "operation_folder": operation_folder,
    "release_folder": release_folder,
    "service_folder": service_folder,
}

FEED_FILTERS: Mapping[str, Callable[..., Any]] = {
    **_WORDING,
    "summary": summary_to_html,
    "markdown": markdown_to_html,
}
"""The filters of the templates of feeds."""


def _html_of_row(documentation: str, link: LinkResolver | None) -> str:
    return f'<div class="doc">{to_html(documentation, link)}</div>\n'


def _markdown_of_row(documentation: str, link: LinkResolver | None) -> str:
    return f"\n  {indent_continuation_lines(to_markdown(documentation, link), 2)}\n\n"


FILTERS: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    "html": {
        **_WORDING,
        **_FOLDERS,
        "doc": DocumentationCache(to_html),
        "row_list": HtmlRowWriter(DocumentationCache(_html_of_row), strip_roles, container_item_label),
        "summary": summary_to_html,
        "markdown": markdown_to_html,
        "soft": soft,
        "strip_roles": strip_roles,
        "container_item_label": container_item_label,
        "html_id": html_id,
        "quote_url": quote_url,
        "marked_syntax_html": marked_syntax_html,
        "python_html": python_html,
        "request_html": request_html,
        "syntax_html": syntax_html,
        "details_html": details_html,
        "values_html": values_html,
        "sentence_html": sentence_html,
    },
    "markdown": {
        **_WORDING,
        **_FOLDERS,
        "doc": DocumentationCache(to_markdown),
        "row_list": MarkdownRowWriter(DocumentationCache(_markdown_of_row), strip_roles),
        "details_markdown": details_markdown,
        "summary": summary_to_markdown,
        "escaped": escape_markdown,
        "message": message_markdown,
        "code_span": code_span,
        "sentence_markdown": sentence_markdown,
        "code_block": code_block,
        "strip_roles": strip_roles,
        "quote_url": quote_url,
    },
    "text": {
        **_WORDING,
        "doc": to_text,
        "hanging_indent": hanging_indent,
        "one_line": one_line,
        "row_list": TextRowWriter(strip_roles),
        "strip_roles": strip_roles,
    },
}
"""The filters of each format that has templates, by format and by the name in templates."""
