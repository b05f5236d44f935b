"""Which names a page may have, and which two names would be one file somewhere."""

from __future__ import annotations

import re

from docgen.errors import OutputError

_PATH_SEGMENT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?")


def check_page_path(path: str) -> str:
    """`path` if it may be a page's; raises `OutputError` else."""
    if not is_page_path(path):
        raise OutputError(
            f"{path!r}: not the path of a page (relative, / between names, names of letters, digits and . _ -)"
        )
    return path


def is_page_path(path: str) -> bool:
    """The only place that decides which names can be on disk, those that a manifest claims to be ours included."""
    return all(_PATH_SEGMENT.fullmatch(segment) for segment in path.split("/"))


def parent_paths(path: str) -> list[str]:
    """The folders that `path` is in, the inner ones first."""
    found = []
    while path := parent_path(path):
        found.append(path)
    return found


def parent_path(path: str) -> str:
    """The folder that `path` is in; empty for the site's own."""
    return path.rpartition("/")[0]


class PathRegistry:
    """The paths of pages and their folders, as a disk sees them where case does not matter."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.folders: dict[str, str] = {}

    def add(self, path: str) -> None:
        """Take one more page; raises `OutputError` if it would be the same file as another, or as a folder."""
        folded = path.casefold()
        if other := self.pages.get(folded):
            problem = "two pages have this path" if other == path else f"differs from {other} only by case"
            raise OutputError(f"{path}: {problem}")
        self.pages[folded] = path
        for folder in parent_paths(folded):
            if folder in self.folders:
                break  # and so are those around it
            self.folders[folder] = path
            if folder in self.pages:
                raise OutputError(f"{path}: in a folder that has the name of the page {self.pages[folder]}")
        if folded in self.folders:
            raise OutputError(f"{path}: a page with the name of the folder of {self.folders[folded]}")
