"""What the official notes of a release say about a service, and what they omit."""

from __future__ import annotations

import pytest
from change_support import changes, model, structure

from docgen.pages.notes.official_summary import unannounced_breaking_note
from docgen.sources.official_notes import is_generic_summary

REMOVED = changes(model(Out=structure(A="S", B="S")), model(Out=structure(A="S")))
ADDED = changes(model(), model(In=structure(A="S")))


@pytest.mark.parametrize(
    ("summary", "note"),
    [
        (None, ""),
        ("", "The official notes do not mention this service; there is a breaking change."),
        (
            "Update zoo client to latest version",
            "The official notes only say that something was updated; there is a breaking change.",
        ),
        ("Adds support for larger cages.", "The official notes do not mention this breaking change."),
        ("Removes B from the response of Ping.", ""),
        ("B is no longer returned.", ""),
    ],
)
def test_official_notes_that_omit_a_breaking_change_get_a_note(summary: str | None, note: str) -> None:
    assert unannounced_breaking_note(summary, REMOVED) == note
    assert unannounced_breaking_note(summary, ADDED) == ""


def test_generic_summaries_are_known() -> None:
    assert is_generic_summary("Update appstream client to latest version")
    assert is_generic_summary(" Update  ec2 client to latest version. ")
    assert not is_generic_summary("Update the client to latest version of the protocol")


def test_the_note_lists_the_omitted_changes_unless_they_are_all() -> None:
    found = changes(model(Out=structure(A="S", B="S", C="S")), model(Out=structure()))
    assert unannounced_breaking_note("Adds cages.", found) == (
        "The official notes mention none of these 3 breaking changes."
    )
    named = structure(Aaa="S", Bbb="S", Ccc="S", Ddd="S", Eee="S")
    many = changes(model(Out=named), model(Out=structure()))
    assert unannounced_breaking_note("About ccc.", many) == (
        "Not in the official notes: Out.Aaa was removed; Out.Bbb was removed; Out.Ddd was removed; 1 more."
    )
