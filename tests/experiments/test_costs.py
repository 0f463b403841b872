"""The frontier holds the plans that are worth their money, and how sure a share is follows Wilson's formula."""

import json
import math
import re
from dataclasses import replace

import pandas as pd
import pytest
from scipy.stats import binomtest

from experiments import Comparison, averted, compare, frontier, plane, serial
from experiments.cli import main
from experiments.errors import ExperimentError
from experiments.jobs import Job
from experiments.pairing import pairs_for, wilson
from model.indicators import INDICATORS
from scenarios import Specification, override
from tests.experiments.made_up import answer_with, table_of

BUDGET = "levers.funding.annual_budget_idr"
PLANS = {1: (0.0, 0.0), 2: (0.1, 1e6), 3: (0.05, 2e6), 4: (0.12, 9e6), 5: (0.2, 1e7)}
"""By budget: the share in work that a plan adds, and the money it costs more."""


@pytest.fixture
def answer(small: Specification, monkeypatch: pytest.MonkeyPatch) -> Comparison:
    def stand_in(job: Job) -> pd.DataFrame:
        gain, cost = PLANS[int(job.spec.lever("funding.annual_budget_idr", 0))]

        def value(name: str, replicate: int) -> float:
            luck = 0.01 * (replicate % 3)
            values = {"employed_share": 0.3 + gain + luck, "spent_idr": 5e6 + cost, "distress": 0.5 - gain}
            values |= {"offences": 100 - 50 * gain, "custody_cost_idr": 1e8 - 1e6 * gain, "public_cost_idr": 8e6 + cost}
            return values.get(name, 0.0)

        return table_of(job, value)

    answer_with(monkeypatch, stand_in)
    return compare([override(small, {BUDGET: money}) for money in PLANS], pairs=12, months=2, executor=serial())


def test_the_frontier_leaves_out_what_is_dominated(answer: Comparison) -> None:
    table = frontier(answer, "employed_share").set_index(pd.Index(list(PLANS)))
    assert table["status"].to_dict() == {
        1: "frontier", 2: "frontier", 3: "dominated", 4: "extended", 5: "frontier"
    }  # fmt: skip
    assert table["cost_per_gain"][[2, 5]].tolist() == pytest.approx([1e7, 9e7])
    assert table["cost_per_gain"][[1, 3, 4]].isna().all()
    assert table["better_dearer"].tolist() == [0, 12, 12, 12, 12]


def test_the_baseline_tells_the_pairs_that_are_used(answer: Comparison) -> None:
    table = answer.differences
    lost = (table["replicate"] < 3) & ((table["scenario"] == answer.scenarios[0]) | (table["replicate"] == 0))
    fewer = replace(answer, differences=table[~lost])
    assert frontier(fewer, "employed_share")["pairs_used"].tolist() == [11, 9, 11, 11, 11]


def test_gain_follows_the_direction_of_the_indicator(answer: Comparison) -> None:
    points = plane(answer, "distress")
    assert (points["gain"] > 0).sum() == 4 * 12, "less distress is a gain"
    assert list(points) == ["scenario", "replicate", "gain", "cost"]


def test_a_reoffence_averted_costs_the_extra_money_less_the_custody_saved(answer: Comparison) -> None:
    table = averted(answer)
    assert table["offences_averted"].tolist() == pytest.approx([5.0, 2.5, 6.0, 10.0])
    assert table["custody_saved_idr"].tolist() == pytest.approx([1e5, 5e4, 1.2e5, 2e5])
    expected = [(1e6 - 1e5) / 5, (2e6 - 5e4) / 2.5, (9e6 - 1.2e5) / 6, (1e7 - 2e5) / 10]
    assert table["cost_per_reoffence_averted_idr"].tolist() == pytest.approx(expected)


def test_where_nothing_is_averted_there_is_no_cost_of_it(small: Specification, answer: Comparison) -> None:
    again = compare([override(small, {BUDGET: 1})] * 2, pairs=3, months=2, executor=serial())
    assert averted(again)["cost_per_reoffence_averted_idr"].isna().all()


def test_a_plan_like_the_baseline_is_no_second_point_of_the_frontier(small: Specification, answer: Comparison) -> None:
    again = compare([override(small, {BUDGET: 1})] * 2, pairs=3, months=2, executor=serial())
    assert frontier(again, "employed_share")["status"].tolist() == ["frontier", "dominated"]


def test_unknown_indicators_are_one_clear_line(answer: Comparison) -> None:
    with pytest.raises(ExperimentError, match=r"effect: 'employed_shar' is no indicator; nearest: employed_share"):
        plane(answer, "employed_shar")
    with pytest.raises(ExperimentError, match=r"cost: 'gold' is no indicator"):
        plane(answer, "distress", "gold")


