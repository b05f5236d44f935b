"""What facts keep of an operation, a shape, or the service's own keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_METADATA_KEYS = (
    "serviceFullName",
    "serviceAbbreviation",
    "serviceId",
    "signingName",
    "endpointPrefix",
    "deprecated",
)
_SHAPE_KEYS = ("type", "required", "enum", "exception", "error", "deprecated", "document", "union")
_REFERENCE_KEYS = ("shape", "deprecated", "enum")


def reduce_element(kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of an element.

    Args:
        kind: service, operation or shape.
        content: The decoded element, with or without documentation.
    """
    if kind == "operation":
        return _reduce_operation(content)
    if kind == "shape":
        return _reduce_shape(content)
    metadata = content.get("metadata", {})
    return {"metadata": {key: metadata[key] for key in _METADATA_KEYS if key in metadata}}


def _reduce_operation(content: Mapping[str, Any]) -> dict[str, Any]:
    reduced: dict[str, Any] = {key: _reference(content[key]) for key in ("input", "output") if key in content}
    if content.get("errors"):
        reduced["errors"] = [{"shape": error["shape"]} for error in content["errors"]]
    if content.get("deprecated"):
        reduced["deprecated"] = True
    return reduced


def _reduce_shape(content: Mapping[str, Any]) -> dict[str, Any]:
    reduced = {key: content[key] for key in _SHAPE_KEYS if content.get(key)}
    if content.get("type") == "structure":
        reduced["members"] = {name: _reference(member) for name, member in content.get("members", {}).items()}
    for key in ("member", "key", "value"):
        if key in content and content.get("type") in ("list", "map"):
            reduced[key] = _reference(content[key])
    return reduced


def _reference(reference: Mapping[str, Any]) -> dict[str, Any]:
    return {key: reference[key] for key in _REFERENCE_KEYS if key in reference}


def element_ids(kind: str, name: str, content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the ids and kinds of an element and its parts, as in the table `lifetime` of a history."""
    if kind == "operation":
        yield f"{name}()", "operation"
        for error in content.get("errors", ()):
            yield f"{name}()${error['shape']}", "error"
    elif kind == "shape":
        yield name, "shape"
        yield from ((f"{name}${value}", "enum-value") for value in _enum_values(content))
        references = content.get("members", {})
        if content.get("type") == "structure":
            yield from ((f"{name}${member}", "member") for member in references)
        else:
            references = {key: content[key] for key in ("member", "key", "value") if key in content}
        for member, reference in references.items():
            yield from ((f"{name}${member}${value}", "enum-value") for value in _enum_values(reference))


def _enum_values(content: Mapping[str, Any]) -> list[str]:
    enum = content.get("enum")
    return enum if isinstance(enum, list) else []
