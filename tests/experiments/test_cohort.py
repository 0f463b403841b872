"""A cohort for researchers: who is in it, what its rows say, what the file says of itself, and how it refuses."""

import io
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import typer

from agents.clients import Status, Work
from experiments.cli import PlainGroup
from experiments.cohort_columns import CLIENT, MONTHLY, NOTES
from experiments.cohort_files import register, save_cohort
from experiments.cohorts import ask, cohort, follow
from experiments.errors import ExperimentError
from experiments.executors import serial
from model import ReintegrationModel
from scenarios import Specification, load

#: a small office in which people offend, are caught, are revoked and come back within a year
EVENTFUL = {
    "setting.clients": 60,
    "setting.villages": 6,
    "levers.funding.annual_budget_idr": 90_000_000,
    "parameters.hazard_baseline": 0.015,
    "parameters.detection_probability": 0.6,
    "parameters.custody_mean_months": 6,
    "parameters.miss_report_monthly": 0.1,
    "parameters.revocation_probability": 0.12,
    "parameters.revocation_custody_months": 3,
}
TINY = {"setting.clients": 8, "setting.villages": 2}
MONTHS = 12
LONGER = MONTHS + 1
"""A month more: how a month ended is how the next begins."""


@pytest.fixture(scope="module")
def eventful() -> Specification:
    return load("wonosari", EVENTFUL)


@pytest.fixture(scope="module")
def tiny() -> Specification:
    return load("wonosari", TINY)


@pytest.fixture(scope="module")
def people(eventful: Specification) -> pd.DataFrame:
    return cohort(eventful, clients=300, months=MONTHS, seed=3, workers=1)


@pytest.fixture(scope="module")
def life(eventful: Specification) -> pd.DataFrame:
    return cohort(eventful, clients=300, months=LONGER, seed=3, workers=1, monthly=True)


@pytest.fixture(scope="module")
def by_month(life: pd.DataFrame) -> dict[str, np.ndarray]:
    """Each column of the monthly rows, shape (clients, months)."""
    return {name: life[name].to_numpy().reshape(-1, LONGER) for name in life.columns}


# who is in it


def test_one_row_a_client_with_the_columns_declared(people: pd.DataFrame) -> None:
    assert [(name, str(kind)) for name, kind in people.dtypes.items()] == [(each.name, each.dtype) for each in CLIENT]
    assert people["client"].tolist() == list(range(300))
    assert set(people["office"]) == {"wonosari"}
    assert set(people["release_type"]) <= {"PB", "CB", "CMB"}
    assert set(people["offence"]) == {"narcotics", "property", "violent", "other"}
    assert people["village"].between(0, 5).all()
    assert people["release_month"].between(0, 11).all()
    assert people["age_at_release"].between(17, 76).all()
    assert (people["months_observed"] == MONTHS).all()
    for event, when in (("reoffended", "month_reoffended"), ("recorded", "month_recorded")):
        assert 0 < people[event].sum() < 300
        assert (people[when].notna() == (people[event] == 1)).all()
        assert people[when].dropna().between(1, MONTHS).all()
    assert people["mean_mspss"].between(1, 7).all()
    assert people["mean_perceived_stigma"].between(0, 1).all()


def test_clients_stand_in_order_of_replicate_and_month_of_release(people: pd.DataFrame) -> None:
    assert people.equals(people.sort_values(["replicate", "release_month", "client"]))
    assert people["replicate"].unique().tolist() == list(range(people["replicate"].max() + 1))
    assert people["replicate"].max() >= 2


@pytest.mark.parametrize("monthly", [False, True])
@pytest.mark.parametrize("clients", [1, 130])
def test_a_smaller_cohort_is_the_beginning_of_a_larger_one(
    clients: int, monthly: bool, eventful: Specification, people: pd.DataFrame, life: pd.DataFrame
) -> None:
    months, more = (LONGER, life) if monthly else (MONTHS, people)
    fewer = cohort(eventful, clients=clients, months=months, seed=3, workers=1, monthly=monthly)
    pd.testing.assert_frame_equal(fewer, more[more["client"] < clients], check_exact=True)


def test_replicates_side_by_side_live_as_they_do_alone(eventful: Specification) -> None:
    question = ask(eventful, months=3)
    together, alone = follow(question, (0, 1)), [follow(question, (replicate,)) for replicate in (0, 1)]
    alone[1]["client"] += len(alone[0])
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True), check_exact=True)


def test_any_number_of_workers_writes_the_same_bytes(
    tiny: Specification, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.cohorts.SIDE_BY_SIDE", 1)
    monkeypatch.setattr("experiments.cohorts.local_pool", ThreadPoolExecutor)
    for workers in (1, 3):
        save_cohort(tmp_path / f"{workers}.parquet", tiny, clients=40, months=1, workers=workers)
    assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "3.parquet").read_bytes()


