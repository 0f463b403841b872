"""Local workers compute on one thread, leave nothing behind, and give the same bits as this process."""

import multiprocessing
import os
import subprocess
import sys
import time

import pytest
from pandas.testing import assert_frame_equal

from experiments.batch import complete
from experiments.executors import local_pool, processors, serial
from experiments.jobs import Job
from experiments.store import Store
from scenarios import Specification

DIES = """
import os, signal, time
from experiments.executors import local_pool
pool = local_pool(2)
pool.submit(time.sleep, 0).result()
for _ in range(2):
    pool.submit(time.sleep, 600)
time.sleep(0.2)
os.kill(os.getpid(), signal.SIGKILL)
"""

UNGUARDED = """
from experiments import compare
answer = compare(["wonosari", "purwokerto"], pairs=2, months=2, overrides={"setting.clients": 20}, workers=2)
print(len(answer.history))
"""


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)


def test_a_pool_gives_the_bits_of_this_process_and_workers_have_one_thread(
    small: Specification, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    jobs = [Job(small, months=2, replicates=(replicate,)) for replicate in range(3)]
    alone, _ = complete(jobs, Store(tmp_path / "alone"), executor=serial())
    with local_pool(2) as pool:
        together, _ = complete(jobs, Store(tmp_path / "together"), executor=pool)
        assert pool.submit(os.getenv, "OMP_NUM_THREADS").result() == "1"
    assert os.environ["OMP_NUM_THREADS"] == "7"
    for job in jobs:
        assert_frame_equal(alone[job.hash], together[job.hash], check_exact=True)
        paths = [Store(tmp_path / folder).path(job) for folder in ("alone", "together")]
        assert paths[0].read_bytes() == paths[1].read_bytes()


def test_abandoned_workers_end_at_once() -> None:
    pool = local_pool(1)
    before = set(multiprocessing.active_children())
    pool.submit(time.sleep, 0).result()
    pool.submit(time.sleep, 600)
    begun = time.monotonic()
    pool.abandon()
    while set(multiprocessing.active_children()) - before:
        assert time.monotonic() - begun < 30
        time.sleep(0.01)


def test_workers_end_with_a_parent_that_is_killed() -> None:
    begun = time.monotonic()
    done = python(DIES)
    assert done.returncode == -9, done.stderr
    assert time.monotonic() - begun < 30, "the pipe to this test closes only when the last worker has ended"


def test_a_script_needs_no_main_guard(tmp_path) -> None:
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "8"), done.stderr


def test_processors_are_those_this_process_may_use() -> None:
    assert 1 <= processors() <= (os.cpu_count() or 1)
