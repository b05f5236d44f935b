"""Facts with the botocore that is installed with docgen, if that is newer: its models are one more release.

Nothing of botocore is imported. A service is read when a question needs it, and the names of all operations when a
question is about all services.
"""

from __future__ import annotations

import json
import os
import re
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.history.facts.archive import BUNDLED_FACTS, OVERVIEW_NAME, FactsArchive, open_archive
from docgen.history.facts.found import cached_facts

if TYPE_CHECKING:
    from docgen.history.facts.document import Document
    from docgen.sources.release import ModelFile, Release

_DISTRIBUTION = re.compile(r"botocore-(\d+(?:\.\d+)*)\.dist-info")
_SITE_FOLDERS = ("site-packages", "dist-packages")
_SHAPES = re.compile(rb',\s*"shapes"\s*:\s*\{')


def facts_with_installed(path: Path) -> FactsArchive:
    """Return the facts at `path`, with the installed botocore if docgen chose them itself and it is newer.

    Raises:
        SourceError: The facts cannot be read.
    """
    archive = open_archive(path)
    if path != BUNDLED_FACTS and path not in cached_facts():
        return archive
    found = newer_installed(archive)
    return archive if found is None else InstalledArchive(archive, *found)


def newer_installed(archive: FactsArchive) -> tuple[Path, str] | None:
    """Return the folder with a botocore that is newer than facts, and its version; None if there is none."""
    if archive.index["package"] != "botocore":
        return None
    newest = _numbers(archive.index["releases"][-1][0])
    for folder in _site_folders():
        for name in _names(folder):
            found = _DISTRIBUTION.fullmatch(name)
            if found and _numbers(found[1]) > newest and (folder / "botocore" / "data").is_dir():
                return folder, found[1]
    return None


def newer_installed_version(path: Path) -> str:
    """Return the version of an installed botocore that is newer than the facts at `path`; "" if there is none."""
    found = newer_installed(open_archive(path))
    return found[1] if found else ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:4])


def _site_folders() -> list[Path]:
    """Return the folders of installed packages; never the current folder, which may be the checkout of a stranger."""
    folders = [Path(entry) for entry in sys.path if os.path.basename(entry) in _SITE_FOLDERS]
    return [folder for folder in folders if os.path.realpath(folder.parent) != os.path.realpath(os.curdir)]


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


class InstalledArchive(FactsArchive):
    """Facts with one more release: that of an installed botocore.

    Args:
        base: The facts.
        folder: The folder in which botocore is installed.
        version: Its version.
    """

    def __init__(self, base: FactsArchive, folder: Path, version: str) -> None:
        from docgen.sources.folder import DiskFolder, find_model_files
        from docgen.sources.release import Release

        self.path = base.path
        self._base = base
        self._release: Release = Release(
            version,
            str(folder),
            package=base.index["package"],
            files=find_model_files(DiskFolder(folder / "botocore" / "data")),
        )
        self._models: dict[str, dict[str, ModelFile]] = {}
        for file in self._release.files:
            self._models.setdefault(file.service, {})[file.api_version] = file
        self._number = len(base.index["releases"]) + 1
        self._services: dict[str, Document] = {}
        self.index = self._extended_index()

    @property
    def installed_number(self) -> int:
        """The number of the installed release."""
        return self._number

    def _extended_index(self) -> Document:
        """Return the index with the release, and with the API versions that it adds and removes."""
        base = self._base.index
        services = {service: _copied(versions) for service, versions in base["services"].items()}
        for service in sorted({*services, *self._models}):
            spans = services.setdefault(service, {})
            there = {version for version, found in spans.items() if found and found[-1][1] is None}
            now = self._models.get(service, {}).keys()
            for version in there - now:
                spans[version][-1][1] = self._number
            for version in now - there:
                spans.setdefault(version, []).append([self._number, None])
        return {**base, "releases": [*base["releases"], [self._release.name, None]], "services": services}

    def service(self, service: str) -> Document:
        """Return the document of a service, with the models of the installed release."""
        if service not in self._services:
            from docgen.history.facts.extend import extended_service

            known = self._base.index["services"].get(service, {})
            document = self._base.service(service) if known else {}
            self._services[service] = extended_service(
                document, _copied(known), self._number, self._models.get(service, {})
            )
        return self._services[service]

    def document(self, name: str) -> Any:
        """Return a decoded document; the overview has the names of the installed release."""
        return self._overview if name == OVERVIEW_NAME else self._base.document(name)

    def data(self, name: str) -> bytes:
        """Return the bytes of a document and of the models of the installed release, for searches for names."""
        service = name.removeprefix("service/").removesuffix(".txt")
        models = [model.read() for model in self._models.get(service, {}).values()]
        base = self._base.data(name) if service in self._base.index["services"] else b""
        return b"\n".join((base, *models))

    @cached_property
    def _overview(self) -> Document:
        overview: Document = self._base.document(OVERVIEW_NAME)
        operations = dict(overview["operations"])
        metadata = list(overview["metadata"])
        for service, models in sorted(self._models.items()):
            heads = [_head_of_model(model.read()) for model in models.values()]
            names = {name for head in heads for name in head.get("operations", {})}
            operations[service] = sorted(names.union(operations.get(service, ())))
            if service not in self._base.index["services"]:
                metadata += [[self._number, service, head.get("metadata", {})] for head in heads]
        kinds = {
            kind: {service: found for service in self.index["services"] if (found := self._entries(kind, service))}
            for kind in ("paginator", "waiter")
        }
        return {**overview, "operations": operations, "metadata": metadata, **kinds}

    def _entries(self, kind: str, service: str) -> list[str]:
        """Return the paginators or waiters of a service, in the facts and in the installed release."""
        from docgen.history.facts.extend import entry_ids

        known = self._base.document(OVERVIEW_NAME)[kind].get(service, ())
        now = (each for model in self._models.get(service, {}).values() for each in entry_ids(model))
        return sorted({*known, *(id.partition(":")[2] for id, each in now if each == kind)})


def _copied(versions: dict[str, list[list[int | None]]]) -> dict[str, list[list[int | None]]]:
    return {version: [list(span) for span in spans] for version, spans in versions.items()}


def _head_of_model(data: bytes) -> dict[str, Any]:
    """Return what a model has before its shapes, which are most of it; all of it if they do not come last."""
    found = _SHAPES.search(data)
    for text in ([data[: found.start()] + b"}"] if found else []) + [data]:
        try:
            head = json.loads(text)
        except ValueError:
            continue
        if isinstance(head, dict) and "operations" in head:
            return head
    return {}
