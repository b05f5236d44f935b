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

from docgen.render.markup.links import Resolve, resolved
from docgen.render.markup.parser import parse
from docgen.render.markup.text import indented, is_tight
from docgen.render.markup.tree import LABELS, LINE_BREAK, Block, Run, reference

Piece = tuple[str, str, bool, str]
"""Part of a line: the address of the link around it, the emphasis around it, whether it is code, its text."""

PING = re.compile(r"((?<!\w)@[A-Za-z0-9][\w-]*(?:/[\w-]+)?|#[0-9]+\b|\bGH-[0-9]+\b)")
"""What would notify a person or an issue; the odd parts of what this splits."""

_SPECIAL = re.compile(
    r"[\\`*\[\]~$]"  # everywhere
    r"|(?<![^\W_])_|_(?![^\W_])"  # inside a word it is only a letter
    r"|!(?=\[|$)"  # before a link
    r"|:(?=//)|(?<=www)\."  # what GitHub makes a link of
)
_ENTITY = re.compile(r"&(?=[#A-Za-z]|$)")
_NUMBER_START = re.compile(r"([0-9]{1,9})(?=[.)](?:\s|$))")
_TICKS = re.compile("`+")
_LISTS = ("ul", "ol", "dl", "table")


def to_markdown(documentation: str, resolve: Resolve | None = None) -> str:
    """Return a documentation string as CommonMark; it says the same words as `to_html`.

    A box is a block quote that opens with its label in bold. A table becomes a list, each row an item with its further
    cells below it; so does a list of definitions. Links are those of `to_html`.
    """
    return _blocks(parse(documentation), resolve)


# Blocks


def _blocks(blocks: tuple[Block, ...], resolve: Resolve | None, between: str = "\n\n") -> str:
    written = []
    odd = False
    last = ""
    for block in blocks:
        kind = block.name if block.name not in _LISTS else "ol" if block.name == "ol" else "ul"
        # A list right after a list needs another bullet, or CommonMark takes both for one.
        odd = not odd if kind == last and kind in _LISTS else False
        last = kind
        written.append(_block(block, resolve, odd))
    return between.join(written)


def _block(block: Block, resolve: Resolve | None, odd: bool) -> str:
    name = block.name
    if name == "p":
        return _runs(block.runs, resolve)
    if name == "pre":
        fence = "`" * max(3, longest_ticks(block.text) + 1)
        return f"{fence}\n{block.text}\n{fence}"
    if name in LABELS:
        return _quoted(f"**{LABELS[name]}**\n\n{_blocks(block.blocks, resolve)}")
    if name == "table":
        return _items([_row(row, resolve) for row in block.blocks], odd)
    if name == "dl":
        return _items([_blocks(group, resolve) for group in _definitions(block)], odd, "\n\n")
    between = "\n" if is_tight(block) else "\n\n"
    return _items([_blocks(item.blocks, resolve, between) for item in block.blocks], odd, between, name == "ol")


def _items(items: list[str], odd: bool, between: str = "\n", numbered: bool = False) -> str:
    written = []
    for number, item in enumerate(items, start=1):
        bullet = f"{number}{')' if odd else '.'} " if numbered else "* " if odd else "- "
        written.append(bullet + indented(item, len(bullet)))
    return between.join(written)


def _row(row: Block, resolve: Resolve | None) -> str:
    cells = [_blocks(cell.blocks, resolve) for cell in row.blocks if cell.blocks]
    return cells[0] + "".join(["\n- " + indented(cell, 2) for cell in cells[1:]])


def _definitions(block: Block) -> Iterator[tuple[Block, ...]]:
    """Each term with what is said of it."""
    group: list[Block] = []
    for part in block.blocks:
        if part.name == "dt" and group:
            yield tuple(group)
            group = []
        group.extend(part.blocks)
    yield tuple(group)


def _quoted(text: str) -> str:
    return "\n".join([f"> {line}" if line else ">" for line in text.split("\n")])


# Runs


