"""The history file as people ask it: by services and releases."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from docgen.errors import UsageError
from docgen.history.apis import ApiVersions
from docgen.history.reader import HistoryReader, StoredRelease
from docgen.wording import with_suggestions


class History:
    """A history file, opened to be asked. Numbers of releases run from 1 to `newest.number`; `end` is one more.

    `reader` and `apis` are for docgen's own modules.
    """

    def __init__(self, path: Path) -> None:
        self.reader = HistoryReader(path)
        self.releases = self.reader.releases()
        if not self.releases:
            raise UsageError(f"{path}: no release in it yet (fill it with `docgen index SOURCE -o {path.name}`)")
        self.end = self.releases[-1].number + 1
        self.apis = ApiVersions(self.reader, self.end)

    @property
    def newest(self) -> StoredRelease:
        """The newest release."""
        return self.releases[-1]

    @cached_property
    def services(self) -> tuple[str, ...]:
        """Every service that any release has."""
        return self.reader.services()

    def release(self, number: int) -> StoredRelease:
        """The release of this number."""
        return self.releases[number - 1]

    def find_release(self, name: str) -> StoredRelease:
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
        raise UsageError(with_suggestions(name, self.services, f"no service {name!r} in any release"))

    def operations(self, service: str) -> tuple[str, ...]:
        """Every operation that a service ever had, sorted."""
        found: dict[str, None] = {}
        for api, _ in self.apis.default_spans(service):
            found.update(dict.fromkeys(self.reader.element_names(api.id, "operation")))
        return tuple(sorted(found))

    def summary(self, service: str, number: int) -> str:
        """What a release says of a service; empty if nothing."""
        return self.reader.summaries(number).get(service, "")
