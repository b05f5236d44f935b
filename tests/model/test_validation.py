"""Every problem has its exact message, no published model has any, and two validators agree on docgen's schemas."""

from __future__ import annotations

import copy
import gzip
import json
import os
import random
import zipfile
from collections.abc import Callable, Iterator
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from docgen import schema
from docgen.check.validate import validate_paths
from docgen.errors import ModelError
from docgen.model import validation
from docgen.model.parse import parse
from docgen.model.strict_json import load_json
from docgen.model.validation import MAX_PROBLEMS, ModelProblem, model_problems

MODELS = Path(__file__).parent.parent.parent / "models"
SCHEMAS = sorted(
    file.name.removesuffix(".schema.json")
    for file in resources.files(schema).iterdir()
    if file.name.endswith(".schema.json")
)
READ = ("release", "service-2", "smithy-ast")
"""The schemas of files that docgen reads; their texts appear in messages."""

RELEASES: tuple[str, ...] = ("1.0.0", "1.12.83")
if os.environ.get("DOCGEN_FULL"):
    RELEASES += ("1.5.0", "1.8.0", "1.16.0", "1.20.0", "1.23.0", "1.27.0", "1.31.0", "1.34.90", "1.38.0")
    RELEASES += ("1.43.67", "1.44.5")
SAMPLE = ("apigateway", "apigatewaymanagementapi", "appstream", "dynamodb", "lexv2-runtime", "s3", "sqs", "waf")
"""Services with old traits, numbers in strings, document types, recursion, event streams, XML, queries, equal keys."""

Wheel = Callable[[str], Path]
Json = Any

HTTP = {"method": "POST", "requestUri": "/"}
VALID: Json = {
    "version": "2.0",
    "metadata": {"apiVersion": "2016-12-01", "endpointPrefix": "zoo", "serviceFullName": "Zoo", "protocol": "json"},
    "operations": {
        "Ping": {
            "name": "Ping",
            "http": HTTP,
            "input": {"shape": "Request"},
            "output": {"shape": "Response"},
            "errors": [{"shape": "Gone"}],
        }
    },
    "shapes": {
        "Request": {
            "type": "structure",
            "required": ["Name"],
            "members": {"Name": {"shape": "Name"}, "Tags": {"shape": "Tags"}},
            "payload": "Tags",
        },
        "Response": {"type": "structure", "members": {"Names": {"shape": "Names"}}},
        "Gone": {"type": "structure", "exception": True, "error": {"httpStatusCode": 404}},
        "Name": {"type": "string", "min": 1, "max": 64, "enum": ["cat", "dog"]},
        "Names": {"type": "list", "member": {"shape": "Name"}},
        "Tags": {"type": "map", "key": {"shape": "Name"}, "value": {"shape": "Name"}},
    },
}
GONE = object()

REFERENCE = 'expected a reference such as {"shape": "Name"}'
STRUCTURE = 'expected a structure such as {"type": "structure", "members": {}}'
MAP = 'expected a map such as {"type": "map", "key": {"shape": "Name"}, "value": {"shape": "Name"}}'
BINDING = 'expected a binding to HTTP such as {"method": "POST", "requestUri": "/"}'
SERVICE = 'expected a service model such as {"metadata": {}, "operations": {}, "shapes": {}}'
STRINGS = 'expected a list of strings such as ["one", "two"]'
TYPES = "blob boolean double float integer list long map string structure timestamp".split()

