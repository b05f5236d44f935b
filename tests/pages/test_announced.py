"""The breaking changes that official notes announce, measured on notes that were read together with the changes.

`announced_cases.json` has facts of botocore: release, service, changes, and whether the notes announce each change
(`true`, `false`, or `null` if it is unclear). The notes are paraphrased, and keep the words that matter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from change_support import changes, model, structure

from docgen.diff.delta import Delta, Kind
from docgen.model.usage import Direction
from docgen.pages.notes.announced import is_unannounced
from docgen.rules.change import Change
from docgen.rules.classify import RULES

CASES = json.loads((Path(__file__).parent / "announced_cases.json").read_text(encoding="utf-8"))


def _change(fact: dict[str, Any]) -> Change:
    delta = Delta(fact["id"], Kind(fact["kind"]), fact.get("old"), fact.get("new"), None, None)
    renamed = fact.get("new_name")
    related = (Delta(fact["id"], delta.kind, None, renamed, None, None),) if renamed else ()
    paths = fact["paths"]
    return Change(RULES[fact["rule"]], delta, related, Direction.BOTH, tuple(paths), paths, fact["message"], "")


def _verdicts(*, held_out: bool) -> Iterator[tuple[str, bool | None, bool]]:
    for case in CASES:
        if held_out is case.get("held_out", False):
            for fact in case["changes"]:
                name = f"{case['release']} {case['service']}: {fact['message']}"
                yield name, fact["announced"], is_unannounced(case["words"], _change(fact))


@pytest.mark.parametrize(
    ("held_out", "least_entries", "least_recall"), [(False, 80, 0.85), (True, 20, 0.75)], ids=["read", "held-out"]
)
def test_no_claim_is_false_and_most_omissions_are_found(
    held_out: bool, least_entries: int, least_recall: float
) -> None:
    """The vocabularies come from the first set. The entries of the second were read afterwards."""
    verdicts = list(_verdicts(held_out=held_out))
    claims = [(name, announced) for name, announced, claimed in verdicts if claimed]
    false_claims = [name for name, announced in claims if announced is not False]
    omissions = [claimed for _, announced, claimed in verdicts if announced is False]
    recall = sum(omissions) / len(omissions)
    entries = sum(case.get("held_out", False) is held_out for case in CASES)
    print(
        f"\n{entries} entries, {len(verdicts)} changes: {len(claims)} claims, {len(false_claims)} false; "
        f"precision {1 - len(false_claims) / len(claims):.0%}, recall {recall:.0%} of {len(omissions)} omissions"
    )
    assert false_claims == []
    assert entries >= least_entries
    assert recall > least_recall


CAPPED = changes(
    model(In=structure(Name="Text"), Text={"type": "string"}),
    model(In=structure(Name="Text"), Text={"type": "string", "max": 10}),
)


@pytest.mark.parametrize(
    ("text", "is_omitted"),
    [
        ("Documented constraints: it takes at most 10 characters.", False),
        ("You can now create things without requiring a console.", True),
        ("The Name is checked.", False),
        ("A new max is enforced.", False),
    ],
)
def test_a_change_is_announced_in_its_own_words(text: str, is_omitted: bool) -> None:
    (change,) = CAPPED
    assert is_unannounced(text, change) is is_omitted


@pytest.mark.parametrize("spelling", ["MaxItemCount", "maxItemCount", "max_item_count", "max item counts"])
def test_a_name_counts_in_any_spelling(spelling: str) -> None:
    (change,) = changes(model(Out=structure(A="S", MaxItemCount="S")), model(Out=structure(A="S")))
    assert not is_unannounced(f"Something about {spelling}.", change)
    assert is_unannounced("Something about items.", change)
