"""Element ids are parsed and printed in one place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.model.element_id import ElementId

PARTS = {
    "appstream": ElementId("appstream"),
    "appstream#2016-12-01": ElementId("appstream", "2016-12-01"),
    "appstream#metadata": ElementId("appstream", "metadata"),
    "appstream#CreateFleet()": ElementId("appstream", "CreateFleet()"),
    "appstream#CreateFleet()$Throttled": ElementId("appstream", "CreateFleet()", "Throttled"),
    "appstream#Fleet": ElementId("appstream", "Fleet"),
    "appstream#Fleet$Arn": ElementId("appstream", "Fleet", "Arn"),
    "appstream#Fleet$State$RUNNING": ElementId("appstream", "Fleet", "State$RUNNING"),
    "appstream#State$": ElementId("appstream", "State", ""),
    "appstream#State$a#b$c": ElementId("appstream", "State", "a#b$c"),
    "appstream#waiter:FleetStarted": ElementId("appstream", "waiter:FleetStarted"),
    "#Fleet$Arn": ElementId("", "Fleet", "Arn"),
    "": ElementId(""),
}


@pytest.mark.parametrize("text", PARTS)
def test_an_id_is_split_into_its_parts_and_printed_again(text: str) -> None:
    assert ElementId.parse(text) == PARTS[text]
    assert str(PARTS[text]) == text


@given(st.text(alphabet="a#$():.\x00é", max_size=12))
def test_every_text_is_an_id_that_prints_as_it_was(text: str) -> None:
    id = ElementId.parse(text)
    assert str(id) == text
    assert ElementId.parse_local(id.local, id.service).local == id.local


@pytest.mark.parametrize(
    ("text", "local", "owner_name", "last_name", "parent"),
    [
        ("s", "", "", "", "s"),
        ("s#Fleet", "Fleet", "Fleet", "Fleet", "s"),
        ("s#Fleet$Arn", "Fleet$Arn", "Fleet", "Arn", "s#Fleet"),
        ("s#Fleet$State$ON", "Fleet$State$ON", "Fleet", "ON", "s#Fleet$State"),
        ("s#Create()", "Create()", "Create", "Create()", "s"),
        ("s#Create()$Throttled", "Create()$Throttled", "Create", "Throttled", "s#Create()"),
        ("s#waiter:Started", "waiter:Started", "Started", "waiter:Started", "s"),
        ("s#paginator:List", "paginator:List", "List", "paginator:List", "s"),
        ("s#example:List", "example:List", "List", "example:List", "s"),
        ("s#paginators", "paginators", "paginators", "paginators", "s"),
    ],
)
def test_an_id_names_its_parts(text: str, local: str, owner_name: str, last_name: str, parent: str) -> None:
    id = ElementId.parse(text)
    assert (id.local, id.owner_name, id.last_name, str(id.parent)) == (local, owner_name, last_name, parent)
    assert id.is_operation == ("()" in text)


def test_ids_are_built_from_their_parts() -> None:
    assert str(ElementId.of_operation("s", "Create")) == "s#Create()"
    assert str(ElementId.of_entry("s", "waiter", "Started")) == "s#waiter:Started"
    assert str(ElementId("s", "Fleet").child("State").child("ON")) == "s#Fleet$State$ON"


def test_an_element_contains_itself_and_its_parts() -> None:
    member = ElementId.parse("s#Fleet$State")
    assert all(member.contains(ElementId.parse(text)) for text in ("s#Fleet$State", "s#Fleet$State$ON"))
    assert not any(member.contains(ElementId.parse(text)) for text in ("s#Fleet", "s#Fleet$States", "t#Fleet$State"))
