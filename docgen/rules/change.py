"""A change: a delta with its verdict, which is the rule that matched it, for each affected operation."""

from __future__ import annotations

import hashlib
import json
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from docgen.diff.delta import Delta
from docgen.model.customizations import python_path
from docgen.model.usage import Direction
from docgen.rules.code_lines import CodeLine
from docgen.rules.comparison import side_of
from docgen.rules.rule import Rule, Severity


class ExamplePaths(Mapping[str, str]):
    """One path for each of some operations, found on demand: a shape can affect 773 operations."""

    __slots__ = ("_find", "_operations")

    def __init__(self, operations: tuple[str, ...], find: Callable[[str], str]) -> None:
        self._operations = operations
        self._find = find

    def __getitem__(self, operation: str) -> str:
        if operation not in self._operations:
            raise KeyError(operation)
        return self._find(operation)

    def __contains__(self, operation: object) -> bool:
        return operation in self._operations  # without finding its path

    def __iter__(self) -> Iterator[str]:
        return iter(self._operations)

    def __len__(self) -> int:
        return len(self._operations)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a delta means for some operations. It is judged in the direction in which they reach the element.

    Attributes:
        rule: The rule that matched, with the severity.
        direction: Where these operations send the affected values.
        operations: The operations, in model order; empty if the service as a whole is affected, or no operation.
        paths: One example path for each of these operations, in this direction.
        message: The sentence that reports the change to callers of these operations.
    """

    rule: Rule
    direction: Direction
    operations: tuple[str, ...]
    paths: Mapping[str, str]
    message: str

    def severity_in(self, profile: str = "api") -> Severity:
        """Return the severity for one profile: `api`, `wire`, `typed` or `boto3`."""
        return self.rule.severity_in(profile)

    def is_on_side(self, side: Direction | None) -> bool:
        """Return whether the verdict is about requests (`REQUEST`) or responses (`RESPONSE`); None means either."""
        return side is None or self.direction in (Direction.BOTH, Direction.SERVICE) or side_of(self.direction) is side

    def limited_to(self, operations: tuple[str, ...]) -> Verdict:
        """Return the verdict for some of its operations."""
        if operations == self.operations:
            return self
        known = tuple(name for name in operations if name in self.paths)
        return replace(self, operations=operations, paths=ExamplePaths(known, self.paths.__getitem__))


def path_text(service: str, verdict: Verdict, operation: str) -> str:
    """Return the example path of an operation, `Tags` or `from (fromTime in boto3)`; empty if there is none."""
    path = verdict.paths.get(operation, "")
    is_sent = verdict.direction in (Direction.REQUEST, Direction.BOTH)
    python = python_path(service, operation, path) if path and is_sent else ""
    return f"{path} ({python} in boto3)" if python else path


@dataclass(frozen=True, slots=True)
class Change:
    """A delta and what it means. Deltas with the same cause are one change.

    An operation has one verdict, the worst of its sides. The change has the worst verdict of its operations, and
    `operations` are those that have it; `others` has the verdicts of the other operations.

    Attributes:
        rule: The rule that matched, with the severity.
        delta: The delta; of a rename, the removal.
        related: Further deltas with the same cause; of a rename, the addition.
        direction: Where the affected values are sent.
        operations: The affected operations in model order; empty if the service as a whole is affected, or no
            operation.
        paths: One example path for each affected operation.
        message: The sentence that reports the change.
        fingerprint: A digest that identifies the change in a baseline. It does not depend on wording or sort order.
        confidence: How certain a rename is, up to 1.0.
        others: The verdicts of the operations that are not in `operations`, worst first.
        sides: The verdicts before each operation got its worst one: an operation can be in several.
        repeats: The same delta where other references lead to it: it has other pointers.
        code: The lines of code that it reaches, where only changes are reported that reach some code.
    """

    rule: Rule
    delta: Delta
    related: tuple[Delta, ...]
    direction: Direction
    operations: tuple[str, ...]
    paths: Mapping[str, str]
    message: str
    fingerprint: str
    confidence: float = 1.0
    others: tuple[Verdict, ...] = ()
    sides: tuple[Verdict, ...] = ()
    repeats: tuple[Delta, ...] = ()
    code: tuple[CodeLine, ...] = ()

    @property
    def facts(self) -> tuple[Delta, ...]:
        """All deltas with this cause."""
        return self.delta, *self.related, *self.repeats

    @property
    def verdict(self) -> Verdict:
        """The worst verdict."""
        return Verdict(self.rule, self.direction, self.operations, self.paths, self.message)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All verdicts, worst first. No operation has two."""
        return self.verdict, *self.others

    @property
    def all_operations(self) -> tuple[str, ...]:
        """The operations of all verdicts."""
        return tuple(dict.fromkeys(name for verdict in self.verdicts for name in verdict.operations))

    def severity_in(self, profile: str = "api") -> Severity:
        """Return the severity for one profile: `api`, `wire`, `typed` or `boto3`."""
        return self.rule.severity_in(profile)

    def ranked(self, profile: str = "api") -> Change:
        """Return the change with the worst verdict of a profile first."""
        return self.with_verdicts(self.sides, profile) if len(self.sides) > 1 else self

    def for_operations(self, selected: Callable[[str], bool], side: Direction | None = None) -> Change | None:
        """Return the change as callers of some operations see it, or None if it does not affect these operations.

        Args:
            selected: Whether an operation is one of them.
            side: `REQUEST` or `RESPONSE` if only this side counts; None for both.
        """
        kept = []
        for verdict in self.sides or self.verdicts:
            operations = tuple(filter(selected, verdict.operations)) if verdict.is_on_side(side) else ()
            if operations:
                kept.append(verdict.limited_to(operations))
        return self.with_verdicts(tuple(kept)) if kept else None

    def with_rules(self, rule_for: Callable[[Rule], Rule]) -> Change:
        """Return the change with every rule replaced, and ranked again."""
        sides = tuple(replace(side, rule=rule_for(side.rule)) for side in self.sides or self.verdicts)
        return self.with_verdicts(sides)

    def with_verdicts(self, sides: tuple[Verdict, ...], profile: str = "api") -> Change:
        """Return the change with other verdicts; each operation gets its worst one in the profile."""
        worst, *others = worst_verdicts(sides, profile)
        return replace(
            self,
            rule=worst.rule,
            direction=worst.direction,
            operations=worst.operations,
            paths=worst.paths,
            message=worst.message,
            others=tuple(others),
            sides=sides,
        )


