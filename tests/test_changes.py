"""Changes as a page tells them: each cause once, in its place, and the release's silence about what breaks."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from docgen.diff.compare import diff
from docgen.model.service import parse
from docgen.rules.classify import Change, classify
from docgen.rules.grouping import arrange, counts, is_generic, is_told, silence, wording

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
    return classify(diff(parse(old), parse(new), "zoo"))


REMOVED = changes(model(Out=structure(A="S", B="S")), model(Out=structure(A="S")))
ADDED = changes(model(), model(In=structure(A="S")))


def test_a_cause_that_operations_share_is_told_once() -> None:
    arranged = arrange(REMOVED)
    (cause,) = arranged.shared
    assert (cause.severity, cause.change.operations, cause.example) == ("breaking", ("Ping", "Pong"), "B")
    assert not arranged.service
    assert not arranged.of_operation
    assert arranged.links("Pong") == (cause,)


def test_a_cause_that_affects_one_operation_stands_with_it() -> None:
    old, new = model(("Ping",), Out=structure(A="S", B="S")), model(("Ping",), Out=structure(A="S"))
    arranged = arrange(changes(old, new))
    assert [cause.severity for cause in arranged.of_operation["Ping"]] == ["breaking"]
    assert not arranged.shared


def test_an_addition_is_left_to_the_documented_block() -> None:
    assert any(is_told(change) for change in ADDED)
    arranged = arrange(ADDED)
    assert (arranged.service, arranged.shared, dict(arranged.of_operation)) == ((), (), {})


def test_values_that_came_to_one_enum_are_told_together() -> None:
    def allowed(*values: str) -> bytes:
        return model(Out=structure(E="E"), E={"type": "string", "enum": list(values)})

    (cause,) = arrange(changes(allowed("a"), allowed("a", "b", "c"))).shared
    assert len(cause.changes) == 2
    assert cause.message == "2 values were added to E: b, c"


def test_documentation_is_counted_and_shown_word_by_word() -> None:
    old = model(Out=structure("<p>The old words of it.</p>", A="S"))
    new = model(Out=structure("<p>The <b>new</b> words of them.</p>", A="S"))
    (change,) = arrange(changes(old, new)).wordings
    assert list(wording(change).stretches) == [
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
        found = arrange(changes(*(model(Out=structure(f"<p>{text}</p>", A="S")) for text in texts))).wordings
        for change in found:
            stretches = wording(change).stretches
            for text, sign in zip(texts, "-+", strict=True):
                assert " ".join(words for mark, words in stretches if mark in ("", sign)) == text
            assert all(stretches[at][0] != stretches[at + 1][0] for at in range(len(stretches) - 1))
        assert len(found) == (texts[0] != texts[1])


def test_counts_leave_noise_out_and_put_the_worst_first() -> None:
    assert list(counts(REMOVED)) == ["breaking", "dangerous", "safe", "docs"]
    assert counts(REMOVED)["breaking"] == 1


@pytest.mark.parametrize(
    ("summary", "said"),
    [
        (None, ""),
        ("", "No word of this service came with the release; there is a breaking change."),
        (
            "Update zoo client to latest version",
            "The release's own words say only that something was updated; there is a breaking change.",
        ),
        ("Adds support for larger cages.", "The release's own words do not mention a breaking change."),
        ("Removes B from the response of Ping.", ""),
        ("B is no longer returned.", ""),
    ],
)
def test_a_release_that_keeps_quiet_about_a_break_is_told_so(summary: str | None, said: str) -> None:
    assert silence(summary, REMOVED) == said
    assert silence(summary, ADDED) == ""


def test_generic_summaries_are_known() -> None:
    assert is_generic("Update appstream client to latest version")
    assert is_generic(" Update  ec2 client to latest version. ")
    assert not is_generic("Update the client to latest version of the protocol")
