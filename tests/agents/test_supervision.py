"""Supervision: missed reports and revocation, structured guidance, the register, completion and leaving."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import supervision
from agents.chance import Stream
from agents.clients import Status, Work
from tests.agents.hand_made import HandMade

ALWAYS, NEVER = 1e-9, 1.0 - 1e-9

# reporting

REPORTING = {
    "miss_report_monthly": 0.1,
    "miss_report_far": 0.5,
    "miss_report_again": 0.4,
    "caseload_reference": 50.0,
    "caseload_on_missing": 0.3,
    "stability_holds_job": 0.4,
}


def _reporting(**columns: Any) -> HandMade:
    return HandMade(
        offices={
            "caseload": [50, 100, 100, 200, 20],
            "procedure": [0.0, 0.0, 1.0, 0.5, 0.0],
        },
        clients={"status": Status.SUPERVISED, **columns},
    )


def test_the_chance_to_miss_a_report() -> None:
    """0.1 for a careless reference client; times exp(-0.2) when stable; 1 - 0.9 * 0.5 when working far away (P-11).

    After a missed report 1 - 0.9 * 0.6, however many were missed; with both 1 - 0.9 * 0.5 * 0.6.
    """
    world = _reporting(
        stability=[0.0, 1.0, 0.0, 0.0, 0.0, 0.0],
        far=[False, False, True, False, False, True],
        missed_reports=[0, 0, 0, 1, 4, 2],
    )
    chance = world.chance(supervision.report, Stream.REPORTING, lambda told: told["missed_reports"] > 0, **REPORTING)
    assert chance == pytest.approx([0.1, 0.1 * np.exp(-0.2), 0.55, 0.46, 0.46, 0.73])


def test_a_busy_counsellor_reminds_fewer_unless_a_procedure_is_written() -> None:
    """Twice the reference caseload adds 30 %, a full procedure takes that away, half a procedure half of it (X-14).

    Beyond three times the reference it does not grow, and a small caseload alone gains nothing.
    """
    world = _reporting(office=[0, 1, 2, 3, 4])
    chance = world.chance(supervision.report, Stream.REPORTING, lambda told: told["missed_reports"] > 0, **REPORTING)
    assert chance == pytest.approx([0.1, 0.13, 0.1, 0.1 * (1 + 0.3 * 2 * 0.5), 0.1])


def test_no_chance_leaves_zero_to_one() -> None:
    """The most careless client of the busiest office misses for certain, no more."""
    world = _reporting(office=[1, 1], stability=[-9.0, 9.0], far=[True, False])
    chance = world.chance(
        supervision.report,
        Stream.REPORTING,
        lambda told: told["missed_reports"] > 0,
        **{**REPORTING, "miss_report_monthly": 0.9},
    )
    assert chance[0] == pytest.approx(1.0)
    assert chance[1] == pytest.approx(0.9 * 1.3 * np.exp(-0.2 * 9.0))


def test_missing_and_keeping_reports() -> None:
    """A miss puts out of contact and counts up, a kept report brings back and starts again; others do not report."""
    world = HandMade(
        clients={
            "status": [
                Status.SUPERVISED,
                Status.OUT_OF_CONTACT,
                Status.OUT_OF_CONTACT,
                Status.COMPLETED,
                Status.CUSTODY,
            ],
            "missed_reports": [0, 1, 1, 1, 1],
        }
    )
    assert world.concerned(supervision.report).rows.tolist() == [0, 1, 2]
    world.live(supervision.report, luck={Stream.REPORTING: [ALWAYS, ALWAYS, NEVER, ALWAYS, ALWAYS]})
    clients = world.tables["clients"]
    assert clients.missed_reports.tolist() == [1, 2, 0, 1, 1]
    assert clients.status.tolist() == [
        Status.OUT_OF_CONTACT,
        Status.OUT_OF_CONTACT,
        Status.SUPERVISED,
        Status.COMPLETED,
        Status.CUSTODY,
    ]
    assert not clients.revoked.any()


def test_the_third_miss_in_a_row_may_revoke() -> None:
    """With revocation_probability from the third miss on, never before it, never for who reports (L-16)."""
    world = HandMade(clients={"status": Status.OUT_OF_CONTACT, "missed_reports": [1, 2, 5, 5]})
    chance = world.chance(
        supervision.report,
        Stream.REVOCATION,
        lambda told: told["revoked"],
        luck={Stream.REPORTING: [ALWAYS, ALWAYS, ALWAYS, NEVER]},
        revocation_probability=0.25,
    )
    assert chance == pytest.approx([0.0, 0.25, 0.25, 0.0], abs=1e-12)


def test_what_a_revocation_takes() -> None:
    """Custody for revocation_custody_months; work, employer, mentor and distance are lost."""
    world = HandMade(
        month=40,
        employers={"willingness": [0.5]},
        members={"serving": [True]},
        clients={
            "status": Status.OUT_OF_CONTACT,
            "missed_reports": [2, 1],
            "work": Work.FORMAL,
            "employer": 0,
            "mentor": 0,
            "far": True,
        },
    )
    luck = {Stream.REPORTING: ALWAYS, Stream.REVOCATION: ALWAYS}
    world.live(supervision.report, luck=luck)
    assert world.concerned(supervision.go_back).rows.tolist() == [0]
    world.live(supervision.go_back, revocation_custody_months=6)
    clients = world.tables["clients"]
    assert clients.status.tolist() == [Status.CUSTODY, Status.OUT_OF_CONTACT]
    assert clients.revoked.tolist() == [True, False]
    assert clients.custody_until.tolist() == [46, -6000]
    assert clients.work.tolist() == [Work.NONE, Work.FORMAL]
    assert clients.employer.tolist() == [-1, 0]
    assert clients.mentor.tolist() == [-1, 0]
    assert clients.far.tolist() == [False, True]


@pytest.mark.parametrize(("length", "until"), [(5.4, 45), (5.6, 46)])
def test_months_of_custody_are_rounded(length: float, until: int) -> None:
    """A drawn length is no whole number: 5.4 months from month 40 on are five, 5.6 are six."""
    world = HandMade(month=40, clients={"status": Status.OUT_OF_CONTACT, "revoked": [True]})
    world.live(supervision.go_back, revocation_custody_months=length)
    assert world.tables["clients"].custody_until.tolist() == [until]


def test_a_revocation_ends_the_pay_and_the_strain_of_work() -> None:
    """Income and role strain of the month are those of somebody in custody: none."""
    world = HandMade(
        clients={"status": Status.OUT_OF_CONTACT, "revoked": [True, False], "income_idr": 100, "role_strain": 0.9}
    )
    world.live(supervision.go_back)
    assert world.tables["clients"].income_idr.tolist() == [0, 100]
    assert world.tables["clients"].role_strain == pytest.approx([0.0, 0.9])


def test_who_is_revoked_no_longer_pulls_on_peers() -> None:
    """An active offender is at liberty (what the column says), so a revocation ends it at once."""
    world = HandMade(clients={"status": [Status.OUT_OF_CONTACT], "missed_reports": 2, "active_offender": True})
    world.live(supervision.report, luck={Stream.REPORTING: ALWAYS, Stream.REVOCATION: ALWAYS})
    world.live(supervision.go_back)
    assert world.tables["clients"].status.tolist() == [Status.CUSTODY]
    assert not world.tables["clients"].active_offender.any()


# structured guidance

CASE = {"case_full_load": 30.0, "case_full_competence": 0.7, "case_speed": 0.25}
#: an office in which structured guidance is in full force
FULL = {"counsellors": 1.0, "under_supervision": 30.0, "procedure": 1.0, "competence": 0.7, "needs_known": 1.0}


def _guided(lately: float = 0.0, **office: Any) -> float:
    """Case management after a month of this office for a client who reports, from ``lately``."""
    world = HandMade(offices={**FULL, **office}, clients={"status": [Status.SUPERVISED], "case_management": lately})
    world.live(supervision.guide, **CASE)
    world.live(supervision.be_guided, **CASE)
    assert world.tables["clients"].out_of_range() == []
    return float(world.tables["clients"].case_management[0])


def test_guidance_moves_towards_what_the_office_can_give() -> None:
    """From 0.4 a quarter of the way to 30 / 60 * 0.8 * 0.35 / 0.7 * 1.5 / 2 = 0.15; from nothing a quarter of all."""
    office = {"under_supervision": 60, "procedure": 0.8, "competence": 0.35, "needs_known": 0.5}
    assert _guided(0.4, **office) == pytest.approx(0.4 - 0.25 * 0.25)
    assert _guided() == pytest.approx(0.25)
    assert _guided(1.0) == 1.0


def test_more_time_or_competence_than_needed_adds_nothing() -> None:
    """Time and competence count up to what full guidance takes; an office without clients has time for everybody."""
    of_few = [_guided(under_supervision=clients) for clients in (10, 0)]
    assert [*of_few, _guided(counsellors=3), _guided(competence=1.0)] == pytest.approx([0.25] * 4)


def test_nobody_is_guided_without_a_counsellor() -> None:
    """No counsellor has no time, however few the clients; half a counsellor has half of one's (C20)."""
    assert _guided(counsellors=0) == _guided(counsellors=0, under_supervision=1) == 0.0
    assert _guided(counsellors=0.5) == pytest.approx(0.5 * 0.25)


