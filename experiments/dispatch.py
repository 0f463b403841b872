"""Tasks are handed out and come back, whatever becomes of the workers.

A pool of processes that loses one is lost as a whole and does not say which task was at fault. So it is started afresh,
the tasks that may have been under way go alone, one after the other, and one that costs a second worker is given up.
"""

from __future__ import annotations

from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from experiments.errors import Cancelled, ExperimentError
from experiments.executors import LocalPool, local_pool, serial

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Hashable

T = TypeVar("T", bound="Hashable")
R = TypeVar("R")

WINDOW = 512
"""Tasks handed out at most at one time: plenty for a cluster, little memory for a long sweep."""

GLANCE = 0.1
"""Seconds between two looks at whether somebody asked to stop."""

TWICE = 2
"""Workers a task may cost before it is given up."""

GAVE_UP = "its worker process ended twice, perhaps for want of memory"


@dataclass(frozen=True)
class Fault:
    """Why a task gave nothing.

    Attributes:
        message: One line with the kind of error and its text.
        lost: Whether workers were lost rather than the work raised an error.
    """

    message: str
    lost: bool = False


def dispatch(
    tasks: list[T],
    work: Callable[[T], R],
    executor: Executor | None,
    workers: int,
    cancelled: Callable[[], bool],
    reached: Callable[[], tuple[int, int]],
) -> Generator[tuple[T, R | Fault]]:
    """Yield every task with what ``work`` made of it, or why it made nothing, in the order they come back.

    Args:
        tasks: The tasks.
        work: Function that can be named in another process.
        executor: Where to work; it stays open. Without it, ``workers`` local processes, or here when that is one.
        workers: Number of local processes.
        cancelled: Asked several times a second whether to stop.
        reached: Runs done and asked for, for what is said when the work stops.

    Raises:
        Cancelled: ``cancelled`` said yes.
        ExperimentError: The executor was lost and is not ours to start again.
    """
    round_ = _Round(tasks, work, executor, workers, reached)
    try:
        yield from round_.run(cancelled)
    except BaseException:
        round_.stop()
        raise
    round_.close()


class _Round(Generic[T, R]):
    def __init__(
        self,
        tasks: list[T],
        work: Callable[[T], R],
        executor: Executor | None,
        workers: int,
        reached: Callable[[], tuple[int, int]],
    ) -> None:
        self.waiting = deque(tasks)
        self.suspects: deque[T] = deque()
        self.pending: dict[Future[R], T] = {}
        self.losses: Counter[T] = Counter()
        self.alone = False
        self.work, self.workers, self.reached = work, workers, reached
        self.mine = executor is None
        self.executor = executor or self._start()

    def run(self, cancelled: Callable[[], bool]) -> Generator[tuple[T, R | Fault]]:
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
                yield self.pending.pop(future), self._outcome(future)

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

    def _submit(self, queue: deque[T]) -> Future[R]:
        future = self.executor.submit(self.work, queue[0])
        self.pending[future] = queue.popleft()
        return future

    def _recover(self) -> Generator[tuple[T, R | Fault]]:
        """Start a new pool; hold those that may have been under way apart, put the others back."""
        wait(self.pending)
        lost: list[T] = []
        for future, task in list(self.pending.items()):
            del self.pending[future]
            if isinstance(_error(future), BrokenExecutor):
                lost.append(task)
            else:
                yield task, self._outcome(future)
        if not self.mine:
            raise self._lost("a worker process", "with fewer workers (--workers 1) if it happens again")
        self.executor = self._start()
        under_way, untouched = lost[: self.workers + 1], lost[self.workers + 1 :]
        self.waiting.extendleft(reversed(untouched))
        for task in under_way:
            self.losses[task] += 1
            if self.losses[task] < TWICE:
                self.suspects.append(task)
            else:
                yield task, Fault(f"WorkerLost: {GAVE_UP}", lost=True)

    def _outcome(self, future: Future[R]) -> R | Fault:
        try:
            return future.result()
        except CancelledError as error:
            raise self._lost("the cluster", "once its scheduler and workers are there again") from error
        except Exception as error:  # noqa: BLE001 - whatever a task raises is its fault
            kind = type(error).__name__
            if kind == "KilledWorker":  # what Dask says of a task that costs it several workers
                return Fault(f"WorkerLost: {GAVE_UP}", lost=True)
            return Fault(f"{kind}: {' '.join(str(error).split())}")

    def _start(self) -> Executor:
        return local_pool(self.workers) if self.workers > 1 else serial()

    def _lost(self, what: str, how: str) -> ExperimentError:
        done, total = self.reached()
        return ExperimentError(
            f"{what} was lost, perhaps for want of memory; {done} of {total} runs are kept: ask again to go on, {how}"
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
