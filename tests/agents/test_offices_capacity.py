"""The Bapas at work: places as the least of money, hours, rooms and demand, what is lost on the way, and quality."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import offices
from agents.activities import FIELD_OF, NEEDS_ROOM, Activity, Bound, Field
from agents.agencies import SERVES, WITH_PARTNERS, hub_use, room_slots
from agents.chance import Stream
from agents.clients import Status
from tests.agents.hand_made import HandMade

EVERY = len(Activity)
IN_ROOMS = [activity for activity in Activity if NEEDS_ROOM[activity]]


def _row(world: HandMade, name: str) -> Any:
    return getattr(world.tables["offices"], name)[0].tolist()


def _by_activity(world: HandMade, name: str) -> dict[Activity, float]:
    return dict(zip(Activity, _row(world, name), strict=True))


# capacity

PLACES = {f"{activity.name.lower()}_place_cost_idr": 100_000 for activity in Activity}
HOURS = {f"{activity.name.lower()}_place_hours": 2.0 for activity in Activity}


def _planning(
    money: int = 50, hours: float = 50, rooms: int = 50, demand: int = 50, expected: int | None = None, **office: Any
) -> HandMade:
    """An office with nine equal activities that has money, hours, rooms and demand for so many places of each.

    A hair of hours and rooms more than it takes, so that thirds of them are enough.
    """
    activities_of_field = np.bincount(FIELD_OF, minlength=len(Field))
    return HandMade(
        offices={
            "activity_shares": [[1 / EVERY] * EVERY],
            "plan_idr": np.full((1, EVERY), money * 100_000),
            "expected_idr": np.full((1, EVERY), (money if expected is None else expected) * 100_000),
            "room_slots_per_month": rooms * len(IN_ROOMS) + 1e-3,
            "outreach_events_per_year": 12 * demand,
            **office,
        },
        members={"serving": True, "hours": [2.0 * hours * activities_of_field + 1e-3]},
        clients={"status": [Status.SUPERVISED] * max(demand, 1), "wanted": demand > 0, "referred": True},
    )


def _planned(luck: float = 0.5, values: dict[str, float] | None = None, **situation: Any) -> HandMade:
    """The office of :func:`_planning` after its plans are made; parts of a place are drawn with this luck."""
    world = _planning(**situation)
    streams = (Stream.AGENCY_PLACES, Stream.NO_SHOW, Stream.OVERLAP)
    world.live(offices.plan_activities, luck=dict.fromkeys(streams, luck), **{**PLACES, **HOURS, **(values or {})})
    return world


@pytest.mark.parametrize(
    ("limits", "bound"),
    [
        ({"money": 7}, Bound.MONEY),
        ({"hours": 7}, Bound.HOURS),
        ({"demand": 7}, Bound.DEMAND),
        ({"money": 7, "hours": 8, "rooms": 9, "demand": 10}, Bound.MONEY),
        ({"money": 10, "hours": 7, "rooms": 8, "demand": 9}, Bound.HOURS),
        ({"money": 9, "hours": 8, "rooms": 10, "demand": 7}, Bound.DEMAND),
    ],
)
def test_capacity_is_the_least_of_money_hours_and_demand(limits: dict[str, int], bound: Bound) -> None:
    """Seven places of everything, and the record says what held them down."""
    world = _planned(**limits)
    assert _row(world, "places") == [7.0] * EVERY
    assert _row(world, "bound") == [bound] * EVERY
    assert _row(world, "cancelled") == [0.0] * EVERY


def test_rooms_hold_down_only_what_needs_a_room() -> None:
    """Long courses and events with the public have places of their own: twenty where rooms allow seven (C10)."""
    world = _planned(rooms=7, money=20)
    assert [activity for activity in Activity if activity not in IN_ROOMS] == [
        Activity.CERTIFIED_COURSE,
        Activity.OUTREACH,
    ]
    assert _row(world, "places") == [7.0 if activity in IN_ROOMS else 20.0 for activity in Activity]
    assert _row(world, "bound") == [Bound.ROOMS if activity in IN_ROOMS else Bound.MONEY for activity in Activity]
    assert _row(_planned(rooms=0), "places") == [0.0 if activity in IN_ROOMS else 50.0 for activity in Activity]


def test_rooms_are_ones_own_rented_and_those_of_the_hub() -> None:
    """Three kinds of places in one sum; the use of the hub is its part of them, nothing where there are none."""
    sources = {"room_slots_per_month": 30.0, "rented_slots": 20.0, "hub_slots": 50.0}
    for name in sources:
        assert room_slots(HandMade(offices={**dict.fromkeys(sources, 0.0), name: 7.0}).rows("offices")) == [7.0]
    o = HandMade(offices=sources).rows("offices")
    assert room_slots(o) == [100.0]
    assert hub_use(o) == [0.5]
    assert hub_use(HandMade(offices=dict.fromkeys(sources, 0.0)).rows("offices")) == [0.0]
    assert _row(_planned(rooms=3, rented_slots=7.0, hub_slots=14.0), "places")[Activity.LEGAL] == 6.0


def test_rooms_are_split_by_the_shares_of_what_needs_them() -> None:
    """Sixty slots: thirty for legal with half of the shares that need rooms; the share of the course takes none."""
    shares = np.zeros(EVERY)
    shares[[Activity.LEGAL, Activity.SPIRITUAL, Activity.COMMUNITY, Activity.CERTIFIED_COURSE]] = [0.3, 0.2, 0.1, 0.4]
    world = _planned(money=500, hours=190, activity_shares=[shares.tolist()], room_slots_per_month=60.001)
    places = _by_activity(world, "places")
    assert [places[each] for each in (Activity.LEGAL, Activity.SPIRITUAL, Activity.COMMUNITY)] == [30.0, 20.0, 10.0]
    assert places[Activity.CERTIFIED_COURSE] == 50.0


@settings(max_examples=50)
@given(st.tuples(*[st.integers(0, 30)] * 4), st.integers(0, 3), st.integers(1, 20))
def test_more_of_what_does_not_bind_changes_nothing(limits: tuple[int, ...], which: int, more: int) -> None:
    """Raising one limit: no place more unless that one bound, and never a place less (no lever is a multiplier)."""
    names = ("money", "hours", "rooms", "demand")
    before = dict(zip(names, limits, strict=True))
    after = {**before, names[which]: before[names[which]] + more}
    for each in (before, after):
        without_rooms = min(number for name, number in each.items() if name != "rooms")
        expected = [float(min(each.values())) if activity in IN_ROOMS else without_rooms for activity in Activity]
        assert _row(_planned(**each), "places") == expected


def test_only_who_is_referred_counts_as_demand() -> None:
    """Fifty want everything, the Bapas has referred seven: seven places."""
    world = _planning()
    referred = np.arange(50) < 7
    world.tables["clients"].write(slice(None), {"referred": referred})
    world.live(offices.plan_activities, **PLACES, **HOURS)
    assert _row(world, "places") == [50.0 if activity == Activity.OUTREACH else 7.0 for activity in Activity]


def test_outreach_is_as_many_events_as_are_planned_in_the_month() -> None:
    """Thirty a year: two or three a month; as far as money and hours reach, without any client asking for them."""
    events = []
    for month in range(12, 24):
        world = _planning(demand=0, outreach_events_per_year=30)
        world.month = month
        world.live(offices.plan_activities, **PLACES, **HOURS)
        events.append(_by_activity(world, "places")[Activity.OUTREACH])
        assert sum(_row(world, "places")) == events[-1]
    assert sum(events) == 30.0
    assert set(events) == {2.0, 3.0}
    assert _by_activity(_planned(money=1, outreach_events_per_year=30), "places")[Activity.OUTREACH] == 1.0


# what is lost on the way


def test_plans_that_the_money_in_hand_does_not_reach_are_cancelled() -> None:
    """Counted on 9, in hand 4: five cancelled; hours for 6 only: two; more in hand than counted on: none (C9)."""
    for money, expected, hours, planned in ((4, 9, 50, 9), (4, 9, 6, 6), (9, 4, 50, 9), (0, 3, 50, 3)):
        world = _planned(money=money, expected=expected, hours=hours)
        held = min(money, hours)
        assert _row(world, "planned") == [planned] * EVERY
        assert _row(world, "cancelled") == [planned - held] * EVERY
        assert _row(world, "places") == [held] * EVERY


@pytest.mark.parametrize(("no_show", "lost"), [(0.0, 0.0), (0.1, 2.0), (1.0, 20.0)])
def test_what_partners_do_not_come_to_is_cancelled(no_show: float, lost: float) -> None:
    """Of twenty that the money reaches, the share no_show, on top of what the money does not reach."""
    for expected in (20, 23):
        world = _planned(money=20, expected=expected, no_show=no_show)
        assert _row(world, "planned") == [expected] * EVERY
        assert _row(world, "cancelled") == [expected - 20 + lost] * EVERY
        assert _row(world, "places") == [20.0 - lost] * EVERY


@pytest.mark.parametrize(("overlap", "lost"), [(0.25, 5.0), (0.0, 0.0)])
def test_places_are_lost_on_needs_another_agency_serves(overlap: float, lost: float) -> None:
    """Of twenty held the share of overlap; an event with the public doubles nobody's need (C14)."""
    world = _planned(money=20, overlap=overlap)
    expected = [lost if activity != Activity.OUTREACH else 0.0 for activity in Activity]
    assert _row(world, "duplicated") == expected
    assert _row(world, "places") == [20.0 - each for each in expected]


