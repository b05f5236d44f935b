"""Reduces two versions of a service in different formats to what both formats can express.

When a service moves from `service-2.json` to Smithy, most differences between the files mean nothing. So before such
versions are compared, what only one format has is removed from both, and what the formats write differently is written
in one way. The remaining differences are differences in the API.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from typing import Any, NamedTuple, TypeVar

from docgen.model.service import Member, Operation, Service, Shape, http_of

_MARK = "smithy"
"""A key of services that were read from a Smithy model."""

_METADATA = ("apiVersion", "endpointPrefix", "jsonVersion", "protocol", "serviceFullName", "serviceId", "targetPrefix")
_SERVICE = frozenset(("clientContextParams", "deprecated", "deprecatedMessage"))
_OPERATION = frozenset(
    """
    authtype deprecated deprecatedMessage endpoint endpointdiscovery httpChecksumRequired idempotent
    operationContextParams requestcompression staticContextParams
    """.split()
)
_SHAPE = frozenset(
    """
    deprecated deprecatedMessage document enum event eventstream exception max min payload requiresLength retryable
    sensitive streaming timestampFormat union
    """.split()
)
_MEMBER = frozenset(
    """
    contextParam deprecated deprecatedMessage enum eventheader eventpayload hostLabel idempotencyToken jsonvalue
    location locationName queryName required xmlAttribute
    """.split()
)
_FILES = {"paginators-1.json": "pagination", "waiters-2.json": "waiters"}
_ENTRY_KEYS = frozenset(("input_token", "output_token", "result_key", "limit_key", "operation", "delay", "acceptors"))

_SPACE = re.compile(r"\s+")
_TAGS = re.compile(r" ?(<[^<>]+>) ?")
_EMPTY_TAG = re.compile(r"<(\w+) ?/>")
_PARAGRAPH = re.compile(r"</?p>")
_LABEL = re.compile(r"\{([^{}+]+)(\+?)\}")
_X_ID = re.compile(r"[?&]x-id=[^&]*")

Siblings = Mapping[str, Any]
_Element = TypeVar("_Element", Service, Operation, Shape, Member)


class Versions(NamedTuple):
    """Two versions of a service, and their sibling files."""

    old: Service
    new: Service
    old_siblings: Siblings
    new_siblings: Siblings


def have_two_formats(old: Service, new: Service) -> bool:
    """Return whether exactly one version comes from a Smithy model. A service without shapes has no format."""
    return bool(old.shapes) and bool(new.shapes) and (_MARK in old.traits) != (_MARK in new.traits)


def reduced(versions: Versions) -> Versions:
    """Return both versions without what only one of their formats can express."""
    old, new, old_siblings, new_siblings = versions
    old, new = _service(old, new), _service(new, old)
    return Versions(old, _with_words_of(old, new), *_siblings(old_siblings, new_siblings))


def _service(service: Service, other: Service) -> Service:
    shapes = {name: _shape(service, shape, other.shapes.get(name)) for name, shape in sorted(service.shapes.items())}
    return Service(
        metadata=_metadata(service.metadata, other.metadata),
        operations={name: _operation(service, each) for name, each in sorted(service.operations.items())},
        shapes=shapes,
        traits=_only(service.traits, _SERVICE),
        documentation=service.documentation,
    )


def _only(traits: Mapping[str, Any], keys: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in traits.items() if key in keys}


def _metadata(metadata: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of both versions, and the signing name, which defaults to the endpoint prefix."""
    found = {key: metadata[key] for key in _METADATA if key in metadata and key in other}
    signing = metadata.get("signingName", metadata.get("endpointPrefix"))
    return found if signing is None else {**found, "signingName": signing}


# --- operations ---


def _operation(service: Service, operation: Operation) -> Operation:
    return Operation(
        name=operation.name,
        input=None if operation.input is None else Member("input", operation.input.target),
        output=None if operation.output is None else Member("output", operation.output.target),
        errors=tuple(Member("error", target) for target in sorted({error.target for error in operation.errors})),
        traits={**_only(operation.traits, _OPERATION), "http": _http(service, operation)},
        documentation=operation.documentation,
    )


def _http(service: Service, operation: Operation) -> dict[str, Any]:
    """Return method, URI and response code. Labels are named after members, not after names on the wire."""
    http = dict(http_of(operation))
    members = service.shapes[operation.input.target].members if operation.input is not None else {}
    labels = {service.trait(each, "locationName"): name for name, each in members.items() if _is_label(service, each)}
    uri = _X_ID.sub("", str(http.get("requestUri", "")))
    path, mark, query = _LABEL.sub(lambda found: f"{{{labels.get(found[1], found[1])}{found[2]}}}", uri).partition("?")
    found = {"method": http.get("method"), "requestUri": f"{path.rstrip('/') or '/'}{mark}{query}"}
    return found if http.get("responseCode", 200) == 200 else {**found, "responseCode": http["responseCode"]}


