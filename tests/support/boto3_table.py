"""Write the table of boto3 versions: `python tests/support/boto3_table.py CLONE [FOLDER]`.

CLONE is a clone of boto3's repository. FOLDER contains wheels of releases that are newer than the tags of the clone.
"""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.version import InvalidVersion, Version

FILE = Path(__file__).parent.parent.parent / "docgen" / "history" / "boto3_versions.txt"
HEAD = """\
# For how many releases boto3 and the least botocore that it requires advance together: boto3, botocore, releases.
# Made by tests/support/boto3_table.py. Releases of boto3 that require nothing newer than the one before are left out.
"""
_REQUIRED = re.compile(r"""['"]botocore\s*(?:>=|==)\s*([^'",\s]+)[^'"]*['"]""")
_REQUIRED_BY_WHEEL = re.compile(r"^Requires-Dist: botocore\b(?!\[).*?>=\s*([\w.]+)", re.MULTILINE)


def git(repository: Path, *arguments: str, given: str = "") -> bytes:
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, input=given.encode(), capture_output=True, check=True).stdout


def requirements(repository: Path) -> list[tuple[Version, Version]]:
    """Return every tagged release of boto3 with the lowest botocore that it accepts, in version order."""
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
        size = int(answer[at:end].split()[2])  # fails without a setup.py: the table then needs another look
        bounds = _REQUIRED.findall(answer[end + 1 : end + 1 + size].decode())
        if len(bounds) != 1:
            raise SystemExit(f"boto3 {tag}: {len(bounds)} requirements of botocore in setup.py, expected one")
        found.append((version, Version(bounds[0])))
        at = end + 1 + size + 1
    return found


def requirements_of_wheels(folder: Path) -> list[tuple[Version, Version]]:
    """Return every boto3 release with a wheel in `folder` and the lowest botocore that it accepts, in version order."""
    found = []
    for path in folder.glob("boto3-*.whl"):
        with zipfile.ZipFile(path) as wheel:
            (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
            bounds = _REQUIRED_BY_WHEEL.findall(wheel.read(metadata).decode())
        if len(bounds) != 1:
            raise SystemExit(f"{path.name}: {len(bounds)} requirements of botocore, expected one")
        found.append((Version(path.name.split("-")[1]), Version(bounds[0])))
    return sorted(found)


def all_requirements(repository: Path, wheels: Path | None = None) -> list[tuple[Version, Version]]:
    """Return every release of boto3 with the lowest botocore that it accepts, in version order."""
    return sorted({*requirements(repository), *(requirements_of_wheels(wheels) if wheels else ())})


def table_rows(required: Iterable[tuple[Version, Version]]) -> Iterator[tuple[Version, Version, int]]:
    """Yield the lines of the table: runs of releases in which both patch versions advance together."""
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
            if (patch_releases_between(first, boto3), patch_releases_between(least, botocore)) == (length, length):
                begun[-1] = first, least, length + 1
                continue
        begun.append((boto3, botocore, 1))
    yield from begun


def patch_releases_between(old: Version, new: Version) -> int | None:
    """Return how many patch releases lie between two versions, or None if more than the patch version differs."""
    if old.is_prerelease or new.is_prerelease or old.release[:2] != new.release[:2]:
        return None
    return new.micro - old.micro


def table(repository: Path, wheels: Path | None = None) -> str:
    lines = table_rows(all_requirements(repository, wheels))
    return HEAD + "".join(f"{boto3} {botocore} {length}\n" for boto3, botocore, length in lines)


if __name__ == "__main__":
    FILE.write_text(table(*map(Path, sys.argv[1:])), encoding="utf-8")
