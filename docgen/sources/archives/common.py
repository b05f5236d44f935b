"""What wheels and sdists have in common: which members are models, the name of the release, and its date.

Archives are read in place. The name of a member is only matched against a pattern and shown in messages. It never
becomes a path on disk, so a name such as `../x` is harmless: it is simply not a model.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from docgen.errors import SourceError, error_reason
from docgen.sources.layouts import FLAT_FOLDERS, LayoutEntry, collect_model_files, is_model_file
from docgen.sources.limits import GZIP_MAGIC, MAX_ARCHIVE_BYTES, MAX_ARCHIVE_MEMBERS, unpack_json
from docgen.sources.names import check_release_name, is_release_name
from docgen.sources.release import MODEL_FILENAME, File, ModelFile, Release, git_blob_id

ZIP_SUFFIXES = (".whl", ".zip")
TAR_SUFFIXES = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")

MAX_METADATA_BYTES = 1 << 20
"""The largest METADATA or PKG-INFO file. Only its first lines matter."""

_JSON_MEMBER = re.compile(
    r"(?P<root>(?:.*/)?(?:data|apis)/)(?P<service>[^/]+)/(?P<version>[^/]+)/(?P<name>[^/]+\.json(?:\.gz)?)"
)
_VERSIONED_MEMBER = re.compile(
    r"(?P<root>(?:.*/)?)(?P<service>[^/]+)/service/(?P<version>[^/]+)/(?P<name>[^/]+\.json(?:\.gz)?)"
)
_FLAT_MEMBER = re.compile(rf"(?P<root>(?:.*/)?(?:{'|'.join(FLAT_FOLDERS)})/)(?P<name>[^/]+\.json(?:\.gz)?)")
_LEGACY_MODEL = re.compile(r"(?:.*/)?data/aws/.*\.json")
_WHEEL_FILENAME = re.compile(r"(?P<package>[^-]+)-(?P<version>[^-]+)(-[0-9][^-]*)?-[^-]+-[^-]+-[^-]+\.whl")
_SDIST_FILENAME = re.compile(r"(?P<package>.+)-(?P<version>[^-]+?)\.(zip|tgz|tar\.[a-z0-9]+)")
_TEST_FOLDERS = frozenset({"test", "tests"})
_METADATA_HEADER = re.compile(r"(Name|Version):[ \t]*(.*?)[ \t]*")

_PLACEHOLDER_DATES = frozenset({"1970-01-01", "1980-01-01", "2016-01-01", "2020-02-02"})
"""The first date of tar and of ZIP, and the dates that poetry and hatchling write to make archives reproducible."""


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A JSON file that can be read only once, kept in memory, compressed."""

    location: str
    packed: bytes = field(repr=False)

    def read(self) -> bytes:
        """Return the JSON bytes; raise `SourceError`."""
        return unpack_json(self.packed, self.location)

    def digest(self) -> str:
        """Return the content digest of the JSON bytes (see `git_blob_id`); raise `SourceError`."""
        return git_blob_id(self.read())


def pack(content: bytes, location: str) -> PackedFile:
    """Keep `content`, compressed unless it is already."""
    if not content.startswith(GZIP_MAGIC):
        packed = gzip.compress(content, compresslevel=1, mtime=0)
        # A model of nothing but spaces would compress so well that it would be taken for a bomb later.
        content = packed if len(content) <= len(packed) * 100 else content
    return PackedFile(location, content)


@contextmanager
def reporting_archive_errors(errors: tuple[type[Exception], ...], kind: str, location: str) -> Iterator[None]:
    """Turn `errors` of a library into a `SourceError`: `location` is not a readable `kind` of file."""
    try:
        yield
    except errors as error:
        raise SourceError(f"{location}: not a readable {kind} file: {error_reason(error)}") from None


