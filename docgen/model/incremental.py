"""Reading the revisions of one service one after the other: what has not changed is the same object as before.

A release changes few shapes of a model. Each element's JSON is compared with what it was, byte by byte, and only what
differs is taken apart; so a revision costs little more than decoding its JSON, and a comparison of two revisions passes
over what they share.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from docgen.model.service import MAX_NESTING, Member, ModelParser, Operation, Service, Shape, load_json

ElementKey = tuple[str, str]
"""What an element is and what it is called: `("shape", "Tags")`, `("operation", "CreateFleet")`, `("service", "")`."""

SERVICE_KEY: ElementKey = ("service", "")
_ELEMENT_KINDS = ("service", "operation", "shape")
_SECTIONS = ("operations", "shapes")
_INT64_LIMIT = 2**63
_PLACEHOLDER_KEY = "\u0000"
_UNCHANGED = object()
"""In the place of an element whose text is as before, and which is not decoded."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a service model, with the JSON of each of its elements.

    `content` has, in the order of the model, the service's own keys under `SERVICE`, then operations, then shapes. An
    element that is as before has the same `bytes` object as before. `texts` has the elements as the file writes them,
    where its layout lets them be told apart without decoding. `fresh` are the elements that are not as before.
    """

    service: Service
    content: Mapping[ElementKey, bytes]
    keys_by_text: Mapping[bytes, ElementKey]
    changed: tuple[ElementKey, ...] = ()


_EMPTY_REVISION = Revision(Service({}, {}, {}), {}, {})


def read_revision(data: bytes, location: str, previous: Revision | None = None) -> Revision:
    """The revision that `data`, the bytes of a `service-2.json`, holds; `before` is the one that it follows.

    Accepts what `docgen.model.parse` accepts, and keys that are there twice with different values besides: then the
    last one counts, as it does for SDKs. Raises `ModelError` naming `place`.
    """
    previous = previous or _EMPTY_REVISION
    try:
        return _IncrementalParser(location, previous).parse_text(data) or _IncrementalParser(
            location, previous
        ).parse_revision(_load_json_object(data, location))
    except _InexactNumberError:
        return _IncrementalParser(location, previous, exact=True).parse_revision(load_json(data, location))


def _load_json_object(data: bytes, location: str) -> dict[str, Any]:
    try:
        value = orjson.loads(data)
    except ValueError:
        value = None  # load_json says where and what, or knows better
    return value if isinstance(value, dict) else load_json(data, location)


def _encode_element(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # an integer beyond 64 bits; the blank tells `docgen.store.decode` that orjson would round it
        return b" " + json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class _InexactNumberError(Exception):
    """orjson met what may be an integer beyond 64 bits, and made it a float."""


class _SplitFile(NamedTuple):
    """A file as its line breaks show it: what is left without the elements, and the text of each."""

    remainder: dict[str, Any]
    element_texts: tuple[list[bytes], list[bytes]]


_NAME_PREFIX = b'\n    "'
"""What stands before the name of an element."""


def _section_start(data: bytes, section: str) -> int:
    """Where the elements of a part begin, the first one's line break included; -1 if that cannot be told."""
    at = data.find(b'\n  "%s":' % section.encode())
    start = data.find(b"{", at)
    return start + 1 if at >= 0 and data[start + 1 : start + 1 + len(_NAME_PREFIX)] == _NAME_PREFIX else -1


def _split_file(data: bytes) -> _SplitFile | None:
    """The layout of a file that is indented as botocore's are; None for any other.

    A string has no line break in it, so what follows one is a token, and an element that starts on a line of its own
    can be cut out as text. That the cut was where it seems to be is not believed but seen: a mark in place of
    the elements comes out in the right object, and `_element` decodes each text alone.
    """
    found = []
    for part in _SECTIONS:
        start = _section_start(data, part)
        end = data.find(b"\n  }", start)
        if start < 0 or end < 0:
            return None
        # What stands between the first name and the end, cut before each further name.
        found.append((start, end, data[start + len(_NAME_PREFIX) : end].split(b"," + _NAME_PREFIX)))
    mark = b'"\\u0000":0'
    (a, b, operations), (c, d, shapes) = found
    try:
        if b < c:
            rest = orjson.loads(b"".join((data[:a], mark, data[b:c], mark, data[d:])))
        else:
            rest = orjson.loads(b"".join((data[:c], mark, data[d:a], mark, data[b:])))
    except ValueError:
        return None
    if not isinstance(rest, dict) or any(rest.get(part) != {_PLACEHOLDER_KEY: 0} for part in _SECTIONS):
        return None
    return _SplitFile(rest, (operations, shapes))


def _decode_element(text: bytes) -> tuple[str, Any] | None:
    """The name and the value of an element that was cut out; None if it is not whole."""
    try:
        ((name, value),) = orjson.loads(b'{"%s}' % text).items()
    except ValueError:
        return None
    return name, value


