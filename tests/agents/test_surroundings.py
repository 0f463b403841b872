"""Villages and employers: contact and media wear stigma down, news raises it, experience moves employers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import surroundings
from agents.activities import Activity
from agents.chance import Stream
from agents.clients import Status, Work
from tests.agents.hand_made import HandMade

MEETING = {
    "contact_on_stigma": 0.1,
    "encounters_for_contact": 2.0,
    "media_on_stigma": 0.05,
    "neighbour_on_stigma": 0.04,
    "stigma_return": 0.02,
}
STILL = dict.fromkeys(MEETING, 0.0) | {"encounters_for_contact": 2.0}


def _at_community(clients: int, village: int = 0) -> dict[str, Any]:
    attended = np.zeros((clients, len(Activity)), dtype=bool)
    attended[:, Activity.COMMUNITY] = True
    return {"status": Status.SUPERVISED, "village": village, "attended": attended}


def _villages(stigma: list[float], quality: float = 0.5, **more: Any) -> HandMade:
    office = {"quality": np.full((1, len(Activity)), quality), "villages": len(stigma), **more.pop("office", {})}
    ties = more.pop("ties", {})
    return HandMade(
        offices=office, ties=ties, villages={"stigma": stigma, "stigma_rest": stigma, **more.pop("village", {})}, **more
    )


def _after(world: HandMade, **values: float) -> list[float]:
    world.live(surroundings.meet, **{**STILL, **values})
    return world.tables["villages"].stigma.tolist()


def test_contact_wears_stigma_down_by_its_quality() -> None:
    """0.6 - 0.1 * 0.5 * 0.6 * (1 - exp(-3 / 2)) where three clients met the village; nothing where none did (C5)."""
    met = 0.6 - 0.1 * 0.5 * 0.6 * -math.expm1(-1.5)
    assert _after(_villages([0.6, 0.6], clients=_at_community(3)), contact_on_stigma=0.1) == pytest.approx([met, 0.6])


def _events(number: float) -> dict[str, Any]:
    """An office that has held so many outreach events this month."""
    return {"places": np.where(np.arange(len(Activity)) == Activity.OUTREACH, number, 0.0)[None, :]}


def test_outreach_events_are_shared_out_among_villages() -> None:
    """Two events in two villages are one in each, with fifteen met at each: encounters of 15 / 2."""
    met = 0.6 - 0.1 * 0.5 * 0.6 * -math.expm1(-7.5)
    after = _after(_villages([0.6, 0.6], office=_events(2)), contact_on_stigma=0.1, encounters_per_event=15)
    assert after == pytest.approx([met] * 2)


def test_events_that_were_planned_and_not_held_do_nothing() -> None:
    """Contact comes from what was held, not from the number that the plan promises a year."""
    world = _villages([0.6], office={"outreach_events_per_year": 24})
    assert _after(world, contact_on_stigma=0.1, encounters_per_event=15) == [0.6]


def test_clients_and_events_meet_the_village_together() -> None:
    """Three clients and half an event of four: encounters of (3 + 2) / 2, worn down once."""
    world = _villages([0.6, 0.6], office=_events(1), clients=_at_community(3))
    after = _after(world, contact_on_stigma=0.1, encounters_per_event=4)
    assert after == pytest.approx([0.6 - 0.03 * -math.expm1(-2.5), 0.6 - 0.03 * -math.expm1(-1.0)])


def test_contact_of_no_quality_does_nothing() -> None:
    """Meeting without anyone able to lead it leaves stigma where it was."""
    assert _after(_villages([0.6], quality=0.0, clients=_at_community(5)), contact_on_stigma=0.1) == [0.6]


def test_contact_is_as_good_as_community_activities_are() -> None:
    """They alone have quality in this office, 0.5: stigma falls as where everything has; without it not at all."""
    for activity, met in ((Activity.COMMUNITY, 0.6 - 0.03 * -math.expm1(-1.5)), (Activity.SPIRITUAL, 0.6)):
        quality = np.where(np.arange(len(Activity)) == activity, 0.5, 0.0)[None, :]
        world = _villages([0.6], office={"quality": quality}, clients=_at_community(3))
        assert _after(world, contact_on_stigma=0.1) == pytest.approx([met])


def test_media_reach_wears_stigma_down_a_little() -> None:
    """0.05 * reach in force * stigma, and nothing of a reach that is not paid for (C6)."""
    assert _after(_villages([0.6], office={"media": 0.5}), media_on_stigma=0.05) == pytest.approx([0.585])
    assert _after(_villages([0.6], office={"media_reach": 0.5}), media_on_stigma=0.05) == [0.6]


def test_contact_beats_lectures_under_the_published_values() -> None:
    """One meeting of middling quality in a month does more than media that reach everybody (G-05)."""
    contact = _villages([0.6], clients=_at_community(3))
    media = _villages([0.6], office={"media": 1.0})
    for world in (contact, media):
        world.live(surroundings.meet, neighbour_on_stigma=0.0, stigma_return=0.0)
    assert contact.tables["villages"].stigma[0] < media.tables["villages"].stigma[0] < 0.6


def test_opinion_spreads_between_neighbours() -> None:
    """A twenty-fifth of the way to the neighbours' mean; a village without neighbours is left alone."""
    world = _villages([0.2, 0.6, 0.8, 0.5], ties={"neighbourhood": [(0, 1), (1, 2)]})
    expected = [0.2 + 0.04 * 0.4, 0.6 + 0.04 * -0.1, 0.8 + 0.04 * -0.2, 0.5]
    assert _after(world, neighbour_on_stigma=0.04) == pytest.approx(expected)