def test_a_block_can_be_sent_to_another_process(eventful: Specification) -> None:
    assert ForkingPickler.dumps((follow, ask(eventful), (0, 1)))


def test_the_same_people_under_another_plan(people: pd.DataFrame) -> None:
    reform = cohort("wonosari-steady-budget", clients=300, months=1, seed=3, workers=1, overrides={
        key: value for key, value in EVENTFUL.items() if not key.startswith("levers")
    })  # fmt: skip
    fixed = ["client", "village", "release_month", "age_at_release", "female", "offence", "priors", "release_type"]
    pd.testing.assert_frame_equal(people[fixed], reform[fixed])


def test_another_seed_is_other_people(eventful: Specification, people: pd.DataFrame) -> None:
    other = cohort(eventful, clients=50, months=1, seed=4, workers=1)
    assert not people["age_at_release"].head(50).equals(other["age_at_release"])


# what its rows say


def test_one_row_a_month_with_the_columns_declared(life: pd.DataFrame) -> None:
    assert [(name, str(kind)) for name, kind in life.dtypes.items()] == [(each.name, each.dtype) for each in MONTHLY]
    assert life["client"].tolist() == np.repeat(np.arange(300), LONGER).tolist()
    assert life["month"].tolist() == np.tile(np.arange(1, LONGER + 1), 300).tolist()
    assert (life["entry"] == life["month"] - 1).all()
    assert (life["exit"] == life["month"]).all()
    assert set(life["status"]) == {"supervised", "out_of_contact", "completed", "custody"}


def test_a_month_shows_what_stood_in_the_tables_before_it(eventful: Specification, life: pd.DataFrame) -> None:
    """The model is stepped by hand; before each step the tables of those out by then are read."""
    model = ReintegrationModel(eventful, seed=3)
    clients = model.tables["clients"]
    rows = np.flatnonzero(clients.status == Status.INSIDE)
    rows = rows[np.lexsort((clients.id[rows], clients.release_month[rows]))]
    released = clients.release_month[rows].copy()
    first = life[life["client"] < len(rows)]
    for month in range(11 + LONGER):
        since = month - released + 1
        now = (since >= 1) & (since <= LONGER)
        before = {
            "employed": clients.work[rows] != Work.NONE,
            "served": clients.served[rows].copy(),
            "perceived_stigma": clients.perceived_stigma[rows],
            "support": 1 + 6 * clients.support[rows].astype(float).mean(axis=1),
        }
        inside = np.isin(clients.status[rows], (Status.INSIDE, Status.CUSTODY))
        status = clients.status[rows]
        model.step()
        during = {"hazard": clients.hazard[rows], "event": clients.first_reoffence[rows]}
        during["recorded"] = clients.recorded_failure[rows]
        told = first[first["release_month"] + first["month"] - 1 == month]
        for name, values in (before | during).items():
            assert told[name].to_numpy() == pytest.approx(values[now].astype(float), abs=0), name
        free = during["hazard"] > 0
        expected = np.where(free & inside, Status.SUPERVISED, status)[now]
        assert told["status"].tolist() == [Status(code).name.lower() for code in expected]


def test_newly_released_clients_have_no_work_and_have_met_nobody(life: pd.DataFrame) -> None:
    start = life[life["month"] == 1]
    assert (start["status"] == "supervised").all()
    assert start["at_risk"].all()
    assert not start[["employed", "served"]].any(axis=None)


def test_at_risk_is_the_first_release_at_liberty_up_to_the_first_offence(by_month: dict[str, np.ndarray]) -> None:
    custody = by_month["status"] == "custody"
    been_inside = np.cumsum(custody, axis=1) > 0
    offended_before = np.cumsum(by_month["event"], axis=1) - by_month["event"] > 0
    assert (by_month["at_risk"] == ~been_inside & ~offended_before & (by_month["hazard"] > 0)).all()
    assert ((by_month["hazard"] > 0) == ~custody).mean() > 0.99
    revoked_and_back = been_inside & ~custody & ~offended_before
    assert revoked_and_back.any()
    assert (by_month["event"].sum(axis=1) <= 1).all()


