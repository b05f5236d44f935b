"""What botocore's handlers do to its models, compared with its own documentation and its own clients.

The models come from botocore's own loader, so extras are merged. By default every operation in a row of
`customizations.toml` is compared, with `DOCGEN_FULL=1` every operation of the installed botocore.
`tests/model/test_customizations.py` checks that every handler of botocore has a row.
"""

from __future__ import annotations

import ast
import datetime
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import botocore
import oracle
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ParamValidationError
from botocore.session import Session
from conftest import FULL

from docgen.model.customizations import customizations, table
from docgen.model.parse import parse
from docgen.model.python_view import python_view
from docgen.model.service import Service
from docgen.model.syntax import OperationSyntax, operation_syntax

REFUSED_POLICIES = {
    "CreatePolicy": {"PolicyDocument"},
    "CreatePolicyVersion": {"PolicyDocument"},
    "CreateRole": {"AssumeRolePolicyDocument"},
    "GetContextKeysForCustomPolicy": {"PolicyInputList"},
    "GetContextKeysForPrincipalPolicy": {"PolicyInputList"},
    "PutGroupPolicy": {"PolicyDocument"},
    "PutRolePolicy": {"PolicyDocument"},
    "PutUserPolicy": {"PolicyDocument"},
    "SimulateCustomPolicy": {"PolicyInputList", "PermissionsBoundaryPolicyInputList", "ResourcePolicy"},
    "SimulatePrincipalPolicy": {"PolicyInputList", "PermissionsBoundaryPolicyInputList", "ResourcePolicy"},
    "UpdateAssumeRolePolicy": {"PolicyDocument"},
}
"""Requests of IAM that botocore documents wrongly.

Since 1.43.34 it documents the text of a policy as a dict, which its clients refuse, and without the required mark. Only
policies in responses become a dict.
"""

WITHOUT_METHOD = {
    ("bedrock-runtime", "InvokeModelWithBidirectionalStream"),
    ("connecthealth", "StartMedicalScribeListeningSession"),
    ("lexv2-runtime", "StartConversation"),
    ("polly", "StartSpeechSynthesisStream"),
    ("qbusiness", "Chat"),
}


@cache
def session() -> Session:
    made = Session()
    made.set_credentials("key", "secret")
    return made


@cache
def raw_model(service: str) -> dict[str, Any]:
    found: dict[str, Any] = session().get_component("data_loader").load_service_model(service, "service-2")
    return found


@cache
def shown_model(service: str) -> Service:
    model = parse(json.dumps(raw_model(service)).encode(), service)
    return python_view(model, service, "botocore", botocore.__version__)


def concerned_operations(service: str) -> list[str]:
    """Return the operations that the view of a model changes."""
    plain, shown = parse(json.dumps(raw_model(service)).encode(), service), shown_model(service)
    return [
        name
        for name, operation in plain.operations.items()
        if operation_syntax(plain, operation) != operation_syntax(shown, shown.operations[name])
    ]


def compared_services() -> list[str]:
    if FULL:
        return list(session().get_component("data_loader").list_available_services("service-2"))
    return sorted({row.service for row in table() if customizations(row.service, "botocore", botocore.__version__)})


def test_operations_are_shown_as_botocore_documents_them_with_its_handlers() -> None:
    emitter = session().get_component("event_emitter")
    count, differing = 0, set()
    for service in compared_services():
        names = list(shown_model(service).operations) if FULL else concerned_operations(service)
        names += [] if FULL or service != "iam" else list(REFUSED_POLICIES.keys() - names)
        for theirs in oracle.operations(raw_model(service), service, names, emitter):
            ours = operation_syntax(shown_model(service), shown_model(service).operations[theirs.operation])
            count += 1
            assert ours.method == theirs.method
            assert ours.response_syntax == theirs.response_syntax, (service, ours.method)
            assert facts(ours.response) == facts(theirs.response), (service, ours.method)
            if ours.request_syntax != theirs.request_syntax or facts(ours.parameters) != facts(theirs.parameters):
                assert ours.request_syntax.count("'string'") > theirs.request_syntax.count("'string'")
                differing.add((service, theirs.operation))
        raw_model.cache_clear()
        shown_model.cache_clear()
    print(f"\nbotocore {botocore.__version__}: {count:,} operations, {len(differing)} of them as clients accept them")
    assert differing == {("iam", name) for name in REFUSED_POLICIES}
    assert count >= 105


def facts(rows: Any) -> list[tuple[Any, ...]]:
    return [(row.path, row.name, row.type, row.required, row.depth) for row in rows]


SHOWN_OTHERWISE = sorted(
    {row.service for row in table() if row.kind in ("renamed", "unwritten", "hidden", "described", "added")}
)


@pytest.mark.parametrize("service", SHOWN_OTHERWISE)
def test_clients_accept_the_calls_that_are_shown(service: str) -> None:
    client, sent = stubbed_client(service)
    names = concerned_operations(service)
    assert names
    for name in names:
        syntax = operation_syntax(shown_model(service), shown_model(service).operations[name])
        call = call_of(syntax)
        required = {str(row.name) for row in syntax.parameters if row.depth == 0 and row.required}
        method = getattr(client, syntax.method)
        for arguments in ({key: call[key] for key in required}, call):
            sent.clear()
            method(**arguments)
            assert sent == [name], (name, arguments)


