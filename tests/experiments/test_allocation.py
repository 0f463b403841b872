"""Splits of a budget: spread over all that are possible, judged as a set, with their spending checked in the ledger."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import Allocation, allocate, serial
from experiments.allocating import ask, splits
from experiments.errors import Cancelled, ExperimentError
from experiments.jobs import Job, code_version
from experiments.store import command as command_asked
from experiments.uses import PROMISES
from scenarios import Specification
from tests.experiments.made_up import answer_with, table_of

COMMAND = "allocate"
BUDGET = 240_000_000
USES = ("activities", "coaching", "tools", "media")
SMALL = ("--set", "setting.clients=60", "--months", "12", "--workers", "1", "--uses", ",".join(USES))
MEDIA = PROMISES["media"].lever


def spends(job: Job, name: str, outcome: float, spent: float = 1.0) -> float:
    yearly = job.spec.lever("funding.annual_budget_idr", 0)
    return yearly * spent * job.months / 12 if name == "spent_idr" else outcome


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Work grows with media up to a reach of 0.4 and is 0.1 lower without; luck is a tenth of the replicate."""
    jobs: list[Job] = []

    def stand_in(job: Job) -> pd.DataFrame:
        jobs.append(job)
        work = 0.5 + 0.25 * min(job.spec.lever("community.media_reach", 0), 0.4)
        return table_of(job, lambda name, replicate: spends(job, name, work + replicate / 100))

    answer_with(monkeypatch, stand_in)
    return jobs


def split(small: Specification, **asked) -> Allocation:
    asked = {"budget": BUDGET, "points": 16, "pairs": 4, "months": 12, "indicator": "employed_share"} | asked
    return allocate(small, asked.pop("uses", USES), executor=serial(), **asked)


@pytest.mark.parametrize("uses", [2, 3, 6])
def test_splits_are_whole_per_cents_spread_over_the_simplex(uses: int) -> None:
    found = np.array(splits(uses, 256, 1))
    assert found.shape[1] == uses
    assert found.min() >= 0
    assert found.sum(axis=1) == pytest.approx(1)
    assert np.round(100 * found) == pytest.approx(100 * found)
    assert found.mean(axis=0) == pytest.approx(1 / uses, abs=0.03), "no use comes first"
    assert len(set(map(tuple, found))) == len(found)
    assert splits(uses, 16, 1) == splits(uses, 16, 1)
    assert splits(uses, 16, 1) != splits(uses, 16, 2)


def test_the_set_holds_the_splits_that_keep_up(small: Specification, heard: list[Job]) -> None:
    found = split(small, smallest_difference=0.02)
    reach = found.splits[MEDIA]
    expected = [number for number, each in enumerate(reach) if number and 0.25 * (0.4 - min(each, 0.4)) < 0.02]
    assert 0 < len(expected) < 16
    assert found.inside["split"].tolist() == expected
    assert not found.splits["inside"][0], "the scenario reaches 2 in 100 villagers only"
    media = found.uses.set_index("use").loc["media"]
    assert media["low"] == found.inside["share_media"].min() > media["tried_low"]
    assert media["buys_low"] == found.inside[MEDIA].min() > 0.31
    assert set(found.splits["keeps_up"]) <= {0, 4}


def test_a_split_must_keep_up_in_enough_futures(small: Specification, monkeypatch: pytest.MonkeyPatch) -> None:
    """Money for tools does harm in one future of four."""

    def stand_in(job: Job) -> pd.DataFrame:
        tools = job.spec.lever("funding.tools_idr_per_year", 0) / BUDGET
        return table_of(job, lambda name, replicate: spends(job, name, 0.5 - tools * (replicate % 4 == 0)))

    answer_with(monkeypatch, stand_in)
    strict, mild = (split(small, enough=enough) for enough in (0.8, 0.75))
    assert len(strict.inside) < len(mild.inside) == 16
    assert strict.inside["share_tools"].max() < strict.splits["share_tools"].max()


def test_less_is_better_where_the_indicator_says_so(small: Specification, heard: list[Job]) -> None:
    found = split(small, indicator="reoffending_12m", smallest_difference=0.02)
    assert found.inside[MEDIA].max() < 0.4
    assert found.inside["mean"].max() < found.splits["mean"].max()


