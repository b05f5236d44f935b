"""The models of one API at any of its releases, built from what the history file keeps once.

All versions of all elements are read together. An element is built when a release first needs it and then shared by all
that have it alike, so the model of the next release costs what differs, and comparing two passes over what they share.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterable, Mapping
from functools import cached_property
from typing import Any

from docgen.history.elements import decode, join_documentation
from docgen.history.history import History
from docgen.model.service import MAX_NESTING_BESIDE, Member, Operation, Reader, Service, Shape, load_json

Key = tuple[str, str]


class Tape:
    """The models of an API. `service(number)` is the model that release `number` has."""

    def __init__(self, history: History, api: int) -> None:
        self._reader = history.reader
        self._api = api
        self._starts: dict[Key, list[int]] = {}
        self._versions: dict[Key, list[tuple[int | None, str]]] = {}
        self._word_starts: dict[Key, list[int]] = {}
        self._words: dict[Key, list[Any]] = {}
        self._built: dict[tuple[Key, int, int], Any] = {}
        self._files: dict[tuple[str, int], Any] = {}
        self._number: int | None = None
        self._there: dict[Key, tuple[int, int]] = {}
        self._load()

    def _load(self) -> None:
        self._reader.verify(self._api)
        for kind, name, since, until, content in self._reader.rows(
            "SELECT kind, name, since, until, content FROM element WHERE api = ? ORDER BY since", self._api
        ):
            self._starts.setdefault((kind, name), []).append(since)
            self._versions.setdefault((kind, name), []).append((until, content))
        for since, words in self._reader.words(self._api):
            for kind, named in words.items():
                for name, said in named.items():
                    self._word_starts.setdefault((kind, name), []).append(since)
                    self._words.setdefault((kind, name), []).append(said)
        order = [(kind, name) for kind in ("operation", "shape") for name in self._reader.names(self._api, kind)]
        self._alphabet = order
        self._siblings = [(name, span) for _, name, span, _ in self._reader.files(self._api)]

    def service(self, number: int) -> Service:
        """The model at a release that has the API; the next one asked for shares with it what is the same."""
        touched = self._touched(number)
        before = self._there
        there = {
            key: found
            for key in self._order(number)
            if (found := self._version(key, number) if key in touched else before.get(key)) is not None
        }
        reader = _Kept(self._reader.path.name, there)
        shapes: dict[str, Shape] = {}
        operations: dict[str, Operation] = {}
        for key, version in there.items():
            if key[0] == "shape":
                shapes[key[1]] = self._element(key, version, reader)
        reader.shapes = shapes
        for key, version in there.items():
            if key[0] == "operation":
                operations[key[1]] = self._element(key, version, reader)
        self._number, self._there = number, there
        own = self.about(number)
        return Service(own.metadata, operations, shapes, own.traits, own.documentation)

    def _touched(self, number: int) -> Container[Key]:
        """The elements that may be otherwise than in the model that was asked for last."""
        if self._number is None:
            return self._starts
        first, last = sorted((self._number, number))
        between = range(bisect_right(self._moments, first), bisect_right(self._moments, last))
        return {key for at in between for key in self._changed[self._moments[at]]}

    @cached_property
    def _changed(self) -> Mapping[int, tuple[Key, ...]]:
        return self.changed(with_words=True)

    @cached_property
    def _moments(self) -> tuple[int, ...]:
        return tuple(self._changed)

    def changed(self, *, with_words: bool = False) -> Mapping[int, tuple[Key, ...]]:
        """The operations, shapes and own keys of the service that differ from the release before, by release.

        What is worded otherwise counts only `with_words`.
        """
        found: dict[int, dict[Key, None]] = {}
        for key, starts in self._starts.items():
            for since, (until, _) in zip(starts, self._versions[key], strict=True):
                found.setdefault(since, {})[key] = None
                if until is not None:
                    found.setdefault(until, {})[key] = None
        if with_words:
            for key, starts in self._word_starts.items():
                for since in starts:
                    found.setdefault(since, {})[key] = None
        return {number: tuple(found[number]) for number in sorted(found)}

    def file_changes(self) -> frozenset[int]:
        """The releases in which a file beside the model came, went or changed."""
        return frozenset(number for _, span in self._siblings for number in span if number is not None)

    def rank(self, number: int) -> Mapping[Key, int]:
        """The place of each operation and shape in the model of a release; empty where that is the alphabet's."""
        if self._reader.ordering(self._api, number) is None:
            return {}
        return {key: place for place, key in enumerate(self._order(number))}

    def names(self, kind: str) -> tuple[str, ...]:
        """The names of all operations or shapes that the API ever had."""
        return tuple(name for each, name in self._alphabet if each == kind)

    def shape(self, name: str, number: int) -> Shape | None:
        """One shape as a release has it."""
        found: Shape | None = self._alone(("shape", name), number)
        return found

    def operation(self, name: str, number: int) -> Operation | None:
        """One operation as a release has it."""
        found: Operation | None = self._alone(("operation", name), number)
        return found

    def about(self, number: int) -> Service:
        """What a release says of the service as a whole: a service without operations and shapes."""
        raw = {**self._raw(("service", ""), number), "operations": {}, "shapes": {}}
        return Reader(self._reader.path.name).service(raw)

    def _alone(self, key: Key, number: int) -> Any:
        version = self._version(key, number)
        return None if version is None else self._element(key, version, self._alone_reader)

    @cached_property
    def _alone_reader(self) -> Reader:
        return _Unasked(self._reader.path.name, self._alphabet)

    def files(self, number: int) -> dict[str, Any]:
        """The decoded files beside the model; one that is the same at two releases is the same object."""
        return {
            name: self._file(name, span.since)
            for name, span in self._siblings
            if span.since <= number and (span.until is None or number < span.until)
        }

    def _file(self, name: str, since: int) -> Any:
        if (name, since) not in self._files:
            data = self._reader.file(self._api, name, since)
            self._files[name, since] = load_json(data, name, MAX_NESTING_BESIDE)
        return self._files[name, since]

    def _order(self, number: int) -> list[Key]:
        names = self._reader.ordering(self._api, number)
        if names is None:
            return self._alphabet
        return [(kind, name) for kind, order in zip(("operation", "shape"), names, strict=True) for name in order]

    def _at(self, key: Key, number: int) -> int | None:
        """Which version of an element a release has."""
        at = bisect_right(self._starts.get(key, ()), number) - 1
        if at < 0:
            return None
        until = self._versions[key][at][0]
        return at if until is None or number < until else None

    def _version(self, key: Key, number: int) -> tuple[int, int] | None:
        """Which version of an element a release has, and which of its words; None where it does not have it."""
        at = self._at(key, number)
        return None if at is None else (at, bisect_right(self._word_starts.get(key, ()), number) - 1)

    def _element(self, key: Key, version: tuple[int, int], reader: Reader) -> Any:
        found = self._built.get((key, *version))
        if found is None:
            build = reader.shape if key[0] == "shape" else reader.operation
            found = self._built[key, *version] = build(key[1], self._joined(key, *version))
        return found

    def _raw(self, key: Key, number: int) -> Any:
        at = bisect_right(self._starts[key], number) - 1
        return self._joined(key, at, bisect_right(self._word_starts.get(key, ()), number) - 1)

    def _joined(self, key: Key, at: int, words: int) -> Any:
        value = decode(self._versions[key][at][1])
        if words >= 0 and self._words[key][words] is not None:
            join_documentation(value, self._words[key][words])
        return value


class _Kept(Reader):
    """Reads elements that were read before, when they were indexed: all names that they refer to are there."""

    def __init__(self, place: str, there: Iterable[Key]) -> None:
        super().__init__(place)
        self.names = {name: None for kind, name in there if kind == "shape"}


class _Unasked(_Kept):
    """Reads one element without the others: what it refers to was checked when it was indexed."""

    def check_structure(self, member: Member, at: tuple[str, str, str]) -> None:
        """Take it as it is."""
