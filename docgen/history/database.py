"""Opening the history file: checks that docgen wrote it, and reports SQLite's errors in one line."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import quote

from docgen.errors import SourceError, error_reason
from docgen.history.guarded_connection import GuardedConnection

APPLICATION_ID = int.from_bytes(b"docg")
"""Marks a SQLite file as a history of docgen (PRAGMA application_id)."""

SCHEMA_VERSION = 4
"""The version of `history.sql` (PRAGMA user_version). Files of any other version must be rebuilt."""

OPEN_TIMEOUT = 30.0
"""Seconds to wait for other processes to open or close the file, which takes them a moment."""

SQLITE_MAGIC = b"SQLite format 3\x00"
ZIP_MAGIC = b"PK\x03\x04"


def is_database(path: Path) -> bool:
    """Return whether `path` is a SQLite file. Pipes are never opened, because reading consumes them."""
    return _starts_with(path, SQLITE_MAGIC)


def is_archive(path: Path) -> bool:
    """Return whether `path` is a ZIP archive, as facts are (`docgen.history.facts`)."""
    return _starts_with(path, ZIP_MAGIC)


def _starts_with(path: Path, magic: bytes) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            return stream.read(len(magic)) == magic
    except (OSError, ValueError):
        return False


@cache
def schema_sql() -> str:
    """Return the SQL statements that create the tables and views."""
    return Path(__file__).with_name("history.sql").read_text(encoding="utf-8")


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """Open the history file at `path`.

    Args:
        path: The file. It is created if `write` is true and it does not exist.
        write: Whether to open it for writing.

    Raises:
        SourceError: The file does not exist, is not a history, or has another schema version.

    """
    _check_file(path, write=write)
    with reporting_sqlite_errors(path):
        # A path that begins with two slashes would be taken for a host.
        uri = f"file://{quote(os.path.abspath(os.fsencode(path)))}?mode={'rwc' if write else 'ro'}"
        connection = sqlite3.connect(
            uri, uri=True, isolation_level=None, cached_statements=256, factory=GuardedConnection
        )
        try:
            connection.guard(path, write=write)
            retry_while_locked(lambda: _check_header(connection, path, write=write))
        except BaseException:
            connection.close()
            raise
        return connection


def _check_file(path: Path, *, write: bool) -> None:
    """Raise `SourceError` if `path` cannot be a history. For writing, it may be missing or empty."""
    try:
        size = path.stat().st_size
        if path.is_file():
            with path.open("rb") as stream:
                if stream.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC or (write and not size):
                    return
    except FileNotFoundError:
        if write:
            return
        raise SourceError(f"{path}: no such file ({_creation_hint(path)})") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{path}: {error_reason(error)}") from None
    hint = "remove it, or name another file" if write else _creation_hint(path)
    raise SourceError(f"{path}: not a history of docgen ({hint})")


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
    # One transaction, because another process may create the tables between two queries.
    connection.execute("BEGIN")
    try:
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
        _check_schema(connection, path)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Compare the schema with ours, so that no view, trigger or expression of someone else is ever evaluated."""
    expected = _own_schema()
    found = _read_schema(connection, len(expected) + 1)
    if found != expected:
        strange = next((row for row in found if row not in expected), None)
        what = f"{strange[0]} {strange[1]!r} is not docgen's" if strange else "a table is missing"
        raise SourceError(f"{path}: another schema than docgen writes: {what} ({_rebuild_hint(path)})")


_SQL_COMMENT = re.compile(r"--[^\n]*")


def _read_schema(connection: sqlite3.Connection, max_rows: int) -> list[tuple[object, ...]]:
    """Return type, name, table and statement of each table, index and view, sorted, without comments."""
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema LIMIT ?", (max_rows,))
    return sorted((tuple(map(_without_comments, row)) for row in rows), key=repr)


def _without_comments(value: object) -> object:
    # The line break after a comment becomes a space, so a comment in quotation marks cannot hide anything.
    return " ".join(_SQL_COMMENT.sub("", value).split()) if isinstance(value, str) else value


@cache
def _own_schema() -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schema_sql())
        return _read_schema(connection, -1)


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
        if str(error) == "interrupted":  # by `GuardedConnection`
            raise corruption_error(path, "a query takes far longer than the size of the file allows") from None
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
    """Return the error for a damaged file."""
    return SourceError(f"{path}: damaged: {reason} ({_rebuild_hint(path)})")


def _creation_hint(path: Path) -> str:
    return f"create one with `docgen index SOURCE -o {path.name}`"


def _rebuild_hint(path: Path) -> str:
    if is_archive(path):
        return "renew it: `docgen update --facts SOURCE`"
    return f"rebuild it: `docgen index SOURCE -o {path.name} --rebuild`"
