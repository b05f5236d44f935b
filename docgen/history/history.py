"""The history, or its facts, by the names that people use: of services, operations and releases."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from docgen.errors import UsageError
from docgen.history.apis import ApiVersions
from docgen.history.database import corruption_error, is_archive
from docgen.history.queries import StoredRelease
from docgen.history.reader import HistoryReader
from docgen.sources.official_notes import find_summary
from docgen.wording import first_listed, listed_with_and, normalize_name, with_suggestions


class History:
    """A history file or a facts file, opened for reading.

    Args:
        path: The history file, or facts: the same names and versions without documentation (`docgen.history.facts`).

    Attributes:
        end: The number after the newest release's. Spans of what the newest release has end there.
        reader: For docgen's own modules: the queries.
        apis: For docgen's own modules: the API versions.
        knows_protocols: For docgen's own modules: whether the file says which protocol a service has. Facts do not, so
            no change of an error code can be judged from them.

    Raises:
        SourceError: The file does not exist, is damaged or is not a history.
        UsageError: The file has no releases yet.
    """

    def __init__(self, path: Path) -> None:
        self.reader = _open_reader(path)
        count = self.reader.release_count()
        if not count:
            raise UsageError(f"{path}: no releases yet (add some with `docgen index SOURCE -o {path.name}`)")
        self.end = count + 1
        self.apis = ApiVersions(self.reader, self.end)
        self.knows_protocols = not is_archive(path)
        self._releases_by_number: dict[int, StoredRelease] = {}
        self._summaries_by_number: dict[int, dict[str, str]] = {}

    @cached_property
    def releases(self) -> tuple[StoredRelease, ...]:
        """All releases, oldest first, numbered from 1."""
        return _read_releases(self.reader, self.end)

    @property
    def newest(self) -> StoredRelease:
        """The newest release."""
        return self.release(self.end - 1)

    @cached_property
    def services(self) -> tuple[str, ...]:
        """All services that any release has, sorted."""
        return self.reader.services()

    def release(self, number: int) -> StoredRelease:
        """Return the release with this number. Raises `SourceError` if the file is damaged and lacks it."""
        if not 0 < number < self.end:
            raise corruption_error(self.reader.path, f"it has no release number {number}")
        if "releases" in self.__dict__:  # all of them were read
            return self.releases[number - 1]
        if number not in self._releases_by_number:
            self._releases_by_number[number] = self.reader.release(number)
        return self._releases_by_number[number]

    def find_release(self, name: str) -> StoredRelease:
        """Return the release with this name. Raises `UsageError` if there is none."""
        for release in self.releases:
            if release.name == name:
                return release
        first, last = self.releases[0].name, self.newest.name
        raise UsageError(f"{self.reader.path}: no release {name!r} (it has {first} to {last})")

    def find_service(self, name: str) -> str:
        """Return the service called `name`, in any case and with `_` or `-`. Raises `UsageError` if there is none."""
        if self.reader.apis(name):
            return name
        normalized = name.lower().replace("_", "-")
        for service in self.services:
            if service == name or service.lower() == normalized:
                return service
        problem = f"no service {name!r} in any release"
        if owners := self._services_with_operation(name):
            first = f"{owners[0]} {name}"
            raise UsageError(f"{problem} (it is an operation of {_first_services(owners)}: name both, {first})")
        raise UsageError(with_suggestions(name, self.services, problem))

    def _services_with_operation(self, name: str) -> list[str]:
        """Return the services that ever had an operation called `name`, in any case and spelling."""
        wanted = normalize_name(name)
        return [service for service, operation in self.reader.operations() if normalize_name(operation) == wanted]

    def operations(self, service: str) -> tuple[str, ...]:
        """Return all operations that a service ever had, sorted."""
        apis = self.apis.default_spans(service)
        return tuple(sorted({name for api, _ in apis for name in self.reader.element_names(api.id, "operation")}))

    def summary(self, service: str, number: int) -> str:
        """Return the official note of a release on a service; empty if there is none."""
        if number not in self._summaries_by_number:
            self._summaries_by_number[number] = self.reader.summaries(number)
        return find_summary(self._summaries_by_number[number], service)

    def changed_services(self, old: int, new: int) -> tuple[str, ...]:
        """Return the services whose files any release after `old` up to `new` added, changed or removed, sorted."""
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


def _first_services(services: Sequence[str]) -> str:
    """List the first services in words, with the number of the others."""
    if len(services) <= _MAX_NAMED:
        return listed_with_and(services)
    return first_listed(services, _MAX_NAMED)


_MAX_NAMED = 5
"""Services that a message names; it counts the others."""

_RECENT_RELEASES: dict[tuple[object, ...], tuple[StoredRelease, ...]] = {}
"""The releases of the file that was read last, by its state: each job of a site opens the same file."""

_SETTLED_AFTER = 2.0
"""Seconds after which a further change of a file certainly has another modification time."""


def _read_releases(reader: HistoryReader, end: int) -> tuple[StoredRelease, ...]:
    state = _settled_state(reader.path)
    if state is None:
        return reader.releases()
    key = end, *state
    found = _RECENT_RELEASES.get(key)
    if found is None:
        found = reader.releases()
        _RECENT_RELEASES.clear()
        _RECENT_RELEASES[key] = found
    return found


def _settled_state(path: Path) -> tuple[object, ...] | None:
    """Return what every change of a file changes; None if it was just written or another process writes to it."""
    try:
        status = path.stat()
        if path.with_name(f"{path.name}-wal").exists() or abs(time.time() - status.st_mtime) < _SETTLED_AFTER:
            return None
    except (OSError, ValueError):
        return None
    return path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _open_reader(path: Path) -> HistoryReader:
    if is_archive(path):
        from docgen.history.facts.reader import FactsReader  # most commands never read facts

        return FactsReader(path)
    return HistoryReader(path)
