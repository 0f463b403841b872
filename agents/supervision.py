"""Supervision: the monthly report, the missed one, revocation and completion (phases Supervise and Record)."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.chance import Stream
from agents.clients import Status, Work, at_liberty, supervised
from agents.offending import lost_to_custody
from agents.rules import Mask, Rows, Writes, rule
from agents.trials import Trial


@rule("clients", who=supervised)
def report(c: Rows, p: Any) -> Writes:
    """A client reports to the Bapas or misses; three missed in a row may revoke the release.

    chance to miss = 1 - (1 - careless) * (1 - miss_report_far if working far away) * (1 - miss_report_again if the last
    one was missed); careless = miss_report_monthly * exp(-stability_holds_job * stability / 2) * (1 +
    caseload_on_missing * busy), at most 1; busy = (caseload / caseload_reference - 1, from 0 to 2) * (1 - procedure):
    with a procedure reminders do not hang on one counsellor's time. A missed report puts the client out of contact
    until one is kept. From the third miss in a row, revocation with revocation_probability. Evidence: L-16, P-11, X-14;
    that who lost contact tends to stay away is assumed (gap 3).
    """
    busy = np.clip(c.office.caseload / p.caseload_reference - 1.0, 0.0, 2.0) * (1.0 - c.office.procedure)
    careless = p.miss_report_monthly * np.exp(-0.5 * p.stability_holds_job * c.stability)
    careless = np.minimum(careless * (1.0 + p.caseload_on_missing * busy), 1.0)
    keeps = (1.0 - careless) * (1.0 - p.miss_report_far * c.far) * (1.0 - p.miss_report_again * (c.missed_reports > 0))
    misses = c.draw(Stream.REPORTING) < 1.0 - keeps
    missed = np.where(misses, c.missed_reports + 1, 0).astype(np.int32)
    return {
        "missed_reports": missed,
        "revoked": (missed >= 3) & (c.draw(Stream.REVOCATION) < p.revocation_probability),
        "status": np.where(misses, np.int8(Status.OUT_OF_CONTACT), np.int8(Status.SUPERVISED)),
    }


def revoked_now(c: Rows) -> Mask:
    """Release revoked this month."""
    return np.asarray(c.revoked)


@rule("clients", who=revoked_now)
def go_back(c: Rows, p: Any) -> Writes:
    """Who is revoked goes back into custody, for revocation_custody_months; work and mentor are lost.

    Evidence: L-16; the length is assumed (gap 3).
    """
    until = np.full(len(c), c.month + np.rint(p.revocation_custody_months), dtype=np.int32)
    return {"custody_until": until, **lost_to_custody(len(c))}


@rule("offices")
def guide(o: Rows, p: Any) -> Writes:
    """Structured guidance is in force as far as there is time, procedure and somebody able to help.

    guidance = time * procedure in force * (competence of members / full competence, at most 1) * (1 + share of needs
    known) / 2; time = case_full_load * counsellors / clients under supervision, at most 1. That time, procedure and
    competence multiply is put in: fewer clients for each counsellor alone thus change next to nothing. Evidence: X-14
    (caseload reduction alone has no effect, with evidence-based practice it has), C20.
    """
    time = np.minimum(p.case_full_load * o.counsellors / np.maximum(o.under_supervision, 1), 1.0)
    able = np.minimum(o.competence / p.case_full_competence, 1.0)
    return {"guidance": time * o.procedure * able * 0.5 * (1.0 + o.needs_known)}


def in_guidance(c: Rows) -> Mask:
    """Under supervision, or living with what is left of structured guidance."""
    return np.asarray(supervised(c) | ((c.case_management > 0.0) & at_liberty(c)))


@rule("clients", who=in_guidance)
def be_guided(c: Rows, p: Any) -> Writes:
    """Structured guidance by the counsellor builds while the client reports, and fades.

    case management moves by case_speed a month towards what is in force at the office (:func:`guide`), or towards 0 in
    a month without report, when supervision is over and for whom a field trial offers none. Evidence: X-14, X-09.
    """
    target = c.office.guidance * (supervised(c) & (c.missed_reports == 0) & (c.trial != Trial.WITHOUT_GUIDANCE))
    return {"case_management": c.case_management + p.case_speed * (target - c.case_management)}


def before_the_register(c: Rows) -> Mask:
    """Under supervision, or with a failure this month that could be written down."""
    return np.asarray(supervised(c) | c.detected | c.revoked)


@rule("clients", who=before_the_register)
def register(c: Rows, p: Any) -> Writes:
    """What the Bapas sees of this month stands in its register: failures, and the work of those who reported.

    A revocation is always written down; a detected offence of a client under supervision, and whether a client who
    reported has work, with the office's chance ``recorded``. Between two entries the register tells the old
    story. Evidence: C15, V3, gap 4.
    """
    seen = c.draw(Stream.RECORDING) < c.office.recorded
    failure = c.revoked | (c.detected & seen & (c.month - c.release_month < c.term_months))
    told = seen & (c.status == Status.SUPERVISED) & (c.missed_reports == 0)
    return {
        "recorded_failure": failure,
        "first_failure_recorded": failure & ~c.ever_failed_recorded,
        "ever_failed_recorded": c.ever_failed_recorded | failure,
        "work_recorded": np.where(told, c.work != Work.NONE, c.work_recorded),
    }


def term_over(c: Rows) -> Mask:
    """Under supervision, and this is the last month of the term: month + 1 - release month >= term."""
    return np.asarray(supervised(c) & (c.month + 1 - c.release_month >= c.term_months))


@rule("clients", who=term_over)
def complete(c: Rows, p: Any) -> Writes:
    """The term is over: supervision is completed, mentoring ends, life and its risks go on.

    Evidence: R-02, R-07, R-08.
    """
    return {
        "status": np.full(len(c), Status.COMPLETED, dtype=np.int8),
        "mentor": np.full(len(c), -1, dtype=np.int32),
    }


def completed(c: Rows) -> Mask:
    """Supervision is over; the client is still followed."""
    return np.asarray(c.status == Status.COMPLETED)


@rule("clients", who=completed)
def move_on(c: Rows, p: Any) -> Writes:
    """Who completed supervision and has been followed for follow_up_months since release leaves the view.

    Gone when month + 1 - release month >= follow_up_months. Evidence: T-08 (followed for 36 months).
    """
    followed = c.month + 1 - c.release_month >= p.follow_up_months
    return {"status": np.where(followed, np.int8(Status.GONE), c.status)}
