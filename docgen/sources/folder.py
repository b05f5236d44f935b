"""Releases in folders: `models/`, one release of it, botocore's `data/`, an unpacked wheel, an installed package.

Links to files and folders are followed inside the folder, never out of it: a pull request could add a link to a secret,
which would be published. The depth is fixed, so links cannot form a loop.
The layout is the same for a folder on disk and for a folder in a git revision (`docgen.sources.git.checkout`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Protocol

from docgen.errors import SourceError, error_reason
from docgen.files import open_regular, read_bounded, real_path
from docgen.sources.layouts import DATA_FOLDERS, VERSIONS_FOLDER, LayoutEntry, collect_model_files
from docgen.sources.limits import MAX_JSON_BYTES, unpack_json
from docgen.sources.names import check_release_name, is_release_name
from docgen.sources.release import MODEL_FILENAME, File, ModelFile, Release, git_blob_id
from docgen.sources.release_metadata import parse_introduction, read_release_json

RELEASE_JSON_FILENAME = "release.json"
INTRODUCTION_FILENAME = "notes.md"


class FolderLayout(StrEnum):
    """The kinds of folder that docgen recognizes."""

    RELEASE = "one release"
    RELEASES = "a folder of releases"
    SERVICES = "a folder of services"
    PACKAGE = "a package"


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A JSON file on disk, perhaps compressed.

    Attributes:
        path: The file.
        root: The folder, without links in its path, that must contain the file; empty for a file that the user named.
    """

    path: Path
    root: str = field(default="", compare=False)

    @property
    def location(self) -> str:
        """The path as the user gave it."""
        return str(self.path)

    def read(self) -> bytes:
        """Return the JSON bytes; raise `SourceError`."""
        with open_regular(self._path_without_links(), self.location) as stream:
            try:
                return unpack_json(read_bounded(stream, self.location, MAX_JSON_BYTES), self.location)
            except OSError as error:
                raise SourceError(f"{self.location}: {error_reason(error)}") from None

    def digest(self) -> str:
        """Return the content digest of the JSON bytes (see `git_blob_id`); raise `SourceError`."""
        return git_blob_id(self.read())

    def _path_without_links(self) -> str | Path:
        if not self.root:
            return self.path
        real_path = os.path.realpath(self.path)
        if not is_inside(real_path, self.root):
            raise SourceError(f"{self.location}: a link that leads out of the folder (copy the file instead)")
        return real_path