def test_small_offices_lose_the_same_share_of_places_as_large_ones() -> None:
    """Three places at a tenth each: 0 or 1 of them, 0.3 in the mean over luck (what is below one is not forgotten)."""
    for lost, share in (("cancelled", "no_show"), ("duplicated", "overlap")):
        luck = (np.arange(200) + 0.5) / 200
        rows = np.array([_row(_planned(each, money=3, **{share: 0.1}), lost) for each in luck])
        assert set(rows.ravel()) == {0.0, 1.0}
        expected = [0.3] * EVERY if share == "no_show" else [0.3 * (each != Activity.OUTREACH) for each in Activity]
        assert rows.mean(axis=0) == pytest.approx(expected, abs=0.006)


def _with_agencies(**situation: Any) -> dict[str, Any]:
    """Agreements with all three agencies and full ties of the Bapas with them."""
    tie = np.zeros((1, 10))
    tie[0, WITH_PARTNERS] = 1.0
    return {"agreements": [[1.0] * 3], "tie": tie, **situation}


def test_places_of_other_agencies_come_on_top() -> None:
    """Four each for fifty clients in what they serve, where the office has ten of its own; they cost it nothing."""
    each = {"agency_places_per_client_year": 0.96}
    world = _planned(values=each, **_with_agencies(money=10))
    expected = [4.0 if activity in SERVES else 0.0 for activity in Activity]
    assert _row(world, "agency_places") == expected
    assert _row(world, "places") == [10.0 + more for more in expected]
    assert _row(world, "planned") == [10.0] * EVERY


