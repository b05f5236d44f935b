"""Every query on a history file, and the types of the rows. `history.sql` is the schema; `writer` changes the tables.

The methods of `HistoryQueries` return plain rows: compressed values stay compressed, and spans have no end while the
newest release has the row. `docgen.history.reader` builds models, documentation and files from them.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from docgen.history.columns import (
    BLOB,
    INTEGER,
    OPTIONAL_BLOB,
    OPTIONAL_INTEGER,
    OPTIONAL_TEXT,
    TABLE_COLUMNS,
    TEXT,
    ColumnTypes,
    checked_rows,
)
from docgen.history.database import corruption_error, reporting_sqlite_errors
from docgen.history.elements import decode_element, decode_json
from docgen.model.element_id import ElementId
from docgen.sources.names import check_date, check_name

MAX_QUERIED_NAMES = 300
"""Names in one query, because SQLite limits its parameters. The longest names are the rarest, so they go first."""

_DIGEST = re.compile(r"[0-9a-f]{40}")
_AT_RELEASE = "since <= ?2 AND (until IS NULL OR until > ?2)"
_LOCAL_NAME = "substr(lifetime.id, instr(lifetime.id, '$') + 1)"
"""The name of a member or an enum value: the part of its id after the shape."""


class Span(NamedTuple):
    """The releases that have a row: from number `since` up to, not including, `until`. None: the newest has it."""

    since: int
    until: int | None


INSTALLED = "installed"
"""The identity of a release that no file has, because it is that of an installed package."""


class StoredRelease(NamedTuple):
    """A release as the file has it. `has_summaries` tells whether its official notes are known."""

    number: int
    name: str
    package: str
    date: str | None
    identity: str
    has_summaries: int

    @property
    def is_installed(self) -> bool:
        """Whether the release is known only because it is installed: earlier ones may have the same."""
        return self.identity == INSTALLED


class Api(NamedTuple):
    """A service at one API version. `id` is its number in the file."""

    id: int
    service: str
    api_version: str


class HistoryQueries:
    """The queries on an open history file. Every method raises `SourceError` if the file is damaged."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    def query(self, statement: str, *values: object, columns: Sequence[ColumnTypes] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return all rows.

        Args:
            statement: The statement.
            *values: Its parameters.
            columns: The types that the values of each column may have. SQLite does not enforce those of a table.
        """
        with reporting_sqlite_errors(self.path):
            cursor = self._connection.execute(statement, values)
            return list(checked_rows(cursor, self.path, columns))

    # --- releases ---

    def releases(self) -> tuple[StoredRelease, ...]:
        """Return all releases, oldest first."""
        return self._releases_from(1, None)

    def release(self, number: int) -> StoredRelease:
        """Return the release with this number."""
        return self._releases_from(number, number)[0]

    def release_count(self) -> int:
        """Return the number of releases, which is the number of the newest one."""
        ((count, newest),) = self.query(
            "SELECT count(*), ifnull(max(number), 0) FROM release", columns=(INTEGER, INTEGER)
        )
        if newest != count:
            raise corruption_error(self.path, "a release is missing")
        return int(count)

    def _releases_from(self, first: int, last: int | None) -> tuple[StoredRelease, ...]:
        """Return the releases from number `first` up to `last`; None is for all that follow."""
        rows = self.query(
            "SELECT number, name, package, date, identity, has_summaries FROM release "
            "WHERE number >= ?1 AND (?2 IS NULL OR number <= ?2) ORDER BY number",
            first,
            last,
            columns=(INTEGER, TEXT, TEXT, OPTIONAL_TEXT, TEXT, INTEGER),
        )
        location = str(self.path)
        stored = tuple(map(StoredRelease._make, rows))
        for number, release in enumerate(stored, start=first):
            if release.number != number:
                raise corruption_error(self.path, f"release {number} is missing")
            check_name("release", release.name, location)
            check_name("package", release.package, location)
            check_date(release.date, location)
        if last is not None and len(stored) != last - first + 1:
            raise corruption_error(self.path, f"release {first + len(stored)} is missing")
        return stored

    def summaries(self, number: int) -> dict[str, str]:
        """Return the official notes of a release, by service."""
        return dict(
            self.query(
                "SELECT service, text FROM summary WHERE release = ? ORDER BY service", number, columns=(TEXT, TEXT)
            )
        )

    def introductions(self) -> dict[int, str]:
        """Return the introductions of releases, in Markdown, by release number."""
        introductions: dict[int, str] = dict(
            self.query("SELECT release, text FROM introduction ORDER BY release", columns=(INTEGER, TEXT))
        )
        return introductions

    # --- API versions, their revisions and files ---

    def apis(self, service: str | None = None) -> tuple[Api, ...]:
        """Return the API versions of all services, or of one, sorted by service and API version."""
        where, values = ("", ()) if service is None else ("WHERE service = ?", (service,))
        rows = self.query(
            f"SELECT id, service, api_version FROM api {where} ORDER BY service, api_version",  # noqa: S608
            *values,
            columns=(INTEGER, TEXT, TEXT),
        )
        for _, name, api_version in rows:
            check_name("service", name, str(self.path))
            check_name("API version", api_version, str(self.path))
        return tuple(Api(*row) for row in rows)

    def services(self) -> tuple[str, ...]:
        """Return the names of all services that any release has, sorted."""
        return tuple(dict.fromkeys(api.service for api in self.apis()))

    def service_metadata(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield every service with every state of its metadata, oldest first."""
        for service, content in self.query(
            "SELECT api.service, element.content FROM api, element "
            "WHERE element.api = api.id AND element.kind = 'service' ORDER BY element.since, api.service",
            columns=(TEXT, TEXT),
        ):
            yield service, decode_json(content).get("metadata", {})

    def revisions(self, api_id: int | None = None) -> list[tuple[int, Span, str]]:
        """Return the revisions of all APIs, or of one, oldest first: API id, span, digest of the model."""
        where, values = _of_api(api_id)
        rows = self.query(
            f"SELECT api, since, until, digest FROM revision{where} ORDER BY api, since",  # noqa: S608
            *values,
            columns=(INTEGER, INTEGER, OPTIONAL_INTEGER, TEXT),
        )
        self._check_digests(row[3] for row in rows)
        return [(api, Span(since, until), digest) for api, since, until, digest in rows]

    def sibling_files(self, api_id: int | None = None) -> list[tuple[int, str, Span, str]]:
        """Return the sibling files of all APIs, or of one: API id, file name, span, digest."""
        where, values = _of_api(api_id)
        rows = self.query(
            f"SELECT api, name, since, until, digest FROM file{where} ORDER BY api, since, name",  # noqa: S608
            *values,
            columns=(INTEGER, TEXT, INTEGER, OPTIONAL_INTEGER, TEXT),
        )
        self._check_digests(row[4] for row in rows)
        for row in rows:
            check_name("file", row[1], str(self.path))
        return [(api, name, Span(since, until), digest) for api, name, since, until, digest in rows]

    def _check_digests(self, digests: Iterable[str]) -> None:
        for digest in digests:
            if not _DIGEST.fullmatch(digest):
                raise corruption_error(self.path, f"{digest[:60]!r} is no digest")

    def compressed_sibling(self, api_id: int, name: str, since: int) -> list[tuple[bytes]]:
        """Return the file `name` as release `since` added or changed it, in one row."""
        return self.query(
            "SELECT content FROM file WHERE api = ? AND name = ? AND since = ?", api_id, name, since, columns=(BLOB,)
        )

    def compressed_ordering(self, api_id: int, number: int) -> list[tuple[bytes | None]]:
        """Return the order of operations and shapes at a release: one row, None if it is alphabetical."""
        return self.query(
            f"SELECT ordering FROM revision WHERE api = ?1 AND {_AT_RELEASE}",  # noqa: S608
            api_id,
            number,
            columns=(OPTIONAL_BLOB,),
        )

    def compressed_documentation(self, api_id: int, number: int | None) -> list[tuple[int, bytes]]:
        """Return the documentation that each release changed, oldest first, up to release `number` (None: all)."""
        return self.query(
            "SELECT since, content FROM documentation WHERE api = ?1 AND (?2 IS NULL OR since <= ?2) ORDER BY since",
            api_id,
            number,
            columns=(INTEGER, BLOB),
        )

    # --- elements: operations, shapes and the service's own keys, without documentation ---

    def elements(
        self, api_id: int, first: int = 1, last: int | None = None
    ) -> list[tuple[str, str, int, int | None, str]]:
        """Return the versions of all elements that any release from `first` to `last` has, oldest first.

        Returns:
            Rows of kind, name, since, until, JSON.
        """
        return self.query(
            "SELECT kind, name, since, until, content FROM element"
            " WHERE api = ?1 AND (until IS NULL OR until > ?2) AND (?3 IS NULL OR since <= ?3) ORDER BY since",
            api_id,
            first,
            last,
            columns=(TEXT, TEXT, INTEGER, OPTIONAL_INTEGER, TEXT),
        )

    def elements_at(self, api_id: int, number: int) -> list[tuple[str, str, str]]:
        """Return the elements that a release has: kind, name, JSON."""
        return self.query(
            f"SELECT kind, name, content FROM element WHERE api = ?1 AND {_AT_RELEASE}",  # noqa: S608
            api_id,
            number,
            columns=(TEXT, TEXT, TEXT),
        )

    def element_versions(self, api_id: int, kind: str, name: str) -> Iterator[tuple[Span, Any]]:
        """Yield the versions of one element, oldest first, decoded."""
        for since, until, content in self.query(
            "SELECT since, until, content FROM element WHERE api = ? AND kind = ? AND name = ? ORDER BY since",
            api_id,
            kind,
            name,
            columns=(INTEGER, OPTIONAL_INTEGER, TEXT),
        ):
            yield Span(since, until), decode_element(content)

    def versions_of_kind(self, api_id: int, kind: str, up_to: int | None = None) -> Iterator[tuple[str, Span, Any]]:
        """Yield the versions of all operations or shapes, by name and oldest first, decoded; up to a release."""
        for name, since, until, content in self.query(
            "SELECT name, since, until, content FROM element "
            "WHERE api = ?1 AND kind = ?2 AND (?3 IS NULL OR since <= ?3) ORDER BY name, since",
            api_id,
            kind,
            up_to,
            columns=(TEXT, INTEGER, OPTIONAL_INTEGER, TEXT),
        ):
            yield name, Span(since, until), decode_json(content)

    def element_names(self, api_id: int, kind: str) -> tuple[str, ...]:
        """Return the names of all operations or shapes that an API ever had, sorted."""
        rows = self.query(
            "SELECT DISTINCT name FROM element WHERE api = ? AND kind = ? ORDER BY name", api_id, kind, columns=(TEXT,)
        )
        return tuple(name for (name,) in rows)

    def exception_shapes(self, api_id: int) -> Iterator[tuple[str, Span]]:
        """Yield the shapes that are exceptions, with the releases in which they are."""
        for name, since, until, content in self.query(
            "SELECT name, since, until, content FROM element "
            "WHERE api = ? AND kind = 'shape' AND content LIKE '%\"exception\":true%'",
            api_id,
            columns=(TEXT, INTEGER, OPTIONAL_INTEGER, TEXT),
        ):
            if decode_json(content).get("exception"):
                yield name, Span(since, until)

    def operations(self) -> list[tuple[str, str]]:
        """Return all operations that any service ever had: service and name, sorted."""
        rows = self.query(
            "SELECT DISTINCT api.service, lifetime.id FROM lifetime JOIN api ON api.id = lifetime.api "
            "WHERE lifetime.kind = 'operation' ORDER BY api.service, lifetime.id",
            columns=(TEXT, TEXT),
        )
        return [(service, id.removesuffix("()")) for service, id in rows]

    # --- lifetimes of names ---

    def lifetimes(self, api_id: int, id: str, kind: str) -> tuple[Span, ...]:
        """Return the spans in which an API has a name, oldest first. `id` has no service, such as `Fleet$Tags`."""
        rows = self.query(
            "SELECT since, until FROM lifetime WHERE api = ? AND id = ? AND kind = ? ORDER BY since",
            api_id,
            id,
            kind,
            columns=(INTEGER, OPTIONAL_INTEGER),
        )
        return tuple(Span(*row) for row in rows)

    def lifetimes_of_kind(self, api_id: int, kind: str) -> list[tuple[str, int, int | None]]:
        """Return the names of one kind that an API ever had, sorted, each with its spans: id, since, until."""
        return self.query(
            "SELECT id, since, until FROM lifetime WHERE api = ? AND kind = ? ORDER BY id, since",
            api_id,
            kind,
            columns=(TEXT, INTEGER, OPTIONAL_INTEGER),
        )

    def ids(self, api_id: int, kind: str) -> tuple[str, ...]:
        """Return the ids of one kind that an API ever had, sorted."""
        rows = self.query(
            "SELECT DISTINCT id FROM lifetime WHERE api = ? AND kind = ? ORDER BY id", api_id, kind, columns=(TEXT,)
        )
        return tuple(id for (id,) in rows)

    def waiters_or_paginators(self, kind: str) -> list[tuple[str, str]]:
        """Return all waiters or all paginators (`kind`) that any service ever had: service and id, sorted."""
        return self.query(
            "SELECT DISTINCT api.service, lifetime.id FROM api, lifetime WHERE lifetime.api = api.id "
            "AND lifetime.id >= ?1 || ':' AND lifetime.id < ?1 || ';' ORDER BY api.service, lifetime.id",
            kind,
            columns=(TEXT, TEXT),
        )

    def shapes_with_member(self, api_id: int, member: str) -> dict[str, None]:
        """Return the shapes that ever had a member of this name, in any case."""
        rows = self.query(
            f"SELECT DISTINCT id FROM lifetime "  # noqa: S608
            f"WHERE api = ? AND kind = 'member' AND lower({_LOCAL_NAME}) = lower(?)",
            api_id,
            member,
            columns=(TEXT,),
        )
        return {ElementId.parse_local(id).owner or "": None for (id,) in rows}

    def shapes_with_members(self, names: Collection[str], api_ids: Collection[int]) -> list[tuple[int, str]]:
        """Return the shapes that once had all of the members: API id and shape name. Without `api_ids`, of all APIs."""
        queried = sorted(names, key=lambda name: (-len(name), name))[:MAX_QUERIED_NAMES]
        condition = f"api IN ({_placeholders(api_ids)}) AND" if api_ids else ""
        return self.query(
            "SELECT api, substr(id, 1, instr(id, '$') - 1) AS shape FROM lifetime "  # noqa: S608 - only question marks
            f"WHERE {condition} kind = 'member' AND {_LOCAL_NAME} IN ({_placeholders(queried)}) "
            "GROUP BY api, shape HAVING count(DISTINCT id) = ? ORDER BY api, shape",
            *api_ids,
            *queried,
            len(queried),
            columns=(INTEGER, TEXT),
        )

    def members_in_any_case(self, name: str) -> list[tuple[int, str, str]]:
        """Return the members of any shape whose name in lower case is `name`: API id, shape and member."""
        return self.query(
            "SELECT DISTINCT api, substr(id, 1, instr(id, '$') - 1), substr(id, instr(id, '$') + 1) FROM lifetime "
            "WHERE kind = 'member' AND lower(substr(id, instr(id, '$') + 1)) = ? ORDER BY 1, 2, 3",
            name,
        )

    def enum_value_ids(self, values: Collection[str]) -> list[tuple[str, str]]:
        """Return the enum values, of any service, that are among `values`: service and id."""
        queried = sorted(values)[:MAX_QUERIED_NAMES]
        return self.query(
            "SELECT DISTINCT api.service, lifetime.id FROM lifetime JOIN api ON api.id = lifetime.api "  # noqa: S608
            f"WHERE lifetime.kind = 'enum-value' AND {_LOCAL_NAME} IN ({_placeholders(queried)})",
            *queried,
            columns=(TEXT, TEXT),
        )

    # --- facts ---

    def facts(self, api_id: int, after: int, until: int) -> list[tuple[Any, ...]]:
        """Return the facts that affect callers, without documentation, after release `after` up to `until`.

        Returns:
            Rows of since, id, kind, carrier, trait, old, new, oldest first. Values are JSON, or None.
        """
        return self.query(
            "SELECT since, id, kind, carrier, trait, old, new FROM fact"
            " WHERE api = ? AND since > ? AND since <= ? AND effective AND kind != 'documentation'"
            " ORDER BY since, position",
            api_id,
            after,
            until,
            columns=(INTEGER, TEXT, TEXT, TEXT, TEXT, OPTIONAL_TEXT, OPTIONAL_TEXT),
        )

    def releases_with_facts(self, api_id: int, after: int, before: int) -> Collection[int]:
        """Return the releases after number `after` and before `before` that changed more than documentation."""
        rows = self.query(
            "SELECT DISTINCT since FROM fact WHERE api = ? AND since > ? AND since < ? AND kind != 'documentation'",
            api_id,
            after,
            before,
            columns=(INTEGER,),
        )
        return frozenset(number for (number,) in rows)

    def documentation_change_counts(self, api_id: int, after: int, before: int) -> list[tuple[int, int]]:
        """Return the releases after `after` and before `before` that changed documentation, with string counts."""
        return self.query(
            "SELECT since, count(*) FROM fact WHERE api = ? AND since > ? AND since < ?"
            " AND kind = 'documentation' AND effective GROUP BY since",
            api_id,
            after,
            before,
            columns=(INTEGER, INTEGER),
        )

    # --- integrity ---

    def integrity_problem(self) -> str:
        """Return what SQLite finds wrong with the file; empty if nothing."""
        ((message,),) = self.query("PRAGMA integrity_check(1)")
        return "" if message == "ok" else str(message).rpartition("\n")[2]

    def table_rows(self, table: str, api_id: int | None = None) -> Iterator[tuple[Any, ...]]:
        """Yield all rows of a table, or those of one API.

        The caller reports errors of SQLite, see `reporting_sqlite_errors`.
        """
        where, values = _of_api(api_id)
        statement = f"SELECT * FROM {table}{where}"  # noqa: S608 - our own names
        cursor = self._connection.execute(statement, values)
        yield from checked_rows(cursor, self.path, TABLE_COLUMNS[table], f"table {table}: ")

    def element_rows(self, api_id: int) -> Iterator[tuple[str, str, int, int | None, str]]:
        """Yield the versions of all elements of one API, as `elements` does, but sorted by kind, name and since.

        The caller reports errors of SQLite.
        """
        statement = "SELECT kind, name, since, until, content FROM element WHERE api = ? ORDER BY kind, name, since"
        cursor = self._connection.execute(statement, (api_id,))
        yield from checked_rows(cursor, self.path, TABLE_COLUMNS["element"][1:], "table element: ")


def _of_api(api_id: int | None) -> tuple[str, tuple[int, ...]]:
    """Return the SQL condition for the rows of one API, which uses the key of the table, or of all; and its values."""
    return ("", ()) if api_id is None else (" WHERE api = ?", (api_id,))


def _placeholders(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))