def test_outcomes_are_quantiles_of_what_each_plan_came_to(answer: Comparison) -> None:
    table = answer.outcomes
    assert table["scenario"].unique().tolist() == [answer.baseline, *answer.scenarios]
    work = table[(table["indicator"] == "employed_share") & (table["scenario"] == answer.baseline)].iloc[0]
    assert [work[name] for name in ("q05", "q50", "q95")] == pytest.approx([0.30, 0.31, 0.32])


@pytest.mark.parametrize("of", range(1, 200))
def test_the_range_of_no_pair_begins_at_zero(of: int) -> None:
    assert (wilson(0, of)[0], wilson(of, of)[1]) == (0, 1)


@pytest.mark.parametrize(("count", "of"), [(0, 5), (5, 5), (3, 20), (70, 100)])
def test_the_range_of_a_share_is_wilsons(count: int, of: int) -> None:
    oracle = binomtest(count, of).proportion_ci(0.9, method="wilson")
    assert wilson(count, of) == pytest.approx((oracle.low, oracle.high))


def test_so_many_pairs_are_enough_and_one_fewer_is_not() -> None:
    assert all(math.isnan(end) for end in wilson(0, 0))
    needed = pairs_for(0.5, 0.1)
    assert wilson(needed, 2 * needed)[1] - wilson(needed, 2 * needed)[0] < 0.1
    z = 1.6448536269514722
    width = [2 * z * math.sqrt(0.25 / n + z * z / 4 / n / n) / (1 + z * z / n) for n in (needed, needed - 1)]
    assert width[0] <= 0.1 < width[1]
    for wrong in (0.0, 1.0, -1.0, float("nan"), 1e-9):
        with pytest.raises(ExperimentError, match="width"):
            pairs_for(0.5, wrong)


def test_the_table_of_enough_keeps_the_counts(answer: Comparison) -> None:
    table = answer.enough(0.2)
    row = table[table["indicator"] == "employed_share"].iloc[0]
    assert (row["pairs_used"], row["better_share"]) == (12, 1.0)
    assert row["better_low"] == pytest.approx(wilson(12, 12)[0])
    assert row["pairs_needed"] == pairs_for(1.0, 0.2)


def test_the_command_shows_costs_outcomes_and_how_sure_it_is(
    asked: list[Job], capsys: pytest.CaptureFixture[str], tmp_path
) -> None:
    command = ("compare", "wonosari", "wonosari-steady-budget", "--pairs", "5", "--months", "2", "--workers", "1")
    command += ("--costs", "--outcomes", "--effect", "employed_share", "--out", str(tmp_path / "table.csv"))
    for lang, words in (("en", "Cost against outcome (clients in work)"), ("id", "Biaya dan hasil (klien yang")):
        with pytest.raises(SystemExit) as end:
            main((*command, "--lang", lang))
        out = capsys.readouterr().out
        assert not end.value.code
        assert words in out
        assert re.search(r"0 (of|dari) 100 (pairs|pasangan)", out)
    with pytest.raises(SystemExit):
        main((*command, "--width", "0.2", "--json"))
    told = json.loads(capsys.readouterr().out)
    assert told["costs"]["effect"] == "employed_share"
    assert {"pairs_needed", "outcomes", "width"} <= set(told)


def test_where_no_reoffending_is_known_costs_say_so_and_all_else_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path
) -> None:
    def unknown(job: Job) -> pd.DataFrame:
        return table_of(job, lambda name, _: math.nan if name.startswith("reoffending") else 1.0)

    answer_with(monkeypatch, unknown)
    table = tmp_path / "table.csv"
    command = ("compare", "wonosari", "wonosari-steady-budget", "--pairs", "2", "--months", "1", "--workers", "1")
    for args in (("--out", str(table)), ("--json",)):
        with pytest.raises(SystemExit) as end:
            main((*command, "--costs", *args))
        assert not end.value.code
        out, err = capsys.readouterr()
        assert err == ""
        if args[0] == "--out":
            assert "No re-offending is known in these runs" in out
            assert "of a re-offence averted" in " ".join(out.split())
            assert len(pd.read_csv(table)) == len(INDICATORS)
        else:
            costs = json.loads(out)["costs"]
            assert (costs["effect"], costs["plans"], len(costs["averted"])) == (None, [], 1)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--effect", "happiness"), "effect: 'happiness' is no indicator"),
        (("--width", "0"), "width: 0 is not allowed"),
        (("--out", "table.docx"), "does not end in .csv or .parquet"),
    ],
)
def test_bad_input_is_told_before_anything_runs(
    asked: list[Job], capsys: pytest.CaptureFixture[str], args: tuple[str, ...], words: str
) -> None:
    with pytest.raises(SystemExit) as end:
        main(("compare", "wonosari", "purwokerto", *args))
    assert end.value.code == 2
    assert re.fullmatch(rf"pokmas: .*{words}.*\n", capsys.readouterr().err)
    assert asked == []
