"""Syntax blocks in HTML: the documented block to the character, with everything from the model escaped."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from docgen.locate import open_source
from docgen.model.parse import parse
from docgen.model.row_details import RowDetails
from docgen.model.service import Service
from docgen.pages.operation.view import operation_view
from docgen.render.row_words import details_html, details_markdown, limit_words
from docgen.render.syntax import marked_syntax_html, python_html, request_html, syntax_html

ROOT = Path(__file__).parent.parent.parent
MICRO = parse((ROOT / "tests" / "data" / "micro" / "service-2.json").read_bytes(), "micro")
HOSTILE = "<img src=x onerror=alert(1)>'|'\"&"


class _Copied(HTMLParser):
    """What a reader copies: the text without comments and summaries of folded values."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()
        self.open: list[tuple[str, bool, bool]] = []  # tag, has folded values, is not copied

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "wbr":
            return
        in_values = bool(self.open) and self.open[-1][1]
        skipped = tag == "small" or (tag == "summary" and in_values) or (bool(self.open) and self.open[-1][2])
        self.open.append((tag, ("class", "vals") in attrs, skipped))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if not (self.open and self.open[-1][2]):
            self.text += data


def copied(html: str) -> _Copied:
    parser = _Copied()
    parser.feed(str(html))
    parser.close()
    assert parser.open == []
    return parser


def services() -> list[Service]:
    """Return the model with all kinds of members, and the example models."""
    releases = open_source(str(ROOT / "models")).releases()
    return [MICRO, *(parse(file.read(), file.location) for file in releases[-1].latest_models())]


@pytest.mark.parametrize("is_folded", [False, True])
def test_a_copy_is_the_documented_block(is_folded: bool) -> None:
    for service in services():
        for operation in service.operations.values():
            view = operation_view(service, operation)
            if not view.rows.is_plain:
                continue
            links, syntax = view.page_links(), view.syntax
            request = syntax_html(
                view.rows.parameters,
                links.row_href,
                "in",
                method=syntax.method,
                is_request=True,
                is_folded=is_folded,
            )
            assert copied(request).text.rstrip("\n") == syntax.request_syntax
            if view.rows.response:
                response = syntax_html(view.rows.response, links.row_href, "out", is_folded=is_folded)
                assert copied(response).text.rstrip("\n") == syntax.response_syntax


def hostile_service() -> Service:
    """Return a model whose names, values and patterns are markup."""
    text = json.dumps(
        {
            "metadata": {"apiVersion": "2020-01-01"},
            "operations": {"Ping": {"name": "Ping", "input": {"shape": "In"}, "output": {"shape": "In"}}},
            "shapes": {
                "In": {
                    "type": "structure",
                    "required": [HOSTILE],
                    "members": {
                        HOSTILE: {"shape": "Kind"},
                        "Many": {"shape": "Deep"},
                    },
                },
                "Deep": {"type": "structure", "members": {f"{HOSTILE}{n}": {"shape": "Kind"} for n in range(12)}},
                "Kind": {"type": "string", "enum": [f"{HOSTILE}{n}" for n in range(20)], "pattern": HOSTILE},
            },
        }
    )
    return parse(text.encode(), "hostile")


def test_hostile_names_and_values_stay_text() -> None:
    service = hostile_service()
    view = operation_view(service, service.operations["Ping"])
    links = view.page_links()
    found = copied(syntax_html(view.rows.parameters, links.row_href, "in", method="ping", is_request=True))
    assert found.text.rstrip("\n") == view.syntax.request_syntax
    assert found.tags == {"a", "b", "details", "i", "small", "summary", "wbr"}
    details = view.rows.parameters[0].row.details
    assert details
    listed = copied(details_html(details._replace(values_since=(HOSTILE,) * 20)))
    assert listed.tags == {"code", "details", "p", "small", "summary"}
    assert listed.text.count(HOSTILE) == 21


