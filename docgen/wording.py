"""Helpers for sentences: counted nouns, lists, suggestions for misspelt names, and natural order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from fnmatch import translate
from functools import lru_cache

_DIGITS_OR_TEXT = re.compile(r"[0-9]+|[^0-9]+")
_LISTED_NAMES = 5
_SIMILARITY = 0.7
"""The least similarity of a name and a suggestion, from 0 to 1, as `difflib` measures it. Below, most are wrong."""

_SHORT_NAME = 3
"""The length up to which a name with one wrong character is close, although `difflib` does not find it."""

MAX_PATTERN_LENGTH = 1_000
_MAX_BRACKETS = 50
_SEPARATORS = re.compile(r"[-_ .:/]+")


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: `1 release`, `2,481 releases`.

    Args:
        number: The number.
        noun: The noun in the singular.
        plural: The noun in the plural, if it is not the singular with an `s`.
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def largest_fitting(number: int, fits: Callable[[int], bool]) -> int:
    """Return the largest number up to `number` that fits, by bisection. Smaller numbers fit too, and 0 always does."""
    low, high = 0, number
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


@lru_cache(maxsize=4096)
def wildcard_regex(pattern: str) -> re.Pattern[str]:
    """Return the regular expression of a shell pattern (`*`, `?`, `[abc]`); `fnmatch` keeps only 256 of them.

    A pattern that is longer than `MAX_PATTERN_LENGTH` or has more than `_MAX_BRACKETS` stands for itself: `fnmatch`
    looks for the end of each bracket up to the end of the pattern, which takes ten seconds for 20,000 brackets.
    """
    if len(pattern) > MAX_PATTERN_LENGTH or pattern.count("[") > _MAX_BRACKETS:
        return re.compile(re.escape(pattern) + r"\Z")
    return re.compile(translate(pattern))


def matches_wildcards(text: str, pattern: str) -> bool:
    """Return whether a whole text matches a shell pattern, with case."""
    return wildcard_regex(pattern).match(text) is not None


def listed(names: Sequence[str], more: int = 0) -> str:
    """Return names as a list, with the number of names left out: `A, B and 3 more`."""
    return ", ".join(names) + (f" and {more:,} more" if more else "")


def first_listed(names: Sequence[str], most: int) -> str:
    """Return the first names as a list, at most `most`, with the number of the others: `A, B and 3 more`."""
    return listed(names[:most], len(names[most:]))


def listed_with_and(names: Sequence[str]) -> str:
    """Return names as in a sentence: `A`, `A and B`, `A, B and C`."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def close_names(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Return the known names that are most similar to `name`, the closest first.

    Case does not count, and names that differ only in case and separators are one name: the one that is written like
    `name` stands for them.
    """
    from difflib import get_close_matches  # slow, and only typos need it

    names = sorted(set(known), key=lambda other: (("_" in other) != ("_" in name), other))
    by_lower_case: dict[str, str] = {}
    for other in names:
        by_lower_case.setdefault(other.lower(), other)
    close = get_close_matches(name.lower(), by_lower_case, n=2 * limit, cutoff=_SIMILARITY)
    # difflib finds nothing like `s4`, because half of it is wrong, nor `uptade`, which has the letters of `update`.
    others = [lower for lower in by_lower_case if lower not in close and _is_slip(name.lower(), lower)]
    ranked = [*others, *close] if len(name) <= _SHORT_NAME else [*close, *others]
    distinct: dict[str, str] = {}
    for lower in ranked:
        distinct.setdefault(normalize_name(lower), by_lower_case[lower])
    return list(distinct.values())[:limit]


def _is_slip(name: str, other: str) -> bool:
    """Return whether one character is wrong, or only the order of the characters."""
    return _differ_in_one_character(name, other) or (name != other and sorted(name) == sorted(other))


def _differ_in_one_character(name: str, other: str) -> bool:
    """Return whether one character was replaced, added, removed or swapped with its neighbour."""
    longer, shorter = sorted((name, other), key=len, reverse=True)
    if len(longer) - len(shorter) > 1 or name == other:
        return False
    at = next((index for index, (a, b) in enumerate(zip(longer, shorter, strict=False)) if a != b), len(shorter))
    if len(longer) > len(shorter):
        return longer[at + 1 :] == shorter[at:]
    is_swapped = longer[at : at + 2] == shorter[at : at + 2][::-1] and longer[at + 2 :] == shorter[at + 2 :]
    return longer[at + 1 :] == shorter[at + 1 :] or is_swapped


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return the question `did you mean X or Y?`, or `otherwise` if no known name is close."""
    close = close_names(name, known)
    return f"did you mean {' or '.join(close)}?" if close else otherwise


def with_suggestions(name: str, known: Iterable[str], problem: str) -> str:
    """Return a message about an unknown name, with the closest names in brackets, or else with the known names.

    Args:
        name: The unknown name.
        known: The known names.
        problem: The message so far, such as `no service 's4'`.
    """
    names = sorted(set(known))
    if not names:
        return f"{problem} (there is none)"
    verb = "is" if len(names) == 1 else "are"
    more = f", … {len(names)} in all" if len(names) > _LISTED_NAMES else ""
    return f"{problem} ({did_you_mean(name, names, f'there {verb} ' + ', '.join(names[:_LISTED_NAMES]) + more)})"


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Return a sort key that compares numbers inside names by value: `1.9.0` before `1.10.0`."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _DIGITS_OR_TEXT.findall(name)]


def normalize_name(name: str) -> str:
    """Return the name without case and separators: `vpc_config` and `VpcConfig` both become `vpcconfig`."""
    return _SEPARATORS.sub("", name).casefold()
