"""A watchlist: the services, operations and elements that a reader follows, one on each line.

s3                              a service
ec2 RunInstances                an operation, in either spelling, and changes that affect all operations of the service
lambda CreateFunction Runtime   the element at a path of the request, or else of the response, and everything below it
s3 GetObject response Expires   the same, with the direction
sqs *Message*                   `*` and `?` match any characters
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from docgen.diff.delta import Kind, ServiceDelta
from docgen.errors import UsageError
from docgen.model.element_id import ElementId
from docgen.model.names import find_operation, method_name
from docgen.model.paths import PATH_DIRECTIONS, MemberPath, contained_shapes, resolve_path
from docgen.model.service import Service
from docgen.model.usage import Direction
from docgen.rules.change import Change, joined_parts
from docgen.rules.grouping import affects_all_operations
from docgen.wording import with_suggestions

_WILDCARDS = frozenset("*?")
_VALID_WORD = re.compile(r"[\w.*?$\[\]{}:-]+")


@dataclass(frozen=True, slots=True)
class WatchPattern:
    """One line of a watchlist.

    Attributes:
        line: The number of the line.
        service: The service, perhaps with wildcards.
        operation: The operation, perhaps with wildcards; "" means any.
        direction: `request` or `response`; "" means either.
        path: The path from the operation; empty means all of it.
    """

    line: int
    service: str
    operation: str = ""
    direction: str = ""
    path: tuple[str, ...] = ()

    def matches_service(self, service: str) -> bool:
        """Whether the line names a service."""
        return fnmatchcase(service, self.service)

    def matches_operation(self, operation: str) -> bool:
        """Whether the line names an operation."""
        wanted = self.operation.lower()
        return any(fnmatchcase(name.lower(), wanted) for name in (operation, method_name(operation)))

    def watched_part(self, delta: ServiceDelta, change: Change) -> Change | None:
        """A change as it affects what the line names, or None if it does not affect it.

        Args:
            delta: The comparison in which the change was found.
            change: The change. If the line names operations, the verdict becomes that of these operations.
        """
        if not self.operation or change.delta.carrier == "release":
            return change
        if not self.path:
            found = change.for_operations(self.matches_operation)
            return change if found is None and affects_all_operations(change) else found
        directions = {
            name: self._reaching_directions(delta, change, name)
            for name in change.all_operations
            if self.matches_operation(name)
        }
        reached_by: dict[Direction | None, frozenset[str]] = {
            None: frozenset(PATH_DIRECTIONS),
            **{Direction(each): frozenset((each,)) for each in PATH_DIRECTIONS},
        }
        parts = [
            part
            for side, wanted in reached_by.items()
            if (
                part := change.for_operations(
                    {n for n, found in directions.items() if found == wanted}.__contains__, side
                )
            )
        ]
        return joined_parts(change, parts)

    def _reaching_directions(self, delta: ServiceDelta, change: Change, operation: str) -> set[str]:
        """The directions in which the path leads to the shape or member of a change, in the old or the new model."""
        if change.delta.kind is Kind.OPERATION:
            return set(PATH_DIRECTIONS)
        return {
            direction
            for service in (delta.old, delta.new)
            for each in change.facts
            for direction in self._directions_to(service, operation, each.element_id)
        }

    def _directions_to(self, service: Service, operation_name: str, element: ElementId) -> Iterator[str]:
        operation = service.operations.get(operation_name)
        if operation is None:
            return
        for direction, root in zip(PATH_DIRECTIONS, (operation.input, operation.output), strict=True):
            if root is None or self.direction not in ("", direction):
                continue
            resolved = resolve_path(service.shapes.get, root, self.path)
            if resolved is not None:
                member = ElementId(element.service, resolved.container.name, resolved.member.name)
                if member.contains(element) or element.owner in contained_shapes(
                    service.shapes.get, resolved.member.target
                ):
                    yield direction


def parse_watchlist(text: str, location: str) -> tuple[WatchPattern, ...]:
    """Parse a watchlist.

    Args:
        text: The lines of the file. `#` starts a comment.
        location: The name of the file in messages.

    Raises:
        UsageError: A line is invalid, or no line names anything.
    """
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        invalid = next((word for word in words if not _VALID_WORD.fullmatch(word)), None)
        if invalid is not None:
            raise UsageError(
                f"{location}:{number}: {invalid!r} is not a valid name (expected SERVICE [OPERATION [PATH]])"
            )
        service, *rest = words
        operation, *rest = rest or [""]
        direction, rest = (rest[0], rest[1:]) if rest and rest[0] in PATH_DIRECTIONS else ("", rest)
        if direction and not rest:
            raise UsageError(f"{location}:{number}: {line.strip()!r} has no path after {direction!r}")
        found.append(WatchPattern(number, service, operation, direction, MemberPath.parse(".".join(rest))))
    if not found:
        raise UsageError(f"{location}: the watchlist is empty (expected SERVICE [OPERATION [PATH]])")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Watchlist:
    """All lines of a watchlist."""

    patterns: Sequence[WatchPattern]

    def matching_services(self, known: Iterable[str]) -> tuple[str, ...]:
        """The services of `known` that a line names, in their order."""
        return tuple(name for name in known if any(pattern.matches_service(name) for pattern in self.patterns))

    def matches_operation(self, service: str, operation: str) -> bool:
        """Whether a line names an operation, or its whole service."""
        return any(
            pattern.matches_service(service) and (not pattern.operation or pattern.matches_operation(operation))
            for pattern in self.patterns
        )

    def select(self, delta: ServiceDelta, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """The changes of a comparison that a line names, each with the verdict of the operations that lines name."""
        patterns = [pattern for pattern in self.patterns if pattern.matches_service(delta.service)]
        found = []
        for change in changes:
            parts = [part for pattern in patterns if (part := pattern.watched_part(delta, change)) is not None]
            selected = joined_parts(change, parts)
            if selected is not None:
                found.append(selected)
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
        for pattern in self.patterns:
            matching = [name for name in known if pattern.matches_service(name)]
            if not matching:
                problem = f"{location}:{pattern.line}: no service {pattern.service!r}"
                raise UsageError(with_suggestions(pattern.service, known, problem))
            if pattern.operation and matching == [pattern.service]:
                names = list(operations(pattern.service))
                has_wildcard = not _WILDCARDS.isdisjoint(pattern.operation)
                if not (
                    any(map(pattern.matches_operation, names))
                    if has_wildcard
                    else find_operation(pattern.operation, names)
                ):
                    problem = f"{location}:{pattern.line}: {pattern.service}: no operation {pattern.operation!r}"
                    raise UsageError(with_suggestions(pattern.operation, names, problem))
