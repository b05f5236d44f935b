"""A fragment as CommonMark without raw HTML, fit to be pasted into release notes on GitHub.

Only what CommonMark, or GitHub's extensions of it, would take for mark-up is escaped, so the source stays readable.
Words that GitHub would make ping a person or an issue (`@name`, `#12`) are set as code: nothing pings inside code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from string import punctuation

from docgen.render.markup.links import LinkResolver, resolve_operation
from docgen.render.markup.parser import parse_documentation
from docgen.render.markup.text import indent_continuation_lines, is_tight
from docgen.render.markup.tree import ADMONITION_LABELS, LINE_BREAK, Block, Run, operation_candidate

Span = tuple[str, str, bool, str]
"""Part of a line: the address of the link around it, the emphasis around it, whether it is code, its text."""

GITHUB_MENTION = re.compile(r"((?<!\w)@[A-Za-z0-9][\w-]*(?:/[\w-]+)?|#[0-9]+\b|\bGH-[0-9]+\b)")
"""What would notify a person or an issue; the odd parts of what this splits."""

_MARKUP_CHARACTERS = re.compile(
    r"[\\`*\[\]~$]"  # everywhere
    r"|(?<![^\W_])_|_(?![^\W_])"  # inside a word it is only a letter
    r"|!(?=\[|$)"  # before a link
    r"|:(?=//)|(?<=www)\."  # what GitHub makes a link of
)
_ENTITY = re.compile(r"&(?=[#A-Za-z]|$)")
_NUMBERED_ITEM_START = re.compile(r"([0-9]{1,9})(?=[.)](?:\s|$))")
_BACKTICKS = re.compile("`+")
_LIST_BLOCKS = ("ul", "ol", "dl", "table")


def to_markdown(documentation: str, resolve: LinkResolver | None = None) -> str:
    """Return a documentation string as CommonMark; it says the same words as `to_html`.

    A box is a block quote that opens with its label in bold. A table becomes a list, each row an item with its further
    cells below it; so does a list of definitions. Links are those of `to_html`.
    """
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
        return _block_quote(f"**{ADMONITION_LABELS[name]}**\n\n{_blocks_to_markdown(block.blocks, resolve)}")
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


def _block_quote(text: str) -> str:
    return "\n".join([f"> {line}" if line else ">" for line in text.split("\n")])


# Runs


def _runs_to_markdown(runs: tuple[Run, ...], resolve: LinkResolver | None) -> str:
    """The text of a paragraph; a line break is a backslash at the end of its line."""
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


def spans_to_line(spans: list[Span]) -> str:
    """Pieces as one line that may open a block."""
    groups = [(href, list(group)) for href, group in groupby(spans, itemgetter(0))]
    written: list[str] = []
    before = ""
    for index, (href, group) in enumerate(groups):
        after = (
            "" if index + 1 == len(groups) else "[" if groups[index + 1][0] else _first_character(groups[index + 1][1])
        )
        if href:
            written.append(f"[{_emphasized_text(group, '[', ']')}]({_link_destination(href)})")
        else:
            written.append(_emphasized_text(group, before, after))
        before = written[-1][-1:]
    return _escape_line_start("".join(written))


def _first_character(spans: list[Span]) -> str:
    return "`" if spans[0][2] else spans[0][3][0]


def _emphasized_text(spans: list[Span], before: str, after: str) -> str:
    """Pieces of one link, or outside of links. Emphasis that CommonMark would not see is left out.

    It sees an opening `**` if a letter follows, or if neither a letter nor another `*` is before it; the closing one
    likewise. Nothing is nested here, so this is the whole rule (CommonMark 0.31, section 6.2).
    """
    groups = [(emphasis, list(group)) for emphasis, group in groupby(spans, itemgetter(1))]
    written: list[str] = []
    for index, (emphasis, group) in enumerate(groups):
        text = _spans_text(group, before == "`")
        if emphasis:
            last = index + 1 == len(groups)
            beyond = after if last else "*" if groups[index + 1][0] else _first_character(groups[index + 1][1])
            if _is_flanking(text[0], before) and _is_flanking(text[-1], beyond) and before != "*":
                text = f"{emphasis}{text}{emphasis}"
        written.append(text)
        before = text[-1:] or before
    return "".join(written)


def _is_flanking(inside: str, outside: str) -> bool:
    return inside.isalnum() or (outside != "*" and (not outside or outside.isspace() or outside in punctuation))


def _spans_text(spans: list[Span], after_code: bool) -> str:
    """Pieces of one emphasis: code and text. Code right after code would join its fence, so it becomes text."""
    written = []
    for is_code, group in groupby(spans, itemgetter(2)):
        text = "".join([piece[3] for piece in group])
        written.append(inline_code(text) if is_code and not after_code else escape_inline(text))
        after_code = False
    return "".join(written)


def inline_code(text: str) -> str:
    """A code span."""
    fence = "`" * (longest_backtick_run(text) + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def escape_inline(text: str) -> str:
    """Text that is nothing but text, inside a line."""
    text = _MARKUP_CHARACTERS.sub(r"\\\g<0>", text)
    if "&" in text:
        text = _ENTITY.sub("&amp;", text)
    return text.replace("<", "&lt;")


def _escape_line_start(line: str) -> str:
    """Escape what would make the line a heading, a quote, an item, a rule or a row."""
    if line.startswith(("-", "+", "=", ">", "#", "|", ":-")):
        return "\\" + line
    return _NUMBERED_ITEM_START.sub(r"\1\\", line, count=1) if _NUMBERED_ITEM_START.match(line) else line


def _link_destination(href: str) -> str:
    href = _ENTITY.sub("&amp;", href)
    return f"<{href}>" if "(" in href or ")" in href else href


def longest_backtick_run(text: str) -> int:
    """Return the length of the longest run of backticks."""
    return max(map(len, _BACKTICKS.findall(text)), default=0) if "`" in text else 0
