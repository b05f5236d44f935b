"""Requests of a small service as an AWS CLI command, in JavaScript and as HTTP; oracles compare real ones."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from docgen.cli import main
from docgen.errors import ModelError, UsageError
from docgen.model.notations.http import _quoted
from docgen.model.notations.table import request_in_notation
from docgen.model.parse import parse
from docgen.model.service import Service


def service(protocol: str = "json", **metadata: str) -> Service:
    """Return a service that moves crates, in any protocol."""
    members = {
        "Name": {"shape": "String", "location": "uri"},
        "Speed": {"shape": "Speed", "location": "querystring", "locationName": "speed"},
        "Fragile": {"shape": "Boolean", "location": "header", "locationName": "x-fragile"},
        "Crate": {"shape": "Crate"},
        "Labels": {"shape": "Labels"},
        "Stops": {"shape": "Strings"},
        "When": {"shape": "Timestamp"},
        "Token": {"shape": "String", "idempotencyToken": True},
    }
    return of(
        {
            "metadata": {
                "apiVersion": "2020-01-01",
                "endpointPrefix": "yard",
                "jsonVersion": "1.1",
                "protocol": protocol,
                "serviceFullName": "Yard",
                "serviceId": "Yard Lift",
                "targetPrefix": "Yard",
                **metadata,
            },
            "operations": {
                "MoveCrate": {
                    "name": "MoveCrate",
                    "http": {"method": "PUT", "requestUri": "/crates/{Name}" if protocol.startswith("rest") else "/"},
                    "input": {"shape": "MoveRequest", "locationName": "Move", "xmlNamespace": {"uri": "urn:yard"}},
                    "output": {"shape": "MoveResult"},
                },
                "Watch": {
                    "name": "Watch",
                    "http": {"method": "POST", "requestUri": "/"},
                    "output": {"shape": "WatchResult"},
                },
            },
            "shapes": {
                "String": {"type": "string"},
                "Strings": {"type": "list", "member": {"shape": "String"}},
                "Boolean": {"type": "boolean"},
                "Timestamp": {"type": "timestamp"},
                "Blob": {"type": "blob"},
                "Speed": {"type": "string", "enum": ["slow", "fast"]},
                "Crate": {"type": "structure", "required": ["Kind"], "members": CRATE},
                "Labels": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "String"}},
                "MoveRequest": {"type": "structure", "required": ["Name", "Crate", "Token"], "members": members},
                "MoveResult": {"type": "structure", "payload": "Body", "members": {"Body": {"shape": "Blob"}}},
                "Events": {"type": "structure", "eventstream": True, "members": {}},
                "WatchResult": {"type": "structure", "members": {"Events": {"shape": "Events"}}},
            },
        }
    )


CRATE = {"Kind": {"shape": "String"}, "Inside": {"shape": "Crate"}}


def of(model: dict[str, Any]) -> Service:
    return parse(json.dumps(model).encode())


def request(notation: str, model: Service, operation: str = "MoveCrate", package: str = "") -> str:
    return request_in_notation(notation, "yard", model, model.operations[operation], package)


CLI = """\
aws yard move-crate
    --name <value>
    [--speed <value>]
    [--fragile | --no-fragile]
    --crate <value>
    [--labels <value>]
    [--stops <value>]
    [--when <value>]
    [--token <value>]
    <outfile>

--crate, shorthand:
    Kind=string,Inside={Kind=string,( ... recursive ... )}

--crate, JSON:
    {
      "Kind": "string",
      "Inside": {
        "Kind": "string",
        "Inside": { ... recursive ... }
      }
    }

--labels, shorthand:
    KeyName1=string,KeyName2=string

--labels, JSON:
    {"string": "string"
      ...}

--stops:
    "string" "string" ..."""


def test_a_command_of_the_aws_cli_has_options_with_the_forms_of_their_values() -> None:
    assert request("cli", service()) == CLI


JAVASCRIPT = """\
import { YardLiftClient, MoveCrateCommand } from "@aws-sdk/client-yard-lift";
const client = new YardLiftClient({});
const input = { // MoveRequest
  Name: "STRING_VALUE", // required
  Speed: "slow" || "fast",
  Fragile: true || false,
  Crate: { // Crate // required
    Kind: "STRING_VALUE", // required
    Inside: "<Crate>",
  },
  Labels: { // Labels
    "<keys>": "STRING_VALUE",
  },
  Stops: [ // Strings
    "STRING_VALUE",
  ],
  When: new Date("TIMESTAMP"),
  Token: "STRING_VALUE", // required
};
const response = await client.send(new MoveCrateCommand(input));"""


def test_javascript_names_the_client_and_the_command_of_the_sdk() -> None:
    assert request("js", service()) == JAVASCRIPT


REST_JSON = """\
PUT /crates/{Name}?speed=slow|fast HTTP/1.1
x-fragile: true|false
Content-Type: application/json

