"""Writing: whole releases, each transaction from one release boundary to the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docgen.errors import SourceError
from docgen.history.checksums import OF_ALL, OF_APIS, Sums, count
from docgen.history.database import APPLICATION, SCHEMA, UNSUMMED, connect, explained, patiently, schema
from docgen.history.reader import Reader, Stored

_SPANS = ("revision", "element", "file", "lifetime")
_KEYS = {
    "revision": ("since",),
    "element": ("kind", "name", "since"),
    "file": ("name", "since"),
    "lifetime": ("id", "kind", "since"),
    "documentation": ("since",),
    "fact": ("since", "position"),
}
"""The columns after the API that name a row. They come first; of a span, `until` is the next one."""
PATIENCE = 3600.0
"""Seconds that a writer waits for another one."""


@dataclass(slots=True)
class Rows:
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
    ended: Mapping[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {table: [] for table in _SPANS})


class Writer:
    """The file, opened to be written. Close it, or use it as a context."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SourceError(f"{path}: {error.strerror}") from None
        self._connection = connect(path, write=True)
        with explained(path):
            # While it is written, readers see the state before; when nobody reads, it is one file again.
            patiently(lambda: self._run("PRAGMA journal_mode = WAL"))
            self._run("PRAGMA synchronous = NORMAL")
            self._run("PRAGMA cache_size = -65536")
        self._sums: Sums = Sums()

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave one file behind if no one else has it open, and all that was written in it in any case."""
        with suppress(sqlite3.Error):
            self._run("PRAGMA busy_timeout = 0")
            self._run("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._run("PRAGMA journal_mode = DELETE")
        self._connection.close()

    @contextmanager
    def transaction(self, waiting: Callable[[], None] = lambda: None) -> Iterator[Reader]:
        """All or nothing of what is done inside, and nobody else writes meanwhile; yields what the file has.

        Calls `waiting` once if another writer is at work, and waits for it. Raises `SourceError`.
        """
        with explained(self.path):
            self._begin(waiting)
            try:
                self._create()
                yield Reader(self.path, self._connection)
                self._keep_sums()
                self._run("COMMIT")
            except BaseException:
                self._sums.clear()
                if self._connection.in_transaction:
                    self._run("ROLLBACK")
                raise

    def _begin(self, waiting: Callable[[], None]) -> None:
        self._run("PRAGMA busy_timeout = 500")
        try:
            self._run("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            waiting()
            self._run(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")
            self._run("BEGIN IMMEDIATE")

    def _create(self) -> None:
        """Make the tables; where they are there, only those that came with a later version of docgen."""
        is_new = self._run("PRAGMA application_id").fetchone() == (0,)
        is_unsummed = self._run("PRAGMA user_version").fetchone() == (UNSUMMED,)
        statement = ""
        for line in schema().splitlines():
            statement += f"{line}\n"
            if sqlite3.complete_statement(statement):
                if is_new or "CREATE TABLE IF NOT EXISTS" in statement:
                    self._run(statement)
                statement = ""
        if is_unsummed:
            for table in (*OF_ALL, *OF_APIS):
                count(self._sums, table, self._run(f"SELECT * FROM {table}"))  # noqa: S608 - our own names
        if is_new or is_unsummed:
            self._run(f"PRAGMA application_id = {APPLICATION}")
            self._run(f"PRAGMA user_version = {SCHEMA}")

    def rewind(self, number: int) -> None:
        """Forget release `number` and all after it."""
        for table in _KEYS:
            self._delete(table, "since >= ?", number)
        for table in _SPANS:
            self._end(table, None, "until >= ?", number)
        self._delete("api", "id NOT IN (SELECT api FROM revision)")
        for table in ("summary", "introduction"):
            self._delete(table, "release >= ?", number)
        self._delete("release", "number >= ?", number)

    def add_release(self, release: Stored, summaries: Mapping[str, str]) -> None:
        """Add a release: the next number after the last."""
        about = release.number, release.name, release.package, release.date, release.identity
        self._insert("release", [(*about, int(release.has_summaries))])
        self._insert("summary", [(release.number, *said) for said in summaries.items()])

    def introduce(self, introductions: Mapping[int, str]) -> None:
        """Keep what publishers say of releases, in place of what they said before."""
        for number in introductions:
            self._delete("introduction", "release = ?", number)
        self._insert("introduction", list(introductions.items()))

    def api(self, service: str, api_version: str) -> int:
        """The number of an API, which it gets when it is first asked for."""
        key = service, api_version
        found = self._run("SELECT id FROM api WHERE service = ? AND api_version = ?", key).fetchone()
        if found is None:
            found = self._run("SELECT ifnull(max(id), 0) + 1 FROM api").fetchone()
            self._insert("api", [(*found, *key)])
        return int(found[0])

    def add(self, api: int, rows: Rows) -> None:
        """Add what came to an API, and end what went."""
        for table in _SPANS:
            where = "".join(f" AND {column} = ?" for column in _KEYS[table][:-1])
            for *names, until in rows.ended[table]:
                self._end(table, until, f"api = ?{where} AND until IS NULL", api, *names)
        for table, key in _KEYS.items():
            # Names that hold our own signs could be told twice; the first one stands.
            found = {row[: len(key)]: row for row in reversed(getattr(rows, table))}
            self._insert(table, [(api, *row) for row in reversed(found.values())])

    # --- rows, and their sums ---

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            count(self._sums, table, rows)
            marks = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - our own names

    def _delete(self, table: str, where: str, *values: object) -> None:
        count(self._sums, table, self._run(f"SELECT * FROM {table} WHERE {where}", values), -1)  # noqa: S608
        self._run(f"DELETE FROM {table} WHERE {where}", values)  # noqa: S608

    def _end(self, table: str, until: int | None, where: str, *values: object) -> None:
        """Let the spans that are meant end with release `until`, or be open."""
        rows = self._run(f"SELECT * FROM {table} WHERE {where}", values).fetchall()  # noqa: S608
        at = 1 + len(_KEYS[table])
        count(self._sums, table, rows, -1)
        count(self._sums, table, [(*row[:at], until, *row[at + 1 :]) for row in rows])
        self._run(f"UPDATE {table} SET until = ? WHERE {where}", (until, *values))  # noqa: S608

    def _keep_sums(self) -> None:
        if not self._sums:
            return
        self._connection.executemany(
            "INSERT INTO checksum VALUES (?, ?, ?) ON CONFLICT (api, part) DO UPDATE SET sum = sum + excluded.sum",
            ((*key, change) for key, change in self._sums.items()),
        )
        self._run("DELETE FROM checksum WHERE sum = 0")
        self._sums.clear()

    def _run(self, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        return self._connection.execute(statement, values)
