"""A documentation string: the laws of `test_markup`, among them that the last wall changes nothing of our HTML."""

from __future__ import annotations

from markup_checks import check_everything
from markup_support import hostile


def seeds() -> list[bytes]:
    """Hostile strings."""
    return [each.encode("utf-8", "replace") for each in hostile()]


def target(data: bytes) -> None:
    """Lay a string out in all three formats, and read them back."""
    check_everything(data.decode("utf-8", "replace"))
