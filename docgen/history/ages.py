"""How old everything on a reference page is: `since` for all rows of an operation at once.

The rows are walked as the page lists them, each step from what stood at the row around it. Operations share shapes,
and most shapes came with what holds them, so a step that was taken once is remembered. What it says of a row is what
`since` says of its path; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from docgen.history.history import History
from docgen.history.places import inner_reference
from docgen.history.spans import intersection, union
from docgen.pages import Age, OperationView
from docgen.store import Span, decode
from docgen.syntax import Row

State = tuple[tuple[int, int, int, str], ...]
"""What stood at a place without a gap up to the release: from when, to when, in which API, which shape."""

Version = tuple[int, int, Any]


class Ages:
    """The ages of a service's elements, seen from release `number`."""

    def __init__(self, history: History, service: str, number: int) -> None:
        self.history = history
        self.number = number
        self.apis = [
            (api.id, tuple((start, min(end, number + 1)) for start, end in spans if start <= number))
            for api, spans in history.apis(service)
        ]
        self._shapes = {api: self._versions(api, "shape") for api, _ in self.apis}
        self._operations = {api: self._versions(api, "operation") for api, _ in self.apis}
        self._steps: dict[tuple[State, str], State] = {}

    def of_view(self, view: OperationView) -> Age:
        """The age of an operation's page."""
        return self.age(view.name, view.syntax.parameters, view.syntax.response)

    def age(self, operation: str, parameters: Iterable[Row], response: Iterable[Row]) -> Age:
        """The age of an operation and of its rows, as `docgen.syntax` lists them. 0 where the history has nothing."""
        versions = list(self._of_operation(operation))
        there = self._unbroken([(start, end, api, "") for start, end, api, _ in versions])
        return Age(
            self._start(there),
            tuple(self._rows(self._root(versions, "input"), parameters)),
            tuple(self._rows(self._root(versions, "output"), response)),
        )

    def _rows(self, root: State, rows: Iterable[Row]) -> Iterator[int]:
        states = {"": root}
        for row in rows:
            if row.path:
                around, name = _split(row.path)
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
        for start, end, api, target in state:
            for first, last, shape in self._shapes[api].get(target, ()):
                first, last = max(first, start), min(last, end)
                if first < last and (inner := inner_reference(shape, name)[0]) is not None:
                    yield first, last, api, inner["shape"]

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
            start, end = self.history.ends(Span(since, until))
            found.setdefault(name, []).append((start, min(end, self.number + 1), decode(content)))
        return found


def _split(path: str) -> tuple[str, str]:
    """A path without its last step, and that step: `A[].B` is B in `A[]`."""
    if path.endswith("]"):
        return path[:-2], "[]"
    if path.endswith("}"):
        around, _, slot = path.rpartition("{")
        return around, "{" + slot
    around, dot, name = path.rpartition(".")
    return (around, name) if dot else ("", path)
