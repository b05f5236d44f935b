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
from docgen.sources.git.objects import FILE_MODES, TREE_MODES, GitBlob, object_reader
from docgen.sources.git.program import run_git
from docgen.sources.release import File, Release, sort_releases

_LINK_MODES = (b"120000",)


@dataclass(frozen=True, slots=True)
class GitFolder:
    """A folder in a revision. Links in it are not followed: they may lead out of the repository."""

    git_dir: str
    rev: str
    path: str
    oid: str
    parent: GitFolder | None = None

    @property
    def name(self) -> str:
        """What it is called there; empty for the root."""
        return self.path.rpartition("/")[2]

    @property
    def location(self) -> str:
        """Revision and path, as git writes them: `main:models/1.12.83`."""
        return f"{self.rev}:{self.path}"

    def folders(self) -> Sequence[GitFolder]:
        """The folders in it, sorted by name; raises `SourceError`."""
        found = sorted((name, oid) for mode, name, oid in self._entries() if mode in TREE_MODES)
        return [self._subfolder(os.fsdecode(name), oid.hex()) for name, oid in found if name[:1] != b"."]

    def files(self) -> Mapping[str, File]:
        """The regular files in it by name, sorted; raises `SourceError`."""
        found = sorted((name, oid) for mode, name, oid in self._entries() if mode in FILE_MODES)
        return {os.fsdecode(name): self._blob(os.fsdecode(name), oid.hex()) for name, oid in found if name[:1] != b"."}

    def folder(self, name: str) -> GitFolder | None:
        """A folder in it, or None; raises `SourceError`."""
        oid = self._find_oid(name, TREE_MODES)
        return None if oid is None else self._subfolder(name, oid)

    def file(self, name: str) -> File | None:
        """A file in it, or None; raises `SourceError`."""
        oid = self._find_oid(name, FILE_MODES)
        return None if oid is None else self._blob(name, oid)

    def is_link(self, name: str) -> bool:
        """Whether a name in it is a link."""
        return self._find_oid(name, _LINK_MODES) is not None

    def resolve(self) -> Self:
        """The folder: it was not found through a link."""
        return self

    def parent_folder(self) -> GitFolder | None:
        """The folder that it lies in; None for the root."""
        return self.parent

    def _find_oid(self, name: str, modes: tuple[bytes, ...]) -> str | None:
        wanted = os.fsencode(name)
        return next((oid.hex() for mode, found, oid in self._entries() if found == wanted and mode in modes), None)

    def _entries(self) -> list[tuple[bytes, bytes, bytes]]:
        objects = object_reader(self.git_dir)
        return objects.parse_tree(objects.read_tree(self.oid))

    def _subfolder(self, name: str, oid: str) -> GitFolder:
        return GitFolder(self.git_dir, self.rev, f"{self.path}/{name}".lstrip("/"), oid, self)

    def _blob(self, name: str, oid: str) -> GitBlob:
        return GitBlob(self.git_dir, oid, f"{self.rev}:{self.path}/{name}".replace(":/", ":", 1))


def releases_at_revision(path: Path, rev: str) -> tuple[Release, ...] | None:
    """The releases that the folder `path` of a checkout has in `rev`, oldest first; None if there are none there.

    Raises `SourceError` where the path is in no repository, or the repository has no such revision.
    """
    root = _root_folder(path, rev)
    folder = None if root is None else _descend(root, _path_in_repository(path))
    releases = None if folder is None else folder_releases(folder)
    return None if releases is None else sort_releases(releases)


def file_at_revision(path: Path, rev: str) -> File | None:
    """What the file `path` of a checkout was in `rev`; None if it was not there. Raises as `earlier_releases` does."""
    root = _root_folder(path.parent, rev)
    folder = None if root is None else _descend(root, _path_in_repository(path.parent))
    if folder is not None and folder.is_link(path.name):
        raise _link_error(folder, path.name)
    return None if folder is None else folder.file(path.name)


def _root_folder(path: Path, rev: str) -> GitFolder | None:
    """The top folder of a revision; None for the HEAD of a repository that has no commit yet."""
    place = str(path)
    repository = os.fsdecode(run_git(place, "-C", place, "rev-parse", "--absolute-git-dir")).removesuffix("\n")
    found = object_reader(repository).resolve_commit(rev)
    if found is not None:
        return GitFolder(repository, rev, "", found[1])
    if rev == "HEAD":
        return None
    raise SourceError(f"{place}: no revision {rev!r} in its repository (`git fetch` brings those of elsewhere)")


def _path_in_repository(path: Path) -> list[str]:
    """Where a folder lies below the top of its repository."""
    place = str(path)
    prefix = os.fsdecode(run_git(place, "-C", place, "rev-parse", "--show-prefix")).removesuffix("\n")
    return [name for name in prefix.split("/") if name]


def _descend(folder: GitFolder, names: Sequence[str]) -> GitFolder | None:
    for name in names:
        inner = folder.folder(name)
        if inner is None:
            if folder.is_link(name):
                raise _link_error(folder, name)
            return None
        folder = inner
    return folder


def _link_error(folder: GitFolder, name: str) -> SourceError:
    return SourceError(f"{folder.location}/{name}: a link there (name what it leads to)".replace(":/", ":", 1))
