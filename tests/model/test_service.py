"""How a service model is parsed, and the errors for models that are refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import FULL, models_in

from docgen.errors import ModelError
from docgen.model.parse import parse
from docgen.model.strict_json import json_pointer

STRING = {"type": "string"}


def model(**shapes: dict[str, Any]) -> dict[str, Any]:
    """Return a model with one operation; its input is the shape `In`, if that shape exists."""
    operation: dict[str, Any] = {"name": "Ping", "http": {"method": "POST", "requestUri": "/"}}
    if "In" in shapes:
        operation["input"] = {"shape": "In"}
    return {"metadata": {"apiVersion": "2020-01-01"}, "operations": {"Ping": operation}, "shapes": shapes}


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def structure(**members: dict[str, Any]) -> dict[str, Any]:
    return {"type": "structure", "members": members}


def test_a_reference_keeps_every_key_and_required_is_a_trait_of_the_member() -> None:
    shape = structure(A={"shape": "S", "location": "uri", "neverSeen": [1]}, B={"shape": "S", "documentation": ""})
    service = parse(encoded(model(In={**shape, "required": ["A"]}, S={**STRING, "documentation": "Of the shape."})))
    a, b = service.shapes["In"].members.values()
    assert (a.name, a.target, dict(a.traits)) == ("A", "S", {"location": "uri", "neverSeen": [1], "required": True})
    assert a.required
    assert not b.required
    assert service.documentation_of(a) == "Of the shape."
    assert service.documentation_of(b) == "", "an empty documentation erases the shape's"
    assert service.shapes["In"].traits["required"] == ["A"]


def test_items_keys_and_values_are_members_too() -> None:
    service = parse(
        encoded(
            model(
                L={"type": "list", "member": {"shape": "S", "locationName": "x"}},
                M={"type": "map", "key": {"shape": "S"}, "value": {"shape": "L"}},
                S=STRING,
            )
        )
    )
    assert service.shapes["L"].members["member"].traits == {"locationName": "x"}
    assert [(m.name, m.target) for m in service.shapes["M"].members.values()] == [("key", "S"), ("value", "L")]


def test_input_output_and_errors_are_references() -> None:
    raw = model(In=structure(), Oops={"type": "structure", "exception": True})
    raw["operations"]["Ping"] |= {"errors": [{"shape": "Oops", "documentation": "No."}], "deprecated": True}
    operation = parse(encoded(raw)).operations["Ping"]
    assert operation.input is not None
    assert (operation.input.target, operation.output) == ("In", None)
    assert [(e.target, e.documentation) for e in operation.errors] == [("Oops", "No.")]
    assert operation.deprecated
    assert operation.traits["http"] == {"method": "POST", "requestUri": "/"}


def test_duplicate_keys_with_equal_values_are_accepted() -> None:
    data = encoded(model()).replace(b'"2020-01-01"', b'"2020-01-01", "uid": "x", "uid": "x"')
    assert parse(data).metadata["uid"] == "x"


def test_the_last_of_two_documentation_keys_counts() -> None:
    data = encoded(model()).replace(b"{", b'{"documentation": "Old.", "documentation": "New.", ', 1)
    assert parse(data).documentation == "New."


LOOP = {"type": "list", "member": {"shape": "Loop2"}}

MALFORMED: dict[str, tuple[bytes, str]] = {
    "not UTF-8": (b'{"metadata": "\xff"}', "m.json: not UTF-8 at byte 14 (invalid start byte)"),
    "not JSON": (b"{", "m.json:1:2: not JSON: Expecting property name enclosed in double quotes"),
    "nothing": (b"", "m.json:1:1: not JSON: Expecting value"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "m.json:1:1: not JSON: Unexpected UTF-8 BOM (decode using utf-8-sig)"),
    "not an object": (b"[]", "m.json: expected a JSON object, found a list"),
    "not a model": (b"{}", "m.json: no 'metadata': this is not a service model (service-2.json)"),
    "duplicate keys": (b'{"a": 1, "a": 2}', 'm.json: duplicate key "a" with different values in one object'),
    "NaN": (b'{"a": NaN}', "m.json: NaN is not JSON"),
    "a huge number": (b'{"a": ' + b"9" * 5000 + b"}", "m.json: Exceeds the limit (4300 digits) for integer string"),
    "half a surrogate pair": (
        encoded(model() | {"documentation": "\ud800"}),
        "m.json: a string holds half of a surrogate pair, which UTF-8 cannot express",
    ),
    "a hundred levels": (
        b'{"a":' * 100 + b"1" + b"}" * 100,
        "m.json: nested deeper than 64 levels",
    ),
    "a hundred thousand levels": (b"[" * 100_000 + b"]" * 100_000, "m.json: nested deeper than 64 levels"),
    "metadata is a list": (encoded(model() | {"metadata": []}), "m.json: /metadata: expected an object, found a list"),
    "uid is a number": (
        encoded(model() | {"metadata": {"uid": 1}}),
        "m.json: /metadata/uid: expected a string, found a number",
    ),
    "operations is null": (
        encoded(model() | {"operations": None}),
        "m.json: /operations: expected an object, found null",
    ),
    "an operation is a string": (
        encoded(model() | {"operations": {"A/b": "x"}}),
        "m.json: /operations/A~1b: expected an object, found a string",
    ),
    "an operation without a name": (
        encoded(model() | {"operations": {"": {}}}),
        "m.json: /operations/: an operation without a name",
    ),
    "an input that is a string": (
        encoded(model(In=STRING)),
        'm.json: /operations/Ping/input: "In" is not a structure',
    ),
    "errors is an object": (
        encoded(model() | {"operations": {"Ping": {"errors": {}}}}),
        "m.json: /operations/Ping/errors: expected a list, found an object",
    ),
    "a dangling member": (
        encoded(model(In=structure(A={"shape": "Gone"}))),
        'm.json: /shapes/In/members/A/shape: no shape is called "Gone"',
    ),
    "a member without a shape": (
        encoded(model(In=structure(A={}))),
        "m.json: /shapes/In/members/A: a reference without a 'shape'",
    ),
    "a member whose shape is a number": (
        encoded(model(In=structure(A={"shape": 1}))),
        "m.json: /shapes/In/members/A: 'shape' is not a string",
    ),
    "members is a list": (
        encoded(model(In={"type": "structure", "members": []})),
        "m.json: /shapes/In/members: expected an object, found a list",
    ),
    "a shape without a type": (encoded(model(In={})), "m.json: /shapes/In: a shape without a type"),
    "a type that is null": (
        encoded(model(In={"type": None})),
        "m.json: /shapes/In/type: expected a string, found null",
    ),
    "a list without a member": (
        encoded(model(In=structure(), L={"type": "list"})),
        "m.json: /shapes/L: a list without a 'member'",
    ),
    "a map without a value": (
        encoded(model(M={"type": "map", "key": {"shape": "S"}}, S=STRING)),
        "m.json: /shapes/M: a map without a 'value'",
    ),
    "lists of each other": (
        encoded(
            model(Loop1={"type": "list", "member": {"shape": "Loop2"}}, Loop2={**LOOP, "member": {"shape": "Loop1"}})
        ),
        "m.json: /shapes/Loop1: lists that contain only each other, without an end",
    ),
    "required is a string": (
        encoded(model(In=structure() | {"required": "A"})),
        "m.json: /shapes/In/required: expected a list of strings",
    ),
    "an enum of numbers": (
        encoded(model(S={"type": "string", "enum": [1]})),
        "m.json: /shapes/S/enum: expected a list of strings",
    ),
    "documentation without an end": (
        encoded(model(S={"type": "string", "documentation": "&" * 300_001})),
        "m.json: /shapes/S/documentation: longer than 300,000 characters",
    ),
    "documentation is a list": (
        encoded(model(S={"type": "string", "documentation": []})),
        "m.json: /shapes/S/documentation: expected a string, found a list",
    ),
}


@pytest.mark.parametrize("fault", MALFORMED)
def test_a_malformed_model_is_refused_in_one_line(fault: str) -> None:
    data, expected = MALFORMED[fault]
    with pytest.raises(ModelError) as caught:
        parse(data, "m.json")
    message = str(caught.value)
    assert message.startswith(expected)
    assert "\n" not in message


def test_a_list_of_itself_and_a_map_of_lists_of_maps_are_accepted() -> None:
    shapes: dict[str, dict[str, Any]] = {
        "Self": {"type": "list", "member": {"shape": "Self"}},
        "Tree": {"type": "map", "key": {"shape": "S"}, "value": {"shape": "Trees"}},
        "Trees": {"type": "list", "member": {"shape": "Tree"}},
        "S": STRING,
    }
    assert set(parse(encoded(model(**shapes))).shapes) == set(shapes)


def test_names_from_a_hostile_file_cannot_break_the_line() -> None:
    with pytest.raises(ModelError) as caught:
        parse(encoded(model(In=structure(A={"shape": "x\n\x1b[31m" + "y" * 500}))), "m.json")
    assert re.fullmatch(r"[ -~…]{1,300}", str(caught.value))


def test_pointers_escape_what_rfc_6901_reserves() -> None:
    assert json_pointer("shapes", "a/b~c", 0) == "/shapes/a~1b~0c/0"


RELEASES = ["1.0.0", "1.12.83", "1.44.5"]
if FULL:
    RELEASES += ["1.5.0", "1.8.0", "1.16.0", "1.20.0", "1.23.0", "1.27.0", "1.31.0", "1.34.90", "1.38.0", "1.43.67"]


@pytest.mark.parametrize("release", RELEASES)
def test_every_real_model_can_be_read(release: str, botocore_wheel: Callable[[str], Path]) -> None:
    seen = 0
    for service, api_version, data in models_in(botocore_wheel(release)):
        read = parse(data, f"{service}/{api_version}")
        raw = json.loads(data)
        assert list(read.operations) == list(raw["operations"])
        assert list(read.shapes) == list(raw["shapes"])
        seen += 1
    assert seen > 50
