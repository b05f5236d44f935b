"""What a reader follows: a list of services, operations and elements, one a line.

s3                              a service
ec2 RunInstances                an operation, in either spelling, and what concerns all operations of the service
lambda CreateFunction Runtime   what stands at a path of its request, or else of its response, and below it
s3 GetObject response Expires   the same, with the side
sqs *Message*                   `*` and `?` stand for any letters
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from docgen.diff.facts import Kind, ServiceDelta
from docgen.errors import UsageError
from docgen.model.names import find_operation, method_name, with_suggestions
from docgen.model.paths import contained_shapes, resolve_path, split_path
from docgen.model.service import Service
from docgen.rules.classify import Change
from docgen.rules.grouping import affects_all_operations

PATH_DIRECTIONS = ("request", "response")
_WILDCARDS = frozenset("*?")
_VALID_WORD = re.compile(r"[\w.*?$\[\]{}:-]+")


@dataclass(frozen=True, slots=True)
class WatchPattern:
    """One line. Empty parts mean any."""

    line: int
    service: str
    operation: str = ""
    direction: str = ""
    path: tuple[str, ...] = ()

    def matches_service(self, service: str) -> bool:
        """Whether it speaks of a service."""
        return fnmatchcase(service, self.service)

    def matches_operation(self, operation: str) -> bool:
        """Whether it speaks of an operation."""
        wanted = self.operation.lower()
        return any(fnmatchcase(name.lower(), wanted) for name in (operation, method_name(operation)))

    def matches_change(self, delta: ServiceDelta, change: Change) -> bool:
        """Whether a change of a comparison is about what it names."""
        if not self.operation or change.delta.carrier == "release":
            return True
        named = [name for name in change.operations if self.matches_operation(name)]
        if not self.path:
            return bool(named) or affects_all_operations(change)
        return any(self._path_reaches(delta, change, name) for name in named)

    def _path_reaches(self, delta: ServiceDelta, change: Change, operation: str) -> bool:
        """Whether the path leads to the shape or the slot that a change is about, in the old or the new model."""
        if change.delta.kind is Kind.OPERATION:
            return True
        return any(
            self._reaches_element(service, operation, each.id.partition("#")[2])
            for service in (delta.old, delta.new)
            for each in (change.delta, *change.related)
        )

    def _reaches_element(self, service: Service, operation: str, id: str) -> bool:
        call = service.operations.get(operation)
        if call is None:
            return False
        shape, _, slot = id.partition("$")
        for way, root in zip(PATH_DIRECTIONS, (call.input, call.output), strict=True):
            if root is None or self.direction not in ("", way):
                continue
            place = resolve_path(service.shapes.get, root, self.path)
            if place is not None:
                at_slot = shape == place.container.name and slot.partition("$")[0] == place.member.name
                return at_slot or shape in contained_shapes(service.shapes.get, place.member.target)
        return False


def parse_watchlist(text: str, location: str) -> tuple[WatchPattern, ...]:
    """The patterns of a file; raises `UsageError` with `place` and the number of a line that is none."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        bad = next((word for word in words if not _VALID_WORD.fullmatch(word)), None)
        if bad is not None:
            raise UsageError(f"{location}:{number}: {bad!r} is no name (expected SERVICE [OPERATION [PATH]])")
        service, *rest = words
        operation, *rest = rest or [""]
        way, rest = (rest[0], rest[1:]) if rest and rest[0] in PATH_DIRECTIONS else ("", rest)
        if way and not rest:
            raise UsageError(f"{location}:{number}: {line.strip()!r} has no path behind {way!r}")
        found.append(WatchPattern(number, service, operation, way, split_path(".".join(rest))))
    if not found:
        raise UsageError(f"{location}: no line names anything (expected SERVICE [OPERATION [PATH]])")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Watchlist:
    """All that a reader follows."""

    patterns: Sequence[WatchPattern]

    def matching_services(self, known: Iterable[str]) -> tuple[str, ...]:
        """The services among the known ones that a pattern speaks of."""
        return tuple(name for name in known if any(pattern.matches_service(name) for pattern in self.patterns))

    def matches_operation(self, service: str, operation: str) -> bool:
        """Whether a pattern speaks of an operation, or of all of its service."""
        return any(
            pattern.matches_service(service) and (not pattern.operation or pattern.matches_operation(operation))
            for pattern in self.patterns
        )

    def select(self, delta: ServiceDelta, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """The changes of a service's comparison that a pattern speaks of."""
        mine = [pattern for pattern in self.patterns if pattern.matches_service(delta.service)]
        return tuple(change for change in changes if any(pattern.matches_change(delta, change) for pattern in mine))

    def check_names(self, location: str, services: Iterable[str], operations: Callable[[str], Iterable[str]]) -> None:
        """Refuse a service and an operation that no one knows; raises `UsageError` with the line."""
        known = list(services)
        for pattern in self.patterns:
            meant = [name for name in known if pattern.matches_service(name)]
            if not meant:
                problem = f"{location}:{pattern.line}: no service {pattern.service!r}"
                raise UsageError(with_suggestions(pattern.service, known, problem))
            if pattern.operation and len(meant) == 1 and pattern.service == meant[0]:
                names = list(operations(meant[0]))
                wild = not _WILDCARDS.isdisjoint(pattern.operation)
                if not (
                    any(map(pattern.matches_operation, names)) if wild else find_operation(pattern.operation, names)
                ):
                    problem = f"{location}:{pattern.line}: {meant[0]}: no operation {pattern.operation!r}"
                    raise UsageError(with_suggestions(pattern.operation, names, problem))
