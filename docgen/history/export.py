"""The history as one JSON file for other programs: the releases that have each element.

Members, inputs and outputs have their spans with their target shapes. So readers can follow paths through renamed,
shared and recursive shapes, though each shape is listed once. (One operation can have tens of thousands of paths.)
`docgen/schema/since.schema.json` describes the format and how to follow a path.

The file is written service by service, one line for each, so it needs little memory and two files can be compared.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson

from docgen.history.database import reporting_corruption
from docgen.history.history import History
from docgen.history.queries import Api
from docgen.history.release_sets import ReleaseSet, union

FORMAT_VERSION = 1
"""The version of the format. It changes if readers must be changed."""

_CONTAINER_SLOTS = {"list": (("[]", "member"),), "map": (("{key}", "key"), ("{value}", "value"))}
_ENTRY_SECTIONS = {"paginator": "paginators", "waiter": "waiters"}

SpanTarget = tuple[str, ...]
TargetSpans = dict[str, dict[SpanTarget, list[tuple[int, int]]]]
"""Spans by name and target."""


def export_history(history: History) -> Iterator[bytes]:
    """Yield the file in chunks of UTF-8: the header, the releases, and each service."""
    with reporting_corruption(history.reader.path):
        yield from _export_chunks(history)


def _export_chunks(history: History) -> Iterator[bytes]:
    newest = history.newest
    head = {"format": FORMAT_VERSION, "package": newest.package, "newest": newest.name}
    yield b"%s,\n" % orjson.dumps(head).removesuffix(b"}")
    releases = b",\n".join(orjson.dumps([release.name, release.date]) for release in history.releases)
    yield b'"releases":[\n%s\n],\n"services":{' % releases
    for at, service in enumerate(history.services):
        apis = {api.api_version: _ApiExporter(history, api).data() for api in history.reader.apis(service)}
        yield b"%s%s:%s" % (b",\n" if at else b"\n", orjson.dumps(service), orjson.dumps(apis))
    yield b"\n}}\n"


def gzip_chunks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Compress chunks as gzip, without a file name and a time in the header."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    yield from map(packer.compress, chunks)
    yield packer.flush()


class _ApiExporter:
    """Exports one API. Release numbers become indexes in the list of releases."""

    def __init__(self, history: History, api: Api) -> None:
        self.history = history
        self.api = api

    def data(self) -> dict[str, Any]:
        """Return the data of the API, without empty parts."""
        named = {key: self.entries(kind) for kind, key in _ENTRY_SECTIONS.items()}
        parts = {"operations": self.operations(), "shapes": self.shapes(), **named}
        return {
            "spans": self.span_data(self.history.apis.release_set(self.api)),
            **{key: part for key, part in parts.items() if part},
        }

    def operations(self) -> dict[str, Any]:
        """Return the operations with their spans, inputs, outputs and errors."""
        found: dict[str, Any] = {}
        for name, versions in self.versions_by_name("operation"):
            roots: TargetSpans = {}
            errors: TargetSpans = {}
            for start, end, content in versions:
                for slot in ("input", "output"):
                    if slot in content:
                        _add_target_span(roots, slot, (content[slot]["shape"],), start, end)
                for error in content.get("errors", ()):
                    _add_target_span(errors, error["shape"], (), start, end)
            found[name] = {"spans": self.version_spans(versions), **self.target_data(roots)}
            if errors:
                found[name]["errors"] = self.target_data(errors)
        return found

    def shapes(self) -> dict[str, Any]:
        """Return the shapes with their spans, members with targets, and enum values."""
        found: dict[str, Any] = {}
        for name, versions in self.versions_by_name("shape"):
            members: TargetSpans = {}
            values: TargetSpans = {}
            for start, end, content in versions:
                for member, reference in _shape_references(content):
                    _add_target_span(members, member, (reference["shape"],), start, end)
                for value in content.get("enum", ()):
                    _add_target_span(values, value, (), start, end)
            found[name] = {"spans": self.version_spans(versions)}
            if members:
                found[name]["members"] = self.target_data(members)
            if values:
                found[name]["values"] = self.target_data(values)
        return found

    def entries(self, kind: str) -> dict[str, Any]:
        """Return paginators or waiters with their spans."""
        found: TargetSpans = {}
        for id, since, until in self.history.reader.lifetimes_of_kind(self.api.id, kind):
            _add_target_span(found, id.partition(":")[2], (), since, self.history.end if until is None else until)
        return self.target_data(found)

    def versions_by_name(self, kind: str) -> Iterator[tuple[str, list[tuple[int, int, Any]]]]:
        """Yield operations or shapes by name, each with its versions."""
        for name, found in groupby(self.history.reader.versions_of_kind(self.api.id, kind), key=itemgetter(0)):
            yield name, [(*self.history.apis.bounds(span), content) for _, span, content in found]

    # --- spans ---

    def version_spans(self, versions: list[tuple[int, int, Any]]) -> list[list[int]]:
        return self.span_data(union((start, end) for start, end, _ in versions))

    def span_data(self, spans: ReleaseSet) -> list[list[int]]:
        """Return spans as lists: the index of the first release, and of the first without the element, if any."""
        return [[start - 1] if end == self.history.end else [start - 1, end - 1] for start, end in spans]

    def target_data(self, targets_by_name: TargetSpans) -> dict[str, list[list[Any]]]:
        """Return spans by name, oldest first, each after its target."""
        slots = {}
        for name, targets in targets_by_name.items():
            spans = sorted((span, target) for target, when in targets.items() for span in union(when))
            slots[name] = [[*target, *each] for span, target in spans for each in self.span_data((span,))]
        return slots


def _add_target_span(targets_by_name: TargetSpans, name: str, target: SpanTarget, start: int, end: int) -> None:
    targets_by_name.setdefault(name, {}).setdefault(target, []).append((start, end))


def _shape_references(shape: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    kind = shape.get("type")
    if kind == "structure":
        yield from shape.get("members", {}).items()
    for name, key in _CONTAINER_SLOTS.get(str(kind), ()):
        yield name, shape[key]
