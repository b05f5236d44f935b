"""A parser for each output format: checks that the output is well-formed and that content stays plain text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

from markdown_it import MarkdownIt

_VOID = {"base", "img", "meta", "link", "br", "wbr", "hr", "input", "col"}
_QUIET = {
    *"html head meta title style link body a p div span h1 h2 h3 h4 h5 ul ol li dl dt dd table caption".split(),
    *"thead tbody tr th td code pre em strong sub sup br wbr hr main nav header footer section article aside".split(),
    *"details summary time del ins mark small label b i kbd abbr blockquote figure figcaption template data".split(),
    *("base", "button", "iframe", "img"),  # the left pane, its button, and the logo
    *("input", "select", "option", "datalist"),  # the tabs of notations, and the choice of versions
    *"svg g path rect circle line text".split(),  # pictures
}
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_OF_MARKDOWN = {*"h1 h2 h3 h4 h5 p ul ol li a code pre em strong blockquote br hr table thead tbody tr th td".split()}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class _Balanced(HTMLParser):
    """Checks that elements are closed in order, and that none of them runs, loads or sends anything."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _QUIET, tag
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert name not in ("srcdoc", "formaction", "ping"), name
            if name == "src":  # only files of the site
                assert tag in ("img", "iframe"), tag
                assert re.fullmatch(r"(?:/|(?:\.\./)*)[a-z0-9][^:]*", value or ""), value
            if name == "href":
                scheme = re.match(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):", value or "")
                assert not scheme or scheme[1].lower() in ("http", "https", "mailto", "data"), value
                assert not scheme or scheme[1].lower() != "data" or tag == "link", value
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert tag == self.open.pop(), tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def read_html(text: str) -> None:
    """Check that HTML is balanced and inert."""
    reader = _Balanced()
    reader.feed(text)
    reader.close()
    assert not reader.open, reader.open


def read_json(text: str) -> Any:
    """Parse strict JSON: without NaN, Infinity and lone surrogates."""
    text.encode()
    return json.loads(text, parse_constant=_refused)


def _refused(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def read_markdown(text: str) -> None:
    """Check that CommonMark with tables contains only elements that docgen writes."""
    tags = set(re.findall(r"</?([a-z0-9]+)", _MARKDOWN.render(text)))
    assert tags <= _OF_MARKDOWN, tags - _OF_MARKDOWN


def read_text(text: str) -> None:
    """Check that a text has no control sequences for terminals."""
    text.encode()
    found = _CONTROLS.search(text)
    assert found is None, repr(text[max(0, found.start() - 40) : found.end() + 40])


def read_xml(text: str) -> ElementTree.Element:
    """Parse XML."""
    return ElementTree.fromstring(text)  # noqa: S314 - ours


READERS = {"html": read_html, "json": read_json, "markdown": read_markdown, "text": read_text}
"""The parsers of the formats of pages."""
