"""Changes as a page tells them: each cause once, in its place, and the release's silence about what breaks."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from docgen.diff.compare import find_deltas
from docgen.model.parse import parse
from docgen.pages.notes.documentation_diff import documentation_diff
from docgen.pages.notes.official_summary import is_generic_summary, unannounced_breaking_note
from docgen.rules.change import Change
from docgen.rules.classify import classify
from docgen.rules.grouping import count_by_severity, group_by_operation, is_shown_as_addition

STRING = {"type": "string"}


def model(operations: tuple[str, ...] = ("Ping", "Pong"), **shapes: Any) -> bytes:
    """A model whose operations all take `In` and give `Out`."""
    operation = {
        "name": "Ping",
        "http": {"method": "POST", "requestUri": "/"},
        "input": {"shape": "In"},
        "output": {"shape": "Out"},
    }
    known = {"In": {"type": "structure", "members": {}}, "Out": {"type": "structure", "members": {}}, "S": STRING}
    return json.dumps(
        {"metadata": {"apiVersion": "1"}, "operations": dict.fromkeys(operations, operation), "shapes": known | shapes}
    ).encode()


def structure(documentation: str = "", **members: str) -> dict[str, Any]:
    return {
        "type": "structure",
        "members": {name: {"shape": target} for name, target in members.items()},
        "documentation": documentation,
    }


def changes(old: bytes, new: bytes) -> tuple[Change, ...]:
    return classify(find_deltas(parse(old), parse(new), "zoo"))


REMOVED = changes(model(Out=structure(A="S", B="S")), model(Out=structure(A="S")))
ADDED = changes(model(), model(In=structure(A="S")))


def test_a_cause_that_operations_share_is_told_once() -> None:
    arranged = group_by_operation(REMOVED)
    (cause,) = arranged.shared
    assert (cause.severity, cause.change.operations, cause.example_path) == ("breaking", ("Ping", "Pong"), "B")
    assert not arranged.service_wide
    assert not arranged.by_operation
    assert arranged.shared_by("Pong") == (cause,)


def test_a_cause_that_affects_one_operation_stands_with_it() -> None:
    old, new = model(("Ping",), Out=structure(A="S", B="S")), model(("Ping",), Out=structure(A="S"))
    arranged = group_by_operation(changes(old, new))
    assert [cause.severity for cause in arranged.by_operation["Ping"]] == ["breaking"]
    assert not arranged.shared


def test_an_addition_is_left_to_the_documented_block() -> None:
    assert any(is_shown_as_addition(change) for change in ADDED)
    arranged = group_by_operation(ADDED)
    assert (arranged.service_wide, arranged.shared, dict(arranged.by_operation)) == ((), (), {})


def test_values_that_came_to_one_enum_are_told_together() -> None:
    def allowed(*values: str) -> bytes:
        return model(Out=structure(E="E"), E={"type": "string", "enum": list(values)})

    (cause,) = group_by_operation(changes(allowed("a"), allowed("a", "b", "c"))).shared
    assert len(cause.changes) == 2
    assert cause.message == "2 values were added to E: b, c"


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
def test_the_words_that_stayed_and_went_are_the_old_ones_and_those_that_stayed_and_came_the_new_ones(
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


def test_counts_leave_noise_out_and_put_the_worst_first() -> None:
    assert list(count_by_severity(REMOVED)) == ["breaking", "dangerous", "safe", "docs"]
    assert count_by_severity(REMOVED)["breaking"] == 1


@pytest.mark.parametrize(
    ("summary", "said"),
    [
        (None, ""),
        ("", "The official notes do not mention this service; there is a breaking change."),
        (
            "Update zoo client to latest version",
            "The official notes only say that something was updated; there is a breaking change.",
        ),
        ("Adds support for larger cages.", "The official notes do not mention a breaking change."),
        ("Removes B from the response of Ping.", ""),
        ("B is no longer returned.", ""),
    ],
)
def test_a_release_that_keeps_quiet_about_a_break_is_told_so(summary: str | None, said: str) -> None:
    assert unannounced_breaking_note(summary, REMOVED) == said
    assert unannounced_breaking_note(summary, ADDED) == ""


def test_generic_summaries_are_known() -> None:
    assert is_generic_summary("Update appstream client to latest version")
    assert is_generic_summary(" Update  ec2 client to latest version. ")
    assert not is_generic_summary("Update the client to latest version of the protocol")
