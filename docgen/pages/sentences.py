"""The few words with which a page is announced: in a list, in a result of a search, in a link that someone shares."""

from __future__ import annotations

import re

from docgen.render.markup.text import to_text

MAX_SENTENCE_LENGTH = 140
MAX_DESCRIPTION_LENGTH = 200
MAX_TITLE_LENGTH = 60

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"(])")


def first_sentence(documentation: str, limit: int = MAX_SENTENCE_LENGTH) -> str:
    """The first sentence of a documentation string as text, cut at a word where it is long; empty if there is none."""
    text = " ".join(to_text(documentation).partition("\n\n")[0].split())
    return shorten(_SENTENCE_END.split(text, maxsplit=1)[0], limit)


def lead_paragraph(documentation: str) -> str:
    """The first paragraph of a documentation string that says something, as text: no title, no name alone."""
    paragraphs = [" ".join(each.split()) for each in to_text(documentation).split("\n\n")]
    return next((each for each in paragraphs if len(each) > MAX_TITLE_LENGTH), "")


def page_description(*sentences: str) -> str:
    """What a page says of itself in its head: as many of the sentences as fit."""
    return shorten(" ".join(" ".join(sentences).split()), MAX_DESCRIPTION_LENGTH)


def shorten(text: str, limit: int) -> str:
    """The text, or what stands before the last word that does not fit."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rpartition(" ")[0].rstrip(",;:–- ") + "…"