@pytest.mark.parametrize("nothing", [{"procedure": 0}, {"competence": 0}])
def test_three_times_the_counsellors_alone_change_nothing(nothing: dict[str, float]) -> None:
    """90 or 30 clients a counsellor: without procedure or able members guidance stays at 0 (X-14)."""
    assert _guided(counsellors=1 / 3, **nothing) == _guided(counsellors=1, **nothing) == 0.0


def test_with_all_the_rest_in_place_counsellors_count() -> None:
    """The same threefold staff triples guidance where procedure, competence and knowledge are there (X-14)."""
    assert _guided(under_supervision=90, counsellors=3) == pytest.approx(3 * _guided(under_supervision=90))


@settings(max_examples=50)
@given(
    st.fixed_dictionaries({name: st.floats(0, 1) for name in ("procedure", "competence", "needs_known")}),
    st.floats(0, 100),
    st.floats(0, 1),
    st.sampled_from(["procedure", "competence", "needs_known", "counsellors"]),
    st.floats(0, 1),
)
def test_nothing_that_helps_to_guide_lowers_guidance(
    office: dict[str, float], counsellors: float, lately: float, which: str, more: float
) -> None:
    """Each of time, procedure, competence and known needs: never less guidance for more of it, always a share."""
    before = {**office, "counsellors": counsellors, "under_supervision": 1000}
    better = counsellors * (1 + more) if which == "counsellors" else before[which] + more * (1 - before[which])
    assert _guided(lately, **{**before, which: better}) >= _guided(lately, **before) - 1e-12


