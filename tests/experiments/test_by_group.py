"""A comparison by group counts pairs within each group, asks for more only when told to, and adds up."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from experiments import compare, serial
from experiments.jobs import Job, simulate, whole_run
from model import ReintegrationModel
from model.groups import GROUPED, GROUPINGS, column
from model.indicators import INDICATORS
from scenarios import Specification, override
from tests.experiments.made_up import answer_with, table_of

COMMAND = "compare"
BUDGET = "levers.funding.annual_budget_idr"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Jobs computed by a stand-in: money puts women in work, and nobody else; luck is the replicate's."""
    jobs: list[Job] = []

    def stand_in(job: Job) -> pd.DataFrame:
        jobs.append(job)
        money = job.spec.lever("funding.annual_budget_idr", 0) / 1e9
        table = table_of(job, lambda _, replicate: replicate / 100)
        more = {}
        for grouping in job.by:
            for group in GROUPINGS[grouping].groups:
                for name in GROUPED:
                    gain = money if (name, group) == ("employed_share", "female") else 0.0
                    values = table["replicate"] / 100 + gain
                    more[column(name, grouping, group)] = values
                    if INDICATORS[name].monthly:
                        last = np.where(table["month"] == job.months, values, np.nan)
                        more[f"{column(name, grouping, group)}@run"] = last
        return pd.concat([table, pd.DataFrame(more)], axis=1)

    answer_with(monkeypatch, stand_in)
    return jobs


def test_pairs_are_counted_within_each_group(small: Specification, told: list[Job]) -> None:
    plans = [override(small, {BUDGET: money}) for money in (1e8, 3e8)]
    found = compare(plans, pairs=12, months=2, by=["sex", "offence"], executor=serial())
    assert found.by == ("offence", "sex")
    assert len(found.groups) == (4 + 2) * len(GROUPED)
    work = found.groups[(found.groups["indicator"] == "employed_share") & (found.groups["grouping"] == "sex")]
    by = work.set_index("group")
    assert by["median_difference"].to_dict() == pytest.approx({"male": 0.0, "female": 0.2})
    assert by["better"].to_dict() == {"male": 0, "female": 12}
    assert by.loc["female", "value"] - by.loc["female", "baseline"] == pytest.approx(0.2)
    assert len(found.rows) == len(found.summary) + len(found.groups)
    assert found.rows[["grouping", "group"]].notna().all(axis=None)


def test_what_nobody_asks_for_is_not_stored(small: Specification, told: list[Job]) -> None:
    plans = [small, override(small, {BUDGET: 1})]
    plain = compare(plans, pairs=3, months=2, executor=serial())
    assert plain.groups.empty
    assert "by" not in plain.to_json()
    assert not any("=" in name for name in simulate(Job(small, 1)).columns)
    told.clear()
    assert_frame_equal(compare(plans, pairs=3, months=2, by=["sex"], executor=serial()).summary, plain.summary)
    assert len(told) == 2, "another question, with another hash"


def test_the_groups_are_those_of_the_model(small: Specification) -> None:
    """And the indicators beside them stay the same to the last digit."""
    asked = Job(small, 3, seed=4, replicates=(0, 1), by=("sex", "distance"))
    table, plain = simulate(asked), simulate(Job(small, 3, seed=4, replicates=(0, 1)))
    assert_frame_equal(table[plain.columns], plain, check_exact=True)
    assert_frame_equal(whole_run(table), whole_run(plain), check_exact=True)
    model = ReintegrationModel(small, seed=4, replicates=(0, 1), assumptions="drawn", by=("sex", "distance"))
    for _ in range(3):
        model.step()
    for name in ("employed_share", "coverage_ever_recorded"):
        where = column(name, "sex", "male")
        assert table[f"{where}@run"].dropna().tolist() == model.groups.indicators()[where].tolist()
        assert table[where].tolist() == model.groups.history()[where].tolist()


def test_a_plan_against_itself_is_zero_in_every_group(small: Specification) -> None:
    found = compare([small, small], pairs=2, months=2, by=list(GROUPINGS), executor=serial())
    known = found.groups[found.groups["pairs_used"] > 0]
    assert (known[["better", "worse", "median_difference", "low", "high"]] == 0).all(axis=None)
    assert set(known["grouping"]) == set(GROUPINGS)


def test_the_command_tells_groups(pokmas, told: list[Job], tmp_path: Path) -> None:
    out_file = tmp_path / "c.csv"
    asked = ("wonosari", "wonosari-steady-budget", "--set", "setting.clients=60", "--pairs", "3", "--months", "2")
    code, out, _ = pokmas(*asked, "--by", "sex", "--workers", "1", "--json")
    assert code == 0
    groups = json.loads(out)["by"]["sex"]["wonosari-steady-budget"]
    assert set(groups) == {"male", "female"}
    assert set(groups["female"]) == set(GROUPED)
    by = ("--by", "sex", "--by", "age", "--workers", "1", "--lang", "id")
    code, out, _ = pokmas(*asked, *by, "--out", str(out_file))
    assert code == 0
    assert "menurut jenis kelamin" in out
    assert "perempuan" in out
    written = pd.read_csv(out_file, sep=";", decimal=",", encoding="utf-8-sig")
    assert len(written) == len(INDICATORS) + (2 + 3) * len(GROUPED)


def test_an_unknown_grouping_is_one_line(pokmas, told: list[Job]) -> None:
    code, out, err = pokmas("wonosari", "wonosari-steady-budget", "--by", "ofence")
    assert (code, out) == (2, "")
    assert re.fullmatch(r"pokmas: by: 'ofence' is not known; allowed: .*; nearest: offence\n", err)
    assert told == []
