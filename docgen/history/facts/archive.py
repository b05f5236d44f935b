"""Reading and writing a facts file: a ZIP archive that is the same whenever it is made from the same documents."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from docgen.errors import SourceError, error_reason
from docgen.history.elements import decode_strict_json
from docgen.history.facts import checks
from docgen.history.facts.document import (
    ELEMENT_KINDS,
    Document,
    check_index,
    decode_service,
    encode_service,
    make_index,
    make_overview,
    make_service,
)
from docgen.history.history import History

INDEX_NAME = "index.json"
OVERVIEW_NAME = "overview.json"
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)

BUNDLED_FACTS = Path(__file__).with_name("facts.zip")
"""The facts that docgen carries. They are ours, so they are not checked."""

MAX_FILE_BYTES = 64 << 20
"""The largest facts file that is read. Those of all of botocore have 5 MB."""

MAX_TOTAL_BYTES = 1 << 30
"""The most bytes that all documents may have. Those of all of botocore have 52 MB."""

MAX_DOCUMENT_BYTES = 64 << 20
"""The largest document that is read. The largest real one, of EC2, has 3 MB."""


class FactsArchive:
    """A facts file, opened for reading.

    Args:
        path: The file.
        data: Its bytes, if they have been read.

    Raises:
        SourceError: It does not exist, or is no facts file. The other methods raise it for damage.
    """

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        self.path = path
        self._is_ours = path == BUNDLED_FACTS
        with self._reporting_damage():
            if data is None:
                _check_size(path)
            self._zip = zipfile.ZipFile(path if data is None else io.BytesIO(data))
        self.index = check_index(self.document(INDEX_NAME), str(path))
        if not self._is_ours:
            with self._reporting_damage():
                checks.check_index_types(self.index, str(path))

    def document(self, name: str) -> Any:
        """Return a decoded document."""
        data = self.data(name)
        with self._reporting_damage():
            document = decode_strict_json(data)
            if name == OVERVIEW_NAME and not self._is_ours:
                checks.check_overview(document)
            return document

    def service(self, service: str) -> Document:
        """Return the document of a service."""
        data = self.data(service_filename(service))
        with self._reporting_damage():
            document = decode_service(data, None if self._is_ours else self._check_line)
            if document.keys() != self.index["services"].get(service, {}).keys():
                raise ValueError(f"{service} has other API versions than the index")
            return document

    def _check_line(self, kind: str, value: Any) -> None:
        """Check what a line of a service's document has; raises `SourceError`."""
        count = len(self.index["releases"])
        with self._reporting_damage():
            if kind == "api":
                checks.check_api(value, count)
            else:
                checks.check_versions(kind, value, count)

    @property
    def installed_number(self) -> int:
        """The number of a release that is only installed here; 0 if all are of the file."""
        return 0

    def verify(self) -> None:
        """Decode and check everything; raises `SourceError`."""
        names = {INDEX_NAME, OVERVIEW_NAME, *map(service_filename, self.index["services"])}
        with self._reporting_damage():
            if names != set(self._zip.namelist()) or len(names) != len(self._zip.namelist()):
                raise ValueError("it has other documents than the index lists")
            if sum(entry.file_size for entry in self._zip.infolist()) > MAX_TOTAL_BYTES:
                raise ValueError(f"it is larger than {MAX_TOTAL_BYTES >> 20} MiB unpacked")
        self.document(OVERVIEW_NAME)
        for service in self.index["services"]:
            for api in self.service(service).values():
                for kind in ELEMENT_KINDS:
                    with self._reporting_damage():
                        for name in api[kind]:
                            api[kind][name]  # decodes it, and checks it

    def data(self, name: str) -> bytes:
        """Return the bytes of a document."""
        with self._reporting_damage():
            entry = self._zip.getinfo(name)
            if entry.file_size > MAX_DOCUMENT_BYTES:
                raise SourceError(f"{self.path}: {name} is larger than {MAX_DOCUMENT_BYTES >> 20} MiB")
            return self._zip.read(entry)

    @contextmanager
    def _reporting_damage(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SourceError(f"{self.path}: {error_reason(error)}") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, NotImplementedError) as error:
            raise SourceError(f"{self.path}: damaged: {error} (renew it: `docgen update --facts SOURCE`)") from None


def _check_size(path: Path) -> None:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("not a regular file")
    if status.st_size > MAX_FILE_BYTES:
        raise ValueError(f"it is larger than {MAX_FILE_BYTES >> 20} MiB")


def open_archive(path: Path) -> FactsArchive:
    """Return the facts file at `path`, opened once per process while it is unchanged; raises as `FactsArchive` does."""
    try:
        status = path.stat()
    except OSError as error:
        raise SourceError(f"{path}: {error_reason(error)}") from None
    return _open_archive(path, status.st_mtime_ns, status.st_size, status.st_ino)


@lru_cache(maxsize=2)
def _open_archive(path: Path, *_: int) -> FactsArchive:
    return FactsArchive(path)


def service_filename(service: str) -> str:
    """Return the name of a service's document in the archive."""
    return f"service/{service}.txt"


def pack_facts(index: Document, services: Iterable[tuple[str, Document]]) -> bytes:
    """Return the bytes of a facts file.

    Args:
        index: The index.
        services: Every service of the index with its document, in order.
    """
    import orjson  # takes long to import, and only writing needs it

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        _write(archive, INDEX_NAME, orjson.dumps(index))

        def write_each() -> Iterator[tuple[str, Document]]:
            for service, document in services:
                _write(archive, service_filename(service), encode_service(document))
                yield service, document

        _write(archive, OVERVIEW_NAME, orjson.dumps(make_overview(write_each())))
    return stream.getvalue()


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _FIXED_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data, compresslevel=9)


def facts_of_history(history: History) -> bytes:
    """Return the facts of a history, as the bytes of a file."""
    return pack_facts(make_index(history), ((service, make_service(history, service)) for service in history.services))
