"""Wheels and sdists: the bytes of a ZIP file, of a compressed tar file, or of a tar file that the target compresses.

The first byte says which of them it is.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Iterator
from itertools import count

from docgen.sources.archives.common import archive_release
from fuzz import value_or_line
from fuzz.scratch import folder

_MODEL = b'{"metadata": {"apiVersion": "2020-01-01"}, "operations": {}, "shapes": {"S": {"type": "string"}}}'
_MEMBERS = (
    ("zoo-1.0.dist-info/METADATA", b"Metadata-Version: 2.1\nName: zoo\nVersion: 1.0\n"),
    ("zoo/data/s3/2006-03-01/service-2.json", _MODEL),
    ("zoo/data/s3/2006-03-01/paginators-1.json", b"{}"),
    ("zoo/data/sqs/2012-11-05/service-2.json.gz", gzip.compress(_MODEL, mtime=0)),
    ("zoo/data/aws/sqs/2011-11-05.normal.json", _MODEL),
)
_NUMBERS: Iterator[int] = count()


def _zip(packed: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packed) as archive:
        for name, data in _MEMBERS:
            archive.writestr(zipfile.ZipInfo(name), data)
    return made.getvalue()


def _tar(form: int) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=form) as archive:
        for name, data in _MEMBERS:
            info = tarfile.TarInfo(f"zoo-1.0/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("zoo-1.0/zoo/data/s3/2006-03-01/waiters-2.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return made.getvalue()


_KINDS = (
    (".whl", bytes),
    (".tar.gz", lambda data: gzip.compress(data, 1, mtime=0)),
    (".zip", bytes),
    (".tar.gz", bytes),
    (".tar.bz2", bz2.compress),
    (".tar.xz", lambda data: lzma.compress(data, preset=0)),
)


def seeds() -> list[bytes]:
    """Return an intact archive of each kind."""
    plain = _tar(tarfile.PAX_FORMAT)
    return [
        b"\0" + _zip(zipfile.ZIP_STORED),
        b"\0" + _zip(zipfile.ZIP_DEFLATED),
        b"\1" + plain,
        b"\1" + _tar(tarfile.GNU_FORMAT),
        b"\2" + _zip(zipfile.ZIP_STORED),
        b"\3" + gzip.compress(plain, mtime=0),
    ]


def target(data: bytes) -> None:
    """Read the archive and everything in it."""
    ending, packed = _KINDS[data[0] % len(_KINDS) if data else 0]
    path = folder() / f"{next(_NUMBERS)}{ending}"
    path.write_bytes(packed(data[1:]))
    try:
        with value_or_line():
            release = archive_release(path)
            for file in release.files if release else ():
                for each in (file, *file.siblings.values()):
                    with value_or_line():
                        each.read()
    finally:
        path.unlink()
