"""Where jobs are computed: here, in a pool of local processes, or in any executor that the caller brings.

The local pool adds what the standard one leaves open: workers are spawned (nothing is inherited by accident), do not
run the caller's script again (it needs no ``__main__`` guard), compute on one thread each, leave Ctrl-C to the parent,
and end with it however it ends.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from types import ModuleType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

P = ParamSpec("P")
T = TypeVar("T")

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
}


class SerialExecutor(Executor):
    """Computes in this process, at the moment of asking."""

    workers = 1

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call ``fn`` now and return its finished future."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - a future carries whatever the call raised
            future.set_exception(error)
        return future


class LocalPool(ProcessPoolExecutor):
    """A pool of spawned processes on this machine that never outlive their parent.

    Args:
        workers: Number of processes.
    """

    def __init__(self, workers: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.workers = workers
        lifeline, self._release = context.Pipe(duplex=False)
        super().__init__(workers, context, initializer=_begin_worker, initargs=(lifeline,))

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand ``fn`` to a worker, starting one when needed."""
        with _calm_birth():
            return super().submit(fn, *args, **kwargs)

    def abandon(self) -> None:
        """Stop at once: workers end within moments, whatever they are doing; what is unfinished is lost."""
        self.shutdown(wait=False, cancel_futures=True)
        self._release.close()


def serial() -> SerialExecutor:
    """Return an executor that computes in this process, one job after the other."""
    return SerialExecutor()


def local_pool(workers: int | None = None) -> LocalPool:
    """Return a pool of local processes, by default one per processor that this process may use."""
    return LocalPool(workers or processors())


def processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def at_once(executor: Executor | None, workers: int | None) -> int:
    """Return how many tasks are computed at one time: as the executor says, else by so many local processes."""
    told: int = getattr(executor, "workers", workers or processors())
    return told


@contextmanager
def _calm_birth() -> Iterator[None]:
    """Let processes born inside inherit one thread for numerics, a blocked Ctrl-C and no main module to run again."""
    environment = {name: os.environ.get(name) for name in ONE_THREAD}
    main = sys.modules["__main__"]
    masks = hasattr(signal, "pthread_sigmask")
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masks else set()
    os.environ.update(ONE_THREAD)
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        for name, value in environment.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        if masks:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _begin_worker(lifeline: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(ONE_THREAD)
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True, name="lifeline").start()


def _end_with_parent(lifeline: Connection) -> None:
    """Wait until the parent dies or lets go of its end of the pipe, then end this process on the spot."""
    parent = multiprocessing.parent_process()
    ends: list[Any] = [lifeline] if parent is None else [lifeline, parent.sentinel]
    wait(ends)
    os._exit(1)
