"""A change: a delta with its verdict, which is the rule that matched it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from docgen.diff.delta import Delta
from docgen.model.usage import Direction
from docgen.rules.rule import Rule, Severity


@dataclass(frozen=True, slots=True)
class Change:
    """A delta and what it means. Deltas with the same cause are one change.

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
        """The severity for one profile: `api`, `wire`, `typed` or `boto3`."""
        return self.rule.severity_in(profile)


def fingerprint(rule: Rule, service: str, delta: Delta, related: tuple[Delta, ...] = ()) -> str:
    """The digest that identifies a change: of its rule, elements and values, without the order of lists and keys."""
    values = [(d.id, d.carrier, d.trait, _normalized(d.old), _normalized(d.new)) for d in (delta, *related)]
    text = json.dumps([rule.id, service, values], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _normalized(value: object) -> object:
    """The value with all its lists sorted."""
    if isinstance(value, dict):
        return {key: _normalized(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return sorted((_normalized(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value
