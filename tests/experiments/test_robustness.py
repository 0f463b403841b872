"""Plans over many futures: regret as it is defined, where a plan fails, and none where there is only noise."""

import json
import math
import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from experiments import Robustness, compare, robustness, serial
from experiments.errors import Cancelled, ExperimentError
from experiments.futures import ask
from experiments.jobs import Job, code_version
from experiments.regrets import regret
from experiments.store import command as command_asked
from model.beliefs import draw
from model.indicators import INDICATORS
from scenarios import Specification, load, parameters
from tests.experiments.made_up import answer_with, cloud, table_of

COMMAND = "robustness"
STRONG, OTHER = [name for name, each in parameters().items() if each.low < each.high and each.scale == "linear"][:2]
PLANS = ("wonosari", "wonosari-steady-budget")
SMALL = ("--set", "setting.clients=60", "--months", "1", "--workers", "1")


def middle(name: str) -> float:
    return parameters()[name].quantile(0.5)


@cache
def weak(seed: int, future: int) -> bool:
    """Where the second plan falls short: one parameter is high and another low."""
    values = draw(load("wonosari"), seed, future, "drawn")
    return values[STRONG] > middle(STRONG) and values[OTHER] < middle(OTHER)


@pytest.fixture
def boxed(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The first plan has half of the clients in work in every future, the second 0.6, but 0.3 in a known box."""
    jobs: list[Job] = []

    def stand_in(job: Job) -> pd.DataFrame:
        jobs.append(job)
        steady = job.spec.name.startswith("wonosari-steady-budget")
        return table_of(job, lambda _, replicate: (0.3 if weak(job.seed, replicate) else 0.6) if steady else 0.5)

    answer_with(monkeypatch, stand_in)
    return jobs


@pytest.fixture
def lucky(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outcomes are luck alone."""
    luck = cloud(1000, 2, "futures")

    def stand_in(job: Job) -> pd.DataFrame:
        plan = int(job.spec.name.startswith("wonosari-steady-budget"))
        return table_of(job, lambda _, replicate: luck[replicate, plan])

    answer_with(monkeypatch, stand_in)


def judged(small: Specification, steady: Specification, **asked) -> Robustness:
    asked = {"futures": 150, "months": 1, "indicators": ["employed_share"]} | asked
    return robustness([small, steady], executor=serial(), **asked)


def test_regret_is_against_the_best_of_the_same_future() -> None:
    values = pd.DataFrame({"a": [0.1, 0.5, 0.2], "b": [0.3, 0.4, math.nan], "c": [0.2, 0.5, 0.1]})
    higher = regret(values, higher_is_better=True)
    assert higher.to_dict("list") == {"a": [0.2, 0], "b": [0, 0.1], "c": [0.1, 0]}, "the third future is not known"
    assert regret(values, higher_is_better=False).to_dict("list") == {"a": [0, 0.1], "b": [0.2, 0], "c": [0.1, 0.1]}


def test_the_summary_counts_futures_by_regret(small: Specification, steady: Specification, boxed: list[Job]) -> None:
    found = judged(small, steady)
    inside = sum(weak(1, future) for future in range(150))
    assert 10 < inside < 75
    first, second = found.summary.to_dict("records")
    assert (first["scenario"], second["scenario"]) == PLANS
    assert (first["median"], first["worst_tenth"], second["median"]) == (0.5, 0.5, 0.6)
    assert second["worst_tenth"] == pytest.approx(0.3)
    assert (first["best"], second["best"]) == (inside, 150 - inside)
    assert (first["fails"], second["fails"]) == (150 - inside, inside)
    assert first["near_best"] == inside
    assert (second["regret_median"], second["regret_max"]) == (0, pytest.approx(0.2))
    assert first["regret_worst_tenth"] == pytest.approx(0.1)


def test_where_a_plan_fails_is_found_and_checked(small: Specification, steady: Specification, boxed: list[Job]) -> None:
    finding = judged(small, steady).findings[1]
    assert finding.standing == "rule"
    found = {each.name: each for each in finding.conditions}
    assert {name: each.above for name, each in found.items()} == {STRONG: True, OTHER: False}
    for name, each in found.items():
        belief = parameters()[name]
        assert each.value == pytest.approx(middle(name), abs=0.1 * (belief.high - belief.low))
        assert (each.unit, each.grade) == (belief.unit, belief.grade)
    assert finding.rule is not None
    assert (finding.rule.found_on.futures, finding.rule.held_back.futures) == (100, 50)
    assert finding.rule.held_back.density > 0.7
    assert finding.rule.held_back.coverage > 0.7


def test_where_there_is_only_luck_no_rule_is_claimed(small: Specification, steady: Specification, lucky: None) -> None:
    findings = [each for seed in (1, 2) for each in judged(small, steady, seed=seed).findings]
    assert {each.standing for each in findings} == {"none"}
    assert findings[0].to_json()["said"] == "no rule found that holds on held-back runs"


def test_a_threshold_says_what_fails(small: Specification, steady: Specification, boxed: list[Job]) -> None:
    low, high, met = (judged(small, steady, threshold=value) for value in (0.2, 0.7, 0.5))
    assert [each.standing for each in low.findings] == ["never", "never"]
    assert [each.standing for each in high.findings] == ["always", "always"]
    assert met.summary["fails"].tolist()[0] == 0, "a threshold that is met is not missed"
    few = judged(small, steady, futures=9)
    assert few.findings[1].standing in ("few", "never")


def test_less_is_better_where_the_indicator_says_so(
    small: Specification, steady: Specification, boxed: list[Job]
) -> None:
    found = judged(small, steady, indicators=["reoffending_24m", "employed_share"])
    less, more = (found.summary[found.summary["indicator"] == name] for name in found.indicators)
    assert less["best"].tolist() == more["best"].tolist()[::-1]
    assert less["worst_tenth"].tolist() == pytest.approx([0.5, 0.6])
    assert len(found.runs) == 2 * 2 * 150


def test_the_runs_are_those_of_a_comparison(small: Specification, steady: Specification, boxed: list[Job]) -> None:
    compare([small, steady], pairs=150, months=1, executor=serial())
    boxed.clear()
    judged(small, steady)
    assert boxed == []


def test_futures_are_the_draws_of_the_model(small: Specification, steady: Specification, boxed: list[Job]) -> None:
    futures = ask([small, steady], futures=3, months=1, seed=7).inputs()
    assert futures.loc[2, STRONG] == draw(steady, 7, 2, "drawn")[STRONG]
    assert not set(futures.columns) & (small.pinned | steady.pinned)
    assert futures.index.tolist() == [0, 1, 2]


def test_the_setting_may_differ_between_futures(small: Specification, monkeypatch: pytest.MonkeyPatch) -> None:
    def stand_in(job: Job) -> pd.DataFrame:
        hard = job.spec.setting.open_unemployment_rate > 0.06 and job.spec.lever("funding.annual_budget_idr", 0) > 2e8
        return table_of(job, lambda *_: 0.3 if hard else 0.5)

    answer_with(monkeypatch, stand_in)
    found = robustness([small, "wonosari-everything"], executor=serial(), futures=36, months=1,
                       indicators=["employed_share"], threshold=0.4, smallest_difference=0.01,
                       surroundings={"setting.open_unemployment_rate": "0.02:0.1"})  # fmt: skip
    assert found.to_json()["surroundings"] == {"setting.open_unemployment_rate": [0.02, 0.1]}
    rates = found.futures["setting.open_unemployment_rate"]
    assert rates.min() < 0.0225
    assert rates.max() > 0.0975
    finding = next(each for each in found.findings if each.standing == "rule")
    (condition,) = finding.conditions
    assert (condition.name, condition.above, condition.grade) == ("setting.open_unemployment_rate", True, "")
    assert condition.value == pytest.approx(0.06, abs=0.005)


def test_failures_are_rows_and_their_futures_are_left_out(
    small: Specification, steady: Specification, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sometimes(job: Job) -> pd.DataFrame:
        if job.spec.name == "wonosari" and 3 in job.replicates:
            raise ZeroDivisionError("no counsellor")
        return table_of(job, lambda *_: 0.5)

    answer_with(monkeypatch, sometimes)
    found = judged(small, steady, futures=20)
    assert (found.planned, found.done, len(found.runs)) == (40, 39, 39)
    assert found.summary["futures_used"].tolist() == [19, 19]
    assert found.runs[found.runs["future"] == 3]["regret"].isna().tolist() == [True]
    told = found.to_json()
    assert told["failed"] == 1
    assert told["failures"] == [{"scenario": "wonosari", "futures": [3], "message": "ZeroDivisionError: no counsellor"}]


def test_a_stop_keeps_what_is_done(small: Specification, steady: Specification, boxed: list[Job]) -> None:
    with pytest.raises(Cancelled):
        judged(small, steady, cancelled=lambda: len(boxed) >= 4)
    assert len(boxed) < 30
    judged(small, steady)
    assert len(boxed) == 30, "what was finished is not computed again"


def test_an_indicator_nobody_can_know_is_said(
    small: Specification, steady: Specification, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, lambda job: table_of(job, lambda *_: math.nan))
    with pytest.raises(ExperimentError, match="'employed_share' is unknown in every future"):
        judged(small, steady)
    with pytest.raises(ExperimentError, match="nobody is followed for long enough"):
        judged(small, steady, indicators=())


def test_the_command_gives_the_numbers_of_the_library(pokmas, boxed: list[Job], tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("table.csv", "runs.parquet", "futures.csv")]
    options = [part for name, path in zip(("out", "runs-out", "futures-out"), files, strict=True)
               for part in (f"--{name}", str(path))]  # fmt: skip
    asked = (*PLANS, *SMALL, "--futures", "60", "--indicator", "employed_share")
    code, out, err = pokmas(*asked, "--json", *options)
    assert code == 0
    assert "120 runs" in err
    told = json.loads(out)
    found = robustness(PLANS, executor=serial(), futures=60, months=1, indicators=["employed_share"],
                       overrides={"setting.clients": 60})  # fmt: skip
    assert told == found.to_json() | {"command": command_asked()}
    assert (told["code"], told["surroundings"]) == (code_version(), {})
    assert (told["planned"], told["done"], told["failed"]) == (120, 120, 0)
    assert set(told["plans"][PLANS[1]]["employed_share"]["where_it_fails"]) == {
        "standing", "said", "conditions", "found_on", "held_back",
    }  # fmt: skip
    written = pd.read_csv(files[0])
    assert written["scenario"].tolist() == list(PLANS)
    assert {"standing", "conditions", "held_back_density"} <= set(written.columns)
    assert len(pd.read_parquet(files[1])) == 120
    assert len(pd.read_csv(files[2])) == 60


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("2 plans in 150 futures", "Regret: how much better", "fails above all where", "that were held back",
                "Planned 300 runs, done 300, failed 0.", "never for judging a person")),
        ("id", ("2 rencana dalam 150 masa depan", "Sesal: seberapa", "gagal terutama bila", "yang disisihkan",
                "selesai 300", "bukan untuk menilai seseorang")),
    ],
)  # fmt: skip
def test_people_read_sentences(pokmas, boxed: list[Job], lang: str, words: tuple[str, ...]) -> None:
    code, out, _ = pokmas(*PLANS, *SMALL, "--futures", "150", "--indicator", "employed_share", "--lang", lang)
    assert code == 0
    assert {"en": "Changed in every plan", "id": "Diubah di setiap rencana"}[lang] in out.splitlines()[0]
    assert [each for each in words if each not in " ".join(out.split())] == []


