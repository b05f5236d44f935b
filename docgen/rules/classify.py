"""Classification: the first rule that matches a delta makes it a change. This module knows no rule by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache, lru_cache

from docgen.diff.delta import Kind, ServiceDelta
from docgen.model.usage import Direction
from docgen.rules.change import Change, ExamplePaths, Verdict, fingerprint, worst_verdicts
from docgen.rules.comparison import side_of
from docgen.rules.context import DeltaInContext, deltas_in_context, joined
from docgen.rules.messages import format_message
from docgen.rules.predicates import PREDICATES
from docgen.rules.renames import with_renames
from docgen.rules.rule import Match, Rule, load_rules

RULES: Mapping[str, Rule] = load_rules()
"""Every rule by its id, in the order in which rules are tried."""

_DIRECTION_OF_CARRIER = {"input": Direction.REQUEST, "output": Direction.RESPONSE, "error": Direction.ERROR}


def classify(delta: ServiceDelta) -> tuple[Change, ...]:
    """Classify the deltas of a service.

    Args:
        delta: The result of `find_deltas`.

    Returns:
        The changes, worst first; those of equal severity are in the order of the model.
    """
    return worst_first(change for _, change in judged_deltas(delta))


def classify_shown(delta: ServiceDelta) -> tuple[Change, ...]:
    """Classify the deltas of a service, without those to which only suppressed rules apply.

    Half of the changes of a release are such. Their sentences and fingerprints are not made.
    """
    return worst_first(change for _, change in judged_deltas(delta, with_suppressed=False))


def judged_deltas(delta: ServiceDelta, *, with_suppressed: bool = True) -> Iterator[tuple[DeltaInContext, Change]]:
    """Yield the same changes as `classify` in the order of the model, each with its delta in context."""
    for context in _merge_targets(_merge_waits(with_renames(deltas_in_context(delta)))):
        contexts_by_rule = _contexts_by_rule(context)
        if with_suppressed or not all(RULES[id].suppressed for id in contexts_by_rule):
            yield context, _make_change(context, delta.service, contexts_by_rule)


def worst_first(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes sorted by severity; those of equal severity keep their order."""
    return tuple(sorted(changes, key=lambda change: -change.rule.severity))


def with_profile_severities(changes: Iterable[Change], profile: str) -> tuple[Change, ...]:
    """Return the changes with their severities in a profile (`Rule.severity_in`), worst first."""
    found = [change.with_rules(lambda rule: _rule_in_profile(rule.id, profile)) for change in changes]
    return tuple(sorted(found, key=lambda change: -change.rule.severity))


@cache
def _rule_in_profile(rule_id: str, profile: str) -> Rule:
    return replace(RULES[rule_id], severity=RULES[rule_id].severity_in(profile))


def classify_delta(context: DeltaInContext, service: str) -> Change:
    """Turn one delta into a change; `service` is the SDK's name of the service."""
    return _make_change(context, service, _contexts_by_rule(context))


def _make_change(context: DeltaInContext, service: str, contexts_by_rule: Mapping[str, list[DeltaInContext]]) -> Change:
    sides = tuple(_side_verdicts(context, contexts_by_rule))
    worst, *others = worst_verdicts(sides)
    return Change(
        rule=worst.rule,
        delta=context.delta,
        related=context.related,
        direction=worst.direction,
        operations=worst.operations,
        paths=worst.paths,
        message=worst.message,
        fingerprint=fingerprint(worst.rule, service, context.delta, context.related),
        confidence=context.confidence,
        others=tuple(others),
        sides=sides,
        repeats=context.repeats,
    )


def _contexts_by_rule(context: DeltaInContext) -> dict[str, list[DeltaInContext]]:
    """Return the ids of the rules that match a delta anywhere, each with the contexts in which it does."""
    found: dict[str, list[DeltaInContext]] = {}
    for narrowed in context.judged_separately():
        found.setdefault(find_rule(narrowed, narrowed.side).id, []).append(narrowed)
    return found


