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
from docgen.pages.operation.view import BRIEF, LONG, SEVERAL, TELLING
from docgen.pages.page import Page
from docgen.pages.sentences import counted, listed
from docgen.render.addresses import address_of, folder_of, id_of
from docgen.render.markup.html import to_html
from docgen.render.markup.links import Resolve
from docgen.render.markup.markdown import to_markdown
from docgen.render.markup.plain import (
    code_block,
    code_span,
    introduction_to_html,
    plain_text,
    summary_to_html,
    summary_to_markdown,
    trusted,
)
from docgen.render.markup.text import to_text
from docgen.resources import find_template
from docgen.site.feeds import Feed, feed_data

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment

_ROLE = re.compile(r":(?:class|ref):`\.?([A-Za-z]+)(?:<[a-z]+>)?`")
_CONTROLS = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FEED_FILTERS: Mapping[str, Callable[..., Any]] = {
    "summary": summary_to_html,
    "introduction": introduction_to_html,
    "listed": listed,
}
_STEERING = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What moves the cursor of a terminal, or the letters of a line: control characters and marks that turn the order."""

_SLOTS = {"[]": "item", "{key}": "key", "{value}": "value"}


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


def render(
    page: Page,
    format_: str,
    *,
    standalone: bool = False,
    twins: tuple[str, ...] = (),
    url: str = "",
    templates: Path | None = None,
) -> str:
    """The text of `page` in a format of `FORMATS`.

    `standalone` HTML carries its style sheet inside and links to no other page; `twins` are the formats that lie
    beside it. `url` is the address of the site, or empty where nobody knows it. `templates` is a folder whose files
    stand in for docgen's own. Raises `UsageError` where one of them does not work.
    """
    chosen = FORMATS[format_]
    if chosen.filters is None:
        return _as_json(page.data())
    beside = [(FORMATS[name].label, FORMATS[name].extension) for name in twins if name != format_]
    with _explained(templates):
        template = environment(format_, templates).get_template(f"{page.template}.{chosen.template_extension}.j2")
        text = template.render(
            page=page.view,
            links=_links(page, chosen),
            standalone=standalone,
            style_source=f"'sha256-{_style_digest(templates)}'" if standalone else "'self'",
            twins=beside,
            description=page.description,
            url=url,
            address=address_of(page.path, url) if url else "",
        )
    text = _STEERING.sub(_shown, text)
    return text if format_ == "html" else text.rstrip("\n") + "\n"


def _as_json(data: Mapping[str, Any]) -> str:
    """A document as text. What `orjson` has no way to write (integers above 64 bits) the slower library does."""
    try:
        return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    except TypeError:
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _shown(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"


@cache
def environment(format_: str, templates: Path | None = None) -> Environment:
    """The Jinja environment of a format: strict about names, and escaping everything in HTML."""
    chosen = FORMATS[format_]
    made = _environment(chosen.name, chosen.filters or {}, templates, escaping=format_ == "html")
    made.globals.update(deprecated_note=DEPRECATED_NOTE, event_stream_note=EVENT_STREAM_NOTE)
    made.globals.update(long=LONG, brief=BRIEF, telling=TELLING, several=SEVERAL)
    if format_ == "html":
        made.globals["style"] = trusted(style_sheet(templates))
    return made


def forget_templates() -> None:
    """Read templates anew when they are next needed: those of the user may have changed."""
    for remembered in (environment, feed_environment, script, style_sheet):
        remembered.cache_clear()


def _environment(
    folder: str, filters: Mapping[str, Callable[..., Any]], templates: Path | None, *, escaping: bool
) -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    made = Environment(
        loader=FunctionLoader(lambda name: (find_template(f"{folder}/{name}", templates), name, None)),
        autoescape=escaping,  # noqa: S701 - Markdown and text have filters of their own
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters.update(filters)
    return made


def render_feed(feed: Feed, url: str = "", templates: Path | None = None) -> Iterator[tuple[str, str]]:
    """The files of a feed, as path and text: Atom (RFC 4287) and JSON Feed 1.1.

    `url` is the address of the site, or empty where nobody knows it: then an Atom feed's addresses are relative to it.
    """
    base = url or feed.root
    with _explained(templates):
        environment = feed_environment(templates)
        content = environment.get_template("entry.html.j2")
        contents = {entry.id: content.render(entry=entry) for entry in feed.entries}
        atom = environment.get_template("feed.atom.j2").render(
            feed=feed,
            contents=contents,
            self_address=f"{base}{feed.path}.atom",
            page_address=_page_address(feed.page, feed.root, url),
            addresses={entry.id: _page_address(entry.path, feed.root, url) for entry in feed.entries},
        )
    yield f"{feed.path}.atom", atom
    yield f"{feed.path}.json", json.dumps(feed_data(feed, url, contents), ensure_ascii=False, indent=2) + "\n"


@contextmanager
def _explained(templates: Path | None) -> Iterator[None]:
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
        raise UsageError(f"{templates}: {_line_of(error)}{error.message}") from None


def _line_of(error: Exception) -> str:
    """Where in a template an error arose: Jinja gives the frames of templates their own names and lines."""
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    return f"{frames[-1].filename}, line {frames[-1].lineno}: " if frames else ""


def _page_address(path: str, root: str, url: str) -> str:
    """Where a page is: on the web its folder, on a disk the file in it."""
    return address_of(path, url) if url else f"{root}{path}.html"


@cache
def feed_environment(templates: Path | None = None) -> Environment:
    """The Jinja environment of feeds: XML and the HTML in it escape alike, and neither can hold control characters."""
    made = _environment("feed", _FEED_FILTERS, templates, escaping=True)
    made.finalize = _without_controls
    return made


def _without_controls(value: Any) -> Any:
    """A string without what XML 1.0 has no way to write, escaped or not."""
    return value if not isinstance(value, str) or not _CONTROLS.search(value) else type(value)(_CONTROLS.sub("", value))


@cache
def script(templates: Path | None = None) -> str:
    """The script of every HTML page of a site. It only adds: without it everything reads."""
    return find_template("static/site.js", templates)


@cache
def style_sheet(templates: Path | None = None) -> str:
    """The style sheet of every HTML page."""
    return find_template("static/site.css", templates)


class _Once:
    """Documentation in a format, each text once: what operations share, they also document in the same words.

    A text may name operations, which are links on some pages and not on others. So what was asked about names is kept
    with the answers, and a text is used again where the answers are the same.
    """

    def __init__(self, emit: Callable[[str, Resolve | None], str]) -> None:
        self.emit = emit
        self.known: dict[str, tuple[dict[str, str | None], str]] = {}

    def __call__(self, documentation: str, resolve: Resolve | None = None) -> str:
        found = self.known.get(documentation)
        if found is not None and all((resolve(name) if resolve else None) == href for name, href in found[0].items()):
            return found[1]
        asked: dict[str, str | None] = {}

        def ask(name: str) -> str | None:
            asked[name] = resolve(name) if resolve else None
            return asked[name]

        text = self.emit(documentation, ask)
        if len(self.known) >= KNOWN:
            self.known.clear()
        self.known[documentation] = asked, text
        return text


KNOWN = 20_000
"""Texts that a format keeps at most: enough for the largest service."""


def _links(page: Page, format_: Format) -> Resolve | None:
    """Where mentions of operations lead, in a format: to its own kind of file. Only HTML has places within a page."""
    link: Resolve | None = getattr(page.view, "link", None)
    if link is None or format_.extension == ".html":
        return link

    def resolve(operation: str) -> str | None:
        path = (link(operation) or "").partition("#")[0]
        return path.removesuffix(".html") + format_.extension if path else None

    return resolve


def _style_digest(templates: Path | None) -> str:
    return b64encode(sha256(style_sheet(templates).encode()).digest()).decode()


def _hanging(documentation: str, width: int) -> str:
    """Documentation behind a row's dashes: a plain sentence goes on in the line, paragraphs start below it."""
    text = to_text(documentation)
    if not text:
        return ""
    if not documentation.lstrip().startswith("<"):
        return " " + _indented(text, width)
    return "\n\n" + " " * width + _indented(text, width)


