"""Renders pages with the templates of docgen, or with those that a user puts in their place.

Templates contain layout only. A page passes its view as `page`; `docgen.render.filters` has the filters.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

import orjson

from docgen.errors import SourceError, UsageError
from docgen.files import MAX_TEXT_BYTES, open_regular, read_bounded
from docgen.model.syntax import DEPRECATED_NOTE, EVENT_STREAM_NOTE
from docgen.printable import json_text, json_utf8, visible_utf8
from docgen.render.addresses import page_url
from docgen.render.branding import DEFAULT_ACCENT, DEFAULT_BRANDING, Branding
from docgen.render.filters import FEED_FILTERS, FILTERS
from docgen.render.formats import FORMATS, Format
from docgen.render.markup.links import LinkResolver
from docgen.render.markup.plain import trusted_markup
from docgen.render.page import Page
from docgen.resources import data_folder
from docgen.wording import with_suggestions

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment

CARD = "static/card.png"
"""Path of the picture that other sites show with a link."""

BUILTIN_PREFIX = "docgen/"
"""Begins the name of a template that comes with docgen, even if the user overrides it."""

FOLD_ABOVE = 60
"""Lines of a block, or entries of a list, above which HTML folds it."""

_XML_FORBIDDEN_CHARACTERS = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_page(page: Page, format_name: str, **options: Any) -> str:
    """Return what `render_page_file` returns as text, for the options of that."""
    return render_page_file(page, format_name, **options).decode()


def render_page_file(
    page: Page,
    format_name: str,
    *,
    standalone: bool = False,
    with_style: bool = False,
    available_formats: tuple[str, ...] = (),
    base_url: str = "",
    templates: Path | None = None,
    branding: Branding = DEFAULT_BRANDING,
) -> bytes:
    """Return the file of a page in one format: UTF-8.

    Args:
        page: The page.
        format_name: A key of `FORMATS`.
        standalone: Whether HTML contains its style sheet and links to no other page.
        with_style: Whether HTML contains its style sheet, so that it has its looks wherever it is shown.
        available_formats: The formats in which the page is written; HTML links to the others.
        base_url: Public URL of the site, ending with a slash, or empty.
        templates: A folder whose files replace docgen's own.
        branding: Title, colour, logo and texts of the site.

    Raises:
        UsageError: A template of `templates` does not work.
    """
    output_format = FORMATS[format_name]
    with_style = with_style or standalone
    if not output_format.has_templates:
        return _json_bytes(page.data())
    others = [(FORMATS[name].label, FORMATS[name].extension) for name in available_formats if name != format_name]
    with reporting_template_errors(templates):
        template = page_environment(format_name, templates).get_template(output_format.template_file(page.template))
        text = template.render(
            page=page.view,
            site_root=None if standalone else getattr(page.view, "root", None),  # release notes are no page of a site
            link_resolver=_link_resolver(page, output_format),
            standalone=standalone,
            site=branding,
            style_sheet=trusted_markup(style_sheet(templates, branding)) if with_style else "",
            csp_style_source=f"'sha256-{_style_digest(templates, branding)}'" if with_style else "'self'",
            other_formats=others,
            description=page.description,
            base_url=base_url,
            card=CARD,
            canonical_url=page_url(page.path, base_url) if base_url else "",
        )
    return visible_utf8(text if format_name == "html" else text.rstrip("\n") + "\n")


def _json_bytes(data: Mapping[str, Any]) -> bytes:
    """Return a document as UTF-8. `json` writes what `orjson` cannot: integers above 64 bits, halves of characters."""
    try:
        return json_utf8(orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    except TypeError:
        return json_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def _link_resolver(page: Page, output_format: Format) -> LinkResolver | None:
    """Return the links of a page in a format: to files of that format. Only HTML links within a page."""
    link = page.link
    if link is None or output_format.extension == ".html":
        return link

    def resolve(operation: str) -> str | None:
        path = (link(operation) or "").partition("#")[0]
        return path.removesuffix(".html") + output_format.extension if path else None

    return resolve


@cache
def page_environment(format_name: str, templates: Path | None = None) -> Environment:
    """Return the Jinja environment of a format: undefined names are errors, and HTML escapes everything."""
    environment = _new_environment(format_name, FILTERS[format_name], templates, escaping=format_name == "html")
    environment.globals.update(
        deprecated_note=DEPRECATED_NOTE, event_stream_note=EVENT_STREAM_NOTE, fold_above=FOLD_ABOVE
    )
    return environment


@cache
def feed_environment(templates: Path | None = None) -> Environment:
    """Return the Jinja environment of feeds. Without control characters, which XML cannot represent."""
    environment = _new_environment("feed", FEED_FILTERS, templates, escaping=True)
    environment.finalize = _strip_forbidden_characters
    return environment


def _new_environment(
    folder: str, filters: Mapping[str, Callable[..., Any]], templates: Path | None, *, escaping: bool
) -> Environment:
    from jinja2 import FunctionLoader, StrictUndefined

    from docgen.render.environment import PageEnvironment

    environment = PageEnvironment(
        loader=FunctionLoader(lambda name: (template_source(f"{folder}/{name}", templates), name, None)),
        autoescape=escaping,  # Markdown and text have filters of their own
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters.update(filters)
    return environment


def _strip_forbidden_characters(value: Any) -> Any:
    """Return a string without the characters that XML 1.0 cannot represent, not even escaped."""
    return (
        value
        if not isinstance(value, str) or not _XML_FORBIDDEN_CHARACTERS.search(value)
        else type(value)(_XML_FORBIDDEN_CHARACTERS.sub("", value))
    )


@cache
def site_script(templates: Path | None = None) -> str:
    """Return the script of the HTML pages of a site. Pages work without it."""
    return template_source("static/site.js", templates)


@cache
def site_icon(templates: Path | None = None, accent: str = "") -> str:
    """Return the icon of the HTML pages of a site, an SVG, in its accent colour."""
    return template_source("static/icon.svg", templates).replace(DEFAULT_ACCENT, accent or DEFAULT_ACCENT)


@cache
def style_sheet(templates: Path | None = None, branding: Branding = DEFAULT_BRANDING) -> str:
    """Return the style sheet of the HTML pages."""
    return template_source("static/site.css", templates) + branding.style


@cache
def _style_digest(templates: Path | None, branding: Branding) -> str:
    return b64encode(sha256(style_sheet(templates, branding).encode()).digest()).decode()


def clear_template_cache() -> None:
    """Forget all templates, so that changed files of a user are read again."""
    for cached in (page_environment, feed_environment, site_icon, site_script, style_sheet, _style_digest):
        cached.cache_clear()


@contextmanager
def reporting_template_errors(templates: Path | None) -> Iterator[None]:
    """Report errors in the user's templates in one line; errors in docgen's own are raised as they are.

    Raises:
        UsageError: A template of `templates` does not work.
    """
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
    """Return file and line of an error in a template: Jinja puts both into the frames of the traceback."""
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    return f"{frames[-1].filename}, line {frames[-1].lineno}: " if frames else ""


def template_source(name: str, folder: Path | None) -> str:
    """Return the source of a template.

    Args:
        name: The format and the name, such as `html/notes.html.j2`. `html/docgen/notes.html.j2` always names the
            template that comes with docgen, so that a template can extend the one that it overrides.
        folder: A folder of templates that override those of docgen.

    Raises:
        TemplateNotFound: (of Jinja) if there is no such template.
        UsageError: If the template of the user cannot be read.
    """
    from jinja2 import TemplateNotFound

    format_folder, _, inner = name.partition("/")
    if folder is not None and not inner.startswith(BUILTIN_PREFIX) and ".." not in inner.split("/"):
        override = folder / format_folder / inner
        if override.exists() and not override.is_dir():
            try:
                with open_regular(override, str(override)) as stream:
                    return read_bounded(stream, str(override), MAX_TEXT_BYTES).decode()
            except SourceError as error:
                raise UsageError(error) from None
            except UnicodeDecodeError:
                raise UsageError(f"{override}: not UTF-8") from None
    builtin = data_folder("templates") / format_folder
    for part in inner.removeprefix(BUILTIN_PREFIX).split("/"):
        builtin = builtin / part
    if not builtin.is_file():
        raise TemplateNotFound(inner)
    return builtin.read_text(encoding="utf-8")


def check_template_folder(folder: Path) -> Path:
    """Return `folder`; raise `UsageError` if it has no templates, or one that no page would ever use."""
    builtin = {entry.name: entry for entry in data_folder("templates").iterdir() if entry.is_dir()}
    if not any((folder / name).is_dir() for name in builtin):
        raise UsageError(f"{folder}: no templates here (expected folders: {', '.join(sorted(builtin))})")
    for name, entry in builtin.items():
        _check_template_names(folder, name, {template.name for template in entry.iterdir()})
    return folder


def _check_template_names(folder: Path, format_folder: str, known_names: set[str]) -> None:
    """Reject names that neither docgen nor another template of the user mentions: a typo would be ignored silently."""
    files = [path for path in (folder / format_folder).rglob("*.j2") if path.is_file()]
    names = sorted(path.relative_to(folder / format_folder).as_posix() for path in files)
    for name in names:
        if name not in known_names and not any(
            name in template_source(f"{format_folder}/{other}", folder) for other in names
        ):
            raise UsageError(
                f"{folder / format_folder}: {with_suggestions(name, known_names, f'no page uses {name!r}')}"
            )
