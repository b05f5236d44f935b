"""The life of a service: what each year added to its operations and members, and what it removed, as bars."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

YearCounts = tuple[str, int, int, int, int]
"""A year with the numbers of operations added and removed, and of members added and removed."""

MIN_YEARS = 2
"""Fewest years with changes for which bars say more than words."""

_BAR, _STEP, _HALF, _LABEL = 26, 40, 44, 14


def life_chart(years: Sequence[YearCounts]) -> Markup | None:
    """Return bars for each year, oldest first: additions upwards, removals downwards; None for fewer than two years.

    Operations and members have a row of bars each, drawn to a scale of its own.
    """
    if len(years) < MIN_YEARS:
        return None
    rows = (
        ("operations", [year[1:3] for year in years]),
        ("members", [year[3:5] for year in years]),
    )
    width, height = _STEP * len(years), 2 * (3 * _LABEL + _HALF + _HALF // 2)
    parts = [f'<svg class="life" viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true">']
    top = 0
    for noun, numbers in rows:
        parts += _row(noun, years, numbers, top)
        top += height // 2
    return Markup("".join(parts) + "</svg>")  # noqa: S704 - names are escaped where they enter


def _row(noun: str, years: Sequence[YearCounts], numbers: Sequence[tuple[int, int]], top: int) -> list[str]:
    most = max(1, *(max(pair) for pair in numbers))
    line = top + 2 * _LABEL + _HALF
    parts = [f'<text x="0" y="{top + 10}">{noun.capitalize()}</text>']
    for index, ((year, *_), (added, removed)) in enumerate(zip(years, numbers, strict=True)):
        left = index * _STEP
        title = f"{year}: {added:,} {noun} added, {removed:,} removed"
        up, down = _length(added, most, _HALF), _length(removed, most, _HALF // 2)
        parts.append(f"<g><title>{escape(title)}</title>")
        parts.append(f'<rect class="p-none" x="{left}" y="{line}" width="{_BAR}" height="1"/>')
        if added:
            parts.append(f'<rect class="p-add" x="{left}" y="{line - up}" width="{_BAR}" height="{up}"/>')
            middle = left + _BAR // 2
            parts.append(f'<text x="{middle}" y="{line - up - 4}" text-anchor="middle">{_short(added)}</text>')
        if removed:
            parts.append(f'<rect class="p-del" x="{left}" y="{line + 1}" width="{_BAR}" height="{down}"/>')
        if noun == "members":
            bottom = line + _HALF // 2 + _LABEL - 2
            parts.append(f'<text x="{left + _BAR // 2}" y="{bottom}" text-anchor="middle">{escape(year)}</text>')
        parts.append("</g>")
    return parts


def _length(number: int, most: int, limit: int) -> int:
    """Return the length of a bar in proportion: at least 1 unless the number is 0, and at most the limit."""
    return 0 if not number else max(1, min(limit, number * limit // most))


def _short(number: int) -> str:
    return f"{number / 1000:.1f}k" if number >= 1000 else str(number)


def life_caption(years: Sequence[YearCounts]) -> str:
    """Return what the bars show, in words."""
    operations, gone, members, lost = (sum(counts) for counts in list(zip(*years, strict=True))[1:])
    return (
        f"{years[0][0]} to {years[-1][0]}: {operations:,} operations and {members:,} members were added, "
        f"{gone:,} operations and {lost:,} members removed. A member of a structure counts once, wherever it is used."
    )
