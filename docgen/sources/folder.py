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
from docgen.sources.limits import open_regular, read_bounded, reason, unpack
from docgen.sources.release import MODEL, File, ModelFile, Release, blob_id, check_release, collect, is_name, is_release
from docgen.sources.release_words import introduction_in, read_release_json

RELEASE_JSON = "release.json"
INTRODUCTION = "notes.md"


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A JSON file on disk, perhaps packed."""

    path: Path

    @property
    def place(self) -> str:
        """The path as the user gave it."""
        return str(self.path)

    def read(self) -> bytes:
        """The JSON bytes; raises `SourceError`."""
        with open_regular(self.path, self.place) as stream:
            try:
                return unpack(read_bounded(stream, self.place), self.place)
            except OSError as error:
                raise SourceError(f"{self.place}: {reason(error)}") from None

    def digest(self) -> str:
        """The content name of the JSON bytes; raises `SourceError`."""
        return blob_id(self.read())


class Folder(Protocol):
    """A folder somewhere. What is in it is listed without names that open with a dot."""

    @property
    def name(self) -> str:
        """What it is called where it was found."""
        ...

    @property
    def place(self) -> str:
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

    def itself(self) -> Folder:
        """The same folder under its own name, where this one is a link."""
        ...

    def around(self) -> Folder | None:
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
    def place(self) -> str:
        """The path as the user gave it."""
        return str(self.path)

    def folders(self) -> Sequence[Folder]:
        """The folders in it, sorted by name; none where there is no such folder. Raises `SourceError`."""
        return [DiskFolder(self.path / name) for name in _names(self.path, files=False)]

    def files(self) -> Mapping[str, File]:
        """The regular files in it by name, sorted; none where there is no such folder. Raises `SourceError`."""
        return {name: DiskFile(self.path / name) for name in _names(self.path, files=True)}

    def folder(self, name: str) -> Folder | None:
        """A folder in it, which may not be there: then it is empty."""
        return DiskFolder(self.path / name)

    def file(self, name: str) -> File | None:
        """A file in it, or None."""
        path = self.path / name
        return DiskFile(path) if os.path.isfile(path) else None  # unlike Path.is_file, never raises

    def itself(self) -> Folder:
        """The folder that a link leads to."""
        return DiskFolder(self.path.resolve())

    def around(self) -> Folder | None:
        """The folder that it lies in."""
        return DiskFolder(self.path.parent)


def folder_releases(folder: Folder) -> tuple[Release, ...] | None:
    """The releases in `folder`, in no order, or None if there are no models in it.

    Looks for, in this order: one release with its `release.json`; a folder of releases; services; a package's
    `data` folder one or two levels down.
    """
    if notes := folder.file(RELEASE_JSON):
        return (_described(folder, notes),)
    inner = folder.folders()
    if described := {each: notes for each in inner if (notes := each.file(RELEASE_JSON))}:
        return tuple(_described(each, notes) for each, notes in described.items()) + tuple(
            _of_files(each, files) for each in inner if each not in described and (files := data_files(each))
        )
    if files := data_files(folder):
        return (_carried(folder, folder, files),)
    if (data := _data_folder(folder)) is not None:
        return (_carried(folder, data, data_files(data)),)
    return tuple(_of_files(each, files) for each in inner if (files := data_files(each))) or None


def data_files(folder: Folder) -> tuple[ModelFile, ...]:
    """The models in `folder`, laid out as `<service>/<API version>/service-2.json`; empty if there are none."""
    return collect(_walk(folder))


def package_releases(spec: str) -> tuple[Release, ...]:
    """The one release of an installed package such as `botocore`, found without importing it.

    Raises `SourceError` where the package is not installed or carries no models.
    """
    from importlib.metadata import PackageNotFoundError, version
    from importlib.util import find_spec

    place = f"package:{spec}"
    found = find_spec(spec) if spec.isidentifier() else None
    if found is None or not found.submodule_search_locations:
        raise SourceError(f"{place}: no such package is installed beside docgen (pip install {spec})")
    folders = [Path(folder) / "data" for folder in found.submodule_search_locations]
    files = next((files for folder in folders if (files := data_files(DiskFolder(folder)))), ())
    if not files:
        raise SourceError(f"{place}: no {MODEL} in {folders[0]}")
    try:
        name = version(spec)
    except PackageNotFoundError:
        name = "installed"
    return (Release(check_release(name, place), place, package=spec, files=files),)


def _introduction(folder: Folder) -> str:
    file = folder.file(INTRODUCTION)
    return "" if file is None else introduction_in(file.read(), file.place)


def _described(folder: Folder, file: File) -> Release:
    name = folder.itself().name
    notes = read_release_json(file)
    if notes.name != name:
        raise SourceError(f"{notes.place}: says release {notes.name!r}, but its folder is called {name!r}")
    return Release(
        check_release(notes.name, notes.place),
        folder.place,
        notes.date,
        notes.package,
        notes.summaries,
        data_files(folder),
        introduction=_introduction(folder),
    )


def _of_files(folder: Folder, files: tuple[ModelFile, ...]) -> Release:
    return Release(check_release(folder.name, folder.place), folder.place, files=files)


def _walk(folder: Folder) -> Iterator[tuple[str, str, str, File]]:
    for service in folder.folders():
        for api_version in service.folders():
            for name, file in api_version.files().items():
                if name.removesuffix(".gz").endswith(".json") and is_name(name):
                    yield service.name, api_version.name, name, file


def _names(path: Path, *, files: bool) -> list[str]:
    """Names in `path`, sorted: regular files, or else folders; links count as what they lead to."""
    try:
        with os.scandir(path) as entries:
            return sorted(e.name for e in entries if (e.is_file() if files else e.is_dir()) and e.name[0] != ".")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise SourceError(f"{path}: {reason(error)}") from None


def _data_folder(folder: Folder) -> Folder | None:
    """`botocore/data` given `botocore`, or a folder that holds `botocore`."""
    candidates = [folder.folder("data"), *(each.folder("data") for each in folder.folders())]
    found = [each for each in candidates if each is not None and data_files(each)]
    if len(found) > 1:
        raise SourceError(f"{folder.place}: models in {found[0].place} and in {found[1].place} (name one of them)")
    return found[0] if found else None


def _carried(folder: Folder, data: Folder, files: tuple[ModelFile, ...]) -> Release:
    """A release found in `folder`; of which package and version tells what an unpacked wheel has beside `botocore`."""
    own = data.itself()
    parent = own.around() if own.name == "data" else None
    package = parent.name if parent else ""
    beside = parent.around() if parent and package else None
    for each in beside.folders() if beside else ():
        head, _, version = each.name.removesuffix(".dist-info").rpartition("-")
        if each.name.endswith(".dist-info") and head == package and is_release(version):
            return Release(version, folder.place, package=package, files=files)
    name = folder.itself().name
    return Release(name if is_release(name) else "models", folder.place, files=files)
