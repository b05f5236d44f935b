"""Real releases for tests: the files of every service in a botocore wheel, and the changes between two wheels."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from conftest import wheel

from docgen.diff.compare import find_deltas
from docgen.model.parse import parse
from docgen.rules.change import Change
from docgen.rules.classify import classify
from docgen.rules.releases import classify_release
from docgen.sources.release import File, git_blob_id
from docgen.sources.sdk_extras import EXTRAS_SUFFIX, merge_extras

MODEL = "service-2.json"


@lru_cache(maxsize=2)
def services_of(release: str) -> Mapping[str, Mapping[str, Mapping[str, bytes]]]:
    """Return the files of each service and API version."""
    found: dict[str, dict[str, dict[str, bytes]]] = {}
    with zipfile.ZipFile(wheel(release)) as archive:
        for name in archive.namelist():
            parts = name.split("/")
            if parts[:2] == ["botocore", "data"] and len(parts) == 5 and ".json" in parts[4]:
                data = archive.read(name)
                file = parts[4].removesuffix(".gz")
                content = data if file == parts[4] else gzip.decompress(data)
                found.setdefault(parts[2], {}).setdefault(parts[3], {})[file] = content
    return {
        service: {version: as_loaded(files) for version, files in found[service].items()}
        for service in sorted(found)
        if any(MODEL in files for files in found[service].values())
    }


@dataclass(frozen=True)
class BytesFile(File):
    """A file in memory."""

    content: bytes
    location: str = "file"

    def read(self) -> bytes:
        return self.content

    def digest(self) -> str:
        return git_blob_id(self.content)


def as_loaded(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of a service as SDKs load them: merged with their extras."""
    merged = merge_extras({name: BytesFile(content) for name, content in files.items()})
    return {name: file.read() for name, file in merged.items() if not name.endswith(EXTRAS_SUFFIX)}


def newest(release: str) -> dict[str, Mapping[str, bytes]]:
    """Return the files of each service at its newest API version."""
    return {service: versions[max(versions)] for service, versions in services_of(release).items()}


def changed(old: str, new: str) -> list[str]:
    """Return the services that both releases have and that differ."""
    before, after = newest(old), newest(new)
    return [service for service in after if service in before and before[service] != after[service]]


def changes_of(service: str, old: str, new: str) -> tuple[Change, ...]:
    """Return the changes of a service between two releases."""
    before, after = newest(old)[service], newest(new)[service]
    return classify(
        find_deltas(
            parse(before[MODEL], service),
            parse(after[MODEL], service),
            service,
            old_siblings=dict(_siblings(before)),
            new_siblings=dict(_siblings(after)),
        )
    )


def _siblings(files: Mapping[str, bytes]) -> Iterator[tuple[str, Any]]:
    return ((name, json.loads(data)) for name, data in files.items() if name != MODEL)


def release_changes(old: str, new: str) -> tuple[Change, ...]:
    """Return the services and API versions that were added or removed."""
    before, after = services_of(old), services_of(new)
    gone = {name: parse(newest(old)[name][MODEL], name) for name in before if name not in after}
    came = {name: parse(newest(new)[name][MODEL], name) for name in after if name not in before}
    return classify_release(before, after, gone, came)
