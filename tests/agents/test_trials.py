"""A field trial changes one thing for the clients it concerns, through the one rule that decides on it."""

from __future__ import annotations

import numpy as np
import pytest

from agents import guidance, supervision, work
from agents.activities import Activity
from agents.chance import Stream, derive
from agents.clients import Lead, Status, Work, in_new_formal_work
from agents.trials import Trial, drawn_for_offer, lost_after
from tests.agents.hand_made import HandMade

NEVER = 1.0 - 1e-9
KEYS = derive(np.zeros(20_000, dtype=np.uint64), "clients", np.arange(20_000))


def test_who_is_referred_at_once_needs_no_luck() -> None:
    world = HandMade(
        offices={"referral": 0.1}, clients={"status": Status.SUPERVISED, "trial": [Trial.NONE, Trial.REFERRED_AT_ONCE]}
    )
    assert world.told(guidance.refer, luck={Stream.REFERRAL: NEVER})["referred"].tolist() == [False, True]


def test_who_is_put_first_stands_before_the_greatest_known_need() -> None:
    world = HandMade(
        month=100,
        offices={"places": np.ones((1, len(Activity))), "needs_known": [1.0]},
        clients={
            "status": Status.SUPERVISED,
            "referred": True,
            "wanted": np.ones((2, len(Activity)), dtype=bool),
            "distress": [1.0, 0.0],
            "skill": [0.0, 1.0],
            "trial": [Trial.NONE, Trial.FIRST_IN_LINE],
        },
    )
    assert world.told(guidance.offer_places)["offered"].all(axis=1).tolist() == [False, True]


def test_the_course_is_closed_to_whom_it_is_not_offered_and_nothing_else_is() -> None:
    world = HandMade(
        clients={
            "status": Status.SUPERVISED,
            "referred": True,
            "wanted": np.ones((2, len(Activity)), dtype=bool),
            "trial": [Trial.NONE, Trial.WITHOUT_COURSE],
        }
    )
    asked = guidance.asked_for(world.rows("clients"))
    assert asked[0].all()
    assert np.flatnonzero(~asked[1]).tolist() == [Activity.CERTIFIED_COURSE]


def test_no_subsidy_helps_or_is_paid_for_whom_none_is_offered() -> None:
    world = HandMade(
        offices={"employers": 1, "monthly_wage_idr": 2_000_000, "subsidy_idr": [1_000_000]},
        villages={"stigma": [0.0]},
        employers={"willingness": [0.4]},
        clients={
            "status": Status.SUPERVISED,
            "lead": Lead.FORMAL,
            "asked": 0,
            "trial": [Trial.NONE, Trial.WITHOUT_SUBSIDY],
        },
    )
    chance = world.chance(
        work.ask_for_work, Stream.HIRE, lambda told: told["work"] != Work.NONE, subsidy_on_hiring=0.4, image_on_hiring=0
    )
    assert chance == pytest.approx([0.6, 0.4])
    world.tables["clients"].write(slice(None), {"work": np.full(2, Work.FORMAL, dtype=np.int8)})
    assert in_new_formal_work(world.rows("clients")).tolist() == [True, False]


def test_no_structured_guidance_builds_for_whom_none_is_offered() -> None:
    world = HandMade(
        offices={"caseload": 30.0, "procedure": 1.0, "competence": 0.7, "needs_known": [1.0]},
        clients={"status": Status.SUPERVISED, "trial": [Trial.NONE, Trial.WITHOUT_GUIDANCE]},
    )
    world.live(supervision.guide, case_full_load=30, case_full_competence=0.7)
    world.live(supervision.be_guided, case_speed=0.25)
    assert world.tables["clients"].case_management.tolist() == [0.25, 0.0]


def test_arms_are_drawn_by_share_and_more_offers_keep_those_drawn() -> None:
    half, most = drawn_for_offer(KEYS, 0.5), drawn_for_offer(KEYS, 0.8)
    assert (half.mean(), most.mean()) == (pytest.approx(0.5, abs=0.015), pytest.approx(0.8, abs=0.015))
    assert most[half].all()
    assert not drawn_for_offer(KEYS, 0.0).any()
    assert drawn_for_offer(KEYS, 1.0).all()


def test_the_share_lost_is_lost_evenly_and_not_by_arm() -> None:
    """The same share of those still there every month: 1 - (1 - 0.3)^(1/2) in half the time."""
    lost, drawn = lost_after(KEYS, 0.3, 24), drawn_for_offer(KEYS, 0.5)
    assert (lost <= 24).mean() == pytest.approx(0.3, abs=0.015)
    assert (lost <= 12).mean() == pytest.approx(1 - 0.7**0.5, abs=0.015)
    assert (lost[drawn] <= 24).mean() == pytest.approx((lost[~drawn] <= 24).mean(), abs=0.02)
    assert np.isinf(lost_after(KEYS, 0.0, 24)).all()
