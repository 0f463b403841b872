"""Comparisons run in worker processes: one job per question, stoppable, never outliving the server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from viz.jobs import Desk, FailedError, Post, StoppedError

PATIENCE = 60


def work(question: str, post: Post) -> object:
    """What the workers of these tests do, by the first word of the question."""
    what = question.split()[0]
    if what == "fail":
        raise ValueError("no such\nplan")
    if what == "die":
        os._exit(3)
    for step in range(200 if what == "wait" else 2):
        post.report(step, 200, 1.5)
        if post.stopped():
            raise StoppedError
        time.sleep(0.05)
    return os.getpid()


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    made = Desk(work, workers=1)
    yield made
    made.close()


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.01)


def test_work_is_done_in_another_process_and_remembered(desk: Desk) -> None:
    job = desk.ask("one")
    until(lambda: job.over)
    assert job.outcome() != os.getpid()
    until(lambda: desk.answer("one"))
    assert desk.answer("one") == job.outcome()
    assert desk.answer("two") is None


def test_the_same_question_is_one_job_and_others_wait_their_turn(desk: Desk) -> None:
    first = desk.ask("wait 1")
    assert desk.ask("wait 1") is first
    second = desk.ask("quick 2")
    assert (desk.ahead(first), desk.ahead(second)) == (0, 1)
    until(lambda: first.share > 0)
    assert first.seconds_left == 1.5
    first.stop()
    until(lambda: second.over)
    assert desk.ahead(second) == 0


def test_a_stopped_job_ends_soon_and_can_be_asked_again(desk: Desk) -> None:
    job = desk.ask("wait 3")
    until(lambda: job.share > 0)
    stopped = time.monotonic()
    desk.leave(job)
    assert desk.ask("wait 3") is not job
    desk.leave(desk.ask("wait 3"))
    until(lambda: job.over)
    assert time.monotonic() - stopped < 2
    with pytest.raises(StoppedError):
        job.outcome()


def test_a_job_that_another_page_watches_goes_on(desk: Desk) -> None:
    job = desk.ask("wait 4")
    job.watchers = 2
    desk.leave(job)
    assert not job.post.stopped()
    job.stop()
    until(lambda: job.over)


def test_a_failure_is_one_line(desk: Desk) -> None:
    job = desk.ask("fail")
    until(lambda: job.over)
    with pytest.raises(FailedError, match=r"^no such plan$"):
        job.outcome()


def test_a_lost_worker_costs_one_answer_and_not_the_desk(desk: Desk) -> None:
    lost = desk.ask("die")
    until(lambda: lost.over)
    after = desk.ask("quick after")
    until(lambda: after.over)
    assert after.outcome()


PARENT = """
import sys, time
from tests.viz.test_app_workers import work
from viz.jobs import Desk
if __name__ == "__main__":
    desk = Desk(work, workers=1)
    job = desk.ask("quick")
    while not job.over:
        time.sleep(0.01)
    print(job.outcome(), flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="asks the system for a process by its number, as Unix does")
def test_workers_end_with_a_server_that_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.communicate()

    def gone() -> bool:
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return True
        return False

    until(gone)
