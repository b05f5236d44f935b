"""How a Smithy model is parsed, and the errors for models that are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docgen.errors import ModelError
from docgen.model.rows import Row
from docgen.model.service import Member, Service
from docgen.model.smithy import read_ast, read_documents, read_service, service_name
from docgen.model.smithy.text import as_html
from docgen.model.syntax import operation_syntax

DATA = Path(__file__).parent.parent / "data" / "smithy"
DEPOT = DATA / "models" / "depot-plane" / "service" / "2031-04-01" / "depot-plane-2031-04-01.json"
FILES = {DEPOT: ("depot-plane",), DATA / "pizza.json": ("kitchen", "pizzeria"), DATA / "library-1.0.json": ("library",)}

MALFORMED = {
    "apply-to-nothing": "/shapes/example.bad#In$gone: "
    'traits are applied to "example.bad#In$gone", which does not exist',
    "dangling-operation": '/shapes/example.bad#Bad/operations/0/target: no shape is called "example.bad#Nope"',
    "dangling-target": '/shapes/example.bad#In/members/a~1b/target: no shape is called "example.bad#Nowhere"',
    "input-is-a-string": '/shapes/example.bad#Do/input/target: "example.bad#In" is of type string, expected structure',
    "list-of-itself-twice": "/shapes/example.bad#L: lists that contain only each other, without an end",
    "mixin-cycle": '/shapes/example.bad#B/mixins/0/target: mixins that contain each other: "example.bad#A"',
    "operation-is-a-string": "/shapes/example.bad#Bad/operations/0: "
    'expected a reference such as {"target": "example.bad#Do"}, found a string',
    "resource-cycle": '/shapes/example.bad#R/resources/0/target: resources that contain each other: "example.bad#R"',
    "two-names-alike": '/shapes/example.worse#Same: "example.bad#Same" has the same name '
    "(rename one in the service's 'rename')",
    "unknown-prelude": '/shapes/example.bad#In/members/a/target: no shape is called "smithy.api#Strnig" '
    '(Smithy\'s prelude has no "Strnig")',
    "unknown-type": '/shapes/example.bad#T/type: unknown type "tuple", expected one of blob, boolean, string, byte, '
    "short, integer, long, float, double, bigInteger, bigDecimal, timestamp, document, enum, intEnum, structure, "
    "union, list, set, map, service, resource, operation, apply",
    "version-3": '/smithy: version "3.0" of Smithy, expected 1, 1.0, 2 or 2.x',
}

STRING = {"target": "smithy.api#String"}


def model(*, service: dict[str, Any] | None = None, **shapes: dict[str, Any]) -> dict[str, Any]:
    """Return a service `Zoo` with an operation `Ping`, whose input and output are `In` and `Out` if these exist."""
    slots = {slot: {"target": f"a#{name}"} for slot, name in (("input", "In"), ("output", "Out")) if name in shapes}
    found = {
        "a#Zoo": {"type": "service", "version": "1", "operations": [{"target": "a#Ping"}], **(service or {})},
        "a#Ping": {"type": "operation", **slots},
        **{f"a#{name}": shape for name, shape in shapes.items()},
    }
    return {"smithy": "2.0", "shapes": found}


def structure(**members: dict[str, Any]) -> dict[str, Any]:
    return {"type": "structure", "members": members}


def member(target: str, **traits: Any) -> dict[str, Any]:
    return {"target": target, "traits": {f"smithy.api#{name}": value for name, value in traits.items()}}


def traits(**values: Any) -> dict[str, Any]:
    return {"traits": {f"smithy.api#{name}": value for name, value in values.items()}}


REST_JSON: dict[str, Any] = {"traits": {"aws.protocols#restJson1": {}}}
REST_XML: dict[str, Any] = {"traits": {"aws.protocols#restXml": {}, "smithy.api#xmlNamespace": {"uri": "http://zoo"}}}
QUERY: dict[str, Any] = {"traits": {"aws.protocols#awsQuery": {}, "smithy.api#xmlNamespace": {"uri": "http://zoo"}}}


def read(document: dict[str, Any]) -> Service:
    return read_service(json.dumps(document).encode(), "zoo.json")


def read_model(service: dict[str, Any] | None = None, **shapes: dict[str, Any]) -> Service:
    return read(model(service=service, **shapes))


def refused(document: dict[str, Any]) -> str:
    with pytest.raises(ModelError) as error:
        read(document)
    return str(error.value)


def depot() -> Service:
    return read_service(DEPOT.read_bytes(), "depot.json")


# --- the documented syntax ---


def table(path: Path, names: tuple[str, ...]) -> Iterator[str]:
    """Yield the rows of the expected table for the services of a file."""
    data = path.read_bytes()
    services = sorted(read_ast(data, path.name).services(), key=str.lower)
    for shape_id, name in zip(services, names, strict=True):
        service = read_service(data, path.name, shape_id)
        version, protocol = service.api_version or "no version", service.metadata.get("protocol", "protocol unknown")
        yield f"### {path.relative_to(DATA).as_posix()}: {name}, {version}, {protocol}\n"
        for operation in service.operations.values():
            syntax = operation_syntax(service, operation)
            required = ", ".join(row.path for row in syntax.parameters if row.required and not row.depth)
            types = ", ".join(map(row_type, (*syntax.parameters, *syntax.response)))
            yield f"## {operation.name}\n{syntax.request_syntax}\n\n{syntax.response_syntax or '(no response)'}\n"
            yield f"required: {required or '-'}\ntypes: {', '.join(filter(None, types.split(', ')))}\n"


def row_type(row: Row) -> str:
    return f"{row.path or '(whole)'} {row.type}" if row.depth <= 1 else ""


def test_requests_and_responses_are_as_the_table_says() -> None:
    found = "\n".join(line for path, names in FILES.items() for line in table(path, names))
    assert found == (DATA / "expected.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_model_is_refused_in_one_line_with_a_pointer(name: str) -> None:
    path = DATA / "malformed" / f"{name}.json"
    with pytest.raises(ModelError) as error:
        read_service(path.read_bytes(), path.name)
    assert str(error.value) == f"{path.name}: {MALFORMED[name]}"


def test_every_malformed_case_is_tested() -> None:
    assert sorted(MALFORMED) == sorted(path.stem for path in (DATA / "malformed").iterdir())


def test_a_file_without_a_service_or_with_several_needs_a_name() -> None:
    for name, message in (("shapes-only", "no service in this Smithy model"), ("pizza", "2 services, expected one: ")):
        with pytest.raises(ModelError, match=message):
            read_service((DATA / f"{name}.json").read_bytes(), name)


# --- metadata ---


def test_metadata_of_a_service_of_aws() -> None:
    assert depot().metadata == {
        "apiVersion": "2031-04-01",
        "auth": ["aws.auth#sigv4"],
        "endpointPrefix": "depot",
        "protocol": "rest-json",
        "protocols": ["rest-json"],
        "serviceFullName": "Example Depot Plane",
        "serviceId": "Depot Plane",
        "signatureVersion": "v4",
        "signingName": "depot",
        "uid": "depot-plane-2031-04-01",
    }
    assert depot().documentation == "<p>Keeps parcels.</p>"


def test_metadata_of_any_other_service() -> None:
    assert read_model({"version": ""}).metadata == {"serviceFullName": "Zoo"}
    query = read_model(QUERY).metadata
    assert (query["protocol"], query["xmlNamespace"]) == ("query", "http://zoo")
    json_ = read_model({"traits": {"aws.protocols#awsJson1_0": {}, "smithy.protocols#rpcv2Cbor": {}}}).metadata
    assert (json_["protocol"], json_["jsonVersion"], json_["targetPrefix"]) == ("json", "1.0", "Zoo")
    assert json_["protocols"] == ["json", "smithy-rpc-v2-cbor"]


@pytest.mark.parametrize(
    ("sdk_id", "name"), [("Depot Plane", "depot-plane"), ("API Gateway", "apigateway"), ("SFN", "stepfunctions")]
)
def test_a_service_has_the_name_that_sdks_know(sdk_id: str, name: str) -> None:
    assert service_name(sdk_id) == name


# --- operations ---


def test_operations_of_resources_count_and_are_sorted() -> None:
    names = "CountShelves CreateShelf DeleteShelf GetShelf ListParcels Ping PutBox PutParcel WatchBox"
    assert " ".join(depot().operations) == names


def test_how_an_operation_travels() -> None:
    put = depot().operations["PutParcel"]
    assert put.traits["http"] == {"method": "PUT", "requestUri": "/b/{Bucket}", "responseCode": 201}
    assert put.traits["endpoint"] == {"hostPrefix": "{Bucket}."}
    assert (put.traits["authtype"], put.traits["idempotent"]) == ("v4-unsigned-body", True)
    assert (put.deprecated, put.traits["deprecatedMessage"]) == (True, "Use PutBox.")
    assert put.traits["example.traits#odd"] == [1, {"two": None}], "a trait that nobody knows is kept"
    assert depot().operations["CountShelves"].traits["authtype"] == "none"


def test_errors_of_the_service_are_those_of_each_operation() -> None:
    service = depot()
    for operation in service.operations.values():
        assert operation.errors[-1].target == "ThrottledError"
    assert [error.target for error in service.operations["ListParcels"].errors] == ["BadWordError", "ThrottledError"]
    assert service.shapes["BadWordError"].traits == {
        "required": ["message"],
        "exception": True,
        "error": {"httpStatusCode": 422},
    }
    throttled = service.shapes["ThrottledError"].traits
    assert (throttled["fault"], throttled["retryable"]) == (True, {"throttling": True})


def test_an_operation_without_input_and_output_has_none() -> None:
    ping = depot().operations["Ping"]
    assert (ping.input, ping.output, ping.documentation) == (None, None, "")


def test_calls_without_http_bindings_go_to_one_address() -> None:
    service = read_service((DATA / "library-1.0.json").read_bytes(), "library.json")
    assert service.operations["Lend"].traits["http"] == {"method": "POST", "requestUri": "/"}
    assert all(not each.traits.keys() & {"location"} for each in service.shapes["LendRequest"].members.values())


def test_what_says_which_operation_is_called_is_no_part_of_a_uri() -> None:
    document = model(service=REST_XML)
    http = {"method": "GET", "uri": "/{Bucket}?list-type=2&x-id=Ping"}
    document["shapes"]["a#Ping"]["traits"] = {"smithy.api#http": http}
    assert read(document).operations["Ping"].traits["http"]["requestUri"] == "/{Bucket}?list-type=2"


def test_xml_around_requests_and_responses_has_its_names() -> None:
    query = read_model(QUERY, Out=structure(a=STRING)).operations["Ping"].output
    assert query is not None
    assert query.traits == {"resultWrapper": "PingResult"}
    rest = read_model(REST_XML, In=structure(a=STRING)).operations["Ping"].input
    assert rest is not None
    assert rest.traits == {"locationName": "In", "xmlNamespace": {"uri": "http://zoo"}}


# --- shapes ---


def test_mixins_come_first_and_the_shape_that_uses_them_wins() -> None:
    members = depot().shapes["ListParcelsInput"].members
    assert list(members) == ["nextToken", "maxResults", "word", "tags", "size"]
    assert members["word"].documentation == "<p>What to look for.</p>"
    assert members["word"].required
    assert not depot().shapes.keys() & {"Paged", "Filtered", "Tagged"}


def test_local_traits_of_a_mixin_stay_with_it() -> None:
    mixin = {
        **structure(a=STRING),
        "traits": {"smithy.api#mixin": {"localTraits": ["b#local"]}, "b#local": 1, "b#x": 2},
    }
    service = read_model(In={**structure(), "mixins": [{"target": "a#M"}]}, M=mixin)
    assert service.shapes["In"].traits == {"b#x": 2}
    assert list(service.shapes["In"].members) == ["a"]


def test_a_member_that_a_mixin_has_too_keeps_its_place_and_adds_its_traits() -> None:
    mixin = {**structure(a=member("smithy.api#String", jsonName="x"), b=STRING), **traits(mixin={})}
    own = structure(b=member("smithy.api#String", required={}), c=STRING)
    service = read_model(REST_JSON, In={**own, "mixins": [{"target": "a#M"}]}, M=mixin)
    assert list(service.shapes["In"].members) == ["a", "b", "c"]
    assert service.shapes["In"].members["b"].required


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ({"type": "enum", "members": {"A": member("smithy.api#Unit", enumValue="a"), "B": STRING}}, ["a", "B"]),
        ({"type": "string", **traits(enum=[{"value": "x", "name": "X"}, {"value": "y"}])}, ["x", "y"]),
    ],
)
def test_both_kinds_of_enums_have_their_values(type_: dict[str, Any], expected: list[str]) -> None:
    assert read_model(In=structure(a={"target": "a#E"}), E=type_).shapes["E"].traits == {"enum": expected}


def test_a_member_with_limits_of_its_own_has_a_shape_of_its_own() -> None:
    service = read_model(In=structure(a=member("a#S", length={"max": 5})), S={"type": "string", **traits(sensitive={})})
    assert service.shapes["In"].members["a"].target == "InAString"
    assert service.shapes["InAString"].traits == {"sensitive": True, "max": 5}
    assert service.shapes["S"].traits == {"sensitive": True}


def test_a_list_whose_items_are_itself_may_limit_them() -> None:
    service = read_model(
        In=structure(a={"target": "a#L"}), L={"type": "list", "member": member("a#L", length={"max": 5})}
    )
    assert service.shapes["LMemberList"].traits == {"max": 5}


def test_a_format_of_one_timestamp_is_a_shape_too() -> None:
    service = read_model(In=structure(a=member("smithy.api#Timestamp", timestampFormat="http-date")))
    assert service.shapes["In"].members["a"].target == "SyntheticTimestamp_http_date"
    assert service.shapes["SyntheticTimestamp_http_date"].traits == {"timestampFormat": "rfc822"}


def test_a_type_of_the_prelude_gives_way_to_a_shape_of_its_name() -> None:
    own = {"type": "string", **traits(pattern="^a$")}
    service = read_model(In=structure(a=STRING, b={"target": "a#String"}), String=own)
    assert {name: each.target for name, each in service.shapes["In"].members.items()} == {
        "a": "SmithyString",
        "b": "String",
    }


def locations(service: Service, shape: str) -> dict[str, tuple[Any, Any]]:
    members: Iterator[tuple[str, Member]] = iter(service.shapes[shape].members.items())
    return {name: (each.traits.get("location"), each.traits.get("locationName")) for name, each in members}


def test_where_members_travel() -> None:
    service = depot()
    assert locations(service, "PutParcelInput") == {
        "Bucket": ("uri", "Bucket"),
        "token": ("header", "X-Token"),
        "context": ("header", "X-Context"),
        "meta": ("headers", "x-meta-"),
        "body": (None, None),
        "note": ("querystring", "note"),
        "secret": ("header", "X-Secret"),
    }
    assert service.shapes["PutParcelInput"].traits["payload"] == "body"
    assert locations(service, "PutParcelOutput")["code"] == ("statusCode", None)
    assert service.shapes["Parcel"].members["fragile"].traits["locationName"] == "isFragile"


def test_flags_and_messages_of_members() -> None:
    members = depot().shapes["PutParcelInput"].members
    assert members["Bucket"].traits["hostLabel"] is True
    assert members["token"].traits["idempotencyToken"] is True
    assert members["context"].traits["jsonvalue"] is True
    assert members["note"].traits["deprecatedMessage"] == "Use meta."
    assert members["note"].traits["deprecatedSince"] == "2031-01-02"
    assert depot().shapes["Bytes"].traits == {"streaming": True, "requiresLength": True}


def test_event_streams_and_their_events() -> None:
    shapes = depot().shapes
    assert shapes["BoxEvents"].traits == {"eventstream": True}
    assert shapes["Opened"].traits == {"event": True}
    assert "event" not in shapes["BadWordError"].traits
    assert shapes["Opened"].members["chunk"].traits == {"eventpayload": True}


def test_an_unknown_trait_that_nests_deep_is_kept_as_text() -> None:
    deep: Any = 1
    for _ in range(100):
        deep = [deep]
    document = model()
    document["shapes"]["a#Ping"]["traits"] = {"b#deep": deep}
    assert json.loads(read(document).operations["Ping"].traits["b#deep"]) == deep


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (
            {"In": structure(a=member("smithy.api#String", length=3))},
            "members/a/traits/smithy.api#length: expected an obj",
        ),
        ({"In": structure(a=member("smithy.api#String", pattern=[]))}, "traits/smithy.api#pattern: expected a string"),
        ({"In": structure(a={})}, "/shapes/a#In/members/a: a reference without a 'target'"),
        ({"In": structure(a={"target": "a#Ping"})}, '"a#Ping" is of type operation, expected a type of data'),
        ({"In": {"type": "structure", "members": []}}, "/shapes/a#In/members: expected an object, found a list"),
        ({"In": {**structure(), "mixins": [{"target": "a#M"}]}, "M": structure()}, '"a#M" is not a mixin'),
        (
            {"In": structure(a={"target": "a#M"}), "M": {"type": "map", "key": STRING}},
            "/shapes/a#M: a map without a 'val",
        ),
        ({"In": {"members": {}}}, "/shapes/a#In: no 'type'"),
        (
            {"In": structure(a={"target": "a#E"}), "E": {"type": "string", **traits(enum=[{}])}},
            "value: expected a string",
        ),
    ],
)
def test_an_error_names_the_location_of_the_problem(shapes: dict[str, Any], message: str) -> None:
    assert message in refused(model(**shapes))


# --- sibling files ---


def test_paginators_and_waiters_are_those_that_the_traits_describe() -> None:
    documents = read_documents(DEPOT.read_bytes(), "depot.json")
    assert documents["paginators-1.json"] == {
        "pagination": {
            "ListParcels": {
                "input_token": "nextToken",
                "output_token": "nextToken",
                "limit_key": "maxResults",
                "result_key": "parcels",
            }
        }
    }
    acceptor = {"state": "success", "matcher": "path", "argument": "length(parcels[]) > `0`", "expected": True}
    assert documents["waiters-2.json"] == {
        "version": 2,
        "waiters": {"ParcelsThere": {"delay": 5, "operation": "ListParcels", "acceptors": [acceptor]}},
    }


@pytest.mark.parametrize(
    ("matcher", "expected"),
    [
        ({"success": True}, {"matcher": "status", "expected": 200}),
        ({"success": False}, {"matcher": "error", "expected": True}),
        ({"errorType": "a#Gone"}, {"matcher": "error", "expected": "Gone"}),
        (
            {"output": {"path": "a[]", "comparator": "anyStringEquals", "expected": "x"}},
            {"matcher": "pathAny", "argument": "a[]", "expected": "x"},
        ),
    ],
)
def test_what_ends_a_waiter(matcher: dict[str, Any], expected: dict[str, Any]) -> None:
    document = model()
    waiter = {"acceptors": [{"state": "success", "matcher": matcher}]}
    document["shapes"]["a#Ping"]["traits"] = {"smithy.waiters#waitable": {"Done": waiter}}
    found = read_documents(json.dumps(document).encode(), "zoo.json")["waiters-2.json"]["waiters"]["Done"]
    assert found["acceptors"] == [{"state": "success", **expected}]


# --- documentation ---


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<p>One\n         two.</p>\n  ", "<p>One two.</p>"),
        ("Plain words, no tags.", "Plain words, no tags."),
        ("Makes a `shelf`:\n\n* one\n* two", "<p>Makes a <code>shelf</code>:</p> <ul> <li>one</li> <li>two</li> </ul>"),
        ("Bakes **pizza**.", "<p>Bakes <strong>pizza</strong>.</p>"),
        ("<b>*not a list*</b>", "<b>*not a list*</b>"),
    ],
)
def test_documentation_is_html_or_commonmark(text: str, html: str) -> None:
    assert as_html(text) == html


def test_a_member_without_documentation_has_that_of_its_target() -> None:
    service = depot()
    assert service.documentation_of(service.shapes["ShelfKey"].members["shelfId"]) == "<p>Names a shelf.</p>"


# --- files designed to take long ---


def test_members_of_mixins_are_counted() -> None:
    mixin = {**structure(**{f"m{number}": STRING for number in range(2000)}), **traits(mixin={})}
    shapes = {f"S{number}": {**structure(), "mixins": [{"target": "a#M"}]} for number in range(600)}
    members = {f"s{number}": {"target": f"a#S{number}"} for number in range(600)}
    assert "more than 1,000,000 members" in refused(model(In=structure(**members), M=mixin, **shapes))


def test_errors_that_the_service_gives_to_each_operation_are_counted() -> None:
    errors = {f"E{number}": {**structure(), **traits(error="client")} for number in range(2000)}
    operations = {f"O{number}": {"type": "operation"} for number in range(600)}
    bound = {"operations": [{"target": f"a#{name}"} for name in operations]}
    bound["errors"] = [{"target": f"a#{name}"} for name in errors]
    assert "more than 1,000,000 errors" in refused(model(service=bound, **errors, **operations))


@pytest.mark.parametrize("kind", ["mixins", "resources"])
def test_what_contains_itself_without_end_is_refused(kind: str) -> None:
    if kind == "mixins":
        shapes = {
            f"M{n}": {**structure(), "mixins": [{"target": f"a#M{n + 1}"}], **traits(mixin={})} for n in range(99)
        }
        document = model(In={**structure(), "mixins": [{"target": "a#M0"}]}, **shapes)
    else:
        resources = {f"R{n}": {"type": "resource", "resources": [{"target": f"a#R{n + 1}"}]} for n in range(999)}
        document = model(service={"resources": [{"target": "a#R0"}]}, **resources)
    assert "nested deeper than" in refused(document)


# --- EC2's protocol ---


def test_names_in_the_queries_of_ec2() -> None:
    name = {"target": "smithy.api#String", "traits": {"aws.protocols#ec2QueryName": "Q", "smithy.api#xmlName": "x"}}
    items = {
        **member("a#L", xmlName="itemSet"),
        "traits": {"smithy.api#xmlName": "itemSet", "smithy.api#xmlFlattened": {}},
    }
    service = read_model(
        {"traits": {"aws.protocols#ec2Query": {}, "smithy.api#xmlNamespace": {"uri": "http://zoo"}}},
        In=structure(name=name, items=items),
        L={"type": "list", "member": member("smithy.api#String", xmlName="item")},
    )
    assert service.metadata["protocol"] == "ec2"
    assert service.metadata["xmlNamespace"] == "http://zoo"
    assert service.operations["Ping"].traits["http"] == {"method": "POST", "requestUri": "/"}
    assert service.shapes["In"].members["name"].traits == {"queryName": "Q", "locationName": "x"}
    assert service.shapes["In"].members["items"].traits == {"locationName": "itemSet", "flattened": True}
    assert service.shapes["L"].members["member"].traits == {"locationName": "item"}
