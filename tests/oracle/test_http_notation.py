"""Requests in HTTP compared with what botocore's serializers send for the same values, for each protocol.

By default a tenth of the services is compared, and at least one service of each protocol; `DOCGEN_FULL=1` compares all.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote
from xml.etree import ElementTree

from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from conftest import FULL, newest_models_in

from docgen.model.notations.http import http_request
from docgen.model.parse import parse
from docgen.model.protocol import boto3_protocol

ALWAYS = ("cloudwatch", "ec2", "s3", "sns", "sqs")
DROPPED = "<dropped>"


def test_requests_are_those_that_botocore_sends(botocore_wheel: Callable[[str], Path]) -> None:
    services = {
        service: (data, ServiceModel(json.loads(data), service))
        for service, data in newest_models_in(botocore_wheel("1.44.5")).items()
    }
    first_of_protocol = {theirs.resolved_protocol: service for service, (_, theirs) in reversed(services.items())}
    chosen = {name for name in services if FULL or name in ALWAYS or zlib.crc32(name.encode()) % 10 == 0}
    compared_protocols = {services[name][1].resolved_protocol for name in chosen}
    chosen.update(name for protocol, name in first_of_protocol.items() if protocol not in compared_protocols)
    counts: Counter[str] = Counter()
    different: list[Any] = []
    for service in sorted(chosen):
        data, theirs = services[service]
        model = parse(data, service)
        protocol = boto3_protocol(model)
        assert protocol == theirs.resolved_protocol, service
        serializer = create_serializer(protocol, include_validation=False)
        for operation in model.operations.values():
            shape = theirs.operation_model(operation.name).input_shape
            parameters = example(shape, ()) if shape else {}
            sent = serializer.serialize_to_request(parameters, theirs.operation_model(operation.name))
            shown = canonical_text(http_request(model, operation), protocol, shape)
            expected = canonical_sent(sent, protocol)
            if theirs.operation_model(operation.name).has_event_stream_input:  # events are not part of the request
                shown, expected = (*shown[:4], None), (*expected[:4], None)
            if shown != expected:
                different.append((service, operation.name, shown, expected))
            counts[protocol] += 1
    print(f"\n{sum(counts.values()):,} operations: {dict(counts)}")
    assert not different, f"{len(different)} differ: {different[:3]}"
    assert counts.keys() == first_of_protocol.keys()


def example(shape: Any, open_shapes: tuple[str, ...]) -> Any:
    """Return the documented value of a shape; nothing for a shape inside itself, and for documents."""
    if shape.name in open_shapes or getattr(shape, "is_document_type", False):
        return DROPPED
    below = (*open_shapes, shape.name)
    match shape.type_name:
        case "structure":
            values = {name: example(member, below) for name, member in shape.members.items()}
            return {name: value for name, value in values.items() if value != DROPPED}
        case "list":
            value = example(shape.member, below)
            return [] if value == DROPPED else [value]
        case "map":
            value = example(shape.value, below)
            return {} if value == DROPPED else {example(shape.key, below): value}
        case "boolean":
            return True
        case "timestamp":
            return datetime(2015, 1, 1, tzinfo=UTC)
        case "integer" | "long":
            return 123
        case "float" | "double":
            return 123.0
        case "blob":
            return b"bytes"
    return shape.enum[0] if getattr(shape, "enum", None) else "string"


Canonical = tuple[str, str, list[tuple[str, str]], dict[str, str], Any]
"""The method, path, query string, headers and decoded body of a request."""


def canonical_text(text: str, protocol: str, shape: Any) -> Canonical:
    """Read a request as docgen shows it, with the first of several values."""
    head, _, body = text.partition("\n\n")
    [(method, target)] = re.findall(r"^(\S+) (.*) HTTP/1\.1$", head.splitlines()[0])
    headers = dict(line.split(": ", 1) for line in head.splitlines()[1:])
    path, _, query = target.partition("?")
    parameters = [tuple(part.partition("=")[::2]) for part in query.split("&") if part]
    return (
        method,
        re.sub(r"\{([^{}+]+)\+?\}", lambda label: label_value(label[1], shape), path),
        sorted((name, first(value)) for name, value in parameters),
        {name: first(value) for name, value in headers.items()},
        body_shown(body, protocol),
    )


def label_value(label: str, shape: Any) -> str:
    found = next(m for name, m in shape.members.items() if m.serialization.get("name", name) == label)
    value = example(found, ())
    return quote(value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else str(value), safe="")


def first(value: str) -> str:
    return value.split("|")[0]


def body_shown(body: str, protocol: str) -> Any:
    if protocol in ("query", "ec2"):
        lines = (
            line.partition("=")[::2] for line in body.replace("\n&", "\n").splitlines() if not line.endswith("...")
        )
        return {name: first(value) for name, value in lines}
    if not body or body == "(a stream of events)":
        return None
    if body.startswith("<"):
        return tree(ElementTree.fromstring(body))  # noqa: S314 - we wrote it
    if body[0] not in "{[":
        return first(body)
    quoted = r'"(?:[^"\\]|\\.)*"'
    body = re.sub(rf"({quoted})(?:\|{quoted})+", r"\1", body).replace("true|false", "true")
    body = re.sub(r"\{\.\.\.\}|\[\.\.\.\]", json.dumps(DROPPED), body)
    body = re.sub(r"h'6279746573'", '"Ynl0ZXM="', body).replace("1(1420070400)", "1420070400")
    return without_dropped(json.loads(body))


def without_dropped(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_dropped(inner) for key, inner in value.items() if inner != DROPPED}
    return [without_dropped(inner) for inner in value if inner != DROPPED] if isinstance(value, list) else value


def tree(element: ElementTree.Element) -> Any:
    children = [tree(child) for child in element if child.text != "..."]
    attributes = {name: first(value) for name, value in element.attrib.items()}
    return element.tag, attributes, "" if len(element) else first(element.text or ""), children


def canonical_sent(sent: dict[str, Any], protocol: str) -> Canonical:
    """Read a request that botocore has serialized."""
    path, _, query = sent["url_path"].partition("?")
    pairs = [*parse_qsl(query, keep_blank_values=True), *items(sent["query_string"])]
    return (
        sent["method"],
        path,
        sorted((name, value) for name, value in pairs),
        {name: str(value) for name, value in sent["headers"].items()},
        body_sent(sent["body"], protocol),
    )


def items(values: Any) -> Iterator[tuple[str, str]]:
    for name, value in values.items() if isinstance(values, dict) else values:
        yield from ((name, str(each)) for each in (value if isinstance(value, list) else [value]))


def body_sent(body: Any, protocol: str) -> Any:
    if protocol in ("query", "ec2"):
        return {
            name: str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in body.items()
            if value != ""
        }
    if not body or isinstance(body, dict):
        return None
    if protocol == "smithy-rpc-v2-cbor":
        parser = create_parser(protocol)
        return as_json(parser.parse_data_item(parser.get_peekable_stream_from_bytes(body)))
    data = body if isinstance(body, bytes) else str(body).encode()
    if data.startswith(b"<"):
        return tree(ElementTree.fromstring(data))  # noqa: S314 - botocore wrote it
    return json.loads(data) if data[:1] in b"{[" else data.decode()


def as_json(value: Any) -> Any:
    """Return a decoded CBOR value in the form of JSON."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    if isinstance(value, datetime):
        return int(value.timestamp())
    return b64encode(value).decode() if isinstance(value, bytes) else value
