"""Asks the package index of the user through pip, so that its address, proxy, certificates and cache are the user's.

pip compares hashes; nothing that it fetches is imported or run (see `guard`).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from docgen.errors import SourceError
from docgen.sources.archives.common import called
from docgen.sources.limits import reason
from docgen.sources.pypi import pip_guard

if TYPE_CHECKING:
    from packaging.version import Version

_AVAILABLE = re.compile(r"Available versions:(.*)")
_UNREACHABLE = re.compile("connection broken by|Could not fetch URL|Max retries exceeded")
_FIRST_WITH_JSON = "25.1"
_OURS = {
    "NO_COLOR": "1",
    "PIP_CONSTRAINT": os.devnull,  # what may be installed here says nothing of what may be read
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_BINARY": ":none:",
    "PIP_NO_INPUT": "1",
    "PIP_PROGRESS_BAR": "off",
    "PIP_QUIET": "0",
    "PIP_VERBOSE": "0",
    "PYTHONIOENCODING": "utf-8",
}
"""Settings of pip that would change what it prints, or ask."""


class NotFoundError(SourceError):
    """The index has no such package, or no such version of it."""


def versions(name: str, place: str, *, pre: bool = False) -> tuple[Version, ...]:
    """The versions of a package, oldest first, without yanked ones; pre-releases only with `pre`.

    Raises `SourceError`.
    """
    with TemporaryDirectory() as work:
        options = ["--ignore-requires-python", *(["--pre"] if pre else []), *(["--json"] if _pip_has_json() else [])]
        done = _pip(place, Path(work), "index", "versions", *options, name)
    if done.returncode:
        raise _explained(place, name, done.stderr)
    return listed(done.stdout)


def listed(printed: str) -> tuple[Version, ...]:
    """The versions that `pip index versions` printed, oldest first, with or without `--json`."""
    from packaging.version import Version

    found: set[Version] = set()
    for text in _words(printed):
        with suppress(ValueError):  # no version, or a number of more digits than Python reads
            found.add(Version(text))
    return tuple(sorted(found))


def _words(printed: str) -> Iterable[str]:
    try:
        content = json.loads(printed)
    except ValueError:
        content = None
    if isinstance(content, dict):
        found = content.get("versions")
        return map(str, found) if isinstance(found, list) else ()
    match = _AVAILABLE.search(printed)
    return map(str.strip, match[1].split(",")) if match else ()


def download(name: str, version: Version, folder: Path, place: str) -> Path:
    """Fetch the archive of a version that pip chooses, a wheel if there is one, into `folder`; returns its path.

    It appears there at once and whole, and if it was there, or another process was faster, stays what it was.
    Raises `SourceError`.
    """
    try:
        with TemporaryDirectory(prefix=".part-", dir=folder, ignore_cleanup_errors=True) as work:
            return _keep(_fetched(name, version, Path(work), place), folder)
    except OSError as error:
        raise SourceError(f"{error.filename or folder}: {reason(error)}") from None


def _fetched(name: str, version: Version, work: Path, place: str) -> Path:
    got = work / "got"
    got.mkdir()
    # Without isolation nothing is fetched to build with: pip is ended before it would build.
    options = ["--no-deps", "--no-build-isolation", "--ignore-requires-python", "--dest", str(got)]
    done = _pip(place, work, "download", *options, f"{name}=={version}")
    if done.returncode == pip_guard.STOPPED:
        _take_source(work, got, place)
    elif done.returncode:
        raise _explained(place, name, done.stderr)
    found = [path for path in sorted(got.iterdir()) if version_in(path.name, name) == version]
    if not found:
        raise SourceError(
            f"{place}: pip fetched no archive of {name} {version} (fetch one yourself, and give the file)"
        )
    return found[0]


def _take_source(work: Path, got: Path, place: str) -> None:
    """Copy the source package at which pip was ended."""
    stopped = json.loads((work / "stopped").read_text(encoding="utf-8"))
    archive = Path(stopped["archive"])
    if not stopped["archive"]:
        raise SourceError(f"{place}: pip wanted to run {stopped['program']} (fetch the archive, and give the file)")
    shutil.copyfile(archive, got / archive.name)


def _keep(path: Path, folder: Path) -> Path:
    """Move a whole file into `folder`; one of this name that is there stays, for it may be read right now."""
    kept = folder / path.name
    try:
        os.link(path, kept)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        os.replace(path, kept)
    return kept


def version_in(filename: str, name: str) -> Version | None:
    """The version in the name of an archive of the package `name`; None if it is of another, or no archive."""
    from packaging.utils import canonicalize_name
    from packaging.version import InvalidVersion, Version

    found = called(filename)
    if found is None or canonicalize_name(found[0]) != canonicalize_name(name):
        return None
    try:
        return Version(found[1])
    except InvalidVersion:
        return None


def _pip_has_json() -> bool:
    from importlib.metadata import PackageNotFoundError, version

    from packaging.version import InvalidVersion, Version

    with suppress(PackageNotFoundError, InvalidVersion):
        return Version(version("pip")) >= Version(_FIRST_WITH_JSON)
    return False


def _pip(place: str, work: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    if find_spec("pip") is None:
        raise SourceError(f"{place}: docgen's Python has no pip ({sys.executable} -m ensurepip, or give a file)")
    temporary = work / "tmp"
    temporary.mkdir()
    folders = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    # -P: a folder that one happens to be in must not bring a pip of its own.
    command = [sys.executable, "-P", pip_guard.__file__, str(work / "stopped"), *arguments]
    return subprocess.run(  # noqa: S603 - fixed words, and a requirement that was read as one
        command,
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **_OURS, **folders},
        encoding="utf-8",
        errors="replace",
    )


def _explained(place: str, name: str, said: str) -> SourceError:
    """What pip complains of, in one line."""
    errors = [line.removeprefix("ERROR: ") for line in said.splitlines() if line.startswith("ERROR: ")]
    if "DO NOT MATCH THE HASHES" in said:
        problem = "what the index sent has another hash than the index says (try again, or tell its owner)"
    elif _UNREACHABLE.search(said):
        problem = f"pip cannot reach the package index (`pip index versions {name}` shows why)"
    elif errors and errors[-1].startswith("No matching distribution"):
        problem = f"pip finds nothing of that name (`pip index versions {name}` shows where it looks)"
        return NotFoundError(f"{place}: {problem}")
    else:
        problem = f"pip: {(errors or said.strip().splitlines() or ['failed without a word'])[-1][:300]}"
    return SourceError(f"{place}: {problem}")
