"""What an experiment will take, before it starts: runs, time and disk, judged from runs that were measured.

The measure is what the store holds of this very question; where it holds nothing, its first few jobs are computed side
by side, as most will be, which the experiment needs anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, ClassVar

from experiments.batch import complete, runs
from experiments.errors import RUNS, ExperimentError, processes, whole
from experiments.executors import at_once, serial
from experiments.inventory import free_bytes
from experiments.store import Store, manifest_in
from experiments.tasks import side_by_side, tasks_for
from experiments.wording import bytes_of

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from experiments.jobs import Job

LOOKED_AT = 20
"""Stored blocks that are read for the measure; where there are none, about one in so many is computed."""


@dataclass(frozen=True)
class Estimate:
    """What is ahead.

    Attributes:
        runs: Runs of the whole experiment.
        missing: Runs that are not stored yet.
        seconds: Time these will take.
        bytes: Disk these will take.
        free_bytes: Disk that is free.
        workers: Jobs computed at one time.
        measured: Runs on which this rests.
    """

    runs: int
    missing: int
    seconds: float
    bytes: float
    free_bytes: int
    workers: int
    measured: int


class Asked:
    """A question that is checked but not started, whose jobs can be judged before they are computed.

    Attributes:
        may_fail: Whether there is an answer without the runs that fail.
    """

    may_fail: ClassVar[bool] = True

    def in_turn(self) -> list[Job]:
        """Return all jobs, in the order of computing."""
        raise NotImplementedError

    def estimate(
        self,
        results: str | os.PathLike[str] | None = None,
        *,
        executor: Executor | None = None,
        workers: int | None = None,
    ) -> Estimate:
        """Judge what it will take; where nothing is stored of it yet, its first job is computed.

        Raises:
            ExperimentError: As :func:`estimate`.
        """
        return estimate(self.in_turn(), Store(results), executor=executor, workers=workers, may_fail=self.may_fail)


def refuse_absurd(points: int, pairs: int, most_runs: int) -> None:
    """Refuse an experiment that is larger than somebody is likely to want, before any of it is made.

    Raises:
        ExperimentError: One line with the size, and how to go on.
    """
    told = f"{points:,} points and the baseline, with {pairs:,} pairs each"
    refuse_many(told, (points + 1) * pairs, most_runs, "points or pairs")


def refuse_many(told: str, total: int, most_runs: int, fewer: str) -> None:
    """Refuse more runs than are started without being allowed.

    Args:
        told: What was asked for, in words.
        total: The runs that this takes.
        most_runs: How many may be started.
        fewer: Of what to take fewer.

    Raises:
        ExperimentError: One line with the size, and how to go on; or a limit that is none.
    """
    if total > whole("max-runs", most_runs, RUNS):
        raise ExperimentError(
            f"{told}, are {total:,} runs; at most {most_runs:,} are started: take fewer {fewer}, or allow it with "
            f"--max-runs {total}"
        )


def estimate(
    jobs: Sequence[Job],
    store: Store,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    may_fail: bool = True,
) -> Estimate:
    """Judge what jobs will take: seconds and bytes a run of the measured ones, times the runs that are missing.

    Runs that fail are tried again by the experiment itself, so they count as missing.

    Args:
        jobs: The jobs of an experiment.
        store: Where their tables are or will be.
        executor: Where they will be computed; without it, local processes.
        workers: How many of these.
        may_fail: Whether a run that fails leaves an answer.

    Raises:
        ExperimentError: A number of workers out of range, a folder that refuses, a first block of which nothing came
            back (or not all, where no run may fail), or more than fits on the disk.
    """
    workers = processes(workers)
    wanted = list({job.hash: job for job in jobs}.values())
    missing = [job for job in wanted if not store.holds(job)]
    stored = [job for job in wanted if store.holds(job)]
    measures = [each for job in stored[:LOOKED_AT] if (each := _measured(store, job)) is not None]
    crew = at_once(executor, workers)
    if missing and not measures:
        first = side_by_side(missing, max(LOOKED_AT, tasks_for(missing, crew)))[0]
        came_back, failures = complete(first, store, executor=executor or serial(), one_model=True)
        if failures and not (may_fail and came_back):
            raise ExperimentError(f"the first block failed, and nothing more was started: {failures[0].message}")
        pieces = [each for job in first for each in ([job] if store.holds(job) else job.singles())]
        measures = [each for piece in pieces if (each := _measured(store, piece)) is not None]
        missing = [job for job in missing if job not in first] + [each.job for each in failures]
    crew = min(crew, max(len(missing), 1))
    left = sum(runs(job) for job in missing)
    found = Estimate(
        runs=sum(runs(job) for job in wanted),
        missing=left,
        seconds=median(seconds for _, seconds, _ in measures) * left / crew if measures else 0.0,
        bytes=median(size for _, _, size in measures) * left if measures else 0.0,
        free_bytes=free_bytes(store),
        workers=crew,
        measured=sum(size for size, _, _ in measures),
    )
    if found.bytes > found.free_bytes:
        raise ExperimentError(
            f"the results would take {bytes_of(found.bytes, 'en')}, but {bytes_of(found.free_bytes, 'en')} are free "
            f"in '{store.folder}'; choose another folder with --results, or take fewer points or pairs"
        )
    return found


def _measured(store: Store, job: Job) -> tuple[int, float, float] | None:
    """Runs of a stored job, seconds a run, bytes a run; None when it does not say."""
    try:
        manifest = manifest_in(store.manifest_path(job).read_bytes())
        size = store.path(job).stat().st_size + store.manifest_path(job).stat().st_size
    except OSError:
        return None
    seconds = (manifest or {}).get("seconds")
    return (runs(job), seconds / runs(job), size / runs(job)) if isinstance(seconds, int | float) else None
