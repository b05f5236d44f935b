"""Make the table of boto3 versions from a clone of boto3's repository: `python tests/support/boto3_table.py CLONE`."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.version import InvalidVersion, Version

FILE = Path(__file__).parent.parent.parent / "docgen" / "history" / "boto3_versions.txt"
HEAD = """\
# For how many releases boto3 and the least botocore that it requires advance together: boto3, botocore, releases.
# Made by tests/support/boto3_table.py. Releases of boto3 that require nothing newer than the one before are left out.
"""
_REQUIRED = re.compile(r"""['"]botocore\s*(?:>=|==)\s*([^'",\s]+)[^'"]*['"]""")


def git(repository: Path, *arguments: str, given: str = "") -> bytes:
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, input=given.encode(), capture_output=True, check=True).stdout


def requirements(repository: Path) -> list[tuple[Version, Version]]:
    """The least botocore of every tagged release of boto3, in the order of boto3's versions."""
    tags = []
    for tag in git(repository, "tag").decode().split():
        try:
            tags.append((Version(tag), tag))
        except InvalidVersion:
            continue
    tags.sort()
    asked = "".join(f"{tag}:setup.py\n" for _, tag in tags)
    answer, at, found = git(repository, "cat-file", "--batch", given=asked), 0, []
    for version, tag in tags:
        end = answer.index(b"\n", at)
        size = int(answer[at:end].split()[2])  # fails where there is no setup.py: the table needs another look then
        bounds = _REQUIRED.findall(answer[end + 1 : end + 1 + size].decode())
        if len(bounds) != 1:
            raise SystemExit(f"boto3 {tag}: {len(bounds)} requirements of botocore in setup.py, expected one")
        found.append((version, Version(bounds[0])))
        at = end + 1 + size + 1
    return found


def stretches(required: Iterable[tuple[Version, Version]]) -> Iterator[tuple[Version, Version, int]]:
    """Where both numbers advance together, as the lines of the table say it."""
    begun: list[tuple[Version, Version, int]] = []
    newest = Version("0")
    for boto3, botocore in required:
        if botocore < newest:
            raise SystemExit(f"boto3 {boto3} requires botocore {botocore}, an earlier one before it {newest}")
        if botocore == newest:
            continue
        newest = botocore
        if begun:
            first, least, length = begun[-1]
            if (steps(first, boto3), steps(least, botocore)) == (length, length):
                begun[-1] = first, least, length + 1
                continue
        begun.append((boto3, botocore, 1))
    yield from begun


def steps(old: Version, new: Version) -> int | None:
    """How many patch releases lie between two releases; None if it is not only those."""
    if old.is_prerelease or new.is_prerelease or old.release[:2] != new.release[:2]:
        return None
    return new.micro - old.micro


def table(repository: Path) -> str:
    return HEAD + "".join(f"{a} {b} {n}\n" for a, b, n in stretches(requirements(repository)))


if __name__ == "__main__":
    FILE.write_text(table(Path(sys.argv[1])), encoding="utf-8")
