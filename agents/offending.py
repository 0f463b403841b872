"""Offending: a proportional hazard, the draw, detection, custody and what others make of it (phase Offend)."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.activities import Activity
from agents.chance import Floats, Stream
from agents.clients import MONTHS_A_YEAR, Offence, Release, Status, Work, at_liberty, in_custody
from agents.rules import Mask, Rows, Writes, power, rule


def time_shape(months: Floats, p: Any) -> Floats:
    """Relative hazard by months since release: rises to 1 at hazard_peak_month, then falls.

    s(t) = (t / peak)**b * exp(b * (1 - t / peak)), b = hazard_shape: a gamma-shaped curve. Evidence: T-09, T-12.
    """
    x = np.maximum(months, 0.5) / p.hazard_peak_month
    return np.asarray(np.exp(p.hazard_shape * (np.log(x) + 1.0 - x)))


def hazard_factors(c: Rows, p: Any) -> dict[str, Floats]:
    """The hazard of a new offence taken apart: factors, shape (n,) each, whose product is the hazard per month.

    baseline is the peak hazard of the reference client: a man of 30, no priors, violent or other offence, no work, no
    peers who offend, no structured guidance, no companionship, half committed, of the mean factor of stability (the
    factor exp(-b * stability - b**2 / 2) has mean 1). At most 10 priors and 3 offending peers count. Ratios are the
    published ones (H-02, H-03, H-10, H-12, G-08, X-14, section 5), entering as they are; of structured guidance and of
    companionship to the power of what is in force.
    """
    age = (c.month - c.birth_month) / MONTHS_A_YEAR
    active_peers = np.minimum(c.over_ties("peers", "active_offender"), 3.0)
    narcotics, property_offence = c.offence == Offence.NARCOTICS, c.offence == Offence.PROPERTY
    return {
        "baseline": np.broadcast_to(p.hazard_baseline, len(c)),
        "time_since_release": time_shape(c.month - c.release_month + 0.5, p),
        "sex": power(1.0 / p.hazard_ratio_male, c.female),
        "age": power(p.hazard_ratio_age_per_decade, (age - 30.0) / 10.0),
        "priors": power(p.hazard_ratio_per_prior, np.minimum(c.priors, 10)),
        "offence": power(p.hazard_ratio_narcotics, narcotics) * power(p.hazard_ratio_property, property_offence),
        "work": power(p.hazard_ratio_employed, c.work != Work.NONE),
        "peers": power(p.hazard_ratio_peer, active_peers),
        "case_management": power(p.hazard_ratio_case_management, c.case_management),
        "companionship": power(p.hazard_ratio_companionship, c.part("dose", Activity.PSYCHOSOCIAL)),
        "commitment": power(p.hazard_ratio_commitment, 2.0 * c.commitment - 1.0),
        "stability": np.exp(-p.stability_on_hazard * c.stability - 0.5 * np.square(p.stability_on_hazard)),
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


@rule("clients", who=at_liberty)
def offend(c: Rows, p: Any) -> Writes:
    """A new offence happens or not.

    chance = 1 - exp(-hazard). Who has offended within active_offender_months is an active offender to the peers.
    Evidence: V2, R-14..R-17, G-08.
    """
    offended = c.draw(Stream.OFFENCE_EVENT) < -np.expm1(-c.hazard)
    latest = np.where(offended, np.int32(c.month), c.last_offence_month)
    return {
        "offended": offended,
        "first_reoffence": offended & ~c.reoffended,
        "reoffended": c.reoffended | offended,
        "last_offence_month": latest,
        "active_offender": c.month - latest < p.active_offender_months,
    }


def offended_now(c: Rows) -> Mask:
    """Offended this month."""
    return np.asarray(c.offended)


@rule("clients", who=offended_now)
def be_noticed(c: Rows, p: Any) -> Writes:
    """An offence is detected or not, becomes known around the client or not.

    Detected with detection_probability; of a detected one family, village and employer hear with news_probability.
    Evidence: V3 (detected is far less than true), gaps 4 and 9.
    """
    detected = c.draw(Stream.DETECTION) < p.detection_probability
    return {"detected": detected, "heard_of": detected & (c.draw(Stream.NEWS) < p.news_probability)}


def lost_to_custody(clients: int) -> Writes:
    """What becomes of so many clients on their way into custody: work, pay, strain, mentor and peers are lost."""
    return {
        "status": np.full(clients, Status.CUSTODY, dtype=np.int8),
        "active_offender": np.zeros(clients, dtype=np.bool_),
        "work": np.full(clients, Work.NONE, dtype=np.int8),
        "employer": np.full(clients, -1, dtype=np.int32),
        "mentor": np.full(clients, -1, dtype=np.int32),
        "far": np.zeros(clients, dtype=np.bool_),
        "income_idr": np.zeros(clients, dtype=np.int64),
        "role_strain": np.zeros(clients),
    }


def detected_now(c: Rows) -> Mask:
    """Offended this month, and was detected."""
    return np.asarray(c.detected)


@rule("clients", who=detected_now)
def enter_custody(c: Rows, p: Any) -> Writes:
    """Detection leads to custody: work and mentor are lost.

    custody lasts 1 + floor(log(u) / log(1 - 1 / custody_mean_months)) months: geometric with that mean. Evidence: H-08
    (arrest ends the job); the length is assumed (gap 3).
    """
    length = 1 + np.floor(np.log(c.draw(Stream.CUSTODY_LENGTH)) / np.log1p(-1.0 / p.custody_mean_months))
    return {
        "convicted": np.ones(len(c), dtype=np.bool_),
        "custody_until": (c.month + length).astype(np.int32),
        **lost_to_custody(len(c)),
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
