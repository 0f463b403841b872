"""A trial says what an offer changes, what a pilot would see of it and how large a real one must be; it adds up."""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from experiments import serial, trial
from experiments.errors import ExperimentError
from experiments.jobs import Job, code_version
from experiments.proportions import SURE, needed, newcombe, power_of
from experiments.store import command as command_asked
from experiments.trial_tables import MEASURES
from experiments.trials import TrialJob, ask
from model.trial import OUTCOMES
from scenarios import Specification
from tests.experiments.made_up import answer_with

COMMAND = "trial"
PEOPLE = 200
"""In each arm of the stand-in."""

Luck = Callable[[int], tuple[int, int]]


def counts_of(job: TrialJob, events: Luck) -> pd.DataFrame:
    """Every outcome happens to so many of the 200 of each arm by replicate; half are lost, the register sees half."""
    rows = []
    for replicate in job.replicates:
        for arm in (0, 1):
            without, here = events(replicate)[0], events(replicate)[arm]
            for month in range(1, job.months + 1):
                row = {"replicate": replicate, "offered": arm, "month": month, "enrolled": PEOPLE}
                row |= {"followed": PEOPLE // 2, "taken": 50 * arm}
                for name in OUTCOMES:
                    row |= {name: here, f"{name}_followed": here // 2, f"{name}_recorded": here // 2}
                    row |= {f"{name}_without": without, f"{name}_recorded_without": without // 2}
                rows.append(row)
    return pd.DataFrame(rows).astype("int64")


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Trials computed from now on by a stand-in: 100 of 200 others, 130 of 200 offered, and luck by replicate."""
    jobs: list[Job] = []
    luck = np.random.default_rng(1).binomial(PEOPLE, [0.5, 0.65], (2000, 2))

    def stand_in(job: TrialJob) -> pd.DataFrame:
        jobs.append(job)
        return counts_of(job, lambda replicate: tuple(luck[replicate]))

    answer_with(monkeypatch, stand_in)
    return jobs


def row(table: pd.DataFrame, measure: str = "true", outcome: str = "work") -> pd.Series:
    return table[(table["outcome"] == outcome) & (table["measure"] == measure)].iloc[0]


# ranges and sizes


def test_the_range_of_a_difference_is_the_published_one() -> None:
    """Newcombe (1998), table II, method 10: 56/70 less 48/80 is 0.2, from 0.0524 to 0.3339; 9/10 less 3/10."""
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
    assert newcombe(9, 10, 3, 10) == pytest.approx((0.6, 0.1705, 0.8090), abs=1e-4)
    assert newcombe(0, 10, 0, 10)[1] < 0 < newcombe(0, 10, 0, 10)[2]
    assert all(map(math.isnan, newcombe(0, 0, 1, 2)))


def test_the_size_is_the_published_one_and_power_its_inverse() -> None:
    """0.6 against 0.7 takes 356 in each arm (Fleiss, Levin and Paik 2003, without the continuity correction)."""
    assert needed(0.7, 0.6, 0.5) / 2 == pytest.approx(356, abs=0.6)
    for share, other, offered in ((0.7, 0.6, 0.5), (0.1, 0.2, 0.3)):
        assert power_of(share, other, offered, needed(share, other, offered)) == pytest.approx(0.8, abs=1e-4)
    assert needed(0.3, 0.3, 0.5) == math.inf
    assert power_of(0.3, 0.3, 0.5, 1000) == pytest.approx(0.05)
    assert pytest.approx(1.959964) == SURE


def test_by_chance_alone_the_range_leaves_out_zero_five_times_in_a_hundred() -> None:
    luck = np.random.default_rng(2).binomial(300, 0.2, (4000, 2))
    ranges = [newcombe(int(one), 300, int(other), 300)[1:] for one, other in luck]
    assert np.mean([low > 0 or high < 0 for low, high in ranges]) == pytest.approx(0.05, abs=0.012)


# what a trial tells


def test_effect_power_and_size(small: Specification, tried: list[Job]) -> None:
    """Repeated pilots see the difference as often as the formula says, at the size asked and at the size needed."""
    found = trial(small, "referral", pilots=600, months=(6,), recruit=10, lost=0.5, executor=serial())
    true = row(found.summary)
    assert true["effect"] == pytest.approx(0.15, abs=0.01)
    assert true["enrolled"] == 2 * PEOPLE
    assert true["seen"] == pytest.approx(true["power"], abs=0.04)
    assert true["needed"] == pytest.approx(needed(0.65, 0.5, 0.5), rel=0.15)
    assert true["recruit_months"] == pytest.approx(true["needed"] / (2 * PEOPLE / 10), rel=0.01)
    recorded = row(found.summary, "recorded")
    assert recorded["needed"] > true["needed"]
    assert recorded["checked_pilots"] > 100, "offices put together to the size needed"
    assert recorded["checked"] > recorded["seen"]
    followed = row(found.summary, "followed")
    assert followed["effect"] == true["effect"], "who is lost is lost by chance"
    assert followed["needed"] == pytest.approx(2 * true["needed"], abs=2)
    assert found.uptake.to_dict("records") == [{"month": 6, "offered": 0.25, "others": 0.0}]


def test_what_falls_on_the_others_is_told(small: Specification, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten more of those offered and four fewer of the others: an effect of 14, 4 of them taken from the others."""

    def stand_in(job: TrialJob) -> pd.DataFrame:
        table = counts_of(job, lambda _: (100, 100))
        for name in OUTCOMES:
            table[name] += np.where(table["offered"] == 1, 20, -8)
        return table

    answer_with(monkeypatch, stand_in)
    told = row(trial(small, "place", pilots=5, months=(6,), executor=serial()).summary)
    assert (told["effect"], told["spillover"]) == (pytest.approx(0.14), pytest.approx(-0.04))
    assert told["needed"] == math.ceil(needed(0.6, 0.46, 0.5))


def test_offices_are_put_together_to_pilots(small: Specification, tried: list[Job]) -> None:
    one = trial(small, "referral", pilots=6, sites=1, months=(6,), executor=serial())
    tried.clear()
    three = trial(small, "referral", pilots=2, sites=3, months=(6,), executor=serial())
    assert tried == [], "the same offices"
    work = [table[(table["outcome"] == "work") & (table["measure"] == "true")] for table in (one.pilots, three.pilots)]
    assert work[1]["offered_n"].tolist() == [3 * PEOPLE] * 2
    assert work[1]["offered"].tolist() == pytest.approx(work[0]["offered"].to_numpy().reshape(2, 3).mean(axis=1))


def test_rows_add_up(small: Specification, tried: list[Job]) -> None:
    found = trial(small, "course", pilots=12, months=(3, 6, 12), executor=serial())
    assert (found.planned, found.done) == (12, 12)
    assert len(found.pilots) == 12 * 3 * len(OUTCOMES) * len(MEASURES)
    assert len(found.summary) == 3 * len(OUTCOMES) * len(MEASURES)
    assert [job.replicates for job in tried] == [tuple(range(10)), (10, 11)]


def test_the_hash_follows_the_trial(small: Specification) -> None:
    asked = {"months": (6,), "pilots": 1}
    first = ask(small, "place", **asked).jobs()[0]
    others = [
        ask(small, "referral", **asked).jobs()[0],
        *(ask(small, "place", **asked, **{name: value}).jobs()[0]
          for name, value in (("share", 0.4), ("recruit", 6), ("lost", 0.1))),
        Job(small, 6, assumptions="fixed"),
    ]  # fmt: skip
    assert len({first.hash, *(each.hash for each in others)}) == 1 + len(others)
    assert ask(small, "place", **asked).jobs()[0].hash == first.hash


def test_a_failed_office_costs_its_pilot(small: Specification, monkeypatch: pytest.MonkeyPatch) -> None:
    def sometimes(job: TrialJob) -> pd.DataFrame:
        if 3 in job.replicates:
            raise ZeroDivisionError("no counsellor")
        return counts_of(job, lambda _: (100, 120))

    answer_with(monkeypatch, sometimes)
    found = trial(small, "place", pilots=5, sites=2, months=(6,), executor=serial())
    assert (found.planned, found.done) == (10, 9)
    assert found.pilots["pilot"].unique().tolist() == [0, 2, 3, 4]
    assert found.to_json()["failed"] == 1


def test_a_dry_run_of_the_model_shows_exactly_nothing(small: Specification) -> None:
    found = trial(small, "nothing", pilots=2, months=(2,), recruit=3, executor=serial())
    assert (found.summary["effect"] == 0).all()
    assert (found.summary["spillover"] == 0).all()
    assert np.isinf(found.summary["needed"]).all()
    assert found.pilots["offered_n"].gt(0).all()
    again = trial(small, "nothing", pilots=2, months=(2,), recruit=3, executor=serial())
    assert_frame_equal(again.pilots, found.pilots, check_exact=True)


# the command


@pytest.mark.parametrize("wrong", [{"share": "0.5"}, {"lost": None}, {"share": math.nan}])
def test_a_share_that_is_no_number_is_refused(small: Specification, wrong: dict) -> None:
    ((name, value),) = wrong.items()
    with pytest.raises(ExperimentError, match=rf"{name}: {value!r} is not allowed; give the share"):
        ask(small, "place", **wrong)


def test_the_command_gives_the_numbers_of_the_library(pokmas, tried: list[Job], tmp_path: Path) -> None:
    table, pilots = tmp_path / "t.csv", tmp_path / "p.parquet"
    asked = ("wonosari", "--set", "setting.clients=60", "--offer", "place", "--follow-up", "6,12", "--pilots", "30")
    code, out, _ = pokmas(*asked, "--workers", "1", "--json")
    few = {"setting.clients": 60}
    library = trial("wonosari", "place", pilots=30, months=(6, 12), overrides=few, executor=serial())
    assert (code, json.loads(out)) == (0, library.to_json() | {"command": command_asked()})
    assert library.to_json()["code"] == code_version()
    code, out, _ = pokmas(*asked, "--workers", "1", "--lang", "id", "--out", str(table), "--pilots-out", str(pilots))
    assert code == 0
    assert "Direncanakan 30 jalannya simulasi, selesai 30, gagal 0." in out
    assert "Diubah: setting.clients = 60." in out
    assert len(pd.read_csv(table, sep=";", decimal=",", encoding="utf-8-sig")) == len(library.summary)
    assert len(pd.read_parquet(pilots)) == len(library.pilots)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--offer", "refferal"), "'refferal' is not known; allowed: referral, place, .*; nearest: referral"),
        (("--offer", "place", "--share", "1"), "share: 1 is not allowed; give the share offered, above 0 and below 1"),
        (("--offer", "place", "--lost", "1"), "lost: 1 is not allowed"),
        (("--offer", "place", "--follow-up", "6,99"), "follow-up: 99 is not allowed; give a whole number from 1 to 36"),
        (("--offer", "place", "--follow-up", "6,six"), "follow-up: 'six' is not a whole number; write months with"),
        (("--offer", "place", "--recruit", "0"), "recruit: 0 is not allowed"),
        (("--offer", "place", "--pilots", "0"), "pilots: 0 is not allowed"),
        (("--offer", "place", "--sites", "0"), "sites: 0 is not allowed"),
        (("--offer", "place", "--pilots", "100000", "--sites", "3"),
         "100,000 pilots, with 3 sites each, are 300,000 runs; at most 200,000 .* --max-runs 300000"),
        (("--offer", "place", "--pilots", "2", "--max-runs", "1"), "2 runs; at most 1 are started: take fewer pilots"),
        (("--offer", "place", "--set", "setting.clients=0"), "nobody is released"),
        (("--offer", "place", "--out", "t.doc"), "does not end in .csv or .parquet"),
        ((), "[Mm]issing option.*--offer"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line(pokmas, tried: list[Job], args: tuple[str, ...], words: str) -> None:
    code, out, err = pokmas("wonosari", *args)
    assert (code, out) == (2, "")
    assert re.fullmatch(rf"pokmas: .*{words}.*\n", err), err
    assert tried == []


def test_nobody_released_is_said(small: Specification, monkeypatch: pytest.MonkeyPatch) -> None:
    def empty(job: TrialJob) -> pd.DataFrame:
        table = counts_of(job, lambda _: (0, 0))
        return table.assign(**{name: 0 for name in table.columns if name not in ("replicate", "offered", "month")})

    answer_with(monkeypatch, empty)
    with pytest.raises(ExperimentError, match="nobody is released in 2 months; recruit for longer"):
        trial(small, "place", pilots=1, recruit=2, months=(6,), executor=serial())