# The part of the valid model to change, its new value, and the messages for it (without "zoo.json: ").
FAULTS: dict[str, tuple[str, Json, list[str]]] = {
    "no metadata": ("metadata", GONE, [f"no 'metadata', {SERVICE}"]),
    "no operations": ("operations", GONE, [f"no 'operations', {SERVICE}"]),
    "metadata of a wrong type": (
        "metadata",
        [],
        [
            "/metadata: found a list, expected a description of the service such as "
            '{"apiVersion": "2016-12-01", "endpointPrefix": "name", "serviceFullName": "Full Name"}'
        ],
    ),
    "metadata without names": (
        "metadata",
        {"apiVersion": "2016-12-01"},
        [
            "/metadata: no 'endpointPrefix', 'serviceFullName', expected a description of the service such as "
            '{"apiVersion": "2016-12-01", "endpointPrefix": "name", "serviceFullName": "Full Name"}'
        ],
    ),
    "protocol is no string": ("metadata/protocol", 2, ["/metadata/protocol: found 2, expected a string"]),
    "protocols is a string": ("metadata/protocols", "json", [f'/metadata/protocols: found "json", {STRINGS}']),
    "operations is a list": ("operations", [], ["/operations: found a list, expected a set of operations by name"]),
    "an operation without a name": (
        "operations",
        {"": {"name": "", "http": HTTP}},
        ['/operations: found "", expected a name of an operation'],
    ),
    "no http": (
        "operations/Ping/http",
        GONE,
        [
            "/operations/Ping: no 'http', expected an operation such as "
            '{"name": "Name", "http": {"method": "POST", "requestUri": "/"}}'
        ],
    ),
    "no method": ("operations/Ping/http/method", GONE, [f"/operations/Ping/http: no 'method', {BINDING}"]),
    "empty http": ("operations/Ping/http", {}, [f"/operations/Ping/http: no 'method', 'requestUri', {BINDING}"]),
    "status code is a word": (
        "operations/Ping/http/responseCode",
        "fine",
        ['/operations/Ping/http/responseCode: found "fine", expected a status code such as 200'],
    ),
    "input without shape": ("operations/Ping/input", {}, [f"/operations/Ping/input: no 'shape', {REFERENCE}"]),
    "input is a name": ("operations/Ping/input", "Name", [f'/operations/Ping/input: found "Name", {REFERENCE}']),
    "input is no structure": (
        "operations/Ping/input/shape",
        "Name",
        ['/operations/Ping/input/shape: "Name" is of type "string", expected a structure'],
    ),
    "input is unknown": (
        "operations/Ping/input/shape",
        "Reqest",
        ['/operations/Ping/input/shape: no shape is called "Reqest", expected one of /shapes'],
    ),
    "output is no structure": (
        "operations/Ping/output/shape",
        "Names",
        ['/operations/Ping/output/shape: "Names" is of type "list", expected a structure'],
    ),
    "errors is an object": (
        "operations/Ping/errors",
        {"shape": "Gone"},
        ['/operations/Ping/errors: found an object, expected a list of references such as [{"shape": "Name"}]'],
    ),
    "an error is a name": (
        "operations/Ping/errors/0",
        "Gone",
        [f'/operations/Ping/errors/0: found "Gone", {REFERENCE}'],
    ),
    "an error is unknown": (
        "operations/Ping/errors/0/shape",
        "Left",
        ['/operations/Ping/errors/0/shape: no shape is called "Left", expected one of /shapes'],
    ),
    "an error is no structure": (
        "operations/Ping/errors/0/shape",
        "Tags",
        ['/operations/Ping/errors/0/shape: "Tags" is of type "map", expected a structure'],
    ),
    "deprecated is a word": (
        "operations/Ping/deprecated",
        "yes",
        ['/operations/Ping/deprecated: found "yes", expected a boolean'],
    ),
    "documentation is null": (
        "operations/Ping/documentation",
        None,
        ["/operations/Ping/documentation: found null, expected a string of HTML"],
    ),
    "a shape is null": ("shapes/Name", None, ['/shapes/Name: found null, expected a shape such as {"type": "string"}']),
    "no type": (
        "shapes/Tags",
        {"key": {}},
        ['/shapes/Tags: no \'type\', expected a shape such as {"type": "string"}'],
    ),
    "a type that does not exist": (
        "shapes/Response/type",
        "strucutre",
        [
            '/operations/Ping/output/shape: "Response" is of type "strucutre", expected a structure',
            '/shapes/Response/type: found "strucutre", expected a type of a shape: '
            + ", ".join(f'"{name}"' for name in TYPES),
        ],
    ),
    "a type that is no string": (
        "shapes/Names/type",
        ["list"],
        ["/shapes/Names/type: found a list, expected a type of a shape: " + ", ".join(f'"{name}"' for name in TYPES)],
    ),
    "no members": ("shapes/Response/members", GONE, [f"/shapes/Response: no 'members', {STRUCTURE}"]),
    "members is a list": (
        "shapes/Response/members",
        [{"shape": "Name"}],
        [
            "/shapes/Response/members: found a list, "
            'expected a set of references by name such as {"Name": {"shape": "Name"}}'
        ],
    ),
    "a member without shape": (
        "shapes/Request/members/Name",
        {"Shape": "Name"},
        [f"/shapes/Request/members/Name: no 'shape', {REFERENCE}"],
    ),
    "a member is unknown": (
        "shapes/Request/members/Name/shape",
        "Nmae",
        ['/shapes/Request/members/Name/shape: no shape is called "Nmae", expected one of /shapes'],
    ),
    "a member in no known location": (
        "shapes/Request/members/Name/location",
        "queryString",
        [
            '/shapes/Request/members/Name/location: found "queryString", expected a place in an HTTP message: '
            '"header", "headers", "querystring", "statusCode", "uri"'
        ],
    ),
    "required is a name": (
        "shapes/Request/required",
        "Name",
        ['/shapes/Request/required: found "Name", expected a list of different names of members such as ["Name"]'],
    ),
    "required is a flag": (
        "shapes/Request/required",
        True,
        ['/shapes/Request/required: found true, expected a list of different names of members such as ["Name"]'],
    ),
    "required says it twice": (
        "shapes/Request/required",
        ["Name", "Tags", "Name"],
        [
            '/shapes/Request/required: "Name" is listed twice, '
            'expected a list of different names of members such as ["Name"]'
        ],
    ),
    "required has a number": (
        "shapes/Request/required",
        ["Name", 5],
        ["/shapes/Request/required/1: found 5, expected a string"],
    ),
    "required is unknown": (
        "shapes/Request/required/0",
        "Nmae",
        ['/shapes/Request/required/0: no member is called "Nmae", expected one of /shapes/Request/members'],
    ),
    "payload is unknown": (
        "shapes/Request/payload",
        "Body",
        ['/shapes/Request/payload: no member is called "Body", expected one of /shapes/Request/members'],
    ),
    "payload is no string": (
        "shapes/Request/payload",
        {"shape": "Name"},
        ["/shapes/Request/payload: found an object, expected a name of a member"],
    ),
    "a list without member": (
        "shapes/Names/member",
        GONE,
        ['/shapes/Names: no \'member\', expected a list such as {"type": "list", "member": {"shape": "Name"}}'],
    ),
    "a map without value": ("shapes/Tags/value", GONE, [f"/shapes/Tags: no 'value', {MAP}"]),
    "an empty map": ("shapes/Tags", {"type": "map"}, [f"/shapes/Tags: no 'key', 'value', {MAP}"]),
    "a key without shape": ("shapes/Tags/key", {}, [f"/shapes/Tags/key: no 'shape', {REFERENCE}"]),
    "a value whose shape is a number": (
        "shapes/Tags/value/shape",
        1,
        ["/shapes/Tags/value/shape: found 1, expected a name of a shape"],
    ),
    "enum is an object": ("shapes/Name/enum", {"cat": 1}, [f"/shapes/Name/enum: found an object, {STRINGS}"]),
    "enum has a flag": ("shapes/Name/enum/1", True, ["/shapes/Name/enum/1: found true, expected a string"]),
    "min is a word": ("shapes/Name/min", "one", ['/shapes/Name/min: found "one", expected a number']),
    "max is a flag": ("shapes/Name/max", True, ["/shapes/Name/max: found true, expected a number"]),
    "error is a code": (
        "shapes/Gone/error",
        404,
        ['/shapes/Gone/error: found 404, expected a binding of an error such as {"httpStatusCode": 400}'],
    ),
    "several faults": (
        "shapes/Names",
        {"type": "list", "sensitive": 1, "max": None},
        [
            '/shapes/Names: no \'member\', expected a list such as {"type": "list", "member": {"shape": "Name"}}',
            "/shapes/Names/max: found null, expected a number",
            "/shapes/Names/sensitive: found 1, expected a boolean",
        ],
    ),
}
UNSEEN_BY_SCHEMA = {
    "input is no structure",
    "input is unknown",
    "output is no structure",
    "an error is unknown",
    "an error is no structure",
    "a member is unknown",
    "required is unknown",
    "payload is unknown",
}

