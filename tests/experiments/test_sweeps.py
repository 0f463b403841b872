"""Every point of a sweep is compared with the baseline pair by pair, and planned, done and rows agree."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from experiments import compare, serial, sweep
from experiments.errors import ExperimentError
from experiments.jobs import Job, code_version
from experiments.store import command as command_asked
from experiments.sweeping import ask
from model.indicators import INDICATORS
from scenarios import Specification, override
from tests.experiments.made_up import answer_with, table_of

COMMAND = "sweep"
BUDGET = "levers.funding.annual_budget_idr"
SMALL = ("--set", "setting.clients=60", "--months", "2", "--workers", "1")


@pytest.fixture
def bought(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Jobs computed by a stand-in in which a billion buys a share of work, and luck a tenth of the replicate."""
    jobs: list[Job] = []

    def stand_in(job: Job) -> pd.DataFrame:
        jobs.append(job)
        money = job.spec.lever("funding.annual_budget_idr", 0)
        return table_of(job, lambda name, replicate: money / 1e9 + replicate / 10 if name == "employed_share" else 0.0)

    answer_with(monkeypatch, stand_in)
    return jobs


def test_points_are_paired_with_the_baseline(small: Specification, bought: list[Job]) -> None:
    spec = override(small, {BUDGET: 1e8})
    found = sweep(spec, {BUDGET: [1e8, 2e8]}, pairs=12, months=2, executor=serial())
    assert (found.planned, len(found.runs), found.failed) == (36, 36, 0)
    work = found.summary[found.summary["indicator"] == "employed_share"]
    assert work[BUDGET].tolist() == [1e8, 2e8]
    assert work["median_difference"].tolist() == pytest.approx([0, 0.1]), "luck is the same on both sides"
    assert work["better"].tolist() == [0, 12]
    assert len(found.summary) == 2 * len(INDICATORS)
    assert len(bought) == 4, "the point that is the baseline is not computed twice"


def test_a_sweep_gives_the_numbers_of_a_comparison(small: Specification, bought: list[Job]) -> None:
    other = override(small, {BUDGET: 5e8})
    pair = compare([small, other], pairs=5, months=2, executor=serial()).summary.drop(columns="scenario")
    found = sweep(small, {BUDGET: "5e8"}, pairs=5, months=2, executor=serial()).summary
    assert_frame_equal(found.drop(columns=["point", BUDGET]), pair, check_exact=True)


def test_what_is_stored_is_not_computed_again(small: Specification, bought: list[Job]) -> None:
    first = sweep(small, {BUDGET: "1e8,2e8"}, pairs=10, months=2, executor=serial())
    bought.clear()
    again = sweep(small, {BUDGET: "1e8,2e8,3e8"}, pairs=10, months=2, executor=serial())
    assert [job.spec.lever("funding.annual_budget_idr", 0) for job in bought] == [3e8]
    assert_frame_equal(again.summary.iloc[: len(first.summary)], first.summary, check_exact=True)


def test_setting_levers_and_parameters_may_vary(small: Specification, tmp_path: Path) -> None:
    name = next(iter(small.parameters))
    value = repr(float(small.parameters[name]))
    question = ask(small, {"setting.villages": "5,6", BUDGET: "1e8,2e8", f"parameters.{name}": f"{value},{value}"},
                   design="list", pairs=1, months=1)  # fmt: skip
    assert [spec.setting.villages for spec in question.specifications[1:]] == [5, 6]
    assert all(name in spec.pinned for spec in question.specifications[1:])


def test_failures_are_counted_and_whole_pairs_stay(small: Specification, monkeypatch: pytest.MonkeyPatch) -> None:
    def sometimes(job: Job) -> pd.DataFrame:
        if job.spec.lever("funding.annual_budget_idr", 0) == 2e8 and 3 in job.replicates:
            raise ZeroDivisionError("no counsellor")
        return table_of(job, lambda *_: 0.5)

    answer_with(monkeypatch, sometimes)
    found = sweep(small, {BUDGET: "1e8,2e8"}, pairs=10, months=2, executor=serial())
    assert (found.planned, len(found.runs), found.failed) == (30, 29, 1)
    used = found.summary[found.summary["indicator"] == "employed_share"]["pairs_used"]
    assert used.tolist() == [10, 9]
    assert [failure.job.spec.name for failure in found.failures] == ["wonosari-2"]


