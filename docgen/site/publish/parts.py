"""Parts of other sites, such as shards built on other machines, that need not be built again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from docgen.errors import OutputError
from docgen.site.publish import filesystem
from docgen.site.publish.filesystem import file_type, reporting_os_errors
from docgen.site.publish.manifest import MANIFEST_FILENAME, Manifest, SitePart, read_manifest


class FoundPart(NamedTuple):
    """A part and its pages, as paths and contents."""

    part: SitePart
    files: list[tuple[str, bytes]]


class ReusableParts:
    """The parts of the sites in some folders.

    Raises `OutputError` if a folder has no site.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._sites = [(folder, _require_manifest(folder)) for folder in folders]

    def find(self, key: str, fingerprint: str) -> FoundPart | None:
        """Return the intact part with this key and fingerprint, or None."""
        for folder, manifest in self._sites:
            part = manifest.parts.get(key)
            if part is not None and part.fingerprint == fingerprint:
                files = [
                    (path, filesystem.read_file(folder / path, length + 1) or b"")
                    for path, length in part.page_sizes.items()
                ]
                if all(hashlib.sha256(content).hexdigest() in manifest.page_digests[path] for path, content in files):
                    return FoundPart(part, files)
        return None


def _require_manifest(folder: Path) -> Manifest:
    with reporting_os_errors(folder):
        if not file_type(folder / MANIFEST_FILENAME):
            raise OutputError(
                f"{folder}: not a site of docgen ({MANIFEST_FILENAME} is missing; copy hidden files, too)"
            )
    return read_manifest(folder)
