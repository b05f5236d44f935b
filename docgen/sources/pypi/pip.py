"""Queries the user's package index through pip, so that the user's address, proxy, certificates and cache apply.

pip verifies hashes. Nothing that it downloads is imported or run (see `pip_guard`).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from docgen.errors import SourceError, error_reason
from docgen.files import remove_litter
from docgen.sources.archives.common import parse_archive_filename
from docgen.sources.pypi import pip_guard
from docgen.workers import TIMEOUT_VARIABLE, peer_timeout

if TYPE_CHECKING:
    from packaging.version import Version

_AVAILABLE_VERSIONS = re.compile(r"Available versions:(.*)")
_INDEX_UNREACHABLE = re.compile("connection broken by|Could not fetch URL|Max retries exceeded")
_NO_RETRIES = re.compile(r"^\w+\.retries='0+'", re.MULTILINE)
_ONE_RETRY = {"PIP_RETRIES": "1"}
_FIRST_PIP_WITH_JSON = "25.1"
_PIP_SETTINGS = {
    "NO_COLOR": "1",
    "PIP_CONSTRAINT": os.devnull,  # constraints are for installing, not for reading
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_BINARY": ":none:",
    "PIP_NO_INPUT": "1",
    "PIP_PROGRESS_BAR": "off",
    "PIP_QUIET": "0",
    "PIP_VERBOSE": "0",
    "PYTHONIOENCODING": "utf-8",
}
"""Settings that keep pip from prompting, and from changing what it prints."""


_PATH_SETTINGS = (
    "PIP_CERT",
    "PIP_CLIENT_CERT",
    "PIP_CONFIG_FILE",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_INDEX_URL",
)


class NotInIndexError(SourceError):
    """The index has no such package, or no such version of it."""


def list_versions(package: str, location: str, *, prereleases: bool = False) -> tuple[Version, ...]:
    """Return the versions of a package, oldest first, without yanked ones.

    Args:
        package: The name of the package.
        location: The source as the user typed it, for messages.
        prereleases: Whether to include pre-releases.

    Raises:
        SourceError: If the index has no such package or cannot be reached.
    """
    with TemporaryDirectory() as work_folder:
        options = [
            "--ignore-requires-python",
            *(["--pre"] if prereleases else []),
            *(["--json"] if _pip_has_json() else []),
        ]
        result = _run_pip(location, Path(work_folder), "index", "versions", *options, package)
    if result.returncode:
        raise _pip_error(location, package, result.stderr)
    return parse_versions(result.stdout)


def parse_versions(output: str) -> tuple[Version, ...]:
    """Return the versions in the output of `pip index versions`, oldest first, with or without `--json`."""
    from packaging.version import Version

    versions: set[Version] = set()
    for text in _version_strings(output):
        with suppress(ValueError):  # not a version, or a number with more digits than Python accepts
            versions.add(Version(text))
    return tuple(sorted(versions))


def _version_strings(output: str) -> Iterable[str]:
    try:
        content = json.loads(output)
    except ValueError:
        content = None
    if isinstance(content, dict):
        versions = content.get("versions")
        return map(str, versions) if isinstance(versions, list) else ()
    match = _AVAILABLE_VERSIONS.search(output)
    return map(str.strip, match[1].split(",")) if match else ()


def download_archive(package: str, version: Version, folder: Path, location: str) -> Path:
    """Download the archive of a version into `folder`: a wheel if one fits this machine, or else an sdist.

    The file appears complete. If it already exists, or another process is faster, that file stays.

    Returns:
        The path of the archive.

    Raises:
        SourceError: If it cannot be downloaded.
    """
    try:
        remove_litter(folder, ".part-", ".part")
        with TemporaryDirectory(
            prefix=".part-", suffix=f".{os.getpid()}.part", dir=folder, ignore_cleanup_errors=True
        ) as work_folder:
            return _move_into_cache(_download_with_pip(package, version, Path(work_folder), location), folder)
    except OSError as error:
        raise SourceError(f"{error.filename or folder}: {error_reason(error)}") from None


def _download_with_pip(package: str, version: Version, work_folder: Path, location: str) -> Path:
    download_folder = work_folder / "got"
    download_folder.mkdir()
    # Without build isolation pip downloads no build requirements. It is stopped before it builds anything.
    options = ["--no-deps", "--no-build-isolation", "--ignore-requires-python", "--dest", str(download_folder)]
    result = _run_pip(location, work_folder, "download", *options, f"{package}=={version}")
    if result.returncode == pip_guard.STOPPED_EXIT_CODE:
        _recover_source_archive(work_folder, download_folder, location)
    elif result.returncode:
        raise _pip_error(location, package, result.stderr)
    archives = [
        path for path in sorted(download_folder.iterdir()) if version_from_filename(path.name, package) == version
    ]
    if not archives:
        raise SourceError(
            f"{location}: pip found no archive of {package} {version} (download one yourself and pass the file)"
        )
    return archives[0]


def _recover_source_archive(work_folder: Path, download_folder: Path, location: str) -> None:
    """Copy the sdist that pip had downloaded when it was stopped."""
    stopped = json.loads((work_folder / "stopped").read_text(encoding="utf-8"))
    archive = Path(stopped["archive"])
    if not stopped["archive"]:
        raise SourceError(f"{location}: pip tried to run {stopped['program']} (download the archive and pass the file)")
    shutil.copyfile(archive, download_folder / archive.name)


def _move_into_cache(path: Path, folder: Path) -> Path:
    """Move a complete file into `folder`. An existing file of the same name stays: it may be open."""
    target = folder / path.name
    try:
        os.link(path, target)
    except FileExistsError:
        pass
    except OSError:  # the file system does not support hard links
        os.replace(path, target)
    return target


def version_from_filename(filename: str, package: str) -> Version | None:
    """Return the version in the file name of an archive of `package`, or None for any other file."""
    from packaging.utils import canonicalize_name
    from packaging.version import InvalidVersion, Version

    parsed = parse_archive_filename(filename)
    if parsed is None or canonicalize_name(parsed[0]) != canonicalize_name(package):
        return None
    try:
        return Version(parsed[1])
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
        raise SourceError(f"{location}: docgen's Python has no pip (run {sys.executable} -m ensurepip, or pass a file)")
    (work_folder / "tmp").mkdir()
    # -P: do not import pip from the current folder.
    command = [sys.executable, "-P", pip_guard.__file__, str(os.getpid()), str(work_folder / "stopped"), *arguments]
    result = _run(command, work_folder, _retries())
    if result.returncode and "No matching distribution" in result.stderr and _configured_without_retries(work_folder):
        return _run(command, work_folder, _ONE_RETRY)
    return result


def _run(command: Sequence[str], work_folder: Path, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    folders = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(work_folder / "tmp"))
    return subprocess.run(  # noqa: S603 - fixed arguments and a parsed requirement
        command,
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=work_folder,
        env={**os.environ, **_absolute_settings(), **_PIP_SETTINGS, **_timeout(), **settings, **folders},
        encoding="utf-8",
        errors="replace",
    )


def _configured_without_retries(work_folder: Path) -> bool:
    """Return whether a configuration file of pip, and no variable, sets its retries to 0."""
    if "PIP_RETRIES" in os.environ:
        return False
    listed = _run([sys.executable, "-P", "-m", "pip", "config", "list"], work_folder, {})
    return _NO_RETRIES.search(listed.stdout) is not None


def _timeout() -> dict[str, str]:
    """Return pip's setting for how long the index may be silent, if the user chose a limit."""
    return {"PIP_TIMEOUT": f"{peer_timeout(0):g}"} if os.environ.get(TIMEOUT_VARIABLE) else {}


