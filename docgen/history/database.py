"""Opening the history file: checks that docgen wrote it, and reports SQLite's errors in one line."""

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
"""Marks a SQLite file as a history of docgen (PRAGMA application_id)."""

SCHEMA_VERSION = 3
"""The version of `history.sql` (PRAGMA user_version). Files of any other version must be rebuilt."""

OPEN_TIMEOUT = 30.0
"""Seconds to wait for other processes to open or close the file, which takes them a moment."""

SQLITE_MAGIC = b"SQLite format 3\x00"


def is_database(path: Path) -> bool:
    """Whether `path` is a SQLite file. Pipes are never opened, because reading consumes them."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            return stream.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC
    except (OSError, ValueError):
        return False


@cache
def schema_sql() -> str:
    """The SQL statements that create the tables and views."""
    return resources.files(__package__).joinpath("history.sql").read_text(encoding="utf-8")


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """Open the history file at `path`.

    Args:
        path: The file. It is created if `write` is true and it does not exist.
        write: Whether to open it for writing.

    Raises:
        SourceError: The file does not exist, is not a history, or has another schema version.

    """
    if not write and not is_database(path):
        problem = "not a history of docgen" if path.exists() else "no such file"
        raise SourceError(f"{path}: {problem} ({_creation_hint(path)})")
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
    """Call `action` again while other processes open or close the file, which SQLite rejects without waiting."""
    deadline = time.monotonic() + OPEN_TIMEOUT
    while True:
        try:
            action()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.02)


def _check_header(connection: sqlite3.Connection, path: Path, *, write: bool) -> None:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if write and not (application_id or version or tables):
        return  # a new file, or one whose creation was interrupted
    if application_id != APPLICATION_ID:
        raise SourceError(f"{path}: not a history of docgen ({_creation_hint(path)})")
    if version != SCHEMA_VERSION:
        raise SourceError(
            f"{path}: written by another version of docgen (schema {version}, not {SCHEMA_VERSION}; "
            f"{_rebuild_hint(path)})"
        )


@contextmanager
def reporting_sqlite_errors(path: Path) -> Iterator[None]:
    """Turn errors of SQLite into a `SourceError` of one line."""
    try:
        yield
    except UnicodeDecodeError:
        raise corruption_error(path, "text that is not UTF-8") from None
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise SourceError(f"{path}: another docgen process is writing to it (try again later)") from None
        if "decode" in str(error):
            raise corruption_error(path, "text that is not UTF-8") from None
        raise SourceError(f"{path}: {error}") from None
    except sqlite3.DatabaseError as error:
        raise corruption_error(path, error) from None


@contextmanager
def reporting_corruption(path: Path) -> Iterator[None]:
    """Turn errors from inconsistent content into a `SourceError` of one line.

    SQLite does not notice a changed byte inside a value, so any code that uses the values may fail. The original error
    stays the cause.
    """
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise corruption_error(path, f"its content is inconsistent, {type(error).__name__}: {error}") from error


def corruption_error(path: Path, reason: object) -> SourceError:
    """The error for a damaged file."""
    return SourceError(f"{path}: damaged: {reason} ({_rebuild_hint(path)})")


def _creation_hint(path: Path) -> str:
    return f"create one with `docgen index SOURCE -o {path.name}`"


def _rebuild_hint(path: Path) -> str:
    return f"rebuild it: `docgen index SOURCE -o {path.name} --rebuild`"
