"""Rows of an operation as HTML: the output of the macro `row_tree`, in a fifth of its time.

A release has a million rows, so this is Python. Every text of a model is escaped here by hand; a test compares the
output with that of the macro, for hostile names too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from docgen.render.documentation_cache import DocumentationCache
from docgen.render.escaping import escape_address, escape_text
from docgen.render.markup.links import LinkResolver
from docgen.render.row_words import write_details

MAX_OPEN_ROWS = 8
"""Most rows below a row that are not folded."""


class HtmlRowWriter:
    """The filter `row_list` of HTML.

    Args:
        documentation: Renders the documentation string of a row as HTML, in its box.
        write_type: Returns a type as text.
        item_label: Returns what an unnamed row is to its parent, from its path.
    """

    def __init__(
        self,
        documentation: DocumentationCache,
        write_type: Callable[[str], str],
        item_label: Callable[[str], str],
    ) -> None:
        self.documentation = documentation
        self.write_type = lru_cache(maxsize=512)(lambda text: escape_text(write_type(text)))
        self.item_label = item_label

    def __call__(self, nodes: Sequence[Any], link_resolver: LinkResolver | None, page_links: Any) -> Markup:
        """Return rows with their children (`RowNode`) as a list; `page_links` are the links of their page."""
        page = _PageRows(self, link_resolver, page_links)
        page.add_list(nodes, in_open_fold=False)
        return Markup("".join(page.parts))  # noqa: S704 - escaped above


class _PageRows:
    """The lists of rows of one page, and what all of its rows have in common."""

    def __init__(self, writer: HtmlRowWriter, link_resolver: LinkResolver | None, page_links: Any) -> None:
        self.parts: list[str] = []
        self.documentation = writer.documentation
        self.known_documentation = writer.documentation.without_names
        self.write_type = writer.write_type
        self.item_label = writer.item_label
        self.link_resolver = link_resolver
        self.page_links = page_links
        self.type_pages = page_links.type_pages
        self.has_lines = page_links.has_lines
        self.id_prefix = escape_text(page_links.id_prefix)
        self.request_line = escape_text(f"#{page_links.line_prefix(True)}")
        self.response_line = escape_text(f"#{page_links.line_prefix(False)}")

    def add_list(self, nodes: Sequence[Any], *, in_open_fold: bool) -> None:
        """Add rows with their children; `in_open_fold` if they are all that a fold shows."""
        is_only_child = in_open_fold and len(nodes) == 1
        add = self.parts.append
        add('<ul class="tree">\n')
        for node in nodes:
            if node.unchanged_run:
                names = ", ".join([escape_text(each.row.name) for each in node.unchanged_run])
                add(f'<li class="row"><span class="t">unchanged: {names}</span></li>\n')
            else:
                self._add_row(node, is_only_child)
        add("</ul>\n")

    def _add_row(self, node: Any, is_only_child: bool) -> None:
        entry, mark, children, descendant_count, _, _ = node
        row = entry.row
        add = self.parts.append
        add(self._head(entry, row, mark))
        if row.required or row.recursive or row.deprecated is not None or mark or _has_releases(row):
            add(self._badges(entry, row, mark))
        if row.details:
            add(write_details(row.details, _values_href(entry, self.page_links)))
        if documentation := row.documentation:
            text = self.known_documentation.get(documentation)
            add(self.documentation(documentation, self.link_resolver) if text is None else text)
        if entry.same_as:
            add(_same_as_line(entry, self.page_links))
        if children:
            is_folded = descendant_count > MAX_OPEN_ROWS and not is_only_child
            if is_folded:
                add(self._fold_start(node))
            self.add_list(children, in_open_fold=is_folded or is_only_child)
            add("</details>\n" if is_folded else "\n")
        elif entry.omits_children and not (entry.same_as or self.page_links.type_of(row)):
            add('<p class="t">Its members did not change.</p>\n')
        add("</li>\n")

    def _head(self, entry: Any, row: Any, mark: str) -> str:
        """Return the start of an item: name and type."""
        # All at once, in the order of `Row`: unpacking takes a fifth of the time of as many attributes.
        path, name, type_, _, _, _, _, shape, placeholder, _, since, _, _, _, _, _ = row
        _, _, _, anchor, _, _, _, _, line, _ = entry
        text = f'<li class="row {mark}"' if mark else '<li class="row"'
        anchor_id = self.id_prefix
        if anchor:
            anchor_id += escape_address(anchor)
            text = f'{text} id="{anchor_id}"'
        if since:
            text = f'{text} data-since="{escape_text(since)}"'
        if name is None:
            return f'{text}><span class="t">{self.item_label(path)} ({self.write_type(type_)})</span>'
        if not self.has_lines or line < 0 or not placeholder:  # as `PageLinks.line_href` says
            href = f"#{anchor_id}"
        elif anchor.startswith("request"):
            href = f"{self.request_line}{line}"
        else:
            href = f"{self.response_line}{line}"
        link = _type_link(row, self.page_links) if shape in self.type_pages else ""
        type_text = self.write_type(type_)
        return f'{text}><a class="n" href="{href}">{escape_text(name)}</a> <span class="t">({type_text}{link})</span>'

    def _badges(self, entry: Any, row: Any, mark: str) -> str:
        """Return the badges of a row, and how it changed."""
        text = ""
        if row.required:
            dated = f" since {escape_text(row.required_since)}" if row.required_since else ""
            text = f' <span class="b req">required{dated}</span>'
        if row.recursive:
            text += ' <span class="b q">recursive</span>'
        if row.deprecated is not None:
            dated = f" since {escape_text(row.deprecated_since)}" if row.deprecated_since else ""
            text += f' <span class="b c">deprecated{dated}</span>'
        if row.since:
            text += f' <span class="b a">since {escape_text(row.since)}</span>'
        if _has_releases(row):
            text = f"{text}{self.page_links.strip(row)}"  # which adds no escapes, unlike `+=`
        if mark:
            text += f' <span class="b {mark[0]}">{mark}</span>'
            if mark == "changed":
                text += f'<p class="t">{_differences(entry)}</p>\n'
        if row.deprecated:
            text += f'<p class="t">Deprecated: {escape_text(row.deprecated)}</p>\n'
        return text

    def _fold_start(self, node: Any) -> str:
        row = node.entry.row
        label = self.item_label(row.path) if row.name is None else escape_text(row.name)
        marked = f", {node.marked_count:,} marked" if node.marked_count else ""
        is_open = " open" if node.marked_count else ""
        return f'<details class="fold"{is_open}><summary>{label}: {node.descendant_count:,} entries{marked}</summary>'


def _has_releases(row: Any) -> bool:
    return bool(row.since or row.required_since or row.deprecated_since)


def _values_href(entry: Any, page_links: Any) -> str:
    """Return the link to where the values of a row are listed, if they are too many for here."""
    if entry.same_values:
        return str(page_links.row_href(entry.same_values))
    type_page = page_links.values_page(entry.row)
    return f"{page_links.type_href(type_page)}#values" if type_page else ""


def _type_link(row: Any, page_links: Any) -> str:
    type_page = page_links.type_of(row)
    if type_page is None:
        return ""
    return f' <a href="{escape_text(page_links.type_href(type_page))}">{escape_text(type_page.name)}</a>'


def _differences(entry: Any) -> str:
    return "; ".join(
        [f"was <del>{escape_text(was)}</del>, is <ins>{escape_text(is_)}</ins>" for was, is_ in entry.differences]
    )


def _same_as_line(entry: Any, page_links: Any) -> str:
    anchor = escape_text(entry.same_as)
    if entry.same_as == entry.anchor:
        href = escape_text(page_links.part_href(entry.anchor))
        return f'<p class="t">Its members: <a href="{href}">{anchor}</a></p>\n'
    if page_links.type_of(entry.row):
        return f'<p class="t">Its members:{_type_link(entry.row, page_links)}</p>\n'
    href = escape_text(page_links.row_href(entry.same_as))
    return f'<p class="t">Same members as <a href="{href}">{anchor}</a></p>\n'
