"""The rupiah ledger of an office: where money comes from, in which order it goes, what of the plan it carries (Fund).

Levers that cost money are promises: each month as much of them is *in force* as could be paid. Rules of other modules
read what is in force, never the lever itself, so a promise without money does nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.activities import FIELDS
from agents.chance import Stream
from agents.clients import MONTHS_A_YEAR, in_new_formal_work, supervised
from agents.members import filled_posts, uncertified
from agents.rules import Rows, Writes, rule
from agents.tables import Code
from agents.work import trained_for_business


class Source(Code):
    """Where money comes from; the state pays the counsellors, their salaries never pass through the office's cash."""

    FIXED = 0
    IRREGULAR = 1
    OUTSIDE = 2
    PAYROLL = 3


class Use(Code):
    """What money is used for before activities, in the order in which it is paid; salaries, from the state, last."""

    ADMINISTRATION = 0
    GUIDANCE = 1
    TRANSPORT = 2
    COACHING = 3
    FORUM = 4
    REGISTER = 5
    PROCEDURE = 6
    AGREEMENTS = 7
    EVALUATION = 8
    ROOMS = 9
    TOOLS = 10
    HUB = 11
    MEDIA = 12
    SUBSIDIES = 13
    RECRUITMENT = 14
    CERTIFICATION = 15
    GRANTS = 16
    PAYROLL = 17


#: what stays owed when it cannot be paid (the first of the uses); every other promise lapses with its effect
OWED = (Use.ADMINISTRATION, Use.GUIDANCE)


def this_month(per_year: Any, month: int) -> Any:
    """Whole number falling in ``month`` of a yearly number spread evenly over the calendar year."""
    of_year = month % MONTHS_A_YEAR
    return np.floor(per_year * (of_year + 1) / MONTHS_A_YEAR) - np.floor(per_year * of_year / MONTHS_A_YEAR)


def received(o: Any) -> Any:
    """All money received by the office since the start, salaries left out, shape (n,), whole rupiah."""
    return np.asarray(o.received_idr[:, : Source.PAYROLL].sum(axis=1))


def spent(o: Any) -> Any:
    """All money of the office spent since the start, salaries left out, shape (n,), whole rupiah."""
    return np.asarray(o.spent_idr[:, : Use.PAYROLL].sum(axis=1) + o.spent_programmes_idr.sum(axis=1))


@rule("offices")
def receive_money(o: Rows, p: Any) -> Writes:
    """Money arrives by source, in whole rupiah.

    fixed: annual budget * fixed share in equal instalments from first_money_month to December; irregular: annual budget
    * irregular share on average over a year, but only in months drawn with irregular_month_probability; outside: alike
    with outside_month_probability. In January lapse_share of the fixed part (fixed share) of the cash left goes back to
    the treasury. Evidence: C8, C9, P-08; the calendar is assumed (gap 5).
    """
    of_year = o.month % MONTHS_A_YEAR
    instalments = MONTHS_A_YEAR + 1 - o.first_money_month
    fixed = np.where(of_year + 1 >= o.first_money_month, o.annual_budget_idr * o.fixed_share / instalments, 0.0)
    irregular = o.annual_budget_idr * o.irregular_share / MONTHS_A_YEAR / p.irregular_month_probability
    irregular = irregular * (o.draw(Stream.IRREGULAR_MONEY) < p.irregular_month_probability)
    outside = o.annual_budget_idr * o.outside_share / MONTHS_A_YEAR / p.outside_month_probability
    outside = outside * (o.draw(Stream.OUTSIDE_MONEY) < p.outside_month_probability)
    amounts = _rupiah(np.stack([fixed, irregular, outside, np.zeros(len(o))], axis=1))
    lapsed = _rupiah(o.cash_idr * o.fixed_share * p.lapse_share * (of_year == 0))
    return {
        "cash_idr": o.cash_idr - lapsed + amounts.sum(axis=1),
        "received_idr": o.received_idr + amounts,
        "lapsed_idr": o.lapsed_idr + lapsed,
    }


