"""One run: pages are laid aside as they come, and when the last one is there the site becomes what they say."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docgen.errors import OutputError
from docgen.site.publish import filesystem
from docgen.site.publish.filesystem import file_type, reporting_os_errors
from docgen.site.publish.lock import site_lock
from docgen.site.publish.manifest import MANIFEST_FILENAME, Manifest, SitePart, read_manifest, write_manifest
from docgen.site.publish.page_paths import PathRegistry, check_page_path, parent_path, parent_paths

STAGE_FOLDER = ".docgen-new"

_HOSTING_FILES = frozenset({"CNAME"})
_STAGED_NAME = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What came of a run: counts of pages, and the stale pages left alone because someone has edited them."""

    written: int
    unchanged: int
    removed: int
    kept_edited: tuple[str, ...] = ()


def publish(root: Path, files: Iterable[tuple[str, bytes]]) -> PublishResult:
    """Make the pages below `root` be exactly `files`, which are pairs of a relative POSIX path and the content.

    `files` is consumed once, one page in memory at a time. A page that is unchanged on disk is not touched.
    A page of an earlier run that is not among `files` is removed, unless it was edited since. A page of
    ours that was edited and is made again is overwritten: we own the names that we list. Files that docgen did not
    write stay; where one lies in the way of a page, that is an error, and nothing is written.

    Raises `OutputError`, and whatever iterating over `files` raises; after both, the pages are as they were, or, if the
    disk failed while pages were being moved, the next run mends them.
    """
    with open_publication(root) as run:
        for path, content in files:
            run.add_page(path, content)
    return run.result


@contextmanager
def open_publication(root: Path, *, empty_or_ours: bool = False) -> Iterator[Publication]:
    """A run below `root`: what is put into it inside the block is there, and nothing else of ours, when that ends.

    If it is to be `alone`, a folder is refused in which docgen never wrote and others did. Raises `OutputError` as
    `publish` does. Where the block itself raises, the pages stay as they were.
    """
    with reporting_os_errors(root):
        if empty_or_ours:
            ensure_empty_or_ours(root)
        root.mkdir(parents=True, exist_ok=True)
        home = root.resolve()
    with site_lock(home, root), _staging_folder(home):
        run = Publication(home, read_manifest(home))
        yield run
        with reporting_os_errors(home):
            run.commit()


def ensure_empty_or_ours(root: Path) -> None:
    """Raise `OutputError` where the folder is someone else's: it is a slip of the finger, and tidying up is tedious.

    What hosts of pages want to find beside a site is no sign of that: hidden files (`.git`, `.nojekyll`) and `CNAME`.
    """
    with reporting_os_errors(root):
        if not root.is_dir() or file_type(root / MANIFEST_FILENAME):
            return
        others = sorted(name for name in os.listdir(root) if not name.startswith(".") and name not in _HOSTING_FILES)
    if others:
        raise OutputError(
            f"{root}: {others[0]!r} is there and no site of docgen's (name another folder, or say --into-existing)"
        )


