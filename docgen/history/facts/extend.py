"""Adding newer releases to facts, from their models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from packaging.version import InvalidVersion, Version

from docgen.errors import SourceError
from docgen.history.facts.archive import FactsArchive, pack_facts
from docgen.history.facts.document import (
    ELEMENT_KINDS,
    ENTRY_KINDS,
    Document,
    add_version,
    decode_service,
    encode_service,
    waiter_operations,
)
from docgen.history.facts.elements import reduce_element
from docgen.history.index_job import names_of_sibling
from docgen.model.incremental import read_revision
from docgen.model.strict_json import MAX_SIBLING_NESTING, load_json
from docgen.sources.release import ModelFile, Release
from docgen.terminal.progress import track


def extend_facts(path: Path, releases: Sequence[Release]) -> bytes | None:
    """Add the releases that are newer than a facts file.

    Args:
        path: The facts file.
        releases: Releases, oldest first. Those that are not newer are passed over.

    Returns:
        The bytes of the new file; None if no release is newer.

    Raises:
        SourceError: The file or a release cannot be read, or the releases are of another package.
    """
    archive = FactsArchive(path)
    newest = Version(archive.index["releases"][-1][0])
    newer = [release for release in releases if _version(release) > newest]
    if not newer:
        return None
    extension = _Extension(archive)
    for release in track(newer, "releases"):
        extension.add(release)
    return pack_facts(extension.index, extension.services())


def _version(release: Release) -> Version:
    try:
        return Version(release.name)
    except InvalidVersion:
        raise SourceError(f"{release.location}: {release.name!r} is not a version") from None


class _Extension:
    """Facts with the releases added so far. Documents are kept as lines, because decoded ones take a gigabyte."""

    def __init__(self, archive: FactsArchive) -> None:
        self.archive = archive
        self.index = archive.index
        self.documents: dict[str, bytes] = {}
        self.digests: dict[tuple[str, str], object] = {}

    def document(self, service: str) -> Document:
        """Return the document of a service, decoded."""
        if service in self.documents:
            return _plain(decode_service(self.documents[service]))
        return _plain(self.archive.service(service)) if service in self.index["services"] else {}

    def services(self) -> Iterator[tuple[str, Document]]:
        """Yield all services with their documents, in order."""
        for service in sorted(self.index["services"]):
            yield service, self.document(service)

    def add(self, release: Release) -> None:
        """Add a release."""
        package = self.index["package"]
        if release.package and release.package != package:
            raise SourceError(f"{release.location}: a release of {release.package}, but these facts are of {package}")
        self.index["releases"].append([release.name, release.date])
        number = len(self.index["releases"])
        models: dict[str, dict[str, ModelFile]] = {}
        for file in release.files:
            models.setdefault(file.service, {})[file.api_version] = file
        for service in sorted({*models, *self.index["services"]}):
            self.add_service(service, number, models.get(service, {}))

    def add_service(self, service: str, number: int, models: Mapping[str, ModelFile]) -> None:
        """Add the models of one service at a release; of none if it removes the service."""
        spans = self.index["services"].setdefault(service, {})
        there = {version for version, found in spans.items() if found and found[-1][1] is None}
        digests = {version: model.digests() for version, model in models.items()}
        same = {
            version for version in there & digests.keys() if self.digests.get((service, version)) == digests[version]
        }
        self.digests.update({(service, version): digest for version, digest in digests.items()})
        changed = sorted((there | digests.keys()) - same)
        if not changed:
            return
        document = self.document(service)
        for version in changed:
            model = models.get(version)
            if model is None:
                spans[version][-1][1] = number
            elif version not in there:
                spans.setdefault(version, []).append([number, None])
            _add_model(document.setdefault(version, _empty_api()), number, model)
        self.documents[service] = encode_service(document)


def extended_service(
    document: Document, spans: dict[str, list[list[int | None]]], number: int, models: Mapping[str, ModelFile]
) -> Document:
    """Return the document of a service with one more release.

    Args:
        document: The document, which is not changed.
        spans: The spans of its API versions before.
        number: The number of the release.
        models: The models of the service in the release; none if it removes the service.
    """
    found = _plain(document)
    there = {version for version, known in spans.items() if known and known[-1][1] is None}
    for version in sorted(there | models.keys()):
        _add_model(found.setdefault(version, _empty_api()), number, models.get(version))
    return found


def _plain(document: Document) -> Document:
    """Return a document with all elements decoded, in dictionaries that may be changed."""
    return {
        version: {key: dict(value) if key in ELEMENT_KINDS else value for key, value in api.items()}
        for version, api in document.items()
    }


def _empty_api() -> Document:
    return {key: {} for key in (*ELEMENT_KINDS, *ENTRY_KINDS, "waits_for")}


def _add_model(api: Document, number: int, model: ModelFile | None) -> None:
    """Add a model at a release to the facts of its API version; None removes the API version."""
    elements: dict[tuple[str, str], Any] = {}
    entries: dict[str, list[str]] = {kind: [] for kind in ENTRY_KINDS}
    if model is not None:
        content = read_revision(model.read(), model.location).content
        elements = {key: reduce_element(key[0], orjson.loads(value)) for key, value in content.items()}
        for id, kind in entry_ids(model):
            entries[kind].append(id.partition(":")[2])
        if "waiters-2.json" in model.siblings:
            api["waits_for"].update(waiter_operations(model.siblings["waiters-2.json"].read()))
    for kind in ELEMENT_KINDS:
        present = {name: value for (own, name), value in elements.items() if own == kind}
        for name in present.keys() | api[kind].keys():
            _update_element(api[kind].setdefault(name, []), number, present.get(name))
    for kind in ENTRY_KINDS:
        for name in {*entries[kind], *api[kind]}:
            _update_spans(api[kind].setdefault(name, []), number, is_present=name in entries[kind])


def entry_ids(model: ModelFile) -> Iterable[tuple[str, str]]:
    """Yield the paginators and waiters of a model: id and kind."""
    for name, file in sorted(model.siblings.items()):
        yield from names_of_sibling(name, load_json(file.read(), file.location, MAX_SIBLING_NESTING))


def _update_element(versions: list[list[Any]], number: int, content: Document | None) -> None:
    is_open = bool(versions) and versions[-1][1] is None
    if is_open and versions[-1][2] == content:
        return
    if is_open:
        versions[-1][1] = number
    if content is not None:
        add_version(versions, number, None, content)


def _update_spans(spans: list[list[int | None]], number: int, *, is_present: bool) -> None:
    is_open = bool(spans) and spans[-1][1] is None
    if is_open and not is_present:
        spans[-1][1] = number
    elif is_present and not is_open:
        spans.append([number, None])
