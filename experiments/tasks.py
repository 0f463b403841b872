"""Tasks: jobs that are alike, computed side by side in one model by one worker.

A small office alone costs mostly calls; worlds side by side share them. What a job comes to does not depend on who
else is in the model, so which jobs share a task is a matter of time alone.
"""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from experiments.jobs import Job, simulate, together
from experiments.store import this_machine

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    import pandas as pd

FULL = 25_000
"""Clients and villages stepped side by side: with more a model is hardly quicker, and progress is seen late."""

STEPS = 4
"""Tasks at least, where there are jobs enough, so that a short batch shows progress too."""

Task = tuple[Job, ...]
"""Jobs computed side by side by one worker."""


@dataclass(frozen=True)
class Computed:
    """What a worker sends back.

    Attributes:
        table: The table of the job.
        seconds: What it took.
        machine: Where it was computed.
    """

    table: pd.DataFrame
    seconds: float
    machine: dict[str, str]


def side_by_side(jobs: Sequence[Job], tasks: int) -> list[Task]:
    """Return jobs that are alike side by side in about so many tasks of about the same size, in their order."""
    room = sum(map(_size, jobs)) / tasks
    placed: Counter[Hashable] = Counter()
    found: defaultdict[tuple[Hashable, int], list[Job]] = defaultdict(list)
    for job in jobs:
        middle = placed[job.alike] + _size(job) / 2
        found[job.alike, int(middle / room)].append(job)
        placed[job.alike] += _size(job)
    return [tuple(task) for task in found.values()]


def tasks_for(jobs: Sequence[Job], workers: int) -> int:
    """Return the number of tasks in which so many workers do ``jobs`` soonest: the same for each."""
    return workers * math.ceil(max(STEPS, sum(map(_size, jobs)) / FULL) / workers)


def one_by_one(jobs: Iterable[Job]) -> list[Task]:
    """Return jobs in tasks of their own."""
    return [(job,) for job in jobs]


def compute(task: Task) -> list[Computed]:
    """Compute the jobs of ``task`` and say how long each took of it (bringing in the model apart), and where."""
    import_module("model.indicators")
    started = time.perf_counter()
    tables = together(task) if len(task) > 1 else [simulate(task[0])]
    pace = (time.perf_counter() - started) / sum(map(_size, task))
    return [Computed(table, pace * _size(job), this_machine()) for job, table in zip(task, tables, strict=True)]


def _size(job: Job) -> int:
    """Clients under supervision and villages in all runs of a job: what its tables grow with."""
    return (job.spec.setting.clients + job.spec.setting.villages) * len(job.replicates)
