"""Compares the breaking changes of a real release with what botocore does, in both directions.

Two questions about a service in two releases: is there a witness for each operation that a breaking change names, and
does a breaking change name each operation for which there is a witness?
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.errorfactory import ClientExceptionsFactory
from botocore.model import OperationModel, ServiceModel
from releases import MODEL, changes_of, newest
from wire_witnesses import can_be_sent, differing_request, has_events, lost_response, unread_response
from witnesses import (
    CLIENT,
    SERVICE,
    Position,
    differing_shapes,
    forget_values,
    position_at,
    positions,
    refused_call,
    request_root,
    response_root,
)

from docgen.diff.delta import Kind
from docgen.model.usage import Direction
from docgen.rules.change import Change, Verdict
from docgen.rules.rule import Severity

NO_WITNESS = {
    "operation-unauthenticated-removed": "botocore looks for credentials after it validated the call",
    "member-streaming-changed": "the validator takes bytes and files alike",
    "operation-streaming-input-changed": "the validator takes bytes and files alike",
    "operation-streaming-output-changed": "the parser is given the body, or a stream of it",
    "enum-value-renamed": "boto3 does not check enums: the caller's comparisons in a response fail",
    "member-xml-namespace-changed": "the parsers ignore namespaces; deployed servers need not",
    "event-binding-changed": "a stream of events is not one value",
    "event-removed": "a stream of events is not one value",
    "response-structure-became-union": "a response with one member reads the same",
    "structure-became-union": "a response with one member reads the same",
    "timestamp-format-changed": "the parsers read every format",
    "host-label-changed": "the host is chosen after the call was validated",
}
"""Rules that break callers in a way that no validator, serializer or parser shows."""

_Witness = Callable[..., Any]


@dataclass
class Witnesses:
    """The witnesses found in a service.

    Attributes:
        confirmed: The number of operations with a witness, by rule and kind of witness.
        missing: Operations that a breaking change names, without a witness or a reason for its absence.
        unnamed: Operations with a witness that no breaking change names.
    """

    confirmed: Counter[tuple[str, str]] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)


def witness_service(service: str, old: str, new: str) -> Witnesses:
    """Find the witnesses of a service between two releases."""
    forget_values()
    pair = _ServicePair(service, old, new)
    found = Witnesses()
    for change in pair.changes:
        for verdict in change.sides:
            if verdict.severity_in() is Severity.BREAKING:
                for operation in verdict.operations:
                    kind = pair.witness(change, verdict, operation) or NO_WITNESS.get(verdict.rule.id)
                    found.confirmed[verdict.rule.id, kind or ""] += 1
                    if kind is None:
                        path = verdict.paths.get(operation, "")
                        found.missing.append(f"{service} {operation} {path}: {verdict.rule.id}: {verdict.message}")
    found.unnamed += pair.unnamed()
    return found


class _ServicePair:
    """A service in two releases: its changes and botocore's models."""

    def __init__(self, service: str, old: str, new: str) -> None:
        self.service = service
        self.files = newest(old)[service], newest(new)[service]
        raw = [json.loads(files[MODEL]) for files in self.files]
        self.models = ServiceModel(raw[0], service), ServiceModel(raw[1], service)
        self.differing = differing_shapes(*raw)
        self.changes = [each for each in changes_of(service, old, new) if not each.rule.suppressed]
        keys = ("protocol", "protocols", "apiVersion", "targetPrefix", "jsonVersion", "xmlNamespace")
        self.same_wire = all(raw[0]["metadata"].get(key) == raw[1]["metadata"].get(key) for key in keys)

    def operation(self, name: str) -> tuple[OperationModel, OperationModel] | None:
        """Return both versions of an operation, or None if one release lacks it."""
        if all(name in model.operation_names for model in self.models):
            return self.models[0].operation_model(name), self.models[1].operation_model(name)
        return None

    def witness(self, change: Change, verdict: Verdict, name: str) -> str | None:
        """Return the kind of witness for an operation that a verdict names, or None."""
        if change.delta.kind in (Kind.PAGINATOR, Kind.WAITER):
            return "file" if self.entry(change.delta, 0) != self.entry(change.delta, 1) else None
        versions = self.operation(name)
        if versions is None:
            return None if name in self.models[1].operation_names else "no method"
        if verdict.direction is Direction.ERROR:
            return "exceptions" if self.lost_exception(change.delta.element_id.owner or "") else None
        if any(map(has_events, versions)):
            return "a stream of events is not one value"
        sides: list[tuple[Position | None, Mapping[str, _Witness]]] = []
        if verdict.direction is not Direction.RESPONSE:
            sides.append((request_root(*versions), _REQUEST_WITNESSES))
        if verdict.direction is not Direction.REQUEST:
            sides.append((response_root(*versions), _RESPONSE_WITNESSES))
        reason = change.delta.trait if change.delta.trait in ("min", "max") else ""
        reason = "enum" if change.delta.kind is Kind.ENUM_VALUE else reason
        for start, kinds in sides:
            for position in _near(start, verdict.paths.get(name, "")):
                for kind, find in kinds.items():
                    further = (reason,) if find in (_client_refuses, _service_refuses) else ()
                    if find(*versions, position, *further) is not None:
                        return kind
        if sides[0][0] is not None and not can_be_sent(versions[0], sides[0][0]):
            return "no call of the old model can be sent"
        return None

    def entry(self, delta: Any, version: int) -> Any:
        """Return a paginator or a waiter as it is in the file of a version."""
        prefix, keys = ("paginators-", "pagination") if delta.kind is Kind.PAGINATOR else ("waiters-", "waiters")
        for file, data in self.files[version].items():
            if file.startswith(prefix):
                return json.loads(data).get(keys, {}).get(delta.element_id.owner_name)
        return None

    def lost_exception(self, shape: str) -> bool:
        """Return whether a class of `client.exceptions` was removed or is found by another code."""
        known = [ClientExceptionsFactory().create_client_exceptions(model) for model in self.models]
        if not hasattr(known[0], shape):
            return False
        if not hasattr(known[1], shape):
            return True
        return [known[0].from_code(code).__name__ for code in known[0]._code_to_exception] != [
            known[1].from_code(code).__name__ for code in known[0]._code_to_exception
        ]

    def unnamed(self) -> Iterator[str]:
        """Yield the operations with a witness that no change of the same severity names."""
        severities = ("boto3", Severity.BREAKING), ("api", Severity.DANGEROUS), ("wire", Severity.DANGEROUS)
        named = {profile: self.named(profile, least) for profile, least in severities}
        for name in self.models[0].operation_names:
            versions = self.operation(name)
            if versions is None or any(map(has_events, versions)):
                continue
            request, response = request_root(*versions), response_root(*versions)
            checks: list[tuple[Position | None, _Witness, str]] = [
                (request, _client_refuses, "boto3"),
                (request, _service_refuses, "api"),
                (response, lost_response, "boto3"),
            ]
            if self.same_wire:
                checks += [(request, differing_request, "wire"), (response, unread_response, "wire")]
            for start, find, profile in checks:
                if start is not None and name not in named[profile]:
                    yield from self.first_witness(name, versions, start, find)

    def first_witness(
        self, name: str, versions: tuple[OperationModel, OperationModel], start: Position, find: _Witness
    ) -> Iterator[str]:
        """Yield a description of the first position with a witness."""
        for position in positions(start, self.differing):
            if (example := find(*versions, position)) is not None:
                yield f"{self.service} {name} {position.path}: {find.__name__}: {str(example)[:200]}"
                return

    def named(self, profile: str, least: Severity) -> set[str]:
        """Return the operations that have a change of at least this severity."""
        return {
            name
            for change in self.changes
            for verdict in change.sides
            if verdict.severity_in(profile) >= least
            for name in verdict.operations
        }


def _near(start: Position | None, path: str) -> Iterator[Position]:
    """Yield the position at a path and its parent, or all members if the operation itself changed.

    A new member has no position in the old model; the nearest position above it is used.
    """
    while start is not None:
        found = position_at(start, path)
        if found is not None:
            yield found
            if found.parent is not None:
                yield found.parent
            elif not path:  # the operation itself changed: only some values of a member may show it
                yield from found.inner()
            return
        path = path.rpartition(".")[0]


def _client_refuses(old: OperationModel, new: OperationModel, position: Position, reason: str = "") -> Any:
    return refused_call(old, new, CLIENT, position, reason)


def _service_refuses(old: OperationModel, new: OperationModel, position: Position, reason: str = "") -> Any:
    return refused_call(old, new, SERVICE, position, reason)


_REQUEST_WITNESSES: Mapping[str, _Witness] = {
    "botocore refuses a call": _client_refuses,
    "the service refuses a call": _service_refuses,
    "other bytes are sent": differing_request,
}
_RESPONSE_WITNESSES: Mapping[str, _Witness] = {
    "callers lose a value": lost_response,
    "deployed clients lose a value": unread_response,
}
