"""Shell patterns (`*`, `?`, `[abc]`) for rule ids and element ids.

Element ids contain a `#`, except those of whole services, and rule ids do not: that tells the two apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from docgen.errors import UsageError
from docgen.model.element_id import ElementId
from docgen.wording import MAX_PATTERN_LENGTH, did_you_mean, matches_wildcards

_WILDCARDS = frozenset("*?[")


def matches_pattern(text: str, pattern: str) -> bool:
    """Return whether `text` equals `pattern` or matches it.

    The equality matters for ids that contain a wildcard character: a pasted id always matches itself.
    """
    if text == pattern:
        return True
    return is_wildcard(pattern) and matches_wildcards(text, pattern)


def is_wildcard(pattern: str) -> bool:
    """Return whether a pattern may match other texts than itself."""
    return len(pattern) <= MAX_PATTERN_LENGTH and not _WILDCARDS.isdisjoint(pattern)


def matches_any(patterns: Iterable[str], rule: str, id: str) -> bool:
    """Return whether any of the patterns of `--only` or `--except` matches this rule or this element."""
    return any(matches_pattern(id if "#" in pattern else rule, pattern) for pattern in patterns)


def service_of(id: str) -> str:
    """Return the service in an element id, or in a pattern for one."""
    return ElementId.parse(id).service


def named_services(patterns: Iterable[str]) -> list[str]:
    """Return the services that patterns for element ids name in full, without a wildcard."""
    services = [service_of(pattern) for pattern in patterns if "#" in pattern]
    return [service for service in services if _WILDCARDS.isdisjoint(service)]


def check_patterns(patterns: Iterable[str], rules: Collection[str], location: str) -> None:
    """Raise `UsageError`, which names `location`, for a pattern that is not for element ids and matches no rule."""
    for pattern in patterns:
        if "#" not in pattern:
            check_rule_pattern(pattern, rules, location)


def check_rule_pattern(pattern: str, rules: Collection[str], location: str) -> None:
    """Raise `UsageError`, which names `location`, if no rule matches `pattern`."""
    if any(matches_pattern(rule, pattern) for rule in rules):
        return
    hint = did_you_mean(pattern, rules, otherwise="an element id contains #, such as s3#*")
    raise UsageError(f"{location}: no rule {pattern!r} ({hint})")