def test_an_estimate_computes_one_block(pokmas, boxed: list[Job]) -> None:
    code, out, err = pokmas(*PLANS, *SMALL, "--futures", "30", "--estimate")
    assert (code, out, len(boxed)) == (0, "", 1)
    assert err.startswith("60 runs, 50 of them to compute")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "Missing argument"),
        (("wonosari",), "one plan given; regret needs two or more"),
        (("wonosari", "wonosari"), "'wonosari' and 'wonosari' are the same plan"),
        (("wonosari", "wonosari-steady-budgt"), "nearest: wonosari-steady-budget"),
        ((*PLANS, "--indicator", "employd_share"), "nearest: employed_share"),
        ((*PLANS, "--indicator", "offences", "--indicator", "offences"), "given twice"),
        ((*PLANS, "--futures", "0"), "futures: 0 is not allowed"),
        ((*PLANS, "--futures", "many"), "'many' is not a whole number"),
        ((*PLANS, "--futures", "5000000"), "futures: 5000000 is not allowed"),
        (("wonosari",) * 100 + ("--futures", "100000"), r"10,000,000 runs; at most 200,000 .* --max-runs 10000000"),
        ((*PLANS, "--threshold", "0.3"), "the one --indicator"),
        ((*PLANS, "--indicator", "employed_share", "--threshold", "65"), "65 is no share; give 0 to 1 .0.65 is 65 in"),
        ((*PLANS, "--smallest-difference", "3"), "give a share from 0 to 1"),
        ((*PLANS, "--vary", "levers.funding.annual_budget_idr=1:2"), "levers belong to the plans"),
        ((*PLANS, "--vary", "setting.clients=5"), "--vary setting.clients=5 needs a range LOW:HIGH"),
        ((*PLANS, "--vary", "setting.clients"), "--vary setting.clients needs a range .* setting.clients=0:10"),
        ((*PLANS, "--vary", "setting.informal_share"), "for instance setting.informal_share=0:1$"),
        ((*PLANS, "--vary", "setting.clients="), "--vary setting.clients=: write KEY=LOW:HIGH"),
        ((*PLANS, "--vary", "setting.clients=900000:1200000", "--futures", "9"),
         "future [1-8]: .*clients = 1[0-9]{6}: must be a whole number from 0 to 1000000"),
        ((*PLANS, "--vary", "setting.cliens=5:6"), "nearest: setting.clients"),
        ((*PLANS, "--runs-out", "runs.doc"), "does not end in .csv or .parquet"),
        ((*PLANS, "--workers", "0"), "workers: 0 is not allowed"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line(pokmas, boxed: list[Job], args: tuple[str, ...], words: str) -> None:
    code, out, err = pokmas(*args)
    assert (code, out) == (2, "")
    assert re.fullmatch(rf"pokmas: .*{words}.*\n", err), err
    assert "--design" not in err
    assert boxed == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"surroundings": {"setting.clients": (5, 6)}}, r"setting.clients: \(5, 6\) is no text; write the range as"),
        ({"threshold": "a"}, "threshold: give a number, and the one --indicator"),
        ({"smallest_difference": "0.03"}, "smallest difference: '0.03' is not allowed; give a share from 0 to 1"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(boxed: list[Job], wrong: dict, words: str) -> None:
    with pytest.raises(ExperimentError, match=words):
        robustness(PLANS, futures=3, months=1, indicators=["employed_share"], **wrong)
    assert boxed == []


def test_a_real_run_from_end_to_end(small: Specification, steady: Specification) -> None:
    found = robustness([small, steady], futures=12, months=3, indicators=["employed_share"], workers=1)
    assert (found.planned, found.done) == (24, 24)
    assert found.summary["futures_used"].tolist() == [12, 12]
    assert found.summary["best"].sum() >= 12
    assert found.runs["regret"].min() == 0
    assert found.runs[found.runs["future"] == 5]["value"].between(0, 1).all()
    assert INDICATORS["employed_share"].smallest_difference == found.question.smallest_difference["employed_share"]
