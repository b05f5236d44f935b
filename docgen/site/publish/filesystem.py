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
from docgen.site.publish.page_paths import parent_paths

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def create_file(path: Path, content: bytes, *, sync: bool = False) -> None:
    """Write a new file with the permissions that the user's umask gives, which `tempfile` would not."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o666)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        if sync:
            stream.flush()
            os.fsync(handle)


def write_atomically(path: Path, chunks: Iterable[bytes]) -> None:
    """Make `path` a file of these pieces, whole or not at all; raises `OutputError`, and what iterating raises."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with fresh.open("xb") as stream:
            stream.writelines(chunks)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            fresh.unlink()


def read_file(path: Path, max_bytes: int) -> bytes | None:
    """Up to `size` bytes of the regular file `path`, all if negative; None if it is not there or is anything else."""
    stream = _open_regular(path)
    if stream is None:
        return None
    with stream:
        return stream.read(max_bytes)


def page_digest(site_root: Path, path: str) -> str | None:
    """SHA-256 of a page on disk; None if it is gone, or is reached through a link and thus somewhere else."""
    if any(file_type(site_root / folder) != stat.S_IFDIR for folder in parent_paths(path)):
        return None
    stream = _open_regular(site_root / path)
    if stream is None:
        return None
    with stream:
        return hashlib.sha256(stream.read()).hexdigest()


def file_type(path: Path) -> int:
    """The kind of what is at `path` (`stat.S_IFREG`, ...), 0 if nothing is. Does not follow links."""
    try:
        return stat.S_IFMT(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return 0


def file_size(path: str) -> int:
    """How many bytes the regular file `path` has; -1 if it is not there or is anything else."""
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return -1
    return found.st_size if stat.S_ISREG(found.st_mode) else -1


def tree_paths(site_root: Path, folder: str) -> Iterator[str]:
    """The paths of `folder` and of everything in it."""
    for where, folders, names in os.walk(site_root / folder):
        here = Path(where).relative_to(site_root)
        yield here.as_posix()
        yield from ((here / name).as_posix() for name in (*folders, *names))


def _open_regular(path: Path) -> BinaryIO | None:
    """The regular file `path`, opened; None if it is not there or is anything else, a link for instance."""
    try:
        handle = os.open(path, os.O_RDONLY | _NO_FOLLOW)
    except OSError:
        if file_type(path) == stat.S_IFREG:
            raise
        return None
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    return None


@contextmanager
def reporting_os_errors(location: Path) -> Iterator[None]:
    """Turn what the operating system says into one line."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{error.filename2 or error.filename or location}: {error.strerror or error}") from error
