"""Small records of what other pages say, and all that an index page is made of.

A record holds plain values only. It can be kept and read again, so that an index is made without making the pages
that it leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from docgen.diff.facts import Kind
from docgen.pages.notes.service_notes import NO_METHODS, ServiceNotes
from docgen.pages.sentences import counted
from docgen.rules.classify import Change
from docgen.rules.grouping import Cause, is_generic
from docgen.rules.rule import Severity

SEVERITIES = tuple(severity.word for severity in reversed(Severity))
"""The words for severities, worst first."""

MINDED = 3
"""Changes that need attention which a line of an index tells; it counts the rest."""

GAINS, GAINED = 4, 6
"""Shapes that a line of an index names with what they gained, and names of each; it counts the rest."""

_MIND = ("breaking", "dangerous")
_KINDS = {Kind.OPERATION: "operation", Kind.MEMBER: "member", Kind.ENUM_VALUE: "value", Kind.ERROR: "error"}


class Attention(NamedTuple):
    """A change that may need attention: how bad, the sentence, and the id of its place on the page of the notes."""

    severity: str
    message: str
    anchor: str


class Gain(NamedTuple):
    """What a shape gained: its name, names of members or values, and how many more."""

    shape: str
    names: tuple[str, ...]
    more: int


class Event(NamedTuple):
    """A service or an API version that came or went: how bad, the sentence, the service, whether all of it is gone."""

    severity: str
    message: str
    service: str
    is_end: bool


class Reworded(NamedTuple):
    """A service in which nothing but documentation changed: its SDK name, its title, how many texts."""

    service: str
    title: str
    texts: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A line of an index: a service in a release, with the counts of its notes and what is most worth knowing.

    `severities` are (`breaking`, 2), worst first, without zeros; `kinds` are such as `member-added`, sorted;
    `attention` has the worst changes, `operations` new operations, `gains` what shapes gained, each with how many more
    there are; `removed` has all operations that went.
    """

    release: str
    date: str
    service: str
    title: str
    counts: str
    summary: str
    path: str
    severities: tuple[tuple[str, int], ...] = ()
    kinds: tuple[str, ...] = ()
    attention: tuple[Attention, ...] = ()
    more_attention: int = 0
    operations: tuple[str, ...] = ()
    more_operations: int = 0
    gains: tuple[Gain, ...] = ()
    more_gains: int = 0
    removed: tuple[str, ...] = ()
    previous: str = ""

    @property
    def worst(self) -> str:
        """The worst severity, or nothing."""
        return self.severities[0][0] if self.severities else ""

    @property
    def methods(self) -> str:
        """The counts of operations, or nothing where none changed."""
        return "" if self.counts == NO_METHODS else self.counts

    @property
    def says(self) -> str:
        """The release's own words, unless they say only that something was updated."""
        return "" if is_generic(self.summary) else self.summary

    def has(self, severity: str) -> bool:
        """Whether there is a change of this severity."""
        return any(word == severity for word, _ in self.severities)


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """A release as an index tells it: its date (or nothing), its lines, services that came or went, its own words.

    `reworded` are the services that have no line because nothing but documentation changed in them.
    """

    release: str
    previous: str
    date: str
    notes: tuple[Mention, ...] = ()
    events: tuple[Event, ...] = ()
    introduction: str = ""
    reworded: tuple[Reworded, ...] = ()

    @property
    def quiet(self) -> str:
        """What to say where there is no line; nothing where there is one."""
        if self.notes or self.events:
            return ""
        if not self.previous:
            return "The first release of this source: nothing to compare it with."
        if self.reworded:
            return f"Nothing but documentation changed, in {counted(len(self.reworded), 'service')}."
        return "Nothing changed in the services of this site."

    @property
    def severities(self) -> tuple[tuple[str, int], ...]:
        """How many changes of each severity there are in all services, worst first, without zeros."""
        return total([*(mention.severities for mention in self.notes), [(event.severity, 1) for event in self.events]])


