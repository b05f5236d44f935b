"""The interpreter: each fact finds the first rule that catches it, and becomes a change. No rule is known by name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from docgen.diff.facts import Delta, Kind, ServiceDelta
from docgen.model.usage import Direction
from docgen.rules.context import Fact, facts
from docgen.rules.messages import message
from docgen.rules.predicates import PREDICATES
from docgen.rules.renames import with_renames
from docgen.rules.rule import Match, Rule, Severity, load

RULES: Mapping[str, Rule] = load()
"""Every rule by its id, in the order in which they are tried."""

_SIDES = {
    Direction.REQUEST: Direction.REQUEST,
    Direction.RESPONSE: Direction.RESPONSE,
    Direction.ERROR: Direction.RESPONSE,
}
_OF_SLOT = {"input": Direction.REQUEST, "output": Direction.RESPONSE, "error": Direction.ERROR}


@dataclass(frozen=True, slots=True)
class Change:
    """A fact with its meaning; one for each cause.

    `delta` is the fact, or of a rename the one that went; `also` has what belongs to the same cause. `operations` are
    those that it affects, in model order (none: the service as a whole, or nobody), `paths` one example path for
    each. The `fingerprint` stays the same when a sentence is reworded or a list is sorted again.
    """

    rule: Rule
    delta: Delta
    also: tuple[Delta, ...]
    direction: Direction
    operations: tuple[str, ...]
    paths: Mapping[str, str]
    message: str
    fingerprint: str
    confidence: float = 1.0

    def severity_in(self, profile: str = "api") -> Severity:
        """How much it hurts one kind of reader."""
        return self.rule.severity_in(profile)


def classify(delta: ServiceDelta) -> tuple[Change, ...]:
    """The changes of a service, worst first, in the order of the model where they are equally bad."""
    found = [change(fact, delta.service) for fact in _by_cause(with_renames(facts(delta)))]
    return tuple(sorted(found, key=lambda each: -each.rule.severity))


def as_felt(changes: Iterable[Change], profile: str) -> tuple[Change, ...]:
    """The changes with the severities that one kind of reader feels (`Rule.severity_in`), worst first."""
    found = [replace(each, rule=_felt(each.rule.id, profile)) for each in changes]
    return tuple(sorted(found, key=lambda each: -each.rule.severity))


@cache
def _felt(rule: str, profile: str) -> Rule:
    return replace(RULES[rule], severity=RULES[rule].severity_in(profile))


def change(fact: Fact, service: str) -> Change:
    """What a fact means."""
    rule = _worse([find(fact, side) for side in _sides(fact)])
    return Change(
        rule=rule,
        delta=fact.delta,
        also=fact.also,
        direction=_direction(rule, fact),
        operations=fact.operations(),
        paths=_Paths(fact),
        message=message(rule, fact),
        fingerprint=fingerprint(rule, service, fact.delta, fact.also),
        confidence=fact.confidence,
    )


def find(fact: Fact, side: Direction | None) -> Rule:
    """The first rule that catches the fact, seen from one side (None: from any)."""
    delta = fact.delta
    for rule, when in _candidates(delta.kind.value, delta.at, delta.trait, fact.action, side):
        if all(PREDICATES[name](fact) for name in when):
            return rule
    raise AssertionError("the last rule catches everything")


@lru_cache(maxsize=4096)
def _candidates(
    kind: str, at: str, trait: str, action: str, side: Direction | None
) -> tuple[tuple[Rule, tuple[str, ...]], ...]:
    """The rules that may catch such a fact, with the predicates that are still to be asked."""
    return tuple(
        (rule, match.when)
        for rule in RULES.values()
        if _applies(rule, side)
        for match in _catching(rule, kind, at, trait, action)
    )


def _catching(rule: Rule, kind: str, at: str, trait: str, action: str) -> Iterator[Match]:
    return (match for match in rule.matches if match.catches(kind, at, trait, action))


def _applies(rule: Rule, side: Direction | None) -> bool:
    return side is None or rule.direction not in (Direction.REQUEST, Direction.RESPONSE) or rule.direction is side


def _sides(fact: Fact) -> tuple[Direction | None, ...]:
    return tuple(dict.fromkeys(_SIDES[way] for way in fact.ways)) or (None,)


def _worse(rules: list[Rule]) -> Rule:
    """The rule with the worse verdict; where both are equally bad, the one that hurts in more profiles."""
    return max(rules, key=lambda rule: (rule.severity, sum(rule.severity_in(profile) for profile in rule.profiles)))


def _direction(rule: Rule, fact: Fact) -> Direction:
    if not fact.ways:
        return _OF_SLOT.get(fact.delta.at or fact.kind.value, rule.direction)
    if len({_SIDES[way] for way in fact.ways}) > 1:
        return Direction.BOTH
    return fact.ways[0]


def _by_cause(found: Iterable[Fact]) -> Iterator[Fact]:
    """Facts that have one cause as one: how long a waiter waits is its delay times its attempts."""
    waits: dict[str, Fact] = {}
    for fact in found:
        if fact.kind is Kind.WAITER and fact.delta.trait in ("delay", "maxAttempts"):
            first = waits.get(fact.delta.id)
            waits[fact.delta.id] = replace(first, also=(fact.delta,)) if first else fact
        else:
            yield fact
    yield from waits.values()


class _Paths(Mapping[str, str]):
    """One path for each affected operation, worked out when asked for: a shape can have 773 operations."""

    __slots__ = ("_fact", "_operations")

    def __init__(self, fact: Fact) -> None:
        self._fact = fact
        self._operations = fact.operations() if fact.pairs and fact.reached else ()

    def __getitem__(self, operation: str) -> str:
        if operation not in self._operations:
            raise KeyError(operation)
        return self._fact.path(operation)

    def __iter__(self) -> Iterator[str]:
        return iter(self._operations)

    def __len__(self) -> int:
        return len(self._operations)


def fingerprint(rule: Rule, service: str, delta: Delta, also: tuple[Delta, ...] = ()) -> str:
    """What a baseline knows a change by: rule, element and values, with the order of lists and keys taken out."""
    values = [(each.id, each.at, each.trait, _normal(each.old), _normal(each.new)) for each in (delta, *also)]
    text = json.dumps([rule.id, service, values], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _normal(value: object) -> object:
    """The value with the lists in it sorted."""
    if isinstance(value, dict):
        return {key: _normal(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return sorted((_normal(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    return value