def _is_label(service: Service, member: Member) -> bool:
    return bool(service.trait(member, "location") == "uri")


# --- shapes ---


def _shape(service: Service, shape: Shape, other: Shape | None) -> Shape:
    traits = {key: value for key, value in _only(shape.traits, _SHAPE).items() if value is not False}
    members = {name: _member(service, shape, shape.members[name]) for name in sorted(shape.members)}
    if traits.get("min") == 0:
        del traits["min"]
    if isinstance(pattern := shape.traits.get("pattern"), str) and (bare := _bare(pattern)):
        traits["pattern"] = bare
    required = shape.traits.get("required")
    if isinstance(required, list):
        traits["required"] = sorted(set(required))
    status = _status(shape)
    if status is not None and other is not None and _status(other) is not None:
        traits["error"] = {"httpStatusCode": status}
    if "exception" in traits and other is not None and not other.members:
        members = {}  # botocore leaves them out of many exceptions
        traits.pop("required", None)
    return Shape(shape.name, shape.type, members, traits, shape.documentation)


def _bare(pattern: str) -> str:
    """Return a pattern without its anchors and outer wildcards; any white space becomes one blank."""
    return _SPACE.sub(" ", pattern).removeprefix("^").removeprefix(".*").removesuffix("$").removesuffix(".*")


def _status(shape: Shape) -> Any:
    error = shape.traits.get("error")
    return error.get("httpStatusCode") if isinstance(error, Mapping) else None


def _member(service: Service, shape: Shape, member: Member) -> Member:
    traits = {key: value for key, value in _only(member.traits, _MEMBER).items() if value is not False}
    is_named = traits.get("locationName") == member.name and traits.get("location") != "headers"
    if is_named or _is_label(service, member) or shape.type != "structure":
        traits.pop("locationName", None)
    return Member(member.name, member.target, traits, member.documentation)


# --- documentation ---


def _with_words_of(old: Service, new: Service) -> Service:
    """Return the new version, with the documentation of the old one where only white space differs."""
    operations = {name: _words(old.operations.get(name), each) for name, each in new.operations.items()}
    shapes = {name: _words_of_shape(old.shapes.get(name), each) for name, each in new.shapes.items()}
    return replace(_words(old, new), operations=operations, shapes=shapes)


def _words_of_shape(old: Shape | None, new: Shape) -> Shape:
    if old is None:
        return new
    members = {name: _words(old.members.get(name), member) for name, member in new.members.items()}
    return _words(old, Shape(new.name, new.type, members, new.traits, new.documentation))


def _words(old: _Element | None, new: _Element) -> _Element:
    if old is None or old.documentation == new.documentation:
        return new
    return replace(new, documentation=old.documentation) if _reads_alike(old, new) else new


def _reads_alike(old: _Element, new: _Element) -> bool:
    return _normalised(old.documentation) == _normalised(new.documentation)


def _normalised(documentation: str | None) -> str:
    """Return the text without white space around tags, paragraph tags and escapes, which differ by format."""
    text = _TAGS.sub(r"\1", _SPACE.sub(" ", documentation or "").strip())
    return unescape(_PARAGRAPH.sub("", _EMPTY_TAG.sub(r"<\1></\1>", text)))


# --- sibling files ---


def _siblings(old: Siblings, new: Siblings) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the files that both formats have, with the keys that both have.

    Of paginators only those that are in both: botocore has some of its own, and Smithy has some that do not say which
    member holds the items.
    """
    found = [
        {name: {key: _entries(files.get(name), key)} for name, key in _FILES.items() if name in old or name in new}
        for files in (old, new)
    ]
    pages = [files.get("paginators-1.json", {}).get("pagination", {}) for files in found]
    for paginators in pages:
        for name in pages[0].keys() ^ pages[1].keys():
            paginators.pop(name, None)
    return found[0], found[1]


def _entries(file: Any, key: str) -> dict[str, Any]:
    entries = file.get(key) if isinstance(file, Mapping) else None
    found = entries.items() if isinstance(entries, Mapping) else ()
    return {name: _only(each, _ENTRY_KEYS) if isinstance(each, Mapping) else each for name, each in found}
