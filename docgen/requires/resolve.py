"""From uses to the lowest release that has them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from docgen.model.paths import MemberPath
from docgen.requires.code import Module
from docgen.requires.collect import Collector
from docgen.requires.evaluate import Evaluator
from docgen.requires.facts import REQUEST, RESPONSE, Facts, KnownRelease
from docgen.requires.guards import Guards, start
from docgen.requires.program import Program
from docgen.requires.resources import Resources
from docgen.requires.uses import Found, Unresolved, Use

_OPENING = ("service", "operation", "paginator")


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a code base needs. `floor` is None where nothing is used, or where no release has everything."""

    floor: KnownRelease | None
    forced_by: tuple[Use, ...]
    uses: tuple[Use, ...]
    unresolved: tuple[Unresolved, ...]
    conflict: tuple[Use, Use] | None = None
    warnings: tuple[str, ...] = ()

    @property
    def unknown(self) -> tuple[Use, ...]:
        """Names that no release has."""
        return tuple(use for use in self.uses if not use.since and use.forces and use.is_name)


def resolve(modules: Sequence[Module], facts: Facts, resources: Resources | None = None) -> Requirement:
    """The requirement of scanned modules."""
    evaluator = Evaluator(Program(modules), facts, resources or Resources(None))
    collector, guards = Collector(evaluator), Guards(evaluator)
    by_name = {module.name: module for module in modules}
    found: dict[Use, None] = {}
    for module in modules:
        for each in collector.collect(module):
            found.setdefault(_use(each, by_name[each.module], facts, guards))
    unresolved = tuple(
        Unresolved(by_name[name].file, *_position(by_name[name], event.line), event.column, method, services)
        for name, event, method, services in collector.unresolved
    )
    warnings = tuple(warning for module in modules for warning in module.warnings)
    return requirement(_inherit_guards(_merged(found), facts), unresolved, facts, warnings)


def requirement(
    uses: Iterable[Use], unresolved: tuple[Unresolved, ...], facts: Facts, warnings: tuple[str, ...] = ()
) -> Requirement:
    """The floor of uses, and which of them force it."""
    ordered = tuple(sorted(uses, key=lambda use: (use.place, use.kind, use.path, use.value)))
    known = [use for use in ordered if use.since and use.forces]
    if not known:
        return Requirement(None, (), ordered, unresolved, None, warnings)
    lowest = max(use.since for use in known)
    forcing = tuple(use for use in known if use.since == lowest)
    ended = [use for use in known if use.until and use.until <= lowest]
    if ended:
        return Requirement(None, (), ordered, unresolved, (ended[0], forcing[0]), warnings)
    return Requirement(facts.release(lowest), forcing, ordered, unresolved, None, warnings)


def _merged(found: Iterable[Use]) -> list[Use]:
    """One use for each written name: certain where one way to it is certain, guarded where all ways are."""
    kept: dict[tuple[object, ...], Use] = {}
    for use in found:
        key = (*use.place, use.service, use.operation, use.path, use.value, use.kind)
        other = kept.get(key)
        if other is None or (use.certain, not use.guarded) > (other.certain, not other.guarded):
            kept[key] = use
    return list(kept.values())


def _inherit_guards(uses: list[Use], facts: Facts) -> list[Use]:
    """Guard what came with an operation or a service that is only used under guards."""
    needed = {
        (use.file, use.service, use.operation or use.path) for use in uses if not use.guarded and use.kind in _OPENING
    }
    opened = {(use.file, use.service, use.operation or use.path) for use in uses if use.kind in _OPENING}
    guarded = opened - needed
    found = []
    for use in uses:
        service, operation = (use.file, use.service, ""), (use.file, use.service, use.operation)
        if (operation in guarded and use.since <= start(facts.operation(use.service, use.operation))) or (
            service in guarded and use.since <= start(facts.service(use.service))
        ):
            use = replace(use, guarded=True)
        found.append(use)
    return found


def _use(found: Found, module: Module, facts: Facts, guards: Guards) -> Use:
    spans = _spans(found, facts)
    since = start(spans)
    line, cell = _position(module, found.line)
    return Use(
        file=module.file,
        line=line,
        cell=cell,
        column=found.column,
        service=found.service,
        operation=found.operation,
        path=str(MemberPath(found.path)),
        value=found.value,
        kind=found.kind,
        written=found.written,
        since=since,
        until=0 if not spans or spans[-1][1] == facts.end else spans[-1][1],
        certain=found.certain,
        guarded=guards.protect(found, since),
    )


def _position(module: Module, line: int) -> tuple[int, int]:
    """The line in its cell, and the number of the cell; 0 outside notebooks."""
    for first, number in reversed(module.cells):
        if line > first:
            return line - first, number
    return line, 0


def _spans(found: Found, facts: Facts) -> tuple[tuple[int, int], ...]:
    """When a use exists."""
    match found.kind:
        case "service":
            return facts.service(found.service)
        case "operation":
            return facts.operation(found.service, found.operation)
        case "value":
            return facts.value(found.service, found.operation, REQUEST, found.path, found.value) or ()
        case "parameter" | "response" as kind:
            direction = REQUEST if kind == "parameter" else RESPONSE
            shape = facts.shape(found.service, found.operation, direction, found.path)
            return shape.spans if shape else ()
    return facts.named(found.service, found.kind, found.path[0])
