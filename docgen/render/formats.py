"""Pages as text: the table of formats, and the Jinja environment of each.

Templates decide nothing but layout. `page` is the page's view; filters turn what the model says into the format:
`doc` for documentation, `escaped`, `code` and `fenced` for names and blocks in Markdown, `hanging` for the indented
paragraphs of the text format.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from traceback import extract_tb
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from docgen.errors import UsageError
from docgen.model.syntax import DEPRECATED_NOTE, EVENT_STREAM_NOTE
from docgen.pages.operation.view import FOLD_ABOVE, MAX_CHANGE_BLOCK, MAX_CHANGE_BLOCK_IN_NOTES, MAX_SHARED_CHANGES
from docgen.pages.page import Page
from docgen.render.addresses import address_of, html_id, operation_folder
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
    trusted_markup,
)
from docgen.render.markup.text import to_text
from docgen.resources import template_source
from docgen.site.feeds import Feed, feed_data
from docgen.wording import counted, listed

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment

_RST_ROLE = re.compile(r":(?:class|ref):`\.?([A-Za-z]+)(?:<[a-z]+>)?`")
_XML_FORBIDDEN_CHARACTERS = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FEED_FILTERS: Mapping[str, Callable[..., Any]] = {
    "summary": summary_to_html,
    "markdown": markdown_to_html,
    "join_names": listed,
}
_TERMINAL_CONTROLS = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What moves the cursor of a terminal, or the letters of a line: control characters and marks that turn the order."""

_CONTAINER_ITEM_LABELS = {"[]": "item", "{key}": "key", "{value}": "value"}


@dataclass(frozen=True, slots=True)
class Format:
    """A family of pages: its name on the command line, its label for readers, and how its files end.

    A format with `filters` has a folder of templates of its own name; JSON has none, it is the page's data.
    """

    name: str
    label: str
    extension: str
    filters: Mapping[str, Callable[..., Any]] | None = None
    template_extension: str = ""


def render_page(
    page: Page,
    format_name: str,
    *,
    standalone: bool = False,
    available_formats: tuple[str, ...] = (),
    base_url: str = "",
    templates: Path | None = None,
) -> str:
    """The text of `page` in a format of `FORMATS`.

    `standalone` HTML carries its style sheet inside and links to no other page; `twins` are the formats that lie
    beside it. `url` is the address of the site, or empty where nobody knows it. `templates` is a folder whose files
    stand in for docgen's own. Raises `UsageError` where one of them does not work.
    """
    chosen = FORMATS[format_name]
    if chosen.filters is None:
        return _json_text(page.data())
    beside = [(FORMATS[name].label, FORMATS[name].extension) for name in available_formats if name != format_name]
    with _reporting_template_errors(templates):
        template = page_environment(format_name, templates).get_template(
            f"{page.template}.{chosen.template_extension}.j2"
        )
        text = template.render(
            page=page.view,
            link_resolver=_link_resolver(page, chosen),
            standalone=standalone,
            csp_style_source=f"'sha256-{_style_digest(templates)}'" if standalone else "'self'",
            other_formats=beside,
            description=page.description,
            base_url=base_url,
            canonical_url=address_of(page.path, base_url) if base_url else "",
        )
    text = _TERMINAL_CONTROLS.sub(_escape_control, text)
    return text if format_name == "html" else text.rstrip("\n") + "\n"


