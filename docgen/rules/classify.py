"""The interpreter: each fact finds the first rule that catches it, and becomes a change. No rule is known by name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from docgen.diff.facts import Delta, Kind, ServiceDelta
from docgen.model.usage import Direction
from docgen.rules.context import DeltaInContext, deltas_in_context
from docgen.rules.messages import format_message
from docgen.rules.predicates import PREDICATES
from docgen.rules.renames import with_renames
from docgen.rules.rule import Match, Rule, Severity, load_rules

RULES: Mapping[str, Rule] = load_rules()
"""Every rule by its id, in the order in which they are tried."""

_SIDE_OF_DIRECTION = {
    Direction.REQUEST: Direction.REQUEST,
    Direction.RESPONSE: Direction.RESPONSE,
    Direction.ERROR: Direction.RESPONSE,
}
_DIRECTION_OF_CARRIER = {"input": Direction.REQUEST, "output": Direction.RESPONSE, "error": Direction.ERROR}


@dataclass(frozen=True, slots=True)
class Change:
    """A fact with its meaning; one for each cause.

    `delta` is the fact, or of a rename the one that went; `also` has what belongs to the same cause. `operations` are
    those that it affects, in model order (none: the service as a whole, or nobody), `paths` one example path for
    each. The `fingerprint` stays the same when a sentence is reworded or a list is sorted again.
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

    def severity_in(self, profile: str = "api") -> Severity:
        """How much it hurts one kind of reader."""
        return self.rule.severity_in(profile)


def classify(delta: ServiceDelta) -> tuple[Change, ...]:
    """The changes of a service, worst first, in the order of the model where they are equally bad."""
    found = [classify_delta(fact, delta.service) for fact in _merge_waits(with_renames(deltas_in_context(delta)))]
    return tuple(sorted(found, key=lambda each: -each.rule.severity))


def with_profile_severities(changes: Iterable[Change], profile: str) -> tuple[Change, ...]:
    """The changes with the severities that one kind of reader feels (`Rule.severity_in`), worst first."""
    found = [replace(each, rule=_rule_in_profile(each.rule.id, profile)) for each in changes]
    return tuple(sorted(found, key=lambda each: -each.rule.severity))


@cache
def _rule_in_profile(rule_id: str, profile: str) -> Rule:
    return replace(RULES[rule_id], severity=RULES[rule_id].severity_in(profile))


def classify_delta(context: DeltaInContext, service: str) -> Change:
    """What a fact means."""
    rule = _worst_rule([find_rule(context, side) for side in _sides(context)])
    return Change(
        rule=rule,
        delta=context.delta,
        related=context.related,
        direction=_change_direction(rule, context),
        operations=context.operations(),
        paths=_ExamplePaths(context),
        message=format_message(rule, context),
        fingerprint=fingerprint(rule, service, context.delta, context.related),
        confidence=context.confidence,
    )


def find_rule(context: DeltaInContext, side: Direction | None) -> Rule:
    """The first rule that catches the fact, seen from one side (None: from any)."""
    delta = context.delta
    for rule, when in _candidate_rules(delta.kind.value, delta.carrier, delta.trait, context.action, side):
        if all(PREDICATES[name](context) for name in when):
            return rule
    raise AssertionError("the last rule catches everything")


@lru_cache(maxsize=4096)
def _candidate_rules(
    kind: str, carrier: str, trait: str, action: str, side: Direction | None
) -> tuple[tuple[Rule, tuple[str, ...]], ...]:
    """The rules that may catch such a fact, with the predicates that are still to be asked."""
    return tuple(
        (rule, match.when)
        for rule in RULES.values()
        if _applies_to_side(rule, side)
        for match in _possible_matches(rule, kind, carrier, trait, action)
    )


def _possible_matches(rule: Rule, kind: str, carrier: str, trait: str, action: str) -> Iterator[Match]:
    return (match for match in rule.matches if match.may_match(kind, carrier, trait, action))


def _applies_to_side(rule: Rule, side: Direction | None) -> bool:
    return side is None or rule.direction not in (Direction.REQUEST, Direction.RESPONSE) or rule.direction is side


def _sides(context: DeltaInContext) -> tuple[Direction | None, ...]:
    return tuple(dict.fromkeys(_SIDE_OF_DIRECTION[way] for way in context.directions)) or (None,)


def _worst_rule(rules: list[Rule]) -> Rule:
    """The rule with the worse verdict; where both are equally bad, the one that hurts in more profiles."""
    return max(rules, key=lambda rule: (rule.severity, sum(rule.severity_in(profile) for profile in rule.profiles)))


def _change_direction(rule: Rule, context: DeltaInContext) -> Direction:
    if not context.directions:
        return _DIRECTION_OF_CARRIER.get(context.delta.carrier or context.kind.value, rule.direction)
    if len({_SIDE_OF_DIRECTION[way] for way in context.directions}) > 1:
        return Direction.BOTH
    return context.directions[0]


def _merge_waits(contexts: Iterable[DeltaInContext]) -> Iterator[DeltaInContext]:
    """Facts that have one cause as one: how long a waiter waits is its delay times its attempts."""
    waits: dict[str, DeltaInContext] = {}
    for fact in contexts:
        if fact.kind is Kind.WAITER and fact.delta.trait in ("delay", "maxAttempts"):
            first = waits.get(fact.delta.id)
            waits[fact.delta.id] = replace(first, related=(fact.delta,)) if first else fact
        else:
            yield fact
    yield from waits.values()


class _ExamplePaths(Mapping[str, str]):
    """One path for each affected operation, worked out when asked for: a shape can have 773 operations."""

    __slots__ = ("_context", "_operations")

    def __init__(self, context: DeltaInContext) -> None:
        self._context = context
        self._operations = context.operations() if context.pairs and context.reached else ()

    def __getitem__(self, operation: str) -> str:
        if operation not in self._operations:
            raise KeyError(operation)
        return self._context.path(operation)

    def __iter__(self) -> Iterator[str]:
        return iter(self._operations)

    def __len__(self) -> int:
        return len(self._operations)


def fingerprint(rule: Rule, service: str, delta: Delta, related: tuple[Delta, ...] = ()) -> str:
    """What a baseline knows a change by: rule, element and values, with the order of lists and keys taken out."""
    values = [
        (each.id, each.carrier, each.trait, _normalized(each.old), _normalized(each.new)) for each in (delta, *related)
    ]
    text = json.dumps([rule.id, service, values], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _normalized(value: object) -> object:
    """The value with the lists in it sorted."""
    if isinstance(value, dict):
        return {key: _normalized(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return sorted((_normalized(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    return value