ALLOWED: dict[str, tuple[str, Json]] = {
    "a trait that no one has heard of": ("shapes/Name/fluffy", {"very": True}),
    "an unknown key at the top": ("weather", "fine"),
    "an unknown key of a reference": ("shapes/Names/member/tags", ["one"]),
    "digits for a limit": ("shapes/Name/max", "131072"),
    "digits for a status code": ("operations/Ping/http/responseCode", "201"),
    "digits for an error's status code": ("shapes/Gone/error/httpStatusCode", "404"),
    "a fraction for a limit": ("shapes/Name/min", -0.5),
    "an exception without members": ("shapes/Gone", {"type": "structure", "exception": True}),
    "nothing required": ("shapes/Request/required", []),
    "an empty description": ("documentation", ""),
    "a list of itself": ("shapes/Names/member/shape", "Names"),
    "a new protocol": ("metadata/protocol", "carrier-pigeon"),
}


def changed(at: str, value: Json) -> Json:
    """Return the valid model with one value added, replaced or removed."""
    model = copy.deepcopy(VALID)
    *parents, last = at.split("/")
    node = model
    for key in parents:
        node = node[int(key) if isinstance(node, list) else key]
    if value is GONE:
        del node[last]
    else:
        node[int(last) if isinstance(node, list) else last] = value
    return model


