"""Parsing successive revisions of one service: an element that did not change is the same object as before.

A release changes few shapes of a model. The file is compared with that of the previous revision, byte by byte, and only
the elements that differ are decoded and parsed. So a revision costs what it changes, and a comparison of two revisions
skips what they share. In a file of another layout than botocore's, the JSON of each element is compared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import orjson

from docgen.model.file_layout import (
    ELEMENT_KINDS,
    SECTIONS,
    ElementKey,
    FileLayout,
    LayoutChange,
    decode_element_text,
    layout_change,
    split_file,
)
from docgen.model.parse import ModelParser
from docgen.model.service import EMPTY_SERVICE, Member, Operation, Service, Shape
from docgen.model.strict_json import MAX_NESTING, load_json

SERVICE_KEY: ElementKey = ("service", "")
_KINDS_IN_ORDER = (SERVICE_KEY[0], *ELEMENT_KINDS)
_INT64_LIMIT = 2**63
Element = TypeVar("Element", Shape, Operation)
_UNCHANGED = object()
"""Replaces the value of an element whose text did not change, and which is not decoded."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a service model, with the JSON of each of its elements.

    Attributes:
        service: The parsed model.
        content: The JSON of each element in the order of the model: the service's own keys under `SERVICE_KEY`, then
            operations, then shapes. An unchanged element has the same `bytes` object as in the previous revision.
        layout: Where the elements are in the file, if its layout separates them without decoding.
        changed: The elements that are new or differ from the previous revision.
        removed: The elements that only the previous revision has, in its order.
    """

    service: Service
    content: Mapping[ElementKey, bytes]
    layout: FileLayout | None = None
    changed: tuple[ElementKey, ...] = ()
    removed: tuple[ElementKey, ...] = ()


_EMPTY_REVISION = Revision(EMPTY_SERVICE, {})


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
        revision = _IncrementalParser(location, previous).parse_changes(data)
        revision = revision or _IncrementalParser(location, previous).parse_text(data)
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


class _IncrementalParser(ModelParser):
    """A parser that reuses the unchanged elements of the previous revision."""

    def __init__(self, location: str, previous: Revision, *, exact: bool = False) -> None:
        super().__init__(location)
        self.previous = previous
        self.exact = exact
        self.content: dict[ElementKey, bytes] = {}
        self.changed: list[ElementKey] = []
        self.has_removed_shapes = False
        self.has_unchanged_texts = False

    def parse_changes(self, data: bytes) -> Revision | None:
        """Parse the elements whose text differs from the previous file; None if more differs, or needs a closer look.

        What does not differ was checked in the previous revision. Two checks concern several elements: references to
        removed shapes, and the input of an operation whose shape has another type. Both are left to `parse_text`.
        """
        previous = self.previous
        if previous.layout is None or previous.service.missing_errors:
            return None
        change = layout_change(previous.layout, data, previous.content)
        if change is None or any(kind == "shape" for kind, _ in change.removed):
            return None
        operations = [key for key in change.values if key[0] == "operation"]
        if len(operations) == len(change.layout.sections[0].keys):
            return None  # it may be a minified model
        shapes = self._parse_changed_shapes(change)
        if shapes is None:
            return None
        self.shapes = _in_order(previous.service.shapes, shapes, change, 1)
        if any(shape.type == "list" for shape in shapes.values()):
            self.reject_endless_lists()
        found = {name: self.parse_operation(name, change.values["operation", name]) for _, name in operations}
        if self.missing_errors:
            return None
        service = replace(
            previous.service, operations=_in_order(previous.service.operations, found, change, 0), shapes=self.shapes
        )
        content = {**previous.content, **self.content}
        if change.added or change.removed:
            keys = (SERVICE_KEY, *change.layout.sections[0].keys, *change.layout.sections[1].keys)
            content = {key: content[key] for key in keys}
        return Revision(service, content, change.layout, self.changed_in_order(), change.removed)

    def _parse_changed_shapes(self, change: LayoutChange) -> dict[str, Shape] | None:
        """Return the shapes that differ, by name; None if one that was a structure has another type."""
        known = self.previous.service.shapes
        raw = {name: value for (kind, name), value in change.values.items() if kind == "shape"}
        self.raw_shapes = {**known, **raw} if change.added else known
        shapes = {name: self.parse_shape(name, value) for name, value in raw.items()}
        if any(name in known and known[name].type != shape.type for name, shape in shapes.items()):
            return None
        return shapes

    def parse_text(self, data: bytes) -> Revision | None:
        """Parse a file, decoding only what differs; None if the layout of the file does not allow that."""
        split = split_file(data)
        if split is None:
            return None
        model = split.remainder
        known = self.previous.layout.keys_by_text() if self.previous.layout is not None else {}
        content = self.previous.content
        keys: tuple[list[ElementKey], list[ElementKey]] = ([], [])
        for section, kind, texts, section_keys in zip(SECTIONS, ELEMENT_KINDS, split.texts, keys, strict=True):
            values: dict[str, Any] = {}
            for text in texts:
                key = known.get(text)
                if key is not None and key[0] == kind:
                    values[key[1]] = _UNCHANGED
                    self.content[key] = content[key]
                    section_keys.append(key)
                    continue
                element = decode_element_text(text)
                if element is None:
                    return None
                values[element[0]] = element[1]
                section_keys.append((kind, element[0]))
            if len(values) != len(texts):
                return None  # a duplicate name
            model[section] = values
        self.has_unchanged_texts = True
        return replace(self.parse_revision(model), layout=split.layout(data, keys))

    def parse_revision(self, model: dict[str, Any]) -> Revision:
        """Parse decoded JSON; an element whose content is known already did not change."""
        own = {key: value for key, value in model.items() if key not in SECTIONS}
        if not self.reuse_content(SERVICE_KEY, own):
            self.check_values(own, ())
        shapes = model.get("shapes")
        self.has_removed_shapes = isinstance(shapes, dict) and not self.previous.service.shapes.keys() <= shapes.keys()
        service = self.parse_service(model)
        order = (SERVICE_KEY, *(("operation", o) for o in service.operations), *(("shape", s) for s in service.shapes))
        content = {key: self.content[key] for key in order}
        removed = tuple(key for key in self.previous.content if key not in content)
        return Revision(service, content, None, self.changed_in_order(), removed)

    def changed_in_order(self) -> tuple[ElementKey, ...]:
        """Return the changed elements: the service's own keys, operations, shapes."""
        return tuple(sorted(self.changed, key=lambda key: _KINDS_IN_ORDER.index(key[0])))

    def reuse_content(self, key: ElementKey, value: Any) -> bool:
        """Return whether an element is unchanged; then its content is the same object as before."""
        if key in self.content:
            return True
        content, known = _encode_element(value), self.previous.content.get(key)
        self.content[key] = known if known == content else content
        if known != content:
            self.changed.append(key)
        return known == content

    def parse_shapes(self) -> dict[str, Shape]:
        """Parse every shape; those that did not change are taken from the previous revision."""
        if self.has_removed_shapes or not self.has_unchanged_texts:
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


def _in_order(
    known: Mapping[str, Element], changed: Mapping[str, Element], change: LayoutChange, section: int
) -> dict[str, Element]:
    """Return all elements of a section of a file by name, in file order: the changed ones, and the others as before."""
    found = {**known, **changed}
    keys = change.layout.sections[section].keys
    kind = ELEMENT_KINDS[section]
    if any(key[0] == kind for key in (*change.added, *change.removed)):
        return {name: found[name] for _, name in keys}
    return found
