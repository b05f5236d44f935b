"""Writing: whole releases, each transaction from one release boundary to the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docgen.errors import SourceError
from docgen.store.database import APPLICATION, SCHEMA, connect, explained, patiently, schema
from docgen.store.reader import Reader, Stored

_SPANS = ("revision", "element", "file", "lifetime")
_BY_SINCE = (*_SPANS, "documentation", "fact")
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


_NAMED_BY = {"revision": (), "element": ("kind", "name"), "file": ("name",), "lifetime": ("id", "kind")}


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

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave one file behind, if no one else has it open."""
        with suppress(sqlite3.Error):
            self._run("PRAGMA busy_timeout = 0")
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
                self._run("COMMIT")
            except BaseException:
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
        statement = ""
        for line in schema().splitlines():
            statement += f"{line}\n"
            if sqlite3.complete_statement(statement):
                if is_new or "CREATE TABLE IF NOT EXISTS" in statement:
                    self._run(statement)
                statement = ""
        if not is_new:
            return
        self._run(f"PRAGMA application_id = {APPLICATION}")
        self._run(f"PRAGMA user_version = {SCHEMA}")

    def rewind(self, number: int) -> None:
        """Forget release `number` and all after it."""
        for table in _BY_SINCE:
            self._run(f"DELETE FROM {table} WHERE since >= ?", (number,))  # noqa: S608 - our own names
        for table in _SPANS:
            self._run(f"UPDATE {table} SET until = NULL WHERE until >= ?", (number,))  # noqa: S608
        self._run("DELETE FROM api WHERE id NOT IN (SELECT api FROM revision)")
        for table in ("summary", "introduction"):
            self._run(f"DELETE FROM {table} WHERE release >= ?", (number,))  # noqa: S608
        self._run("DELETE FROM release WHERE number >= ?", (number,))

    def add_release(self, release: Stored, summaries: Mapping[str, str]) -> None:
        """Add a release: the next number after the last."""
        values = release.number, release.name, release.package, release.date, release.identity, release.has_summaries
        self._run("INSERT INTO release VALUES (?, ?, ?, ?, ?, ?)", values)
        self._many("INSERT INTO summary VALUES (?, ?, ?)", ((release.number, *said) for said in summaries.items()))

    def introduce(self, introductions: Mapping[int, str]) -> None:
        """Keep what publishers say of releases, in place of what they said before."""
        self._many("INSERT OR REPLACE INTO introduction VALUES (?, ?)", introductions.items())

    def api(self, service: str, api_version: str) -> int:
        """The number of an API, which it gets when it is first asked for."""
        key = service, api_version
        found = self._run("SELECT id FROM api WHERE service = ? AND api_version = ?", key).fetchone()
        if found is None:
            self._run("INSERT INTO api (service, api_version) VALUES (?, ?)", key)
            return self.api(service, api_version)
        return int(found[0])

    def add(self, api: int, rows: Rows) -> None:
        """Add what came to an API, and end what went."""
        for table, named_by in _NAMED_BY.items():
            where = "".join(f" AND {column} = ?" for column in named_by)
            ends = ((until, api, *names) for *names, until in rows.ended[table])
            self._many(f"UPDATE {table} SET until = ? WHERE api = ?{where} AND until IS NULL", ends)  # noqa: S608
        for table in _BY_SINCE:
            found = getattr(rows, table)
            if found:
                marks = ", ?" * len(found[0])
                # Names that hold our own signs could be told twice; the first one stands.
                self._many(f"INSERT OR IGNORE INTO {table} VALUES (?{marks})", ((api, *row) for row in found))  # noqa: S608

    def _run(self, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        return self._connection.execute(statement, values)

    def _many(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self._connection.executemany(statement, rows)