def _indented(text: str, width: int) -> str:
    return re.sub(r"\n(?=[^\n])", "\n" + " " * width, text)


def _words(text: str) -> str:
    """A text in one line."""
    return " ".join(text.split())


def _plain_roles(text: str) -> str:
    """The names in reStructuredText roles: what the documented page shows raw is a link in botocore's own manual."""
    return _ROLE.sub(r"\1", text) if ":" in text else text


def _slot(path: str) -> str:
    """What an unnamed row is to its parent: item, key or value."""
    return next((word for end, word in _SLOTS.items() if path.endswith(end)), "")


def _url(address: str) -> str:
    return quote(address, safe=":/%?#=&~+@,;!$'*")


FORMATS: Mapping[str, Format] = {
    chosen.name: chosen
    for chosen in (
        Format(
            "html",
            "HTML",
            ".html",
            {
                "doc": _Once(to_html),
                "summary": summary_to_html,
                "introduction": introduction_to_html,
                "plain_roles": _plain_roles,
                "slot": _slot,
                "id": id_of,
                "url": _url,
                "counted": counted,
                "listed": listed,
                "folder": folder_of,
            },
            "html",
        ),
        Format(
            "markdown",
            "Markdown",
            ".md",
            {
                "doc": _Once(to_markdown),
                "summary": summary_to_markdown,
                "escaped": plain_text,
                "code": code_span,
                "fenced": code_block,
                "plain_roles": _plain_roles,
                "url": _url,
                "counted": counted,
                "listed": listed,
                "folder": folder_of,
            },
            "md",
        ),
        Format(
            "text",
            "text",
            ".txt",
            {"doc": to_text, "hanging": _hanging, "words": _words, "counted": counted, "listed": listed},
            "txt",
        ),
        Format("json", "JSON", ".json"),
    )
}