def _json_text(data: Mapping[str, Any]) -> str:
    """A document as text. What `orjson` has no way to write (integers above 64 bits) the slower library does."""
    try:
        return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    except TypeError:
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _escape_control(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"


@cache
def page_environment(format_name: str, templates: Path | None = None) -> Environment:
    """The Jinja environment of a format: strict about names, and escaping everything in HTML."""
    chosen = FORMATS[format_name]
    made = _new_environment(chosen.name, chosen.filters or {}, templates, escaping=format_name == "html")
    made.globals.update(deprecated_note=DEPRECATED_NOTE, event_stream_note=EVENT_STREAM_NOTE)
    made.globals.update(
        fold_above=FOLD_ABOVE, brief=MAX_CHANGE_BLOCK_IN_NOTES, telling=MAX_CHANGE_BLOCK, several=MAX_SHARED_CHANGES
    )
    if format_name == "html":
        made.globals["style_sheet"] = trusted_markup(style_sheet(templates))
    return made


def clear_template_cache() -> None:
    """Read templates anew when they are next needed: those of the user may have changed."""
    for remembered in (page_environment, feed_environment, site_script, style_sheet):
        remembered.cache_clear()


def _new_environment(
    folder: str, filters: Mapping[str, Callable[..., Any]], templates: Path | None, *, escaping: bool
) -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    made = Environment(
        loader=FunctionLoader(lambda name: (template_source(f"{folder}/{name}", templates), name, None)),
        autoescape=escaping,  # noqa: S701 - Markdown and text have filters of their own
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters.update(filters)
    return made


def render_feed(feed: Feed, base_url: str = "", templates: Path | None = None) -> Iterator[tuple[str, str]]:
    """The files of a feed, as path and text: Atom (RFC 4287) and JSON Feed 1.1.

    `url` is the address of the site, or empty where nobody knows it: then an Atom feed's addresses are relative to it.
    """
    base = base_url or feed.root
    with _reporting_template_errors(templates):
        environment = feed_environment(templates)
        content = environment.get_template("entry.html.j2")
        contents = {entry.id: content.render(entry=entry) for entry in feed.entries}
        atom = environment.get_template("feed.atom.j2").render(
            feed=feed,
            content_by_id=contents,
            self_url=f"{base}{feed.path}.atom",
            page_url=_feed_page_url(feed.page, feed.root, base_url),
            entry_urls={entry.id: _feed_page_url(entry.path, feed.root, base_url) for entry in feed.entries},
        )
    yield f"{feed.path}.atom", atom
    yield f"{feed.path}.json", json.dumps(feed_data(feed, base_url, contents), ensure_ascii=False, indent=2) + "\n"


@contextmanager
def _reporting_template_errors(templates: Path | None) -> Iterator[None]:
    """Say in one line what is wrong with a template of the user's; one of ours is a mistake of ours."""
    if templates is None:
        yield
        return
    from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

    try:
        yield
    except TemplateSyntaxError as error:
        raise UsageError(f"{templates}: {error.name}, line {error.lineno}: {error.message}") from None
    except TemplateNotFound as error:
        raise UsageError(f"{templates}: no template {error.name!r}, neither here nor in docgen") from None
    except TemplateError as error:
        raise UsageError(f"{templates}: {_template_location(error)}{error.message}") from None


def _template_location(error: Exception) -> str:
    """Where in a template an error arose: Jinja gives the frames of templates their own names and lines."""
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    return f"{frames[-1].filename}, line {frames[-1].lineno}: " if frames else ""


def _feed_page_url(path: str, root: str, base_url: str) -> str:
    """Where a page is: on the web its folder, on a disk the file in it."""
    return address_of(path, base_url) if base_url else f"{root}{path}.html"


@cache
def feed_environment(templates: Path | None = None) -> Environment:
    """The Jinja environment of feeds: XML and the HTML in it escape alike, and neither can hold control characters."""
    made = _new_environment("feed", _FEED_FILTERS, templates, escaping=True)
    made.finalize = _strip_forbidden_characters
    return made


def _strip_forbidden_characters(value: Any) -> Any:
    """A string without what XML 1.0 has no way to write, escaped or not."""
    return (
        value
        if not isinstance(value, str) or not _XML_FORBIDDEN_CHARACTERS.search(value)
        else type(value)(_XML_FORBIDDEN_CHARACTERS.sub("", value))
    )


@cache
def site_script(templates: Path | None = None) -> str:
    """The script of every HTML page of a site. It only adds: without it everything reads."""
    return template_source("static/site.js", templates)


@cache
def style_sheet(templates: Path | None = None) -> str:
    """The style sheet of every HTML page."""
    return template_source("static/site.css", templates)


class _DocumentationCache:
    """Documentation in a format, each text once: what operations share, they also document in the same words.

    A text may name operations, which are links on some pages and not on others. So what was asked about names is kept
    with the answers, and a text is used again where the answers are the same.
    """

    def __init__(self, convert: Callable[[str, LinkResolver | None], str]) -> None:
        self.convert = convert
        self.cached: dict[str, tuple[dict[str, str | None], str]] = {}

    def __call__(self, documentation: str, resolve: LinkResolver | None = None) -> str:
        found = self.cached.get(documentation)
        if found is not None and all((resolve(name) if resolve else None) == href for name, href in found[0].items()):
            return found[1]
        asked: dict[str, str | None] = {}

        def ask(name: str) -> str | None:
            asked[name] = resolve(name) if resolve else None
            return asked[name]

        text = self.convert(documentation, ask)
        if len(self.cached) >= MAX_CACHED_TEXTS:
            self.cached.clear()
        self.cached[documentation] = asked, text
        return text


MAX_CACHED_TEXTS = 20_000
"""Texts that a format keeps at most: enough for the largest service."""


def _link_resolver(page: Page, output_format: Format) -> LinkResolver | None:
    """Where mentions of operations lead, in a format: to its own kind of file. Only HTML has places within a page."""
    link: LinkResolver | None = getattr(page.view, "link", None)
    if link is None or output_format.extension == ".html":
        return link

    def resolve(operation: str) -> str | None:
        path = (link(operation) or "").partition("#")[0]
        return path.removesuffix(".html") + output_format.extension if path else None

    return resolve


def _style_digest(templates: Path | None) -> str:
    return b64encode(sha256(style_sheet(templates).encode()).digest()).decode()


def _hanging_indent(documentation: str, width: int) -> str:
    """Documentation behind a row's dashes: a plain sentence goes on in the line, paragraphs start below it."""
    text = to_text(documentation)
    if not text:
        return ""
    if not documentation.lstrip().startswith("<"):
        return " " + _indent_continuation_lines(text, width)
    return "\n\n" + " " * width + _indent_continuation_lines(text, width)


def _indent_continuation_lines(text: str, width: int) -> str:
    return re.sub(r"\n(?=[^\n])", "\n" + " " * width, text)


def _one_line(text: str) -> str:
    """A text in one line."""
    return " ".join(text.split())


def _strip_roles(text: str) -> str:
    """The names in reStructuredText roles: what the documented page shows raw is a link in botocore's own manual."""
    return _RST_ROLE.sub(r"\1", text) if ":" in text else text


def _container_item_label(path: str) -> str:
    """What an unnamed row is to its parent: item, key or value."""
    return next((word for end, word in _CONTAINER_ITEM_LABELS.items() if path.endswith(end)), "")


def _quote_url(url: str) -> str:
    return quote(url, safe=":/%?#=&~+@,;!$'*")


FORMATS: Mapping[str, Format] = {
    chosen.name: chosen
    for chosen in (
        Format(
            "html",
            "HTML",
            ".html",
            {
                "doc": _DocumentationCache(to_html),
                "summary": summary_to_html,
                "markdown": markdown_to_html,
                "strip_roles": _strip_roles,
                "container_item_label": _container_item_label,
                "html_id": html_id,
                "quote_url": _quote_url,
                "counted": counted,
                "join_names": listed,
                "operation_folder": operation_folder,
            },
            "html",
        ),
        Format(
            "markdown",
            "Markdown",
            ".md",
            {
                "doc": _DocumentationCache(to_markdown),
                "summary": summary_to_markdown,
                "escaped": escape_markdown,
                "code_span": code_span,
                "code_block": code_block,
                "strip_roles": _strip_roles,
                "quote_url": _quote_url,
                "counted": counted,
                "join_names": listed,
                "operation_folder": operation_folder,
            },
            "md",
        ),
        Format(
            "text",
            "text",
            ".txt",
            {
                "doc": to_text,
                "hanging_indent": _hanging_indent,
                "one_line": _one_line,
                "counted": counted,
                "join_names": listed,
            },
            "txt",
        ),
        Format("json", "JSON", ".json"),
    )
}
