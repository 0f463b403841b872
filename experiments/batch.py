"""From jobs to tables: what the store holds is read, the rest is computed by an executor and stored as it arrives.

Whatever ends a batch early (Ctrl-C, a kill, a full disk, a lost worker), the finished tables are in the store, and the
same question asked again goes on from there.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from experiments.errors import Cancelled, ExperimentError
from experiments.executors import LocalPool, local_pool, processors, serial
from experiments.jobs import Job, simulate

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    import pandas as pd

    from experiments.store import Store

    Timed = tuple[pd.DataFrame, float]

WINDOW = 512
"""Jobs handed out at most at one time: plenty for a cluster, little memory for a long sweep."""

GLANCE = 0.1
"""Seconds between two looks at whether somebody asked to stop."""


class Progress(Protocol):
    """Told after each finished job; it may raise, and the batch stops with what is done kept."""

    def __call__(self, done: int, total: int, seconds_left: float | None) -> None:
        """Take note that ``done`` of ``total`` runs are finished; the time left is None until it can be judged."""


@dataclass(frozen=True)
class Failure:
    """A job that gave no table, and why.

    Attributes:
        job: The job.
        message: One line with the kind of error and its text.
    """

    job: Job
    message: str


def complete(
    jobs: Iterable[Job],
    store: Store,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[dict[str, pd.DataFrame], list[Failure]]:
    """Bring every job to its table.

    Args:
        jobs: The jobs; equal ones are computed once.
        store: Where finished tables are looked for and kept.
        executor: Any ``concurrent.futures.Executor``, which stays open; without it, local processes.
        workers: How many of these, by default one per processor; one job or one worker is computed in this process.
        progress: Called once at the start and after each job, counting runs (replicates).
        cancelled: Asked several times a second; when it says yes, the batch stops.

    Returns:
        Tables by job hash, and the jobs that failed.

    Raises:
        Cancelled: ``cancelled`` said yes.
        ExperimentError: The results folder refuses, or worker processes were lost.
    """
    wanted = {job.hash: job for job in jobs}
    found = {name: table for name, job in wanted.items() if (table := store.read(job)) is not None}
    missing = [job for name, job in wanted.items() if name not in found]
    tally = _Tally(sum(_runs(job) for job in wanted.values()), progress)
    tally.add(sum(_runs(wanted[name]) for name in found), computed=False)
    failures: list[Failure] = []
    if not missing:
        return found, failures
    store.prepare()
    with (
        nullcontext(executor) if executor else _own_engine(min(len(missing), workers or processors())) as engine,
        closing(_finished(missing, engine, cancelled or _never, tally, call_off=executor is not None)) as finished,
    ):
        for job, future in finished:
            error = future.exception()
            if isinstance(error, BrokenExecutor):
                raise ExperimentError(
                    f"a worker process was lost, perhaps for want of memory; {tally.done} of {tally.total} runs are "
                    "kept: ask again to go on, with fewer workers (--workers 1) if it happens again"
                ) from error
            if error is None:
                found[job.hash], seconds = future.result()
                store.write(job, found[job.hash], seconds)
            else:
                failures.append(Failure(job, f"{type(error).__name__}: {' '.join(str(error).split())}"))
            tally.add(_runs(job), computed=True)
    return found, failures


def _finished(
    jobs: list[Job], executor: Executor, cancelled: Callable[[], bool], tally: _Tally, *, call_off: bool
) -> Generator[tuple[Job, Future[Timed]]]:
    waiting = deque(jobs)
    pending: dict[Future[Timed], Job] = {}
    try:
        while waiting or pending:
            if cancelled():
                raise Cancelled(tally.done, tally.total)
            while waiting and len(pending) < WINDOW:
                future = executor.submit(_timed, waiting[0])
                pending[future] = waiting.popleft()
                if future.done():
                    break
            done, _ = wait(pending, timeout=GLANCE, return_when=FIRST_COMPLETED)
            for future in done:
                yield pending.pop(future), future
    finally:
        for future in pending if call_off else ():
            future.cancel()


def _timed(job: Job) -> Timed:
    started = time.perf_counter()
    table = simulate(job)
    return table, time.perf_counter() - started


@contextmanager
def _own_engine(workers: int) -> Iterator[Executor]:
    """An executor for this batch alone, which is stopped at once when the batch ends early."""
    engine = local_pool(workers) if workers > 1 else serial()
    try:
        yield engine
    except BaseException:
        if isinstance(engine, LocalPool):
            engine.abandon()
        raise
    engine.shutdown()


class _Tally:
    """Counts finished runs and judges the time left from those computed here and now."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total = total
        self.done = 0
        self._computed = 0
        self._progress = progress
        self._started = time.perf_counter()

    def add(self, runs: int, *, computed: bool) -> None:
        self.done += runs
        self._computed += runs if computed else 0
        if self._progress is not None:
            left = None
            if self._computed:
                left = (time.perf_counter() - self._started) / self._computed * (self.total - self.done)
            self._progress(self.done, self.total, left)


def _runs(job: Job) -> int:
    return len(job.replicates)


def _never() -> bool:
    return False
