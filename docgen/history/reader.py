"""Reading a history file: its integrity, and models, documentation and files built from its rows."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import finalize

from docgen.errors import SourceError
from docgen.history.checksums import API_TABLES, RELEASE_TABLES, Checksums, rows_checksum, update_checksums
from docgen.history.database import connect, corruption_error, reporting_corruption, reporting_sqlite_errors
from docgen.history.elements import decode_json, encode_json, join_documentation
from docgen.history.queries import HistoryQueries

MAX_DECOMPRESSED_BYTES = 64 << 20
"""The largest size of a decompressed value. The largest real one has 3 MB."""

DocumentationByElement = dict[str, dict[str, Any]]
"""Documentation by kind and name of the element: nested by key as `split_documentation` returns it, or None."""


class HistoryReader(HistoryQueries):
    """A history file, opened for reading. Use it as a context manager, or call `close`.

    Every method raises `SourceError` if the file is damaged.

    Args:
        path: The history file.
        connection: An open connection to it. It stays open; without it, the reader opens and closes its own.

    """

    def __init__(self, path: Path, connection: sqlite3.Connection | None = None) -> None:
        if connection is None:
            connection = connect(path, write=False)
            finalize(self, _close_connection, connection)  # lazy values may keep the reader alive for long
        super().__init__(path, connection)
        self._verified: set[int] = set()

    def __enter__(self) -> HistoryReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    # --- integrity ---

    def check_integrity(self) -> None:
        """Read the whole file and compare all checksums. Raises `SourceError` for the first difference."""
        problem = self.integrity_problem()
        if problem:
            raise corruption_error(self.path, problem)
        with self._read_transaction():
            self._compare_checksums(RELEASE_TABLES + API_TABLES)
            self.releases()  # checks names, dates and digests, as do the others
            self.apis()
            self.revisions()
            self.sibling_files()

    def verify_elements(self, api_id: int) -> None:
        """Compare the elements of an API with their checksum, once. Raises `SourceError` if they differ.

        Compressed values need no such check: zlib has checksums of its own.
        """
        if api_id not in self._verified:
            with self._read_transaction():
                self._compare_checksums(("element",), api_id)
            self._verified.add(api_id)

    def verified_elements(
        self, api_id: int, first: int = 1, last: int | None = None
    ) -> list[tuple[str, str, int, int | None, str]]:
        """Return the versions of all elements that any release from `first` to `last` has, as `elements` does.

        All versions are compared with their checksum while they are read.
        """
        if api_id in self._verified:
            return self.elements(api_id, first, last)
        with self._read_transaction(), reporting_sqlite_errors(self.path):
            rows = list(self.element_rows(api_id))
            self._require_equal(Checksums({(api_id, "element"): rows_checksum(rows)}), ("element",), api_id)
        self._verified.add(api_id)
        end = self.release_count() if last is None else last
        return [row for row in rows if (row[3] is None or row[3] > first) and row[2] <= end]

    def _compare_checksums(self, tables: Sequence[str], api_id: int | None = None) -> None:
        """Compare the rows of tables with their checksums."""
        actual = Checksums()
        with reporting_sqlite_errors(self.path):
            for table in tables:
                update_checksums(actual, table, self.table_rows(table, api_id))
            self._require_equal(actual, tables, api_id)

    def _require_equal(self, actual: Checksums, tables: Sequence[str], api_id: int | None) -> None:
        """Raise `SourceError` if checksums of tables are not those that the file has."""
        expected = Checksums()
        for api, part, checksum in self.table_rows("checksum", api_id):
            if part in tables:
                expected[api, part] = checksum
        # In a damaged row, the API id may not be a number, so keys sort by repr.
        mismatches = sorted((key for key in actual.keys() | expected.keys() if actual[key] != expected[key]), key=repr)
        if mismatches:
            raise corruption_error(self.path, self._mismatch_message(mismatches))

    def _mismatch_message(self, mismatches: Sequence[tuple[int, str]]) -> str:
        """Return a message that names the first part whose checksum differs, and counts the others."""
        api_id, part = mismatches[0]
        owner = next((f" of {api.service} {api.api_version}" for api in self.apis() if api.id == api_id), "")
        more = f"; neither do {len(mismatches) - 1} more" if len(mismatches) > 1 else ""
        return f"table {part}{owner} does not match its checksum{more}"

    @contextmanager
    def _read_transaction(self) -> Iterator[None]:
        """Read one consistent state, even while another docgen writes."""
        self.query("BEGIN")
        try:
            yield
        finally:
            if self._connection.in_transaction:
                self.query("ROLLBACK")

    # --- models, documentation and files ---

    def sibling_file(self, api_id: int, name: str, since: int) -> bytes:
        """Return the bytes of a sibling file, as release `since` added or changed it."""
        rows = self.compressed_sibling(api_id, name, since)
        with reporting_corruption(self.path):
            ((compressed,),) = rows
            return self._decompress(compressed)

    def model(self, api_id: int, number: int) -> bytes:
        """Return the model of an API at a release, as JSON: the values of the indexed file, in another layout."""
        with reporting_corruption(self.path):
            return self._assemble_model(api_id, number)

    def _assemble_model(self, api_id: int, number: int) -> bytes:
        self.verify_elements(api_id)
        elements: dict[str, dict[str, Any]] = {"service": {}, "operation": {}, "shape": {}}
        for kind, name, content in self.elements_at(api_id, number):
            elements[kind][name] = decode_json(content)
        for kind, by_name in self._documentation_at(api_id, number).items():
            for name, documentation in by_name.items():
                if documentation is not None and name in elements[kind]:
                    join_documentation(elements[kind][name], documentation)
        operations, shapes = self._ordered_elements(api_id, number, elements)
        return encode_json({**elements["service"][""], "operations": operations, "shapes": shapes}).encode()

    def documentation_changes(
        self, api_id: int, number: int | None = None
    ) -> Iterator[tuple[int, DocumentationByElement]]:
        """Yield the documentation that each release changed, oldest first, up to release `number` (None: all)."""
        import orjson

        for since, compressed in self.compressed_documentation(api_id, number):
            with reporting_corruption(self.path):
                documentation = orjson.loads(self._decompress(compressed))
            yield since, documentation

    def ordering(self, api_id: int, number: int) -> list[list[str]] | None:
        """Return the names of operations and of shapes in file order at a release; None if it is alphabetical."""
        import orjson

        rows = self.compressed_ordering(api_id, number)
        with reporting_corruption(self.path):
            ((compressed,),) = rows
            names: list[list[str]] | None = orjson.loads(self._decompress(compressed)) if compressed else None
            return names

    def _documentation_at(self, api_id: int, number: int) -> DocumentationByElement:
        documentation: DocumentationByElement = {}
        for _, changes in self.documentation_changes(api_id, number):
            for kind, by_name in changes.items():
                documentation.setdefault(kind, {}).update(by_name)
        return documentation

    def _ordered_elements(
        self, api_id: int, number: int, elements: Mapping[str, dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """Return the operations and the shapes of `elements` in file order."""
        names = self.ordering(api_id, number) or [sorted(elements[kind]) for kind in ("operation", "shape")]
        return [
            {name: elements[kind][name] for name in order}
            for kind, order in zip(("operation", "shape"), names, strict=True)
        ]

    def _decompress(self, compressed: bytes) -> bytes:
        decompressor = zlib.decompressobj()
        try:
            data = decompressor.decompress(compressed, MAX_DECOMPRESSED_BYTES)
        except zlib.error as error:
            raise corruption_error(self.path, error) from None
        if decompressor.unconsumed_tail:
            raise SourceError(
                f"{self.path}: a value of more than {MAX_DECOMPRESSED_BYTES >> 20} MiB, which no model has"
            )
        return data


def _close_connection(connection: sqlite3.Connection) -> None:
    with suppress(sqlite3.ProgrammingError):  # opened by a thread that has ended
        connection.close()
