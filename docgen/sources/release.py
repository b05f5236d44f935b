"""What every kind of source yields: releases, and in them the model files, not yet read.

A file is a place and a way to get its bytes. It can be sent to another process: what it holds is a path, a name, or
the packed bytes, never an open handle.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Protocol, overload

from docgen.errors import SourceError

MODEL_FILENAME = "service-2.json"
"""The canonical name of a model file, with or without `.gz` behind it."""

_LEGACY_FILENAME = re.compile(
    r"(?P<api_version>[0-9]{4}-[0-9]{2}-[0-9]{2})\.(?P<what>api|normal|paginators|waiters)\.json"
)
_WAITERS_2_MARKER = re.compile(rb'"version"\s*:\s*2')
_SERVICE_OR_VERSION_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_RELEASE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,199}")


class File(Protocol):
    """A JSON file somewhere."""

    @property
    def location(self) -> str:
        """Where it is, for messages."""
        ...

    def read(self) -> bytes:
        """Its JSON bytes, unpacked, within the limits; raises `SourceError`."""
        ...

    def digest(self) -> str:
        """The content name of its JSON bytes: `blob_id` of them, however they are packed; raises `SourceError`."""
        ...


def git_blob_id(data: bytes) -> str:
    """What git calls a file with this content: SHA-1 over a header and the bytes (gitformat-objects).

    So a model is known again whether it came from a repository or from a package. Git itself names no
    file without reading it; a source that is not git reads it.
    """
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One service model, not yet read, with the files that lie beside it.

    `siblings` maps canonical names (`paginators-1.json`, never `.gz`) to files. Two model files are equal if they are
    the same file, whatever lies beside it.
    """

    service: str
    api_version: str
    file: File
    siblings: Mapping[str, File] = field(default_factory=dict, compare=False, repr=False)

    @property
    def location(self) -> str:
        """Where the file is, for messages."""
        return self.file.location

    def read(self) -> bytes:
        """The JSON bytes, unpacked; raises `SourceError`. Nothing is kept: who needs them twice keeps them."""
        return self.file.read()

    def digest(self) -> str:
        """The content name of the model, the same however and wherever it is kept; raises `SourceError`."""
        return self.file.digest()

    def digests(self) -> tuple[str, Mapping[str, str]]:
        """The content names of the model and of each file beside it; raises `SourceError`."""
        return self.digest(), {name: file.digest() for name, file in sorted(self.siblings.items())}


class LazyModelFiles(Sequence[ModelFile]):
    """Model files that are looked for when they are first asked for: a history has a million."""

    def __init__(self, load: Callable[[], tuple[ModelFile, ...]]) -> None:
        self._load = load

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
    """What a release says of each service, looked for when it is first asked; None is found where it cannot be read."""

    def __init__(self, load: Callable[[], Mapping[str, str] | None]) -> None:
        self._load = load

    @property
    def are_known(self) -> bool:
        """Whether they can be read."""
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

    `date` is `YYYY-MM-DD` or None where no one says, `package` may be empty, `summaries` are the maintainers' words
    by service or None where no one says (ask `summary_of`), `files` are sorted by (service, API version). `single`
    says that it is one file given by itself: of other services, and of files beside it, it says nothing.
    Releases of one source share the object of a model file that is the same in both. `identity` names the
    state of the release where the source can tell (a commit); a release of the same name may come again with another.
    `introduction` is what its publisher says of it, in Markdown.
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

    def services(self) -> tuple[str, ...]:
        """The names of the services, sorted."""
        return tuple(dict.fromkeys(file.service for file in self.files))

    def latest_model(self, service: str) -> ModelFile | None:
        """The newest API version of `service`: the greatest folder name, which is botocore's rule; None if none."""
        return self._latest_by_service.get(service)

    def latest_models(self) -> Iterator[ModelFile]:
        """The newest API version of every service, sorted by service."""
        yield from self._latest_by_service.values()

    def find_model(self, service: str, api_version: str) -> ModelFile | None:
        """The model of `service` at `api_version`, or None."""
        return self._models_by_key.get((service, api_version))

    @cached_property
    def _models_by_key(self) -> Mapping[tuple[str, str], ModelFile]:
        return {(file.service, file.api_version): file for file in self.files}

    @cached_property
    def _latest_by_service(self) -> Mapping[str, ModelFile]:
        return {file.service: file for file in self.files}


