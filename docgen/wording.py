"""Words that every room needs: counted nouns, lists, suggestions for a misspelt name, names in natural order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

_DIGITS_OR_TEXT = re.compile(r"[0-9]+|[^0-9]+")
_LISTED_NAMES = 5
_SHORT_NAME = 3
"""Characters of a name up to which one wrong character weighs more than what `difflib` finds."""

_SEPARATORS = re.compile(r"[-_ .:/]+")


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: `1 release`, `2,481 releases`.

    Args:
        number: How many there are.
        noun: The noun in the singular.
        plural: The noun in the plural, where it is not the singular with an `s`.

    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def largest_fitting(number: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to `number` that fits, found by halving: smaller numbers fit too, and so does 0."""
    low, high = 0, number
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def listed(names: Sequence[str], more: int = 0) -> str:
    """Names in a row, and how many are left out: `A, B and 3 more`."""
    return ", ".join(names) + (f" and {more:,} more" if more else "")


def listed_with_and(names: Sequence[str]) -> str:
    """Names as a sentence lists them: `A`, `A and B`, `A, B and C`."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def close_names(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """The known names that are most like `name`, the most similar first; empty if none is close."""
    from difflib import get_close_matches  # costs as much as the rest of a short command, and only typos need it

    names = sorted(known)
    close = get_close_matches(name, names, n=limit)
    # difflib finds nothing like `s4`, because half of it is wrong: short names count as close with one wrong character.
    short = [other for other in names if other not in close and _differ_in_one_character(name, other)]
    return [*short, *close][:limit] if len(name) <= _SHORT_NAME else [*close, *short][:limit]


def _differ_in_one_character(name: str, other: str) -> bool:
    """Whether one character was replaced, added, left out or swapped with its neighbour."""
    longer, shorter = sorted((name, other), key=len, reverse=True)
    if len(longer) - len(shorter) > 1 or name == other:
        return False
    at = next((index for index, (a, b) in enumerate(zip(longer, shorter, strict=False)) if a != b), len(shorter))
    if len(longer) > len(shorter):
        return longer[at + 1 :] == shorter[at:]
    is_swapped = longer[at : at + 2] == shorter[at : at + 2][::-1] and longer[at + 2 :] == shorter[at + 2 :]
    return longer[at + 1 :] == shorter[at + 1 :] or is_swapped


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """The question `did you mean X or Y?`, or `otherwise` if no known name is close."""
    close = close_names(name, known)
    return f"did you mean {' or '.join(close)}?" if close else otherwise


def with_suggestions(name: str, known: Iterable[str], problem: str) -> str:
    """A problem with an unknown name, and in brackets the names that come closest, or else what names there are.

    Args:
        name: The name that is not known.
        known: The names that are.
        problem: The message so far, such as `no service 's4'`.

    """
    names = sorted(known)
    verb = "is" if len(names) == 1 else "are"
    more = f", … {len(names)} in all" if len(names) > _LISTED_NAMES else ""
    return f"{problem} ({did_you_mean(name, names, f'there {verb} ' + ', '.join(names[:_LISTED_NAMES]) + more)})"


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """A sort key that orders the numbers inside names by value: `1.9.0` before `1.10.0`."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _DIGITS_OR_TEXT.findall(name)]


def normalize_name(name: str) -> str:
    """A name without case and separators: `vpc_config` and `VpcConfig` both become `vpcconfig`."""
    return _SEPARATORS.sub("", name).casefold()
