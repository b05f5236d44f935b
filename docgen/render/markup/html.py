"""A fragment as HTML, behind a last wall."""

from __future__ import annotations

import nh3
from markupsafe import Markup

from docgen.render.markup.links import Resolve, resolved
from docgen.render.markup.parser import parse
from docgen.render.markup.tree import LABELS, LINE_BREAK, PLAIN, Block, Mark, Run, reference

# Everything that this module can write, and nothing else. Its output is a fixed point: the wall changes nothing.
WALL = nh3.Cleaner(
    tags=set("a br code dd div dl dt em li ol p pre strong sub sup table tbody td th thead tr ul".split()),
    clean_content_tags=set(),
    attributes={"a": {"href"}},
    tag_attribute_values={"a": {"rel": {"noopener"}}},
    allowed_classes={"div": {"adm", *LABELS}, "p": {"label"}},
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
_BARE = frozenset(["ul", "ol"])


def to_html(documentation: str, resolve: Resolve | None = None) -> Markup:
    """Return a documentation string as HTML that is safe in any element that takes blocks.

    Elements: `p ul ol li dl dt dd table thead tbody tr th td pre code em strong sub sup br a`, and for a box
    `<div class="adm note|warning|danger"><p class="label">…</p>…</div>`. Attributes: `href` (`http`, `https` and
    `mailto`, with `rel="noopener"`; or what `resolve` gave for the name of an operation), and those classes.
    """
    return Markup(WALL.clean(before_wall(documentation, resolve)))  # noqa: S704 - this is what makes it safe


def before_wall(documentation: str, resolve: Resolve | None = None) -> str:
    """Return what `to_html` puts before the wall; tests compare the two, nobody else has a use for it."""
    return _blocks(parse(documentation), resolve)


def _blocks(blocks: tuple[Block, ...], resolve: Resolve | None) -> str:
    return "\n".join([_block(block, resolve) for block in blocks])


def _block(block: Block, resolve: Resolve | None) -> str:
    name = block.name
    if name == "p":
        return f"<p>{_runs(block.runs, resolve)}</p>"
    if name == "pre":
        return f"<pre>{_escaped(block.text)}</pre>"
    if name in LABELS:
        return f'<div class="adm {name}"><p class="label">{LABELS[name]}</p>\n{_blocks(block.blocks, resolve)}</div>'
    if name == "table":
        return f"<table>{_rows(block.blocks, resolve)}</table>"
    if name in ("ul", "ol", "dl", "tr"):
        return f"<{name}>{_blocks(block.blocks, resolve)}</{name}>"
    return f"<{name}>{_inside(block.blocks, resolve)}</{name}>"


def _inside(blocks: tuple[Block, ...], resolve: Resolve | None) -> str:
    """The blocks of an item or a cell. Most hold one paragraph, perhaps with lists below, and need no `p`."""
    if blocks and blocks[0].name == "p" and all(block.name in _BARE for block in blocks[1:]):
        lists = _blocks(blocks[1:], resolve)
        return _runs(blocks[0].runs, resolve) + ("\n" + lists if lists else "")
    return _blocks(blocks, resolve)


def _rows(rows: tuple[Block, ...], resolve: Resolve | None) -> str:
    """The rows of a table; a first row of nothing but `th` is its head."""
    head = 1 if all(cell.name == "th" for cell in rows[0].blocks) else 0
    parts = (("thead", rows[:head]), ("tbody", rows[head:]))
    return "".join(f"<{name}>{_blocks(part, resolve)}</{name}>" for name, part in parts if part)


def _runs(runs: tuple[Run, ...], resolve: Resolve | None) -> str:
    """Runs inside the elements that their marks ask for; neighbours share an element where both are in it."""
    written: list[str] = []
    around: tuple[str, ...] = ()
    link = None
    for at, run in enumerate(runs):
        plain = run is LINE_BREAK or run.mark == PLAIN
        wanted = () if plain else _elements(run.mark, _anchor(runs, at, resolve))
        shared = 0
        while shared < min(len(around), len(wanted)) and around[shared] == wanted[shared] and link == run.mark.link:
            shared += 1
        written.extend([f"</{_name(element)}>" for element in reversed(around[shared:])])
        written.extend([f"<{element}>" for element in wanted[shared:]])
        text = _escaped(run.text)
        written.append("<br>" if run is LINE_BREAK else f"<code>{text}</code>" if run.mark.code else text)
        around, link = wanted, run.mark.link
    written.extend([f"</{_name(element)}>" for element in reversed(around)])
    return "".join(written)


def _anchor(runs: tuple[Run, ...], at: int, resolve: Resolve | None) -> str:
    """Return the start tag of the link around a run, without its brackets, or ""."""
    link = runs[at].mark.link
    if link and link.href:
        return f'a href="{_escaped(link.href)}" rel="noopener"'
    href = resolved(resolve, reference(runs, at)) if resolve else ""
    if not href:
        return ""
    return f'a href="{_escaped(href)}"' + (' rel="noopener"' if ":" in href else "")


def _elements(mark: Mark, anchor: str) -> tuple[str, ...]:
    wanted = (anchor, "strong" if mark.strong else "", "em" if mark.em else "", mark.shift)
    return tuple([element for element in wanted if element])


def _name(element: str) -> str:
    return element.partition(" ")[0]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
