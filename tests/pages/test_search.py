"""The search finds every name of every operation, at an anchor that its page has."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import FULL, newest_models_in

from docgen.model.parse import parse
from docgen.model.python_view import python_view
from docgen.model.service import Service
from docgen.pages.operation.reference import operation_reference
from docgen.pages.operation.rows import row_anchor
from docgen.pages.search.entries import (
    ERROR,
    MEMBER,
    VALUE,
    SearchEntries,
    search_entries,
    search_terms,
    searchable_sentence,
)
from docgen.pages.search.files import pack_entries, search_files, search_groups, shard_files
from docgen.render.addresses import html_id

MICRO = Path(__file__).parent.parent / "data" / "micro" / "service-2.json"
FIXED = ("sqs", "dynamodb", "lambda", "lexv2-models")


@pytest.fixture(scope="module")
def wheel(botocore_wheel: Any) -> dict[str, bytes]:
    """Return the models of a release."""
    return newest_models_in(botocore_wheel("1.44.5"))


def model(**parts: Any) -> Service:
    """Return a service with one operation, `Call`, whose input has the given members, as JSON shapes."""
    shapes = {name: shape for name, shape in parts.items() if name != "Input"}
    members = {name: {"shape": target} for name, target in parts["Input"].items()}
    shapes["Input"] = {"type": "structure", "members": members}
    operations = {"Call": {"input": {"shape": "Input"}, "documentation": "<p>Rings a <b>bell</b>.</p>"}}
    return parse(json.dumps({"metadata": {"apiVersion": "1"}, "operations": operations, "shapes": shapes}).encode())


def values(files: dict[str, bytes]) -> dict[str, Any]:
    """Return what each file passes to the script."""
    found = {}
    for path, content in files.items():
        text = content.decode()
        match = re.fullmatch(r'docgenSearch\(("(?:[^"\\]|\\.)*"),(.*)\)\n', text, re.DOTALL)
        assert match, path
        name = json.loads(match[1])
        assert path == f"static/search/{name}.js"
        found[name] = json.loads(match[2])
    return found


def operations(names: list[Any]) -> dict[str, list[str]]:
    """Return the operations in `names.js` by service."""
    verbs, _, *services = names
    found = {}
    for service, _, _, nouns, *others in services:
        for noun in nouns.split():
            at = next(at for at, letter in enumerate(noun) if letter.isupper())
            others += [verbs[ord(letter) - ord("a")] + noun[at:] for letter in noun[:at]]
        found[service] = sorted(others)
    return found


def places(entries: SearchEntries) -> Iterator[tuple[str, int, str, str]]:
    """Yield every operation, kind, name and anchor, computed in another way than the script does from the graph."""
    nodes: list[Any] = list(entries["nodes"])

    def walk(number: int, anchor: str, seen: set[int]) -> Iterator[tuple[int, str, str]]:
        node = nodes[number]
        if not node or number in seen:
            return
        if isinstance(node, dict):
            yield from ((VALUE, value, anchor) for value in node["e"])
        elif isinstance(node[0], int):
            for part in node:
                yield from walk(part, anchor, seen)
        else:
            seen.add(number)
            for name, target in zip(node[::2], node[1::2], strict=True):
                below = anchor if anchor.startswith("error.") else f"{anchor}.{html_id(name)}"
                yield MEMBER, name, below
                yield from walk(target, below, seen)

    for operation, roots in zip(entries["operations"], entries["roots"], strict=True):
        for anchor, number in zip(roots[::2], roots[1::2], strict=True):
            if anchor.startswith("error."):
                yield operation, ERROR, anchor.removeprefix("error."), anchor
            for place in walk(number, anchor, set()):
                yield (operation, *place)


@pytest.mark.parametrize(
    ("name", "operation", "members", "names"),
    [
        ("logs", "CreateExportTask", ["from"], {"fromTime": "request.fromTime", "from": "request.fromTime"}),
        (
            "cloudsearchdomain",
            "Search",
            ["return"],
            {"returnFields": "request.returnFields", "return": "request.returnFields"},
        ),
        ("s3", "PutBucketAcl", ["ACL", "ContentMD5"], {"ACL": "request.ACL", "ContentMD5": "request"}),
        ("cloudwatch", "GetOTelEnrichment", ["A"], {"A": "request.A", "get_o_tel_enrichment": "request"}),
    ],
)
def test_both_names_of_what_botocore_renames_are_found(
    name: str, operation: str, members: list[str], names: dict[str, str]
) -> None:
    shapes = {
        "Text": {"type": "string"},
        "Input": {"type": "structure", "members": {m: {"shape": "Text"} for m in members}},
    }
    operations = {operation: {"input": {"shape": "Input"}}}
    content = {"metadata": {"apiVersion": "1"}, "operations": operations, "shapes": shapes}
    service = python_view(parse(json.dumps(content).encode()), name, "botocore", "1.44.8")
    assert {each.name: each.anchor for each in search_entries(service, name)["names"]} == names


def test_names_members_values_and_errors_of_every_operation_are_found_where_the_pages_have_them(
    wheel: dict[str, bytes],
) -> None:
    for name in wheel if FULL else FIXED:
        service = parse(wheel[name])
        entries = search_entries(service, name)
        found: dict[str, set[tuple[int, str]]] = {each: set() for each in service.operations}
        reached: dict[str, set[str]] = {each: set() for each in service.operations}
        for of, kind, word, anchor in places(entries):
            found[of].add((kind, word))
            reached[of].add(anchor)
        recorded = {(record.kind, record.name) for record in entries["names"]}
        assert recorded == set().union(*found.values())
        for record in entries["names"]:
            of = entries["operations"][record.operation]
            assert (record.kind, record.name) in found[of]
            assert record.anchor in reached[of]
            assert record.operations == sum((record.kind, record.name) in each for each in found.values())
        for operation in service.operations.values():
            page = operation_reference(service, operation, name)
            view = page.operation
            sides = ("request", view.syntax.parameters), ("response", view.syntax.response)
            there = {row_anchor(side, row.path) for side, listed in sides for row in listed}
            there |= {f"error.{error}" for error, _ in page.errors}
            assert reached[operation.name] - {"request", "response"} <= there, operation.name
            rows = (*view.syntax.parameters, *view.syntax.response)
            assert {(MEMBER, row.name) for row in rows if row.name is not None} <= found[operation.name]
            shapes = [service.shapes[row.shape] for row in rows]
            values_of_enums = {
                value for shape in shapes if shape.type == "string" for value in shape.traits.get("enum", ())
            }
            assert {(VALUE, value) for value in values_of_enums} <= found[operation.name], operation.name
            assert {(ERROR, error.target) for error in operation.errors} <= found[operation.name]


def test_the_files_have_every_name_in_the_one_shard_that_the_script_asks_for(wheel: dict[str, bytes]) -> None:
    entries = [search_entries(parse(wheel[name]), name) for name in FIXED]
    in_order = sorted(entries, key=lambda each: each["service"])
    files = values(dict(search_files(in_order, {"sqs": 7})))
    assert operations(files["names"]) == {each["service"]: sorted(each["operations"]) for each in entries}
    assert {service: changed for service, _, changed, *_ in files["names"][2:]} == dict.fromkeys(FIXED, 0) | {"sqs": 7}
    assert files["shards"] == sorted(name for name in files if name[:2] in ("n-", "w-"))
    order = sorted(FIXED)
    for letter in "nw":
        shards = [name for name in files["shards"] if name.startswith(letter)]
        for shard in shards:
            for name, records in files[shard]:
                key = re.sub("[^a-z0-9]", "_", name.lower())[:12]
                assert [each for each in shards if key.ljust(12, "_").startswith(each[2:])] == [shard]
                assert records
        found = {
            (order[at], name, *rest) for shard in shards for name, records in files[shard] for at, *rest in records
        }
        for each in entries:
            service = each["service"]
            wanted: set[tuple[Any, ...]] = {
                (service, word, operation) for word, (described, _) in each["words"].items() for operation in described
            }
            if letter == "n":
                wanted = {(service, r.name, r.operation, r.anchor, r.kind, r.operations) for r in each["names"]}
            assert wanted <= found
    for each in entries:
        assert files[f"s-{each['service']}"] == [each["roots"], each["nodes"]]


def test_shards_are_small_and_named_so_that_any_disk_can_have_them(wheel: dict[str, bytes]) -> None:
    files = dict(search_files([search_entries(parse(data), name) for name, data in list(wheel.items())[:80]], {}))
    for path, content in files.items():
        assert re.fullmatch(r"static/search/[a-z0-9_-]+\.js", path)
        if "/s-" not in path:
            assert len(content) <= 110_000, path
    assert len({path.lower() for path in files}) == len(files)


def test_entries_that_went_through_json_give_the_same_files() -> None:
    parts = {"Input": {"Name": "Text"}, "Text": {"type": "string", "enum": ["b", "a"]}}
    entries = [search_entries(model(**parts), name) for name in ("two", "one")]
    kept = [json.loads(json.dumps(each)) for each in entries]
    assert dict(search_files(kept, {})) == dict(search_files(entries, {}))


def test_names_that_scripts_or_disks_take_amiss_are_plain_data() -> None:
    odd = ["__proto__", "constructor", "../../x", "</script>", "a\u2028b", "\u202eabc", "{{ x }}", 'q"\\', "con", " "]
    service = model(Input=dict.fromkeys(odd, "Text"), Text={"type": "string", "enum": odd})
    files = values(dict(search_files([search_entries(service, "odd")], {})))
    assert {(name, record[3]) for name, records in files["n-"] for record in records} == {
        (name, kind) for name in odd for kind in (MEMBER, VALUE)
    }
    assert set(files) == {"names", "shards", "n-", "w-", "s-odd"}


def test_a_name_in_many_places_has_the_place_nearest_to_the_top_of_a_request() -> None:
    service = model(
        Input={"A": "Outer", "Key": "Text"},
        Outer={"type": "structure", "members": {"Key": {"shape": "Text"}, "Only": {"shape": "Outer"}}},
        Text={"type": "string"},
    )
    found = {record.name: record.anchor for record in search_entries(service, "x")["names"]}
    assert found == {"A": "request.A", "Key": "request.Key", "Only": "request.A.Only"}


def test_lists_and_maps_lead_to_what_they_hold_keys_too() -> None:
    service = model(
        Input={"Many": "List"},
        List={"type": "list", "member": {"shape": "Map"}},
        Map={"type": "map", "key": {"shape": "Key"}, "value": {"shape": "Held"}},
        Key={"type": "string", "enum": ["red"]},
        Held={"type": "structure", "members": {"In": {"shape": "List"}}},
    )
    found = {(record.kind, record.name): record.anchor for record in search_entries(service, "x")["names"]}
    assert found == {
        (MEMBER, "Many"): "request.Many",
        (VALUE, "red"): "request.Many",
        (MEMBER, "In"): "request.Many.In",
    }


def test_shapes_that_hold_themselves_come_to_an_end() -> None:
    service = model(
        Input={"A": "Map", "B": "Tree"},
        Map={"type": "map", "key": {"shape": "Map"}, "value": {"shape": "Map"}},
        Tree={"type": "structure", "members": {"Left": {"shape": "Tree"}, "5": {"shape": "Map"}}},
    )
    found = {record.name: record.anchor for record in search_entries(service, "x")["names"]}
    assert found == {"A": "request.A", "B": "request.B", "Left": "request.B.Left", "5": "request.B.5"}


def test_words_are_those_of_the_text_without_the_common_ones() -> None:
    assert search_terms("<p>The <b>Quick</b> brown-fox, &amp; the v2 API.</p>") == ["api", "brown", "fox", "quick"]
    assert searchable_sentence("<p>One thing. Another.</p>") == "One thing."
    assert search_entries(model(Input={}), "x")["words"] == {"bell": ([0], []), "rings": ([0], [])}


@pytest.mark.slow
@pytest.mark.skipif(not FULL, reason="reads a whole release")
def test_what_is_loaded_before_the_first_result_is_at_most_100_kb_compressed(wheel: dict[str, bytes]) -> None:
    files = dict(search_files((search_entries(parse(data), name) for name, data in wheel.items()), {}))
    sizes = {path: len(gzip.compress(content, 6)) for path, content in files.items()}
    assert sizes["static/search/names.js"] <= 80_000
    assert sizes["static/search/shards.js"] <= 6_000
    assert max(size for path, size in sizes.items() if "/s-" not in path) <= 80_000


def test_the_files_of_all_groups_are_those_that_are_made_at_once(
    wheel: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docgen.pages.search.files.MAX_SHARD_SIZE", 1_000)
    packed = [pack_entries(search_entries(parse(data), name)) for name, data in list(wheel.items())[:4]]
    groups = search_groups(packed)
    assert len(groups) > 10
    in_groups = [shard for group in groups for shard in shard_files(packed, group)]
    assert sorted(in_groups) == sorted(shard_files(packed, ""))
    with_graphs = dict(search_files([search_entries(parse(data), name) for name, data in list(wheel.items())[:4]], {}))
    assert {path: with_graphs[path] for _, (path, _) in in_groups} == dict(file for _, file in in_groups)
