"""The history as one JSON file for other programs: since when, and until when, for everything that a path leads to.

A shape's member has its spans with what it targets, and an operation with its input and output: so the file answers
for paths, through renamed, shared and recursive shapes, though it names each shape once. (Written out, the paths of one
operation can be tens of thousands.) `docgen/schema/since.schema.json` is the form, and says how to follow a path.

It is made and written service by service, a line for each, so that it takes no memory and two can be compared.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson

from docgen.history.database import fits_together
from docgen.history.history import History
from docgen.history.reader import Api
from docgen.history.release_sets import Spans, union

FORMAT = 1
"""The number of the form. Another one means that readers must be changed."""

_SLOTS = {"list": (("[]", "member"),), "map": (("{key}", "key"), ("{value}", "value"))}
_NAMED = {"paginator": "paginators", "waiter": "waiters"}

Target = tuple[str, ...]
Found = dict[str, dict[Target, list[tuple[int, int]]]]
"""By name, and by what stands there then: when."""


def export(history: History) -> Iterator[bytes]:
    """The file in pieces, UTF-8: what it is about, the releases, and each service."""
    with fits_together(history.reader.path):
        yield from _pieces(history)


def _pieces(history: History) -> Iterator[bytes]:
    newest = history.newest
    head = {"format": FORMAT, "package": newest.package, "newest": newest.name}
    yield b"%s,\n" % orjson.dumps(head).removesuffix(b"}")
    releases = b",\n".join(orjson.dumps([release.name, release.date]) for release in history.releases)
    yield b'"releases":[\n%s\n],\n"services":{' % releases
    for at, service in enumerate(history.services):
        apis = {api.api_version: _Exported(history, api).data() for api in history.reader.apis(service)}
        yield b"%s%s:%s" % (b",\n" if at else b"\n", orjson.dumps(service), orjson.dumps(apis))
    yield b"\n}}\n"


def packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces of a file as gzip, without a name or a time in it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    yield from map(packer.compress, pieces)
    yield packer.flush()


class _Exported:
    """One API. Release numbers become places in the list of releases, which counts from 0."""

    def __init__(self, history: History, api: Api) -> None:
        self.history = history
        self.api = api

    def data(self) -> dict[str, Any]:
        """All that is said of it; what is empty is left out."""
        named = {key: self.named(kind) for kind, key in _NAMED.items()}
        parts = {"operations": self.operations(), "shapes": self.shapes(), **named}
        return {
            "spans": self.spans(self.history.apis.present(self.api)),
            **{key: part for key, part in parts.items() if part},
        }

    def operations(self) -> dict[str, Any]:
        """The operations: when, with what input and output, with which errors."""
        found: dict[str, Any] = {}
        for name, versions in self.versions("operation"):
            roots: Found = {}
            errors: Found = {}
            for start, end, content in versions:
                for slot in ("input", "output"):
                    if slot in content:
                        _add(roots, slot, (content[slot]["shape"],), start, end)
                for error in content.get("errors", ()):
                    _add(errors, error["shape"], (), start, end)
            found[name] = {"spans": self.when(versions), **self.slots(roots)}
            if errors:
                found[name]["errors"] = self.slots(errors)
        return found

    def shapes(self) -> dict[str, Any]:
        """The shapes: when, with which members and what these target, with which values."""
        found: dict[str, Any] = {}
        for name, versions in self.versions("shape"):
            members: Found = {}
            values: Found = {}
            for start, end, content in versions:
                for member, reference in _references(content):
                    _add(members, member, (reference["shape"],), start, end)
                for value in content.get("enum", ()):
                    _add(values, value, (), start, end)
            found[name] = {"spans": self.when(versions)}
            if members:
                found[name]["members"] = self.slots(members)
            if values:
                found[name]["values"] = self.slots(values)
        return found

    def named(self, kind: str) -> dict[str, Any]:
        """Paginators or waiters: when."""
        found: Found = {}
        for id, since, until in self.history.reader.rows(
            "SELECT id, since, until FROM lifetime WHERE api = ? AND kind = ? ORDER BY id, since", self.api.id, kind
        ):
            _add(found, id.partition(":")[2], (), since, self.history.end if until is None else until)
        return self.slots(found)

    def versions(self, kind: str) -> Iterator[tuple[str, list[tuple[int, int, Any]]]]:
        """Operations or shapes by name, each with its versions."""
        for name, found in groupby(self.history.reader.elements(self.api.id, kind), key=itemgetter(0)):
            yield name, [(*self.history.apis.ends(span), content) for _, span, content in found]

    # --- spans ---

    def when(self, versions: list[tuple[int, int, Any]]) -> list[list[int]]:
        return self.spans(union((start, end) for start, end, _ in versions))

    def spans(self, spans: Spans) -> list[list[int]]:
        """Spans for readers: from a release up to one that has it no more, if there is one."""
        return [[start - 1] if end == self.history.end else [start - 1, end - 1] for start, end in spans]

    def slots(self, found: Found) -> dict[str, list[list[Any]]]:
        """Spans by name, oldest first, each after what stands there then."""
        slots = {}
        for name, targets in found.items():
            spans = sorted((span, target) for target, when in targets.items() for span in union(when))
            slots[name] = [[*target, *each] for span, target in spans for each in self.spans((span,))]
        return slots


def _add(found: Found, name: str, target: Target, start: int, end: int) -> None:
    found.setdefault(name, {}).setdefault(target, []).append((start, end))


def _references(shape: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    kind = shape.get("type")
    if kind == "structure":
        yield from shape.get("members", {}).items()
    for name, key in _SLOTS.get(str(kind), ()):
        yield name, shape[key]