class _IncrementalParser(ModelParser):
    """Takes over what the revision before had alike."""

    def __init__(self, location: str, previous: Revision, *, exact: bool = False) -> None:
        super().__init__(location)
        self.previous = previous
        self.exact = exact
        self.content: dict[ElementKey, bytes] = {}
        self.keys_by_text: dict[bytes, ElementKey] = {}
        self.changed: list[ElementKey] = []
        self.has_removed_shapes = False

    def parse_text(self, data: bytes) -> Revision | None:
        """The revision, decoding only what differs; None where the layout of the file does not allow it."""
        layout = _split_file(data)
        if layout is None:
            return None
        top = layout.remainder
        known, content = self.previous.keys_by_text, self.previous.content
        for part, kind, texts in zip(_SECTIONS, ("operation", "shape"), layout.element_texts, strict=True):
            values: dict[str, Any] = {}
            for text in texts:
                key = known.get(text)
                if key is not None and key[0] == kind:
                    values[key[1]] = _UNCHANGED
                    self.content[key] = content[key]
                    self.keys_by_text[text] = key
                    continue
                element = _decode_element(text)
                if element is None:
                    return None
                values[element[0]] = element[1]
                self.keys_by_text[text] = (kind, element[0])
            if len(values) != len(texts):
                return None  # a name that is there twice
            top[part] = values
        return self.parse_revision(top)

    def parse_revision(self, model: dict[str, Any]) -> Revision:
        """The revision, from decoded JSON; an element whose content is there already is as before."""
        own = {key: value for key, value in model.items() if key not in _SECTIONS}
        if not self.reuse_content(SERVICE_KEY, own):
            self.check_values(own, ())
        shapes = model.get("shapes")
        self.has_removed_shapes = isinstance(shapes, dict) and not self.previous.service.shapes.keys() <= shapes.keys()
        service = self.parse_service(model)
        order = (SERVICE_KEY, *(("operation", o) for o in service.operations), *(("shape", s) for s in service.shapes))
        fresh = sorted(self.changed, key=lambda key: _ELEMENT_KINDS.index(key[0]))
        return Revision(service, {key: self.content[key] for key in order}, self.keys_by_text, tuple(fresh))

    def reuse_content(self, key: ElementKey, value: Any) -> bool:
        """Whether an element is as before; its content is the same object then."""
        if key in self.content:
            return True
        content, before = _encode_element(value), self.previous.content.get(key)
        self.content[key] = before if before == content else content
        if before != content:
            self.changed.append(key)
        return before == content

    def parse_shapes(self) -> dict[str, Shape]:
        """All shapes, those that are as before without a closer look."""
        if self.has_removed_shapes or not self.keys_by_text:
            return super().parse_shapes()
        before = self.previous.service.shapes
        return {
            name: before[name] if value is _UNCHANGED else self.parse_shape(name, value)
            for name, value in self.raw_shapes.items()
        }

    def parse_shape(self, name: str, value: Any) -> Shape:
        """The shape of this name: the one that was there before if it is the same."""
        if not self.reuse_content(("shape", name), value):
            self.check_values(value, ("shapes", name))
            return super().parse_shape(name, value)
        shape = self.previous.service.shapes[name]
        if self.has_removed_shapes:
            for member in shape.members.values():
                self.check_target(member, ("shapes", name))
        return shape

    def parse_operation(self, name: str, value: Any) -> Operation:
        """The operation of this name: the one that was there before if it is the same."""
        if not self.reuse_content(("operation", name), value):
            self.check_values(value, ("operations", name))
            return super().parse_operation(name, value)
        operation = self.previous.service.operations[name]
        for slot, member in (("input", operation.input), ("output", operation.output)):
            if member is not None:
                self.check_target(member, ("operations", name))
                self.check_structure(member, ("operations", name, slot))
        if self.has_removed_shapes:
            for member in operation.errors:
                self.check_target(member, ("operations", name))
        return operation

    def check_target(self, member: Member, keys: tuple[str, str]) -> None:
        """Refuse a reference that was taken over and leads nowhere now."""
        if member.target not in self.raw_shapes:
            self.reject_target(member.target, keys)

    def check_values(self, value: Any, keys: tuple[str | int, ...]) -> None:
        """Refuse what nests too deep, and notice rounded numbers."""
        level: list[Any] = [[value]]
        for _ in range(MAX_NESTING - len(keys) + 1):
            inside = [
                inner
                for outer in level
                for inner in (outer.values() if outer.__class__ is dict else outer)
                if inner.__class__ is dict or inner.__class__ is list or inner.__class__ is float
            ]
            level = [each for each in inside if each.__class__ is not float]
            floats = [each for each in inside if each.__class__ is float] if len(level) != len(inside) else []
            if not self.exact and any(abs(each) >= _INT64_LIMIT for each in floats):
                raise _InexactNumberError
            if not level:
                return
        self.fail(keys, f"nested deeper than {MAX_NESTING} levels")
