"""Releases in packed tar files: sdists.

A packed tar can only be read from its start, so going back for each member would take time quadratic in its size. It
is read once instead, and the models' bytes are kept, packed: 6 MB for botocore 1.12.83.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from docgen.errors import SourceError
from docgen.sources.archives.common import MAX_METADATA_BYTES, ArchiveContents
from docgen.sources.limits import (
    CHUNK_BYTES,
    GZIP_MAGIC,
    MAX_ARCHIVE_BYTES,
    MAX_JSON_BYTES,
    MAX_SINGLE_READ,
    check_json_size,
    error_reason,
    open_regular,
    read_bounded,
    unpack_json,
)
from docgen.sources.release import Release, git_blob_id

_BLOCK_BYTES = 512
_TAR_ERRORS = (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A JSON file that can be read only once, so its bytes are kept, packed."""

    location: str
    packed: bytes = field(repr=False)

    def read(self) -> bytes:
        """The JSON bytes; raises `SourceError`."""
        return unpack_json(self.packed, self.location)

    def digest(self) -> str:
        """The content name of the JSON bytes; raises `SourceError`."""
        return git_blob_id(self.read())


def pack(content: bytes, location: str) -> PackedFile:
    """Keep `content`; what is packed already stays as it is."""
    if not content.startswith(GZIP_MAGIC):
        packed = gzip.compress(content, compresslevel=1, mtime=0)
        # A model that is nothing but spaces would pack so well that it looks like a bomb later.
        content = packed if len(content) <= len(packed) * 100 else content
    return PackedFile(location, content)


def tar_release(path: Path) -> Release | None:
    """The release in the packed tar file `path`, or None if it holds no models; raises `SourceError`."""
    index = ArchiveContents(path)
    with _reporting_tar_errors(str(path)), open_regular(path, str(path)) as packed:
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
        # A member of a packed tar has no packed size of its own; the whole archive's total stands guard.
        check_json_size(member.size, member.size, place)
        contents.add_file(member.name, pack(_read_tar_member(archive, member, place), place))
    elif member.name.count("/") == 1 and member.name.endswith("/PKG-INFO") and member.isreg():
        contents.add_date(datetime.fromtimestamp(member.mtime, UTC).date().isoformat())
        if member.size <= MAX_METADATA_BYTES:
            contents.read_metadata(_read_tar_member(archive, member, place))


def _read_tar_member(archive: tarfile.TarFile, member: tarfile.TarInfo, location: str) -> bytes:
    stream = archive.extractfile(member)
    assert stream is not None  # noqa: S101 -- for the type checker: None only for what is not a regular file
    content = read_bounded(cast("BinaryIO", stream), location)
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
    """What `tarfile` needs of a file, over a stream that only goes forward, with an eye on how much comes out.

    `tarfile` skips a member by going to the last byte before the next header, so one step back is needed.
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
            raise SourceError(f"{self.path}: a header of {size} bytes, which no archive needs")
        found, self.pushed_back = self.pushed_back[:size], self.pushed_back[size:]
        if more := self.stream.read(size - len(found)):
            self.last_chunk = more
            self.position += len(more)
            if self.position > MAX_ARCHIVE_BYTES + MAX_JSON_BYTES:
                raise SourceError(
                    f"{self.path}: more than {MAX_ARCHIVE_BYTES >> 20} MiB unpacked, which no release has"
                )
        return found + more

    def read_to_end(self) -> None:
        """Read to the end, which verifies the checksum. Raises where no end mark, or not only zeros, were left.

        `tarfile` takes a damaged header for the end and says nothing, so the end is looked at here.
        """
        ends = len(self.last_chunk) == _BLOCK_BYTES
        while ends and not any(self.last_chunk):
            if not self.read(CHUNK_BYTES):
                return
        raise SourceError(f"{self.path}: no end mark, or something behind it: the archive is damaged (get it again)")


@contextmanager
def _reporting_tar_errors(location: str) -> Iterator[None]:
    try:
        yield
    except _TAR_ERRORS as error:
        raise SourceError(f"{location}: not a readable tar file: {error_reason(error)}") from None