def test_nobody_is_offered_two_places_of_one_kind() -> None:
    """Demand of fifty and forty-eight of the office's own: agencies add two, and eleven where nine were doubled."""
    each = {"agency_places_per_client_year": 12.0}
    world = _planned(values=each, **_with_agencies(money=48))
    assert _row(world, "places") == [50.0 if activity in SERVES else 48.0 for activity in Activity]
    world = _planned(values=each, **_with_agencies(money=48, overlap=9 / 48 + 1e-9))
    assert _by_activity(world, "agency_places")[Activity.LEGAL] == 11.0
    assert _by_activity(world, "places")[Activity.LEGAL] == 50.0


shares_ = st.lists(st.integers(0, 9), min_size=EVERY, max_size=EVERY).filter(any)


@settings(max_examples=60)
@given(
    st.tuples(*[st.integers(0, 30)] * 4),
    st.integers(0, 40),
    shares_,
    st.fixed_dictionaries({name: st.floats(0, 1) for name in ("no_show", "overlap", "joint_planning")}),
    st.floats(0, 3),
    st.floats(0, 0.999),
)
def test_a_plan_adds_up(
    limits: tuple[int, ...],
    expected: int,
    weights: list[int],
    office: dict[str, float],
    meetings: float,
    luck: float,
) -> None:
    """Whole places, never more than are asked for or paid; planned = cancelled + duplicated + own places."""
    money, hours, rooms, demand = limits
    world = _planned(
        luck,
        {"agency_places_per_client_year": 0.15},
        money=money,
        hours=hours,
        rooms=rooms,
        demand=demand,
        expected=expected,
        meetings=meetings,
        activity_shares=[[weight / sum(weights) for weight in weights]],
        **_with_agencies(**office),
    )
    found = {name: np.array(_row(world, name)) for name in ("planned", "cancelled", "duplicated", "places", "bound")}
    own = found["places"] - _row(world, "agency_places")
    assert world.tables["offices"].out_of_range() == []
    assert all((values == np.floor(values)).all() for values in found.values())
    assert (found["planned"] == found["cancelled"] + found["duplicated"] + own).all()
    assert (found["places"] <= demand).all()
    assert (own <= money).all()
    assert 0.0 <= _row(world, "hours_overhead") <= world.tables["members"].hours.sum()


