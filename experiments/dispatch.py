"""Jobs are handed out and come back, whatever becomes of the workers.

A pool of processes that loses one is lost as a whole and does not say which job was at fault. So it is started afresh,
the jobs that may have been under way go alone, one after the other, and one that costs a second worker is given up.
"""

from __future__ import annotations

from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from experiments.errors import Cancelled, ExperimentError
from experiments.executors import LocalPool, local_pool, serial

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from experiments.jobs import Job

R = TypeVar("R")

WINDOW = 512
"""Jobs handed out at most at one time: plenty for a cluster, little memory for a long sweep."""

GLANCE = 0.1
"""Seconds between two looks at whether somebody asked to stop."""

TWICE = 2
"""Workers a job may cost before it is given up."""

GAVE_UP = "its worker process ended twice, perhaps for want of memory"


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


def dispatch(
    jobs: list[Job],
    work: Callable[[Job], R],
    executor: Executor | None,
    workers: int,
    cancelled: Callable[[], bool],
    reached: Callable[[], tuple[int, int]],
) -> Generator[tuple[Job, R] | tuple[Job, Failure]]:
    """Yield every job with what ``work`` made of it, or with its failure, in the order they come back.

    Args:
        jobs: The jobs.
        work: Function that can be named in another process.
        executor: Where to work; it stays open. Without it, ``workers`` local processes, or here when that is one.
        workers: Number of local processes.
        cancelled: Asked several times a second whether to stop.
        reached: Runs done and asked for, for what is said when the work stops.

    Raises:
        Cancelled: ``cancelled`` said yes.
        ExperimentError: The executor was lost and is not ours to start again.
    """
    round_ = _Round(jobs, work, executor, workers, reached)
    try:
        yield from round_.run(cancelled)
    except BaseException:
        round_.stop()
        raise
    round_.close()


class _Round(Generic[R]):
    def __init__(
        self,
        jobs: list[Job],
        work: Callable[[Job], R],
        executor: Executor | None,
        workers: int,
        reached: Callable[[], tuple[int, int]],
    ) -> None:
        self.waiting = deque(jobs)
        self.suspects: deque[Job] = deque()
        self.pending: dict[Future[R], Job] = {}
        self.losses: Counter[str] = Counter()
        self.alone = False
        self.work, self.workers, self.reached = work, workers, reached
        self.mine = executor is None
        self.executor = executor or self._start()

    def run(self, cancelled: Callable[[], bool]) -> Generator[tuple[Job, R] | tuple[Job, Failure]]:
        while self.waiting or self.suspects or self.pending:
            if cancelled():
                raise Cancelled(*self.reached())
            broken = not self._hand_out()
            done: set[Future[R]] = set()
            if self.pending and not broken:
                done, _ = wait(self.pending, timeout=GLANCE, return_when=FIRST_COMPLETED)
            if broken or any(isinstance(_error(future), BrokenExecutor) for future in done):
                yield from self._recover()
                continue
            for future in done:
                yield _outcome(self.pending.pop(future), future, self._lost)

    def _hand_out(self) -> bool:
        """Give the executor something to do; False when it turns out to be broken."""
        try:
            if self.alone and self.pending:
                return True
            self.alone = bool(self.suspects)
            if self.alone:
                self._submit(self.suspects)
                return True
            while self.waiting and len(self.pending) < WINDOW:
                if self._submit(self.waiting).done():
                    break
        except BrokenExecutor:
            return False
        return True

    def _submit(self, queue: deque[Job]) -> Future[R]:
        future = self.executor.submit(self.work, queue[0])
        self.pending[future] = queue.popleft()
        return future

    def _recover(self) -> Generator[tuple[Job, R] | tuple[Job, Failure]]:
        """Start a new pool; hold those that may have been under way apart, put the others back."""
        wait(self.pending)
        lost: list[Job] = []
        for future, job in list(self.pending.items()):
            del self.pending[future]
            if isinstance(_error(future), BrokenExecutor):
                lost.append(job)
            else:
                yield _outcome(job, future, self._lost)
        if not self.mine:
            raise self._lost("a worker process")
        self.executor = self._start()
        under_way, untouched = lost[: self.workers + 1], lost[self.workers + 1 :]
        self.waiting.extendleft(reversed(untouched))
        for job in under_way:
            self.losses[job.hash] += 1
            if self.losses[job.hash] < TWICE:
                self.suspects.append(job)
            else:
                yield job, Failure(job, f"WorkerLost: {GAVE_UP}", lost=True)

    def _start(self) -> Executor:
        return local_pool(self.workers) if self.workers > 1 else serial()

    def _lost(self, what: str) -> ExperimentError:
        done, total = self.reached()
        return ExperimentError(
            f"{what} was lost, perhaps for want of memory; {done} of {total} runs are "
            "kept: ask again to go on, with fewer workers (--workers 1) if it happens again"
        )

    def close(self) -> None:
        if self.mine:
            self.executor.shutdown()

    def stop(self) -> None:
        """End at once: our own workers within moments; what waits elsewhere is called off."""
        if isinstance(self.executor, LocalPool) and self.mine:
            self.executor.abandon()
        elif not self.mine:
            for future in self.pending:
                future.cancel()


def _error(future: Future[R]) -> BaseException | None:
    return None if future.cancelled() else future.exception()


def _outcome(
    job: Job, future: Future[R], lost: Callable[[str], ExperimentError]
) -> tuple[Job, R] | tuple[Job, Failure]:
    try:
        return job, future.result()
    except CancelledError as error:
        raise lost("the cluster") from error
    except Exception as error:  # noqa: BLE001 - whatever a job raises is the job's failure
        kind = type(error).__name__
        if kind == "KilledWorker":  # what Dask says of a task that costs it several workers
            return job, Failure(job, f"WorkerLost: {GAVE_UP}", lost=True)
        return job, Failure(job, f"{kind}: {' '.join(str(error).split())}")
