"""Witnesses on the wire: what botocore's serializers send, and how its parsers read what a service sends.

A response is written by botocore's serializer of the same protocol, as if it were a request.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from botocore.awsrequest import HeadersDict
from botocore.exceptions import ParamValidationError
from botocore.model import OperationModel, Shape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from witnesses import Position, smallest

_RESPONSE_SERIALIZERS = {"query": "rest-xml", "ec2": "rest-xml"}
_NUMBERS = ("integer", "long", "float", "double")


class NoResponseError(Exception):
    """A service does not send such a value: a union with several members, or with none."""


def protocol_of(operation: OperationModel) -> str:
    """Return the protocol that boto3 uses."""
    found: str = operation.service_model.resolved_protocol
    return found


def has_events(operation: OperationModel) -> bool:
    """Return whether a request or a response is a stream of events, which is not one value."""
    return bool(operation.has_event_stream_input or operation.has_event_stream_output)


def sent_request(operation: OperationModel, call: dict[str, Any]) -> tuple[Any, ...]:
    """Return what botocore sends for a call: method, path, query string, headers and body.

    An empty object counts as no body.
    """
    fresh = OperationModel(operation._operation_model, operation.service_model, operation.name)
    request = create_serializer(protocol_of(operation), include_validation=False).serialize_to_request(call, fresh)
    body = request["body"]
    if isinstance(body, dict):
        body = sorted(body.items())
    is_empty = body in (b"", "", b"{}", None)
    headers = {key.lower(): value for key, value in request["headers"].items() if key != "Content-Type" or not is_empty}
    path = request["url_path"].rstrip("/")
    return request["method"], path, request["query_string"], sorted(headers.items()), None if is_empty else body


def sent_response(operation: OperationModel, value: dict[str, Any]) -> dict[str, Any]:
    """Return a response with a value, as a service with this model sends it."""
    protocol = protocol_of(operation)
    raw = dict(operation._operation_model)
    output = dict(raw["output"])
    wrapper = output.pop("resultWrapper", None)
    mirror = OperationModel(
        {"name": operation.name, "http": {"method": "POST", "requestUri": "/"}, "input": output},
        operation.service_model,
        operation.name,
    )
    shape = mirror.input_shape
    shape.serialization.setdefault("name", f"{operation.name}Response")
    if (payload := shape.serialization.get("payload")) in shape.members:
        shape.members[payload].serialization.setdefault("name", payload)
    serializer = create_serializer(_RESPONSE_SERIALIZERS.get(protocol, protocol), include_validation=False)
    request = serializer.serialize_to_request(value, mirror)
    body = request["body"]
    if hasattr(body, "read"):
        body = body.read()
    if isinstance(body, str):
        body = body.encode()
    if protocol in ("query", "ec2"):
        body = _wrapped(body, wrapper)
    return {"status_code": 200, "headers": HeadersDict(request["headers"]), "body": body}


def _wrapped(body: bytes, wrapper: str | None) -> bytes:
    root = ElementTree.fromstring(body or b"<Response/>")  # noqa: S314 - botocore wrote it
    if wrapper is None:
        return ElementTree.tostring(root)
    outer = ElementTree.Element("Response")
    root.tag = wrapper
    outer.append(root)
    return ElementTree.tostring(outer)


def read_response(operation: OperationModel, response: dict[str, Any]) -> dict[str, Any]:
    """Return what callers of botocore get. An error of the parser also counts as a value."""
    try:
        found = create_parser(protocol_of(operation)).parse(response, operation.output_shape)
    except Exception as error:  # whatever the error, callers do not get what they got before
        return {"raised": type(error).__name__}
    found.pop("ResponseMetadata", None)
    return dict(found)


def conform(value: Any, shape: Shape | None) -> Any:
    """Return a value as a service with another version of its shape sends it: without what the shape lacks."""
    if shape is None:
        return None
    match shape.type_name:
        case "structure" if getattr(shape, "is_document_type", False):
            return value
        case "structure" if isinstance(value, dict):
            kept = {
                name: found
                for name, each in value.items()
                if (found := conform(each, shape.members.get(name))) is not None
            }
            if getattr(shape, "is_tagged_union", False) and len(kept) != 1:
                raise NoResponseError
            return {
                **{name: smallest(shape.members[name]) for name in shape.required_members if name not in kept},
                **kept,
            }
        case "list" if isinstance(value, list):
            return [conform(item, shape.member) for item in value]
        case "map" if isinstance(value, dict):
            return {key: conform(item, shape.value) for key, item in value.items()}
        case "string" if isinstance(value, str) and shape.type_name == "string":
            return value
        case "boolean" if isinstance(value, bool):
            return value
        case "blob" if isinstance(value, bytes):
            return value
        case "timestamp" if isinstance(value, str) and value.endswith("Z"):
            return value
    if shape.type_name in _NUMBERS and isinstance(value, (int, float)) and not isinstance(value, bool):
        return value if shape.type_name in ("float", "double") else int(value)
    return smallest(shape)


def lost(before: Any, after: Any) -> bool:
    """Return whether part of one parsed response is missing in another, or has another type."""
    if isinstance(before, (int, float)) and isinstance(after, (int, float)):
        return isinstance(before, bool) is not isinstance(after, bool)
    if type(before) is not type(after):
        return True
    if isinstance(before, dict):
        return any(key not in after or lost(value, after[key]) for key, value in before.items())
    if isinstance(before, list):
        return bool(before) and (not after or lost(before[0], after[0]))
    return False


def lost_response(old: OperationModel, new: OperationModel, position: Position) -> dict[str, Any] | None:
    """Return a response with a value at a position that loses something for callers who upgrade, or None."""
    for value in response_values(position):
        before = read_response(old, sent_response(old, value))
        after = {}
        try:
            if new.output_shape is not None:
                after = read_response(new, sent_response(new, conform(value, new.output_shape) or {}))
        except NoResponseError:
            continue
        if lost(before, after):
            return value
    return None


def unread_response(old: OperationModel, new: OperationModel, position: Position) -> dict[str, Any] | None:
    """Return a response with a value at a position that only deployed clients misread, or None."""
    for value in response_values(position) if new.output_shape is not None else ():
        before = read_response(old, sent_response(old, value))
        try:
            response = sent_response(new, conform(value, new.output_shape) or {})
        except NoResponseError:
            continue
        if not lost(before, read_response(new, response)) and lost(before, read_response(old, response)):
            return value
    return None


def response_values(position: Position) -> list[dict[str, Any]]:
    """Return a few whole responses with a value at a position."""
    found = [value for value in position.examples() if isinstance(value, dict)]
    return found[:1] + found[-1:] if len(found) > 1 else found


def differing_request(old: OperationModel, new: OperationModel, position: Position) -> dict[str, Any] | None:
    """Return a call with a value at a position for which the two models send different bytes, or None."""
    for call in [call for call in position.examples() if isinstance(call, dict)][:4]:
        try:
            if sent_request(old, call) != sent_request(new, call):
                return call
        except (KeyError, TypeError, ValueError, AttributeError, ParamValidationError):
            continue  # not a call in both versions, which `refused_call` finds, or not a host name
    return None


def can_be_sent(operation: OperationModel, whole: Position) -> bool:
    """Return whether botocore can serialize any call. The path may have a label that no member fills."""
    for call in whole.examples():
        try:
            sent_request(operation, call)
        except (KeyError, ParamValidationError):
            continue
        return True
    return False