# overhead


def test_meetings_and_joint_planning_cost_hours_of_every_field() -> None:
    """A meeting of 12 hours and half a planning of 8: four from each field, two places of one alone in it."""
    values = {"meeting_hours": 12, "planning_hours_per_month": 8}
    world = _planned(values=values, hours=10, meetings=1.0, joint_planning=0.5)
    alone = [int(np.bincount(FIELD_OF)[field]) for field in FIELD_OF]
    assert _row(world, "places") == [np.floor(10.0 - 2.0 / activities) for activities in alone]
    assert _row(world, "hours_overhead") == pytest.approx(16.0)


def test_a_field_gives_no_more_hours_than_it_has() -> None:
    """Overhead beyond the hours of a field leaves it none, and takes no more from the others than their part."""
    world = _planning()
    hours = np.full((1, len(Field)), 30.0)
    hours[0, Field.LEGAL] = 3.0
    world.tables["members"].write(slice(None), {"hours": hours})
    world.live(offices.plan_activities, meeting_hours=20, **PLACES, **HOURS)
    assert _row(world, "hours_overhead") == 0.0
    world.tables["offices"].write(slice(None), {"meetings": np.array([2.0])})
    world.live(offices.plan_activities, meeting_hours=20, **PLACES, **HOURS)
    assert _row(world, "hours_overhead") == 33.0
    assert _by_activity(world, "places")[Activity.LEGAL] == 0.0
    assert _by_activity(world, "places")[Activity.SPIRITUAL] == 5.0


def test_hours_of_a_field_go_to_its_activities_by_their_shares() -> None:
    """Vocational has half of the hours of its three activities; an activity without a share has no place."""
    shares = dict.fromkeys(Activity, 0.1) | {
        Activity.VOCATIONAL: 0.3,
        Activity.ENTREPRENEURSHIP: 0.2,
        Activity.LEGAL: 0,
    }
    world = _planned(money=1000, rooms=1000, hours=20, demand=60, activity_shares=[list(shares.values())])
    places = _by_activity(world, "places")
    assert places[Activity.VOCATIONAL] == 30.0
    assert places[Activity.ENTREPRENEURSHIP] == 20.0
    assert places[Activity.CERTIFIED_COURSE] == 10.0
    assert places[Activity.PSYCHOSOCIAL] == places[Activity.SPIRITUAL] == 20.0
    assert places[Activity.LEGAL] == 0.0


# quality

STAFF = {
    "procedure_weight": 0.3,
    "continuity_weight": 0.5,
    "hub_on_continuity": 0.8,
    "routine_speed": 0.25,
    "facility_speed": 0.2,
    "tools_per_slot_idr": 10_000,
}


def test_quality_is_competence_procedure_and_continuity() -> None:
    """Competence by hours of the field (0.5), times 1 - 0.3 without procedure, times 1 - 0.5 without routine."""
    places = np.zeros((3, EVERY))
    places[2] = 4.0
    world = HandMade(
        offices={"procedure": [1.0, 0.0, 0.5], "routine": [[1.0] * EVERY] * 3, "places": places},
        members={
            "serving": True,
            "office": np.repeat([0, 1, 2], 3),
            "hours": np.tile([[2.0] * 4, [6.0] * 4, [0.0] * 4], (3, 1)),
            "competence": [0.2, 0.6, 1.0] * 3,
        },
    )
    world.live(offices.prepare_sessions, **STAFF)
    office = world.tables["offices"]
    assert office.routine[:, 0] == pytest.approx([0.75, 0.75, 1.0])
    expected = [0.5 * 1.0 * 0.875, 0.5 * 0.7 * 0.875, 0.5 * 0.85 * 1.0]
    assert office.quality == pytest.approx(np.repeat(np.array(expected)[:, None], EVERY, axis=1))
    assert office.competence == pytest.approx([0.5] * 3)