def _runs(runs: tuple[Run, ...], resolve: Resolve | None) -> str:
    """The text of a paragraph; a line break is a backslash at the end of its line."""
    lines = []
    pieces: list[Piece] = []
    for at, run in enumerate(runs):
        if run is LINE_BREAK:
            lines.append(line(pieces))
            pieces = []
        else:
            link = run.mark.link
            href = link.href if link and link.href else resolved(resolve, reference(runs, at)) if resolve else ""
            emphasis = "**" if run.mark.strong else "*" if run.mark.em else ""
            pieces.extend(_pieces(run, href, emphasis))
    lines.append(line(pieces))
    return "\\\n".join(lines)


def _pieces(run: Run, href: str, emphasis: str) -> Iterator[Piece]:
    if run.mark.code:
        yield href, emphasis, True, run.text
    elif href:
        yield href, emphasis, False, run.text
    else:
        for at, text in enumerate(PING.split(run.text)):
            if text:
                yield href, emphasis, at % 2 == 1, text


def line(pieces: list[Piece]) -> str:
    """Pieces as one line that may open a block."""
    groups = [(href, list(group)) for href, group in groupby(pieces, itemgetter(0))]
    written: list[str] = []
    before = ""
    for at, (href, group) in enumerate(groups):
        after = "" if at + 1 == len(groups) else "[" if groups[at + 1][0] else _first(groups[at + 1][1])
        if href:
            written.append(f"[{_emphasised(group, '[', ']')}]({_destination(href)})")
        else:
            written.append(_emphasised(group, before, after))
        before = written[-1][-1:]
    return _line_start("".join(written))


def _first(pieces: list[Piece]) -> str:
    return "`" if pieces[0][2] else pieces[0][3][0]


def _emphasised(pieces: list[Piece], before: str, after: str) -> str:
    """Pieces of one link, or outside of links. Emphasis that CommonMark would not see is left out.

    It sees an opening `**` if a letter follows, or if neither a letter nor another `*` is before it; the closing one
    likewise. Nothing is nested here, so this is the whole rule (CommonMark 0.31, section 6.2).
    """
    groups = [(emphasis, list(group)) for emphasis, group in groupby(pieces, itemgetter(1))]
    written: list[str] = []
    for at, (emphasis, group) in enumerate(groups):
        text = _plain(group, before == "`")
        if emphasis:
            last = at + 1 == len(groups)
            beyond = after if last else "*" if groups[at + 1][0] else _first(groups[at + 1][1])
            if _flanks(text[0], before) and _flanks(text[-1], beyond) and before != "*":
                text = f"{emphasis}{text}{emphasis}"
        written.append(text)
        before = text[-1:] or before
    return "".join(written)


def _flanks(inside: str, outside: str) -> bool:
    return inside.isalnum() or (outside != "*" and (not outside or outside.isspace() or outside in punctuation))


def _plain(pieces: list[Piece], after_code: bool) -> str:
    """Pieces of one emphasis: code and text. Code right after code would join its fence, so it becomes text."""
    written = []
    for is_code, group in groupby(pieces, itemgetter(2)):
        text = "".join([piece[3] for piece in group])
        written.append(code(text) if is_code and not after_code else escaped(text))
        after_code = False
    return "".join(written)


def code(text: str) -> str:
    """A code span."""
    fence = "`" * (longest_ticks(text) + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def escaped(text: str) -> str:
    """Text that is nothing but text, inside a line."""
    text = _SPECIAL.sub(r"\\\g<0>", text)
    if "&" in text:
        text = _ENTITY.sub("&amp;", text)
    return text.replace("<", "&lt;")


def _line_start(line: str) -> str:
    """Escape what would make the line a heading, a quote, an item, a rule or a row."""
    if line.startswith(("-", "+", "=", ">", "#", "|", ":-")):
        return "\\" + line
    return _NUMBER_START.sub(r"\1\\", line, count=1) if _NUMBER_START.match(line) else line


def _destination(href: str) -> str:
    href = _ENTITY.sub("&amp;", href)
    return f"<{href}>" if "(" in href or ")" in href else href


def longest_ticks(text: str) -> int:
    """How many backticks stand together at the most."""
    return max(map(len, _TICKS.findall(text)), default=0) if "`" in text else 0
