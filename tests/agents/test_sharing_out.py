"""What one activity leaves unused goes to the others: hours of a field, rooms, and with evaluation money."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import offices
from agents.activities import Activity, Bound
from agents.clients import Status
from tests.agents.hand_made import HandMade

EVERY = len(Activity)
COSTS = {f"{activity.name.lower()}_place_cost_idr": 100_000 for activity in Activity}
HOURS = {f"{activity.name.lower()}_place_hours": 2.0 for activity in Activity}


def _wide(values: dict[Activity, float]) -> list[float]:
    return [values.get(activity, 0.0) for activity in Activity]


def _planned(
    shares: dict[Activity, float], wants: dict[Activity, int], each: int = 1_000, **office: Any
) -> dict[str, dict[Activity, float]]:
    """What an office plans that has money and hours for ``each`` places of an activity, where so many clients want it.

    Args:
        shares: of the money, by activity.
        wants: clients who ask, by activity.
        each: places of each activity that money would pay.
        **office: other columns of the office; ``hours`` of each field.
    """
    hours = office.pop("hours", 1e6)
    wanted = np.arange(max([*wants.values(), 1]))[:, None] < np.array(_wide({k: float(v) for k, v in wants.items()}))
    world = HandMade(
        offices={
            "activity_shares": [_wide(shares)],
            "plan_idr": [[each * 100_000 * (share > 0) for share in _wide(shares)]],
            "room_slots_per_month": 1e6,
            **office,
        },
        members={"serving": True, "hours": [[hours] * 4]},
        clients={"status": [Status.SUPERVISED] * len(wanted), "wanted": wanted, "referred": True},
    )
    world.live(offices.plan_activities, **COSTS, **HOURS)
    return {
        name: dict(zip(Activity, getattr(world.tables["offices"], name)[0].tolist(), strict=True))
        for name in ("places", "bound", "plan_idr")
    }


HALVES = {Activity.LEGAL: 0.5, Activity.SPIRITUAL: 0.5}


def test_rooms_that_one_leaves_empty_are_used_by_another() -> None:
    """Forty slots, half of them each: spiritual is asked for by five, so legal has thirty-five and rooms bind it."""
    told = _planned(HALVES, {Activity.LEGAL: 50, Activity.SPIRITUAL: 5}, room_slots_per_month=40)
    assert (told["places"][Activity.LEGAL], told["places"][Activity.SPIRITUAL]) == (35.0, 5.0)
    assert (told["bound"][Activity.LEGAL], told["bound"][Activity.SPIRITUAL]) == (Bound.ROOMS, Bound.DEMAND)


def test_hours_of_a_field_go_to_the_activity_that_has_use_for_them() -> None:
    """Hours for twenty places of the personality field: six for spiritual guidance leave fourteen for companionship."""
    shares = {Activity.PSYCHOSOCIAL: 0.2, Activity.SPIRITUAL: 0.8}
    told = _planned(shares, {Activity.PSYCHOSOCIAL: 50, Activity.SPIRITUAL: 6}, hours=40.0)
    assert (told["places"][Activity.PSYCHOSOCIAL], told["places"][Activity.SPIRITUAL]) == (14.0, 6.0)
    assert told["bound"][Activity.PSYCHOSOCIAL] == Bound.HOURS
    other = _planned({**shares, Activity.LEGAL: 0.5}, {Activity.PSYCHOSOCIAL: 50, Activity.LEGAL: 0}, hours=40.0)
    assert other["places"][Activity.PSYCHOSOCIAL] == 20.0, "hours of another field help nobody here"


def test_what_hours_hold_down_takes_no_rooms() -> None:
    """Hours for ten of companionship leave it ten of forty rooms; thirty are left for legal information."""
    shares = {Activity.PSYCHOSOCIAL: 0.5, Activity.LEGAL: 0.5}
    told = _planned(shares, {Activity.PSYCHOSOCIAL: 50, Activity.LEGAL: 10}, hours=20.0, room_slots_per_month=40)
    assert told["places"][Activity.PSYCHOSOCIAL] == told["places"][Activity.LEGAL] == 10.0
    assert told["bound"][Activity.PSYCHOSOCIAL] == Bound.HOURS
    assert told["bound"][Activity.LEGAL] == Bound.DEMAND


@pytest.mark.parametrize("slots", [60, 600])
def test_rooms_do_not_bind_while_any_stands_empty(slots: int) -> None:
    """As many as are asked for, or ten times as many: the same places, held down by demand."""
    told = _planned(HALVES, {Activity.LEGAL: 50, Activity.SPIRITUAL: 10}, room_slots_per_month=slots)
    assert (told["places"][Activity.LEGAL], told["places"][Activity.SPIRITUAL]) == (50.0, 10.0)
    assert told["bound"][Activity.LEGAL] == told["bound"][Activity.SPIRITUAL] == Bound.DEMAND


def test_what_the_plan_gives_no_money_is_bound_by_nothing() -> None:
    """Seven activities without a share are not in the plan; what nobody asks for is bound by demand, not by money."""
    told = _planned(HALVES, {Activity.LEGAL: 50}, each=0)
    assert told["bound"][Activity.LEGAL] == Bound.MONEY
    assert told["bound"][Activity.SPIRITUAL] == Bound.DEMAND
    assert [told["bound"][activity] for activity in Activity if activity not in HALVES] == [Bound.UNPLANNED] * 7


# evaluation


@pytest.mark.parametrize(("insight", "legal", "spiritual"), [(0.0, 20, 20), (0.5, 27, 12), (1.0, 35, 5)])
def test_evaluation_moves_money_to_what_clients_ask_for(insight: float, legal: float, spiritual: float) -> None:
    """Money for forty places: what the five who want spiritual guidance leave goes to legal information."""
    told = _planned(HALVES, {Activity.LEGAL: 50, Activity.SPIRITUAL: 5}, each=20, insight=insight)
    assert told["places"][Activity.LEGAL] == legal
    assert told["places"][Activity.SPIRITUAL] == min(spiritual, 5)
    assert told["plan_idr"][Activity.SPIRITUAL] == pytest.approx(100_000 * (20 - 15 * insight))
    assert sum(told["plan_idr"].values()) <= 40 * 100_000


# the level


cells = st.lists(st.tuples(st.floats(0, 100), st.sampled_from([0.0, 0.1, 0.25, 1.0, 7.0])), min_size=1, max_size=9)


@given(st.floats(0, 500), cells)
def test_a_pool_is_shared_out_whole_or_reaches_for_all(pool: float, parts: list[tuple[float, float]]) -> None:
    """The sum of min(wanted, weight * level) is the pool, or everybody with a weight has what is wanted."""
    wanted, weight = np.array(parts).T
    level = float(offices.fair_level(np.array([pool]), wanted[None], weight[None])[0])
    asked = wanted[weight > 0]
    if asked.sum() <= pool:
        assert level == np.inf
    else:
        assert np.minimum(asked, weight[weight > 0] * level).sum() == pytest.approx(pool, rel=1e-9, abs=1e-9)


@given(st.lists(st.floats(0, 500), min_size=2, max_size=4), cells)
def test_every_office_has_its_own_level(pools: list[float], parts: list[tuple[float, float]]) -> None:
    """Side by side or alone: the same bits."""
    wanted, weight = (np.tile(each, (len(pools), 1)) for each in np.array(parts).T)
    together = offices.fair_level(np.array(pools), wanted, weight)
    alone = [offices.fair_level(np.array([pool]), wanted[:1], weight[:1])[0] for pool in pools]
    assert together.tolist() == alone
