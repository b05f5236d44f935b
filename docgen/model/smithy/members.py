"""Members as the references of a `service-2.json`."""

from __future__ import annotations

from typing import Any

from docgen.model.smithy.ast import Ast, AstMember, AstShape
from docgen.model.smithy.protocols import Protocol
from docgen.model.smithy.traits import API, CONSTRAINTS, common_traits, documentation_of, object_of, text_of

_LOCATIONS = {
    f"{API}httpHeader": "header",
    f"{API}httpPrefixHeaders": "headers",
    f"{API}httpQuery": "querystring",
}
"""HTTP bindings with the name on the wire as their value."""


def reference(ast: Ast, member: AstMember, target: AstShape, protocol: Protocol) -> dict[str, Any]:
    """Return the keys of a reference except `shape`. Constraints belong to the shape that it refers to."""
    traits, at = member.traits, member.at
    own = {trait: value for trait, value in traits.items() if trait not in CONSTRAINTS}
    found = common_traits(ast, own, at)
    documentation = documentation_of(ast, traits, at)
    if documentation is not None:
        found["documentation"] = documentation
    if protocol.has_http_bindings:
        found.update(_location(ast, member))
    name = _wire_name(ast, member, protocol)
    if name is not None:
        found.setdefault("locationName", name)
    if protocol.has_xml_names:
        found.update(_xml(ast, member))
    if protocol.name == "ec2" and "aws.protocols#ec2QueryName" in traits:
        found["queryName"] = text_of(ast, traits, "aws.protocols#ec2QueryName", at)
    media_type = traits.get(f"{API}mediaType", target.traits.get(f"{API}mediaType"))
    if target.type == "string" and media_type == "application/json":
        found["jsonvalue"] = True
    return found


def _location(ast: Ast, member: AstMember) -> dict[str, Any]:
    """Return the location of a member outside the body, if it has one."""
    traits = member.traits
    for trait, location in _LOCATIONS.items():
        if trait in traits:
            return {"location": location, "locationName": text_of(ast, traits, trait, member.at)}
    if f"{API}httpLabel" in traits:
        return {"location": "uri", "locationName": member.name}
    if f"{API}httpQueryParams" in traits:
        return {"location": "querystring"}
    return {"location": "statusCode"} if f"{API}httpResponseCode" in traits else {}


def _wire_name(ast: Ast, member: AstMember, protocol: Protocol) -> str | None:
    """Return the name in the body if it differs from the name of the member."""
    if protocol.has_json_names and (name := text_of(ast, member.traits, f"{API}jsonName", member.at)) is not None:
        return name
    return text_of(ast, member.traits, f"{API}xmlName", member.at) if protocol.has_xml_names else None


def _xml(ast: Ast, member: AstMember) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if f"{API}xmlFlattened" in member.traits:
        found["flattened"] = True
    namespace = object_of(ast, member.traits, f"{API}xmlNamespace", member.at)
    if namespace is not None:
        found["xmlNamespace"] = namespace
    return found
