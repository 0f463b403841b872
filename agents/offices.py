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
from agents.members import skilled_hours
from agents.rules import Rows, Writes, rule
from agents.tables import Column, Table, count, number, rupiah, share

WIDTH = len(Activity)

OFFICE_COLUMNS = (
    count("world", "1", "replicate number"),
    count("specification", "1", "which of the model's specifications"),
    count("employers", "employers", "employers in the labour market"),
    count("first_employer", "row of employers", "first of this office's employers"),
    # money
    rupiah("cash_idr", "money in hand"),
    rupiah("received_fixed_idr", "received from the fixed budget, since the start"),
    rupiah("received_irregular_idr", "received from irregular sources, since the start"),
    rupiah("received_outside_idr", "received from outside, since the start"),
    rupiah("spent_administration_idr", "spent on administration, since the start"),
    rupiah("spent_guidance_idr", "spent on mandatory guidance, since the start"),
    rupiah("spent_members_idr", "spent on members (coaching, certificates, transport), since the start"),
    rupiah("spent_grants_idr", "spent on start-up grants, since the start"),
    rupiah("spent_subsidies_idr", "spent on wage subsidies, since the start"),
    rupiah("spent_programmes_idr", "spent on activities, since the start, by activity", width=WIDTH),
    rupiah("lapsed_idr", "fixed money not spent by the end of its year and returned to the treasury, since the start"),
    rupiah("expected_idr", "money counted on for activities this month, by activity", width=WIDTH, monthly=True),
    rupiah("plan_idr", "money set aside for activities this month, by activity", width=WIDTH, monthly=True),
    number("certificates_paid", "places", 0, 1e6, "certification places paid this month", monthly=True),
    number("grants_paid", "grants", 0, 1e6, "start-up grants paid this month", monthly=True),
    share("subsidy_kept", "part of the wage subsidies due that was paid", 1.0),
    # people
    number("caseload", "clients a counsellor", 0, 1e7, "clients under supervision for each counsellor"),
    # plan and service of the month
    number("places", "places", 0, 1e9, "places open this month, by activity", width=WIDTH, monthly=True),
    number("planned", "places", 0, 1e9, "places wanted this month, by activity", width=WIDTH, monthly=True),
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
    """All money spent or lapsed since the start, shape (n,), whole rupiah."""
    return (
        o.spent_administration_idr
        + o.spent_guidance_idr
        + o.spent_members_idr
        + o.spent_grants_idr
        + o.spent_subsidies_idr
        + o.spent_programmes_idr.sum(axis=1)
        + o.lapsed_idr
    )


@rule("offices")
def receive_money(o: Rows, p: Any) -> Writes:
    """Money arrives by source, in whole rupiah.

    fixed: annual budget * fixed share in equal instalments from first_money_month to December; irregular: the same
    yearly sum on average, but arriving only in months drawn with irregular_month_probability; outside: likewise with
    outside_month_probability. In January what is left of the fixed money lapses with the share lapse_share. Evidence:
    C8, C9, P-08; the calendar is assumed (gap 5).
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

    Due this month, each paid as far as the cash reaches, in this order: administration = annual budget * administration
    share / 12; mandatory guidance = clients under supervision * guidance_cost_per_client_month_idr; members = transport
    + coaching; wage subsidies = clients in their first six months of formal work * subsidy; certificates and start-up
    grants, whole ones only. What is left is set aside for activities by their shares; what the office counted on is the
    same with a twelfth of the yearly budget in place of the cash. Evidence: C8, P-08; unit costs assumed (gap 5).
    """
    clients = o.total("clients", "office", supervised)
    members = o.total("members", "office", "serving")
    coaching = o.coaching_sessions_per_year / MONTHS_A_YEAR * p.coaching_session_cost_idr
    subsidised = o.total("clients", "office", in_new_formal_work)
    due = {
        "spent_administration_idr": o.annual_budget_idr * o.administration_share / MONTHS_A_YEAR,
        "spent_guidance_idr": clients * p.guidance_cost_per_client_month_idr,
        "spent_members_idr": members * o.transport_idr_per_member_month + coaching,
        "spent_subsidies_idr": subsidised * o.wage_subsidy_idr_per_month,
    }
    left, paid = o.cash_idr, {}
    for account, amount in due.items():
        paid[account] = np.minimum(np.floor(amount).astype(np.int64), left)
        left = left - paid[account]
    certificates, for_certificates = _whole_ones(
        o.certification_places_per_year, p.certification_cost_idr, left, o.month
    )
    left = left - for_certificates
    grants, for_grants = _whole_ones(o.startup_grants_per_year, np.maximum(o.startup_grant_idr, 1.0), left, o.month)
    left = left - for_grants
    paid["spent_members_idr"] = paid["spent_members_idr"] + for_certificates
    counted_on = o.annual_budget_idr / MONTHS_A_YEAR - sum(due.values())
    subsidies_due = np.maximum(np.floor(due["spent_subsidies_idr"]), 1.0)
    return {
        **{account: getattr(o, account) + amount for account, amount in paid.items()},
        "spent_grants_idr": o.spent_grants_idr + for_grants,
        "cash_idr": left,
        "certificates_paid": certificates,
        "grants_paid": grants,
        "subsidy_kept": np.where(subsidised > 0, paid["spent_subsidies_idr"] / subsidies_due, left > 0),
        "expected_idr": np.floor(np.maximum(counted_on, 0.0)[:, None] * o.activity_shares).astype(np.int64),
        "plan_idr": np.floor(left[:, None] * o.activity_shares).astype(np.int64),
        "caseload": clients / np.maximum(o.counsellors, 1.0),
    }


def _whole_ones(per_year: Any, cost: Any, money: Any, month: int) -> tuple[Any, Any]:
    """How many of a yearly number fall in ``month`` and can be paid from ``money``, and what they cost in rupiah."""
    number = np.minimum(_this_month(per_year, month), np.floor(money / cost))
    return number, np.floor(number * cost).astype(np.int64)


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
    """Capacity of an activity is the least of money, member hours and room slots; which one bound is kept.

    money = plan / cost a place; hours = hours of the field, less meetings, split over its activities by their shares,
    / hours a place; rooms = room slots split by the shares; demand = clients who ask (``wanted``). The
    office plans on the money it counted on and cancels what the money in hand does not reach (C9). Of what is held the
    share duplication_share * (1 - coordination) is lost on needs another agency serves too (C14). Units: places a
    month. Evidence: C8 to C10, C14, gap 12.
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
    held = o.places + o.duplicated
    cost = np.minimum(np.ceil(held * p.by_activity("place_cost_idr")).astype(np.int64), o.plan_idr)
    return {
        "held": o.total("clients", "office", "attended"),
        "hours_used": held * p.by_activity("place_hours"),
        "spent_programmes_idr": o.spent_programmes_idr + cost,
        "cash_idr": o.cash_idr - cost.sum(axis=1),
    }
