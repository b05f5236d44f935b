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
from docgen.sources.archives.common import MAX_METADATA_BYTES, Index
from docgen.sources.limits import MAX_SINGLE_READ, check_size, open_regular, read_bounded, reason, unpack
from docgen.sources.release import Release, blob_id

_PROBLEMS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What `zipfile` raises for a damaged or strange archive. RuntimeError: encrypted; ValueError: a bad header field."""

_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class ZipMember:
    """A JSON file in a ZIP file, perhaps packed once more with gzip. `stamp` tells one state of the archive."""

    archive: Path
    stamp: tuple[int, int]
    name: str

    @property
    def place(self) -> str:
        """Archive and member, such as `botocore-1.12.83-py2.py3-none-any.whl!botocore/data/...`."""
        return f"{self.archive}!{self.name}"

    def read(self) -> bytes:
        """The JSON bytes, their checksum verified; raises `SourceError`."""
        if _stamp(self.archive) != self.stamp:
            raise SourceError(f"{self.archive}: changed while docgen was reading it (run again)")
        with _explained(self.place):
            archive = _opened(self.archive, self.stamp)
            return unpack(_content(archive, archive.getinfo(self.name), self.place), self.place)

    def digest(self) -> str:
        """The content name of the JSON bytes; raises `SourceError`."""
        return blob_id(self.read())


def zip_release(path: Path) -> Release | None:
    """The release in the ZIP file `path`, or None if it holds no models; raises `SourceError`."""
    with _explained(str(path)):
        stamp = _stamp(path)
        archive = _opened(path, stamp)
        index = Index(path)
        for info in archive.infolist():
            index.count(info.file_size)
            folder, _, name = info.filename.rpartition("/")
            if index.wants(info.filename):
                index.add(info.filename, _checked(ZipMember(path, stamp, info.filename), info))
            elif folder.count("/") == 0 and (folder.endswith(".dist-info") or name == "PKG-INFO"):
                # ZIP times have no zone: this is the day where the archive was built.
                index.date("{:04}-{:02}-{:02}".format(*info.date_time))
                if name in ("METADATA", "PKG-INFO") and info.file_size <= MAX_METADATA_BYTES:
                    index.describe(_content(archive, info, f"{path}!{info.filename}"))
        return index.release()


def _checked(member: ZipMember, info: zipfile.ZipInfo) -> ZipMember:
    if info.flag_bits & _ENCRYPTED:
        raise SourceError(f"{member.place}: encrypted")
    # zipfile bounds what it unpacks only for these two, and no wheel of models was ever packed otherwise.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SourceError(f"{member.place}: packed by method {info.compress_type}, not by deflate")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise SourceError(f"{member.place}: a link or a device, not a regular file")
    check_size(info.file_size, info.compress_size, member.place)
    return member


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: str) -> bytes:
    with archive.open(info) as stream:
        content = read_bounded(stream, place)  # type: ignore[arg-type]  # ZipExtFile has all that is needed
    if len(content) != info.file_size:
        raise SourceError(f"{place}: {len(content)} bytes instead of {info.file_size}: the archive is damaged")
    return content


class _Careful(io.RawIOBase):
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
def _opened(path: Path, stamp: tuple[int, int]) -> zipfile.ZipFile:
    """The archive, opened once per process and `stamp`: a worker that was sent a `ZipMember` opens it anew."""
    return zipfile.ZipFile(_Careful(path))


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise SourceError(f"{path}: {reason(error)}") from None
    return status.st_mtime_ns, status.st_size


@contextmanager
def _explained(place: str) -> Iterator[None]:
    try:
        yield
    except _PROBLEMS as error:
        raise SourceError(f"{place}: not a readable ZIP file: {reason(error)}") from None