def test_the_command_gives_the_numbers_of_the_library(pokmas, bought: list[Job], tmp_path: Path) -> None:
    code, out, err = pokmas("wonosari", "--vary", f"{BUDGET}=1e8,2e8", "--pairs", "3", *SMALL,
                            "--smallest-difference", "0.04", "--json")  # fmt: skip
    assert code == 0
    assert re.fullmatch(r"9 runs, 6 of them to compute: about 00:0\d with 1 at one time, .* measured on 3 runs.\n", err)
    told = json.loads(out)
    asked = {"pairs": 3, "months": 2, "overrides": {"setting.clients": 60}}
    answer = sweep("wonosari", {BUDGET: "1e8,2e8"}, smallest_difference=0.04, executor=serial(), **asked)
    assert told == answer.to_json() | {"command": command_asked()}
    assert (told["code"], told["smallest_difference"]["employed_share"]) == (code_version(), 0.04)
    assert told["overrides"] == {"setting.clients": "60"}
    assert [point["values"] for point in told["points"]] == [{BUDGET: 1e8}, {BUDGET: 2e8}]


def test_tables_are_written_and_counted(pokmas, bought: list[Job], tmp_path: Path) -> None:
    table, runs = tmp_path / "table.csv", tmp_path / "runs.parquet"
    code, out, _ = pokmas("wonosari", "--vary", f"{BUDGET}=1e8,2e8", "--pairs", "3", *SMALL, "--lang", "id",
                          "--indicator", "employed_share", "--out", str(table), "--runs-out", str(runs))  # fmt: skip
    assert code == 0
    assert f"{table}: {2 * len(INDICATORS)} baris" in out
    assert "Direncanakan 9 jalannya simulasi, selesai 9, gagal 0." in out
    assert out.splitlines()[1] == "Diubah: setting.clients = 60."
    written = pd.read_csv(table, sep=";", decimal=",", encoding="utf-8-sig")
    assert written[BUDGET].unique().tolist() == [1e8, 2e8]
    assert pd.read_parquet(runs)["point"].tolist() == [0] * 3 + [1] * 3 + [2] * 3


