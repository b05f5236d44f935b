"""A page before it is rendered: where it goes, which template renders it, and what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docgen.render.markup.links import LinkResolver


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a site, which becomes one file in each format.

    Attributes:
        path: Path of the files from the root of the site, without extension, such as `services/s3/index`.
        template: Name of the template, without folder and extension, such as `operation`.
        view: What the template shows, as its variable `page`.
        data: Returns the JSON twin. It is called only if that format is rendered.
        description: One or two sentences for search engines and link previews, or empty.
        date: Release date of what the page shows (`2019-01-21`), or empty.
        formats: The only formats in which the page exists; None means all.
        link: Returns the HTML link to an operation of the same service, or None. Without it names are not linked.
    """

    path: str
    template: str
    view: Any
    data: Callable[[], Mapping[str, Any]]
    description: str = ""
    date: str = ""
    formats: tuple[str, ...] | None = None
    link: LinkResolver | None = None

    def available_formats(self, formats: Sequence[str]) -> tuple[str, ...]:
        """Return those of `formats` in which the page exists."""
        return tuple(name for name in formats if self.formats is None or name in self.formats)
