"""The pages of types: which exist, what they contain, and that operations, lists and the search link to them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from site_links import check_site
from zoo_models import build_zoo

from docgen import schema
from docgen.model.parse import parse
from docgen.model.service import Service
from docgen.model.shared_shapes import notable_shapes
from docgen.model.type_rows import MAX_INNER_ROWS, type_rows
from docgen.model.usage import ShapeUsage


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site of three releases with a history."""
    return build_zoo(tmp_path_factory.mktemp("types"), ["html", "markdown", "json"])


def types(site: Path) -> Path:
    return site / "services" / "zoo" / "types"


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_a_type_has_a_page_if_operations_share_it_and_it_is_large(site: Path) -> None:
    folders = sorted(path.name for path in types(site).iterdir() if path.is_dir())
    assert folders == ["Animal", "kind", "type.Kind.1"]  # neither Pen, which is small, nor Sole, which is not shared
    listed = json.loads(read(types(site) / "index.json"))
    assert [(line["type"], line["kind"], line["operation_count"], line["path"]) for line in listed["types"]] == [
        ("Animal", "structure", 2, "Animal/index"),
        ("Kind", "enum", 2, "type.Kind.1/index"),
        ("kind", "structure", 2, "kind/index"),
    ]
    assert (site / "services" / "zoo" / "operation.types" / "index.html").is_file()


def test_a_type_says_what_it_contains_who_uses_it_and_what_changed(site: Path) -> None:
    data = json.loads(read(types(site) / "Animal" / "index.json"))
    rows = {row["path"]: row for row in data["members"]}
    assert rows["M0"]["required"]
    assert "required_since" not in rows["M0"]
    assert rows["M1"]["required_since"] == "1.2"
    page = read(types(site) / "Animal" / "index.html")
    assert '<span class="b req">required since 1.2</span>' in page
    assert rows["Tags"]["since"] == "1.2"
    assert rows["M3"]["deprecated_since"] == "1.3"
    assert rows["Kind"]["type_name"] == "Kind"
    assert rows["Mother"]["type_name"] == "Animal"
    assert "Mother.M0" not in rows
    assert "Tags{value}.Size" in rows
    assert rows["Pen"]["omits_children"]
    assert rows["Twin"]["omits_children"]  # the rows of its shape are listed at Box
    assert "Box.B0" in rows
    assert "Twin.B0" not in rows
    assert "Pen.P0" not in rows  # they are many, and listed with the operations
    assert data["uses"] == [
        {"operation": "Feed", "direction": "request", "path": "Fed"},
        {"operation": "List", "direction": "response", "path": "Found[]"},
    ]
    assert data["history"] == [
        change("1.3", removed=["M2"], changed=["M3: string → integer", "M3: deprecated"]),
        change("1.2", added=["Tags"], changed=["M1: required"]),
    ]
    values = json.loads(read(types(site) / "type.Kind.1" / "index.json"))
    assert values["values"][-1] == {"value": "new", "since": "1.2"}
    assert values["history"] == [change("1.2", added=["new"], removed=["kind-0"])]


def test_the_members_of_a_type_have_strips_from_its_first_release_to_the_newest(site: Path) -> None:
    page = read(types(site) / "Animal" / "index.html")
    strips = re.findall(r'id="member\.(\w+)"[^>]*>[^\n]*<svg class="strip"[^>]*>(.*?)</svg>', page)
    assert dict(strips) == {
        "M1": '<path d="M0 3h48"/><path class="q" d="M16 3h32"/>',  # required since the second of three releases
        "M3": '<path d="M0 3h48"/><path d="M32 3h16"/>',  # deprecated since the third
        "Tags": '<path d="M16 3h32"/>',
    }
    assert 'class="strip"' not in read(types(site) / "kind" / "index.html"), "nothing changed there"


def change(release: str, **parts: list[str]) -> dict[str, Any]:
    lists = {name: parts.get(name, []) for name in ("added", "removed", "changed")}
    return {"release": release, "date": f"2020-0{release[-1]}-01", "event": None, **lists}


def test_links_lead_from_operations_to_types_and_back(site: Path) -> None:
    assert check_site(site, url="https://zoo.example/").wrong == []
    operation = read(site / "services" / "zoo" / "List" / "index.html")
    assert '<span class="t">(list <a href="../types/Animal/index.html">Animal</a>)</span>' in operation
    page = read(types(site) / "Animal" / "index.html")
    assert 'href="../../List/index.html#response.Found"' in page
    assert '<a href="../../../../releases/1.3/zoo/index.html">1.3</a>' in page  # the notes of that release
    assert 'Same members as <a href="../../Feed/index.html#request.Fed.Pen">Feed request.Fed.Pen</a>' in page
    assert "did not change" not in page
    assert 'Same members as <a href="#member.Box">member.Box</a>' in page
    assert "[Animal](<../types/Animal/index.md>)" in read(site / "services" / "zoo" / "List" / "index.md")
    assert '<a href="types/index.html">Types</a>' in read(site / "services" / "zoo" / "nav.html")
    assert "https://zoo.example/services/zoo/types/Animal/" in read(site / "sitemap.xml")


def test_the_search_finds_types(site: Path) -> None:
    found = [
        record
        for path in (site / "static" / "search").glob("n-*.js")
        for name, records in json.loads(read(path).partition(",")[2].rstrip(")\n"))
        for record in records
        if name == "Animal"
    ]
    assert [0, -1, "Animal", 4, 2] in found


@pytest.mark.parametrize("name", ["type", "type-index"])
def test_the_json_of_types_obeys_its_schema(name: str, site: Path) -> None:
    registry = Registry().with_resources(
        (each["$id"], Resource.from_contents(each)) for each in map(schema.load_schema, schema.PUBLISHED_SCHEMAS)
    )
    validator = Draft202012Validator(schema.load_schema(name), registry=registry)
    files = [types(site) / "index.json"] if name == "type-index" else sorted(types(site).glob("*/index.json"))
    for path in files:
        validator.validate(json.loads(read(path)))


def model(shapes: dict[str, Any], *inputs: str) -> Service:
    operations = {f"Op{number}": {"input": {"shape": name}} for number, name in enumerate(inputs)}
    return parse(json.dumps({"metadata": {"apiVersion": "1"}, "operations": operations, "shapes": shapes}).encode())


def test_pages_of_types_do_not_repeat_each_other_however_shapes_nest() -> None:
    """Every shape has two members of the next one: the first list would have two to the power of 200 rows."""
    shapes: dict[str, Any] = {}
    for number in range(200):
        below = {"shape": f"T{number + 1}"}
        shapes[f"T{number}"] = {"type": "structure", "members": {"A": below, "B": below}}
    shapes["T200"] = {"type": "structure", "members": {"Back": {"shape": "T0"}}}
    service = model(shapes, "T0", "T0")
    found = notable_shapes(service, ShapeUsage(service))
    assert found.shapes
    others = found.shapes.keys()
    for name in others:
        rows = type_rows(service, name, others - {name}, found.rows_below, is_request=True)
        assert 1 < len(rows) <= 1 + 2 * (1 + MAX_INNER_ROWS)
