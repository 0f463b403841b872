"""What the tests of many runs share: a small office, quick to step, and a stand-in for the model."""

import pandas as pd
import pytest

from experiments.jobs import Job
from scenarios import Specification, load
from tests.experiments.made_up import table_of

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

    monkeypatch.setattr("experiments.batch.simulate", stand_in)
    return jobs
