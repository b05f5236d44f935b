"""The filters that write rows give, byte for byte, the same as the macros that users may call instead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docgen.model.parse import parse
from docgen.model.service import Service
from docgen.pages.operation.reference import operation_reference
from docgen.pages.operation.rows import TypePage
from docgen.pages.operation.view import OperationView, operation_view, updated_operation_view
from docgen.render.templates import page_environment

MICRO = parse((Path(__file__).parent.parent / "data" / "micro" / "service-2.json").read_bytes(), "micro")

EVIL = ("<img src=x onerror=alert(1)>", "`](x)", "\"'&amp;", "a.b[]", "{key}", "@all", "__proto__", "*_*", "  ", "x\ny")
"""Names and texts that are special in HTML or Markdown."""


def hostile_model() -> dict[str, Any]:
    leaves = {
        name: {
            "shape": f"S{number % 3}",
            "documentation": f"<p>{name}</p>",
            **({"deprecated": True, "deprecatedMessage": name} if number % 2 else {}),
        }
        for number, name in enumerate(EVIL)
    }
    return {
        "metadata": {"serviceFullName": EVIL[0], "apiVersion": EVIL[0], "uid": EVIL[0]},
        "operations": {
            "Ping": {"input": {"shape": "In"}, "output": {"shape": "Out"}, "documentation": EVIL[0]},
            "Pong": {"input": {"shape": "In"}},
        },
        "shapes": {
            "In": {"type": "structure", "members": {**leaves, "Deep": {"shape": "L"}}, "required": list(EVIL[:2])},
            "Out": {
                "type": "structure",
                "members": {"One": {"shape": "M"}, "Two": {"shape": "L"}, "Me": {"shape": "Out"}},
            },
            "L": {"type": "list", "member": {"shape": "Item", "documentation": "<p>See <code>Pong</code>.</p>"}},
            "M": {"type": "map", "key": {"shape": "S0"}, "value": {"shape": "Item"}},
            "Item": {"type": "structure", "members": leaves, "documentation": "<ul><li>a</li><li>b</li></ul><p>c</p>"},
            "S0": {"type": "string", "enum": list(EVIL)},
            "S1": {"type": EVIL[0]},
            "S2": {"type": EVIL[2]},
        },
    }


def service(model: dict[str, Any]) -> Service:
    return parse(json.dumps(model).encode())


def changed_model() -> dict[str, Any]:
    model = deepcopy(hostile_model())
    members = model["shapes"]["Item"]["members"]
    del members[EVIL[0]]
    members[EVIL[3]]["shape"] = "S0"
    members["New <b>"] = {"shape": "S1", "documentation": "<p>new</p>"}
    model["shapes"]["S0"]["enum"].append("<more>")
    model["shapes"]["In"]["required"] = [EVIL[4]]
    return model


def views() -> Iterator[OperationView]:
    """Yield views of every kind: plain, compared, folded, split, and with `since` marks and links to types."""
    types = {name: TypePage(EVIL[0], "type.a") for name in ("Item", "L", "S0")}
    for model in (MICRO, service(hostile_model())):
        for operation in model.operations.values():
            view = operation_reference(model, operation, "zoo").operation
            yield view
            yield replace(view, type_pages=types)
            yield _dated(view)
    old, new = service(hostile_model()), service(changed_model())
    for before, after in ((old, new), (new, old)):
        for name in before.operations:
            yield updated_operation_view((before, before.operations[name]), (after, after.operations[name]))
    wide = deepcopy(hostile_model())
    wide["shapes"]["In"]["members"] |= {f"M{number} &": {"shape": "L"} for number in range(70)}
    wider = deepcopy(wide)
    wider["shapes"]["Item"]["members"]["Last <i>"] = {"shape": "S0"}
    before, after = service(wide), service(wider)
    folded = operation_view(after, after.operations["Ping"])
    yield folded
    yield replace(folded, type_pages=types)
    same = frozenset({"Out", "M"})
    yield updated_operation_view((before, before.operations["Ping"]), (after, after.operations["Ping"]), same)


def _dated(view: OperationView) -> OperationView:
    """Return a view with `since` marks, in which every second row is newer than its parent."""
    rows = [
        row._replace(
            since=EVIL[0] if number % 2 else "",
            required_since=EVIL[0] if row.required and number % 3 else "",
            deprecated_since=EVIL[1] if row.deprecated is not None else "",
        )
        for number, row in enumerate(view.syntax.parameters)
    ]
    dated = replace(view.syntax, parameters=tuple(rows))
    return replace(view, syntax=dated, life={EVIL[0]: 7, EVIL[1]: 40})


def link(name: str) -> str | None:
    return f"../{name}/index.html" if name == "Pong" else None


@pytest.mark.parametrize("resolver", [None, link])
@pytest.mark.parametrize("prefix", ["", "Op & '1'."])
def test_the_filter_writes_what_the_macro_of_html_writes(resolver: Any, prefix: str) -> None:
    environment = page_environment("html")
    module: Any = environment.get_template("operation-macros.html.j2").module
    macro = module.row_tree
    marks = set()
    for view in views():
        links = view.page_links(prefix)
        for nodes in (view.parameter_tree, view.response_tree):
            assert environment.filters["row_list"](nodes, resolver, links) == macro(nodes, resolver, links)
        marks |= {entry.mark for entry in (*view.rows.parameters, *view.rows.response)}
    assert marks >= {"", "added", "removed", "changed"}


@pytest.mark.parametrize("resolver", [None, link])
def test_the_filter_writes_what_the_macro_of_markdown_writes(resolver: Any) -> None:
    environment = page_environment("markdown")
    module: Any = environment.get_template("operation-macros.md.j2").module
    macro = module.row_entry
    for view in views():
        links = view.page_links()
        for entries in (view.rows.parameters, view.rows.response):
            expected = "".join(macro(entry, run, resolver, links) for entry, run in view.flat_entries(entries))
            assert environment.filters["row_list"](view.flat_entries(entries), resolver, links) == expected


def test_no_hostile_name_is_a_tag_of_the_list() -> None:
    environment = page_environment("html")
    for view in views():
        text = environment.filters["row_list"](view.parameter_tree, None, view.page_links())
        assert "<img" not in text
        assert "onerror" not in str(text).replace("&lt;img src=x onerror=alert(1)&gt;", "").replace("~20~onerror", "")
