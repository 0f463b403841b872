"""At the edges of what a scenario can say the model stays whole, and its indicators say what one would expect.

Every extreme lives two years under Audit (nothing out of range, no indicator unknown where somebody is there to
measure), as parameters are and as they are drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from agents.activities import FIELDS, NEEDS_ROOM, Bound
from agents.agencies import SERVES, WITH_PARTNERS
from agents.guidance import asked_for
from agents.money import received, spent
from agents.rules import exact_sum
from model import ReintegrationModel
from scenarios import FIELDS as DECLARED
from scenarios import SUM_TO_ONE, Quantity, Specification
from tests.model.audit import Audit
from tests.model.worlds import UNDER_SUPERVISION, always, differences, lived, whole

MONTHS, REPLICATES = 24, 3
SOME: Mapping[str, Any] = {"setting.clients": 12, "setting.villages": 2, "levers.human_resources.members_per_group": 1}
NO_GROUPS = {f"levers.human_resources.groups_{field}": 0 for field in FIELDS}
ALL_FIXED = {
    "levers.funding.fixed_share": 1,
    "levers.funding.irregular_share": 0,
    "levers.funding.outside_share": 0,
}
AGREED = {
    f"levers.coordination.referral_agreements.{name}": 1 for name in ("dinas_sosial", "dinas_tenaga_kerja", "ngo")
}
NOBODY_AGREED = dict.fromkeys(AGREED, 0)
EXTREMES: dict[str, Mapping[str, Any]] = {
    "no money": {"levers.funding.annual_budget_idr": 0},
    "no members": NO_GROUPS,
    "no members, no agreements": {**NO_GROUPS, **NOBODY_AGREED},
    "no hours": {"levers.human_resources.hours_per_member_month": 0},
    "no rooms": {"levers.funding.room_slots_per_month": 0, **NOBODY_AGREED},
    "hub only": {
        **ALL_FIXED,
        **NOBODY_AGREED,
        "levers.funding.first_money_month": 1,
        "levers.funding.annual_budget_idr": 600_000_000,
        "levers.funding.room_slots_per_month": 0,
        "levers.hub.griya_abhipraya_slots_per_month": 60,
    },
    "all agencies agreed": {
        **ALL_FIXED,
        **AGREED,
        "setting.clients": 60,
        "levers.funding.first_money_month": 1,
        "levers.coordination.forum_meetings_per_year": 12,
    },
    "no clients": {"setting.clients": 0},
    "one client": {"setting.clients": 1},
    "no counsellors": {"levers.human_resources.counsellors": 0},
    "everyone certified": {
        **ALL_FIXED,
        "levers.funding.first_money_month": 1,
        "levers.funding.annual_budget_idr": 10_000_000_000,
        "levers.human_resources.certification_places_per_year": 100_000,
        "levers.human_resources.coaching_sessions_per_year": 12,
        "levers.human_resources.recruits_per_year": 100,
    },
    "all money in December": {**ALL_FIXED, "levers.funding.first_money_month": 12, "parameters.lapse_share": 1},
    "one village": {"setting.villages": 1, "parameters.employers_per_village": 0.5},
    "no stigma": {"setting.community_stigma": 0},
    "full stigma": {"setting.community_stigma": 1},
    "all for administration": {**ALL_FIXED, **NOBODY_AGREED, "levers.funding.administration_share": 1},
    "no levers at all": {
        path: field.low
        for path, field in DECLARED.items()
        if path.startswith("levers.") and isinstance(field, Quantity) and not any(path in group for group in SUM_TO_ONE)
    },
}
WATCHED = ("plan_idr", "bound", "places", "agency_places", "hours_used", "coaching", "hub_slots", "owed_idr")


def _extreme(changes: Mapping[str, Any]) -> Specification:
    return always("wonosari", {**SOME, **changes})


@dataclass(frozen=True)
class Lived:
    """What became of one extreme in its replicates.

    Attributes:
        model: where it was lived, beside the others.
        offices: its rows there.
        history: month by month.
        indicators: of whole runs.
        by_month: columns of the table of offices, shape (months, replicates) or (months, replicates, width), and what
            was ``asked`` for, (months, replicates, 9).
    """

    model: ReintegrationModel
    offices: np.ndarray
    history: pd.DataFrame
    indicators: pd.DataFrame
    by_month: Mapping[str, np.ndarray]

    @property
    def own_places(self) -> np.ndarray:
        """Places open that are not those of other agencies, shape (months, replicates, 9)."""
        return self.by_month["places"] - self.by_month["agency_places"]


@pytest.fixture(scope="module", params=["fixed", "drawn"])
def extremes(request: pytest.FixtureRequest) -> dict[str, Lived]:
    """All extremes side by side in one model, audited month by month."""
    specs = [_extreme(changes) for changes in EXTREMES.values()]
    model = ReintegrationModel(specs, replicates=range(REPLICATES), assumptions=request.param)
    audit, seen, clients = Audit(model), [], model.tables["clients"]
    for _ in range(MONTHS):
        audit.step()
        month = {name: getattr(model.tables["offices"], name).copy() for name in WATCHED}
        seen.append(month | {"asked": exact_sum(asked_for(clients), clients.office, len(month["bound"]))})
    history, indicators = model.history, model.indicators()
    found = {}
    for number, name in enumerate(EXTREMES):
        offices = np.flatnonzero(model.tables["offices"].specification == number)
        months = (offices[:, None] * MONTHS + np.arange(MONTHS)).ravel()
        by_month = {column: np.stack([month[column][offices] for month in seen]) for column in seen[0]}
        found[name] = Lived(model, offices, history.iloc[months], indicators.iloc[offices], by_month)
    return found


@pytest.mark.parametrize(
    "name", ["no clients", "one client", "everyone certified", "hub only", "all agencies agreed", "no levers at all"]
)
def test_extremes_are_the_same_under_both_drivers(name: str) -> None:
    spec = always(
        "wonosari", {**SOME, **EXTREMES[name], "setting.clients": min(1, EXTREMES[name].get("setting.clients", 1))}
    )
    one, other = (lived(spec, MONTHS, driver=driver) for driver in ("columns", "agents"))
    assert differences(whole(one), whole(other)) == []


# money


def test_no_money_is_neither_received_nor_spent(extremes: Mapping[str, Lived]) -> None:
    """Guidance is owed and nothing is in force; salaries, which the state pays, are booked all the same."""
    none = extremes["no money"]
    offices = none.model.tables["offices"]
    assert (received(offices)[none.offices] == 0).all()
    assert (spent(offices)[none.offices] == 0).all()
    assert (none.indicators[["spent_idr", "spent_programmes_idr", "carried_over_idr"]] == 0).all(axis=None)
    assert (none.indicators["payroll_idr"] > 0).all()
    asked = (none.by_month["asked"] > 0) & (none.by_month["bound"] != Bound.UNPLANNED)
    assert asked.any(axis=(0, 1)).sum() >= 5
    assert (none.by_month["bound"][asked] == Bound.MONEY).all()
    assert (none.history[["binding_hours", "binding_rooms"]] == 0).all(axis=None)
    owed = none.by_month["owed_idr"].sum(axis=2)
    assert (np.diff(owed, axis=0) >= 0).all()
    assert (owed[-1] > 0).all()


@pytest.mark.parametrize("name", ["no money", "no members, no agreements", "no rooms", "all for administration"])
def test_without_means_no_client_is_served(name: str, extremes: Mapping[str, Lived]) -> None:
    """No money, no members, no rooms (the baseline gives no money to the course, which needs none)."""
    without = extremes[name]
    assert (without.indicators[["sessions_held", "coverage_current", "coverage_ever"]] == 0).all(axis=None)
    clients = without.model.tables["clients"]
    assert (clients.dose[np.isin(clients.office, without.offices)] == 0).all()
    assert without.indicators[["attendance_share", "recorded_share", "cost_per_session_idr"]].isna().all(axis=None)


def test_all_for_administration_leaves_nothing_for_activities(extremes: Mapping[str, Lived]) -> None:
    spent_so = extremes["all for administration"].indicators
    assert (spent_so["spent_programmes_idr"] == 0).all()
    assert (spent_so["spent_idr"] > 0).all()


def test_money_in_december_serves_in_december_only(extremes: Mapping[str, Lived]) -> None:
    """What is left lapses in January, so eleven months of the year see no session."""
    places = extremes["all money in December"].own_places.sum(axis=2)
    in_december = np.arange(MONTHS) % 12 == 11
    assert (places[in_december] > 0).all()
    assert (places[~in_december] == 0).all()
    offices = extremes["all money in December"]
    assert (offices.model.tables["offices"].lapsed_idr[offices.offices] > 0).all()


# people


@pytest.mark.parametrize("name", ["no members", "no hours"])
def test_without_hours_only_other_agencies_hold_sessions(name: str, extremes: Mapping[str, Lived]) -> None:
    """Where somebody asks and there is money, hours are what was missing."""
    without = extremes[name]
    assert not without.own_places.any()
    assert not without.by_month["hours_used"].any()
    assert (without.indicators["spent_programmes_idr"] == 0).all()
    by_others = without.by_month["agency_places"].sum(axis=(0, 2))
    assert (without.indicators["sessions_held"].to_numpy() <= by_others).all()
    had_money = (without.by_month["plan_idr"] > 0) & (without.by_month["asked"] > 0)
    assert had_money.any(axis=(0, 1)).sum() >= 5
    assert (without.by_month["bound"][had_money] == Bound.HOURS).all()


def test_when_all_can_be_certified_and_coached_all_are(extremes: Mapping[str, Lived]) -> None:
    """All but those who joined this month: certificates are paid before they come."""
    all_of_them, few = extremes["everyone certified"], extremes["one village"]
    members = all_of_them.model.tables["members"]
    settled = np.isin(members.office, all_of_them.offices) & members.serving & (members.joined_month < MONTHS - 1)
    assert settled.sum() > 20
    assert members.certified[settled].all()
    assert (all_of_them.indicators["members_certified_share"] > 0.9).all()
    assert (all_of_them.by_month["coaching"] == 1).all()
    others = np.isin(members.office, few.offices) & members.serving
    assert members.competence[settled].mean() > members.competence[others].mean()


def test_nobody_is_nowhere(extremes: Mapping[str, Lived]) -> None:
    none = extremes["no clients"]
    for name in ("clients", "families"):
        assert not np.isin(none.model.tables[name].office, none.offices).any()
    assert none.history[["employed_share", "employed_share_recorded", "cost_per_client_idr"]].isna().all(axis=None)
    assert (none.history[["clients_per_counsellor", "sessions_held", "offences", "custody_cost_idr"]] == 0).all(
        axis=None
    )
    assert (none.indicators["members_active"] > 0).all()


def test_one_client_is_either_in_work_or_not() -> None:
    model = lived(_extreme(EXTREMES["one client"]), 1, replicates=range(10))
    clients = model.tables["clients"]
    supervised = np.bincount(clients.office[np.isin(clients.status, UNDER_SUPERVISION)], minlength=10)
    in_work = model.indicators()["employed_share"].to_numpy() * supervised
    assert np.nan_to_num(in_work % 1).tolist() == [0.0] * 10


def test_without_counsellors_there_are_no_salaries_and_all_clients_are_one_caseload(
    extremes: Mapping[str, Lived],
) -> None:
    without = extremes["no counsellors"]
    assert (without.indicators["payroll_idr"] == 0).all()
    offices = without.model.tables["offices"]
    assert (offices.caseload[without.offices] > 1).all()


# rooms


def test_without_rooms_rooms_are_what_was_missing(extremes: Mapping[str, Lived]) -> None:
    without = extremes["no rooms"]
    assert not without.own_places[:, :, NEEDS_ROOM].any()
    in_room = (without.by_month["plan_idr"] > 0) & (without.by_month["asked"] > 0) & NEEDS_ROOM
    bound = without.by_month["bound"][in_room]
    assert len(bound) > 100
    # where a field had neither hours nor rooms, the first of the two is named
    assert np.isin(bound, [Bound.ROOMS, Bound.HOURS]).all()
    assert (bound == Bound.ROOMS).mean() > 0.9


def test_a_hub_is_room_enough(extremes: Mapping[str, Lived]) -> None:
    """Sessions are held in Griya Abhipraya alone, in the months in which it is paid for."""
    hub = extremes["hub only"]
    assert (hub.indicators["sessions_held"] > 0).all()
    in_rooms = hub.own_places[:, :, NEEDS_ROOM].sum(axis=2)
    assert (in_rooms <= hub.by_month["hub_slots"]).all()
    assert (in_rooms[hub.by_month["hub_slots"] == 60] > 0).mean() > 0.5


# agencies and surroundings


def test_agreed_agencies_open_places_of_their_own(extremes: Mapping[str, Lived]) -> None:
    """In what they serve and in nothing else; where nobody agreed there are none."""
    agreed = extremes["all agencies agreed"]
    places = agreed.by_month["agency_places"].sum(axis=(0, 1))
    assert (places[list(SERVES)] > 0).all()
    assert not np.delete(places, list(SERVES)).any()
    assert not extremes["hub only"].by_month["agency_places"].any()
    offices, apart = agreed.model.tables["offices"], extremes["no levers at all"].offices
    assert offices.tie[agreed.offices][:, WITH_PARTNERS].mean() > 2 * offices.tie[apart][:, WITH_PARTNERS].mean()


def test_stigma_holds_clients_back(extremes: Mapping[str, Lived]) -> None:
    none, full = (extremes[name].indicators for name in ("no stigma", "full stigma"))
    assert (none["village_stigma"] < 0.2).all()
    assert (full["village_stigma"] > 0.7).all()
    assert none["employed_share"].mean() > full["employed_share"].mean()
    assert none["discrimination_reported"].mean() < full["discrimination_reported"].mean()
