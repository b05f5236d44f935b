"""Sums over the rows of the file, kept beside them: by them a byte is found that changed and still makes sense.

The sum of a part of an API, its lifetimes for instance, is that of the CRC-32 of each row. It is worked out from the
rows that come and go, never from those that are there, so damage stays visible however often the file grows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any
from zlib import crc32

RELEASE_TABLES = ("release", "summary", "introduction")
"""Tables that belong to no API; their sums have 0 in its place."""

API_TABLES = ("api", "revision", "element", "documentation", "file", "lifetime", "fact")
"""Tables whose rows begin with the number of an API, which is not a part of the sum."""

Checksums = Counter[tuple[int, str]]
"""Sums by the number of an API and the name of a table. There is none where there are no rows."""


def update_checksums(checksums: Checksums, table: str, rows: Iterable[tuple[Any, ...]], sign: int = 1) -> None:
    """Add rows, as the table has them, to the sums; with a `sign` of -1, take them away."""
    for row in rows:
        api, told = (0, row) if table in RELEASE_TABLES else (row[0], row[1:])
        # Unlike `repr`, `ascii` says the same in every Python: which characters can be printed is no part of it.
        checksums[api, table] += sign * crc32(ascii(told).encode())