def test_a_row_tells_what_happened_and_how_the_months_ended(
    people: pd.DataFrame, by_month: dict[str, np.ndarray]
) -> None:
    during = {
        name: values[:, :MONTHS].astype(bool) for name, values in by_month.items() if name in ("event", "recorded")
    }
    ended = {name: by_month[name][:, 1:] for name in ("employed", "served", "support", "perceived_stigma")}
    for name, happened in {
        "month_reoffended": during["event"],
        "month_recorded": during["recorded"],
        "first_job_month": ended["employed"],
    }.items():
        np.testing.assert_array_equal(people[name], np.where(happened.any(axis=1), happened.argmax(axis=1) + 1, np.nan))
    np.testing.assert_array_equal(people["months_employed"], ended["employed"].sum(axis=1))
    np.testing.assert_array_equal(people["share_employed"], people["months_employed"] / MONTHS)
    np.testing.assert_array_equal(people["months_served"], ended["served"].sum(axis=1))
    np.testing.assert_allclose(people["mean_mspss"], ended["support"].mean(axis=1), rtol=1e-12)
    np.testing.assert_allclose(people["mean_perceived_stigma"], ended["perceived_stigma"].mean(axis=1), rtol=1e-12)


def test_a_longer_cohort_begins_as_the_shorter_one(eventful: Specification, life: pd.DataFrame) -> None:
    shorter = cohort(eventful, clients=80, months=5, seed=3, workers=1, monthly=True)
    same = life[(life["client"] < 80) & (life["month"] <= 5)].reset_index(drop=True)
    pd.testing.assert_frame_equal(shorter, same, check_exact=True)


def test_everybody_is_followed_to_the_last_month_allowed() -> None:
    longer = TINY | {"parameters.follow_up_months": 40}
    life = cohort("wonosari", clients=8, months=40, overrides=longer, monthly=True, workers=1)
    assert len(life) == 8 * 40
    free = life["status"] != "custody"
    assert (life.loc[free, "hazard"] > 0).all()


# what the file says of itself


def test_parquet_comes_back_as_it_was_and_says_that_nobody_is_real(tiny: Specification, tmp_path: Path) -> None:
    for monthly, columns in ((False, CLIENT), (True, MONTHLY)):
        path = tmp_path / f"{monthly}.parquet"
        asked = {"clients": 20, "months": 3, "seed": 2, "monthly": monthly, "workers": 1}
        frame = cohort(tiny, **asked)
        assert save_cohort(path, tiny, **asked) == len(frame)
        back = pd.read_parquet(path)
        pd.testing.assert_frame_equal(back, frame, check_exact=True)
        assert back.attrs == frame.attrs
        told = {key.decode(): value.decode() for key, value in pq.read_schema(path).metadata.items()}
        assert told["simulated"] == "true"
        assert json.loads(told["note"]) == NOTES
        assert (told["scenario"], told["scenario_hash"]) == ("wonosari", tiny.hash)
        assert (told["seed"], told["months"], told["clients"]) == ("2", "3", "20")
        assert "numpy" in json.loads(told["versions"])
        assert told["command"]
        meanings = json.loads(told["columns"])
        assert list(meanings) == [each.name for each in columns]
        assert all(each["unit"] and each["id"] and each["en"] for each in meanings.values())


def test_csv_says_it_in_its_first_line(tiny: Specification, tmp_path: Path) -> None:
    path = tmp_path / "cohort.csv"
    save_cohort(path, tiny, clients=20, months=3, workers=1)
    first = path.read_text().splitlines()[0]
    assert first.startswith("# ")
    assert json.loads(first[2:])["simulated"] is True
    frame = cohort(tiny, clients=20, months=3, workers=1)
    plain = frame.astype({each.name: "object" for each in CLIENT if each.dtype == "category"})
    back = pd.read_csv(path, comment="#")
    pd.testing.assert_frame_equal(back, plain, check_dtype=False, check_exact=True)


def test_csv_opens_in_the_spreadsheets_of_its_language(pokmas, tiny: Specification, tmp_path: Path) -> None:
    path = tmp_path / "cohort.csv"
    asked = ("--clients", "20", "--months", "3", "--workers", "1", *(f"--set={key}={TINY[key]}" for key in TINY))
    assert pokmas("cohort", "wonosari", *asked, "--lang", "id", "--out", str(path))[0] == 0
    first, _, table = path.read_text(encoding="utf-8-sig").partition("\n")
    assert json.loads(first[2:])["simulated"] is True
    assert path.read_bytes().count("\ufeff".encode()) == 1, "once, at the beginning"
    frame = cohort(tiny, clients=20, months=3, workers=1)
    plain = frame.astype({each.name: "object" for each in CLIENT if each.dtype == "category"})
    back = pd.read_csv(io.StringIO(table), sep=";", decimal=",")
    pd.testing.assert_frame_equal(back, plain, check_dtype=False, check_exact=True)


