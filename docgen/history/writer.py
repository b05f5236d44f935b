"""Writing: whole releases, each transaction from one release boundary to the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docgen.errors import SourceError
from docgen.history.checksums import API_TABLES, RELEASE_TABLES, Checksums, update_checksums
from docgen.history.database import (
    APPLICATION_ID,
    SCHEMA_VERSION,
    SCHEMA_WITHOUT_CHECKSUMS,
    connect,
    reporting_sqlite_errors,
    retry_while_locked,
    schema_sql,
)
from docgen.history.reader import HistoryReader, StoredRelease

_SPAN_TABLES = ("revision", "element", "file", "lifetime")
_KEY_COLUMNS = {
    "revision": ("since",),
    "element": ("kind", "name", "since"),
    "file": ("name", "since"),
    "lifetime": ("id", "kind", "since"),
    "documentation": ("since",),
    "fact": ("since", "position"),
}
"""The columns after the API that name a row. They come first; of a span, `until` is the next one."""
WRITE_TIMEOUT = 3600.0
"""Seconds that a writer waits for another one."""


@dataclass(slots=True)
class RevisionRows:
    """What a run of revisions of one API brings: rows as the tables have them, without the API.

    A span that began and ended within the run has its end already; `ended` has those that began before it, as the
    columns that name them and the release that no longer has them.
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
    """The file, opened to be written. Close it, or use it as a context."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SourceError(f"{path}: {error.strerror}") from None
        self._connection = connect(path, write=True)
        with reporting_sqlite_errors(path):
            # While it is written, readers see the state before; when nobody reads, it is one file again.
            retry_while_locked(lambda: self._execute("PRAGMA journal_mode = WAL"))
            self._execute("PRAGMA synchronous = NORMAL")
            self._execute("PRAGMA cache_size = -65536")
        self._checksums: Checksums = Checksums()

    def __enter__(self) -> HistoryWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave one file behind if no one else has it open, and all that was written in it in any case."""
        with suppress(sqlite3.Error):
            self._execute("PRAGMA busy_timeout = 0")
            self._execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._execute("PRAGMA journal_mode = DELETE")
        self._connection.close()

    @contextmanager
    def transaction(self, on_wait: Callable[[], None] = lambda: None) -> Iterator[HistoryReader]:
        """All or nothing of what is done inside, and nobody else writes meanwhile; yields what the file has.

        Calls `waiting` once if another writer is at work, and waits for it. Raises `SourceError`.
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
        """Make the tables; where they are there, only those that came with a later version of docgen."""
        is_new = self._execute("PRAGMA application_id").fetchone() == (0,)
        is_unsummed = self._execute("PRAGMA user_version").fetchone() == (SCHEMA_WITHOUT_CHECKSUMS,)
        statement = ""
        for line in schema_sql().splitlines():
            statement += f"{line}\n"
            if sqlite3.complete_statement(statement):
                if is_new or "CREATE TABLE IF NOT EXISTS" in statement:
                    self._execute(statement)
                statement = ""
        if is_unsummed:
            for table in (*RELEASE_TABLES, *API_TABLES):
                update_checksums(self._checksums, table, self._execute(f"SELECT * FROM {table}"))  # noqa: S608 - our own names
        if is_new or is_unsummed:
            self._execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self._execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def delete_releases_from(self, number: int) -> None:
        """Forget release `number` and all after it."""
        for table in _KEY_COLUMNS:
            self._delete(table, "since >= ?", number)
        for table in _SPAN_TABLES:
            self._set_until(table, None, "until >= ?", number)
        self._delete("api", "id NOT IN (SELECT api FROM revision)")
        for table in ("summary", "introduction"):
            self._delete(table, "release >= ?", number)
        self._delete("release", "number >= ?", number)

    def add_release(self, release: StoredRelease, summaries: Mapping[str, str]) -> None:
        """Add a release: the next number after the last."""
        about = release.number, release.name, release.package, release.date, release.identity
        self._insert("release", [(*about, int(release.has_summaries))])
        self._insert("summary", [(release.number, *said) for said in summaries.items()])

    def set_introductions(self, introductions: Mapping[int, str]) -> None:
        """Keep what publishers say of releases, in place of what they said before."""
        for number in introductions:
            self._delete("introduction", "release = ?", number)
        self._insert("introduction", list(introductions.items()))

    def find_or_add_api(self, service: str, api_version: str) -> int:
        """The number of an API, which it gets when it is first asked for."""
        key = service, api_version
        found = self._execute("SELECT id FROM api WHERE service = ? AND api_version = ?", key).fetchone()
        if found is None:
            found = self._execute("SELECT ifnull(max(id), 0) + 1 FROM api").fetchone()
            self._insert("api", [(*found, *key)])
        return int(found[0])

    def add_rows(self, api_id: int, rows: RevisionRows) -> None:
        """Add what came to an API, and end what went."""
        for table in _SPAN_TABLES:
            where = "".join(f" AND {column} = ?" for column in _KEY_COLUMNS[table][:-1])
            for *names, until in rows.span_ends[table]:
                self._set_until(table, until, f"api = ?{where} AND until IS NULL", api_id, *names)
        for table, key in _KEY_COLUMNS.items():
            # Names that hold our own signs could be told twice; the first one stands.
            found = {row[: len(key)]: row for row in reversed(getattr(rows, table))}
            self._insert(table, [(api_id, *row) for row in reversed(found.values())])

    # --- rows, and their sums ---

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            update_checksums(self._checksums, table, rows)
            marks = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - our own names

    def _delete(self, table: str, where: str, *values: object) -> None:
        update_checksums(self._checksums, table, self._execute(f"SELECT * FROM {table} WHERE {where}", values), -1)  # noqa: S608
        self._execute(f"DELETE FROM {table} WHERE {where}", values)  # noqa: S608

    def _set_until(self, table: str, until: int | None, where: str, *values: object) -> None:
        """Let the spans that are meant end with release `until`, or be open."""
        rows = self._execute(f"SELECT * FROM {table} WHERE {where}", values).fetchall()  # noqa: S608
        at = 1 + len(_KEY_COLUMNS[table])
        update_checksums(self._checksums, table, rows, -1)
        update_checksums(self._checksums, table, [(*row[:at], until, *row[at + 1 :]) for row in rows])
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