def test_a_plan_is_written_edited_and_run(pokmas, bought: list[Job], tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    assert pokmas("wonosari", "--vary", f"{BUDGET}=1e8:2e8", "--design", "sobol", "--points", "4",
                  "--write-plan", str(path))[0] == 0  # fmt: skip
    assert bought == []
    path.write_text("\n".join(path.read_text().splitlines()[:3]) + "\n")
    code, out, _ = pokmas("wonosari", "--plan", str(path), "--pairs", "2", *SMALL, "--json")
    assert (code, len(json.loads(out)["points"])) == (0, 2)


@pytest.mark.parametrize(
    ("lang", "same", "other"),
    [
        ("en", "Every point has the same people", "The settings differ, so these are different people"),
        ("id", "Setiap titik berisi orang yang sama", "Latarnya berbeda, jadi orangnya berbeda"),
    ],
)
def test_where_a_setting_varies_nobody_is_told_of_the_same_people(
    pokmas, bought: list[Job], lang: str, same: str, other: str
) -> None:
    asked = ("--pairs", "2", "--indicator", "employed_share", *SMALL, "--lang", lang)
    for vary, said, unsaid in ((f"{BUDGET}=1e8,2e8", same, other), ("setting.clients=60,70", other, same)):
        out = pokmas("wonosari", "--vary", vary, *asked)[1]
        assert (said in out, unsaid in out) == (True, False), vary


def test_an_estimate_computes_little(pokmas, bought: list[Job]) -> None:
    code, out, err = pokmas("wonosari", "--vary", f"{BUDGET}=1e8,2e8", "--pairs", "30", *SMALL, "--estimate")
    assert (code, out, len(bought)) == (0, "", 1)
    assert err.startswith("90 runs, 80 of them to compute")


@pytest.fixture
def unlucky(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Runs of the replicate 3 fail, and any of a scenario named here."""
    lost: list[str] = []

    def sometimes(job: Job) -> pd.DataFrame:
        if 3 in job.replicates or job.spec.name in lost:
            raise ZeroDivisionError("no counsellor")
        return table_of(job, lambda *_: 0.5)

    answer_with(monkeypatch, sometimes)
    return lost


def test_a_run_that_fails_in_the_first_block_is_a_row_and_the_rest_finishes(pokmas, unlucky: list[str]) -> None:
    code, out, err = pokmas("wonosari", "--vary", f"{BUDGET}=1e8,2e8", "--pairs", "20", *SMALL, "--json")
    told = json.loads(out)
    assert (code, told["done"], told["failed"], len(told["failures"])) == (1, 57, 3, 3)
    assert err.startswith("60 runs, 51 of them to compute"), "those that failed are tried again"
    assert "measured on 9 runs" in err


def test_a_first_block_of_which_nothing_comes_back_is_one_clear_line(pokmas, unlucky: list[str]) -> None:
    unlucky += ["wonosari"]
    code, out, err = pokmas("wonosari", "--vary", f"{BUDGET}=1e8,2e8", "--pairs", "20", *SMALL, "--json")
    assert (code, out) == (2, "")
    assert re.fullmatch("pokmas: the first block failed, .*: ZeroDivisionError: no counsellor\n", err)


def test_an_estimate_is_one_json_object(pokmas, bought: list[Job]) -> None:
    code, out, err = pokmas("wonosari", "--vary", f"{BUDGET}=1,2", "--pairs", "30", *SMALL, "--estimate", "--json")
    told = json.loads(out)
    assert (code, err, told["runs"], told["missing"], told["workers"]) == (0, "", 90, 80, 1)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--vary", f"{BUDGET}=1:2", "--design", "lhs", "--points", "100000", "--pairs", "100"),
         r"10,000,100 runs; at most 200,000 .* --max-runs 10000100"),
        (("--vary", "setting.clients=10,20", "--pairs", "1", "--max-runs", "0"), "3 runs; at most 0 are started"),
        (("--vary", f"{BUDGET}=1", "--max-runs", "-5"), "max-runs: -5 is not allowed; give a whole number from 0 to"),
        (("--vary", f"{BUDGET}=1", "--write-plan", "x.txt"), "write-plan: 'x.txt' does not end in .csv"),
        (("--vary", f"{BUDGET}=1,-2"), "point 2: .*-2: must be a number from 0"),
        (("--vary", "levers.funding.anual_budget_idr=1"), "point 1: .*nearest: levers.funding.annual_budget_idr"),
        (("--vary", f"{BUDGET}=1", "--plan", "x.csv"), "not both"),
        ((), "nothing varies"),
        (("--vary", f"{BUDGET}=1", "--indicator", "employd_share"), "nearest: employed_share"),
        (("--vary", f"{BUDGET}=1", "--out", "table.doc"), "does not end in .csv or .parquet"),
        (("--vary", f"{BUDGET}=1", "--runs-out", "no/such/table.csv"), "no such folder"),
        (("--vary", f"{BUDGET}=1", "--pairs", "0"), "pairs: 0 is not allowed"),
        (("--vary", f"{BUDGET}=1", "--workers", "0"), "workers: 0 is not allowed"),
        (("--vary", f"{BUDGET}=1", "--design", "spiral"), "'spiral' is not known"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line(pokmas, bought: list[Job], args: tuple[str, ...], words: str) -> None:
    code, out, err = pokmas("wonosari", *args)
    assert (code, out) == (2, "")
    assert re.fullmatch(rf"pokmas: .*{words}.*\n", err), err
    assert bought == []


def test_more_than_the_disk_holds_is_told_in_a_fitting_unit(
    small: Specification, bought: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.estimates.free_bytes", lambda _: 12_000)
    with pytest.raises(ExperimentError, match=r"would take [\d.,]+ kB, but 12 kB are free in"):
        ask(small, {BUDGET: "1,2"}, pairs=50, months=3).estimate()


def test_more_runs_may_be_allowed(small: Specification) -> None:
    with pytest.raises(ExperimentError, match="at most 5"):
        ask(small, {BUDGET: "1,2"}, pairs=2, most_runs=5)
    assert len(ask(small, {BUDGET: "1,2"}, pairs=2, most_runs=6).plan) == 2
