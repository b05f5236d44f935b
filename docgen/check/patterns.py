"""Patterns of the shell (`*`, `?`, `[abc]`) for rule ids and element ids.

Every element id but that of a whole service holds a `#` and no rule id does, so the two cannot be mixed up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

from docgen.errors import UsageError
from docgen.model.element_id import ElementId
from docgen.wording import did_you_mean

_WILDCARDS = frozenset("*?[")
_MAX_PATTERN_LENGTH = 1_000
"""Characters of a pattern. What is longer is taken as it is: reading 50,000 as a pattern takes a second."""


def matches_pattern(text: str, pattern: str) -> bool:
    """Whether `text` is `pattern`, or what the pattern describes.

    An id that is pasted as it is always matches itself, even where it holds a character that patterns use.
    """
    if text == pattern:
        return True
    return len(pattern) <= _MAX_PATTERN_LENGTH and not _WILDCARDS.isdisjoint(pattern) and fnmatchcase(text, pattern)


def matches_any(patterns: Iterable[str], rule: str, id: str) -> bool:
    """Whether one of the patterns of `--only` or `--except` means this rule or this element."""
    return any(matches_pattern(id if "#" in pattern else rule, pattern) for pattern in patterns)


def service_of(id: str) -> str:
    """The part of an element id, or of a pattern for one, that names the service."""
    return ElementId.parse(id).service


def check_patterns(patterns: Iterable[str], rules: Collection[str], location: str) -> None:
    """Raise `UsageError` naming `place` for a pattern that is no id pattern and that no rule matches."""
    for pattern in patterns:
        if "#" not in pattern:
            check_rule_pattern(pattern, rules, location)


def check_rule_pattern(pattern: str, rules: Collection[str], location: str) -> None:
    """Raise `UsageError` naming `place` if no rule matches `pattern`."""
    if any(matches_pattern(rule, pattern) for rule in rules):
        return
    hint = did_you_mean(pattern, rules, "an element id has a # in it, such as s3#*")
    raise UsageError(f"{location}: no rule {pattern!r} ({hint})")
