"""One run of publishing: pages are staged as they are built, and moved into the site when all are complete."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docgen.errors import OutputError
from docgen.files import real_path
from docgen.site.publish import filesystem
from docgen.site.publish.filesystem import file_type, output_error, reporting_os_errors
from docgen.site.publish.lock import site_lock
from docgen.site.publish.manifest import MANIFEST_FILENAME, Manifest, SitePart, SiteRun, read_manifest, write_manifest
from docgen.site.publish.page_paths import PathRegistry, parent_path, parent_paths
from docgen.site.publish.staging import STAGE_FOLDER, Stage, StagedPage

_HOSTING_FILES = frozenset({"CNAME"})
_STAGED_NAME = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What a run did: counts of pages, and the stale pages that were kept because someone edited them."""

    written: int
    unchanged: int
    removed: int
    kept_edited: tuple[str, ...] = ()


def publish(root: Path, files: Iterable[tuple[str, bytes]]) -> PublishResult:
    """Make the pages below `root` exactly `files`.

    A page that is unchanged on disk is not touched. A page of an earlier run that is not among `files` is removed,
    unless it was edited since. An edited page that is built again is overwritten. Files that docgen did not write stay;
    if one is in the way of a page, that is an error and nothing is written.

    Args:
        root: The output folder.
        files: The relative POSIX path and the content of each page. It is consumed once, one page in memory at a time.

    Raises:
        OutputError: If a page cannot be written. Also whatever iterating over `files` raises. The pages are unchanged
            then; if the disk failed while pages were being moved, the next run repairs them.
    """
    with open_publication(root) as run:
        for path, content in files:
            run.add_page(path, content)
    return run.result


@contextmanager
def open_publication(root: Path, *, empty_or_ours: bool = False) -> Iterator[Publication]:
    """Return a run as a context manager. On exit, docgen's pages in `root` are exactly those that were added.

    If the block raises, the pages stay as they were.

    Args:
        root: The output folder. It is created if needed.
        empty_or_ours: Refuse a folder that has files but no site.

    Raises:
        OutputError: As `publish` does.
    """
    with reporting_os_errors(root):
        if empty_or_ours:
            ensure_empty_or_ours(root)
        root.mkdir(parents=True, exist_ok=True)
        site_root = real_path(root)
    with site_lock(site_root, root), _staging_folder(site_root):
        publication = Publication(site_root, read_manifest(site_root))
        yield publication
        with reporting_os_errors(site_root):
            publication.commit()


def ensure_empty_or_ours(root: Path) -> None:
    """Raise `OutputError` if the folder has files but no site: that is a typo, and hard to clean up.

    Hidden files (`.git`, `.nojekyll`) and `CNAME` do not count, because hosting services expect them next to a site.
    """
    with reporting_os_errors(root):
        if not root.is_dir() or file_type(root / MANIFEST_FILENAME):
            return
        others = sorted(name for name in os.listdir(root) if not name.startswith(".") and name not in _HOSTING_FILES)
    if others:
        raise OutputError(
            f"{root}: not a site of docgen, and {others[0]!r} is there (choose another folder, or use --into-existing)"
        )


