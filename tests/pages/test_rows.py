"""Syntax blocks and lists of a page: marks are complete, and pages of large operations are complete but small."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from conftest import FULL as FULL_RUN
from releases import MODEL, changed, newest

from docgen.diff.compare import find_deltas
from docgen.locate import open_source
from docgen.model.parse import parse
from docgen.model.rows import Row
from docgen.model.service import Service
from docgen.model.syntax import OperationSyntax, operation_syntax
from docgen.pages.notes.service_notes import NotesContext, service_notes
from docgen.pages.operation.row_diff import pair_rows
from docgen.pages.operation.rows import (
    MAX_COMPARED_ROWS,
    MAX_FULL_ROWS,
    RowEntry,
    operation_rows,
    row_anchor,
    row_anchors,
    rows_data,
)
from docgen.pages.operation.syntax_block import SyntaxLine, request_lines, response_lines
from docgen.pages.operation.view import OperationView, operation_view, updated_operation_view
from docgen.pages.registry import page_of
from docgen.render.row_words import MAX_INLINE_VALUES
from docgen.render.templates import render_page
from docgen.site.build import build_site

ROOT = Path(__file__).parent.parent.parent
MICRO = parse((ROOT / "tests" / "data" / "micro" / "service-2.json").read_bytes(), "micro")
SYNTAX = {name: operation_syntax(MICRO, operation) for name, operation in MICRO.operations.items()}


def text_of_side(lines: list[SyntaxLine], side: str) -> str:
    return "\n".join(text for line in lines if (text := getattr(line, side)) is not None)


def merged_rows(old: tuple[Row, ...] | None, new: tuple[Row, ...]) -> list[RowEntry]:
    """Return both lists merged into one; a moved row is in both places."""
    return [RowEntry(pair.row, pair) for pair in pair_rows(old, new)]


@pytest.mark.parametrize("name", SYNTAX)
def test_the_lines_of_a_list_are_the_documented_block(name: str) -> None:
    syntax = SYNTAX[name]
    assert (
        text_of_side(list(request_lines(merged_rows(None, syntax.parameters), syntax.method)), "new")
        == syntax.request_syntax
    )
    assert text_of_side(list(response_lines(merged_rows(None, syntax.response))), "new") == (
        syntax.response_syntax or ""
    )


def compared_lines(old: OperationSyntax, new: OperationSyntax) -> tuple[list[SyntaxLine], list[SyntaxLine]]:
    return (
        list(request_lines(merged_rows(old.parameters, new.parameters), "x")),
        list(response_lines(merged_rows(old.response, new.response))),
    )


@pytest.mark.parametrize("name", SYNTAX)
def test_without_the_added_lines_a_block_is_the_old_one_and_without_the_removed_the_new_one(name: str) -> None:
    old = SYNTAX[name]
    for new in SYNTAX.values():
        for lines, side in zip(compared_lines(old, new), ("request_syntax", "response_syntax"), strict=True):
            before, after = getattr(old, side) or "", getattr(new, side) or ""
            assert text_of_side(lines, "old") == before.replace(f"client.{old.method}(", "client.x(")
            assert text_of_side(lines, "new") == after.replace(f"client.{new.method}(", "client.x(")


def service(members: dict[str, Any], **shapes: Any) -> Service:
    """Return a model with one operation, `Ping`, whose input and output have `members`."""
    shapes |= {"S": {"type": "string"}, "N": {"type": "integer"}, "In": {"type": "structure", "members": members}}
    ping = {"name": "Ping", "input": {"shape": "In"}, "output": {"shape": "In"}}
    return parse(json.dumps({"metadata": {}, "operations": {"Ping": ping}, "shapes": shapes}).encode())


def ping(model: Service) -> OperationSyntax:
    return operation_syntax(model, model.operations["Ping"])


def members(names: str, shape: str = "S") -> dict[str, Any]:
    return {name: {"shape": shape} for name in names}


def request(old: Service, new: Service) -> list[tuple[str, str]]:
    return [(line.mark, line.text.strip()) for line in compared_lines(ping(old), ping(new))[0][1:-1]]


def test_a_new_last_member_leaves_the_line_above_unmarked_though_it_gets_a_comma() -> None:
    assert request(service(members("A")), service(members("AB"))) == [("", "A='string',"), ("added", "B='string'")]


def test_removed_rows_keep_their_position() -> None:
    found = request(service(members("ABC")), service(members("AC")))
    assert found == [("", "A='string',"), ("removed", "B='string',"), ("", "C='string'")]


def test_a_changed_type_shows_the_old_line_and_the_new_one() -> None:
    found = request(service(members("A")), service(members("A", "N")))
    assert found == [("was", "A='string'"), ("now", "A=123")]


def test_what_only_moved_is_not_marked() -> None:
    old, new = ping(service(members("ABC"))), ping(service(members("CAB")))
    lines = compared_lines(old, new)[0]
    assert {line.mark for line in lines} == {"", "left"}
    assert text_of_side(lines, "new").replace("client.x", "client.ping") == new.request_syntax
    assert text_of_side(lines, "old").replace("client.x", "client.ping") == old.request_syntax
    assert [entry.mark for entry in operation_rows(new, old).parameters] == ["", "", ""]


@pytest.mark.parametrize(
    ("old", "new", "differences"),
    [
        ({"shape": "S"}, {"shape": "N"}, (("string", "integer"),)),
        ({"shape": "S"}, {"shape": "S", "deprecated": True}, (("not deprecated", "deprecated"),)),
        ({"shape": "S", "enum": ["a", "b"]}, {"shape": "S", "enum": ["b", "c"]}, (("with 'a'", "'c'"),)),
        ({"shape": "S", "enum": ["a"]}, {"shape": "S", "enum": ["a", "c"]}, (("without", "'c'"),)),
        ({"shape": "S"}, {"shape": "S", "documentation": "Other words."}, ()),
    ],
)
def test_a_row_says_what_changed(old: Any, new: Any, differences: tuple[tuple[str, str], ...]) -> None:
    (entry,) = operation_rows(ping(service({"A": new})), ping(service({"A": old}))).parameters
    assert entry.differences == differences
    assert entry.mark == ("changed" if differences else "")


def text_of_block(text: str, *, with_marks: bool) -> str:
    """Return the first block of a page as it is read or as it is copied, without text that cannot be selected."""
    block = re.search(r"<pre[^>]*><code[^>]*>(.*?)</code></pre>", text, re.DOTALL)
    assert block
    code = block[1]
    if not with_marks:
        code = re.sub(r"<del.*?</del>|<span class=\"vh\">.*?</span>", "", code, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", code)).rstrip("\n")


def test_copying_a_marked_block_gives_the_new_syntax_and_screen_readers_read_the_marks() -> None:
    from docgen.compare.model_reader import ModelReader

    releases = {release.name: release for release in open_source(str(ROOT / "models")).releases()}
    old, new = (releases[name].find_model("appstream", "2016-12-01") for name in ("1.12.82", "1.12.83"))
    assert new
    delta = ModelReader(strict=True).compare(old, new)
    assert delta
    notes = service_notes(delta, NotesContext("1", "0"))
    page = page_of(notes, "notes")
    text = render_page(page, "html", standalone=True)
    text = text[text.index('aria-label="CreateFleet: Request syntax"') - 60 :]
    assert text_of_block(text, with_marks=False) == notes.operations[0].syntax.request_syntax
    assert "added:     Tags={" in text_of_block(text, with_marks=True)
    markdown = render_page(page, "markdown")
    assert "```diff\n client.create_fleet(" in markdown
    assert "\n+    Tags={\n+        'string': 'string'\n+    }\n" in markdown


def wide(width: int, places: range = range(20)) -> Service:
    """Return a model whose request and response use one structure of `width` members in many places, some in lists."""
    found = {f"P{i}": {"shape": "Wides" if i % 2 else "Wide"} for i in places}
    names: Any = [f"M{i}" for i in range(width)]
    return service(
        found,
        Wide={"type": "structure", "required": ["M0"], "members": members(names)},
        Wides={"type": "list", "member": {"shape": "Wide"}},
    )


def test_a_large_operation_lists_the_members_of_a_shape_once_and_refers_to_them() -> None:
    model = wide(MAX_FULL_ROWS // 10)
    found = operation_rows(ping(model))
    assert len(found.parameters) == 20 + 1 + MAX_FULL_ROWS // 10
    same_as = {entry.row.path: entry.same_as for entry in found.parameters if entry.same_as}
    assert same_as["P2"] == "request.P0"
    assert same_as["P1[]"] == "request.P0"
    assert same_as["P3"] == "request.P1"
    assert {e.same_as for e in found.response} == {"", "response.P0", "response.P1"}
    view = operation_view(model, model.operations["Ping"])
    assert "    P2={...},  # see request.P0\n" in view.request_block.current_text
    assert "    P3=[...],  # see request.P1\n" in view.request_block.current_text
    assert view.full_syntax.request_syntax.count("'M0': 'string'") == 20, "text and JSON are whole"


def test_json_of_a_folded_operation_tells_lists_from_items_and_requests_from_responses() -> None:
    found = operation_rows(ping(wide(MAX_FULL_ROWS // 10)))
    rows = {side: list(rows_data(each)) for side, each in (("request", found.parameters), ("response", found.response))}
    for side, listed in rows.items():
        references = {row["path"]: row["same_as"] for row in listed if "same_as" in row}
        assert references["P1[]"] == references["P2"] == f"{side}.P0"
        assert references["P3"] == f"{side}.P1", "a list"
        paths = {f"{side}.{row['path']}" for row in listed if "same_as" not in row}
        assert paths.issuperset(references.values()), "the members are in this file, on this side"
    assert any(row["required"] for row in rows["request"])
    assert not any(row["required"] for row in rows["response"])
    assert not any("members_file" in row for row in rows["request"])


def test_a_reference_to_the_items_of_a_list_names_the_items() -> None:
    found = operation_rows(ping(wide(MAX_FULL_ROWS // 10, range(1, 20))))
    references = {row["path"]: row.get("same_as") for row in rows_data(found.parameters)}
    assert references["P2"] == "request.P1[]"
    assert references["P3"] == "request.P1"


def test_a_small_operation_lists_everything() -> None:
    found = operation_rows(ping(wide(3)))
    assert len(found.parameters) == len(ping(wide(3)).parameters)
    assert not any(entry.same_as for entry in found.parameters)


def shown_changes(view: OperationView) -> tuple[Any, ...]:
    """Return what a page shows of an operation that was updated."""
    lists = view.rows.parameters, view.rows.response
    rows = [(e.row.path, e.mark, e.anchor, e.same_as, e.is_unchanged, e.omits_children) for each in lists for e in each]
    return rows, view.request_block, view.response_block


def test_a_large_updated_operation_lists_only_what_changed() -> None:
    calm = {"type": "structure", "members": members("ABCDEF")}
    live = {"type": "structure", "members": members("ABCDEF")}
    grown = {"type": "structure", "members": members("AB") | {"Late": {"shape": "S"}} | members("CDEF")}
    places = {f"P{i}": {"shape": "Calm"} for i in range(20)}
    places["P7"] = {"shape": "Live"}
    old = service({"S0": {"shape": "S"}, **places}, Calm=calm, Live=live)
    new = service({"S0": {"shape": "S"}, **places}, Calm=calm, Live=grown)
    both = (old, old.operations["Ping"]), (new, new.operations["Ping"])
    view = updated_operation_view(*both, same_shapes={"Calm"})
    found = view.rows.parameters
    assert view.rows.changes_only
    assert len(ping(new).parameters) > MAX_COMPARED_ROWS
    assert [entry.row.path for entry in found if entry.mark] == ["P7.Late"]
    assert {entry.row.path for entry in found if not entry.is_unchanged} == {"P7", "P7.Late"}
    assert {entry.row.path for entry in found if entry.omits_children} == {f"P{i}" for i in range(20) if i != 7}
    assert len(view.syntax.parameters) == 28, "rows below the others are not even visited"
    assert shown_changes(updated_operation_view(*both)) == shown_changes(view), (
        "the view does not depend on which shapes are known to be the same"
    )
    block = view.request_block.diff
    assert (
        "     P6={...},\n     P7={\n         'A': 'string',\n         'B': 'string',\n+        'Late': 'string',\n"
        in block
    )
    page = page_of(service_notes(find_deltas(old, new, "zoo"), NotesContext("2", "1")), "notes")
    shown = render_page(page, "html")
    assert '<span class="t">unchanged: S0, P0, ' in shown
    assert "Unchanged members are only named" in shown
    assert "- unchanged: `P7.A`, `P7.B`\n" in render_page(page, "markdown")
    assert all(f"P{i}={{" in render_page(page, "text") for i in range(20)), "the text is whole"
    rows = {row["path"]: row for row in json.loads(render_page(page, "json"))["operations"][0]["parameters"]}
    assert rows["P0"]["omits_children"]
    assert rows["P7.Late"]["mark"] == "added"


def test_a_row_does_not_refer_to_values_of_a_row_that_is_only_named() -> None:
    """Of an updated operation, a page only names unchanged rows, and does not list their values."""
    kind = {"type": "string", "enum": [f"kind-{i}" for i in range(MAX_INLINE_VALUES + 1)]}
    fill = {f"P{i}": {"shape": "Fill"} for i in range(20)}
    shapes = {"Kind": kind, "Fill": {"type": "structure", "members": members("ABCDEF")}}
    late = {"Late": {"shape": "Kind"}, "Later": {"shape": "Kind"}}
    old = service({"First": {"shape": "Kind"}, **fill}, **shapes)
    new = service({"First": {"shape": "Kind"}, **fill, **late}, **shapes)
    view = updated_operation_view((old, old.operations["Ping"]), (new, new.operations["Ping"]))
    assert view.rows.changes_only
    same_values = {entry.row.path: entry.same_values for entry in view.rows.parameters}
    assert (same_values["First"], same_values["Late"], same_values["Later"]) == ("", "", "request.Late")
    page = render_page(page_of(service_notes(find_deltas(old, new, "zoo"), NotesContext("2", "1")), "notes"), "html")
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert set(re.findall(r'<p class="t"><a href="#([^"]+)">', page)) <= ids


def large() -> dict[str, Any]:
    """Return a model whose one operation would make a page of a megabyte; no structure is used twice."""
    text = "<p>" + "What this is for, in the words of its own authors. " * 8 + "</p>"
    shapes: dict[str, Any] = {"S": {"type": "string", "documentation": text}}
    for i, j in product(range(6), range(40)):
        inner = {f"M{k}": {"shape": "S"} for k in range(8)}
        shapes[f"Inner{i}x{j}"] = {"type": "structure", "members": inner}
    for i in range(6):
        inner = {f"N{j}": {"shape": f"Inner{i}x{j}"} for j in range(40)}
        shapes[f"Outer{i}"] = {"type": "structure", "members": inner}
    shapes["In"] = {"type": "structure", "members": {f"O{i}": {"shape": f"Outer{i}"} for i in range(6)}}
    return {
        "metadata": {"apiVersion": "2020-01-01", "serviceFullName": "Zoo"},
        "operations": {"Ping": {"name": "Ping", "input": {"shape": "In"}}},
        "shapes": shapes,
    }


def test_an_operation_too_large_for_one_page_keeps_every_row_and_link_on_several(
    tmp_path: Path,
) -> None:
    for release in ("1.0", "1.1"):
        model = large()
        if release == "1.1":
            late = {f"L{i}": {"shape": "S"} for i in range(300)}
            model["shapes"]["Outer3"]["members"] |= {"Late": {"shape": "Late"}}
            model["shapes"]["Late"] = {"type": "structure", "members": late}
            model["operations"]["Pong"] = {"name": "Pong", "input": {"shape": "In"}}
        folder = tmp_path / "models" / release / "zoo" / "2020-01-01"
        folder.mkdir(parents=True)
        (folder / "service-2.json").write_text(json.dumps(model))
    out = tmp_path / "out"
    build_site(open_source(str(tmp_path / "models")), out, ["html", "markdown", "json"])
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(out.rglob("index.html"))}
    reference = [text for path, text in pages.items() if "services/zoo/Ping" in path.as_posix()]
    assert len(reference) > 3
    assert all(path.stat().st_size < 500_000 for path in out.rglob("index.*"))
    read = {path: json.loads(path.read_text(encoding="utf-8")) for path in out.rglob("index.json")}
    ids = {path: re.findall(r'\bid="([^"]*)"', text) for path, text in pages.items()}
    assert all(len(found) == len(set(found)) for found in ids.values())
    everywhere = {anchor for path, found in ids.items() if "services/zoo/Ping" in path.as_posix() for anchor in found}
    rows = operation_syntax(parse(json.dumps(model).encode()), parse(json.dumps(model).encode()).operations["Ping"])
    assert {f"request.{row.path}" for row in rows.parameters} <= everywhere
    for place in ("services/zoo/Ping", "releases/1.1/zoo/Pong"):
        assert all_paths(read, out / place / "index.json") == [row.path for row in rows.parameters]
    for path, text in pages.items():
        for href in re.findall(r'\bhref="([^":]*)"', text):
            target, _, fragment = href.partition("#")
            leads = (path.parent / target).resolve() if target else path.resolve()
            assert leads.is_file(), f"{path}: {href}"
            assert not fragment or leads not in ids or fragment in ids[leads], f"{path}: {href}"
    notes = (out / "releases/1.1/zoo/index.html").read_text(encoding="utf-8")
    assert 'href="Ping/index.html"' in notes
    marked = [path for path, text in pages.items() if "releases/1.1/zoo/Ping" in path.as_posix() and "added: " in text]
    assert marked, "the new line is marked on the page that has it"
    assert len(marked) == 1, "what did not change is not marked again"


def all_paths(read: dict[Path, Any], path: Path) -> list[str]:
    """Return the paths of all rows of a request in order, from its own file and from those of its parts."""

    def rows(found: list[dict[str, Any]]) -> Iterator[str]:
        for row in found:
            yield row["path"]
            if "members_file" in row:
                part = read[path.parent / row["members_file"]]
                assert part["rows"][0]["path"] == row["path"]
                yield from rows(part["rows"][1:])

    page = read[path]
    return list(rows((page["operation"] if "release" in page else page)["parameters"]))


PAIRS = [("1.43.67", "1.44.5"), ("1.31.0", "1.34.90")]
LARGEST = 1_000_000 if FULL_RUN else 250_000
"""The largest model, in bytes, that is listed in full: larger ones take too long for a test."""


@pytest.mark.parametrize(("before", "after"), PAIRS if FULL_RUN else PAIRS[:1])
def test_no_mark_is_lost_when_unchanged_rows_are_skipped(before: str, after: str) -> None:
    """On real releases, compared with lists that were made in full and folded afterwards."""
    seen = 0
    for service in changed(before, after):
        models = [newest(release)[service][MODEL] for release in (before, after)]
        if max(map(len, models)) > LARGEST:
            continue
        old, new = (parse(each, service) for each in models)
        for view in service_notes(find_deltas(old, new, service), NotesContext(after, before)).operations:
            if view.full_syntax_source is None:
                continue
            seen += 1
            both = (old, old.operations[view.name]), (new, new.operations[view.name])
            everything = updated_operation_view(*both)
            found, expected = marks(view), marks(everything)
            assert expected <= found, f"{service} {view.name}"
            lists = everything.rows
            if not any(entry.same_as for entry in (*lists.parameters, *lists.response)):
                assert found == expected, f"{service} {view.name}"
    assert seen > 50


def marks(view: OperationView) -> set[tuple[str, str]]:
    """Return the rows that were added, removed or changed."""
    lists = {"request": view.rows.parameters, "response": view.rows.response}
    return {(f"{side} {e.row.path}", e.mark) for side, entries in lists.items() for e in entries if e.mark}


def test_only_operations_of_aws_link_to_its_documentation() -> None:
    model = parse(b'{"metadata": {"uid": "zoo-1"}, "operations": {"Ping": {"name": "Ping"}}, "shapes": {}}')
    operation = model.operations["Ping"]
    links = [operation_view(model, operation, package=name).see_also_url for name in ("botocore", "", "ibm_botocore")]
    assert links == ["https://docs.aws.amazon.com/goto/WebAPI/zoo-1/Ping"] * 2 + [None]


@pytest.mark.parametrize("outer", ["A", "a b", "A.B", "", "é", "{key}", "x[]", "[", "a]", "_"])
@pytest.mark.parametrize("inner", ["B", "b c", "[]", "{value}", ".", "-"])
def test_the_id_of_a_row_is_the_same_from_its_path_and_from_its_parent(outer: str, inner: str) -> None:
    shapes = {
        "In": {"type": "structure", "members": {outer: {"shape": "Map"}, "last": {"shape": "Text"}}},
        "Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "List"}},
        "List": {"type": "list", "member": {"shape": "Item"}},
        "Item": {"type": "structure", "members": {inner: {"shape": "Text"}, "C": {"shape": "Text"}}},
        "Text": {"type": "string"},
    }
    roots = {"input": {"shape": "In"}, "output": {"shape": "In"}}
    model = {"metadata": {}, "operations": {"Do": {"name": "Do", **roots}}, "shapes": shapes}
    service = parse(json.dumps(model).encode(), "odd names")
    syntax = operation_syntax(service, service.operations["Do"])
    for side, rows in (("request", syntax.parameters), ("response", syntax.response)):
        assert row_anchors(side, rows) == [row_anchor(side, row.path) for row in rows]
