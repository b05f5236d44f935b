"""The request of an operation in the notations of a site: which exist, which are long, and what pages show."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from rule_support import model, op, struct

from docgen import schema
from docgen.model.parse import parse
from docgen.model.python_view import python_view
from docgen.model.service import Service
from docgen.model.smithy.reader import read_service
from docgen.pages.operation.reference import OperationReference, operation_reference, reference_pages
from docgen.pages.operation.request_notations import MAX_INLINE, RequestNotations
from docgen.render.templates import render_page

PIZZA = Path(__file__).parent.parent / "data" / "smithy" / "pizza.json"
OF_AWS: dict[str, Any] = {"endpointPrefix": "yard", "protocol": "json"}


def yard(members: int = 1, **metadata: Any) -> Service:
    """Return a service with a required member and `members` optional ones."""
    optional = {f"Label{number}": "String" for number in range(members)}
    return parse(json.dumps(model(Move=op({"Name!": "String", **optional}), metadata=metadata)).encode())


def requests(service: Service, operation: str = "Move", package: str = "", chosen: tuple[str, ...] = ()) -> Any:
    found = RequestNotations("yard", service, package, chosen).of(service.operations[operation])
    return {request.name: request for request in found}


def pizza() -> Service:
    return read_service(PIZZA.read_bytes(), "pizza.json", "example.pizza#Pizzeria")


@pytest.mark.parametrize(
    ("service", "package", "titles"),
    [
        (yard(**OF_AWS), "botocore", ["boto3", "AWS CLI", "JavaScript", "HTTP"]),
        (yard(**OF_AWS), "nifcloud", ["Python", "HTTP"]),
        (yard(), "", ["Python", "HTTP"]),
        (replace(yard(), traits={"smithy": True}), "", ["HTTP", "Python"]),
        (replace(yard(**OF_AWS), traits={"smithy": True}), "", ["boto3", "AWS CLI", "JavaScript", "HTTP"]),
    ],
)
def test_a_service_has_the_notations_in_which_it_can_be_called(
    service: Service, package: str, titles: list[str]
) -> None:
    assert [request.title for request in requests(service, package=package).values()] == titles


def test_a_site_chooses_notations_and_their_order() -> None:
    of_aws = yard(**OF_AWS)
    assert list(requests(of_aws, chosen=("http", "boto3"))) == ["http", "boto3"]
    assert list(requests(of_aws, chosen=("js",))) == ["js"]
    assert list(requests(yard(), chosen=("js", "http"))) == ["http"], "not a service of AWS"
    assert list(requests(yard(), chosen=("js",))) == ["boto3"], "one is always there"


def test_an_operation_without_a_command_has_no_command() -> None:
    service = parse(json.dumps(model(RunJobFlow=op({"Name": "String"}), metadata=OF_AWS)).encode())
    notations = RequestNotations("emr", service, "").of(service.operations["RunJobFlow"])
    assert [request.name for request in notations] == ["boto3", "js", "http"]


def test_a_long_request_is_shown_with_what_is_required_and_has_a_page() -> None:
    service = yard(300, **OF_AWS)
    found = requests(service)["http"]
    assert not found.is_complete
    assert found.text.endswith('\n\n{\n  "Name": "string"\n}')
    assert '"Label299": "string"' in found.full_text
    assert len(found.full_text) > MAX_INLINE
    assert requests(service)["cli"].text == "aws yard move\n    --name <value>"


def test_a_union_needs_one_of_its_members() -> None:
    choice = {"type": "structure", "union": True, "members": {"One": {"shape": "String"}, "Two": {"shape": "String"}}}
    optional = {f"Label{number}": "String" for number in range(300)}
    content = model(Move=op({"Choice!": "Choice", **optional}), shapes={"Choice": choice}, metadata=OF_AWS)
    text = requests(parse(json.dumps(content).encode()))["http"].text
    assert text.endswith('{\n  "Choice": {\n    "One": "string"\n  }\n}')


def test_a_request_without_an_end_has_neither_text_nor_page() -> None:
    shapes = {f"S{n}": struct({"A!": f"S{n + 1}", "B!": f"S{n + 1}"}) for n in range(30)}
    content = model(Move=op({"A!": "S0"}), shapes={**shapes, "S30": {"type": "string"}}, metadata=OF_AWS)
    for request in list(requests(parse(json.dumps(content).encode())).values())[1:]:
        assert (request.text, request.full_text, request.is_complete) == ("", "", False)
        assert request.command == f"docgen show yard Move --notation {request.name}"


def reference(service: Service, operation: str) -> OperationReference:
    found = operation_reference(service, service.operations[operation], "yard")
    return replace(found, notations=tuple(requests(service, operation).values()), root="../../../")


def test_pages_lead_to_the_whole_request() -> None:
    page, *others = reference_pages(reference(yard(300, **OF_AWS), "Move"), "services/yard/Move/index")
    assert [other.path for other in others] == [f"services/yard/Move/{name}/index" for name in ("cli", "js", "http")]
    for name, link in {"html": '<a href="http/index.html">', "markdown": "(<http/index.md>)"}.items():
        assert link in render_page(page, name)
        assert "Label299" in render_page(others[2], name)
    Draft202012Validator(schema.load_schema("operation-request")).validate(others[2].data())
    data = json.loads(render_page(page, "json"))
    assert [each["file"] for each in data["notations"]] == ["cli/index.json", "js/index.json", "http/index.json"]
    Draft202012Validator(schema.load_schema("operation")).validate(data)


def test_a_service_that_botocore_cannot_call_has_no_samples_in_python() -> None:
    html = render_page(next(reference_pages(reference(pizza(), "GetMenu"), "services/yard/GetMenu/index")), "html")
    assert "GET /menu HTTP/1.1" in html
    assert 'value="http" checked' in html
    assert "<code>client." not in html
    assert "client.exceptions" not in html
    assert "boto3" not in html.replace('"call.boto3"', "").replace('value="boto3"', "")


def test_the_text_of_a_request_is_escaped_and_stays_as_it_is() -> None:
    service = parse(json.dumps(model(Move=op({'"><b>x</b> // y': "String"}), metadata=OF_AWS)).encode())
    html = render_page(next(reference_pages(reference(service, "Move"), "services/yard/Move/index")), "html")
    assert "<b>x</b>" not in html
    blocks = re.findall(r'<pre tabindex="0"[^>]*>(.*?)</pre>', html, re.DOTALL)
    shown = [unescape(re.sub(r"<[^>]*>", "", block)) for block in blocks]
    assert shown == [request.text for request in requests(service).values()][1:]


def test_a_row_that_the_call_leaves_out_links_to_itself() -> None:
    content = model(AbortVaultLock=op({"accountId!": "String", "vaultName!": "String"}), metadata=OF_AWS)
    service = python_view(parse(json.dumps(content).encode()), "glacier", "botocore", "1.44.5")
    found = operation_reference(service, service.operations["AbortVaultLock"], "glacier")
    html = render_page(next(reference_pages(found, "services/glacier/AbortVaultLock/index")), "html")
    assert '<a class="n" href="#request.accountId">' in html
    assert set(re.findall(r'<a class="n" href="#(in\d+)"', html)) == set(re.findall(r'id="(in\d+)"', html)) == {"in1"}
