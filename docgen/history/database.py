"""Opening the file, if it is ours, whole, and of a schema that this version knows."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from urllib.parse import quote

from docgen.errors import SourceError

APPLICATION_ID = int.from_bytes(b"docg")
"""What SQLite keeps in the header to tell whose file it is (PRAGMA application_id)."""

SCHEMA_VERSION = 2
"""The number of the schema (PRAGMA user_version). A file with a number that is not known here is made anew."""

SCHEMA_WITHOUT_CHECKSUMS = 1
"""That of files without checksums. They are read as they are, and get some when they are next written."""

OPEN_TIMEOUT = 30.0
"""Seconds to wait for others to open or close the file, which takes them a moment."""

SQLITE_MAGIC = b"SQLite format 3\x00"


def is_database(path: Path) -> bool:
    """Whether there is a SQLite file. A pipe is none, and is not looked into: what is read of it is gone."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            return stream.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC
    except (OSError, ValueError):
        return False


@cache
def schema_sql() -> str:
    """The schema as SQL."""
    return resources.files(__package__).joinpath("history.sql").read_text(encoding="utf-8")


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """Open the file at `path`, to read or to `write`; raises `SourceError` if it is not a history that we know."""
    if not write and not is_database(path):
        raise SourceError(
            f"{path}: {'not a history of docgen' if path.exists() else 'no such file'} ({_creation_hint(path)})"
        )
    if write and path.is_file() and path.stat().st_size and not is_database(path):
        raise SourceError(f"{path}: not a history of docgen (remove it, or name another file)")
    with reporting_sqlite_errors(path):
        uri = f"file:{quote(str(path.absolute()))}?mode={'rwc' if write else 'ro'}"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, cached_statements=256)
        try:
            retry_while_locked(lambda: _check_header(connection, path, write=write))
        except BaseException:
            connection.close()
            raise
        return connection


def retry_while_locked(action: Callable[[], object]) -> None:
    """Do what SQLite refuses at once, without waiting, while others open or close the file in this moment."""
    until = time.monotonic() + OPEN_TIMEOUT
    while True:
        try:
            action()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(0.02)


def _check_header(connection: sqlite3.Connection, path: Path, *, write: bool) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if write and not (application or version or tables):
        return  # a new file, or one whose making was cut short
    if application != APPLICATION_ID:
        raise SourceError(f"{path}: not a history of docgen ({_creation_hint(path)})")
    if version not in (SCHEMA_VERSION, SCHEMA_WITHOUT_CHECKSUMS):
        raise SourceError(
            f"{path}: made by another version of docgen, schema {version}, not {SCHEMA_VERSION} ({_rebuild_hint(path)})"
        )


@contextmanager
def reporting_sqlite_errors(path: Path) -> Iterator[None]:
    """Say what SQLite has to say in one line."""
    try:
        yield
    except UnicodeDecodeError:
        raise corruption_error(path, "a text that is not UTF-8") from None
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise SourceError(f"{path}: another docgen is writing to it (wait for it to end)") from None
        if "decode" in str(error):
            raise corruption_error(path, "a text that is not UTF-8") from None
        raise SourceError(f"{path}: {error}") from None
    except sqlite3.DatabaseError as error:
        raise corruption_error(path, error) from None


@contextmanager
def reporting_corruption(path: Path) -> Iterator[None]:
    """Say in one line that what was read does not fit together: a byte that SQLite had no reason to doubt was changed.

    The error that gave it away stays the cause.
    """
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise corruption_error(path, f"its parts do not fit together, {type(error).__name__}: {error}") from error


def corruption_error(path: Path, reason: object) -> SourceError:
    """The error for a file that is not as it was written."""
    return SourceError(f"{path}: damaged: {reason} ({_rebuild_hint(path)})")


def _creation_hint(path: Path) -> str:
    return f"make one with `docgen index SOURCE -o {path.name}`"


def _rebuild_hint(path: Path) -> str:
    return f"make it anew: `docgen index SOURCE -o {path.name} --rebuild`"
