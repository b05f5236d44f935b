"""Files in the output folder: created, read and inspected without following links."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from docgen.errors import OutputError, error_reason
from docgen.site.publish.page_paths import parent_paths

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def create_file(path: str | Path, content: bytes, *, sync: bool = False) -> None:
    """Write a new file with the permissions that the user's umask allows, unlike `tempfile`."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o666)
    try:
        written = os.write(handle, content)
        while written < len(content):  # the system writes less than it is given if the disk is full, or beyond 2 GB
            written += os.write(handle, content[written:])
        if sync:
            os.fsync(handle)
    finally:
        os.close(handle)


def read_file(path: str | Path, max_bytes: int) -> bytes | None:
    """Return up to `max_bytes` of a regular file, all if negative; None if it is missing or not a regular file."""
    stream = _open_regular(path)
    if stream is None:
        return None
    with stream:
        return stream.read(max_bytes)


def page_digest(site_root: Path, path: str) -> str | None:
    """Return the SHA-256 of a page on disk; None if it does not exist, or is reached through a link."""
    if any(file_type(site_root / folder) != stat.S_IFDIR for folder in parent_paths(path)):
        return None
    stream = _open_regular(site_root / path)
    if stream is None:
        return None
    with stream:
        return hashlib.sha256(stream.read()).hexdigest()


def file_type(path: str | Path) -> int:
    """Return the type of a file (`stat.S_IFREG`, ...), or 0 if it does not exist. Does not follow links."""
    try:
        return stat.S_IFMT(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return 0


def file_size(path: str) -> int:
    """Return the size of a regular file in bytes, or -1 if it does not exist or is not a regular file."""
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return -1
    return status.st_size if stat.S_ISREG(status.st_mode) else -1


def tree_paths(site_root: Path, folder: str) -> Iterator[str]:
    """Yield the path of a folder, and of everything in it."""
    for parent, folders, names in os.walk(site_root / folder):
        relative = Path(parent).relative_to(site_root)
        yield relative.as_posix()
        yield from ((relative / name).as_posix() for name in (*folders, *names))


def _open_regular(path: str | Path) -> BinaryIO | None:
    """Open a regular file; return None if it does not exist or is not a regular file, such as a link."""
    try:
        handle = os.open(path, os.O_RDONLY | _NO_FOLLOW)
    except FileNotFoundError:
        return None
    except OSError:
        if file_type(path) == stat.S_IFREG:
            raise
        return None
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    return None


@contextmanager
def reporting_os_errors(location: str | Path) -> Iterator[None]:
    """Turn an `OSError` into an `OutputError` of one line. `location` is used if the error names no file."""
    try:
        yield
    except OSError as error:
        raise output_error(error, location) from error


def output_error(error: OSError, location: str | Path) -> OutputError:
    """Return the `OutputError` of one line for an `OSError`. `location` is used if the error names no file."""
    return OutputError(f"{error.filename2 or error.filename or location}: {error_reason(error)}")
