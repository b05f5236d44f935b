"""The kinds of pages: each is a view with its template, its JSON twin and its description.

The module of a view registers its kind, so a new page needs its module, its templates and its schema, and nothing else:

    @dataclass(frozen=True, slots=True)
    class Greeting:
        name: str
        root: str = ""

    GREETING_PAGE = register_page(PageKind("greeting", Greeting, data=asdict))
    page = page_of(Greeting("docgen"), "greeting/index")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from docgen.render.page import Page

V = TypeVar("V")


def _empty_text(_: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class PageKind(Generic[V]):
    """How a view becomes a page.

    Attributes:
        template: Name of its templates, without folder and extension.
        view: Type of its views: a frozen dataclass that knows all that its templates show.
        data: Returns the JSON twin of a view.
        description: Returns one or two sentences for search engines and link previews, or an empty text.
        date: Returns the release date that the page is about, or an empty text.
        link: Returns the link to an operation of the same service, or None; None if the page links to no operations.
        formats: The only formats of its pages; None means all.
        schema: Name of the schema of the JSON twin, if it is not the name of the template.
    """

    template: str
    view: type[V]
    data: Callable[[V], Mapping[str, Any]]
    description: Callable[[V], str] = _empty_text
    date: Callable[[V], str] = _empty_text
    link: Callable[[V, str], str | None] | None = None
    formats: tuple[str, ...] | None = None
    schema: str = ""

    @property
    def schema_name(self) -> str:
        """Name of the schema of the JSON twin, without extension."""
        return self.schema or self.template

    def page(self, view: V, path: str) -> Page:
        """Return the page of a view at a path, which is relative to the root of the site and has no extension."""
        link = self.link
        return Page(
            path=path,
            template=self.template,
            view=view,
            data=lambda: self.data(view),
            description=self.description(view),
            date=self.date(view),
            formats=self.formats,
            link=None if link is None else lambda operation: link(view, operation),
        )


PAGE_KINDS: dict[str, PageKind[Any]] = {}
"""Every registered kind, by the name of its template."""

_KIND_BY_VIEW: dict[type, PageKind[Any]] = {}


def register_page(kind: PageKind[V]) -> PageKind[V]:
    """Register a kind of page and return it. The first kind of a view type is the one that `page_of` uses."""
    PAGE_KINDS[kind.template] = kind
    _KIND_BY_VIEW.setdefault(kind.view, kind)
    return kind


def page_of(view: Any, path: str) -> Page:
    """Return the page of a view.

    Args:
        view: A view whose type has a registered kind.
        path: Path of the page from the root of the site, without extension.

    Raises:
        KeyError: No kind is registered for the type of the view.
    """
    return _KIND_BY_VIEW[type(view)].page(view, path)
