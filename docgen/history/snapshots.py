"""The models of one API at any of its releases, built from the history file.

All versions of all elements are read at once. An element is built when a release first needs it, and shared by all
releases in which it is equal. So the model of the next release costs only what differs, and comparing two models skips
what they share.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterable, Mapping
from functools import cached_property
from typing import Any

from docgen.history.elements import decode_json, join_documentation
from docgen.history.history import History
from docgen.model.incremental import ElementKey
from docgen.model.parse import ModelParser
from docgen.model.service import Member, Operation, Service, Shape
from docgen.model.strict_json import MAX_SIBLING_NESTING, load_json


class ModelSnapshots:
    """The models of an API, by release number."""

    def __init__(self, history: History, api_id: int) -> None:
        self._reader = history.reader
        self._api_id = api_id
        self._version_starts: dict[ElementKey, list[int]] = {}
        self._versions: dict[ElementKey, list[tuple[int | None, str]]] = {}
        self._documentation_starts: dict[ElementKey, list[int]] = {}
        self._documentation: dict[ElementKey, list[Any]] = {}
        self._built: dict[tuple[ElementKey, int, int], Any] = {}
        self._loaded_siblings: dict[tuple[str, int], Any] = {}
        self._last_number: int | None = None
        self._last_version_indexes: dict[ElementKey, tuple[int, int]] = {}
        self._load()

    def _load(self) -> None:
        self._reader.verify_elements(self._api_id)
        for kind, name, since, until, content in self._reader.elements(self._api_id):
            self._version_starts.setdefault((kind, name), []).append(since)
            self._versions.setdefault((kind, name), []).append((until, content))
        for since, changes in self._reader.documentation_changes(self._api_id):
            for kind, by_name in changes.items():
                for name, documentation in by_name.items():
                    self._documentation_starts.setdefault((kind, name), []).append(since)
                    self._documentation.setdefault((kind, name), []).append(documentation)
        self._alphabetical_keys = [
            (kind, name) for kind in ("operation", "shape") for name in self._reader.element_names(self._api_id, kind)
        ]
        self._sibling_spans = [(name, span) for _, name, span, _ in self._reader.sibling_files(self._api_id)]

    def model_at(self, number: int) -> Service:
        """The model at a release that has the API. It shares equal elements with the models of other releases."""
        touched = self._possibly_changed(number)
        before = self._last_version_indexes
        there = {
            key: found
            for key in self._ordered_keys(number)
            if (found := self._version_indexes(key, number) if key in touched else before.get(key)) is not None
        }
        reader = _TrustedReader(self._reader.path.name, there)
        shapes: dict[str, Shape] = {}
        operations: dict[str, Operation] = {}
        for key, version in there.items():
            if key[0] == "shape":
                shapes[key[1]] = self._build_element(key, version, reader)
        reader.shapes = shapes
        for key, version in there.items():
            if key[0] == "operation":
                operation = self._build_element(key, version, reader)
                if any(error.target not in shapes for error in operation.errors):  # another release has the shape
                    operation = reader.parse_operation(key[1], self._join_element(key, *version))
                operations[key[1]] = operation
        self._last_number, self._last_version_indexes = number, there
        own = self.bare_service(number)
        return Service(own.metadata, operations, shapes, own.traits, own.documentation, reader.missing_errors)

    def _possibly_changed(self, number: int) -> Container[ElementKey]:
        """The elements that may differ from those of the model that was built last."""
        if self._last_number is None:
            return self._version_starts
        first, last = sorted((self._last_number, number))
        between = range(bisect_right(self._change_numbers, first), bisect_right(self._change_numbers, last))
        return {key for at in between for key in self._all_changes[self._change_numbers[at]]}

    @cached_property
    def _all_changes(self) -> Mapping[int, tuple[ElementKey, ...]]:
        return self.changes_by_release(with_documentation=True)

    @cached_property
    def _change_numbers(self) -> tuple[int, ...]:
        return tuple(self._all_changes)

    def changes_by_release(self, *, with_documentation: bool = False) -> Mapping[int, tuple[ElementKey, ...]]:
        """The elements that each release changes, by release number.

        Changes of documentation alone count only if `with_documentation` is true.
        """
        found: dict[int, dict[ElementKey, None]] = {}
        for key, starts in self._version_starts.items():
            for since, (until, _) in zip(starts, self._versions[key], strict=True):
                found.setdefault(since, {})[key] = None
                if until is not None:
                    found.setdefault(until, {})[key] = None
        if with_documentation:
            for key, starts in self._documentation_starts.items():
                for since in starts:
                    found.setdefault(since, {})[key] = None
        return {number: tuple(found[number]) for number in sorted(found)}

    def sibling_changes(self) -> frozenset[int]:
        """The releases that add, remove or change a file beside the model."""
        return frozenset(number for _, span in self._sibling_spans for number in span if number is not None)

    def element_ranks(self, number: int) -> Mapping[ElementKey, int]:
        """The position of each operation and shape in the model of a release; empty if they are sorted by name."""
        if self._reader.ordering(self._api_id, number) is None:
            return {}
        return {key: place for place, key in enumerate(self._ordered_keys(number))}

    def element_names(self, kind: str) -> tuple[str, ...]:
        """The names of all operations or shapes that the API ever had."""
        return tuple(name for each, name in self._alphabetical_keys if each == kind)

    def shape(self, name: str, number: int) -> Shape | None:
        """One shape as a release has it."""
        found: Shape | None = self._single_element(("shape", name), number)
        return found

    def operation(self, name: str, number: int) -> Operation | None:
        """One operation as a release has it."""
        found: Operation | None = self._single_element(("operation", name), number)
        return found

    def bare_service(self, number: int) -> Service:
        """The service at a release, without operations and shapes."""
        raw = {**self._raw_element(("service", ""), number), "operations": {}, "shapes": {}}
        return ModelParser(self._reader.path.name).parse_service(raw)

    def _single_element(self, key: ElementKey, number: int) -> Any:
        version = self._version_indexes(key, number)
        return None if version is None else self._build_element(key, version, self._element_reader)

    @cached_property
    def _element_reader(self) -> ModelParser:
        return _ElementReader(self._reader.path.name, self._alphabetical_keys)

    def sibling_files(self, number: int) -> dict[str, Any]:
        """The decoded files beside the model, by name. Equal files of two releases are the same object."""
        return {
            name: self._sibling_file(name, span.since)
            for name, span in self._sibling_spans
            if span.since <= number and (span.until is None or number < span.until)
        }

    def _sibling_file(self, name: str, since: int) -> Any:
        if (name, since) not in self._loaded_siblings:
            data = self._reader.sibling_file(self._api_id, name, since)
            self._loaded_siblings[name, since] = load_json(data, name, MAX_SIBLING_NESTING)
        return self._loaded_siblings[name, since]

    def _ordered_keys(self, number: int) -> list[ElementKey]:
        names = self._reader.ordering(self._api_id, number)
        if names is None:
            return self._alphabetical_keys
        return [(kind, name) for kind, order in zip(("operation", "shape"), names, strict=True) for name in order]

    def _version_index(self, key: ElementKey, number: int) -> int | None:
        """The index of the version of an element that a release has; None if it does not have the element."""
        at = bisect_right(self._version_starts.get(key, ()), number) - 1
        if at < 0:
            return None
        until = self._versions[key][at][0]
        return at if until is None or number < until else None

    def _version_indexes(self, key: ElementKey, number: int) -> tuple[int, int] | None:
        """The indexes of the version of an element and of its documentation (-1: none); None without the element."""
        at = self._version_index(key, number)
        return None if at is None else (at, bisect_right(self._documentation_starts.get(key, ()), number) - 1)

    def _build_element(self, key: ElementKey, indexes: tuple[int, int], reader: ModelParser) -> Any:
        found = self._built.get((key, *indexes))
        if found is None:
            build = reader.parse_shape if key[0] == "shape" else reader.parse_operation
            found = build(key[1], self._join_element(key, *indexes))
            if key[1] not in reader.missing_errors or key[0] == "shape":  # with another release's shapes it differs
                self._built[key, *indexes] = found
        return found

    def _raw_element(self, key: ElementKey, number: int) -> Any:
        at = bisect_right(self._version_starts[key], number) - 1
        return self._join_element(key, at, bisect_right(self._documentation_starts.get(key, ()), number) - 1)

    def _join_element(self, key: ElementKey, version_index: int, documentation_index: int) -> Any:
        value = decode_json(self._versions[key][version_index][1])
        if documentation_index >= 0 and self._documentation[key][documentation_index] is not None:
            join_documentation(value, self._documentation[key][documentation_index])
        return value


class _TrustedReader(ModelParser):
    """Parses elements that were checked when they were indexed, so all names that they refer to exist."""

    def __init__(self, location: str, keys: Iterable[ElementKey]) -> None:
        super().__init__(location)
        self.raw_shapes = {name: None for kind, name in keys if kind == "shape"}


class _ElementReader(_TrustedReader):
    """Parses one element without those that it refers to."""

    def check_structure(self, member: Member, at: tuple[str, str, str]) -> None:
        """Accept the member without a check."""
