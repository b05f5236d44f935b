"""For a terminal: the floor, the line that forces it, what else is used by version, and what is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from docgen.requires.report import wording
from docgen.requires.result import Result
from docgen.requires.uses import Use
from docgen.wording import counted

LISTED = 20
"""Rows that are shown unless all are wanted."""

_COLUMN = 60
"""The width up to which names are aligned, however narrow the terminal."""

Paint = Callable[[str, str], str]
"""Gives text a colour, by the number of the terminal's code, or leaves it plain."""

_BOLD, _DIM, _RED, _GREEN = "1", "2", "1;31", "1;32"


def text(result: Result, width: int, *, colour: bool, every: bool) -> str:
    """The whole answer; lines of at most `width` characters where names allow it."""
    paint = _painted if colour else _unpainted
    parts = [
        [paint(wording.headline(result), _BOLD)],
        list(_frame(result, paint)) if colour else [],
        list(_table(result, width, paint, every=every)),
        list(_missing(result, paint)),
        list(_declared(result, paint)),
        list(_notes(result)),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _painted(shown: str, code: str) -> str:
    return f"\x1b[{code}m{shown}\x1b[0m"


def _unpainted(shown: str, code: str) -> str:
    return shown


def _frame(result: Result, paint: Paint) -> Iterator[str]:
    """The line of code that forces the floor, with a mark below the name."""
    if not result.requirement.forced_by or result.requirement.forced_by[0].cell:
        return
    use = result.requirement.forced_by[0]
    try:
        line = Path(use.file).read_text(encoding="utf-8").split("\n")[use.line - 1]
    except (OSError, ValueError, IndexError):
        return
    number = str(use.line)
    yield f"{' ' * len(number)} {paint('-->', _DIM)} {use.file}:{use.line}:{use.column}"
    yield f"{paint(f'{number} |', _DIM)} {line.expandtabs(4)}"
    lead = len(line[: use.column - 1].expandtabs(4))
    yield f"{' ' * len(number)} {paint('|', _DIM)} {' ' * lead}{paint('^', _RED)}"


def rows(result: Result, *, every: bool) -> tuple[list[Use], int]:
    """One use for each element, newest first, and how many rows are left out.

    What came together with the operation or the member that holds it is left to that, unless all are wanted.
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
    """The uses without those that came with what holds them."""
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
    """The paths of everything that holds a member: `A[].B.C` is in `A` and in `A[].B`."""
    steps = path.split(".")
    return [".".join(steps[:end]).removesuffix("[]").removesuffix("{value}") for end in range(1, len(steps))]


def _table(result: Result, width: int, paint: Paint, *, every: bool) -> Iterator[str]:
    listed, left = rows(result, every=every)
    cells = [
        (wording.location(use), use.service, wording.element(use), since.name, since.date)
        for use in listed
        if (since := result.since(use))
    ]
    widths = [max((len(row[column]) for row in cells), default=0) for column in range(5)]
    widths[2] = min(widths[2], max(width - sum(widths) + widths[2] - 10, _COLUMN))
    for row in cells:
        padded = [f"{cell:<{wide}}" for cell, wide in zip(row, widths, strict=True)]
        yield ("  " + "  ".join([*padded[:3], paint(padded[3], _BOLD), paint(row[4], _DIM)])).rstrip()
    if left:
        yield paint(f"  … and {counted(left, 'more name')} (--all lists them)", _DIM)


def _missing(result: Result, paint: Paint) -> Iterator[str]:
    for use in result.requirement.unknown:
        yield f"{paint(wording.location(use), _RED)}  {wording.missing(result, use)}"


def _declared(result: Result, paint: Paint) -> Iterator[str]:
    for each in result.declared:
        code = _RED if each in result.too_low else _GREEN if each.lowest else _DIM
        yield f"{each.file}:{each.line}  {paint(wording.verdict(result, each), code)}"


def _notes(result: Result) -> Iterator[str]:
    """What the answer leaves out."""
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