def test_clients_refuse_what_botocore_documents_for_policies_in_requests_of_iam() -> None:
    client, sent = stubbed_client("iam")
    sent.clear()
    for name, members in REFUSED_POLICIES.items():
        syntax = operation_syntax(shown_model("iam"), shown_model("iam").operations[name])
        for member in members:
            call = call_of(syntax)
            call[member] = [{}] if isinstance(call[member], list) else {}
            with pytest.raises(ParamValidationError, match=f"Invalid type for parameter {member}.*valid types"):
                getattr(client, syntax.method)(**call)
    assert not sent


def test_clients_accept_both_forms_and_both_names() -> None:
    client, sent = stubbed_client("s3")
    sent.clear()
    client.copy_object(Bucket="b-1", Key="k", CopySource={"Bucket": "b-2", "Key": "k", "VersionId": "1"})
    client.copy_object(Bucket="b-1", Key="k", CopySource="b-2/k")
    assert sent == ["CopyObject", "CopyObject"]
    spellings: list[tuple[str, str, list[dict[str, Any]]]] = [
        ("ec2", "describe_hosts", [{"Filter": []}, {"Filters": []}]),
        ("logs", "create_export_task", [{"from": 1}, {"fromTime": 1}]),
        ("cloudsearchdomain", "search", [{"return": "a"}, {"returnFields": "a"}]),
    ]
    for service, method, both in spellings:
        client, sent = stubbed_client(service)
        sent.clear()
        rest: dict[str, dict[str, Any]] = {
            "logs": {"logGroupName": "a", "to": 2, "destination": "b"},
            "cloudsearchdomain": {"query": "a"},
        }
        for arguments in both:
            getattr(client, method)(**arguments, **rest.get(service, {}))
        assert len(sent) == 2


def test_methods_exist_under_each_name_and_only_where_pages_say_so() -> None:
    version = botocore.__version__
    for row in table():
        if row.kind == "method" and row in customizations(row.service, "botocore", version):
            client, _ = stubbed_client(row.service)
            (name,) = row.operations
            method = operation_syntax(shown_model(row.service), shown_model(row.service).operations[name]).method
            assert getattr(client, row.alias) == getattr(client, method)
            assert f"<code>{row.alias}</code>" in shown_model(row.service).operations[name].documentation
    without = {
        (service, name)
        for service in (compared_services() if FULL else {service for service, _ in WITHOUT_METHOD})
        for name, operation in shown_model(service).operations.items()
        if not hasattr(stubbed_client(service)[0], operation_syntax(shown_model(service), operation).method)
    }
    assert without == WITHOUT_METHOD
    assert all(not shown_model(service).operations[name].call.has_method for service, name in without)


# --- calls ---


@cache
def stubbed_client(service: str) -> tuple[Any, list[str]]:
    """Return a client whose requests are answered here, and the list of operations that it was about to send."""
    endpoint = "https://search.example.com" if service == "cloudsearchdomain" else None
    client = session().create_client(service, "us-east-1", endpoint_url=endpoint)
    sent: list[str] = []
    client.meta.events.register("before-send.*", answer(sent, client.meta.service_model.resolved_protocol))
    return client, sent


def answer(sent: list[str], protocol: str) -> Callable[..., AWSResponse]:
    def handler(request: Any, event_name: str, **_: object) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        sent.append(operation)
        body = "{}" if "json" in protocol else f"<Response><{operation}Result/></Response>"
        return AWSResponse(request.url, 200, {}, Raw(body.encode()))

    return handler


class Raw:
    """The body of a response, as urllib3 returns it."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.body

    def read(self, *_: object, **__: object) -> bytes:
        return self.body


def call_of(syntax: OperationSyntax) -> dict[str, Any]:
    """Return the arguments of a call as documented, each with the first of its values."""
    (statement,) = ast.parse(syntax.request_syntax).body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    assert ast.unparse(statement.value.func) == f"client.{syntax.method}"
    return {keyword.arg or "": first_value(keyword.value) for keyword in statement.value.keywords}


LONG_TEXT = "string" * 20
LARGE_NUMBER = 86_400
"""A text and a number that are large enough for the minimums that clients check."""


def first_value(shown: ast.expr) -> Any:
    while isinstance(shown, ast.BinOp):  # an enum may have a thousand values
        shown = shown.left
    match shown:
        case ast.BoolOp(values=[first, *_]):
            return first_value(first)
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return {key.value: first_value(value) for key, value in pairs if isinstance(key, ast.Constant)}
        case ast.List(elts=items):
            return [first_value(item) for item in items]
        case ast.Set():
            return {}
        case ast.Call():
            return datetime.datetime(2015, 1, 1, tzinfo=datetime.UTC)
    value = ast.literal_eval(shown)
    return {"string": LONG_TEXT, 123: LARGE_NUMBER}.get(value, value)


def test_every_call_is_python() -> None:
    for service in compared_services():
        model: Mapping[str, Any] = shown_model(service).operations
        for operation in model.values():
            call_of(operation_syntax(shown_model(service), operation))
