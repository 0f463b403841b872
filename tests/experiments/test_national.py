"""Offices give the same bytes alone and side by side, and together they are what their parts and wholes say."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from experiments import national, serial, tasks
from experiments.errors import Cancelled, ExperimentError
from experiments.jobs import Job, code_version, simulate
from experiments.nationwide import TOTAL, National, changed, chosen, put_together
from experiments.store import Store
from experiments.store import command as command_asked
from model import INDICATORS, ReintegrationModel
from model.record import Record
from model.weights import ADDED, CURVES, POOLED, WEIGHTS
from scenarios import load
from tests.experiments.made_up import answer_with, table_of

COMMAND = "national"
FEW = ["73", "national-12", "7"]
SMALL = {"setting.clients": 60, "setting.villages": 6}
BUDGET = "levers.funding.annual_budget_idr"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Every office that is computed from now on, by a stand-in in which budgets count and weights are the clients."""
    jobs: list[Job] = []

    def stand_in(job: Job) -> pd.DataFrame:
        jobs.append(job)
        share = min(job.spec.lever("funding.annual_budget_idr", 0) / 1e9, 1.0)
        table = table_of(job, lambda *_: share)
        more = {f"{name}@weight": float(job.spec.setting.clients) for name in WEIGHTS}
        more |= {f"{curve}@{month}": 1.0 for curve in CURVES for month in range(36)}
        return pd.concat([table, pd.DataFrame(more, index=table.index)], axis=1)

    answer_with(monkeypatch, stand_in)
    return jobs


def test_side_by_side_gives_the_bytes_of_one_by_one(tmp_path: Path) -> None:
    asked = {"months": 3, "overrides": SMALL}
    alone = national(FEW, executor=serial(), results=tmp_path / "alone", **asked)
    together = national(FEW, one_model=True, results=tmp_path / "together", **asked)
    assert_frame_equal(alone.table, together.table, check_exact=True)
    files = [sorted((tmp_path / where).rglob("*.parquet")) for where in ("alone", "together")]
    assert [path.name for path in files[0]] == [path.name for path in files[1]]
    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]
    assert len(files[0]) == len(FEW)
    assert alone.table["office"].tolist() == ["national-07", "national-12", "national-73", TOTAL]


def test_an_office_is_its_own_single_run() -> None:
    """With what is asked for besides, the indicators stay those of a plain run."""
    spec = load("national-73", SMALL)
    plain = simulate(Job(spec, 3, assumptions="fixed"))
    assert_frame_equal(
        simulate(Job(spec, 3, assumptions="fixed", weights=True))[plain.columns], plain, check_exact=True
    )


# together


class AsOne:
    """All offices of a model seen as one: the same questions, answered with sums over offices."""

    def __init__(self, model: ReintegrationModel) -> None:
        self.model, self.beliefs = model, model.beliefs
        self.record = Record(1)
        self.record.sums = {name: values.sum(keepdims=True) for name, values in model.record.sums.items()}
        for curve in CURVES:
            setattr(self.record, curve, getattr(model.record, curve).sum(axis=0, keepdims=True))
        self.tables = {"offices": _Summed(model.tables["offices"])}

    def total(self, *asked: Any, **more: Any) -> np.ndarray:
        return self.model.total(*asked, **more).sum(axis=0, keepdims=True)


class _Summed:
    def __init__(self, offices: Any) -> None:
        self.offices = offices

    def __len__(self) -> int:
        return 1

    def __getattr__(self, name: str) -> np.ndarray:
        values = getattr(self.offices, name)
        if name == "bound":
            return values.reshape(1, -1)
        return values.sum(axis=0, keepdims=True)