def test_where_nothing_matters_the_set_is_everything(small: Specification, asked: list[Job]) -> None:
    found = split(small)
    assert len(found.inside) == len(found.splits) - 1
    assert found.uses["low"].tolist() == found.uses["tried_low"].tolist()


def test_examples_differ(small: Specification, heard: list[Job]) -> None:
    found = split(small, smallest_difference=0.05)
    examples = found.examples()
    assert len(set(examples["split"])) == len(examples) == 4
    assert set(examples["split"]) <= set(found.inside["split"])
    assert sorted(found.examples(99)["split"]) == found.inside["split"].tolist()
    alike = replace(found, splits=found.splits.assign(**{name: 0.5 for name in found.splits if "share_" in name}))
    assert sorted(alike.examples(99)["split"]) == found.inside["split"].tolist()


def test_every_split_has_the_same_budget_and_spends_it(small: Specification, heard: list[Job]) -> None:
    found = split(small)
    assert {job.spec.lever("funding.annual_budget_idr", month) for job in heard for month in (0, 11)} == {BUDGET}
    assert found.splits["spent_idr_per_year"].tolist() == pytest.approx([BUDGET] * 17)
    assert found.uneven == []
    assert found.to_json()["spending"]["same_budget"]


def test_a_split_that_does_not_spend_its_budget_is_named(small: Specification, monkeypatch: pytest.MonkeyPatch) -> None:
    def stand_in(job: Job) -> pd.DataFrame:
        part = 0.9 if job.spec.name == "wonosari-3" else 1.04
        return table_of(job, lambda name, _: spends(job, name, 0.5, part))

    answer_with(monkeypatch, stand_in)
    found = split(small)
    assert found.uneven == [3]
    assert found.to_json()["spending"] == {
        "lowest_idr_per_year": pytest.approx(0.9 * BUDGET), "highest_idr_per_year": pytest.approx(1.04 * BUDGET),
        "same_budget": False, "not_at_budget": [3],
    }  # fmt: skip


def test_failures_are_counted_and_their_futures_left_out(small: Specification, monkeypatch: pytest.MonkeyPatch) -> None:
    def sometimes(job: Job) -> pd.DataFrame:
        if job.spec.name == "wonosari-2" or (job.spec.name == "wonosari-1" and 3 in job.replicates):
            raise ZeroDivisionError("no counsellor")
        return table_of(job, lambda name, _: spends(job, name, 0.5))

    answer_with(monkeypatch, sometimes)
    found = split(small)
    assert (found.planned, len(found.runs)) == (17 * 4, 17 * 4 - 5)
    assert found.splits["futures_used"].tolist() == [3, 3, 0] + [3] * 14
    assert 2 not in found.inside["split"].tolist()
    assert len(found.to_json()["failures"]) == 5


def test_a_stop_keeps_what_is_done(small: Specification, heard: list[Job]) -> None:
    with pytest.raises(Cancelled):
        split(small, cancelled=lambda: len(heard) >= 4)
    assert len(heard) < 17
    split(small)
    assert len(heard) == 17, "what was finished is not computed again"


def test_an_indicator_nobody_can_know_is_said(small: Specification, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, lambda job: table_of(job, lambda *_: float("nan")))
    with pytest.raises(ExperimentError, match="'employed_share' is unknown in every future"):
        split(small)
    with pytest.raises(ExperimentError, match="nobody is followed for long enough"):
        split(small, indicator=None)


