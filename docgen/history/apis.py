"""The API versions of the services in a history, and the versions of their elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docgen.history.queries import Api, Span
from docgen.history.reader import HistoryReader
from docgen.history.release_sets import ReleaseSet, difference, intersection, union

ElementVersion = tuple[int, int, Any]
"""A state of an element: first release, first release without it, and its decoded JSON without documentation."""


class ApiVersions:
    """The API versions of a history file, cached.

    Args:
        reader: The file.
        end: The number after the newest release's, which ends spans that are still open.

    """

    def __init__(self, reader: HistoryReader, end: int) -> None:
        self.reader = reader
        self.end = end
        self._element_versions: dict[tuple[int, str, str], tuple[ElementVersion, ...]] = {}
        self._default_spans: dict[str, tuple[tuple[Api, ReleaseSet], ...]] = {}

    def default_spans(self, service: str) -> tuple[tuple[Api, ReleaseSet], ...]:
        """Return the API versions of a service, each with the releases in which SDKs use it by default.

        SDKs use the latest API version that a release has. Versions that were never the latest are omitted.
        """
        if service not in self._default_spans:
            defaults: list[tuple[Api, ReleaseSet]] = []
            covered: ReleaseSet = ()  # by later API versions
            for api in reversed(self.reader.apis(service)):
                releases = self.release_set(api)
                defaults.append((api, difference(releases, covered)))
                covered = union((*covered, *releases))
            self._default_spans[service] = tuple((api, spans) for api, spans in reversed(defaults) if spans)
        return self._default_spans[service]

    def release_set(self, api: Api) -> ReleaseSet:
        """Return the releases that have an API version."""
        return union(self.bounds(span) for _, span, _ in self.reader.revisions(api.id))

    def bounds(self, span: Span) -> tuple[int, int]:
        """Return the start and the end of a span; an open span ends after the newest release."""
        return span.since, self.end if span.until is None else span.until

    def element_versions(self, api: Api, kind: str, name: str) -> tuple[ElementVersion, ...]:
        """Return the versions of an operation or a shape, oldest first; of the service's own keys for an empty name."""
        key = api.id, kind, name
        if key not in self._element_versions:
            versions = self.reader.element_versions(*key)
            self._element_versions[key] = tuple((*self.bounds(span), content) for span, content in versions)
        return self._element_versions[key]

    def lifetime(self, service: str, id: str, kind: str) -> ReleaseSet:
        """Return the releases in which a service has the id `id`, in the API version that SDKs use by default."""
        releases: list[tuple[int, int]] = []
        for api, spans in self.default_spans(service):
            releases += intersection(union(map(self.bounds, self.reader.lifetimes(api.id, id, kind))), spans)
        return union(releases)

    def metadata_versions(self, service: str) -> Iterator[ElementVersion]:
        """Yield the versions of a service's metadata, in the API version that SDKs use by default."""
        for api, spans in self.default_spans(service):
            for start, end, content in self.element_versions(api, "service", ""):
                for span in intersection(((start, end),), spans):
                    yield *span, content.get("metadata", {})
