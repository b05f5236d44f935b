"""Releases in folders: `models/`, one release of it, botocore's `data/`, an unpacked wheel, an installed package.

Folders belong to the user, so links to files and folders are followed. The depth is fixed, so no link can make a loop.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docgen.errors import SourceError
from docgen.sources.limits import open_regular, read_bounded, reason, unpack
from docgen.sources.notes import read_introduction, read_release_json
from docgen.sources.release import (
    MODEL,
    File,
    ModelFile,
    Release,
    blob_id,
    check_release,
    collect,
    is_name,
    is_release,
)

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


def folder_releases(path: Path) -> tuple[Release, ...] | None:
    """The releases in the folder `path`, in no order, or None if there are no models in it.

    Looks for, in this order: one release with its `release.json`; a folder of releases; services; a package's
    `data` folder one or two levels down.
    """
    if os.path.isfile(path / RELEASE_JSON):  # unlike Path.is_file, does not raise where nothing may be looked at
        return (_described(path),)
    if described := [folder for folder in _folders(path) if os.path.isfile(folder / RELEASE_JSON)]:
        return tuple(map(_described, described)) + tuple(
            Release(check_release(folder.name, str(folder)), str(folder), files=files)
            for folder in _folders(path)
            if folder not in described and (files := data_files(folder))
        )
    if files := data_files(path):
        return (_carried(path, path, files),)
    if (data := _data_folder(path)) is not None:
        return (_carried(path, data, data_files(data)),)
    found = [(folder, files) for folder in _folders(path) if (files := data_files(folder))]
    return tuple(Release(check_release(f.name, str(f)), str(f), files=files) for f, files in found) or None


def data_files(path: Path) -> tuple[ModelFile, ...]:
    """The models in `path`, laid out as `<service>/<API version>/service-2.json`; empty if there are none."""
    return collect(_walk(path))


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
    files = next((files for folder in folders if (files := data_files(folder))), ())
    if not files:
        raise SourceError(f"{place}: no {MODEL} in {folders[0]}")
    try:
        name = version(spec)
    except PackageNotFoundError:
        name = "installed"
    return (Release(check_release(name, place), place, package=spec, files=files),)


def _described(path: Path) -> Release:
    folder = path.resolve().name
    notes = read_release_json(DiskFile(path / RELEASE_JSON))
    if notes.name != folder:
        raise SourceError(f"{notes.place}: says release {notes.name!r}, but its folder is called {folder!r}")
    return Release(
        check_release(notes.name, notes.place),
        str(path),
        notes.date,
        notes.package,
        notes.summaries,
        data_files(path),
        introduction=read_introduction(path / INTRODUCTION) if os.path.isfile(path / INTRODUCTION) else "",
    )


def _walk(path: Path) -> Iterator[tuple[str, str, str, File]]:
    for service in _folders(path):
        for api_version in _folders(service):
            for name in _names(api_version, files=True):
                if name.removesuffix(".gz").endswith(".json") and is_name(name):
                    yield service.name, api_version.name, name, DiskFile(api_version / name)


def _folders(path: Path) -> list[Path]:
    return [path / name for name in _names(path, files=False)]


def _names(path: Path, *, files: bool) -> list[str]:
    """Names in `path`, sorted: regular files, or else folders; links count as what they lead to."""
    try:
        with os.scandir(path) as entries:
            return sorted(e.name for e in entries if (e.is_file() if files else e.is_dir()) and e.name[0] != ".")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise SourceError(f"{path}: {reason(error)}") from None


def _data_folder(path: Path) -> Path | None:
    """`botocore/data` given `botocore`, or a folder that holds `botocore`."""
    candidates = [path / "data", *(folder / "data" for folder in _folders(path))]
    found = [folder for folder in candidates if data_files(folder)]
    if len(found) > 1:
        raise SourceError(f"{path}: models in {found[0]} and in {found[1]} (name one of them)")
    return found[0] if found else None


def _carried(path: Path, data: Path, files: tuple[ModelFile, ...]) -> Release:
    """A release found in `path`; of which package and version tells what an unpacked wheel has beside `botocore`."""
    folder = data.resolve()
    package = folder.parent.name if folder.name == "data" else ""
    for name in _names(folder.parent.parent, files=False) if package else []:
        head, _, version = name.removesuffix(".dist-info").rpartition("-")
        if name.endswith(".dist-info") and head == package and is_release(version):
            return Release(version, str(path), package=package, files=files)
    return Release(_own_name(path), str(path), files=files)


def _own_name(path: Path) -> str:
    name = path.resolve().name
    return name if is_release(name) else "models"