class Publication:
    """The pages of one run; see `open_publication`.

    Attributes:
        result: What was done, after the run.
        run: What the manifest says about the run, or None.
    """

    def __init__(self, site_root: Path, previous: Manifest) -> None:
        self.site_root = site_root
        self._root = str(site_root)  # joined to paths as text, in a tenth of the time
        self.previous = previous
        self.result = PublishResult(0, 0, 0)
        self.run: SiteRun | None = None
        self._paths = PathRegistry()
        self._previous_spellings = {path.casefold(): path for path in previous.page_digests}
        self._page_digests: dict[str, str] = {}  # path -> SHA-256
        self._staged_names: dict[str, str] = {}  # path -> name in the stage
        self._known_folders: dict[str, bool] = {}  # every page's folders -> whether it is there
        self._parts: dict[str, SitePart] = {}
        self._stage_count = 0
        self._own_stage = self.new_stage()

    def new_stage(self) -> Stage:
        """Return a stage for the pages of one job."""
        self._stage_count += 1
        return Stage(str(self.site_root), self._stage_count)

    def add_page(self, path: str, content: bytes) -> None:
        """Add a page."""
        self._add(self._own_stage.write(path, content))

    def add_part(self, key: str, fingerprint: str, files: Iterable[tuple[str, bytes]], metadata: Any) -> None:
        """Add pages that were built together. `reuse_part` returns the part as long as the fingerprint is the same."""
        pages = (self._own_stage.write(path, content) for path, content in files)
        self.add_staged_part(key, fingerprint, pages, metadata)

    def add_staged_part(self, key: str, fingerprint: str, pages: Iterable[StagedPage], metadata: Any) -> None:
        """Add pages that were built together and written into stages of this run, as `add_part` does."""
        sizes = {}
        for page in pages:
            self._add(page)
            sizes[page.path] = page.size
        self._parts[key] = SitePart(fingerprint, sizes, metadata)

    def _add(self, page: StagedPage) -> None:
        path, staged_name = page.path, page.staged_name
        self._paths.add(path)
        self._page_digests[path] = page.digest
        ours = self._previous_spellings.get(path.casefold())
        try:
            if self._folder_exists(parent_path(path)) and staged_name and ours is None:
                self._check_place(f"{self._root}/{path}")
            if not staged_name and ours not in (None, path):
                # On a file system that ignores case, a page found under another spelling is stale and will be removed.
                staged_name = self._own_stage.copy(path)
        except OSError as error:
            raise output_error(error, f"{self._root}/{path}") from error
        if staged_name:
            self._staged_names[path] = staged_name

    def reuse_part(self, key: str, fingerprint: str) -> SitePart | None:
        """Reuse the part of an earlier run with this key, and return it; None if it must be built again.

        It must be built if the fingerprint differs, or if one of its pages is missing or has another size.
        """
        part = self.previous.parts.get(key)
        if part is None or part.fingerprint != fingerprint:
            return None
        with reporting_os_errors(self.site_root):
            for path, length in part.page_sizes.items():
                if not self._folder_exists(parent_path(path)) or filesystem.file_size(f"{self._root}/{path}") != length:
                    return None
        for path in part.page_sizes:
            self._paths.add(path)
            (self._page_digests[path],) = self.previous.page_digests[path]
        self._parts[key] = part
        return part

    @staticmethod
    def _check_place(place: str) -> None:
        """Raise `OutputError` if a file that docgen did not write is in the place of a page."""
        if file_type(place) not in (0, stat.S_IFDIR):  # a folder may be removed later: _check_obstacles
            raise OutputError(f"{place}: docgen did not write this file and leaves it alone (move it away)")

    def _folder_exists(self, folder: str) -> bool:
        """Return whether a real folder exists; raise `OutputError` for a link, which may lead anywhere."""
        if not folder:
            return True
        if folder not in self._known_folders:
            type_found = file_type(f"{self._root}/{folder}") if self._folder_exists(parent_path(folder)) else 0
            if type_found == stat.S_IFLNK:
                raise OutputError(
                    f"{self.site_root / folder}: a link, and docgen does not write through links (remove it)"
                )
            self._known_folders[folder] = type_found == stat.S_IFDIR
        return self._known_folders[folder]

    def commit(self) -> None:
        """Make the folder what was added. After each step, the next run can take over."""
        stale, edited = self._stale_and_edited()
        self._check_obstacles(stale)
        home, old, pages = self.site_root, self.previous, self._page_digests
        used = {
            parent for folder in set(map(parent_path, pages)) if folder for parent in (folder, *parent_paths(folder))
        }
        missing = {folder for folder in used if not self._known_folders[folder]}
        new = Manifest(
            {path: frozenset((digest,)) for path, digest in pages.items()},
            (old.folders & used) | missing,
            self._parts,
            run=self.run,
        )
        is_moving = bool(self._staged_names or stale or not old.complete)
        if is_moving:
            write_manifest(home, home / STAGE_FOLDER, self._interim_manifest(new, missing))
        # Remove first: a stale page may be in the place of a folder, or differ from a new page only by case.
        for path in stale:
            (home / path).unlink(missing_ok=True)
        for folder in sorted(old.folders - used, reverse=True):  # innermost first
            with suppress(OSError):  # not empty or already removed: both are fine
                (home / folder).rmdir()
        for folder in sorted(missing):  # outermost first
            (home / folder).mkdir(exist_ok=True)
        stage = f"{self._root}/{STAGE_FOLDER}"
        for path, staged in self._staged_names.items():
            os.replace(f"{stage}/{staged}", f"{self._root}/{path}")
        if is_moving or new != old or not (home / MANIFEST_FILENAME).exists():
            write_manifest(home, home / STAGE_FOLDER, new)
        self.result = PublishResult(
            len(self._staged_names), len(pages) - len(self._staged_names), len(stale), tuple(edited)
        )

    def _stale_and_edited(self) -> tuple[list[str], list[str]]:
        """Return the pages of earlier runs that are no longer built: those that are unchanged, and the edited ones."""
        stale: list[str] = []
        edited: list[str] = []
        for path in sorted(self.previous.page_digests.keys() - self._page_digests.keys()):
            if digest := filesystem.page_digest(self.site_root, path):
                (stale if digest in self.previous.page_digests[path] else edited).append(path)
        return stale, edited

    def _check_obstacles(self, stale: Iterable[str]) -> None:
        """Raise `OutputError` if a file is in the place of a folder, or a folder in that of a page, and will stay."""
        removed = set(stale)
        vanishing = removed | self.previous.folders
        for folder, exists in self._known_folders.items():
            if not exists and file_type(self.site_root / folder) and folder not in removed:
                raise OutputError(f"{self.site_root / folder}: a file where docgen needs a folder (move it away)")
        for path in self._staged_names:
            if not self._known_folders.get(parent_path(path), True):
                continue  # nothing is in a folder that is not there
            if file_type(f"{self._root}/{path}") == stat.S_IFDIR and not vanishing.issuperset(
                filesystem.tree_paths(self.site_root, path)
            ):
                raise OutputError(
                    f"{self.site_root / path}: a folder where docgen needs to write a page (move it away)"
                )

    def _interim_manifest(self, manifest: Manifest, missing: set[str]) -> Manifest:
        """Return the manifest while pages move: every content a page may have, and only parts that stay."""
        nothing: frozenset[str] = frozenset()
        pages = {
            path: self.previous.page_digests.get(path, nothing) | manifest.page_digests.get(path, nothing)
            for path in {*self.previous.page_digests, *manifest.page_digests}
        }
        unchanged = {key: part for key, part in manifest.parts.items() if self.previous.parts.get(key) == part}
        parts = {key: part for key, part in unchanged.items() if not part.page_sizes.keys() & self._staged_names.keys()}
        return Manifest(pages, self.previous.folders | missing, parts, complete=False)


@contextmanager
def _staging_folder(site_root: Path) -> Iterator[None]:
    """Create the folder in which new pages wait, and remove it at the end. First removes one left by a killed run."""
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
