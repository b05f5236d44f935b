"""Parts of other sites: what was made elsewhere, on another machine for instance, need not be made again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from docgen.errors import OutputError
from docgen.site.publish import filesystem
from docgen.site.publish.filesystem import explained, kind
from docgen.site.publish.manifest import MANIFEST, Manifest, Part, read_manifest


class Found(NamedTuple):
    """A part and its pages, as path and content."""

    part: Part
    files: list[tuple[str, bytes]]


class Parts:
    """The parts of the sites in some folders; raises `OutputError` where one is none."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._sites = [(folder, _manifest(folder)) for folder in folders]

    def find(self, key: str, fingerprint: str) -> Found | None:
        """The part of this key that was made from the same; None if there is none whose pages are as they were made."""
        for folder, manifest in self._sites:
            part = manifest.parts.get(key)
            if part is not None and part.fingerprint == fingerprint:
                files = [
                    (path, filesystem.read(folder / path, length + 1) or b"") for path, length in part.pages.items()
                ]
                if all(hashlib.sha256(content).hexdigest() in manifest.pages[path] for path, content in files):
                    return Found(part, files)
        return None


def _manifest(folder: Path) -> Manifest:
    with explained(folder):
        if not kind(folder / MANIFEST):
            raise OutputError(f"{folder}: no site of docgen's ({MANIFEST} is not there; copy hidden files too)")
    return read_manifest(folder)
