"""Who reads the revisions: this process, or others that are started when there is enough to do."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.process import BaseProcess

from docgen.history.chain import Job, follow
from docgen.store import Rows

FEW = 12
"""Revisions up to which starting processes costs more than they save. The median release has four."""


class Pool:
    """Runs jobs here or in an executor, which is made when there is enough to do."""

    def __init__(self, workers: int, executor: Executor | None) -> None:
        self.workers = workers
        self.executor = executor
        self.own: Executor | None = None
        self.processes: list[BaseProcess] = []

    def follow(self, jobs: Sequence[Job]) -> Iterator[Rows]:
        """The rows of each job, in the order of the jobs, so that the file is the same whoever is first."""
        executor = self.executor
        if executor is None and self.workers > 1 and sum(len(job.revisions) for job in jobs) > FEW:
            executor = self.own = self.own or ProcessPoolExecutor(
                self.workers, mp_context=get_context("spawn"), initializer=_start
            )
        if executor is None:
            yield from map(follow, jobs)
            return
        there = active_children()
        with _undisturbed():
            futures: list[Future[Rows]] = [executor.submit(follow, job) for job in jobs]
        if executor is self.own:
            self.processes += [process for process in active_children() if process not in there]
        try:
            for at in range(len(futures)):
                yield futures[at].result()
                futures[at] = Future()  # lets go of the rows
        finally:
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
    """Ctrl-C is for the process that leads. What a job makes has no cycles, so looking for some only takes time."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    threading.Thread(target=_end_with, args=(parent_process(),), daemon=True).start()


def _end_with(parent: BaseProcess | None) -> None:
    """End when the process that leads ends, even if it is killed: nobody else would tell its workers."""
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def pooled(workers: int, executor: Executor | None) -> Iterator[Pool]:
    """A pool that is gone afterwards, at once if something went wrong."""
    pool = Pool(workers, executor)
    try:
        yield pool
    except BaseException:
        for process in pool.processes:
            process.terminate()  # the longest chain would take half a minute, for nothing
        raise
    finally:
        if pool.own is not None:
            pool.own.shutdown(cancel_futures=True)