def is_inside(path: str, folder: str) -> bool:
    """Return whether `path` is `folder` or inside it. Neither may contain links."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


class Folder(Protocol):
    """A folder, on disk or elsewhere. Names that begin with a dot are not listed."""

    @property
    def name(self) -> str:
        """The name under which the folder was found."""
        ...

    @property
    def location(self) -> str:
        """The location of the folder, for messages."""
        ...

    def folders(self) -> Sequence[Folder]:
        """Return the subfolders, sorted by name; raise `SourceError`."""
        ...

    def files(self) -> Mapping[str, File]:
        """Return the files by name, sorted; raise `SourceError`."""
        ...

    def folder(self, name: str) -> Folder | None:
        """Return a subfolder, or None; raise `SourceError`."""
        ...

    def file(self, name: str) -> File | None:
        """Return a file, or None; raise `SourceError`."""
        ...

    def resolve(self) -> Folder:
        """Return the folder that this one links to, or this one if it is not a link."""
        ...

    def parent_folder(self) -> Folder | None:
        """Return the folder that contains this one, or None."""
        ...


@dataclass(frozen=True, slots=True)
class DiskFolder:
    """A folder on disk. Links count as what they point to, but files outside of `root` cannot be read."""

    path: Path
    root: str = field(default="", compare=False)

    @classmethod
    def bounded(cls, path: Path) -> DiskFolder:
        """Return a folder from which no link leads out."""
        return cls(path, os.path.realpath(path))

    @property
    def name(self) -> str:
        """The name under which the folder was found."""
        return self.path.name

    @property
    def location(self) -> str:
        """The path as the user gave it."""
        return str(self.path)

    def folders(self) -> Sequence[Folder]:
        """Return the subfolders, sorted by name; none if the folder does not exist. Raise `SourceError`."""
        return [DiskFolder(self.path / name, self.root) for name in _entry_names(self.path, files=False)]

    def files(self) -> Mapping[str, File]:
        """Return the regular files by name, sorted; none if the folder does not exist. Raise `SourceError`."""
        return {name: DiskFile(self.path / name, self.root) for name in _entry_names(self.path, files=True)}

    def folder(self, name: str) -> Folder | None:
        """Return a subfolder. If it does not exist, it is empty."""
        return DiskFolder(self.path / name, self.root)

    def file(self, name: str) -> File | None:
        """Return a file, or None."""
        path = self.path / name
        return DiskFile(path, self.root) if os.path.isfile(path) else None  # unlike Path.is_file, never raises

    def resolve(self) -> Folder:
        """Return the folder that this one links to, or this one if it is not a link."""
        return DiskFolder(real_path(self.path), self.root)

    def parent_folder(self) -> Folder | None:
        """Return the folder that contains this one."""
        return DiskFolder(self.path.parent)


def folder_releases(folder: Folder) -> tuple[Release, ...] | None:
    """Return the releases in `folder`, in any order, or None if it has no models.

    Looks for, in this order: one release with its `release.json`; a folder of releases; services; the `data` folder of
    a package one or two levels down.
    """
    found = _read_folder(folder)
    return None if found is None else found[1]


def folder_layout(folder: Folder) -> FolderLayout | None:
    """Return the kind of folder that `folder_releases` reads, or None if it has no models; raise `SourceError`."""
    found = _read_folder(folder)
    return None if found is None else found[0]


def _read_folder(folder: Folder) -> tuple[FolderLayout, tuple[Release, ...]] | None:
    if notes := folder.file(RELEASE_JSON_FILENAME):
        return FolderLayout.RELEASE, (_release_with_metadata(folder, notes),)
    children = folder.folders()
    if described := {child: notes for child in children if (notes := child.file(RELEASE_JSON_FILENAME))}:
        return FolderLayout.RELEASES, (
            *(_release_with_metadata(child, notes) for child, notes in described.items()),
            *_releases_without_metadata(child for child in children if child not in described),
        )
    if files := find_model_files(folder):
        return FolderLayout.SERVICES, (_release_of_package(folder, folder, files),)
    if (data := _find_data_folder(folder)) is not None:
        return FolderLayout.PACKAGE, (_release_of_package(folder, data, find_model_files(data)),)
    releases = tuple(_releases_without_metadata(children))
    return (FolderLayout.RELEASES, releases) if releases else None


def find_model_files(folder: Folder) -> tuple[ModelFile, ...]:
    """Return the models in `folder`, in any of the layouts that `layouts` lists; raise `SourceError`.

    Smithy models may be in a subfolder `models`, as those of AWS are.
    """
    inner = folder.folder("models")
    entries = chain(_iter_json_files(folder), () if inner is None else _iter_versioned_files(inner))
    return collect_model_files(entries, folder.files())


def package_releases(package: str) -> tuple[Release, ...]:
    """Return the one release of an installed package such as `botocore`, which is located without importing it.

    Raises `SourceError` if the package is not installed or has no models.
    """
    from importlib.metadata import PackageNotFoundError, version
    from importlib.util import find_spec

    place = f"package:{package}"
    try:
        spec = find_spec(package) if package.isidentifier() else None
    except (ImportError, ValueError):  # such as `__main__`, which is not an installed package
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise SourceError(f"{place}: not installed in the environment of docgen (pip install {package})")
    folders = [Path(folder) / "data" for folder in spec.submodule_search_locations]
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
        raise SourceError(f"{notes.location}: names release {notes.name!r}, but its folder is {name!r}")
    return Release(
        check_release_name(notes.name, notes.location),
        folder.location,
        notes.date,
        notes.package,
        notes.summaries,
        find_model_files(folder),
        introduction=_read_introduction_file(folder),
    )


def _releases_without_metadata(folders: Iterable[Folder]) -> Iterator[Release]:
    return (_release_without_metadata(folder, files) for folder in folders if (files := find_model_files(folder)))


def _release_without_metadata(folder: Folder, files: tuple[ModelFile, ...]) -> Release:
    return Release(check_release_name(folder.name, folder.location), folder.location, files=files)


def _iter_json_files(folder: Folder) -> Iterator[LayoutEntry]:
    for service in folder.folders():
        for api_version in service.folders():
            if api_version.name == VERSIONS_FOLDER:
                yield from _iter_files_of_versions(service.name, api_version.folders())
            else:
                yield from _iter_files_of_versions(service.name, (api_version,))


def _iter_versioned_files(folder: Folder) -> Iterator[LayoutEntry]:
    """Yield files in the layout of aws/api-models-aws only, because a folder `models` may also be one of releases."""
    for service in folder.folders():
        versions = service.folder(VERSIONS_FOLDER)
        if versions is not None:
            yield from _iter_files_of_versions(service.name, versions.folders())


def _iter_files_of_versions(service: str, versions: Iterable[Folder]) -> Iterator[LayoutEntry]:
    for api_version in versions:
        for name, file in api_version.files().items():
            if name.removesuffix(".gz").endswith(".json"):
                yield service, api_version.name, name, file


def _entry_names(path: Path, *, files: bool) -> list[str]:
    """Return the sorted names in `path` of regular files or of folders. A link counts as its target."""
    try:
        with os.scandir(path) as entries:
            return sorted(e.name for e in entries if (e.is_file() if files else e.is_dir()) and e.name[0] != ".")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise SourceError(f"{path}: {error_reason(error)}") from None


def _find_data_folder(folder: Folder) -> Folder | None:
    """Return `botocore/data`, given `botocore` or a folder that contains `botocore`; the same for other SDKs."""
    parents = (folder, *folder.folders())
    candidates = [parent.folder(name) for parent in parents for name in DATA_FOLDERS]
    matches = [candidate for candidate in candidates if candidate is not None and find_model_files(candidate)]
    if len(matches) > 1:
        first, second = matches[:2]
        raise SourceError(f"{folder.location}: models in {first.location} and in {second.location} (give one of them)")
    return matches[0] if matches else None


def _release_of_package(folder: Folder, data_folder: Folder, files: tuple[ModelFile, ...]) -> Release:
    """Return the release in `folder`. The `.dist-info` folder of an unpacked wheel gives its package and version."""
    resolved = data_folder.resolve()
    parent = resolved.parent_folder() if resolved.name == "data" else None
    package = parent.name if parent else ""
    site_packages = parent.parent_folder() if parent and package else None
    for sibling in site_packages.folders() if site_packages else ():
        distribution, _, version = sibling.name.removesuffix(".dist-info").rpartition("-")
        if sibling.name.endswith(".dist-info") and distribution == package and is_release_name(version):
            return Release(version, folder.location, package=package, files=files)
    name = folder.resolve().name
    return Release(name if is_release_name(name) else "models", folder.location, files=files)
