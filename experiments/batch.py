"""From jobs to tables: what the store holds is read, the rest is computed by an executor and stored as it arrives.

Whatever ends a batch early (Ctrl-C, a kill, a full disk), the finished tables are in the store, and the same question
asked again goes on from there. A job that fails becomes a row that says why, and the others go on.
"""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from experiments.dispatch import Fault, dispatch
from experiments.errors import processes
from experiments.executors import at_once, processors
from experiments.tasks import Task, compute, one_by_one, side_by_side, tasks_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Executor

    import pandas as pd

    from experiments.jobs import Job
    from experiments.store import Store

FEW = 2
"""Times that each worker must have come back before the pace of the whole is trusted."""


@dataclass(frozen=True)
class Failure:
    """A job that gave no table, and why.

    Attributes:
        job: The job.
        message: One line with the kind of error and its text.
        lost: Whether workers were lost rather than the model raised an error.
    """

    job: Job
    message: str
    lost: bool = False

    def to_json(self, worlds: str = "replicates") -> dict[str, Any]:
        """Return it as JSON knows it; ``worlds`` is what a question calls its replicates."""
        return {"scenario": self.job.spec.name, worlds: list(self.job.replicates), "message": self.message}


class Progress(Protocol):
    """Told after each finished task; it may raise, and the batch stops with what is done kept."""

    def __call__(self, done: int, total: int, seconds_left: float | None) -> None:
        """Take note that ``done`` of ``total`` runs are finished; the time left is None until it can be judged."""


def complete(
    jobs: Iterable[Job],
    store: Store,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    one_model: bool = False,
    take: Callable[[pd.DataFrame], pd.DataFrame] = lambda table: table,
) -> tuple[dict[str, pd.DataFrame], list[Failure]]:
    """Bring every job to its table.

    Jobs side by side that raise are asked again one at a time, and a block of replicates that raises one replicate at a
    time, so that one bad world costs one pair.

    Args:
        jobs: The jobs; equal ones are computed once.
        store: Where finished tables are looked for and kept, and failures too.
        executor: Any ``concurrent.futures.Executor``, which stays open; without it, local processes.
        workers: How many of these, by default one per processor; one job or one worker is computed in this process.
        progress: Called once at the start and after each task, counting runs (replicates).
        cancelled: Asked several times a second; when it says yes, the batch stops.
        one_model: Whether all jobs that are alike are computed in one model, however many, instead of in several tasks.
        take: What to keep of each table in memory; the store keeps it whole.

    Returns:
        Tables by job hash, without the replicates that failed, and the jobs that failed, in the order of the jobs.

    Raises:
        Cancelled: ``cancelled`` said yes.
        ExperimentError: A number of workers out of range, the results folder refuses, or the executor was lost.
    """
    workers = processes(workers)
    wanted = {job.hash: job for job in jobs}
    found = {name: take(table) for name, job in wanted.items() if (table := store.read(job)) is not None}
    missing = [job for name, job in wanted.items() if name not in found]
    tally = _Tally(sum(runs(job) for job in wanted.values()), progress)
    tally.add(sum(runs(wanted[name]) for name in found))
    if not missing:
        return found, []
    store.prepare()

    def settle(tasks: list[Task]) -> list[Failure]:
        failures: list[Failure] = []
        apart: list[Task] = []
        crew = min(len(tasks), workers or processors())
        tally.workers = at_once(executor, crew)
        with (
            tally.right_when_stopped(lambda: sum(_kept(store, job) for job in wanted.values())),
            closing(dispatch(tasks, compute, executor, crew, cancelled or _never, tally.reached)) as finished,
        ):
            for task, outcome in finished:
                if not isinstance(outcome, Fault):
                    for job, computed in zip(task, outcome, strict=True):
                        store.write(job, computed.table, computed.seconds, computed.machine)
                        found[job.hash] = take(computed.table)
                    tally.add(sum(map(runs, task)), sum(computed.seconds for computed in outcome))
                elif len(task) > 1:
                    apart += one_by_one(task)
                else:
                    job = task[0]
                    failures.append(Failure(job, outcome.message, outcome.lost))
                    if runs(job) == 1 or outcome.lost:
                        store.write_failure(job, outcome.message)
                        tally.add(runs(job))
        return failures + (settle(apart) if apart else [])

    failures = settle(side_by_side(missing, 1 if one_model else tasks_for(missing, at_once(executor, workers))))
    broken = {each.job.hash: each.job for each in failures if runs(each.job) > 1 and not each.lost}
    if broken:
        failures = [each for each in failures if each.job.hash not in broken]
        failures += _by_replicate(list(broken.values()), found, settle, lambda job: _stored(store, job, take))
    order = {name: place for place, name in enumerate(wanted)}
    place = {single.hash: order[name] for name, job in broken.items() for single in job.singles()}
    return found, sorted(failures, key=lambda each: (order | place)[each.job.hash])


