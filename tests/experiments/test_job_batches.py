"""A batch computes what the store lacks, keeps what is done however it ends, and hides no failure."""

import json
import os
import signal
import time
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from experiments import tasks
from experiments.batch import complete
from experiments.dispatch import GAVE_UP, Fault, dispatch
from experiments.errors import Cancelled, ExperimentError
from experiments.executors import serial
from experiments.jobs import Job
from experiments.store import Store
from scenarios import Specification
from tests.experiments.made_up import answer_with, table_of


@pytest.fixture
def jobs(small: Specification) -> list[Job]:
    return [Job(small, months=2, replicates=(10 * block, 10 * block + 1)) for block in range(4)]


def test_every_job_comes_to_its_table(jobs: list[Job], asked: list[Job]) -> None:
    tables, failures = complete(jobs, Store(), executor=serial())
    assert asked == jobs
    assert failures == []
    assert list(tables) == [job.hash for job in jobs]
    assert tables[jobs[2].hash]["replicate"].unique().tolist() == [20, 21]


def test_what_is_stored_is_not_computed_again(jobs: list[Job], asked: list[Job]) -> None:
    first, _ = complete(jobs[:3], Store(), executor=serial())
    asked.clear()
    tables, _ = complete(jobs, Store(), executor=serial())
    assert asked == [jobs[3]]
    assert_frame_equal(tables[jobs[0].hash], first[jobs[0].hash], check_exact=True)


def test_equal_jobs_are_computed_once(jobs: list[Job], asked: list[Job]) -> None:
    complete([jobs[0], jobs[0]], Store(), executor=serial())
    assert asked == [jobs[0]]


def test_a_damaged_table_is_made_again_with_the_same_bytes(jobs: list[Job], asked: list[Job]) -> None:
    complete(jobs, Store(), executor=serial())
    path = Store().path(jobs[1])
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    asked.clear()
    complete(jobs, Store(), executor=serial())
    assert asked == [jobs[1]]
    assert path.read_bytes() == whole


def test_nothing_is_written_when_nothing_is_missing(jobs: list[Job], asked: list[Job], results: Path) -> None:
    complete(jobs, Store(), executor=serial())
    before = {path: path.stat().st_mtime_ns for path in results.rglob("*")}
    complete(jobs, Store(), executor=serial())
    assert {path: path.stat().st_mtime_ns for path in results.rglob("*")} == before


def test_any_executor_will_do(jobs: list[Job], asked: list[Job]) -> None:
    with ThreadPoolExecutor(3) as threads:
        tables, _ = complete(jobs, Store(), executor=threads)
        assert threads.submit(int).result() == 0, "the caller's executor stays open"
    assert set(tables) == {job.hash for job in jobs}


def test_progress_counts_runs_and_judges_the_time_left(jobs: list[Job], asked: list[Job]) -> None:
    complete(jobs[:1], Store(), executor=serial())
    told: list[tuple[int, int, float | None]] = []
    complete(jobs, Store(), executor=serial(), progress=lambda *step: told.append(step))
    assert [(done, total) for done, total, _ in told] == [(2, 8), (4, 8), (6, 8), (8, 8)]
    assert told[0][2] is None
    assert told[1][2] is not None
    assert told[-1][2] == 0


