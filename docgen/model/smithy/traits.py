"""Smithy traits as keys of a `service-2.json`.

A trait that botocore's format has a key for becomes that key. What says nothing about calling the service is left out:
how endpoints are made, tests, IAM, CloudFormation, resources. Every other trait is kept under its own id.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from docgen.model.parse import MAX_DOCUMENTATION_LENGTH
from docgen.model.smithy.ast import Ast, Keys
from docgen.model.smithy.text import as_html
from docgen.model.strict_json import json_type_name

API = "smithy.api#"

CONSTRAINTS = (f"{API}length", f"{API}range", f"{API}pattern")
TIMESTAMP_FORMATS = {"date-time": "iso8601", "epoch-seconds": "unixTimestamp", "http-date": "rfc822"}

_FLAGS = {
    f"{API}eventHeader": "eventheader",
    f"{API}eventPayload": "eventpayload",
    f"{API}hostLabel": "hostLabel",
    f"{API}httpChecksumRequired": "httpChecksumRequired",
    f"{API}idempotencyToken": "idempotencyToken",
    f"{API}idempotent": "idempotent",
    f"{API}internal": "internal",
    f"{API}readonly": "readonly",
    f"{API}requiresLength": "requiresLength",
    f"{API}sensitive": "sensitive",
    f"{API}sparse": "sparse",
    f"{API}streaming": "streaming",
    f"{API}uniqueItems": "uniqueItems",
    f"{API}xmlAttribute": "xmlAttribute",
    "aws.api#clientEndpointDiscoveryId": "endpointdiscoveryid",
}
_VALUES = {
    f"{API}default": "default",
    f"{API}endpoint": "endpoint",
    f"{API}requestCompression": "requestcompression",
    "aws.protocols#httpChecksum": "httpChecksum",
    "smithy.rules#clientContextParams": "clientContextParams",
    "smithy.rules#contextParam": "contextParam",
    "smithy.rules#operationContextParams": "operationContextParams",
    "smithy.rules#staticContextParams": "staticContextParams",
}
"""Traits with the same value in both formats."""

_ELSEWHERE = """
    auth documentation enum enumValue error http httpError httpHeader httpLabel httpPayload httpPrefixHeaders httpQuery
    httpQueryParams httpResponseCode jsonName mediaType optionalAuth paginated required timestampFormat title
    xmlFlattened xmlName xmlNamespace
"""
_LEFT_OUT = """
    addedDefault box clientOptional cors examples externalDocumentation idRef input mixin nestedProperties noReplace
    notProperty output private property recommended references resourceIdentifier since suppress tags trait unstable
"""
_HANDLED = frozenset(
    (
        *(API + name for name in (*_ELSEWHERE.split(), *_LEFT_OUT.split())),
        *("aws.auth#unsignedPayload", "aws.auth#sigv4", "aws.auth#sigv4a"),
        *("aws.protocols#awsQueryError", "aws.protocols#awsQueryCompatible", "aws.protocols#ec2QueryName"),
        *("smithy.rules#endpointRuleSet", "smithy.rules#endpointTests", "smithy.waiters#waitable"),
        *(API + f"http{kind}Auth" for kind in ("Basic", "Digest", "Bearer", "ApiKey")),
    )
)
_LEFT_OUT_NAMESPACES = ("aws.api#", "aws.iam#", "aws.cloudformation#", "aws.endpoints#", "smithy.test#")

MAX_NESTING = 40
"""Levels of JSON in a trait. A deeper value is kept as JSON text."""


def common_traits(ast: Ast, traits: Mapping[str, Any], at: Keys) -> dict[str, Any]:
    """Return the keys of traits that mean the same on shapes, members, operations and services."""
    found: dict[str, Any] = {}
    for trait, value in traits.items():
        if trait in _FLAGS:
            found[_FLAGS[trait]] = True
        elif trait in _VALUES:
            found[_VALUES[trait]] = kept(value)
        elif trait in _READERS:
            found.update(_READERS[trait](ast, value, (*at, "traits", trait)))
        elif trait not in _HANDLED and not trait.startswith(_LEFT_OUT_NAMESPACES):
            found[trait] = kept(value)
    return found


def kept(value: Any) -> Any:
    """Return a value; as JSON text if it is nested too deep for a service model."""
    level = [value]
    for _ in range(MAX_NESTING):
        level = [each for outer in level for each in _inside(outer)]
        if not level:
            return value
    return json.dumps(value, ensure_ascii=False)


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, (dict, list)):
        yield from value.values() if isinstance(value, dict) else value


def text_of(ast: Ast, traits: Mapping[str, Any], trait: str, at: Keys) -> str | None:
    """Return the value of a string trait, or None if it is not set."""
    return ast.text(traits[trait], (*at, "traits", trait)) if trait in traits else None


def documentation_of(ast: Ast, traits: Mapping[str, Any], at: Keys) -> str | None:
    """Return the documentation as HTML, or None."""
    text = text_of(ast, traits, f"{API}documentation", at)
    if text is not None and len(text) > MAX_DOCUMENTATION_LENGTH:
        ast.fail((*at, "traits", f"{API}documentation"), f"longer than {MAX_DOCUMENTATION_LENGTH:,} characters")
    return None if text is None else as_html(text)


def object_of(ast: Ast, traits: Mapping[str, Any], trait: str, at: Keys) -> dict[str, Any] | None:
    """Return the value of an object trait, or None if it is not set."""
    return ast.object(traits[trait], (*at, "traits", trait)) if trait in traits else None


def _deprecated(ast: Ast, value: Any, at: Keys) -> dict[str, Any]:
    found: dict[str, Any] = {"deprecated": True}
    details = ast.object(value, at)
    for key, name in (("message", "deprecatedMessage"), ("since", "deprecatedSince")):
        if key in details:
            found[name] = ast.text(details[key], (*at, key))
    return found


def _limits(ast: Ast, value: Any, at: Keys) -> dict[str, Any]:
    found = ast.object(value, at)
    for key in ("min", "max"):
        if isinstance(found.get(key, 0), bool) or not isinstance(found.get(key, 0), (int, float)):
            ast.fail((*at, key), f"expected a number, found {json_type_name(found[key])}")
    return {key: found[key] for key in ("min", "max") if key in found}


def _pattern(ast: Ast, value: Any, at: Keys) -> dict[str, Any]:
    return {"pattern": ast.text(value, at)}


def _retryable(ast: Ast, value: Any, at: Keys) -> dict[str, Any]:
    return {"retryable": {"throttling": ast.object(value, at).get("throttling") is True}}


def _discovered_endpoint(ast: Ast, value: Any, at: Keys) -> dict[str, Any]:
    required = ast.object(value, at).get("required") is True
    return {"endpointdiscovery": {"required": True} if required else {}}


_READERS: Mapping[str, Callable[[Ast, Any, Keys], dict[str, Any]]] = {
    f"{API}deprecated": _deprecated,
    f"{API}length": _limits,
    f"{API}range": _limits,
    f"{API}pattern": _pattern,
    f"{API}retryable": _retryable,
    "aws.api#clientDiscoveredEndpoint": _discovered_endpoint,
}
