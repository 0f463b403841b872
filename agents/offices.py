"""The Bapas: levers, money in whole rupiah, capacity and what held it down (phases Fund, Staff, Plan, Serve).

An office is a row: one specification in one replicate. Levers and the setting stand in it as columns, written by the
model at the start of every month from the scenario's dated values, so a rule reads ``c.office.media_reach`` and need
not know where it comes from.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.activities import FIELD_OF, FIELDS, Activity, Bound
from agents.chance import Stream
from agents.clients import MONTHS_A_YEAR, in_new_formal_work, supervised
from agents.members import skilled_hours, uncertified
from agents.rules import Rows, Writes, rule
from agents.tables import Column, Table, count, number, rupiah, share
from agents.work import trained_for_business

WIDTH = len(Activity)

OFFICE_COLUMNS = (
    count("replicate", "1", "replicate number"),
    count("specification", "1", "which of the model's specifications"),
    count("employers", "employers", "employers in the labour market"),
    count("first_employer", "row of employers", "first of this office's employers"),
    # money
    rupiah("cash_idr", "money in hand"),
    rupiah("opening_cash_idr", "money in hand when the run began, carried in from the year before"),
    rupiah("received_fixed_idr", "received from the fixed budget, since the start", running=True),
    rupiah("received_irregular_idr", "received from irregular sources, since the start", running=True),
    rupiah("received_outside_idr", "received from outside, since the start", running=True),
    rupiah("spent_administration_idr", "spent on administration, since the start", running=True),
    rupiah("spent_guidance_idr", "spent on mandatory guidance, since the start", running=True),
    rupiah("spent_members_idr", "spent on members (coaching, certificates, transport), since the start", running=True),
    rupiah("spent_grants_idr", "spent on start-up grants, since the start", running=True),
    rupiah("spent_subsidies_idr", "spent on wage subsidies, since the start", running=True),
    rupiah("spent_programmes_idr", "spent on activities, since the start, by activity", width=WIDTH, running=True),
    rupiah(
        "lapsed_idr",
        "fixed money not spent by the end of its year and returned to the treasury, since the start",
        running=True,
    ),
    rupiah("expected_idr", "money counted on for activities this month, by activity", width=WIDTH, monthly=True),
    rupiah("plan_idr", "money set aside for activities this month, by activity", width=WIDTH, monthly=True),
    number("certificates_paid", "places", 0, 1e6, "certification places paid this month", monthly=True),
    number("grants_paid", "grants", 0, 1e6, "start-up grants paid this month", monthly=True),
    rupiah("owed_idr", "administration and mandatory guidance due and not yet paid"),
    share("members_kept", "part of what is due to members (coaching, transport) that was paid", 1.0),
    share("subsidy_kept", "part of the wage subsidies due that was paid", 1.0),
    # people
    number("caseload", "clients a counsellor", 0, 1e7, "clients under supervision for each counsellor"),
    # plan and service of the month
    number("places", "places", 0, 1e9, "places open this month, by activity", width=WIDTH, monthly=True),
    number(
        "planned",
        "places",
        0,
        1e9,
        "places planned this month on the money counted on, by activity",
        width=WIDTH,
        monthly=True,
    ),
    number(
        "duplicated", "places", 0, 1e9, "places lost to duplication this month, by activity", width=WIDTH, monthly=True
    ),
    number("cancelled", "places", 0, 1e9, "places cancelled this month, by activity", width=WIDTH, monthly=True),
    number("held", "client-sessions", 0, 1e9, "places attended this month, by activity", width=WIDTH, monthly=True),
    number("hours_used", "hours", 0, 1e9, "member hours used this month, by activity", width=WIDTH, monthly=True),
    Column("bound", np.int8, "code", 0, max(Bound), "what bound each activity this month", width=WIDTH, labels=Bound),
    share("quality", "quality of a session, by activity", width=WIDTH),
    share("routine", "continuity: how regularly each activity was held lately", width=WIDTH),
    share("coordination", "strength of the ties between the agencies"),
)


def office_table(levers: tuple[Column, ...]) -> Table:
    """An empty table of offices; ``levers`` are the columns that hold the setting and the levers of the month."""
    return Table("offices", (*OFFICE_COLUMNS, *levers))


def received(o: Any) -> Any:
    """All money received since the start, shape (n,), whole rupiah."""
    return o.received_fixed_idr + o.received_irregular_idr + o.received_outside_idr


def spent(o: Any) -> Any:
    """All money spent since the start, shape (n,), whole rupiah; what lapsed to the treasury is not spent."""
    return np.asarray(
        o.spent_administration_idr
        + o.spent_guidance_idr
        + o.spent_members_idr
        + o.spent_grants_idr
        + o.spent_subsidies_idr
        + o.spent_programmes_idr.sum(axis=1)
    )


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
    amounts = [np.floor(amount).astype(np.int64) for amount in (fixed, irregular, outside)]
    lapsed = np.floor(o.cash_idr * o.fixed_share * p.lapse_share * (of_year == 0)).astype(np.int64)
    return {
        "cash_idr": o.cash_idr - lapsed + amounts[0] + amounts[1] + amounts[2],
        "received_fixed_idr": o.received_fixed_idr + amounts[0],
        "received_irregular_idr": o.received_irregular_idr + amounts[1],
        "received_outside_idr": o.received_outside_idr + amounts[2],
        "lapsed_idr": o.lapsed_idr + lapsed,
    }


@rule("offices")
def pay_first(o: Rows, p: Any) -> Writes:
    """Administration and mandatory guidance are paid before anything else; then promises; the rest is for activities.

    Due this month, each paid as far as the cash reaches, in this order: what is owed from before; administration =
    annual budget * administration share / 12; mandatory guidance = clients under supervision *
    guidance_cost_per_client_month_idr (these two stay owed when unpaid); members = transport + coaching; wage subsidies
    = clients in their first six months of formal work * subsidy (these lapse when unpaid, and their effect with them);
    certificates for members without one, then start-up grants for those trained and without work, whole ones only. What
    is left is set aside for activities by their shares. What the office counted on for activities is a twelfth of the
    yearly budget less all of these. The caseload is clients over counsellors. Evidence: C8, P-08; unit costs assumed
    (gap 5).
    """
    clients = o.total("clients", "office", supervised)
    members = o.total("members", "office", "serving")
    subsidised = o.total("clients", "office", in_new_formal_work)
    coaching = o.coaching_sessions_per_year / MONTHS_A_YEAR * p.coaching_session_cost_idr
    due = {
        "spent_administration_idr": _rupiah(o.annual_budget_idr * o.administration_share / MONTHS_A_YEAR),
        "spent_guidance_idr": _rupiah(clients * p.guidance_cost_per_client_month_idr),
        "spent_members_idr": _rupiah(members * o.transport_idr_per_member_month + coaching),
        "spent_subsidies_idr": _rupiah(subsidised * o.wage_subsidy_idr_per_month),
    }
    arrears = np.minimum(o.owed_idr, o.cash_idr)
    left, paid = o.cash_idr - arrears, {}
    for account, amount in due.items():
        paid[account] = np.minimum(amount, left)
        left = left - paid[account]
    owed = o.owed_idr - arrears
    for account in ("spent_administration_idr", "spent_guidance_idr"):
        owed = owed + due[account] - paid[account]
    to_certify = np.minimum(
        _this_month(o.certification_places_per_year, o.month), o.total("members", "office", uncertified)
    )
    certificates, for_certificates = _whole_ones(to_certify, p.certification_cost_idr, left)
    left = left - for_certificates
    to_grant = np.minimum(
        _this_month(o.startup_grants_per_year, o.month), o.total("clients", "office", trained_for_business)
    )
    grants, for_grants = _whole_ones(to_grant, o.startup_grant_idr, left)
    left = left - for_grants
    promised = sum(due.values()) + _rupiah(to_certify * p.certification_cost_idr + to_grant * o.startup_grant_idr)
    counted_on = np.maximum(o.annual_budget_idr / MONTHS_A_YEAR - promised, 0.0)
    return {
        "cash_idr": left,
        "owed_idr": owed,
        "spent_administration_idr": o.spent_administration_idr + paid["spent_administration_idr"] + arrears,
        "spent_guidance_idr": o.spent_guidance_idr + paid["spent_guidance_idr"],
        "spent_members_idr": o.spent_members_idr + paid["spent_members_idr"] + for_certificates,
        "spent_subsidies_idr": o.spent_subsidies_idr + paid["spent_subsidies_idr"],
        "spent_grants_idr": o.spent_grants_idr + for_grants,
        "members_kept": _part(paid["spent_members_idr"], due["spent_members_idr"]),
        "subsidy_kept": _part(paid["spent_subsidies_idr"], due["spent_subsidies_idr"]),
        "certificates_paid": certificates,
        "grants_paid": grants,
        "expected_idr": _rupiah(counted_on[:, None] * o.activity_shares),
        "plan_idr": _rupiah(left[:, None] * o.activity_shares),
        "caseload": clients / np.maximum(o.counsellors, 1.0),
    }


def _rupiah(amount: Any) -> Any:
    return np.floor(amount).astype(np.int64)


def _part(paid: Any, due: Any) -> Any:
    """Part of what was due that was paid, 1 where nothing was."""
    return np.where(due > 0, paid / np.maximum(due, 1), 1.0)


def _whole_ones(wanted: Any, cost: Any, money: Any) -> tuple[Any, Any]:
    """How many of those wanted can be paid from ``money`` (what costs nothing is nothing), and their cost in rupiah."""
    number = np.where(cost > 0, np.minimum(wanted, np.floor(money / np.maximum(cost, 1.0))), 0.0)
    return number, _rupiah(number * cost)


def _this_month(per_year: Any, month: int) -> Any:
    """Whole number falling in ``month`` of a yearly number spread evenly over the year."""
    of_year = month % MONTHS_A_YEAR
    return np.floor(per_year * (of_year + 1) / MONTHS_A_YEAR) - np.floor(per_year * of_year / MONTHS_A_YEAR)


@rule("offices")
def coordinate(o: Rows, p: Any) -> Writes:
    """The agencies' ties grow when they meet and fade when they do not.

    coordination' = coordination * (1 - tie_fading) + (1 - coordination) * tie_per_meeting * meetings this month.
    Evidence: C14, gap 12.
    """
    meetings = o.forum_meetings_per_year / MONTHS_A_YEAR
    grown = o.coordination * (1.0 - p.tie_fading) + (1.0 - o.coordination) * p.tie_per_meeting * meetings
    return {"coordination": np.minimum(grown, 1.0)}


@rule("offices")
def plan_activities(o: Rows, p: Any) -> Writes:
    """Capacity of an activity is the least of money, member hours, room slots and demand; which one bound is kept.

    money = plan / cost a place; hours = hours of the field, less meetings, split over its activities by their shares,
    / hours a place; rooms = room slots split by the shares; demand = clients who ask (``wanted``). The
    office plans on the money it counted on and cancels what the money in hand does not reach (C9). Of what is held the
    share duplication_share * (1 - coordination) is lost on needs another agency serves too (C14). Units: places a
    month, whole ones (a small activity loses less than the share to duplication). Evidence: C8 to C10, C14, gap 12.
    """
    shares = o.activity_shares
    hours = o.total("members", "office", "hours")
    meeting_hours = o.forum_meetings_per_year / MONTHS_A_YEAR * p.meeting_hours
    hours = np.maximum(hours - meeting_hours[:, None] / len(FIELDS), 0.0)
    of_field = np.zeros((len(o), len(FIELDS)))
    for activity, field in enumerate(FIELD_OF):
        of_field[:, field] += shares[:, activity]
    part = np.where(of_field[:, FIELD_OF] > 0, shares / np.maximum(of_field[:, FIELD_OF], 1e-12), 0.0)
    cost = p.by_activity("place_cost_idr")
    limits = np.stack(
        [
            o.plan_idr / cost,
            hours[:, FIELD_OF] * part / p.by_activity("place_hours"),
            o.room_slots_per_month[:, None] * shares,
            o.total("clients", "office", "wanted"),
        ]
    )
    possible = limits[1:].min(axis=0)
    held = np.floor(limits.min(axis=0))
    planned = np.maximum(np.floor(np.minimum(o.expected_idr / cost, possible)), held)
    duplicated = np.floor(held * (p.duplication_share * (1.0 - o.coordination))[:, None])
    return {
        "bound": limits.argmin(axis=0).astype(np.int8),
        "planned": planned,
        "cancelled": planned - held,
        "duplicated": duplicated,
        "places": held - duplicated,
    }


@rule("offices")
def prepare_sessions(o: Rows, p: Any) -> Writes:
    """Quality of a session: competence of those who lead it, procedure, and continuity; C7, C16, C19.

    quality = (mean competence of the field's members weighed by hours) * (1 - procedure_weight * (1 - written
    procedure)) * (1 - continuity_weight * (1 - routine)); routine' = routine + routine_speed * (held at all - routine).
    Evidence: X-14, X-09 (staff works through quality); weights assumed (gap 6).
    """
    hours = o.total("members", "office", "hours")
    skilled = o.total("members", "office", skilled_hours)
    competence = np.where(hours > 0, skilled / np.maximum(hours, 1e-9), 0.0)[:, FIELD_OF]
    routine = o.routine + p.wide.routine_speed * ((o.places > 0) - o.routine)
    procedure = 1.0 - p.procedure_weight * (1.0 - o.written_procedure)
    quality = competence * procedure[:, None] * (1.0 - p.wide.continuity_weight * (1.0 - routine))
    return {"routine": routine, "quality": np.clip(quality, 0.0, 1.0)}


@rule("offices")
def settle_sessions(o: Rows, p: Any) -> Writes:
    """What was held is paid for and its hours are booked, duplicated places among them.

    A place costs its money whether its client comes or not: room, material and facilitator are there. Evidence: C9,
    C14; unit costs assumed (gap 5).
    """
    opened = o.places + o.duplicated
    cost = np.minimum(np.ceil(opened * p.by_activity("place_cost_idr")).astype(np.int64), o.plan_idr)
    return {
        "held": o.total("clients", "office", "attended"),
        "hours_used": opened * p.by_activity("place_hours"),
        "spent_programmes_idr": o.spent_programmes_idr + cost,
        "cash_idr": o.cash_idr - cost.sum(axis=1),
    }