class Publication:
    """The pages of one run; see `publication`. `published` says afterwards what came of it."""

    def __init__(self, site_root: Path, previous: Manifest) -> None:
        self.site_root = site_root
        self.previous = previous
        self.result = PublishResult(0, 0, 0)
        self._paths = PathRegistry()
        self._previous_spellings = {path.casefold(): path for path in previous.page_digests}
        self._page_digests: dict[str, str] = {}  # path -> SHA-256
        self._staged_names: dict[str, str] = {}  # path -> name in the stage
        self._known_folders: dict[str, bool] = {}  # every page's folders -> whether it is there
        self._parts: dict[str, SitePart] = {}

    def add_page(self, path: str, content: bytes) -> None:
        """Add a page."""
        # Errors of the file system are explained page by page, so that those of the caller stay what they are.
        with reporting_os_errors(self.site_root / path):
            self._paths.add(check_page_path(path))
            self._page_digests[path] = hashlib.sha256(content).hexdigest()
            ours = self._previous_spellings.get(path.casefold())
            # Where case does not matter, a page found under another spelling is the stale one, about to be removed.
            if not self._is_unchanged(path, content, is_ours=ours is not None) or ours not in (None, path):
                self._staged_names[path] = str(len(self._staged_names))
                filesystem.create_file(self.site_root / STAGE_FOLDER / self._staged_names[path], content)

    def add_part(self, key: str, fingerprint: str, files: Iterable[tuple[str, bytes]], metadata: Any) -> None:
        """Add pages that were made together, with what `kept` gives back as long as the fingerprint is the same."""
        pages = {}
        for path, content in files:
            self.add_page(path, content)
            pages[path] = len(content)
        self._parts[key] = SitePart(fingerprint, pages, metadata)

    def reuse_part(self, key: str, fingerprint: str) -> SitePart | None:
        """The part of an earlier run with this key, which is part of this run now; None if it is to be made again.

        That it is if it was made from something else, or if a page of it is gone or has another size.
        """
        part = self.previous.parts.get(key)
        if part is None or part.fingerprint != fingerprint:
            return None
        with reporting_os_errors(self.site_root):
            for path, length in part.page_sizes.items():
                if (
                    not self._folder_exists(parent_path(path))
                    or filesystem.file_size(f"{self.site_root}/{path}") != length
                ):
                    return None
        for path in part.page_sizes:
            self._paths.add(path)
            (self._page_digests[path],) = self.previous.page_digests[path]
        self._parts[key] = part
        return part

    def _is_unchanged(self, path: str, content: bytes, *, is_ours: bool) -> bool:
        """Whether the page is on disk as it should be; raises `OutputError` where what is there is not docgen's."""
        if not self._folder_exists(parent_path(path)):
            return False
        found = filesystem.read_file(self.site_root / path, len(content) + 1)
        if found == content:
            return True
        if not is_ours and file_type(self.site_root / path) not in (
            0,
            stat.S_IFDIR,
        ):  # a folder may yet go: _check_room
            raise OutputError(
                f"{self.site_root / path}: docgen did not write this file and leaves it alone (move it away)"
            )
        return False

    def _folder_exists(self, folder: str) -> bool:
        """Whether a folder is there, each part a real one; raises `OutputError` at a link: it may lead anywhere."""
        if not folder:
            return True
        if folder not in self._known_folders:
            found = file_type(self.site_root / folder) if self._folder_exists(parent_path(folder)) else 0
            if found == stat.S_IFLNK:
                raise OutputError(
                    f"{self.site_root / folder}: a link, and docgen does not write through links (remove it)"
                )
            self._known_folders[folder] = found == stat.S_IFDIR
        return self._known_folders[folder]

    def commit(self) -> None:
        """Make the folder what was put, through steps after each of which the next run can take over."""
        stale, edited = self._stale_and_edited()
        self._check_obstacles(stale)
        home, old, pages = self.site_root, self.previous, self._page_digests
        used = {folder for path in pages for folder in parent_paths(path)}
        missing = {folder for folder in used if not self._known_folders[folder]}
        new = Manifest(
            {path: frozenset((digest,)) for path, digest in pages.items()},
            (old.folders & used) | missing,
            self._parts,
        )
        if self._staged_names or stale or not old.complete:
            write_manifest(home, home / STAGE_FOLDER, self._interim_manifest(new, missing))
        # Removing goes first: a stale page may stand where a folder must be, or differ from a new one only by case.
        for path in stale:
            (home / path).unlink(missing_ok=True)
        for folder in sorted(old.folders - used, reverse=True):  # the inner ones first
            with suppress(OSError):  # not empty, or gone: both are fine
                (home / folder).rmdir()
        for folder in sorted(missing):  # the outer ones first
            (home / folder).mkdir(exist_ok=True)
        for path, staged in self._staged_names.items():
            (home / STAGE_FOLDER / staged).replace(home / path)
        if new != old or not (home / MANIFEST_FILENAME).exists():
            write_manifest(home, home / STAGE_FOLDER, new)
        self.result = PublishResult(
            len(self._staged_names), len(pages) - len(self._staged_names), len(stale), tuple(edited)
        )

    def _stale_and_edited(self) -> tuple[list[str], list[str]]:
        """The pages of earlier runs that are no longer made: those that are as we left them, and the edited ones."""
        stale: list[str] = []
        edited: list[str] = []
        for path in sorted(self.previous.page_digests.keys() - self._page_digests.keys()):
            if digest := filesystem.page_digest(self.site_root, path):
                (stale if digest in self.previous.page_digests[path] else edited).append(path)
        return stale, edited

    def _check_obstacles(self, stale: Iterable[str]) -> None:
        """Raise `OutputError` where a file stands in a folder's place, or a folder in that of a page, and stays."""
        removed = set(stale)
        going = removed | self.previous.folders
        for folder, there in self._known_folders.items():
            if not there and file_type(self.site_root / folder) and folder not in removed:
                raise OutputError(f"{self.site_root / folder}: a file where docgen needs a folder (move it away)")
        for path in self._staged_names:
            if file_type(self.site_root / path) == stat.S_IFDIR and not going.issuperset(
                filesystem.tree_paths(self.site_root, path)
            ):
                raise OutputError(
                    f"{self.site_root / path}: a folder where docgen needs to write a page (move it away)"
                )

    def _interim_manifest(self, manifest: Manifest, missing: set[str]) -> Manifest:
        """What the manifest says while pages move: everything that may be found, and only parts that stay."""
        none: frozenset[str] = frozenset()
        pages = {
            path: self.previous.page_digests.get(path, none) | manifest.page_digests.get(path, none)
            for path in {*self.previous.page_digests, *manifest.page_digests}
        }
        staying = {key: part for key, part in manifest.parts.items() if self.previous.parts.get(key) == part}
        parts = {key: part for key, part in staying.items() if not part.page_sizes.keys() & self._staged_names.keys()}
        return Manifest(pages, self.previous.folders | missing, parts, complete=False)


@contextmanager
def _staging_folder(site_root: Path) -> Iterator[None]:
    """The folder in which new pages wait; what a killed run left in it is swept out first."""
    stage = site_root / STAGE_FOLDER
    with reporting_os_errors(stage):
        _remove_stage(stage)
        stage.mkdir()
    try:
        yield
    finally:
        with suppress(OSError):
            _remove_stage(stage)


def _remove_stage(stage: Path) -> None:
    if file_type(stage) != stat.S_IFDIR:
        return
    for name in os.listdir(stage):
        if _STAGED_NAME.fullmatch(name) or name == MANIFEST_FILENAME:
            (stage / name).unlink()
    stage.rmdir()