def lines(model: Json) -> list[str]:
    return [str(problem) for problem in model_problems(model, "zoo.json")]


def test_a_valid_model_has_no_problems() -> None:
    assert lines(VALID) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_reported_in_its_exact_lines(fault: str) -> None:
    at, value, expected = FAULTS[fault]
    assert lines(changed(at, value)) == [f"zoo.json: {line}" for line in expected]


@pytest.mark.parametrize("case", ALLOWED)
def test_everything_that_the_format_allows_is_accepted(case: str) -> None:
    model = changed(*ALLOWED[case])
    assert lines(model) == []
    parse(json.dumps(model).encode())


def test_lists_that_contain_only_each_other_are_one_problem() -> None:
    model = changed("shapes/Names/member/shape", "Others")
    model["shapes"]["Others"] = {"type": "list", "member": {"shape": "Names"}}
    assert lines(model) == ["zoo.json: /shapes/Names: lists that contain only each other, expected an end"]


def test_every_dangling_reference_is_reported_and_items_are_in_the_order_of_the_list() -> None:
    model = changed("operations/Ping/errors", [{"shape": f"E{index}"} for index in range(12)])
    assert [problem.pointer for problem in model_problems(model, "zoo.json")] == [
        f"/operations/Ping/errors/{index}/shape" for index in range(12)
    ]


def test_problems_beyond_the_limit_are_counted() -> None:
    model = changed("operations/Ping/errors", [{}] * (MAX_PROBLEMS + 7))
    found = lines(model)
    assert len(found) == MAX_PROBLEMS + 1
    assert found[-1] == "zoo.json: … and 7 more"


def test_a_pointer_escapes_names_and_a_line_stays_one_printable_line() -> None:
    model = changed("shapes/Name", GONE)
    model["shapes"] |= {"a/b~c\n\x1b[31m": {"type": "list", "member": {"shape": "two\nlines"}}}
    [line] = [line for line in lines(model) if "~1" in line]
    assert line == (
        r"zoo.json: /shapes/a~1b~0c\x0a\x1b[31m/member/shape: "
        r'no shape is called "two\nlines", expected one of /shapes'
    )


def test_long_values_are_cut_and_large_ones_are_not_shown() -> None:
    [text] = lines(changed("shapes/Name/min", "x" * 10_000))
    [tree] = lines(changed("shapes/Name/min", {"x": [1] * 10_000}))
    assert text == f'zoo.json: /shapes/Name/min: found "{"x" * 78}…, expected a number'
    assert tree == "zoo.json: /shapes/Name/min: found an object, expected a number"


# Files


def test_a_folder_is_searched_and_each_file_is_reported(tmp_path: Path) -> None:
    good, packed, broken, wrong = (tmp_path / name for name in ("a", "b", "c", "d"))
    for folder in (good, packed, broken, wrong):
        folder.mkdir()
    (good / "service-2.json").write_text(json.dumps(VALID), encoding="utf-8")
    (packed / "service-2.json.gz").write_bytes(gzip.compress(json.dumps(changed("shapes/Name/min", [])).encode()))
    (broken / "service-2.json").write_text('{"metadata": {},\n "shapes": nothing}', encoding="utf-8")
    (wrong / "service-2.json").write_text("[]", encoding="utf-8")
    (wrong / "paginators-1.json").write_text("[]", encoding="utf-8")
    assert list(map(str, validate_paths([str(tmp_path)]))) == [
        f"{packed}/service-2.json.gz: /shapes/Name/min: found a list, expected a number",
        f"{broken}/service-2.json:2:12: not JSON: Expecting value",
        f"{wrong}/service-2.json: expected a JSON object, found a list",
    ]


