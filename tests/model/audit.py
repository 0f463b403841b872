"""The books of every month: people, rupiah, hours and places, and values where they may be."""

import numpy as np

from agents.activities import FIELD_OF, FIELDS, NEEDS_ROOM, Activity
from agents.clients import Status, Work
from agents.money import OWED, Source, Use
from agents.rules import Rows
from agents.work import hiring_chance
from model import INDICATORS, ReintegrationModel
from tests.model.worlds import UNDER_SUPERVISION

BOOKS = ("cash_idr", "received_idr", "spent_idr", "spent_programmes_idr", "lapsed_idr", "owed_idr", "plan_idr")
#: what is in force this month, and the lever that promises it
PROMISED = {
    "register": "shared_register_coverage",
    "procedure": "written_procedure",
    "agreements": "referral_agreements",
    "media": "media_reach",
    "rented_slots": "rented_room_slots_per_month",
    "hub_slots": "griya_abhipraya_slots_per_month",
    "transport_idr": "transport_idr_per_member_month",
    "subsidy_idr": "wage_subsidy_idr_per_month",
}
#: what the register holds of a true number, and can only hold less of
PART_OF = {
    name: name.removesuffix("_recorded")
    for name in (
        *("sessions_held_recorded", "attendance_share_recorded"),
        *("coverage_current_recorded", "coverage_ever_recorded"),
    )
}
BOUNDS = {"share": (0.0, 1.0), "0-1": (0.0, 1.0), "MSPSS 1-7": (1.0, 7.0)}

#: indicators that wait for an event: a client at risk in every month since release, a first service, a place open;
#: or for somebody to be counted: a family, a counsellor
MAY_BE_UNDEFINED = {
    *("reoffending_12m", "reoffending_24m", "reoffending_36m"),
    *("reoffending_12m_recorded", "reoffending_24m_recorded", "reoffending_36m_recorded"),
    *("served_within_3m", "months_to_first_service", "months_to_first_service_recorded", "unmet_need"),
    *("attendance_share", "attendance_share_recorded", "recorded_share"),
    *("cost_per_session_idr", "cost_per_session_recorded_idr", "cost_per_job_idr"),
    *("family_reconciled_share", "member_exit_per_year", "clients_per_counsellor"),
}
#: indicators of an office, which is always there
ALWAYS_DEFINED = {
    *("village_stigma", "sessions_planned", "sessions_held", "sessions_held_recorded"),
    *("sessions_cancelled", "sessions_duplicated", "offences", "custody_cost_idr", "payroll_idr"),
    *("binding_money", "binding_hours", "binding_rooms", "members_active"),
    *("spent_idr", "spent_programmes_idr", "carried_over_idr"),
}


