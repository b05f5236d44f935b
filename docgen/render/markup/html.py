"""A fragment as HTML, which a sanitiser checks as the last step."""

from __future__ import annotations

import nh3
from markupsafe import Markup

from docgen.render.markup.flat import flat_html
from docgen.render.markup.links import LinkResolver, resolve_operation
from docgen.render.markup.parser import parse_documentation
from docgen.render.markup.tree import ADMONITION_LABELS, LINE_BREAK, NO_MARK, Block, Mark, Run, operation_candidate

# Exactly what this module can write, so the sanitiser never changes its output.
SANITIZER = nh3.Cleaner(
    tags=set("a br code dd div dl dt em li ol p pre strong sub sup table tbody td th thead tr ul".split()),
    clean_content_tags=set(),
    attributes={"a": {"href"}},
    tag_attribute_values={"a": {"rel": {"noopener"}}},
    allowed_classes={"div": {"adm", *ADMONITION_LABELS}, "p": {"label"}},
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
_LISTS_IN_ITEMS = frozenset(["ul", "ol"])


def to_html(documentation: str, resolve: LinkResolver | None = None) -> Markup:
    """Return a documentation string as HTML that is safe in any element that takes blocks.

    Elements: `p ul ol li dl dt dd table thead tbody tr th td pre code em strong sub sup br a`, and for a box
    `<div class="adm note|warning|danger"><p class="label">…</p>…</div>`. Attributes: `href` (`http`, `https` and
    `mailto`, with `rel="noopener"`; or what `resolve` gave for the name of an operation), and those classes.
    """
    flat = flat_html(documentation, resolve)
    return Markup(parsed_html(documentation, resolve) if flat is None else flat)  # noqa: S704 - cleaned, or plain


def parsed_html(documentation: str, resolve: LinkResolver | None = None) -> str:
    """Return what `to_html` returns, for any string, by way of its fragment and behind the wall."""
    return SANITIZER.clean(unsanitized_html(documentation, resolve))


def unsanitized_html(documentation: str, resolve: LinkResolver | None = None) -> str:
    """Return what `parsed_html` puts before the wall; tests compare the two, nobody else has a use for it."""
    return _blocks_to_html(parse_documentation(documentation), resolve)


def _blocks_to_html(blocks: tuple[Block, ...], resolve: LinkResolver | None) -> str:
    return "\n".join([_block_to_html(block, resolve) for block in blocks])


def _block_to_html(block: Block, resolve: LinkResolver | None) -> str:
    name = block.name
    if name == "p":
        return f"<p>{_runs_to_html(block.runs, resolve)}</p>"
    if name == "pre":
        return f"<pre>{_escape_html(block.text)}</pre>"
    if name in ADMONITION_LABELS:
        label = f'<p class="label">{ADMONITION_LABELS[name]}</p>'
        return f'<div class="adm {name}">{label}\n{_blocks_to_html(block.blocks, resolve)}</div>'
    if name == "table":
        return f"<table>{_table_rows_to_html(block.blocks, resolve)}</table>"
    if name in ("ul", "ol", "dl", "tr"):
        return f"<{name}>{_blocks_to_html(block.blocks, resolve)}</{name}>"
    return f"<{name}>{_item_to_html(block.blocks, resolve)}</{name}>"


def _item_to_html(blocks: tuple[Block, ...], resolve: LinkResolver | None) -> str:
    """Return the blocks of an item or a cell. Most hold one paragraph, perhaps with lists below, and need no `p`."""
    if blocks and blocks[0].name == "p" and all(block.name in _LISTS_IN_ITEMS for block in blocks[1:]):
        lists = _blocks_to_html(blocks[1:], resolve)
        return _runs_to_html(blocks[0].runs, resolve) + ("\n" + lists if lists else "")
    return _blocks_to_html(blocks, resolve)


def _table_rows_to_html(rows: tuple[Block, ...], resolve: LinkResolver | None) -> str:
    """Return the rows of a table; a first row with only `th` is its head."""
    head = 1 if all(cell.name == "th" for cell in rows[0].blocks) else 0
    parts = (("thead", rows[:head]), ("tbody", rows[head:]))
    return "".join(f"<{name}>{_blocks_to_html(part, resolve)}</{name}>" for name, part in parts if part)


def _runs_to_html(runs: tuple[Run, ...], resolve: LinkResolver | None) -> str:
    """Return runs inside the elements that their marks require; neighbours share an element where both are in it."""
    written: list[str] = []
    around: tuple[str, ...] = ()
    link = None
    for index, run in enumerate(runs):
        plain = run is LINE_BREAK or run.mark == NO_MARK
        wanted = () if plain else _elements_of_mark(run.mark, _link_start_tag(runs, index, resolve))
        shared = 0
        while shared < min(len(around), len(wanted)) and around[shared] == wanted[shared] and link == run.mark.link:
            shared += 1
        written.extend([f"</{_element_name(element)}>" for element in reversed(around[shared:])])
        written.extend([f"<{element}>" for element in wanted[shared:]])
        text = _escape_html(run.text)
        written.append("<br>" if run is LINE_BREAK else f"<code>{text}</code>" if run.mark.code else text)
        around, link = wanted, run.mark.link
    written.extend([f"</{_element_name(element)}>" for element in reversed(around)])
    return "".join(written)


def _link_start_tag(runs: tuple[Run, ...], index: int, resolve: LinkResolver | None) -> str:
    """Return the start tag of the link around a run, without its brackets, or ""."""
    link = runs[index].mark.link
    if link and link.href:
        return f'a href="{_escape_html(link.href)}" rel="noopener"'
    href = resolve_operation(resolve, operation_candidate(runs, index)) if resolve else ""
    if not href:
        return ""
    return f'a href="{_escape_html(href)}"' + (' rel="noopener"' if ":" in href else "")


def _elements_of_mark(mark: Mark, anchor: str) -> tuple[str, ...]:
    wanted = (anchor, "strong" if mark.strong else "", "em" if mark.em else "", mark.shift)
    return tuple([element for element in wanted if element])


def _element_name(element: str) -> str:
    return element.partition(" ")[0]


def _escape_html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