{
  "Crate": {
    "Kind": "string",
    "Inside": {...}
  },
  "Labels": {
    "string": "string"
  },
  "Stops": [
    "string"
  ],
  "When": 1420070400,
  "Token": "string"
}"""
REST_XML = """\
PUT /crates/{Name}?speed=slow|fast HTTP/1.1
x-fragile: true|false

<Move xmlns="urn:yard">
  <Crate>
    <Kind>string</Kind>
    <Inside>...</Inside>
  </Crate>
  <Labels>
    <entry>
      <key>string</key>
      <value>string</value>
    </entry>
  </Labels>
  <Stops>
    <member>string</member>
  </Stops>
  <When>2015-01-01T00:00:00Z</When>
  <Token>string</Token>
</Move>"""
QUERY = """\
PUT / HTTP/1.1
Content-Type: application/x-www-form-urlencoded; charset=utf-8

Action=MoveCrate
&Version=2020-01-01
&Name=string
&speed=slow|fast
&x-fragile=true|false
&Crate.Kind=string
&Crate.Inside....
&Labels.entry.1.key=string
&Labels.entry.1.value=string
&Stops.member.1=string
&When=2015-01-01T00:00:00Z
&Token=string"""


@pytest.mark.parametrize(("protocol", "text"), [("rest-json", REST_JSON), ("rest-xml", REST_XML), ("query", QUERY)])
def test_a_request_in_http_is_encoded_as_the_protocol_does(protocol: str, text: str) -> None:
    assert request("http", service(protocol)) == text


def test_protocols_of_json_and_of_ec2_have_names_of_their_own() -> None:
    assert "X-Amz-Target: Yard.MoveCrate\nContent-Type: application/x-amz-json-1.1\n\n{" in request("http", service())
    assert "&Stops.1=string" in request("http", service("ec2"))
    assert "&X-fragile=true|false" in request("http", service("ec2"))
    cbor = request("http", service("smithy-rpc-v2-cbor"))
    assert cbor.startswith("POST /service/Yard/operation/MoveCrate HTTP/1.1\nsmithy-protocol: rpc-v2-cbor\n")
    assert '"When": 1(1420070400)' in cbor


def test_the_documented_call_is_a_notation_too() -> None:
    assert request("boto3", service()).startswith("client.move_crate(\n    Name='string',")


def test_what_the_cli_cannot_call_and_other_vendors_are_refused() -> None:
    with pytest.raises(UsageError, match="yard: the AWS CLI has no command for Watch"):
        request("cli", service(), "Watch")
    with pytest.raises(UsageError, match="this is not a service of AWS"):
        request("js", service(), package="nifcloud")
    assert request("http", service(), package="nifcloud")


def test_switches_and_renamed_options_are_those_of_the_cli() -> None:
    shapes = {
        "Value": {"type": "structure", "members": {"Value": {"shape": "Boolean"}}},
        "Text": {"type": "structure", "members": {"Value": {"shape": "String"}}},
        "Boolean": {"type": "boolean"},
        "String": {"type": "string"},
        "Input": {
            "type": "structure",
            "members": {"EnaSupport": {"shape": "Value"}, "Kernel": {"shape": "Text"}, "Egress": {"shape": "Boolean"}},
        },
    }
    model = of(
        {
            "metadata": {"protocol": "ec2", "endpointPrefix": "ec2"},
            "operations": {"Modify": {"name": "Modify", "input": {"shape": "Input"}}},
            "shapes": shapes,
        }
    )
    assert request_in_notation("cli", "ec2", model, model.operations["Modify"], "botocore").splitlines() == [
        "aws ec2 modify",
        "    [--ena-support | --no-ena-support]",
        "    [--kernel <value>]",
        "    [--egress | --ingress]",
    ]


def test_values_of_a_model_cannot_leave_their_quotes() -> None:
    name = 'a"; alert(1) //\n'
    shapes = {
        "Input": {"type": "structure", "members": {name: {"shape": "Kind"}}},
        "Kind": {"type": "string", "enum": ['"</Kind>\r\nHost: x']},
    }
    for protocol in ("json", "rest-xml"):
        model = of(
            {
                "metadata": {"protocol": protocol, "endpointPrefix": "yard"},
                "operations": {"Move": {"name": "Move", "input": {"shape": "Input"}}},
                "shapes": shapes,
            }
        )
        assert json.dumps(name) + ': "\\"</Kind>' in request("js", model, "Move")
    assert "&lt;/Kind&gt;" in request("http", model, "Move")


def test_a_request_without_an_end_is_refused_or_cut() -> None:
    shapes: dict[str, Any] = {"Input": {"type": "structure", "members": {"A": {"shape": "S0"}}}}
    for level in range(30):
        below = {"shape": f"S{level + 1}"} if level < 29 else {"shape": "Text"}
        shapes[f"S{level}"] = {"type": "structure", "members": {"A": below, "B": below}}
    model = of(
        {
            "metadata": {"protocol": "json", "endpointPrefix": "yard"},
            "operations": {"Move": {"name": "Move", "input": {"shape": "Input"}}},
            "shapes": {**shapes, "Text": {"type": "string"}},
        }
    )
    for notation in ("js", "http", "cli"):
        with pytest.raises(ModelError, match="too large"):
            request(notation, model, "Move")


def test_show_prints_a_request(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "appstream", "CreateFleet", "--notation", "cli"]) == 0
    assert capsys.readouterr().out.startswith("aws appstream create-fleet\n    --name <value>\n")
    assert main(["show", "appstream", "create-fleet", "--notation", "http", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["request"].startswith("POST / HTTP/1.1\n")
    assert main(["show", "appstream", "--notation", "http"]) == 2
    assert main(["show", "appstream", "CreateFleet", "--notation", "http", "--format", "html"]) == 2


def test_names_with_line_breaks_add_no_lines() -> None:
    hostile = "A\r\nHost: x"
    members = {
        f"{hostile}{place}": {"shape": hostile, "location": place} for place in ("header", "querystring", "body")
    }
    shapes = {"Input": {"type": "structure", "members": members}, hostile: {"type": "list", "member": {"shape": "T"}}}
    for protocol in ("json", "rest-json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor"):
        model = of(
            {
                "metadata": {"protocol": protocol, "endpointPrefix": "yard"},
                "operations": {"Move": {"name": hostile, "input": {"shape": "Input"}}},
                "shapes": {**shapes, "T": {"type": "string", "enum": [hostile]}},
            }
        )
        for notation in ("cli", "js", "http"):
            assert not any(line.startswith("Host") for line in request(notation, model, "Move").splitlines())


def test_a_parameter_may_be_the_type_of_the_body() -> None:
    members = {"Type": {"shape": "T", "location": "header", "locationName": "Content-type"}, "Text": {"shape": "T"}}
    model = of(
        {
            "metadata": {"protocol": "rest-json"},
            "operations": {"Move": {"name": "Move", "input": {"shape": "Input"}}},
            "shapes": {"Input": {"type": "structure", "members": members}, "T": {"type": "string"}},
        }
    )
    assert request("http", model, "Move").splitlines()[1:3] == ["Content-type: string", ""]


def test_names_and_types_add_no_lines_and_no_controls() -> None:
    shapes = {"Input": {"type": "structure", "members": {"A": {"shape": "B"}}}, "T": {"type": "\x1b[31m\nHost: x"}}
    shapes["B"] = {"type": "structure", "members": {"C": {"shape": "T"}}}
    for protocol in ("json", "rest-xml", "query"):
        model = of(
            {
                "metadata": {"protocol": protocol, "endpointPrefix": "yard"},
                "operations": {"\x1b\n": {"name": "\x1b\n", "input": {"shape": "Input"}}},
                "shapes": shapes,
            }
        )
        for notation in ("cli", "js", "http"):
            text = request(notation, model, "\x1b\n")
            assert "\x1b" not in text
            assert "\nHost" not in text


def test_only_a_map_is_sent_as_several_headers() -> None:
    model = of(
        {
            "metadata": {"protocol": "rest-json"},
            "operations": {"Move": {"name": "Move", "input": {"shape": "Input"}}},
            "shapes": {
                "Input": {"type": "structure", "members": {"A": {"shape": "T", "location": "headers"}}},
                "T": {"type": "string"},
            },
        }
    )
    assert request("http", model, "Move") == "POST / HTTP/1.1"


@pytest.mark.parametrize("text", ["urn:yard", "a<b>&c", "it's", 'say "so"', """it's "so\"""", "lines\n\r\tend", ""])
def test_an_attribute_is_quoted_as_by_the_standard_library(text: str) -> None:
    assert _quoted(text) == quoteattr(text)
