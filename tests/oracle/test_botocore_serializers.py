"""The names of members in requests of every protocol, compared with what botocore's serializers write.

Each structure of a service is sent as the input of an operation of its own, member by member. By default a tenth of the
services is compared, with `DOCGEN_FULL=1` all, and also the members whose names changed between real releases.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from botocore.model import ServiceModel
from botocore.serialize import create_serializer
from conftest import FULL, newest_models_in

from docgen.model.parse import parse
from docgen.model.protocol import boto3_protocol, request_name
from docgen.model.service import Service

ALWAYS = ("ec2", "s3", "sqs")
PAIRS = [("1.12.83", "1.13.45"), ("1.43.67", "1.44.5")]


def test_members_have_the_names_that_botocore_sends(botocore_wheel: Callable[[str], Path]) -> None:
    counts: Counter[str] = Counter()
    for service, data in newest_models_in(botocore_wheel("1.44.5")).items():
        if FULL or service in ALWAYS or zlib.crc32(service.encode()) % 10 == 0:
            model = parse(data, service)
            for shape, member, keys in sent_names(json.loads(data), model):
                name = request_name(model.shapes[shape].members[member], model)
                assert name.rpartition(":")[2] in keys, (service, shape, member, keys)
                counts[boto3_protocol(model)] += 1
    print(f"\n{dict(counts)}")
    assert len(counts) >= 4


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_names_change_between_real_releases_where_requests_do(
    old: str, new: str, botocore_wheel: Callable[[str], Path]
) -> None:
    before, after = newest_models_in(botocore_wheel(old)), newest_models_in(botocore_wheel(new))
    compared = 0
    for service in sorted(before.keys() & after.keys()):
        if before[service] == after[service] or not (FULL or service in ("ec2", "s3", "sqs")):
            continue
        models = [parse(each[service], service) for each in (before, after)]
        if boto3_protocol(models[0]) != boto3_protocol(models[1]):
            continue
        sent = [
            {(shape, member): keys for shape, member, keys in sent_names(json.loads(each[service]), model)}
            for each, model in zip((before, after), models, strict=True)
        ]
        for shape, member in sorted(sent[0].keys() & sent[1].keys()):
            names = [request_name(model.shapes[shape].members[member], model) for model in models]
            theirs = [keys[shape, member] for keys in sent]
            assert (names[0] == names[1]) == bool(theirs[0] & theirs[1]), (service, shape, member, theirs)
            compared += 1
    print(f"\n{old} to {new}: {compared:,} members")
    assert compared > 100


def sent_names(raw: dict[str, Any], model: Service) -> Iterator[tuple[str, str, set[str]]]:
    """Yield every structure, each of its members, and the keys of a request that sends only this member."""
    protocol = boto3_protocol(model)
    raw["operations"] = {
        name: {"name": name, "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": name}}
        for name, shape in raw["shapes"].items()
        if shape["type"] == "structure" and shape.get("members")
    }
    theirs = ServiceModel(raw, "x")
    serializer = create_serializer(protocol, include_validation=False)
    for name in raw["operations"]:
        operation = theirs.operation_model(name)
        payload = operation.input_shape.serialization.get("payload")
        for member, shape in operation.input_shape.members.items():
            if shape.serialization.get("location") == "uri" or member == payload or shape.serialization.get("payload"):
                continue
            if shape.serialization.get("location") == "querystring" and shape.type_name == "map":
                continue  # the keys of the map are sent, and no name
            operation.input_shape.serialization.setdefault("name", "Root")  # XML needs one for its root
            keys = keys_of(protocol, serializer.serialize_to_request({member: example(shape)}, operation))
            if keys:
                yield name, member, keys


def example(shape: Any, depth: int = 0) -> Any:
    """Return a small value of a shape; it is empty where a shape contains itself."""
    match shape.type_name:
        case "structure" | "map" if depth > 4:
            return {}
        case "list" if depth > 4:
            return []
        case "structure":
            first = next(iter(shape.members.items()), None)
            return {first[0]: example(first[1], depth + 1)} if first else {}
        case "list":
            return [example(shape.member, depth + 1)]
        case "map":
            return {"k": example(shape.value, depth + 1)}
        case "boolean":
            return True
        case "timestamp" | "integer" | "long":
            return 1
        case "float" | "double":
            return 1.0
        case "blob":
            return b"1"
    return "1"


def keys_of(protocol: str, request: dict[str, Any]) -> set[str]:
    """Return the names at the top of a request, in its query string, headers and body."""
    body = request["body"]
    if protocol in ("query", "ec2"):
        names = {key.split(".")[0] for key in body}
        return names - {"Action", "Version"}
    keys = {*request["query_string"]} | {key for key in request["headers"] if key not in STANDARD_HEADERS}
    keys |= {prefix for key in keys if (prefix := key.removesuffix("k")) != key}  # headers with a common prefix
    if protocol == "rest-xml":
        root = ElementTree.fromstring(body) if body else None  # noqa: S314 - botocore wrote it
        tags = [] if root is None else [*(child.tag for child in root), *root.attrib]
        return keys | {tag.rpartition("}")[2] for tag in tags}
    if protocol == "smithy-rpc-v2-cbor":
        return keys | cbor_keys(body)
    return keys | (set(json.loads(body)) if body else set())


STANDARD_HEADERS = {"X-Amz-Target", "Content-Type", "x-amzn-query-mode", "smithy-protocol", "Accept"}


def cbor_keys(body: bytes) -> set[str]:
    """Return the key of a CBOR map with one entry, whose key is a text of less than 256 bytes."""
    if len(body) < 3:
        return set()
    size, start = (body[2], 3) if body[1] == 0x78 else (body[1] - 0x60, 2)
    return {body[start : start + size].decode()}