@rule("offices")
def pay_first(o: Rows, p: Any) -> Writes:
    """Administration and mandatory guidance are paid before anything else; then promises; the rest is for activities.

    Each use is paid as far as the cash reaches, in the order of :class:`Use`; see :func:`_due` for what is due.
    Administration and guidance stay owed when unpaid, other promises lapse, and with them their effect: what is in
    force is the lever times the part of its cost that was paid (a subsidy nobody has yet: all of it while there is
    money). Recruits, certificates and grants are paid whole or not. What is left is set aside for activities by
    their shares. The office counts on a twelfth of the yearly budget less all that is due; what evaluation taught
    it (``insight``) moves that plan towards the money in hand. Salaries = counsellors * counsellor_salary_idr are
    booked as received and spent. Evidence: C8, P-08, C15; unit costs assumed (gap 5).
    """
    due, whole = _due(o, p)
    due[:, list(OWED)] += o.owed_idr
    before = np.cumsum(due, axis=1) - due
    paid = np.clip(o.cash_idr[:, None] - before, 0, due)
    paid[:, list(whole)] = 0
    left, bought = o.cash_idr - paid.sum(axis=1), {}
    for use, (number, cost) in whole.items():
        bought[use] = np.where(cost > 0, np.minimum(number, left // np.maximum(cost, 1)), number)
        paid[:, use] = _rupiah(bought[use] * cost)
        left = left - paid[:, use]
    kept = np.where(due > 0, paid / np.maximum(due, 1), 1.0)
    kept[:, Use.SUBSIDIES] = np.where(due[:, Use.SUBSIDIES] > 0, kept[:, Use.SUBSIDIES], left > 0)
    salaries = _rupiah(o.counsellors * p.counsellor_salary_idr)
    from_state = np.zeros_like(o.received_idr)
    from_state[:, Source.PAYROLL] = paid[:, Use.PAYROLL] = salaries
    clients = o.total("clients", "office", supervised)
    counted_on = np.maximum(o.annual_budget_idr / MONTHS_A_YEAR - due.sum(axis=1), 0.0)
    counted_on = counted_on + o.insight * (np.minimum(counted_on, left) - counted_on)
    return {
        "cash_idr": left,
        "owed_idr": (due - paid)[:, list(OWED)],
        "received_idr": o.received_idr + from_state,
        "spent_idr": o.spent_idr + paid,
        "coaching": np.minimum(o.coaching_sessions_per_year / MONTHS_A_YEAR, 1.0) * kept[:, Use.COACHING],
        "transport_idr": _rupiah(o.transport_idr_per_member_month * kept[:, Use.TRANSPORT]),
        "subsidy_idr": _rupiah(o.wage_subsidy_idr_per_month * kept[:, Use.SUBSIDIES]),
        "meetings": this_month(o.forum_meetings_per_year, o.month) * kept[:, Use.FORUM],
        "register": o.shared_register_coverage * kept[:, Use.REGISTER],
        "procedure": o.written_procedure * kept[:, Use.PROCEDURE],
        "agreements": o.referral_agreements * kept[:, [Use.AGREEMENTS]],
        "evaluations": this_month(o.evaluations_per_year, o.month) * kept[:, Use.EVALUATION],
        "rented_slots": o.rented_room_slots_per_month * kept[:, Use.ROOMS],
        "hub_slots": o.griya_abhipraya_slots_per_month * kept[:, Use.HUB],
        "tools_idr": paid[:, Use.TOOLS],
        "media": o.media_reach * kept[:, Use.MEDIA],
        "recruits_paid": bought[Use.RECRUITMENT],
        "certificates_paid": bought[Use.CERTIFICATION],
        "grants_paid": bought[Use.GRANTS],
        "expected_idr": _rupiah(counted_on[:, None] * o.activity_shares),
        "plan_idr": _rupiah(left[:, None] * o.activity_shares),
        "under_supervision": clients,
        "caseload": clients / np.maximum(o.counsellors, 1.0),
    }


def _due(o: Rows, p: Any) -> tuple[Any, dict[Use, tuple[Any, Any]]]:
    """What is due this month by use, whole rupiah, shape (n, 18); number and price of what is bought whole, (n,) each.

    administration = annual budget * administration share / 12; guidance, register = clients under supervision * cost a
    client and month (the register times its coverage); transport = members * transport money; coaching = sessions a
    month * members * cost of one member coached; forum, evaluation = number this month * cost of one; procedure,
    agreements = lever * cost a year / 12; media = reach * villages * cost of one a year / 12; rooms = slots * rent; hub
    = running cost if open + slots * rent; tools = lever / 12; subsidies = clients in their first six months of formal
    work * subsidy; recruits (posts of the plan empty at the start of the month, however many stay in groups that the
    plan no longer holds), certificates (members without one), grants (trained and without work) = number this month *
    cost of one in whole rupiah; a grant of nothing is no grant.
    """
    clients = o.total("clients", "office", supervised)
    per_year = 1.0 / MONTHS_A_YEAR
    hub = o.griya_abhipraya_slots_per_month
    free = np.zeros(len(o))
    members = o.total("members", "office", "serving")
    groups = sum(np.rint(getattr(o, f"groups_{field}")) for field in FIELDS)
    vacancies = np.maximum(groups * np.rint(o.members_per_group) - o.total("groups", "office", filled_posts), 0.0)
    certificates = this_month(o.certification_places_per_year, o.month)
    grants = this_month(o.startup_grants_per_year, o.month) * (o.startup_grant_idr >= 1.0)
    whole = {
        Use.RECRUITMENT: (
            np.minimum(this_month(o.recruits_per_year, o.month), vacancies),
            _rupiah(free + p.recruitment_cost_idr),
        ),
        Use.CERTIFICATION: (
            np.minimum(certificates, o.total("members", "office", uncertified)),
            _rupiah(free + p.certification_cost_idr),
        ),
        Use.GRANTS: (
            np.minimum(grants, o.total("clients", "office", trained_for_business)),
            _rupiah(o.startup_grant_idr),
        ),
    }
    by_use = {
        Use.ADMINISTRATION: o.annual_budget_idr * o.administration_share * per_year,
        Use.GUIDANCE: clients * p.guidance_cost_per_client_month_idr,
        Use.TRANSPORT: members * o.transport_idr_per_member_month,
        Use.COACHING: o.coaching_sessions_per_year * per_year * members * p.coaching_cost_per_member_idr,
        Use.FORUM: this_month(o.forum_meetings_per_year, o.month) * p.meeting_cost_idr,
        Use.REGISTER: clients * o.shared_register_coverage * p.register_cost_per_client_month_idr,
        Use.PROCEDURE: o.written_procedure * p.procedure_cost_per_year_idr * per_year,
        Use.AGREEMENTS: o.referral_agreements.sum(axis=1) * p.agreement_cost_per_year_idr * per_year,
        Use.EVALUATION: this_month(o.evaluations_per_year, o.month) * p.evaluation_cost_idr,
        Use.ROOMS: o.rented_room_slots_per_month * p.room_slot_cost_idr,
        Use.TOOLS: o.tools_idr_per_year * per_year,
        Use.HUB: (hub > 0) * p.hub_cost_per_month_idr + hub * p.room_slot_cost_idr,
        Use.MEDIA: o.media_reach * o.villages * p.media_cost_per_village_year_idr * per_year,
        Use.SUBSIDIES: o.total("clients", "office", in_new_formal_work) * o.wage_subsidy_idr_per_month,
        **{use: number * cost for use, (number, cost) in whole.items()},
        Use.PAYROLL: free,
    }
    return _rupiah(np.stack([by_use[use] for use in Use], axis=1)), whole


def _rupiah(amount: Any) -> Any:
    return np.floor(amount).astype(np.int64)
