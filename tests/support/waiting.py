"""Wait for what must happen, however slow or busy the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 180.0
"""Seconds before a test gives up. Most waits take less than one; this only keeps a broken test from hanging."""


def wait_until(find: Callable[[], T], problem: Callable[[], str] = lambda: "nothing came") -> T:
    """Call `find` until it returns something true, and return that; fail with `problem` after `PATIENCE`."""
    ends = time.monotonic() + PATIENCE
    while not (found := find()):
        assert time.monotonic() < ends, problem()
        time.sleep(0.02)
    return found
