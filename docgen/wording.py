"""Wording that several rooms share: numbers with nouns."""

from __future__ import annotations


def pluralize(number: int, noun: str) -> str:
    """Return a number with its noun: `1 release`, `2,481 releases`, `0 entries`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun.endswith("ry") else f"{number:,} {noun}s"
