"""The change log of a service, of an operation, or of an element of one, release by release.

An element is identified by its path, as with `since`: the operation is compared reduced to that path. So the shapes on
the path may be renamed or shared, and changes are judged by the direction of the path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from docgen.diff.delta import Kind, ServiceDelta
from docgen.history.database import reporting_corruption
from docgen.history.history import History
from docgen.history.queries import Api
from docgen.history.release_sets import contains
from docgen.history.release_step import ReleaseStep
from docgen.history.release_steps import api_version_step, release_steps
from docgen.history.since import Answer
from docgen.history.snapshots import ModelSnapshots
from docgen.model.paths import MemberPath
from docgen.model.service import EMPTY_SERVICE
from docgen.model.usage import Direction
from docgen.rules.change import Change, fingerprint
from docgen.rules.classify import classify_shown, judged_deltas, worst_first
from docgen.rules.context import DeltaInContext
from docgen.rules.grouping import affects_all_operations
from docgen.rules.releases import classify_release
from docgen.rules.service_changes import ChangeSelector, ServiceChanges, reportable_changes
from docgen.sources.release import Release

_CONTAINER_KINDS = {Kind.SERVICE, Kind.SHAPE}
_SIBLING_KINDS = {Kind.PAGINATOR, Kind.WAITER, Kind.EXAMPLE, Kind.ENDPOINTS, Kind.SERVICE, Kind.ORDER}
"""The kinds that changes in sibling files can have."""

_INDEPENDENT_TRAITS = frozenset({"", "min", "max", "pattern", "enum", "required", "documentation", "deprecated"})
"""Traits whose changes are judged by the direction in which an operation reaches them, and by nothing else."""


def service_changelog(
    history: History,
    service: str,
    after: int = 0,
    until: int = 0,
    *,
    select: ChangeSelector | None = None,
    with_documentation: bool = False,
) -> Iterator[ServiceChanges]:
    """Yield the changes of a service by release, oldest first. Releases without reported changes are omitted.

    Args:
        history: The history file.
        service: The service.
        after: Start after this release number.
        until: End before this release number; 0 for no limit.
        select: Chooses among the changes of each release; None reports all.
        with_documentation: Whether to report changes of documentation.
    """
    with reporting_corruption(history.reader.path):
        yield from _ChangelogBuilder(history, service, after, until, with_documentation).changes_by_release(
            lambda step: step.compare(service, with_new_shapes=False), select
        )


def element_changelogs(
    history: History,
    answers: Sequence[Answer],
    after: int = 0,
    until: int = 0,
    *,
    with_documentation: bool = False,
    select: ChangeSelector | None = None,
) -> list[list[ServiceChanges]]:
    """Return the changes of elements of one service that `since` found, each by release, oldest first.

    The life of the service is replayed once for all elements. For the rest, see `service_changelog`.
    """
    if not answers:
        return []
    bounds = [_release_bounds(history, answer, after, until) for answer in answers]
    first, last = min(bound[0] for bound in bounds), max(bound[1] for bound in bounds)
    builder = _ChangelogBuilder(history, answers[0].service, first, last, with_documentation)
    found: list[list[ServiceChanges]] = [[] for _ in answers]
    with reporting_corruption(history.reader.path):
        for event in builder.events():
            step = _SharedStep(event, builder.service, is_shared=len(answers) > 1)
            for answer, (start, end), changelog in zip(answers, bounds, found, strict=True):
                if start < event.number < end and (changes := step.changes(answer)) is not None:
                    about = partial(_changes_about, answer, select)
                    changelog += builder.service_changes(changes, about)
    return found


def _release_bounds(history: History, answer: Answer, after: int, until: int) -> tuple[int, int]:
    """Return the numbers of the releases before the first and after the last that can change an element."""
    first, last = answer.spans[0][0] - 1, min(answer.spans[-1][1], history.end - 1) + 1
    return max(after, first), min(until or last, last)


def _changes_about(
    answer: Answer, select: ChangeSelector | None, delta: ServiceDelta, changes: tuple[Change, ...]
) -> tuple[Change, ...]:
    found = tuple(change for change in changes if _is_about(answer, change))
    return found if select is None else select(delta, found)


class _SharedStep:
    """A step, compared for one element after another. What all of them need is computed once."""

    def __init__(self, event: ReleaseStep | _StepChanges, service: str, *, is_shared: bool) -> None:
        self.event = event
        self.service = service
        self.is_shared = is_shared
        self.affected = frozenset(event.affected_operations) if isinstance(event, ReleaseStep) else frozenset()

    def changes(self, answer: Answer) -> _StepChanges | None:
        """Return the changes of an element and of what contains it; None if there are none."""
        step = self.event
        if not isinstance(step, ReleaseStep):
            return step
        if not answer.operation or not (answer.direction or answer.kind in ("operation", "error")):
            return self.all_changes
        if not self.may_change(answer.operation):
            return None
        if (
            self.is_shared
            and answer.kind in ("operation", "error")
            and (parts := self.parts(answer.operation)) is not None
        ):
            return replace(self.all_changes, changes=parts)
        delta = (
            step.compare_operation(
                self.service, answer.operation, with_siblings=self.has_sibling_changes(answer.operation)
            )
            if answer.kind in ("operation", "error")
            else step.compare_path(self.service, answer.operation, answer.direction, MemberPath.parse(answer.path))
        )
        return None if delta is None else _StepChanges(step.number, delta, classify_shown(delta))

    def parts(self, operation: str) -> tuple[Change, ...] | None:
        """Return the changes of the whole service as callers of one operation see them; None if it must be compared."""
        found = [
            (number, change, change.for_operations(operation.__eq__))
            for number, change in self.changes_by_operation.get(operation, ())
        ]
        if not all(number in self.independent for number, _, _ in found):
            return None
        parts = {number: self.with_fingerprint(change, part) for number, change, part in found if part is not None}
        parts.update(self.changes_of_all_operations)
        return worst_first(parts[number] for number in sorted(parts))

    def with_fingerprint(self, change: Change, part: Change) -> Change:
        """Return a part of a change with the fingerprint that it has if only the part is compared."""
        if part.rule is change.rule:
            return part
        return replace(part, fingerprint=fingerprint(part.rule, self.service, change.delta, change.related))

    @cached_property
    def changes_by_operation(self) -> dict[str, list[tuple[int, Change]]]:
        """The changes of the whole service that affect each operation, with their numbers in the order of the model."""
        found: dict[str, list[tuple[int, Change]]] = {}
        for number, (_, change) in enumerate(self.judged):
            for operation in change.all_operations:
                found.setdefault(operation, []).append((number, change))
        return found

    @cached_property
    def changes_of_all_operations(self) -> dict[int, Change]:
        """The changes that may affect callers of every operation, by their numbers in the order of the model."""
        return {number: change for number, (_, change) in enumerate(self.judged) if affects_all_operations(change)}

    @cached_property
    def independent(self) -> frozenset[int]:
        """The numbers of the changes that are judged and worded for each operation as if it were the only one."""
        return frozenset(number for number, judged in enumerate(self.judged) if _is_independent(*judged))

    def may_change(self, operation: str) -> bool:
        """Return whether the step can change an operation. Most steps change few of those that they affect."""
        step = self.event
        assert isinstance(step, ReleaseStep)  # noqa: S101 - checked by the caller
        if operation not in self.affected and step.old.bare_service is step.new.bare_service:
            return False
        return not self.is_shared or self.changed_operations is None or operation in self.changed_operations

    def has_sibling_changes(self, operation: str) -> bool:
        """Return whether a change in the sibling files can be about an operation."""
        if not self.is_shared or self.changed_operations is None:
            return True
        return operation in self.operations_of_siblings

    @cached_property
    def operations_of_siblings(self) -> frozenset[str]:
        """The operations that changes in the sibling files are about."""
        changes = self.all_changes.changes
        return frozenset(
            name for change in changes if change.delta.kind in _SIBLING_KINDS for name in change.all_operations
        )

    @cached_property
    def all_changes(self) -> _StepChanges:
        """The changes of the whole service."""
        step = self.event
        assert isinstance(step, ReleaseStep)  # noqa: S101 - checked by the caller
        return _StepChanges(step.number, self.delta, worst_first(change for _, change in self.judged))

    @cached_property
    def delta(self) -> ServiceDelta:
        step = self.event
        assert isinstance(step, ReleaseStep)  # noqa: S101 - checked by the caller
        return step.compare(self.service)

    @cached_property
    def judged(self) -> tuple[tuple[DeltaInContext, Change], ...]:
        return tuple(judged_deltas(self.delta))

    @cached_property
    def changed_operations(self) -> frozenset[str] | None:
        """The operations that a change names; None if a change affects all of them."""
        changes = self.all_changes.changes
        if any(affects_all_operations(change) for change in changes):
            return None
        named = {change.delta.element_id.local.removesuffix("()") for change in changes}
        return frozenset(named.union(*(change.all_operations for change in changes)))


def _is_independent(context: DeltaInContext, change: Change) -> bool:
    """Return whether a change of a service is judged and worded for each operation as if it were the only one."""
    if len(context.pairs) > 1 or any(old != new for old, new in context.pairs):
        return False
    if context.kind is Kind.TYPE or context.delta.trait not in _INDEPENDENT_TRAITS:
        return False  # names on the wire and messages depend on where else a shape is used
    if {Direction.RESPONSE, Direction.ERROR} <= set(context.directions):
        return False
    return not (change.related or change.repeats or any(side.direction is Direction.BOTH for side in change.sides))


def _is_about(answer: Answer, change: Change) -> bool:
    """Return whether a change is about the element, and not only about something that contains it."""
    delta = change.delta
    name = delta.element_id.local
    match answer.kind:
        case "service":
            return True
        case "operation":
            return (
                answer.operation in change.all_operations
                or affects_all_operations(change)
                or delta.carrier == "release"
            )
        case "error":
            return name.endswith(f"()${answer.path}") or (name == answer.path or name.startswith(f"{answer.path}$"))
        case "paginator" | "waiter":
            return name == f"{answer.kind}:{answer.path}"
        case "enum-value" if answer.direction:
            values = [value for each in (delta, *change.related) for value in (each.old, each.new)]
            return (delta.kind is Kind.ENUM_VALUE and answer.value in values) or delta.kind in (
                Kind.ENUM,
                Kind.OPERATION,
            )
    if answer.direction:
        return delta.kind not in _CONTAINER_KINDS or delta.carrier == "release"
    return any(
        id == answer.path or id.startswith(f"{answer.path}$")
        for id in (name, *(related.element_id.local for related in change.related))
    )


@dataclass(frozen=True, slots=True)
class _StepChanges:
    """The changes of a step, perhaps without suppressed ones; `is_boundary` if it adds or removes the service."""

    number: int
    delta: ServiceDelta
    changes: tuple[Change, ...]
    is_boundary: bool = False


@dataclass(frozen=True, slots=True)
class _ChangelogBuilder:
    """Finds the releases that changed a service, across the API versions that SDKs use by default."""

    history: History
    service: str
    after: int
    until: int
    with_documentation: bool
    snapshots_by_api: dict[int, ModelSnapshots] = field(default_factory=dict)
    cached_counts: dict[int, int] = field(default_factory=dict)
    cached_releases: dict[int, Release] = field(default_factory=dict)

    def snapshots_of(self, api: Api) -> ModelSnapshots:
        """Return the models of an API version."""
        if api.id not in self.snapshots_by_api:
            last = self.until or self.history.end
            self.snapshots_by_api[api.id] = ModelSnapshots(self.history, api.id, max(self.after, 1), last)
        return self.snapshots_by_api[api.id]

    def changes_by_release(
        self, compare: Callable[[ReleaseStep], ServiceDelta | None], select: ChangeSelector | None
    ) -> Iterator[ServiceChanges]:
        """Yield the selected changes of each release. `compare` finds those of a step."""
        for event in self.events():
            if not isinstance(event, ReleaseStep):
                yield from self.service_changes(event, select)
            elif (delta := compare(event)) is not None:
                yield from self.service_changes(_StepChanges(event.number, delta, classify_shown(delta)), select)

    def events(self) -> Iterator[ReleaseStep | _StepChanges]:
        """Yield the steps of the service, its additions and its removals, oldest first."""
        end = self.until or self.history.end
        previous: tuple[Api, int] | None = None
        for start, removed, api in self.default_segments():
            if previous is None or previous[1] != start:
                if previous is not None:
                    yield from self.addition_or_removal(previous, is_new=False, end=end)
                if start > 1:
                    yield from self.addition_or_removal((api, start), is_new=True, end=end)
            yield from self.steps(previous, (start, removed, api), end)
            previous = api, removed
        if previous is not None and previous[1] < self.history.end:
            yield from self.addition_or_removal(previous, is_new=False, end=end)

    def default_segments(self) -> list[tuple[int, int, Api]]:
        """Return the spans in which SDKs use an API version by default, each with the API version, oldest first."""
        apis = self.history.apis.default_spans(self.service)
        return sorted((start, end, api) for api, spans in apis for start, end in spans)

    def steps(self, previous: tuple[Api, int] | None, segment: tuple[int, int, Api], end: int) -> Iterator[ReleaseStep]:
        """Yield the steps within a segment, and the step to it if it directly follows the `previous` API version."""
        start, removed, api = segment
        if previous is not None and previous[1] == start and self.after < start < end:
            sides = (self.snapshots_of(previous[0]), start - 1), (self.snapshots_of(api), start)
            yield api_version_step(*sides)
        first, last = max(start, self.after), min(removed, end)
        only = None if self.with_documentation else self.history.reader.releases_with_facts(api.id, first, last)
        if self.after < removed - 1 and start < end and (only is None or only):
            yield from release_steps(
                self.snapshots_of(api), first, last, with_documentation=self.with_documentation, only=only
            )

    def addition_or_removal(self, boundary: tuple[Api, int], *, is_new: bool, end: int) -> Iterator[_StepChanges]:
        """Yield the addition or the removal of the service as a whole, at a release number."""
        api, number = boundary
        if not self.after < number < end:
            return
        model = self.snapshots_of(api).bare_service(number if is_new else number - 1)
        versions, models = {api.service: [api.api_version]}, {api.service: model}
        changes = classify_release(*(({}, versions, {}, models) if is_new else (versions, {}, models, {})))
        delta = ServiceDelta(api.service, *((EMPTY_SERVICE, model) if is_new else (model, EMPTY_SERVICE)), {}, {}, {})
        yield _StepChanges(number, delta, changes, is_boundary=True)

    def service_changes(self, step: _StepChanges, select: ChangeSelector | None) -> Iterator[ServiceChanges]:
        """Yield the selected changes of one release; nothing if none are selected."""
        changes = reportable_changes(step.changes, with_documentation=self.with_documentation)
        if not self.history.knows_protocols:
            changes = tuple(change for change in changes if change.delta.trait != "error.code")
        selected = changes if select is None else select(step.delta, changes)
        if selected:
            count = 0 if step.is_boundary else self.documentation_counts().get(step.number, 0)
            release = self.release(step.number)
            yield ServiceChanges.from_delta(step.delta, selected, release, documentation_change_count=count)

    def documentation_counts(self) -> dict[int, int]:
        """Return the releases that changed documentation, each with the number of changed strings."""
        if not self.cached_counts:
            end = self.until or self.history.end
            self.cached_counts.update(documentation_change_counts(self.history, self.service, self.after, end))
        return self.cached_counts

    def release(self, number: int) -> Release:
        """Return a release without models, with its official note on the service."""
        if number not in self.cached_releases:
            self.cached_releases[number] = _release_with_summary(self.history, self.service, number)
        return self.cached_releases[number]


def _release_with_summary(history: History, service: str, number: int) -> Release:
    """Return a release without models, with its official note on one service."""
    release = history.release(number)
    summaries = {service: history.summary(service, number)} if release.has_summaries else None
    return Release(release.name, "", date=release.date, package=release.package, summaries=summaries)


def documentation_change_counts(history: History, service: str, after: int, before: int) -> Iterator[tuple[int, int]]:
    """Yield the releases after `after` and before `before` that changed documentation, with the number of strings."""
    for api, spans in history.apis.default_spans(service):
        for number, count in history.reader.documentation_change_counts(api.id, after, before):
            if contains(spans, number):
                yield number, count
