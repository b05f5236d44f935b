"""The history file as people ask it: by services and releases, at the API version that SDKs took by default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from docgen.errors import UsageError
from docgen.history.spans import Spans, difference, intersection, union
from docgen.names import closest
from docgen.store import Api, Reader, Span, Stored

Version = tuple[int, int, Any]
"""From when to when (release numbers), and the decoded JSON of an element without documentation."""


class History:
    """A history file, opened to be asked. Numbers of releases run from 1 to `newest.number`; `end` is one more."""

    def __init__(self, path: Path) -> None:
        self.reader = Reader(path)
        self.releases = self.reader.releases()
        if not self.releases:
            raise UsageError(f"{path}: no release in it yet (fill it with `docgen index SOURCE -o {path.name}`)")
        self.end = self.releases[-1].number + 1
        self._elements: dict[tuple[int, str, str], tuple[Version, ...]] = {}
        self._apis: dict[str, tuple[tuple[Api, Spans], ...]] = {}

    @property
    def newest(self) -> Stored:
        """The newest release."""
        return self.releases[-1]

    @cached_property
    def services(self) -> tuple[str, ...]:
        """Every service that any release has."""
        return self.reader.services()

    def release(self, number: int) -> Stored:
        """The release of this number."""
        return self.releases[number - 1]

    def find_release(self, name: str) -> Stored:
        """The release of this name; raises `UsageError`."""
        for release in self.releases:
            if release.name == name:
                return release
        first, last = self.releases[0].name, self.newest.name
        raise UsageError(f"{self.reader.path}: no release {name!r} (it has {first} to {last})")

    def find_service(self, name: str) -> str:
        """The service that a person means by `name`; raises `UsageError`."""
        folded = name.lower().replace("_", "-")
        for service in self.services:
            if service == name or service.lower() == folded:
                return service
        raise UsageError(closest(name, self.services, f"no service {name!r} in any release"))

    # --- APIs ---

    def apis(self, service: str) -> tuple[tuple[Api, Spans], ...]:
        """The API versions of a service, each with the releases in which SDKs take it by default: the greatest one."""
        if service not in self._apis:
            found: list[tuple[Api, Spans]] = []
            taken: Spans = ()
            for api in reversed(self.reader.apis(service)):
                there = self.present(api)
                found.append((api, difference(there, taken)))
                taken = union((*taken, *there))
            self._apis[service] = tuple((api, spans) for api, spans in reversed(found) if spans)
        return self._apis[service]

    def present(self, api: Api) -> Spans:
        """The releases that have an API version."""
        return union(self.ends(span) for _, span, _ in self.reader.revisions(api.id))

    def ends(self, span: Span) -> tuple[int, int]:
        """A span with an end."""
        return span.since, self.end if span.until is None else span.until

    # --- elements ---

    def versions(self, api: Api, kind: str, name: str) -> tuple[Version, ...]:
        """The versions of an operation, a shape, or with no name the service, oldest first."""
        key = api.id, kind, name
        if key not in self._elements:
            found = self.reader.element(*key)
            self._elements[key] = tuple((*self.ends(span), content) for span, content in found)
        return self._elements[key]

    def operations(self, service: str) -> tuple[str, ...]:
        """Every operation that a service ever had, sorted."""
        found: dict[str, None] = {}
        for api, _ in self.apis(service):
            found.update(dict.fromkeys(self.reader.names(api.id, "operation")))
        return tuple(sorted(found))

    def lifetime(self, service: str, id: str, kind: str) -> Spans:
        """From when to when a service has a name, at the API version that SDKs took by default."""
        found: list[tuple[int, int]] = []
        for api, spans in self.apis(service):
            found += intersection(union(map(self.ends, self.reader.lifetimes(api.id, id, kind))), spans)
        return union(found)

    def summary(self, service: str, number: int) -> str:
        """What a release says of a service; empty if nothing."""
        return self._summaries(number).get(service, "")

    def _summaries(self, number: int) -> Mapping[str, str]:
        return self.reader.summaries(number)

    def metadata(self, service: str) -> Iterator[Version]:
        """The metadata of a service over time, at the API version that SDKs took by default."""
        for api, spans in self.apis(service):
            for start, end, content in self.versions(api, "service", ""):
                for each in intersection(((start, end),), spans):
                    yield *each, content.get("metadata", {})
