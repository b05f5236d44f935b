"""Lines of CommonMark: what is escaped in a text, and how code, emphasis and links are written.

Only what CommonMark, or GitHub's extensions of it, would take for mark-up is escaped, so the source stays readable.
Words that GitHub would make ping a person or an issue (`@name`, `#12`) are set as code: nothing pings inside code.
"""

from __future__ import annotations

import re
from itertools import groupby
from operator import itemgetter
from string import punctuation

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
_COMMON_MARKUP_CHARACTERS = re.compile(r"[\\`*\[\]~$_!]")  # the search for these alone is much faster
_ENTITY = re.compile(r"&(?=[#A-Za-z]|$)")
_NUMBERED_ITEM_START = re.compile(r"([0-9]{1,9})(?=[.)](?:\s|$))")
_BACKTICKS = re.compile("`+")


def has_mention(text: str) -> bool:
    """Return whether a text has something that would notify a person or an issue."""
    return ("@" in text or "#" in text or "GH-" in text) and GITHUB_MENTION.search(text) is not None


def spans_to_line(spans: list[Span]) -> str:
    """Return spans as one line that may open a block."""
    groups = [(href, list(group)) for href, group in groupby(spans, itemgetter(0))]
    written: list[str] = []
    before = ""
    for index, (href, group) in enumerate(groups):
        after = (
            "" if index + 1 == len(groups) else "[" if groups[index + 1][0] else _first_character(groups[index + 1][1])
        )
        if href:
            written.append(f"[{_emphasized_text(group, '[', ']')}]({link_destination(href)})")
        else:
            written.append(_emphasized_text(group, before, after))
        before = written[-1][-1:]
    return escape_line_start("".join(written))


def _first_character(spans: list[Span]) -> str:
    return "`" if spans[0][2] else spans[0][3][0]


def _emphasized_text(spans: list[Span], before: str, after: str) -> str:
    """Return the spans of one link, or outside of links, with their emphasis."""
    groups = [(emphasis, list(group)) for emphasis, group in groupby(spans, itemgetter(1))]
    written: list[str] = []
    for index, (emphasis, group) in enumerate(groups):
        text = _spans_text(group, before == "`")
        if emphasis:
            last = index + 1 == len(groups)
            beyond = after if last else "*" if groups[index + 1][0] else _first_character(groups[index + 1][1])
            text = emphasized(text, emphasis, before, beyond)
        written.append(text)
        before = text[-1:] or before
    return "".join(written)


def emphasized(text: str, emphasis: str, before: str, after: str) -> str:
    """Return a text with `**` or `*` around it, unless CommonMark would not see them between two characters.

    It sees an opening `**` if a letter follows, or if neither a letter nor another `*` is before it; the closing one
    likewise. Nothing is nested here, so this is the whole rule (CommonMark 0.31, section 6.2).
    """
    is_seen = _is_flanking(text[0], before) and _is_flanking(text[-1], after) and before != "*"
    return f"{emphasis}{text}{emphasis}" if is_seen else text


def _is_flanking(inside: str, outside: str) -> bool:
    return inside.isalnum() or (outside != "*" and (not outside or outside.isspace() or outside in punctuation))


def _spans_text(spans: list[Span], after_code: bool) -> str:
    """Return the spans of one emphasis. Code right after code would join its fence, so it becomes text."""
    written = []
    for is_code, group in groupby(spans, itemgetter(2)):
        text = "".join([piece[3] for piece in group])
        written.append(inline_code(text) if is_code and not after_code else escape_inline(text))
        after_code = False
    return "".join(written)


def inline_code(text: str) -> str:
    """Return a code span."""
    fence = "`" * (longest_backtick_run(text) + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def escape_inline(text: str) -> str:
    """Escape text inside a line so that nothing in it is markup."""
    if _COMMON_MARKUP_CHARACTERS.search(text) or "://" in text or "www." in text:
        text = _MARKUP_CHARACTERS.sub(r"\\\g<0>", text)
    if "&" in text:
        text = _ENTITY.sub("&amp;", text)
    return text.replace("<", "&lt;")


def escape_line_start(line: str) -> str:
    """Escape what would make the line a heading, a quote, an item, a rule or a row."""
    if line.startswith(("-", "+", "=", ">", "#", "|", ":-")):
        return "\\" + line
    return _NUMBERED_ITEM_START.sub(r"\1\\", line, count=1) if _NUMBERED_ITEM_START.match(line) else line


def link_destination(href: str) -> str:
    """Return an address as the target of a link."""
    href = _ENTITY.sub("&amp;", href)
    return f"<{href}>" if "(" in href or ")" in href else href


def longest_backtick_run(text: str) -> int:
    """Return the length of the longest run of backticks."""
    return max(map(len, _BACKTICKS.findall(text)), default=0) if "`" in text else 0


def block_quote(text: str) -> str:
    """Return a text as a block quote."""
    return "\n".join([f"> {line}" if line else ">" for line in text.split("\n")])