def _side_verdicts(context: DeltaInContext, contexts_by_rule: Mapping[str, list[DeltaInContext]]) -> Iterator[Verdict]:
    """Yield the verdicts of a delta: one for each rule that matches it anywhere."""
    for id, narrowed_contexts in contexts_by_rule.items():
        judged = joined(narrowed_contexts) if len(contexts_by_rule) > 1 else context
        yield Verdict(
            rule=RULES[id],
            direction=_direction(RULES[id], judged),
            operations=(operations := judged.operations()),
            paths=ExamplePaths(operations if judged.pairs and judged.reached else (), judged.path),
            message=format_message(RULES[id], judged),
        )


def find_rule(context: DeltaInContext, side: Direction | None) -> Rule:
    """Return the first rule that matches the delta, on the request or the response side; None means either."""
    delta = context.delta
    for rule, when in _candidate_rules(delta.kind.value, delta.carrier, delta.trait, context.action, side):
        if all(PREDICATES[name](context) for name in when):
            return rule
    raise AssertionError("the last rule matches everything")


def _candidate_rules(
    kind: str, carrier: str, trait: str, action: str, side: Direction | None
) -> tuple[tuple[Rule, tuple[str, ...]], ...]:
    """Return the rules that may match such a delta, with the predicates that remain to be evaluated.

    Traits that no rule names share an entry, however many a model has.
    """
    key = kind, carrier, _named_trait(trait), action, side
    found = _CANDIDATES.get(key)
    if found is None:
        found = _CANDIDATES[key] = tuple(
            (rule, match.when)
            for rule in RULES.values()
            if _applies_to_side(rule, side)
            for match in _possible_matches(rule, kind, carrier, trait, action)
        )
    return found


@lru_cache(maxsize=1000)
def _named_trait(trait: str) -> str | tuple[str, ...]:
    """Return the trait if a rule names it, else the patterns of rules that match it."""
    return trait if trait in _NAMED_TRAITS else tuple(each for each in _TRAIT_PATTERNS if fnmatchcase(trait, each))


_MATCHED_TRAITS = {trait for rule in RULES.values() for match in rule.matches for trait in match.trait}
_TRAIT_PATTERNS = tuple(sorted(trait for trait in _MATCHED_TRAITS if not {"*", "?", "["}.isdisjoint(trait)))
_NAMED_TRAITS = frozenset(("", *_MATCHED_TRAITS)) - {*_TRAIT_PATTERNS}
_CANDIDATES: dict[
    tuple[str, str, str | tuple[str, ...], str, Direction | None], tuple[tuple[Rule, tuple[str, ...]], ...]
] = {}


def _possible_matches(rule: Rule, kind: str, carrier: str, trait: str, action: str) -> Iterator[Match]:
    return (match for match in rule.matches if match.may_match(kind, carrier, trait, action))


def _applies_to_side(rule: Rule, side: Direction | None) -> bool:
    return side is None or rule.direction not in (Direction.REQUEST, Direction.RESPONSE) or rule.direction is side


def _direction(rule: Rule, context: DeltaInContext) -> Direction:
    if not context.directions:
        return _DIRECTION_OF_CARRIER.get(context.delta.carrier or context.kind.value, rule.direction)
    if len({side_of(direction) for direction in context.directions}) > 1:
        return Direction.BOTH
    return context.directions[0]


def _merge_waits(contexts: Iterable[DeltaInContext]) -> Iterator[DeltaInContext]:
    """Merge the deltas of a waiter's delay and attempts, because their product is how long it waits."""
    waits: dict[str, DeltaInContext] = {}
    for context in contexts:
        if context.kind is Kind.WAITER and context.delta.trait in ("delay", "maxAttempts"):
            first = waits.get(context.delta.id)
            waits[context.delta.id] = replace(first, related=(context.delta,)) if first else context
        else:
            yield context
    yield from waits.values()


def _merge_targets(contexts: Iterable[DeltaInContext]) -> Iterator[DeltaInContext]:
    """Merge the new target of a reference into the new type that follows from it."""
    everything = list(contexts)
    retyped = {context.delta.id for context in everything if context.kind is Kind.TYPE}
    targets = {c.delta.id: c.delta for c in everything if c.kind is Kind.TARGET and c.delta.id in retyped}
    for context in everything:
        if context.kind is Kind.TYPE and context.delta.id in targets:
            yield replace(context, repeats=(*context.repeats, targets[context.delta.id]))
        elif context.kind is not Kind.TARGET or context.delta.id not in targets:
            yield context