@dataclass(frozen=True)
class LazyRelease(Release):
    """A release of which no more than its name is known until its date or its files are asked for.

    `look` fetches it, and is called once.
    """

    load: Callable[[], Release] | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, name: str, location: str, package: str, load: Callable[[], Release]) -> LazyRelease:
        """The release that `look` finds when it is needed."""
        once = cache(load)
        return cls(name, location, package=package, files=LazyModelFiles(lambda: tuple(once().files)), load=once)

    def __post_init__(self) -> None:
        """Make room for the date that is looked up; one that was given (`dataclasses.replace`) stays."""
        if self.__dict__["date"] is None:
            del self.__dict__["date"]

    @cached_property  # type: ignore[misc]  # a field there, looked up here
    def date(self) -> str | None:
        """The day of the release, or None where no one says."""
        return self.load().date if self.load else None


class Source(Protocol):
    """Where releases come from."""

    @property
    def location(self) -> str:
        """What the user calls it, for messages."""
        ...

    def releases(self) -> tuple[Release, ...]:
        """Every release, oldest first, at least one; raises `SourceError`."""
        ...


def collect_model_files(entries: Iterable[tuple[str, str, str, File]]) -> tuple[ModelFile, ...]:
    """Model files from (service, API version, file name, file) in any order; folders without a model are left out.

    Files laid out as botocore's were before 0.107.0 are found where they would lie now (`_as_now`).
    Raises `SourceError` where a name cannot be part of a page's path, or a file is there twice, such as once packed.
    """
    folders: dict[tuple[str, str], dict[str, File]] = {}
    for earlier in entries:
        service, api_version, name, file = _to_current_layout(*earlier)
        files = folders.setdefault((service, api_version), {})
        if name in files:
            raise SourceError(f"{file.location}: there twice, as {files[name].location} too (keep one)")
        files[name] = file
    return tuple(_build_model_file(*key, files) for key, files in sorted(folders.items()) if MODEL_FILENAME in files)


def is_model_filename(name: str) -> bool:
    """Whether a file of this name is a model, packed or not, today or as botocore laid them out before 0.107.0."""
    match = _LEGACY_FILENAME.fullmatch(name)
    return name.removesuffix(".gz") == MODEL_FILENAME or (match is not None and match["what"] in ("api", "normal"))


def _to_current_layout(service: str, api_version: str, name: str, file: File) -> tuple[str, str, str, File]:
    """Where a file lies since botocore 0.107.0: service, API version, canonical name; and the file.

    From 0.64.0 on models have the form that they have today, but `aws/sqs/2012-11-05.normal.json` is what
    `sqs/2012-11-05/service-2.json` is now (102 files moved without a byte changed); up to 0.80.0 `.api.json`. Files of
    waiters do not tell in their names that their form changed in between. Before 0.64.0 models had no shapes.
    """
    name = name.removesuffix(".gz")
    match = _LEGACY_FILENAME.fullmatch(name) if service == "aws" else None
    if match is None:
        return service, api_version, name, file
    now = {"paginators": "paginators-1.json", "waiters": "waiters-1.json"}.get(match["what"], MODEL_FILENAME)
    if match["what"] == "waiters" and _WAITERS_2_MARKER.search(file.read()):
        now = "waiters-2.json"
    return api_version, match["api_version"], now, file


def check_release_name(name: str, location: str) -> str:
    """`name` if it can name a release; raises `SourceError` else."""
    if not _RELEASE_NAME.fullmatch(name):
        raise SourceError(f"{location}: {name!r} cannot name a release (letters, digits and . _ + - only)")
    return name


def is_release_name(name: str) -> bool:
    """Whether `name` can name a release."""
    return _RELEASE_NAME.fullmatch(name) is not None


def is_valid_name(name: str) -> bool:
    """Whether `name` can name a service or an API version."""
    return _SERVICE_OR_VERSION_NAME.fullmatch(name) is not None


def sort_releases(releases: Iterable[Release]) -> tuple[Release, ...]:
    """Oldest first: by the rules of Python versions (PEP 440) if all names are versions, else numbers by value."""
    from packaging.version import InvalidVersion, Version

    found = sorted(releases, key=lambda release: _release_sort_key(release.name))
    try:
        return tuple(sorted(found, key=lambda release: Version(release.name)))
    except InvalidVersion:
        return tuple(found)


def _release_sort_key(name: str) -> list[tuple[int, Any]]:
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in re.findall(r"[0-9]+|[^0-9]+", name)]


def _build_model_file(service: str, api_version: str, files: dict[str, File]) -> ModelFile:
    model = files.pop(MODEL_FILENAME)
    for what, name in (("a service", service), ("an API version", api_version)):
        if not is_valid_name(name):
            raise SourceError(f"{model.location}: {name!r} cannot name {what} (letters, digits and . _ - only)")
    return ModelFile(service, api_version, model, files)
