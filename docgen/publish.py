"""Writes pages: all or none, only what changed, and never over or instead of what someone else put there.

New pages are first laid into `.docgen-new` beside the old ones, so that a problem with any page leaves the site as it
was. Then the manifest is told what is about to happen, stale pages go, new ones are moved to their places, and the
manifest is told that it is done. Whatever the moment at which the process is killed, the manifest knows
every name that may be docgen's on disk and what it may hold, and the next run completes the work.

Pages are not synced to the disk one by one: after a power cut the next run compares bytes and writes a damaged page
again, and syncing 20,000 pages takes a hundred times as long as writing them. The manifest is synced, twice per run,
since nothing else tells docgen's pages from other people's.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from docgen.errors import OutputError

MANIFEST = ".docgen-manifest.json"
STAGE = ".docgen-new"

_FORMAT = 1
_SEGMENT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?")
_STAGED = re.compile(r"[0-9]+")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


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
    with _explained(root):
        root.mkdir(parents=True, exist_ok=True)
        home = root.resolve()
    with _locked(home, root), _stage(home):
        old = _read_manifest(home)
        plan = _plan(home, old, files)
        with _explained(home):
            _check_room(home, old, plan)
            _carry_out(home, old, plan)
    return Published(len(plan.staged), len(plan.pages) - len(plan.staged), len(plan.stale), tuple(plan.kept))


def check_path(path: str) -> str:
    """`path` if it may be a page's; raises `OutputError` else."""
    if not _is_path(path):
        raise OutputError(
            f"{path!r}: not the path of a page (relative, / between names, names of letters, digits and . _ -)"
        )
    return path


def _is_path(path: str) -> bool:
    """The only place that decides which names can be on disk, those that a manifest claims to be ours included."""
    return all(_SEGMENT.fullmatch(segment) for segment in path.split("/"))


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What docgen put here: folders that it made, and for each page what it may hold, as SHA-256.

    That is one digest per page after a complete run, and more of them while a run is under way.
    """

    pages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    folders: frozenset[str] = frozenset()
    complete: bool = True


@dataclass(slots=True)
class _Plan:
    """What is to happen; built page by page."""

    pages: dict[str, str] = field(default_factory=dict)  # path -> SHA-256
    staged: dict[str, str] = field(default_factory=dict)  # path -> name in the stage
    stale: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    folders: dict[str, bool] = field(default_factory=dict)  # every page's folders -> whether it is there


def _plan(home: Path, old: _Manifest, files: Iterable[tuple[str, bytes]]) -> _Plan:
    """Lay aside what differs from what is there; nothing that readers see is touched."""
    plan = _Plan()
    names = _Names()
    spellings = {path.casefold(): path for path in old.pages}
    for path, content in files:
        # Errors of the file system are explained page by page, so that those of the iterator stay what they are.
        with _explained(home / path):
            names.add(check_path(path))
            plan.pages[path] = hashlib.sha256(content).hexdigest()
            ours = spellings.get(path.casefold())
            # Where case does not matter, a page found under another spelling is the stale one, about to be removed.
            if not _is_there(home, path, content, plan, ours=ours is not None) or ours not in (None, path):
                plan.staged[path] = str(len(plan.staged))
                _create(home / STAGE / plan.staged[path], content)
    with _explained(home):
        for path in sorted(old.pages.keys() - plan.pages.keys()):
            if digest := _digest(home, path):
                (plan.stale if digest in old.pages[path] else plan.kept).append(path)
    return plan


class _Names:
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
        for folder in _above(folded):
            self.folders[folder] = path
            if folder in self.pages:
                raise OutputError(f"{path}: in a folder that has the name of the page {self.pages[folder]}")
        if folded in self.folders:
            raise OutputError(f"{path}: a page with the name of the folder of {self.folders[folded]}")


def _is_there(home: Path, path: str, content: bytes, plan: _Plan, *, ours: bool) -> bool:
    """Whether the page is on disk as it should be; raises `OutputError` where what is there is not docgen's."""
    if not _folder_is_there(home, _parent(path), plan):
        return False
    found = _read(home / path, len(content) + 1)
    if found == content:
        return True
    if not ours and _kind(home / path) not in (0, stat.S_IFDIR):  # a folder may yet go: _check_room
        raise OutputError(f"{home / path}: docgen did not write this file and leaves it alone (move it away)")
    return False


