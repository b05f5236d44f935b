"""The API versions of services in a history, and what they are made of from when to when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docgen.history.reader import Api, HistoryReader, Span
from docgen.history.release_sets import ReleaseSet, difference, intersection, union

ElementVersion = tuple[int, int, Any]
"""From when to when (release numbers), and the decoded JSON of an element without documentation."""


class ApiVersions:
    """What the modules of `history` ask a history file; `end` is the number after the newest release's."""

    def __init__(self, reader: HistoryReader, end: int) -> None:
        self.reader = reader
        self.end = end
        self._element_versions: dict[tuple[int, str, str], tuple[ElementVersion, ...]] = {}
        self._default_spans: dict[str, tuple[tuple[Api, ReleaseSet], ...]] = {}

    def default_spans(self, service: str) -> tuple[tuple[Api, ReleaseSet], ...]:
        """The API versions of a service, each with the releases in which SDKs take it by default: the greatest one."""
        if service not in self._default_spans:
            found: list[tuple[Api, ReleaseSet]] = []
            taken: ReleaseSet = ()
            for api in reversed(self.reader.apis(service)):
                there = self.release_set(api)
                found.append((api, difference(there, taken)))
                taken = union((*taken, *there))
            self._default_spans[service] = tuple((api, spans) for api, spans in reversed(found) if spans)
        return self._default_spans[service]

    def release_set(self, api: Api) -> ReleaseSet:
        """The releases that have an API version."""
        return union(self.bounds(span) for _, span, _ in self.reader.revisions(api.id))

    def bounds(self, span: Span) -> tuple[int, int]:
        """A span with an end."""
        return span.since, self.end if span.until is None else span.until

    def element_versions(self, api: Api, kind: str, name: str) -> tuple[ElementVersion, ...]:
        """The versions of an operation, a shape, or with no name the service, oldest first."""
        key = api.id, kind, name
        if key not in self._element_versions:
            found = self.reader.element_versions(*key)
            self._element_versions[key] = tuple((*self.bounds(span), content) for span, content in found)
        return self._element_versions[key]

    def lifetime(self, service: str, id: str, kind: str) -> ReleaseSet:
        """From when to when a service has a name, at the API version that SDKs took by default."""
        found: list[tuple[int, int]] = []
        for api, spans in self.default_spans(service):
            found += intersection(union(map(self.bounds, self.reader.lifetimes(api.id, id, kind))), spans)
        return union(found)

    def metadata_versions(self, service: str) -> Iterator[ElementVersion]:
        """The metadata of a service over time, at the API version that SDKs took by default."""
        for api, spans in self.default_spans(service):
            for start, end, content in self.element_versions(api, "service", ""):
                for each in intersection(((start, end),), spans):
                    yield *each, content.get("metadata", {})
