"""What the protocol of a service implies: names on the wire, formats of timestamps, authentication."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docgen.model.service import Member, Operation, Service, Shape, http_of

XML_PROTOCOLS = frozenset({"rest-xml", "query", "ec2", "None"})
"""The protocols with XML bodies. `None` is a service whose model names no protocol."""

_BOTO3_PRIORITY = ("json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor", "query", "ec2")  # botocore.model, 1.44.5
_NO_AUTH = "smithy.api#noAuth"


def boto3_protocol(service: Service) -> str:
    """Return the protocol that botocore uses: by its own priority if the service offers several, else the model's."""
    offered = as_list(service.metadata.get("protocols"))
    return next((name for name in _BOTO3_PRIORITY if name in offered), str(service.metadata.get("protocol")))


def offered_protocols(service: Service) -> set[str]:
    """Return every protocol of a service; `None` if its model names no protocol."""
    return {str(service.metadata.get("protocol")), *map(str, as_list(service.metadata.get("protocols")))}


def wire_name(member: Member, service: Service) -> str:
    """Return the name of a member on the wire. In requests of EC2 it may differ (`request_name`).

    It is empty for a map of all headers, because their names have no common prefix.
    """
    name = service.trait(member, "locationName")
    return member.name if name is None else str(name)


def request_name(member: Member, service: Service) -> str:
    """Return the name of a member in requests, as botocore's serializers write it.

    EC2's protocol uses the `queryName`, or else the `locationName` with a capital first letter, or else the member's
    own name. No other protocol knows `queryName`. The query protocol names a flattened list after its items.
    """
    protocol = boto3_protocol(service)
    if protocol == "query" and service.trait(member, "flattened") and service.shape(member).type == "list":
        return str(service.trait(service.shape(member).members["member"], "locationName") or wire_name(member, service))
    if protocol != "ec2":
        return wire_name(member, service)
    query_name, location_name = (service.trait(member, key) for key in ("queryName", "locationName"))
    return str(query_name or capitalized(str(location_name or "")) or member.name)


def capitalized(name: str) -> str:
    """Return the name with a capital first letter."""
    return name[:1].upper() + name[1:]


def request_uri(operation: Operation) -> str:
    """Return the path of an operation's requests, with labels; empty if the model has none."""
    return str(http_of(operation).get("requestUri", ""))


def body_timestamp_format(service: Service) -> str:
    """Return the format of timestamps in bodies."""
    declared = service.metadata.get("timestampFormat")
    return str(declared or ("iso8601" if boto3_protocol(service) in XML_PROTOCOLS else "unixTimestamp"))


def timestamp_format(service: Service, traits: Mapping[str, Any], shape: Shape, stated: object) -> str:
    """Return the effective format of a timestamp member.

    Args:
        service: The service.
        traits: The traits of the member.
        shape: The shape that the member targets.
        stated: The member's own `timestampFormat`, or None.
    """
    own = stated or shape.traits.get("timestampFormat")
    location = traits.get("location")
    default = "rfc822" if location in ("header", "headers") else "iso8601" if location == "querystring" else ""
    return str(own or default or body_timestamp_format(service))


def is_anonymous(operation: Operation | None) -> bool:
    """Return whether an operation needs no credentials; False for None."""
    if operation is None:
        return False
    return operation.traits.get("authtype") == "none" or _NO_AUTH in as_list(operation.traits.get("auth"))


def as_list(value: object) -> list[Any]:
    """Return a value that may be a list or a single entry, as a list; None is the empty list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def to_number(value: object) -> float | int | None:
    """Return the number in the value of a trait, or None; some old models write numbers as strings."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return None
    return None
