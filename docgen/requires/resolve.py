"""Computes the lowest release that has all uses."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from docgen.history.release_sets import intersection
from docgen.model.paths import MemberPath
from docgen.requires.code import Module
from docgen.requires.collect import Collector
from docgen.requires.evaluate import Evaluator
from docgen.requires.facts import REQUEST, RESPONSE, Facts, KnownRelease
from docgen.requires.guards import Guards, start
from docgen.requires.program import Program
from docgen.requires.resources import Resources
from docgen.requires.uses import Found, Unresolved, Use

MAX_USES = 30_000
"""The most uses of one file; a use counts once for each way to it. Real files have at most a few hundred."""

_OPENING = ("service", "operation", "paginator")


@dataclass(frozen=True, slots=True)
class Requirement:
    """The requirement of a code base.

    `floor`, the lowest release, is None if nothing is used or no release has everything.
    """

    floor: KnownRelease | None
    forced_by: tuple[Use, ...]
    uses: tuple[Use, ...]
    unresolved: tuple[Unresolved, ...]
    conflict: tuple[Use, Use] | None = None
    warnings: tuple[str, ...] = ()

    @property
    def unknown(self) -> tuple[Use, ...]:
        """The names that no release has."""
        return tuple(use for use in self.uses if not use.since and use.forces and use.is_name)

    @property
    def unlisted(self) -> tuple[Use, ...]:
        """The values that no release lists, of parameters with a list of values."""
        return tuple(use for use in self.uses if not use.since and use.forces and use.kind == "value")


def resolve(modules: Sequence[Module], facts: Facts, resources: Resources | None = None) -> Requirement:
    """Return the requirement of scanned modules."""
    evaluator = Evaluator(Program(modules), facts, resources or Resources(None))
    collector, guards = Collector(evaluator), Guards(evaluator)
    by_name = {module.name: module for module in modules}
    found: dict[Use, None] = {}
    warnings = [warning for module in modules for warning in module.warnings]
    for module in modules:
        for number, each in enumerate(collector.collect(module)):
            if number == MAX_USES:
                warnings.append(f"{module.file}: more than {MAX_USES:,} uses, only these are read (divide it)")
                break
            found.setdefault(_use(each, by_name[each.module], facts, guards))
    unresolved = tuple(
        Unresolved(by_name[name].file, *_position(by_name[name], event.line), event.column, method, services)
        for name, event, method, services in collector.unresolved
    )
    return requirement(_inherit_guards(_merged(found), facts), unresolved, facts, tuple(warnings))


def requirement(
    uses: Iterable[Use], unresolved: tuple[Unresolved, ...], facts: Facts, warnings: tuple[str, ...] = ()
) -> Requirement:
    """Return the requirement of uses: the lowest release, and the uses that require it."""
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
    """Return one use for each written name: certain if one way to it is certain, guarded if all ways are."""
    kept: dict[tuple[object, ...], list[Use]] = {}
    for use in found:
        kept.setdefault((*use.place, use.service, use.operation, use.path, use.value, use.kind), []).append(use)
    return [_merged_use(same) for same in kept.values()]


def _merged_use(same: list[Use]) -> Use:
    """Merge several uses of the same name at the same place."""
    best = max(same, key=lambda each: (each.certain, not each.guarded))
    if len(same) == 1:
        return best
    calls = frozenset(call for each in same for call in each.calls)
    return replace(best, calls=calls, is_open=all(each.is_open for each in same))


def _inherit_guards(uses: list[Use], facts: Facts) -> list[Use]:
    """Guard uses that are as old as an operation or a service that is only used under guards."""
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
        calls=frozenset((found.call,) if found.call else ()),
        is_open=found.is_open,
    )


def _position(module: Module, line: int) -> tuple[int, int]:
    """Return the line in its cell and the number of the cell, which is 0 outside notebooks."""
    cell = bisect_left(module.cells, line, key=itemgetter(0)) - 1
    if cell < 0:
        return line, 0
    first, number = module.cells[cell]
    return line - first, number


def _spans(found: Found, facts: Facts) -> tuple[tuple[int, int], ...]:
    """Return the releases that have a use.

    A name that botocore introduced later counts from then, if the history has it.
    """
    spans = _model_spans(found, facts)
    if not found.written:
        return spans
    return intersection(spans, facts.releases_knowing(found.service, found.operation, found.written)) or spans


def _model_spans(found: Found, facts: Facts) -> tuple[tuple[int, int], ...]:
    """Return the releases that have a use by its name in the model."""
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
