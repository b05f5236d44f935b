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
from docgen.site.publish.filesystem import create, explained, kind, read
from docgen.site.publish.page_paths import is_path

MANIFEST = ".docgen-manifest.json"

_FORMAT = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Part:
    """Pages that were made together: from what (`fingerprint`), which (path and bytes of each), what was told of them.

    `told` is whatever JSON the maker of the part wants to have back where the part need not be made again.
    """

    fingerprint: str
    pages: Mapping[str, int]
    told: Any


@dataclass(frozen=True, slots=True)
class Manifest:
    """What docgen put here: folders that it made, and for each page what it may hold, as SHA-256.

    That is one digest per page after a complete run, and more of them while a run is under way. `parts` are those
    whose pages are on disk as they were made.
    """

    pages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    folders: frozenset[str] = frozenset()
    parts: Mapping[str, Part] = field(default_factory=dict)
    complete: bool = True


def read_manifest(home: Path) -> Manifest:
    """What an earlier run left, nothing if there was none; raises `OutputError` where it is not a manifest."""
    place = home / MANIFEST
    with explained(place):
        data = read(place, -1)
        if data is None:
            if kind(place):
                raise OutputError(f"{place}: not a regular file")
            return Manifest()
    try:
        content = orjson.loads(data)
        if content["format"] != _FORMAT:
            raise OutputError(f"{place}: format {content['format']!r} is not known to this docgen (use a newer one)")
        pages = {path: frozenset(digests) for path, digests in content["pages"].items()}
        folders = frozenset(content["folders"])
        if not all(map(is_path, {*pages, *folders})) or not all(map(_SHA256.fullmatch, chain(*pages.values()))):
            raise ValueError
        parts = {key: _part(part, pages) for key, part in content.get("parts", {}).items()}
        return Manifest(pages, folders, parts, content["complete"] is True)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise OutputError(f"{place}: damaged (remove it and the pages, and run again)") from None


def _part(content: Any, pages: Mapping[str, frozenset[str]]) -> Part:
    sizes = content["pages"]
    if not sizes.keys() <= pages.keys() or not all(isinstance(size, int) for size in sizes.values()):
        raise ValueError
    return Part(str(content["fingerprint"]), sizes, content["told"])


def write_manifest(home: Path, stage: Path, manifest: Manifest) -> None:
    """Put the manifest in the place of the one before, synced to the disk."""
    content = {
        "format": _FORMAT,
        "complete": manifest.complete,
        "folders": sorted(manifest.folders),
        "pages": {path: sorted(digests) for path, digests in manifest.pages.items()},
        "parts": {
            key: {"fingerprint": part.fingerprint, "pages": dict(part.pages), "told": part.told}
            for key, part in manifest.parts.items()
        },
    }
    staged = stage / MANIFEST
    create(staged, orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n", sync=True)
    staged.replace(home / MANIFEST)
