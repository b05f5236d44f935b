"""Short texts about a page, for lists, search results and link previews."""

from __future__ import annotations

import re

from docgen.render.markup.text import to_text

MAX_SENTENCE_LENGTH = 140
MAX_DESCRIPTION_LENGTH = 200
MAX_TITLE_LENGTH = 60

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"(])")


def first_sentence(documentation: str, limit: int = MAX_SENTENCE_LENGTH) -> str:
    """Return the first sentence of a documentation string as text, shortened at a word if needed; or empty."""
    text = " ".join(to_text(documentation).partition("\n\n")[0].split())
    return shorten(_SENTENCE_END.split(text, maxsplit=1)[0], limit)


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
