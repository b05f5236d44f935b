"""The API versions of services in a history, and what they are made of from when to when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docgen.history.reader import Api, Reader, Span
from docgen.history.release_sets import Spans, difference, intersection, union

Version = tuple[int, int, Any]
"""From when to when (release numbers), and the decoded JSON of an element without documentation."""


class Apis:
    """What the modules of `history` ask a history file; `end` is the number after the newest release's."""

    def __init__(self, reader: Reader, end: int) -> None:
        self.reader = reader
        self.end = end
        self._elements: dict[tuple[int, str, str], tuple[Version, ...]] = {}
        self._of: dict[str, tuple[tuple[Api, Spans], ...]] = {}

    def of(self, service: str) -> tuple[tuple[Api, Spans], ...]:
        """The API versions of a service, each with the releases in which SDKs take it by default: the greatest one."""
        if service not in self._of:
            found: list[tuple[Api, Spans]] = []
            taken: Spans = ()
            for api in reversed(self.reader.apis(service)):
                there = self.present(api)
                found.append((api, difference(there, taken)))
                taken = union((*taken, *there))
            self._of[service] = tuple((api, spans) for api, spans in reversed(found) if spans)
        return self._of[service]

    def present(self, api: Api) -> Spans:
        """The releases that have an API version."""
        return union(self.ends(span) for _, span, _ in self.reader.revisions(api.id))

    def ends(self, span: Span) -> tuple[int, int]:
        """A span with an end."""
        return span.since, self.end if span.until is None else span.until

    def versions(self, api: Api, kind: str, name: str) -> tuple[Version, ...]:
        """The versions of an operation, a shape, or with no name the service, oldest first."""
        key = api.id, kind, name
        if key not in self._elements:
            found = self.reader.element(*key)
            self._elements[key] = tuple((*self.ends(span), content) for span, content in found)
        return self._elements[key]

    def lifetime(self, service: str, id: str, kind: str) -> Spans:
        """From when to when a service has a name, at the API version that SDKs took by default."""
        found: list[tuple[int, int]] = []
        for api, spans in self.of(service):
            found += intersection(union(map(self.ends, self.reader.lifetimes(api.id, id, kind))), spans)
        return union(found)

    def metadata(self, service: str) -> Iterator[Version]:
        """The metadata of a service over time, at the API version that SDKs took by default."""
        for api, spans in self.of(service):
            for start, end, content in self.versions(api, "service", ""):
                for each in intersection(((start, end),), spans):
                    yield *each, content.get("metadata", {})
