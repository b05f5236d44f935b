"""Lives: what happened to a service, an operation or what stands in it, release by release.

An element's life is that of the place, as with `since`: the operation is compared with nothing in it but the place, so
shapes may be renamed or shared, and a change is judged by the direction that the place has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from docgen.diff.delta import Kind, ServiceDelta
from docgen.history.database import reporting_corruption
from docgen.history.history import History
from docgen.history.reader import Api
from docgen.history.release_sets import ReleaseSet
from docgen.history.release_step import ReleaseStep
from docgen.history.release_steps import api_version_step, release_steps
from docgen.history.since import Answer
from docgen.history.snapshots import ModelSnapshots
from docgen.model.paths import MemberPath
from docgen.model.service import EMPTY_SERVICE
from docgen.pages.notes.service_notes import ChangeSelector
from docgen.rules.change import Change
from docgen.rules.classify import classify
from docgen.rules.grouping import ServiceChanges, affects_all_operations
from docgen.rules.releases import classify_release
from docgen.sources.release import Release, service_summary

_CONTAINER_KINDS = {Kind.SERVICE, Kind.SHAPE}


def service_changelog(
    history: History,
    service: str,
    after: int = 0,
    until: int = 0,
    *,
    select: ChangeSelector | None = None,
    with_documentation: bool = False,
) -> Iterator[ServiceChanges]:
    """What each release after number `after` and before `until` (0: all) changed in a service, oldest first.

    `select` chooses among the changes of each release; a release that is left with none is left out. With `words` the
    changes of documentation are among them.
    """
    with reporting_corruption(history.reader.path):
        yield from _ChangelogBuilder(history, service, after, until, with_documentation).changes_by_release(
            lambda step: step.compare(service), select
        )


def element_changelog(
    history: History, answer: Answer, after: int = 0, until: int = 0, *, with_documentation: bool = False
) -> Iterator[ServiceChanges]:
    """What happened to an element that `since` found, oldest first; the rest is as in `service_life`."""
    service, path = answer.service, MemberPath.parse(answer.path)
    first, last = answer.spans[0][0] - 1, min(answer.spans[-1][1], history.end - 1) + 1
    found = _ChangelogBuilder(history, service, max(after, first), min(until or last, last), with_documentation)

    def compare(step: ReleaseStep) -> ServiceDelta | None:
        if answer.kind == "operation" or (answer.kind == "error" and answer.operation):
            return step.compare_operation(service, answer.operation)
        return (
            step.compare_path(service, answer.operation, answer.direction, path)
            if answer.direction
            else step.compare(service)
        )

    with reporting_corruption(history.reader.path):
        yield from found.changes_by_release(
            compare, lambda _, changes: tuple(each for each in changes if _is_about(answer, each))
        )


def _is_about(answer: Answer, change: Change) -> bool:
    """Whether a change, of those that comparing what holds the element finds, is about the element."""
    delta = change.delta
    name = delta.element_id.local
    match answer.kind:
        case "service":
            return True
        case "operation":
            return answer.operation in change.operations or affects_all_operations(change) or delta.carrier == "release"
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
class _ChangelogBuilder:
    """The releases in which a service may have changed, whatever API version SDKs took by default."""

    history: History
    service: str
    after: int
    until: int
    with_documentation: bool
    snapshots_by_api: dict[int, ModelSnapshots] = field(default_factory=dict)

    def snapshots_of(self, api: Api) -> ModelSnapshots:
        """The models of an API version."""
        if api.id not in self.snapshots_by_api:
            self.snapshots_by_api[api.id] = ModelSnapshots(self.history, api.id)
        return self.snapshots_by_api[api.id]

    def changes_by_release(
        self, compare: Callable[[ReleaseStep], ServiceDelta | None], select: ChangeSelector | None
    ) -> Iterator[ServiceChanges]:
        end = self.until or self.history.end
        reworded = self.documentation_counts()
        before: tuple[Api, int] | None = None
        title = ""
        for start, gone, api in self.default_segments():
            if before is None or before[1] != start:
                if before is not None:
                    yield from self.addition_or_removal(before, select, is_new=False, end=end)
                if start > 1:
                    yield from self.addition_or_removal((api, start), select, is_new=True, end=end)
            for step in self.steps(before, (start, gone, api), end):
                delta = compare(step)
                if delta is not None:
                    title = delta.new.full_name or delta.old.full_name
                    yield from self.service_changes(step.number, title, delta, classify(delta), select, reworded)
            before = api, gone
        if before is not None and before[1] < self.history.end:
            yield from self.addition_or_removal(before, select, is_new=False, end=end)

    def default_segments(self) -> list[tuple[int, int, Api]]:
        """From when to when which API version was taken."""
        return sorted((a, b, api) for api, spans in self.history.apis.default_spans(self.service) for a, b in spans)

    def steps(self, before: tuple[Api, int] | None, segment: tuple[int, int, Api], end: int) -> Iterator[ReleaseStep]:
        start, gone, api = segment
        if before is not None and before[1] == start and self.after < start < end:
            sides = (self.snapshots_of(before[0]), start - 1), (self.snapshots_of(api), start)
            yield api_version_step(*sides)
        if self.after < gone - 1 and start < end:
            yield from release_steps(
                self.snapshots_of(api),
                max(start, self.after),
                min(gone, end),
                with_documentation=self.with_documentation,
            )

    def addition_or_removal(
        self, boundary: tuple[Api, int], select: ChangeSelector | None, *, is_new: bool, end: int
    ) -> Iterator[ServiceChanges]:
        """The service came or went as a whole."""
        api, number = boundary
        if not self.after < number < end:
            return
        model = self.snapshots_of(api).bare_service(number if is_new else number - 1)
        versions, models = {api.service: [api.api_version]}, {api.service: model}
        changes = classify_release(*(({}, versions, {}, models) if is_new else (versions, {}, models, {})))
        delta = ServiceDelta(api.service, *((EMPTY_SERVICE, model) if is_new else (model, EMPTY_SERVICE)), {}, {}, {})
        yield from self.service_changes(number, model.full_name, delta, changes, select, {})

    def service_changes(
        self,
        number: int,
        title: str,
        delta: ServiceDelta,
        changes: tuple[Change, ...],
        select: ChangeSelector | None,
        documentation_counts: dict[int, int],
    ) -> Iterator[ServiceChanges]:
        if not self.with_documentation:
            changes = tuple(each for each in changes if each.delta.kind is not Kind.DOCUMENTATION)
        changes = tuple(each for each in changes if not each.rule.suppressed)
        kept = changes if select is None else select(delta, changes)
        if kept:
            release = self.history.release(number)
            summary, known = stored_summary(self.history, self.service, number)
            yield ServiceChanges(
                release=release.name,
                date=release.date or "",
                package=release.package,
                service=self.service,
                title=title or self.service,
                summary=summary,
                changes=kept,
                summaries_known=known,
                documentation_change_count=documentation_counts.get(number, 0),
            )

    def documentation_counts(self) -> dict[int, int]:
        """How many documentation strings each release changed."""
        return dict(documentation_change_counts(self.history, self.service))


def stored_summary(history: History, service: str, number: int) -> tuple[str, bool]:
    """What a release says of a service, and whether it is known what it says."""
    stored = history.release(number)
    said = {service: history.summary(service, number)} if stored.has_summaries else None
    summary = service_summary(Release(stored.name, "", package=stored.package, summaries=said), service)
    return summary, bool(summary) or said is not None


def documentation_change_counts(history: History, service: str) -> Iterator[tuple[int, int]]:
    """The releases that changed documentation of a service, each with the number of strings."""
    for api, spans in history.apis.default_spans(service):
        for number, count in history.reader.query(
            "SELECT since, count(*) FROM fact WHERE api = ? AND kind = 'documentation' AND effective GROUP BY since",
            api.id,
        ):
            if _is_in(number, spans):
                yield number, count


def _is_in(number: int, releases: ReleaseSet) -> bool:
    return any(start <= number < end for start, end in releases)
