"""Who does the jobs: this process, some others, or any executor; the most work first, and never much unread."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

J = TypeVar("J")
R = TypeVar("R")

AHEAD = 2
"""Jobs for each worker that may be under way or done and not taken: what waits is in memory."""


class Workers:
    """Does jobs. Without an executor and with one worker, it is this process that does them."""

    def __init__(self, count: int, executor: Executor | None) -> None:
        self.count = count
        self._executor = executor
        self._own: Executor | None = None

    def spread(self, make: Callable[[J], R], jobs: Sequence[J]) -> Iterator[R]:
        """What each job brings, as it comes. `make` and the jobs must be such that they can be sent elsewhere."""
        executor = self._executor
        if executor is None and self.count > 1 and len(jobs) > 1:
            executor = self._own = self._own or ProcessPoolExecutor(
                self.count, mp_context=get_context("spawn"), initializer=_start
            )
        if executor is None:
            yield from map(make, jobs)
            return
        waiting = list(reversed(jobs))
        running: set[Future[R]] = set()
        try:
            while waiting or running:
                while waiting and len(running) < self.count * AHEAD:
                    running.add(executor.submit(make, waiting.pop()))
                done, running = wait(running, return_when=FIRST_COMPLETED)
                while done:
                    yield done.pop().result()
        finally:
            for future in running:
                future.cancel()

    def close(self) -> None:
        """Let go of processes that were started here."""
        if self._own is not None:
            self._own.shutdown(cancel_futures=True)


@contextmanager
def workers(count: int = 1, executor: Executor | None = None) -> Iterator[Workers]:
    """Workers for the time of a block."""
    made = Workers(count, executor)
    try:
        yield made
    finally:
        made.close()


def _start() -> None:
    """Ctrl-C is for the process that leads."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
