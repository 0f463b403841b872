"""Supervision: the chance to miss a report, revocation from the third miss, the register, completion and leaving."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from agents import supervision
from agents.chance import Stream
from agents.clients import Status, Work
from tests.agents.hand_made import HandMade

ALWAYS, NEVER = 1e-9, 1.0 - 1e-9
REPORTING = {
    "miss_report_monthly": 0.1,
    "miss_report_far": 0.5,
    "caseload_reference": 50.0,
    "caseload_on_missing": 0.3,
    "stability_holds_job": 0.4,
}


def _reporting(**columns: Any) -> HandMade:
    return HandMade(
        offices={
            "caseload": [50, 100, 100, 200, 20],
            "written_procedure": [0.0, 0.0, 1.0, 0.5, 0.0],
        },
        clients={"status": Status.SUPERVISED, **columns},
    )


def test_the_chance_to_miss_a_report() -> None:
    """0.1 for a careless reference client; times exp(-0.2) when stable; 1 - 0.9 * 0.5 when working far away (P-11)."""
    world = _reporting(stability=[0.0, 1.0, 0.0, 0.0], far=[False, False, True, False])
    chance = world.chance(supervision.report, Stream.REPORTING, lambda told: told["missed_reports"] > 0, **REPORTING)
    assert chance == pytest.approx([0.1, 0.1 * np.exp(-0.2), 0.55, 0.1])


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
    world.live(supervision.report, luck=luck, revocation_custody_months=6)
    clients = world.tables["clients"]
    assert clients.status.tolist() == [Status.CUSTODY, Status.OUT_OF_CONTACT]
    assert clients.revoked.tolist() == [True, False]
    assert clients.custody_until.tolist() == [46, -6000]
    assert clients.work.tolist() == [Work.NONE, Work.FORMAL]
    assert clients.employer.tolist() == [-1, 0]
    assert clients.mentor.tolist() == [-1, 0]
    assert clients.far.tolist() == [False, True]


def test_who_is_revoked_no_longer_pulls_on_peers() -> None:
    """An active offender is at liberty (what the column says), so a revocation ends it at once."""
    world = HandMade(clients={"status": [Status.OUT_OF_CONTACT], "missed_reports": 2, "active_offender": True})
    world.live(supervision.report, luck={Stream.REPORTING: ALWAYS, Stream.REVOCATION: ALWAYS})
    assert world.tables["clients"].status.tolist() == [Status.CUSTODY]
    assert not world.tables["clients"].active_offender.any()


def test_the_register_shows_what_was_recorded() -> None:
    """Revocations always; a detected offence with 0.25 + 0.75 * coverage, while the term runs; nothing else (C15)."""
    world = HandMade(
        month=10,
        offices={"shared_register_coverage": [0.0, 0.4]},
        clients={
            "status": Status.CUSTODY,
            "office": [0, 0, 1, 0, 0],
            "revoked": [True, False, False, False, False],
            "detected": [False, True, True, True, False],
            "release_month": [0, 5, 5, 0, 5],
            "term_months": [6, 6, 6, 6, 6],
        },
    )
    chance = world.chance(
        supervision.register,
        Stream.RECORDING,
        lambda told: told["recorded_failure"],
        recording_floor=0.25,
    )
    assert chance == pytest.approx([1.0, 0.25, 0.55, 0.0, 0.0], abs=1e-12)


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
