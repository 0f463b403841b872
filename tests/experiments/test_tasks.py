"""Jobs that are alike go side by side in one task: the same bytes, nobody twice, and one bad job costs no other."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import batch
from experiments.batch import complete
from experiments.dispatch import Fault
from experiments.executors import serial
from experiments.jobs import Job
from experiments.store import Store
from experiments.tasks import FULL, STEPS, side_by_side, tasks_for, together
from experiments.trials import TrialJob
from scenarios import Specification, load
from tests.experiments.made_up import answer_with, stored, table_of

NAMES = ("wonosari", "wonosari-steady-budget", "purwokerto")
PLANS = tuple(load(name, {"setting.clients": 15, "setting.villages": 5}) for name in NAMES)


def job(plan: int, start: int, worlds: int, months: int, kind: str) -> Job:
    made = TrialJob if kind == "trial" else Job
    return made(PLANS[plan], months, replicates=tuple(range(start, start + worlds)), assumptions="drawn")


@given(
    jobs=st.lists(
        st.builds(job, st.integers(0, 2), st.integers(0, 9), st.integers(1, 9), st.integers(1, 2),
                  st.sampled_from(["run", "trial"])),
        unique=True,
    ),
    wanted=st.integers(1, 40),
)  # fmt: skip
def test_every_job_goes_once_with_those_that_are_alike(jobs: list[Job], wanted: int) -> None:
    tasks = side_by_side(jobs, wanted)
    room = sum(len(each.replicates) for each in jobs) / wanted
    assert sorted(map(jobs.index, chain(*tasks))) == list(range(len(jobs)))
    for first in ([task[0] for task in tasks], *tasks):
        assert list(first) == sorted(first, key=jobs.index), "in their order"
    for task in tasks:
        assert len({each.alike for each in task}) == 1
        assert len(task) == 1 or sum(len(each.replicates) for each in task) <= room + 9
        assert len(task) == 1 or not isinstance(task[0], TrialJob)


def test_workers_get_equal_shares_of_a_size_that_is_quick() -> None:
    small = [Job(PLANS[0], 3, replicates=(number,)) for number in range(14)]
    assert [tasks_for(small, workers) for workers in (1, 2, 3, 8)] == [STEPS, STEPS, 6, 8]
    assert [len(task) for task in side_by_side(small, tasks_for(small, 2))] == [3, 4, 3, 4]
    office = {"setting.clients": FULL // 10 - 100, "setting.villages": 100}
    large = [Job(load(name, office), 3) for name in NAMES[::2]] * 43
    assert tasks_for(large, 2) == 10
    assert tasks_for(large, 4) == 12


@pytest.fixture
def jobs() -> list[Job]:
    """Twelve jobs of three plans, with numbers of replicates that differ."""
    return [Job(spec, 3, replicates=tuple(range(start, 2 * start + 1))) for start in range(4) for spec in PLANS]


def test_side_by_side_gives_the_bytes_of_one_by_one(
    jobs: list[Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three plans, one to four drawn replicates each, whoever else is in the model."""
    widths = []

    def counted(task: tuple[Job, ...]) -> list[pd.DataFrame]:
        widths.append(len(task))
        return together(task)

    monkeypatch.setattr("experiments.tasks.together", counted)
    for each in jobs:
        complete([each], Store(tmp_path / "alone"), executor=serial())
    assert widths == []
    complete(jobs, Store(tmp_path / "tasks"), executor=serial())
    assert widths
    complete(jobs, Store(tmp_path / "one"), executor=serial(), one_model=True)
    assert widths[-1] == 12
    assert len(stored(tmp_path / "alone")) == 12
    assert stored(tmp_path / "alone") == stored(tmp_path / "tasks") == stored(tmp_path / "one")


def test_offices_without_clients_are_computed_too() -> None:
    empty = load("wonosari", {"setting.clients": 0, "setting.villages": 2})
    jobs = [Job(empty, 2, replicates=(number,)) for number in range(2 * STEPS)]
    tables, failures = complete(jobs, Store(), executor=serial())
    assert (len(tables), failures) == (2 * STEPS, [])


def bad(job: Job) -> pd.DataFrame:
    if job.spec.name == "purwokerto" and 0 in job.replicates:
        raise ZeroDivisionError("no counsellor")
    return table_of(job, lambda _, replicate: 0.01 * replicate)


def test_a_job_that_raises_costs_none_beside_it(jobs: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, bad)
    told: list[tuple[int, int]] = []
    tables, failures = complete(jobs, Store(), executor=serial(), progress=lambda done, of, _: told.append((done, of)))
    (failure,) = failures
    assert (failure.job, failure.message) == (jobs[2], "ZeroDivisionError: no counsellor")
    assert set(tables) == {each.hash for each in jobs} - {jobs[2].hash}
    assert told[-1] == (30, 30), "a failed run has been dealt with"
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_task_that_costs_its_workers_is_asked_again_job_by_job(
    jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Perhaps it was too large."""
    handed: list[int] = []

    def loses_the_large(tasks: list[tuple[Job, ...]], work: object, *_: object) -> Iterator[tuple[object, object]]:
        for task in tasks:
            handed.append(len(task))
            yield task, Fault("WorkerLost", lost=True) if len(task) > 1 else work(task)  # type: ignore[operator]

    answer_with(monkeypatch, lambda job: table_of(job, lambda *_: 1.0))
    monkeypatch.setattr(batch, "dispatch", loses_the_large)
    tables, failures = complete(jobs, Store(), executor=serial(), one_model=True)
    assert (len(tables), failures, handed) == (12, [], [12] + [1] * 12)


def test_what_differs_in_anything_else_is_not_alike(small: Specification) -> None:
    plain = Job(small, 3)
    assert plain.alike == Job(PLANS[2], 3, replicates=(4, 5)).alike
    others = {"months": 4, "seed": 2, "assumptions": "fixed", "driver": "agents", "by": ("sex",), "weights": True}
    for name, value in others.items():
        assert replace(plain, **{name: value}).alike != plain.alike, name
