"""Writes new pages into the stage of a run, in whatever process they are built.

A page that is the same on disk is not written. The process that publishes gets paths, digests and sizes, so that no
process holds the pages of a whole service.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from typing import NamedTuple

from docgen.site.publish import filesystem
from docgen.site.publish.filesystem import output_error
from docgen.site.publish.page_paths import check_page_path, parent_path

STAGE_FOLDER = ".docgen-new"


class StagedPage(NamedTuple):
    """A page that was built.

    Attributes:
        path: Its path.
        digest: The SHA-256 of its content.
        size: The size of its content in bytes.
        staged_name: The name of its file in the stage; empty if the page on disk is the same.
    """

    path: str
    digest: str
    size: int
    staged_name: str


@dataclass(slots=True)
class Stage:
    """The stage of a run, for the pages of one job. It can be sent to another process that sees the same files.

    Attributes:
        site_root: The folder of the site.
        job_number: The number of the job; names of files begin with it.
        page_count: The number of pages that the job has written.
        known_folders: Whether each folder of the pages so far is on disk. None appears or goes before a run ends.
    """

    site_root: str
    job_number: int
    page_count: int = 0
    known_folders: dict[str, bool] = field(default_factory=lambda: {"": True})

    def write(self, path: str, content: bytes) -> StagedPage:
        """Write a page into the stage, unless it is on disk already; raise `OutputError` if that is impossible."""
        check_page_path(path)
        place = f"{self.site_root}/{path}"
        digest = hashlib.sha256(content).hexdigest()
        try:
            may_be_same = self._has_folder(parent_path(path))
            same = may_be_same and filesystem.read_file(place, len(content) + 1) == content
            return StagedPage(path, digest, len(content), "" if same else self._create(content))
        except OSError as error:
            raise output_error(error, place) from error

    def _has_folder(self, folder: str) -> bool:
        """Return whether a folder of the site is on disk, so that a page may be in it."""
        if folder not in self.known_folders:
            is_there = self._has_folder(parent_path(folder)) and os.path.isdir(f"{self.site_root}/{folder}")
            self.known_folders[folder] = is_there
        return self.known_folders[folder]

    def copy(self, path: str) -> str:
        """Write the page that is on disk into the stage, and return its name there; raise `OSError`."""
        return self._create(filesystem.read_file(f"{self.site_root}/{path}", -1) or b"")

    def _create(self, content: bytes) -> str:
        name = f"{self.job_number}.{self.page_count}"
        filesystem.create_file(f"{self.site_root}/{STAGE_FOLDER}/{name}", content)
        self.page_count += 1
        return name
