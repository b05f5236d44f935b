"""The first release of boto3 that requires at least a given release of botocore.

The metadata of each boto3 names the lowest botocore that it requires. The two patch numbers mostly advance together, so
`boto3_versions.txt` has one line for each run of releases in which they do. `tests/support/boto3_table.py` creates the
table from boto3's repository.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from pathlib import Path

ReleaseKey = tuple[int, int, int, str, int]

ReleaseTable = tuple[tuple[ReleaseKey, str, int], ...]
"""Runs of releases: the first botocore, its boto3, and for how many releases both patch numbers advance together."""

BOTOCORE = "botocore"
"""The package whose releases the table lists."""

_RELEASE_PATTERN = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:(a|b|rc)(\d{1,9}))?", re.ASCII)


def boto3_release(package: str, release: str) -> str:
    """Return the first boto3 that requires at least this release of `package`, such as `1.9.83`; empty if unknown."""
    key = botocore_release_key(release) if package == BOTOCORE else None
    return look_up_boto3(_bundled_table(), key) if key else ""


def look_up_boto3(table: ReleaseTable, key: ReleaseKey) -> str:
    """Return the boto3 of a release of botocore; empty beyond the end of the table."""
    after = bisect_left(table, key, key=lambda stretch: stretch[0])
    if after:
        first, boto3, length = table[after - 1]
        steps = key[2] - first[2]
        if key[:2] == first[:2] and 0 < steps < length:
            return _add_to_patch(boto3, steps)
    return table[after][1] if after < len(table) else ""


def least_botocore(boto3: str) -> str:
    """Return the oldest botocore that a release of boto3 requires, such as `1.12.83`; empty if it is unknown.

    After the end of the table, both have the same number, as they have in its last lines.
    """
    key = botocore_release_key(boto3)
    runs = sorted((botocore_release_key(first), key_, length) for key_, first, length in _bundled_table())
    before = [run for run in runs if key is not None and run[0] is not None and run[0] <= key]
    if key is None or not before:
        return ""
    first, botocore, length = before[-1]
    assert first is not None  # noqa: S101 - chosen above
    steps = key[2] - first[2] if key[:2] == first[:2] else length - 1
    if before[-1] == runs[-1] and first[:3] == botocore[:3] and (key[:2] != first[:2] or steps >= length):
        return boto3
    return ".".join(map(str, (*botocore[:2], botocore[2] + min(steps, length - 1))))


def parse_table(text: str) -> ReleaseTable:
    """Parse the lines of `boto3_versions.txt`."""
    found = []
    for line in text.splitlines():
        if not line.startswith("#"):
            boto3, botocore, length = line.split()
            key = botocore_release_key(botocore)
            assert key is not None  # noqa: S101 - our own file, which a test reads
            found.append((key, boto3, int(length)))
    return tuple(found)


def botocore_release_key(name: str) -> ReleaseKey | None:
    """Return the sort key of a release such as `1.12.83` or `1.0.0rc1`; None if it is not one."""
    match = _RELEASE_PATTERN.fullmatch(name)
    if match is None:
        return None
    # A final release comes after those before it, whose marks are in the order of the alphabet.
    return int(match[1]), int(match[2]), int(match[3]), match[4] or "z", int(match[5] or 0)


@cache
def _bundled_table() -> ReleaseTable:
    return parse_table(Path(__file__).with_name("boto3_versions.txt").read_text(encoding="utf-8"))


def _add_to_patch(release: str, count: int) -> str:
    major, minor, patch = release.split(".")
    return f"{major}.{minor}.{int(patch) + count}"
