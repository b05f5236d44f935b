"""Releases in ZIP files: wheels and old sdists. The directory is read once, members when they are needed."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from docgen.errors import SourceError, error_reason
from docgen.files import FileStamp, file_stamp, open_regular, read_bounded
from docgen.sources.archives.common import MAX_METADATA_BYTES, ArchiveContents, reporting_archive_errors
from docgen.sources.limits import MAX_JSON_BYTES, MAX_SINGLE_READ, check_json_size, unpack_json
from docgen.sources.release import Release, git_blob_id

_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What `zipfile` raises for damaged archives. RuntimeError: encrypted; ValueError: an invalid header field."""

_ENCRYPTED_FLAG = 0x1


@dataclass(frozen=True, slots=True)
class ZipMember:
    """A JSON file in a ZIP file, perhaps compressed with gzip as well. `stamp` identifies the state of the archive."""

    archive: Path
    stamp: FileStamp
    member_name: str

    @property
    def location(self) -> str:
        """The archive and the member, such as `botocore-1.12.83-py2.py3-none-any.whl!botocore/data/...`."""
        return f"{self.archive}!{self.member_name}"

    def read(self) -> bytes:
        """Return the JSON bytes after verifying their checksum; raise `SourceError`."""
        if _zip_stamp(self.archive) != self.stamp:
            raise SourceError(f"{self.archive}: changed while docgen was reading it (run again)")
        with reporting_archive_errors(_ZIP_ERRORS, "ZIP", self.location):
            archive = _open_zip(self.archive, self.stamp)
            return unpack_json(
                _read_zip_member(archive, archive.getinfo(self.member_name), self.location), self.location
            )

    def digest(self) -> str:
        """Return the content digest of the JSON bytes (see `git_blob_id`); raise `SourceError`."""
        return git_blob_id(self.read())


def zip_release(path: Path) -> Release | None:
    """Return the release in the ZIP file `path`, or None if it has no models; raise `SourceError`."""
    with reporting_archive_errors(_ZIP_ERRORS, "ZIP", str(path)):
        stamp = _zip_stamp(path)
        archive = _open_zip(path, stamp)
        index = ArchiveContents(path)
        for info in archive.infolist():
            index.count_member(info.file_size)
            folder, _, name = info.filename.rpartition("/")
            if index.is_relevant(info.filename):
                index.add_file(info.filename, _check_zip_member(ZipMember(path, stamp, info.filename), info))
            elif folder.count("/") == 0 and (folder.endswith(".dist-info") or name == "PKG-INFO"):
                # ZIP times have no time zone: this is the local date of the build.
                index.add_date("{:04}-{:02}-{:02}".format(*info.date_time))
                if name in ("METADATA", "PKG-INFO") and info.file_size <= MAX_METADATA_BYTES:
                    index.read_metadata(_read_zip_member(archive, info, f"{path}!{info.filename}"))
        return index.build_release()


def _check_zip_member(member: ZipMember, info: zipfile.ZipInfo) -> ZipMember:
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise SourceError(f"{member.location}: encrypted")
    # zipfile limits what it unpacks only for these two methods, and no wheel of models uses another one.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SourceError(
            f"{member.location}: unsupported compression method {info.compress_type} (deflate is supported)"
        )
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise SourceError(f"{member.location}: a link or a device, not a regular file")
    check_json_size(info.file_size, info.compress_size, member.location)
    return member


def _read_zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, location: str) -> bytes:
    with archive.open(info) as stream:
        content = read_bounded(stream, location, MAX_JSON_BYTES)  # type: ignore[arg-type]  # ZipExtFile has the methods that are used
    if len(content) != info.file_size:
        raise SourceError(f"{location}: {len(content)} bytes instead of {info.file_size}: the archive is damaged")
    return content


class _BoundedReader(io.RawIOBase):
    """A file that refuses to read huge pieces at once. The header of an archive can ask for any size."""

    def __init__(self, path: Path) -> None:
        self.stream = open_regular(path, str(path))
        self.path = path

    def read(self, size: int = -1) -> bytes:
        content = self.stream.read(size if 0 <= size <= MAX_SINGLE_READ else MAX_SINGLE_READ + 1)
        if len(content) > MAX_SINGLE_READ:
            raise SourceError(f"{self.path}: a directory larger than {MAX_SINGLE_READ >> 20} MiB: too many members")
        return content

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
def _open_zip(path: Path, stamp: FileStamp) -> zipfile.ZipFile:
    """Open an archive, once per process and state: a worker that receives a `ZipMember` opens it again."""
    return zipfile.ZipFile(_BoundedReader(path))


def _zip_stamp(path: Path) -> FileStamp:
    try:
        return file_stamp(path)
    except OSError as error:
        raise SourceError(f"{path}: {error_reason(error)}") from None