def test_a_file_is_checked_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "draft.json"
    path.write_text(json.dumps(changed("shapes/Name/max", [])), encoding="utf-8")
    assert list(validate_paths([str(path)])) == [
        ModelProblem(str(path), "/shapes/Name/max", "found a list, expected a number")
    ]


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    missing = tmp_path / "missing.json"
    damaged = tmp_path / "service-2.json.gz"
    damaged.write_bytes(gzip.compress(b"{}")[:-4])
    found = list(validate_paths([str(missing), str(damaged)]))
    assert [problem.location for problem in found] == [str(missing), str(damaged)]
    assert all(problem.message and not problem.pointer for problem in found)


def test_a_folder_without_a_model_is_a_problem(tmp_path: Path) -> None:
    [problem] = validate_paths([str(tmp_path)])
    assert str(problem) == (
        f"{tmp_path}: no service model found, expected files called service-2.json, api-2.json or *.normal.json, "
        "or Smithy models"
    )


def test_an_unknown_source_is_a_problem_and_the_next_path_is_still_checked(tmp_path: Path) -> None:
    good = tmp_path / "service-2.json"
    good.write_text(json.dumps(VALID), encoding="utf-8")
    [problem] = validate_paths(["package:no_such_package", str(good)])
    assert str(problem).startswith("package:no_such_package: ")


# The schemas


def subschemas(node: Json, name: str = "") -> Iterator[tuple[str, Json]]:
    """Yield every schema inside a schema with its path; `properties` and `$defs` contain schemas by name."""
    yield name, node
    for key in ("properties", "$defs"):
        for child, value in node.get(key, {}).items():
            yield from subschemas(value, f"{name}/{key}/{child}")
    for key in ("if", "then", "else", "items", "additionalProperties", "propertyNames"):
        if key in node:
            yield from subschemas(node[key], f"{name}/{key}")


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_obeys_the_meta_schema(name: str) -> None:
    Draft202012Validator.check_schema(schema.load_schema(name))
    assert jsonschema_rs.meta.is_valid(schema.load_schema(name))


@pytest.mark.parametrize("name", READ)
def test_a_schema_uses_nothing_that_would_blur_a_message(name: str) -> None:
    known = {"$schema", "$id", "$defs", "$ref", "title", "description", "examples"}
    known |= {"type", "enum", "const", "pattern", "minLength", "required", "uniqueItems"}
    known |= {"properties", "additionalProperties", "propertyNames", "items", "if", "then", "else"}
    for at, node in subschemas(schema.load_schema(name)):
        assert not node.keys() - known, at


@pytest.mark.parametrize("name", READ)
def test_a_schema_has_words_for_everything_that_it_asks_for(name: str) -> None:
    for at, node in subschemas(schema.load_schema(name)):
        if "$ref" not in node and not at.endswith("/if") and "/if/" not in at and node.keys() - {"if", "then", "else"}:
            assert "title" in node or isinstance(node.get("type"), str), at


def verdicts(model: Json) -> tuple[set[tuple[str | int, ...]], set[tuple[str | int, ...]]]:
    """Return where jsonschema and where jsonschema-rs find problems."""
    rules = schema.load_schema("service-2")
    return (
        {tuple(error.absolute_path) for error in Draft202012Validator(rules).iter_errors(model)},
        {tuple(error.instance_path) for error in jsonschema_rs.Draft202012Validator(rules).iter_errors(model)},
    )


@pytest.mark.parametrize("fault", FAULTS)
def test_both_validators_find_a_fault_in_the_same_places(fault: str) -> None:
    at, value, _ = FAULTS[fault]
    ours, theirs = verdicts(changed(at, value))
    assert ours == theirs
    assert bool(ours) is (fault not in UNSEEN_BY_SCHEMA)


@pytest.mark.parametrize("case", ALLOWED)
def test_both_validators_accept_everything_that_the_format_allows(case: str) -> None:
    assert verdicts(changed(*ALLOWED[case])) == (set(), set())


RELEASE = {"package": "botocore", "release": "1.12.83", "date": "2019-01-21", "summaries": {"appstream": "Tags."}}


