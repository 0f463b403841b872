"""Places and attendance: who is referred, who asks, who is offered, who comes, and what it leaves behind."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import guidance, tables
from agents.activities import FIELD_OF, Activity, Field
from agents.chance import Stream
from agents.clients import Status, Work
from agents.rules import Rows
from tests.agents.hand_made import FOR_LIFE, HandMade

ALWAYS, NEVER = 1e-9, 1.0 - 1e-9
#: the month of what has not happened
NO = tables.NEVER
EVERY = len(Activity)


def _flags(rows: int, *activities: Activity) -> np.ndarray:
    flags = np.zeros((rows, EVERY), dtype=bool)
    flags[:, list(activities)] = True
    return flags


def _places(activity: Activity, number: float = 1.0) -> np.ndarray:
    """So many places of one activity and none of the others."""
    return np.where(np.arange(EVERY) == activity, float(number), 0.0)[None, :]


# referral


def _offers(world: HandMade, luck: Any = None) -> Any:
    """Who is offered what when the places are shared out, one row a client."""
    world.live(guidance.offer_places, luck=luck)
    return world.tables["clients"].offered


def test_a_client_is_referred_with_the_offices_chance() -> None:
    """Each office its own; whoever is out of contact, done or referred already is not asked."""
    world = HandMade(
        offices={"referral": [0.1, 0.35]},
        clients={
            "status": [*[Status.SUPERVISED] * 3, Status.OUT_OF_CONTACT, Status.COMPLETED, Status.CUSTODY],
            "office": [0, 1, 1, 0, 0, 0],
            "referred": [False, False, True, False, False, False],
        },
    )
    assert world.concerned(guidance.refer).rows.tolist() == [0, 1]
    chance = world.chance(guidance.refer, Stream.REFERRAL, lambda told: told["referred"])
    assert chance == pytest.approx([0.1, 0.35])


def test_a_referral_lasts() -> None:
    """Referred in the month when luck allows it, and from then on without being asked again."""
    world = HandMade(offices={"referral": 0.2}, clients={"status": [Status.SUPERVISED]})
    stands = []
    for luck in (0.5, 0.1, 0.9):
        world.live(guidance.refer, luck={Stream.REFERRAL: luck})
        stands.append(bool(world.tables["clients"].referred[0]))
    assert stands == [False, True, True]


def test_who_is_not_referred_asks_for_nothing_and_gets_no_place() -> None:
    """Wanting everything with the greatest known need and the best luck, where places for everybody are open (C14)."""
    world = HandMade(
        offices={"places": np.full((1, EVERY), 10.0), "needs_known": 1.0},
        clients={
            "status": Status.SUPERVISED,
            "wanted": _flags(2, *Activity),
            "referred": [False, True],
            "distress": [1.0, 0.0],
        },
    )
    assert guidance.asked_for(world.rows("clients")).tolist() == [[False] * EVERY, [True] * EVERY]
    offered = _offers(world, luck={Stream.OFFER_ORDER: [ALWAYS, NEVER]})
    assert offered.tolist() == [[False] * EVERY, [True] * EVERY]


def test_who_wants_and_is_not_referred_wants_in_vain() -> None:
    """Whoever waits for a referral remembers it as whoever waits for a place does."""
    world = HandMade(clients={"status": [Status.SUPERVISED], "wanted": _flags(1, Activity.LEGAL), "unmet": 0.0})
    world.live(guidance.miss_services)
    assert world.tables["clients"].unmet.tolist() == [0.25]


def test_who_is_referred_and_gets_no_place_wants_in_vain() -> None:
    """A referral is no help by itself: both wait, and both remember it alike."""
    wanted = _flags(2, Activity.LEGAL)
    world = HandMade(clients={"status": Status.SUPERVISED, "referred": [True, False], "wanted": wanted})
    world.live(guidance.miss_services)
    assert world.tables["clients"].unmet.tolist() == [0.25, 0.25]


# asking


def test_a_client_asks_only_for_what_can_be_used() -> None:
    """No short training for the fully skilled, no course for who has a certificate, no mediation alone, no event..."""
    world = HandMade(
        families={"client": [0, 1], "acceptance": [0.5, 1.0]},
        clients={
            "status": Status.SUPERVISED,
            "family": [0, 1, -1, -1, -1],
            "skill": [0, 1.0, 0, 0, 0],
            "certificate": [False, False, False, False, True],
            "documents": [0, 1.0, 0, 0, 0],
            "work": [Work.NONE, Work.INFORMAL, Work.FORMAL, Work.BUSINESS, Work.NONE],
        },
    )
    wanted = world.told(guidance.want_places, demand_share=1.0)["wanted"]
    everything = {activity: activity != Activity.OUTREACH for activity in Activity}
    settled = dict.fromkeys((Activity.ENTREPRENEURSHIP, Activity.CERTIFIED_COURSE, Activity.MEDIATION), False)
    assert [dict(zip(Activity, row, strict=True)) for row in wanted.tolist()] == [
        everything,
        {**everything, Activity.VOCATIONAL: False, Activity.LEGAL: False, Activity.MEDIATION: False},
        {**everything, **settled},
        {**everything, **settled},
        {**everything, Activity.CERTIFIED_COURSE: False, Activity.MEDIATION: False},
    ]


def test_whatever_is_left_to_gain_is_asked_for() -> None:
    """A thousandth of skill, of documents and of acceptance is something left to gain."""
    world = HandMade(
        families={"client": [0], "acceptance": 0.999},
        clients={"status": Status.SUPERVISED, "family": [0], "skill": 0.999, "documents": 0.999},
    )
    wanted = world.told(guidance.want_places, demand_share=1.0)["wanted"]
    assert wanted[0, [Activity.VOCATIONAL, Activity.LEGAL, Activity.MEDIATION]].all()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.2, 0.4])
def test_each_activity_is_asked_for_with_the_demand_share(share: float) -> None:
    """Over 20,000 clients the frequencies of the eight with places are the share, and no two go together.

    Six standard deviations; the 8-bit numbers give the share in steps of 1/256. Outreach is wanted by nobody.
    """
    world = HandMade(
        clients={"status": Status.SUPERVISED, "family": 0, "distress": np.full(20_000, 0.5)}, families={"client": [0]}
    )
    wanted = world.told(guidance.want_places, demand_share=share)["wanted"]
    assert not wanted[:, Activity.OUTREACH].any()
    wanted = np.delete(wanted, Activity.OUTREACH, axis=1)
    step = math.ceil(256 * share) / 256
    deviation = math.sqrt(step * (1 - step) / 20_000)
    assert np.abs(wanted.mean(axis=0) - step).max() <= 6 * deviation
    if share:
        together = np.corrcoef(wanted.T.astype(float))[np.triu_indices(EVERY - 1, 1)]
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
    assert world.concerned(guidance.offer_places).rows.tolist() == []
    world.tables["clients"].write(slice(None), {"wanted": _flags(4, Activity.LEGAL), "referred": np.full(4, True)})
    assert world.concerned(guidance.offer_places).rows.tolist() == [0]


# offering

#: wishes of up to 12 clients of two offices, and places
offices_ = st.lists(st.integers(0, 1), min_size=1, max_size=12)
shares_of_one = st.floats(0, 1)
places_ = st.lists(st.lists(st.integers(0, 5), min_size=EVERY, max_size=EVERY), min_size=2, max_size=2)


@settings(max_examples=50)
@given(offices_, places_, st.data())
def test_no_more_places_are_given_than_are_open(office: list[int], places: list[list[int]], data: Any) -> None:
    """Per office and activity: as many as are open or asked for, whichever is less, and only to those who ask."""
    wishes = st.lists(st.booleans(), min_size=EVERY, max_size=EVERY)
    wanted = np.array([data.draw(wishes) for _ in office])
    luck = data.draw(st.lists(st.floats(0.01, 0.99), min_size=len(office), max_size=len(office)))
    world = HandMade(
        offices={"places": np.array(places, dtype=float), "needs_known": 0.5},
        clients={"status": Status.SUPERVISED, "office": office, "wanted": wanted, "referred": True},
    )
    offered = _offers(world, luck={Stream.OFFER_ORDER: luck})
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
        clients={"status": Status.SUPERVISED, "office": office, "wanted": wanted, "referred": True},
    )
    offered = _offers(world)
    for each in set(office):
        rows = np.flatnonzero(np.array(office) == each)
        rows = rows[data.draw(st.permutations(range(len(rows))))]
        alone = HandMade(
            offices={"places": np.array(places, dtype=float)},
            clients={"status": Status.SUPERVISED, "office": each, "wanted": wanted[rows], "referred": True, "id": rows},
        )
        assert (_offers(alone) == offered[rows]).all()


def _in_line(needs: list[float], luck: list[float], known: Any = NEVER, places: int = 1, **office: Any) -> list[int]:
    """Who is offered one of the vocational places: clients with a distress that makes their need, and their luck."""
    world = HandMade(
        month=100,
        offices={"places": _places(Activity.VOCATIONAL, places), "needs_known": 0.2, **office},
        clients={
            "status": Status.SUPERVISED,
            "release_month": 50,
            "distress": needs,
            "skill": 1.0 - np.array(needs),
            "documents": 1.0 - np.array(needs),
            "support": 1.0 - np.repeat(np.array(needs)[:, None], 3, axis=1),
            "work": Work.INFORMAL,
            "wanted": _flags(len(needs), Activity.VOCATIONAL),
            "referred": True,
        },
    )
    offered = _offers(world, luck={Stream.OFFER_ORDER: luck, (Stream.NEEDS_KNOWN, FOR_LIFE): known})
    return np.flatnonzero(offered[:, Activity.VOCATIONAL]).tolist()


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
    ("column", "less", "more"),
    [
        ("distress", 0.0, 0.5),
        ("skill", 0.75, 0.25),
        ("work", Work.INFORMAL, Work.NONE),
        ("documents", 1.0, 0.5),
        ("support", np.full(3, 1.0), np.full(3, 0.5)),
        ("release_month", 40, 98),
        ("release_month", 98, 99),
    ],
)
@pytest.mark.parametrize("luck", [[0.01, 0.99], [0.99, 0.01]])
def test_a_known_need_stands_in_line_by_how_great_it_is(column: str, less: Any, more: Any, luck: list[float]) -> None:
    """Need is distress and what lacks in skill, work, documents and support; newcomers are early. Luck has no say."""
    world = HandMade(
        month=100,
        offices={"places": _places(Activity.SPIRITUAL), "needs_known": 1.0},
        clients={
            "status": Status.SUPERVISED,
            "wanted": _flags(2, Activity.SPIRITUAL),
            "referred": True,
            "release_month": 0,
            column: np.array([less, more]),
        },
    )
    luck_of = {Stream.OFFER_ORDER: luck, (Stream.NEEDS_KNOWN, FOR_LIFE): 0.5}
    offered = _offers(world, luck=luck_of)
    assert np.flatnonzero(offered.any(axis=1)).tolist() == [1]


#: a client of long standing who lacks nothing
SETTLED: dict[str, Any] = {
    "distress": 0.0,
    "skill": 1.0,
    "documents": 1.0,
    "support": np.ones(3),
    "work": Work.INFORMAL,
    "release_month": 0,
}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"distress": 1.0}, {"documents": 0.0, "distress": 0.1}),
        ({"skill": 0.0}, {"distress": 1.0, "documents": 0.9}),
        ({"documents": 0.0}, {"work": Work.NONE, "distress": 0.1}),
        ({"work": Work.NONE}, {"support": np.zeros(3), "distress": 0.1}),
        ({"support": np.zeros(3)}, {"skill": 0.0, "distress": 0.1}),
        ({"release_month": 97, "distress": 0.5}, {"distress": 0.6}),
        (
            {"distress": 1.0, "skill": 0.0, "documents": 0.0, "work": Work.NONE, "support": np.full(3, 0.5)},
            {"release_month": 100},
        ),
    ],
)
def test_needs_count_alike_and_the_first_three_months_before_them(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Any one need with a tenth of another stands before any other one; 1 for who comes out today is more than 9/10.

    After three months nobody is early: a tenth of a need more goes before.
    """
    people = [{**SETTLED, **one}, {**SETTLED, **other}]
    world = HandMade(
        month=100,
        offices={"places": _places(Activity.SPIRITUAL), "needs_known": 1.0},
        clients={
            "status": Status.SUPERVISED,
            "wanted": _flags(2, Activity.SPIRITUAL),
            "referred": True,
            **{name: np.array([each[name] for each in people]) for name in SETTLED},
        },
    )
    offered = _offers(world, luck={(Stream.NEEDS_KNOWN, FOR_LIFE): 0.5})
    assert np.flatnonzero(offered.any(axis=1)).tolist() == [1]


