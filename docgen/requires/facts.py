"""Facts about releases: the questions that `requires` asks, and their answers from a history file.

The rest of this package depends only on `Facts`, so any other store can provide them. Everything that uses other
packages of docgen for facts is in this module.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from packaging.version import InvalidVersion, Version

from docgen.history.boto3_versions import boto3_release
from docgen.history.database import reporting_corruption
from docgen.history.history import History
from docgen.history.path_history import PathHistory, ReferenceSpan
from docgen.history.python_names import method_name_row, releases_with
from docgen.history.release_sets import ReleaseSet, difference, union
from docgen.model.customizations import method_aliases, renamed_parameters, service_aliases
from docgen.model.element_id import ElementId
from docgen.model.names import method_name
from docgen.model.paths import MemberPath

Steps = tuple[str, ...]
"""Steps from a request or a response: (`Tags`, `[]`, `Key`)."""

REQUEST, RESPONSE = "request", "response"


def model_name(service: str, operation: str, written: str, members: frozenset[str]) -> str:
    """Return the model's name of a parameter, which may have another name in Python."""
    if written in members:
        return written
    row = renamed_parameters(service, operation).get(written)
    return row.parameter if row is not None and row.parameter in members else written


def later_method_name(service: str, operation: str, written: str) -> str:
    """Return the name of a method if it is newer than its operation, or ""."""
    return written if method_name_row(service, operation, written) else ""


@dataclass(frozen=True, slots=True)
class KnownRelease:
    """A release of botocore, and the first boto3 that requires at least this release.

    If it `is_installed`, it is known only from the installed package.
    """

    number: int
    name: str
    date: str
    boto3: str
    is_installed: bool = False


@dataclass(frozen=True, slots=True)
class PathShape:
    """The target of a path: the releases that have it, all types that it ever had, and its members."""

    spans: ReleaseSet
    types: frozenset[str]
    members: frozenset[str]
    is_document: bool


