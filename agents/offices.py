"""The Bapas: its table, what its activities can hold this month and what held them down (phases Plan and Serve).

An office is a row: one specification in one replicate. Levers and the setting stand in it as columns, written by the
model at the start of every month from the scenario's dated values; what the money carries of them is written by
:mod:`agents.money`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.activities import FIELD_OF, FIELDS, NEEDS_ROOM, Activity, Bound
from agents.agencies import ENDS, PARTNERS, agency_places, hub_use, room_slots
from agents.chance import Floats, Stream, whole
from agents.clients import supervised
from agents.guidance import asked_for
from agents.members import skilled_hours
from agents.money import OWED, Source, Use, this_month
from agents.rules import Rows, Writes, rule
from agents.tables import Array, Column, Table, count, flow, number, rupiah, share

WIDTH = len(Activity)

OFFICE_COLUMNS = (
    count("replicate", "1", "replicate number"),
    count("specification", "1", "which of the model's specifications"),
    count("employers", "employers", "employers in the labour market"),
    count("first_employer", "row of employers", "first of this office's employers"),
    # money
    rupiah("cash_idr", "money in hand"),
    rupiah("opening_cash_idr", "money in hand when the run began, carried in from the year before"),
    rupiah("received_idr", "received by source, since the start", width=len(Source), running=True),
    rupiah("spent_idr", "spent by use other than activities, since the start", width=len(Use), running=True),
    rupiah("spent_programmes_idr", "spent on activities, since the start, by activity", width=WIDTH, running=True),
    rupiah(
        "lapsed_idr",
        "fixed money not spent by the end of its year and returned to the treasury, since the start",
        running=True,
    ),
    rupiah("owed_idr", "administration and mandatory guidance due and not yet paid", width=len(OWED)),
    rupiah("expected_idr", "money counted on for activities this month, by activity", width=WIDTH, monthly=True),
    rupiah("plan_idr", "money set aside for activities this month, by activity", width=WIDTH, monthly=True),
    # what of the plan the money carries this month
    share("coaching", "coaching of members in force: 1 is once a month"),
    rupiah("transport_idr", "transport money paid to each member"),
    rupiah("subsidy_idr", "wage subsidy paid for each client in new formal work"),
    flow("meetings", "meetings", "meetings of the coordination forum"),
    share("register", "coverage of the shared register in force"),
    share("procedure", "written procedure in force"),
    share("agreements", "referral agreements in force, by agency", width=len(PARTNERS)),
    flow("evaluations", "evaluations", "evaluations of the activities"),
    number("rented_slots", "client-sessions", 0, 1e9, "places in rented rooms"),
    number("hub_slots", "client-sessions", 0, 1e9, "places in Griya Abhipraya"),
    rupiah("tools_idr", "spent this month on tools, materials and upkeep"),
    share("media", "villagers reached by media"),
    flow("recruits_paid", "persons", "new members the recruitment can find"),
    flow("certificates_paid", "places", "certification places paid"),
    flow("grants_paid", "grants", "start-up grants paid"),
    # people and agencies
    flow("under_supervision", "clients", "clients under supervision"),
    number("caseload", "clients a counsellor", 0, 1e7, "clients under supervision for each counsellor"),
    share("tie", "strength of each tie between two agencies", width=len(ENDS)),
    share("insight", "what evaluation has taught the office about its activities"),
    share("recorded", "share of what happens that is written into the register"),
    share("needs_known", "share of clients whose needs the office knows"),
    share("referral", "chance that a client not yet referred to Pokmas is referred this month"),
    share("overlap", "share of places lost on needs that another agency serves too"),
    share("no_show", "share of places cancelled because a partner does not come"),
    # plan and service of the month
    flow("places", "places", "places open to clients (for outreach: events)", width=WIDTH),
    flow("planned", "places", "places planned on the money counted on", width=WIDTH),
    flow("agency_places", "places", "places of other agencies, among those open", width=WIDTH),
    flow("duplicated", "places", "places lost to duplication", width=WIDTH),
    flow("cancelled", "places", "places cancelled", width=WIDTH),
    flow("held", "client-sessions", "places attended", width=WIDTH),
    flow("hours_used", "hours", "member hours used", width=WIDTH),
    flow("hours_overhead", "hours", "member hours for meetings and joint planning"),
    Column("bound", np.int8, "code", 0, max(Bound), "what bound each activity this month", width=WIDTH, labels=Bound),
    share("facility", "quality of rooms, tools and materials"),
    share("competence", "mean competence of members, weighed by their hours"),
    share("quality", "quality of a session, by activity", width=WIDTH),
    share("guidance", "structured guidance in force, which clients who report are given"),
    share("routine", "continuity: how regularly each activity was held lately", width=WIDTH),
)


def office_table(levers: tuple[Column, ...]) -> Table:
    """An empty table of offices; ``levers`` are the columns that hold the setting and the levers of the month."""
    return Table("offices", (*OFFICE_COLUMNS, *levers))


@rule("offices")
def plan_activities(o: Rows, p: Any) -> Writes:
    """Capacity of an activity is the least of money, member hours, room slots and demand; which one bound is kept.

    money = plan / cost a place, the plan as evaluation moves it (:func:`follow_demand`); demand = referred clients who
    ask, for outreach the events planned; hours of a field, less its part of meetings and joint planning, and room slots
    are shared out among the activities that money and demand leave room for (:func:`limits`). The office plans on the
    money it counted on and cancels what the money in hand does not reach, and what partners do not come to (C9,
    ``no_show``). Of what is held the share ``overlap`` is lost on needs another agency serves too (C14); parts of a
    place are drawn. :func:`agency_places` come on top.
    Units: places a month, whole ones. Evidence: C8 to C10, C14, gap 12.
    """
    overhead = o.meetings * p.meeting_hours + o.joint_planning * p.planning_hours_per_month
    given = o.total("members", "office", "hours")
    hours = np.maximum(given - overhead[:, None] / len(FIELDS), 0.0)
    demand = o.total("clients", "office", asked_for).copy()
    demand[:, Activity.OUTREACH] = this_month(o.outreach_events_per_year, o.month)
    cost = p.by_activity("place_cost_idr")
    plan = follow_demand(o, np.ceil(demand * cost))
    in_hand, counted_on = limits(o, p, np.stack([plan, o.expected_idr]) / cost, demand, hours)
    affordable = np.floor(in_hand.min(axis=0))
    planned = np.maximum(np.floor(counted_on.min(axis=0)), affordable)
    held = affordable - whole(o.draw(Stream.NO_SHOW), affordable * o.no_show[:, None])
    for_clients = np.arange(WIDTH) != Activity.OUTREACH
    duplicated = whole(o.draw(Stream.OVERLAP), held * o.overlap[:, None] * for_clients)
    others = np.minimum(agency_places(o, p, o.total("clients", "office", supervised)), demand - held + duplicated)
    return {
        "bound": np.where(o.activity_shares > 0.0, in_hand.argmin(axis=0), Bound.UNPLANNED).astype(np.int8),
        "planned": planned,
        "cancelled": planned - held,
        "duplicated": duplicated,
        "agency_places": others,
        "places": held - duplicated + others,
        "hours_overhead": given.sum(axis=1) - hours.sum(axis=1),
        "plan_idr": plan,
    }


def follow_demand(o: Rows, wanted: Floats) -> Array:
    """Money set aside for each activity after what evaluation taught the office, whole rupiah, shape (n, 9).

    plan' = plan + insight * (followed - plan); followed is the same money where no activity keeps more than clients ask
    for, and what is left over goes to the others by their shares. Evidence: C15, C21; gap 12.

    Args:
        o: the offices.
        wanted: money that would pay all that is asked for, rupiah, shape (n, 9).
    """
    level = fair_level(o.plan_idr.sum(axis=1), wanted, o.activity_shares)
    followed = np.minimum(_times(o.activity_shares, level[:, None]), wanted)
    return np.asarray(np.floor(o.plan_idr + o.insight[:, None] * (followed - o.plan_idr)), dtype=np.int64)


def limits(o: Rows, p: Any, money: Floats, demand: Floats, hours: Floats) -> Floats:
    """Places of each activity that demand, money, hours and rooms allow, in the order of :class:`Bound`: (k, 4, n, 9).

    Hours of a field are shared out first, rooms among what hours leave (hours that rooms leave stay unused). A resource
    that reaches for all does not limit anybody (infinite); one that does not is shared by the activities' shares of the
    money, and what one of them has no use for goes to the others: share * level, the level being as high as the
    resource allows.

    Args:
        o: the offices.
        p: their parameters.
        money: places that could be paid, as many answers as given, shape (k, n, 9).
        demand: places asked for, shape (n, 9).
        hours: hours of members by field, shape (n, 4).
    """
    shares, each = o.activity_shares, np.broadcast_to(p.by_activity("place_hours"), money.shape)
    wanted = np.minimum(money, demand)
    in_field = np.arange(len(FIELDS))[:, None] == FIELD_OF
    level = fair_level(hours, (wanted * each)[:, :, None] * in_field, shares[:, None] * in_field)
    by_hours = _times(shares, level[..., FIELD_OF]) / each
    wanted = np.minimum(wanted, by_hours)
    level = fair_level(room_slots(o), wanted * NEEDS_ROOM, shares * NEEDS_ROOM)
    by_rooms = np.where(NEEDS_ROOM, _times(shares, level[..., None]), np.inf)
    return np.stack(np.broadcast_arrays(demand, money, by_hours, by_rooms), axis=1)


def fair_level(pool: Floats, wanted: Floats, weight: Floats) -> Floats:
    """The level up to which ``pool`` can be shared out by ``weight`` when nobody gets more than ``wanted``.

    Weighted max-min fairness: the sum of min(wanted, weight * level) is the pool. Infinite where it reaches for all.

    Args:
        pool: shape (...,).
        wanted: shape (..., k), what each could use; of who has no weight nothing is given.
        weight: shape (..., k), or fewer dimensions to stand for all.

    Returns:
        Shape (...,).
    """
    weight = np.broadcast_to(weight, wanted.shape)
    wanted = np.where(weight > 0.0, wanted, 0.0)
    order = np.argsort(_part(wanted, weight), axis=-1, kind="stable")
    sorted_wants, sorted_weights = (np.take_along_axis(each, order, axis=-1) for each in (wanted, weight))
    satisfied = np.cumsum(sorted_wants, axis=-1) - sorted_wants
    others = np.cumsum(sorted_weights[..., ::-1], axis=-1)[..., ::-1]
    level = _part(pool[..., None] - satisfied, others).max(axis=-1)
    return np.where(sorted_wants.sum(axis=-1) <= pool, np.inf, level)


def _times(share: Floats, level: Floats) -> Floats:
    """``share * level``, 0 without a share however high the level."""
    return np.where(share > 0.0, share, 1.0) * np.where(share > 0.0, level, 0.0)


def _part(part: Any, whole: Any) -> Any:
    """``part / whole``, 0 where there is no whole."""
    return np.where(whole > 0, part / np.maximum(whole, 1e-12), 0.0)


def opened(o: Rows) -> Floats:
    """Places that the office itself opens this month, duplicated ones among them, shape (n, 9)."""
    return np.asarray(o.places - o.agency_places + o.duplicated)


@rule("offices")
def prepare_sessions(o: Rows, p: Any) -> Writes:
    """Quality of a session is competence, procedure and continuity; quality of the rooms follows the money for tools.

    quality = (mean competence of the field's members weighed by hours) * (1 - procedure_weight * (1 - procedure)) * (1
    - continuity_weight * (1 - hub_on_continuity * use of Griya Abhipraya) * (1 - routine)), of places given by other
    agencies agency_session_quality; a client meets the mean over both. routine' = routine +
    routine_speed * (held at all - routine). The facility moves by facility_speed a month towards base + (1 - base) * (1
    - exp(-tools money / places used in rooms / tools_per_slot_idr)); rooms that stand empty need no tools. Evidence:
    C7, C10, C16, C17, C19, X-14, X-09 (staff works through quality); weights assumed (gap 6).
    """
    hours = o.total("members", "office", "hours")
    skilled = o.total("members", "office", skilled_hours)
    routine = o.routine + p.wide.routine_speed * ((o.places > 0) - o.routine)
    procedure = 1.0 - p.procedure_weight * (1.0 - o.procedure)
    broken = p.continuity_weight * (1.0 - p.hub_on_continuity * hub_use(o))
    quality = _part(skilled, hours)[:, FIELD_OF] * procedure[:, None] * (1.0 - broken[:, None] * (1.0 - routine))
    by_others = _part(o.agency_places, o.places)
    quality = quality + by_others * (p.wide.agency_session_quality - quality)
    used = opened(o)[:, NEEDS_ROOM].sum(axis=1)
    equipped = -np.expm1(-o.tools_idr / np.maximum(used, 1.0) / p.tools_per_slot_idr)
    target = o.facility_quality + (1.0 - o.facility_quality) * equipped
    return {
        "routine": routine,
        "quality": np.clip(quality, 0.0, 1.0),
        "facility": o.facility + p.facility_speed * (target - o.facility),
        "competence": _part(skilled.sum(axis=1), hours.sum(axis=1)),
    }


@rule("offices")
def settle_sessions(o: Rows, p: Any) -> Writes:
    """What was held is paid for and its hours are booked, duplicated places among them, those of other agencies not.

    A place costs its money whether its client comes or not: room, material and facilitator are there. Evidence: C9,
    C14; unit costs assumed (gap 5).
    """
    own = opened(o)
    cost = np.minimum(np.ceil(own * p.by_activity("place_cost_idr")).astype(np.int64), o.plan_idr)
    return {
        "held": o.total("clients", "office", "attended"),
        "hours_used": own * p.by_activity("place_hours"),
        "spent_programmes_idr": o.spent_programmes_idr + cost,
        "cash_idr": o.cash_idr - cost.sum(axis=1),
    }
