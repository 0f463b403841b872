"""Supervision: the monthly report, the missed one, revocation and completion (phases Supervise and Record)."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.chance import Stream
from agents.clients import Status, Work, supervised
from agents.rules import Rows, Writes, rule


@rule("clients", who=supervised)
def report(c: Rows, p: Any) -> Writes:
    """A client reports to the Bapas or misses; three missed in a row may revoke the release.

    chance to miss = 1 - (1 - careless) * (1 - miss_report_far if working far away); careless = miss_report_monthly *
    exp(-stability_holds_job * stability / 2) * (1 + caseload_on_missing * busy), at most 1; busy = (caseload /
    caseload_reference - 1, from 0 to 2) * (1 - written procedure): with a procedure reminders do not hang on one
    counsellor's time. A missed report puts the client out of contact until one is kept. From the third miss in a row,
    revocation with revocation_probability: back in custody. Evidence: L-16, P-11, X-14.
    """
    busy = np.clip(c.office.caseload / p.caseload_reference - 1.0, 0.0, 2.0) * (1.0 - c.office.written_procedure)
    careless = p.miss_report_monthly * np.exp(-0.5 * p.stability_holds_job * c.stability)
    careless = np.minimum(careless * (1.0 + p.caseload_on_missing * busy), 1.0)
    misses = c.draw(Stream.REPORTING) < 1.0 - (1.0 - careless) * (1.0 - p.miss_report_far * c.far)
    missed = np.where(misses, c.missed_reports + 1, 0).astype(np.int32)
    revoked = (missed >= 3) & (c.draw(Stream.REVOCATION) < p.revocation_probability)
    status = np.where(misses, np.int8(Status.OUT_OF_CONTACT), np.int8(Status.SUPERVISED))
    until = (c.month + np.rint(p.revocation_custody_months)).astype(np.int32)
    return {
        "missed_reports": missed,
        "revoked": revoked,
        "status": np.where(revoked, np.int8(Status.CUSTODY), status),
        "custody_until": np.where(revoked, until, c.custody_until),
        "work": np.where(revoked, np.int8(Work.NONE), c.work),
        "employer": np.where(revoked, np.int32(-1), c.employer.index),
        "mentor": np.where(revoked, np.int32(-1), c.mentor.index),
        "far": c.far & ~revoked,
        "active_offender": c.active_offender & ~revoked,
    }


@rule("clients")
def register(c: Rows, p: Any) -> Writes:
    """What the Bapas sees of this month's failures stands in its register.

    A revocation always does; a detected offence with recording_floor + (1 - recording_floor) * shared register
    coverage, if the client was under supervision. Evidence: C15, V3, gap 4.
    """
    seen = c.draw(Stream.RECORDING) < p.recording_floor + (1.0 - p.recording_floor) * c.office.shared_register_coverage
    return {"recorded_failure": c.revoked | (c.detected & seen & (c.month - c.release_month < c.term_months))}


@rule("clients", who=supervised)
def complete(c: Rows, p: Any) -> Writes:
    """The term is over: supervision is completed, mentoring ends, life and its risks go on.

    Completed when month + 1 - release month >= term. Evidence: R-02, R-07, R-08.
    """
    over = c.month + 1 - c.release_month >= c.term_months
    return {
        "status": np.where(over, np.int8(Status.COMPLETED), c.status),
        "mentor": np.where(over, np.int32(-1), c.mentor.index),
    }


@rule("clients")
def move_on(c: Rows, p: Any) -> Writes:
    """Who completed supervision and has been followed for follow_up_months since release leaves the view.

    Gone when month + 1 - release month >= follow_up_months. Evidence: T-08 (followed for 36 months).
    """
    followed = (c.status == Status.COMPLETED) & (c.month + 1 - c.release_month >= p.follow_up_months)
    return {"status": np.where(followed, np.int8(Status.GONE), c.status)}