def _by_replicate(
    blocks: list[Job],
    found: dict[str, pd.DataFrame],
    settle: Callable[[list[Task]], list[Failure]],
    stored: Callable[[Job], pd.DataFrame | None],
) -> list[Failure]:
    """Bring the replicates of blocks that raised to their tables one by one; what succeeds stands for its block."""
    import pandas as pd

    singles = {block.hash: block.singles() for block in blocks}
    for single in (each for some in singles.values() for each in some):
        if (table := stored(single)) is not None:
            found[single.hash] = table
    failures = settle(one_by_one([each for some in singles.values() for each in some if each.hash not in found]))
    for name, some in singles.items():
        parts = [found.pop(each.hash) for each in some if each.hash in found]
        if parts:
            found[name] = pd.concat(parts)
    return failures


def _kept(store: Store, job: Job) -> int:
    """Runs of ``job`` that the store holds, as a block or one by one."""
    return runs(job) if store.holds(job) else sum(store.holds(single) for single in job.singles())


def _stored(store: Store, job: Job, take: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame | None:
    table = store.read(job)
    return None if table is None else take(table)


class _Tally:
    """Counts finished runs and judges the time left.

    From what the workers took: seconds a run x runs left / workers. Once every worker has come back a few times, from
    the pace since the first came back where that is slower: it knows of all that takes time besides.
    """

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total = total
        self.done = 0
        self.workers = 1
        self._seconds = 0.0
        self._arrivals: list[tuple[float, int]] = []
        self._progress = progress

    def reached(self) -> tuple[int, int]:
        """Runs done and asked for."""
        return self.done, self.total

    def add(self, runs: int, seconds: float | None = None) -> None:
        """Count finished runs; ``seconds`` is what a worker took for them when they were computed now."""
        self.done += runs
        if seconds is not None:
            self._seconds += seconds
            self._arrivals.append((time.perf_counter(), runs + (self._arrivals[-1][1] if self._arrivals else 0)))
        if self._progress is not None:
            self._progress(self.done, self.total, self._left())

    @contextmanager
    def right_when_stopped(self, kept: Callable[[], int]) -> Iterator[None]:
        """Count again what is ``kept`` when Ctrl-C comes, as it may between keeping a table and counting it."""
        try:
            yield
        except KeyboardInterrupt:
            self.done = kept()
            if self._progress is not None:
                self._progress(self.done, self.total, self._left())
            raise

    def _left(self) -> float | None:
        if not self._arrivals:
            return None
        (first, early), (last, computed) = self._arrivals[0], self._arrivals[-1]
        pace = self._seconds / computed / self.workers
        if len(self._arrivals) > FEW * self.workers:
            pace = max(pace, (last - first) / (computed - early))
        return pace * (self.total - self.done)


def in_turn(plans: Iterable[Sequence[Job]]) -> list[Job]:
    """Return the jobs of all plans, the first of every plan before the second of any."""
    return [job for abreast in zip(*plans, strict=True) for job in abreast]


def runs(job: Job) -> int:
    """Number of runs (replicates) in a job."""
    return len(job.replicates)


def failed_runs(failures: Iterable[Failure]) -> int:
    """Number of runs that failed: all of a block that was given up, one where a block was asked again run by run."""
    return sum(runs(each.job) for each in failures)


def add_up(what: str, jobs: Iterable[Job], done: int, failures: Iterable[Failure]) -> None:
    """Check that planned, done and failed runs agree.

    Args:
        what: Name of the experiment.
        jobs: All that were asked for; one that is asked for twice counts twice.
        done: Runs that its tables hold.
        failures: Jobs that failed: blocks, or single runs of a block.

    Raises:
        RuntimeError: They do not; the program is wrong.
    """
    missing, wanted = {each.job.hash for each in failures}, list(jobs)
    planned, failed = sum(map(runs, wanted)), 0
    if missing:
        pieces = (each for job in wanted for each in ([job, *job.singles()] if runs(job) > 1 else [job]))
        failed = sum(runs(each) for each in pieces if each.hash in missing)
    if planned - done != failed:
        raise RuntimeError(f"the runs of a {what} do not add up: planned {planned}, done {done}, failed {failed}")


def _never() -> bool:
    return False
