"""Keeps documentation strings as rendered text."""

from __future__ import annotations

from collections.abc import Callable

from docgen.render.markup.links import LinkResolver

MAX_CACHED_TEXTS = 20_000
"""Documentation strings that a format keeps rendered: more than the largest service has."""


class DocumentationCache:
    """Renders documentation strings of a format, each of them once: operations share many shapes and their texts.

    A text can name operations, which are links on some pages only. So the names that the converter asked for are kept
    with the links it got, and the rendered text is reused where the links are the same.

    Args:
        convert: Returns a documentation string as text of the format, with the links that it may ask for.

    Attributes:
        without_names: The rendered texts that name no operation, by their documentation strings. The dictionary is
            never replaced, so that writers of rows can keep it and look there first.
    """

    def __init__(self, convert: Callable[[str, LinkResolver | None], str]) -> None:
        self.convert = convert
        self.without_names: dict[str, str] = {}
        self.with_names: dict[str, tuple[dict[str, str | None], str]] = {}

    def __call__(self, documentation: str, link: LinkResolver | None = None) -> str:
        """Return the rendered text; `link` returns the link to an operation that the text names, or None."""
        text = self.without_names.get(documentation)
        return self._with_links(documentation, link) if text is None else text

    def _with_links(self, documentation: str, link: LinkResolver | None) -> str:
        found = self.with_names.get(documentation)
        if found is not None:
            for name, href in found[0].items():
                if (link(name) if link else None) != href:
                    break
            else:
                return found[1]
        links: dict[str, str | None] = {}

        def recording_link(name: str) -> str | None:
            links[name] = link(name) if link else None
            return links[name]

        text = self.convert(documentation, recording_link)
        if len(self.with_names) + len(self.without_names) >= MAX_CACHED_TEXTS:
            self.with_names.clear()
            self.without_names.clear()
        if links:
            self.with_names[documentation] = links, text
        else:
            self.without_names[documentation] = text
        return text