def test_whose_need_is_not_known_stands_behind_by_luck() -> None:
    """Of three with the same need, the known one goes first, then the luckier of the other two."""
    clients = {
        "status": Status.SUPERVISED,
        "wanted": _flags(3, Activity.SPIRITUAL),
        "referred": True,
        "release_month": 0,
    }
    luck = {Stream.OFFER_ORDER: [0.2, 0.1, 0.99], (Stream.NEEDS_KNOWN, FOR_LIFE): [0.9, 0.9, 0.1]}
    for places, chosen in ((1, [2]), (2, [1, 2]), (3, [0, 1, 2])):
        offices = {"places": places * _places(Activity.SPIRITUAL), "needs_known": 0.5}
        offered = _offers(HandMade(month=100, offices=offices, clients=clients), luck)
        assert np.flatnonzero(offered.any(axis=1)).tolist() == chosen


@pytest.mark.parametrize("known", [0.0, 0.2, 0.75, 1.0])
def test_a_need_is_known_with_the_share_of_the_office(known: float) -> None:
    """The needier goes before the luckier as often as the office knows needs, whatever else it has."""
    world = HandMade(
        month=100,
        offices={"places": _places(Activity.SPIRITUAL), "needs_known": known},
        clients={
            "status": Status.SUPERVISED,
            "release_month": 0,
            "distress": [1.0, 0.0],
            "wanted": _flags(2, Activity.SPIRITUAL),
            "referred": True,
        },
    )
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        luck = {Stream.OFFER_ORDER: [0.5, 0.4], (Stream.NEEDS_KNOWN, FOR_LIFE): [middle, NEVER + 1.0]}
        first = bool(_offers(world, luck=luck)[0].any())
        low, high = (middle, high) if first else (low, middle)
    assert low == pytest.approx(known, abs=1e-9)


