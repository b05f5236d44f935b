"""The protocols of a service, and which traits they use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_NAMES = {
    "aws.protocols#restJson1": "rest-json",
    "aws.protocols#restXml": "rest-xml",
    "aws.protocols#awsJson1_0": "json",
    "aws.protocols#awsJson1_1": "json",
    "aws.protocols#awsQuery": "query",
    "aws.protocols#ec2Query": "ec2",
    "smithy.protocols#rpcv2Cbor": "smithy-rpc-v2-cbor",
}
_JSON_VERSIONS = {"aws.protocols#awsJson1_0": "1.0", "aws.protocols#awsJson1_1": "1.1"}
_WITHOUT_HTTP = frozenset(("json", "query", "ec2", "smithy-rpc-v2-cbor"))
_XML = frozenset(("rest-xml", "query", "ec2"))

TRAITS = frozenset(_NAMES)


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol: its name in botocore (empty if unknown), the names of all protocols, and the JSON version."""

    name: str = ""
    names: tuple[str, ...] = ()
    json_version: str = ""

    @property
    def has_http_bindings(self) -> bool:
        """Return whether HTTP bindings are used; otherwise every call is `POST /`."""
        return self.name not in _WITHOUT_HTTP

    @property
    def has_json_names(self) -> bool:
        """Return whether `jsonName` is used."""
        return self.name in ("rest-json", "")

    @property
    def has_xml_names(self) -> bool:
        """Return whether the traits for XML are used."""
        return self.name in _XML


def protocol_of(traits: Mapping[str, Any]) -> Protocol:
    """Return the protocol of a service with these traits. Of several, the one that older SDKs know is used."""
    known = [trait for trait in traits if trait in _NAMES]
    if not known:
        return Protocol()
    first = min(known, key=lambda trait: trait.startswith("smithy."))
    names = dict.fromkeys(_NAMES[trait] for trait in known)
    return Protocol(_NAMES[first], tuple(names), _JSON_VERSIONS.get(first, ""))