class ArchiveContents:
    """Collects the members of an archive, in any order, and builds a release from them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files_by_root: dict[str, list[LayoutEntry]] = {}
        self._flat_files_by_root: dict[str, dict[str, File]] = {}
        self._names: set[str] = set()
        self._dates: set[str] = set()
        self._headers: dict[str, str] = {}
        self._member_count = 0
        self._total_bytes = 0
        self._has_legacy_models = False

    def count_member(self, size: int) -> None:
        """Count a member of `size` bytes; raise `SourceError` if there are too many members or bytes."""
        self._member_count += 1
        self._total_bytes += size
        if self._member_count > MAX_ARCHIVE_MEMBERS:
            raise SourceError(f"{self.path}: more than {MAX_ARCHIVE_MEMBERS} members, too many for a release")
        if self._total_bytes > MAX_ARCHIVE_BYTES:
            raise SourceError(f"{self.path}: more than {MAX_ARCHIVE_BYTES >> 20} MiB unpacked, too large for a release")

    def is_relevant(self, name: str) -> bool:
        """Return whether the member `name` is a model, or is in a folder for models."""
        self._has_legacy_models = self._has_legacy_models or _LEGACY_MODEL.fullmatch(name) is not None
        return _match_in_folders(name) is not None or _FLAT_MEMBER.fullmatch(name) is not None

    def add_file(self, name: str, file: File) -> None:
        """Add the member `name`, for which `is_relevant` is true; raise `SourceError` if it is a duplicate."""
        if name in self._names:
            raise SourceError(f"{file.location}: two members have this name, so it is ambiguous")
        self._names.add(name)
        if match := _match_in_folders(name):
            self._files_by_root.setdefault(match["root"], []).append(
                (match["service"], match["version"], match["name"], file)
            )
        elif match := _FLAT_MEMBER.fullmatch(name):
            self._flat_files_by_root.setdefault(match["root"], {})[match["name"]] = file

    def read_metadata(self, metadata: bytes) -> None:
        """Read the package and the version from the content of a METADATA or PKG-INFO file."""
        for line in metadata.decode("utf-8", "replace").splitlines():
            if not line:
                break
            if match := _METADATA_HEADER.fullmatch(line):
                self._headers.setdefault(match[1], match[2])

    def add_date(self, date: str) -> None:
        """Add the date (`YYYY-MM-DD`) of one of the package's metadata files."""
        self._dates.add(date)

    def build_release(self) -> Release | None:
        """Return the release, or None if there are no models; raise `SourceError` if it is ambiguous."""
        files = collect_model_files(self._files_of_package()) or self._flat_models()
        if not files:
            if self._has_legacy_models:
                raise SourceError(
                    f"{self.path}: models in the format before {MODEL_FILENAME} (use botocore 0.64.0 or newer)"
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

    def _flat_models(self) -> tuple[ModelFile, ...]:
        """Return the Smithy models in a flat folder; raise `SourceError` if several folders have any."""
        collected = {root: collect_model_files((), files) for root, files in self._flat_files_by_root.items()}
        found = {root: models for root, models in collected.items() if models}
        if len(found) > 1:
            raise SourceError(f"{self.path}: models in several folders: {', '.join(sorted(found)[:3])}")
        return next(iter(found.values()), ())

    def _files_of_package(self) -> Iterable[LayoutEntry]:
        """Return the files of the folder with models.

        The package's own folder takes precedence over that of its tests.
        """
        roots = {
            root: files
            for root, files in self._files_by_root.items()
            if any(is_model_file(*entry[:3]) for entry in files)
        }
        if len(roots) > 1:  # an sdist includes its tests, which may have models of their own
            roots = {root: files for root, files in roots.items() if not _TEST_FOLDERS & set(root.split("/"))} or roots
        own_suffix = f"/{self._package_and_version()[0]}/data/"
        own_roots = [root for root in roots if f"/{root}".endswith(own_suffix)]
        if len(roots) > 1 and len(own_roots) != 1:
            raise SourceError(f"{self.path}: models in several folders: {', '.join(sorted(roots)[:3])}")
        return roots[own_roots[0]] if own_roots else next(iter(roots.values()), [])

    def _package_and_version(self) -> tuple[str, str]:
        if {"Name", "Version"} <= self._headers.keys():
            return self._headers["Name"], self._headers["Version"]
        if parsed := parse_archive_filename(self.path.name):
            return parsed
        stem = self.path.name.partition(".")[0]
        return "", stem if is_release_name(stem) else "archive"


def _match_in_folders(name: str) -> re.Match[str] | None:
    """Return a match with the folders and the name of a member in a folder for models, or None."""
    if match := _JSON_MEMBER.fullmatch(name):
        return match
    match = _VERSIONED_MEMBER.fullmatch(name)
    return match if match and is_model_file(match["service"], match["version"], match["name"]) else None


def parse_archive_filename(filename: str) -> tuple[str, str] | None:
    """Return the package and the version in the file name of a wheel or an sdist, or None if it is neither."""
    match = _WHEEL_FILENAME.fullmatch(filename) or _SDIST_FILENAME.fullmatch(filename)
    return (match["package"], match["version"]) if match else None


def archive_release(path: Path) -> Release | None:
    """Return the release in the wheel or sdist `path`, or None if it has no models; raise `SourceError`."""
    if path.name.lower().endswith(ZIP_SUFFIXES):
        from docgen.sources.archives.zip import zip_release

        return zip_release(path)
    from docgen.sources.archives.tar import tar_release

    return tar_release(path)
