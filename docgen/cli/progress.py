"""A progress bar on standard error; nothing is drawn if that is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ProgressCallback = Callable[[int, int], None]
"""Called with the number of things done and their total."""

_WIDTH = 30


@contextmanager
def progress_bar(unit: str) -> Iterator[ProgressCallback]:
    """A bar that is drawn again when its text changes and erased after the block.

    Args:
        unit: What is counted, in the plural: `releases`.

    """
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
