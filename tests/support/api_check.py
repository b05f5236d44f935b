"""Check that the public API keeps what the newest release promised. `.ci/run api` runs this file.

griffe reads both versions without running them and finds what breaks callers: names, parameters and bases that were
removed or changed. Only names in `docgen.__all__` are compared. A breaking change needs a new major version, or before
1.0, a new minor version.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import griffe
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).parent.parent.parent
_COLOUR = re.compile(r"\x1b\[\d+m")


def main(repository: Path = ROOT) -> int:
    """Print what breaks callers; return 1 if the version number does not permit it, otherwise 0."""
    tag = newest_tag(repository)
    if not tag:
        print("api: no tag v* here, so no release yet with which to compare the public API")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        unpack(repository, tag, Path(folder))
        old, new = Path(folder), repository
        broken, may = breakages(old, new), may_break(version(old), version(new))
    for line in broken:
        print(f"api: {line}")
    if broken and not may:
        print(f"api: {version(new)} breaks what {tag} promised: keep it, or raise the version in docgen/__init__.py")
        return 1
    print(f"api: {version(new)} {'may break, and does, what' if broken else 'keeps what'} {tag} promised")
    return 0


def newest_tag(repository: Path) -> str:
    """Return the tag `v…` with the highest version, or "" if there is no such tag."""
    found: list[tuple[Version, str]] = []
    for tag in _git(repository, "tag", "--list", "v*").decode().split():
        try:
            found.append((Version(tag), tag))
        except InvalidVersion:
            continue
    return max(found)[1] if found else ""


def unpack(repository: Path, tag: str, folder: Path) -> None:
    """Extract the package at `tag` into `folder`."""
    with tarfile.open(fileobj=io.BytesIO(_git(repository, "archive", tag, "docgen"))) as archive:
        archive.extractall(folder, filter="data")


def version(folder: Path) -> Version:
    """Return the version of the package in `folder`."""
    text = (folder / "docgen" / "__init__.py").read_text(encoding="utf-8")
    (found,) = re.findall(r'^__version__ = "(.*)"$', text, re.MULTILINE)
    return Version(found)


def may_break(old: Version, new: Version) -> bool:
    """Return whether semantic versioning permits breaking changes between the two versions."""
    return (new.major, new.minor if new.major == 0 else 0) > (old.major, old.minor if old.major == 0 else 0)


def breakages(old: Path, new: Path) -> list[str]:
    """Return a line for each change that breaks callers between the packages in `old` and `new`, sorted."""
    found = griffe.find_breaking_changes(_public(old), _public(new))
    lines = (_COLOUR.sub("", each.explain(griffe.ExplanationStyle.ONE_LINE)) for each in found)
    return sorted(line.replace(f"{old}{os.sep}", "").replace(f"{new}{os.sep}", "") for line in lines)


def _public(folder: Path) -> griffe.Object | griffe.Alias:
    """Return the package without anything that it does not export."""
    package = griffe.load(
        "docgen", search_paths=[folder], try_relative_path=False, resolve_aliases=True, allow_inspection=False
    )
    for name in set(package.members) - {str(name) for name in package.exports or ()}:
        package.del_member(name)
    return package


def _git(repository: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", repository, *arguments], check=True, capture_output=True).stdout


if __name__ == "__main__":
    sys.exit(main())
