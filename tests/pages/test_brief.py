"""The change of an operation as a line of change notes."""

from __future__ import annotations

from typing import Any

import pytest
from rule_support import model, op, read, ref, struct

from docgen.diff.compare import find_deltas
from docgen.pages.notes.service_notes import MAX_OPEN_OPERATIONS, NotesContext, ServiceNotes, service_notes

CAGE = {"Name": "String", "Kind": "Kind", "Opened": "String", "Old": "String", "Beds": "Beds"}


def notes(old: dict[str, Any], new: dict[str, Any]) -> ServiceNotes:
    return service_notes(find_deltas(read(old), read(new), "zoo"), NotesContext("2", "1"))


def zoo(cage: dict[str, Any], kinds: int = 1, **shapes: Any) -> dict[str, Any]:
    """Return a service that sends and returns a cage."""
    kind = {"type": "string", "enum": ["cat", *(f"cat{number}" for number in range(kinds))]}
    known = {"Kind": kind, "Bed": struct({"Size": "String"}), "Beds": {"type": "list", "member": ref("Bed")}}
    return model({**known, **shapes}, Open=op(cage, {"Name": "String"}))


@pytest.mark.parametrize(
    ("new", "brief"),
    [
        (zoo({**CAGE, "Tags": "String"}), "+ Tags"),
        (zoo(CAGE, kinds=7), "Kind + 6 values"),
        (zoo(CAGE, kinds=2), "Kind + 'cat1'"),
        (zoo({**CAGE, "Opened": "Timestamp"}, Timestamp={"type": "timestamp"}), "Opened: string → datetime"),
        (zoo({name: CAGE[name] for name in CAGE if name != "Old"}), "− Old"),
        (zoo({name: CAGE[name] for name in CAGE if name != "Beds"}), "− Beds"),
        (zoo(CAGE, Bed=struct({"Size": "String", "Soft": "String"})), "+ Beds.Soft"),
        (zoo({"Age": "String", **CAGE}, Bed=struct({"Size": "String", "Soft": "String"})), "+ Age, + Beds.Soft"),
        (zoo({**CAGE, **{f"New{n}": "String" for n in range(6)}}), "+ New0, + New1, + New2, + New3 and 2 more"),
    ],
)
def test_a_line_names_what_changed_in_the_rows(new: dict[str, Any], brief: str) -> None:
    (view,) = notes(zoo(CAGE), new).operations
    assert view.brief == brief


def test_a_limit_is_named_by_its_sentence_and_a_new_operation_by_what_it_does() -> None:
    limited = {"type": "string", "max": 7}
    (view,) = notes(zoo(CAGE, String={"type": "string", "max": 9}), zoo(CAGE, String=limited)).operations
    assert "7" in view.brief
    new = model(Open=op({}, {}), Feed=op({}, {}, documentation="<p>Feeds all cats. Twice.</p>"))
    (view,) = notes(model(Open=op({}, {})), new).operations
    assert view.brief == "Feeds all cats."


def test_few_operations_are_open_and_of_many_large_ones_the_first() -> None:
    text = "<p>" + "Long words. " * 800 + "</p>"
    few, many = (model(**{f"Get{n}": op({}, {}, documentation=text) for n in range(count)}) for count in (3, 9))
    assert notes(model(), few).open_count == 3 == MAX_OPEN_OPERATIONS
    assert notes(model(), many).open_count == 2
    assert notes(model(), model(**{f"Get{n}": op({}, {}) for n in range(9)})).open_count == 9
