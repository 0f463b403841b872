"""Offending: a proportional hazard, the draw, detection, custody and what others make of it (phase Offend)."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.activities import Activity
from agents.chance import Floats, Stream
from agents.clients import MONTHS_A_YEAR, Offence, Release, Status, Work, at_liberty, in_custody
from agents.rules import Rows, Writes, rule


def time_shape(months: Floats, p: Any) -> Floats:
    """Relative hazard by months since release: rises to 1 at hazard_peak_month, then falls.

    s(t) = (t / peak)**b * exp(b * (1 - t / peak)), b = hazard_shape: a gamma-shaped curve. Evidence: T-09, T-12.
    """
    x = np.maximum(months, 0.5) / p.hazard_peak_month
    return np.asarray(x**p.hazard_shape * np.exp(p.hazard_shape * (1.0 - x)))


def hazard_factors(c: Rows, p: Any) -> dict[str, Floats]:
    """The hazard of a new offence taken apart: factors, shape (n,) each, whose product is the hazard per month.

    baseline is the peak hazard of the reference client: a man of 30, no priors, violent or other offence, no work, no
    peers who offend, no structured guidance, no companionship, half committed, of the mean factor of stability (the
    factor exp(-b * stability - b**2 / 2) has mean 1). At most 10 priors and 3 offending peers count. Ratios are the
    published ones (H-02, H-03, H-10, H-12, G-08, X-14, section 5), entering as they are; of structured guidance and of
    companionship to the power of what is in force.
    """
    one = np.ones(len(c))
    age = (c.month - c.birth_month) / MONTHS_A_YEAR
    active_peers = np.minimum(c.over_ties("peers", "active_offender"), 3.0)
    return {
        "baseline": one * p.hazard_baseline,
        "time_since_release": time_shape(c.month - c.release_month + 0.5, p),
        "sex": np.where(c.female, 1.0 / p.hazard_ratio_male, 1.0),
        "age": np.asarray(p.hazard_ratio_age_per_decade ** ((age - 30.0) / 10.0)),
        "priors": np.asarray(p.hazard_ratio_per_prior ** np.minimum(c.priors, 10)),
        "offence": np.where(
            c.offence == Offence.NARCOTICS,
            p.hazard_ratio_narcotics,
            np.where(c.offence == Offence.PROPERTY, p.hazard_ratio_property, 1.0),
        ),
        "work": np.where(c.work != Work.NONE, p.hazard_ratio_employed, 1.0),
        "peers": np.asarray(p.hazard_ratio_peer**active_peers),
        "case_management": np.asarray(p.hazard_ratio_case_management**c.case_management),
        "companionship": np.asarray(p.hazard_ratio_mentoring ** c.dose[:, Activity.PSYCHOSOCIAL]),
        "commitment": np.asarray(p.hazard_ratio_commitment ** (2.0 * c.commitment - 1.0)),
        "stability": np.exp(-p.stability_on_hazard * c.stability - 0.5 * p.stability_on_hazard**2),
    }


@rule("clients", who=at_liberty)
def face_hazard(c: Rows, p: Any) -> Writes:
    """The hazard of the month as the client stands at its start: the product of :func:`hazard_factors`.

    It is taken before the month's work and events, so a job lost through an arrest cannot look like its cause (H-08: a
    week's lag takes the hazard ratio from 0.27 to 0.46). Units: per month. Evidence: V6, H-08.
    """
    hazard = np.ones(len(c))
    for factor in hazard_factors(c, p).values():
        hazard = hazard * factor
    return {"hazard": hazard}


@rule("clients")
def offend(c: Rows, p: Any) -> Writes:
    """A new offence happens or not, is detected or not, becomes known around the client or not.

    chance = 1 - exp(-hazard); detected with detection_probability; of a detected one family, village and employer hear
    with news_probability. Evidence: V2, V3 (detected is far less than true), R-14..R-17, gaps 4 and 9.
    """
    free = at_liberty(c)
    offended = free & (c.draw(Stream.OFFENCE_EVENT) < -np.expm1(-c.hazard))
    detected = offended & (c.draw(Stream.DETECTION) < p.detection_probability)
    latest = np.where(offended, np.int32(c.month), c.last_offence_month)
    return {
        "offended": offended,
        "detected": detected,
        "heard_of": detected & (c.draw(Stream.NEWS) < p.news_probability),
        "first_reoffence": offended & ~c.reoffended,
        "reoffended": c.reoffended | offended,
        "last_offence_month": latest,
    }


@rule("clients")
def enter_custody(c: Rows, p: Any) -> Writes:
    """Detection leads to custody: work and mentor are lost.

    custody lasts 1 + floor(log(u) / log(1 - 1 / custody_mean_months)) months: geometric with that mean. Evidence: H-08
    (arrest ends the job); the length is assumed (gap 3).
    """
    length = 1 + np.floor(np.log(c.draw(Stream.CUSTODY_LENGTH)) / np.log1p(-1.0 / p.custody_mean_months))
    taken = c.detected
    recent = c.month - c.last_offence_month < p.active_offender_months
    return {
        "status": np.where(taken, np.int8(Status.CUSTODY), c.status),
        "convicted": c.convicted | taken,
        "custody_until": np.where(taken, (c.month + length).astype(np.int32), c.custody_until),
        "work": np.where(taken, np.int8(Work.NONE), c.work),
        "employer": np.where(taken, np.int32(-1), c.employer.index),
        "mentor": np.where(taken, np.int32(-1), c.mentor.index),
        "income_idr": np.where(taken, np.int64(0), c.income_idr),
        "far": c.far & ~taken,
        "active_offender": at_liberty(c) & ~taken & recent,
    }


@rule("clients", who=in_custody)
def leave_custody(c: Rows, p: Any) -> Writes:
    """Custody ends: the client comes back under supervision (PB), after a new conviction with one more prior.

    The new term is return_term_months; time since release starts again; ``reoffended`` stays, it speaks of the first
    release. A mere revocation adds no prior. Evidence: R-07, H-03; the term is assumed.
    """
    out = c.custody_until <= c.month
    return {
        "status": np.where(out, np.int8(Status.SUPERVISED), c.status),
        "release_type": np.where(out, np.int8(Release.PB), c.release_type),
        "release_month": np.where(out, np.int32(c.month), c.release_month),
        "term_months": np.where(out, np.rint(p.return_term_months).astype(np.int32), c.term_months),
        "priors": np.where(out & c.convicted, np.minimum(c.priors + 1, 99), c.priors).astype(np.int32),
        "convicted": c.convicted & ~out,
        "returned": c.returned | out,
        "missed_reports": np.where(out, np.int32(0), c.missed_reports),
        "referred": c.referred & ~out,
        "case_management": np.where(out, 0.0, c.case_management),
    }
