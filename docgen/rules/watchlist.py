"""A watchlist: the services, operations and elements that a reader follows, one on each line.

s3                              a service
ec2 RunInstances                an operation, in either spelling, and changes that affect all operations of the service
lambda CreateFunction Runtime   the element at a path of the request, or else of the response, and everything below it
s3 GetObject response Expires   the same, with the direction
sqs *Message*                   `*` and `?` match any characters

`docgen uses` writes lines that say more exactly what code uses:

s3 only                                             changes of the service as a whole
s3 GetObject only                                   the operation itself, and parameters that it requires
s3 GetObject request Range only                     the element itself, and what it requires below it
lambda CreateFunction request Runtime = python3.8   a value that the element may have
s3 paginator ListObjectsV2                          a paginator, a waiter or an exception of a client
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from docgen.diff.delta import ServiceDelta
from docgen.errors import UsageError
from docgen.model.names import find_operation, method_name
from docgen.model.paths import PATH_DIRECTIONS, MemberPath
from docgen.rules.change import Change
from docgen.rules.code_lines import CodeLine
from docgen.wording import matches_wildcards, with_suggestions

_WILDCARDS = frozenset("*?")
_VALID_WORD = re.compile(r"[\w.*?$\[\]{}:-]+")
_COMMENT = re.compile(r"(?:^|\s)#.*$")

ONLY = "only"
"""The last word of a line that excludes what is below the element."""

ENTRIES = ("paginator", "waiter", "exception")
"""What follows a service that names no operation."""

MAX_WILDCARDS = 1_000
"""Different lines with wildcards: docgen compares each with every service and operation."""

MAX_PATTERNS = 50_000
"""Different lines of a watchlist that is a file. All operations of botocore are 20,000."""


@dataclass(frozen=True, slots=True)
class WatchPattern:
    """One line of a watchlist.

    Attributes:
        line: The number of the line.
        service: The service, perhaps with wildcards.
        operation: The operation, perhaps with wildcards; "" means any.
        direction: `request` or `response`; "" means either.
        path: The path from the operation; empty means all of it.
        only: Whether the line means the element without what is below it.
        value: The value of the element that the line means; "" for the element.
        entry: `paginator:X`, `waiter:X` or `exception:X`; "" for an element of an operation.
        code: The lines of code that use the element, where the watchlist is made from code.
    """

    line: int
    service: str
    operation: str = ""
    direction: str = ""
    path: tuple[str, ...] = ()
    only: bool = False
    value: str = ""
    entry: str = ""
    code: tuple[CodeLine, ...] = field(default=(), compare=False)

    def matches_service(self, service: str) -> bool:
        """Return whether the line names a service."""
        return matches_wildcards(service, self.service)

    def matches_operation(self, operation: str) -> bool:
        """Return whether the line names an operation."""
        wanted = self.operation.lower()
        return any(matches_wildcards(name.lower(), wanted) for name in (operation, method_name(operation)))

    def __str__(self) -> str:
        if self.entry:
            return f"{self.service} {self.entry.replace(':', ' ')}"
        words = [self.service, self.operation, self.direction, str(MemberPath(self.path))]
        return " ".join(filter(None, [*words, ONLY if self.only else "", f"= {self.value}" if self.value else ""]))


def parse_watchlist(text: str, location: str) -> tuple[WatchPattern, ...]:
    """Parse a watchlist.

    Args:
        text: The lines of the file. `#` starts a comment. Of equal lines, the first counts.
        location: The name of the file in messages.

    Raises:
        UsageError: A line is invalid, no line names anything, or there are more than `MAX_PATTERNS` different ones.
    """
    found: dict[str, WatchPattern] = {}
    wildcards = 0
    for number, line in enumerate(text.split("\n"), start=1):
        bare = _COMMENT.sub("", line).strip() if "#" in line else line.strip()
        if bare and bare not in found:
            if len(found) == MAX_PATTERNS:
                raise UsageError(f"{location}:{number}: more than {MAX_PATTERNS:,} different lines (use wildcards)")
            found[bare] = _parse_pattern(bare, number, f"{location}:{number}")
            wildcards += not _WILDCARDS.isdisjoint(bare)
            if wildcards > MAX_WILDCARDS:
                raise UsageError(f"{location}:{number}: more than {MAX_WILDCARDS:,} different lines with wildcards")
    if not found:
        raise UsageError(f"{location}: the watchlist is empty (expected SERVICE [OPERATION [PATH]])")
    return tuple(found.values())


def _parse_pattern(line: str, number: int, location: str) -> WatchPattern:
    named, has_value, value = line.partition(" = ")
    words = named.split()
    invalid = next((word for word in words if not _VALID_WORD.fullmatch(word)), None)
    if invalid is not None:
        raise UsageError(f"{location}: {invalid!r} is not a valid name (expected SERVICE [OPERATION [PATH]])")
    service, *rest = words
    if len(rest) == 2 and rest[0] in ENTRIES:
        return WatchPattern(number, service, entry=":".join(rest))
    only = rest[-1:] == [ONLY]
    operation, *rest = rest[: len(rest) - only] or [""]
    direction, rest = (rest[0], rest[1:]) if rest and rest[0] in PATH_DIRECTIONS else ("", rest)
    if (direction or has_value) and not rest:
        raise UsageError(f"{location}: {line!r} has no path after {direction or operation or service!r}")
    path = MemberPath.parse(".".join(rest))
    return WatchPattern(number, service, operation, direction, path, only, value.strip())


@dataclass(frozen=True)
class Watchlist:
    """All lines of a watchlist."""

    patterns: Sequence[WatchPattern]

    @cached_property
    def _by_service(self) -> dict[str, list[WatchPattern]]:
        """The patterns of each service that is named without wildcards."""
        found: dict[str, list[WatchPattern]] = {}
        for pattern in self.patterns:
            if _WILDCARDS.isdisjoint(pattern.service):
                found.setdefault(pattern.service, []).append(pattern)
        return found

    @cached_property
    def _with_wildcards(self) -> list[WatchPattern]:
        return [pattern for pattern in self.patterns if not _WILDCARDS.isdisjoint(pattern.service)]

    def of_service(self, service: str) -> list[WatchPattern]:
        """Return the patterns that name a service."""
        named = [pattern for pattern in self._with_wildcards if pattern.matches_service(service)]
        return [*self._by_service.get(service, ()), *named]

    def matching_services(self, known: Iterable[str]) -> tuple[str, ...]:
        """Return the services of `known` that a line names, in their order."""
        return tuple(name for name in known if self.of_service(name))

    def matches_operation(self, service: str, operation: str) -> bool:
        """Return whether a line names an operation, or its whole service."""
        return any(
            pattern.matches_operation(operation) if pattern.operation else not (pattern.only or pattern.entry)
            for pattern in self.of_service(service)
        )

    def select(self, delta: ServiceDelta, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """Return the changes that a line names, each with the verdict of the operations that lines name, worst first.

        Changes have the lines of code of the patterns that select them.
        """
        from docgen.rules.watch_reach import WatchReach

        reach = WatchReach(delta, self.of_service(delta.service))
        found = [selected for change in changes if (selected := reach.watched_part(change)) is not None]
        return tuple(sorted(found, key=lambda change: -change.rule.severity))

    def check_names(self, location: str, services: Iterable[str], operations: Callable[[str], Iterable[str]]) -> None:
        """Check that the services and operations exist.

        Args:
            location: The name of the file in messages.
            services: The names of all services.
            operations: Returns the names of the operations of a service.

        Raises:
            UsageError: A line names an unknown service or operation.
        """
        known = list(services)
        names_of: dict[str, list[str]] = {}
        for pattern in self.patterns:
            matching = [name for name in known if pattern.matches_service(name)]
            if not matching:
                problem = f"{location}:{pattern.line}: no service {pattern.service!r}"
                raise UsageError(with_suggestions(pattern.service, known, problem))
            if pattern.operation and matching == [pattern.service]:
                if pattern.service not in names_of:
                    names_of[pattern.service] = list(operations(pattern.service))
                names = names_of[pattern.service]
                has_wildcard = not _WILDCARDS.isdisjoint(pattern.operation)
                if not (
                    any(map(pattern.matches_operation, names))
                    if has_wildcard
                    else find_operation(pattern.operation, names)
                ):
                    problem = f"{location}:{pattern.line}: {pattern.service}: no operation {pattern.operation!r}"
                    raise UsageError(with_suggestions(pattern.operation, names, problem))
