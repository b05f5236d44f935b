"""Which paths a page may have, and which paths would be the same file on some file system."""

from __future__ import annotations

import re
from functools import lru_cache

from docgen.errors import OutputError
from docgen.render.addresses import is_device_name

_PATH_SEGMENT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?")


def check_page_path(path: str) -> str:
    """Return `path` if it is valid for a page; raise `OutputError` otherwise."""
    if not is_page_path(path):
        raise OutputError(
            f"{path!r}: not a valid page path (relative; names of letters, digits and . _ -; no device of Windows)"
        )
    return path


def is_page_path(path: str) -> bool:
    """Return whether `path` is valid for a page. Nothing else decides this, also for paths in a manifest.

    Such a path works on every system: it is ASCII, no name ends with a dot, and none is a device of Windows.
    """
    folder, slash, name = path.rpartition("/")
    return _is_page_path_segment(name) and (not slash or _is_folder_path(folder))


@lru_cache(maxsize=4096)
def _is_folder_path(path: str) -> bool:
    """Return whether `path` is valid for a folder of pages. Most folders have several pages in a row."""
    return all(map(_is_page_path_segment, path.split("/")))


@lru_cache(maxsize=4096)
def _is_page_path_segment(segment: str) -> bool:
    """Return whether a file or a folder of a site may have this name. Most pages of a site share their folders."""
    return _PATH_SEGMENT.fullmatch(segment) is not None and not is_device_name(segment)


def parent_paths(path: str) -> list[str]:
    """Return the folders that contain `path`, innermost first."""
    found = []
    while path := parent_path(path):
        found.append(path)
    return found


def parent_path(path: str) -> str:
    """Return the folder that contains `path`; empty for the root of the site."""
    return path.rpartition("/")[0]


class PathRegistry:
    """The paths of pages and their folders, compared as on a file system that ignores case."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.folders: dict[str, str] = {}

    def add(self, path: str) -> None:
        """Add a page; raise `OutputError` if it would be the same file as another page or a folder."""
        folded = path.casefold()
        if other := self.pages.get(folded):
            problem = "two pages have this path" if other == path else f"differs from {other} only by case"
            raise OutputError(f"{path}: {problem}")
        self.pages[folded] = path
        folder = parent_path(folded)
        while folder and folder not in self.folders:  # if it is there, so are its parents
            self.folders[folder] = path
            if folder in self.pages:
                raise OutputError(f"{path}: in a folder that has the name of the page {self.pages[folder]}")
            folder = parent_path(folder)
        if folded in self.folders:
            raise OutputError(f"{path}: a page with the name of the folder of {self.folders[folded]}")
