r"""Makes text of strangers safe to print: one function for each medium that people read.

| medium                          | function             | a right-to-left override becomes |
|---------------------------------|----------------------|----------------------------------|
| terminal, Markdown, HTML, feeds | `visible_text`       | the characters `\x202e`          |
| one line of any of these        | `visible_line`       | the characters `\x202e`          |
| JSON and scripts made of it     | `json_text`          | `\u202e`, which means the same   |
| workflow commands of GitHub     | `annotation_text`    | the characters `\x202e`          |

Characters that move the cursor, change colours, end a line, reverse the text around them or are invisible never reach
a person as they are. `visible_text` keeps line feeds and tabs. Joiners and blanks of scripts and emoji stay.
"""

from __future__ import annotations

import re

UNSAFE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls of C0 and C1, but not tab and line feed
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks, embeddings, overrides and isolates of bidirectional text
    "\u2028\u2029\ufeff\ufff9-\ufffb"  # line and paragraph separators, byte order mark, annotations
    "\U000e0000-\U000e007f\ud800-\udfff"  # invisible copies of ASCII, halves of characters
)
"""The characters that no medium gets, as the inside of a class of a regular expression."""

_UNSAFE = re.compile(f"[{UNSAFE}]")
_SAFE_ASCII = bytes(code for code in range(0x7F) if code >= 0x20 or code in b"\t\n")


def visible_text(text: str) -> str:
    r"""Return a text whose unsafe characters are written as `\xNN`."""
    return _UNSAFE.sub(_hexadecimal, text)


def visible_utf8(text: str) -> bytes:
    """Return what `visible_text` returns as UTF-8, in a third of the time for a whole page."""
    try:
        data = text.encode()
    except UnicodeEncodeError:  # half of a character
        return visible_text(text).encode()
    return data if _is_safe_utf8(data) else visible_text(text).encode()


def json_utf8(data: bytes) -> bytes:
    """Return what `json_text` returns for a JSON document in UTF-8."""
    return data if _is_safe_utf8(data) else json_text(data.decode()).encode()


def _is_safe_utf8(data: bytes) -> bool:
    """Return whether UTF-8 has no unsafe character. Most pages have few characters but those of ASCII."""
    others = data.translate(None, _SAFE_ASCII)
    return not others or not _UNSAFE.search(others.decode())


def visible_line(text: str) -> str:
    r"""Return a text on one line: every character that is not printable, such as a line break, is written as `\xNN`."""
    return text if text.isprintable() else "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def json_text(text: str) -> str:
    r"""Return a JSON document whose unsafe characters are written as `\uNNNN`. It means the same.

    JSON itself allows controls of C0 nowhere but between its tokens, where only blanks and line breaks are legal.
    """
    return _UNSAFE.sub(_json_escape, text)


def annotation_text(text: str) -> str:
    """Return the message of a workflow command: a line break would end it and start the next command."""
    lines = visible_text(text.replace("\r", "\\x0d"))
    return lines.replace("%", "%25").replace("\n", "%0A")


def annotation_property(text: str) -> str:
    """Return a property of a workflow command, which a colon or a comma would end as well."""
    return annotation_text(text).replace(":", "%3A").replace(",", "%2C")


def _hexadecimal(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"


def _json_escape(found: re.Match[str]) -> str:
    data = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{data[at : at + 4]}" for at in range(0, len(data), 4))
