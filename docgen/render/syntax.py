"""Syntax blocks as HTML: coloured, foldable by bracket, and with a link from each name to its row.

Everything is written at build time, from the rows of a block. The text of the elements, without `<small>` and without
the summary of folded values, is the documented block to the character, so that a copy is what botocore documents. The
letters of elements are short because a page has thousands of them: `<a>` is a name, `<i>` a string, `<b>` another
value, `<small>` a comment. All text comes from a model and is escaped here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape
from typing import NamedTuple, Protocol

from docgen.model.names import client_call, keyword_argument
from docgen.model.rows import BRACKETS, Row
from docgen.render.markup.plain import trusted_markup

FOLD_LINES_ABOVE = 8
"""Rows inside brackets above which they can be folded."""

MAX_OPEN_VALUES = 6
"""Values of an enum that are shown; the others are folded."""

_INDENTS = tuple(" " * 4 * level for level in range(110))


class SyntaxEntry(Protocol):
    """A row of a syntax block."""

    @property
    def row(self) -> Row:
        """The row."""

    @property
    def anchor(self) -> str:
        """HTML id of the row."""

    @property
    def line(self) -> int:
        """Number of the row, for the id of its line."""

    @property
    def same_as(self) -> str:
        """Anchor of the row with the same members, which are not repeated, or empty."""

    @property
    def omits_children(self) -> bool:
        """Whether the rows below it are left out."""


class _OpenRow(NamedTuple):
    """Brackets that are open: the depth and the level of their row, and what ends them."""

    depth: int
    level: int
    end: str


def syntax_html(
    entries: Sequence[SyntaxEntry],
    row_href: Callable[[str], str],
    line_prefix: str,
    *,
    method: str = "",
    is_request: bool = False,
    is_folded: bool = False,
) -> str:
    """Return the lines of a block as HTML.

    Args:
        entries: The rows, depth first.
        row_href: Returns the link to the row with an anchor.
        line_prefix: Begins the id of each line; the number of its row follows.
        method: The Python method that a request calls; empty for a part of a request and for a response.
        is_request: Whether the rows are those of a request.
        is_folded: Whether long brackets are closed at first.
    """
    if method and not entries:
        return trusted_markup(f"{escape(client_call(method))}()\n")
    commas, sizes = _commas_and_sizes(entries)
    parts = [f"{escape(client_call(method))}(\n"] if method else []
    waiting: list[_OpenRow] = []
    first_level = 1 if method else 0
    details = "<details>" if is_folded else "<details open>"
    for index, entry in enumerate(entries):
        row = entry.row
        depth, placeholder = row.depth, row.placeholder
        while waiting and waiting[-1].depth >= depth:
            parts.append(waiting.pop().end)
        level = waiting[-1].level + 1 if waiting else first_level
        if not placeholder or (row.name is None and row.path.endswith("{key}")):
            continue
        indent = _INDENTS[level]
        is_argument = is_request and depth == 0
        key = _key_html(entry, row, row_href, line_prefix, is_argument)
        comma = commas[index]
        if is_argument:
            comma = keyword_argument(row.name or "")[1] + comma
        comment = _comment(row)
        start, end = "", ""
        if row.since:
            start, end = f'<div data-since="{escape(row.since)}" title="since {escape(row.since)}">', "</div>"
        closing = BRACKETS.get(placeholder)
        if closing is None:
            value = _value_html(placeholder)
            if is_request and placeholder == "{}":  # the documented block breaks the line here
                value += f"\n{indent}"
            parts.append(f"{start}{indent}{key}{value}{comma}{comment}\n{end}")
        elif entry.same_as or entry.omits_children:
            link = (
                entry.same_as
                and f'<small>  <a href="{escape(row_href(entry.same_as))}"># see {escape(entry.same_as)}</a></small>'
            )
            parts.append(f"{start}{indent}{key}{row.placeholder}...{closing}{comma}{link or comment}\n{end}")
        else:
            last = f"{closing}{comma}\n{end}"
            if sizes[index] > FOLD_LINES_ABOVE and row.path:
                name = escape(f"{row.name or 'item'}: {sizes[index]:,} rows")
                summary = f'<summary aria-label="{name}">{row.placeholder}{comment}</summary>'
                parts.append(f"{start}{indent}{key}{details}{summary}\n")
                last = f"{indent}</details>{last}"
            else:
                parts.append(f"{start}{indent}{key}{row.placeholder}{comment}\n")
                last = indent + last
            waiting.append(_OpenRow(row.depth, level, last))
    while waiting:
        parts.append(waiting.pop().end)
    if method:
        last_parameter = next(entry.row for entry in reversed(entries) if entry.row.depth == 0)
        parts.append(")\n" if last_parameter.placeholder else "    \n)\n")  # as botocore documents it
    return trusted_markup("".join(parts))


def python_html(code: str) -> str:
    """Return Python code of samples and examples with its colours."""
    return trusted_markup("\n".join(map(_python_line_html, code.split("\n"))))


@lru_cache(maxsize=4096)
def _python_line_html(line: str) -> str:
    """Return a line of Python; no token spans two, and samples repeat them."""
    return _PYTHON_TOKEN.sub(_token_html, escape(line, quote=False))


def marked_syntax_html(text: str) -> str:
    """Return lines of a syntax block with marks, in the colours of `syntax_html`: strings and values, but no keys."""
    return trusted_markup(_SYNTAX_TOKEN.sub(_syntax_token_html, escape(text, quote=False)))


_SYNTAX_TOKEN = re.compile(
    r"'[^'\n]*'(?=: )|(?P<i>'[^'\n]*')"
    r"|(?P<b>b'bytes'(?:\|file)?|(?<![\w'])(?:True\|False|\d+(?:\.\d+)?|[A-Za-z]+\([^()\n]*\)(?=,?$)))",
    re.MULTILINE,
)


def _syntax_token_html(token: re.Match[str]) -> str:
    return _token_html(token) if token.lastgroup else token[0]


_PYTHON_TOKEN = re.compile(
    r"(?P<small>\#.*)|(?P<i>b?'(?:[^'\\\n]|\\.)*'|b?\"(?:[^\"\\\n]|\\.)*\")"
    r"|(?P<b>\b(?:as|except|for|in|try|None|True|False|\d+(?:\.\d+)?)\b)"
)


def _token_html(token: re.Match[str]) -> str:
    name = token.lastgroup
    return f"<{name}>{token[0]}</{name}>"


def request_html(code: str) -> str:
    """Return a request in another notation than Python with its colours: strings and comments."""
    text = escape(code, quote=False)
    return trusted_markup(_plain_request_html(text) or _REQUEST_TOKEN.sub(_token_html, text))


_REQUEST_TOKEN = re.compile(r"(?P<small>//(?<= //) .*)|(?P<i>\"[^\"\\\n]*(?:\\.[^\"\\\n]*)*\")")


def _plain_request_html(text: str) -> str | None:
    """Return what the expression makes of nearly all requests, in a third of its time; None if one is not as plain.

    In a plain request, every second quote ends a string, every string ends on its line, and every comment on its own.
    """
    parts = text.split('"')
    strings = parts[1::2]
    if len(parts) % 2 == 0 or "\\" in text or "\n" in "".join(strings):
        return None
    parts[1::2] = [f'<i>"{string}"</i>' for string in strings]
    if " // " in text:
        for index in range(0, len(parts), 2):
            if " // " in parts[index]:
                before, *comments = parts[index].split(" // ")
                if not all("\n" in comment for comment in comments):
                    return None
                lines = [comment.replace("\n", "</small>\n", 1) for comment in comments]
                parts[index] = " <small>// ".join([before, *lines])
    return "".join(parts)


def _key_html(entry: SyntaxEntry, row: Row, row_href: Callable[[str], str], line_prefix: str, is_argument: bool) -> str:
    name = row.name
    if name is None:
        return "<i>'string'</i>: " if row.path.endswith("{value}") else ""
    start = f'<a id="{line_prefix}{entry.line}" href="{_escape_href(row_href(entry.anchor))}">'
    if not is_argument:
        return f"'{start}{_escape_name(name)}</a>': "
    after = keyword_argument(name)[1]
    if after == "":
        return f"{start}{_escape_name(name)}</a>="
    literal = repr(name)
    return f"**{{{literal[0]}{start}{_escape_name(literal[1:-1])}</a>{literal[0]}: "


def _escape_name(name: str) -> str:
    return name if name.isalnum() else escape(name)


def _escape_href(href: str) -> str:
    return escape(href) if _SPECIAL.search(href) else href


_SPECIAL = re.compile("[&<>\"']")


def _comment(row: Row) -> str:
    """Return what follows a line for readers, and is not copied."""
    if not (row.required or row.since or row.deprecated is not None):
        return ""
    words = []
    if row.required:
        words.append("<b>required</b>")
    if row.since:
        words.append(f"since {escape(row.since)}")
    if row.deprecated is not None:
        words.append("deprecated")
    return f"<small>  # {', '.join(words)}</small>"


@lru_cache(maxsize=4096)
def _value_html(placeholder: str) -> str:
    """Return a value with its colour; of an enum with many values, the first are shown and the others folded."""
    if not placeholder.startswith("'"):
        return f"<b>{escape(placeholder)}</b>"
    values = placeholder.split("|'")
    if len(values) <= MAX_OPEN_VALUES + 1:
        return f"<i>{'|<wbr>'.join(_quoted_values(values))}</i>"
    shown = list(_quoted_values(values))
    first, others = "|<wbr>".join(shown[:MAX_OPEN_VALUES]), "|<wbr>".join(shown[MAX_OPEN_VALUES:])
    more = len(shown) - MAX_OPEN_VALUES
    return f'<i>{first}|</i><details class="vals"><summary>… {more:,} more</summary><i>{others}</i></details>'


def _quoted_values(values: Sequence[str]) -> list[str]:
    return [escape(value if index == 0 else f"'{value}") for index, value in enumerate(values)]


def _commas_and_sizes(entries: Sequence[SyntaxEntry]) -> tuple[list[str], list[int]]:
    """Return the comma after each row, and the number of rows below it."""
    commas, sizes = [""] * len(entries), [0] * len(entries)
    around: list[tuple[int, int, bool]] = []  # index, depth, and whether the row has a name
    for index, entry in enumerate(entries):
        row = entry.row
        depth, has_name = row.depth, row.name is not None
        while around and around[-1][1] >= depth:
            before, depth_before, had_name = around.pop()
            sizes[before] = index - before - 1
            if had_name and depth_before == depth:
                commas[before] = ","
        around.append((index, depth, has_name))
        if not has_name and row.path.endswith("[]"):
            commas[index] = ","
    for before, _, _ in around:
        sizes[before] = len(entries) - before - 1
    return commas, sizes
