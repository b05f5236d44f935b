"""One operation in two releases, side by side: neither side loses anything, and exactly the differences are marked."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from docgen import schema
from docgen.cli import main
from docgen.diff.compare import find_deltas
from docgen.model.parse import parse
from docgen.pages.operation.side_by_side import MAX_MATCHED_LINES, OperationComparison, _align, operation_comparison
from docgen.pages.registry import page_of
from docgen.render.formats import FORMATS
from docgen.render.templates import render_page

MODEL: dict[str, Any] = {
    "metadata": {"serviceFullName": "Zoo"},
    "operations": {"Feed": {"input": {"shape": "In"}, "output": {"shape": "Out"}}},
    "shapes": {
        "In": {"type": "structure", "members": {"Food": {"shape": "Food"}, "Much": {"shape": "N"}}},
        "Out": {"type": "structure", "members": {"Left": {"shape": "N"}}},
        "Food": {"type": "string", "enum": ["hay", "fish"]},
        "N": {"type": "integer"},
    },
}


def compared(old: dict[str, Any], new: dict[str, Any]) -> OperationComparison:
    before, after = (parse(json.dumps(each).encode()) for each in (old, new))
    return operation_comparison(
        find_deltas(before, after, "zoo"), "Feed", old="1.0", new="1.1", dates=("2020-01-01", "")
    )


def changed() -> dict[str, Any]:
    model = copy.deepcopy(MODEL)
    model["shapes"]["Food"]["enum"] = ["hay", "meat"]
    del model["shapes"]["In"]["members"]["Much"]
    model["shapes"]["Out"]["members"]["Taste"] = {"shape": "Food"}
    return model


LINES = st.lists(st.sampled_from(["a", "b", "c", "x='1'|'2'", "x='2'|'3'"]), max_size=12)


@given(LINES, LINES)
def test_both_sides_can_be_read_off_whole_and_equal_lines_are_equal(old: list[str], new: list[str]) -> None:
    lines = _align(old, new)
    assert [line.old for line in lines if line.old_number] == old
    assert [line.new for line in lines if line.new_number] == new
    assert [line.old_number for line in lines if line.old_number] == list(range(1, len(old) + 1))
    assert [line.new_number for line in lines if line.new_number] == list(range(1, len(new) + 1))
    for line in lines:
        both = line.old_number > 0 and line.new_number > 0
        assert (line.mark == "=") == (both and line.old == line.new)
        assert (line.mark == "~") == (both and line.old != line.new)
        assert "".join(part for _, part in line.old_spans) == line.old
        assert "".join(part for _, part in line.new_spans) == line.new


def test_only_added_and_removed_values_of_a_list_are_marked() -> None:
    (food,) = [line for line in compared(MODEL, changed()).syntax_diffs[0].lines if "Food" in line.old]
    assert food.mark == "~"
    assert [part for marked, part in food.old_spans if marked] == ["'fish'"]
    assert [part for marked, part in food.new_spans if marked] == ["'meat'"]


def test_two_very_long_sides_are_compared_in_time() -> None:
    old = [f"line {n}" for n in range(MAX_MATCHED_LINES)]
    new = [*old[:5], "other", *(f"{line}!" for line in old[5:-5]), *old[-5:]]
    lines = _align(old, new)
    assert sum(line.mark == "=" for line in lines) == 10
    assert [line.new for line in lines if line.new_number] == new


def test_an_added_or_removed_operation_has_one_side() -> None:
    without = {**MODEL, "operations": {}}
    came, went, same = compared(without, MODEL), compared(MODEL, without), compared(MODEL, MODEL)
    assert (came.summary, went.summary) == ("Feed is new in 1.1.", "Feed was removed in 1.1.")
    assert {line.mark for side in came.syntax_diffs for line in side.lines} == {"+"}
    assert {line.mark for side in went.syntax_diffs for line in side.lines} == {"-"}
    assert same.summary == "The syntax of Feed did not change."
    assert not any(side.changed_count for side in same.syntax_diffs)


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_shows_the_difference(format_: str) -> None:
    text = render_page(page_of(compared(MODEL, changed()), "compare"), format_, standalone=True)
    assert "meat" in text
    if format_ == "json":
        data = json.loads(text)
        Draft202012Validator(schema.load_schema("comparison")).validate(data)
        assert [line["mark"] for line in data["request"]] == ["=", "~", "-", "="]
    elif format_ == "html":
        assert "<ins>&#39;meat&#39;</ins>" in text
        assert '<span class="words">removed: </span>' in text
    else:
        assert "+    Food='hay'|'meat'" in text
        assert "-    Much=123" in text


def test_the_command_takes_both_spellings_and_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["diff", "1.12.82", "1.12.83", "--service", "appstream", "--operation"]
    assert main([*command, "create_fleet"]) == 0
    assert "+    Tags={" in capsys.readouterr().out
    assert main([*command, "CreateFleets"]) == 2
    assert "no operation 'CreateFleets' in 1.12.82 or 1.12.83 (did you mean CreateFleet" in capsys.readouterr().err
    assert main(["diff", "1.12.82", "1.12.83", "--operation", "CreateFleet"]) == 2
    problem = "needs the service of the operation (use --service NAME once)"
    assert capsys.readouterr().err == f"docgen: --operation: {problem}\n"


def test_an_operation_with_more_rows_than_a_page_lists_is_compared_whole() -> None:
    old, new = changed(), changed()
    for model, count in ((old, 30), (new, 31)):
        shapes = model["shapes"]
        shapes["Wide"] = {"type": "structure", "members": {f"M{number}": {"shape": "Text"} for number in range(count)}}
        shapes["Text"] = {"type": "string"}
        many = {f"P{number}": {"shape": "Wide"} for number in range(20)}
        (operation,) = model["operations"].values()
        shapes["Many"] = {"type": "structure", "members": many}
        operation["input"] = {"shape": "Many"}
    request = compared(old, new).syntax_diffs[0]
    assert sum("M30" in (line.new or "") for line in request.lines) == 20
