"""The documents of a facts file, and how to make them from a history.

Releases are numbered as in a history. A span is `[since, until]`; `until` is null while the newest release has it.

    index     {"format": 1, "package": "botocore", "releases": [[name, date], ...],
               "services": {service: {api_version: [span, ...]}}}
    overview  {"operations": {service: [name, ...]}, "paginator": {...}, "waiter": {...},
               "metadata": [[since, service, {...}], ...]}
    service   {api_version: {"operation": {name: [[since, until, facts], ...]}, "shape": {...}, "service": {"": ...},
                             "paginator": {name: [span, ...]}, "waiter": {...}, "waits_for": {waiter: operation}}}

The index and the overview are stored as JSON. A service is stored in lines, one for each API version and one for each
of its elements, so that a question decodes only the elements that it reads:

    api         TAB  "2016-12-01"  TAB  {"paginator": ..., "waiter": ..., "waits_for": ...}
    operation   TAB  "CreateFleet" TAB  [[since, until, facts], ...]
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from docgen.errors import SourceError
from docgen.history.elements import decode_strict_json
from docgen.history.facts.elements import reduce_element
from docgen.history.history import History
from docgen.history.queries import Api

FORMAT_VERSION = 1
"""The version of the format. docgen reads no other."""

ELEMENT_KINDS = ("service", "operation", "shape")
ENTRY_KINDS = ("paginator", "waiter")

Document = dict[str, Any]
"""A decoded JSON object."""


def make_index(history: History) -> Document:
    """Make the index of a history."""
    services: Document = {}
    for service in history.services:
        services[service] = {api.api_version: _closed_spans(history, api) for api in history.reader.apis(service)}
    releases = [[release.name, release.date] for release in history.releases]
    return {
        "format": FORMAT_VERSION,
        "package": history.newest.package,
        "releases": releases,
        "services": services,
    }


def _closed_spans(history: History, api: Api) -> list[list[int | None]]:
    return [[since, None if until == history.end else until] for since, until in history.apis.release_set(api)]


def make_service(history: History, service: str) -> Document:
    """Make the document of a service."""
    return {api.api_version: _make_api(history, api) for api in history.reader.apis(service)}


def _make_api(history: History, api: Api) -> Document:
    document: Document = {}
    for kind in ELEMENT_KINDS:
        elements: Document = {}
        for name, span, content in history.reader.versions_of_kind(api.id, kind):
            add_version(elements.setdefault(name, []), *span, reduce_element(kind, content))
        document[kind] = elements
    for kind in ENTRY_KINDS:
        entries: Document = {}
        for id, since, until in history.reader.lifetimes_of_kind(api.id, kind):
            entries.setdefault(id.partition(":")[2], []).append([since, until])
        document[kind] = entries
    waits_for: dict[str, str] = {}
    for _, name, span, _ in history.reader.sibling_files(api.id):
        if name == "waiters-2.json":
            waits_for.update(waiter_operations(history.reader.sibling_file(api.id, name, span.since)))
    document["waits_for"] = dict(sorted(waits_for.items()))
    return document


def waiter_operations(data: bytes) -> dict[str, str]:
    """Return the operation of each waiter of a `waiters-2.json`; nothing if it is malformed."""
    try:
        waiters = json.loads(data)["waiters"]
        return {name: waiter.get("operation", "") for name, waiter in waiters.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def add_version(versions: list[list[Any]], since: int, until: int | None, content: Document) -> None:
    """Add the next version of an element. It extends the last version if that is equal and ends where this begins."""
    if versions and versions[-1][1] == since and versions[-1][2] == content:
        versions[-1][1] = until
    else:
        versions.append([since, until, content])


# --- a service as lines ---


class StoredElements(Mapping[str, Any]):
    """The versions of elements by name, decoded when they are first needed."""

    def __init__(self, check: Callable[[Any], None] | None = None) -> None:
        self._encoded: dict[str, bytes] = {}
        self._decoded: dict[str, Any] = {}
        self._check = check

    def add(self, name: str, encoded: bytes) -> None:
        """Add an element."""
        self._encoded[name] = encoded

    def __getitem__(self, name: str) -> Any:
        if name not in self._decoded:
            value = decode_strict_json(self._encoded[name])
            if self._check:
                self._check(value)
            self._decoded[name] = value
        return self._decoded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._encoded

    def __iter__(self) -> Iterator[str]:
        return iter(self._encoded)

    def __len__(self) -> int:
        return len(self._encoded)


def encode_service(document: Document) -> bytes:
    """Return the lines of a service."""
    lines = []
    for api_version, api in sorted(document.items()):
        entries = {key: api[key] for key in (*ENTRY_KINDS, "waits_for")}
        lines.append(_line("api", api_version, entries))
        lines += [_line(kind, name, versions) for kind in ELEMENT_KINDS for name, versions in sorted(api[kind].items())]
    return b"".join(lines)


def _line(kind: str, name: str, value: Any) -> bytes:
    import orjson  # takes long to import, and only writing needs it

    return b"%s\t%s\t%s\n" % (kind.encode(), orjson.dumps(name), orjson.dumps(value))


def decode_service(data: bytes, check: Callable[[str, Any], None] | None = None) -> Document:
    """Return the document of a service, whose elements are decoded when they are first needed.

    Args:
        data: The lines of the service.
        check: Called with the kind and the value of each line when it is decoded.

    Raises:
        ValueError: The lines are malformed. Elements raise it, and whatever `check` raises, when they are decoded.
    """
    document: Document = {}
    elements: dict[bytes, StoredElements] = {}
    for line in data.splitlines():
        kind, name, value = line.split(b"\t", 2)
        plain = name[1:-1].decode() if b"\\" not in name else decode_strict_json(name)
        if kind == b"api":
            elements = {
                each.encode(): StoredElements(partial(check, each) if check else None) for each in ELEMENT_KINDS
            }
            entries = decode_strict_json(value)
            if check:
                check("api", entries)
            document[plain] = {
                **entries,
                **{each.decode(): stored for each, stored in elements.items()},
            }
        else:
            elements[kind].add(plain, value)
    return document


# --- all services ---


def make_overview(services: Iterator[tuple[str, Document]]) -> Document:
    """Make the document that answers questions about all services, from the documents of all services in order."""
    overview: Document = {"operations": {}, "metadata": [], **{kind: {} for kind in ENTRY_KINDS}}
    for service, document in services:
        overview["operations"][service] = sorted({name for api in document.values() for name in api["operation"]})
        for kind in ENTRY_KINDS:
            if names := sorted({name for api in document.values() for name in api[kind]}):
                overview[kind][service] = names
        for api in document.values():
            for versions in api["service"].values():
                overview["metadata"] += [[since, service, own.get("metadata", {})] for since, _, own in versions]
    overview["metadata"].sort(key=lambda row: row[:2])
    return overview


def check_index(index: Any, location: str) -> Document:
    """Return an index; raise `SourceError` if it is no index of this format."""
    if not isinstance(index, dict) or "format" not in index:
        raise SourceError(f"{location}: not a facts file of docgen")
    if index["format"] != FORMAT_VERSION:
        raise SourceError(
            f"{location}: written by another version of docgen (format {index['format']!r}, not {FORMAT_VERSION}; "
            "renew it: `docgen update --facts SOURCE`)"
        )
    return index
