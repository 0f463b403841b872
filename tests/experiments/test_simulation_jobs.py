"""A job is named by all that its numbers depend on, and simulating it is a pure function."""

import copy
from dataclasses import replace

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from experiments.jobs import SOURCES, Job, code_version, monthly, simulate, whole_run
from model import ReintegrationModel
from model.indicators import INDICATORS
from scenarios import Specification, override
from tests.source import ROOT


@pytest.fixture
def job(small: Specification) -> Job:
    return Job(small, months=3, seed=5, replicates=(0, 1))


@pytest.mark.parametrize(
    "change",
    [{"months": 4}, {"seed": 6}, {"replicates": (0, 2)}, {"replicates": (0,)}, {"assumptions": "fixed"}],
)
def test_the_hash_follows_all_that_decides_the_numbers(job: Job, change: dict) -> None:
    assert replace(job, **change).hash != job.hash


def test_the_hash_follows_the_scenario_and_the_code(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    before = job.hash
    assert replace(job, spec=override(job.spec, {"levers.funding.annual_budget_idr": 1})).hash != before
    assert replace(job, spec=override(job.spec, {"parameters.hazard_ratio_employed": 0.9})).hash != before
    monkeypatch.setattr("experiments.jobs.code_version", lambda: "another")
    assert replace(job).hash != before


def test_the_hash_leaves_out_what_changes_no_number(job: Job) -> None:
    renamed = replace(job.spec, name="another-name")
    assert replace(job, driver="agents").hash == job.hash
    assert replace(job, spec=renamed).hash == job.hash


def test_a_copy_of_a_job_has_its_hash(job: Job) -> None:
    assert copy.deepcopy(job).hash == job.hash


def test_the_code_version_reads_every_source_that_decides_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    real = type(ROOT).read_bytes
    monkeypatch.setattr(type(ROOT), "read_bytes", lambda path: read.append(path) or real(path))
    code_version.cache_clear()
    code_version()
    wanted = {path for floor in SOURCES for path in (ROOT / floor).rglob("*.py")}
    assert wanted | {ROOT / "scenarios" / "parameters.yaml", ROOT / "experiments" / "jobs.py"} == set(read)
    read.clear()
    code_version()
    assert read == []


def test_the_table_has_a_row_for_each_replicate_and_month(job: Job) -> None:
    table = simulate(job)
    assert list(zip(table["replicate"], table["month"], strict=True)) == [(r, m) for r in (0, 1) for m in (1, 2, 3)]
    assert {kind.name for kind in table.dtypes} == {"int64", "float64"}
    assert set(INDICATORS) <= set(table.columns)
    assert list(monthly(table).columns) == ["replicate", "month", *INDICATORS]


def test_the_last_month_carries_what_the_model_says_of_the_whole_run(job: Job) -> None:
    office = ReintegrationModel(job.spec, seed=job.seed, replicates=job.replicates, assumptions=job.assumptions)
    for _ in range(job.months):
        office.step()
    said = office.indicators().drop(columns="scenario").set_index("replicate")
    assert_frame_equal(whole_run(simulate(job)), said.astype("float64"), check_exact=True)


def test_simulating_twice_gives_the_same_bits(job: Job) -> None:
    assert_frame_equal(simulate(job), simulate(job), check_exact=True)


def test_replicates_side_by_side_are_the_replicates_alone(job: Job) -> None:
    alone = [simulate(replace(job, replicates=(replicate,))) for replicate in job.replicates]
    assert_frame_equal(simulate(job), pd.concat(alone, ignore_index=True), check_exact=True)


def test_both_drivers_give_the_same_table(job: Job) -> None:
    assert_frame_equal(simulate(job), simulate(replace(job, driver="agents")), check_exact=True)
