"""The result of every source: releases and their model files, which are read on demand.

A file is a location and a way to get its bytes. It can be sent to another process, because it holds a path, a name, or
compressed bytes, never an open handle.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol, overload

from docgen.errors import SourceError, error_reason
from docgen.sources.names import check_date, check_name
from docgen.sources.official_notes import find_summary

MODEL_FILENAME = "service-2.json"
"""The canonical name of a model file. The name on disk may be `service-2.json.gz`."""

DOTTED_VERSION = re.compile(r"[0-9]+(\.[0-9]+)+")
"""A release name of numbers and dots, such as `1.12.83`."""


class File(Protocol):
    """A JSON file, on disk or elsewhere."""

    @property
    def location(self) -> str:
        """The location of the file, for messages."""
        ...

    def read(self) -> bytes:
        """Return the uncompressed JSON bytes, within the limits; raise `SourceError`."""
        ...

    def digest(self) -> str:
        """Return the digest of the uncompressed JSON bytes (see `git_blob_id`); raise `SourceError`."""
        ...


def git_blob_id(data: bytes) -> str:
    """Return the id that git gives a file with this content: SHA-1 of a header and the bytes (gitformat-objects).

    It identifies a model whether it comes from a repository or from a package. git knows it without reading the file.
    """
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One service model of a release, which is read on demand.

    Two model files are equal if they are the same file. Siblings do not matter.

    Attributes:
        service: The folder name of the service, which is its SDK name, such as `appstream`.
        api_version: The folder name of the API version, such as `2016-12-01`.
        file: The `service-2.json`.
        siblings: The other JSON files of that folder by canonical name, such as `paginators-1.json` (never `.gz`).
    """

    service: str
    api_version: str
    file: File
    siblings: Mapping[str, File] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Check the names; raise `SourceError`."""
        check_name("service", self.service, self.file.location)
        check_name("API version", self.api_version, self.file.location)
        for name, file in self.siblings.items():
            check_name("file", name, file.location)

    @property
    def location(self) -> str:
        """The location of the file, for messages."""
        return self.file.location

    def read(self) -> bytes:
        """Return the uncompressed JSON bytes; raise `SourceError`. Nothing is cached."""
        return self.file.read()

    def digest(self) -> str:
        """Return the SHA-1 that git gives the uncompressed JSON, the same in every source; raise `SourceError`."""
        return self.file.digest()

    def digests(self) -> tuple[str, Mapping[str, str]]:
        """Return the digest of the model, and those of its siblings by name; raise `SourceError`."""
        return self.digest(), {name: file.digest() for name, file in sorted(self.siblings.items())}


class LazyModelFiles(Sequence[ModelFile]):
    """Model files that are listed when they are first needed. A history has a million.

    `load_services` lists only the names of their services, where that is faster.
    """

    def __init__(
        self, load: Callable[[], tuple[ModelFile, ...]], load_services: Callable[[], tuple[str, ...]] | None = None
    ) -> None:
        self._load = load
        self._load_services = load_services

    def services(self) -> tuple[str, ...]:
        """Return the names of the services, sorted."""
        if self._load_services is not None:
            return self._load_services()
        return tuple(dict.fromkeys(file.service for file in self))

    @cached_property
    def _files(self) -> tuple[ModelFile, ...]:
        return self._load()

    @overload
    def __getitem__(self, index: int) -> ModelFile: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[ModelFile, ...]: ...
    def __getitem__(self, index: int | slice) -> ModelFile | tuple[ModelFile, ...]:
        return self._files[index]

    def __iter__(self) -> Iterator[ModelFile]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


class LazySummaries(Mapping[str, str]):
    """The summaries of a release by topic, loaded when they are first needed.

    `load` returns None if they cannot be read. The mapping is empty then, and `are_known` is false.
    """

    def __init__(self, load: Callable[[], Mapping[str, str] | None]) -> None:
        self._load = load

    @property
    def are_known(self) -> bool:
        """Whether the summaries can be read."""
        return self._loaded is not None

    @cached_property
    def _loaded(self) -> Mapping[str, str] | None:
        return self._load()

    @property
    def _summaries(self) -> Mapping[str, str]:
        return self._loaded or {}

    def __getitem__(self, service: str) -> str:
        return self._summaries[service]

    def __iter__(self) -> Iterator[str]:
        return iter(self._summaries)

    def __len__(self) -> int:
        return len(self._summaries)


@dataclass(frozen=True)
class Release:
    """A published version of the package that carries the models.

    Releases of one source share the model file objects that are the same in both.

    Attributes:
        name: The version, such as `1.12.83`.
        location: Where the release comes from, for messages.
        date: The release date as `YYYY-MM-DD`, or None if unknown.
        package: The name of the package, such as `botocore`, or empty.
        summaries: The official change notes by topic (see `official_notes`), or None if unknown.
        files: The models, sorted by service and API version.
        is_single_file: Whether this is one model given by itself. It says nothing about other services or siblings.
        state_id: Identifies the content, such as a commit, if the source can tell. A release of the same name may
            come again with other content.
        introduction: The text of the publisher about the release, in Markdown, or empty.
    """

    name: str
    location: str
    date: str | None = None
    package: str = ""
    summaries: Mapping[str, str] | None = None
    files: Sequence[ModelFile] = ()
    is_single_file: bool = False
    state_id: str = ""
    introduction: str = ""

    def __post_init__(self) -> None:
        """Check the names and the date; raise `SourceError`."""
        check_name("release", self.name, self.location)
        check_name("package", self.package, self.location)
        check_date(self.__dict__["date"], self.location)

    def services(self) -> tuple[str, ...]:
        """Return the names of the services, sorted."""
        if isinstance(self.files, LazyModelFiles):
            return self.files.services()
        return tuple(dict.fromkeys(file.service for file in self.files))

    def latest_model(self, service: str) -> ModelFile | None:
        """Return the model of the latest API version of `service`, or None.

        The latest is the one with the greatest folder name, as in botocore.
        """
        return self._latest_by_service.get(service)

    def latest_models(self) -> Iterator[ModelFile]:
        """Yield the model of the latest API version of each service, sorted by service."""
        yield from self._latest_by_service.values()

    def find_model(self, service: str, api_version: str) -> ModelFile | None:
        """Return the model of `service` at `api_version`, or None."""
        return self._models_by_key.get((service, api_version))

    def counterpart(self, model: ModelFile) -> ModelFile | None:
        """Return the model to compare with one of another release: the same API version, or else the latest."""
        return self.find_model(model.service, model.api_version) or self.latest_model(model.service)

    @cached_property
    def _models_by_key(self) -> Mapping[tuple[str, str], ModelFile]:
        return {(file.service, file.api_version): file for file in self.files}

    @cached_property
    def _latest_by_service(self) -> Mapping[str, ModelFile]:
        return {file.service: file for file in self.files}


@dataclass(frozen=True)
class LazyRelease(Release):
    """A release that only has a name at first. `load` fetches the rest once, when the date or a file is needed."""

    load: Callable[[], Release] | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, name: str, location: str, package: str, load: Callable[[], Release]) -> LazyRelease:
        """Create a release that calls `load` at most once, when its date or its files are needed."""
        once = cache(load)
        return cls(name, location, package=package, files=LazyModelFiles(lambda: tuple(once().files)), load=once)

    def __post_init__(self) -> None:
        """Check the names, and make way for the computed date, unless one was given (`dataclasses.replace`)."""
        super().__post_init__()
        if self.__dict__["date"] is None:
            del self.__dict__["date"]

    @cached_property  # type: ignore[misc]  # a field there, looked up here
    def date(self) -> str | None:
        """The date of the release, or None if unknown."""
        return self.load().date if self.load else None


class LazySource:
    """A source that is loaded once, when its releases are first needed.

    Args:
        location: The source as the user typed it, for messages.
        load: Returns the releases.
        sole_file: The only file that determines the releases, if there is one.
    """

    def __init__(self, location: str, load: Callable[[], tuple[Release, ...]], sole_file: Path | None = None) -> None:
        self.location = location
        self.sole_file = sole_file
        self._load = load
        self._releases: tuple[Release, ...] | None = None

    def releases(self) -> tuple[Release, ...]:
        """Return every release, oldest first; raise `SourceError`."""
        if self._releases is None:
            try:
                self._releases = sort_releases(self._load())
            except OSError as error:
                raise SourceError(f"{error.filename or self.location}: {error_reason(error)}") from error
        return self._releases


class Source(Protocol):
    """A collection of releases, such as a folder, a repository or a package index."""

    @property
    def location(self) -> str:
        """The source as the user typed it, for messages."""
        ...

    def releases(self) -> tuple[Release, ...]:
        """Return every release, oldest first, at least one; raise `SourceError`."""
        ...


def sort_releases(releases: Iterable[Release]) -> tuple[Release, ...]:
    """Sort releases, oldest first: by PEP 440 if all names are versions, otherwise with numbers compared by value."""
    from packaging.version import InvalidVersion, Version

    ordered = sorted(releases, key=lambda release: _release_sort_key(release.name))
    try:
        return tuple(sorted(ordered, key=lambda release: Version(release.name)))
    except InvalidVersion:
        return tuple(ordered)


def has_summaries(release: Release) -> bool:
    """Return whether the official change notes of `release` are known, so that a missing one means something."""
    summaries = release.summaries
    return summaries.are_known if isinstance(summaries, LazySummaries) else summaries is not None


def service_summary(release: Release, service: str) -> str:
    """Return the official change note of `service` in `release`, or an empty string.

    Call this only if more than the metadata of the service changed. If botocore's notes are not available, its habit
    fills the gap: from 1.5.13, the first release with entries of type api-change, to 1.20.26, all 3,222 of them have
    the same text. In these 885 releases the operations, shapes or documentation of 3,194 services changed or were
    added, and 3,190 of them (99.9 %) have the entry. Of the 86 services whose file changed in another way (a
    `serviceId`, white space, removal) only 16 do.
    """
    if release.summaries is not None and has_summaries(release):
        return find_summary(release.summaries, service)
    if release.package != "botocore":
        return ""
    numbers = tuple(int(part) for part in release.name.split(".")) if DOTTED_VERSION.fullmatch(release.name) else ()
    return f"Update {service} client to latest version" if (1, 5, 13) <= numbers <= (1, 20, 26) else ""


def _release_sort_key(name: str) -> list[tuple[int, Any]]:
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in re.findall(r"[0-9]+|[^0-9]+", name)]
