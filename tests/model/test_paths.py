"""Paths have one grammar, and are read and written in one place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.model.parse import parse
from docgen.model.paths import (
    CONTAINER_SEGMENTS,
    MemberPath,
    child_path,
    contained_shapes,
    extend_path,
    resolve_path,
    without_containers,
)
from docgen.model.service import Member, Service

SEGMENTS = {
    "Tags": ("Tags",),
    "Instances[].State": ("Instances", "[]", "State"),
    "Tags{key}": ("Tags", "{key}"),
    "Tags{value}[].Name": ("Tags", "{value}", "[]", "Name"),
    "A[][].B": ("A", "[]", "[]", "B"),
    "": (),
}


@pytest.mark.parametrize("text", SEGMENTS)
def test_a_path_is_split_into_segments_and_printed_again(text: str) -> None:
    path = MemberPath.parse(text)
    assert path == SEGMENTS[text]
    assert str(path) == text


@given(st.lists(st.one_of(st.sampled_from(CONTAINER_SEGMENTS), st.text("aB-_:", min_size=1, max_size=3)), max_size=6))
def test_the_segments_of_a_printed_path_are_those_it_was_made_of(segments: list[str]) -> None:
    assert MemberPath.parse(str(MemberPath(segments))) == tuple(segments)


def test_an_index_means_any_item() -> None:
    assert MemberPath.parse("Instances[0].Tags[12]") == MemberPath.parse("Instances[].Tags[]")


def test_characters_that_belong_to_no_segment_are_skipped() -> None:
    assert MemberPath.parse("A..B.[x]{y}.") == ("A", "B", "x", "y")


def test_a_path_is_extended_and_shortened() -> None:
    assert str(MemberPath.parse("A[]").child("B", "{value}")) == "A[].B{value}"
    assert MemberPath.parse("A[].B").parent == MemberPath.parse("A[]")
    assert MemberPath().parent == MemberPath()
    assert (extend_path("", "A"), extend_path("A", "B"), extend_path("A", "[]")) == ("A", "A.B", "A[]")


def test_the_names_of_a_path_are_left_without_its_containers() -> None:
    assert without_containers("Instances[].Tags{value}.Name") == "Instances.Tags.Name"


def zoo() -> Service:
    shapes: dict[str, Any] = {
        "Request": {"type": "structure", "members": {"Cages": {"shape": "Cages"}, "Key": {"shape": "Text"}}},
        "Cages": {"type": "list", "member": {"shape": "CageMap"}},
        "CageMap": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Cage"}},
        "Cage": {"type": "structure", "members": {"Name": {"shape": "Text"}, "Inner": {"shape": "Cage"}}},
        "Text": {"type": "string"},
    }
    model = {"metadata": {}, "operations": {"Open": {"input": {"shape": "Request"}}}, "shapes": shapes}
    return parse(json.dumps(model).encode())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Cages", "Request.Cages"),
        ("Cages[]", "Cages.member"),
        ("Cages[]{key}", "CageMap.key"),
        ("Cages[]{value}.Name", "Cage.Name"),
        ("Cages.Name", "Cage.Name"),
        ("Cages[0].Name", "Cage.Name"),
        ("Cages.Inner.Inner.Name", "Cage.Name"),
        ("Cages{key}", None),
        ("Cages.Size", None),
        ("Key.Name", None),
        ("", None),
    ],
)
def test_a_path_leads_to_a_member_through_lists_and_maps_that_it_leaves_out(text: str, found: str | None) -> None:
    service = zoo()
    root = service.operations["Open"].input
    assert isinstance(root, Member)
    resolved = resolve_path(service.shapes.get, root, MemberPath.parse(text))
    assert (resolved and f"{resolved.container.name}.{resolved.member.name}") == found


def test_the_path_of_a_child_follows_the_type_of_its_shape() -> None:
    shapes = zoo().shapes
    assert child_path("A", shapes["Cages"], "member") == "A[]"
    assert child_path("A", shapes["CageMap"], "key") == "A{key}"
    assert child_path("A", shapes["Cage"], "Name") == "A.Name"
    assert child_path("", shapes["Cage"], "Name") == "Name"


def test_a_shape_contains_itself_and_all_below_it() -> None:
    assert contained_shapes(zoo().shapes.get, "CageMap") == {"CageMap", "Cage", "Text"}
