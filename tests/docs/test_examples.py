"""Every example of the documentation runs as it stands, small, and is named in the documentation."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source import ROOT

FOLDER = ROOT / "docs" / "examples"
SMALL = {
    "batch_run": ["--months", "2", "--clients", "20"],
    "compare": ["--pairs", "2", "--months", "2", "--clients", "20", "--report", "report.html"],
    "data_collector": ["--months", "2", "--clients", "20"],
    "sweep": ["--pairs", "2", "--months", "2", "--clients", "20"],
}
PRINTED = {
    "batch_run": "wonosari-steady-budget",
    "compare": "coverage_ever",
    "data_collector": "formal",
    "sweep": "counsellors",
}


def test_every_example_is_run_here() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.py")) == sorted(SMALL)


@pytest.mark.parametrize("name", SMALL)
def test_an_example_runs_and_says_something(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(FOLDER / f"{name}.py"), *SMALL[name]],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert PRINTED[name] in done.stdout


@pytest.mark.parametrize("name", SMALL)
def test_an_example_is_linked_in_the_documentation(name: str) -> None:
    assert f"(examples/{name}.py)" in (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")
