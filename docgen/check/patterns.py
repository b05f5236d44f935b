"""Patterns of the shell (`*`, `?`, `[abc]`) for rule ids and element ids.

Every element id but that of a whole service holds a `#` and no rule id does, so the two cannot be mixed up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

from docgen.errors import UsageError

_MAGIC = frozenset("*?[")
_LONGEST = 1_000
"""Characters of a pattern. What is longer is taken as it is: reading 50,000 as a pattern takes a second."""


def matches(text: str, pattern: str) -> bool:
    """Whether `text` is `pattern`, or what the pattern describes.

    An id that is pasted as it is always matches itself, even where it holds a character that patterns use.
    """
    if text == pattern:
        return True
    return len(pattern) <= _LONGEST and not _MAGIC.isdisjoint(pattern) and fnmatchcase(text, pattern)


def selects(patterns: Iterable[str], rule: str, id: str) -> bool:
    """Whether one of the patterns of `--only` or `--except` means this rule or this element."""
    return any(matches(id if "#" in pattern else rule, pattern) for pattern in patterns)


def service_of(id: str) -> str:
    """The part of an element id, or of a pattern for one, that names the service."""
    return id.partition("#")[0]


def check_patterns(patterns: Iterable[str], rules: Collection[str], place: str) -> None:
    """Raise `UsageError` naming `place` for a pattern that is no id pattern and that no rule matches."""
    for pattern in patterns:
        if "#" not in pattern:
            check_rule(pattern, rules, place)


def check_rule(pattern: str, rules: Collection[str], place: str) -> None:
    """Raise `UsageError` naming `place` if no rule matches `pattern`."""
    if any(matches(rule, pattern) for rule in rules):
        return
    from difflib import get_close_matches

    close = get_close_matches(pattern, rules, n=3)
    hint = f"did you mean {' or '.join(close)}?" if close else "an element id has a # in it, such as s3#*"
    raise UsageError(f"{place}: no rule {pattern!r} ({hint})")
