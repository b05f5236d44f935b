"""Releases in compressed tar files: sdists.

A compressed tar can only be read from its start, so seeking to each member would take quadratic time. It is read once
instead, and the models are kept in memory, compressed: 6 MB for botocore 1.12.83.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from docgen.errors import SourceError
from docgen.files import CHUNK_BYTES, open_regular, read_bounded
from docgen.sources.archives.common import MAX_METADATA_BYTES, ArchiveContents, pack, reporting_archive_errors
from docgen.sources.limits import GZIP_MAGIC, MAX_ARCHIVE_BYTES, MAX_JSON_BYTES, MAX_SINGLE_READ, check_json_size
from docgen.sources.release import Release

_BLOCK_BYTES = 512
_TAR_ERRORS = (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError, ValueError, OverflowError)


def tar_release(path: Path) -> Release | None:
    """Return the release in the compressed tar file `path`, or None if it has no models; raise `SourceError`."""
    index = ArchiveContents(path)
    with reporting_archive_errors(_TAR_ERRORS, "tar", str(path)), open_regular(path, str(path)) as packed:
        stream = _ForwardOnlyStream(_open_decompressed(packed, path), path)
        with tarfile.open(fileobj=cast("BinaryIO", stream), mode="r:") as archive:
            for member in archive:
                index.count_member(member.size)
                _add_tar_member(archive, member, index)
        stream.read_to_end()
    return index.build_release()


def _add_tar_member(archive: tarfile.TarFile, member: tarfile.TarInfo, contents: ArchiveContents) -> None:
    place = f"{contents.path}!{member.name}"
    if contents.is_relevant(member.name):
        if not member.isreg() or member.issparse():
            raise SourceError(f"{place}: a link or a device, not a regular file")
        # A member of a compressed tar has no packed size of its own; MAX_ARCHIVE_BYTES bounds the whole archive.
        check_json_size(member.size, member.size, place)
        contents.add_file(member.name, pack(_read_tar_member(archive, member, place), place))
    elif member.name.count("/") == 1 and member.name.endswith("/PKG-INFO") and member.isreg():
        contents.add_date(datetime.fromtimestamp(member.mtime, UTC).date().isoformat())
        if member.size <= MAX_METADATA_BYTES:
            contents.read_metadata(_read_tar_member(archive, member, place))


def _read_tar_member(archive: tarfile.TarFile, member: tarfile.TarInfo, location: str) -> bytes:
    stream = archive.extractfile(member)
    assert stream is not None  # noqa: S101 -- for the type checker: None only if it is not a regular file
    content = read_bounded(cast("BinaryIO", stream), location, MAX_JSON_BYTES)
    if len(content) != member.size:
        raise SourceError(f"{location}: the archive ends early (get it again)")
    return content


def _open_decompressed(packed: BinaryIO, path: Path) -> BinaryIO:
    magic = packed.read(6)
    packed.seek(0)
    if magic.startswith(GZIP_MAGIC):
        return cast("BinaryIO", gzip.GzipFile(fileobj=packed))
    if magic.startswith(b"BZh"):
        return cast("BinaryIO", bz2.BZ2File(packed))
    if magic.startswith(b"\xfd7zXZ"):
        return cast("BinaryIO", lzma.LZMAFile(packed))
    raise SourceError(f"{path}: neither a gzip, bzip2 nor xz file")


class _ForwardOnlyStream:
    """The part of the file interface that `tarfile` needs, on a stream that cannot seek back. Bounds the total size.

    `tarfile` skips a member by seeking to the last byte before the next header, so one step back must be possible.
    """

    def __init__(self, stream: BinaryIO, path: Path) -> None:
        self.stream = stream
        self.path = path
        self.position = 0
        self.last_chunk = b""
        self.pushed_back = b""

    def tell(self) -> int:
        return self.position - len(self.pushed_back)

    def seek(self, target: int) -> int:
        if target == self.position - 1:
            self.pushed_back = self.last_chunk[-1:]
        while self.tell() < target and self.read(min(CHUNK_BYTES, target - self.tell())):
            pass
        if self.tell() != target:
            raise EOFError("it ends early")
        return target

    def read(self, size: int) -> bytes:
        if size > MAX_SINGLE_READ:
            raise SourceError(f"{self.path}: a header of {size} bytes is too large")
        content, self.pushed_back = self.pushed_back[:size], self.pushed_back[size:]
        if chunk := self.stream.read(size - len(content)):
            self.last_chunk = chunk
            self.position += len(chunk)
            if self.position > MAX_ARCHIVE_BYTES + MAX_JSON_BYTES:
                raise SourceError(
                    f"{self.path}: more than {MAX_ARCHIVE_BYTES >> 20} MiB unpacked, too large for a release"
                )
        return content + chunk

    def read_to_end(self) -> None:
        """Read to the end, which verifies the checksum; raise `SourceError` if the end mark is missing or not zero.

        `tarfile` silently treats a damaged header as the end, so the end is checked here.
        """
        at_end = len(self.last_chunk) == _BLOCK_BYTES
        while at_end and not any(self.last_chunk):
            if not self.read(CHUNK_BYTES):
                return
        raise SourceError(f"{self.path}: no end mark, or data after it: the archive is damaged (get it again)")
