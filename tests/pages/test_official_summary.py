"""What the official notes of a release say about a service, and what they omit."""

from __future__ import annotations

import pytest
from change_support import changes, model, structure

from docgen.pages.notes.official_summary import is_generic_summary, unannounced_breaking_note

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
        ("Adds support for larger cages.", "The official notes do not mention a breaking change."),
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
