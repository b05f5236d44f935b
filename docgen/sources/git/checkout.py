"""A file or folder of a checkout as a git revision has it, read from the object store: for `docgen check --against`.

Nothing is checked out, so no filter, hook or attribute of the repository has a part in it, and the index and the work
tree are as they were.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from docgen.errors import SourceError
from docgen.sources.folder import folder_releases
from docgen.sources.git.objects import FILE, TREE, GitBlob, objects_of
from docgen.sources.git.program import run_git
from docgen.sources.release import File, Release, in_order

_LINK = (b"120000",)


@dataclass(frozen=True, slots=True)
class TreeFolder:
    """A folder in a revision. Links in it are not followed: they may lead out of the repository."""

    repository: str
    rev: str
    path: str
    oid: str
    parent: TreeFolder | None = None

    @property
    def name(self) -> str:
        """What it is called there; empty for the root."""
        return self.path.rpartition("/")[2]

    @property
    def place(self) -> str:
        """Revision and path, as git writes them: `main:models/1.12.83`."""
        return f"{self.rev}:{self.path}"

    def folders(self) -> Sequence[TreeFolder]:
        """The folders in it, sorted by name; raises `SourceError`."""
        found = sorted((name, oid) for mode, name, oid in self._entries() if mode in TREE)
        return [self._inner(os.fsdecode(name), oid.hex()) for name, oid in found if name[:1] != b"."]

    def files(self) -> Mapping[str, File]:
        """The regular files in it by name, sorted; raises `SourceError`."""
        found = sorted((name, oid) for mode, name, oid in self._entries() if mode in FILE)
        return {os.fsdecode(name): self._blob(os.fsdecode(name), oid.hex()) for name, oid in found if name[:1] != b"."}

    def folder(self, name: str) -> TreeFolder | None:
        """A folder in it, or None; raises `SourceError`."""
        oid = self._find(name, TREE)
        return None if oid is None else self._inner(name, oid)

    def file(self, name: str) -> File | None:
        """A file in it, or None; raises `SourceError`."""
        oid = self._find(name, FILE)
        return None if oid is None else self._blob(name, oid)

    def is_link(self, name: str) -> bool:
        """Whether a name in it is a link."""
        return self._find(name, _LINK) is not None

    def itself(self) -> Self:
        """The folder: it was not found through a link."""
        return self

    def around(self) -> TreeFolder | None:
        """The folder that it lies in; None for the root."""
        return self.parent

    def _find(self, name: str, modes: tuple[bytes, ...]) -> str | None:
        wanted = os.fsencode(name)
        return next((oid.hex() for mode, found, oid in self._entries() if found == wanted and mode in modes), None)

    def _entries(self) -> list[tuple[bytes, bytes, bytes]]:
        objects = objects_of(self.repository)
        return objects.entries(objects.tree(self.oid))

    def _inner(self, name: str, oid: str) -> TreeFolder:
        return TreeFolder(self.repository, self.rev, f"{self.path}/{name}".lstrip("/"), oid, self)

    def _blob(self, name: str, oid: str) -> GitBlob:
        return GitBlob(self.repository, oid, f"{self.rev}:{self.path}/{name}".replace(":/", ":", 1))


def earlier_releases(path: Path, rev: str) -> tuple[Release, ...] | None:
    """The releases that the folder `path` of a checkout has in `rev`, oldest first; None if there are none there.

    Raises `SourceError` where the path is in no repository, or the repository has no such revision.
    """
    root = _root(path, rev)
    folder = None if root is None else _walk(root, _inside(path))
    releases = None if folder is None else folder_releases(folder)
    return None if releases is None else in_order(releases)


def earlier_file(path: Path, rev: str) -> File | None:
    """What the file `path` of a checkout was in `rev`; None if it was not there. Raises as `earlier_releases` does."""
    root = _root(path.parent, rev)
    folder = None if root is None else _walk(root, _inside(path.parent))
    if folder is not None and folder.is_link(path.name):
        raise _is_link(folder, path.name)
    return None if folder is None else folder.file(path.name)


def _root(path: Path, rev: str) -> TreeFolder | None:
    """The top folder of a revision; None for the HEAD of a repository that has no commit yet."""
    place = str(path)
    repository = os.fsdecode(run_git(place, "-C", place, "rev-parse", "--absolute-git-dir")).removesuffix("\n")
    found = objects_of(repository).commit(rev)
    if found is not None:
        return TreeFolder(repository, rev, "", found[1])
    if rev == "HEAD":
        return None
    raise SourceError(f"{place}: no revision {rev!r} in its repository (`git fetch` brings those of elsewhere)")


def _inside(path: Path) -> list[str]:
    """Where a folder lies below the top of its repository."""
    place = str(path)
    prefix = os.fsdecode(run_git(place, "-C", place, "rev-parse", "--show-prefix")).removesuffix("\n")
    return [name for name in prefix.split("/") if name]


def _walk(folder: TreeFolder, names: Sequence[str]) -> TreeFolder | None:
    for name in names:
        inner = folder.folder(name)
        if inner is None:
            if folder.is_link(name):
                raise _is_link(folder, name)
            return None
        folder = inner
    return folder


def _is_link(folder: TreeFolder, name: str) -> SourceError:
    return SourceError(f"{folder.place}/{name}: a link there (name what it leads to)".replace(":/", ":", 1))
