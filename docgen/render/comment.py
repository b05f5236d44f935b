"""Reports as comments on GitHub, which have a limit: lists are shortened until a report fits."""

from __future__ import annotations

from collections.abc import Callable

from docgen.wording import largest_fitting

MAX_CHARACTERS = 65_000
"""Characters of a report. The longest comment that GitHub accepts has 65,536; the action adds a mark of its own."""


_MAX_ITEMS = MAX_CHARACTERS // 16
"""Items of a list that are tried at most, because each has more than 16 characters."""


def fitting_comment(compose: Callable[..., str], *sizes: int) -> str:
    """Return a report that is at most `MAX_CHARACTERS` long.

    Args:
        compose: Returns the report with the first items of each of its lists, and a count of those that are left out.
            It gets one number for each list.
        *sizes: The lengths of the lists, the most important one first. Each may take half of the room that is left, the
            last one all of it.
    """
    sizes = tuple(min(size, _MAX_ITEMS) for size in sizes)
    whole = compose(*sizes)
    if len(whole) <= MAX_CHARACTERS:
        return whole
    shown = [0] * len(sizes)
    for index, size in enumerate(sizes):
        used = len(compose(*shown))
        room = MAX_CHARACTERS if index == len(sizes) - 1 else used + (MAX_CHARACTERS - used) // 2

        def fits(number: int, index: int = index, room: int = room) -> bool:
            return len(compose(*shown[:index], number, *shown[index + 1 :])) <= room

        shown[index] = largest_fitting(size, fits)
    return compose(*shown)
