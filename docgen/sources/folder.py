"""Releases in folders: `models/`, one release of it, botocore's `data/`, an unpacked wheel, an installed package.

Folders belong to the user, so links to files and folders are followed. The depth is fixed, so no link can make a loop.
What lies where is the same for a folder on disk and for one in a revision of a repository (`revision`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from docgen.errors import SourceError
from docgen.sources.limits import error_reason, open_regular, read_bounded, unpack_json
from docgen.sources.release import (
    MODEL_FILENAME,
    File,
    ModelFile,
    Release,
    check_release_name,
    collect_model_files,
    git_blob_id,
    is_release_name,
    is_valid_name,
)
from docgen.sources.release_words import parse_introduction, read_release_json

RELEASE_JSON_FILENAME = "release.json"
INTRODUCTION_FILENAME = "notes.md"


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A JSON file on disk, perhaps packed."""

    path: Path

    @property
    def location(self) -> str:
        """The path as the user gave it."""
        return str(self.path)

    def read(self) -> bytes:
        """The JSON bytes; raises `SourceError`."""
        with open_regular(self.path, self.location) as stream:
            try:
                return unpack_json(read_bounded(stream, self.location), self.location)
            except OSError as error:
                raise SourceError(f"{self.location}: {error_reason(error)}") from None

    def digest(self) -> str:
        """The content name of the JSON bytes; raises `SourceError`."""
        return git_blob_id(self.read())


class Folder(Protocol):
    """A folder somewhere. What is in it is listed without names that open with a dot."""

    @property
    def name(self) -> str:
        """What it is called where it was found."""
        ...

    @property
    def location(self) -> str:
        """Where it is, for messages."""
        ...

    def folders(self) -> Sequence[Folder]:
        """The folders in it, sorted by name."""
        ...

    def files(self) -> Mapping[str, File]:
        """The files in it by name, sorted."""
        ...

    def folder(self, name: str) -> Folder | None:
        """A folder in it, or None."""
        ...

    def file(self, name: str) -> File | None:
        """A file in it, or None."""
        ...

    def resolve(self) -> Folder:
        """The same folder under its own name, where this one is a link."""
        ...

    def parent_folder(self) -> Folder | None:
        """The folder that it lies in, or None."""
        ...


@dataclass(frozen=True, slots=True)
class DiskFolder:
    """A folder on disk; links count as what they lead to."""

    path: Path

    @property
    def name(self) -> str:
        """What it is called where it was found."""
        return self.path.name

    @property
    def location(self) -> str:
        """The path as the user gave it."""
        return str(self.path)

    def folders(self) -> Sequence[Folder]:
        """The folders in it, sorted by name; none where there is no such folder. Raises `SourceError`."""
        return [DiskFolder(self.path / name) for name in _entry_names(self.path, files=False)]

    def files(self) -> Mapping[str, File]:
        """The regular files in it by name, sorted; none where there is no such folder. Raises `SourceError`."""
        return {name: DiskFile(self.path / name) for name in _entry_names(self.path, files=True)}

    def folder(self, name: str) -> Folder | None:
        """A folder in it, which may not be there: then it is empty."""
        return DiskFolder(self.path / name)

    def file(self, name: str) -> File | None:
        """A file in it, or None."""
        path = self.path / name
        return DiskFile(path) if os.path.isfile(path) else None  # unlike Path.is_file, never raises

    def resolve(self) -> Folder:
        """The folder that a link leads to."""
        return DiskFolder(self.path.resolve())

    def parent_folder(self) -> Folder | None:
        """The folder that it lies in."""
        return DiskFolder(self.path.parent)


def folder_releases(folder: Folder) -> tuple[Release, ...] | None:
    """The releases in `folder`, in no order, or None if there are no models in it.

    Looks for, in this order: one release with its `release.json`; a folder of releases; services; a package's
    `data` folder one or two levels down.
    """
    if notes := folder.file(RELEASE_JSON_FILENAME):
        return (_release_with_metadata(folder, notes),)
    inner = folder.folders()
    if described := {each: notes for each in inner if (notes := each.file(RELEASE_JSON_FILENAME))}:
        return tuple(_release_with_metadata(each, notes) for each, notes in described.items()) + tuple(
            _release_without_metadata(each, files)
            for each in inner
            if each not in described and (files := find_model_files(each))
        )
    if files := find_model_files(folder):
        return (_release_of_package(folder, folder, files),)
    if (data := _find_data_folder(folder)) is not None:
        return (_release_of_package(folder, data, find_model_files(data)),)
    return tuple(_release_without_metadata(each, files) for each in inner if (files := find_model_files(each))) or None


