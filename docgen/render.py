"""Pages as text: the table of formats, and the Jinja environment of each.

Templates decide nothing but layout. `page` is the page's view; filters turn what the model says into the format:
`doc` for documentation, `escaped`, `code` and `fenced` for names and blocks in Markdown, `hanging` for the indented
paragraphs of the text format.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from docgen import markup
from docgen.pages import BRIEF, LONG, TELLING, Page
from docgen.resources import data_dir
from docgen.syntax import DEPRECATED_NOTE, EVENT_STREAM_NOTE

if TYPE_CHECKING:
    from jinja2 import Environment

_ROLE = re.compile(r":(?:class|ref):`\.?([A-Za-z]+)(?:<[a-z]+>)?`")
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


def render(page: Page, format_: str, *, standalone: bool = False, twins: tuple[str, ...] = ()) -> str:
    """The text of `page` in a format of `FORMATS`.

    `standalone` HTML carries its style sheet inside and links to no other page; `twins` are the formats that lie
    beside it.
    """
    chosen = FORMATS[format_]
    if chosen.filters is None:
        return json.dumps(page.data(), ensure_ascii=False, indent=2) + "\n"
    template = environment(format_).get_template(f"{page.template}.{chosen.template_extension}.j2")
    beside = [(FORMATS[name].label, FORMATS[name].extension) for name in twins if name != format_]
    text = template.render(
        page=page.view,
        links=_links(page, chosen),
        standalone=standalone,
        style_source=f"'sha256-{_style_digest()}'" if standalone else "'self'",
        twins=beside,
    )
    return text if format_ == "html" else text.rstrip("\n") + "\n"


@cache
def environment(format_: str) -> Environment:
    """The Jinja environment of a format: strict about names, and escaping everything in HTML."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    chosen = FORMATS[format_]
    folder = data_dir("templates") / chosen.name

    def load(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")

    made = Environment(
        loader=FunctionLoader(load),
        autoescape=format_ == "html",  # noqa: S701 - Markdown and text have filters of their own
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters.update(chosen.filters or {})
    made.globals.update(deprecated_note=DEPRECATED_NOTE, event_stream_note=EVENT_STREAM_NOTE)
    made.globals.update(long=LONG, brief=BRIEF, telling=TELLING)
    if format_ == "html":
        made.globals["style"] = markup.trusted(style_sheet())
    return made


@cache
def style_sheet() -> str:
    """The style sheet of every HTML page."""
    return (data_dir("templates") / "static" / "site.css").read_text(encoding="utf-8")


class _Once:
    """Documentation in a format, each text once: what operations share, they also document in the same words.

    A text may name operations, which are links on some pages and not on others. So what was asked about names is kept
    with the answers, and a text is used again where the answers are the same.
    """

    def __init__(self, emit: Callable[[str, markup.Resolve | None], str]) -> None:
        self.emit = emit
        self.known: dict[str, tuple[dict[str, str | None], str]] = {}

    def __call__(self, documentation: str, resolve: markup.Resolve | None = None) -> str:
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


def _links(page: Page, format_: Format) -> markup.Resolve | None:
    """Where mentions of operations lead, in a format: to its own kind of file. Only HTML has places within a page."""
    link: markup.Resolve | None = getattr(page.view, "link", None)
    if link is None or format_.extension == ".html":
        return link

    def resolve(operation: str) -> str | None:
        href = link(operation)
        return None if href is None or href.startswith("#") else href.removesuffix(".html") + format_.extension

    return resolve


def _style_digest() -> str:
    return b64encode(sha256(style_sheet().encode()).digest()).decode()


def _hanging(documentation: str, width: int) -> str:
    """Documentation behind a row's dashes: a plain sentence goes on in the line, paragraphs start below it."""
    text = markup.to_text(documentation)
    if not text:
        return ""
    if not documentation.lstrip().startswith("<"):
        return " " + _indented(text, width)
    return "\n\n" + " " * width + _indented(text, width)


def _indented(text: str, width: int) -> str:
    return re.sub(r"\n(?=[^\n])", "\n" + " " * width, text)


def _plain_roles(text: str) -> str:
    """The names in reStructuredText roles: what the documented page shows raw is a link in botocore's own manual."""
    return _ROLE.sub(r"\1", text)


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
                "doc": _Once(markup.to_html),
                "summary": markup.summary_to_html,
                "plain_roles": _plain_roles,
                "slot": _slot,
                "url": _url,
            },
            "html",
        ),
        Format(
            "markdown",
            "Markdown",
            ".md",
            {
                "doc": _Once(markup.to_markdown),
                "summary": markup.summary_to_markdown,
                "escaped": markup.plain_text,
                "code": markup.code_span,
                "fenced": markup.code_block,
                "plain_roles": _plain_roles,
                "url": _url,
            },
            "md",
        ),
        Format("text", "text", ".txt", {"doc": markup.to_text, "hanging": _hanging}, "txt"),
        Format("json", "JSON", ".json"),
    )
}
