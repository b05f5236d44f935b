"""How old everything on a reference page is: `since` for all rows of an operation at once.

The rows are walked as the page lists them, each step from what stood at the row around it. Operations share shapes,
and most shapes came with what holds them, so a step that was taken once is remembered. What it says of a row is what
`since` says of its path; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from docgen.history.elements import decode
from docgen.history.history import History
from docgen.history.path_history import inner_reference
from docgen.history.reader import Span
from docgen.history.release_sets import intersection, union
from docgen.model.syntax import Row
from docgen.pages.index.lifecycle import Deprecation, Gone, Lifecycle, Lived, When
from docgen.pages.operation.since_marks import Age
from docgen.pages.operation.view import OperationView

State = tuple[tuple[int, int, int, str], ...]
"""What stood at a place without a gap up to the release: from when, to when, in which API, which shape."""

Version = tuple[int, int, Any]

_STEPS = ("[]", "{key}", "{value}")
_SLOTS = {"request": "input", "response": "output"}


class Ages:
    """The ages of a service's elements, seen from release `number`."""

    def __init__(self, history: History, service: str, number: int) -> None:
        self.history = history
        self.number = number
        self.apis = [
            (api.id, tuple((start, min(end, number + 1)) for start, end in spans if start <= number))
            for api, spans in history.apis.of(service)
        ]
        self._shapes = {api: self._versions(api, "shape") for api, _ in self.apis}
        self._operations = {api: self._versions(api, "operation") for api, _ in self.apis}
        self._steps: dict[tuple[State, str], State] = {}

    def of_view(self, view: OperationView) -> Age:
        """The age of an operation's page."""
        return self.age(view.name, view.syntax.parameters, view.syntax.response)

    def age(self, operation: str, parameters: Iterable[Row], response: Iterable[Row]) -> Age:
        """The age of an operation and of its rows, as `syntax` lists them. 0 where the history has nothing."""
        versions = list(self._of_operation(operation))
        there = self._unbroken([(start, end, api, "") for start, end, api, _ in versions])
        return Age(
            self._start(there),
            tuple(self._rows(self._root(versions, "input"), parameters)),
            tuple(self._rows(self._root(versions, "output"), response)),
        )

    def since(self) -> dict[str, int]:
        """Since when each operation is there, of those that are there: numbers of releases."""
        found = {name: self.age(name, (), ()).operation for name in self._names}
        return {name: number for name, number in found.items() if number}

    def lived(self) -> Lived:
        """Since when what is deprecated is so without a gap, and the operations that are gone.

        What was deprecated in the first release of the history already is left out: nobody knows since when.
        """
        deprecated = {name: self._start(self._deprecated(name)) for name in self._names}
        for shape in sorted({shape for api, _ in self.apis for shape in self._shapes[api]}):
            for member, state in self._deprecated_members(shape):
                deprecated[f"{shape}${member}"] = self._start(state)
        gone = [self._gone(name) for name in self._names if not self.age(name, (), ()).operation]
        return Lived({id: _when(self.history, number) for id, number in deprecated.items() if number > 1}, tuple(gone))

    def by_place(self, life: Lifecycle) -> Lifecycle:
        """The same, but for members that were deprecated where they stand before their shape had its name."""
        return replace(life, members=tuple(map(self._by_place, life.members)))

    def _by_place(self, member: Deprecation) -> Deprecation:
        way, _, path = member.path.partition(".")
        if way not in _SLOTS or not member.since.release:
            return member
        around, name = _split(path)
        state = self._root(self._of_operation(member.operation), _SLOTS[way])
        for step in _steps(around):
            state = self._step(state, step)
        since = self._start(self._unbroken(list(self._deprecated_inside(state, name))))
        if not 0 < since < self.history.find_release(member.since.release).number:
            return member
        return member._replace(since=_when(self.history, since) if since > 1 else When())

    def _deprecated_inside(self, state: State, name: str) -> Iterator[tuple[int, int, int, str]]:
        for start, end, api, reference in self._references(state, name):
            for first, last in self._when_deprecated(api, reference, start, end):
                yield first, last, api, ""

    @property
    def _names(self) -> list[str]:
        """The operations that SDKs ever had by default."""
        names = {name for api, _ in self.apis for name in self._operations[api]}
        return sorted(name for name in names if any(self._of_operation(name)))

    def _deprecated(self, operation: str) -> State:
        found = self._of_operation(operation)
        return self._unbroken([(a, b, api, "") for a, b, api, said in found if said.get("deprecated")])

    def _deprecated_members(self, name: str) -> Iterator[tuple[str, State]]:
        """The members of a shape that are deprecated, as the reference says or as what it targets says."""
        found: dict[str, list[tuple[int, int, int, str]]] = {}
        for api, spans in self.apis:
            for start, end, shape in self._shapes[api].get(name, ()):
                members = shape.get("members") if shape.get("type") == "structure" else None
                for member, reference in (members or {}).items():
                    for span in self._when_deprecated(api, reference, start, end):
                        for first, last in intersection((span,), spans):
                            found.setdefault(member, []).append((first, last, api, ""))
        for member, spans_found in found.items():
            yield member, self._unbroken(spans_found)

    def _when_deprecated(self, api: int, reference: Any, start: int, end: int) -> Iterator[tuple[int, int]]:
        if "deprecated" in reference:
            if reference["deprecated"]:
                yield start, end
            return
        for first, last, target in self._shapes[api].get(reference["shape"], ()):
            if target.get("deprecated") and first < end and start < last:
                yield max(first, start), min(last, end)

    def _gone(self, operation: str) -> Gone:
        until = max(end for _, end, _, _ in self._of_operation(operation))
        return Gone(operation, _when(self.history, until - 1), _when(self.history, until))

    def _rows(self, root: State, rows: Iterable[Row]) -> Iterator[int]:
        states = {"": root}
        for row in rows:
            if row.path:
                around, name = _place(row)
                states[row.path] = self._step(states[around], name)
            yield self._start(states[row.path])

    def _of_operation(self, operation: str) -> Iterator[tuple[int, int, int, Any]]:
        for api, spans in self.apis:
            for start, end, content in self._operations[api].get(operation, ()):
                for first, last in intersection(((start, end),), spans):
                    yield first, last, api, content

    def _root(self, versions: Iterable[tuple[int, int, int, Any]], slot: str) -> State:
        return self._unbroken([(a, b, api, said[slot]["shape"]) for a, b, api, said in versions if slot in said])

    def _step(self, state: State, name: str) -> State:
        found = self._steps.get((state, name))
        if found is None:
            found = self._steps[state, name] = self._unbroken(list(self._inside(state, name)))
        return found

    def _inside(self, state: State, name: str) -> Iterator[tuple[int, int, int, str]]:
        return ((start, end, api, reference["shape"]) for start, end, api, reference in self._references(state, name))

    def _references(self, state: State, name: str) -> Iterator[tuple[int, int, int, Any]]:
        for start, end, api, target in state:
            for first, last, shape in self._shapes[api].get(target, ()):
                first, last = max(first, start), min(last, end)
                if first < last and (inner := inner_reference(shape, name)[0]) is not None:
                    yield first, last, api, inner

    def _unbroken(self, found: list[tuple[int, int, int, str]]) -> State:
        """What stood there without a gap up to the release; neighbours with the same shape are one."""
        spans = union((start, end) for start, end, _, _ in found)
        at = next((span for span in spans if span[0] <= self.number < span[1]), None)
        if at is None:
            return ()
        state: list[tuple[int, int, int, str]] = []
        for start, end, api, target in sorted(each for each in found if each[0] >= at[0] and each[1] <= at[1]):
            if state and state[-1][1] == start and state[-1][2:] == (api, target):
                start = state.pop()[0]
            state.append((start, end, api, target))
        return tuple(state)

    @staticmethod
    def _start(state: State) -> int:
        return state[0][0] if state else 0

    def _versions(self, api: int, kind: str) -> Mapping[str, list[Version]]:
        found: dict[str, list[Version]] = {}
        for name, since, until, content in self.history.reader.rows(
            "SELECT name, since, until, content FROM element WHERE api = ? AND kind = ? AND since <= ? ORDER BY since",
            api,
            kind,
            self.number,
        ):
            start, end = self.history.apis.ends(Span(since, until))
            found.setdefault(name, []).append((start, min(end, self.number + 1), decode(content)))
        return found