def test_guidance_fades_without_reports_and_after_the_term() -> None:
    """Who does not report is not guided, nor is who has completed supervision; custody is not asked."""
    world = HandMade(
        offices=FULL,
        clients={
            "status": [Status.SUPERVISED, Status.OUT_OF_CONTACT, Status.COMPLETED, Status.CUSTODY],
            "missed_reports": [0, 1, 0, 0],
            "case_management": 0.8,
        },
    )
    assert world.concerned(supervision.be_guided).rows.tolist() == [0, 1, 2]
    world.live(supervision.guide, **CASE)
    world.live(supervision.be_guided, **CASE)
    assert world.tables["clients"].case_management == pytest.approx([0.85, 0.6, 0.6, 0.8])


# the register


def _registered(luck: Any = ALWAYS, month: int = 10, **columns: Any) -> Any:
    """Clients after the month stands in the register of an office that writes down four in ten."""
    world = HandMade(month=month, offices={"recorded": 0.4}, clients={"status": Status.SUPERVISED, **columns})
    world.live(supervision.register, luck={Stream.RECORDING: luck})
    return world.tables["clients"]


def test_a_failure_is_recorded_with_the_offices_share() -> None:
    """Revocations always; a detected offence with the share recorded, while the term runs; nothing else (C15)."""
    world = HandMade(
        month=10,
        offices={"recorded": [0.25, 0.55]},
        clients={
            "status": Status.CUSTODY,
            "office": [0, 0, 1, 0, 0],
            "revoked": [True, False, False, False, False],
            "detected": [False, True, True, True, False],
            "release_month": [0, 5, 5, 0, 5],
            "term_months": [6, 6, 6, 6, 6],
        },
    )
    assert world.concerned(supervision.register).rows.tolist() == [0, 1, 2, 3]
    chance = world.chance(supervision.register, Stream.RECORDING, lambda told: told["recorded_failure"])
    assert chance == pytest.approx([1.0, 0.25, 0.55, 0.0], abs=1e-12)


def test_an_offence_after_the_term_is_not_in_the_register() -> None:
    """Six months of supervision from month 5 on hold month 10, from month 4 on they end with month 9."""
    clients = _registered(status=Status.CUSTODY, detected=True, release_month=[5, 4], term_months=6)
    assert clients.recorded_failure.tolist() == [True, False]


