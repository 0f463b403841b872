"""Members: motivation and leaving, coaching and certificates, and the hours they give."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import members, money
from agents.activities import FIELDS, Field
from agents.chance import Stream
from agents.members import skilled_hours
from tests.agents.hand_made import HandMade

STAYING = {
    "burnout_speed": 0.2,
    "coaching_on_burnout": 0.5,
    "burnout_on_motivation": 0.3,
    "motivation_speed": 0.1,
    "transport_on_motivation": 0.2,
    "transport_reference_idr": 100_000,
    "mentor_places": 4.0,
    "exit_unsupported": 0.36,
    "exit_supported": 0.2,
}
STAYS = {Stream.MEMBER_EXIT: 1.0 - 1e-9}


def _volunteers(**columns: Any) -> HandMade:
    """Members of offices in which nothing, all, half or more than all of coaching and transport is in force."""
    return HandMade(
        offices={"coaching": [0.0, 1.0, 0.5, 1.0], "transport_idr": [0, 100_000, 50_000, 900_000]},
        members={"serving": True, "motivation": 0.5, **columns},
    )


def test_load_exhausts_and_coaching_eases_it() -> None:
    """A fifth of the way to load / 4, at most 1, half of that with coaching; without load exhaustion passes (X-16)."""
    world = _volunteers(office=[0, 0, 0, 1, 2, 0], load=[0, 2, 9, 4, 4, 0], burnout=[0, 0, 0, 0, 0, 0.5])
    world.live(members.tire_or_leave, luck=STAYS, **STAYING)
    assert world.tables["members"].burnout == pytest.approx([0.0, 0.1, 0.2, 0.1, 0.15, 0.4])


@settings(max_examples=50)
@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 20), st.integers(0, 20), st.floats(0, 1), st.floats(0, 1))
def test_more_load_never_rests_and_more_coaching_never_tires(
    burnout: float, motivation: float, load: int, more: int, coaching: float, better: float
) -> None:
    """In range whatever stands and comes; monotone in load and coaching, and motivation goes the other way."""
    found = []
    for held, coached in ((load, coaching), (load + more, coaching), (load, coaching + better * (1 - coaching))):
        world = HandMade(
            offices={"coaching": coached},
            members={"serving": [True], "burnout": burnout, "motivation": motivation, "load": held},
        )
        world.live(members.tire_or_leave, luck=STAYS, **STAYING)
        assert world.tables["members"].out_of_range() == []
        found.append((world.tables["members"].burnout[0], world.tables["members"].motivation[0]))
    now, loaded, coached_more = found
    assert loaded[0] >= now[0] - 1e-12
    assert loaded[1] <= now[1] + 1e-12
    assert coached_more[0] <= now[0] + 1e-12
    assert coached_more[1] >= now[1] - 1e-12


def test_motivation_follows_transport_money_and_exhaustion() -> None:
    """A tenth of the way to 0.5 + 0.2 for transport in full, half for half, no more for more; - 0.3 * burnout (C7).

    Exhaustion counts as it stands after the month: 0.5 with nobody to mentor is 0.4.
    """
    world = _volunteers(office=[0, 1, 2, 3, 0], burnout=[0, 0, 0, 0, 0.5])
    world.live(members.tire_or_leave, luck=STAYS, **STAYING)
    targets = np.array([0.5, 0.7, 0.6, 0.7, 0.5 - 0.3 * 0.4])
    assert world.tables["members"].motivation == pytest.approx(0.5 + 0.1 * (targets - 0.5))


def test_members_look_at_what_is_in_force_and_not_at_promises() -> None:
    """An office that promises everything and carries nothing keeps members like one that promises nothing."""
    promised = {"coaching_sessions_per_year": [0, 12], "transport_idr_per_member_month": [0, 100_000]}
    world = HandMade(offices=promised, members={"serving": True, "motivation": 0.5, "office": [0, 1], "id": 0})
    world.live(members.tire_or_leave, luck=STAYS, **STAYING)
    leave = world.chance(members.tire_or_leave, Stream.MEMBER_EXIT, lambda told: told["left"], **STAYING)
    world.live(members.train, **TRAINING)
    for column in (leave, world.tables["members"].motivation, world.tables["members"].competence):
        assert column[0] == column[1]


def test_the_chance_to_leave_is_that_of_a_year_in_twelve_parts() -> None:
    """36 % a year without coaching, 20 % with it, 28 % with half; twice the hazard unmotivated, half motivated."""
    still = {**STAYING, "motivation_speed": 0.0}
    world = _volunteers(office=[0, 1, 2, 0, 0], motivation=[0.5, 0.5, 0.5, 0.0, 1.0])
    chance = world.chance(members.tire_or_leave, Stream.MEMBER_EXIT, lambda told: told["left"], **still)
    stays = np.array([0.64, 0.80, 0.72, 0.64**2, 0.64**0.5])
    assert chance == pytest.approx(1 - stays ** (1 / 12))
    assert 1 - (1 - chance[0]) ** 12 == pytest.approx(0.36)


def test_the_chance_to_leave_follows_motivation_as_it_is_now() -> None:
    """Transport in full moves motivation from 0.5 a tenth of the way to 0.7: with 0.52 fewer leave this very month."""
    world = _volunteers(office=[3])
    chance = world.chance(members.tire_or_leave, Stream.MEMBER_EXIT, lambda told: told["left"], **STAYING)
    assert chance == pytest.approx([1 - 0.8 ** (2 ** (1 - 2 * 0.52) / 12)])


def test_who_is_exhausted_leaves_sooner() -> None:
    """Through motivation alone: two years of four clients each, and of none, under the published values."""
    leaving = []
    for load in (0, 4):
        world = _volunteers(office=[0], load=load)
        for _ in range(24):
            world.live(members.tire_or_leave, luck=STAYS)
        leaving += world.chance(members.tire_or_leave, Stream.MEMBER_EXIT, lambda told: told["left"]).tolist()
    assert leaving[0] < leaving[1]


def test_who_leaves_no_longer_serves() -> None:
    """Leaving is marked in its month and ends service; who no longer serves is not asked."""
    world = _volunteers(serving=[True, True, False])
    world.live(members.tire_or_leave, luck={Stream.MEMBER_EXIT: [1e-9, 1.0 - 1e-9, 1e-9]})
    assert world.tables["members"].serving.tolist() == [False, True, False]
    assert world.tables["members"].left.tolist() == [True, False, False]


TRAINING = {
    "competence_base": 0.3,
    "coaching_on_competence": 0.2,
    "certificate_on_competence": 0.25,
    "competence_speed": 0.5,
}


def test_competence_follows_coaching_and_certificate() -> None:
    """Half the way in a month to 0.3, + 0.2 with monthly coaching, + 0.25 with a certificate (C7, C21)."""
    world = _volunteers(office=[0, 1, 2, 0, 3], certified=[False, False, False, True, True], competence=0.5)
    world.live(members.train, **TRAINING)
    targets = np.array([0.3, 0.5, 0.4, 0.55, 0.75])
    assert world.tables["members"].competence == pytest.approx(0.5 + 0.5 * (targets - 0.5))


def test_certificates_go_to_those_who_have_served_longest() -> None:
    """Two places in one office, one in the other: the longest serving without one get them, and competence follows."""
    world = HandMade(
        offices={"certificates_paid": [2, 1]},
        members={
            "serving": [True, True, True, True, True, True, False],
            "office": [0, 0, 0, 0, 1, 1, 1],
            "joined_month": [5, -1, 3, 4, 9, 2, -1],
            "certified": [False, True, False, False, False, False, False],
        },
    )
    world.live(members.train, **TRAINING)
    assert world.tables["members"].certified.tolist() == [False, True, True, True, False, True, False]
    assert (world.tables["members"].competence > 0.15).tolist() == [False, True, True, True, False, True, False]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-1, 5), st.booleans()), min_size=1, max_size=10), st.data())
def test_no_more_certificates_are_given_than_paid(rows: list[tuple[int, int, bool]], data: Any) -> None:
    """New certificates per office: as many as are paid or wanting, whichever is less; nobody loses one."""
    paid = data.draw(st.tuples(st.integers(0, 4), st.integers(0, 4)))
    office, joined, certified = (np.array(column) for column in zip(*rows, strict=True))
    world = HandMade(
        offices={"certificates_paid": list(paid)},
        members={"serving": True, "office": office, "joined_month": joined, "certified": certified},
    )
    world.live(members.train)
    now = world.tables["members"].certified
    assert now[certified].all()
    for each in (0, 1):
        wanting = ~certified & (office == each)
        assert (now & wanting).sum() == min(paid[each], wanting.sum())


def test_posts_of_other_groups_stay_empty_whoever_stays_where_the_plan_has_no_group() -> None:
    """Four stay in a closed group, five serve where four posts are, one where four are: five of eight are filled."""
    world = HandMade(
        month=11,
        offices={
            "members_per_group": 4.0,
            **{f"groups_{field}": 2.0 * (field == "legal") for field in FIELDS},
            "recruits_per_year": 120.0,
            "annual_budget_idr": 0,
            "cash_idr": 10**9,
        },
        groups={"planned": [False, True, True]},
        members={"group": [0] * 4 + [1] * 5 + [2, 2], "serving": [True] * 10 + [False]},
    )
    assert members.filled_posts(world.rows("groups")).tolist() == [0.0, 4.0, 1.0]
    world.live(money.pay_first, recruitment_cost_idr=100_000)
    assert world.tables["offices"].recruits_paid[0] == 3.0


def test_hours_go_to_the_field_of_the_group() -> None:
    """8 hours * (1/2 + motivation), in quarters of an hour, none to another field."""
    world = HandMade(
        offices={"hours_per_member_month": 8.0},
        groups={"field": [Field.LEGAL, Field.PERSONALITY]},
        members={"serving": True, "group": [0, 1, 1], "motivation": [0.5, 0.3, 0.42]},
    )
    world.live(members.give_hours)
    hours = world.tables["members"].hours
    assert hours.sum(axis=1).tolist() == [8.0, 6.5, 7.25]
    assert (hours.argmax(axis=1) == [Field.LEGAL, Field.PERSONALITY, Field.PERSONALITY]).all()
    assert np.count_nonzero(hours) == 3


@settings(max_examples=50)
@given(st.floats(0.0, 1.0), st.floats(0.0, 250.0))
def test_hours_are_whole_quarters_near_what_motivation_says(motivation: float, hours: float) -> None:
    """Within an eighth of an hour, and in range, so sums of hours are exact in any order."""
    world = HandMade(
        offices={"hours_per_member_month": hours},
        groups={"field": [Field.COMMUNITY]},
        members={"serving": [True], "group": 0, "motivation": motivation},
    )
    world.live(members.give_hours)
    given_hours = float(world.tables["members"].hours.sum())
    assert given_hours * 4 == math.floor(given_hours * 4)
    assert abs(given_hours - hours * (0.5 + motivation)) <= 0.125 + 1e-9
    assert world.tables["members"].out_of_range() == []


def test_skilled_hours_are_hours_weighed_by_competence() -> None:
    """Shape (members, fields)."""
    world = HandMade(members={"serving": True, "competence": [0.5, 1.0], "hours": [[4.0, 0, 0, 0], [0, 0, 2.0, 0]]})
    assert skilled_hours(world.rows("members")).tolist() == [[2.0, 0, 0, 0], [0, 0, 2.0, 0]]
