"""A batch that is killed or stopped goes on where it stood and ends with the bytes of one that was left alone."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments import compare, serial, sweep, trial
from tests.experiments.made_up import stored

BLOCKS = 20
QUESTION = {"pairs": BLOCKS // 2 * 10, "months": 3}
PLANS = ["wonosari", "wonosari-steady-budget"]
NUMBERS = [part for name, value in QUESTION.items() for part in (f"--{name}", str(value))]
POKMAS = [sys.executable, "-m", "experiments"]
FEW = {"setting.clients": 20}
ANSWER = ["--set", "setting.clients=20", "--json"]
COMMAND = [*POKMAS, "compare", *PLANS, *NUMBERS, *ANSWER]


def _hear_ctrl_c() -> None:
    """What a shell starts in the background does not hear Ctrl-C, nor do its children: this one does."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def start(folder: Path, command: list[str] = COMMAND) -> "subprocess.Popen[str]":
    """The command on its way, two blocks done."""
    process = subprocess.Popen(
        [*command, "--results", str(folder), "--workers", "2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=_hear_ctrl_c,
    )  # fmt: skip
    while len(list(folder.rglob("*.json"))) < 2:
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.01)
    return process


def goes_on(folder: Path, command: list[str], blocks: int) -> dict:
    """Kill the command two blocks on its way, give it again, and return its answer but for its own words; what was
    kept stayed as it was."""
    process = start(folder, command)
    process.kill()
    process.communicate(timeout=30)
    kept = {path: path.stat().st_mtime_ns for path in folder.rglob("*.json")}
    assert 2 <= len(kept) < blocks
    done = subprocess.run([*command, "--results", str(folder)], capture_output=True, text=True, timeout=120, check=True)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "what was kept was not computed again"
    return {name: told for name, told in json.loads(done.stdout).items() if name != "command"}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], dict]:
    """Tables and answer of a comparison that was left alone, computed one after the other in this process."""
    folder = tmp_path_factory.mktemp("undisturbed")
    answer = compare(PLANS, **QUESTION, overrides=FEW, executor=serial(), results=folder)
    assert len(stored(folder)) == BLOCKS
    return stored(folder), answer.to_json()


def test_after_kill_9_the_same_question_ends_with_the_same_bytes(
    tmp_path: Path, undisturbed: tuple[dict[str, bytes], dict]
) -> None:
    assert goes_on(tmp_path, COMMAND, BLOCKS) == undisturbed[1]
    assert stored(tmp_path) == undisturbed[0]


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(
    tmp_path: Path, undisturbed: tuple[dict[str, bytes], dict]
) -> None:
    process = start(tmp_path)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == ""
    kept = len(list(tmp_path.rglob("*.json")))
    assert err.strip() == (
        f"Stopped; {10 * kept} of {10 * BLOCKS} runs are kept in {tmp_path}. Give the same command again to go on."
    )
    assert stored(tmp_path).items() <= undisturbed[0].items()


def test_a_sweep_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    key, values = "levers.funding.annual_budget_idr", "1e8,2e8,3e8,4e8"
    command = [*POKMAS, "sweep", "wonosari", "--pairs", "40", "--months", "3", "--vary", f"{key}={values}", *ANSWER]
    told = goes_on(tmp_path / "killed", command, blocks=20)
    alone = sweep("wonosari", {key: values}, pairs=40, months=3, overrides=FEW, executor=serial(),
                  results=tmp_path / "alone")  # fmt: skip
    assert told == alone.to_json()
    assert stored(tmp_path / "killed") == stored(tmp_path / "alone")


def test_a_trial_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    asked = ["--offer", "place", "--recruit", "2", "--follow-up", "2", "--pilots", "60"]
    told = goes_on(tmp_path / "killed", [*POKMAS, "trial", "wonosari", *asked, *ANSWER], blocks=6)
    alone = trial("wonosari", "place", recruit=2, months=[2], pilots=60, overrides=FEW, executor=serial(),
                  results=tmp_path / "alone")  # fmt: skip
    assert told == alone.to_json()
    assert stored(tmp_path / "killed") == stored(tmp_path / "alone")
