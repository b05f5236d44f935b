"""The models of one API at any of its releases, built from the history file.

All versions of all elements are read at once. An element is built when a release first needs it, and shared by all
releases in which it is equal. So the model of the next release costs only what differs, and comparing two models skips
what they share.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cached_property
from operator import itemgetter
from typing import Any, Final

from docgen.history.database import reporting_corruption
from docgen.history.elements import decode_json, join_documentation
from docgen.history.history import History
from docgen.model.file_layout import ElementKey
from docgen.model.parse import ModelParser
from docgen.model.service import Member, Operation, Service, Shape
from docgen.model.strict_json import MAX_SIBLING_NESTING, load_json

_Version = tuple[str, str, int, int | None, str]
"""A version of an element, as the file has it: kind, name, since, until, JSON."""

_SINCE = itemgetter(2)
_UNTIL: Final = 3
_CONTENT: Final = 4


class ModelSnapshots:
    """The models of an API, by release number.

    Args:
        history: The history file.
        api_id: The API.
        first: The number of the first release whose model is asked for.
        last: The number of the last one; None for the newest.
    """

    def __init__(self, history: History, api_id: int, first: int = 1, last: int | None = None) -> None:
        self._reader = history.reader
        self._api_id = api_id
        self._range = first, last
        self._versions: dict[ElementKey, list[_Version]] = {}
        self._built: dict[tuple[ElementKey, int, int], Any] = {}
        self._target_names: dict[tuple[ElementKey, int], tuple[str, ...]] = {}
        self._loaded_siblings: dict[tuple[str, int], Any] = {}
        self._last_number: int | None = None
        self._last_version_indexes: dict[ElementKey, tuple[int, int]] = {}
        self._load()

    def _load(self) -> None:
        versions = self._versions
        for row in self._reader.verified_elements(self._api_id, *self._range):
            key = row[0], row[1]
            if key in versions:
                versions[key].append(row)
            else:
                versions[key] = [row]
        self._alphabetical_keys = sorted(key for key in versions if key[0] != "service")
        self._sibling_spans = [(name, span) for _, name, span, _ in self._reader.sibling_files(self._api_id)]

    @cached_property
    def _documentation(self) -> Mapping[ElementKey, tuple[list[int], list[Any]]]:
        """The documentation of each element: the releases that changed it, and what it is since then."""
        found: dict[ElementKey, tuple[list[int], list[Any]]] = {}
        for since, changes in self._reader.documentation_changes(self._api_id):
            for kind, by_name in changes.items():
                for name, documentation in by_name.items():
                    starts, texts = found.setdefault((kind, name), ([], []))
                    starts.append(since)
                    texts.append(documentation)
        return found

    def _documentation_index(self, key: ElementKey, number: int) -> int:
        """Return the index of the documentation of an element at a release; -1 if there is none."""
        return bisect_right(self._documentation[key][0], number) - 1 if key in self._documentation else -1

    def model_at(self, number: int) -> Service:
        """Return the model at a release that has the API. It shares equal elements with the models of other releases.

        Raises:
            SourceError: The file is damaged.
        """
        with reporting_corruption(self._reader.path):
            return self._joined_model(number)

    def _joined_model(self, number: int) -> Service:
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
        """Return the elements that may differ from those of the model that was built last."""
        if self._last_number is None:
            return self._versions
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
        """Return the elements that each release changes, by release number. Those outside the range may be incomplete.

        Changes of only documentation count if `with_documentation` is true.
        """
        found: dict[int, dict[ElementKey, None]] = {}
        first, _ = self._range
        for key, versions in self._versions.items():
            for _, _, since, until, _ in versions:
                if since >= first:
                    found.setdefault(since, {})[key] = None
                if until is not None:
                    found.setdefault(until, {})[key] = None
        if with_documentation:
            for key, (starts, _) in self._documentation.items():
                for since in starts:
                    found.setdefault(since, {})[key] = None
        return {number: tuple(found[number]) for number in sorted(found)}

    def sibling_changes(self) -> Mapping[int, frozenset[str]]:
        """Return the names of the sibling files that each release adds, removes or changes, by release number."""
        found: dict[int, set[str]] = {}
        for name, span in self._sibling_spans:
            for number in filter(None, span):
                found.setdefault(number, set()).add(name)
        return {number: frozenset(names) for number, names in found.items()}

    def element_ranks(self, number: int) -> Mapping[ElementKey, int]:
        """Return the position of each operation and shape in the model of a release; empty if sorted by name."""
        if self._reader.ordering(self._api_id, number) is None:
            return {}
        return {key: place for place, key in enumerate(self._ordered_keys(number))}

    def element_names(self, kind: str) -> tuple[str, ...]:
        """Return the names of all operations or shapes that the API ever had."""
        return tuple(name for each, name in self._alphabetical_keys if each == kind)

    def shape(self, name: str, number: int, *, with_documentation: bool = True) -> Shape | None:
        """Return one shape as a release has it."""
        found: Shape | None = self._single_element(("shape", name), number, with_documentation)
        return found

    def operation(self, name: str, number: int, *, with_documentation: bool = True) -> Operation | None:
        """Return one operation as a release has it."""
        found: Operation | None = self._single_element(("operation", name), number, with_documentation)
        return found

    def has_element(self, key: ElementKey, number: int) -> bool:
        """Return whether a release has an operation or a shape."""
        return self._version_index(key, number) is not None

    def target_names(self, key: ElementKey, number: int) -> tuple[str, ...]:
        """Return the shapes that an element refers to at a release, without building it; empty without the element."""
        at = self._version_index(key, number)
        if at is None:
            return ()
        if (key, at) not in self._target_names:
            self._target_names[key, at] = tuple(dict.fromkeys(_references_in(self._versions[key][at][_CONTENT])))
        return self._target_names[key, at]

    def is_new_plain_shape(self, name: str, number: int) -> bool:
        """Return whether a release adds a shape that is no exception. It is not built to find out."""
        at = self._version_index(("shape", name), number)
        if at is None or self.has_element(("shape", name), number - 1):
            return False
        return _EXCEPTION not in self._versions["shape", name][at][_CONTENT]

    def references(self, number: int) -> Iterator[tuple[ElementKey, Iterable[str]]]:
        """Yield the operations and shapes of a release, each with the shapes that it refers to; some more than once."""
        for key in self._alphabetical_keys:
            at = self._version_index(key, number)
            if at is not None:
                yield key, _references_in(self._versions[key][at][_CONTENT])

    def bare_service(self, number: int, *, with_documentation: bool = True) -> Service:
        """Return the service at a release, without operations and shapes."""
        key = "service", ""
        at = bisect_right(self._versions[key], number, key=_SINCE) - 1
        own = self._join_element(key, at, self._documentation_index(key, number) if with_documentation else -1)
        return ModelParser(self._reader.path.name).parse_service({**own, "operations": {}, "shapes": {}})

    def _single_element(self, key: ElementKey, number: int, with_documentation: bool) -> Any:
        at = self._version_index(key, number)
        if at is None:
            return None
        indexes = at, self._documentation_index(key, number) if with_documentation else -1
        return self._build_element(key, indexes, self._element_reader)

    @cached_property
    def _element_reader(self) -> ModelParser:
        return _ElementReader(self._reader.path.name, self._alphabetical_keys)

    def sibling_files(self, number: int, names: Container[str] | None = None) -> dict[str, Any]:
        """Return the decoded sibling files by name: all, or those of some names.

        Equal files of two releases are the same object.
        """
        return {
            name: self._sibling_file(name, span.since)
            for name, span in self._sibling_spans
            if span.since <= number and (span.until is None or number < span.until) and (names is None or name in names)
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
        """Return the index of the version of an element that a release has; None if it does not have the element."""
        versions = self._versions.get(key, ())
        if len(versions) == 1:  # as most elements have
            _, _, since, until, _ = versions[0]
            return 0 if since <= number and (until is None or number < until) else None
        at = bisect_right(versions, number, key=_SINCE) - 1
        if at < 0:
            return None
        until = versions[at][_UNTIL]
        return at if until is None or number < until else None

    def _version_indexes(self, key: ElementKey, number: int) -> tuple[int, int] | None:
        """Return the indices of an element's version and of its documentation (-1: none); None without the element."""
        at = self._version_index(key, number)
        return None if at is None else (at, self._documentation_index(key, number))

    def _build_element(self, key: ElementKey, indexes: tuple[int, int], reader: ModelParser) -> Any:
        found = self._built.get((key, *indexes))
        if found is None:
            build = reader.parse_shape if key[0] == "shape" else reader.parse_operation
            found = build(key[1], self._join_element(key, *indexes))
            if key[1] not in reader.missing_errors or key[0] == "shape":  # with another release's shapes it differs
                self._built[key, *indexes] = found
        return found

    def _join_element(self, key: ElementKey, version_index: int, documentation_index: int) -> Any:
        value = decode_json(self._versions[key][version_index][_CONTENT])
        if documentation_index >= 0 and (texts := self._documentation[key][1][documentation_index]) is not None:
            join_documentation(value, texts)
        return value


_REFERENCE = re.compile(r'"shape":"([^"\\]*(?:\\.[^"\\]*)*)"')
"""A reference in the JSON of an element, which has no blanks. In a string, its quotation marks would have escapes."""

_EXCEPTION = '"exception":'
"""What the JSON of an exception has, and hardly that of another shape."""


def _references_in(content: str) -> Iterable[str]:
    if '"shape":"' not in content:  # most shapes are scalars
        return ()
    names: list[str] = _REFERENCE.findall(content)
    return [decode_json(f'"{name}"') if "\\" in name else name for name in names] if "\\" in content else names


class _TrustedReader(ModelParser):
    """Parses elements that were checked when they were indexed, so all names that they refer to exist."""

    def __init__(self, location: str, keys: Iterable[ElementKey]) -> None:
        super().__init__(location)
        self.raw_shapes = {name: None for kind, name in keys if kind == "shape"}


class _ElementReader(_TrustedReader):
    """Parses one element without those that it refers to."""

    def check_structure(self, member: Member, at: tuple[str, str, str]) -> None:
        """Accept the member without a check."""
