"""How far something is, on a terminal; nothing where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ProgressCallback = Callable[[int, int], None]
"""Tells how much is done, of how much."""

_WIDTH = 30


@contextmanager
def progress_bar(unit: str) -> Iterator[ProgressCallback]:
    """A bar that is drawn again whenever it is not as it was, and is gone after the block; it counts `noun`."""
    shown = ""

    def show(done: int, total: int) -> None:
        nonlocal shown
        if not sys.stderr.isatty():
            return
        line = f"{'█' * round(done / (total or 1) * _WIDTH):░<{_WIDTH}} {done:,} of {total:,} {unit}"
        if line != shown:
            print(f"\r{line}", end="", file=sys.stderr, flush=True)
            shown = line

    try:
        yield show
    finally:
        if shown:
            print(f"\r{' ' * len(shown)}\r", end="", file=sys.stderr, flush=True)
