"""Files below the output folder: made, read and looked at without following links."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from docgen.errors import OutputError
from docgen.site.publish.page_paths import above

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def create(path: Path, content: bytes, *, sync: bool = False) -> None:
    """Write a new file with the permissions that the user's umask gives, which `tempfile` would not."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o666)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        if sync:
            stream.flush()
            os.fsync(handle)


def write_file(path: Path, pieces: Iterable[bytes]) -> None:
    """Make `path` a file of these pieces, whole or not at all; raises `OutputError`, and what iterating raises."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with fresh.open("xb") as stream:
            stream.writelines(pieces)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            fresh.unlink()


def read(path: Path, size: int) -> bytes | None:
    """Up to `size` bytes of the regular file `path`, all if negative; None if it is not there or is anything else."""
    stream = _open(path)
    if stream is None:
        return None
    with stream:
        return stream.read(size)


def digest(home: Path, path: str) -> str | None:
    """SHA-256 of a page on disk; None if it is gone, or is reached through a link and thus somewhere else."""
    if any(kind(home / folder) != stat.S_IFDIR for folder in above(path)):
        return None
    stream = _open(home / path)
    if stream is None:
        return None
    with stream:
        return hashlib.sha256(stream.read()).hexdigest()


def kind(path: Path) -> int:
    """The kind of what is at `path` (`stat.S_IFREG`, ...), 0 if nothing is. Does not follow links."""
    try:
        return stat.S_IFMT(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return 0


def size(path: str) -> int:
    """How many bytes the regular file `path` has; -1 if it is not there or is anything else."""
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return -1
    return found.st_size if stat.S_ISREG(found.st_mode) else -1


def below(home: Path, folder: str) -> Iterator[str]:
    """The paths of `folder` and of everything in it."""
    for where, folders, names in os.walk(home / folder):
        here = Path(where).relative_to(home)
        yield here.as_posix()
        yield from ((here / name).as_posix() for name in (*folders, *names))


def _open(path: Path) -> BinaryIO | None:
    """The regular file `path`, opened; None if it is not there or is anything else, a link for instance."""
    try:
        handle = os.open(path, os.O_RDONLY | _NO_FOLLOW)
    except OSError:
        if kind(path) == stat.S_IFREG:
            raise
        return None
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    return None


@contextmanager
def explained(place: Path) -> Iterator[None]:
    """Turn what the operating system says into one line."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{error.filename2 or error.filename or place}: {error.strerror or error}") from error