@pytest.mark.parametrize("key", ["package", "date", "summaries"])
def test_a_release_needs_only_its_version(key: str) -> None:
    rules = Draft202012Validator(schema.load_schema("release"))
    assert rules.is_valid(RELEASE)
    assert rules.is_valid({name: value for name, value in RELEASE.items() if name != key})
    assert not rules.is_valid({name: value for name, value in RELEASE.items() if name != "release"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"date": "21.01.2019"},
        {"date": "2019-13-01"},
        {"date": None},
        {"release": ""},
        {"release": "../1.0"},
        {"release": 1.0},
        {"package": ""},
        {"summaries": []},
        {"summaries": {"appstream": None}},
    ],
)
def test_a_malformed_release_is_rejected(wrong: Json) -> None:
    release = RELEASE | wrong
    assert not Draft202012Validator(schema.load_schema("release")).is_valid(release)
    assert not jsonschema_rs.Draft202012Validator(schema.load_schema("release")).is_valid(release)


# Real models


def in_wheel(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as wheel:
        for name in sorted(wheel.namelist()):
            if name.endswith("/service-2.json"):
                yield name, wheel.read(name)
            elif name.endswith("/service-2.json.gz"):
                yield name, gzip.decompress(wheel.read(name))


def installed() -> Iterator[tuple[str, bytes]]:
    spec = find_spec("botocore")
    assert spec is not None
    assert spec.origin is not None
    for path in sorted(Path(spec.origin).parent.glob("data/*/*/service-2.json.gz")):
        yield path.as_posix(), gzip.decompress(path.read_bytes())


def check(files: Iterator[tuple[str, bytes]]) -> int:
    """Validate with the fast validator, and the sample also with the slow one; return the number of models."""
    fast = jsonschema_rs.Draft202012Validator(schema.load_schema("service-2"))
    count = 0
    for place, data in files:
        model = load_json(data, place)
        assert fast.is_valid(model), place
        assert list(validation._semantic_faults(model)) == [], place
        if place.split("/")[-3] in SAMPLE:
            assert list(model_problems(model, place)) == []
        count += 1
    return count


@pytest.mark.parametrize("release", RELEASES)
def test_every_model_of_a_release_is_valid(release: str, botocore_wheel: Wheel) -> None:
    assert check(in_wheel(botocore_wheel(release))) >= 50


def test_every_model_of_the_installed_release_is_valid() -> None:
    assert check(installed()) > 400


def test_a_whole_wheel_is_valid(botocore_wheel: Wheel) -> None:
    assert list(validate_paths([str(botocore_wheel("1.0.0"))])) == []


def test_the_models_of_this_repository_are_valid() -> None:
    assert list(validate_paths([str(MODELS)])) == []
    rules = Draft202012Validator(schema.load_schema("release"))
    for path in MODELS.glob("*/release.json"):
        assert rules.is_valid(json.loads(path.read_text(encoding="utf-8"))), path


# Random problems

ODD: tuple[Json, ...] = (
    None,
    True,
    5,
    -1.5,
    "",
    "Nowhere",
    "a\nb\u202e",
    [],
    ["a", "a"],
    [[]],
    {},
    {"shape": "Nowhere"},
)


def places(node: Json) -> Iterator[tuple[Json, Json]]:
    """Yield every container and key of a decoded JSON value."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        yield node, key
        if isinstance(value, (dict, list)):
            yield from places(value)


def mutate(model: Json, chance: random.Random) -> None:
    """Delete a key, replace a value by an odd one, swap two values, or move one somewhere else."""
    found = list(places(model))
    (node, key), (other, name) = chance.choice(found), chance.choice(found)
    match chance.randrange(4):
        case 0:
            del node[key]
        case 1:
            node[key] = copy.deepcopy(chance.choice(ODD))
        case 2:
            node[key], other[name] = copy.deepcopy(other[name]), copy.deepcopy(node[key])
        case _:
            node[key] = copy.deepcopy(other[name])


@pytest.mark.parametrize("seed", range(200))
def test_a_mutated_model_is_reported_or_read_but_nothing_breaks(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    [path] = MODELS.glob("1.12.83/appstream/*/service-2.json")
    model = json.loads(path.read_text(encoding="utf-8"))
    for _ in range(chance.randint(1, 3)):
        mutate(model, chance)
    found = lines(model)
    assert all(line.isprintable() for line in found)
    try:
        parse(json.dumps(model).encode())
    except ModelError:
        assert found, "parse refuses a model that has no problems"
