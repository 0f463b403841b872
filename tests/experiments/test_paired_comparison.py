"""Comparison is paired: same people, same luck, same assumptions; better and worse follow the indicator's direction."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from experiments import Comparison, compare, serial
from experiments.errors import ExperimentError
from experiments.jobs import Job
from model.indicators import INDICATORS
from scenarios import Specification, load, override
from tests.experiments.made_up import answer_with, table_of

COLUMNS = [
    "better",
    "same",
    "worse",
    "median_difference",
    "low",
    "high",
    "unit",
    "pairs_used",
    "better_low",
    "better_high",
]


def of(answer: Comparison, indicator: str, scenario: str | None = None) -> pd.Series:
    rows = answer.summary[answer.summary["indicator"] == indicator]
    return (rows if scenario is None else rows[rows["scenario"] == scenario]).iloc[0]


@pytest.fixture
def worlds(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, list[float]]]:
    """Values of indicators by scenario and replicate, 0 where a test sets none; scenarios go by their budget."""
    values: dict[str, dict[str, list[float]]] = {"A": {}, "B": {}}

    def stand_in(job: Job) -> pd.DataFrame:
        mine = values["A" if job.spec.lever("funding.annual_budget_idr", 0) == 1 else "B"]
        return table_of(job, lambda name, replicate: mine[name][replicate] if name in mine else 0.0)

    answer_with(monkeypatch, stand_in)
    return values


@pytest.fixture
def plans(small: Specification) -> list[Specification]:
    return [override(small, {"levers.funding.annual_budget_idr": amount}) for amount in (1, 2)]


def test_base_against_base_is_exactly_zero(small: Specification) -> None:
    answer = compare([small, small], pairs=3, months=3, executor=serial())
    assert answer.scenarios == ("wonosari",)
    known = answer.differences.dropna()
    assert len(known) > 60
    assert (known["difference"] == 0).all()
    assert (answer.summary[["better", "worse"]] == 0).all().all()
    assert (answer.summary["same"] == answer.summary["pairs_used"]).all()


def test_the_tables_are_as_promised(small: Specification, steady: Specification) -> None:
    answer = compare([small, steady], pairs=3, months=3, executor=serial())
    assert (answer.baseline, answer.scenarios, answer.pairs, answer.months, answer.seed) == (
        "wonosari", ("wonosari-steady-budget",), 3, 3, 1,
    )  # fmt: skip
    assert list(answer.differences) == ["scenario", "replicate", "indicator", "baseline", "value", "difference"]
    assert len(answer.differences) == 3 * len(INDICATORS)
    assert list(answer.summary) == ["scenario", "indicator", *COLUMNS]
    assert answer.summary["indicator"].tolist() == list(INDICATORS)
    assert list(answer.history) == ["scenario", "replicate", "month", *INDICATORS]
    assert len(answer.history) == 2 * 3 * 3
    assert list(answer.specifications) == ["wonosari", "wonosari-steady-budget"]


def test_the_same_question_gives_the_same_answer_whoever_computes_it(
    small: Specification, steady: Specification
) -> None:
    first = compare([small, steady], pairs=3, months=3, executor=serial())
    again = compare([small, steady], pairs=3, months=3)
    assert_frame_equal(first.differences, again.differences, check_exact=True)
    assert_frame_equal(first.history, again.history, check_exact=True)
    assert first.to_json() == again.to_json()


def test_scenarios_share_replicates_seed_and_assumptions(plans: list[Specification], asked: list[Job]) -> None:
    compare(plans, pairs=25, months=2, seed=9, assumptions="fixed", executor=serial())
    base, reform = ([job for job in asked if job.spec == plan] for plan in plans)
    assert [job.replicates for job in base] == [tuple(range(10)), tuple(range(10, 20)), tuple(range(20, 25))]
    assert [(job.replicates, job.seed, job.assumptions, job.months) for job in base] == [
        (job.replicates, job.seed, job.assumptions, job.months) for job in reform
    ]
    assert {(job.seed, job.assumptions) for job in asked} == {(9, "fixed")}


def test_forty_pairs_after_twenty_compute_the_twenty_new(plans: list[Specification], asked: list[Job]) -> None:
    twenty = compare(plans, pairs=20, months=2, executor=serial())
    asked.clear()
    forty = compare(plans, pairs=40, months=2, executor=serial())
    assert sorted({replicate for job in asked for replicate in job.replicates}) == list(range(20, 40))
    asked.clear()
    compare(plans, pairs=40, months=2, executor=serial())
    assert asked == []
    early = forty.differences[forty.differences["replicate"] < 20].reset_index(drop=True)
    assert_frame_equal(early, twenty.differences, check_exact=True)


def test_direction_and_smallest_difference_decide(plans: list[Specification], worlds: dict) -> None:
    worlds["A"] = {"employed_share": [0.5] * 4, "reoffending_12m": [0.5] * 4}
    worlds["B"] = {"employed_share": [0.6, 0.53, 0.52, 0.4], "reoffending_12m": [0.6, 0.53, 0.52, 0.4]}
    answer = compare(plans, pairs=4, months=2, executor=serial())
    more, less = of(answer, "employed_share"), of(answer, "reoffending_12m")
    assert (more["better"], more["same"], more["worse"]) == (2, 1, 1), "0.03 is a difference, 0.02 is none"
    assert (less["better"], less["same"], less["worse"]) == (1, 1, 2)
    assert less["median_difference"] == pytest.approx(0.025)
    assert less["low"] == pytest.approx(np.quantile([0.1, 0.03, 0.02, -0.1], 0.05))
    assert less["high"] == pytest.approx(np.quantile([0.1, 0.03, 0.02, -0.1], 0.95))


@pytest.mark.parametrize(("base", "value"), [(0.48, 0.51), (0.49, 0.52), (0.1, 0.13), (0.57, 0.6), (0.07, 0.1)])
def test_three_in_a_hundred_is_three_whatever_the_two_shares(
    plans: list[Specification], worlds: dict, base: float, value: float
) -> None:
    worlds["A"], worlds["B"] = {"employed_share": [base]}, {"employed_share": [value]}
    assert of(compare(plans, pairs=1, months=2, executor=serial()), "employed_share")["better"] == 1


def test_the_smallest_difference_asked_for_holds_for_shares_alone(plans: list[Specification], worlds: dict) -> None:
    worlds["A"] = {"employed_share": [0.5], "spent_idr": [0.0]}
    worlds["B"] = {"employed_share": [0.6], "spent_idr": [5_000_000.0]}
    wide = compare(plans, pairs=1, months=2, smallest_difference=0.2, executor=serial())
    assert (of(wide, "employed_share")["same"], of(wide, "spent_idr")["worse"]) == (1, 1)
    none = compare(plans, pairs=1, months=2, smallest_difference=0, executor=serial())
    assert (of(none, "employed_share")["better"], of(none, "mspss_total")["same"]) == (1, 1)
    assert none.smallest_difference["spent_idr"] == INDICATORS["spent_idr"].smallest_difference


def test_a_pair_that_is_unknown_on_one_side_is_left_out_and_counted(plans: list[Specification], worlds: dict) -> None:
    nan = float("nan")
    worlds["A"] = {"reoffending_24m": [0.3, nan, 0.3], "reoffending_36m": [nan] * 3}
    worlds["B"] = {"reoffending_24m": [0.2, 0.1, nan], "reoffending_36m": [nan] * 3}
    answer = compare(plans, pairs=3, months=2, executor=serial())
    row = of(answer, "reoffending_24m")
    assert (row["better"], row["same"], row["worse"], row["pairs_used"]) == (1, 0, 0, 1)
    nobody = of(answer, "reoffending_36m")
    assert (nobody["better"], nobody["same"], nobody["worse"], nobody["pairs_used"]) == (0, 0, 0, 0)
    assert math.isnan(nobody["median_difference"])
    as_json = answer.to_json()["scenarios"]["wonosari (2)"]["reoffending_36m"]
    assert as_json["median_difference"] is as_json["low"] is as_json["high"] is None


def test_the_headline_is_24_months_else_the_longest_horizon_with_data(plans: list[Specification], worlds: dict) -> None:
    nan = [float("nan")]
    assert compare(plans, pairs=1, months=2, executor=serial()).headline == "reoffending_24m"
    worlds["B"] = {"reoffending_24m": nan, "reoffending_36m": nan}
    assert compare(plans, pairs=1, months=3, executor=serial()).headline == "reoffending_12m"
    worlds["B"]["reoffending_12m"] = nan
    assert compare(plans, pairs=1, months=4, executor=serial()).headline is None


def test_different_plans_of_one_name_are_told_apart(plans: list[Specification], asked: list[Job]) -> None:
    answer = compare([plans[0], plans[1], plans[0], plans[1]], pairs=1, months=2, executor=serial())
    assert answer.baseline == "wonosari"
    assert answer.scenarios == ("wonosari (2)", "wonosari", "wonosari (3)")


def test_overrides_are_laid_over_every_scenario(asked: list[Job]) -> None:
    compare(["wonosari", "purwokerto"], pairs=1, months=2, overrides={"setting.clients": 7}, executor=serial())
    assert {(job.spec.name, job.spec.setting.clients) for job in asked} == {("wonosari", 7), ("purwokerto", 7)}


def test_a_failed_run_is_reported_and_its_pair_is_missing(
    plans: list[Specification], monkeypatch: pytest.MonkeyPatch
) -> None:
    def sometimes(job: Job) -> pd.DataFrame:
        if job.spec == plans[1] and 10 in job.replicates:
            raise RuntimeError("lost")
        return table_of(job, lambda *_: 1.0)

    answer_with(monkeypatch, sometimes)
    answer = compare(plans, pairs=20, months=2, executor=serial())
    assert set(answer.summary["pairs_used"]) == {19}
    assert answer.to_json()["failures"] == [
        {"scenario": "wonosari", "replicates": [10], "message": "RuntimeError: lost"}
    ]


def test_when_no_pair_is_whole_every_indicator_is_unknown(
    plans: list[Specification], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crosswise(job: Job) -> pd.DataFrame:
        if (job.spec == plans[1]) == (job.replicates[-1] >= 10):
            raise RuntimeError("lost")
        return table_of(job, lambda *_: 1.0)

    answer_with(monkeypatch, crosswise)
    answer = compare(plans, pairs=20, months=2, executor=serial())
    assert answer.summary["indicator"].tolist() == list(INDICATORS)
    assert set(answer.summary["pairs_used"]) == {0}
    assert answer.headline is None


def test_when_nothing_succeeds_that_is_the_answer(plans: list[Specification], monkeypatch: pytest.MonkeyPatch) -> None:
    def never(job: Job) -> pd.DataFrame:
        raise RuntimeError("lost")

    answer_with(monkeypatch, never)
    with pytest.raises(ExperimentError, match="no run of 'wonosari' succeeded: RuntimeError: lost"):
        compare(plans, pairs=1, months=2, executor=serial())


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"pairs": 0}, "pairs: 0 is not allowed; give a whole number from 1 to 100000"),
        ({"pairs": 100_001}, "pairs: 100001"),
        ({"pairs": True}, "pairs: True"),
        ({"months": 0}, "months: 0 is not allowed; give a whole number from 1 to 600"),
        ({"months": 2.5}, "months: 2.5"),
        ({"seed": -1}, "seed: -1"),
        ({"workers": 0}, "workers: 0"),
        ({"smallest_difference": -0.1}, "smallest difference: -0.1 is not allowed; give a share from 0 to 1"),
        ({"smallest_difference": "0.03"}, "smallest difference: '0.03' is not allowed; give a share from 0 to 1"),
        ({"smallest_difference": float("nan")}, "smallest difference: nan"),
        ({"assumptions": "some"}, "assumptions: 'some' is not known; allowed: drawn, fixed"),
        ({"scenarios": ["wonosari"]}, "at least two scenarios"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(asked: list[Job], wrong: dict, message: str) -> None:
    question = {"scenarios": ["wonosari", "purwokerto"]} | wrong
    with pytest.raises(ExperimentError, match=message):
        compare(question.pop("scenarios"), **question)
    assert asked == []


def test_whole_numbers_of_numpy_will_do(plans: list[Specification], asked: list[Job]) -> None:
    answer = compare(plans, pairs=np.int64(2), months=np.int64(2), seed=np.int64(1), executor=serial())
    assert answer.to_json() == compare(plans, pairs=2, months=2, executor=serial()).to_json()
    assert len(asked) == 2


def test_the_answer_is_plain_json(plans: list[Specification], asked: list[Job]) -> None:
    answer = compare([load("purwokerto"), *plans], pairs=2, months=2, executor=serial())
    told = json.loads(json.dumps(answer.to_json(), allow_nan=False))
    assert set(told["scenarios"]) == {"wonosari", "wonosari (2)"}
    assert {tuple(row) for row in told["scenarios"]["wonosari"].values()} == {tuple(COLUMNS)}
