"""From what a user types to releases: which kind of source it is, seen from what is there."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docgen.errors import SourceError
from docgen.history.as_source import indexed_releases
from docgen.history.database import is_database
from docgen.sources.archives.common import TARS, ZIPS, archive_release
from docgen.sources.folder import DiskFile, DiskFolder, folder_releases, package_releases
from docgen.sources.git.repository import git_releases
from docgen.sources.git.spec import PREFIX as GIT
from docgen.sources.git.spec import parse_spec
from docgen.sources.limits import read_bounded, reason
from docgen.sources.pypi.releases import PREFIX as PYPI
from docgen.sources.pypi.releases import parse_wanted, pypi_releases
from docgen.sources.release import MODEL, File, ModelFile, Release, Source, in_order, is_name, is_release

_PACKAGE = "package:"
_API_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*")


class Listing:
    """A source that is looked at once, when it is first asked."""

    def __init__(self, place: str, look: Callable[[], tuple[Release, ...]]) -> None:
        self.place = place
        self._look = look
        self._found: tuple[Release, ...] | None = None

    def releases(self) -> tuple[Release, ...]:
        """Every release, oldest first; raises `SourceError`."""
        if self._found is None:
            try:
                self._found = in_order(self._look())
            except OSError as error:
                raise SourceError(f"{error.filename or self.place}: {reason(error)}") from error
        return self._found


def open_source(spec: str) -> Source:
    """The source that `spec` names; raises `SourceError` if there is nothing.

    `spec` is a folder of releases, of models or of archives, a wheel, an sdist, a history, a `service-2.json`, `-` for
    standard input, `git:REPOSITORY`, `pypi:botocore>=1.43`, or `package:botocore`; `@RELEASE` behind it leaves
    only that release. What is in it is looked at when its releases are asked for.
    """
    if source := _whole(spec):
        return source
    front, at, name = spec.rpartition("@")
    if at and front and (source := _whole(front)):
        return Listing(spec, lambda: (_named(source, name),))
    raise SourceError(f"{spec}: no such file or folder (nor {_PACKAGE}NAME, SOURCE@RELEASE, or - for standard input)")


def absolute(spec: str) -> str:
    """The same source, or path, as a program in another folder has to name it."""
    prefix = GIT if spec.startswith(GIT) else ""
    if spec == "-" or spec.startswith((PYPI, _PACKAGE)) or (prefix and parse_spec(spec).is_address):
        return spec
    return prefix + os.path.join(os.getcwd(), spec.removeprefix(prefix))


def find_release(spec: str, default: Source | None = None) -> Release:
    """The release that `spec` names: one of `default`, `SOURCE@RELEASE`, or the newest of `SOURCE`.

    A release of `default` comes before a folder of the same name (write `./NAME` for that). Raises `SourceError`.
    """
    if default and is_release(spec) and not Path(spec).is_file():
        if release := _by_name(default, spec):
            return release
        if not _whole(spec):
            return _named(default, spec)
    return open_source(spec).releases()[-1]


def _named(source: Source, name: str) -> Release:
    if release := _by_name(source, name):
        return release
    releases = source.releases()
    has = f"has {releases[0].name} to {releases[-1].name}" if len(releases) > 1 else f"has only {releases[0].name}"
    raise SourceError(f"{source.place}: no release {name!r} ({has})")


def _by_name(source: Source, name: str) -> Release | None:
    return next((release for release in source.releases() if release.name == name), None)


def _whole(spec: str) -> Source | None:
    """The source that `spec` as a whole names, or None."""
    if spec == "-":
        return Listing("standard input", lambda: (_single(_standard_input(), Path("stdin")),))
    if spec.startswith(GIT):
        named = parse_spec(spec)
        return Listing(named.place, lambda: git_releases(named))
    if spec.startswith(PYPI):
        wanted = parse_wanted(spec)
        return Listing(spec, lambda: pypi_releases(wanted))
    if spec.startswith(_PACKAGE):
        package = spec.removeprefix(_PACKAGE)
        return None if "@" in package else Listing(spec, lambda: package_releases(package))
    path = Path(spec)
    try:
        if path.is_dir():
            return Listing(spec, lambda: _folder(path))
        if is_database(path):
            return Listing(spec, lambda: indexed_releases(path))
        if path.exists():
            return Listing(spec, lambda: _file(path))
    except (OSError, ValueError) as error:
        raise SourceError(f"{spec}: {reason(error)}") from None
    return None


def _folder(path: Path) -> tuple[Release, ...]:
    if found := folder_releases(DiskFolder(path)):
        return found
    archives = [path / name for name in sorted(os.listdir(path)) if name.lower().endswith(ZIPS + TARS)]
    releases: dict[str, Release] = {}
    # A folder filled by `pip download` holds the dependencies too, which have no models. Wheels go first: where
    # a release is there as an sdist as well, the wheel is cheaper to read.
    for archive in sorted(archives, key=lambda archive: archive.suffix not in ZIPS):
        if release := archive_release(archive):
            other = releases.setdefault(release.name, release)
            if other is not release and (other.package != release.package or archive.suffix in ZIPS):
                raise SourceError(f"{path}: release {release.name} is there twice: {other.place}, {release.place}")
    if not releases:
        raise SourceError(f"{path}: no releases here: no {MODEL}, nor a wheel or sdist that holds one")
    return tuple(releases.values())


def _file(path: Path) -> tuple[Release, ...]:
    if path.name.lower().endswith(ZIPS + TARS):
        if release := archive_release(path):
            return (release,)
        raise SourceError(f"{path}: no {MODEL} in it (looked for */data/<service>/<API version>/{MODEL})")
    if str(path).startswith(("/dev/fd/", "/dev/stdin")):  # `docgen diff <(git show ...) ...` in a shell
        return (_single(_stream(path), Path("stdin")),)
    if not path.name.removesuffix(".gz").endswith(".json"):
        raise SourceError(f"{path}: not a .json, .json.gz, {', '.join(ZIPS + TARS)} file, nor a folder")
    return (_single(DiskFile(path), path),)


def _standard_input() -> File:
    from docgen.sources.archives.tar import keep

    return keep(read_bounded(sys.stdin.buffer, "standard input"), "standard input")


def _stream(path: Path) -> File:
    from docgen.sources.archives.tar import keep

    try:
        with path.open("rb") as stream:
            return keep(read_bounded(stream, str(path)), str(path))
    except OSError as error:
        raise SourceError(f"{path}: {reason(error)}") from None


def _single(file: File, path: Path) -> Release:
    """A release of one model: named after the folders it lies in, else after the file and its own metadata."""
    parents = [parent.name for parent in path.resolve().parents]
    stem = path.name.removesuffix(".gz").removesuffix(".json")
    if f"{stem}.json" == MODEL and len(parents) > 2 and _API_VERSION.fullmatch(parents[0]) and is_name(parents[1]):
        service, api_version, name = parents[1], parents[0], parents[2]
    else:
        metadata = _metadata(file)
        api_version = _first([metadata.get("apiVersion")], "unknown")
        uid = str(metadata.get("uid", "")).removesuffix(f"-{api_version}")
        identity = str(metadata.get("serviceId", "")).replace(" ", "-").lower()
        service = _first([identity, uid, metadata.get("endpointPrefix"), stem], "service")
        name = parents[0] if f"{stem}.json" == MODEL and parents else stem
    name = name if is_release(name) else "model"
    return Release(name, file.place, files=(ModelFile(service, api_version, file),), single=True)


def _metadata(file: File) -> dict[str, Any]:
    """The model's metadata if it can be had; what is wrong with a model is for its reader to say."""
    try:
        metadata = json.loads(file.read())["metadata"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return metadata if isinstance(metadata, dict) else {}


def _first(candidates: list[Any], default: str) -> str:
    return next((text for text in candidates if isinstance(text, str) and is_name(text)), default)
