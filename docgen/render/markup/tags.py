"""What each tag means, and how a string is cut into tags and text.

The vocabulary is every tag name of 417,000 documentation strings (botocore 1.0.0, 1.12.83, 1.31.0, 1.44.5), and HTML
names that are safe to take for formatting. Any other name is a placeholder that somebody forgot to escape, as in
`arn:aws:iam::<account-id>:role`, and is shown unchanged.

This is our own tokenizer, not `html.parser`: that one is quadratic on some inputs, differs between versions of Python
on broken ones, and drops what it cannot read. On the strings above both see the same tags and text.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple


class HtmlTag(NamedTuple):
    """A known tag: the action, the block that it opens, and on which side of its text it is (or on both)."""

    action: str
    block: str
    name: str
    opens: bool
    closes: bool
    needs_end: bool = False


_ACTIONS: dict[str, dict[str, str]] = {
    # action: name of a tag → argument of the action
    "paragraph": dict.fromkeys(["p"], ""),
    "heading": dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], ""),
    "container": {"ul": "ul", "ol": "ol", "dl": "dl", "table": "table",
                  "note": "note", "important": "warning", "danger": "danger"},
    "part": {"li": "li", "dt": "dt", "dd": "dd", "tr": "tr", "td": "td", "th": "th"},
    "strong": dict.fromkeys(["b", "strong", "bold"], ""),
    "em": dict.fromkeys(["i", "em", "italics", "emphasis", "replaceable"], ""),
    "shift": {"sub": "sub", "sup": "sup"},
    "code": dict.fromkeys(["code", "literal", "filename", "function"], ""),
    "link": dict.fromkeys(["a", "link", "ulink"], ""),
    "line": {"br": ""},
    "pre": dict.fromkeys(["pre", "programlisting", "codeblock"], ""),
    "drop": dict.fromkeys(["fullname", "examples"], ""),
    # Blocks and runs without a style of their own.
    "block": dict.fromkeys(["div", "section", "para", "center", "xhtml", "zonbook", "enumvalues", "member", "caution",
                            "title", "thead", "tbody", "tfoot", "caption"], ""),
    "nothing": dict.fromkeys(["span", "font", "u", "text", "value", "copy"], ""),
}  # fmt: skip

_NEEDS_END = frozenset(
    "literal filename function link section member title text value copy caution "
    "pre programlisting codeblock fullname examples".split()
)
"""Names that also make good placeholders, or that change how the text inside is read: they need their end tag."""


def _tags_without_attributes() -> dict[str, HtmlTag]:
    """Return every known tag without attributes, as it is written, in lower case."""
    tags = {}
    for act, names in _ACTIONS.items():
        for name, what in names.items():
            tags[f"<{name}>"] = HtmlTag(act, what, name, opens=True, closes=False, needs_end=name in _NEEDS_END)
            tags[f"</{name}>"] = HtmlTag(act, what, name, opens=False, closes=True)
            tags[f"<{name}/>"] = HtmlTag(act, what, name, opens=True, closes=True)
    return tags


_KNOWN_TAGS = _tags_without_attributes()

# A tag ends at the first `>` outside quotes and holds no `<` at all, so no character is looked at twice.
_TAG_PATTERN = re.compile(r"""(</?[A-Za-z][^<>"']*(?:"[^"<]*"[^<>"']*|'[^'<]*'[^<>"']*)*>)""")
_TAG_NAME = re.compile(r"</?([A-Za-z][^\s/>]*)")
_HREF_ATTRIBUTE = re.compile(r"""[\s"'/](?:href|url)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]*))""", re.I)
_CHARACTER_REFERENCE = re.compile(
    r"&(?:#[0-9]{1,9}(?![0-9]);?|#[xX][0-9a-fA-F]{1,7}(?![0-9a-fA-F]);?|[A-Za-z][A-Za-z0-9]{1,31};?)"
)
_TERMINATED_REFERENCE = re.compile(r"&(?:#[0-9]{1,9}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});")
INVISIBLE_CHARACTERS = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls that are no white space
    "\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # invisible, or turning text around
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e0fff]|[\ud800-\udfff]"
)
_COMMENT_START = re.compile(r"<(?:!--|!\[|[!?](?=[A-Za-z]))")
_COMMENT_ENDS = {"<!--": "-->", "<![": "]]>"}


def tokenize(documentation: str) -> list[str]:
    """Cut a string into text, tag, text, …, tag, text."""
    if INVISIBLE_CHARACTERS.search(documentation):
        documentation = _without_invisible(documentation)
    if "<!" in documentation or "<?" in documentation:
        documentation = _without_comments(documentation)
    return _TAG_PATTERN.split(documentation)


def parse_tag(source: str) -> HtmlTag | None:
    """Return what a tag means, or None for a placeholder."""
    known = _KNOWN_TAGS.get(source)
    if known is None and (found := _TAG_NAME.match(source)):
        name = found[1].lower()
        if source[1] == "/":
            return _KNOWN_TAGS.get(f"</{name}>")
        known = _KNOWN_TAGS.get(f"<{name}/>" if source.endswith("/>") else f"<{name}>")
    return known


def href_attribute(source: str) -> str | None:
    """Return the address that a tag holds, or None if it has none.

    Only references that end in `;` are read, as HTML asks inside attributes: `?a=1&copy=2` means what it says.
    """
    found = _HREF_ATTRIBUTE.search(source)
    if not found:
        return None
    return _TERMINATED_REFERENCE.sub(lambda m: html.unescape(m[0]), found[1] or found[2] or found[3] or "")


def decode_references(text: str) -> str:
    """Return a text with its character references read. The length of a number is bounded, or int() would refuse."""
    return _without_invisible(_CHARACTER_REFERENCE.sub(lambda m: html.unescape(m[0]), text))


def _without_invisible(text: str) -> str:
    """Drop what has no width or turns the reading direction; a lone surrogate cannot be written, so it is replaced."""
    return INVISIBLE_CHARACTERS.sub(lambda m: "\ufffd" if "\ud800" <= m[0] <= "\udfff" else "", text)


def _without_comments(text: str) -> str:
    """Drop comments, declarations and processing instructions; one that never ends is text."""
    kept, start, position = [], 0, 0
    endless: set[str] = set()  # no end tag of this kind follows, so it is not searched again
    while found := _COMMENT_START.search(text, position):
        closing = _COMMENT_ENDS.get(found[0], ">")
        end = -1 if closing in endless else text.find(closing, found.end())
        if end < 0:
            endless.add(closing)
            position = found.end()
            continue
        kept.append(text[start : found.start()])
        start = position = end + len(closing)
    kept.append(text[start:])
    return "".join(kept)