def find_model_files(folder: Folder) -> tuple[ModelFile, ...]:
    """The models in `folder`, laid out as `<service>/<API version>/service-2.json`; empty if there are none."""
    return collect_model_files(_iter_json_files(folder))


def package_releases(package: str) -> tuple[Release, ...]:
    """The one release of an installed package such as `botocore`, found without importing it.

    Raises `SourceError` where the package is not installed or carries no models.
    """
    from importlib.metadata import PackageNotFoundError, version
    from importlib.util import find_spec

    place = f"package:{package}"
    found = find_spec(package) if package.isidentifier() else None
    if found is None or not found.submodule_search_locations:
        raise SourceError(f"{place}: no such package is installed beside docgen (pip install {package})")
    folders = [Path(folder) / "data" for folder in found.submodule_search_locations]
    files = next((files for folder in folders if (files := find_model_files(DiskFolder(folder)))), ())
    if not files:
        raise SourceError(f"{place}: no {MODEL_FILENAME} in {folders[0]}")
    try:
        name = version(package)
    except PackageNotFoundError:
        name = "installed"
    return (Release(check_release_name(name, place), place, package=package, files=files),)


def _read_introduction_file(folder: Folder) -> str:
    file = folder.file(INTRODUCTION_FILENAME)
    return "" if file is None else parse_introduction(file.read(), file.location)


def _release_with_metadata(folder: Folder, metadata_file: File) -> Release:
    name = folder.resolve().name
    notes = read_release_json(metadata_file)
    if notes.name != name:
        raise SourceError(f"{notes.location}: says release {notes.name!r}, but its folder is called {name!r}")
    return Release(
        check_release_name(notes.name, notes.location),
        folder.location,
        notes.date,
        notes.package,
        notes.summaries,
        find_model_files(folder),
        introduction=_read_introduction_file(folder),
    )


def _release_without_metadata(folder: Folder, files: tuple[ModelFile, ...]) -> Release:
    return Release(check_release_name(folder.name, folder.location), folder.location, files=files)


def _iter_json_files(folder: Folder) -> Iterator[tuple[str, str, str, File]]:
    for service in folder.folders():
        for api_version in service.folders():
            for name, file in api_version.files().items():
                if name.removesuffix(".gz").endswith(".json") and is_valid_name(name):
                    yield service.name, api_version.name, name, file


def _entry_names(path: Path, *, files: bool) -> list[str]:
    """Names in `path`, sorted: regular files, or else folders; links count as what they lead to."""
    try:
        with os.scandir(path) as entries:
            return sorted(e.name for e in entries if (e.is_file() if files else e.is_dir()) and e.name[0] != ".")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise SourceError(f"{path}: {error_reason(error)}") from None


def _find_data_folder(folder: Folder) -> Folder | None:
    """`botocore/data` given `botocore`, or a folder that holds `botocore`."""
    candidates = [folder.folder("data"), *(each.folder("data") for each in folder.folders())]
    found = [each for each in candidates if each is not None and find_model_files(each)]
    if len(found) > 1:
        raise SourceError(
            f"{folder.location}: models in {found[0].location} and in {found[1].location} (name one of them)"
        )
    return found[0] if found else None


def _release_of_package(folder: Folder, data_folder: Folder, files: tuple[ModelFile, ...]) -> Release:
    """A release found in `folder`; of which package and version tells what an unpacked wheel has beside `botocore`."""
    own = data_folder.resolve()
    parent = own.parent_folder() if own.name == "data" else None
    package = parent.name if parent else ""
    beside = parent.parent_folder() if parent and package else None
    for each in beside.folders() if beside else ():
        head, _, version = each.name.removesuffix(".dist-info").rpartition("-")
        if each.name.endswith(".dist-info") and head == package and is_release_name(version):
            return Release(version, folder.location, package=package, files=files)
    name = folder.resolve().name
    return Release(name if is_release_name(name) else "models", folder.location, files=files)
