"""Files on disk: the cache folder, careful reading, atomic writing, and digests."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from docgen.errors import OutputError, SourceError, UsageError, error_reason

CHUNK_BYTES = 1 << 20
"""How much `read_bounded` reads at a time."""

MAX_TEXT_BYTES = 64 << 20
"""The most that is read of a text file that the user named: a change may have made it a link to an endless device."""

MAX_KEY_PARTS = 32
"""The most parts of a dotted key in TOML: the reader keeps every front of a key, which takes the square of that."""

_KEY_PART = r"""(?:[A-Za-z0-9_-]{1,200}+|"(?:\\.|[^"\\\n]){0,200}+"|'[^'\n]{0,200}+')"""
_LONG_KEY = re.compile(rf"(?:{_KEY_PART}[ \t]*+\.[ \t]*+){{{MAX_KEY_PARTS}}}")

_TOML_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")

_DESCRIPTOR_PATHS = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
"""How a shell names a pipe that it opened."""

FileStamp = tuple[int, int]
"""Modification time in nanoseconds and size in bytes. A file whose stamp is the same is taken for unchanged."""


def cache_path(name: str) -> Path:
    """Return the path `name` below `$DOCGEN_CACHE`, or else below the user's cache folder. It may not exist.

    Raises `SourceError` if there is no home folder.
    """
    own, cache = os.environ.get("DOCGEN_CACHE"), os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(own) if own else Path(cache or "~/.cache") / "docgen").expanduser() / name
    except RuntimeError as error:
        raise SourceError(f"{own or cache or '~/.cache'}: {error} (set DOCGEN_CACHE to a folder)") from None


def cache_folder(name: str) -> Path:
    """Return the folder `name` of the cache, as `cache_path` does. Create it if needed.

    Raises `SourceError` if it cannot be created.
    """
    folder = cache_path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SourceError(
            f"{error.filename or name}: {error_reason(error)} (set DOCGEN_CACHE to another folder)"
        ) from None
    return folder


def real_path(path: str | os.PathLike[str]) -> Path:
    """Return a path without links. `Path.resolve` fails for a link that leads to itself; this stops there."""
    return Path(os.path.realpath(path))


def parse_toml(text: str) -> dict[str, Any]:
    """Return the content of a TOML file of others; raise `ValueError` with the reason if it is not TOML.

    Python's reader has no limits of its own for memory and depth.
    """
    import tomllib  # only commands that need it pay for it

    if _LONG_KEY.search(text):
        raise ValueError(f"a key with more than {MAX_KEY_PARTS} parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def toml_problem(location: str, message: str) -> str:
    """Return the message of the TOML reader, with its line and column where editors look for them."""
    found = _TOML_PLACE.search(message)
    if found is None:
        return f"{location}: not TOML: {message}"
    return f"{location}:{found[1]}:{found[2]}: not TOML: {message[: found.start()]}"


def open_regular(path: str | os.PathLike[str], location: str) -> BinaryIO:
    """Open a regular file, or a link to one, for reading.

    A plain `open` of a pipe or a device can block forever, so the file is opened without blocking and its type is
    checked afterwards. Raises `SourceError`, which names `location`, for other types and for unreadable files.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise SourceError(f"{location}: {error_reason(error)}") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise SourceError(f"{location}: not a regular file")
    return os.fdopen(handle, "rb")


def open_named(file: str) -> BinaryIO:
    """Open a file that the user named: a regular file, a device, or a pipe that a shell made for it (`<(…)`).

    A pipe with a name of its own is refused, because one that nobody writes to never ends. Raises `UsageError`.
    """
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: {error_reason(error)}") from None
    mode = os.fstat(handle).st_mode
    is_named_pipe = stat.S_ISFIFO(mode) and not file.startswith(_DESCRIPTOR_PATHS)
    if is_named_pipe or stat.S_ISDIR(mode):
        os.close(handle)
        reason = "a named pipe (expected a file)" if is_named_pipe else os.strerror(errno.EISDIR)
        raise UsageError(f"{file}: {reason}")
    if hasattr(os, "set_blocking"):
        os.set_blocking(handle, True)
    return os.fdopen(handle, "rb")


def read_bounded(stream: BinaryIO, location: str, max_bytes: int) -> bytes:
    """Read all of `stream`. Raises `SourceError`, which names `location`, if that is more than `max_bytes`."""
    chunks: list[bytes] = []
    size = 0
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        if size > max_bytes:
            raise SourceError(f"{location}: larger than {max_bytes >> 20} MiB")
        chunks.append(chunk)
    return b"".join(chunks)


def read_utf8(file: str) -> str:
    """Return the text of a UTF-8 file that the user named, without a byte order mark.

    The file may be a device, or a pipe of a shell. Raises `UsageError`, also for more than `MAX_TEXT_BYTES`.
    """
    try:
        with open_named(file) as stream:
            return read_bounded(stream, file, MAX_TEXT_BYTES).decode("utf-8-sig")
    except SourceError as error:
        raise UsageError(error) from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: not UTF-8 at byte {error.start}") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: {error_reason(error)}") from None


def write_utf8(path: Path, text: str) -> None:
    """Write a text file, all or nothing; raises `OutputError`."""
    write_atomically(path, [text.encode()])


def create_folder(path: Path) -> None:
    """Create a folder and its parents if they are missing; raises `OutputError`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: {error_reason(error)}") from None


def write_atomically(path: Path, chunks: Iterable[bytes]) -> None:
    """Write `chunks` to `path`, all or nothing. An existing file is replaced.

    Raises `OutputError` if the file cannot be written, and whatever iterating over `chunks` raises.
    """
    remove_litter(path.parent, f".{path.name}", ".new")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with temporary.open("xb") as stream:
            stream.writelines(chunks)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: {error_reason(error)}") from None
    finally:
        with suppress(OSError):
            temporary.unlink()


def remove_litter(folder: Path, prefix: str, suffix: str) -> None:
    """Remove files and folders called `PREFIX.PID SUFFIX` (without the space) of processes that have died."""
    with suppress(OSError):
        for path in list(folder.iterdir()):
            if path.name.startswith(prefix) and path.name.endswith(suffix):
                number = path.name.removesuffix(suffix).rpartition(".")[2]
                if number.isdecimal() and len(number) < 12 and _has_died(int(number)):
                    remove = shutil.rmtree if path.is_dir() and not path.is_symlink() else os.unlink
                    with suppress(OSError):
                        remove(path)


def _has_died(process: int) -> bool:
    """Return whether there is no process of this number; False if the system cannot tell."""
    if os.name == "nt":  # there, os.kill ends the process
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def file_stamp(path: str | os.PathLike[str]) -> FileStamp:
    """Return when `path` was modified and how large it is; raises `OSError`."""
    status = os.stat(path)
    return status.st_mtime_ns, status.st_size


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal; raises `OSError`."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sha256_of_entries(entries: Iterable[tuple[str, bytes]]) -> str:
    """Return one SHA-256, in hexadecimal, of several names with their contents, in the order given."""
    digest = hashlib.sha256()
    for name, content in entries:
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()
