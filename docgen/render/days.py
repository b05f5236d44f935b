"""Days of releases. A date that cannot be read counts as unknown."""

from __future__ import annotations

from datetime import date


def parse_day(text: str) -> date | None:
    """Return the day of a date such as `2026-07-31`, or None for any other text."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def newest_day(dates: list[str]) -> str:
    """Return the newest of some dates, or empty if none can be read."""
    return max((text for text in dates if parse_day(text) is not None), default="")


def days_between(earlier: str, later: str) -> int | None:
    """Return the number of days from one date to another, or None if one of them cannot be read."""
    start, end = parse_day(earlier), parse_day(later)
    return None if start is None or end is None else (end - start).days