def _folder_is_there(home: Path, folder: str, plan: _Plan) -> bool:
    """Whether `folder` is there, each part a real folder; raises `OutputError` at a link: it may lead anywhere."""
    if not folder:
        return True
    if folder not in plan.folders:
        kind = _kind(home / folder) if _folder_is_there(home, _parent(folder), plan) else 0
        if kind == stat.S_IFLNK:
            raise OutputError(f"{home / folder}: a link, and docgen does not write through links (remove it)")
        plan.folders[folder] = kind == stat.S_IFDIR
    return plan.folders[folder]


def _check_room(home: Path, old: _Manifest, plan: _Plan) -> None:
    """Raise `OutputError` where a file stands in the place of a folder, or a folder in that of a page, and stays."""
    going = {*plan.stale, *old.folders}
    for folder, there in plan.folders.items():
        if not there and _kind(home / folder) and folder not in plan.stale:
            raise OutputError(f"{home / folder}: a file where docgen needs a folder (move it away)")
    for path in plan.staged:
        if _kind(home / path) == stat.S_IFDIR and not going.issuperset(_below(home, path)):
            raise OutputError(f"{home / path}: a folder where docgen needs to write a page (move it away)")


def _carry_out(home: Path, old: _Manifest, plan: _Plan) -> None:
    """Make the folder what the plan says, through steps after each of which the next run can take over."""
    missing = {folder for folder, there in plan.folders.items() if not there}
    folders = (old.folders & plan.folders.keys()) | missing
    new = _Manifest({path: frozenset((digest,)) for path, digest in plan.pages.items()}, folders)
    if plan.staged or plan.stale or not old.complete:
        none: frozenset[str] = frozenset()
        both = {path: old.pages.get(path, none) | new.pages.get(path, none) for path in {*old.pages, *new.pages}}
        _write_manifest(home, _Manifest(both, old.folders | missing, complete=False))
    # Removing goes first: a stale page may stand where a folder must be, or differ from a new one only by case.
    for path in plan.stale:
        (home / path).unlink(missing_ok=True)
    for folder in sorted(old.folders - plan.folders.keys(), reverse=True):  # the inner ones first
        with suppress(OSError):  # not empty, or gone: both are fine
            (home / folder).rmdir()
    for folder in sorted(missing):  # the outer ones first
        (home / folder).mkdir(exist_ok=True)
    for path, staged in plan.staged.items():
        (home / STAGE / staged).replace(home / path)
    if new != old or not (home / MANIFEST).exists():
        _write_manifest(home, new)


def _read_manifest(home: Path) -> _Manifest:
    """What an earlier run left, nothing if there was none; raises `OutputError` where it is not a manifest."""
    place = home / MANIFEST
    with _explained(place):
        data = _read(place, -1)
        if data is None:
            if _kind(place):
                raise OutputError(f"{place}: not a regular file")
            return _Manifest()
    try:
        content = json.loads(data)
        if content["format"] != _FORMAT:
            raise OutputError(f"{place}: format {content['format']!r} is not known to this docgen (use a newer one)")
        pages = {path: frozenset(digests) for path, digests in content["pages"].items()}
        folders = frozenset(content["folders"])
        if not all(map(_is_path, {*pages, *folders})) or not all(map(_SHA256.fullmatch, chain(*pages.values()))):
            raise ValueError
        return _Manifest(pages, folders, content["complete"] is True)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise OutputError(f"{place}: damaged (remove it and the pages, and run again)") from None


