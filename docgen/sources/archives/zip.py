"""Releases in ZIP files: wheels, old sdists. The directory is read once; members are read when they are asked for."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from docgen.errors import SourceError
from docgen.sources.archives.common import MAX_METADATA_BYTES, ArchiveContents
from docgen.sources.limits import (
    MAX_SINGLE_READ,
    check_json_size,
    error_reason,
    open_regular,
    read_bounded,
    unpack_json,
)
from docgen.sources.release import Release, git_blob_id

_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What `zipfile` raises for a damaged or strange archive. RuntimeError: encrypted; ValueError: a bad header field."""

_ENCRYPTED_FLAG = 0x1


@dataclass(frozen=True, slots=True)
class ZipMember:
    """A JSON file in a ZIP file, perhaps packed once more with gzip. `stamp` tells one state of the archive."""

    archive: Path
    stamp: tuple[int, int]
    member_name: str

    @property
    def location(self) -> str:
        """Archive and member, such as `botocore-1.12.83-py2.py3-none-any.whl!botocore/data/...`."""
        return f"{self.archive}!{self.member_name}"

    def read(self) -> bytes:
        """The JSON bytes, their checksum verified; raises `SourceError`."""
        if _zip_stamp(self.archive) != self.stamp:
            raise SourceError(f"{self.archive}: changed while docgen was reading it (run again)")
        with _reporting_zip_errors(self.location):
            archive = _open_zip(self.archive, self.stamp)
            return unpack_json(
                _read_zip_member(archive, archive.getinfo(self.member_name), self.location), self.location
            )

    def digest(self) -> str:
        """The content name of the JSON bytes; raises `SourceError`."""
        return git_blob_id(self.read())


def zip_release(path: Path) -> Release | None:
    """The release in the ZIP file `path`, or None if it holds no models; raises `SourceError`."""
    with _reporting_zip_errors(str(path)):
        stamp = _zip_stamp(path)
        archive = _open_zip(path, stamp)
        index = ArchiveContents(path)
        for info in archive.infolist():
            index.count_member(info.file_size)
            folder, _, name = info.filename.rpartition("/")
            if index.is_relevant(info.filename):
                index.add_file(info.filename, _check_zip_member(ZipMember(path, stamp, info.filename), info))
            elif folder.count("/") == 0 and (folder.endswith(".dist-info") or name == "PKG-INFO"):
                # ZIP times have no zone: this is the day where the archive was built.
                index.add_date("{:04}-{:02}-{:02}".format(*info.date_time))
                if name in ("METADATA", "PKG-INFO") and info.file_size <= MAX_METADATA_BYTES:
                    index.read_metadata(_read_zip_member(archive, info, f"{path}!{info.filename}"))
        return index.build_release()


def _check_zip_member(member: ZipMember, info: zipfile.ZipInfo) -> ZipMember:
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise SourceError(f"{member.location}: encrypted")
    # zipfile bounds what it unpacks only for these two, and no wheel of models was ever packed otherwise.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SourceError(f"{member.location}: packed by method {info.compress_type}, not by deflate")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise SourceError(f"{member.location}: a link or a device, not a regular file")
    check_json_size(info.file_size, info.compress_size, member.location)
    return member


def _read_zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, location: str) -> bytes:
    with archive.open(info) as stream:
        content = read_bounded(stream, location)  # type: ignore[arg-type]  # ZipExtFile has all that is needed
    if len(content) != info.file_size:
        raise SourceError(f"{location}: {len(content)} bytes instead of {info.file_size}: the archive is damaged")
    return content


class _BoundedReader(io.RawIOBase):
    """A file that refuses to be read in huge pieces: an archive's header may ask for as much as it likes."""

    def __init__(self, path: Path) -> None:
        self.stream = open_regular(path, str(path))
        self.path = path

    def read(self, size: int = -1) -> bytes:
        found = self.stream.read(size if 0 <= size <= MAX_SINGLE_READ else MAX_SINGLE_READ + 1)
        if len(found) > MAX_SINGLE_READ:
            raise SourceError(f"{self.path}: a directory larger than {MAX_SINGLE_READ >> 20} MiB: too many members")
        return found

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.stream.seek(offset, whence)

    def tell(self) -> int:
        return self.stream.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self.stream.close()
        super().close()


@lru_cache(maxsize=8)
def _open_zip(path: Path, stamp: tuple[int, int]) -> zipfile.ZipFile:
    """The archive, opened once per process and `stamp`: a worker that was sent a `ZipMember` opens it anew."""
    return zipfile.ZipFile(_BoundedReader(path))


def _zip_stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise SourceError(f"{path}: {error_reason(error)}") from None
    return status.st_mtime_ns, status.st_size


@contextmanager
def _reporting_zip_errors(location: str) -> Iterator[None]:
    try:
        yield
    except _ZIP_ERRORS as error:
        raise SourceError(f"{location}: not a readable ZIP file: {error_reason(error)}") from None
