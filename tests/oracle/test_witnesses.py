"""What the rules say about boto3, compared with botocore itself: the calls that it sends, and the bodies that it reads.

For a request, a call is built from the old model that botocore's own `ParamValidator` accepts. If a rule says that
boto3 breaks, one such call must fail under the new model; otherwise none may. For a response, one body is parsed with
both models.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.errorfactory import ClientExceptionsFactory
from botocore.handlers import generate_idempotent_uuid
from botocore.model import OperationModel, ServiceModel
from botocore.model import Shape as BotocoreShape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from botocore.validate import ParamValidator
from cases.rules import CASES
from rule_support import Case, model, op, struct

from docgen.model.usage import Direction
from docgen.rules.classify import RULES

ELSEWHERE = {
    "operation-removed": "the method is gone",
    "operation-renamed": "the method is gone",
    "operation-unauthenticated-removed": "credentials are looked up later",
    "service-auth-scheme-removed": "credentials are looked up later",
    "service-removed": "the client is gone",
    "enum-value-renamed": "boto3 does not check enums: comparisons in the caller's code fail",
    "member-streaming-changed": "the validator takes bytes and files alike",
    "operation-streaming-input-changed": "the validator takes bytes and files alike",
}
"""Rules that break boto3 in a request, but not in the validator."""

READ_LATER = {
    "enum-value-renamed": "the body holds what the service sends: the caller's comparisons fail",
    "operation-streaming-output-changed": "the parser is given a stream by the caller of the parser",
    "structure-became-union": "a response with one member reads the same",
    "member-streaming-changed": "a flag inside a body is not read",
    "jsonvalue-changed": "it counts in headers alone",
}
"""Rules that break boto3 in a response, but not in the parsed body."""


def cases(direction: Direction) -> dict[str, list[Case]]:
    """Return by rule the cases in which only that rule fires, in one direction, and both versions have Ping."""
    found: dict[str, list[Case]] = {}
    for case in CASES.values():
        if isinstance(case, Case) and all("Ping" in side["operations"] for side in (case.old, case.new)):
            changes = [change for change in case.changes() if not change.rule.suppressed]
            if len({change.rule.id for change in changes}) == 1 and changes[0].direction in (direction, Direction.BOTH):
                found.setdefault(changes[0].rule.id, []).append(case)
    return found


REQUESTS = cases(Direction.REQUEST)
RESPONSES = cases(Direction.RESPONSE)

SENT_UNDER_NEW_NAMES = {"member-location-name-changed"}
"""Rules for names on the wire: the service sends the new name, and boto3 reads it as before after an upgrade."""


def ping(raw: Mapping[str, Any]) -> OperationModel:
    return ServiceModel(json.loads(json.dumps(raw)), "zoo").operation_model("Ping")


# --- requests ---------------------------------------------------------------------------------------------------------


def samples(shape: BotocoreShape) -> list[Any]:
    """Return a few values of a shape, including the smallest and the largest."""
    metadata = shape.metadata
    low, high = int(metadata.get("min", 0)), int(metadata.get("max", 12))
    match shape.type_name:
        case "string" if metadata.get("enum"):
            return list(metadata["enum"])
        case "string":
            values: list[Any] = ["a" * n for n in sorted({low, low + 1, high})]
            return [{"a": 1}, "a"] if shape.serialization.get("jsonvalue") else values
        case "integer" | "long":
            return [low, high, low - 1]
        case "float" | "double":
            return [float(low), float(high)]
        case "boolean":
            return [True]
        case "blob":
            return [b"a" * n for n in sorted({low, high})]
        case "timestamp":
            return ["2020-01-01T00:00:00Z", 0]
        case "list":
            return [[], *([item] * max(low, 1) for item in samples(shape.member))]
        case "map":
            return [{}, *({"a" * (i + 1): value for i in range(max(low, 1))} for value in samples(shape.value))]
        case "structure" if getattr(shape, "is_document_type", False):
            return [{}, {"a": [1]}]
    return list(structures(shape))


def structures(shape: BotocoreShape) -> Iterator[dict[str, Any]]:
    """Yield values of a structure: nothing, each member alone, what is required, everything in turn."""
    values = {name: samples(member) for name, member in shape.members.items()}
    yield {}
    for name, each in values.items():
        yield from ({name: value} for value in each)
    for chosen in (list(shape.required_members), list(values)):
        for row in itertools.islice(itertools.zip_longest(*(values[name] for name in chosen)), 4):
            picked = zip(chosen, row, strict=True)
            yield {name: values[name][0] if value is None else value for name, value in picked}


def passes(operation: OperationModel, call: Mapping[str, Any]) -> bool:
    """Return whether boto3 would send the call. It first fills in idempotency tokens, and a path needs its labels."""
    params = dict(call)
    generate_idempotent_uuid(params, operation)
    if operation.input_shape is None:
        return True
    if ParamValidator().validate(params, operation.input_shape).has_errors():
        return False
    labels = re.findall(r"{(\w+)", operation.http["requestUri"])
    sent = {
        shape.serialization.get("name", name) for name, shape in operation.input_shape.members.items() if name in params
    }
    return set(labels) <= sent


def broken(old: Mapping[str, Any], new: Mapping[str, Any], *, is_refused: bool = False) -> list[dict[str, Any]]:
    """Return the calls that pass under the old model and fail under the new one; `is_refused` allows that none pass."""
    before, after = ping(old), ping(new)
    calls = structures(before.input_shape) if before.input_shape else iter([dict[str, Any]()])
    passed = [call for call in calls if passes(before, call)]
    assert passed or is_refused, "the old model takes no call"
    return [call for call in passed if not passes(after, call)]


@pytest.mark.parametrize("id", REQUESTS)
def test_boto3_refuses_a_call_where_a_rule_says_that_it_breaks_and_only_there(id: str) -> None:
    is_refused = id == "request-label-filled"
    calls = [call for case in REQUESTS[id] for call in broken(case.old, case.new, is_refused=is_refused)]
    if RULES[id].profiles["boto3"] == "B" and id not in ELSEWHERE:
        assert calls, "it breaks nothing in boto3"
    else:
        assert not calls, f"it breaks boto3: {calls[0]}"


def test_a_part_of_the_path_was_always_needed() -> None:
    (case,) = REQUESTS["request-label-became-required"]
    with pytest.raises(KeyError):
        create_serializer("rest-json").serialize_to_request({}, ping(case.old))


def test_parameters_of_an_operation_that_takes_none_are_dropped_without_a_word() -> None:
    request = create_serializer("rest-json").serialize_to_request({"Name": "a"}, ping(model(Ping=op())))
    assert not request["body"]


# --- responses --------------------------------------------------------------------------------------------------------


def body_of(shape: BotocoreShape) -> Any:
    """Return a complete value of a shape as JSON."""
    match shape.type_name:
        case "string" if shape.metadata.get("enum"):
            return shape.metadata["enum"][0]
        case "string":
            return "a" * int(shape.metadata.get("min", 1))
        case "blob":
            return "YQ=="
        case "boolean":
            return True
        case "list":
            return [body_of(shape.member)]
        case "map":
            return {"a": body_of(shape.value)}
        case "structure":
            return members_of(shape)
    return 1577836800


def members_of(shape: BotocoreShape) -> dict[str, Any]:
    """Return every member, or the last one of a union."""
    names = {name: member.serialization.get("name", name) for name, member in shape.members.items()}
    chosen = list(names)[-1:] if getattr(shape, "is_tagged_union", False) else list(names)
    return {names[name]: body_of(shape.members[name]) for name in chosen}


def parsed(raw: Mapping[str, Any], body: Any) -> dict[str, Any]:
    """Return what boto3 reads from a body."""
    response = {"status_code": 200, "headers": {}, "body": json.dumps(body).encode()}
    try:
        found: dict[str, Any] = create_parser("rest-json").parse(response, ping(raw).output_shape)
    except Exception as error:  # whatever the error, the caller does not get what it got before
        return {"raised": type(error).__name__}
    found.pop("ResponseMetadata")
    return found


def sent(raw: Mapping[str, Any]) -> Any:
    """Return a body as a service with this model sends it."""
    shape = ping(raw).output_shape
    return members_of(shape) if shape is not None else {}


@pytest.mark.parametrize("id", RESPONSES)
def test_boto3_reads_a_body_otherwise_where_a_rule_says_that_it_breaks_and_only_there(id: str) -> None:
    rule = RULES[id]
    bodies = [(sent(c.old), sent(c.new if id in SENT_UNDER_NEW_NAMES else c.old)) for c in RESPONSES[id]]
    read = zip(RESPONSES[id], bodies, strict=True)
    differs = [parsed(c.old, before) != parsed(c.new, after) for c, (before, after) in read]
    mark = rule.profiles["boto3"]
    if mark == "B" and id not in READ_LATER and rule.direction is not Direction.REQUEST:
        assert any(differs), "it breaks nothing in boto3"
    elif mark in "-+d":
        assert not any(differs), "it breaks boto3"
    if mark == "+" and rule.direction is Direction.RESPONSE:
        gains = [parsed(c.old, sent(c.new)) != parsed(c.new, sent(c.new)) for c in RESPONSES[id]]
        assert all(gains), "it gives nothing new"


# --- errors -----------------------------------------------------------------------------------------------------------


def exceptions(raw: Mapping[str, Any]) -> Any:
    return ClientExceptionsFactory().create_client_exceptions(ServiceModel(json.loads(json.dumps(raw)), "zoo"))


def test_a_removed_exception_is_missing_when_it_is_needed() -> None:
    case = CASES["exception-removed"]
    assert isinstance(case, Case)
    assert exceptions(case.old).Oops
    with pytest.raises(AttributeError):
        _ = exceptions(case.new).Oops


def test_an_exception_that_no_operation_lists_is_there_all_the_same() -> None:
    assert exceptions(model(Ping=op(), shapes={"Oops": struct(exception=True)})).Oops


def test_another_error_code_leads_to_another_exception() -> None:
    case = CASES["error-code-changed"]
    assert isinstance(case, Case)
    old, new = exceptions(case.old), exceptions(case.new)
    assert old.from_code("Oops") is old.Oops
    assert new.from_code("Oops") is not new.Oops


@pytest.mark.parametrize(
    "waiver", [*((rule, ELSEWHERE[rule]) for rule in ELSEWHERE), *((rule, READ_LATER[rule]) for rule in READ_LATER)]
)
def test_a_waiver_is_for_a_rule_that_breaks_boto3(waiver: tuple[str, str]) -> None:
    assert RULES[waiver[0]].profiles["boto3"] == "B"
