"""Whether a regular expression matches all that another one does. Patterns are compared, never run."""

from __future__ import annotations

import re

MATCH_ALL_PATTERNS = frozenset({r"[\s\S]*", r"^[\s\S]*$", r"(?s).*", r"^(?s).*$", r"[\w\W]*", r"^[\w\W]*$"})
"""Patterns that match every text."""

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|.", re.DOTALL)
_COUNTED_QUANTIFIER = re.compile(r"\{(\d+)(,?)(\d*)\}")
_SIGN_QUANTIFIERS = {"*": (0, float("inf")), "+": (1, float("inf"))}
_MAX_PATTERN_LENGTH = 2_000
_UNDECIDABLE = re.compile(r"\(\?[^:]|\\[1-9k]|[*+?}][+]")
"""Lookarounds, back references and possessive quantifiers: matching more inside them can mean matching less overall."""


def is_looser(old: str, new: str) -> bool:
    """Whether `new` certainly matches everything that `old` matches.

    True only if `new` matches anything, differs in anchors only (models used to have implicit anchors, and now write
    them), or is `old` with alternatives added or with wider quantifiers.
    """
    if new in MATCH_ALL_PATTERNS:
        return True
    if max(len(old), len(new)) > _MAX_PATTERN_LENGTH:
        return False
    if not _is_undecidable(old, new) and _alternative_added(old, new):
        return True
    old, new = _without_anchors(old), _without_anchors(new)
    return old == new or (not _is_undecidable(old, new) and _quantifiers_widened(old, new))


def _is_undecidable(*patterns: str) -> bool:
    return any(_UNDECIDABLE.search(pattern) for pattern in patterns)


def _without_anchors(pattern: str) -> str:
    inner = pattern.removeprefix("^")
    if inner.endswith("$") and not inner.endswith(r"\$"):
        inner = inner[:-1]
    # ^a|b$ anchors one end of each alternative, so it is not a|b with anchors.
    return pattern if inner != pattern and "|" in _top_level_text(inner) else inner


def _top_level_text(pattern: str) -> str:
    """The part of a pattern outside all groups and classes."""
    depth, found = 0, ""
    for piece in _TOKEN.findall(pattern):
        depth += (piece == "(") - (piece == ")")
        if depth == 0 and len(piece) == 1:
            found += piece
    return found


def _alternative_added(old: str, new: str) -> bool:
    return _is_balanced(old) and (new.startswith(f"{old}|") or new.endswith(f"|{old}"))


def _is_balanced(pattern: str) -> bool:
    """Whether all brackets are closed, so that what follows is not inside one."""
    tokens = _TOKEN.findall(pattern)
    return tokens.count("(") == tokens.count(")") and "[" not in tokens and not pattern.endswith("\\")


def _quantifiers_widened(old: str, new: str) -> bool:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(before) != len(after):
        return False
    return all(
        a == b or _bounds_contain(_quantifier_bounds(b), _quantifier_bounds(a))
        for a, b in zip(before, after, strict=True)
    )


def _quantifier_bounds(token: str) -> tuple[int, float] | None:
    found = _COUNTED_QUANTIFIER.fullmatch(token)
    if found is None:
        return _SIGN_QUANTIFIERS.get(token)
    low = int(found[1])
    return low, (int(found[3]) if found[3] else float("inf")) if found[2] else low


def _bounds_contain(outer: tuple[int, float] | None, inner: tuple[int, float] | None) -> bool:
    return outer is not None and inner is not None and outer[0] <= inner[0] and inner[1] <= outer[1]
