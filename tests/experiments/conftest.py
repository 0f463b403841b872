"""What the tests of many runs share: a small office, quick to step, a stand-in for the model, the command line."""

from collections.abc import Callable

import pandas as pd
import pytest

from experiments.cli import main
from experiments.jobs import Job
from scenarios import Specification, load
from tests.experiments.made_up import answer_with, table_of

SMALL = {"setting.clients": 60}


@pytest.fixture
def small() -> Specification:
    """Wonosari with 60 clients."""
    return load("wonosari", SMALL)


@pytest.fixture
def steady() -> Specification:
    """The reform with 60 clients."""
    return load("wonosari-steady-budget", SMALL)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Every job that is computed from now on, by a stand-in that answers 0.5 + 0.01 x replicate at once."""
    jobs: list[Job] = []

    def stand_in(job: Job) -> pd.DataFrame:
        jobs.append(job)
        return table_of(job, lambda _, replicate: 0.5 + 0.01 * replicate)

    answer_with(monkeypatch, stand_in)
    return jobs


@pytest.fixture
def pokmas(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Call the COMMAND of a file of tests in this process; returns exit code, output and errors."""

    def call(*args: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main((request.module.COMMAND, *args))
        return (end.value.code or 0, *capsys.readouterr())

    return call
