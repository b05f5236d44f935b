"""Strings that are read without the parser give, letter by letter, the same result as with it.

By default an eighth of the distinct strings of the installed botocore is compared, with `DOCGEN_FULL=1` all.
"""

from __future__ import annotations

import pytest
from conftest import FULL
from markup_checks import check_both_readings
from markup_support import all_documentation

from docgen.render.markup.flat import flat_html, flat_markdown, flat_text

NAME = "<code>Ping</code>"
LINK = '<a href="https://a.example/b#c">Ping it</a>'


def every_other_name(name: str) -> str | None:
    return "ping/" if len(name) % 2 else None


def test_strings_of_a_release_say_the_same_in_both_readings() -> None:
    strings = all_documentation()
    assert len(strings) > 200_000
    strings = strings if FULL else strings[::8]
    flat = sum([check_both_readings(string, [every_other_name]) for string in strings])
    assert flat > 0.97 * len(strings)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "plain", "<p></p>", "<p> </p>", "<p>a</p>", " <p> a \n b </p> <p>c</p>", "a & b", "a > b", "<p>a"),
        *(f"<p>{NAME}</p>", f"<p>a {NAME}, b</p>", f"<p>a{NAME}b</p>", f"<p>{NAME} {NAME}</p>", f"<p>{NAME}{LINK}</p>"),
        *(
            f"<p>a {LINK}.</p>",
            "<p>a <a>Ping</a>!</p>",
            "<p>a <a>Pong</a>[</p>",
            "<p>@<a>Pong</a></p>",
            "<p>a<a>_b</a></p>",
        ),
        *("<p>a <b>b</b> c</p>", "<p>a<b>b</b>c</p>", "<p>a*<b>b</b>*c</p>", "<p><b>b</b></p>", "<p>(<i>-b-</i>)c</p>"),
        *("<p><b>a</b> <b>b</b></p>", "<p><b>@a</b> b</p>", "<p>@a #1 GH-2</p>", "<p>www.a.example http://b</p>"),
        *(
            "<p><code>x </code>.</p>",
            "<p><code> x</code></p>",
            "<p><code>`</code></p>",
            "<p><b>`</b></p>",
            "<p>`a`</p>",
        ),
        *("<p># a</p>", "<p>1. a</p>", "<p>- a</p>", "<p>!</p>", "<p>a! <a>Ping</a></p>", "<p>a!<a>Ping</a></p>"),
        *("<ul> <li> <p>a</p> </li> <li>b <i>c</i></li> </ul>", "<ol><li>a</li><li><p>b</p></li></ol>", "<ul></ul>"),
        *("<ul><li></li><li>a</li></ul>", "<ul><li>a</li></ul><ol><li>b</li></ol>", "<ul> <li> <p>a</p> b</li> </ul>"),
        *(f"<note> <p>a</p> <p>{NAME}</p> </note>", "<important><p>a</p></important> <p>b</p>", "<note></note>"),
        *("<note><ul><li>a</li></ul></note>", "<p>a</p>b", "a<p>b</p>", "<P>a</P>", "<p>a<br/>b</p>", "<p>a\xadb</p>"),
        *(
            "<p>a\x1cb\x85c\xa0d</p>",
            "<p>a\u200bb</p>",
            "<p>\ud800</p>",
            "<p>\U000e0100</p>",
            "<p><code>a\tb</code></p>",
        ),
        *(
            '<p><a href="javascript:x">a</a></p>',
            '<p><a href="https://a.example/(b)">a*</a></p>',
            "<p><a href='x'>a</a></p>",
        ),
        '<p><a href="https://a.example/##b">a</a></p>',
    ],
)
def test_odd_strings_say_the_same_in_both_readings(text: str) -> None:
    check_both_readings(text)


def test_a_name_becomes_a_link_only_where_the_operation_is_known() -> None:
    text = f"<p>See {NAME} or <a>Ping</a>.</p>"
    assert flat_html(text, lambda name: f"../{name}/") == (
        '<p>See <a href="../Ping/"><code>Ping</code></a> or <a href="../Ping/">Ping</a>.</p>'
    )
    assert flat_markdown(text, None) == "See `Ping` or Ping."
    assert flat_text(text) == "See Ping or Ping."


def test_a_long_string_takes_no_time_to_refuse() -> None:
    for text in (
        "<p>" + "a " * 200_000,
        "<p>" * 100_000,
        "<ul>" + "<li>a</li>" * 100_000,
        "<p>" + "<code>a</code>" * 50_000,
    ):
        assert flat_html(text, None) is None
