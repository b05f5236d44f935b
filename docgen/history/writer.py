"""Writing a history file. Each transaction adds whole releases."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docgen.errors import SourceError
from docgen.history.checksums import Checksums, update_checksums
from docgen.history.database import (
    APPLICATION_ID,
    SCHEMA_VERSION,
    connect,
    reporting_sqlite_errors,
    retry_while_locked,
    schema_sql,
)
from docgen.history.queries import StoredRelease
from docgen.history.reader import HistoryReader

_SPAN_TABLES = ("revision", "element", "file", "lifetime")
_KEY_COLUMNS = {
    "revision": ("since",),
    "element": ("kind", "name", "since"),
    "file": ("name", "since"),
    "lifetime": ("id", "kind", "since"),
    "documentation": ("since",),
    "fact": ("since", "position"),
}
"""The key of each table: its first columns after the API id. In tables with spans, `until` is the next column."""

WRITE_TIMEOUT = 3600.0
"""Seconds to wait for another writer."""


@dataclass(slots=True)
class RevisionRows:
    """The rows that successive revisions of one API add: the columns of each table after the API id.

    Spans that begin and end within the revisions are complete. `span_ends` has those that began earlier: their keys
    without `since`, and the release that no longer has them.
    """

    revision: list[tuple[int, int | None, str, bytes | None]] = field(default_factory=list)
    element: list[tuple[str, str, int, int | None, str]] = field(default_factory=list)
    documentation: list[tuple[int, bytes]] = field(default_factory=list)
    file: list[tuple[str, int, int | None, str, bytes]] = field(default_factory=list)
    lifetime: list[tuple[str, str, int, int | None]] = field(default_factory=list)
    fact: list[tuple[Any, ...]] = field(default_factory=list)
    span_ends: Mapping[str, list[tuple[Any, ...]]] = field(
        default_factory=lambda: {table: [] for table in _SPAN_TABLES}
    )


class HistoryWriter:
    """A history file, opened for writing. Use it as a context manager, or call `close`.

    Raises `SourceError` if the file cannot be created, is not a history, or has another schema version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SourceError(f"{path}: {error.strerror}") from None
        self._connection = connect(path, write=True)
        with reporting_sqlite_errors(path):
            # With a write-ahead log, readers see the previous state until the transaction is committed.
            retry_while_locked(lambda: self._execute("PRAGMA journal_mode = WAL"))
            self._execute("PRAGMA synchronous = NORMAL")
            self._execute("PRAGMA cache_size = -65536")
        self._checksums: Checksums = Checksums()

    def __enter__(self) -> HistoryWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, and fold the write-ahead log into it unless another process has it open."""
        with suppress(sqlite3.Error):
            self._execute("PRAGMA busy_timeout = 0")
            self._execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._execute("PRAGMA journal_mode = DELETE")
        self._connection.close()

    @contextmanager
    def transaction(self, on_wait: Callable[[], None] = lambda: None) -> Iterator[HistoryReader]:
        """Commit everything that the block writes, or nothing. Only one process can write at a time.

        Args:
            on_wait: Called once if another process is writing and this one has to wait.

        Yields:
            A reader that sees the uncommitted state.

        Raises:
            SourceError: The file is damaged, or another process kept it locked for `WRITE_TIMEOUT` seconds.

        """
        with reporting_sqlite_errors(self.path):
            self._begin_transaction(on_wait)
            try:
                self._create_tables()
                yield HistoryReader(self.path, self._connection)
                self._write_checksums()
                self._execute("COMMIT")
            except BaseException:
                self._checksums.clear()
                if self._connection.in_transaction:
                    self._execute("ROLLBACK")
                raise

    def _begin_transaction(self, on_wait: Callable[[], None]) -> None:
        self._execute("PRAGMA busy_timeout = 500")
        try:
            self._execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            on_wait()
            self._execute(f"PRAGMA busy_timeout = {int(WRITE_TIMEOUT * 1000)}")
            self._execute("BEGIN IMMEDIATE")

    def _create_tables(self) -> None:
        """Create the tables and views in a new file."""
        if self._execute("PRAGMA application_id").fetchone() != (0,):
            return
        statement = ""
        for line in schema_sql().splitlines():
            statement += f"{line}\n"
            if sqlite3.complete_statement(statement):
                self._execute(statement)
                statement = ""
        self._execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self._execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def delete_releases_from(self, number: int) -> None:
        """Delete release `number` and all later ones."""
        for table in _KEY_COLUMNS:
            self._delete(table, "since >= ?", number)
        for table in _SPAN_TABLES:
            self._set_until(table, None, "until >= ?", number)
        self._delete("api", "id NOT IN (SELECT api FROM revision)")
        for table in ("summary", "introduction"):
            self._delete(table, "release >= ?", number)
        self._delete("release", "number >= ?", number)

    def add_release(self, release: StoredRelease, summaries: Mapping[str, str]) -> None:
        """Add the next release, with its official notes by service."""
        columns = release.number, release.name, release.package, release.date, release.identity
        self._insert("release", [(*columns, int(release.has_summaries))])
        self._insert("summary", [(release.number, service, text) for service, text in summaries.items()])

    def set_introductions(self, introductions: Mapping[int, str]) -> None:
        """Add introductions by release number, or replace existing ones."""
        for number in introductions:
            self._delete("introduction", "release = ?", number)
        self._insert("introduction", list(introductions.items()))

    def find_or_add_api(self, service: str, api_version: str) -> int:
        """Return the id of an API, which is added if the file does not have it."""
        key = service, api_version
        row = self._execute("SELECT id FROM api WHERE service = ? AND api_version = ?", key).fetchone()
        if row is None:
            row = self._execute("SELECT ifnull(max(id), 0) + 1 FROM api").fetchone()
            self._insert("api", [(*row, *key)])
        return int(row[0])

    def add_rows(self, api_id: int, rows: RevisionRows) -> None:
        """Add the rows of an API, and end the spans that `rows` ends."""
        for table in _SPAN_TABLES:
            where = "".join(f" AND {column} = ?" for column in _KEY_COLUMNS[table][:-1])
            for *names, until in rows.span_ends[table]:
                self._set_until(table, until, f"api = ?{where} AND until IS NULL", api_id, *names)
        for table, key in _KEY_COLUMNS.items():
            # Names that contain `$` or `#` can lead to the same key twice; the first row counts.
            row_by_key = {row[: len(key)]: row for row in reversed(getattr(rows, table))}
            self._insert(table, [(api_id, *row) for row in reversed(row_by_key.values())])

    # --- rows and their checksums ---

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            update_checksums(self._checksums, table, rows)
            placeholders = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({placeholders})", rows)  # noqa: S608 - our own names

    def _delete(self, table: str, where: str, *values: object) -> None:
        update_checksums(self._checksums, table, self._execute(f"SELECT * FROM {table} WHERE {where}", values), -1)  # noqa: S608
        self._execute(f"DELETE FROM {table} WHERE {where}", values)  # noqa: S608

    def _set_until(self, table: str, until: int | None, where: str, *values: object) -> None:
        """Set the end of the spans that match the condition `where`; None opens them."""
        rows = self._execute(f"SELECT * FROM {table} WHERE {where}", values).fetchall()  # noqa: S608
        index = 1 + len(_KEY_COLUMNS[table])  # of the column `until`
        update_checksums(self._checksums, table, rows, -1)
        update_checksums(self._checksums, table, [(*row[:index], until, *row[index + 1 :]) for row in rows])
        self._execute(f"UPDATE {table} SET until = ? WHERE {where}", (until, *values))  # noqa: S608

    def _write_checksums(self) -> None:
        if not self._checksums:
            return
        self._connection.executemany(
            "INSERT INTO checksum VALUES (?, ?, ?) ON CONFLICT (api, part) DO UPDATE SET sum = sum + excluded.sum",
            ((*key, change) for key, change in self._checksums.items()),
        )
        self._execute("DELETE FROM checksum WHERE sum = 0")
        self._checksums.clear()

    def _execute(self, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        return self._connection.execute(statement, values)