def test_a_file_is_replaced_when_the_new_one_is_complete(tiny: Specification, tmp_path: Path) -> None:
    path = tmp_path / "cohort.parquet"
    path.write_text("what was there")

    def stop(done: int, total: int, seconds_left: float | None) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_cohort(path, tiny, clients=20, months=1, workers=1, progress=stop)
    assert path.read_text() == "what was there"
    assert list(tmp_path.glob("*tmp*")) == list(tmp_path.glob(".*")) == []
    save_cohort(path, tiny, clients=20, months=1, workers=1)
    assert len(pd.read_parquet(path)) == 20


def test_progress_counts_clients(tiny: Specification) -> None:
    seen: list[tuple[int, int]] = []
    cohort(tiny, clients=30, months=1, executor=serial(), progress=lambda *told: seen.append(told[:2]))
    assert seen[0] == (0, 30)
    assert seen[-1] == (30, 30)
    assert seen == sorted(seen)


# how it refuses


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"clients": 0}, "clients: 0 is not allowed; give a whole number from 1 to 1000000"),
        ({"clients": 1_000_001}, "clients: 1000001 is not allowed"),
        ({"clients": 1.5}, "clients: 1.5 is not allowed"),
        ({"months": 0}, "months: 0 is not allowed; give a whole number from 1 to 36"),
        ({"months": 37}, "months: 37 is not allowed; give a whole number from 1 to 36.*follow_up_months.*36 to 60"),
        ({"seed": -1}, "seed: -1 is not allowed"),
        ({"workers": 0}, "workers: 0 is not allowed"),
        ({"overrides": {"setting.clients": 0}}, "setting.clients: 0 in 'wonosari', so nobody is released"),
    ],
)
def test_a_number_out_of_range_is_one_line(asked: dict[str, object], words: str) -> None:
    with pytest.raises(ExperimentError, match=words) as refusal:
        cohort("wonosari", **asked)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("cohort.xlsx", "does not end in .parquet or .csv"),
        ("cohort", "does not end in .parquet or .csv"),
        ("nowhere/cohort.parquet", r"cannot be written \(no such file or directory\)"),
        ("folder.csv", r"cannot be written \(is a directory\)"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_computed(
    out: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder.csv").mkdir()
    monkeypatch.setattr("experiments.cohorts.follow", lambda *_: pytest.fail("computed"))
    with pytest.raises(ExperimentError, match=words) as refusal:
        save_cohort(tmp_path / out, "wonosari")
    assert "\n" not in str(refusal.value)


def test_a_world_that_fails_is_one_line(eventful: Specification, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by\nnothing")

    monkeypatch.setattr("experiments.cohorts.follow", broken)
    with pytest.raises(ExperimentError, match=r"^the cohort of 'wonosari' failed: ZeroDivisionError: by nothing$"):
        cohort(eventful, clients=1, months=1)


# the command


@pytest.fixture
def pokmas(capsys: pytest.CaptureFixture[str]):
    """Call a command line that knows this command."""
    app = typer.Typer(cls=PlainGroup, add_completion=False, rich_markup_mode=None, callback=lambda: None)
    register(app)

    def call(*args: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            app(args)
        return (end.value.code or 0, *capsys.readouterr())

    return call


def test_the_command_writes_the_file_and_says_so(pokmas, tmp_path: Path) -> None:
    path = tmp_path / "cohort.parquet"
    asked = ("--clients", "20", "--months", "3", "--seed", "2", "--workers", "1", "--set", "setting.clients=8")
    code, out, err = pokmas("cohort", "wonosari", *asked, "--monthly", "--lang", "id", "--out", str(path))
    assert (code, err) == (0, "")
    saved = f"{path}: 20 klien simulasi, 3 bulan sejak bebas, 60 baris. {NOTES['id']}\n"
    assert out == f"Diubah: setting.clients = 8.\n{saved}"
    library = cohort("wonosari", clients=20, months=3, seed=2, monthly=True, overrides={"setting.clients": 8})
    pd.testing.assert_frame_equal(pd.read_parquet(path), library, check_exact=True)


@pytest.mark.parametrize(
    "args",
    [
        ("wonosari", "--out", "c.txt"),
        ("wonosari",),
        ("wonosari", "--out", "c.csv", "--months", "99"),
        ("wonosari", "--out", "c.csv", "--clients", "many"),
        ("wonosarri", "--out", "c.csv"),
        ("wonosari", "--out", "missing/c.csv"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(args: tuple[str, ...], pokmas, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = pokmas("cohort", *args)
    assert (code, out) == (2, "")
    assert err.startswith("pokmas: ")
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_command_is_known_without_the_heavy_libraries() -> None:
    heavy = "{'numpy', 'pandas', 'pyarrow', 'model', 'mesa'}"
    code = f"import sys, experiments.cohort_files; print({heavy} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
