"""A fragment as CommonMark without raw HTML, fit to be pasted into release notes on GitHub."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.render.markup.commonmark import GITHUB_MENTION, Span, block_quote, longest_backtick_run, spans_to_line
from docgen.render.markup.flat import flat_markdown
from docgen.render.markup.links import LinkResolver, resolve_operation
from docgen.render.markup.parser import parse_documentation
from docgen.render.markup.text import indent_continuation_lines, is_tight
from docgen.render.markup.tree import ADMONITION_LABELS, LINE_BREAK, Block, Run, operation_candidate

_LIST_BLOCKS = ("ul", "ol", "dl", "table")


def to_markdown(documentation: str, resolve: LinkResolver | None = None) -> str:
    """Return a documentation string as CommonMark; it says the same words as `to_html`.

    A box is a block quote that opens with its label in bold. A table becomes a list, each row an item with its further
    cells below it; so does a list of definitions. Links are those of `to_html`.
    """
    flat = flat_markdown(documentation, resolve)
    return parsed_markdown(documentation, resolve) if flat is None else flat


def parsed_markdown(documentation: str, resolve: LinkResolver | None = None) -> str:
    """Return what `to_markdown` returns, for any string, by way of its fragment."""
    return _blocks_to_markdown(parse_documentation(documentation), resolve)


# Blocks


def _blocks_to_markdown(blocks: tuple[Block, ...], resolve: LinkResolver | None, separator: str = "\n\n") -> str:
    written = []
    odd = False
    last = ""
    for block in blocks:
        kind = block.name if block.name not in _LIST_BLOCKS else "ol" if block.name == "ol" else "ul"
        # A list right after a list needs another bullet, or CommonMark takes both for one.
        odd = not odd if kind == last and kind in _LIST_BLOCKS else False
        last = kind
        written.append(_block_to_markdown(block, resolve, odd))
    return separator.join(written)


def _block_to_markdown(block: Block, resolve: LinkResolver | None, other_bullet: bool) -> str:
    name = block.name
    if name == "p":
        return _runs_to_markdown(block.runs, resolve)
    if name == "pre":
        fence = "`" * max(3, longest_backtick_run(block.text) + 1)
        return f"{fence}\n{block.text}\n{fence}"
    if name in ADMONITION_LABELS:
        return block_quote(f"**{ADMONITION_LABELS[name]}**\n\n{_blocks_to_markdown(block.blocks, resolve)}")
    if name == "table":
        return _list_to_markdown([_table_row_to_markdown(row, resolve) for row in block.blocks], other_bullet)
    if name == "dl":
        return _list_to_markdown(
            [_blocks_to_markdown(group, resolve) for group in _definition_groups(block)], other_bullet, "\n\n"
        )
    between = "\n" if is_tight(block) else "\n\n"
    return _list_to_markdown(
        [_blocks_to_markdown(item.blocks, resolve, between) for item in block.blocks],
        other_bullet,
        between,
        name == "ol",
    )


def _list_to_markdown(items: list[str], other_bullet: bool, separator: str = "\n", numbered: bool = False) -> str:
    written = []
    for number, item in enumerate(items, start=1):
        bullet = f"{number}{')' if other_bullet else '.'} " if numbered else "* " if other_bullet else "- "
        written.append(bullet + indent_continuation_lines(item, len(bullet)))
    return separator.join(written)


def _table_row_to_markdown(row: Block, resolve: LinkResolver | None) -> str:
    cells = [_blocks_to_markdown(cell.blocks, resolve) for cell in row.blocks if cell.blocks]
    return cells[0] + "".join(["\n- " + indent_continuation_lines(cell, 2) for cell in cells[1:]])


def _definition_groups(block: Block) -> Iterator[tuple[Block, ...]]:
    """Yield each term with its definition."""
    group: list[Block] = []
    for part in block.blocks:
        if part.name == "dt" and group:
            yield tuple(group)
            group = []
        group.extend(part.blocks)
    yield tuple(group)


# Runs


def _runs_to_markdown(runs: tuple[Run, ...], resolve: LinkResolver | None) -> str:
    """Return the text of a paragraph; a line break is a backslash at the end of its line."""
    lines = []
    pieces: list[Span] = []
    for index, run in enumerate(runs):
        if run is LINE_BREAK:
            lines.append(spans_to_line(pieces))
            pieces = []
        else:
            link = run.mark.link
            href = (
                link.href
                if link and link.href
                else resolve_operation(resolve, operation_candidate(runs, index))
                if resolve
                else ""
            )
            emphasis = "**" if run.mark.strong else "*" if run.mark.em else ""
            pieces.extend(_run_spans(run, href, emphasis))
    lines.append(spans_to_line(pieces))
    return "\\\n".join(lines)


def _run_spans(run: Run, href: str, emphasis: str) -> Iterator[Span]:
    if run.mark.code:
        yield href, emphasis, True, run.text
    elif href:
        yield href, emphasis, False, run.text
    else:
        for index, text in enumerate(GITHUB_MENTION.split(run.text)):
            if text:
                yield href, emphasis, index % 2 == 1, text
