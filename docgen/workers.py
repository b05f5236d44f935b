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

MAX_PENDING_PER_WORKER = 2
"""Jobs for each worker that may be under way or done and not taken, where results are large: they are in memory."""


class SizedExecutor(Executor):
    """An executor that knows how many workers it has; that may change."""

    def worker_count(self) -> int:
        """How many jobs it does at a time, now."""
        raise NotImplementedError


class WorkerPool:
    """Does jobs: with one worker and no executor, it is this process that does them."""

    def __init__(self, max_workers: int, executor: Executor | None) -> None:
        self._max_workers = max_workers
        self.processes: list[BaseProcess] = []
        self._executor = executor
        self._process_pool: ProcessPoolExecutor | None = None

    def map_ordered(self, function: Callable[[J], R], jobs: Sequence[J], *, in_process: bool = False) -> Iterator[R]:
        """What each job brings, in the order of the jobs; where there are `few`, they are not worth sending."""
        executor = self._executor_for(in_process)
        if executor is None:
            yield from map(function, jobs)
            return
        futures = self._submit(executor, function, jobs)
        try:
            for at in range(len(futures)):
                yield futures[at].result()
                futures[at] = Future()  # lets go of what it brought
        finally:
            _cancel_all(futures)

    def map_unordered(self, function: Callable[[J], R], jobs: Sequence[J], *, in_process: bool = False) -> Iterator[R]:
        """What each job brings, as it comes, with never much that waits to be taken."""
        executor = self._executor_for(in_process)
        if executor is None:
            yield from map(function, jobs)
            return
        waiting = list(reversed(jobs))
        running: set[Future[R]] = set()
        try:
            while waiting or running:
                room = max(0, self.worker_count() * MAX_PENDING_PER_WORKER - len(running))
                running.update(
                    self._submit(executor, function, [waiting.pop() for _ in range(min(room, len(waiting)))])
                )
                done, running = wait(running, return_when=FIRST_COMPLETED)
                while done:
                    yield done.pop().result()
        finally:
            _cancel_all(running)

    def worker_count(self) -> int:
        """How many workers there are."""
        return max(1, self._executor.worker_count()) if isinstance(self._executor, SizedExecutor) else self._max_workers

    def _executor_for(self, in_process: bool) -> Executor | None:
        if in_process:
            return None
        if self._executor is None and self._max_workers > 1:
            self._process_pool = self._process_pool or ProcessPoolExecutor(
                self._max_workers, mp_context=get_context("spawn"), initializer=_initialize_worker
            )
        return self._executor or self._process_pool

    def _submit(self, executor: Executor, function: Callable[[J], R], jobs: Sequence[J]) -> list[Future[R]]:
        there = active_children()
        with _sigint_blocked():
            futures = [executor.submit(function, job) for job in jobs]
        if executor is self._process_pool:
            self.processes += [process for process in active_children() if process not in there]
        return futures

    def close(self) -> None:
        """Let go of the processes that were started."""
        if self._process_pool is not None:
            self._process_pool.shutdown(cancel_futures=True)


@contextmanager
def worker_pool(max_workers: int = 1, executor: Executor | None = None) -> Iterator[WorkerPool]:
    """Workers for the time of a block; if something went wrong in it, they end at once."""
    made = WorkerPool(max_workers, executor)
    try:
        yield made
    except BaseException:
        for process in made.processes:
            process.terminate()  # the longest job would take half a minute, for nothing
        raise
    finally:
        made.close()


@contextmanager
def gc_paused() -> Iterator[None]:
    """Whoever makes millions of plain values that have no cycles loses half of the time if Python looks for some."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _cancel_all(futures: Sequence[Future[R]] | set[Future[R]]) -> None:
    for future in futures:
        future.cancel()


@contextmanager
def _sigint_blocked() -> Iterator[None]:
    """What is started inside does not hear Ctrl-C, from its first instruction on."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _initialize_worker() -> None:
    """Ctrl-C is for the process that leads. What jobs make has no cycles, so looking for some only takes time."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    threading.Thread(target=_exit_with_parent, args=(parent_process(),), daemon=True).start()


def _exit_with_parent(parent: BaseProcess | None) -> None:
    """End when the process that leads ends, even if it is killed: nobody else would tell its workers."""
    if parent is not None:
        parent.join()
        os._exit(1)
