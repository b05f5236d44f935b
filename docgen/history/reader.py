"""Reading: releases, the state of a model at a release, the versions of one element, lifetimes, facts."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from weakref import finalize

import orjson

from docgen.errors import SourceError
from docgen.history.checksums import API_TABLES, RELEASE_TABLES, Checksums, update_checksums
from docgen.history.database import (
    SCHEMA_WITHOUT_CHECKSUMS,
    connect,
    corruption_error,
    reporting_corruption,
    reporting_sqlite_errors,
)
from docgen.history.elements import decode_json, encode_json, join_documentation

MAX_DECOMPRESSED_BYTES = 64 << 20
"""Bytes that one packed value may become. The largest real one has 3 MB."""


class Span(NamedTuple):
    """From the release `since` on, until the release that no longer has it, which is None while the newest has it."""

    since: int
    until: int | None


@dataclass(frozen=True, slots=True)
class StoredRelease:
    """A release as the file has it."""

    number: int
    name: str
    package: str
    date: str | None
    identity: str
    has_summaries: int


class Api(NamedTuple):
    """A service at one API version."""

    id: int
    service: str
    api_version: str


class HistoryReader:
    """The file, opened to be read. Every method raises `SourceError` where the file is damaged."""

    def __init__(self, path: Path, connection: sqlite3.Connection | None = None) -> None:
        self.path = path
        if connection is None:
            connection = connect(path, write=False)
            finalize(self, _close_connection, connection)  # of readers that live as long as something that was read
        self._connection = connection
        self._verified: set[int] = set()

    def __enter__(self) -> HistoryReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with reporting_sqlite_errors(self.path):
            return self._connection.execute(statement, values).fetchall()

    @cached_property
    def has_checksums(self) -> bool:
        """Whether the file has any: one that an older docgen made gets them when it is next written."""
        return self.query("PRAGMA user_version") != [(SCHEMA_WITHOUT_CHECKSUMS,)]

    def check_integrity(self) -> None:
        """Read all of the file; raises `SourceError` if anything in it is not as it was written."""
        for (said,) in self.query("PRAGMA integrity_check(1)"):
            if said != "ok":
                raise corruption_error(self.path, said.rpartition("\n")[2])
        if self.has_checksums:
            with self._read_transaction():
                self._compare_checksums("", *RELEASE_TABLES, *API_TABLES)

    def verify_elements(self, api_id: int) -> None:
        """Compare the elements of an API with their checksum, once; raises `SourceError` where they differ.

        What is packed has a checksum of its own, which unpacking looks at.
        """
        if api_id not in self._verified and self.has_checksums:
            with self._read_transaction():
                self._compare_checksums("WHERE api = ?", "element", values=(api_id,))
            self._verified.add(api_id)

    def _compare_checksums(self, where: str, *tables: str, values: tuple[int, ...] = ()) -> None:
        found = Checksums()
        with reporting_sqlite_errors(self.path):
            for table in tables:
                rows = self._connection.execute(f"SELECT * FROM {table} {where}", values)  # noqa: S608 - our own names
                update_checksums(found, table, rows)
            kept = Checksums()
            for api, part, sum_ in self._connection.execute(f"SELECT api, part, sum FROM checksum {where}", values):  # noqa: S608
                if part in tables:
                    kept[api, part] = sum_
        # What stands for the number of an API in a damaged row may be no number.
        wrong = sorted((key for key in found.keys() | kept.keys() if found[key] != kept[key]), key=repr)
        if wrong:
            raise corruption_error(self.path, self._mismatch_message(wrong))

    def _mismatch_message(self, mismatches: Sequence[tuple[int, str]]) -> str:
        """What to say of the parts whose sums differ: the first of them by name, and how many there are."""
        api, part = mismatches[0]
        name = next((f" of {each.service} {each.api_version}" for each in self.apis() if each.id == api), "")
        more = f", nor are {len(mismatches) - 1} more" if len(mismatches) > 1 else ""
        return f"table {part}{name} is not as it was written{more}"

    @contextmanager
    def _read_transaction(self) -> Iterator[None]:
        """What is read inside is of one moment, also while another docgen writes."""
        self.query("BEGIN")
        try:
            yield
        finally:
            if self._connection.in_transaction:
                self.query("ROLLBACK")

    # --- releases ---

    def releases(self) -> tuple[StoredRelease, ...]:
        """Every release, oldest first."""
        found = self.query("SELECT number, name, package, date, identity, has_summaries FROM release ORDER BY number")
        stored = tuple(StoredRelease(*row) for row in found)
        for number, release in enumerate(stored, start=1):
            if release.number != number or not isinstance(release.name, str):
                raise corruption_error(self.path, f"release {number} is missing")
        return stored

    def summaries(self, number: int) -> dict[str, str]:
        """What a release says, by service."""
        return dict(self.query("SELECT service, text FROM summary WHERE release = ? ORDER BY service", number))

    def introductions(self) -> dict[int, str]:
        """What publishers say of releases by hand, in Markdown, by number; a file of before has none."""
        if not self.query("SELECT 1 FROM sqlite_schema WHERE name = 'introduction'"):
            return {}
        found: dict[int, str] = dict(self.query("SELECT release, text FROM introduction ORDER BY release"))
        for number, text in found.items():
            if not isinstance(text, str):
                raise corruption_error(self.path, f"the introduction of release {number} is no text")
        return found

    # --- models ---

    def apis(self, service: str | None = None) -> tuple[Api, ...]:
        """The APIs of all services, or of one, sorted by service and API version."""
        found = self.query(
            "SELECT id, service, api_version FROM api WHERE ?1 IS NULL OR service = ?1 ORDER BY service, api_version",
            service,
        )
        return tuple(Api(*row) for row in found)

    def services(self) -> tuple[str, ...]:
        """The names of all services that any release has, sorted."""
        return tuple(name for (name,) in self.query("SELECT DISTINCT service FROM api ORDER BY service"))

    def revisions(self, api_id: int | None = None) -> list[tuple[int, Span, str]]:
        """The revisions of all APIs, or of one, oldest first: API, span, digest of the model."""
        found = self.query(
            "SELECT api, since, until, digest FROM revision WHERE ?1 IS NULL OR api = ?1 ORDER BY api, since", api_id
        )
        return [(api, Span(since, until), digest) for api, since, until, digest in found]

    def sibling_files(self, api_id: int | None = None) -> list[tuple[int, str, Span, str]]:
        """The files beside the models of all APIs, or of one: API, name, span, digest."""
        found = self.query(
            "SELECT api, name, since, until, digest FROM file WHERE ?1 IS NULL OR api = ?1 ORDER BY api, since, name",
            api_id,
        )
        return [(api, name, Span(since, until), digest) for api, name, since, until, digest in found]

    def sibling_file(self, api_id: int, name: str, since: int) -> bytes:
        """The bytes of a file beside a model."""
        found = self.query("SELECT content FROM file WHERE api = ? AND name = ? AND since = ?", api_id, name, since)
        with reporting_corruption(self.path):
            ((packed,),) = found
            return self._decompress(packed)

    def model(self, api_id: int, number: int) -> bytes:
        """The model as release `number` has it: the values of the file that came with it, laid out otherwise."""
        with reporting_corruption(self.path):
            return self._assemble_model(api_id, number)

    def _assemble_model(self, api_id: int, number: int) -> bytes:
        self.verify_elements(api_id)
        elements: dict[str, dict[str, Any]] = {"service": {}, "operation": {}, "shape": {}}
        for kind, name, content in self.query(
            "SELECT kind, name, content FROM element WHERE api = ?1 AND since <= ?2 AND (until IS NULL OR until > ?2)",
            api_id,
            number,
        ):
            elements[kind][name] = decode_json(content)
        for kind, words in self._documentation_at(api_id, number).items():
            for name, each in words.items():
                if each is not None and name in elements[kind]:
                    join_documentation(elements[kind][name], each)
        operations, shapes = self._ordered_elements(api_id, number, elements)
        return encode_json({**elements["service"][""], "operations": operations, "shapes": shapes}).encode()

    def documentation_changes(
        self, api_id: int, number: int | None = None
    ) -> Iterator[tuple[int, dict[str, dict[str, Any]]]]:
        """What each release up to `number` said anew in documentation, oldest first: {kind: {name: words or None}}."""
        for since, packed in self.query(
            "SELECT since, content FROM documentation WHERE api = ?1 AND (?2 IS NULL OR since <= ?2) ORDER BY since",
            api_id,
            number,
        ):
            with reporting_corruption(self.path):
                words = orjson.loads(self._decompress(packed))
            yield since, words

    def ordering(self, api_id: int, number: int) -> list[list[str]] | None:
        """The names of operations and shapes in their order at a release; None where that is the alphabet's."""
        rows = self.query(
            "SELECT ordering FROM revision WHERE api = ?1 AND since <= ?2 AND (until IS NULL OR until > ?2)",
            api_id,
            number,
        )
        with reporting_corruption(self.path):
            ((packed,),) = rows
            found: list[list[str]] | None = orjson.loads(self._decompress(packed)) if packed else None
            return found

    def _documentation_at(self, api_id: int, number: int) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for _, words in self.documentation_changes(api_id, number):
            for kind, named in words.items():
                found.setdefault(kind, {}).update(named)
        return found

    def _ordered_elements(
        self, api_id: int, number: int, elements: Mapping[str, dict[str, Any]]
    ) -> list[dict[str, Any]]:
        names = self.ordering(api_id, number) or [sorted(elements[kind]) for kind in ("operation", "shape")]
        return [
            {name: elements[kind][name] for name in order}
            for kind, order in zip(("operation", "shape"), names, strict=True)
        ]

    def _decompress(self, compressed: bytes) -> bytes:
        unpacker = zlib.decompressobj()
        try:
            found = unpacker.decompress(compressed, MAX_DECOMPRESSED_BYTES)
        except zlib.error as error:
            raise corruption_error(self.path, error) from None
        if unpacker.unconsumed_tail:
            raise SourceError(
                f"{self.path}: a value of more than {MAX_DECOMPRESSED_BYTES >> 20} MiB, which no model has"
            )
        return found

    # --- elements ---

    def element_versions(self, api_id: int, kind: str, name: str) -> Iterator[tuple[Span, Any]]:
        """The versions of an element, oldest first, decoded, without documentation."""
        for since, until, content in self.query(
            "SELECT since, until, content FROM element WHERE api = ? AND kind = ? AND name = ? ORDER BY since",
            api_id,
            kind,
            name,
        ):
            yield Span(since, until), decode_json(content)

    def versions_of_kind(self, api_id: int, kind: str) -> Iterator[tuple[str, Span, Any]]:
        """The versions of all operations or shapes, by name and oldest first, decoded, without documentation."""
        for name, since, until, content in self.query(
            "SELECT name, since, until, content FROM element WHERE api = ? AND kind = ? ORDER BY name, since",
            api_id,
            kind,
        ):
            yield name, Span(since, until), decode_json(content)

    def element_names(self, api_id: int, kind: str) -> tuple[str, ...]:
        """The names of all operations or shapes that an API ever had, sorted."""
        found = self.query("SELECT DISTINCT name FROM element WHERE api = ? AND kind = ? ORDER BY name", api_id, kind)
        return tuple(name for (name,) in found)

    def lifetimes(self, api_id: int, id: str, kind: str) -> tuple[Span, ...]:
        """From when to when an API has a name, oldest first."""
        found = self.query(
            "SELECT since, until FROM lifetime WHERE api = ? AND id = ? AND kind = ? ORDER BY since", api_id, id, kind
        )
        return tuple(Span(*row) for row in found)


def _close_connection(connection: sqlite3.Connection) -> None:
    """Close a connection that nobody uses any more."""
    with suppress(sqlite3.ProgrammingError):  # of another thread, which has ended
        connection.close()
