"""Places and attendance: who asks, who is offered, who comes, and what it leaves behind."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import guidance
from agents.activities import Activity
from agents.chance import Stream
from agents.clients import Status, Work
from tests.agents.hand_made import HandMade

ALWAYS, NEVER = 1e-9, 1.0 - 1e-9
EVERY = len(Activity)


def _flags(rows: int, *activities: Activity) -> np.ndarray:
    flags = np.zeros((rows, EVERY), dtype=bool)
    flags[:, list(activities)] = True
    return flags


# asking


def test_a_client_asks_only_for_what_can_be_used() -> None:
    """No vocational training for the fully skilled, no legal help where papers are in order, no mediation alone..."""
    world = HandMade(
        families={"client": [0, 1], "acceptance": [0.5, 1.0]},
        clients={
            "status": Status.SUPERVISED,
            "family": [0, 1, -1, -1, -1],
            "skill": [0, 1.0, 0, 0, 0],
            "documents": [0, 1.0, 0, 0, 0],
            "work": [Work.NONE, Work.INFORMAL, Work.FORMAL, Work.BUSINESS, Work.NONE],
        },
    )
    wanted = world.told(guidance.want_places, demand_share=1.0)["wanted"]
    everything = dict.fromkeys(Activity, True)
    assert [dict(zip(Activity, row, strict=True)) for row in wanted.tolist()] == [
        everything,
        {**everything, Activity.VOCATIONAL: False, Activity.LEGAL: False, Activity.MEDIATION: False},
        {**everything, Activity.ENTREPRENEURSHIP: False, Activity.MEDIATION: False},
        {**everything, Activity.ENTREPRENEURSHIP: False, Activity.MEDIATION: False},
        {**everything, Activity.MEDIATION: False},
    ]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.2, 0.4])
def test_each_activity_is_asked_for_with_the_demand_share(share: float) -> None:
    """Over 20,000 clients the frequencies of seven activities are the share, and no two go together.

    Six standard deviations; the 9-bit numbers give the share in steps of 1/512.
    """
    world = HandMade(
        clients={"status": Status.SUPERVISED, "family": 0, "distress": np.full(20_000, 0.5)}, families={"client": [0]}
    )
    wanted = world.told(guidance.want_places, demand_share=share)["wanted"]
    step = math.ceil(512 * share) / 512
    deviation = math.sqrt(step * (1 - step) / 20_000)
    assert np.abs(wanted.mean(axis=0) - step).max() <= 6 * deviation
    if share:
        together = np.corrcoef(wanted.T.astype(float))[np.triu_indices(EVERY, 1)]
        assert np.abs(together).max() < 6 / math.sqrt(20_000)


def test_who_asks_for_less_still_asks_for_nothing_else() -> None:
    """A lower demand share takes wishes away and adds none: the same luck under another belief."""
    world = HandMade(clients={"status": Status.SUPERVISED, "distress": np.full(500, 0.5)})
    more = world.told(guidance.want_places, demand_share=0.4)["wanted"]
    less = world.told(guidance.want_places, demand_share=0.2)["wanted"]
    assert not (less & ~more).any()
    assert less.sum() < more.sum()


def test_only_who_is_in_contact_asks() -> None:
    """Out of contact, in custody or completed: no places."""
    world = HandMade(clients={"status": [Status.SUPERVISED, Status.OUT_OF_CONTACT, Status.CUSTODY, Status.COMPLETED]})
    assert world.concerned(guidance.want_places).rows.tolist() == [0]
    assert world.concerned(guidance.offer_places).rows.tolist() == [0]


# offering

#: wishes of up to 12 clients of two offices, and places
offices_ = st.lists(st.integers(0, 1), min_size=1, max_size=12)
places_ = st.lists(st.lists(st.integers(0, 5), min_size=EVERY, max_size=EVERY), min_size=2, max_size=2)


@settings(max_examples=50)
@given(offices_, places_, st.data())
def test_no_more_places_are_given_than_are_open(office: list[int], places: list[list[int]], data: Any) -> None:
    """Per office and activity: as many as are open or asked for, whichever is less, and only to those who ask."""
    wishes = st.lists(st.booleans(), min_size=EVERY, max_size=EVERY)
    wanted = np.array([data.draw(wishes) for _ in office])
    luck = data.draw(st.lists(st.floats(0.01, 0.99), min_size=len(office), max_size=len(office)))
    world = HandMade(
        offices={"places": np.array(places, dtype=float), "shared_register_coverage": 0.5},
        clients={"status": Status.SUPERVISED, "office": office, "wanted": wanted},
    )
    offered = world.told(guidance.offer_places, luck={Stream.OFFER_ORDER: luck})["offered"]
    assert not (offered & ~wanted).any()
    for each in (0, 1):
        here = np.array(office) == each
        assert (offered[here].sum(axis=0) == np.minimum(wanted[here].sum(axis=0), places[each])).all()


@settings(max_examples=50)
@given(offices_, places_, st.data())
def test_an_office_offers_as_it_would_alone(office: list[int], places: list[list[int]], data: Any) -> None:
    """Whoever else is in the model, and in whatever order the rows stand, the same people are offered places."""
    wanted = np.array([data.draw(st.lists(st.booleans(), min_size=EVERY, max_size=EVERY)) for _ in office])
    world = HandMade(
        offices={"places": np.array(places, dtype=float)},
        clients={"status": Status.SUPERVISED, "office": office, "wanted": wanted},
    )
    offered = world.told(guidance.offer_places)["offered"]
    for each in set(office):
        rows = np.flatnonzero(np.array(office) == each)
        rows = rows[data.draw(st.permutations(range(len(rows))))]
        alone = HandMade(
            offices={"places": np.array(places, dtype=float)},
            clients={"status": Status.SUPERVISED, "office": each, "wanted": wanted[rows], "id": rows},
        )
        assert (alone.told(guidance.offer_places)["offered"] == offered[rows]).all()


def _in_line(needs: list[float], luck: list[float], known: Any = NEVER, places: int = 1, **office: Any) -> list[int]:
    """Who is offered one of the vocational places: clients with a distress that makes their need, and their luck."""
    world = HandMade(
        month=100,
        offices={"places": np.array([[0.0, places, 0, 0, 0, 0, 0]]), **office},
        clients={
            "status": Status.SUPERVISED,
            "release_month": 50,
            "distress": needs,
            "skill": 1.0 - np.array(needs),
            "documents": 1.0 - np.array(needs),
            "support": 1.0 - np.repeat(np.array(needs)[:, None], 3, axis=1),
            "work": Work.INFORMAL,
            "wanted": _flags(len(needs), Activity.VOCATIONAL),
        },
    )
    told = world.told(
        guidance.offer_places,
        luck={Stream.OFFER_ORDER: luck, Stream.NEEDS_KNOWN: known},
        need_known_floor=0.2,
    )
    return np.flatnonzero(told["offered"][:, Activity.VOCATIONAL]).tolist()


def test_where_needs_are_unknown_chance_decides() -> None:
    """The luckiest get the places, whatever their need."""
    assert _in_line([1.0, 0.0, 0.5, 0.9], [0.9, 0.1, 0.3, 0.8], places=2) == [1, 2]


def test_known_need_goes_before_chance() -> None:
    """With the same luck the neediest comes first, and a need that is known goes before one that is not."""
    assert _in_line([0.1, 0.9, 0.5], [0.5, 0.5, 0.5], known=ALWAYS) == [1]
    assert _in_line([0.9, 0.9, 0.9], [0.5, 0.5, 0.5], known=[NEVER, NEVER, ALWAYS]) == [2]
    assert _in_line([0.9, 0.1], [0.7, 0.1], known=ALWAYS) == [0]


@settings(max_examples=50)
@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=8), st.data())
def test_a_greater_need_never_costs_a_known_client_the_place(needs: list[float], data: Any) -> None:
    """Whoever is offered a place is offered it still if the own need were greater and all luck the same."""
    luck = data.draw(st.lists(st.floats(0.01, 0.99), min_size=len(needs), max_size=len(needs), unique=True))
    who = data.draw(st.integers(0, len(needs) - 1))
    greater = needs.copy()
    greater[who] = min(1.0, needs[who] + data.draw(st.floats(0.0, 0.5)))
    if who in _in_line(needs, luck, known=ALWAYS, places=2):
        assert who in _in_line(greater, luck, known=ALWAYS, places=2)


@pytest.mark.parametrize(
    ("client", "known_need"),
    [
        ({}, 0.65),
        ({"distress": 0.0}, 0.55),
        ({"skill": 0.75}, 0.55),
        ({"work": Work.INFORMAL}, 0.45),
        ({"documents": 1.0}, 0.55),
        ({"support": np.full((2, 3), 1.0)}, 0.55),
        ({"release_month": 99}, 0.65 + 2.0 / 3.0 / 2.0),
        ({"release_month": 40}, 0.65),
    ],
)
def test_the_place_in_line_is_luck_less_known_need(client: dict[str, Any], known_need: float) -> None:
    """Need is the mean of distress and of what lacks in skill, work, documents and support; newcomers are early.

    A known client with luck 0.99 goes before an unknown one with more luck than 0.99 less that need, not with less.
    """
    places = np.zeros((1, EVERY))
    places[0, Activity.SPIRITUAL] = 1.0
    columns = {"distress": 0.5, "skill": 0.25, "documents": 0.5, "support": np.full((2, 3), 0.5), "release_month": 0}
    world = HandMade(
        month=100,
        offices={"places": places, "referral_agreements": 2, "shared_register_coverage": 1.0},
        clients={"status": Status.SUPERVISED, "wanted": _flags(2, Activity.SPIRITUAL), **columns, **client},
    )
    for off, first in ((-1e-6, 1), (1e-6, 0)):
        luck = {Stream.OFFER_ORDER: [0.99, 0.99 - known_need + off], Stream.NEEDS_KNOWN: [0.5, 1.5]}
        offered = world.told(guidance.offer_places, luck=luck)["offered"]
        assert np.flatnonzero(offered.any(axis=1)).tolist() == [first]


@pytest.mark.parametrize(
    ("coverage", "agreements", "released", "expected"),
    [
        (0.0, 0, 50, 0.2),
        (0.5, 0, 50, 0.6),
        (1.0, 0, 50, 1.0),
        (0.0, 4, 50, 0.2),
        (0.0, 4, 100, 1.0),
        (0.0, 4, 99, 2.0 / 3.0),
        (0.0, 2, 100, 0.5),
        (0.9, 2, 100, 0.92),
        (0.0, 4, 97, 0.2),
    ],
)
def test_needs_are_known_through_the_register_or_early_referral(
    coverage: float, agreements: int, released: int, expected: float
) -> None:
    """0.2 + 0.8 * coverage, or for those out under three months (1 - months / 3) * agreements / 4 if more."""
    places = np.zeros((1, EVERY))
    places[0, Activity.SPIRITUAL] = 1.0
    world = HandMade(
        month=100,
        offices={"places": places, "shared_register_coverage": coverage, "referral_agreements": agreements},
        clients={
            "status": Status.SUPERVISED,
            "release_month": [released, 0],
            "distress": [1.0, 0.0],
            "wanted": _flags(2, Activity.SPIRITUAL),
        },
    )
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        luck = {Stream.OFFER_ORDER: [0.5, 0.4], Stream.NEEDS_KNOWN: [middle, NEVER]}
        first = bool(world.told(guidance.offer_places, luck=luck, need_known_floor=0.2)["offered"][0].any())
        low, high = (middle, high) if first else (low, middle)
    assert low == pytest.approx(expected, abs=1e-9)


# asking in vain


def test_asking_in_vain_is_remembered_for_a_while() -> None:
    """A quarter of what is left is added for a month in vain; half is gone a year later; one place is not in vain."""
    wanted = _flags(3, Activity.LEGAL, Activity.SPIRITUAL)
    wanted[0] = False
    offered = wanted.copy()
    offered[1] = False
    offered[:, Activity.LEGAL] = False
    world = HandMade(
        clients={"status": Status.SUPERVISED, "unmet": [0.4, 0.4, 0.4], "wanted": wanted, "offered": offered}
    )
    world.live(guidance.miss_services)
    kept = 0.4 * 0.5 ** (1 / 12)
    assert world.tables["clients"].unmet == pytest.approx([kept, kept + 0.25 * (1 - kept), kept])


def test_services_are_hard_to_reach_without_documents_or_places() -> None:
    """Reported when half of what documents lack and half of the memory of asking in vain pass the threshold."""
    world = HandMade(
        clients={
            "status": [*[Status.SUPERVISED] * 3, Status.COMPLETED],
            "documents": [0.0, 1.0, 0.6, 0.0],
            "unmet": [0.0, 0.5 * 2 ** (1 / 12), 0.4 * 2 ** (1 / 12), 1.0],
        }
    )
    world.live(guidance.miss_services, difficulty_threshold=0.35)
    assert world.tables["clients"].reports_difficulty.tolist() == [True, False, True, False]


# attending

ATTENDANCE = {
    "attendance_base": 0.8,
    "attendance_distance_km": 40.0,
    "attendance_work_loss": 0.25,
    "attendance_strain_loss": 0.5,
}


def _offered(**columns: Any) -> HandMade:
    return HandMade(
        month=30,
        offices={"facility_quality": [0.5, 0.1]},
        villages={"distance_km": [0.0, 40.0]},
        clients={
            "status": Status.SUPERVISED,
            "village": 0,
            "offered": _flags(6, Activity.LEGAL),
            "confidence": 0.5,
            **columns,
        },
    )


def test_the_chance_to_come() -> None:
    """0.8 near by with middling confidence and facility; less far off, at work, in poor rooms and under strain."""
    world = _offered(
        confidence=[0.5, 0.75, 0.5, 0.5, 0.5, 1.0],
        village=[0, 0, 1, 0, 0, 0],
        work=[Work.NONE, Work.NONE, Work.NONE, Work.INFORMAL, Work.NONE, Work.NONE],
        office=[0, 0, 0, 0, 1, 0],
        role_strain=[0, 0, 0, 0, 0, 0.5],
    )
    chance = world.chance(guidance.attend, Stream.ATTENDANCE, lambda told: told["served"], **ATTENDANCE)
    assert chance == pytest.approx([0.8, 1.0, 0.8 / math.e, 0.6, 0.48, 0.9])


def test_attendance_is_to_what_was_offered() -> None:
    """Who comes attends all that was offered; the first service is remembered; who was offered nothing is not asked."""
    offered = _flags(6, Activity.LEGAL, Activity.COMMUNITY)
    offered[2] = False
    world = _offered(offered=offered, first_service_month=[-6000, 12, -6000, -6000, -1, -6000])
    assert world.concerned(guidance.attend).rows.tolist() == [0, 1, 3, 4, 5]
    world.live(guidance.attend, luck={Stream.ATTENDANCE: [ALWAYS, ALWAYS, ALWAYS, NEVER, NEVER, ALWAYS]})
    clients = world.tables["clients"]
    comes = np.array([True, True, False, False, False, True])
    assert (clients.attended == (offered & comes[:, None])).all()
    assert clients.served.tolist() == comes.tolist()
    assert clients.first_service_month.tolist() == [30, 12, -6000, -6000, -1, 30]


# benefit


def _attending(dose: float, attended: list[bool], quality: float = 0.5) -> HandMade:
    rows = len(attended)
    return HandMade(
        offices={"quality": np.full((1, EVERY), quality)},
        clients={
            "status": Status.SUPERVISED,
            "first_service_month": 0,
            "dose": np.full((rows, EVERY), dose),
            "attended": np.repeat(np.array(attended)[:, None], EVERY, axis=1),
        },
    )


def test_a_session_adds_to_the_dose_by_its_quality() -> None:
    """From nothing: 0.3 * 0.5; from 0.4: what is kept and 0.3 * 0.5 of the rest; by activity."""
    for dose, expected in ((0.0, 0.15), (0.4, 0.4 * 0.5 ** (1 / 12) + 0.6 * 0.15)):
        world = _attending(dose, [True, False])
        world.live(guidance.benefit, dose_per_session=0.3, dose_half_life_months=12)
        assert world.tables["clients"].dose[0] == pytest.approx(np.full(EVERY, expected))
        assert world.tables["clients"].dose[1] == pytest.approx(np.full(EVERY, dose * 0.5 ** (1 / 12)))


def test_without_continuity_the_benefit_fades_by_half_in_a_half_life() -> None:
    """Twelve months without a session and a half-life of twelve leave half (C16)."""
    world = _attending(0.8, [False])
    for _ in range(12):
        world.live(guidance.benefit, dose_half_life_months=12)
    assert world.tables["clients"].dose == pytest.approx(np.full((1, EVERY), 0.4))


def test_a_dose_never_passes_one() -> None:
    """Sessions of full quality for ever."""
    world = _attending(0.9, [True], quality=1.0)
    for _ in range(200):
        world.live(guidance.benefit, dose_per_session=0.4)
        assert world.tables["clients"].dose.max() <= 1.0


def test_who_was_never_served_is_not_asked_what_it_did() -> None:
    """Clients without a first service have no dose to build or lose."""
    world = HandMade(clients={"status": Status.SUPERVISED, "first_service_month": [-6000, -1, 5]})
    assert world.concerned(guidance.benefit).rows.tolist() == [1, 2]
    assert world.concerned(guidance.learn).rows.tolist() == [1, 2]


def test_training_leaves_skill_and_legal_help_leaves_documents() -> None:
    """0.2 + 0.8 * 0.1 * quality 0.5 after training, documents alike; a good session of another kind leaves neither."""
    attended = np.concatenate(
        [_flags(1, Activity.VOCATIONAL), _flags(1, Activity.LEGAL), _flags(1, Activity.SPIRITUAL, Activity.COMMUNITY)]
    )
    world = HandMade(
        offices={"quality": np.full((1, EVERY), 0.5)},
        clients={
            "status": Status.SUPERVISED,
            "first_service_month": 0,
            "attended": attended,
            "skill": 0.2,
            "documents": 0.5,
        },
    )
    world.live(guidance.learn, skill_per_session=0.1, documents_per_session=0.4)
    assert world.tables["clients"].skill == pytest.approx([0.24, 0.2, 0.2])
    assert world.tables["clients"].documents == pytest.approx([0.5, 0.6, 0.5])
