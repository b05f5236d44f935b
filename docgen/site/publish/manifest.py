"""What docgen put into an output folder, kept beside it: the one file that tells its pages from other people's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from docgen.errors import OutputError
from docgen.site.publish.filesystem import create_file, file_type, read_file, reporting_os_errors
from docgen.site.publish.page_paths import is_page_path

MANIFEST_FILENAME = ".docgen-manifest.json"

_FORMAT_VERSION = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SitePart:
    """Pages that were made together: from what (`fingerprint`), which (path and bytes of each), what was told of them.

    `told` is whatever JSON the maker of the part wants to have back where the part need not be made again.
    """

    fingerprint: str
    page_sizes: Mapping[str, int]
    metadata: Any


@dataclass(frozen=True, slots=True)
class Manifest:
    """What docgen put here: folders that it made, and for each page what it may hold, as SHA-256.

    That is one digest per page after a complete run, and more of them while a run is under way. `parts` are those
    whose pages are on disk as they were made.
    """

    page_digests: Mapping[str, frozenset[str]] = field(default_factory=dict)
    folders: frozenset[str] = frozenset()
    parts: Mapping[str, SitePart] = field(default_factory=dict)
    complete: bool = True


def read_manifest(site_root: Path) -> Manifest:
    """What an earlier run left, nothing if there was none; raises `OutputError` where it is not a manifest."""
    place = site_root / MANIFEST_FILENAME
    with reporting_os_errors(place):
        data = read_file(place, -1)
        if data is None:
            if file_type(place):
                raise OutputError(f"{place}: not a regular file")
            return Manifest()
    try:
        content = orjson.loads(data)
        if content["format"] != _FORMAT_VERSION:
            raise OutputError(f"{place}: format {content['format']!r} is not known to this docgen (use a newer one)")
        pages = {path: frozenset(digests) for path, digests in content["pages"].items()}
        folders = frozenset(content["folders"])
        if not all(map(is_page_path, {*pages, *folders})) or not all(map(_SHA256.fullmatch, chain(*pages.values()))):
            raise ValueError
        parts = {key: _parse_part(part, pages) for key, part in content.get("parts", {}).items()}
        return Manifest(pages, folders, parts, content["complete"] is True)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise OutputError(f"{place}: damaged (remove it and the pages, and run again)") from None


def _parse_part(content: Any, page_digests: Mapping[str, frozenset[str]]) -> SitePart:
    sizes = content["pages"]
    if not sizes.keys() <= page_digests.keys() or not all(isinstance(size, int) for size in sizes.values()):
        raise ValueError
    return SitePart(str(content["fingerprint"]), sizes, content["told"])


def write_manifest(site_root: Path, stage: Path, manifest: Manifest) -> None:
    """Put the manifest in the place of the one before, synced to the disk."""
    content = {
        "format": _FORMAT_VERSION,
        "complete": manifest.complete,
        "folders": sorted(manifest.folders),
        "pages": {path: sorted(digests) for path, digests in manifest.page_digests.items()},
        "parts": {
            key: {"fingerprint": part.fingerprint, "pages": dict(part.page_sizes), "told": part.metadata}
            for key, part in manifest.parts.items()
        },
    }
    staged = stage / MANIFEST_FILENAME
    create_file(staged, orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n", sync=True)
    staged.replace(site_root / MANIFEST_FILENAME)
