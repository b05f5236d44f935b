"""Well-formed documentation strings as HTML, Markdown and text, without the parser.

Nearly all strings are paragraphs, lists of paragraphs and boxes of paragraphs, whose text has marks, but none inside
another. One regular expression proves it for a string, and the three formats then differ from it only in tags. The rest
is left to the parser. The output is that of the emitters of a fragment, letter by letter: tests compare the two for all
strings of a release, and so does a fuzz target.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from docgen.render.markup.commonmark import (
    block_quote,
    emphasized,
    escape_inline,
    escape_line_start,
    has_mention,
    link_destination,
)
from docgen.render.markup.links import LinkResolver, resolve_operation, safe_url
from docgen.render.markup.tags import INVISIBLE_CHARACTERS
from docgen.render.markup.tree import ADMONITION_LABELS

_BOXES = {"note": "note", "important": "warning", "danger": "danger"}

_WORDS = r"(?!\s)[^<>&`]++(?<!\s)"
_HREF = r"""[^\s<>&"'`]++"""
_ELEMENT = rf"<(?:code>{_WORDS}</code|b>{_WORDS}</b|i>{_WORDS}</i|a>{_WORDS}</a|a href=\"{_HREF}\">{_WORDS}</a)>"
_TEXT = r"[^<>&]*+"
_INLINE = rf"{_TEXT}(?:{_ELEMENT}{_TEXT})*+"
_PARAGRAPH = rf"<p>{_INLINE}</p>"
_ITEM = rf"<li>\s*+(?:{_PARAGRAPH}\s*+|{_INLINE})</li>"
_LIST = rf"<(?:ul>\s*+(?:{_ITEM}\s*+)++</ul|ol>\s*+(?:{_ITEM}\s*+)++</ol)>"
_BOX = "|".join(rf"{name}>\s*+(?:{_PARAGRAPH}\s*+)++</{name}" for name in _BOXES)
_BLOCK = rf"(?:{_PARAGRAPH}|{_LIST}|<(?:{_BOX})>)"

_PLAIN = re.compile(rf"<p>({_TEXT})</p>|({_TEXT})")
_FLAT = re.compile(rf"{_INLINE}|\s*+(?:{_BLOCK}\s*+)++")
_BLOCKS = re.compile(_BLOCK)
_ITEMS = re.compile(_ITEM)
_ELEMENTS = re.compile('<(code|b|i|a)(?: href="([^"]*+)")?>([^<]*+)</[a-z]++>')  # of a string that `_FLAT` matched
_TOUCHING = re.compile(r"</(?:code|b|i|a)>\s*+<(?!/)")  # a blank between two marks depends on both


class FlatBlock(NamedTuple):
    """A paragraph, a list or a box (see `tree`), and its paragraphs, as they are in the string but for white space."""

    name: str
    paragraphs: tuple[str, ...]


@lru_cache(maxsize=2048)
def read_flat(documentation: str) -> tuple[FlatBlock, ...] | None:
    """Return the blocks of a documentation string, or None if the parser has to read it."""
    plain = _PLAIN.fullmatch(documentation)
    if plain is None and _FLAT.fullmatch(documentation) is None:
        return None
    if not (documentation.isascii() and documentation.isprintable()) and INVISIBLE_CHARACTERS.search(documentation):
        return None
    if plain is not None:
        text = " ".join((plain[1] or plain[2] or "").split())
        if text:
            return (FlatBlock("p", (text,)),)
        return None if documentation.startswith("<p>") else ()
    if _TOUCHING.search(documentation):
        return None
    text = " ".join(documentation.split())
    if not text.startswith(("<p>", "<ul>", "<ol>", "<note>", "<important>", "<danger>")):
        return (FlatBlock("p", (text,)),)
    if text.startswith("<p>") and text.find("</p>") == len(text) - 4:
        text = text[3:-4].strip()
        return (FlatBlock("p", (text,)),) if text else None
    blocks: list[FlatBlock] = []
    for found in _BLOCKS.findall(text):
        block = _read_block(found)
        if not all(block.paragraphs):  # a block without text has no place in a fragment
            return None
        if blocks and block.name in ("ul", "ol") and blocks[-1].name in ("ul", "ol"):
            return None
        blocks.append(block)
    return tuple(blocks)


def _read_block(source: str) -> FlatBlock:
    name = source[1 : source.index(">")]
    if name == "p":
        return FlatBlock("p", (source[3:-4].strip(),))
    if name in _BOXES:
        inside = source[len(name) + 2 : -len(name) - 3]
        return FlatBlock(_BOXES[name], tuple([text.strip() for text in re.findall("<p>(.*?)</p>", inside)]))
    items = [item[4:-5].strip() for item in _ITEMS.findall(source)]
    return FlatBlock(name, tuple([item[3:-4].strip() if item.startswith("<p>") else item for item in items]))


def flat_html(documentation: str, resolve: LinkResolver | None) -> str | None:
    """Return a documentation string as HTML, or None if the parser has to read it.

    There is nothing to clean: the string has no other brackets, ampersands and attributes than those that were matched.
    """
    blocks = read_flat(documentation)
    if blocks is None:
        return None
    written = []
    for name, paragraphs in blocks:
        texts = [_paragraph_to_html(text, resolve) if "<" in text else text for text in paragraphs]
        if None in texts:
            return None
        if name == "p":
            written.append(f"<p>{texts[0]}</p>")
        elif name in ADMONITION_LABELS:
            inside = "\n".join([f"<p>{text}</p>" for text in texts])
            written.append(f'<div class="adm {name}"><p class="label">{ADMONITION_LABELS[name]}</p>\n{inside}</div>')
        else:
            inside = "\n".join([f"<li>{text}</li>" for text in texts])
            written.append(f"<{name}>{inside}</{name}>")
    return "\n".join(written)


def _paragraph_to_html(source: str, resolve: LinkResolver | None) -> str | None:
    first, *parts = _ELEMENTS.split(source)
    written = [first]
    for name, address, text, after in zip(parts[::4], parts[1::4], parts[2::4], parts[3::4], strict=True):
        if name == "b":
            written.append(f"<strong>{text}</strong>{after}")
        elif name == "i":
            written.append(f"<em>{text}</em>{after}")
        elif address is not None:
            href = safe_url(address)
            if not href:
                return None
            written.append(f"{_link_start(href)}{text}</a>{after}")
        else:
            inside = f"<code>{text}</code>" if name == "code" else text
            href = _operation_href(text, resolve)
            written.append(f"{_link_start(href)}{inside}</a>{after}" if href else inside + after)
    return "".join(written)


def _link_start(href: str) -> str:
    address = href.replace("&", "&amp;")
    return f'<a href="{address}" rel="noopener">' if ":" in href else f'<a href="{address}">'


def _operation_href(text: str, resolve: LinkResolver | None) -> str:
    return resolve_operation(resolve, text) if text.isalnum() else ""


def flat_text(documentation: str) -> str | None:
    """Return a documentation string as text, or None if the parser has to read it."""
    blocks = read_flat(documentation)
    if blocks is None:
        return None
    written = []
    for name, paragraphs in blocks:
        texts = [_without_tags(text) for text in paragraphs]
        if name in ADMONITION_LABELS:
            written.append("\n\n".join([ADMONITION_LABELS[name], *texts]))
        else:
            written.append(texts[0] if name == "p" else "\n".join([f"• {text}" for text in texts]))
    return "\n\n".join(written)


def flat_prose(documentation: str) -> list[str] | None:
    """Return the paragraphs that are not in lists, as text, those of boxes last; None if the parser has to read it."""
    blocks = read_flat(documentation)
    if blocks is None:
        return None
    names = ("p", *ADMONITION_LABELS)
    prose = sorted([block for block in blocks if block.name in names], key=lambda block: block.name != "p")
    return [_without_tags(text) for block in prose for text in block.paragraphs]


_TAGS = re.compile("<[^>]*>")


def _without_tags(source: str) -> str:
    return _TAGS.sub("", source) if "<" in source else source


def flat_markdown(documentation: str, resolve: LinkResolver | None) -> str | None:
    """Return a documentation string as CommonMark, or None if the parser has to read it."""
    blocks = read_flat(documentation)
    if blocks is None:
        return None
    written = []
    for name, paragraphs in blocks:
        texts = []
        for source in paragraphs:
            text = _paragraph_to_markdown(source, resolve)
            if text is None:
                return None
            texts.append(text)
        if name == "p":
            written.append(texts[0])
        elif name in ADMONITION_LABELS:
            written.append(block_quote("\n\n".join([f"**{ADMONITION_LABELS[name]}**", *texts])))
        elif name == "ul":
            written.append("\n".join([f"- {text}" for text in texts]))
        else:
            written.append("\n".join([f"{number}. {text}" for number, text in enumerate(texts, start=1)]))
    return "\n\n".join(written)


def _paragraph_to_markdown(source: str, resolve: LinkResolver | None) -> str | None:
    if "<" not in source:
        return None if has_mention(source) else escape_line_start(escape_inline(source))
    stretches, elements = _text_and_elements(source, resolve)
    if any(map(has_mention, stretches)):
        return None
    written = [escape_inline(stretches[0])]
    for (name, text, href), after in zip(elements, stretches[1:], strict=True):
        if name == "code":
            text = f"`{text}`"
        elif name == "a":
            if not href:
                return None
            text = escape_inline(text)
        elif has_mention(text):
            return None
        else:
            text = emphasized(escape_inline(text), "**" if name == "b" else "*", written[-1][-1:], after[:1])
        written.append(f"[{text}]({link_destination(href)})" if href else text)
        written.append(escape_inline(after))
    return escape_line_start("".join(written))


def _text_and_elements(source: str, resolve: LinkResolver | None) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Return the text before, between and after the elements of a paragraph, and the name, text and link of each."""
    first, *parts = _ELEMENTS.split(source)
    stretches, elements = [first], []
    for name, address, text, after in zip(parts[::4], parts[1::4], parts[2::4], parts[3::4], strict=True):
        if address is not None:
            href = safe_url(address)
        else:
            href = _operation_href(text, resolve) if name in ("code", "a") else ""
            if name == "a" and not href:
                stretches[-1] += text + after
                continue
        elements.append((name, text, href))
        stretches.append(after)
    return stretches, elements
