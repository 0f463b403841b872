"""A trial lives twice: what the two lives differ in is the offer's doing, and an offer of nothing does nothing."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from agents.clients import Status, Work
from agents.tables import NEVER
from agents.trials import lost_after
from model import ReintegrationModel
from model.trial import OFFERS, OUTCOMES, follow
from scenarios import Specification
from tests.model.worlds import differences, life, lived, small

#: money, procedure, courses and subsidies, so that every offer has something to give
RICH = {
    "setting.clients": 90,
    "levers.funding.activity_shares.vocational": 0.1,
    "levers.funding.activity_shares.certified_course": 0.25,
    "levers.funding.annual_budget_idr": 900_000_000,
    "levers.funding.wage_subsidy_idr_per_month": 1_000_000,
    "levers.coordination.written_procedure": 1,
    "levers.coordination.shared_register_coverage": 1,
    "levers.human_resources.counsellors": 30,
    "parameters.demand_share": 0.3,
}
DESIGN: dict[str, Any] = {"share": 0.5, "recruit": 6, "months": 8, "lost": 0.2, "seed": 1, "replicates": (0, 1)}


@pytest.fixture(scope="module")
def office() -> Specification:
    return small(RICH)


@pytest.fixture(scope="module")
def told(office: Specification) -> dict[str, pd.DataFrame]:
    return {name: follow(office, offer, **DESIGN) for name, offer in OFFERS.items()}


def gap(table: pd.DataFrame, outcome: str, arm: int) -> np.ndarray:
    """How many more clients of an arm have the outcome than in their life without the offer."""
    mine = table[table["offered"] == arm]
    return (mine[outcome] - mine[f"{outcome}_without"]).to_numpy()


def test_an_offer_of_nothing_differs_by_exactly_zero(told: dict[str, pd.DataFrame]) -> None:
    for outcome in (*OUTCOMES, *(f"{name}_recorded" for name in OUTCOMES)):
        for arm in (0, 1):
            assert not gap(told["nothing"], outcome, arm).any()
    assert not told["nothing"]["taken"].any()


def test_an_offer_that_is_not_there_differs_by_exactly_zero() -> None:
    """No subsidy is paid in this office, so offering it changes nothing for anybody."""
    none = small({**RICH, "levers.funding.wage_subsidy_idr_per_month": 0})
    table = follow(none, OFFERS["subsidy"], **DESIGN)
    assert not any(gap(table, outcome, arm).any() for outcome in OUTCOMES for arm in (0, 1))
    assert not table["taken"].any()


def test_a_dry_run_tells_what_a_plain_run_shows() -> None:
    """Every outcome, true and recorded, in both lives, client by client over the tables of an office without a trial.

    Where a register is partly kept and offences are many, so that true and recorded outcomes differ.
    """
    partly = {"levers.coordination.shared_register_coverage": 0.3, "parameters.hazard_baseline": 0.015}
    office = small({**RICH, **partly})
    table = follow(office, OFFERS["nothing"], **DESIGN)
    model, months = ReintegrationModel(office, replicates=DESIGN["replicates"]), DESIGN["months"]
    clients = model.tables["clients"]
    rows = np.flatnonzero((clients.status == Status.INSIDE) & (clients.release_month < DESIGN["recruit"]))
    released, replicate = clients.release_month[rows].copy(), clients.office[rows].copy()
    lost = lost_after(clients.key[rows], DESIGN["lost"], months)
    counts = []
    for _ in range(DESIGN["recruit"] + months):
        model.step()
        since = model.month - released
        there, followed = (since >= 1) & (since <= months), lost > since
        outcomes = {
            "reoffending": (clients.reoffended, clients.ever_failed_recorded),
            "work": (clients.work != Work.NONE, clients.work_recorded),
            "service": (clients.first_service_month != NEVER, clients.first_recorded_month != NEVER),
        }
        seen = {"replicate": replicate, "month": since, "enrolled": there, "followed": followed}
        for name, (true, recorded) in outcomes.items():
            seen |= dict.fromkeys((name, f"{name}_without"), true[rows])
            seen |= dict.fromkeys((f"{name}_recorded", f"{name}_recorded_without"), recorded[rows])
            seen[f"{name}_followed"] = true[rows] & followed
        counts.append(pd.DataFrame(seen)[there])
    expected = pd.concat(counts).groupby(["replicate", "month"]).sum().astype("int64")
    found = table.groupby(["replicate", "month"])[list(expected.columns)].sum()
    assert all((expected[name] != expected[f"{name}_recorded"]).any() for name in OUTCOMES)
    pd.testing.assert_frame_equal(found, expected, check_index_type=False)


def test_drawing_arms_changes_nobodys_luck(office: Specification, told: dict[str, pd.DataFrame]) -> None:
    """The life without the offer is the same whoever was drawn, and is the life of the office without any trial."""
    keys = ["replicate", "offered", "month"]
    for name in ("referral", "place"):
        without = [column for column in told[name] if str(column).endswith("_without")]
        pd.testing.assert_frame_equal(told[name][keys + without], told["nothing"][keys + without])
    other = follow(office, OFFERS["referral"], **{**DESIGN, "share": 0.2})
    for name in OUTCOMES:
        sums = [table.groupby(["replicate", "month"])[f"{name}_without"].sum() for table in (other, told["referral"])]
        pd.testing.assert_series_equal(*sums)
    plain = lived(office, 6)
    twin = ReintegrationModel([office, office])
    for _ in range(6):
        twin.step()
    assert differences(life(plain), life(twin, 1)) == []


@pytest.mark.parametrize("name", [name for name in OFFERS if name != "nothing"])
def test_whoever_is_offered_something_takes_it_up_more(told: dict[str, pd.DataFrame], name: str) -> None:
    last = told[name][told[name]["month"] == DESIGN["months"]].groupby("offered")[["taken", "enrolled"]].sum()
    share = last["taken"] / last["enrolled"]
    assert share[1] > share[0]
    if name not in ("referral", "place"):
        assert share[0] == 0, "what is withheld is not had"


def test_people_add_up(told: dict[str, pd.DataFrame]) -> None:
    for table in told.values():
        assert (table.groupby(["replicate", "offered"])["enrolled"].nunique() == 1).all(), "followed to the end, all"
        assert (table["followed"] <= table["enrolled"]).all()
        for name in OUTCOMES:
            assert (table[f"{name}_followed"] <= table[[name, "followed"]].min(axis=1)).all()
        by_arm = table.groupby(["replicate", "offered"])
        for never_less in ("taken", "reoffending", "service", "reoffending_recorded"):
            assert (by_arm[never_less].diff().dropna() >= 0).all()
        assert (by_arm["followed"].diff().dropna() <= 0).all()


def test_who_is_enrolled_is_released_in_the_window(office: Specification, told: dict[str, pd.DataFrame]) -> None:
    model = ReintegrationModel(office, replicates=(0, 1))
    clients = model.tables["clients"]
    due = (clients.release_month >= 0) & (clients.release_month < DESIGN["recruit"]) & (clients.status == 0)
    expected = np.bincount(clients.office[due], minlength=2)
    table = told["nothing"]
    counted = table[table["month"] == 1].groupby("replicate")["enrolled"].sum()
    assert counted.tolist() == expected.tolist()


def test_worlds_side_by_side_are_the_worlds_alone(office: Specification, told: dict[str, pd.DataFrame]) -> None:
    alone = [follow(office, OFFERS["place"], **{**DESIGN, "replicates": (replicate,)}) for replicate in (0, 1)]
    pd.testing.assert_frame_equal(pd.concat(alone, ignore_index=True), told["place"])


def test_recruiting_over_a_new_year_follows_the_newcomers(office: Specification) -> None:
    table = follow(office, OFFERS["nothing"], **{**DESIGN, "recruit": 14, "months": 2, "replicates": (0,)})
    shorter = follow(office, OFFERS["nothing"], **{**DESIGN, "recruit": 12, "months": 2, "replicates": (0,)})
    assert table["enrolled"].sum() > shorter["enrolled"].sum()
