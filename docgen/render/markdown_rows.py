"""Rows of an operation as Markdown: the output of the macro `row_entry`, in a fifth of its time.

Rows are a flat list of paths: Markdown renderers cannot nest lists twenty levels deep. Every text of a model is quoted
here by hand; a test compares the output with that of the macro, for hostile names too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from docgen.render.documentation_cache import DocumentationCache
from docgen.render.markup.links import LinkResolver
from docgen.render.markup.plain import code_span, escape_markdown
from docgen.render.row_words import details_markdown


class MarkdownRowWriter:
    """The filter `row_list` of Markdown.

    Args:
        documentation: Renders the documentation string of a row as Markdown, with the lines around it.
        write_type: Returns a type as text.
    """

    def __init__(self, documentation: DocumentationCache, write_type: Callable[[str], str]) -> None:
        self.documentation = documentation
        self.write_type = lru_cache(maxsize=512)(lambda text: escape_markdown(write_type(text)))

    def __call__(
        self, entries: Iterable[tuple[Any, tuple[Any, ...]]], link_resolver: LinkResolver | None, page_links: Any
    ) -> str:
        """Return entries, each with the run of unchanged rows that begins with it, as a list."""
        parts: list[str] = []
        known_documentation = self.documentation.without_names
        for entry, run in entries:
            if run:
                parts.append(f"- unchanged: {', '.join([code_span(each.row.path) for each in run])}\n\n")
                continue
            row = entry.row
            parts.append(self._line(entry, page_links))
            if documentation := row.documentation:
                known = known_documentation.get(documentation)
                parts.append(self.documentation(documentation, link_resolver) if known is None else known)
            else:
                parts.append("\n")
        return "".join(parts)

    def _line(self, entry: Any, page_links: Any) -> str:
        # All at once, in the order of `Row`: unpacking takes a fifth of the time of as many attributes.
        row, _, mark, _, same_as, _, omits_children, _, _, same_values = entry
        path, _, type_, required, _, recursive, _, shape, _, deprecated, since, _, details, _, _, required_since = row
        text = "- " if not mark else f"- {mark}: ~~" if mark == "removed" else f"- {mark}: "
        if path:
            text = f"{text}{_path_span(path)} "
        type_page = page_links.type_of(row) if shape in page_links.type_pages else None
        link = f" [{escape_markdown(type_page.name)}](<{page_links.type_href(type_page, '.md')}>)" if type_page else ""
        text = f"{text}*({self.write_type(type_)}{link})*"
        if required:
            text += f" **[REQUIRED]** since {required_since}" if required_since else " **[REQUIRED]**"
        if recursive:
            text += " (recursive)"
        if deprecated is not None:
            text += _deprecation(row)
        if since:
            text += f" since {since}"
        if details:
            values = page_links.values_page(row)
            text += details_markdown(details, same_values, page_links.type_href(values, ".md") if values else "")
        if mark == "removed":
            text += "~~"
        elif mark == "changed":
            for was, is_ in entry.differences:
                text += f", was {code_span(was)}, is {code_span(is_)}"
        if same_as or omits_children:
            text += _members_elsewhere(entry, link, page_links)
        return text + "\n"


def _path_span(path: str) -> str:
    """Return what `code_span` returns, which has little to do for nearly all paths."""
    return f"`{path}`" if path.isprintable() and " " not in path and "`" not in path else code_span(path)


def _deprecation(row: Any) -> str:
    dated = f" since {row.deprecated_since}" if row.deprecated_since else ""
    return f" **deprecated**{dated}" + (f": {escape_markdown(row.deprecated)}" if row.deprecated else "")


def _members_elsewhere(entry: Any, link: str, page_links: Any) -> str:
    """Return where the members of a row are listed; `link` is the link to the page of its type, or empty."""
    if entry.same_as and entry.same_as == entry.anchor:
        return f", members: [{escape_markdown(entry.anchor)}](<{page_links.part_href(entry.anchor, '.md')}>)"
    if entry.same_as:
        return f", members:{link}" if link else f", same members as {code_span(entry.same_as)}"
    return "" if link else ", members unchanged"
