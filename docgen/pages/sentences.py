"""Short texts about a page, for lists, search results and link previews."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from docgen.render.markup.flat import flat_prose
from docgen.render.markup.parser import parse_documentation
from docgen.render.markup.text import to_text
from docgen.render.markup.tree import ADMONITION_LABELS, Block

MAX_SENTENCE_LENGTH = 140
MAX_DESCRIPTION_LENGTH = 200
MAX_TITLE_LENGTH = 60
_NO_PROSE = frozenset(("ul", "ol", "table", "pre"))

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"(])")


@lru_cache(maxsize=2048)
def first_sentence(documentation: str, limit: int = MAX_SENTENCE_LENGTH) -> str:
    """Return the first sentence of a documentation string as text, shortened at a word if needed; or empty.

    It is the first one of prose. That of a box such as a note or a warning counts only where there is no other, and the
    label of a box never does.
    """
    text = next((" ".join(each.split()) for each in _paragraphs(documentation) if each.strip()), "")
    return shorten(_SENTENCE_END.split(text, maxsplit=1)[0], limit)


def _paragraphs(documentation: str) -> Iterator[str]:
    """Yield the paragraphs of a documentation string, prose first, as text."""
    flat = flat_prose(documentation)
    if flat is not None:
        yield from flat
    else:
        blocks = parse_documentation(documentation)
        yield from _prose(blocks, in_boxes=False)
        yield from _prose(blocks, in_boxes=True)
    yield from to_text(documentation).split("\n\n")


def _prose(blocks: Iterable[Block], *, in_boxes: bool) -> Iterator[str]:
    """Yield the paragraphs among some blocks, without those of lists and tables."""
    for block in blocks:
        if block.name == "p":
            yield "".join(run.text for run in block.runs)
        elif block.name not in _NO_PROSE and (in_boxes or block.name not in ADMONITION_LABELS):
            yield from _prose(block.blocks, in_boxes=in_boxes)


def lead_paragraph(documentation: str) -> str:
    """Return the first paragraph of a documentation string that is more than a title or a name, as text."""
    paragraphs = [" ".join(each.split()) for each in to_text(documentation).split("\n\n")]
    return next((each for each in paragraphs if len(each) > MAX_TITLE_LENGTH), "")


def page_description(*sentences: str) -> str:
    """Return as many of the sentences as fit into the description of a page."""
    return shorten(" ".join(" ".join(sentences).split()), MAX_DESCRIPTION_LENGTH)


def shorten(text: str, limit: int) -> str:
    """Return a text, shortened to whole words and an ellipsis if it is longer than `limit`."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rpartition(" ")[0].rstrip(",;:–- ") + "…"
