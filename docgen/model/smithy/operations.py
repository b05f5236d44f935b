"""Operations and their bindings to HTTP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from docgen.model.smithy.ast import UNIT, AstShape, Keys
from docgen.model.smithy.shapes import ShapeWriter
from docgen.model.smithy.traits import API, common_traits, documentation_of, kept, object_of
from docgen.model.strict_json import quote

_X_ID = re.compile(r"[?&]x-id=[^&]*")
"""A query parameter that S3 adds to tell operations apart. No `service-2.json` has it."""


MAX_ERRORS = 1_000_000
"""Errors of all operations of a service, with those of the service itself. The largest of AWS has 6,000."""


class OperationWriter:
    """Writes the operations of a service."""

    def __init__(self, writer: ShapeWriter, operations: Mapping[str, AstShape]) -> None:
        self.writer = writer
        self.ast = writer.ast
        self.service = writer.service
        self.protocol = writer.protocol
        self.operations = operations
        self.discovery = object_of(self.ast, self.service.traits, "aws.api#clientEndpointDiscovery", self.service.at)

    def starts(self) -> list[tuple[str, Keys]]:
        """Return the ids of the shapes that the operations refer to, each with the keys of the reference."""
        found: list[tuple[str, Keys]] = list(self.service_errors.items())
        total = 0
        for operation in self.operations.values():
            found += (each for slot in ("input", "output") if (each := self._slot(operation, slot)) is not None)
            own = self._errors_of(operation)
            found += own.items()
            total += len(own) + len(self.service_errors)
            if total > MAX_ERRORS:
                self.ast.fail((*operation.at, "errors"), f"more than {MAX_ERRORS:,} errors of operations")
        return found

    def write(self) -> dict[str, dict[str, Any]]:
        """Return all operations by name, sorted. Call this after the shapes have been found."""
        written: dict[str, dict[str, Any]] = {}
        for shape in sorted(self.operations.values(), key=lambda shape: shape.id):
            if shape.name in written:
                self.ast.fail(shape.at, f"two operations are called {quote(shape.name)}")
            written[shape.name] = self._operation(shape)
        return dict(sorted(written.items()))

    def _slot(self, operation: AstShape, slot: str) -> tuple[str, Keys] | None:
        """Return the input or the output of an operation; None if it is missing or Unit."""
        if slot not in operation.properties:
            return None
        at = (*operation.at, slot)
        target = self.ast.target(operation.properties[slot], at)
        if target == UNIT:
            return None
        self.writer.shapes.of_type("structure", target, (*at, "target"))
        return target, (*at, "target")

    @cached_property
    def service_errors(self) -> dict[str, Keys]:
        """The errors of the service, which every operation has."""
        return self._errors_of(self.service)

    def _errors_of(self, owner: AstShape) -> dict[str, Keys]:
        """Return the ids of the errors that an operation or the service lists, each with its keys."""
        found: dict[str, Keys] = {}
        for target, at in self.ast.targets(owner.properties.get("errors", []), (*owner.at, "errors")):
            self.writer.shapes.of_type("structure", target, at)
            found.setdefault(target, at)
        return found

    def _operation(self, shape: AstShape) -> dict[str, Any]:
        found: dict[str, Any] = {"name": shape.name, "http": self._http(shape)}
        for slot in ("input", "output"):
            if (target := self._slot(shape, slot)) is not None:
                found[slot] = {"shape": self.writer.names[target[0]], **self._body(shape, slot, target[0])}
        errors = [{"shape": self.writer.names[each]} for each in {**self._errors_of(shape), **self.service_errors}]
        if errors:
            found["errors"] = errors
        found.update(common_traits(self.ast, shape.traits, shape.at))
        found.update(self._auth(shape))
        if self.discovery is not None and self.discovery.get("operation") == shape.id:
            found["endpointoperation"] = True
        documentation = documentation_of(self.ast, shape.traits, shape.at)
        return {**found, "documentation": documentation} if documentation else found

    def _http(self, shape: AstShape) -> dict[str, Any]:
        http = object_of(self.ast, shape.traits, f"{API}http", shape.at)
        if http is None or not self.protocol.has_http_bindings:
            return {"method": "POST", "requestUri": "/"}
        at = (*shape.at, "traits", f"{API}http")
        method, uri = (self.ast.text(http.get(key), (*at, key)) for key in ("method", "uri"))
        found = {"method": method, "requestUri": _X_ID.sub("", uri)}
        code = http.get("code", 200)
        return found if code == 200 else {**found, "responseCode": kept(code)}

    def _body(self, shape: AstShape, slot: str, target: str) -> dict[str, Any]:
        """Return the keys of an input or output reference: the names of the XML elements around it."""
        if slot == "output":
            return {"resultWrapper": f"{shape.name}Result"} if self.protocol.name == "query" else {}
        structure = self.writer.found[target]
        namespace = self.writer.namespace
        if self.protocol.name != "rest-xml" or namespace is None or not _has_body(structure):
            return {}
        return {"locationName": self.writer.names[target], "xmlNamespace": kept(namespace)}

    def _auth(self, shape: AstShape) -> dict[str, Any]:
        traits = shape.traits
        schemes = traits.get(f"{API}auth")
        if schemes is not None:
            schemes = self.ast.array(schemes, (*shape.at, "traits", f"{API}auth"))
        if f"{API}optionalAuth" in traits or schemes == []:
            return {"authtype": "none", "auth": ["smithy.api#noAuth"]}
        found: dict[str, Any] = {} if schemes is None else {"auth": kept(schemes)}
        if "aws.auth#unsignedPayload" in traits:
            found.update({"authtype": "v4-unsigned-body", "unsignedPayload": True})
        return found


def _has_body(structure: AstShape) -> bool:
    """Return whether a structure has members that share the body."""
    elsewhere = ("httpLabel", "httpQuery", "httpQueryParams", "httpHeader", "httpPrefixHeaders", "httpPayload")
    if any(f"{API}httpPayload" in member.traits for member in structure.members.values()):
        return False
    return any(not any(API + name in member.traits for name in elsewhere) for member in structure.members.values())
