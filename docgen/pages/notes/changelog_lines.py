"""What release notes say of a change: one line, below one heading of Keep a Changelog.

Operations that came, and members that shapes gained, are gathered in a line where nobody has to mind them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from docgen.diff.delta import Kind
from docgen.rules.change import Change
from docgen.rules.grouping import ChangeGroup, group_changes
from docgen.rules.rule import Severity
from docgen.rules.service_changes import ServiceChanges
from docgen.wording import counted, listed

ADDED, CHANGED, DEPRECATED, REMOVED, FIXED, SECURITY = HEADINGS = (
    "Added",
    "Changed",
    "Deprecated",
    "Removed",
    "Fixed",
    "Security",
)
"""The headings of Keep a Changelog, in its order. No rule leads to `Fixed`: a model does not say what was wrong."""

SECURITY_RULES = (
    "*-auth-scheme-*",
    "*-unauthenticated-*",
    "*-signature-version-*",
    "*-unsigned-payload-*",
    "sensitive-*",
)
"""Rules whose changes are about who may call and what may be logged."""

MAX_LINE_NAMES = 40
"""Names that a line lists; it counts the rest."""

_ADDABLE_KINDS = (
    *(Kind.SERVICE, Kind.OPERATION, Kind.INPUT, Kind.OUTPUT, Kind.ERROR, Kind.MEMBER),
    *(Kind.ENUM_VALUE, Kind.SHAPE, Kind.PAGINATOR, Kind.WAITER),
)


@dataclass(frozen=True, slots=True)
class ChangelogLine:
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
    change_count: int = 1

    @property
    def operations_text(self) -> str:
        """The operations that it affects, where they are several."""
        names = self.operations
        if len(names) < 2:
            return ""
        return f"{counted(len(names), 'operation')}: {listed(names[:MAX_LINE_NAMES], len(names[MAX_LINE_NAMES:]))}"


def changelog_heading(change: Change) -> str:
    """Below which heading of Keep a Changelog a change stands; the first of these that fits.

    Rules about credentials and secrets: `Security`; what became deprecated: `Deprecated`; a thing that came or went,
    but for what was renamed: `Added` or `Removed`; everything else: `Changed`.
    """
    delta = change.delta
    if any(fnmatchcase(change.rule.id, pattern) for pattern in SECURITY_RULES):
        return SECURITY
    if change.rule.id.endswith("-deprecated"):
        return DEPRECATED
    if (
        delta.kind not in _ADDABLE_KINDS
        or change.related
        or (delta.kind is Kind.SERVICE and delta.carrier != "release")
    ):
        return CHANGED
    return ADDED if delta.old is None else REMOVED if delta.new is None else CHANGED


def changelog_lines(service_changes: Iterable[ServiceChanges], with_release: bool) -> Iterator[ChangelogLine]:
    """The lines of a service, worst first; release by release where they are several, newest first."""
    found: list[ChangelogLine] = []
    for moment in reversed(list(service_changes)):
        release = moment.release if with_release else ""
        found += _gather_lines(moment, group_changes(moment.changes), release)
    yield from sorted(found, key=lambda line: -Severity[line.severity.upper()])


def _gather_lines(
    service_changes: ServiceChanges, groups: Iterable[ChangeGroup], release: str
) -> Iterator[ChangelogLine]:
    """One line for each cause; one for operations that came, and one for shapes that gained the same members."""
    operations: list[Change] = []
    gains: dict[str, list[Change]] = {}
    others: list[ChangeGroup] = []
    for cause in groups:
        change = cause.change
        if change.rule.severity is not Severity.SAFE or changelog_heading(change) != ADDED or len(cause.changes) > 1:
            others.append(cause)
        elif change.delta.kind is Kind.OPERATION:
            operations.append(change)
        elif change.delta.kind is Kind.MEMBER:
            gains.setdefault(_changed_shape(change), []).append(change)
        else:
            others.append(cause)
    if len(operations) == 1:
        others.insert(0, ChangeGroup((operations[0],)))
    elif operations:
        added = [_changed_name(change) for change in operations]
        message = f"{len(added)} operations were added: {listed(added[:MAX_LINE_NAMES], len(added[MAX_LINE_NAMES:]))}"
        yield _changelog_line(service_changes, ChangeGroup((operations[0],)), release, message, operations)
    alike: dict[tuple[str, ...], list[Change]] = {}
    for changes in gains.values():
        alike.setdefault(tuple(_changed_name(change) for change in changes), []).extend(changes)
    for names, changes in alike.items():
        if len(changes) == 1:
            others.append(ChangeGroup((changes[0],)))
            continue
        shapes = list(dict.fromkeys(map(_changed_shape, changes)))
        gained = listed(names[:MAX_LINE_NAMES], len(names[MAX_LINE_NAMES:]))
        message = f"{listed(shapes[:MAX_LINE_NAMES], len(shapes[MAX_LINE_NAMES:]))} gained {gained}"
        yield _changelog_line(service_changes, ChangeGroup((changes[0],)), release, message, changes)
    for cause in others:
        yield _changelog_line(service_changes, cause, release, cause.message, cause.changes)


def _changelog_line(
    service_changes: ServiceChanges, group: ChangeGroup, release: str, message: str, changes: Sequence[Change]
) -> ChangelogLine:
    change = group.change
    gathered = message != group.message
    return ChangelogLine(
        service=service_changes.service,
        title=service_changes.title,
        heading=changelog_heading(change),
        severity=group.severity,
        message=message,
        example="" if gathered else group.example_path,
        operations=() if gathered else change.operations,
        fix=change.rule.fix if change.rule.severity >= Severity.DANGEROUS else "",
        release=release,
        change_count=len(changes),
    )


def _changed_shape(change: Change) -> str:
    return change.delta.element_id.owner or ""


def _changed_name(change: Change) -> str:
    return change.delta.element_id.last_name.removesuffix("()")


def lines_by_heading(lines: Iterable[ChangelogLine]) -> tuple[tuple[str, tuple[ChangelogLine, ...]], ...]:
    """The lines below their headings, in the order of Keep a Changelog."""
    found: dict[str, list[ChangelogLine]] = {}
    for line in lines:
        found.setdefault(line.heading, []).append(line)
    return tuple((heading, tuple(found[heading])) for heading in HEADINGS if heading in found)