def test_opinion_slowly_returns_to_rest() -> None:
    """A fiftieth of the way back."""
    world = _villages([0.3, 0.7], village={"stigma_rest": 0.5})
    assert _after(world, stigma_return=0.02) == pytest.approx([0.304, 0.696])


@settings(max_examples=50)
@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=5),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(0, 4),
    st.integers(0, 100),
)
def test_stigma_stays_between_0_and_1(stigma: list[float], quality: float, reach: float, met: int, held: int) -> None:
    """Whatever meets, spreads and returns at once, and two months of it."""
    ties = {"neighbourhood": [(k, k + 1) for k in range(len(stigma) - 1)]}
    people = _at_community(met) if met else {"status": [Status.GONE]}
    world = _villages(stigma, quality=quality, ties=ties, office={"media": reach, **_events(held)}, clients=people)
    for _ in range(2):
        world.live(surroundings.meet)
        assert world.tables["villages"].out_of_range() == []


def test_news_of_an_offence_raises_stigma() -> None:
    """0.5 + 0.1 * 0.5 * (1 - exp(-offences)): more for the first than for the second, nothing for none (G-06)."""
    world = _villages(
        [0.5, 0.5, 0.5],
        clients={
            "status": [Status.SUPERVISED, Status.SUPERVISED, Status.COMPLETED, Status.SUPERVISED],
            "village": [0, 1, 1, 2],
            "heard_of": [True, True, True, False],
        },
    )
    world.live(surroundings.hear, news_on_stigma=0.1)
    expected = [0.5 + 0.05 * -math.expm1(-1.0), 0.5 + 0.05 * -math.expm1(-2.0), 0.5]
    assert world.tables["villages"].stigma == pytest.approx(expected)


WEIGHING = {
    "experience_on_willingness": 0.3,
    "incident_on_willingness": 0.4,
    "stigma_on_willingness": 0.2,
    "reputation_on_willingness": 0.5,
    "employer_speed": 1.0,
}


def _employers(**columns: Any) -> dict[str, Any]:
    return {"willingness": 0.4, "willingness_rest": 0.4, "village": 0, **columns}


def test_an_employer_weighs_experience_incidents_and_the_village() -> None:
    """0.4 + 0.3 * 12 / 24 after a client-year, - 0.4 / 2 after one incident, - 0.2 * 0.3 where stigma is 0.8 (C11)."""
    world = HandMade(
        villages={"stigma": [0.5, 0.8]},
        employers=_employers(good_months=[0, 11, 0, 0], incidents=[0, 0, 1, 0], village=[0, 0, 0, 1]),
        clients={"status": [Status.SUPERVISED], "employer": 1, "work": Work.FORMAL},
    )
    world.live(surroundings.weigh, **WEIGHING, experience_fading=0.0)
    assert world.tables["employers"].willingness == pytest.approx([0.4, 0.55, 0.2, 0.34])
    assert world.tables["employers"].good_months.tolist() == [0, 12, 0, 0]


def test_every_client_at_work_is_a_good_month_and_is_slowly_forgotten() -> None:
    """Two clients under supervision are two months; who has completed it or is in custody counts for none."""
    status = [Status.SUPERVISED, Status.OUT_OF_CONTACT, Status.COMPLETED, Status.CUSTODY]
    world = HandMade(
        villages={"stigma": [0.5]},
        employers=_employers(good_months=[5, 5]),
        clients={"status": status, "employer": [0, 0, 1, 1]},
    )
    world.live(surroundings.weigh, experience_fading=0.1)
    assert world.tables["employers"].good_months.tolist() == [6.5, 4.5]


def test_reputation_draws_employers_together() -> None:
    """Half the way to the mean of tied employers, as it stood before the month; who is tied to nobody keeps its own."""
    world = HandMade(
        ties={"reputation": [(0, 1), (1, 2)]},
        villages={"stigma": [0.5]},
        employers=_employers(willingness=[0.2, 0.4, 0.8, 0.4], willingness_rest=[0.2, 0.4, 0.8, 0.4]),
    )
    world.live(surroundings.weigh, **WEIGHING)
    assert world.tables["employers"].willingness == pytest.approx([0.3, 0.45, 0.6, 0.4])


