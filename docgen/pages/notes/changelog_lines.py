"""What release notes say of a change: one line, below one heading of Keep a Changelog.

Operations that came, and members that shapes gained, are gathered in a line where nobody has to mind them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from docgen.diff.facts import Kind
from docgen.pages.sentences import counted, listed
from docgen.rules.classify import Change
from docgen.rules.grouping import Cause, Moment, sentences
from docgen.rules.rule import Severity

ADDED, CHANGED, DEPRECATED, REMOVED, FIXED, SECURITY = HEADINGS = (
    "Added",
    "Changed",
    "Deprecated",
    "Removed",
    "Fixed",
    "Security",
)
"""The headings of Keep a Changelog, in its order. No rule leads to `Fixed`: a model does not say what was wrong."""

SECURE = ("*-auth-scheme-*", "*-unauthenticated-*", "*-signature-version-*", "*-unsigned-payload-*", "sensitive-*")
"""Rules whose changes are about who may call and what may be logged."""

NAMED = 40
"""Names that a line lists; it counts the rest."""

_THINGS = (
    *(Kind.SERVICE, Kind.OPERATION, Kind.INPUT, Kind.OUTPUT, Kind.ERROR, Kind.MEMBER),
    *(Kind.ENUM_VALUE, Kind.SHAPE, Kind.PAGINATOR, Kind.WAITER),
)


@dataclass(frozen=True, slots=True)
class Line:
    """What is told in one line.

    `fix` is what to do, `release` in which release it happened where a section has several, `number` how many changes
    it tells of.
    """

    service: str
    title: str
    heading: str
    severity: str
    message: str
    example: str = ""
    operations: tuple[str, ...] = ()
    fix: str = ""
    release: str = ""
    number: int = 1

    @property
    def named(self) -> str:
        """The operations that it affects, where they are several."""
        names = self.operations
        if len(names) < 2:
            return ""
        return f"{counted(len(names), 'operation')}: {listed(names[:NAMED], len(names[NAMED:]))}"


def heading_of(change: Change) -> str:
    """Below which heading of Keep a Changelog a change stands; the first of these that fits.

    Rules about credentials and secrets: `Security`; what became deprecated: `Deprecated`; a thing that came or went,
    but for what was renamed: `Added` or `Removed`; everything else: `Changed`.
    """
    delta = change.delta
    if any(fnmatchcase(change.rule.id, pattern) for pattern in SECURE):
        return SECURITY
    if change.rule.id.endswith("-deprecated"):
        return DEPRECATED
    if delta.kind not in _THINGS or change.also or (delta.kind is Kind.SERVICE and delta.at != "release"):
        return CHANGED
    return ADDED if delta.old is None else REMOVED if delta.new is None else CHANGED


def lines_of(moments: Iterable[Moment], several: bool) -> Iterator[Line]:
    """The lines of a service, worst first; release by release where they are several, newest first."""
    found: list[Line] = []
    for moment in reversed(list(moments)):
        release = moment.release if several else ""
        found += _gathered(moment, sentences(moment.changes), release)
    yield from sorted(found, key=lambda line: -Severity[line.severity.upper()])


def _gathered(moment: Moment, causes: Iterable[Cause], release: str) -> Iterator[Line]:
    """One line for each cause; one for operations that came, and one for shapes that gained the same members."""
    operations: list[Change] = []
    gains: dict[str, list[Change]] = {}
    others: list[Cause] = []
    for cause in causes:
        change = cause.change
        if change.rule.severity is not Severity.SAFE or heading_of(change) != ADDED or len(cause.changes) > 1:
            others.append(cause)
        elif change.delta.kind is Kind.OPERATION:
            operations.append(change)
        elif change.delta.kind is Kind.MEMBER:
            gains.setdefault(_shape(change), []).append(change)
        else:
            others.append(cause)
    if len(operations) == 1:
        others.insert(0, Cause((operations[0],)))
    elif operations:
        added = [_name(change) for change in operations]
        message = f"{len(added)} operations were added: {listed(added[:NAMED], len(added[NAMED:]))}"
        yield _line(moment, Cause((operations[0],)), release, message, operations)
    alike: dict[tuple[str, ...], list[Change]] = {}
    for changes in gains.values():
        alike.setdefault(tuple(_name(change) for change in changes), []).extend(changes)
    for names, changes in alike.items():
        if len(changes) == 1:
            others.append(Cause((changes[0],)))
            continue
        shapes = list(dict.fromkeys(map(_shape, changes)))
        gained = listed(names[:NAMED], len(names[NAMED:]))
        message = f"{listed(shapes[:NAMED], len(shapes[NAMED:]))} gained {gained}"
        yield _line(moment, Cause((changes[0],)), release, message, changes)
    for cause in others:
        yield _line(moment, cause, release, cause.message, cause.changes)


def _line(moment: Moment, cause: Cause, release: str, message: str, changes: Sequence[Change]) -> Line:
    change = cause.change
    gathered = message != cause.message
    return Line(
        service=moment.service,
        title=moment.title,
        heading=heading_of(change),
        severity=cause.severity,
        message=message,
        example="" if gathered else cause.example,
        operations=() if gathered else change.operations,
        fix=change.rule.fix if change.rule.severity >= Severity.DANGEROUS else "",
        release=release,
        number=len(changes),
    )


def _shape(change: Change) -> str:
    return change.delta.id.partition("#")[2].partition("$")[0]


def _name(change: Change) -> str:
    return change.delta.id.partition("#")[2].rpartition("$")[2].removesuffix("()")


def grouped(lines: Iterable[Line]) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """The lines below their headings, in the order of Keep a Changelog."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.heading, []).append(line)
    return tuple((heading, tuple(found[heading])) for heading in HEADINGS if heading in found)
