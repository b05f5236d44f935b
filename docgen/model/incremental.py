"""Parsing successive revisions of one service: an element that did not change is the same object as before.

A release changes few shapes of a model. The JSON of each element is compared with that of the previous revision, byte
by byte, and only what differs is parsed. So a revision costs little more than decoding its JSON, and a comparison of
two revisions skips what they share.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from docgen.model.parse import ModelParser
from docgen.model.service import EMPTY_SERVICE, Member, Operation, Service, Shape
from docgen.model.strict_json import MAX_NESTING, load_json

ElementKey = tuple[str, str]
"""The kind and the name of an element: `("shape", "Tags")`, `("operation", "CreateFleet")`, `("service", "")`."""

SERVICE_KEY: ElementKey = ("service", "")
_ELEMENT_KINDS = ("service", "operation", "shape")
_SECTIONS = ("operations", "shapes")
_INT64_LIMIT = 2**63
_PLACEHOLDER_KEY = "\u0000"
_UNCHANGED = object()
"""Replaces the value of an element whose text did not change, and which is not decoded."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a service model, with the JSON of each of its elements.

    Attributes:
        service: The parsed model.
        content: The JSON of each element in the order of the model: the service's own keys under `SERVICE_KEY`, then
            operations, then shapes. An unchanged element has the same `bytes` object as in the previous revision.
        keys_by_text: The elements by their text in the file, if its layout separates them without decoding.
        changed: The elements that are new or differ from the previous revision.
    """

    service: Service
    content: Mapping[ElementKey, bytes]
    keys_by_text: Mapping[bytes, ElementKey]
    changed: tuple[ElementKey, ...] = ()


_EMPTY_REVISION = Revision(EMPTY_SERVICE, {}, {})


def read_revision(data: bytes, location: str, previous: Revision | None = None) -> Revision:
    """Parse one revision of a model.

    Accepts what `docgen.model.parse.parse` accepts, and also duplicate keys with different values. The last one
    counts, as it does for SDKs.

    Args:
        data: The bytes of a `service-2.json`.
        location: The name of the file in messages.
        previous: The revision before this one, if there is one.

    Raises:
        ModelError: The file is not a service model.
    """
    previous = previous or _EMPTY_REVISION
    try:
        revision = _IncrementalParser(location, previous).parse_text(data)
        return revision or _IncrementalParser(location, previous).parse_revision(_load_json_object(data, location))
    except _InexactNumberError:
        return _IncrementalParser(location, previous, exact=True).parse_revision(load_json(data, location))


def _load_json_object(data: bytes, location: str) -> dict[str, Any]:
    try:
        value = orjson.loads(data)
    except ValueError:
        value = None  # load_json reports the location, or accepts what orjson does not
    return value if isinstance(value, dict) else load_json(data, location)


def _encode_element(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except (
        TypeError
    ):  # an integer beyond 64 bits; the space tells `history.elements.decode_json` that orjson would round it
        return b" " + json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def decode_element(content: bytes) -> Any:
    """Decode the JSON of an element; see `_encode_element`."""
    return json.loads(content) if content.startswith(b" ") else orjson.loads(content)


class _InexactNumberError(Exception):
    """orjson decoded what may be an integer beyond 64 bits as a float."""


class _SplitFile(NamedTuple):
    """A file that was split at its line breaks: the decoded remainder and the text of each element."""

    remainder: dict[str, Any]
    element_texts: tuple[list[bytes], list[bytes]]


_NAME_PREFIX = b'\n    "'
"""The bytes before the name of an element."""


def _section_start(data: bytes, section: str) -> int:
    """The offset of the first element of a section, including its line break; -1 if the layout is another."""
    key = data.find(b'\n  "%s":' % section.encode())
    start = data.find(b"{", key)
    return start + 1 if key >= 0 and data[start + 1 : start + 1 + len(_NAME_PREFIX)] == _NAME_PREFIX else -1


def _split_file(data: bytes) -> _SplitFile | None:
    """Split a file that is indented as botocore's are; None for any other layout.

    JSON strings contain no line breaks, so an element that starts on a line of its own can be cut out as text. The cuts
    are then verified: a placeholder in place of the elements must decode into the right object, and `_decode_element`
    must decode each text by itself.
    """
    found = []
    for section in _SECTIONS:
        start = _section_start(data, section)
        end = data.find(b"\n  }", start)
        if start < 0 or end < 0:
            return None
        # The text between the first name and the end, split before each further name.
        found.append((start, end, data[start + len(_NAME_PREFIX) : end].split(b"," + _NAME_PREFIX)))
    placeholder = b'"\\u0000":0'
    (a, b, operations), (c, d, shapes) = found
    try:
        if b < c:
            remainder = orjson.loads(b"".join((data[:a], placeholder, data[b:c], placeholder, data[d:])))
        else:
            remainder = orjson.loads(b"".join((data[:c], placeholder, data[d:a], placeholder, data[b:])))
    except ValueError:
        return None
    if not isinstance(remainder, dict) or any(remainder.get(section) != {_PLACEHOLDER_KEY: 0} for section in _SECTIONS):
        return None
    return _SplitFile(remainder, (operations, shapes))


def _decode_element(text: bytes) -> tuple[str, Any] | None:
    """The name and the value of an element that was cut out; None if the text is not one whole element."""
    try:
        ((name, value),) = orjson.loads(b'{"%s}' % text).items()
    except ValueError:
        return None
    return name, value


class _IncrementalParser(ModelParser):
    """A parser that reuses the unchanged elements of the previous revision."""

    def __init__(self, location: str, previous: Revision, *, exact: bool = False) -> None:
        super().__init__(location)
        self.previous = previous
        self.exact = exact
        self.content: dict[ElementKey, bytes] = {}
        self.keys_by_text: dict[bytes, ElementKey] = {}
        self.changed: list[ElementKey] = []
        self.has_removed_shapes = False

    def parse_text(self, data: bytes) -> Revision | None:
        """Parse a file, decoding only what differs; None if the layout of the file does not allow that."""
        split = _split_file(data)
        if split is None:
            return None
        model = split.remainder
        known, content = self.previous.keys_by_text, self.previous.content
        for section, kind, texts in zip(_SECTIONS, ("operation", "shape"), split.element_texts, strict=True):
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
                return None  # a duplicate name
            model[section] = values
        return self.parse_revision(model)

    def parse_revision(self, model: dict[str, Any]) -> Revision:
        """Parse decoded JSON; an element whose content is known already did not change."""
        own = {key: value for key, value in model.items() if key not in _SECTIONS}
        if not self.reuse_content(SERVICE_KEY, own):
            self.check_values(own, ())
        shapes = model.get("shapes")
        self.has_removed_shapes = isinstance(shapes, dict) and not self.previous.service.shapes.keys() <= shapes.keys()
        service = self.parse_service(model)
        order = (SERVICE_KEY, *(("operation", o) for o in service.operations), *(("shape", s) for s in service.shapes))
        changed = sorted(self.changed, key=lambda key: _ELEMENT_KINDS.index(key[0]))
        return Revision(service, {key: self.content[key] for key in order}, self.keys_by_text, tuple(changed))

    def reuse_content(self, key: ElementKey, value: Any) -> bool:
        """Whether an element is unchanged; then its content is the same object as before."""
        if key in self.content:
            return True
        content, known = _encode_element(value), self.previous.content.get(key)
        self.content[key] = known if known == content else content
        if known != content:
            self.changed.append(key)
        return known == content

    def parse_shapes(self) -> dict[str, Shape]:
        """Parse every shape; those that did not change are taken from the previous revision."""
        if self.has_removed_shapes or not self.keys_by_text:
            return super().parse_shapes()
        known = self.previous.service.shapes
        return {
            name: known[name] if value is _UNCHANGED else self.parse_shape(name, value)
            for name, value in self.raw_shapes.items()
        }

    def parse_shape(self, name: str, value: Any) -> Shape:
        """Parse one shape, or return the previous one if it did not change."""
        if not self.reuse_content(("shape", name), value):
            self.check_values(value, ("shapes", name))
            return super().parse_shape(name, value)
        shape = self.previous.service.shapes[name]
        if self.has_removed_shapes:
            for member in shape.members.values():
                self.check_target(member, ("shapes", name))
        return shape

    def parse_operation(self, name: str, value: Any) -> Operation:
        """Parse one operation, or return the previous one if it did not change."""
        if not self.reuse_content(("operation", name), value):
            self.check_values(value, ("operations", name))
            return super().parse_operation(name, value)
        operation = self.previous.service.operations[name]
        if name in self.previous.service.missing_errors or (
            self.has_removed_shapes and any(error.target not in self.raw_shapes for error in operation.errors)
        ):
            return super().parse_operation(name, decode_element(self.content["operation", name]))
        for slot, member in (("input", operation.input), ("output", operation.output)):
            if member is not None:
                self.check_target(member, ("operations", name))
                self.check_structure(member, ("operations", name, slot))
        return operation

    def check_target(self, member: Member, keys: tuple[str, str]) -> None:
        """Reject a reused reference whose target no longer exists."""
        if member.target not in self.raw_shapes:
            self.reject_target(member.target, keys)

    def check_values(self, value: Any, keys: tuple[str | int, ...]) -> None:
        """Reject values that nest too deep, and detect rounded numbers."""
        level: list[Any] = [[value]]
        for _ in range(MAX_NESTING - len(keys) + 1):
            nested = [
                inner
                for outer in level
                for inner in (outer.values() if outer.__class__ is dict else outer)
                if inner.__class__ is dict or inner.__class__ is list or inner.__class__ is float
            ]
            level = [item for item in nested if item.__class__ is not float]
            floats = [item for item in nested if item.__class__ is float] if len(level) != len(nested) else []
            if not self.exact and any(abs(number) >= _INT64_LIMIT for number in floats):
                raise _InexactNumberError
            if not level:
                return
        self.fail(keys, f"nested deeper than {MAX_NESTING} levels")
