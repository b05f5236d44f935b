"""Who does the work: this process, others that it starts when there is enough to do, or any executor.

What is done and what comes back are plain values, so that it does not matter where it is done.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.process import BaseProcess
from typing import TypeVar

J = TypeVar("J")
R = TypeVar("R")

AHEAD = 2
"""Jobs for each worker that may be under way or done and not taken, where results are large: they are in memory."""


class Elastic(Executor):
    """An executor that knows how many workers it has; that may change."""

    def width(self) -> int:
        """How many jobs it does at a time, now."""
        raise NotImplementedError


class Workers:
    """Does jobs: with one worker and no executor, it is this process that does them."""

    def __init__(self, count: int, executor: Executor | None) -> None:
        self._count = count
        self.processes: list[BaseProcess] = []
        self._executor = executor
        self._own: ProcessPoolExecutor | None = None

    def in_order(self, do: Callable[[J], R], jobs: Sequence[J], *, few: bool = False) -> Iterator[R]:
        """What each job brings, in the order of the jobs; where there are `few`, they are not worth sending."""
        executor = self._executor_for(few)
        if executor is None:
            yield from map(do, jobs)
            return
        futures = self._submit(executor, do, jobs)
        try:
            for at in range(len(futures)):
                yield futures[at].result()
                futures[at] = Future()  # lets go of what it brought
        finally:
            _cancel(futures)

    def as_done(self, do: Callable[[J], R], jobs: Sequence[J], *, few: bool = False) -> Iterator[R]:
        """What each job brings, as it comes, with never much that waits to be taken."""
        executor = self._executor_for(few)
        if executor is None:
            yield from map(do, jobs)
            return
        waiting = list(reversed(jobs))
        running: set[Future[R]] = set()
        try:
            while waiting or running:
                room = max(0, self.count() * AHEAD - len(running))
                running.update(self._submit(executor, do, [waiting.pop() for _ in range(min(room, len(waiting)))]))
                done, running = wait(running, return_when=FIRST_COMPLETED)
                while done:
                    yield done.pop().result()
        finally:
            _cancel(running)

    def count(self) -> int:
        """How many workers there are."""
        return max(1, self._executor.width()) if isinstance(self._executor, Elastic) else self._count

    def _executor_for(self, few: bool) -> Executor | None:
        if few:
            return None
        if self._executor is None and self._count > 1:
            self._own = self._own or ProcessPoolExecutor(
                self._count, mp_context=get_context("spawn"), initializer=_start
            )
        return self._executor or self._own

    def _submit(self, executor: Executor, do: Callable[[J], R], jobs: Sequence[J]) -> list[Future[R]]:
        there = active_children()
        with _undisturbed():
            futures = [executor.submit(do, job) for job in jobs]
        if executor is self._own:
            self.processes += [process for process in active_children() if process not in there]
        return futures

    def close(self) -> None:
        """Let go of the processes that were started."""
        if self._own is not None:
            self._own.shutdown(cancel_futures=True)


@contextmanager
def workers(count: int = 1, executor: Executor | None = None) -> Iterator[Workers]:
    """Workers for the time of a block; if something went wrong in it, they end at once."""
    made = Workers(count, executor)
    try:
        yield made
    except BaseException:
        for process in made.processes:
            process.terminate()  # the longest job would take half a minute, for nothing
        raise
    finally:
        made.close()


@contextmanager
def without_looking_for_cycles() -> Iterator[None]:
    """Whoever makes millions of plain values that have no cycles loses half of the time if Python looks for some."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _cancel(futures: Sequence[Future[R]] | set[Future[R]]) -> None:
    for future in futures:
        future.cancel()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """What is started inside does not hear Ctrl-C, from its first instruction on."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start() -> None:
    """Ctrl-C is for the process that leads. What jobs make has no cycles, so looking for some only takes time."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    threading.Thread(target=_end_with, args=(parent_process(),), daemon=True).start()


def _end_with(parent: BaseProcess | None) -> None:
    """End when the process that leads ends, even if it is killed: nobody else would tell its workers."""
    if parent is not None:
        parent.join()
        os._exit(1)
