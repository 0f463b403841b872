"""A batch that is killed or stopped goes on where it stood and ends with the bytes of one that was left alone."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments import compare, serial, sweep

BLOCKS = 20
QUESTION = {"pairs": BLOCKS // 2 * 10, "months": 3}
PLANS = ["wonosari", "wonosari-steady-budget"]
NUMBERS = [part for name, value in QUESTION.items() for part in (f"--{name}", str(value))]
COMMAND = [sys.executable, "-m", "experiments", "compare", *PLANS, *NUMBERS, "--set", "setting.clients=20", "--json"]


def tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*.parquet")}


def _hear_ctrl_c() -> None:
    """What a shell starts in the background does not hear Ctrl-C, nor do its children: this one does."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def start(folder: Path, command: list[str] = COMMAND) -> "subprocess.Popen[str]":
    """The comparison on its way, two blocks done."""
    process = subprocess.Popen(
        [*command, "--results", str(folder), "--workers", "2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=_hear_ctrl_c,
    )  # fmt: skip
    while len(list(folder.rglob("*.json"))) < 2:
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.01)
    return process


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], dict]:
    """Tables and answer of a comparison that was left alone, computed one after the other in this process."""
    folder = tmp_path_factory.mktemp("undisturbed")
    answer = compare(PLANS, **QUESTION, overrides={"setting.clients": 20}, executor=serial(), results=folder)
    assert len(tables(folder)) == BLOCKS
    return tables(folder), answer.to_json()


def test_after_kill_9_the_same_question_ends_with_the_same_bytes(
    tmp_path: Path, undisturbed: tuple[dict[str, bytes], dict]
) -> None:
    process = start(tmp_path)
    process.kill()
    process.communicate(timeout=30)
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.json")}
    assert 2 <= len(kept) < BLOCKS
    done = subprocess.run(
        [*COMMAND, "--results", str(tmp_path)], capture_output=True, text=True, timeout=120, check=True
    )
    assert json.loads(done.stdout) == undisturbed[1]
    assert tables(tmp_path) == undisturbed[0]
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "what was kept was not computed again"


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
    assert tables(tmp_path).items() <= undisturbed[0].items()


def test_a_sweep_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    vary = {"levers.funding.annual_budget_idr": "1e8,2e8,3e8,4e8"}
    command = [sys.executable, "-m", "experiments", "sweep", "wonosari", "--pairs", "40", "--months", "3", "--json"]
    command += ["--set", "setting.clients=20", *(part for key in vary for part in ("--vary", f"{key}={vary[key]}"))]
    process = start(tmp_path / "killed", command)
    process.kill()
    process.communicate(timeout=30)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "killed").rglob("*.json")}
    assert 2 <= len(kept) < 20
    done = subprocess.run(
        [*command, "--results", str(tmp_path / "killed")], capture_output=True, text=True, timeout=120, check=True
    )
    alone = sweep("wonosari", vary, pairs=40, months=3, overrides={"setting.clients": 20}, executor=serial(),
                  results=tmp_path / "alone")  # fmt: skip
    assert json.loads(done.stdout) == alone.to_json()
    assert tables(tmp_path / "killed") == tables(tmp_path / "alone")
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "what was kept was not computed again"
