"""Changes of documentation, word by word."""

from __future__ import annotations

from random import Random

import pytest
from change_support import changes, model, structure

from docgen.pages.notes.documentation_diff import documentation_diff
from docgen.rules.grouping import group_by_operation


def test_documentation_is_counted_and_shown_word_by_word() -> None:
    old = model(Out=structure("<p>The old words of it.</p>", A="S"))
    new = model(Out=structure("<p>The <b>new</b> words of them.</p>", A="S"))
    (change,) = group_by_operation(changes(old, new)).documentation_changes
    assert list(documentation_diff(change).spans) == [
        ("", "The"),
        ("-", "old"),
        ("+", "new"),
        ("", "words of"),
        ("-", "it."),
        ("+", "them."),
    ]


@pytest.mark.parametrize("length", [3, 8, 30])
def test_removed_and_unchanged_words_are_the_old_text_and_added_and_unchanged_ones_the_new(
    length: int,
) -> None:
    chance = Random(length)  # noqa: S311 - no secret
    for _ in range(300):
        texts = [" ".join(chance.choices("abc", k=chance.randrange(1, length))) for _ in range(2)]
        found = group_by_operation(
            changes(*(model(Out=structure(f"<p>{text}</p>", A="S")) for text in texts))
        ).documentation_changes
        for change in found:
            stretches = documentation_diff(change).spans
            for text, sign in zip(texts, "-+", strict=True):
                assert " ".join(words for mark, words in stretches if mark in ("", sign)) == text
            assert all(stretches[at][0] != stretches[at + 1][0] for at in range(len(stretches) - 1))
        assert len(found) == (texts[0] != texts[1])
