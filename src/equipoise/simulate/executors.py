"""Who plays the trials: this thread, several threads or processes, Dask, or anybody's executor.

All are `concurrent.futures.Executor`s and give the same numbers.  Compiled loops release the
interpreter lock, so that threads are the usual choice on one machine; Dask is for many.
"""

import logging
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import resource_tracker
from typing import Any, Literal, ParamSpec, TypeVar, cast

from equipoise.errors import SimulationError

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
Named = Literal["serial", "threads", "processes", "dask"]
PATIENCE = 10  # seconds in which a scheduler is to answer
NAMES: tuple[Named, ...] = ("serial", "threads", "processes", "dask")


class SerialExecutor(Executor):
    """Runs what is submitted at once, in this thread."""

    def submit(
        self, fn: Callable[Arguments, Answer], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Future[Answer]:
        """Run it; an interruption is not kept back."""
        future: Future[Answer] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as problem:  # noqa: BLE001 - told by the future, as every executor does
            future.set_exception(problem)
        return future


@contextmanager
def opened(
    executor: Named | Executor, workers: int, scheduler: str | None = None
) -> Iterator[Executor]:
    """Open a named executor, and close it at the end; one that is given stays open.

    Raises:
        SimulationError: There is none of that name, or Dask is not there.
    """
    if isinstance(executor, Executor):
        yield executor
        return
    match executor:
        case "serial":
            yield SerialExecutor()
        case "threads":
            yield from _closed(ThreadPoolExecutor(workers, thread_name_prefix="rehearsal"))
        case "processes":
            context = multiprocessing.get_context("spawn")
            yield from _closed(
                ProcessPoolExecutor(workers, mp_context=context, initializer=_deaf_to_interrupts)
            )
        case "dask":
            yield from _dask(workers, scheduler)
        case _:
            raise SimulationError(
                f"There is no executor {executor!r}; name one of {', '.join(NAMES)}, or give a "
                "concurrent.futures.Executor.",
                about="executor",
            )


def usual_workers() -> int:
    """Count the processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def hands(executor: Executor, workers: int) -> int:
    """Tell how many tasks an executor works on at a time, as far as it can be known."""
    if isinstance(executor, SerialExecutor):
        return 1
    own = getattr(executor, "_max_workers", None)
    if own is None and hasattr(executor, "_client"):
        own = sum(cast("Any", executor)._client.nthreads().values())  # noqa: SLF001 - Dask's
    return max(1, int(own or workers))


def _closed(pool: Executor) -> Iterator[Executor]:
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _deaf_to_interrupts() -> None:
    """Leave Ctrl-C to the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _dask(workers: int, scheduler: str | None) -> Iterator[Executor]:
    try:
        distributed: Any = import_module("distributed")  # optional
    except ImportError as problem:
        raise SimulationError(
            "Dask is not installed; install equipoise[cluster], or use the executor 'processes'.",
            about="executor",
        ) from problem
    if scheduler is not None:
        with _client(distributed, scheduler) as client:
            yield cast("Executor", client.get_executor(pure=False))
        return
    with (
        _local_cluster(distributed, workers) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield cast("Executor", client.get_executor(pure=False))


def _local_cluster(distributed: Any, workers: int) -> Any:  # noqa: ANN401 - Dask is optional
    """Start workers that leave Ctrl-C to this process; those that replace them do too."""
    resource_tracker.ensure_running()  # starting it later would let interrupts through again
    with _interrupts_wait():
        return distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address=None,
            silence_logs=logging.ERROR,
        )


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Let Ctrl-C wait; threads and processes started meanwhile never hear it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _client(distributed: Any, scheduler: str) -> Any:  # noqa: ANN401 - Dask is optional
    try:
        return distributed.Client(scheduler, timeout=PATIENCE)
    except (OSError, ValueError) as problem:
        raise SimulationError(
            f"No Dask scheduler answers at {scheduler!r} ({problem}); start one (`dask scheduler`) "
            "and name its address, or leave it out for workers on this machine.",
            about="scheduler",
        ) from problem
