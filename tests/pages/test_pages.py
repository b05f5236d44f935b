"""The parts of a page: headings, change blocks, trees, and huge lists."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docgen.diff.additions import Additions
from docgen.model.parse import parse
from docgen.model.rows import Row
from docgen.model.syntax import operation_syntax
from docgen.pages.index.rules import RuleIndex
from docgen.pages.notes.service_notes import ServiceNotes, notes_data
from docgen.pages.operation.reference import operation_reference
from docgen.pages.operation.view import RowNode, build_change_block, operation_view
from docgen.render.formats import FORMATS
from docgen.render.templates import render_page
from docgen.rules.classify import RULES
from docgen.rules.grouping import GroupedChanges
from docgen.rules.rule import GROUPS

MICRO = parse((Path(__file__).parent.parent / "data" / "micro" / "service-2.json").read_bytes(), "micro")


def notes(statuses: str, **known: Any) -> ServiceNotes:
    """Return notes with one operation per letter: n for new, u for updated."""
    views = [operation_view(MICRO, operation) for operation in list(MICRO.operations.values())[: len(statuses)]]
    words = {"n": "new", "u": "updated"}
    marked = [replace(view, status=words[status]) for view, status in zip(views, statuses, strict=True)]
    facts: dict[str, Any] = {
        "package": "botocore",
        "release": "1.1",
        "previous": "1.0",
        "date": "2020-02-03",
        "service": "micro",
    }
    facts |= {"api_version": "2020-01-01", "title": "Micro", "summary": ""}
    facts |= {"summaries_known": True, "removed": (), "grouped_changes": GroupedChanges(), "changes": ()}
    return ServiceNotes(**(facts | known), operations=tuple(marked))


@pytest.mark.parametrize(
    ("statuses", "heading"),
    [
        ("uuu", "2020/02/03 - Micro - 3 updated api methods"),
        ("n", "2020/02/03 - Micro - 1 new api methods"),
        ("nnu", "2020/02/03 - Micro - 2 new 1 updated api methods"),
    ],
)
def test_the_heading_is_the_documented_one(statuses: str, heading: str) -> None:
    assert notes(statuses).heading == heading


def test_a_heading_without_a_date_has_the_release() -> None:
    assert notes("u", date="").heading == "1.1 - Micro - 1 updated api methods"
    assert notes_data(notes("u", date=""))["date"] is None


@pytest.mark.parametrize(
    ("gained", "sides", "literals"),
    [
        (Additions(request={"A": "string"}), "request", [("", "{'A': 'string'}")]),
        (Additions(response={"A": "string"}), "response", [("", "{'A': 'string'}")]),
        (Additions(request={"A": "x"}, response={"A": "x"}), "both", [("", "{'A': 'x'}")]),
        (
            Additions(request={"A": "x"}, response={"B": "x"}),
            "request, response",
            [("Request", "{'A': 'x'}"), ("Response", "{'B': 'x'}")],
        ),
    ],
)
def test_the_change_block_names_its_sides(gained: Additions, sides: str, literals: list[tuple[str, str]]) -> None:
    block = build_change_block(gained)
    assert (block.sides, list(block.literals)) == (sides, literals)


def flattened(nodes: tuple[RowNode, ...]) -> list[Row]:
    return [row for node in nodes for row in (node.entry.row, *flattened(node.children))]


@pytest.mark.parametrize("name", MICRO.operations)
def test_a_tree_has_the_rows_of_its_list_in_their_order(name: str) -> None:
    rows = operation_syntax(MICRO, MICRO.operations[name]).parameters
    nodes = operation_view(MICRO, MICRO.operations[name]).parameter_tree
    assert tuple(flattened(nodes)) == rows
    assert all(node.descendant_count == len(flattened(node.children)) for node in nodes)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("name", MICRO.operations)
def test_every_operation_of_the_format_can_be_rendered_in_every_format(name: str, format_: str) -> None:
    from docgen.pages.registry import page_of

    page = page_of(operation_reference(MICRO, MICRO.operations[name], "micro"), name)
    text = render_page(page, format_, standalone=True)
    assert text.endswith("\n")
    if format_ == "html":
        assert "<script" not in text.replace("&lt;script", "")


def test_an_error_that_a_model_lists_twice_is_shown_once() -> None:
    errors = [{"shape": "Busy"}, {"shape": "Gone"}, {"shape": "Busy"}]
    shapes = {name: {"type": "structure", "members": {}, "exception": True} for name in ("Busy", "Gone")}
    model = {"metadata": {"apiVersion": "2020-01-01"}, "operations": {"Ping": {"errors": errors}}, "shapes": shapes}
    service = parse(json.dumps(model).encode())
    documented = operation_reference(service, service.operations["Ping"], "zoo").errors
    assert [name for name, _ in documented] == ["Busy", "Gone"]


def test_hostile_names_are_text_in_html_and_markdown() -> None:
    evil = "<img src=x onerror=alert(1)>"
    raw = {
        "metadata": {"serviceFullName": evil, "apiVersion": evil, "uid": evil},
        "operations": {"Ping": {"input": {"shape": "In"}, "output": {"shape": "In"}, "documentation": evil}},
        "shapes": {
            "In": {"type": "structure", "members": {evil: {"shape": "S"}, "`](x)": {"shape": "T"}}},
            "S": {"type": "string", "enum": [evil]},
            "T": {"type": evil},
        },
    }
    from markdown_it import MarkdownIt

    from docgen.pages.registry import page_of

    service = parse(json.dumps(raw).encode())
    page = page_of(operation_reference(service, service.operations["Ping"], "zoo"), "Ping")
    for html in (
        render_page(page, "html", standalone=True),
        MarkdownIt("commonmark", {"html": False}).render(render_page(page, "markdown")),
    ):
        assert "<img" not in html
        assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_the_rules_are_grouped_by_what_they_are_about_and_the_most_severe_are_first() -> None:
    groups = RuleIndex().groups
    assert sorted(rule.id for group in groups for rule in group.rules) == sorted(RULES)
    assert {group.id for group in groups} == set(GROUPS)
    for group in groups:
        assert {rule.group for rule in group.rules} == {group.id}
        assert list(group.rules) == sorted(group.rules, key=lambda rule: (-rule.severity, rule.id))