def test_a_roof_of_its_own_keeps_an_activity_going() -> None:
    """Without routine half of the quality is lost, a tenth where all places lie in Griya Abhipraya (C17, C19)."""
    for hub, kept in ((0.0, 0.5), (1.0, 0.9), (0.5, 0.7)):
        world = HandMade(
            offices={"procedure": 1.0, "hub_slots": 100.0 * hub, "room_slots_per_month": 100.0 * (1 - hub)},
            members={"serving": [True], "hours": [[5.0] * 4], "competence": 1.0},
        )
        world.live(offices.prepare_sessions, **STAFF)
        assert _row(world, "quality") == pytest.approx([kept] * EVERY)


def test_places_of_other_agencies_keep_an_activity_going() -> None:
    """Whoever opens them: routine grows a quarter of the way to 1, where none are open it stays at nothing."""
    for places, routine in ((3.0, 0.25), (0.0, 0.0)):
        every = np.full((1, EVERY), places)
        world = HandMade(offices={"places": every, "agency_places": every}, members={"serving": [True]})
        world.live(offices.prepare_sessions, **STAFF)
        assert _row(world, "routine") == [routine] * EVERY


def test_a_field_without_members_has_no_quality() -> None:
    """Nobody to lead a session is a quality of 0, not an error."""
    hours = np.zeros((1, len(Field)))
    hours[0, Field.LEGAL] = 5.0
    world = HandMade(members={"serving": [True], "hours": hours, "competence": 0.8})
    world.live(offices.prepare_sessions, **STAFF)
    quality = _by_activity(world, "quality")
    assert quality.pop(Activity.LEGAL) > 0
    assert set(quality.values()) == {0.0}
    assert _row(world, "competence") == pytest.approx(0.8)


def test_counsellors_and_money_do_not_enter_quality() -> None:
    """Quality comes from those who lead and how; fewer clients for each counsellor alone change nothing (X-14)."""
    found = []
    for counsellors in (1, 100):
        world = _planning(counsellors=counsellors, caseload=850 / counsellors)
        world.live(offices.prepare_sessions, **STAFF)
        found.append(_row(world, "quality"))
    assert found[0] == found[1]


def _used(places: float) -> np.ndarray:
    """So many places used in rooms, as many again in the long course, which needs none."""
    used = np.zeros((1, EVERY))
    used[0, [Activity.LEGAL, Activity.CERTIFIED_COURSE]] = places
    return used


@pytest.mark.parametrize(
    ("tools", "used", "target"),
    [(0, 100, 0.4), (1_000_000, 100, 1 - 0.6 * np.exp(-1)), (1_000_000, 50, 1 - 0.6 * np.exp(-2)), (10**9, 1, 1.0)],
)
def test_rooms_are_as_good_as_the_money_for_tools_makes_them(tools: int, used: float, target: float) -> None:
    """A fifth of the way from 0.5 to 0.4 without tools, or nearer to 1 by the money for each place used (C10).

    Rooms that stand empty change nothing, nor do places that other agencies open.
    """
    for empty in (0.0, 1e6):
        office = {"facility": 0.5, "facility_quality": 0.4, "tools_idr": tools, "room_slots_per_month": used + empty}
        world = HandMade(offices={**office, "places": _used(used) + 3.0, "agency_places": np.full((1, EVERY), 3.0)})
        world.live(offices.prepare_sessions, **STAFF)
        assert _row(world, "facility") == pytest.approx(0.5 + 0.2 * (target - 0.5))


@settings(max_examples=50)
@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 10**9), st.integers(0, 10_000), st.integers(0, 10**9))
def test_more_money_for_tools_never_makes_rooms_worse(
    facility: float, rest: float, tools: int, used: int, more: int
) -> None:
    """In range, never below what the office would have without, and never less for more money."""
    found = []
    for money in (tools, tools + more):
        world = HandMade(
            offices={"facility": facility, "facility_quality": rest, "tools_idr": money, "places": _used(used)}
        )
        world.live(offices.prepare_sessions, **STAFF)
        assert world.tables["offices"].out_of_range() == []
        found.append(_row(world, "facility"))
    assert found[1] >= found[0] - 1e-12
    assert found[0] >= facility + 0.2 * (rest - facility) - 1e-12
