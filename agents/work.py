"""Work: jobs are lost, searched for, offered, refused and taken (phase Work)."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.activities import Activity
from agents.chance import Floats, Stream, bits
from agents.clients import (
    WEEKS_A_MONTH,
    Lead,
    Work,
    asks_for_work,
    at_liberty,
    looking_for_work,
    owns_business,
    supervised,
    working,
)
from agents.rules import Mask, Rows, Writes, power, rank_within, rule
from agents.surroundings import any_employer
from agents.trials import Trial


def monthly(weekly: Floats | float) -> Floats | float:
    """Hazard per month of an event with this probability per week."""
    return -np.log1p(-weekly) * WEEKS_A_MONTH


@rule("clients", who=working)
def lose_work(c: Rows, p: Any) -> Writes:
    """Work ends.

    hazard = monthly(job_loss_weekly of the kind of work) * (early ratio in the first 3 months) *
    exp(-stability_holds_job * stability); a business closes more often in a crowded market, times (1 + businesses of
    clients in the village / business_places_per_village) / 2. Units: per month. Evidence: J-03, J-04; informal and
    family work end less often (section 5).
    """
    weekly = np.where(c.work == Work.FORMAL, p.job_loss_weekly_formal, p.job_loss_weekly_informal)
    weekly = np.where(c.work == Work.BUSINESS, p.business_closure_weekly, weekly)
    early = np.where(c.tenure_months < 3, p.job_loss_early_ratio, 1.0)
    crowding = 0.5 * (1.0 + c.village.total("clients", "village", owns_business) / p.business_places_per_village)
    weekly = np.minimum(weekly * np.where(c.work == Work.BUSINESS, crowding, 1.0), 0.99)
    hazard = monthly(weekly) * early * np.exp(-p.stability_holds_job * c.stability)
    lost = c.draw(Stream.JOB_LOSS) < -np.expm1(-hazard)
    return {
        "work": np.where(lost, np.int8(Work.NONE), c.work),
        "employer": np.where(lost, np.int32(-1), c.employer.index),
        "tenure_months": np.where(lost, np.int32(0), c.tenure_months + np.int32(1)),
        "far": c.far & ~lost,
    }


@rule("clients", who=looking_for_work)
def hear_of_work(c: Rows, p: Any) -> Writes:
    """A client hears of work, through the market or through someone who knows.

    hazard a month = monthly(weekly finding) / acceptance_behind_finding * slack * (1/2 + confidence) * (1 +
    skill_on_search * skill + contacts_on_search * contacts / (contacts + 2)) * exp(stability_holds_job * stability /
    2). weekly finding falls from job_finding_weekly_release to job_finding_weekly_mature over job_search_decay_months
    (J-03); slack = (unemployment_reference / open unemployment rate)**unemployment_elasticity (E-03); contacts are
    peers in work, and a family or mentor who knows an employer (J-06). The published rates are of work found by people
    with a record, so they are divided by the share of applications that was accepted behind them (J-09); how many are
    accepted here is decided by those who are asked (:func:`hiring_chance`). The work heard of is formal with the
    district's formal share (E-05) * (1/2 + skill) * (1/2 + documents / 2), times certificate_on_formal with a
    certificate; else informal. The employer is the one known to mentor or family with lead_through_contact, else any of
    the office's. Evidence: C11, C13, J-03, J-06.
    """
    out = np.maximum(c.month - c.release_month, 0)
    weekly = p.job_finding_weekly_mature + (p.job_finding_weekly_release - p.job_finding_weekly_mature) * np.exp(
        -out / p.job_search_decay_months
    )
    scarcity = p.unemployment_reference / np.maximum(c.office.open_unemployment_rate, 0.005)
    vouches = np.where(c.mentor.knows.exists, c.mentor.knows.index, c.family.knows.index)
    contacts = c.over_ties("peers", working) + c.mentor.knows.exists + c.family.knows.exists
    hazard = (
        monthly(weekly)
        / p.acceptance_behind_finding
        * power(scarcity, p.unemployment_elasticity)
        * (0.5 + c.confidence)
        * (1.0 + p.skill_on_search * c.skill + p.contacts_on_search * contacts / (contacts + 2.0))
        * np.exp(0.5 * p.stability_holds_job * c.stability)
    )
    hears = c.draw(Stream.JOB_LEAD) < -np.expm1(-hazard)
    formal_share = (1.0 - c.office.informal_share) * (0.5 + c.skill) * (0.5 + 0.5 * c.documents)
    formal_share = formal_share * np.where(c.certificate, p.certificate_on_formal, 1.0)
    formal = (c.draw(Stream.JOB_ROUTE) < np.minimum(formal_share, 1.0)) & (c.office.employers > 0)
    any_of = any_employer(c, c.draw(Stream.JOB_EMPLOYER))
    through = (vouches >= 0) & (c.draw(Stream.JOB_EMPLOYER, 1) < p.lead_through_contact)
    lead = np.where(formal, np.int8(Lead.FORMAL), np.int8(Lead.INFORMAL))
    return {
        "lead": np.where(hears, lead, np.int8(Lead.NONE)),
        "asked": np.where(hears & formal, np.where(through, vouches, any_of), -1).astype(np.int32),
    }


def hiring_chance(c: Rows, p: Any) -> Floats:
    """Chance that a client who asks for the work heard of is taken, shape (n,).

    formal = willingness of the employer - image_on_hiring * image concern * stigma in the village + vouching_on_hiring
    if family or mentor knows the employer + subsidy_on_hiring * wage subsidy paid / wage, 0 for whom a field trial
    offers none; informal = 1 -
    stigma_on_informal_work * stigma in the village + family_on_informal_work * (acceptance * (1/2 + means) - 1/2).
    """
    asked = c.asked.index
    known = (c.mentor.knows.index == asked) | (c.family.knows.index == asked)
    subsidy = np.minimum(c.office.subsidy_idr / c.office.monthly_wage_idr, 1.0) * (c.trial != Trial.WITHOUT_SUBSIDY)
    formal = (
        c.asked.willingness
        - p.image_on_hiring * c.asked.image_concern * c.village.stigma
        + p.vouching_on_hiring * known
        + p.subsidy_on_hiring * subsidy
    )
    helped = c.family.acceptance * (0.5 + c.family.means) * c.family.exists - 0.5
    informal = 1.0 - p.stigma_on_informal_work * c.village.stigma + p.family_on_informal_work * helped
    return np.asarray(np.clip(np.where(c.lead == Lead.FORMAL, formal, informal), 0.0, 1.0))


@rule("clients", who=asks_for_work)
def ask_for_work(c: Rows, p: Any) -> Writes:
    """Who asks for work is taken on, or refused because of the record.

    taken with :func:`hiring_chance`; of those taken far_work_share work too far away to report every month. Evidence:
    C11, E-14, J-09, J-11 (employers), C5, C12 (village, family), P-11 (far work).
    """
    taken = c.draw(Stream.HIRE) < hiring_chance(c, p)
    kind = np.where(c.lead == Lead.FORMAL, np.int8(Work.FORMAL), np.int8(Work.INFORMAL))
    return {
        "work": np.where(taken, kind, np.int8(Work.NONE)),
        "employer": np.where(taken, c.asked.index, -1).astype(np.int32),
        "tenure_months": np.zeros(len(c), dtype=np.int32),
        "far": taken & (c.draw(Stream.FAR_WORK) < p.far_work_share),
        "refused": ~taken,
    }


def trained_for_business(c: Rows) -> Mask:
    """Under supervision, without work, trained in entrepreneurship and not yet given a grant."""
    return np.asarray(
        (c.part("dose", Activity.ENTREPRENEURSHIP) > 0.0) & looking_for_work(c) & ~c.granted & supervised(c)
    )


@rule("clients", who=trained_for_business, by="office")
def receive_grant(c: Rows, p: Any) -> Writes:
    """Start-up grants go to those trained longest who have no work, as many as were paid for this month.

    Order: dose of entrepreneurship, then luck. Evidence: C2; who gets a grant is assumed (gap 6).
    """
    luck = bits(Stream.BUSINESS, c.month, c.key, 1)
    place = rank_within(c.office.index, -c.part("dose", Activity.ENTREPRENEURSHIP), luck, c.id)
    granted = place < c.office.grants_paid
    return {"granted": granted, "grant_idr": (granted * c.office.startup_grant_idr).astype(np.int64)}


@rule("clients", who=looking_for_work)
def open_business(c: Rows, p: Any) -> Writes:
    """Some open a business of their own, more after entrepreneurship training.

    chance a month = (business_start_base_monthly + business_start_monthly * dose of entrepreneurship) * (1/2 + skill)
    * (1/2 + confidence) * (1 + grant_on_start * wages / (wages + grant_half_wages)) * market; wages = grant received /
    monthly wage; market = 1 / (1 + businesses of clients in the village / business_places_per_village). Evidence: C2
    (some clients open their own business); sizes assumed (gap 6).
    """
    wages = c.grant_idr / c.office.monthly_wage_idr
    market = 1.0 / (1.0 + c.village.total("clients", "village", owns_business) / p.business_places_per_village)
    chance = (
        (p.business_start_base_monthly + p.business_start_monthly * c.part("dose", Activity.ENTREPRENEURSHIP))
        * (0.5 + c.skill)
        * (0.5 + c.confidence)
        * (1.0 + p.grant_on_start * wages / (wages + p.grant_half_wages))
        * market
    )
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
    ratio = (
        (c.work == Work.FORMAL)
        + p.informal_wage_ratio * (c.work == Work.INFORMAL)
        + p.business_income_ratio * (c.work == Work.BUSINESS)
    )
    income = np.rint(ratio * c.office.monthly_wage_idr * (0.8 + 0.4 * c.skill)).astype(np.int64)
    return {"income_idr": income}
