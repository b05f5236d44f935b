"""Smithy models among model files: each service of one as a `service-2.json` with its paginators and waiters."""

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
"""The API version of a service that has none."""


@dataclass(frozen=True, slots=True)
class SmithyFile(File):
    """What a `service-2.json`, or a file beside one, would hold for a service of a Smithy model.

    `service` is the shape id of the service; empty for the only one in the file.
    """

    ast: File
    service: str
    name: str

    @property
    def location(self) -> str:
        """Where the Smithy model is."""
        return self.ast.location

    def read(self) -> bytes:
        """The JSON bytes; raises `SourceError` and `ModelError`."""
        return _read(self.ast.read(), self.ast.location, self.service)[self.name]

    def digest(self) -> str:
        """The content name of the JSON bytes, the same for Smithy models that differ only in what docgen leaves out."""
        return git_blob_id(self.read())


def origin(file: File) -> File:
    """The file that a model is read from: the Smithy model where it is a service of one; without extras of SDKs."""
    return file.ast if isinstance(file, SmithyFile) else base_file(file)


def in_earlier_file(model: ModelFile, earlier: File) -> ModelFile:
    """The same service in an earlier state of its file, which may have been in the other format."""
    if not isinstance(model.file, SmithyFile) or find_services(earlier.read(), "") is None:
        return replace(model, file=earlier)
    return smithy_model(model.service, model.api_version, earlier, model.file.service)


def pointer_into_ast(ast: File, pointer: str) -> str:
    """Where the Smithy model has what a pointer into the `service-2.json` that is made of it leads to.

    A trait is found at the shape or the member that has it. The model has been read before, so it is well formed.
    """
    _, part, name, *rest = (*pointer.split("/"), "", "", "", "")
    document = _decoded(ast.read()) or {}
    types = DATA_TYPES if part == "shapes" else ("operation",)
    wanted = name.replace("~1", "/").replace("~0", "~")
    found = (key for key, raw in document["shapes"].items() if local_name(key) == wanted and raw["type"] in types)
    shape_id = next(found, None)
    if shape_id is None:
        return ""
    inside = rest[:2] if rest[0] == "members" else rest[:1] if rest[0] in ("member", "key", "value") else []
    return "/".join(("", "shapes", shape_id.replace("~", "~0").replace("/", "~1"), *inside))


class NamedService(NamedTuple):
    """A service in a Smithy model: its shape id, and the name and the version that docgen shows."""

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
    """The services in the bytes of a file; None if it is no Smithy model.

    What is wrong with a model is for its reader to say: one that cannot be understood is a service called `stem`.
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
    """The three files of a service. A model and its siblings are asked for one after the other, so few are kept."""
    return {name: encode(document) for name, document in read_documents(data, location, service).items()}
