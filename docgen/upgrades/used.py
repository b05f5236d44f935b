"""What a code base uses, as a watchlist: every pattern has the lines of code that need it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from docgen.diff.delta import ServiceDelta
from docgen.model.customizations import service_aliases
from docgen.model.paths import MemberPath
from docgen.requires.facts import Facts
from docgen.requires.result import read_requirement
from docgen.requires.uses import Use
from docgen.rules.change import Change
from docgen.rules.code_lines import CodeLine
from docgen.rules.grouping import has_no_effect, is_new_capability
from docgen.rules.watchlist import Watchlist, WatchPattern

_DIRECTIONS = {"parameter": "request", "value": "request", "response": "response"}
_ENTRY_KINDS = ("paginator", "waiter", "exception")

Element = tuple[str, str, str, tuple[str, ...], str, str]
"""A service, an operation, a direction, a path, a value and an entry: the fields of a pattern."""


class UsedElements(Watchlist):
    """A watchlist of what code uses.

    It does not select changes that only add something, because no code uses that yet, or changes that boto3 hides from
    its callers.
    """

    def select(self, delta: ServiceDelta, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """Return the changes that reach the code, each with its lines."""
        felt = (change for change in changes if not (is_new_capability(change) or has_no_effect(change)))
        return super().select(delta, tuple(felt))

    def new_capabilities(self, delta: ServiceDelta, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """Return what is new in the operations that the code calls."""
        called = {pattern.operation for pattern in self.of_service(delta.service)}
        parts = (change.for_operations(called.__contains__) for change in changes if is_new_capability(change))
        return tuple(part for part in parts if part is not None)


@dataclass(frozen=True, slots=True)
class UsedCode:
    """What a code base uses.

    Attributes:
        elements: The watchlist.
        unresolved: The number of calls that could be of several services, and so count for none.
        warnings: Files that could not be read.
        files: The number of files that were read.
    """

    elements: UsedElements
    unresolved: int
    warnings: tuple[str, ...]
    files: int


def read_used_code(paths: Sequence[Path], facts: Facts, jobs: int = 1) -> UsedCode:
    """Read a code base without running it.

    Args:
        paths: Python files, notebooks, or folders of them.
        facts: The facts about releases.
        jobs: The number of processes.

    Raises:
        SourceError: If a path does not exist, or a file given by itself cannot be read.
    """
    requirement, modules = read_requirement(paths, facts, jobs)
    elements = UsedElements(tuple(_patterns(requirement.uses, facts)))
    return UsedCode(elements, len(requirement.unresolved), requirement.warnings, len(modules))


def _patterns(uses: Iterable[Use], facts: Facts) -> Iterator[WatchPattern]:
    """Yield one pattern for each element that is used, sorted by name."""
    known = [use for use in uses if use.since]
    is_whole = _Wholes(known)
    lines: dict[Element, dict[CodeLine, None]] = defaultdict(dict)
    for use in known:
        line = _code_line(use, whole=is_whole(use))
        for element in _elements(use):
            lines[element][line] = None
        for operation in _called(use, facts):
            called = replace(line, whole=False, is_open=line.is_open or use.kind != "operation")
            for service in _service_names(use.service):
                lines[service, operation, "", (), "", ""][called] = None
    for number, element in enumerate(sorted(lines), start=1):
        service, operation, direction, path, value, entry = element
        code = tuple(sorted(lines[element]))
        only = not (value or entry) and not (path and any(line.whole for line in code))
        yield WatchPattern(number, service, operation, direction, MemberPath(path), only, value, entry, code)


def _elements(use: Use) -> Iterator[Element]:
    """Yield the elements of a use, one for each name that its service has had."""
    path = tuple(MemberPath.parse(use.path)) if use.kind in _DIRECTIONS else ()
    entry = f"{use.kind}:{use.path}" if use.kind in _ENTRY_KINDS else ""
    for service in _service_names(use.service):
        yield service, "", "", (), "", ""
        if entry:
            yield service, "", "", (), "", entry
        elif use.operation:
            yield service, use.operation, _DIRECTIONS.get(use.kind, ""), path, use.value, ""


def _service_names(service: str) -> tuple[str, ...]:
    alias = service_aliases().get(service)
    return (service, alias) if alias else (service,)


def _called(use: Use, facts: Facts) -> Iterator[str]:
    """Yield the operation that a paginator or a waiter calls."""
    if use.kind == "paginator":
        yield use.path
    elif use.kind == "waiter" and (operation := facts.waiter_operation(use.service, use.path)):
        yield operation


def _code_line(use: Use, *, whole: bool) -> CodeLine:
    return CodeLine(
        use.file, use.cell, use.line, use.column, use.certain, use.guarded, whole, calls=use.calls, is_open=use.is_open
    )


class _Wholes:
    """Tells which uses of a parameter or a response pass it on as a whole: no code names anything inside it."""

    def __init__(self, uses: Iterable[Use]) -> None:
        self.calls: dict[tuple[str, str, str], set[object]] = defaultdict(set)
        self.files: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for use in uses:
            if use.kind in _DIRECTIONS:
                path = MemberPath.parse(use.path)
                above = [path[:end] for end in range(1, len(path) + (use.kind == "value"))]
                for each in above:
                    key = use.service, use.operation, str(MemberPath(each))
                    if use.kind == "response":
                        self.files[key].add(use.file)
                    else:
                        self.calls[key] |= use.calls

    def __call__(self, use: Use) -> bool:
        key = use.service, use.operation, use.path
        if use.kind == "response":
            return use.file not in self.files.get(key, ())
        return use.kind == "parameter" and not use.calls <= self.calls.get(key, set())
