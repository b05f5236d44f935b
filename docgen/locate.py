"""Finds the releases that a user means: detects the kind of a source from its name and its content."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from pathlib import Path
from typing import Any, BinaryIO

from docgen.errors import SourceError, error_reason
from docgen.files import read_bounded, real_path
from docgen.history.as_source import history_releases
from docgen.history.database import is_database
from docgen.resources import data_folder
from docgen.sources.archives.common import TAR_SUFFIXES, ZIP_SUFFIXES, archive_release, pack
from docgen.sources.folder import DiskFile, DiskFolder, folder_releases, is_inside, package_releases
from docgen.sources.git.repository import git_releases
from docgen.sources.git.spec import GIT_PREFIX, parse_git_spec
from docgen.sources.limits import MAX_JSON_BYTES
from docgen.sources.names import is_release_name, is_valid_name
from docgen.sources.pypi.releases import PYPI_PREFIX, parse_package_spec, pypi_releases
from docgen.sources.release import MODEL_FILENAME, File, LazySource, ModelFile, Release, Source
from docgen.sources.smithy_files import smithy_models
from docgen.wording import did_you_mean

EXAMPLES = "models"
"""The name of the bundled example models, unless the current folder has such a file or folder."""

_PACKAGE_PREFIX = "package:"
_LOGGER = logging.getLogger(__name__)
_FILE_SUFFIXES = (".json", ".json.gz", ".db", *ZIP_SUFFIXES, *TAR_SUFFIXES)
_API_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*")


def open_source(spec: str) -> Source:
    """Open a source of releases.

    Args:
        spec: A folder of releases, models or archives; a wheel or an sdist; a history file; a `service-2.json`; `-` for
            standard input; `git:REPOSITORY`, `pypi:botocore>=1.43` or `package:botocore`. `SOURCE@RELEASE` selects one
            release of a source.

    Returns:
        The source. It is read when its releases are needed.

    Raises:
        SourceError: If there is no such source.
    """
    if source := _detect_source(spec):
        return source
    front, at, name = spec.rpartition("@")
    if at and front and (source := _detect_source(front)):
        return LazySource(spec, lambda: (release_of(source, name),))
    raise SourceError(
        f"{spec}: no such file or folder (other sources: {_PACKAGE_PREFIX}NAME, SOURCE@RELEASE, - for standard input)"
    )


def open_path(path: str) -> Source:
    """Open a local file or folder. Nothing in `path` is a prefix or selects a release.

    Raises:
        SourceError: If there is no such file or folder.
    """
    if source := _source_at_path(path):
        return source
    raise SourceError(f"{path}: no such file or folder")


def absolute_spec(spec: str) -> str:
    """Return the same source with an absolute path, for a program that runs in another folder."""
    prefix = GIT_PREFIX if spec.startswith(GIT_PREFIX) else ""
    if spec == "-" or spec.startswith((PYPI_PREFIX, _PACKAGE_PREFIX)) or (prefix and parse_git_spec(spec).is_remote):
        return spec
    return prefix + os.path.join(os.getcwd(), spec.removeprefix(prefix))


def find_release(spec: str, default: Source | None = None) -> Release:
    """Find one release.

    Args:
        spec: A release of `default`, `SOURCE@RELEASE`, or a source, which stands for its newest release. A release of
            `default` takes precedence over a folder of the same name (write `./NAME` for the folder).
        default: The source of releases that are given by name alone.

    Returns:
        The release.

    Raises:
        SourceError: If there is no such release or source.
    """
    if default and is_release_name(spec) and not Path(spec).is_file():
        if release := _find_release_by_name(default, spec):
            return release
        if not _detect_source(spec):
            if spec.lower().endswith(_FILE_SUFFIXES):
                raise SourceError(f"{spec}: no such file, and no release of {default.location}")
            return release_of(default, spec)
    return open_source(spec).releases()[-1]


def release_of(source: Source, name: str) -> Release:
    """Return the release of a source by its name, which is never taken for a file; raise `SourceError`."""
    if release := _find_release_by_name(source, name):
        return release
    releases = source.releases()
    has = f"has {releases[0].name} to {releases[-1].name}" if len(releases) > 1 else f"has only {releases[0].name}"
    hint = did_you_mean(name, [release.name for release in releases])
    raise SourceError(f"{source.location}: no release {name!r} ({f'{hint} It ' if hint else ''}{has})")


def _find_release_by_name(source: Source, name: str) -> Release | None:
    return next((release for release in source.releases() if release.name == name), None)


def _detect_source(spec: str) -> Source | None:
    """Return the source that all of `spec` names, or None."""
    if spec == "-":
        return LazySource("standard input", lambda: (_single_model_release(_read_standard_input(), Path("stdin")),))
    if spec.startswith(GIT_PREFIX):
        git_spec = parse_git_spec(spec)
        return LazySource(git_spec.location, lambda: git_releases(git_spec))
    if spec.startswith(PYPI_PREFIX):
        package_spec = parse_package_spec(spec)
        return LazySource(spec, lambda: pypi_releases(package_spec))
    if spec.startswith(_PACKAGE_PREFIX):
        package = spec.removeprefix(_PACKAGE_PREFIX)
        return None if "@" in package else LazySource(spec, lambda: package_releases(package))
    return _source_at_path(spec)


def _source_at_path(spec: str) -> Source | None:
    path = Path(spec)
    if spec == EXAMPLES and not path.exists():
        path = Path(str(data_folder("models")))
    try:
        if path.is_dir():
            return LazySource(spec, lambda: _releases_in_folder(path))
        if is_database(path):
            return LazySource(spec, lambda: history_releases(path), sole_file=path)
        if path.exists():
            return LazySource(spec, lambda: _releases_in_file(path))
    except (OSError, ValueError) as error:
        raise SourceError(f"{spec}: {error_reason(error)}") from None
    return None


def _releases_in_folder(path: Path) -> tuple[Release, ...]:
    if found := folder_releases(DiskFolder.bounded(path)):
        return found
    archives = [path / name for name in sorted(os.listdir(path)) if name.lower().endswith(ZIP_SUFFIXES + TAR_SUFFIXES)]
    releases: dict[str, Release] = {}
    # A folder filled by `pip download` also has the dependencies, which have no models. Wheels go first: if a release
    # is there as an sdist as well, the wheel is faster to read.
    root = os.path.realpath(path)
    for archive in sorted(archives, key=lambda archive: archive.suffix not in ZIP_SUFFIXES):
        if not is_inside(os.path.realpath(archive), root):
            raise SourceError(f"{archive}: a link that leads out of the folder (copy the file instead)")
        if release := archive_release(archive):
            other = releases.setdefault(release.name, release)
            if other is not release and (other.package != release.package or archive.suffix in ZIP_SUFFIXES):
                raise SourceError(f"{path}: release {release.name} occurs twice: {other.location}, {release.location}")
    if not releases:
        raise SourceError(
            f"{path}: no releases here (no {MODEL_FILENAME}, no Smithy model, and no wheel or sdist with one)"
        )
    return tuple(releases.values())


def _releases_in_file(path: Path) -> tuple[Release, ...]:
    if path.name.lower().endswith(ZIP_SUFFIXES + TAR_SUFFIXES):
        if release := archive_release(path):
            return (release,)
        raise SourceError(
            f"{path}: no {MODEL_FILENAME} in it, nor a Smithy model (looked for */data/<service>/<API version>/"
            f"{MODEL_FILENAME})"
        )
    if str(path).startswith(("/dev/fd/", "/dev/stdin")):  # `docgen diff <(git show ...) ...` in a shell
        return (_single_model_release(_read_pipe(path), Path("stdin")),)
    if not path.name.removesuffix(".gz").endswith(".json"):
        raise SourceError(f"{path}: not a .json, .json.gz, {', '.join(ZIP_SUFFIXES + TAR_SUFFIXES)} file, nor a folder")
    return (_single_model_release(DiskFile(path), path),)


def _read_standard_input() -> File:
    if sys.stdin.isatty():
        _LOGGER.info("reading a model from standard input (end with Ctrl-D)")
    return _read_stream(sys.stdin.buffer, "standard input")


def _read_pipe(path: Path) -> File:
    try:
        with path.open("rb") as stream:
            return _read_stream(stream, str(path))
    except OSError as error:
        raise SourceError(f"{path}: {error_reason(error)}") from None


def _read_stream(stream: BinaryIO, location: str) -> File:
    return pack(read_bounded(stream, location, MAX_JSON_BYTES), location)


def _single_model_release(file: File, path: Path) -> Release:
    """Return a release with one file, named after the folders that contain it, or after the file and its metadata."""
    parents = [parent.name for parent in real_path(path).parents]
    stem = path.name.removesuffix(".gz").removesuffix(".json")
    if (services := smithy_models(file, stem)) is not None:
        return _smithy_release(file, stem, tuple(services))
    if (
        f"{stem}.json" == MODEL_FILENAME
        and len(parents) > 2
        and _API_VERSION.fullmatch(parents[0])
        and is_valid_name(parents[1])
    ):
        service, api_version, name = parents[1], parents[0], parents[2]
    else:
        metadata = _model_metadata(file)
        api_version = _first_valid_name([metadata.get("apiVersion")], "unknown")
        uid = str(metadata.get("uid", "")).removesuffix(f"-{api_version}")
        identity = str(metadata.get("serviceId", "")).replace(" ", "-").lower()
        service = _first_valid_name([identity, uid, metadata.get("endpointPrefix"), stem], "service")
        name = parents[0] if f"{stem}.json" == MODEL_FILENAME and parents else stem
    name = name if is_release_name(name) else "model"
    return Release(name, file.location, files=(ModelFile(service, api_version, file),), is_single_file=True)


def _smithy_release(file: File, stem: str, services: tuple[ModelFile, ...]) -> Release:
    """Return a release of the services of a Smithy model."""
    if not services:
        raise SourceError(f"{file.location}: no service in this Smithy model")
    files = tuple(sorted(services, key=lambda each: (each.service, each.api_version)))
    return Release(stem if is_release_name(stem) else "model", file.location, files=files, is_single_file=True)


def _model_metadata(file: File) -> dict[str, Any]:
    """Return the metadata of a model, or nothing if it is malformed: reading the model will report that."""
    try:
        metadata = json.loads(file.read())["metadata"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return metadata if isinstance(metadata, dict) else {}


def _first_valid_name(candidates: list[Any], default: str) -> str:
    return next((text for text in candidates if isinstance(text, str) and is_valid_name(text)), default)
