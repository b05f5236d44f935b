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
from docgen.site.publish.filesystem import explained, kind
from docgen.site.publish.lock import locked
from docgen.site.publish.manifest import MANIFEST, Manifest, Part, read_manifest, write_manifest
from docgen.site.publish.page_paths import Names, above, check_path, parent

STAGE = ".docgen-new"

_OF_HOSTS = frozenset({"CNAME"})
_STAGED = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Published:
    """What came of a run: counts of pages, and the stale pages left alone because someone has edited them."""

    written: int
    unchanged: int
    removed: int
    kept: tuple[str, ...] = ()


def publish(root: Path, files: Iterable[tuple[str, bytes]]) -> Published:
    """Make the pages below `root` be exactly `files`, which are pairs of a relative POSIX path and the content.

    `files` is consumed once, one page in memory at a time. A page that is unchanged on disk is not touched.
    A page of an earlier run that is not among `files` is removed, unless it was edited since. A page of
    ours that was edited and is made again is overwritten: we own the names that we list. Files that docgen did not
    write stay; where one lies in the way of a page, that is an error, and nothing is written.

    Raises `OutputError`, and whatever iterating over `files` raises; after both, the pages are as they were, or, if the
    disk failed while pages were being moved, the next run mends them.
    """
    with publication(root) as run:
        for path, content in files:
            run.put(path, content)
    return run.published


@contextmanager
def publication(root: Path, *, alone: bool = False) -> Iterator[Publication]:
    """A run below `root`: what is put into it inside the block is there, and nothing else of ours, when that ends.

    If it is to be `alone`, a folder is refused in which docgen never wrote and others did. Raises `OutputError` as
    `publish` does. Where the block itself raises, the pages stay as they were.
    """
    with explained(root):
        if alone:
            check_alone(root)
        root.mkdir(parents=True, exist_ok=True)
        home = root.resolve()
    with locked(home, root), _stage(home):
        run = Publication(home, read_manifest(home))
        yield run
        with explained(home):
            run.carry_out()


def check_alone(root: Path) -> None:
    """Raise `OutputError` where the folder is someone else's: it is a slip of the finger, and tidying up is tedious.

    What hosts of pages want to find beside a site is no sign of that: hidden files (`.git`, `.nojekyll`) and `CNAME`.
    """
    with explained(root):
        if not root.is_dir() or kind(root / MANIFEST):
            return
        others = sorted(name for name in os.listdir(root) if not name.startswith(".") and name not in _OF_HOSTS)
    if others:
        raise OutputError(
            f"{root}: {others[0]!r} is there and no site of docgen's (name another folder, or say --into-existing)"
        )