def test_the_total_is_that_of_one_large_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every indicator measured over all clients at once equals what is put together from the offices' tables.

    But the median income, which no sum gives: it lies between those of the offices.
    """
    months = 14
    specs = [load(f"national-{number}", SMALL | {"setting.clients": clients})
             for number, clients in (("07", 50), ("12", 120), ("73", 80))]  # fmt: skip
    model, seen = ReintegrationModel(specs), []
    summed = [name for name in INDICATORS if name != "median_income_idr"]

    def as_the_record_sees_it() -> None:
        seen.append({name: float(INDICATORS[name].measure(AsOne(model))[0]) for name in summed})

    monkeypatch.setattr(model.groups, "keep", as_the_record_sees_it)
    for _ in range(months):
        model.step()
    tables = [simulate(Job(spec, months, assumptions="fixed", weights=True)) for spec in specs]
    found = put_together(tables)
    for name, indicator in INDICATORS.items():
        if name == "median_income_idr":
            medians = [table[f"{name}@run"].iloc[-1] for table in tables]
            assert min(medians) <= found[name] <= max(medians)
            continue
        values = np.array([month[name] for month in seen])
        expected = np.nanmean(values[-12:]) if indicator.monthly and not np.isnan(values[-12:]).all() else values[-1]
        assert found[name] == pytest.approx(expected, nan_ok=True), name
    assert not np.isnan(found["reoffending_12m"]), "there is something to compare"


def test_an_office_without_counsellors_leaves_the_country_its_caseload() -> None:
    """Unknown for the office, so the total is that of the offices that have any: here of one."""
    nobody = {"levers.human_resources.counsellors": 0}
    with_some, without = (
        simulate(Job(load(f"national-{number}", SMALL | changes), 2, assumptions="fixed", weights=True))
        for number, changes in (("07", {}), ("12", nobody))
    )
    assert without["clients_per_counsellor"].isna().all()
    told = put_together([with_some, without])["clients_per_counsellor"]
    assert told == pytest.approx(with_some["clients_per_counsellor"].mean())


def test_every_indicator_is_put_together_in_one_way() -> None:
    ways = [name for _, names in WEIGHTS.values() for name in names] + [*ADDED, *POOLED]
    assert sorted(ways) == sorted(INDICATORS)


def test_shares_are_weighted_and_numbers_add_up(counted: list[Job]) -> None:
    answer = national(FEW, months=2, executor=serial())
    table = answer.table.set_index("office")
    offices, total = table.iloc[:-1], table.loc[TOTAL]
    weighted = (offices["employed_share"] * offices["clients"]).sum() / offices["clients"].sum()
    assert total["employed_share"] == pytest.approx(weighted)
    assert total["offences"] == pytest.approx(offices["offences"].sum())
    assert total["clients"] == offices["clients"].sum()
    assert SimpleNamespace(**answer.to_json()).done == 3


# a plan for all offices


def test_a_plan_is_told_beside_the_table_as_it_stands(counted: list[Job]) -> None:
    answer = national(FEW, months=2, overrides={BUDGET: "x1.5"}, against_now=True, executor=serial())
    assert (answer.planned, answer.done, len(counted)) == (6, 6, 6)
    gap = answer.differences.set_index("office")["employed_share"]
    now = answer.now.set_index("office")["employed_share"]
    assert gap.to_numpy() == pytest.approx(0.5 * now.to_numpy())
    assert answer.rows["which"].tolist() == ["plan"] * 4 + ["now"] * 4 + ["difference"] * 4


def test_a_factor_multiplies_what_the_office_has() -> None:
    spec = load("national-07")
    now = spec.lever("funding.annual_budget_idr", 0)
    assert changed(spec, {BUDGET: "x2"}).lever("funding.annual_budget_idr", 0) == 2 * now
    people = "levers.human_resources.counsellors"
    assert changed(spec, {people: "x1.26"}).lever("human_resources.counsellors", 0) == round(
        1.26 * spec.lever("human_resources.counsellors", 0)
    )
    assert changed(spec, {BUDGET: "5"}).lever("funding.annual_budget_idr", 0) == 5


def test_all_offices_are_chosen_when_none_are_named() -> None:
    assert len(chosen(None)) == 94


# stopping, failing, bad input


def test_what_is_stored_is_not_computed_again(counted: list[Job]) -> None:
    first = national(["07", "12"], months=2, executor=serial())
    counted.clear()
    again = national(FEW, months=2, executor=serial())
    assert [job.spec.name for job in counted] == ["national-73"]
    assert_frame_equal(again.table.iloc[:2], first.table.iloc[:2], check_exact=True)


def test_a_table_that_was_stopped_goes_on(counted: list[Job]) -> None:
    with pytest.raises(Cancelled):
        national(FEW, months=2, executor=serial(), cancelled=lambda: len(counted) >= 2)
    done = len(counted)
    assert 2 <= done < 4
    national(FEW, months=2, executor=serial())
    assert len(counted) == 3


def test_an_office_that_fails_is_missing_and_said(monkeypatch: pytest.MonkeyPatch, counted: list[Job], pokmas) -> None:
    stand_in = tasks.simulate

    def sometimes(job: Job) -> pd.DataFrame:
        if job.spec.name == "national-12":
            raise ZeroDivisionError("no counsellor")
        return stand_in(job)

    answer_with(monkeypatch, sometimes)
    code, out, err = pokmas("--offices", "07,12,73", "--months", "2", "--workers", "1", "--json")
    told = json.loads(out)
    assert (code, told["planned"], told["done"], told["failed"]) == (1, 3, 2, 1)
    assert [row["office"] for row in told["table"]] == ["national-07", "national-73", TOTAL]
    assert "no counsellor" in err
    assert Store().folder.is_dir()


def test_an_office_that_fails_in_one_model_costs_no_other(monkeypatch: pytest.MonkeyPatch, counted: list[Job]) -> None:
    def broken(task: tuple[Job, ...]) -> list[pd.DataFrame]:
        raise ZeroDivisionError(f"one of {len(task)} offices")

    monkeypatch.setattr("experiments.tasks.together", broken)
    assert national(FEW, months=2, one_model=True).done == len(counted) == 3


def test_the_answer_names_the_code_of_the_model() -> None:
    row = {"office": TOTAL, "clients": 1} | dict.fromkeys(INDICATORS, 0.5)
    answer = National(chosen(["07"]), 2, 1, {BUDGET: "x2"}, pd.DataFrame([row]), None)
    told = answer.to_json()
    assert (told["code"], told["overrides"]) == (code_version(), {BUDGET: "x2"})


@pytest.mark.parametrize("offices", [[7], [None], [["07"]]])
def test_numbers_of_offices_are_texts(counted: list[Job], offices: list) -> None:
    with pytest.raises(ExperimentError, match=r"offices: .* is no text; give numbers as in the table, such as '07'"):
        national(offices, months=2)
    assert counted == []


def test_the_command_gives_the_numbers_of_the_library(pokmas, counted: list[Job], tmp_path: Path) -> None:
    out_file = tmp_path / "n.csv"
    code, out, err = pokmas("--offices", "07,12", "--months", "2", "--workers", "1", "--out", str(out_file), "--json")
    assert (code, json.loads(out)) == (
        0,
        national(["07", "12"], months=2, executor=serial()).to_json() | {"command": command_asked()},
    )
    assert "3 rows written" in err
    written = pd.read_csv(out_file)
    assert written["office"].tolist() == ["national-07", "national-12", TOTAL]
    plan = ("--set", f"{BUDGET}=x2", "--against-now")
    code, out, _ = pokmas("--offices", "07,12", "--months", "2", *plan, "--lang", "id", "--workers", "1")
    assert code == 0
    assert "Semua kantor" in out
    assert "Direncanakan 4 jalannya simulasi, selesai 4, gagal 0." in out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--offices", "95"), "'95' is not in the national table; give numbers from 01 to 94"),
        (("--offices", ""), "'' is not in the national table"),
        (("--months", "0"), "months: 0 is not allowed"),
        (("--set", f"{BUDGET}=xx"), "xx is no factor"),
        (("--set", "levers.funding.annual_budget=x2"), f"levers.funding.annual_budget: unknown key; nearest: {BUDGET}"),
        (("--set", "parameters.demand_share=x2"), "x2 multiplies a number of setting or levers"),
        (("--set", "setting.clients=xnan"), "national-01: .*not a finite number"),
        (("--set", "setting.clients=x1e308"), "national-01: .*not a finite number"),
        (("--set", "parameters.hazard_ratio_employed=x2"), "multiplies a number of setting or levers"),
        (("--set", "levers.funding.fixed_share=x9"), "national-01: .*must be a number from 0 to 1"),
        (("--set", "levers.funding.anual_budget_idr=1"), "nearest: levers.funding.annual_budget_idr"),
        (("--against-now",), "nothing is changed"),
        (("--one-model", "--workers", "2"), "one model is stepped in one process"),
        (("--out", "table.doc"), "does not end in .csv or .parquet"),
    ],
)
def test_bad_input_is_one_clear_line(pokmas, counted: list[Job], args: tuple[str, ...], words: str) -> None:
    code, out, err = pokmas(*args)
    assert (code, out) == (2, "")
    assert re.fullmatch(rf"pokmas: .*{words}.*\n", err), err
    assert counted == []


def test_levers_over_time_are_not_multiplied() -> None:
    spec = load(
        "national-07", {"levers.human_resources.counsellors": "{value: 12, then: [{from_month: 3, value: 20}]}"}
    )
    with pytest.raises(ExperimentError, match="has several over time"):
        changed(spec, {"levers.human_resources.counsellors": "x2"})
