"""What `docgen diff` shows on a terminal: one screen with the worst changes of each service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from docgen.diff.delta import Kind
from docgen.model.usage import Direction
from docgen.pages.notes.changelog import severity_counts_text
from docgen.rules.change import Change
from docgen.rules.grouping import group_changes
from docgen.rules.rule import Severity
from docgen.rules.service_changes import ServiceChanges
from docgen.sources.official_notes import SdkNote
from docgen.sources.release import Release
from docgen.terminal.styled import Screen, Styled, styled, styled_line
from docgen.terminal.wrapping import columns, cropped, wrapped
from docgen.wording import counted, first_listed

_NAMES_SHARE = 3
"""The part of the screen's width that names of operations take at most: a third."""

_EXAMPLES = 6
"""Names that a line lists; it counts the others."""

_FIRST_ROWS = 4
"""Rows that each service gets before any gets more."""

_SIDES = {Direction.REQUEST: "request", Direction.RESPONSE: "response"}

_SEVERITY_WIDTH = len("dangerous")
_LINES_PER_ROW = {"breaking": 2, "dangerous": 2}
"""Lines that a row of a severity takes at most; one if it is not here."""

_MIN_WRAPPED_WIDTH = 20
"""Columns that a message needs to be worth a second line."""

_LISTED_NOTES = 3
_OTHER_LINES = 7
"""Lines of the screen that are not for changes: the heading, what is left out, the hint, and the prompt after it."""

_MIN_ROWS = 8
_MIN_TITLE_WIDTH = 12


@dataclass(frozen=True, slots=True)
class OverviewInput:
    """What two releases differ in; `hidden` is a sentence about what a filter left out, if anything."""

    old: Release
    new: Release
    changes: tuple[ServiceChanges, ...]
    sdk_notes: tuple[SdkNote, ...] = ()
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    """`count` changes with the sentences about them, and the operations that they affect."""

    severity: str
    operations: tuple[str, ...]
    messages: dict[str, str]
    count: int

    @property
    def message(self) -> str:
        """All sentences."""
        return "; ".join(self.messages.values())

    def message_lines(self, screen: Screen, column: int) -> list[Styled]:
        """Return the lines of the message, which begins at a column of the screen and is cropped after the last."""
        width = screen.width - column
        message = styled(self.message)
        most = _LINES_PER_ROW.get(self.severity, 1) if width >= _MIN_WRAPPED_WIDTH else 1
        lines = wrapped(message, screen._replace(width=width))[: most - 1]
        start = sum(len(line.plain) for line in lines)
        rest = message.plain[start:].lstrip()
        return [*lines, cropped(rest, width)] if rest else lines


def overview_lines(found: OverviewInput, screen: Screen, height: int) -> Iterator[Styled]:
    """Yield the lines of the overview.

    Args:
        found: What to show.
        screen: Where it is shown; each change is cropped to one line of it, or two if it is a risk.
        height: The lines of the terminal: as many changes are shown as fit, the worst first.
    """
    yield from _heading(found, screen)
    notes = [f"{note.topic}: {' '.join(note.text.split())}" for note in found.sdk_notes]
    for note in notes[:_LISTED_NOTES]:
        yield cropped("The SDK itself  " + styled(note, "dim"), screen.width)
    rows = {id(each): _rows(each) for each in found.changes}
    services = sorted((each for each in found.changes if each.changes), key=_worst_first)
    shown = _fitting(services, rows, screen, max(height - _OTHER_LINES - len(notes[:_LISTED_NOTES]), _MIN_ROWS))
    for each in services:
        if number := shown.get(id(each)):
            yield Styled()
            yield from _service_lines(each, rows[id(each)][:number], screen)
    yield Styled()
    yield from _rest(found, services, rows, shown, screen)


def _heading(found: OverviewInput, screen: Screen) -> Iterator[Styled]:
    old, new = (f"{side.name} ({side.date})" if side.date else side.name for side in (found.old, found.new))
    every = [change for each in found.changes for change in each.changes]
    services = sum(bool(each.changes) for each in found.changes)
    title = styled(f"{found.new.package} {old} → {new}".strip(), "title")
    counts = styled_line(_severity_counts(every), ", ") if every else styled("no changes outside documentation")
    yield from wrapped(title + ": " + counts + (f" in {counted(services, 'service')}" if services else ""), screen)


def _severity_counts(changes: Iterable[Change]) -> Iterator[Styled]:
    for part in severity_counts_text(changes).split(", "):
        yield styled(part, part.rpartition(" ")[2])


def _worst_first(changes: ServiceChanges) -> tuple[int, int, str]:
    worst = max(change.rule.severity for change in changes.changes)
    return -worst, -sum(change.rule.severity == worst for change in changes.changes), changes.service


