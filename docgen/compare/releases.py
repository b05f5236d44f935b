"""What happened between releases: from a history if there is one, else by comparing each with the one before."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from docgen.compare.models import came_and_went, compare_models
from docgen.diff.facts import Kind, ServiceDelta
from docgen.history.changelog import reworded, service_life
from docgen.history.history import History
from docgen.history.reversals import Between, Flip, subject, turn
from docgen.model.service import Service
from docgen.pages.notes.rollup import Flips, Turn
from docgen.pages.notes.service_notes import Select, ServiceNotes
from docgen.rules.classify import Change, classify
from docgen.rules.grouping import Moment
from docgen.sources.release import Release
from docgen.sources.release_words import has_summaries, summary_of

_NOTHING = Service({}, {}, {})
_MINOR = re.compile(r"[A-Za-z]*[0-9]+\.[0-9]+(?=\.[0-9])")


def moments(
    releases: Sequence[Release], services: Collection[str], select: Select, *, words: bool = False
) -> Iterator[Moment]:
    """What each release but the first changed against the one before it, release by release, then service by service.

    `select` chooses among the changes; with `words`, a release that changed nothing but documentation of a service is a
    moment too, without changes. Raises `ModelError` and `SourceError`.
    """
    for old, new in pairwise(releases):
        found = [*_passages(old, new, services, select), *_compared(old, new, services, select, words=words)]
        yield from sorted(found, key=lambda moment: moment.service)


def historic_moments(
    history: History, old: int, new: int, services: Collection[str], select: Select, *, words: bool = False
) -> list[Moment]:
    """The same as `moments` from a history, from release number `old` to `new`, in the same order."""
    found = []
    for service in changed_services(history, old, new):
        if not services or service in services:
            lived = list(service_life(history, service, old, new + 1, select=select))
            found += [*lived, *(_worded(history, service, old, new, lived) if words else ())]
    place = {release.name: release.number for release in history.releases}
    return sorted(found, key=lambda moment: (place[moment.release], moment.service))


def period_of(moment: Moment, by: str) -> str:
    """The name of the period that a moment belongs to; see `period_name`."""
    return period_name(moment.release, moment.date, moment.service, by)


def period_name(release: str, day: str, service: str, by: str) -> str:
    """What a period is called: `1.34.90`, `2024-04-24`, `2024-W17`, `2024-04`, `1.34.x`, `sqs`."""
    match by:
        case "release" | "service":
            return release if by == "release" else service
        case "minor":
            found = _MINOR.match(release)
            return f"{found[0]}.x" if found else release
        case _ if not day:
            return "no date"
        case "week":
            year, week, _ = date.fromisoformat(day).isocalendar()
            return f"{year}-W{week:02}"
    return day[:7] if by == "month" else day


def _worded(history: History, service: str, old: int, new: int, lived: Sequence[Moment]) -> Iterator[Moment]:
    """The releases that changed documentation of a service and nothing that was told."""
    told = {moment.release for moment in lived}
    title = lived[-1].title if lived else service
    for number, count in reworded(history, service):
        release = history.release(number)
        if old < number <= new and release.name not in told:
            told.add(release.name)
            yield Moment(release.name, release.date or "", release.package, service, title, "", (), reworded=count)


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


def _compared(
    old: Release, new: Release, services: Collection[str], select: Select, *, words: bool
) -> Iterator[Moment]:
    for file in new.newest():
        before = old.latest(file.service)
        if before is None or before is file or (services and file.service not in services):
            continue
        delta = compare_models(before, file)
        if delta is not None:
            yield from _moment(delta, classify(delta), new, select, words=words)


def _moment(
    delta: ServiceDelta, changes: tuple[Change, ...], new: Release, select: Select, *, words: bool = False
) -> Iterator[Moment]:
    reworded = sum(change.delta.kind is Kind.DOCUMENTATION and not change.rule.suppressed for change in changes)
    told = tuple(each for each in changes if not each.rule.suppressed and each.delta.kind is not Kind.DOCUMENTATION)
    kept = select(delta, told)
    if kept or (words and reworded):
        summary = summary_of(new, delta.service)
        yield Moment(
            release=new.name,
            date=new.date or "",
            package=new.package,
            service=delta.service,
            title=delta.new.full_name or delta.service,
            summary=summary,
            changes=kept,
            summaries_known=bool(summary) or has_summaries(new),
            reworded=reworded,
        )
