"""Names, code and summaries in Markdown and HTML: they appear exactly as written, and mention nobody."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from docgen.render.markup.plain import (
    code_block,
    code_span,
    escape_markdown,
    message_markdown,
    sentence_html,
    sentence_markdown,
    summary_to_html,
    summary_to_markdown,
)

MARKDOWN = MarkdownIt("commonmark", {"html": False})


def words(html: str) -> list[str]:
    text = re.sub(r"<[^>]*>", "", html)
    for reference, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(reference, character)
    return text.split()


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("botocore 1.12.83", "botocore 1.12.83"),
        ("1.12.83", "1.12.83"),
        ("1. first", "1\\. first"),
        ("- dash", "\\- dash"),
        ("a * b", "a \\* b"),
        ("<b>bold</b>", "&lt;b>bold&lt;/b>"),
        ("thanks @someone, see #12", "thanks `@someone`, see `#12`"),
    ],
)
def test_a_name_is_shown_as_it_is(text: str, markdown: str) -> None:
    assert escape_markdown(text) == markdown


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), max_size=40))
def test_any_line_of_text_keeps_its_words(text: str) -> None:
    assert words(MARKDOWN.render(escape_markdown(text))) == text.split()
    if text.strip():
        assert words(MARKDOWN.render(f"x {code_span(text)}")) == ["x", *text.split()]
        assert words(MARKDOWN.render(f"x {message_markdown(text)}")) == ["x", *text.split()]


def test_a_regular_expression_in_a_message_is_code() -> None:
    message = "The pattern of A_B_C changed from ^[a-z]* to ^a\\.b|c$, and *"
    assert message_markdown(message) == "The pattern of A_B_C changed from `^[a-z]*` to `^a\\.b|c$`, and `*`"


@given(st.text(st.characters(codec="ascii", exclude_characters="\r\x00"), max_size=60))
def test_a_code_block_cannot_be_left_from_within(code: str) -> None:
    tokens = MARKDOWN.parse(code_block(code, "python"))
    assert [(token.type, token.content.rstrip("\n")) for token in tokens] == [("fence", code.rstrip("\n"))]


def test_a_summary_shows_its_literals_as_code_and_its_html_as_text() -> None:
    summary = "Adds ``CreateFleet`` and <script>alert(1)</script>  *now*,\nask @someone."
    assert summary_to_markdown(summary) == (
        "Adds `CreateFleet` and &lt;script>alert(1)&lt;/script> \\*now\\*, ask `@someone`."
    )
    assert summary_to_html(summary) == (
        "Adds <code>CreateFleet</code> and &lt;script&gt;alert(1)&lt;/script&gt; *now*, ask <code>@someone</code>."
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Drop the `a=` pin.", "Drop the <code>a=</code> pin."),
        ("`a` and *b* `<c>`", "<code>a</code> and *b* <code>&lt;c&gt;</code>"),
        ("One ` alone, <b>.", "One ` alone, &lt;b&gt;."),
        ("", ""),
    ],
)
def test_code_in_sentences_is_code_in_both_formats(text: str, expected: str) -> None:
    assert sentence_html(text) == expected.replace('"', "&#34;")
    shown = MarkdownIt("commonmark", {"html": False}).renderInline(sentence_markdown(text))
    assert shown == expected
