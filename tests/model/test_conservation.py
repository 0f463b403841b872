"""People, rupiah, hours and places are conserved every month, whatever a scenario asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from agents.activities import FIELD_OF, FIELDS, Activity
from agents.clients import Status, Work
from agents.money import received, spent
from agents.rules import Rows
from agents.work import hiring_chance
from model import INDICATORS, ReintegrationModel
from scenarios import FIELDS as DECLARED
from scenarios import SUM_TO_ONE, Quantity, Specification, parameters
from tests.model.worlds import always, differences, lived, whole

#: how far a random scenario goes where the declared range goes further than a quick test can
REACH = {
    "setting.clients": (0, 30),
    "setting.villages": (1, 5),
    "levers.funding.annual_budget_idr": (0, 2e9),
    "levers.funding.room_slots_per_month": (0, 200),
    "levers.human_resources.counsellors": (0, 20),
    "levers.human_resources.groups_self_reliance": (0, 3),
    "levers.human_resources.groups_personality": (0, 3),
    "levers.human_resources.groups_legal": (0, 3),
    "levers.human_resources.groups_community": (0, 3),
    "levers.human_resources.members_per_group": (0, 4),
    "levers.human_resources.certification_places_per_year": (0, 50),
    "levers.human_resources.recruits_per_year": (0, 50),
}
UNDER_SUPERVISION = (Status.SUPERVISED, Status.OUT_OF_CONTACT)


@st.composite
def scenarios(draw: st.DrawFn) -> Specification:
    """Wonosari with a handful of its numbers anywhere in their range, some of them changing in mid-run."""
    summing = {path for group in SUM_TO_ONE for path in group}
    free = [path for path, field in DECLARED.items() if isinstance(field, Quantity) and path not in summing]
    changes: dict[str, Any] = {"setting.clients": draw(st.integers(0, 30)), "setting.villages": draw(st.integers(1, 5))}
    for path in draw(st.lists(st.sampled_from(free), min_size=6, max_size=14, unique=True)):
        changes[path] = draw(_values(path))
        if path.startswith("levers.") and draw(st.booleans()):
            then = {"from_month": draw(st.integers(1, 8)), "value": draw(_values(path)), "ramp_months": 2}
            changes[path] = {"value": changes[path], "then": [then]}
    for group in SUM_TO_ONE:
        if draw(st.booleans()):
            weights = np.array([draw(st.sampled_from((0.0, 0.1, 1.0, 5.0))) for _ in group])
            weights = weights if weights.any() else np.ones(len(group))
            parts = np.round(weights / weights.sum(), 6)
            parts[parts.argmax()] += 1.0 - parts.sum()
            changes |= dict(zip(group, parts.tolist(), strict=True))
    return always("wonosari", changes)


def _values(path: str) -> st.SearchStrategy[float]:
    declared = DECLARED[path]
    assert isinstance(declared, Quantity)
    low, high = REACH.get(path, (declared.low, declared.high))
    if declared.whole:
        return st.integers(int(low), int(high)).map(float)
    return st.one_of(st.sampled_from((float(low), float(high))), st.floats(low, high).map(lambda x: round(x, 3)))


class Audit:
    """Steps a model and checks the books of every month."""

    def __init__(self, model: ReintegrationModel) -> None:
        self.model = model
        clients = model.tables["clients"]
        here = clients.office[clients.status != Status.INSIDE]
        self.at_start = np.bincount(here, minlength=len(model.tables["offices"]))
        self.released = np.zeros(len(model.tables["offices"]), dtype=np.int64)

    def step(self) -> None:
        clients = self.model.tables["clients"]
        status, offended, granted = clients.status.copy(), clients.reoffended.copy(), clients.granted.copy()
        self.model.step()
        newly = clients.granted & ~np.append(granted, np.zeros(len(clients) - len(granted), dtype=bool))
        offices = self.model.tables["offices"]
        assert (np.bincount(clients.office[newly], minlength=len(offices)) <= offices.grants_paid).all()
        self._people(np.append(status, np.full(len(clients) - len(status), Status.INSIDE)))
        self._offences(np.append(offended, np.zeros(len(clients) - len(offended), dtype=bool)))
        self._money()
        self._hours_and_places()
        self._values()

    def _people(self, before: np.ndarray) -> None:
        clients, month = self.model.tables["clients"], self.model.month - 1
        now, offices = clients.status, len(self.model.tables["offices"])

        def count(mask: np.ndarray) -> np.ndarray:
            return np.bincount(clients.office[mask], minlength=offices)

        arrived = (before == Status.INSIDE) & (now != Status.INSIDE)
        returned = (before == Status.CUSTODY) & (clients.release_month == month)
        caught, revoked = clients.detected, clients.revoked
        # every client row is in exactly one status, and only where one can come from where it was
        assert np.isin(now, list(Status)).all()
        assert (clients.release_month[arrived] == month).all()
        assert (clients.release_month[now == Status.INSIDE] > month).all()
        assert (now[caught | revoked] == Status.CUSTODY).all()
        assert not (caught & revoked).any()
        assert np.isin(
            before[(now == Status.GONE) & (before != Status.GONE)], [*UNDER_SUPERVISION, Status.COMPLETED]
        ).all()
        assert (now[before == Status.GONE] == Status.GONE).all()
        assert np.isin(now[before == Status.COMPLETED], [Status.COMPLETED, Status.CUSTODY, Status.GONE]).all()
        # clients ever = stock at the start + arrivals
        self.released += count(arrived)
        assert (count(now != Status.INSIDE) == self.at_start + self.released).all()
        # under supervision: who was, came or came back, less who was caught, revoked or has completed
        entered = np.isin(before, UNDER_SUPERVISION) | arrived | returned
        completed = entered & ~caught & ~revoked & np.isin(now, (Status.COMPLETED, Status.GONE))
        assert (month + 1 - clients.release_month[completed] >= clients.term_months[completed]).all()
        left = completed | (entered & (caught | revoked))
        assert (count(np.isin(now, UNDER_SUPERVISION)) == count(entered) - count(left)).all()
        # who is in custody has neither work nor mentor, and an employer goes with formal work
        inside = now == Status.CUSTODY
        assert (clients.work[inside] == Work.NONE).all()
        assert (clients.mentor[inside] == -1).all()
        assert ((clients.employer >= 0) <= (clients.work == Work.FORMAL)).all()

    def _offences(self, before: np.ndarray) -> None:
        clients = self.model.tables["clients"]
        assert (clients.detected <= clients.offended).all()
        assert (clients.heard_of <= clients.detected).all()
        assert (clients.recorded_failure <= clients.detected | clients.revoked).all()
        assert (clients.first_reoffence == (clients.offended & ~before)).all()
        assert (clients.reoffended == (before | clients.offended)).all()
        assert (self.model.record.first_reoffences <= self.model.record.at_risk).all()

    def _money(self) -> None:
        offices = self.model.tables["offices"]
        assert received(offices).dtype == spent(offices).dtype == offices.cash_idr.dtype == np.int64
        there = offices.opening_cash_idr + received(offices)
        assert (there == spent(offices) + offices.lapsed_idr + offices.cash_idr).all()
        assert (offices.cash_idr >= 0).all()
        assert (offices.owed_idr * offices.plan_idr.sum(axis=1) == 0).all()  # nothing for activities while owing
        told = dict(zip(INDICATORS, self.model.record.values[-1].T, strict=True))
        assert (told["carried_over_idr"] == offices.cash_idr).all()
        assert (told["spent_idr"] == spent(offices)).all()

    def _hours_and_places(self) -> None:
        offices, clients, members = (self.model.tables[name] for name in ("offices", "clients", "members"))
        given = np.zeros((len(offices), len(FIELDS)))
        np.add.at(given, members.office[members.serving], members.hours[members.serving])
        used = np.zeros_like(given)
        np.add.at(used.T, FIELD_OF, offices.hours_used.T)
        assert (used <= given * (1.0 + 1e-9)).all()
        offered = np.zeros((len(offices), len(Activity)))
        np.add.at(offered, clients.office, clients.offered)
        assert (offered <= offices.places).all()
        assert (clients.attended <= clients.offered).all()
        assert (clients.served == clients.attended.any(axis=1)).all()
        assert (offices.held <= offered).all()
        assert np.array_equal(offices.places + offices.duplicated + offices.cancelled, offices.planned)
        rooms = offices.places + offices.duplicated
        assert (rooms.sum(axis=1) <= offices.room_slots_per_month * (1.0 + 1e-9)).all()
        load = np.bincount(clients.mentor[clients.mentor >= 0], minlength=len(members))
        assert (load <= self.model.beliefs.of(members.office).mentor_places + 0.5).all()

    def _values(self) -> None:
        faults = [fault for table in self.model.tables.values() for fault in table.out_of_range()]
        assert faults == []
        for table in self.model.tables.values():
            for name, column in table.columns.items():
                if column.refers_to is not None:
                    values = getattr(table, name)
                    assert ((values >= -1) & (values < len(self.model.tables[column.refers_to]))).all()
        clients = Rows(self.model, self.model.tables["clients"], self.model.tables["clients"].active())
        chance = hiring_chance(clients, self.model.beliefs.at(clients))
        assert ((chance >= 0.0) & (chance <= 1.0)).all()
        self._indicators()

    def _indicators(self) -> None:
        """Shares lie between 0 and 1, and what somebody is there to measure is a number."""
        now = dict(zip(INDICATORS, self.model.record.values[-1].T, strict=True))
        offices, clients = self.model.tables["offices"], self.model.tables["clients"]
        supervised = np.bincount(clients.office[np.isin(clients.status, UNDER_SUPERVISION)], minlength=len(offices))
        there = {
            "employer_willingness": offices.employers > 0,
            "members_certified_share": now["members_active"] > 0,
        } | dict.fromkeys(ALWAYS_DEFINED, offices.villages > 0)
        for name, indicator in INDICATORS.items():
            values = now[name]
            low, high = BOUNDS.get(indicator.unit, (0.0, np.inf))
            assert ((values >= low) & (values <= high) | np.isnan(values)).all(), name
            if name not in MAY_BE_UNDEFINED:
                assert not np.isnan(values[there.get(name, supervised > 0)]).any(), name


BOUNDS = {"share": (0.0, 1.0), "0-1": (0.0, 1.0), "MSPSS 1-7": (1.0, 7.0)}

#: indicators that wait for an event: a client at risk in every month since release, a first service, a place open
MAY_BE_UNDEFINED = {
    *("reoffending_12m", "reoffending_24m", "reoffending_36m", "months_to_first_service"),
    *("attendance_share", "family_reconciled_share", "member_exit_per_year"),
}
#: indicators of an office, which is always there
ALWAYS_DEFINED = {
    *("village_stigma", "sessions_planned", "sessions_held", "sessions_cancelled", "sessions_duplicated"),
    *("binding_money", "binding_hours", "binding_rooms", "members_active", "clients_per_counsellor"),
    *("spent_idr", "spent_programmes_idr", "carried_over_idr"),
}


@given(st.lists(scenarios(), min_size=4, max_size=4), st.sampled_from(("fixed", "drawn")))
@settings(max_examples=8, phases=[Phase.explicit, Phase.generate])  # an example takes too long to be shrunk
def test_every_month_of_any_scenario_keeps_its_books(specs: list[Specification], assumptions: str) -> None:
    """Four offices side by side, into the second year, when fixed money has lapsed."""
    audit = Audit(ReintegrationModel(specs, assumptions=assumptions))
    for _ in range(13):
        audit.step()


SOME: Mapping[str, Any] = {"setting.clients": 12, "setting.villages": 2, "levers.human_resources.members_per_group": 1}
NO_GROUPS = {f"levers.human_resources.groups_{field}": 0 for field in FIELDS}
NO_MONEY = {"levers.funding.annual_budget_idr": 0}
ALL_FIXED = {
    "levers.funding.fixed_share": 1,
    "levers.funding.irregular_share": 0,
    "levers.funding.outside_share": 0,
}
#: April to December in the baseline; before, money comes only by chance
FIXED_MONEY_HAS_COME = "(month - 1) % 12 >= 3"
EXTREMES: dict[str, Mapping[str, Any]] = {
    "no money": NO_MONEY,
    "no members": {**NO_GROUPS},
    "no hours": {"levers.human_resources.hours_per_member_month": 0},
    "no rooms": {"levers.funding.room_slots_per_month": 0},
    "no clients": {"setting.clients": 0},
    "one client": {"setting.clients": 1},
    "no counsellors": {"levers.human_resources.counsellors": 0},
    "everyone certified": {
        "levers.human_resources.certification_places_per_year": 100_000,
        "levers.funding.annual_budget_idr": 10_000_000_000,
        "levers.human_resources.recruits_per_year": 100,
    },
    "all money in December": {**ALL_FIXED, "levers.funding.first_money_month": 12},
    "one village": {"setting.villages": 1, "parameters.employers_per_village": 0.5},
    "no stigma": {"setting.community_stigma": 0},
    "full stigma": {"setting.community_stigma": 1},
    "all for administration": {**ALL_FIXED, "levers.funding.administration_share": 1},
    "no levers at all": {
        path: field.low
        for path, field in DECLARED.items()
        if path.startswith("levers.") and isinstance(field, Quantity) and not any(path in group for group in SUM_TO_ONE)
    },
}


def _extreme(changes: Mapping[str, Any]) -> Specification:
    return always("wonosari", {**SOME, **changes})


@dataclass(frozen=True)
class Lived:
    """What became of one extreme: its rows of offices, its months and its whole runs, three replicates each."""

    model: ReintegrationModel
    offices: np.ndarray
    history: pd.DataFrame
    indicators: pd.DataFrame


@pytest.fixture(scope="module")
def extremes() -> dict[str, Lived]:
    """All extremes side by side in one model, audited for two years."""
    model = ReintegrationModel([_extreme(changes) for changes in EXTREMES.values()], replicates=(0, 1, 2))
    audit = Audit(model)
    for _ in range(24):
        audit.step()
    history, indicators = model.history, model.indicators()
    found = {}
    for number, name in enumerate(EXTREMES):
        offices = np.flatnonzero(model.tables["offices"].specification == number)
        months = (offices[:, None] * 24 + np.arange(24)).ravel()
        found[name] = Lived(model, offices, history.iloc[months], indicators.iloc[offices])
    return found


def test_extremes_keep_their_books(extremes: Mapping[str, Lived]) -> None:
    """Audited month by month where they are made."""
    assert all(len(each.history) == 72 for each in extremes.values())


@pytest.mark.parametrize("name", ["no clients", "one client", "everyone certified", "no levers at all"])
def test_extremes_are_the_same_under_both_drivers(name: str) -> None:
    spec = always("wonosari", {**SOME, "setting.clients": 1, **EXTREMES[name]})
    one, other = (lived(spec, 24, driver=driver) for driver in ("columns", "agents"))
    assert differences(whole(one), whole(other)) == []


@pytest.mark.parametrize("name", ["no money", "no members", "no hours", "no rooms", "all for administration"])
def test_without_means_no_session_is_held(name: str, extremes: Mapping[str, Lived]) -> None:
    lived_ = extremes[name]
    nothing = ["sessions_held", "coverage_current", "coverage_ever", "spent_programmes_idr"]
    assert (lived_.indicators[nothing] == 0).all(axis=None)
    clients = lived_.model.tables["clients"]
    assert (clients.dose[np.isin(clients.office, lived_.offices)] == 0).all()


def test_what_bound_is_what_was_missing(extremes: Mapping[str, Lived]) -> None:
    """Money when there is none; once the fixed money has come, hours or rooms when there are none."""
    assert (extremes["no money"].history["binding_money"] == 1).all()
    for name, column in (("no members", "binding_hours"), ("no hours", "binding_hours"), ("no rooms", "binding_rooms")):
        assert (extremes[name].history.query(FIXED_MONEY_HAS_COME)[column] == 1).all(), name


def test_no_money_is_neither_received_nor_spent(extremes: Mapping[str, Lived]) -> None:
    lived_ = extremes["no money"]
    offices = lived_.model.tables["offices"]
    assert (received(offices)[lived_.offices] == 0).all()
    assert (spent(offices)[lived_.offices] == 0).all()


def test_nobody_is_nowhere(extremes: Mapping[str, Lived]) -> None:
    lived_ = extremes["no clients"]
    for name in ("clients", "families"):
        assert not np.isin(lived_.model.tables[name].office, lived_.offices).any()
    assert lived_.history["employed_share"].isna().all()
    assert (lived_.history["clients_per_counsellor"] == 0).all()
    assert (lived_.indicators["members_active"] > 0).all()


def test_one_client_is_either_in_work_or_not(extremes: Mapping[str, Lived]) -> None:
    model = lived(_extreme(EXTREMES["one client"]), 1, replicates=range(10))
    clients = model.tables["clients"]
    supervised = np.bincount(clients.office[np.isin(clients.status, UNDER_SUPERVISION)], minlength=10)
    in_work = model.indicators()["employed_share"].to_numpy() * supervised
    assert np.nan_to_num(in_work % 1).tolist() == [0.0] * 10


def test_when_all_can_be_certified_all_are(extremes: Mapping[str, Lived]) -> None:
    """All but those who joined this month, once the year's money has come."""
    lived_ = extremes["everyone certified"]
    members = lived_.model.tables["members"]
    settled = np.isin(members.office, lived_.offices) & members.serving & (members.joined_month < 23)
    assert settled.sum() > 20
    assert members.certified[settled].all()


def test_money_in_december_serves_in_december_only(extremes: Mapping[str, Lived]) -> None:
    """What is left lapses in January, so eleven months of the year see no session."""
    history = extremes["all money in December"].history
    by_month = history.pivot_table(index="month", columns="replicate", values="sessions_held")
    held = by_month.diff().fillna(by_month.iloc[:1])
    assert (held.loc[12] > 0).all()
    assert (held.drop([12, 24]) == 0).all(axis=None)


def test_stigma_holds_clients_back(extremes: Mapping[str, Lived]) -> None:
    none, full = (extremes[name].indicators for name in ("no stigma", "full stigma"))
    assert (none["village_stigma"] < 0.2).all()
    assert (full["village_stigma"] > 0.7).all()
    assert none["employed_share"].mean() > full["employed_share"].mean()
    assert none["discrimination_reported"].mean() < full["discrimination_reported"].mean()


def test_every_parameter_lies_in_its_range() -> None:
    model = ReintegrationModel(_extreme({}), replicates=range(20), assumptions="drawn")
    for name, parameter in parameters().items():
        values = np.broadcast_to(getattr(model.beliefs.of(np.arange(20)), name), 20)
        assert ((values >= parameter.low) & (values <= parameter.high)).all(), name
