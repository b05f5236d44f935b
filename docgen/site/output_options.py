"""How the pages of a site are rendered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docgen.render.branding import DEFAULT_BRANDING, Branding
from docgen.render.formats import FORMATS
from docgen.render.page import Page
from docgen.render.templates import render_page_file

OutputFile = tuple[str, bytes]
"""A file of the site: its path relative to the root, and its content."""


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """How pages are rendered.

    Attributes:
        formats: Names of `FORMATS`.
        url: The public URL of the site, ending with a slash, or empty.
        templates: A folder of templates that override those of docgen.
        branding: Title, colour, logo and texts of the site.
    """

    formats: tuple[str, ...]
    url: str = ""
    templates: Path | None = None
    branding: Branding = DEFAULT_BRANDING

    def render_files(self, page: Page) -> Iterator[OutputFile]:
        """Yield a page in every format that it has."""
        formats = page.available_formats(self.formats)
        for name in formats:
            content = render_page_file(
                page,
                name,
                available_formats=formats,
                base_url=self.url,
                templates=self.templates,
                branding=self.branding,
            )
            yield page.path + FORMATS[name].extension, content
