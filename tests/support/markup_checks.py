"""Checks that hold for any documentation string."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

import nh3
from markdown_it import MarkdownIt
from markup_support import html_words, without_bullets

from docgen.render.markup.flat import flat_html, flat_markdown, flat_text
from docgen.render.markup.html import parsed_html, to_html
from docgen.render.markup.links import LinkResolver
from docgen.render.markup.markdown import parsed_markdown, to_markdown
from docgen.render.markup.text import parsed_text, to_text


def resolve(name: str) -> str | None:
    return "ping/" if name == "Ping" else None


ALLOWED: dict[str, set[str]] = {
    name: set()
    for name in (
        "p ul ol li dl dt dd table thead tbody tr th td pre code em strong sub sup br div a "
        "blockquote hr h1 h2 h3 h4 h5 h6"
    ).split()
} | {"a": {"href", "rel"}, "div": {"class"}, "p": {"class"}, "ol": {"start"}}


ALLOWED_MARKDOWN = set("p ul ol li pre code em strong br a blockquote".split())


CLASSES = {"adm note", "adm warning", "adm danger", "label"}


VOID = {"br"}


BLOCKS = set("p ul ol dl table pre div".split())


PARENTS = {
    "li": {"ul", "ol"},
    "dt": {"dl"},
    "dd": {"dl"},
    "tr": {"thead", "tbody"},
    "td": {"tr"},
    "th": {"tr"},
    "thead": {"table"},
    "tbody": {"table"},
}


class StrictHTMLParser(HTMLParser):
    """An HTML parser that raises an error for anything docgen would not write."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parent = self.open[-1] if self.open else ""
        assert tag in ALLOWED
        assert {name for name, _ in attrs} <= ALLOWED[tag]
        for name, value in attrs:
            assert value is not None
            assert name != "class" or value in CLASSES
            assert name != "rel" or value == "noopener"
            assert name != "href" or value.lower().startswith(("http://", "https://", "mailto:", "ping/"))
        assert parent in PARENTS.get(tag, {parent})
        assert tag in PARENTS or parent not in {"ul", "ol", "dl", "table", "thead", "tbody", "tr"}
        if tag in BLOCKS:
            assert parent in {"", "li", "dt", "dd", "td", "th", "div"}
        assert tag not in {"a", "code", "em", "strong"} or tag not in self.open
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def check_html(html: str) -> None:
    strict = StrictHTMLParser()
    strict.feed(html)
    strict.close()
    assert not strict.open


class TagCollector(HTMLParser):
    """Collects the names of the tags in HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)


# CommonMark has no nesting limit; this parser's default, 20, would lose what is in the twentieth admonition.
COMMONMARK = MarkdownIt("commonmark", {"html": False, "maxNesting": 1000})


SANITIZER = nh3.Cleaner(
    tags=set(ALLOWED),
    clean_content_tags=set(),
    attributes={"a": {"href", "rel"}, "div": {"class"}, "p": {"class"}},
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)


CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def check_everything(given: str) -> None:
    """Check all laws at once, because reading the string takes most of the time."""
    html, markdown, text = to_html(given, resolve), to_markdown(given, resolve), to_text(given)
    check_html(html)
    assert SANITIZER.clean(html) == html
    words = without_bullets(text.split())
    assert without_bullets(html_words(html)) == words
    rendered = COMMONMARK.render(markdown)
    assert without_bullets(html_words(rendered)) == words
    tags = TagCollector()
    tags.feed(rendered)
    assert tags.names <= ALLOWED_MARKDOWN
    assert all(line == line.rstrip() for line in text.split("\n"))
    tagged = CONTROLS.sub("", given).lower()  # docgen leaves controls out before it reads tags
    assert "\n\n\n" not in text or "<pre" in tagged or "listing" in tagged or "codeblock" in tagged
    assert (html, markdown, text) == (to_html(given, resolve), to_markdown(given, resolve), to_text(given))
    check_both_readings(given)


def check_both_readings(given: str, links: Sequence[LinkResolver | None] = (resolve, None)) -> bool:
    """Compare the results without and with the parser; return whether no format needs the parser."""
    flat: tuple[str | None, ...] = ()
    for link in links:
        flat = flat_html(given, link), flat_markdown(given, link), flat_text(given)
        parsed = parsed_html(given, link), parsed_markdown(given, link), parsed_text(given)
        assert all(short is None or short == long for short, long in zip(flat, parsed, strict=True)), (flat, parsed)
    return None not in flat
