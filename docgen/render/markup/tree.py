"""The types of a fragment: what a documentation string says once it is well-formed.

A fragment is a tuple of blocks. A block holds blocks, or runs, or (`pre`) one string:

    p                    runs
    ul ol                li …
    dl                   dt dd …
    table                tr …, and a tr th td …
    li dt dd th td       blocks
    note warning danger  blocks; the boxes
    pre                  one string with its line breaks

A paragraph is flat: a run is text with a mark that says all that is true of it. The order in which the marks nest is
then ours (link, strong, em, sub or sup, code), so it is always valid, whatever was open in the input.
White space is one blank between words, and never at the edge of a marked stretch (CommonMark could not say `** a**`).
"""

from __future__ import annotations

from typing import NamedTuple


class Link(NamedTuple):
    """An `a` of the input: a checked address, or "" when its text may name an operation.

    The serial number tells two neighbouring links to one address from one link in two runs.
    """

    href: str
    serial: int


class Mark(NamedTuple):
    """All that is true of a run. `code` is a serial number for the same reason as a link's; 0 is no code."""

    link: Link | None = None
    strong: bool = False
    em: bool = False
    shift: str = ""  # "sub" or "sup"
    code: int = 0


class Run(NamedTuple):
    """A stretch of text with one mark."""

    text: str
    mark: Mark


class Block(NamedTuple):
    """A block and what it holds; `name` is one of those above."""

    name: str
    blocks: tuple[Block, ...] = ()
    runs: tuple[Run, ...] = ()
    text: str = ""


NO_MARK = Mark()
LINE_BREAK = Run("\n", Mark(shift="br"))
"""Stands between two runs; known by identity."""

ADMONITION_LABELS = {"note": "Note", "warning": "Warning", "danger": "Danger"}
"""The label of each box. The page that botocore documents calls an `important` a warning."""


def operation_candidate(runs: tuple[Run, ...], index: int) -> str | None:
    """Return the text of the run at an index if all of a `code` or of an `a` without address, else None.

    Only such a text may name an operation, and so become a link to its page.
    """
    text, (link, _, _, _, code) = runs[index]
    if not text.isalnum() or not (code if link is None else not link.href):
        return None
    for neighbour in (index - 1, index + 1):
        if 0 <= neighbour < len(runs):
            other = runs[neighbour].mark
            if (link and other.link == link) or (code and other.code == code):
                return None
    return text
