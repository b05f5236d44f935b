"""Changes as lines of release notes, each below one heading of Keep a Changelog.

Added operations share a line, and so do members that several shapes gained, and operations with the same new error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache

from docgen.diff.delta import Kind
from docgen.rules.change import Change, Verdict
from docgen.rules.grouping import ChangeGroup, group_changes, only_use, use_label
from docgen.rules.rule import Severity
from docgen.rules.service_changes import ServiceChanges
from docgen.wording import counted, first_listed

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
"""Rules about who may call and what may be logged."""

MAX_LINE_NAMES = 40
"""Most names of what is new in a line; it counts the others."""

MAX_AFFECTED_OPERATIONS = 8
"""Most operations that a line names as affected; it counts the others."""

_ADDABLE_KINDS = (
    *(Kind.SERVICE, Kind.OPERATION, Kind.INPUT, Kind.OUTPUT, Kind.ERROR, Kind.MEMBER),
    *(Kind.ENUM_VALUE, Kind.SHAPE, Kind.PAGINATOR, Kind.WAITER),
)


@dataclass(frozen=True, slots=True)
class ChangelogLine:
    """A line of release notes.

    Attributes:
        service: SDK name of the service.
        title: Full name of the service.
        heading: Heading of Keep a Changelog.
        severity: Worst severity of its changes.
        message: What changed.
        example: Example path of the element, or empty.
        operations: Affected operations.
        other_risks: The operations for which the change is dangerous or breaking for another reason, or empty.
        fix: What callers should do, or empty.
        release: Release of the change, if the section has several, else empty.
        change_count: Number of changes in the line.
        code_text: Lines of code that the changes reach, or empty.
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
    code_text: str = ""
    other_risks: str = ""

    @property
    def operations_text(self) -> str:
        """The affected operations: all if there are several, or the only one if the message does not have its name."""
        names = self.operations
        if len(names) == 1:
            return f"operation {names[0]}" if names[0] not in self.message else ""
        if not names:
            return ""
        return f"{counted(len(names), 'operation')}: {first_listed(names, MAX_AFFECTED_OPERATIONS)}"


def changelog_heading(change: Change) -> str:
    """Return the heading of Keep a Changelog for a change; the first of these that applies.

    `Security` for credentials and secrets, `Deprecated`, `Added` or `Removed` for elements that were not renamed, else
    `Changed`.
    """
    delta = change.delta
    if _is_security_rule(change.rule.id):
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


@cache
def _is_security_rule(rule_id: str) -> bool:
    return any(fnmatchcase(rule_id, pattern) for pattern in SECURITY_RULES)


def changelog_lines(service_changes: Iterable[ServiceChanges], with_release: bool) -> Iterator[ChangelogLine]:
    """Yield the lines of a service, worst first, then newest release first."""
    found: list[ChangelogLine] = []
    for release_changes in reversed(list(service_changes)):
        release = release_changes.release if with_release else ""
        found += _gather_lines(release_changes, group_changes(release_changes.changes), release)
    yield from sorted(found, key=lambda line: -Severity[line.severity.upper()])


def _gather_lines(
    service_changes: ServiceChanges, groups: Iterable[ChangeGroup], release: str
) -> Iterator[ChangelogLine]:
    """Yield a line for each cause, or for several that are alike.

    Added operations share one, and so do shapes with the same added members and operations with the same new error.
    """
    operations: list[Change] = []
    gains: dict[str, list[Change]] = {}
    errors: dict[str, list[Change]] = {}
    others: list[ChangeGroup] = []
    for cause in groups:
        change = cause.change
        if change.rule.severity is not Severity.SAFE or changelog_heading(change) != ADDED or len(cause.changes) > 1:
            others.append(cause)
        elif change.delta.kind is Kind.OPERATION:
            operations.append(change)
        elif change.delta.kind is Kind.MEMBER:
            gains.setdefault(_changed_shape(change), []).append(change)
        elif change.delta.kind is Kind.ERROR:
            errors.setdefault(str(change.delta.new), []).append(change)
        else:
            others.append(cause)
    if len(operations) == 1:
        others.insert(0, ChangeGroup((operations[0],)))
    elif operations:
        added = [_changed_name(change) for change in operations]
        message = f"{len(added)} operations were added: {first_listed(added, MAX_LINE_NAMES)}"
        yield _changelog_line(service_changes, ChangeGroup((operations[0],)), release, message, operations)
    alike: dict[tuple[str, ...], list[Change]] = {}
    for changes in gains.values():
        alike.setdefault(tuple(_changed_name(change) for change in changes), []).extend(changes)
    for names, changes in alike.items():
        if len(changes) == 1:
            others.append(ChangeGroup((changes[0],)))
            continue
        places = list(dict.fromkeys(map(_changed_place, changes)))
        gained = first_listed(names, MAX_LINE_NAMES)
        message = f"{first_listed(places, MAX_LINE_NAMES)} gained {gained}"
        line = _changelog_line(service_changes, ChangeGroup((changes[0],)), release, message, changes)
        shared = [name for change in changes if not any(only_use(change)) for name in change.operations]
        yield replace(line, operations=tuple(dict.fromkeys(shared)))
    for error, changes in errors.items():
        if len(changes) == 1:
            others.append(ChangeGroup((changes[0],)))
            continue
        names = tuple(dict.fromkeys(name for change in changes for name in change.operations))
        raising = first_listed(names, MAX_LINE_NAMES)
        message = f"{counted(len(names), 'operation')} can now raise {error}: {raising}"
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
        code_text=ChangeGroup(tuple(changes)).code_text,
        other_risks="" if gathered else "; ".join(filter(None, map(_risk_text, group.other_risks))),
    )


def _risk_text(verdict: Verdict) -> str:
    names = verdict.operations
    where = first_listed(names, MAX_AFFECTED_OPERATIONS)
    return f"{verdict.rule.severity.label} for {where}" if names else ""


def _changed_shape(change: Change) -> str:
    return change.delta.element_id.owner or ""


def _changed_place(change: Change) -> str:
    """Return the shape that changed, or the place of it in the only operation that uses it."""
    return use_label(*only_use(change)) or _changed_shape(change)


def _changed_name(change: Change) -> str:
    return change.delta.element_id.last_name.removesuffix("()")


def lines_by_heading(lines: Iterable[ChangelogLine]) -> tuple[tuple[str, tuple[ChangelogLine, ...]], ...]:
    """Return lines by heading, in the order of Keep a Changelog."""
    found: dict[str, list[ChangelogLine]] = {}
    for line in lines:
        found.setdefault(line.heading, []).append(line)
    return tuple((heading, tuple(found[heading])) for heading in HEADINGS if heading in found)
