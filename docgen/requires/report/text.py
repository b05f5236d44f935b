"""For a terminal: the lowest release, the line that requires it, other uses by version, and the declared versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from docgen.requires.report import wording
from docgen.requires.result import Result
from docgen.requires.uses import Use
from docgen.terminal.frame import code_frame
from docgen.terminal.styled import Screen, Styled, screen_text, styled, styled_line
from docgen.terminal.wrapping import wrapped
from docgen.wording import counted

LISTED = 20
"""The number of rows that are shown unless all are requested."""

_GAP = "  "
"""The space between columns."""

_Cells = tuple[str, str, str, str, str]
"""Location, service, name, release and date of a use."""

_NAME = re.compile(r"\w+")


def text(result: Result, screen: Screen, *, every: bool) -> str:
    """Return the whole report. Lines fit the screen if names permit; on a terminal, it shows the line of code."""
    parts = [
        [styled(wording.headline(result), "title")],
        list(_frame(result, screen)) if screen.is_terminal else [],
        list(_table(result, screen, every=every)),
        list(_missing(result)),
        list(_unlisted(result, every=every)),
        list(_declared(result, every=every)),
        [styled(note) for note in _notes(result)],
    ]
    lines: list[Styled] = []
    for part in parts:
        if part:
            lines += [Styled()] * bool(lines)
            for line in part:
                lines += wrapped(line, screen) if screen.is_terminal else [line]
    return screen_text(lines, screen)


def _frame(result: Result, screen: Screen) -> Iterator[Styled]:
    """Yield the line of code that requires the lowest release, with a mark under the name."""
    if not result.requirement.forced_by or result.requirement.forced_by[0].cell:
        return
    use = result.requirement.forced_by[0]
    try:
        line = Path(use.file).read_text(encoding="utf-8").split("\n")[use.line - 1]
    except (OSError, ValueError, IndexError):
        return
    name = _NAME.match(line, use.column - 1)
    location = f"{use.file}:{use.line}:{use.column}"
    yield from code_frame(location, use.line, line, screen, use.column, len(name[0]) if name else 1)


def rows(result: Result, *, every: bool) -> tuple[list[Use], int]:
    """Return one use for each element, newest first, and the number of rows left out.

    Unless `every` is set, an element that is as old as the operation or the member that contains it is left out.
    """
    found: dict[tuple[str, str], Use] = {}
    for use in result.requirement.uses:
        if use.since and use.forces:
            found.setdefault((use.service, wording.element(use)), use)
    uses = sorted(found.values(), key=lambda use: -use.since)
    if every:
        return uses, 0
    leading = _leading(uses)
    return leading[:LISTED], len(uses) - len(leading[:LISTED])


def _leading(uses: list[Use]) -> list[Use]:
    """Return the uses without those that are as old as what contains them."""
    known = {(use.since, *holder) for use in uses for holder in [(use.service, use.operation, use.kind, use.path)]}
    services = {(use.since, use.service) for use in uses if use.kind == "service"}
    found = []
    for use in uses:
        held = use.kind != "service" and (use.since, use.service) in services
        if use.operation and use.kind != "operation":
            held |= (use.since, use.service, use.operation, "operation", "") in known
            held |= (use.since, use.service, "", "paginator", use.operation) in known
            parents = [use.path] if use.kind == "value" else _parents(use.path)
            kind = "parameter" if use.kind == "value" else use.kind
            held |= any((use.since, use.service, use.operation, kind, parent) in known for parent in parents)
        found += [] if held else [use]
    return found


def _parents(path: str) -> list[str]:
    """Return the paths of everything that contains a member: `A[].B.C` is in `A` and in `A[].B`."""
    steps = path.split(".")
    return [".".join(steps[:end]).removesuffix("[]").removesuffix("{value}") for end in range(1, len(steps))]


def _table(result: Result, screen: Screen, *, every: bool) -> Iterator[Styled]:
    listed, left = rows(result, every=every)
    cells = [
        (wording.location(use), use.service, wording.element(use), since.name, since.date)
        for use in listed
        if (since := result.since(use))
    ]
    widths = [max((len(row[column]) for row in cells), default=0) for column in range(5)]
    if screen.is_terminal and sum(widths) + len(widths) * len(_GAP) > screen.width:
        yield from _stacked_rows(cells, widths)
    else:
        yield from _aligned_rows(cells, widths)
    if left:
        yield styled(f"  … and {counted(left, 'more name')} (--all lists them)", "dim")


def _aligned_rows(cells: Iterable[_Cells], widths: Sequence[int]) -> Iterator[Styled]:
    """Yield a line for each use."""
    for row in cells:
        padded = [f"{cell:<{wide}}" for cell, wide in zip(row, widths, strict=True)]
        date = styled(row[4], "dim") if row[4] else ""
        yield styled_line(
            ["", *padded[:3], styled(padded[3] if date else row[3], "version"), *[date] * bool(date)], _GAP
        )


def _stacked_rows(cells: Iterable[_Cells], widths: Sequence[int]) -> Iterator[Styled]:
    """Yield two lines for each use: the release with the name, and below them the line of code."""
    for location, service, element, release, date in cells:
        version, day = f"{release:<{widths[3]}}", f"{date:<{widths[4]}}"
        yield styled_line(
            ["", styled(version, "version"), styled(day, "dim"), f"{service:<{widths[1]}}", element], _GAP
        )
        yield styled_line(["", " " * len(version), " " * len(day), styled(location, "dim")], _GAP)


def _missing(result: Result) -> Iterator[Styled]:
    for use in result.requirement.unknown:
        yield styled(wording.location(use), "failed") + f"  {wording.missing(result, use)}"


def _unlisted(result: Result, *, every: bool) -> Iterator[Styled]:
    found = result.requirement.unlisted
    listed = found if every else found[:LISTED]
    for use in listed:
        yield styled(f"{wording.location(use)}  {wording.unlisted(result, use)}")
    if left := len(found) - len(listed):
        yield styled(f"… and {counted(left, 'more value')} (--all lists them)", "dim")


def _declared(result: Result, *, every: bool) -> Iterator[Styled]:
    """Yield the declarations. If there are many, list those that are too low first, and count the others."""
    listed = result.declared
    if len(listed) > LISTED and not every:
        listed = tuple(sorted(listed, key=lambda each: not result.is_too_low(each)))[:LISTED]
    for each in listed:
        style = "failed" if result.is_too_low(each) else "passed" if each.lowest else "dim"
        yield f"{each.file}:{each.line}  " + styled(wording.verdict(result, each), style)
    if left := len(result.declared) - len(listed):
        yield styled(f"… and {counted(left, 'more declaration')} (--all lists them)", "dim")


def _notes(result: Result) -> Iterator[str]:
    """Yield notes on what the report leaves out."""
    requirement = result.requirement
    floor = requirement.floor.number if requirement.floor else 0
    inferred = [use for use in requirement.uses if not use.certain and use.since > floor]
    guarded = [use for use in requirement.uses if use.guarded and use.since > floor]
    if inferred:
        first = min(inferred, key=lambda use: (-use.since, use.place))
        since = result.facts.release(first.since)
        yield (
            f"{counted(len(inferred), 'inferred use')} would need more (up to botocore {since.name}: "
            f"{wording.location(first)} {first.service} {wording.element(first)}): the client's service is a guess"
        )
    if guarded:
        yield f"{counted(len(guarded), 'guarded use')} would need more; the code tests for them"
    if requirement.unresolved:
        yield f"{counted(len(requirement.unresolved), 'call')} could be of several services, and count for none"
    yield (
        f"{counted(len(requirement.uses), 'use')} in {counted(result.files, 'file')},"
        f" by facts up to botocore {wording.newest(result)}"
    )
