"""A file or folder of a checkout as it is in a git revision, for `docgen check --against`.

It is read from the object store. Nothing is checked out, so filters, hooks and attributes of the repository do not run,
and the index and the work tree stay unchanged.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from docgen.errors import SourceError
from docgen.sources.folder import folder_releases, is_inside
from docgen.sources.git.objects import FILE_MODES, TREE_MODES, GitBlob, null_hint, object_reader
from docgen.sources.git.program import run_git
from docgen.sources.release import File, Release, sort_releases

_FETCH_HINT = "run `git fetch` for remote ones"

_LINK_MODES = (b"120000",)


@dataclass(frozen=True, slots=True)
class GitFolder:
    """A folder in a revision. Links in it are not followed, because they may lead out of the repository."""

    git_dir: str
    rev: str
    path: str
    oid: str
    parent: GitFolder | None = None

    @property
    def name(self) -> str:
        """The name of the folder; empty for the root."""
        return self.path.rpartition("/")[2]

    @property
    def location(self) -> str:
        """The revision and the path, as git writes them: `main:models/1.12.83`."""
        return f"{self.rev}:{self.path}"

    def folders(self) -> Sequence[GitFolder]:
        """Return the subfolders, sorted by name; raise `SourceError`."""
        entries = sorted((name, oid) for mode, name, oid in self._entries() if mode in TREE_MODES)
        return [self._subfolder(os.fsdecode(name), oid.hex()) for name, oid in entries if name[:1] != b"."]

    def files(self) -> Mapping[str, File]:
        """Return the regular files by name, sorted; raise `SourceError`."""
        entries = sorted((name, oid) for mode, name, oid in self._entries() if mode in FILE_MODES)
        return {
            os.fsdecode(name): self._blob(os.fsdecode(name), oid.hex()) for name, oid in entries if name[:1] != b"."
        }

    def folder(self, name: str) -> GitFolder | None:
        """Return a subfolder, or None; raise `SourceError`."""
        oid = self._find_oid(name, TREE_MODES)
        return None if oid is None else self._subfolder(name, oid)

    def file(self, name: str) -> File | None:
        """Return a file, or None; raise `SourceError`."""
        oid = self._find_oid(name, FILE_MODES)
        return None if oid is None else self._blob(name, oid)

    def is_link(self, name: str) -> bool:
        """Return whether the entry `name` is a link."""
        return self._find_oid(name, _LINK_MODES) is not None

    def resolve(self) -> Self:
        """Return this folder: folders are never found through links."""
        return self

    def parent_folder(self) -> GitFolder | None:
        """Return the folder that contains this one; None for the root."""
        return self.parent

    def _find_oid(self, name: str, modes: tuple[bytes, ...]) -> str | None:
        encoded = os.fsencode(name)
        return next((oid.hex() for mode, entry, oid in self._entries() if entry == encoded and mode in modes), None)

    def _entries(self) -> list[tuple[bytes, bytes, bytes]]:
        objects = object_reader(self.git_dir)
        return objects.parse_tree(objects.read_tree(self.oid))

    def _subfolder(self, name: str, oid: str) -> GitFolder:
        return GitFolder(self.git_dir, self.rev, f"{self.path}/{name}".lstrip("/"), oid, self)

    def _blob(self, name: str, oid: str) -> GitBlob:
        return GitBlob(self.git_dir, oid, f"{self.rev}:{self.path}/{name}".replace(":/", ":", 1))


def releases_at_revision(path: Path, rev: str) -> tuple[Release, ...] | None:
    """Return the releases that a folder of a checkout has in a revision, oldest first, or None if it has none there.

    Args:
        path: The folder.
        rev: Any name that git knows, such as `main` or `HEAD~2`.

    Raises:
        SourceError: If the path is not in a repository, or the repository has no such revision.
    """
    folder = folder_at_revision(path, rev)
    releases = None if folder is None else folder_releases(folder)
    return None if releases is None else sort_releases(releases)


def folder_at_revision(path: Path, rev: str) -> GitFolder | None:
    """Return the folder `path` of a checkout as it is in `rev`, or None. Raises like `releases_at_revision`.

    It raises `SourceError` as well if `rev` has a file there.
    """
    root = _root_folder(path, rev)
    names = _path_in_repository(path)
    outer = None if root is None else _descend(root, names[:-1])
    if outer is not None and names and outer.file(names[-1]) is not None:
        raise SourceError(f"{path}: a folder, but a file in {rev} (give OLD and NEW without --against)")
    return outer if outer is None or not names else _descend(outer, names[-1:])


def file_at_revision(path: Path, rev: str) -> File | None:
    """Return the file `path` of a checkout as it is in `rev`, or None. Raises like `releases_at_revision`."""
    root = _root_folder(path.parent, rev)
    folder = None if root is None else _descend(root, _path_in_repository(path.parent))
    if folder is not None and folder.is_link(path.name):
        raise _link_error(folder, path.name)
    if folder is not None and folder.folder(path.name) is not None:
        raise SourceError(f"{path}: a file, but a folder in {rev} (give OLD and NEW without --against)")
    return None if folder is None else folder.file(path.name)


def top_folder(path: Path) -> Path:
    """Return the top folder of the checkout that contains a folder.

    Raises:
        SourceError: If the folder is in no checkout, or in a repository that a change may have brought along: a folder
            that looks like a bare repository, which a commit can contain, or a submodule of the checkout in which
            docgen runs. Such a repository says itself what its revisions contain.
    """
    return Path(_checkout(path)[0])


def _checkout(path: Path) -> tuple[str, str]:
    """Return the top folder of a checkout and the folder of its repository. Raises like `top_folder`."""
    top, git_dir = _discover(str(path))
    try:
        around = _discover(os.curdir)[0]
    except SourceError:  # docgen may run outside of any checkout
        return top, git_dir
    if top != around and is_inside(os.path.realpath(top), os.path.realpath(around)):
        raise SourceError(f"{path}: in a repository of its own inside of {around} (run docgen in {top})")
    return top, git_dir


def _discover(place: str) -> tuple[str, str]:
    top, git_dir = _rev_parse(place, "--show-toplevel"), _rev_parse(place, "--absolute-git-dir")
    if not os.path.lexists(os.path.join(top, ".git")) or _rev_parse(top, "--absolute-git-dir") != git_dir:
        raise SourceError(f"{place}: in a repository that is among the files of a checkout (remove {git_dir}/HEAD)")
    return top, git_dir


def _rev_parse(place: str, option: str) -> str:
    return os.fsdecode(run_git(place, "-C", place, "rev-parse", option)).removesuffix("\n")


def _root_folder(path: Path, rev: str) -> GitFolder | None:
    """Return the top folder of a revision, or None for the HEAD of a repository without commits."""
    repository = _checkout(path)[1]
    commit = object_reader(repository).resolve_commit(rev)
    if commit is not None:
        return GitFolder(repository, rev, "", commit[1])
    if rev == "HEAD":
        return None
    raise SourceError(f"{path}: no revision {rev!r} in its repository ({null_hint(rev) or _FETCH_HINT})")


def _path_in_repository(path: Path) -> list[str]:
    """Return the path of a folder, relative to the top of its repository."""
    return [name for name in _rev_parse(str(path), "--show-prefix").split("/") if name]


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
    return SourceError(f"{folder.location}/{name}: a link there (give its target instead)".replace(":/", ":", 1))