def test_an_employer_known_to_members_is_a_little_more_willing() -> None:
    """0.4 + 0.1 * (1 - exp(-members who know it)) (G-03): the second adds less than the first; off, nothing."""
    people = {"knows": [0, 1, 1, 2, -1], "serving": [True, True, True, False, True]}
    for weight in (0.1, 0.0):
        world = HandMade(villages={"stigma": [0.5]}, employers=_employers(village=[0, 0, 0]), members=people)
        world.live(surroundings.weigh, **{**WEIGHING, "acquaintance_on_willingness": weight})
        expected = 0.4 + weight * -np.expm1([-1.0, -2.0, 0.0])
        assert world.tables["employers"].willingness == pytest.approx(expected)


# who knows an employer

ACQUAINTED = {"acquaintance_tie_months": 20, "acquaintance_share": 0.25}


@pytest.mark.parametrize("kind", ["members", "families"])
def test_acquaintances_form_and_fade_in_balance(kind: str) -> None:
    """One ends with 1 - exp(-1/20); who knows nobody meets one with a third of that, so a quarter know one."""
    tell = {"members": surroundings.know_through_groups, "families": surroundings.know_through_work}[kind]
    rows = {"knows": [1, -1], **({"serving": True} if kind == "members" else {"client": [0, 1]})}
    world = HandMade(
        offices={"employers": 3, "first_employer": 0},
        villages={"stigma": [0.5]},
        employers=_employers(village=[0, 0, 0]),
        clients={"status": [Status.SUPERVISED, Status.SUPERVISED]},
        **{kind: rows},
    )
    changes = world.chance(tell, Stream.ACQUAINTANCE, lambda told: told["knows"] != np.array([1, -1]), **ACQUAINTED)
    ends = -np.expm1(-1 / 20)
    assert changes == pytest.approx([ends, ends / 3])
    luck = {Stream.ACQUAINTANCE: 1e-9, (Stream.ACQUAINTANCE, 1): 0.99}
    assert world.told(tell, luck, **ACQUAINTED)["knows"].tolist() == [-1, 2]
    assert world.told(tell, {Stream.ACQUAINTANCE: 0.99}, **ACQUAINTED)["knows"].tolist() == [1, -1]


def test_where_there_is_no_employer_nobody_meets_one() -> None:
    world = HandMade(offices={"employers": 0, "first_employer": 0}, members={"knows": [-1], "serving": True})
    told = world.told(surroundings.know_through_groups, {Stream.ACQUAINTANCE: 1e-9}, **ACQUAINTED)
    assert told["knows"].tolist() == [-1]


def test_a_family_gets_to_know_the_employer_of_its_client() -> None:
    """Whatever it knew before and whatever its luck; without an employer it keeps its own."""
    world = HandMade(
        offices={"employers": 3, "first_employer": 0},
        villages={"stigma": [0.5]},
        employers=_employers(village=[0, 0, 0]),
        clients={"status": [Status.SUPERVISED] * 3, "employer": [2, 2, -1]},
        families={"client": [0, 1, 2], "knows": [-1, 1, 1]},
    )
    told = world.told(surroundings.know_through_work, {Stream.ACQUAINTANCE: 0.99}, **ACQUAINTED)
    assert told["knows"].tolist() == [2, 2, 1]


def test_willingness_moves_at_its_speed_and_stays_in_range() -> None:
    """A tenth of the way a month; ten incidents in a hostile village leave it at 0 or above."""
    world = HandMade(
        villages={"stigma": [1.0]},
        employers=_employers(willingness=[0.4, 0.05], willingness_rest=[0.9, 0.0], incidents=[0, 10]),
    )
    values = {**WEIGHING, "stigma_on_willingness": 0.0, "reputation_on_willingness": 0.0, "employer_speed": 0.1}
    world.live(surroundings.weigh, **values)
    assert world.tables["employers"].willingness == pytest.approx([0.45, 0.045])
    for _ in range(50):
        world.live(surroundings.weigh, **WEIGHING)
    assert world.tables["employers"].out_of_range() == []


def test_an_employer_remembers_incidents() -> None:
    """One for each employed client whose offence became known, slowly forgotten (C11)."""
    world = HandMade(
        employers=_employers(incidents=[1, 0]),
        clients={"status": Status.SUPERVISED, "employer": [0, 0, 1, -1], "heard_of": [True, True, False, True]},
    )
    world.live(surroundings.witness, experience_fading=0.1)
    assert world.tables["employers"].incidents.tolist() == [2.9, 0]
