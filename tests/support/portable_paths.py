"""Finds paths of a site that fail on Windows, on macOS, or on a case-sensitive system. Shares no code with docgen."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

MANIFEST = ".docgen-manifest.json"
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')


def wrong_paths(paths: Iterable[str]) -> list[str]:
    """Return a line for each path that cannot exist on some system or collides with another one."""
    wrong: list[str] = []
    places: dict[str, tuple[str, bool]] = {}
    for path in sorted(paths):
        segments = path.split("/")
        wrong += [f"{path}: {segment!r}" for segment in segments if not _works_everywhere(segment)]
        for depth in range(1, len(segments) + 1):
            place, is_folder = "/".join(segments[:depth]), depth < len(segments)
            folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", place).casefold())
            other = places.setdefault(folded, (place, is_folder))
            if other != (place, is_folder) or (not is_folder and other[0] != path):
                wrong.append(f"{place} and {other[0]}")
    return wrong


def _works_everywhere(segment: str) -> bool:
    return (
        0 < len(segment.encode()) <= 255
        and not _FORBIDDEN.search(segment)
        and segment[-1] not in ". "
        and segment.partition(".")[0].rstrip(" ").lower() not in _DEVICES
    )


def sites_below(folder: Path) -> Iterator[Path]:
    """Yield the folders with a manifest, except those inside other sites."""
    for place, folders, files in os.walk(folder):
        if MANIFEST in files:
            folders.clear()
            yield Path(place)


def wrong_paths_of_site(site: Path) -> list[str]:
    """Return what is wrong with the paths in a site's manifest; nothing if a test damaged the manifest on purpose."""
    try:
        pages = json.loads((site / MANIFEST).read_text(encoding="utf-8"))["pages"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    return wrong_paths(pages) if isinstance(pages, dict) else []
