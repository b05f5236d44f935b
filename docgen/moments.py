"""What happened between releases: from a history if there is one, else by comparing each with the one before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from docgen.changes import Moment
from docgen.compare import came_and_went, compare_models
from docgen.diff import Kind, ServiceDelta
from docgen.history.flips import Between, Flip, subject, turn
from docgen.history.history import History
from docgen.history.lives import service_life
from docgen.model import Service
from docgen.pages import Flips, Select, ServiceNotes, Turn
from docgen.rules import Change, classify
from docgen.sources import Release, summary_of

_NOTHING = Service({}, {}, {})


def moments(releases: Sequence[Release], services: Collection[str], select: Select) -> Iterator[Moment]:
    """What each release but the first changed against the one before it, release by release, then service by service.

    `select` chooses among the changes. Raises `ModelError` and `SourceError`.
    """
    for old, new in pairwise(releases):
        found = [*_passages(old, new, services, select), *_compared(old, new, services, select)]
        yield from sorted(found, key=lambda moment: moment.service)


def historic_moments(history: History, old: int, new: int, services: Collection[str], select: Select) -> list[Moment]:
    """The same as `moments` from a history, from release number `old` to `new`, in the same order."""
    found = [
        moment
        for service in changed_services(history, old, new)
        if not services or service in services
        for moment in service_life(history, service, old, new + 1, select=select)
    ]
    place = {release.name: release.number for release in history.releases}
    return sorted(found, key=lambda moment: (place[moment.release], moment.service))


def period_of(moment: Moment, by: str) -> str:
    """The name of the period that a moment belongs to: `1.34.90`, `2024-04-24`, `2024-W17`, `2024-04`, `sqs`."""
    if by in ("release", "service"):
        return moment.release if by == "release" else moment.service
    if not moment.date:
        return "no date"
    if by == "week":
        year, week, _ = date.fromisoformat(moment.date).isocalendar()
        return f"{year}-W{week:02}"
    return moment.date[:7] if by == "month" else moment.date


def changed_services(history: History, old: int, new: int) -> tuple[str, ...]:
    """The services of which any file changed, came or went after release `old` up to release `new`."""
    names = {api.id: api.service for api in history.reader.apis()}
    found = {
        names[api]
        for api, span, _ in history.reader.revisions()
        if old < span.since <= new or (span.until is not None and old < span.until <= new)
    }
    return tuple(sorted(found))


def flips_between(history: History, service: str, old: int, new: int, select: Select) -> Iterator[Flips]:
    """What came and went, or changed and changed back, in a service; the worst first."""
    for flip in Between(history, service, old, new).flips(select):
        yield _told(history, flip)


def with_dates(notes: ServiceNotes, history: History, old: int, new: int) -> ServiceNotes:
    """The notes with the release in which each change happened."""
    between = Between(history, notes.service, old, new)
    found = {change.fingerprint: between.happened(change) for change in notes.changes}
    when = {fingerprint: history.release(number).name for fingerprint, number in found.items() if number is not None}
    return replace(notes, when=when)


def _told(history: History, flip: Flip) -> Flips:
    turns = []
    for event in flip.events:
        release = history.release(event.number)
        turns.append(Turn(turn(flip, event), release.name, release.date or "", event.value))
    ids = tuple(f"{flip.service}#{name}" if name else flip.service for name in flip.names)
    return Flips(flip.service, flip.severity.word, subject(flip), ids, flip.kind, flip.trait, flip.before, tuple(turns))


def _passages(old: Release, new: Release, services: Collection[str], select: Select) -> Iterator[Moment]:
    if old.single or new.single:
        return
    of_service: dict[str, list[Change]] = {}
    for change in came_and_went(old, new, services):
        of_service.setdefault(change.delta.id.partition("#")[0], []).append(change)
    for service, changes in of_service.items():
        delta = ServiceDelta(service, _NOTHING, _NOTHING, {}, {}, {})
        yield from _moment(delta, tuple(changes), new, select)


def _compared(old: Release, new: Release, services: Collection[str], select: Select) -> Iterator[Moment]:
    for file in new.newest():
        before = old.latest(file.service)
        if before is None or before is file or (services and file.service not in services):
            continue
        delta = compare_models(before, file)
        if delta is not None:
            yield from _moment(delta, classify(delta), new, select)


def _moment(delta: ServiceDelta, changes: tuple[Change, ...], new: Release, select: Select) -> Iterator[Moment]:
    reworded = sum(change.delta.kind is Kind.DOCUMENTATION and not change.rule.suppressed for change in changes)
    told = tuple(each for each in changes if not each.rule.suppressed and each.delta.kind is not Kind.DOCUMENTATION)
    kept = select(delta, told)
    if kept:
        summary = summary_of(new, delta.service)
        yield Moment(
            release=new.name,
            date=new.date or "",
            package=new.package,
            service=delta.service,
            title=delta.new.full_name or delta.service,
            summary=summary,
            changes=kept,
            summaries_known=bool(summary) or new.summaries is not None,
            reworded=reworded,
        )
