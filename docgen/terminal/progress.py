"""Reports the progress of long work to the command line.

The work counts its steps, and does not depend on the display.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import TypeVar

ItemT = TypeVar("ItemT")

Advance = Callable[[int, int], None]
"""Takes the number of finished items and their total."""

Reporter = Callable[[str], AbstractContextManager[Advance]]
"""Takes what is counted, in the plural: `services`. The progress is shown until the context ends."""

_reporter: ContextVar[Reporter | None] = ContextVar("progress reporter", default=None)


@contextmanager
def reporting_to(reporter: Reporter) -> Iterator[None]:
    """Report the progress of all work in the block to `reporter`."""
    token = _reporter.set(reporter)
    try:
        yield
    finally:
        _reporter.reset(token)


@contextmanager
def progress_of(unit: str) -> Iterator[Advance]:
    """Report work that counts its own steps; the context gives the function to call after each step."""
    reporter = _reporter.get()
    if reporter is None:
        yield lambda done, total: None
    else:
        with reporter(unit) as advance:
            yield advance


def track(items: Collection[ItemT], unit: str) -> Iterator[ItemT]:
    """Yield the items, and report how many of them are finished.

    Args:
        items: The items.
        unit: Their kind, in the plural.
    """
    if _reporter.get() is None:
        yield from items
        return
    with progress_of(unit) as advance:
        for done, item in enumerate(items):
            advance(done, len(items))
            yield item
        advance(len(items), len(items))
