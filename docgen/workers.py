"""Runs jobs: in this process, in worker processes, or on any executor.

Jobs and their results are plain values that can be pickled, so it does not matter where a job runs.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from docgen.errors import UsageError

if TYPE_CHECKING:  # imported where processes are started: one process needs none of it
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing.process import BaseProcess

J = TypeVar("J")
R = TypeVar("R")

TIMEOUT_VARIABLE = "DOCGEN_TIMEOUT"
"""How many seconds a server may be silent, for all processes of a run; `--timeout` sets it."""

SAFE_PATH = "PYTHONSAFEPATH"
"""The variable that keeps a Python process from importing modules of its current folder, as `-P` does."""

MAX_PENDING_PER_WORKER = 2
"""Jobs per worker that may be running or finished but not yet consumed. It bounds the memory that results take."""


def peer_timeout(default: float) -> float:
    """Return how many seconds a server may be silent: `$DOCGEN_TIMEOUT`, or else `default`; raise `UsageError`."""
    text = os.environ.get(TIMEOUT_VARIABLE, "")
    try:
        seconds = float(text) if text else default
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e9:
        raise UsageError(f"{TIMEOUT_VARIABLE}={text}: expected a number of seconds")
    return seconds


class SizedExecutor(Executor):
    """An executor that knows how many workers it has. The number may change while it runs."""

    def worker_count(self) -> int:
        """Return how many jobs run at the same time at present."""
        raise NotImplementedError


class WorkerPool:
    """Runs jobs on an executor, in worker processes, or, with one worker and no executor, in this process."""

    def __init__(self, max_workers: int, executor: Executor | None) -> None:
        self._max_workers = max_workers
        self.processes: list[BaseProcess] = []
        self._executor = executor
        self._process_pool: ProcessPoolExecutor | None = None

    @property
    def sees_same_files(self) -> bool:
        """Whether all workers run on this machine, and so see the files of this process."""
        return self._executor is None

    def map_ordered(self, function: Callable[[J], R], jobs: Sequence[J], *, in_process: bool = False) -> Iterator[R]:
        """Yield the result of `function` for each job, in the order of the jobs.

        `in_process` runs them in this process, which is faster for a few small jobs.
        """
        executor = self._executor_for(in_process)
        if executor is None:
            yield from map(function, jobs)
            return
        futures = self._submit(executor, function, jobs)
        try:
            for index in range(len(futures)):
                yield futures[index].result()
                futures[index] = Future()  # drops the reference to the result
        finally:
            _cancel_all(futures)

    def map_unordered(self, function: Callable[[J], R], jobs: Sequence[J], *, in_process: bool = False) -> Iterator[R]:
        """Yield the result of `function` for each job as jobs finish.

        At most `MAX_PENDING_PER_WORKER` jobs per worker are submitted ahead. `in_process` is as in `map_ordered`.
        """
        executor = self._executor_for(in_process)
        if executor is None:
            yield from map(function, jobs)
            return
        waiting = list(reversed(jobs))
        running: set[Future[R]] = set()
        try:
            while waiting or running:
                room = max(0, self.worker_count() * MAX_PENDING_PER_WORKER - len(running))
                batch = [waiting.pop() for _ in range(min(room, len(waiting)))]
                running.update(self._submit(executor, function, batch))
                done, running = wait(running, return_when=FIRST_COMPLETED)
                while done:
                    yield done.pop().result()
        finally:
            _cancel_all(running)

    def worker_count(self) -> int:
        """Return how many workers there are, at least 1."""
        if isinstance(self._executor, SizedExecutor):
            return max(1, self._executor.worker_count())
        return self._max_workers

    def close(self) -> None:
        """Stop the worker processes."""
        if self._process_pool is not None:
            self._process_pool.shutdown(cancel_futures=True)

    def _executor_for(self, in_process: bool) -> Executor | None:
        if in_process:
            return None
        if self._executor is None and self._max_workers > 1:
            from concurrent.futures import ProcessPoolExecutor
            from multiprocessing import get_context

            with _current_folder_not_imported():  # this starts a process that cleans up after others
                self._process_pool = self._process_pool or ProcessPoolExecutor(
                    self._max_workers, mp_context=get_context("spawn"), initializer=_initialize_worker
                )
        return self._executor or self._process_pool

    def _submit(self, executor: Executor, function: Callable[[J], R], jobs: Sequence[J]) -> list[Future[R]]:
        from multiprocessing import active_children

        existing = active_children()
        with _sigint_blocked(), _current_folder_not_imported():
            futures = [executor.submit(function, job) for job in jobs]
        if executor is self._process_pool:
            self.processes += [process for process in active_children() if process not in existing]
        return futures


@contextmanager
def worker_pool(max_workers: int = 1, executor: Executor | None = None) -> Iterator[WorkerPool]:
    """Return a pool of workers as a context manager. If the block raises, worker processes are stopped at once.

    Args:
        max_workers: How many processes to start when there is enough work; 1 runs everything in this process.
        executor: Where to run jobs instead. The caller closes it.
    """
    pool = WorkerPool(max_workers, executor)
    try:
        yield pool
    except BaseException:
        for process in pool.processes:
            process.terminate()  # the longest job takes half a minute, and its result is of no use now
        raise
    finally:
        pool.close()


@contextmanager
def gc_paused() -> Iterator[None]:
    """Pause cyclic garbage collection. It takes half the time when millions of objects without cycles are created."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _cancel_all(futures: Sequence[Future[R]] | set[Future[R]]) -> None:
    for future in futures:
        future.cancel()


@contextmanager
def _sigint_blocked() -> Iterator[None]:
    """Make processes that are started in the block ignore Ctrl-C from their first instruction."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)


@contextmanager
def _current_folder_not_imported() -> Iterator[None]:
    """Make Python processes that are started in the block import nothing from the current folder.

    A new Python imports `multiprocessing` before it knows anything, and would take `multiprocessing.py` of a checkout
    that a stranger wrote.
    """
    previous = os.environ.get(SAFE_PATH)
    os.environ[SAFE_PATH] = "1"
    try:
        yield
    finally:
        if previous is None:
            del os.environ[SAFE_PATH]
        else:
            os.environ[SAFE_PATH] = previous


def _initialize_worker() -> None:
    """Ignore Ctrl-C, which is for the parent process, and pause garbage collection as `gc_paused` does."""
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    threading.Thread(target=_exit_with_parent, args=(parent_process(),), daemon=True).start()


def _exit_with_parent(parent: BaseProcess | None) -> None:
    """Exit when the parent process exits, even if it is killed and cannot stop its workers."""
    if parent is not None:
        parent.join()
        os._exit(1)
