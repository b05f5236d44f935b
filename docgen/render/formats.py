"""The formats of pages: names, labels and file extensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """A format of pages.

    Attributes:
        name: Name on the command line and of the folder of its templates.
        label: Name in links between the formats of a page.
        extension: Extension of its files, with the dot.
        has_templates: False for JSON, which is the data of a page as it is.
    """

    name: str
    label: str
    extension: str
    has_templates: bool = True

    def template_file(self, template: str) -> str:
        """Return the file name of a template: `notes` is `notes.md.j2` in Markdown."""
        return f"{template}{self.extension}.j2"


FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format("html", "HTML", ".html"),
        Format("markdown", "Markdown", ".md"),
        Format("text", "text", ".txt"),
        Format("json", "JSON", ".json", has_templates=False),
    )
}
"""Every format by its name, in the order in which a page links to the others."""
