"""References: what a member says of itself, in the keys of a `service-2.json`."""

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
"""HTTP bindings whose value is the name on the wire."""


def reference(ast: Ast, member: AstMember, target: AstShape, protocol: Protocol) -> dict[str, Any]:
    """The keys of a reference but `shape`. Constraints are not among them: they are of the shape that it refers to."""
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
    """Where a member travels if not in the body."""
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
    """The name in the body, if the member's own is not it."""
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