def joined_parts(change: Change, parts: Sequence[Change]) -> Change | None:
    """Return the change as all callers of some of its parts see it, or None without parts.

    Args:
        change: The change.
        parts: The change itself, or what `Change.for_operations` returned.
    """
    if len(parts) < 2 or change in parts:
        return change if change in parts else next(iter(parts), None)
    sides: dict[str, Verdict] = {}
    for side in (side for part in parts for side in part.sides or part.verdicts):
        known = sides.get(side.rule.id)
        operations = tuple(dict.fromkeys((*(known.operations if known else ()), *side.operations)))
        sides[side.rule.id] = replace(known or side, operations=operations, paths=_joined_paths(known, side))
    return change.with_verdicts(tuple(sides.values()))


def _joined_paths(one: Verdict | None, other: Verdict) -> Mapping[str, str]:
    return other.paths if one is None else ChainMap(dict(one.paths), dict(other.paths))


def worst_verdicts(sides: Iterable[Verdict], profile: str = "api") -> list[Verdict]:
    """Give each operation its worst verdict.

    Args:
        sides: The verdicts, in which an operation can occur several times.
        profile: The profile whose severities count.

    Returns:
        The verdicts that remain, worst first. No operation is in two.
    """
    sides = list(sides)
    if len(sides) == 1:
        return sides
    found: list[Verdict] = []
    judged: set[str] = set()
    for side in sorted(sides, key=lambda side: _badness(side.rule, profile), reverse=True):
        operations = tuple(name for name in side.operations if name not in judged)
        if operations or not found:
            judged.update(operations)
            found.append(side.limited_to(operations))
    return found


def _badness(rule: Rule, profile: str) -> tuple[Severity, bool, int]:
    """Return a key that sorts rules by severity, then shown rules before suppressed ones, then by their profiles."""
    return rule.severity_in(profile), not rule.suppressed, sum(rule.severity_in(name) for name in rule.profiles)


_SORTED_JSON = json.JSONEncoder(sort_keys=True)


def fingerprint(rule: Rule, service: str, delta: Delta, related: tuple[Delta, ...] = ()) -> str:
    """Return the digest that identifies a change by rule, elements and values, whatever the order of lists and keys."""
    values = [(d.id, d.carrier, d.trait, _normalized(d.old), _normalized(d.new)) for d in (delta, *related)]
    text = _SORTED_JSON.encode([rule.id, service, values])
    return hashlib.sha256(text.encode()).hexdigest()


def _normalized(value: object) -> object:
    """Return the value with all its lists sorted."""
    if isinstance(value, dict):
        return {key: _normalized(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return sorted((_normalized(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value
