"""The Bapas at work: ties between agencies, places as the least of four limits, quality, and what is settled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import offices
from agents.activities import FIELD_OF, Activity, Bound, Field
from agents.clients import Status
from tests.agents.hand_made import HandMade

EVERY = len(Activity)


def _row(world: HandMade, name: str) -> Any:
    return getattr(world.tables["offices"], name)[0].tolist()


# coordination


def test_ties_between_agencies_grow_by_meeting_and_fade_without() -> None:
    """0.4 * 0.9 without meetings; and 0.6 * 0.25 more with one a month; never above 1 (C14)."""
    world = HandMade(offices={"coordination": [0.4, 0.4, 1.0], "forum_meetings_per_year": [0, 12, 24]})
    world.live(offices.coordinate, tie_fading=0.1, tie_per_meeting=0.25)
    assert world.tables["offices"].coordination == pytest.approx([0.36, 0.51, 0.9])
    assert world.tables["offices"].out_of_range() == []


# capacity

#: hours that make 7 places of everything by hours: see _planning
PLACES = {f"{activity.name.lower()}_place_cost_idr": 100_000 for activity in Activity}
HOURS = {f"{activity.name.lower()}_place_hours": 2.0 for activity in Activity}


def _planning(
    money: int = 50, hours: float = 50, rooms: int = 50, demand: int = 50, expected: int | None = None, **office: Any
) -> HandMade:
    """An office with seven equal activities that has money, hours, rooms and demand for so many places of each."""
    activities_of_field = np.bincount(FIELD_OF, minlength=len(Field))
    return HandMade(
        offices={
            "activity_shares": [[1 / EVERY] * EVERY],
            "plan_idr": np.full((1, EVERY), money * 100_000),
            "expected_idr": np.full((1, EVERY), (money if expected is None else expected) * 100_000),
            "room_slots_per_month": float(rooms * EVERY),
            "coordination": 1.0,
            **office,
        },
        members={"serving": True, "hours": [2.0 * hours * activities_of_field]},
        clients={"status": [Status.SUPERVISED] * demand, "wanted": True} if demand else {"status": [Status.SUPERVISED]},
    )


@pytest.mark.parametrize(
    ("limits", "bound"),
    [
        ({"money": 7}, Bound.MONEY),
        ({"hours": 7}, Bound.HOURS),
        ({"rooms": 7}, Bound.ROOMS),
        ({"demand": 7}, Bound.DEMAND),
        ({"money": 7, "hours": 8, "rooms": 9, "demand": 10}, Bound.MONEY),
        ({"money": 10, "hours": 7, "rooms": 8, "demand": 9}, Bound.HOURS),
    ],
)
def test_capacity_is_the_least_of_money_hours_rooms_and_demand(limits: dict[str, int], bound: Bound) -> None:
    """Seven places of everything, and the record says what held them down."""
    world = _planning(**limits)
    world.live(offices.plan_activities, **PLACES, **HOURS)
    assert _row(world, "places") == [7.0] * EVERY
    assert _row(world, "bound") == [bound] * EVERY
    assert _row(world, "cancelled") == [0.0] * EVERY


@settings(max_examples=50)
@given(st.tuples(*[st.integers(0, 30)] * 4), st.integers(0, 3), st.integers(1, 20))
def test_more_of_what_does_not_bind_changes_nothing(limits: tuple[int, ...], which: int, more: int) -> None:
    """Raising one limit: no place more unless that one bound, and never a place less (no lever is a multiplier)."""
    names = ("money", "hours", "rooms", "demand")
    before = dict(zip(names, limits, strict=True))
    after = {**before, names[which]: before[names[which]] + more}
    places = []
    for each in (before, after):
        world = _planning(**each)
        world.live(offices.plan_activities, **PLACES, **HOURS)
        places.append(_row(world, "places"))
    assert places[0] == [float(min(limits))] * EVERY
    assert places[1] == [float(min(after.values()))] * EVERY


def test_plans_that_the_money_in_hand_does_not_reach_are_cancelled() -> None:
    """Counted on 9, in hand 4: five cancelled; hours for 6 only: two; more in hand than counted on: none (C9)."""
    for money, expected, hours, planned in ((4, 9, 50, 9), (4, 9, 6, 6), (9, 4, 50, 9), (0, 3, 50, 3)):
        world = _planning(money=money, expected=expected, hours=hours)
        world.live(offices.plan_activities, **PLACES, **HOURS)
        held = min(money, hours)
        assert _row(world, "planned") == [planned] * EVERY
        assert _row(world, "cancelled") == [planned - held] * EVERY
        assert _row(world, "places") == [held] * EVERY


@pytest.mark.parametrize(("coordination", "lost"), [(0.0, 5.0), (0.5, 2.0), (1.0, 0.0)])
def test_without_coordination_places_are_lost_to_duplication(coordination: float, lost: float) -> None:
    """Of twenty held, a quarter goes to needs another agency serves too; whole places, none with full coordination."""
    world = _planning(money=20, coordination=coordination)
    world.live(offices.plan_activities, duplication_share=0.25, **PLACES, **HOURS)
    assert _row(world, "duplicated") == [lost] * EVERY
    assert _row(world, "places") == [20.0 - lost] * EVERY


def test_meetings_cost_hours_of_every_field() -> None:
    """One meeting a month of 16 hours takes four from each field: two places of a field with one activity."""
    world = _planning(hours=10, forum_meetings_per_year=12)
    world.live(offices.plan_activities, meeting_hours=16, **PLACES, **HOURS)
    alone = [int(np.bincount(FIELD_OF)[field]) for field in FIELD_OF]
    assert _row(world, "places") == [10.0 - 2.0 / activities for activities in alone]


def test_hours_of_a_field_go_to_its_activities_by_their_shares() -> None:
    """Vocational has three fifths of the two activities of its field; an activity without a share has no place."""
    shares = [[0.1, 0.3, 0.2, 0.1, 0.0, 0.2, 0.1]]
    world = _planning(money=1000, rooms=1000, hours=20, demand=60, activity_shares=shares)
    world.live(offices.plan_activities, **PLACES, **HOURS)
    places = dict(zip(Activity, _row(world, "places"), strict=True))
    assert places[Activity.VOCATIONAL] == 24.0
    assert places[Activity.ENTREPRENEURSHIP] == 16.0
    assert places[Activity.PSYCHOSOCIAL] == places[Activity.SPIRITUAL] == 20.0
    assert places[Activity.LEGAL] == 0.0


# quality

STAFF = {"procedure_weight": 0.3, "continuity_weight": 0.5, "routine_speed": 0.25}


def test_quality_is_competence_procedure_and_continuity() -> None:
    """Competence by hours of the field (0.5), times 1 - 0.3 without procedure, times 1 - 0.5 without routine."""
    places = np.zeros((3, EVERY))
    places[2] = 4.0
    world = HandMade(
        offices={"written_procedure": [1.0, 0.0, 0.5], "routine": [[1.0] * EVERY] * 3, "places": places},
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


def test_a_field_without_members_has_no_quality() -> None:
    """Nobody to lead a session is a quality of 0, not an error."""
    hours = np.zeros((1, len(Field)))
    hours[0, Field.LEGAL] = 5.0
    world = HandMade(members={"serving": [True], "hours": hours, "competence": 0.8})
    world.live(offices.prepare_sessions, **STAFF)
    quality = dict(zip(Activity, _row(world, "quality"), strict=True))
    assert quality.pop(Activity.LEGAL) > 0
    assert set(quality.values()) == {0.0}


def test_counsellors_and_money_do_not_enter_quality() -> None:
    """Quality comes from those who lead and how; fewer clients for each counsellor alone change nothing (X-14)."""
    found = []
    for counsellors in (1, 100):
        world = _planning(counsellors=counsellors, caseload=850 / counsellors)
        world.live(offices.prepare_sessions, **STAFF)
        found.append(_row(world, "quality"))
    assert found[0] == found[1]


# settling


def test_what_was_held_is_paid_for_and_booked() -> None:
    """Four open and two duplicated places cost six, come or not; hours too; attendance is counted from clients."""
    attended = np.zeros((3, EVERY), dtype=bool)
    attended[:2, Activity.LEGAL] = True
    plan = np.full((1, EVERY), 5_000_000)
    plan[0, Activity.SPIRITUAL] = 500_000
    world = HandMade(
        offices={
            "places": np.full((1, EVERY), 4.0),
            "duplicated": np.full((1, EVERY), 2.0),
            "plan_idr": plan,
            "cash_idr": 50_000_000,
            "spent_programmes_idr": np.full((1, EVERY), 7),
        },
        clients={"status": Status.SUPERVISED, "attended": attended},
    )
    world.live(offices.settle_sessions, **{**PLACES, "legal_place_cost_idr": 99_999.9}, **HOURS)
    cost = [600_000.0] * EVERY
    cost[Activity.LEGAL], cost[Activity.SPIRITUAL] = 600_000.0, 500_000.0
    assert _row(world, "spent_programmes_idr") == [7 + each for each in cost]
    assert _row(world, "cash_idr") == 50_000_000 - sum(cost)
    assert _row(world, "hours_used") == [12.0] * EVERY
    held = [0.0] * EVERY
    held[Activity.LEGAL] = 2.0
    assert _row(world, "held") == held
