"""The first release of every row of a reference page: `since` for all rows of an operation at once.

Rows are visited in page order, each from the spans of its parent row. Operations share shapes, so every step is
cached. The result equals that of `since` for the path of the row; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from docgen.history.apis import ElementVersion
from docgen.history.history import History
from docgen.history.lifespans import DatedRelease, Deprecation, FirstSeen, Removal, ServiceLifespan
from docgen.history.path_history import child_reference
from docgen.history.release_sets import intersection, union
from docgen.model.paths import MemberPath
from docgen.model.rows import Row

UnbrokenSpans = tuple[tuple[int, int, int, str], ...]
"""The spans of a path without a gap up to the release: start, end, API id and target shape."""

_CONTAINER_STEPS = ("[]", "{key}", "{value}")
_ROOT_SLOTS = {"request": "input", "response": "output"}


class _RowAges(NamedTuple):
    """The numbers of the releases since which a row exists, is deprecated and is required.

    A number is 0 if there is no such release. `required` is also 0 for a row that was always required.
    """

    first: int
    deprecated: int = 0
    required: int = 0


class FirstSeenIndex:
    """The first releases of the elements of a service, as of one release.

    Args:
        history: The history file.
        service: The service.
        number: The release. Later ones are ignored.
    """

    def __init__(self, history: History, service: str, number: int) -> None:
        self.history = history
        self.number = number
        self.api_spans = [
            (api.id, tuple((start, min(end, number + 1)) for start, end in spans if start <= number))
            for api, spans in history.apis.default_spans(service)
        ]
        self._shapes_by_api = {api: self._load_versions(api, "shape") for api, _ in self.api_spans}
        self._operations_by_api = {api: self._load_versions(api, "operation") for api, _ in self.api_spans}
        self._child_cache: dict[tuple[UnbrokenSpans, str], UnbrokenSpans] = {}
        self._required_cache: dict[tuple[UnbrokenSpans, str], int] = {}
        self._values_cache: dict[str, Mapping[str, int]] = {}

    def of_rows(self, operation: str, parameters: Iterable[Row], response: Iterable[Row]) -> FirstSeen:
        """Return the first releases of an operation and of the rows of its syntax, by number; 0 if there is none."""
        versions = list(self._operation_versions(operation))
        there = self._unbroken_spans([(start, end, api, "") for start, end, api, _ in versions])
        parameters, response = tuple(parameters), tuple(response)
        rows = (*parameters, *response)
        request, response_ages = (
            tuple(self._row_ages(self._root_spans(versions, slot), side))
            for slot, side in (("input", parameters), ("output", response))
        )
        return FirstSeen(
            self._first_release(there),
            tuple(age.first for age in request),
            tuple(age.first for age in response_ages),
            tuple(age.deprecated for age in request),
            tuple(age.deprecated for age in response_ages),
            tuple(age.required for age in request),
            tuple(age.required for age in response_ages),
            values={
                row.shape: self.of_values(row.shape) for row in rows if row.details is not None and row.details.values
            },
        )

    def of_type(self, name: str, rows: Iterable[Row]) -> FirstSeen:
        """Return the first releases of a type and of its rows, which are the `request` of the result."""
        there = self._unbroken_spans([(start, end, api, name) for start, end, api, _ in self.type_versions(name)])
        rows = tuple(rows)
        ages = tuple(self._row_ages(there, rows))
        names = {name, *(row.shape for row in rows if row.details is not None and row.details.values)}
        return FirstSeen(
            self._first_release(there),
            tuple(age.first for age in ages),
            (),
            tuple(age.deprecated for age in ages),
            request_required=tuple(age.required for age in ages),
            values={each: self.of_values(each) for each in names},
        )

    def type_versions(self, name: str) -> list[tuple[int, int, int, Any]]:
        """Return the states of a shape that SDKs had by default, oldest first: start, end, API id, decoded JSON."""
        return sorted(
            (
                (first, last, api, content)
                for api, spans in self.api_spans
                for start, end, content in self._shapes_by_api[api].get(name, ())
                for first, last in intersection(((start, end),), spans)
            ),
            key=lambda version: version[:3],
        )

    def base_type(self, api_id: int, name: str, number: int) -> str:
        """Return the type of a shape in a release, such as `string`; empty if the release does not have it."""
        versions = self._shapes_by_api[api_id].get(name, ())
        return next((str(shape.get("type", "")) for start, end, shape in versions if start <= number < end), "")

    def of_values(self, shape: str) -> Mapping[str, int]:
        """Return the first release of each value of an enum that is younger than the enum, by value."""
        found = self._values_cache.get(shape)
        if found is None:
            found = self._values_cache[shape] = dict(self._younger_values(shape))
        return found

    def _younger_values(self, shape_name: str) -> Iterator[tuple[str, int]]:
        spans_by_value: dict[str, list[tuple[int, int, int, str]]] = {}
        all_spans: list[tuple[int, int, int, str]] = []
        for api, spans in self.api_spans:
            for start, end, shape in self._shapes_by_api[api].get(shape_name, ()):
                for first, last in intersection(((start, end),), spans):
                    all_spans.append((first, last, api, ""))
                    values = shape.get("enum")
                    for value in values if isinstance(values, list) else ():
                        spans_by_value.setdefault(str(value), []).append((first, last, api, ""))
        oldest = self._first_release(self._unbroken_spans(all_spans))
        for value, spans_found in spans_by_value.items():
            number = self._first_release(self._unbroken_spans(spans_found))
            if number > max(oldest, 1):
                yield value, number

    def of_operations(self) -> dict[str, int]:
        """Return the first release of each operation that the release has, by name."""
        found = {name: self.of_rows(name, (), ()).operation for name in self._default_operations}
        return {name: number for name, number in found.items() if number}

    def lifespan(self) -> ServiceLifespan:
        """Return the release since which each deprecated element has been deprecated, and the removed operations.

        Elements that were deprecated in the first release of the history are omitted, because their release is unknown.
        """
        deprecated = {name: self._first_release(self._operation_deprecation(name)) for name in self._default_operations}
        for shape in sorted({shape for api, _ in self.api_spans for shape in self._shapes_by_api[api]}):
            for member, state in self._member_deprecations(shape):
                deprecated[f"{shape}${member}"] = self._first_release(state)
        gone = [
            self._removed_operation(name)
            for name in self._default_operations
            if not self.of_rows(name, (), ()).operation
        ]
        return ServiceLifespan(
            {id: _dated_release(self.history, number) for id, number in deprecated.items() if number > 1}, tuple(gone)
        )

    def with_path_dates(self, deprecations: Iterable[Deprecation]) -> tuple[Deprecation, ...]:
        """Return the deprecations of members, dated earlier if another shape name had deprecated the same path."""
        return tuple(map(self._with_path_date, deprecations))

    def _with_path_date(self, deprecation: Deprecation) -> Deprecation:
        way, _, path = deprecation.path.partition(".")
        if way not in _ROOT_SLOTS or not deprecation.since.release:
            return deprecation
        member_path = MemberPath.parse(path)
        state = self._root_spans(self._operation_versions(deprecation.operation), _ROOT_SLOTS[way])
        for segment in member_path.parent:
            state = self._child_spans(state, segment)
        since = self._first_release(self._unbroken_spans(list(self._deprecated_members_at(state, member_path[-1]))))
        if not 0 < since < self.history.find_release(deprecation.since.release).number:
            return deprecation
        return deprecation._replace(since=_dated_release(self.history, since) if since > 1 else DatedRelease())

    def _deprecated_members_at(self, spans: UnbrokenSpans, name: str) -> Iterator[tuple[int, int, int, str]]:
        for start, end, api, reference in self._child_references(spans, name):
            for first, last in self._deprecated_spans(api, reference, start, end):
                yield first, last, api, ""

    @property
    def _default_operations(self) -> list[str]:
        """The operations that SDKs ever had by default, sorted."""
        names = {name for api, _ in self.api_spans for name in self._operations_by_api[api]}
        return sorted(name for name in names if any(self._operation_versions(name)))

    def _operation_deprecation(self, operation: str) -> UnbrokenSpans:
        found = self._operation_versions(operation)
        return self._unbroken_spans([(a, b, api, "") for a, b, api, said in found if said.get("deprecated")])

    def _member_deprecations(self, shape_name: str) -> Iterator[tuple[str, UnbrokenSpans]]:
        """Yield the members of a shape that are deprecated, either themselves or by their targets."""
        found: dict[str, list[tuple[int, int, int, str]]] = {}
        for api, spans in self.api_spans:
            for start, end, shape in self._shapes_by_api[api].get(shape_name, ()):
                members = shape.get("members") if shape.get("type") == "structure" else None
                for member, reference in (members or {}).items():
                    for span in self._deprecated_spans(api, reference, start, end):
                        for first, last in intersection((span,), spans):
                            found.setdefault(member, []).append((first, last, api, ""))
        for member, spans_found in found.items():
            yield member, self._unbroken_spans(spans_found)

    def _deprecated_spans(self, api_id: int, reference: Any, start: int, end: int) -> Iterator[tuple[int, int]]:
        if "deprecated" in reference:
            if reference["deprecated"]:
                yield start, end
            return
        for first, last, target in self._shapes_by_api[api_id].get(reference["shape"], ()):
            if target.get("deprecated") and first < end and start < last:
                yield max(first, start), min(last, end)

    def _removed_operation(self, operation: str) -> Removal:
        until = max(end for _, end, _, _ in self._operation_versions(operation))
        return Removal(operation, _dated_release(self.history, until - 1), _dated_release(self.history, until))

    def _row_ages(self, root: UnbrokenSpans, rows: Iterable[Row]) -> Iterator[_RowAges]:
        states = {"": root}
        for row in rows:
            deprecated = required = 0
            if row.path:
                parent = states[row.parent_path]
                name = row.model_name or row.segment
                states[row.path] = self._child_spans(parent, name)
                if row.deprecated is not None and row.name is not None:
                    deprecated = self._first_release(
                        self._unbroken_spans(list(self._deprecated_members_at(parent, name)))
                    )
                if row.required:
                    required = self._required_since(parent, name)
            first = self._first_release(states[row.path])
            yield _RowAges(first, deprecated, required if required > first else 0)

    def _required_since(self, parent: UnbrokenSpans, member: str) -> int:
        found = self._required_cache.get((parent, member))
        if found is None:
            spans = [
                (max(first, start), min(last, end), api, "")
                for start, end, api, target in parent
                for first, last, shape in self._shapes_by_api[api].get(target, ())
                if first < end and start < last and member in shape.get("required", ())
            ]
            found = self._required_cache[parent, member] = self._first_release(self._unbroken_spans(spans))
        return found

    def _operation_versions(self, operation: str) -> Iterator[tuple[int, int, int, Any]]:
        for api, spans in self.api_spans:
            for start, end, content in self._operations_by_api[api].get(operation, ()):
                for first, last in intersection(((start, end),), spans):
                    yield first, last, api, content

    def _root_spans(self, versions: Iterable[tuple[int, int, int, Any]], slot: str) -> UnbrokenSpans:
        return self._unbroken_spans([(a, b, api, said[slot]["shape"]) for a, b, api, said in versions if slot in said])

    def _child_spans(self, spans: UnbrokenSpans, step: str) -> UnbrokenSpans:
        found = self._child_cache.get((spans, step))
        if found is None:
            found = self._child_cache[spans, step] = self._unbroken_spans(list(self._child_shape_spans(spans, step)))
        return found

    def _child_shape_spans(self, spans: UnbrokenSpans, step: str) -> Iterator[tuple[int, int, int, str]]:
        return (
            (start, end, api, reference["shape"]) for start, end, api, reference in self._child_references(spans, step)
        )

    def _child_references(self, spans: UnbrokenSpans, step: str) -> Iterator[tuple[int, int, int, Any]]:
        for start, end, api, target in spans:
            for first, last, shape in self._shapes_by_api[api].get(target, ()):
                first, last = max(first, start), min(last, end)
                if first < last and (inner := child_reference(shape, step)[0]) is not None:
                    yield first, last, api, inner

    def _unbroken_spans(self, versions: list[tuple[int, int, int, str]]) -> UnbrokenSpans:
        """Return the versions without a gap up to the release. Adjacent ones with the same target are joined."""
        spans = union((start, end) for start, end, _, _ in versions)
        at = next((span for span in spans if span[0] <= self.number < span[1]), None)
        if at is None:
            return ()
        state: list[tuple[int, int, int, str]] = []
        for start, end, api, target in sorted(each for each in versions if each[0] >= at[0] and each[1] <= at[1]):
            if state and state[-1][1] == start and state[-1][2:] == (api, target):
                start = state.pop()[0]
            state.append((start, end, api, target))
        return tuple(state)

    @staticmethod
    def _first_release(spans: UnbrokenSpans) -> int:
        return spans[0][0] if spans else 0

    def _load_versions(self, api_id: int, kind: str) -> Mapping[str, list[ElementVersion]]:
        versions: dict[str, list[ElementVersion]] = {}
        for name, span, content in self.history.reader.versions_of_kind(api_id, kind, up_to=self.number):
            start, end = self.history.apis.bounds(span)
            versions.setdefault(name, []).append((start, min(end, self.number + 1), content))
        return versions


def removed_services_at(history: History, number: int) -> tuple[Removal, ...]:
    """Return the services that releases before `number` had and that release no longer has."""
    found = []
    for service in history.services:
        ends = [
            min(end, number + 1)
            for _, spans in history.apis.default_spans(service)
            for start, end in spans
            if start <= number
        ]
        if ends and max(ends) <= number:
            found.append(Removal(service, _dated_release(history, max(ends) - 1), _dated_release(history, max(ends))))
    return tuple(found)


def _dated_release(history: History, number: int) -> DatedRelease:
    release = history.release(number)
    return DatedRelease(release.name, release.date or "")
