"""Runs jobs on a Dask cluster: `dask://HOST:PORT` names its scheduler.

Jobs name files by path, so every worker must see the same files at the same paths. Every worker must also run the same
docgen, or a site would mix pages of two versions. Workers may join and leave at any time, so each job checks its worker
and fails with one line if it does not fit. If a worker dies, Dask runs its job again on another one.
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
from docgen.render.templates import clear_template_cache
from docgen.resources import program_digest
from docgen.workers import SizedExecutor, gc_paused, peer_timeout

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as DaskFuture

R = TypeVar("R")

CONNECT_TIMEOUT = 10
"""Seconds to wait for the scheduler to answer."""

CLOSE_TIMEOUT = 2
"""Seconds to wait for the scheduler to confirm that the connection is closed."""

FIRST_WORKER_TIMEOUT = 60
"""Seconds to wait for the first worker, so that scheduler and workers can be started at the same time."""


@contextmanager
def dask_executor(address: str) -> Iterator[SizedExecutor]:
    """Return an executor for a Dask cluster as a context manager.

    Args:
        address: The scheduler, such as `dask://10.0.0.1:8786`.

    Raises:
        UsageError: If the address is malformed, Dask is not installed, or no scheduler or worker answers.
        DocgenError: If the cluster fails while the block runs.
    """
    scheduler = _scheduler_address(address)
    try:
        from distributed import Client, KilledWorker
        from distributed.comm.core import CommClosedError
    except ImportError:
        raise UsageError(f"{address}: dask is not installed (install the extra docgen[dask])") from None
    with _dask_logging_disabled():
        try:
            client = Client(scheduler, timeout=peer_timeout(CONNECT_TIMEOUT), set_as_default=False, name="docgen")
        except (OSError, ValueError):  # Dask's own message only repeats the address
            raise UsageError(
                f"{address}: no scheduler answers in {peer_timeout(CONNECT_TIMEOUT):g} s (start one: dask scheduler)"
            ) from None
        try:
            try:
                client.wait_for_workers(1, timeout=peer_timeout(FIRST_WORKER_TIMEOUT))
            except TimeoutError:
                raise UsageError(f"{address}: no workers there (start some: dask worker {scheduler})") from None
            yield _DaskExecutor(client)
        except KilledWorker as error:
            times = error.allowed_failures + 1
            raise DocgenError(f"{address}: {times} workers died over the same work (give them more memory)") from None
        except ModuleNotFoundError as error:
            raise DocgenError(f"{address}: a worker has no module {error.name} (install docgen everywhere)") from None
        except (CancelledError, CommClosedError):
            raise DocgenError(f"{address}: the scheduler stopped or lost its work (run this again)") from None
        finally:
            with suppress(OSError, TimeoutError):
                client.close(timeout=CLOSE_TIMEOUT)


def _scheduler_address(address: str) -> str:
    """Return the HOST:PORT of an address. Dask's own configuration chooses the protocol (TCP or TLS)."""
    scheme, separator, _ = address.partition("://")
    if not separator:
        raise UsageError(f"--executor {address}: not an address (such as dask://10.0.0.1:8786)")
    if scheme != "dask":
        raise UsageError(f"--executor {address}: unknown executor {scheme!r} (use dask://HOST:PORT)")
    with suppress(ValueError):  # raised for an invalid port
        parts = urlsplit(address)
        if parts.hostname and parts.port and parts.netloc.isascii() and address == f"dask://{parts.netloc}":
            host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
            if parts.netloc == f"{host}:{parts.port}":
                return parts.netloc
    raise UsageError(f"--executor {address}: not HOST:PORT after dask:// (such as dask://10.0.0.1:8786)")


@contextmanager
def _dask_logging_disabled() -> Iterator[None]:
    """Silence Dask's logging. docgen reports each failure itself, in one line."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


class _DaskExecutor(SizedExecutor):
    """An executor whose jobs check first whether their worker fits.

    `Client.get_executor` of Dask is not used: its futures never finish if the scheduler stops while it delivers a
    result.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._run_id = uuid4().hex

    def submit(self, function: Callable[..., R], /, *arguments: Any, **options: Any) -> Future[R]:
        """Send a job to the cluster, and return a future for its result."""
        # The job travels as bytes that the scheduler need not understand. A worker that cannot deserialize a job
        # stops silently; one that fails to unpickle bytes reports why.
        call = _CallOnUnpickle(
            run_on_worker, (self._run_id, program_digest(), partial(function, *arguments, **options))
        )
        future: Future[R] = Future()
        dask_future = self._client.submit(pickle.loads, pickle.dumps(call), pure=False)  # pure: do not hash the job
        dask_future.add_done_callback(partial(_copy_result, future))
        return future

    def worker_count(self) -> int:
        """Return how many workers there are at present. The threads of one worker take turns."""
        return len(self._client.nthreads())


def _copy_result(future: Future[Any], dask_future: DaskFuture[Any]) -> None:
    with suppress(InvalidStateError):  # raised if the future was cancelled
        try:
            future.set_result(dask_future.result())
        except InvalidStateError:
            raise
        except BaseException as error:
            future.set_exception(error)


class _CallOnUnpickle(NamedTuple):
    """A function call that runs when it is unpickled."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.function, self.arguments


def run_on_worker(run_id: str, expected_digest: str, function: Callable[[], R]) -> R:
    """Run a job on a worker of the cluster.

    Args:
        run_id: Names the run of docgen that sent the job. Caches of other runs are cleared.
        expected_digest: The `program_digest` of the docgen that sent the job.
        function: The job.

    Raises:
        DocgenError: If this worker has another docgen. Also whatever the job raises.
    """
    from distributed import get_worker

    address = get_worker().address
    if program_digest() != expected_digest:
        raise DocgenError(
            f"{address}: this worker has another docgen (install the same version everywhere and restart the workers)"
        )
    _clear_caches_of_other_runs(run_id)
    try:
        with gc_paused():
            return _job_thread().submit(function).result()
    except SourceError as error:
        raise SourceError(f"{error} (at worker {address}, which needs the same files at the same paths)") from None


@lru_cache(maxsize=1)
def _clear_caches_of_other_runs(run_id: str) -> None:
    clear_template_cache()


@cache
def _job_thread() -> ThreadPoolExecutor:
    """Return the one thread of a worker that runs jobs. Files opened once per process cannot be shared by threads."""
    return ThreadPoolExecutor(1)
