"""Reading and writing a facts file: a ZIP archive that is the same whenever it is made from the same documents."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from docgen.errors import SourceError, error_reason
from docgen.history.facts.document import (
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

MAX_DOCUMENT_BYTES = 64 << 20
"""The largest document that is read. The largest real one, of EC2, has 3 MB."""


class FactsArchive:
    """A facts file, opened for reading.

    Args:
        path: The file.

    Raises:
        SourceError: It does not exist, or is no facts file. The other methods raise it for damage.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._reporting_damage():
            self._zip = zipfile.ZipFile(path)
        self.index = check_index(self.document(INDEX_NAME), str(path))

    def document(self, name: str) -> Any:
        """A decoded document."""
        data = self.data(name)
        with self._reporting_damage():
            return orjson.loads(data)

    def service(self, service: str) -> Document:
        """The document of a service."""
        data = self.data(service_filename(service))
        with self._reporting_damage():
            return decode_service(data)

    def data(self, name: str) -> bytes:
        """The bytes of a document."""
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


def service_filename(service: str) -> str:
    """The name of a service's document in the archive."""
    return f"service/{service}.txt"


def pack_facts(index: Document, services: Iterable[tuple[str, Document]]) -> bytes:
    """The bytes of a facts file.

    Args:
        index: The index.
        services: Every service of the index with its document, in order.
    """
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
    """The facts of a history, as the bytes of a file."""
    return pack_facts(make_index(history), ((service, make_service(history, service)) for service in history.services))