def _rows(changes: ServiceChanges) -> list[_Row]:
    """Return the changes of a service, worst first: one row for those of one severity and the same operations."""
    found: dict[tuple[object, ...], _Row] = {}
    gained: dict[tuple[object, ...], list[str]] = {}
    for group in group_changes(changes.changes):
        change = group.change
        is_new_operation = change.delta.kind is Kind.OPERATION and change.delta.old is None
        names = () if is_new_operation else change.operations
        key = group.severity, names or is_new_operation or change.fingerprint
        if is_new_operation or (change.delta.kind is Kind.MEMBER and change.delta.old is None and names):
            verb = "new operations" if is_new_operation else f"{_SIDES.get(change.direction, '')} gained".lstrip()
            listed_names = gained.setdefault((key, verb), [])
            listed_names.append(change.delta.element_id.last_name if is_new_operation else group.example_path)
            message = f"{verb} {first_listed(listed_names, _EXAMPLES)}"
        else:
            verb, message = change.fingerprint, group.message
        known = found.setdefault(key, _Row(group.severity, names, {}, 0))
        known.messages[verb] = message
        found[key] = replace(known, count=known.count + len(group.changes))
        for verdict in group.other_risks:  # already counted
            key = verdict.rule.severity.label, verdict.operations
            found.setdefault(key, _Row(*key, {}, 0)).messages[change.fingerprint] = verdict.message
    return sorted(found.values(), key=lambda row: -Severity[row.severity.upper()])


def _fitting(
    services: Sequence[ServiceChanges], rows: dict[int, list[_Row]], screen: Screen, height: int
) -> dict[int, int]:
    """Return how many rows of each service fit: the worst of all services first, then the next worst."""
    shown: dict[int, int] = {}
    left = height
    widest_names = screen.width // _NAMES_SHARE
    for severity, most in product(reversed(Severity), (_FIRST_ROWS, height)):
        for each in services:
            known = shown.get(id(each), 0)
            for row in rows[id(each)][known:most]:
                if Severity[row.severity.upper()] < severity:
                    break
                lines = len(row.message_lines(screen, _message_column(widest_names))) + 2 * (known == 0)
                if lines > left:
                    break
                left -= lines
                known += 1
                shown[id(each)] = known
    return shown


def _message_column(names_width: int) -> int:
    return 4 + _SEVERITY_WIDTH + (names_width + 2 if names_width else 0)


def _service_lines(changes: ServiceChanges, rows: Sequence[_Row], screen: Screen) -> Iterator[Styled]:
    sdk_name = f" ({changes.service})" if changes.title != changes.service else ""
    rest = f"{sdk_name}: " + styled_line(_severity_counts(changes.changes), ", ")
    title = cropped(styled(changes.title, "title"), max(screen.width - columns(rest.plain), _MIN_TITLE_WIDTH))
    yield cropped(title + rest, screen.width)
    names = [_operation_names(row, screen.width // _NAMES_SHARE) for row in rows]
    column = _message_column(max((columns(name.plain) for name in names), default=0))
    for row, name in zip(rows, names, strict=True):
        severity = styled(f"{row.severity:<{_SEVERITY_WIDTH}}", row.severity)
        start = "  " + severity + "  " + name
        for line in row.message_lines(screen, column):
            yield start + " " * (column - columns(start.plain)) + line
            start = Styled()


def _operation_names(row: _Row, width: int) -> Styled:
    """Return the first operation, and the number of the others: `CreateFleet +12`."""
    if not row.operations:
        return Styled()
    more = f" +{len(row.operations) - 1:,}" if len(row.operations) > 1 else ""
    return cropped(styled(row.operations[0], "name"), width - len(more)) + styled(more, "dim")


def _rest(
    found: OverviewInput,
    services: Sequence[ServiceChanges],
    rows: dict[int, list[_Row]],
    shown: dict[int, int],
    screen: Screen,
) -> Iterator[Styled]:
    """Count what does not fit on the screen, and say how to see it."""
    left = {id(each): rows[id(each)][shown.get(id(each), 0) :] for each in services}
    number = sum(row.count for of_service in left.values() for row in of_service)
    if number:
        where = counted(sum(map(bool, left.values())), "service")
        yield from wrapped(f"… and {counted(number, 'more change')} in {where}", screen)
    if reworded := sum(each.documentation_change_count > 0 for each in found.changes):
        texts = sum(each.documentation_change_count for each in found.changes)
        yield from wrapped(
            f"{counted(texts, 'text')} of the documentation changed in {counted(reworded, 'service')}", screen
        )
    if found.hidden:
        yield from wrapped(found.hidden, screen)
    yield from wrapped(styled("--full shows everything, --service NAME one service", "dim"), screen)