def _retries() -> Mapping[str, str]:
    """Return pip's setting for retries, if the user wants none.

    Without a retry, pip does not report an unreachable index.
    """
    return _ONE_RETRY if os.environ.get("PIP_RETRIES", "").strip() == "0" else {}


def _absolute_settings() -> dict[str, str]:
    """Return the user's settings of pip that are paths, for a pip that runs in another folder."""
    return {
        name: " ".join(os.path.abspath(word) if os.path.exists(word) else word for word in os.environ[name].split())
        for name in _PATH_SETTINGS
        if os.environ.get(name)
    }


def _pip_error(location: str, package: str, stderr: str) -> SourceError:
    """Return the error for what pip printed to stderr, in one line."""
    errors = [line.removeprefix("ERROR: ") for line in stderr.splitlines() if line.startswith("ERROR: ")]
    if "DO NOT MATCH THE HASHES" in stderr:
        problem = "the download does not match the hash of the index (try again, or tell the owner of the index)"
    elif _INDEX_UNREACHABLE.search(stderr):
        problem = f"pip cannot reach the package index (`pip index versions {package}` shows why)"
    elif "No space left on device" in stderr:
        problem = "pip: no space left on device (free some, or set DOCGEN_CACHE to another folder)"
    elif errors and errors[-1].startswith("No matching distribution"):
        problem = f"pip finds no such package (`pip index versions {package}` shows where it looks)"
        return NotInIndexError(f"{location}: {problem}")
    else:
        told = [error for error in errors if error != "Exception:"]  # a traceback follows, and ends with the reason
        problem = f"pip: {(told or stderr.strip().splitlines() or ['failed without a message'])[-1][:300]}"
    return SourceError(f"{location}: {problem}")
