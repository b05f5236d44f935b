"""Tells whether a site is exactly what a run would write, at the price of one `lstat` for each page."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from docgen.site.publish.filesystem import file_type, read_file
from docgen.site.publish.manifest import FORMAT_VERSION, MANIFEST_FILENAME
from docgen.site.publish.page_paths import parent_path
from docgen.site.publish.staging import STAGE_FOLDER


class UnchangedSite(NamedTuple):
    """What the run that wrote a site said that it built, and the number of its pages."""

    built: str
    page_count: int


def find_unchanged_site(root: Path, fingerprint: str) -> UnchangedSite | None:
    """Return the site of a complete run with this fingerprint if all pages are on disk with their sizes, or None.

    Any trouble counts as a change: the run then finds out and reports it. So does a stage, which another run uses now
    or left behind when it was killed.
    """
    try:
        if file_type(root / STAGE_FOLDER):
            return None
        data = read_file(root / MANIFEST_FILENAME, -1)
        if data is None or fingerprint.encode() not in data:
            return None
        content = orjson.loads(data)
        run = content["run"]
        if content["format"] != FORMAT_VERSION or content["complete"] is not True or run["fingerprint"] != fingerprint:
            return None
        sizes: dict[str, int] = {}
        for part in content["parts"].values():
            sizes.update(part["pages"])
        if sizes.keys() == content["pages"].keys() and _are_on_disk(os.fspath(root), sizes):
            return UnchangedSite(str(run["built"]), len(sizes))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return None


def _are_on_disk(root: str, sizes: dict[str, Any]) -> bool:
    folders = {""}
    for path, size in sizes.items():
        folder = parent_path(path)
        while folder not in folders:
            if file_type(f"{root}/{folder}") != stat.S_IFDIR:
                return False
            folders.add(folder)
            folder = parent_path(folder)
        status = os.lstat(f"{root}/{path}")
        if status.st_size != size or not stat.S_ISREG(status.st_mode):
            return False
    return True
