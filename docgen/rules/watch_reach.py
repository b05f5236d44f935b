"""Which lines of a watchlist a change reaches, in one comparison of a service.

Every line is resolved once, in the old and in the new model, to the ids of the elements that it means. A change is then
looked up by the ids of its facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from docgen.diff.delta import Delta, Kind, ServiceDelta
from docgen.model.names import method_name
from docgen.model.paths import PATH_DIRECTIONS, contained_shapes, resolve_path
from docgen.model.service import Member, Service
from docgen.model.usage import Direction
from docgen.rules.change import Change, joined_parts
from docgen.rules.code_lines import CodeLine, sure_lines_first
from docgen.rules.grouping import affects_all_operations
from docgen.rules.rule import Severity
from docgen.rules.watchlist import WatchPattern

_SERVICE_KINDS = (Kind.SERVICE, Kind.ENDPOINTS)
_WILDCARDS = frozenset("*?")
_REQUEST, _RESPONSE = PATH_DIRECTIONS
_REMOVED_SIDES = {Kind.INPUT: _REQUEST, Kind.OUTPUT: _RESPONSE}


@dataclass(frozen=True, slots=True)
class _Hit:
    """A pattern with the operation and the side (`request`, `response`, "" for both) where it means an element."""

    pattern: WatchPattern
    operation: str
    side: str = ""


@dataclass(frozen=True, slots=True)
class _Reached:
    """A hit that a change has, and the lines of code that it concerns."""

    hit: _Hit
    code: tuple[CodeLine, ...]


class WatchReach:
    """What the patterns of one service mean in the two models of a comparison."""

    def __init__(self, delta: ServiceDelta, patterns: Sequence[WatchPattern]) -> None:
        self.patterns = patterns
        self._elements: dict[str, dict[_Hit, None]] = {}
        self._below: dict[str, dict[_Hit, None]] = {}
        self._containers: dict[str, dict[_Hit, None]] = {}
        self._operations: dict[str, dict[_Hit, None]] = {}
        self._paths: dict[str, dict[_Hit, None]] = {}
        self._entries: dict[str, list[WatchPattern]] = {}
        self._calls: dict[tuple[str, tuple[str, ...]], frozenset[object]] = {}
        self._all_names = tuple({**delta.old.operations, **delta.new.operations})
        self._names: dict[str, dict[str, None]] = {}
        for name in self._all_names:
            for written in (name, method_name(name)):
                self._names.setdefault(written.lower(), {})[name] = None
        self._positions = {id(pattern): position for position, pattern in enumerate(patterns)}
        named = [pattern for pattern in patterns if not pattern.entry]
        self._of_service = [each for each in named if not (each.operation or each.only)]
        self._of_service_alone = [each for each in named if each.only and not each.operation]
        self._of_operations = [each for each in named if each.operation and not (each.path or each.only)]
        for pattern in patterns:
            if pattern.entry:
                self._entries.setdefault(pattern.entry.removeprefix("exception:"), []).append(pattern)
            elif pattern.operation:
                for operation in self._operations_of(pattern):
                    self._add(pattern, operation, (delta.old, delta.new))

    def watched_part(self, change: Change) -> Change | None:
        """Return a change as it affects what the patterns name, with the lines of code; None if it does not."""
        whole = self._patterns_of_all(change)
        if whole:
            is_service_wide = change.delta.carrier == "release" or change.delta.kind in _SERVICE_KINDS
            concerned = self.patterns if is_service_wide else whole
            return replace(change, code=sure_lines_first(line for each in concerned for line in _exactly(each.code)))
        entries = [each for fact in change.facts for each in self._entries.get(fact.element_id.local, ())]
        if entries:
            return replace(change, code=sure_lines_first(line for each in entries for line in each.code))
        reached = list(self._reached(change))
        parts, code = [], []
        for operation, sides in _sides(each.hit for each in reached).items():
            for side in sides:
                part = change.for_operations({operation}.__contains__, side)
                if part is not None:
                    parts.append(part)
                    code += [line for each in reached if each.hit.operation == operation for line in each.code]
        selected = joined_parts(change, parts)
        return None if selected is None else replace(selected, code=sure_lines_first(code))

    def _patterns_of_all(self, change: Change) -> Sequence[WatchPattern]:
        """Return the patterns that name everything that a change affects."""
        if change.delta.carrier == "release":
            return self.patterns
        found = self._of_service
        if change.delta.kind in _SERVICE_KINDS and change.rule.severity > Severity.DOCS:
            found = [*found, *self._of_service_alone]
        if not change.all_operations and affects_all_operations(change):
            found = [*found, *self._of_operations]
        return (
            found
            if len(found) == len(self._of_service)
            else sorted(found, key=lambda pattern: self._positions[id(pattern)])
        )

    # --- what patterns mean ---

    def _operations_of(self, pattern: WatchPattern) -> Iterator[str]:
        if _WILDCARDS.isdisjoint(pattern.operation):
            yield from self._names.get(pattern.operation.lower(), ())
        else:
            yield from filter(pattern.matches_operation, self._all_names)

    def _add(self, pattern: WatchPattern, operation: str, models: tuple[Service, Service]) -> None:
        if pattern.path:
            for direction in PATH_DIRECTIONS:
                if pattern.direction in ("", direction):
                    self._paths.setdefault(operation, {})[_Hit(pattern, operation, direction)] = None
        else:
            hit = _Hit(pattern, operation)
            self._operations.setdefault(operation, {})[hit] = None
            if pattern.only:
                self._add_ids(self._elements, (f"{operation}()",), hit)
        for model in models:
            found = model.operations.get(operation)
            roots = (found.input, found.output) if found else ()
            for direction, root in zip(PATH_DIRECTIONS, roots, strict=False):
                if root is not None and pattern.direction in ("", direction):
                    self._add_side(_Hit(pattern, operation, direction), model, root)

    def _add_side(self, hit: _Hit, model: Service, root: Member) -> None:
        pattern = hit.pattern
        if not pattern.path:
            if pattern.only:
                self._add_ids(self._elements, (root.target,), hit)
                if hit.side == _REQUEST:
                    self._add_ids(self._containers, (root.target,), hit)
            return
        resolved = resolve_path(model.shapes.get, root, pattern.path)
        if resolved is None:
            return
        member = f"{resolved.container.name}${resolved.member.name}"
        ids, shapes = _own_elements(model, resolved.member.target)
        if pattern.value:
            self._add_ids(self._elements, (f"{id}${pattern.value}" for id in (member, *shapes)), hit)
            return
        self._add_ids(self._elements, (member, *ids), hit)
        if hit.side == _REQUEST:
            self._calls[hit.operation, pattern.path] = frozenset().union(*(line.calls for line in pattern.code))
            self._add_ids(self._containers, shapes, hit)
        if not pattern.only:
            self._add_ids(self._below, contained_shapes(model.shapes.get, resolved.member.target), hit)
            self._add_ids(self._below, (member,), hit)

    @staticmethod
    def _add_ids(index: dict[str, dict[_Hit, None]], ids: Iterable[str], hit: _Hit) -> None:
        for id in ids:
            index.setdefault(id, {})[hit] = None

    # --- what a change reaches ---

    def _reached(self, change: Change) -> Iterator[_Reached]:
        for operation in change.all_operations:
            for hit in self._operations.get(operation, ()):
                if not hit.pattern.only:
                    yield _Reached(hit, _exactly(hit.pattern.code))
        for fact in change.facts:
            yield from self._reached_by(fact, change)

    def _reached_by(self, fact: Delta, change: Change) -> Iterator[_Reached]:
        id = fact.element_id
        if id.is_operation and change.delta.kind is Kind.OPERATION:
            # With an operation, everything in it is removed; lines of code then fail where they call the operation.
            yield from (_Reached(hit, ()) for hit in self._paths.get(id.owner_name, ()) if not hit.pattern.code)
        side = _REMOVED_SIDES.get(fact.kind, "") if fact.new is None else ""
        if side:
            # Without an input or an output, lines fail that pass or read something; those that only call do not.
            hits = (hit for hit in self._paths.get(id.owner_name, ()) if hit.side == side)
            yield from (_Reached(hit, _exactly(hit.pattern.code)) for hit in hits)
            yield from (_Reached(hit, ()) for hit in self._elements.get(id.local, ()) if not hit.pattern.code)
            return
        needed = _is_newly_needed(fact, change)
        for hit in self._elements.get(id.local, ()):
            if not (needed and hit.side == _REQUEST and hit.pattern.code and hit.pattern.path):
                yield _Reached(hit, _exactly(hit.pattern.code))
        if needed:
            for hit in self._containers.get(id.owner or "", ()):
                if lines := self._calls_without(hit, id.last_name):
                    yield _Reached(hit, lines)
                elif not hit.pattern.code:
                    yield _Reached(hit, ())
        for hit in {**self._below.get(id.owner or "", {}), **self._below.get(id.parent.local, {})}:
            lines = tuple(line for line in hit.pattern.code if line.whole)
            if lines or not hit.pattern.code:
                yield _Reached(hit, lines)

    def _calls_without(self, hit: _Hit, member: str) -> tuple[CodeLine, ...]:
        """Return the lines at a structure whose calls do not pass a member that it needs."""
        path = hit.pattern.path
        given: frozenset[object] = frozenset()
        for between in ((), ("[]",), ("{value}",), ("[]", "[]"), ("{value}", "[]")):
            given |= self._calls.get((hit.operation, (*path, *between, member)), frozenset())
        found = []
        for line in hit.pattern.code:
            if not line.calls or line.calls - given:
                found.append(replace(line, whole=line.whole or line.is_open or not line.calls))
        return tuple(found)


def _exactly(code: Iterable[CodeLine]) -> tuple[CodeLine, ...]:
    """Return the lines as uses of an element itself, even if they pass on what is below it."""
    return tuple(replace(line, whole=False) if line.whole else line for line in code)


def _is_newly_needed(fact: Delta, change: Change) -> bool:
    """Return whether a member became required, or was added as a required one."""
    if fact.kind is Kind.REQUIRED:
        return not fact.old
    return fact.kind is Kind.MEMBER and fact.old is None and change.rule.severity > Severity.SAFE


def _own_elements(model: Service, target: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids of a shape and, through lists and maps, of what it holds; and the names of these shapes."""
    ids: dict[str, None] = {}
    pending, seen = [target], dict.fromkeys((target,))
    while pending:
        name = pending.pop()
        ids[name] = None
        shape = model.shapes.get(name)
        if shape is None or shape.type not in ("list", "map"):
            continue
        for key, member in shape.members.items():
            ids[f"{name}${key}"] = None
            if member.target not in seen:
                seen[member.target] = None
                pending.append(member.target)
    return tuple(ids), tuple(seen)


def _sides(hits: Iterable[_Hit]) -> dict[str, tuple[Direction | None, ...]]:
    """Return for each operation the sides on which it is reached; only None if on both or as a whole."""
    found: dict[str, set[str]] = {}
    for hit in hits:
        found.setdefault(hit.operation, set()).add(hit.side)
    return {
        operation: (None,) if "" in sides or len(sides) == len(PATH_DIRECTIONS) else (Direction(next(iter(sides))),)
        for operation, sides in found.items()
    }
