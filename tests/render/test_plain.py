"""Names, code and summaries in Markdown and HTML: what is shown is what was said, and nobody is notified."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from docgen.render.markup.plain import code_block, code_span, escape_markdown, summary_to_html, summary_to_markdown

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