def test_who_is_known_stays_known() -> None:
    """The same clients month after month, and with a larger share they and others: the register forgets nobody."""
    world = HandMade(clients={"key": np.arange(1, 4001, dtype=np.uint64) * np.uint64(2654435761)})
    known = []
    for month, share in ((3, 0.25), (4, 0.25), (30, 0.25), (31, 0.5)):
        world.month = month
        everyone = Rows(world, world.tables["clients"], slice(None))
        known.append(everyone.draw_for_life(Stream.NEEDS_KNOWN) < share)
    assert (known[0] == known[1]).all()
    assert (known[0] == known[2]).all()
    assert (known[3] >= known[0]).all()
    assert known[0].mean() == pytest.approx(0.25, abs=0.03)
    assert known[3].mean() == pytest.approx(0.5, abs=0.03)


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


#: a village next to all groups, and one forty kilometres from those of law and eighty from those of self-reliance
WAYS = np.zeros((2, len(Field)))
WAYS[1, [Field.LEGAL, Field.SELF_RELIANCE]] = [40.0, 80.0]


def _offered(**columns: Any) -> HandMade:
    return HandMade(
        month=30,
        offices={"facility": [0.5, 0.1], "facility_quality": 0.0, "recorded": [0.4, 1.0]},
        villages={"group_km": WAYS, "distance_km": 70.0},
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


@pytest.mark.parametrize("activity", [each for each in Activity if each != Activity.OUTREACH])
def test_the_way_is_to_the_nearest_group_of_the_activitys_field(activity: Activity) -> None:
    """Nothing for what is in the village, a factor e for forty kilometres, e squared for eighty (C20)."""
    world = _offered(village=1, offered=_flags(6, activity))
    chance = world.chance(guidance.attend, Stream.ATTENDANCE, lambda told: told["served"], **ATTENDANCE)
    assert chance == pytest.approx([0.8 * math.exp(-WAYS[1, FIELD_OF[activity]] / 40.0)] * 6)


@settings(max_examples=50)
@given(st.lists(st.floats(0, 200), min_size=4, max_size=4), st.floats(0, 1), st.floats(0.001, 0.999))
def test_one_mood_for_the_month(ways: list[float], confidence: float, mood: float) -> None:
    """Whoever goes the longer way goes the shorter one too: the month's draw is one, only distances differ."""
    world = HandMade(
        villages={"group_km": [ways]},
        clients={
            "status": [Status.SUPERVISED],
            "village": 0,
            "offered": _flags(1, *Activity),
            "confidence": confidence,
        },
    )
    attended = world.told(guidance.attend, luck={Stream.ATTENDANCE: mood})["attended"][0]
    way = np.array(ways)[FIELD_OF]
    assert not attended.any() or not (~attended & (way <= way[attended].max())).any()


def test_attendance_is_to_what_was_offered() -> None:
    """Who comes attends all that was offered near by; the first and the latest service are remembered."""
    offered = _flags(6, Activity.LEGAL, Activity.COMMUNITY)
    offered[2] = False
    world = _offered(
        offered=offered,
        first_service_month=[NO, 12, NO, NO, -1, -5],
        latest_service_month=[NO, 20, NO, NO, 5, -5],
    )
    assert world.concerned(guidance.attend).rows.tolist() == [0, 1, 3, 4, 5]
    world.live(guidance.attend, luck={Stream.ATTENDANCE: [ALWAYS, ALWAYS, ALWAYS, NEVER, NEVER, ALWAYS]})
    clients = world.tables["clients"]
    comes = np.array([True, True, False, False, False, True])
    assert (clients.attended == (offered & comes[:, None])).all()
    assert clients.served.tolist() == comes.tolist()
    # a service before the run was, and stays, the first
    assert clients.first_service_month.tolist() == [30, 12, NO, NO, -1, -5]
    assert clients.latest_service_month.tolist() == [30, 30, NO, NO, 5, 30]


def test_attendance_is_written_down_with_the_offices_share() -> None:
    """0.4 in one office, all in the other, of those who came; nobody who stayed away (C15)."""
    world = _offered(office=[0, 1, 0, 1, 0, 0])
    luck = {Stream.ATTENDANCE: [ALWAYS, ALWAYS, NEVER, NEVER, ALWAYS, ALWAYS]}
    chance = world.chance(
        guidance.attend, (Stream.RECORDING, 1), lambda told: told["service_recorded"], luck=luck, **ATTENDANCE
    )
    assert chance == pytest.approx([0.4, 1.0, 0.0, 0.0, 0.4, 0.4], abs=1e-12)


def test_the_first_attendance_in_the_register_is_the_first_that_was_written_down() -> None:
    """Later than the first that was, and only once."""
    world = _offered(first_recorded_month=[NO, -7, NO, NO, NO, NO], first_service_month=12)
    luck = {Stream.ATTENDANCE: ALWAYS, (Stream.RECORDING, 1): [ALWAYS, ALWAYS, NEVER, NEVER, NEVER, NEVER]}
    world.live(guidance.attend, luck=luck)
    clients = world.tables["clients"]
    assert clients.service_recorded.tolist() == [True, True, False, False, False, False]
    assert clients.first_recorded_month.tolist() == [30, -7, NO, NO, NO, NO]
    assert clients.first_service_month.tolist() == [12] * 6


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
    """Clients never served have no dose to build or lose; it counts that they were, before the run or in it."""
    world = HandMade(clients={"status": Status.SUPERVISED, "first_service_month": [NO, -1, 5]})
    assert world.concerned(guidance.benefit).rows.tolist() == [1, 2]


def test_only_who_attends_learns() -> None:
    """Attendance of other months has left behind what it leaves."""
    world = HandMade(
        clients={"status": Status.SUPERVISED, "first_service_month": [NO, -1, 5], "served": [False, False, True]}
    )
    assert world.concerned(guidance.learn).rows.tolist() == [2]


def test_training_leaves_skill_and_legal_help_leaves_documents() -> None:
    """0.2 + 0.8 * 0.1 * quality 0.5 after training, documents alike; a good session of another kind leaves neither."""
    attended = np.concatenate(
        [_flags(1, Activity.VOCATIONAL), _flags(1, Activity.LEGAL), _flags(1, Activity.SPIRITUAL, Activity.COMMUNITY)]
    )
    world = HandMade(
        offices={"quality": np.full((1, EVERY), 0.5)},
        clients={
            "status": Status.SUPERVISED,
            "served": True,
            "attended": attended,
            "skill": 0.2,
            "documents": 0.5,
        },
    )
    world.live(guidance.learn, skill_per_session=0.1, documents_per_session=0.4)
    assert world.tables["clients"].skill == pytest.approx([0.24, 0.2, 0.2])
    assert world.tables["clients"].documents == pytest.approx([0.5, 0.6, 0.5])
    assert not world.tables["clients"].certificate.any()


def test_a_certified_course_leaves_skill_whatever_the_quality_of_the_office() -> None:
    """0.2 + 0.8 * 0.5: the labour office gives it; with short training in one month both count, up to all."""
    attended = np.concatenate(
        [
            _flags(1, Activity.CERTIFIED_COURSE),
            _flags(1, Activity.CERTIFIED_COURSE, Activity.VOCATIONAL),
            _flags(1, Activity.LEGAL),
        ]
    )
    for quality, both in ((0.0, 0.5), (0.5, 0.6), (1.0, 0.7)):
        world = HandMade(
            offices={"quality": np.full((1, EVERY), quality)},
            clients={"status": Status.SUPERVISED, "served": True, "attended": attended, "skill": 0.2},
        )
        world.live(guidance.learn, skill_per_course=0.5, skill_per_session=0.2)
        assert world.tables["clients"].skill == pytest.approx([0.6, 0.2 + 0.8 * both, 0.2])
    world.live(guidance.learn, skill_per_course=0.9, skill_per_session=0.2)
    assert world.tables["clients"].skill[1] == 1.0


def test_a_course_that_is_completed_gives_a_certificate() -> None:
    """With course_completion, to those who attended one; a certificate is never lost; short training gives none."""
    attended = np.zeros((4, EVERY), dtype=bool)
    attended[[0, 1], Activity.CERTIFIED_COURSE] = True
    attended[2, Activity.VOCATIONAL] = True
    world = HandMade(
        clients={
            "status": Status.SUPERVISED,
            "served": True,
            "attended": attended,
            "certificate": [False, True, False, True],
        }
    )
    chance = world.chance(guidance.learn, Stream.COURSE, lambda told: told["certificate"], course_completion=0.7)
    assert chance == pytest.approx([0.7, 1.0, 0.0, 1.0], abs=1e-12)


@settings(max_examples=50)
@given(shares_of_one, shares_of_one, shares_of_one, st.lists(st.booleans(), min_size=EVERY, max_size=EVERY))
def test_whatever_is_attended_nothing_is_unlearnt(
    skill: float, documents: float, quality: float, attended: list[bool]
) -> None:
    """Skill and documents stay shares and never fall."""
    world = HandMade(
        offices={"quality": np.full((1, EVERY), quality)},
        clients={
            "status": [Status.SUPERVISED],
            "served": True,
            "attended": [attended],
            "skill": skill,
            "documents": documents,
        },
    )
    world.live(guidance.learn)
    clients = world.tables["clients"]
    assert clients.out_of_range() == []
    assert clients.skill[0] >= skill
    assert clients.documents[0] >= documents