def mention(notes: ServiceNotes, path: str) -> Mention:
    """The line of an index that leads to `notes`, which stand at `path`."""
    changes = [change for change in notes.changes if not change.rule.suppressed]
    minded = list(_attention(notes))
    gains = tuple(_gains(changes))
    came = [view.name for view in notes.operations if view.status == "new"]
    return Mention(
        release=notes.release,
        date=notes.date,
        service=notes.service,
        title=notes.title,
        counts=notes.counts,
        summary=notes.summary,
        path=path,
        severities=tuple((word, number) for word, number in notes.severities.items() if number),
        kinds=tuple(sorted({kind for change in changes for kind in _kinds(change)})),
        attention=tuple(minded[:MINDED]),
        more_attention=len(minded[MINDED:]),
        operations=tuple(came[:GAINED]),
        more_operations=len(came[GAINED:]),
        gains=gains[:GAINS],
        more_gains=len(gains[GAINS:]),
        removed=tuple(name for name, _ in notes.removed),
        previous=notes.previous,
    )


def reworded(notes: ServiceNotes) -> Reworded | None:
    """What is said of notes that tell of nothing else; None where no documentation changed either."""
    texts = notes.severities["docs"]
    return Reworded(notes.service, notes.title, texts) if texts and not notes.is_told else None


def event(change: Change) -> Event:
    """What happened to a service as a whole."""
    delta = change.delta
    is_end = not delta.trait and delta.new is None
    return Event(change.rule.severity.word, change.message, delta.id.partition("#")[0], is_end)


def as_json(value: Any) -> Any:
    """A record, or a part of one, as JSON carries it."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, tuple):
        return [as_json(each) for each in value]
    return {each.name: as_json(getattr(value, each.name)) for each in fields(value)}


def mention_from_json(data: Any) -> Mention:
    """The line that `as_json` was given; raises `TypeError`, `KeyError` or `ValueError` where it is none."""
    return Mention(
        **{
            **data,
            "severities": tuple((str(word), int(number)) for word, number in data["severities"]),
            "kinds": tuple(data["kinds"]),
            "attention": tuple(Attention(*each) for each in data["attention"]),
            "operations": tuple(data["operations"]),
            "gains": tuple(Gain(shape, tuple(names), more) for shape, names, more in data["gains"]),
            "removed": tuple(data["removed"]),
        }
    )


def worst_first(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """The lines of a release, what needs attention first, and A to Z where that is equal."""

    def weight(mention: Mention) -> tuple[int, int, str, str]:
        word, number = mention.severities[0] if mention.severities else (SEVERITIES[-1], 0)
        bad = word in _MIND
        return (
            SEVERITIES.index(word) if bad else len(_MIND),
            -number if bad else 0,
            mention.title.lower(),
            mention.path,
        )

    return tuple(sorted(mentions, key=weight))


def total(counts: Iterable[Iterable[tuple[str, int]]]) -> tuple[tuple[str, int], ...]:
    """The sums of numbers by severity, worst first, without zeros."""
    sums = dict.fromkeys(SEVERITIES, 0)
    for each in counts:
        for word, number in each:
            sums[word] += number
    return tuple((word, number) for word, number in sums.items() if number)


def _attention(notes: ServiceNotes) -> Iterator[Attention]:
    """What may need attention, worst first, in the order of the page where that is equal."""
    arranged = notes.arranged
    own = (cause for causes in arranged.of_operation.values() for cause in causes)
    causes: list[Cause] = [*arranged.service, *arranged.shared, *own]
    for severity in _MIND:
        for cause in causes:
            if cause.severity == severity:
                yield Attention(severity, cause.message, cause.anchor)


def _gains(changes: Iterable[Change]) -> Iterator[Gain]:
    """Members and values that came and that nobody has to mind, by shape, in the order of the changes."""
    found: dict[str, list[str]] = {}
    for change in changes:
        delta = change.delta
        minded = change.rule.severity.word in _MIND
        if delta.kind in (Kind.MEMBER, Kind.ENUM_VALUE) and delta.old is None and not minded:
            shape, _, name = delta.id.partition("#")[2].partition("$")
            found.setdefault(shape, []).append(name)
    for shape, names in found.items():
        yield Gain(shape, tuple(names[:GAINED]), len(names[GAINED:]))


def _kinds(change: Change) -> Iterator[str]:
    delta = change.delta
    if delta.kind is Kind.DOCUMENTATION:
        yield "documentation"
        return
    action = "added" if delta.old is None else "removed" if delta.new is None else "changed"
    if delta.kind in _KINDS:
        yield f"{_KINDS[delta.kind]}-{action}"
    else:
        yield "other"
    if delta.trait == "deprecated" and delta.new:
        yield "deprecated"