def _write_manifest(home: Path, manifest: _Manifest) -> None:
    content = {
        "format": _FORMAT,
        "complete": manifest.complete,
        "folders": sorted(manifest.folders),
        "pages": {path: sorted(digests) for path, digests in sorted(manifest.pages.items())},
    }
    staged = home / STAGE / MANIFEST
    _create(staged, json.dumps(content, indent=1).encode() + b"\n", sync=True)
    staged.replace(home / MANIFEST)


def _create(path: Path, content: bytes, *, sync: bool = False) -> None:
    """Write a new file with the permissions that the user's umask gives, which `tempfile` would not."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o666)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        if sync:
            stream.flush()
            os.fsync(handle)


def _open(path: Path) -> BinaryIO | None:
    """The regular file `path`, opened; None if it is not there or is anything else, a link for instance."""
    try:
        handle = os.open(path, os.O_RDONLY | _NO_FOLLOW)
    except OSError:
        if _kind(path) == stat.S_IFREG:
            raise
        return None
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    return None


def _read(path: Path, size: int) -> bytes | None:
    """Up to `size` bytes of the regular file `path`, all if negative; None where `_open` gives None."""
    stream = _open(path)
    if stream is None:
        return None
    with stream:
        return stream.read(size)


def _digest(home: Path, path: str) -> str | None:
    """SHA-256 of a page on disk; None if it is gone, or is reached through a link and thus somewhere else."""
    if any(_kind(home / folder) != stat.S_IFDIR for folder in _above(path)):
        return None
    stream = _open(home / path)
    if stream is None:
        return None
    with stream:
        return hashlib.sha256(stream.read()).hexdigest()


def _kind(path: Path) -> int:
    """The kind of what is at `path` (`stat.S_IFREG`, ...), 0 if nothing is. Does not follow links."""
    try:
        return stat.S_IFMT(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _below(home: Path, folder: str) -> Iterator[str]:
    """The paths of `folder` and of everything in it."""
    for where, folders, names in os.walk(home / folder):
        here = Path(where).relative_to(home)
        yield here.as_posix()
        yield from ((here / name).as_posix() for name in (*folders, *names))


def _above(path: str) -> list[str]:
    """The folders that `path` is in, the inner ones first."""
    found = []
    while path := _parent(path):
        found.append(path)
    return found


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


@contextmanager
def _stage(home: Path) -> Iterator[None]:
    """The folder in which new pages wait; what a killed run left in it is swept out first."""
    stage = home / STAGE
    with _explained(stage):
        _sweep(stage)
        stage.mkdir()
    try:
        yield
    finally:
        with suppress(OSError):
            _sweep(stage)


def _sweep(stage: Path) -> None:
    if _kind(stage) != stat.S_IFDIR:
        return
    for name in os.listdir(stage):
        if _STAGED.fullmatch(name) or name == MANIFEST:
            (stage / name).unlink()
    stage.rmdir()


@contextmanager
def _locked(home: Path, root: Path) -> Iterator[None]:
    """Keep other runs out. The system drops the lock with the process, however that ends, so none is ever stale."""
    with _explained(root):
        handle = _lockable(home)
    try:
        if not _lock(handle):
            raise OutputError(f"{root}: another docgen is writing here (wait until it is done)")
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":  # a folder cannot be opened there, so a file stands in for it

    def _lockable(home: Path) -> int:
        return os.open(home / ".docgen-lock", os.O_RDWR | os.O_CREAT)

    def _lock(handle: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _lockable(home: Path) -> int:
        return os.open(home, os.O_RDONLY | os.O_DIRECTORY)

    def _lock(handle: int) -> bool:
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # some network file systems have no locks: better to write than to refuse
            return True
        return True


@contextmanager
def _explained(place: Path) -> Iterator[None]:
    """Turn what the operating system says into one line."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{error.filename2 or error.filename or place}: {error.strerror or error}") from error