class Facts(Protocol):
    """What `requires` needs to know about releases.

    A `ReleaseSet` has release numbers; for unknown elements it is empty.
    """

    @property
    def services(self) -> frozenset[str]:
        """Every name for which a client can be created."""

    @property
    def methods(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """The services and operations of each Python method."""

    @property
    def end(self) -> int:
        """The number after that of the newest release."""

    def release(self, number: int) -> KnownRelease:
        """Return the release with a number."""

    def number(self, version: str, package: str) -> int:
        """Return the number of the first release that has at least this version of boto3 or botocore."""

    def service(self, service: str) -> ReleaseSet:
        """Return the releases that have a service."""

    def operation(self, service: str, operation: str) -> ReleaseSet:
        """Return the releases that have an operation."""

    def releases_knowing(self, service: str, operation: str, written: str) -> ReleaseSet:
        """Return the releases that know botocore's Python name of a method or parameter, or all for any other name."""

    def named(self, service: str, kind: str, name: str) -> ReleaseSet:
        """Return the releases that have a paginator, a waiter or an exception."""

    def waiter_operation(self, service: str, waiter: str) -> str:
        """Return the operation that a waiter calls, or "" if unknown."""

    def waiter(self, service: str, method: str) -> str:
        """Return the model's name of a waiter with this Python name, or ""."""

    def names(self, service: str, operation: str, path: str, kind: str) -> list[str]:
        """Return the existing names in the place of one that no release has."""

    def shape(self, service: str, operation: str, direction: str, path: Steps) -> PathShape | None:
        """Return the target of a path, or None if no release has it."""

    def value(self, service: str, operation: str, direction: str, path: Steps, value: str) -> ReleaseSet | None:
        """Return the releases that allow a value, or None if no release ever lists values.

        A release without a list allows any value.
        """


_Arguments = ParamSpec("_Arguments")
_Answer = TypeVar("_Answer")


def _reporting_corruption(
    method: Callable[Concatenate[HistoryFacts, _Arguments], _Answer],
) -> Callable[Concatenate[HistoryFacts, _Arguments], _Answer]:
    """Make a question that reads contents of the file raise `SourceError` if they are no parts of a model."""

    @wraps(method)
    def ask(self: HistoryFacts, /, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Answer:
        with reporting_corruption(self.history.reader.path):
            return method(self, *args, **kwargs)

    return ask


class HistoryFacts:
    """`Facts` from a file that `docgen index` wrote."""

    def __init__(self, path: Path) -> None:
        self.history = History(path)
        self._shapes: dict[tuple[str, str, str, Steps], PathShape | None] = {}
        self._slots: dict[tuple[str, str, str, Steps], list[tuple[PathHistory, list[ReferenceSpan]]]] = {}
        self._places: dict[str, list[PathHistory]] = {}
        self._releases: dict[int, KnownRelease] = {}
        self._waiters: dict[str, dict[str, str]] = {}
        self._operations: dict[tuple[str, str], ReleaseSet] = {}

    # --- releases ---

    @property
    def end(self) -> int:
        """The number after that of the newest release."""
        return self.history.end

    def release(self, number: int) -> KnownRelease:
        """Return the release with a number."""
        if number not in self._releases:
            found = self.history.release(number)
            boto3 = boto3_release(found.package or "botocore", found.name)
            self._releases[number] = KnownRelease(number, found.name, found.date or "", boto3, found.is_installed)
        return self._releases[number]

    @cached_property
    def _versions(self) -> list[Version]:
        return [Version(release.name) for release in self.history.releases]

    @cached_property
    def _boto3_versions(self) -> list[Version]:
        names = [self.release(number).boto3 for number in range(1, self.end)]
        return [Version(name) for name in names if name]

    def number(self, version: str, package: str) -> int:
        """Return the number of the first release that has at least this version of boto3 or botocore."""
        try:
            wanted = Version(version)
        except InvalidVersion:
            return 0
        return bisect_left(self._boto3_versions if package == "boto3" else self._versions, wanted) + 1

    # --- services ---

    @cached_property
    def services(self) -> frozenset[str]:
        """Every name for which a client can be created."""
        return frozenset((*self.history.services, *service_aliases()))

    @cached_property
    def methods(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """The services and operations of each Python method."""
        found: dict[str, list[tuple[str, str]]] = {}
        for service, operation in self.history.reader.operations():
            found.setdefault(method_name(operation), []).append((service, operation))
        for alias, row in method_aliases().items():
            found.setdefault(alias, []).extend((row.service, operation) for operation in row.operations)
        return {method: tuple(operations) for method, operations in found.items()}

    def _of(self, service: str) -> list[PathHistory]:
        """Return the API versions of a service that SDKs have used by default."""
        name = service_aliases().get(service, service)
        if name not in self._places:
            self._places[name] = [
                PathHistory(self.history, api, spans) for api, spans in self.history.apis.default_spans(name)
            ]
        return self._places[name]

    def service(self, service: str) -> ReleaseSet:
        """Return the releases that have a service."""
        own = union(span for api, spans in self.history.apis.default_spans(service) for span in spans)
        alias = service_aliases().get(service)
        return union((*own, *self.service(alias))) if alias else own

    @_reporting_corruption
    def operation(self, service: str, operation: str) -> ReleaseSet:
        """Return the releases that have an operation."""
        key = service, operation
        if key not in self._operations:
            self._operations[key] = _release_set(
                slot for each in self._of(service) for slot in each.operation_spans(operation)
            )
        return self._operations[key]

    def releases_knowing(self, service: str, operation: str, written: str) -> ReleaseSet:
        """Return the releases that know botocore's Python name of a method or parameter, or all for any other name."""
        row = method_name_row(service, operation, written) or renamed_parameters(service, operation).get(written)
        return releases_with(self.history, row) if row else ((1, self.end),)

    @_reporting_corruption
    def named(self, service: str, kind: str, name: str) -> ReleaseSet:
        """Return the releases that have a paginator, a waiter or an exception."""
        service = service_aliases().get(service, service)
        if kind != "exception":
            return self.history.apis.lifetime(service, f"{kind}:{name}", kind)
        return union(
            (max(start, first), min(end, last))
            for each in self._of(service)
            for start, end, shape in self.history.apis.element_versions(each.api, "shape", name)
            if shape.get("exception") or shape.get("error")
            for first, last in each.spans
            if max(start, first) < min(end, last)
        )

    # --- waiters ---

    def waiter(self, service: str, method: str) -> str:
        """Return the model's name of a waiter with this Python name, or ""."""
        names = self._waiter_operations(service)
        return next((name for name in names if method in (method_name(name), name)), "")

    def waiter_operation(self, service: str, waiter: str) -> str:
        """Return the operation that a waiter calls, or "" if unknown."""
        return self._waiter_operations(service).get(waiter, "")

    @_reporting_corruption
    def _waiter_operations(self, service: str) -> dict[str, str]:
        service = service_aliases().get(service, service)
        if service not in self._waiters:
            found: dict[str, str] = {}
            for each in self._of(service):
                for _, name, span, _ in self.history.reader.sibling_files(each.api.id):
                    if name == "waiters-2.json":
                        found.update(_waiters(self.history.reader.sibling_file(each.api.id, name, span.since)))
            self._waiters[service] = found
        return self._waiters[service]

    # --- requests and responses ---

    @_reporting_corruption
    def names(self, service: str, operation: str, path: str, kind: str) -> list[str]:
        """Return the existing names in the place of one that no release has."""
        if kind == "service":
            return sorted(self.services)
        if kind in ("parameter", "response"):
            direction = REQUEST if kind == "parameter" else RESPONSE
            shape = self.shape(service, operation, direction, MemberPath.parse(path))
            return sorted(shape.members) if shape else []
        if kind == "operation":
            return [method for method, found in self.methods.items() if any(owner == service for owner, _ in found)]
        stored = "error" if kind == "exception" else kind
        ids = {id for each in self._of(service) for id in self.history.reader.ids(each.api.id, stored)}
        elements = map(ElementId.parse_local, ids)
        return sorted(element.member or element.owner_name for element in elements)

    @_reporting_corruption
    def shape(self, service: str, operation: str, direction: str, path: Steps) -> PathShape | None:
        """Return the target of a path, or None if no release has it."""
        key = service, operation, direction, path
        if key not in self._shapes:
            slots = self._at(service, operation, direction, path)
            self._shapes[key] = self._shape(slots)
        return self._shapes[key]

    def _shape(self, slots: list[tuple[PathHistory, list[ReferenceSpan]]]) -> PathShape | None:
        spans = _release_set(slot for _, found in slots for slot in found)
        if not spans:
            return None
        types: set[str] = set()
        members: set[str] = set()
        is_document = False
        for place, found in slots:
            for _, _, shape in self._contents(place, found):
                types.add(str(shape.get("type")))
                members.update(shape.get("members", ()) if shape.get("type") == "structure" else ())
                is_document |= bool(shape.get("document"))
        return PathShape(spans, frozenset(types), frozenset(members), is_document)

    def _contents(self, place: PathHistory, slots: list[ReferenceSpan]) -> Iterator[tuple[int, int, Any]]:
        """Yield the versions of the shapes that slots target, in the slots' releases, with the slot's own enum."""
        for slot in slots:
            for start, end, shape in self.history.apis.element_versions(place.api, "shape", slot.target):
                start, end = slot.clamp(start, end)
                if start < end:
                    yield start, end, {**shape, "enum": slot.traits["enum"]} if "enum" in slot.traits else shape

    def _at(
        self, service: str, operation: str, direction: str, path: Steps
    ) -> list[tuple[PathHistory, list[ReferenceSpan]]]:
        key = service, operation, direction, path
        if key not in self._slots:
            if path:
                parents = self._at(service, operation, direction, path[:-1])
                self._slots[key] = [(place, place.child_references(slots, path[-1])) for place, slots in parents]
            else:
                self._slots[key] = [(place, place.root_references(operation, direction)) for place in self._of(service)]
        return self._slots[key]

    @_reporting_corruption
    def value(self, service: str, operation: str, direction: str, path: Steps, value: str) -> ReleaseSet | None:
        """Return the releases that allow a value, or None if no release ever lists values.

        A release without a list allows any value.
        """
        listed: list[tuple[int, int]] = []
        restricted: list[tuple[int, int]] = []
        there: list[tuple[int, int]] = []
        for place, slots in self._at(service, operation, direction, path):
            for start, end, shape in self._contents(place, slots):
                there.append((start, end))
                enum = shape.get("enum")
                if isinstance(enum, list):
                    restricted.append((start, end))
                    listed += [(start, end)] if value in enum else []
        if not restricted:
            return None
        spans = union(listed)
        return union((*spans, *difference(union(there), union(restricted)))) if spans else ()


def _release_set(slots: Iterable[ReferenceSpan]) -> ReleaseSet:
    """Return the releases in which any of these references exists."""
    return union((slot.start, slot.end) for slot in slots)


def _waiters(data: bytes) -> dict[str, str]:
    """Return the operation of each waiter in a file."""
    try:
        waiters = json.loads(data)["waiters"]
        return {name: waiter.get("operation", "") for name, waiter in waiters.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