class Audit:
    """Steps a model and checks the books of every month.

    Args:
        model: at the beginning of its run.
    """

    def __init__(self, model: ReintegrationModel) -> None:
        self.model = model
        clients = model.tables["clients"]
        here = clients.office[clients.status != Status.INSIDE]
        self.at_start = np.bincount(here, minlength=len(model.tables["offices"]))
        self.released = np.zeros(len(model.tables["offices"]), dtype=np.int64)
        self.salaries = np.zeros(len(model.tables["offices"]), dtype=np.int64)

    def step(self) -> None:
        clients = self.model.tables["clients"]
        status, offended, granted = clients.status.copy(), clients.reoffended.copy(), clients.granted.copy()
        books = {name: getattr(self.model.tables["offices"], name).copy() for name in BOOKS}
        self.model.step()
        newly = clients.granted & ~np.append(granted, np.zeros(len(clients) - len(granted), dtype=bool))
        offices = self.model.tables["offices"]
        assert (np.bincount(clients.office[newly], minlength=len(offices)) <= offices.grants_paid).all()
        self._people(np.append(status, np.full(len(clients) - len(status), Status.INSIDE)))
        self._offences(np.append(offended, np.zeros(len(clients) - len(offended), dtype=bool)))
        self._money(books)
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
        assert (clients.first_failure_recorded <= clients.recorded_failure).all()
        assert (clients.recorded_failure <= clients.ever_failed_recorded).all()
        assert (clients.service_recorded <= clients.served).all()
        record = self.model.record
        assert (record.first_reoffences <= record.at_risk).all()
        assert (record.first_recorded <= record.at_risk_recorded).all()

    def _money(self, before: dict[str, np.ndarray]) -> None:
        offices = self.model.tables["offices"]
        assert {getattr(offices, name).dtype for name in BOOKS} == {np.dtype(np.int64)}
        # opening cash + received by source = spent by use + activities + returned to the treasury + cash
        there = offices.opening_cash_idr + offices.received_idr.sum(axis=1)
        gone = offices.spent_idr.sum(axis=1) + offices.spent_programmes_idr.sum(axis=1) + offices.lapsed_idr
        assert np.array_equal(there, gone + offices.cash_idr)
        assert (offices.cash_idr >= 0).all()
        for name in ("received_idr", "spent_idr", "spent_programmes_idr", "lapsed_idr"):
            assert (getattr(offices, name) >= before[name]).all(), name
        # salaries are the state's: booked in and out, none of it in the office's hands
        salary = self.model.beliefs.of(np.arange(len(offices))).counsellor_salary_idr
        self.salaries += np.floor(offices.counsellors * salary).astype(np.int64)
        assert np.array_equal(offices.received_idr[:, Source.PAYROLL], self.salaries)
        assert np.array_equal(offices.spent_idr[:, Use.PAYROLL], self.salaries)
        # who owes administration or guidance pays for nothing that comes after, activities included
        paid = offices.spent_idr - before["spent_idr"]
        owing = offices.owed_idr > 0
        for place, use in enumerate(OWED):
            later = [each for each in Use if use < each != Use.PAYROLL]
            assert not paid[np.ix_(owing[:, place], later)].any(), use.name
        activities = offices.spent_programmes_idr - before["spent_programmes_idr"]
        assert not offices.plan_idr[owing.any(axis=1)].any()
        assert (activities <= offices.plan_idr).all()
        # no more is in force than was promised
        for promise, lever in PROMISED.items():
            assert (getattr(offices, promise) <= getattr(offices, lever)).all(), promise
        told = dict(zip(INDICATORS, self.model.record.values[-1].T, strict=True))
        assert np.array_equal(told["carried_over_idr"], offices.cash_idr)
        assert np.array_equal(told["payroll_idr"], self.salaries)
        own = offices.spent_idr[:, : Use.PAYROLL].sum(axis=1) + offices.spent_programmes_idr.sum(axis=1)
        assert np.array_equal(told["spent_idr"], own)
        assert np.array_equal(told["spent_programmes_idr"], offices.spent_programmes_idr.sum(axis=1))

    def _hours_and_places(self) -> None:
        offices, clients, members = (self.model.tables[name] for name in ("offices", "clients", "members"))
        given = np.zeros((len(offices), len(FIELDS)))
        np.add.at(given, members.office[members.serving], members.hours[members.serving])
        used = np.zeros_like(given)
        np.add.at(used.T, FIELD_OF, offices.hours_used.T)
        assert (used <= given * (1.0 + 1e-9)).all()
        p = self.model.beliefs.of(np.arange(len(offices)))
        wanted = offices.meetings * p.meeting_hours + offices.joint_planning * p.planning_hours_per_month
        booked = np.minimum(wanted[:, None] / len(FIELDS), given).sum(axis=1)
        np.testing.assert_allclose(offices.hours_overhead, booked, rtol=1e-9, atol=1e-9)
        assert (used.sum(axis=1) + offices.hours_overhead <= given.sum(axis=1) * (1.0 + 1e-9)).all()
        offered = np.zeros((len(offices), len(Activity)))
        np.add.at(offered, clients.office, clients.offered)
        assert (offered <= offices.places).all()
        assert (clients.attended <= clients.offered).all()
        assert (clients.attended.any(axis=1) <= clients.referred).all()
        assert (clients.served == clients.attended.any(axis=1)).all()
        assert (offices.held <= offered).all()
        # planned = own places open to clients + lost to duplication + cancelled; those of other agencies come on top
        own = offices.places - offices.agency_places
        assert (own >= 0).all()
        assert np.array_equal(own + offices.duplicated + offices.cancelled, offices.planned)
        assert not offices.agency_places[~offices.agreements.any(axis=1)].any()
        slots = offices.room_slots_per_month + offices.rented_slots + offices.hub_slots
        assert ((own + offices.duplicated)[:, NEEDS_ROOM].sum(axis=1) <= slots * (1.0 + 1e-9)).all()
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
            assert not np.isinf(values).any(), name
            low, high = BOUNDS.get(indicator.unit, (0.0, np.inf))
            assert ((values >= low) & (values <= high) | np.isnan(values)).all(), name
            if name not in MAY_BE_UNDEFINED:
                assert not np.isnan(values[there.get(name, supervised > 0)]).any(), name
        for recorded, true in PART_OF.items():
            assert not (now[recorded] > now[true]).any(), recorded
