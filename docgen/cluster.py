"""Work on a cluster: `dask://HOST:PORT` as an executor, which dask.distributed makes of a scheduler.

Jobs name files by path, so workers must have the same files at the same places; and they must be the same docgen, or
a site would have pages of two. Workers come and go, so it is each job that looks: it says so in one line, or it brings
what it would have brought on any machine. A job whose worker died is done again by another one.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, InvalidStateError, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from docgen.errors import DocgenError, SourceError, UsageError
from docgen.render.formats import clear_template_cache
from docgen.resources import program_digest
from docgen.workers import SizedExecutor, gc_paused

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as Remote

R = TypeVar("R")

CONNECT_TIMEOUT = 10
"""Seconds in which a scheduler must answer."""

CLOSE_TIMEOUT = 2
"""Seconds in which it must let go of us, which is a courtesy."""

FIRST_WORKER_TIMEOUT = 60
"""Seconds in which it must have a first worker: whoever starts both at once need not wait between them."""


@contextmanager
def dask_executor(address: str) -> Iterator[SizedExecutor]:
    """The executor for an address such as `dask://10.0.0.1:8786`, for the time of a block.

    Raises `UsageError` where the address is none or nothing answers there, and `DocgenError` where the cluster fails in
    the block.
    """
    place = _scheduler_address(address)
    try:
        from distributed import Client, KilledWorker
        from distributed.comm.core import CommClosedError
    except ImportError:
        raise UsageError(f"{address}: dask is not installed (it comes with the extra docgen[dask])") from None
    with _dask_logging_disabled():
        try:
            client = Client(place, timeout=CONNECT_TIMEOUT, set_as_default=False, name="docgen")
        except (OSError, ValueError):  # dask's words for it are the address again
            raise UsageError(
                f"{address}: no scheduler answers in {CONNECT_TIMEOUT} s (start one: dask scheduler)"
            ) from None
        try:
            try:
                client.wait_for_workers(1, timeout=FIRST_WORKER_TIMEOUT)
            except TimeoutError:
                raise UsageError(f"{address}: no workers there (start some: dask worker {place})") from None
            yield _DaskExecutor(client)
        except KilledWorker as error:
            times = error.allowed_failures + 1
            raise DocgenError(f"{address}: {times} workers died over the same work (give them more memory)") from None
        except ModuleNotFoundError as error:
            raise DocgenError(f"{address}: a worker has no module {error.name} (install docgen everywhere)") from None
        except (CancelledError, CommClosedError):
            raise DocgenError(f"{address}: the scheduler ended, or forgot its work (run this again)") from None
        finally:
            with suppress(OSError, TimeoutError):
                client.close(timeout=CLOSE_TIMEOUT)


def _scheduler_address(address: str) -> str:
    """The HOST:PORT of an address. How to speak to it (TCP, TLS) is for dask's own configuration to say."""
    scheme, separator, _ = address.partition("://")
    if not separator:
        raise UsageError(f"--executor {address}: not an address (such as dask://10.0.0.1:8786)")
    if scheme != "dask":
        raise UsageError(f"--executor {address}: no executor {scheme!r} (there is dask://HOST:PORT)")
    with suppress(ValueError):  # of a port that is none
        parts = urlsplit(address)
        if parts.hostname and parts.port and parts.netloc.isascii() and address == f"dask://{parts.netloc}":
            host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
            if parts.netloc == f"{host}:{parts.port}":
                return parts.netloc
    raise UsageError(f"--executor {address}: not HOST:PORT behind dask:// (such as dask://10.0.0.1:8786)")


@contextmanager
def _dask_logging_disabled() -> Iterator[None]:
    """What goes wrong, we say ourselves, in one line."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


class _DaskExecutor(SizedExecutor):
    """An executor that has each job look whether its worker can do it.

    Dask has one of its own, `Client.get_executor`, whose futures stay open for ever if the scheduler ends while it
    hands over what they bring.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._run_id = uuid4().hex

    def submit(self, function: Callable[..., R], /, *arguments: Any, **options: Any) -> Future[R]:
        """Send a job; what it brings comes back as soon as it is there."""
        # As bytes, which the scheduler need not understand. A worker that does not understand a job ends without a
        # word; one that cannot read bytes says why.
        job = pickle.dumps(
            _CallOnUnpickle(run_on_worker, (self._run_id, program_digest(), partial(function, *arguments, **options)))
        )
        future: Future[R] = Future()
        remote = self._client.submit(pickle.loads, job, pure=False)  # or dask would work out a name for it
        remote.add_done_callback(partial(_copy_result, future))
        return future

    def worker_count(self) -> int:
        """How many workers there are now; the threads of one take turns."""
        return len(self._client.nthreads())


def _copy_result(future: Future[Any], dask_future: Remote[Any]) -> None:
    with suppress(InvalidStateError):  # of a future that was cancelled
        try:
            future.set_result(dask_future.result())
        except InvalidStateError:
            raise
        except BaseException as error:
            future.set_exception(error)


class _CallOnUnpickle(NamedTuple):
    """A call that is made where it is unpickled."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.function, self.arguments


def run_on_worker(run_id: str, expected_digest: str, function: Callable[[], R]) -> R:
    """Do a job of a run at a worker; raises `DocgenError` if this is not the docgen called `program`, and what it does.

    What the worker remembers of templates is of no use to another run.
    """
    from distributed import get_worker

    where = get_worker().address
    if program_digest() != expected_digest:
        raise DocgenError(f"{where}: this worker has another docgen (install the same everywhere, start workers anew)")
    _clear_caches_of_other_runs(run_id)
    try:
        with gc_paused():
            return _job_thread().submit(function).result()
    except SourceError as error:
        raise SourceError(f"{error} (at worker {where}, which must have the same files at the same places)") from None


@lru_cache(maxsize=1)
def _clear_caches_of_other_runs(run_id: str) -> None:
    clear_template_cache()


@cache
def _job_thread() -> ThreadPoolExecutor:
    """The one thread of a worker that does jobs: files that are opened once per process are not for several."""
    return ThreadPoolExecutor(1)
