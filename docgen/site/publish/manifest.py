"""The manifest of a site: what docgen wrote. It tells docgen's pages from other files in the output folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from docgen.errors import OutputError
from docgen.printable import json_utf8
from docgen.site.publish.filesystem import create_file, file_type, read_file, reporting_os_errors
from docgen.site.publish.page_paths import is_page_path

MANIFEST_FILENAME = ".docgen-manifest.json"

FORMAT_VERSION = 2
"""The format that is written."""

_FORMAT_WITHOUT_PARTS = 1
"""A format whose parts are ignored, so that all pages are rebuilt once. Its other fields are the same."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SitePart:
    """Pages that are built together.

    Attributes:
        fingerprint: Identifies what the pages are built from.
        page_sizes: The size in bytes of each page, by path.
        metadata: Plain JSON that the builder of the part wants back when the part is reused.
    """

    fingerprint: str
    page_sizes: Mapping[str, int]
    metadata: Any


@dataclass(frozen=True, slots=True)
class SiteRun:
    """The run that wrote a site: a fingerprint of all that it depends on, and what it built, in words."""

    fingerprint: str
    built: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What docgen wrote.

    Attributes:
        page_digests: The SHA-256 that each page may have, by path. There is one after a complete run, and there may be
            several while a run is in progress.
        folders: The folders that docgen created.
        parts: The parts whose pages are on disk as they were built.
        complete: Whether the run that wrote the manifest finished.
        run: That run, if it is known what it depends on.
    """

    page_digests: Mapping[str, frozenset[str]] = field(default_factory=dict)
    folders: frozenset[str] = frozenset()
    parts: Mapping[str, SitePart] = field(default_factory=dict)
    complete: bool = True
    run: SiteRun | None = None


def read_manifest(site_root: Path) -> Manifest:
    """Return the manifest of an earlier run, an empty one if there is none; raise `OutputError` if it is damaged."""
    place = site_root / MANIFEST_FILENAME
    with reporting_os_errors(place):
        data = read_file(place, -1)
        if data is None:
            if file_type(place):
                raise OutputError(f"{place}: not a regular file")
            return Manifest()
    try:
        content = orjson.loads(data)
        if content["format"] not in (_FORMAT_WITHOUT_PARTS, FORMAT_VERSION):
            raise OutputError(f"{place}: format {content['format']!r} is not known to this docgen (use a newer one)")
        pages = {path: frozenset(digests) for path, digests in content["pages"].items()}
        folders = frozenset(content["folders"])
        if not all(map(is_page_path, chain(pages, folders))) or not all(map(_SHA256.fullmatch, chain(*pages.values()))):
            raise ValueError
        found = content.get("parts", {}) if content["format"] == FORMAT_VERSION else {}
        parts = {key: _parse_part(part, pages) for key, part in found.items()}
        run = content.get("run")
        known_run = SiteRun(str(run["fingerprint"]), str(run["built"])) if run else None
        return Manifest(pages, folders, parts, content["complete"] is True, known_run)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise OutputError(f"{place}: damaged (remove it and the pages, and run again)") from None


def _parse_part(content: Any, page_digests: Mapping[str, frozenset[str]]) -> SitePart:
    """Return a part from JSON; raise an error of any kind if it is malformed."""
    sizes = content["pages"]
    if not sizes.keys() <= page_digests.keys() or not all(isinstance(size, int) for size in sizes.values()):
        raise ValueError
    return SitePart(str(content["fingerprint"]), sizes, content["metadata"])


def write_manifest(site_root: Path, stage: Path, manifest: Manifest) -> None:
    """Replace the manifest, and sync it to the disk."""
    content: dict[str, Any] = {
        "format": FORMAT_VERSION,
        "complete": manifest.complete,
        "folders": sorted(manifest.folders),
        "pages": {path: sorted(digests) for path, digests in manifest.page_digests.items()},
        "parts": {
            key: {"fingerprint": part.fingerprint, "pages": dict(part.page_sizes), "metadata": part.metadata}
            for key, part in manifest.parts.items()
        },
    }
    if manifest.run is not None:
        content["run"] = {"fingerprint": manifest.run.fingerprint, "built": manifest.run.built}
    staged = stage / MANIFEST_FILENAME
    document = orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
    create_file(staged, json_utf8(document), sync=True)
    staged.replace(site_root / MANIFEST_FILENAME)
