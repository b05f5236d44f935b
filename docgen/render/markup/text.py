"""A fragment as text for people: terminals, feeds, search."""

from __future__ import annotations

import re
from functools import lru_cache

from docgen.render.markup.flat import flat_text
from docgen.render.markup.parser import parse_documentation
from docgen.render.markup.tree import ADMONITION_LABELS, Block

_CONTINUATION_LINE = re.compile(r"\n(?=[^\n])")
_LISTS = ("ul", "ol")


@lru_cache(maxsize=8192)
def to_text(documentation: str) -> str:
    """Return a documentation string as text: paragraphs with a blank line between them, no hard line breaks.

    Items of lists start with "• " (of ordered ones too: the documented page has no numbers), their further lines are
    aligned with the first. A box is its label as a paragraph, then its paragraphs. A row of a table is one line.
    """
    flat = flat_text(documentation)
    return parsed_text(documentation) if flat is None else flat


def parsed_text(documentation: str) -> str:
    """Return what `to_text` returns, for any string, by way of its fragment."""
    return blocks_to_text(parse_documentation(documentation))


def blocks_to_text(blocks: tuple[Block, ...]) -> str:
    """Return the text of some blocks."""
    return "\n\n".join([_block_to_text(block) for block in blocks])


def _block_to_text(block: Block) -> str:
    name = block.name
    if name == "p":
        return "".join([run.text for run in block.runs])
    if name == "pre":
        return block.text
    if name in _LISTS:
        between = "\n" if is_tight(block) else "\n\n"
        return between.join(
            ["• " + indent_continuation_lines(_item_to_text(item.blocks, between), 2) for item in block.blocks]
        )
    if name in ADMONITION_LABELS:
        return f"{ADMONITION_LABELS[name]}\n\n{blocks_to_text(block.blocks)}"
    if name == "table":
        return "\n".join([_block_to_text(row) for row in block.blocks])
    if name == "tr":
        return "  ".join([" ".join(blocks_to_text(cell.blocks).split()) for cell in block.blocks]).strip()
    return blocks_to_text(block.blocks)


def _item_to_text(blocks: tuple[Block, ...], separator: str) -> str:
    return separator.join([_block_to_text(block) for block in blocks])


def is_tight(block: Block) -> bool:
    """Tell whether a list needs no blank lines: one paragraph each, perhaps with such a list below it."""
    return all(
        (below.name == "p" and index == 0) or (below.name in _LISTS and is_tight(below))
        for item in block.blocks
        for index, below in enumerate(item.blocks)
    )


def indent_continuation_lines(text: str, width: int) -> str:
    """Return a text with every line but the first moved to the right; blank lines stay empty."""
    return _CONTINUATION_LINE.sub("\n" + " " * width, text)