def test_a_member_links_to_its_row_and_tells_that_it_is_required() -> None:
    service = hostile_service()
    view = operation_view(service, service.operations["Ping"])
    html = syntax_html(view.rows.parameters, view.page_links().row_href, "in", method="ping", is_request=True)
    assert '<a id="in1" href="#request.Many">Many</a>=' in html
    assert html.count("<b>required</b>") == 1
    assert view.page_links().line_href(view.rows.parameters[1]) == "#in1"


@pytest.mark.parametrize(
    ("line", "html"),
    [
        ("    'Name': 'string',", "    'Name': <i>'string'</i>,"),
        ("    Kind='a'|'b',", "    Kind=<i>'a'</i>|<i>'b'</i>,"),
        ("    Count123=123,", "    Count123=<b>123</b>,"),
        ("    'On': True|False,", "    'On': <b>True|False</b>,"),
        ("    'At': datetime(2015, 1, 1),", "    'At': <b>datetime(2015, 1, 1)</b>,"),
        ("    Body=b'bytes'|file,", "    Body=<b>b'bytes'|file</b>,"),
        ("    'Of': {'... recursive ...'}", "    'Of': {<i>'... recursive ...'</i>}"),
        ("client.ping(", "client.ping("),
        (f"    '{HOSTILE}': 'string'", None),
    ],
)
def test_lines_with_marks_have_the_colours_of_the_reference(line: str, html: str | None) -> None:
    found = copied(marked_syntax_html(line))
    assert found.text == line
    assert found.tags <= {"i", "b"}
    assert html is None or marked_syntax_html(line) == html


@pytest.mark.parametrize(
    ("details", "words"),
    [
        (RowDetails("string", 1, 255), "1 to 255 characters"),
        (RowDetails("string", 0, 1), "at most 1 character"),
        (RowDetails("list", None, 50), "at most 50 items"),
        (RowDetails("map", 1, None), "at least 1 entry"),
        (RowDetails("blob", 3, 3), "exactly 3 bytes"),
        (RowDetails("integer", 0, 2048), "0 to 2,048"),
        (RowDetails("float", 0.5, None), "at least 0.5"),
        (RowDetails("string", 0, None), ""),
        (RowDetails("string"), ""),
    ],
)
def test_limits_are_words(details: RowDetails, words: str) -> None:
    assert limit_words(details) == words


def tokens_html(code: str, tokens: str) -> str:
    """Code with its colours, by one expression over all of it."""
    return re.sub(tokens, lambda found: f"<{found.lastgroup}>{found[0]}</{found.lastgroup}>", escape(code, quote=False))


@pytest.mark.parametrize("write", [request_html, python_html])
def test_code_has_the_colours_that_one_expression_over_all_of_it_gives(write: Callable[[str], str]) -> None:
    request = r"(?P<small>(?<= )// .*)|(?P<i>\"(?:[^\"\\\n]|\\.)*\")"
    python = (
        r"(?P<small>\#.*)|(?P<i>b?'(?:[^'\\\n]|\\.)*'|b?\"(?:[^\"\\\n]|\\.)*\")"
        r"|(?P<b>\b(?:as|except|for|in|try|None|True|False|\d+(?:\.\d+)?)\b)"
    )
    pieces = ["x: ", '"s"', "'s'", '"', "'", "b", "\\", "\n", " // c\n", "//", " // ", "#", "in", "1.5", "<&>", HOSTILE]
    chosen = random.Random(17)  # noqa: S311
    for _ in range(3000):
        code = "".join(chosen.choices(pieces, k=chosen.randint(0, 9)))
        assert write(code) == tokens_html(code, request if write is request_html else python), code


def test_details_that_are_equal_but_not_the_same_are_told_apart() -> None:
    for first, second in ((1, True), (1, 1.0), (1000, 1000.0), (0.0, -0.0)):
        for write in (details_html, details_markdown):
            assert repr(first) in write(RowDetails("integer", default=first))
            assert repr(second) in write(RowDetails("integer", default=second))
    assert "1,000" in details_html(RowDetails("integer", maximum=1000))
    assert "1,000" not in details_html(RowDetails("integer", maximum=1000.0))