def test_the_command_gives_the_numbers_of_the_library(
    pokmas, small: Specification, heard: list[Job], tmp_path: Path
) -> None:
    table, runs = tmp_path / "splits.csv", tmp_path / "runs.parquet"
    code, out, err = pokmas("wonosari", *SMALL, "--budget", str(BUDGET), "--points", "16", "--pairs", "4",
                            "--indicator", "employed_share", "--json", "--out", str(table),
                            "--runs-out", str(runs))  # fmt: skip
    assert code == 0
    assert "68 runs" in err
    told = json.loads(out)
    more = {"overrides": {"setting.clients": "60"}, "command": command_asked()}
    assert told == split(small).to_json() | more
    assert told["code"] == code_version()
    assert (told["planned"], told["done"], told["failed"]) == (68, 68, 0)
    assert told["budget_idr"] == BUDGET == pytest.approx(told["split_idr"] + sum(told["kept_idr"].values()))
    assert len(pd.read_csv(table)) == 17
    assert len(pd.read_parquet(runs)) == 68


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("16 splits of 240 million IDR a year", "are about equally good", "What it buys", "Ledger: every split",
                "Planned 68 runs, done 68, failed 0.", "never for judging a person")),
        ("id", ("16 pembagian 240 juta IDR setahun", "kurang lebih sama baiknya", "Yang diperoleh", "Buku kas: setiap",
                "selesai 68", "bukan untuk menilai seseorang")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("smallest", ["0.02", "0.9"])
def test_people_read_sentences(pokmas, heard: list[Job], lang: str, words: tuple[str, ...], smallest: str) -> None:
    code, out, _ = pokmas("wonosari", *SMALL, "--budget", str(BUDGET), "--points", "16", "--pairs", "4",
                          "--indicator", "employed_share", "--lang", lang,
                          "--smallest-difference", smallest)  # fmt: skip
    assert code == 0
    assert [each for each in words if each not in " ".join(out.split())] == []
    assert not re.search(r"optimal|\bbest\b|terbaik", out)


def test_what_no_split_can_pay_is_said(pokmas, heard: list[Job]) -> None:
    asked = [*SMALL[:-1], "activities,hub,media"]
    code, out, _ = pokmas("wonosari", *asked, "--budget", "60000000", "--points", "2", "--pairs", "1",
                          "--indicator", "employed_share")  # fmt: skip
    assert code == 0
    assert "so it was not tried: hub." in out


def test_an_estimate_computes_little(pokmas, heard: list[Job]) -> None:
    code, out, err = pokmas("wonosari", *SMALL, "--points", "4", "--pairs", "30", "--estimate")
    assert (code, out, len(heard)) == (0, "", 1)
    assert err.startswith("150 runs, 140 of them to compute")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--budget", "-240000000"), "budget: -240000000 is not allowed"),
        (("--budget", "240jt"), "'240jt' is no amount of rupiah; write all of its digits, such as 240000000"),
        (("--budget", "240.000"), r"'240\.000' is no amount of rupiah; write all of its digits"),
        (("--budget", "1000000"), "used up before anything can be split"),
        (("--uses", "activities,coachng"), "'coachng' is not known; nearest: coaching"),
        (("--uses", "activities"), "two or more"),
        (("--uses", ""), "'.*' is not known"),
        (("--points", "10"), "no power of two"),
        (("--points", "1"), "points: 1 is not allowed"),
        (("--points", "32768", "--pairs", "1000"), "at most 200,000"),
        (("--pairs", "0"), "pairs: 0 is not allowed"),
        (("--months", "18"), "whole years, such as 12, 24, 36"),
        (("--enough", "80"), "enough: 80 is not allowed"),
        (("--indicator", "employd_share"), "nearest: employed_share"),
        (("--smallest-difference", "3"), "give a share from 0 to 1"),
        (("--out", "splits.doc"), "does not end in .csv or .parquet"),
        (("--workers", "0"), "workers: 0 is not allowed"),
    ],
)
def test_bad_input_is_one_clear_line(pokmas, heard: list[Job], args: tuple[str, ...], words: str) -> None:
    code, out, err = pokmas("wonosari", *args)
    assert (code, out) == (2, "")
    assert re.fullmatch(rf"pokmas: .*{words}.*\n", err), err
    assert heard == []


def test_a_question_is_laid_out_before_it_runs(small: Specification) -> None:
    question = ask(small, USES, budget=BUDGET, points=4, pairs=2, months=12)
    assert len(question.amounts) == len(question.sweep.plan) == 4
    for amounts in question.amounts:
        assert sum(amounts.values()) == pytest.approx(question.purse.free)


def test_a_real_run_stays_at_its_budget(small: Specification) -> None:
    found = split(small, points=4, pairs=6, workers=1)
    assert (found.planned, len(found.runs)) == (30, 30)
    assert found.splits["spent_idr_per_year"].max() < 1.15 * BUDGET
    assert len(found.inside) >= 1
    assert found.splits["mean"].between(0, 1).all()
