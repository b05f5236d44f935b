"""The history, or its facts, by the names that people use: of services, operations and releases."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from docgen.errors import UsageError
from docgen.history.apis import ApiVersions
from docgen.history.database import corruption_error, is_archive
from docgen.history.queries import StoredRelease
from docgen.history.reader import HistoryReader
from docgen.sources.official_notes import find_summary
from docgen.wording import with_suggestions


class History:
    """A history file or a facts file, opened for reading.

    Args:
        path: The history file, or facts: the same names and versions without documentation (`docgen.history.facts`).

    Attributes:
        releases: All releases, oldest first, numbered from 1.
        end: The number after the newest release's. Spans of what the newest release has end there.
        reader: For docgen's own modules: the queries.
        apis: For docgen's own modules: the API versions.

    Raises:
        SourceError: The file does not exist, is damaged or is not a history.
        UsageError: The file has no releases yet.
    """

    def __init__(self, path: Path) -> None:
        self.reader = _open_reader(path)
        self.releases = self.reader.releases()
        if not self.releases:
            raise UsageError(f"{path}: no releases yet (add some with `docgen index SOURCE -o {path.name}`)")
        self.end = self.releases[-1].number + 1
        self.apis = ApiVersions(self.reader, self.end)

    @property
    def newest(self) -> StoredRelease:
        """The newest release."""
        return self.releases[-1]

    @cached_property
    def services(self) -> tuple[str, ...]:
        """All services that any release has, sorted."""
        return self.reader.services()

    def release(self, number: int) -> StoredRelease:
        """The release with this number. Raises `SourceError` if there is none, so the file is damaged."""
        if not 0 < number <= len(self.releases):
            raise corruption_error(self.reader.path, f"it has no release number {number}")
        return self.releases[number - 1]

    def find_release(self, name: str) -> StoredRelease:
        """The release with this name. Raises `UsageError` if there is none."""
        for release in self.releases:
            if release.name == name:
                return release
        first, last = self.releases[0].name, self.newest.name
        raise UsageError(f"{self.reader.path}: no release {name!r} (it has {first} to {last})")

    def find_service(self, name: str) -> str:
        """The service called `name`, in any case and with `_` or `-`. Raises `UsageError` if no release has it."""
        normalized = name.lower().replace("_", "-")
        for service in self.services:
            if service == name or service.lower() == normalized:
                return service
        raise UsageError(with_suggestions(name, self.services, f"no service {name!r} in any release"))

    def operations(self, service: str) -> tuple[str, ...]:
        """All operations that a service ever had, sorted."""
        apis = self.apis.default_spans(service)
        return tuple(sorted({name for api, _ in apis for name in self.reader.element_names(api.id, "operation")}))

    def summary(self, service: str, number: int) -> str:
        """The official note of a release on a service; empty if there is none."""
        return find_summary(self.reader.summaries(number), service)

    def changed_services(self, old: int, new: int) -> tuple[str, ...]:
        """The services whose files any release after number `old` up to `new` added, changed or removed, sorted."""
        services = {api.id: api.service for api in self.reader.apis()}
        return tuple(
            sorted(
                {
                    services[api_id]
                    for api_id, span, _ in self.reader.revisions()
                    if old < span.since <= new or (span.until is not None and old < span.until <= new)
                }
            )
        )


def _open_reader(path: Path) -> HistoryReader:
    if is_archive(path):
        from docgen.history.facts.reader import FactsReader  # most commands never read facts

        return FactsReader(path)
    return HistoryReader(path)