def test_a_failure_is_told_and_the_others_go_on(jobs: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    def sometimes(job: Job) -> pd.DataFrame:
        if 10 in job.replicates:
            raise ZeroDivisionError("no counsellor\nat all")
        return table_of(job, lambda *_: 1.0)

    answer_with(monkeypatch, sometimes)
    tables, failures = complete(jobs, Store(), executor=serial())
    assert set(tables) == {job.hash for job in jobs}
    assert tables[jobs[1].hash]["replicate"].unique().tolist() == [11], "one bad world costs one pair"
    bad = replace(jobs[1], replicates=(10,))
    assert [(failure.job, failure.message) for failure in failures] == [
        (bad, "ZeroDivisionError: no counsellor at all")
    ]
    assert Store().read(jobs[1]) is None
    kept = json.loads(Store().failure_path(bad).read_text())
    assert (kept["error"], kept["replicates"]) == ("ZeroDivisionError: no counsellor at all", [10])


def test_what_failed_is_tried_again_and_its_row_goes_when_it_succeeds(
    jobs: list[Job], asked: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = tasks.simulate

    def never(job: Job) -> pd.DataFrame:
        raise MemoryError

    with monkeypatch.context() as now:
        answer_with(now, never)
        tables, failures = complete(jobs, Store(), executor=serial())
    assert (tables, len(failures)) == ({}, 8)
    assert tasks.simulate is good
    tables, failures = complete(jobs, Store(), executor=serial())
    assert (set(tables), failures) == ({job.hash for job in jobs}, [])


def test_stopping_keeps_what_is_done(jobs: list[Job], asked: list[Job]) -> None:
    with pytest.raises(Cancelled, match="4 of 8 runs") as stopped:
        complete(jobs, Store(), executor=serial(), cancelled=lambda: len(asked) == 2)
    assert (stopped.value.done, stopped.value.total) == (4, 8)
    asked.clear()
    complete(jobs, Store(), executor=serial())
    assert asked == jobs[2:]


@pytest.mark.parametrize("reason", [KeyboardInterrupt, RuntimeError])
def test_progress_may_end_the_batch(jobs: list[Job], asked: list[Job], reason: type[BaseException]) -> None:
    def progress(done: int, total: int, seconds_left: float | None) -> None:
        if done == 4:
            raise reason

    with pytest.raises(reason):
        complete(jobs, Store(), executor=serial(), progress=progress)
    assert [Store().read(job) is not None for job in jobs] == [True, True, False, False]


def test_ctrl_c_just_after_a_table_is_kept_counts_it(
    jobs: list[Job], asked: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last word of progress is what the store holds, not what had been counted when the signal came."""
    write = Store.write

    def write_and_stop(store: Store, job: Job, *told: object) -> None:
        write(store, job, *told)
        if job == jobs[2]:
            raise KeyboardInterrupt

    monkeypatch.setattr(Store, "write", write_and_stop)
    reached = []
    with pytest.raises(KeyboardInterrupt):
        complete(jobs, Store(), executor=serial(), progress=lambda done, total, _: reached.append((done, total)))
    assert reached[-1] == (6, 8)
    assert sum(Store().read(job) is not None for job in jobs) == 3


def test_jobs_that_wait_are_called_off_when_the_batch_ends_early(
    jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Job] = []

    def slow(job: Job) -> pd.DataFrame:
        begun.append(job)
        time.sleep(0.2)
        return table_of(job, lambda *_: 1.0)

    answer_with(monkeypatch, slow)
    with ThreadPoolExecutor(1) as one, pytest.raises(Cancelled):
        complete(jobs, Store(), executor=one, cancelled=lambda: bool(begun))
    assert begun == jobs[:1]


def test_a_lost_worker_is_one_clear_error(jobs: list[Job]) -> None:
    class Broken(ThreadPoolExecutor):
        def submit(self, *_, **__) -> Future:
            future: Future = Future()
            future.set_exception(BrokenExecutor("gone"))
            return future

    with pytest.raises(ExperimentError, match=r"a worker process was lost.*0 of 8 runs are kept.*--workers 1"):
        complete(jobs, Store(), executor=Broken())


def test_a_lost_cluster_is_not_asked_again_with_fewer_workers_of_this_machine(jobs: list[Job]) -> None:
    class Gone(ThreadPoolExecutor):
        def submit(self, *_, **__) -> Future:
            future: Future = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    with pytest.raises(ExperimentError, match=r"the cluster was lost.*0 of 8 runs are kept") as told:
        complete(jobs, Store(), executor=Gone())
    assert "once its scheduler and workers are there again" in str(told.value)
    assert "--workers" not in str(told.value)


def dies(job: Job) -> int:
    """Ends its worker for the replicate 10, and for the replicate 20 the first time."""
    once = Path(os.environ["ONCE"])
    if 10 in job.replicates or (20 in job.replicates and not once.exists()):
        once.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return job.replicates[0]


def test_a_job_that_costs_two_workers_is_given_up_and_the_others_go_on(
    jobs: list[Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONCE", str(tmp_path / "once"))
    outcomes = dict(dispatch(jobs, dies, None, 2, lambda: False, lambda: (0, 0)))
    assert outcomes == {
        jobs[0]: 0,
        jobs[1]: Fault(f"WorkerLost: {GAVE_UP}", lost=True),
        jobs[2]: 20,
        jobs[3]: 30,
    }


def test_a_folder_that_refuses_is_told_before_anything_is_computed(
    jobs: list[Job], asked: list[Job], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExperimentError, match="cannot be written to"):
        complete(jobs, Store(tmp_path / "file"), executor=serial())
    assert asked == []
