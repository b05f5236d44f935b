"""The metadata of a service, as in a `service-2.json`."""

from __future__ import annotations

from typing import Any

from docgen.model.smithy.ast import Ast, AstShape
from docgen.model.smithy.protocols import Protocol
from docgen.model.smithy.traits import API, object_of, text_of

_SIGV4 = "aws.auth#sigv4"
_SCHEMES = (_SIGV4, "aws.auth#sigv4a", *(f"{API}http{kind}Auth" for kind in ("ApiKey", "Basic", "Bearer", "Digest")))
_SIGNATURES = {_SIGV4: "v4", "aws.auth#sigv4a": "v4a", f"{API}httpBearerAuth": "bearer"}


def metadata_of(ast: Ast, service: AstShape, protocol: Protocol) -> dict[str, Any]:
    """Return the metadata of a service, sorted by key. Keys without a counterpart in Smithy are missing."""
    aws = object_of(ast, service.traits, "aws.api#service", service.at) or {}
    found = {**_names(ast, service, aws), **_protocols(ast, service, protocol), **_auth(ast, service, protocol)}
    return {key: value for key, value in sorted(found.items()) if value is not None}


def sdk_id(ast: Ast, service: AstShape) -> str | None:
    """Return the id that SDKs derive names from; None outside AWS."""
    aws = object_of(ast, service.traits, "aws.api#service", service.at) or {}
    return ast.text(aws["sdkId"], (*service.at, "traits", "aws.api#service", "sdkId")) if "sdkId" in aws else None


def version_of(ast: Ast, service: AstShape) -> str | None:
    """Return the version of a service, or None."""
    version = service.properties.get("version")
    return ast.text(version, (*service.at, "version")) or None if version is not None else None


def _names(ast: Ast, service: AstShape, aws: dict[str, Any]) -> dict[str, Any]:
    def text(key: str) -> str | None:
        return ast.text(aws[key], (*service.at, "traits", "aws.api#service", key)) if key in aws else None

    version, name = version_of(ast, service), sdk_id(ast, service)
    hyphenated = name.lower().replace(" ", "-") if name else None
    return {
        "apiVersion": version,
        "endpointPrefix": text("endpointPrefix") or text("arnNamespace"),
        "serviceFullName": text_of(ast, service.traits, f"{API}title", service.at) or name or service.name,
        "serviceId": name,
        "uid": text("docId") or (f"{hyphenated}-{version}" if hyphenated and version else None),
    }


def _protocols(ast: Ast, service: AstShape, protocol: Protocol) -> dict[str, Any]:
    namespace = object_of(ast, service.traits, f"{API}xmlNamespace", service.at) or {}
    uri = namespace.get("uri")
    has_namespace = protocol.name in ("query", "ec2") and isinstance(uri, str)
    return {
        "protocol": protocol.name or None,
        "protocols": list(protocol.names) or None,
        "jsonVersion": protocol.json_version or None,
        "targetPrefix": service.name if protocol.name == "json" else None,
        "awsQueryCompatible": {} if "aws.protocols#awsQueryCompatible" in service.traits else None,
        "xmlNamespace": uri if has_namespace else None,
    }


def _auth(ast: Ast, service: AstShape, protocol: Protocol) -> dict[str, Any]:
    traits = service.traits
    schemes = [scheme for scheme in _SCHEMES if scheme in traits]
    if f"{API}auth" in traits:
        at = (*service.at, "traits", f"{API}auth")
        schemes = [ast.text(each, (*at, i)) for i, each in enumerate(ast.array(traits[f"{API}auth"], at))]
    signing = object_of(ast, traits, _SIGV4, service.at) or {}
    name = signing.get("name")
    return {
        "auth": schemes or None,
        "signatureVersion": next((_SIGNATURES[each] for each in schemes if each in _SIGNATURES), None),
        "signingName": name if isinstance(name, str) else None,
    }
