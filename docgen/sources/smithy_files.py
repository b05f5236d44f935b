"""Smithy models as model files: each service becomes a `service-2.json` with its paginators and waiters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from docgen.model.smithy import FILES, is_ast, read_documents, service_name
from docgen.model.smithy.ast import DATA_TYPES, local_name
from docgen.model.smithy.reader import encode
from docgen.sources.names import is_valid_name
from docgen.sources.release import MODEL_FILENAME, File, ModelFile, git_blob_id
from docgen.sources.sdk_extras import base_file

NO_VERSION = "unknown"
"""The API version of a service that declares none."""


@dataclass(frozen=True, slots=True)
class SmithyFile(File):
    """The content of a `service-2.json`, or of one of its siblings, for a service of a Smithy model.

    `service` is the shape id of the service, or empty for the only one in the file.
    """

    ast: File
    service: str
    name: str

    @property
    def location(self) -> str:
        """The location of the Smithy model."""
        return self.ast.location

    def read(self) -> bytes:
        """Return the JSON bytes; raise `SourceError` or `ModelError`."""
        return _read(self.ast.read(), self.ast.location, self.service)[self.name]

    def digest(self) -> str:
        """Return the digest of the JSON bytes.

        It does not depend on parts of the Smithy model that docgen leaves out.
        """
        return git_blob_id(self.read())


def origin(file: File) -> File:
    """Return the file that a model is read from, without extras: the Smithy model, if it is one of its services."""
    return file.ast if isinstance(file, SmithyFile) else base_file(file)


def in_earlier_file(model: ModelFile, earlier: File) -> ModelFile:
    """Return the same service in an earlier state of its file, which may have been in the other format."""
    if not isinstance(model.file, SmithyFile) or find_services(earlier.read(), "") is None:
        return replace(model, file=earlier)
    return smithy_model(model.service, model.api_version, earlier, model.file.service)


class SmithyPointers:
    """Translates pointers into the `service-2.json` of a Smithy model to pointers into the Smithy model.

    The model was read before, so it is well formed.
    """

    def __init__(self, ast: File) -> None:
        shapes = (_decoded(ast.read()) or {})["shapes"]
        self._data: dict[str, str] = {}
        self._operations: dict[str, str] = {}
        for shape_id, raw in shapes.items():
            if raw["type"] in DATA_TYPES:
                self._data.setdefault(local_name(shape_id), shape_id)
            elif raw["type"] == "operation":
                self._operations.setdefault(local_name(shape_id), shape_id)

    def find(self, pointer: str) -> str:
        """Return the pointer into the Smithy model. A trait is found at the shape or the member that has it."""
        _, part, name, *rest = (*pointer.split("/"), "", "", "", "")
        shape_ids = self._data if part == "shapes" else self._operations
        shape_id = shape_ids.get(name.replace("~1", "/").replace("~0", "~"))
        if shape_id is None:
            return ""
        inside = rest[:2] if rest[0] == "members" else rest[:1] if rest[0] in ("member", "key", "value") else []
        return "/".join(("", "shapes", shape_id.replace("~", "~0").replace("/", "~1"), *inside))


class NamedService(NamedTuple):
    """A service in a Smithy model: its shape id, and its name and version in docgen."""

    id: str
    name: str
    version: str


def smithy_model(service: str, api_version: str, file: File, shape_id: str = "") -> ModelFile:
    """Return a service of a Smithy model as a model file, which is read on demand."""
    siblings = {name: SmithyFile(file, shape_id, name) for name in FILES if name != MODEL_FILENAME}
    return ModelFile(service, api_version, SmithyFile(file, shape_id, MODEL_FILENAME), siblings)


def smithy_models(file: File, stem: str) -> Iterator[ModelFile] | None:
    """Return the services of a file, or None if it is not a Smithy model. `stem` names a service without a name."""
    services = find_services(file.read(), stem)
    return (
        None
        if services is None
        else (smithy_model(service.name, service.version, file, service.id) for service in services)
    )


def find_services(data: bytes, stem: str) -> list[NamedService] | None:
    """Return the services in the bytes of a file, or None if it is not a Smithy model.

    Problems of a model are left for its parser to report: a malformed one is a service named `stem`.
    """
    document = _decoded(data)
    if document is None or not is_ast(document):
        return None
    shapes = document.get("shapes")
    found = shapes.items() if isinstance(shapes, dict) else ()
    objects = [(shape_id, raw) for shape_id, raw in found if isinstance(raw, dict)]
    services = [_named(shape_id, raw) for shape_id, raw in objects if raw.get("type") == "service"]
    is_understood = isinstance(shapes, dict) and document["smithy"][:1] in ("1", "2")
    return services if services or is_understood else [NamedService("", _usable(stem, "model"), NO_VERSION)]


def _decoded(data: bytes) -> dict[str, Any] | None:
    if b'"smithy"' not in data:
        return None
    try:
        value = orjson.loads(data)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _named(shape_id: str, raw: Mapping[str, Any]) -> NamedService:
    traits = raw.get("traits")
    aws = traits.get("aws.api#service") if isinstance(traits, dict) else None
    sdk_id = aws.get("sdkId") if isinstance(aws, dict) else None
    local = local_name(shape_id).lower()
    name = service_name(sdk_id) if isinstance(sdk_id, str) else local
    return NamedService(shape_id, _usable(name, _usable(local, "model")), _usable(raw.get("version"), NO_VERSION))


def _usable(name: Any, default: str) -> str:
    return name if isinstance(name, str) and is_valid_name(name) else default


@lru_cache(maxsize=3)
def _read(data: bytes, location: str, service: str) -> Mapping[str, bytes]:
    """Return the three files of a service. A model and its siblings are read one after the other, so few are cached."""
    return {name: encode(document) for name, document in read_documents(data, location, service).items()}
