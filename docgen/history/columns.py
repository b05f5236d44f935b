"""The types of the columns of a history file, and rows that are checked against them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from docgen.history.database import corruption_error

MIN_ANSWER_SIZE = 64 << 20
"""Characters and bytes that all rows of an answer may have, besides twice the size of the file."""

MAX_RELEASES = 1_000_000
"""The greatest number of a release. botocore has 2,481 releases."""

_SPAN_COLUMNS = ("since", "until")

ROWS_PER_CHUNK = 1000
"""Rows that are fetched before their types and sizes are checked."""

ColumnTypes = frozenset[type]
INTEGER: ColumnTypes = frozenset({int})
OPTIONAL_INTEGER: ColumnTypes = frozenset({int, type(None)})
TEXT: ColumnTypes = frozenset({str})
OPTIONAL_TEXT: ColumnTypes = frozenset({str, type(None)})
BLOB: ColumnTypes = frozenset({bytes})
OPTIONAL_BLOB: ColumnTypes = frozenset({bytes, type(None)})
_SIZED_TYPES = frozenset({str, bytes})

TABLE_COLUMNS: Mapping[str, Sequence[ColumnTypes]] = {
    "release": (INTEGER, TEXT, TEXT, OPTIONAL_TEXT, TEXT, INTEGER),
    "summary": (INTEGER, TEXT, TEXT),
    "introduction": (INTEGER, TEXT),
    "api": (INTEGER, TEXT, TEXT),
    "revision": (INTEGER, INTEGER, OPTIONAL_INTEGER, TEXT, OPTIONAL_BLOB),
    "element": (INTEGER, TEXT, TEXT, INTEGER, OPTIONAL_INTEGER, TEXT),
    "documentation": (INTEGER, INTEGER, BLOB),
    "file": (INTEGER, TEXT, INTEGER, OPTIONAL_INTEGER, TEXT, BLOB),
    "lifetime": (INTEGER, TEXT, TEXT, INTEGER, OPTIONAL_INTEGER),
    "fact": (INTEGER, INTEGER, INTEGER, TEXT, TEXT, TEXT, TEXT, INTEGER, OPTIONAL_TEXT, OPTIONAL_TEXT),
    "checksum": (INTEGER, TEXT, INTEGER),
}
"""The types of the columns of each table. `history.sql` declares them, but SQLite stores any type in any column."""


def checked_rows(
    cursor: sqlite3.Cursor, path: Path, columns: Sequence[ColumnTypes] = (), label: str = ""
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a statement, after a check of their types and of the memory that all of them take.

    In a damaged or hostile file, many rows can share one large value.

    Args:
        cursor: The statement, which runs.
        path: The history file.
        columns: The types that the values of each column may have; empty for any.
        label: Begins the message about a wrong type, such as `table fact: `.

    Raises:
        SourceError: If a value has another type, or the rows are far larger than the file.
    """
    size = 0
    max_size = 0
    while rows := cursor.fetchmany(ROWS_PER_CHUNK):
        for index, column in enumerate(zip(*rows, strict=True)):
            types = set(map(type, column))
            if columns and not types <= columns[index]:
                name = cursor.description[index][0]
                raise corruption_error(path, f"{label}a value of column {name!r} has the wrong type")
            if cursor.description[index][0] in _SPAN_COLUMNS and not all(
                number is None or 0 < number <= MAX_RELEASES for number in set(column)
            ):
                raise corruption_error(path, f"{label}a number that no release has")
            if types <= _SIZED_TYPES:
                size += sum(map(len, column))
            elif not types.isdisjoint(_SIZED_TYPES):
                size += sum(len(value) for value in column if type(value) in _SIZED_TYPES)
        if size > MIN_ANSWER_SIZE:
            max_size = max_size or MIN_ANSWER_SIZE + 2 * os.stat(path).st_size
            if size > max_size:
                raise corruption_error(path, "an answer is far larger than the file")
        yield from rows