class Publication:
    """The pages of one run; see `publication`. `published` says afterwards what came of it."""

    def __init__(self, home: Path, old: Manifest) -> None:
        self.home = home
        self.old = old
        self.published = Published(0, 0, 0)
        self._names = Names()
        self._spellings = {path.casefold(): path for path in old.pages}
        self._pages: dict[str, str] = {}  # path -> SHA-256
        self._staged: dict[str, str] = {}  # path -> name in the stage
        self._folders: dict[str, bool] = {}  # every page's folders -> whether it is there
        self._parts: dict[str, Part] = {}

    def put(self, path: str, content: bytes) -> None:
        """Add a page."""
        # Errors of the file system are explained page by page, so that those of the caller stay what they are.
        with explained(self.home / path):
            self._names.add(check_path(path))
            self._pages[path] = hashlib.sha256(content).hexdigest()
            ours = self._spellings.get(path.casefold())
            # Where case does not matter, a page found under another spelling is the stale one, about to be removed.
            if not self._is_there(path, content, ours=ours is not None) or ours not in (None, path):
                self._staged[path] = str(len(self._staged))
                filesystem.create(self.home / STAGE / self._staged[path], content)

    def put_part(self, key: str, fingerprint: str, files: Iterable[tuple[str, bytes]], told: Any) -> None:
        """Add pages that were made together, with what `kept` gives back as long as the fingerprint is the same."""
        pages = {}
        for path, content in files:
            self.put(path, content)
            pages[path] = len(content)
        self._parts[key] = Part(fingerprint, pages, told)

    def kept(self, key: str, fingerprint: str) -> Part | None:
        """The part of an earlier run with this key, which is part of this run now; None if it is to be made again.

        That it is if it was made from something else, or if a page of it is gone or has another size.
        """
        part = self.old.parts.get(key)
        if part is None or part.fingerprint != fingerprint:
            return None
        with explained(self.home):
            for path, length in part.pages.items():
                if not self._folder_is_there(parent(path)) or filesystem.size(f"{self.home}/{path}") != length:
                    return None
        for path in part.pages:
            self._names.add(path)
            (self._pages[path],) = self.old.pages[path]
        self._parts[key] = part
        return part

    def _is_there(self, path: str, content: bytes, *, ours: bool) -> bool:
        """Whether the page is on disk as it should be; raises `OutputError` where what is there is not docgen's."""
        if not self._folder_is_there(parent(path)):
            return False
        found = filesystem.read(self.home / path, len(content) + 1)
        if found == content:
            return True
        if not ours and kind(self.home / path) not in (0, stat.S_IFDIR):  # a folder may yet go: _check_room
            raise OutputError(f"{self.home / path}: docgen did not write this file and leaves it alone (move it away)")
        return False

    def _folder_is_there(self, folder: str) -> bool:
        """Whether a folder is there, each part a real one; raises `OutputError` at a link: it may lead anywhere."""
        if not folder:
            return True
        if folder not in self._folders:
            found = kind(self.home / folder) if self._folder_is_there(parent(folder)) else 0
            if found == stat.S_IFLNK:
                raise OutputError(f"{self.home / folder}: a link, and docgen does not write through links (remove it)")
            self._folders[folder] = found == stat.S_IFDIR
        return self._folders[folder]

    def carry_out(self) -> None:
        """Make the folder what was put, through steps after each of which the next run can take over."""
        stale, edited = self._stale()
        self._check_room(stale)
        home, old, pages = self.home, self.old, self._pages
        used = {folder for path in pages for folder in above(path)}
        missing = {folder for folder in used if not self._folders[folder]}
        new = Manifest(
            {path: frozenset((digest,)) for path, digest in pages.items()},
            (old.folders & used) | missing,
            self._parts,
        )
        if self._staged or stale or not old.complete:
            write_manifest(home, home / STAGE, self._under_way(new, missing))
        # Removing goes first: a stale page may stand where a folder must be, or differ from a new one only by case.
        for path in stale:
            (home / path).unlink(missing_ok=True)
        for folder in sorted(old.folders - used, reverse=True):  # the inner ones first
            with suppress(OSError):  # not empty, or gone: both are fine
                (home / folder).rmdir()
        for folder in sorted(missing):  # the outer ones first
            (home / folder).mkdir(exist_ok=True)
        for path, staged in self._staged.items():
            (home / STAGE / staged).replace(home / path)
        if new != old or not (home / MANIFEST).exists():
            write_manifest(home, home / STAGE, new)
        self.published = Published(len(self._staged), len(pages) - len(self._staged), len(stale), tuple(edited))

    def _stale(self) -> tuple[list[str], list[str]]:
        """The pages of earlier runs that are no longer made: those that are as we left them, and the edited ones."""
        stale: list[str] = []
        edited: list[str] = []
        for path in sorted(self.old.pages.keys() - self._pages.keys()):
            if digest := filesystem.digest(self.home, path):
                (stale if digest in self.old.pages[path] else edited).append(path)
        return stale, edited

    def _check_room(self, stale: Iterable[str]) -> None:
        """Raise `OutputError` where a file stands in a folder's place, or a folder in that of a page, and stays."""
        removed = set(stale)
        going = removed | self.old.folders
        for folder, there in self._folders.items():
            if not there and kind(self.home / folder) and folder not in removed:
                raise OutputError(f"{self.home / folder}: a file where docgen needs a folder (move it away)")
        for path in self._staged:
            if kind(self.home / path) == stat.S_IFDIR and not going.issuperset(filesystem.below(self.home, path)):
                raise OutputError(f"{self.home / path}: a folder where docgen needs to write a page (move it away)")

    def _under_way(self, new: Manifest, missing: set[str]) -> Manifest:
        """What the manifest says while pages move: everything that may be found, and only parts that stay."""
        none: frozenset[str] = frozenset()
        pages = {
            path: self.old.pages.get(path, none) | new.pages.get(path, none) for path in {*self.old.pages, *new.pages}
        }
        staying = {key: part for key, part in new.parts.items() if self.old.parts.get(key) == part}
        parts = {key: part for key, part in staying.items() if not part.pages.keys() & self._staged.keys()}
        return Manifest(pages, self.old.folders | missing, parts, complete=False)


@contextmanager
def _stage(home: Path) -> Iterator[None]:
    """The folder in which new pages wait; what a killed run left in it is swept out first."""
    stage = home / STAGE
    with explained(stage):
        _sweep(stage)
        stage.mkdir()
    try:
        yield
    finally:
        with suppress(OSError):
            _sweep(stage)


def _sweep(stage: Path) -> None:
    if kind(stage) != stat.S_IFDIR:
        return
    for name in os.listdir(stage):
        if _STAGED.fullmatch(name) or name == MANIFEST:
            (stage / name).unlink()
    stage.rmdir()
