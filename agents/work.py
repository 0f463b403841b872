"""Work: jobs are lost, searched for, offered, refused and taken (phase Work)."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.activities import Activity
from agents.chance import Floats, Stream
from agents.clients import WEEKS_A_MONTH, Work, at_liberty, looking_for_work, working
from agents.rules import Referred, Rows, Writes, rule


def monthly(weekly: Floats | float) -> Floats | float:
    """Hazard per month of an event with this probability per week."""
    return -np.log1p(-weekly) * WEEKS_A_MONTH


@rule("clients", who=working)
def lose_work(c: Rows, p: Any) -> Writes:
    """Work ends.

    hazard = monthly(job_loss_weekly of the kind of work) * (early ratio in the first 3 months) *
    exp(-stability_holds_job * stability). Units: per month. Evidence: J-03, J-04; informal and family work end less
    often (section 5).
    """
    weekly = np.where(c.work == Work.FORMAL, p.job_loss_weekly_formal, p.job_loss_weekly_informal)
    weekly = np.where(c.work == Work.BUSINESS, p.business_closure_weekly, weekly)
    early = np.where(c.tenure_months < 3, p.job_loss_early_ratio, 1.0)
    hazard = monthly(weekly) * early * np.exp(-p.stability_holds_job * c.stability)
    lost = c.draw(Stream.JOB_LOSS) < -np.expm1(-hazard)
    return {
        "work": np.where(lost, np.int8(Work.NONE), c.work),
        "employer": np.where(lost, np.int32(-1), c.employer.index),
        "tenure_months": np.where(lost, np.int32(0), c.tenure_months + np.int32(1)),
        "far": c.far & ~lost,
    }


@rule("clients", who=looking_for_work)
def find_work(c: Rows, p: Any) -> Writes:
    """A client hears of work, asks for it, and is taken or refused because of the record.

    Leads: hazard = monthly(weekly finding) / stigma_on_finding * slack * (1/2 + confidence) * (1 + skill_on_search *
    skill) * exp(stability_holds_job * stability / 2) with weekly finding falling from job_finding_weekly_release to
    job_finding_weekly_mature over job_search_decay_months (J-03) and slack = (unemployment_reference /
    open unemployment rate)**unemployment_elasticity (E-03). The route is formal with the district's formal share (E-05)
    raised by skill and lowered without documents, else informal. Formal: the employer's willingness, less image concern
    times the village's stigma, more with vouching by a member or family that knows the employer (C11). Informal: the
    village takes people in as its stigma allows and the family's acceptance helps (C5, C12). The mean chance of being
    taken is what the published stigma multiplier of 0.5 says (J-09), so the lead hazard is divided by it.
    """
    out = np.maximum(c.month - c.release_month, 0)
    weekly = p.job_finding_weekly_mature + (p.job_finding_weekly_release - p.job_finding_weekly_mature) * np.exp(
        -out / p.job_search_decay_months
    )
    slack = (p.unemployment_reference / np.maximum(c.office.open_unemployment_rate, 0.005)) ** p.unemployment_elasticity
    hazard = (
        monthly(weekly)
        / p.stigma_on_finding
        * slack
        * (0.5 + c.confidence)
        * (1.0 + p.skill_on_search * c.skill)
        * np.exp(0.5 * p.stability_holds_job * c.stability)
    )
    lead = c.draw(Stream.JOB_LEAD) < -np.expm1(-hazard)
    formal_share = (1.0 - c.office.informal_share) * (0.5 + c.skill) * (0.5 + 0.5 * c.documents)
    formal = c.draw(Stream.JOB_ROUTE) < np.minimum(formal_share, 1.0)
    employers = c.office.employers
    chosen = c.office.first_employer + np.minimum(
        (c.draw(Stream.JOB_EMPLOYER) * employers).astype(np.int32), employers - 1
    )
    chosen = np.where(employers > 0, chosen, np.int32(-1)).astype(np.int32)
    taken_formal, taken_informal = acceptance(c, chosen, p)
    luck = c.draw(Stream.HIRE)
    hired_formal = lead & formal & (chosen >= 0) & (luck < taken_formal)
    hired_informal = lead & ~formal & (luck < taken_informal)
    hired = hired_formal | hired_informal
    refused = lead & ~hired
    work = np.where(hired_formal, np.int8(Work.FORMAL), np.where(hired_informal, np.int8(Work.INFORMAL), c.work))
    return {
        "work": work,
        "employer": np.where(hired_formal, chosen, np.int32(-1)),
        "tenure_months": np.zeros(len(c), dtype=np.int32),
        "far": hired & (c.draw(Stream.FAR_WORK) < p.far_work_share),
        "refused": refused,
    }


def acceptance(c: Rows, employer: Any, p: Any) -> tuple[Floats, Floats]:
    """Chance that a client who asks is taken on: by this employer, and for informal work in the village, (n,) each."""
    e = Referred(c.world, c.world.tables["employers"], employer)
    known = (c.mentor.knows.index == employer) | (c.family.knows.index == employer)
    willing = e.willingness - p.image_on_hiring * e.image_concern * c.village.stigma
    formal = np.clip(willing + p.vouching_on_hiring * (known & (employer >= 0)), 0.0, 1.0)
    informal = np.clip(
        1.0 - p.stigma_on_informal_work * c.village.stigma + p.family_on_informal_work * (c.family.acceptance - 0.5),
        0,
        1,
    )
    return formal, informal


@rule("clients", who=looking_for_work)
def open_business(c: Rows, p: Any) -> Writes:
    """Some open a business of their own after entrepreneurship training.

    chance a month = business_start_monthly * dose of entrepreneurship * (1/2 + skill) * (1/2 + confidence). Evidence:
    C2 (some clients open their own business); the size is assumed (gap 6).
    """
    chance = p.business_start_monthly * c.dose[:, Activity.ENTREPRENEURSHIP] * (0.5 + c.skill) * (0.5 + c.confidence)
    opens = c.draw(Stream.BUSINESS) < chance
    return {
        "work": np.where(opens, np.int8(Work.BUSINESS), c.work),
        "tenure_months": np.where(opens, np.int32(0), c.tenure_months),
    }


@rule("clients", who=at_liberty)
def earn(c: Rows, p: Any) -> Writes:
    """Work pays: income in whole rupiah a month.

    formal: the district's minimum wage; informal: informal_wage_ratio of it; business: business_income_ratio of it,
    each times (0.8 + 0.4 * skill). Evidence: E-05, E-06.
    """
    ratio = np.select(
        [c.work == Work.FORMAL, c.work == Work.INFORMAL, c.work == Work.BUSINESS],
        [1.0, p.informal_wage_ratio, p.business_income_ratio],
        0.0,
    )
    income = np.rint(ratio * c.office.monthly_wage_idr * (0.8 + 0.4 * c.skill)).astype(np.int64)
    return {"income_idr": income}
