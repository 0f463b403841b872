"""Comparisons run in worker processes: the web process only asks, watches and shows.

A `Desk` keeps one job per question, so the same question asked by two visitors, or again after a reload, is one job.
Workers watch the server and end when it ends, however it ends; without that they would live on for ever.
"""

import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

log = logging.getLogger(__name__)

SLOTS = 32
"""Jobs that may wait or run at one time."""

KEPT = 48
"""Answers kept in memory; older ones are read again from the store."""

UNKNOWN = -1.0


class FullError(Exception):
    """No place is left in the queue."""


class StoppedError(Exception):
    """Nobody wants the answer any more."""


class FailedError(Exception):
    """The work went wrong; the message is one line."""


@dataclass(frozen=True)
class Board:
    """What the web process and the workers share: three numbers per slot, in shared memory.

    Attributes:
        shares: How much is done, from 0 to 1.
        left: Seconds it should still take; `UNKNOWN` until that can be judged.
        stops: 1 when the job should end early.
    """

    shares: Any
    left: Any
    stops: Any

    def clear(self, slot: int) -> None:
        """Make a slot ready for a new job."""
        self.shares[slot], self.left[slot], self.stops[slot] = 0.0, UNKNOWN, 0


@dataclass(frozen=True)
class Post:
    """A worker's place at the board: it reports there and sees whether it should stop."""

    board: Board
    slot: int

    def report(self, done: int, total: int, seconds_left: float | None = None) -> None:
        """Say how far the work is."""
        self.board.shares[self.slot] = done / max(total, 1)
        self.board.left[self.slot] = UNKNOWN if seconds_left is None else seconds_left

    def stopped(self) -> bool:
        """Whether the work should end early."""
        return bool(self.board.stops[self.slot])


Work = Callable[[Any, Post], Any]


@dataclass(eq=False)
class Job:
    """One question on its way to an answer; any number of pages may watch it."""

    question: Hashable
    post: Post
    asked: float = field(default_factory=time.monotonic)
    watchers: int = 0
    future: "Future[Any]" = field(default_factory=Future)

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return float(self.post.board.shares[self.post.slot])

    @property
    def seconds(self) -> float:
        """Seconds since the question was asked."""
        return time.monotonic() - self.asked

    @property
    def seconds_left(self) -> float | None:
        """Seconds it should still take, once that can be judged."""
        left = float(self.post.board.left[self.post.slot])
        return None if left == UNKNOWN else left

    @property
    def over(self) -> bool:
        """Whether the job is finished, failed or stopped."""
        return self.future.done()

    def stop(self) -> None:
        """Have the work end early; a worker that is busy with it sees this within moments."""
        self.post.board.stops[self.post.slot] = 1
        self.future.cancel()

    def outcome(self) -> Any:
        """The answer of a job that is over.

        Raises:
            StoppedError: The job was stopped.
            FailedError: The work went wrong.
            BrokenProcessPool: The worker was lost.
        """
        try:
            return self.future.result(timeout=0)
        except CancelledError as error:
            raise StoppedError from error


class Desk:
    """Takes questions, hands them to worker processes and remembers the last answers.

    Args:
        work: Function of a question and a `Post`, importable by name in a worker.
        workers: Number of worker processes, by default one per processor and at most four.
        preload: Modules a worker process holds from its birth.
    """

    def __init__(self, work: Work, workers: int | None = None, preload: tuple[str, ...] = ()) -> None:
        self._work = work
        self._workers = workers or max(1, min(4, os.cpu_count() or 1))
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(preload))
        shared = [self._context.Array(kind, SLOTS, lock=False) for kind in "ddb"]
        self._board = Board(*shared)
        self._lifeline, self._release = self._context.Pipe(duplex=False)
        self._lock = threading.RLock()
        self._pool: ProcessPoolExecutor | None = None
        self._open: list[Job] = []
        self._over: SimpleQueue[Job] = SimpleQueue()
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def answer(self, question: Hashable) -> Any | None:
        """The answer, if it is known already."""
        with self._lock:
            self._tidy()
            if question in self._answers:
                self._answers.move_to_end(question)
            return self._answers.get(question)

    def ask(self, question: Hashable) -> Job:
        """The job of a question: the one under way, or a new one.

        Raises:
            FullError: The queue is full.
        """
        with self._lock:
            self._tidy()
            for job in self._open:
                if job.question == question and not job.post.stopped():
                    return job
            return self._start(question)

    def ahead(self, job: Job) -> int:
        """How many jobs must end before this one begins."""
        with self._lock:
            self._tidy()
            place = self._open.index(job) if job in self._open else 0
            return max(0, place - self._workers + 1)

    def leave(self, job: Job) -> None:
        """Stop a job unless another page watches it too."""
        if job.watchers <= 1:
            job.stop()

    def close(self) -> None:
        """Stop at once: workers end within moments, whatever they are doing. The desk takes no more questions."""
        with self._lock:
            for job in list(self._open):
                job.stop()
            self._release.close()
            if self._pool is not None:
                self._pool.shutdown(wait=False, cancel_futures=True)

    def _start(self, question: Hashable) -> Job:
        used = {job.post.slot for job in self._open}
        free = next((slot for slot in range(SLOTS) if slot not in used), None)
        if free is None:
            raise FullError
        self._board.clear(free)
        job = Job(question, Post(self._board, free))
        job.future = self._submit(question, free)
        self._open.append(job)
        # the executor may hold its own lock when it tells of an end: the desk's must not be asked for there
        job.future.add_done_callback(lambda _: self._over.put(job))
        return job

    def _submit(self, question: Hashable, slot: int) -> "Future[Any]":
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._workers, self._context, initializer=_begin, initargs=(self._board, self._lifeline)
            )
        try:
            return self._pool.submit(_run, self._work, question, slot)
        except BrokenProcessPool:
            self._pool = None
            return self._submit(question, slot)

    def _tidy(self) -> None:
        """Put away the jobs that have ended since somebody last asked."""
        while not self._over.empty():
            job = self._over.get()
            self._open.remove(job)
            if job.future.cancelled():
                continue
            error = job.future.exception()
            if isinstance(error, BrokenProcessPool):
                self._pool = None
            if error is None:
                self._answers[job.question] = job.future.result()
                while len(self._answers) > KEPT:
                    self._answers.popitem(last=False)


_board: Board | None = None


def _begin(board: Board, lifeline: "Connection") -> None:
    global _board
    _board = board
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = multiprocessing.parent_process()
    ends = [lifeline] if server is None else [lifeline, server.sentinel]
    threading.Thread(target=_end_with, args=(ends,), daemon=True).start()


def _end_with(ends: "list[Connection | int]") -> None:
    multiprocessing.connection.wait(ends)
    os._exit(1)


def _run(work: Work, question: Any, slot: int) -> Any:
    if _board is None:
        raise RuntimeError("a worker process was started without its board")
    post = Post(_board, slot)
    if post.stopped():
        raise StoppedError
    try:
        return work(question, post)
    except (StoppedError, FailedError):
        raise
    except Exception as error:
        log.exception("the work on a question failed")
        raise FailedError(" ".join(str(error).split()) or type(error).__name__) from None
