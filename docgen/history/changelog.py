"""Lives: what happened to a service, an operation or what stands in it, release by release.

An element's life is that of the place, as with `since`: the operation is compared with nothing in it but the place, so
shapes may be renamed or shared, and a change is judged by the direction that the place has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from docgen.diff.facts import Kind, ServiceDelta
from docgen.history.database import fits_together
from docgen.history.history import History
from docgen.history.reader import Api
from docgen.history.release_sets import Spans
from docgen.history.release_step import Step
from docgen.history.release_steps import steps, whole_step
from docgen.history.since import Answer
from docgen.history.snapshots import Tape
from docgen.model.paths import words_of
from docgen.model.service import Service
from docgen.pages.notes.service_notes import Select
from docgen.rules.classify import Change, classify
from docgen.rules.grouping import Moment, concerns_all
from docgen.rules.releases import classify_release
from docgen.sources.release import Release
from docgen.sources.release_words import summary_of

_BOUND = {Kind.SERVICE, Kind.SHAPE}


def service_life(
    history: History, service: str, after: int = 0, until: int = 0, *, select: Select | None = None, words: bool = False
) -> Iterator[Moment]:
    """What each release after number `after` and before `until` (0: all) changed in a service, oldest first.

    `select` chooses among the changes of each release; a release that is left with none is left out. With `words` the
    changes of documentation are among them.
    """
    with fits_together(history.reader.path):
        yield from _Life(history, service, after, until, words).moments(lambda step: step.compare(service), select)


def life(history: History, of: Answer, after: int = 0, until: int = 0, *, words: bool = False) -> Iterator[Moment]:
    """What happened to an element that `since` found, oldest first; the rest is as in `service_life`."""
    service, path = of.service, words_of(of.path)
    first, last = of.spans[0][0] - 1, min(of.spans[-1][1], history.end - 1) + 1
    found = _Life(history, service, max(after, first), min(until or last, last), words)

    def compare(step: Step) -> ServiceDelta | None:
        if of.kind == "operation" or (of.kind == "error" and of.operation):
            return step.compare_operation(service, of.operation)
        return step.compare_place(service, of.operation, of.way, path) if of.way else step.compare(service)

    with fits_together(history.reader.path):
        yield from found.moments(compare, lambda _, changes: tuple(each for each in changes if _is_about(of, each)))


def _is_about(of: Answer, change: Change) -> bool:
    """Whether a change, of those that comparing what holds the element finds, is about the element."""
    delta = change.delta
    name = delta.id.partition("#")[2]
    match of.kind:
        case "service":
            return True
        case "operation":
            return of.operation in change.operations or concerns_all(change) or delta.at == "release"
        case "error":
            return name.endswith(f"()${of.path}") or (name == of.path or name.startswith(f"{of.path}$"))
        case "paginator" | "waiter":
            return name == f"{of.kind}:{of.path}"
        case "enum-value" if of.way:
            values = [value for each in (delta, *change.also) for value in (each.old, each.new)]
            return (delta.kind is Kind.ENUM_VALUE and of.value in values) or delta.kind in (Kind.ENUM, Kind.OPERATION)
    if of.way:
        return delta.kind not in _BOUND or delta.at == "release"
    return any(id == of.path or id.startswith(f"{of.path}$") for id in (name, *(_name(d.id) for d in change.also)))


def _name(id: str) -> str:
    return id.partition("#")[2]


@dataclass(frozen=True, slots=True)
class _Life:
    """The releases in which a service may have changed, whatever API version SDKs took by default."""

    history: History
    service: str
    after: int
    until: int
    words: bool
    tapes: dict[int, Tape] = field(default_factory=dict)

    def tape(self, api: Api) -> Tape:
        """The models of an API version."""
        if api.id not in self.tapes:
            self.tapes[api.id] = Tape(self.history, api.id)
        return self.tapes[api.id]

    def moments(self, compare: Callable[[Step], ServiceDelta | None], select: Select | None) -> Iterator[Moment]:
        end = self.until or self.history.end
        reworded = self.reworded()
        before: tuple[Api, int] | None = None
        title = ""
        for start, gone, api in self.segments():
            if before is None or before[1] != start:
                if before is not None:
                    yield from self.passage(before, select, is_new=False, end=end)
                if start > 1:
                    yield from self.passage((api, start), select, is_new=True, end=end)
            for step in self.steps(before, (start, gone, api), end):
                delta = compare(step)
                if delta is not None:
                    title = delta.new.full_name or delta.old.full_name
                    yield from self.moment(step.number, title, delta, classify(delta), select, reworded)
            before = api, gone
        if before is not None and before[1] < self.history.end:
            yield from self.passage(before, select, is_new=False, end=end)

    def segments(self) -> list[tuple[int, int, Api]]:
        """From when to when which API version was taken."""
        return sorted((a, b, api) for api, spans in self.history.apis.of(self.service) for a, b in spans)

    def steps(self, before: tuple[Api, int] | None, segment: tuple[int, int, Api], end: int) -> Iterator[Step]:
        start, gone, api = segment
        if before is not None and before[1] == start and self.after < start < end:
            sides = (self.tape(before[0]), start - 1), (self.tape(api), start)
            yield whole_step(*sides)
        if self.after < gone - 1 and start < end:
            yield from steps(self.tape(api), max(start, self.after), min(gone, end), with_words=self.words)

    def passage(self, at: tuple[Api, int], select: Select | None, *, is_new: bool, end: int) -> Iterator[Moment]:
        """The service came or went as a whole."""
        api, number = at
        if not self.after < number < end:
            return
        model = self.tape(api).about(number if is_new else number - 1)
        versions, models = {api.service: [api.api_version]}, {api.service: model}
        changes = classify_release(*(({}, versions, {}, models) if is_new else (versions, {}, models, {})))
        delta = ServiceDelta(api.service, *((_NOTHING, model) if is_new else (model, _NOTHING)), {}, {}, {})
        yield from self.moment(number, model.full_name, delta, changes, select, {})

    def moment(
        self,
        number: int,
        title: str,
        delta: ServiceDelta,
        changes: tuple[Change, ...],
        select: Select | None,
        reworded: dict[int, int],
    ) -> Iterator[Moment]:
        if not self.words:
            changes = tuple(each for each in changes if each.delta.kind is not Kind.DOCUMENTATION)
        changes = tuple(each for each in changes if not each.rule.suppressed)
        kept = changes if select is None else select(delta, changes)
        if kept:
            release = self.history.release(number)
            summary, known = release_summary(self.history, self.service, number)
            yield Moment(
                release=release.name,
                date=release.date or "",
                package=release.package,
                service=self.service,
                title=title or self.service,
                summary=summary,
                changes=kept,
                summaries_known=known,
                reworded=reworded.get(number, 0),
            )

    def reworded(self) -> dict[int, int]:
        """How many documentation strings each release changed."""
        return dict(reworded(self.history, self.service))


_NOTHING = Service({}, {}, {})


def release_summary(history: History, service: str, number: int) -> tuple[str, bool]:
    """What a release says of a service, and whether it is known what it says."""
    stored = history.release(number)
    said = {service: history.summary(service, number)} if stored.has_summaries else None
    summary = summary_of(Release(stored.name, "", package=stored.package, summaries=said), service)
    return summary, bool(summary) or said is not None


def reworded(history: History, service: str) -> Iterator[tuple[int, int]]:
    """The releases that changed documentation of a service, each with the number of strings."""
    for api, spans in history.apis.of(service):
        for number, count in history.reader.rows(
            "SELECT since, count(*) FROM fact WHERE api = ? AND kind = 'documentation' AND effective GROUP BY since",
            api.id,
        ):
            if _within(number, spans):
                yield number, count


def _within(number: int, spans: Spans) -> bool:
    return any(start <= number < end for start, end in spans)