@pytest.mark.parametrize("recorded", [0.0, 0.3, 1.0])
def test_a_revocation_always_stands_in_the_register(recorded: float) -> None:
    """It is the Bapas that revokes: however badly the office writes things down, and after the term too."""
    world = HandMade(
        month=40,
        offices={"recorded": recorded},
        clients={"status": Status.CUSTODY, "revoked": [True, True], "release_month": [39, 0], "term_months": 6},
    )
    world.live(supervision.register, luck={Stream.RECORDING: NEVER})
    assert world.tables["clients"].recorded_failure.tolist() == [True, True]


def test_the_first_failure_recorded_is_marked_once() -> None:
    """It is first when none stood before, and one that is not written down is not the first in the register."""
    clients = _registered(
        luck=[ALWAYS, ALWAYS, NEVER, ALWAYS],
        detected=[True, True, True, False],
        ever_failed_recorded=[False, True, False, False],
        release_month=8,
        term_months=6,
    )
    assert clients.recorded_failure.tolist() == [True, True, False, False]
    assert clients.first_failure_recorded.tolist() == [True, False, False, False]
    assert clients.ever_failed_recorded.tolist() == [True, True, False, False]


def test_work_in_the_register_is_that_of_the_latest_entry() -> None:
    """Written down with the share recorded from who reports; otherwise the register keeps the old story (C15)."""
    status = [Status.SUPERVISED, Status.SUPERVISED, Status.SUPERVISED, Status.OUT_OF_CONTACT, Status.COMPLETED]
    world = HandMade(
        offices={"recorded": [0.4]},
        clients={
            "status": status,
            "missed_reports": [0, 0, 0, 1, 0],
            "work": [Work.FORMAL, Work.NONE, Work.INFORMAL, Work.FORMAL, Work.FORMAL],
            "work_recorded": [False, True, True, False, False],
        },
    )
    assert world.concerned(supervision.register).rows.tolist() == [0, 1, 2, 3]
    told = world.chance(
        supervision.register,
        Stream.RECORDING,
        lambda told: told["work_recorded"] == np.array([True, False, True, True]),
    )
    assert told == pytest.approx([0.4, 0.4, 1.0, 0.0], abs=1e-12)


def test_the_register_is_stale_until_it_is_told() -> None:
    """A job lost in March and told in June stands in the register in April and May."""
    world = HandMade(
        offices={"recorded": 0.4}, clients={"status": [Status.SUPERVISED], "work": Work.NONE, "work_recorded": True}
    )
    stands = []
    for luck in (0.9, 0.41, 0.39, 0.9):
        world.live(supervision.register, luck={Stream.RECORDING: luck})
        stands.append(bool(world.tables["clients"].work_recorded[0]))
    assert stands == [True, True, False, False]


# completion


def test_supervision_is_completed_when_the_term_is_over() -> None:
    """In the month that completes the term, in contact or not; mentoring ends; custody and others wait."""
    world = HandMade(
        month=10,
        members={"serving": [True]},
        clients={
            "status": [Status.SUPERVISED, Status.SUPERVISED, Status.OUT_OF_CONTACT, Status.CUSTODY],
            "release_month": [5, 6, 0, 0],
            "term_months": 6,
            "mentor": 0,
        },
    )
    world.live(supervision.complete)
    clients = world.tables["clients"]
    assert clients.status.tolist() == [Status.COMPLETED, Status.SUPERVISED, Status.COMPLETED, Status.CUSTODY]
    assert clients.mentor.tolist() == [-1, 0, -1, 0]


def test_a_term_of_n_months_is_n_months_of_supervision() -> None:
    """Lived month by month from release, a client with a term of 4 is supervised in exactly 4 months."""
    world = HandMade(month=0, clients={"status": [Status.SUPERVISED], "release_month": 0, "term_months": 4})
    supervised = 0
    for month in range(10):
        world.month = month
        supervised += int(world.tables["clients"].status[0] == Status.SUPERVISED)
        world.live(supervision.complete)
    assert supervised == 4


def test_who_has_been_followed_long_enough_leaves_the_view() -> None:
    """Completed and followed for follow_up_months; who is supervised or in custody stays."""
    world = HandMade(
        month=40,
        clients={
            "status": [Status.COMPLETED, Status.COMPLETED, Status.SUPERVISED, Status.CUSTODY],
            "release_month": [5, 6, 0, 0],
        },
    )
    world.live(supervision.move_on, follow_up_months=36)
    assert world.tables["clients"].status.tolist() == [
        Status.GONE,
        Status.COMPLETED,
        Status.SUPERVISED,
        Status.CUSTODY,
    ]
