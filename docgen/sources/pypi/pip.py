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
from docgen.sources.archives.common import parse_archive_filename
from docgen.sources.limits import error_reason
from docgen.sources.pypi import pip_guard

if TYPE_CHECKING:
    from packaging.version import Version

_AVAILABLE_VERSIONS = re.compile(r"Available versions:(.*)")
_INDEX_UNREACHABLE = re.compile("connection broken by|Could not fetch URL|Max retries exceeded")
_FIRST_PIP_WITH_JSON = "25.1"
_PIP_SETTINGS = {
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


class NotInIndexError(SourceError):
    """The index has no such package, or no such version of it."""


def list_versions(package: str, location: str, *, prereleases: bool = False) -> tuple[Version, ...]:
    """The versions of a package, oldest first, without yanked ones; pre-releases only with `pre`.

    Raises `SourceError`.
    """
    with TemporaryDirectory() as work:
        options = [
            "--ignore-requires-python",
            *(["--pre"] if prereleases else []),
            *(["--json"] if _pip_has_json() else []),
        ]
        done = _run_pip(location, Path(work), "index", "versions", *options, package)
    if done.returncode:
        raise _pip_error(location, package, done.stderr)
    return parse_versions(done.stdout)


def parse_versions(output: str) -> tuple[Version, ...]:
    """The versions that `pip index versions` printed, oldest first, with or without `--json`."""
    from packaging.version import Version

    found: set[Version] = set()
    for text in _version_strings(output):
        with suppress(ValueError):  # no version, or a number of more digits than Python reads
            found.add(Version(text))
    return tuple(sorted(found))


def _version_strings(output: str) -> Iterable[str]:
    try:
        content = json.loads(output)
    except ValueError:
        content = None
    if isinstance(content, dict):
        found = content.get("versions")
        return map(str, found) if isinstance(found, list) else ()
    match = _AVAILABLE_VERSIONS.search(output)
    return map(str.strip, match[1].split(",")) if match else ()


def download_archive(package: str, version: Version, folder: Path, location: str) -> Path:
    """Fetch the archive of a version that pip chooses, a wheel if there is one, into `folder`; returns its path.

    It appears there at once and whole, and if it was there, or another process was faster, stays what it was.
    Raises `SourceError`.
    """
    try:
        with TemporaryDirectory(prefix=".part-", dir=folder, ignore_cleanup_errors=True) as work:
            return _move_into_cache(_download_with_pip(package, version, Path(work), location), folder)
    except OSError as error:
        raise SourceError(f"{error.filename or folder}: {error_reason(error)}") from None


def _download_with_pip(package: str, version: Version, work_folder: Path, location: str) -> Path:
    got = work_folder / "got"
    got.mkdir()
    # Without isolation nothing is fetched to build with: pip is ended before it would build.
    options = ["--no-deps", "--no-build-isolation", "--ignore-requires-python", "--dest", str(got)]
    done = _run_pip(location, work_folder, "download", *options, f"{package}=={version}")
    if done.returncode == pip_guard.STOPPED_EXIT_CODE:
        _recover_source_archive(work_folder, got, location)
    elif done.returncode:
        raise _pip_error(location, package, done.stderr)
    found = [path for path in sorted(got.iterdir()) if version_from_filename(path.name, package) == version]
    if not found:
        raise SourceError(
            f"{location}: pip fetched no archive of {package} {version} (fetch one yourself, and give the file)"
        )
    return found[0]


def _recover_source_archive(work_folder: Path, download_folder: Path, location: str) -> None:
    """Copy the source package at which pip was ended."""
    stopped = json.loads((work_folder / "stopped").read_text(encoding="utf-8"))
    archive = Path(stopped["archive"])
    if not stopped["archive"]:
        raise SourceError(f"{location}: pip wanted to run {stopped['program']} (fetch the archive, and give the file)")
    shutil.copyfile(archive, download_folder / archive.name)


def _move_into_cache(path: Path, folder: Path) -> Path:
    """Move a whole file into `folder`; one of this name that is there stays, for it may be read right now."""
    kept = folder / path.name
    try:
        os.link(path, kept)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        os.replace(path, kept)
    return kept


def version_from_filename(filename: str, package: str) -> Version | None:
    """The version in the name of an archive of the package `name`; None if it is of another, or no archive."""
    from packaging.utils import canonicalize_name
    from packaging.version import InvalidVersion, Version

    found = parse_archive_filename(filename)
    if found is None or canonicalize_name(found[0]) != canonicalize_name(package):
        return None
    try:
        return Version(found[1])
    except InvalidVersion:
        return None


def _pip_has_json() -> bool:
    from importlib.metadata import PackageNotFoundError, version

    from packaging.version import InvalidVersion, Version

    with suppress(PackageNotFoundError, InvalidVersion):
        return Version(version("pip")) >= Version(_FIRST_PIP_WITH_JSON)
    return False


def _run_pip(location: str, work_folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    if find_spec("pip") is None:
        raise SourceError(f"{location}: docgen's Python has no pip ({sys.executable} -m ensurepip, or give a file)")
    temporary = work_folder / "tmp"
    temporary.mkdir()
    folders = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    # -P: a folder that one happens to be in must not bring a pip of its own.
    command = [sys.executable, "-P", pip_guard.__file__, str(work_folder / "stopped"), *arguments]
    return subprocess.run(  # noqa: S603 - fixed words, and a requirement that was read as one
        command,
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **_PIP_SETTINGS, **folders},
        encoding="utf-8",
        errors="replace",
    )


def _pip_error(location: str, package: str, stderr: str) -> SourceError:
    """What pip complains of, in one line."""
    errors = [line.removeprefix("ERROR: ") for line in stderr.splitlines() if line.startswith("ERROR: ")]
    if "DO NOT MATCH THE HASHES" in stderr:
        problem = "what the index sent has another hash than the index says (try again, or tell its owner)"
    elif _INDEX_UNREACHABLE.search(stderr):
        problem = f"pip cannot reach the package index (`pip index versions {package}` shows why)"
    elif errors and errors[-1].startswith("No matching distribution"):
        problem = f"pip finds nothing of that name (`pip index versions {package}` shows where it looks)"
        return NotInIndexError(f"{location}: {problem}")
    else:
        problem = f"pip: {(errors or stderr.strip().splitlines() or ['failed without a word'])[-1][:300]}"
    return SourceError(f"{location}: {problem}")