def gone_services(history: History, number: int) -> tuple[Gone, ...]:
    """The services that releases up to `number` had and that release has no more."""
    found = []
    for service in history.services:
        ends = [
            min(end, number + 1) for _, spans in history.apis.of(service) for start, end in spans if start <= number
        ]
        if ends and max(ends) <= number:
            found.append(Gone(service, _when(history, max(ends) - 1), _when(history, max(ends))))
    return tuple(found)


def _when(history: History, number: int) -> When:
    release = history.release(number)
    return When(release.name, release.date or "")


def _place(row: Row) -> tuple[str, str]:
    """The path of what a row stands in, and the step from there: `A[].B` is B in `A[]`. A name may hold dots too."""
    step = row.name if row.name is not None else next(each for each in _STEPS if row.path.endswith(each))
    around = row.path[: len(row.path) - len(step)]
    return (around if row.name is None else around.removesuffix(".")), step


def _split(path: str) -> tuple[str, str]:
    """A path without its last step, and that step: `A[].B` is B in `A[]`."""
    if path.endswith("]"):
        return path[:-2], "[]"
    if path.endswith("}"):
        around, _, slot = path.rpartition("{")
        return around, "{" + slot
    around, dot, name = path.rpartition(".")
    return (around, name) if dot else ("", path)


def _steps(path: str) -> Iterator[str]:
    """The steps of a path, the outermost first."""
    if path:
        around, name = _split(path)
        yield from _steps(around)
        yield name
