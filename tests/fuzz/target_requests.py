"""A model whose requests are written in every notation, in full and with required members only, and shown on a page."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from docgen.errors import DocgenError
from docgen.model.notations.required import required_only
from docgen.model.notations.table import NOTATIONS, request_in_notation
from docgen.model.parse import parse
from docgen.pages.operation.reference import operation_reference, reference_pages
from docgen.pages.operation.request_notations import RequestNotations
from docgen.render.templates import render_page
from fuzz import forms, value_or_line
from fuzz.edits import Choices, edited

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
PROTOCOLS = ("json", "rest-json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor", "")
_MEMBERS = {
    "Label": {"shape": "String", "location": "uri"},
    "Search": {"shape": "Kind", "location": "querystring", "locationName": "q"},
    "Map": {"shape": "Labels", "location": "querystring"},
    "Header": {"shape": "Time", "location": "header", "locationName": "x-time"},
    "Headers": {"shape": "Labels", "location": "headers", "locationName": "x-"},
    "Json": {"shape": "String", "location": "header", "jsonvalue": True},
    "Token": {"shape": "String", "idempotencyToken": True},
    "Tree": {"shape": "Tree", "xmlNamespace": {"uri": "urn:x", "prefix": "x"}},
    "List": {"shape": "Flat"},
    "Flag": {"shape": "Flag"},
}
_MODEL: dict[str, Any] = {
    "metadata": {"apiVersion": "1", "endpointPrefix": "zoo", "serviceId": "Zoo Keeper", "targetPrefix": "Zoo"},
    "operations": {
        "Feed": {
            "name": "Feed",
            "http": {"method": "PUT", "requestUri": "/{Label+}?x"},
            "input": {"shape": "In", "locationName": "FeedIt"},
            "output": {"shape": "Out"},
        },
        "Watch": {"name": "Watch", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "Stream"}},
    },
    "shapes": {
        "In": {"type": "structure", "required": ["Label", "Tree"], "members": _MEMBERS},
        "Out": {"type": "structure", "payload": "Body", "members": {"Body": {"shape": "Blob"}}},
        "Stream": {"type": "structure", "payload": "Events", "members": {"Events": {"shape": "Events"}}},
        "Events": {"type": "structure", "eventstream": True, "members": {"Event": {"shape": "Tree", "event": True}}},
        "Tree": {
            "type": "structure",
            "union": True,
            "members": {
                "Name": {"shape": "String", "xmlAttribute": True},
                "Below": {"shape": "Trees"},
                "Any": {"shape": "Document"},
                "Value": {"shape": "Blob"},
            },
        },
        "Trees": {"type": "list", "member": {"shape": "Tree", "locationName": "tree"}},
        "Flat": {"type": "list", "flattened": True, "member": {"shape": "Kind", "locationName": "kind"}},
        "Labels": {"type": "map", "key": {"shape": "Kind", "locationName": "k"}, "value": {"shape": "String"}},
        "Document": {"type": "structure", "document": True, "members": {}},
        "Flag": {"type": "structure", "members": {"Value": {"shape": "Boolean"}}},
        "Kind": {"type": "string", "enum": ["a", 'b"', "c|d"]},
        "Time": {"type": "timestamp", "timestampFormat": "rfc822"},
        "Blob": {"type": "blob", "streaming": True},
        "Boolean": {"type": "boolean"},
        "String": {"type": "string"},
    },
}


def seeds() -> list[bytes]:
    """Return bytes that choose the protocol and the edits."""
    return [bytes([step % len(PROTOCOLS), step, *range(step * 5, step * 5 + 40)]) for step in range(40)]


def target(data: bytes) -> None:
    """Let the bytes choose a protocol and edits."""
    choices = Choices(data)
    protocol = choices.one(PROTOCOLS)
    model = edited({**_MODEL, "metadata": {**_MODEL["metadata"], "protocol": protocol}}, choices)
    with value_or_line():
        _write(model, choices.number(2) == 1)


def _write(model: Any, as_markdown: bool) -> None:
    service = parse(json.dumps(model).encode())
    requests = RequestNotations("zoo", service, "botocore")
    for each in (service, required_only(service)):
        for operation in each.operations.values():
            for notation in list(NOTATIONS)[1:]:  # pages sanitize the documented text of boto3
                try:
                    text = request_in_notation(notation, "zoo", each, operation, "botocore")
                except DocgenError:
                    continue
                assert not _CONTROLS.search(text), text
    for operation in list(service.operations.values())[:2]:
        reference = replace(operation_reference(service, operation, "zoo"), notations=requests.of(operation))
        name = "markdown" if as_markdown else "html"
        for page in reference_pages(reference, "services/zoo/op/index"):
            forms.READERS[name](render_page(page, name, standalone=True))
