"""What wheels and sdists have in common: which members are models, what the release is called, and its date.

Archives are read in place. A member's name is compared with a pattern and shown in messages; it never becomes a
path on disk, so a name such as `../x` can do no harm and is simply not a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from docgen.errors import SourceError
from docgen.sources.limits import MAX_ARCHIVE_BYTES, MAX_ARCHIVE_MEMBERS
from docgen.sources.release import (
    MODEL_FILENAME,
    File,
    Release,
    check_release_name,
    collect_model_files,
    is_model_filename,
    is_release_name,
)

ZIP_SUFFIXES = (".whl", ".zip")
TAR_SUFFIXES = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")

MAX_METADATA_BYTES = 1 << 20
"""Of a METADATA or PKG-INFO file; only its first lines count."""

_JSON_MEMBER = re.compile(
    r"(?P<root>(?:.*/)?data/)(?P<service>[^/]+)/(?P<version>[^/]+)/(?P<name>[^/]+\.json(?:\.gz)?)"
)
_LEGACY_MODEL = re.compile(r"(?:.*/)?data/aws/.*\.json")
_WHEEL_FILENAME = re.compile(r"(?P<package>[^-]+)-(?P<version>[^-]+)(-[0-9][^-]*)?-[^-]+-[^-]+-[^-]+\.whl")
_SDIST_FILENAME = re.compile(r"(?P<package>.+)-(?P<version>[^-]+?)\.(zip|tgz|tar\.[a-z0-9]+)")
_TEST_FOLDERS = frozenset({"test", "tests"})
_METADATA_HEADER = re.compile(r"(Name|Version):[ \t]*(.*?)[ \t]*")

_PLACEHOLDER_DATES = frozenset({"1970-01-01", "1980-01-01", "2016-01-01", "2020-02-02"})
"""The zero of tar and of ZIP, and what poetry and hatchling write for the sake of reproducible archives."""


class ArchiveContents:
    """Collects an archive's members, in any order, and makes a release of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files_by_root: dict[str, list[tuple[str, str, str, File]]] = {}
        self._names: set[str] = set()
        self._dates: set[str] = set()
        self._headers: dict[str, str] = {}
        self._member_count = 0
        self._total_bytes = 0
        self._has_legacy_models = False

    def count_member(self, size: int) -> None:
        """Take note of one more member of `size` bytes; raises `SourceError` where it is one too many."""
        self._member_count += 1
        self._total_bytes += size
        if self._member_count > MAX_ARCHIVE_MEMBERS:
            raise SourceError(f"{self.path}: more than {MAX_ARCHIVE_MEMBERS} members, which no release has")
        if self._total_bytes > MAX_ARCHIVE_BYTES:
            raise SourceError(f"{self.path}: more than {MAX_ARCHIVE_BYTES >> 20} MiB unpacked, which no release has")

    def is_relevant(self, name: str) -> bool:
        """Whether the member called `name` is a model or lies where models do."""
        self._has_legacy_models = self._has_legacy_models or _LEGACY_MODEL.fullmatch(name) is not None
        return _JSON_MEMBER.fullmatch(name) is not None

    def add_file(self, name: str, file: File) -> None:
        """Take the member called `name`, which `wants` said yes to; raises `SourceError` if it is there twice."""
        match = _JSON_MEMBER.fullmatch(name)
        assert match is not None  # noqa: S101 -- for the type checker; `wants` was asked
        if name in self._names:
            raise SourceError(f"{file.location}: two members have this name, and which one counts is anybody's guess")
        self._names.add(name)
        self._files_by_root.setdefault(match["root"], []).append(
            (match["service"], match["version"], match["name"], file)
        )

    def read_metadata(self, metadata: bytes) -> None:
        """Take the package and the version from a METADATA or PKG-INFO file."""
        for line in metadata.decode("utf-8", "replace").splitlines():
            if not line:
                break
            if match := _METADATA_HEADER.fullmatch(line):
                self._headers.setdefault(match[1], match[2])

    def add_date(self, date: str) -> None:
        """Take the day on which one of the package's metadata files was written."""
        self._dates.add(date)

    def build_release(self) -> Release | None:
        """The release, or None if the archive has no models; raises `SourceError` where it is not clear which."""
        files = collect_model_files(self._files_of_package())
        if not files:
            if self._has_legacy_models:
                raise SourceError(
                    f"{self.path}: models as they were before {MODEL_FILENAME} (take botocore 0.64.0 or newer)"
                )
            return None
        package, name = self._package_and_version()
        date = max(self._dates, default=None)
        return Release(
            name=check_release_name(name, str(self.path)),
            location=str(self.path),
            date=None if date in _PLACEHOLDER_DATES else date,
            package=package,
            files=files,
        )

    def _files_of_package(self) -> Iterable[tuple[str, str, str, File]]:
        """The `data` folder with the models; of several, the one that is no test's, or the package's own."""
        roots = {
            root: found
            for root, found in self._files_by_root.items()
            if any(is_model_filename(name) for _, _, name, _ in found)
        }
        if len(roots) > 1:  # an sdist has its tests, and they may have models of their own
            roots = {root: found for root, found in roots.items() if not _TEST_FOLDERS & set(root.split("/"))} or roots
        own = f"/{self._package_and_version()[0]}/data/"
        mine = [root for root in roots if f"/{root}".endswith(own)]
        if len(roots) > 1 and len(mine) != 1:
            raise SourceError(f"{self.path}: models in several folders: {', '.join(sorted(roots)[:3])}")
        return roots[mine[0]] if mine else next(iter(roots.values()), [])

    def _package_and_version(self) -> tuple[str, str]:
        if {"Name", "Version"} <= self._headers.keys():
            return self._headers["Name"], self._headers["Version"]
        if found := parse_archive_filename(self.path.name):
            return found
        stem = self.path.name.partition(".")[0]
        return "", stem if is_release_name(stem) else "archive"


def parse_archive_filename(filename: str) -> tuple[str, str] | None:
    """The package and the version in the file name of a wheel or an sdist, as they are spelt there; None if neither."""
    match = _WHEEL_FILENAME.fullmatch(filename) or _SDIST_FILENAME.fullmatch(filename)
    return (match["package"], match["version"]) if match else None


def archive_release(path: Path) -> Release | None:
    """The release in the wheel or sdist `path`, or None if it holds no models; raises `SourceError`."""
    if path.name.lower().endswith(ZIP_SUFFIXES):
        from docgen.sources.archives.zip import zip_release

        return zip_release(path)
    from docgen.sources.archives.tar import tar_release

    return tar_release(path)
