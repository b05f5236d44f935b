"""Checksums over the rows of the history file, which reveal a changed byte that SQLite does not notice.

A checksum is the sum of the CRC-32 of each row. It is updated with the rows that are added and removed, never
recomputed from the stored rows, so damage stays visible however often the file grows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any
from zlib import crc32

RELEASE_TABLES = ("release", "summary", "introduction")
"""Tables without APIs. Their checksums have the API id 0."""

API_TABLES = ("api", "revision", "element", "documentation", "file", "lifetime", "fact")
"""Tables whose rows begin with an API id, which is not part of the checksum."""

Checksums = Counter[tuple[int, str]]
"""Sums by API id and table. A part without rows has no entry."""


def update_checksums(checksums: Checksums, table: str, rows: Iterable[tuple[Any, ...]], sign: int = 1) -> None:
    """Add the complete rows of a table to the checksums, or subtract them if `sign` is -1."""
    # The output of `repr` depends on which characters this Python considers printable; that of `ascii` does not.
    if table in RELEASE_TABLES:
        for row in rows:
            checksums[0, table] += sign * crc32(ascii(row).encode())
    else:
        for api_id, of_api in groupby(rows, itemgetter(0)):
            checksums[api_id, table] += sign * rows_checksum(row[1:] for row in of_api)


def rows_checksum(rows: Iterable[tuple[Any, ...]]) -> int:
    """Return the checksum of rows of one API, which are complete except for its id."""
    return sum([crc32(ascii(row).encode()) for row in rows])
