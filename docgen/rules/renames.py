"""Renames: pairs of a removal and an addition that are the same element under another name, each with a score.

A rename is reported as one change instead of two, with both names. It is as severe as the removal that it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from docgen.diff.delta import Kind
from docgen.model.protocol import wire_name
from docgen.model.service import URI_LABEL, Member, Operation, Service, http_of
from docgen.rules.context import DeltaInContext
from docgen.wording import normalize_name

_MIN_SCORE = 0.72
_MAX_SCORED_PAIRS = 1_000
"""The most pairs that are scored within one shape or service: a wholesale replacement is not a set of renames."""

_MAX_COMPARED_TEXT = 400
_RENAMABLE_KINDS = (Kind.OPERATION, Kind.MEMBER, Kind.ENUM_VALUE)


def with_renames(contexts: Iterable[DeltaInContext]) -> Iterator[DeltaInContext]:
    """Yield the same deltas in the same order, with one `renamed` in place of each pair that is a rename."""
    everything = list(contexts)
    candidates: dict[tuple[Any, ...], list[int]] = {}
    for index, context in enumerate(everything):
        if context.kind in _RENAMABLE_KINDS and context.action in ("added", "removed") and context.reached:
            member = context.member_name if context.kind is Kind.ENUM_VALUE else ""
            candidates.setdefault((context.kind, context.pairs, member), []).append(index)
    renamed: dict[int, DeltaInContext] = {}
    merged: set[int] = set()
    for (kind, *_), indices in candidates.items():
        removed = [i for i in indices if everything[i].action == "removed"]
        added = [i for i in indices if everything[i].action == "added"]
        if removed and added and len(removed) * len(added) <= _MAX_SCORED_PAIRS:
            for old, new, score in _best_pairs(removed, added, _scorer(kind, everything)):
                merged.add(new)
                renamed[old] = replace(
                    everything[old], action="renamed", related=(everything[new].delta,), confidence=round(score, 2)
                )
    for index, context in enumerate(everything):
        if index not in merged:
            yield renamed.get(index, context)


def _best_pairs(
    removed: list[int], added: list[int], score: Callable[[int, int], float]
) -> Iterator[tuple[int, int, float]]:
    """Yield the best pairs with their scores, best first; no name is in two pairs."""
    scored = [(-score(old, new), old, new) for old in removed for new in added]
    used: set[int] = set()
    for negative, old, new in sorted(scored):
        if -negative < _MIN_SCORE:
            return
        if old not in used and new not in used:
            used |= {old, new}
            yield old, new, -negative


def _scorer(kind: Kind, contexts: list[DeltaInContext]) -> Callable[[int, int], float]:
    return {Kind.OPERATION: _operation_scorer, Kind.MEMBER: _member_scorer, Kind.ENUM_VALUE: _enum_value_scorer}[kind](
        contexts
    )


def _enum_value_scorer(contexts: list[DeltaInContext]) -> Callable[[int, int], float]:
    def score(old: int, new: int) -> float:
        return float(normalize_name(str(contexts[old].delta.old)) == normalize_name(str(contexts[new].delta.new)))

    return score


def _member_scorer(contexts: list[DeltaInContext]) -> Callable[[int, int], float]:
    def score(old: int, new: int) -> float:
        of = contexts[old].comparison.service_delta
        before, after = contexts[old].old_member, contexts[new].new_member
        if before is None or after is None or of.old.trait(before, "deprecated"):
            return 0.0
        return member_score(of.old, before, of.new, after)

    return score


def member_score(old: Service, before: Member, new: Service, after: Member) -> float:
    """Return how likely two members are the same: 1.0 for one wire name, else by target, name and documentation."""
    same = _target_score(old, before, new, after)
    if not same:
        return 0.0
    explicit = old.trait(before, "locationName") or new.trait(after, "locationName")
    if explicit and wire_name(before, old) == wire_name(after, new):
        return 1.0
    name = name_score(before.name, after.name)
    if 0.3 * same + 0.4 * name + 0.3 < _MIN_SCORE:
        return 0.0
    words = _text_score(old.documentation_of(before), new.documentation_of(after), name)
    return 0.3 * same + 0.4 * name + 0.3 * words


def _target_score(old: Service, before: Member, new: Service, after: Member) -> float:
    one, other = old.shape(before), new.shape(after)
    if one.type != other.type:
        return 0.0
    if one.name == other.name:
        return 1.0
    return 0.8 if set(one.members) == set(other.members) else 0.0


def _operation_scorer(contexts: list[DeltaInContext]) -> Callable[[int, int], float]:
    def score(old: int, new: int) -> float:
        of = contexts[old].comparison.service_delta
        before, after = contexts[old].old_operation, contexts[new].new_operation
        if before is None or after is None or before.deprecated:
            return 0.0
        return operation_score(of.old, before, of.new, after)

    return score


def operation_score(old: Service, before: Operation, new: Service, after: Operation) -> float:
    """Return how likely two operations are the same, from 0 to 1: by path and method, else by name and members."""
    if normalize_name(before.name) == normalize_name(after.name):
        return 1.0
    http = http_of(before), http_of(after)
    paths = [URI_LABEL.sub("{}", str(binding.get("requestUri") or "/")) for binding in http]
    members = min(
        _member_overlap(old, before.input, new, after.input), _member_overlap(old, before.output, new, after.output)
    )
    if paths[0] == paths[1] != "/" and http[0].get("method") == http[1].get("method"):
        return 0.9 if members >= 0.5 else 0.8
    name = name_score(before.name, after.name)
    return 0.5 * name + 0.5 * members if members >= 0.8 and name >= 0.6 else 0.0


def _member_overlap(old: Service, before: Member | None, new: Service, after: Member | None) -> float:
    one = set(old.shape(before).members) if before else set()
    other = set(new.shape(after).members) if after else set()
    return len(one & other) / len(one | other) if one | other else 1.0


def name_score(old: str, new: str) -> float:
    """Return how similar two names are, from 0 to 1. A name that starts or ends with the other is very similar."""
    one, other = normalize_name(old), normalize_name(new)
    if one == other:
        return 1.0
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= 4 and (longer.startswith(shorter) or longer.endswith(shorter)):
        return 0.9
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _text_score(old: str, new: str, default: float) -> float:
    if not old or not new:
        return default
    if old == new:
        return 1.0
    return SequenceMatcher(None, old[:_MAX_COMPARED_TEXT], new[:_MAX_COMPARED_TEXT], autojunk=False).ratio()
