"""Agencies as a graph: ties grow by meeting and fade without, and bring what only ties can bring."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import agencies
from agents.activities import Activity
from agents.agencies import AMONG_SERVERS, ENDS, PARTNERS, SERVES, WITH_PARTNERS, WITH_POKMAS, Agency, agency_places
from agents.chance import Stream
from scenarios import parameters
from tests.agents.hand_made import HandMade, beliefs

ALWAYS, NEVER = 1e-9, 1.0 - 1e-9
#: the draws by which the three partner agencies come to the forum or stay away, in the order of the lever
COMES = (Stream.FORUM, (Stream.FORUM, 1), (Stream.FORUM, 2))
MEETING = {"tie_fading": 0.1, "tie_per_meeting": 0.25, "forum_attendance": 0.4, "forum_attendance_agreed": 0.8}
STILL = {**MEETING, "hub_on_ties": 0.0}
shares = st.floats(0, 1)


def _row(world: HandMade, name: str) -> Any:
    return getattr(world.tables["offices"], name)[0].tolist()


def _met(luck: Any = ALWAYS, values: dict[str, float] | None = None, **office: Any) -> np.ndarray:
    """Ties after a month, from 0.4 each unless said otherwise; ``luck`` of the three partners at the forum."""
    three = luck if isinstance(luck, list) else [luck] * 3
    world = HandMade(offices={"tie": [[0.4] * len(ENDS)], **office})
    world.live(agencies.coordinate, luck=dict(zip(COMES, three, strict=True)), **(values or STILL))
    assert world.tables["offices"].out_of_range() == []
    return np.asarray(world.tables["offices"].tie[0])


# the graph


def test_every_two_agencies_have_one_tie() -> None:
    """Ten ties of five; those named elsewhere are between whom they say."""
    assert len({frozenset(ends) for ends in ENDS}) == len(ENDS) == 10
    assert set(ENDS[WITH_POKMAS]) == {Agency.BAPAS, Agency.POKMAS}
    assert [set(ENDS[tie]) for tie in WITH_PARTNERS] == [{Agency.BAPAS, partner} for partner in PARTNERS]
    assert len(AMONG_SERVERS) == 6
    assert all(Agency.BAPAS not in ENDS[tie] for tie in AMONG_SERVERS)


def test_ties_grow_by_meeting_and_fade_without() -> None:
    """0.4 * 0.9 without meetings; 0.6 * 0.25 more with one, twice that with two; a tie of 1 stays below 1 (C14)."""
    assert _met(meetings=0.0) == pytest.approx([0.36] * 10)
    assert _met(meetings=1.0) == pytest.approx([0.51] * 10)
    assert _met(meetings=2.0) == pytest.approx([0.66] * 10)
    assert _met(meetings=2.0, tie=[[1.0] * 10]) == pytest.approx([0.9] * 10)


def test_a_tie_grows_only_where_both_came() -> None:
    """Bapas and Pokmas are always there; Dinas Sosial came, the others did not: three ties grow, seven fade."""
    ties = _met(luck=[ALWAYS, NEVER, NEVER], meetings=1.0)
    came = {Agency.BAPAS, Agency.POKMAS, Agency.DINAS_SOSIAL}
    assert ties == pytest.approx([0.51 if set(ends) <= came else 0.36 for ends in ENDS])


@pytest.mark.parametrize("partner", range(len(PARTNERS)), ids=lambda k: PARTNERS[k].name.lower())
def test_an_agreement_brings_an_agency_to_the_forum(partner: int) -> None:
    """With 0.4, with an agreement 0.8, half of it in force 0.6; one agency's agreement brings no other (C14, C15)."""
    own = np.zeros((4, 3))
    own[:, partner] = [0.0, 0.5, 1.0, 0.0]
    own[3] = 1.0 - np.eye(3)[partner]
    world = HandMade(offices={"tie": np.zeros((4, 10)), "meetings": [1.0] * 4, "agreements": own})
    tie = WITH_PARTNERS[partner]
    chance = world.chance(agencies.coordinate, COMES[partner], lambda told: told["tie"][:, tie] > 0, **STILL)
    assert chance == pytest.approx([0.4, 0.6, 0.8, 0.4])


def test_a_roof_in_common_ties_those_under_it() -> None:
    """0.6 * 0.2 * half of the places in Griya Abhipraya, without any meeting; nothing where nobody uses it (C17)."""
    values = {**MEETING, "hub_on_ties": 0.2}
    assert _met(values=values, hub_slots=50.0, room_slots_per_month=50.0) == pytest.approx([0.36 + 0.06] * 10)
    assert _met(values=values, hub_slots=0.0, room_slots_per_month=0.0) == pytest.approx([0.36] * 10)


@settings(max_examples=60)
@given(
    st.lists(shares, min_size=10, max_size=10),
    st.lists(shares, min_size=3, max_size=3),
    st.lists(shares, min_size=3, max_size=3),
    st.floats(0, 2),
    st.floats(0, 2),
    st.floats(0, 1000),
)
def test_meeting_more_never_loosens_a_tie(
    ties: list[float], agreements: list[float], luck: list[float], meetings: float, more: float, hub: float
) -> None:
    """Whoever comes: more meetings, more use of the hub or all agreements leave no tie weaker, and none beyond 1."""
    office = {"tie": [ties], "agreements": [agreements], "meetings": meetings, "hub_slots": hub}
    before = _met(luck, **office)
    for better in ({"meetings": meetings + more}, {"hub_slots": 2 * hub}, {"agreements": [[1.0] * 3]}):
        assert (_met(luck, **{**office, **better}) >= before - 1e-12).all()


# evaluation


@pytest.mark.parametrize(
    ("evaluations", "register", "insight", "expected"),
    [
        (0.0, 1.0, 0.5, 0.45),
        (1.0, 1.0, 0.5, 0.45 + 0.5 * 0.4),
        (1.0, 0.0, 0.5, 0.45 + 0.5 * 0.4 * 0.25),
        (0.5, 1.0, 0.0, 0.2),
        (5.0, 1.0, 0.0, 1.0),
    ],
)
def test_an_evaluation_is_as_good_as_its_data(
    evaluations: float, register: float, insight: float, expected: float
) -> None:
    """0.5 * 0.9 is kept; 0.4 of the rest is learnt with a full register, a quarter of that without one (C15)."""
    world = HandMade(offices={"evaluations": evaluations, "register": register, "insight": insight})
    world.live(agencies.coordinate, insight_fading=0.1, insight_per_evaluation=0.4, recording_floor=0.25)
    assert _row(world, "insight") == pytest.approx(expected)


# what ties bring

BRINGING = {
    "recording_floor": 0.25,
    "need_known_floor": 0.2,
    "referral_base": 0.1,
    "referral_by_procedure": 0.5,
    "referral_by_hub": 0.4,
    "referral_by_agreement": 0.2,
    "duplication_share": 0.3,
    "cancellation_share": 0.2,
    "planning_on_overlap": 0.5,
}
BROUGHT = ("recorded", "needs_known", "referral", "overlap", "no_show")


def _brought(values: dict[str, float] | None = None, **office: Any) -> dict[str, float]:
    """The five shares of an office without ties, unless said otherwise."""
    world = HandMade(offices={"tie": [[0.0] * 10], **office})
    world.live(agencies.draw_on_ties, **(values or BRINGING))
    assert world.tables["offices"].out_of_range() == []
    return {name: _row(world, name) for name in BROUGHT}


def _ties(**strength: float) -> list[list[float]]:
    """Ties: ``pokmas`` with the Bapas, ``partners`` with the Bapas, ``servers`` among those who serve."""
    ties = np.zeros(10)
    ties[WITH_POKMAS] = strength.get("pokmas", 0.0)
    ties[WITH_PARTNERS] = strength.get("partners", 0.0)
    ties[AMONG_SERVERS] = strength.get("servers", 0.0)
    return [ties.tolist()]


def test_an_office_alone_knows_and_refers_little_and_loses_much() -> None:
    """Without ties, register, procedure and hub each share is its floor or its ceiling."""
    alone = {"recorded": 0.25, "needs_known": 0.2, "referral": 0.1, "overlap": 0.3, "no_show": 0.2}
    assert _brought() == pytest.approx(alone)


def test_what_is_recorded_is_the_register() -> None:
    """0.25 + 0.75 * register in force, whatever the ties (C15)."""
    assert _brought(register=0.4, tie=_ties(pokmas=1.0))["recorded"] == pytest.approx(0.55)
    assert _brought(register=1.0)["recorded"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("register", "tie", "insight", "expected"),
    [
        (1.0, 1.0, 0.0, 1.0),
        (1.0, 0.0, 0.0, 0.2 + 0.8 * 0.5),
        (0.5, 0.5, 0.0, 0.2 + 0.8 * 0.375),
        (0.0, 1.0, 0.0, 0.2),
        (0.0, 0.0, 0.5, 0.2 + 0.8 * 0.5),
        (0.5, 0.5, 0.5, 0.2 + 0.8 * (1 - 0.625 * 0.5)),
    ],
)
def test_needs_are_known_through_a_register_that_is_shared(
    register: float, tie: float, insight: float, expected: float
) -> None:
    """A register nobody shares shows half of it; a tie without register shows nothing; evaluation finds some too."""
    brought = _brought(register=register, insight=insight, tie=_ties(pokmas=tie))
    assert brought["needs_known"] == pytest.approx(expected)


def test_referral_by_procedure_hub_and_agreements() -> None:
    """Each is another chance to be referred this month: what is missed by one may be caught by the next (C14, C19)."""
    every = {"agreements": [[1.0, 0.5, 0.0]], "tie": _ties(partners=0.5)}
    hub = {"hub_slots": 30.0, "room_slots_per_month": 10.0, "rented_slots": 20.0}
    missed = {"procedure": 0.75, "hub": 0.8, "agreements": (1 - 0.1) * (1 - 0.05)}
    assert _brought(procedure=0.5)["referral"] == pytest.approx(1 - 0.9 * missed["procedure"])
    assert _brought(**hub)["referral"] == pytest.approx(1 - 0.9 * missed["hub"])
    assert _brought(**every)["referral"] == pytest.approx(1 - 0.9 * missed["agreements"])
    assert _brought(procedure=0.5, **hub, **every)["referral"] == pytest.approx(
        1 - 0.9 * np.prod(list(missed.values()))
    )


def test_an_agreement_without_a_tie_is_paper() -> None:
    """And a tie without an agreement refers nobody: it takes both."""
    alone = _brought()["referral"]
    assert _brought(agreements=[[1.0] * 3])["referral"] == pytest.approx(alone)
    assert _brought(tie=_ties(partners=1.0))["referral"] == pytest.approx(alone)


def test_overlap_shrinks_with_ties_among_those_who_serve() -> None:
    """0.3 * (1 - mean tie); the Bapas is no server, so its own ties do not count; joint planning halves it (C14)."""
    assert _brought(tie=_ties(servers=0.5))["overlap"] == pytest.approx(0.15)
    assert _brought(tie=_ties(pokmas=1.0, partners=1.0))["overlap"] == pytest.approx(0.3)
    assert _brought(joint_planning=1.0)["overlap"] == pytest.approx(0.15)
    assert _brought(tie=_ties(servers=1.0))["overlap"] == 0.0


def test_partners_come_where_bapas_and_pokmas_are_tied() -> None:
    """0.2 * (1 - tie), joint planning takes half of what is left."""
    assert _brought(tie=_ties(pokmas=0.5))["no_show"] == pytest.approx(0.1)
    assert _brought(tie=_ties(pokmas=0.5), joint_planning=0.5)["no_show"] == pytest.approx(0.075)
    assert _brought(tie=_ties(servers=1.0, partners=1.0))["no_show"] == pytest.approx(0.2)


#: what each improvement may only raise (+1), only lower (-1), or must leave alone (0)
HELPS = {
    "register": (1, 1, 0, 0, 0),
    "insight": (0, 1, 0, 0, 0),
    "procedure": (0, 0, 1, 0, 0),
    "joint_planning": (0, 0, 0, -1, -1),
    "hub_slots": (0, 0, 1, 0, 0),
    "agreements": (0, 0, 1, 0, 0),
    "tie": (0, 1, 1, -1, -1),
}
offices_ = st.fixed_dictionaries(
    {
        **dict.fromkeys(("register", "insight", "procedure", "joint_planning"), shares),
        "hub_slots": st.floats(0, 1000),
        "agreements": st.lists(shares, min_size=3, max_size=3),
        "tie": st.lists(shares, min_size=10, max_size=10),
    }
)
beliefs_ = st.fixed_dictionaries(
    {name: st.floats(parameters()[name].low, parameters()[name].high) for name in BRINGING}
)


@settings(max_examples=80)
@given(offices_, offices_, st.sampled_from(sorted(HELPS)), beliefs_)
def test_each_remedy_moves_its_own_shares_its_own_way(
    office: dict[str, Any], other: dict[str, Any], which: str, values: dict[str, float]
) -> None:
    """Within 0 and 1, monotone in each of them, and nothing reached but by the way declared (no hidden effect)."""
    better = {**office, which: np.maximum(np.array(office[which]), np.array(other[which])).tolist()}
    before, after = (
        _brought(values, **{**each, "tie": [each["tie"]], "agreements": [each["agreements"]]})
        for each in (office, better)
    )
    for name, sign in zip(BROUGHT, HELPS[which], strict=True):
        assert 0.0 <= after[name] <= 1.0
        change = after[name] - before[name]
        assert sign * change >= -1e-12 if sign else change == 0.0


# places of other agencies


def _open(clients: float, luck: float, agreements: list[float], ties: list[float]) -> np.ndarray:
    tie = np.zeros((1, 10))
    tie[0, WITH_PARTNERS] = ties
    world = HandMade(offices={"agreements": [agreements], "tie": tie})
    o = world.rows(
        "offices", luck=dict.fromkeys((Stream.AGENCY_PLACES, *((Stream.AGENCY_PLACES, k) for k in (1, 2))), luck)
    )
    return agency_places(o, beliefs(o, agency_places_per_client_year=0.12), np.array([clients]))[0]


def test_other_agencies_open_places_to_clients_by_agreement_and_tie() -> None:
    """0.12 a client and year for 800 clients: 8 a month each, times agreement, times tie; what they serve (C14)."""
    places = _open(800.0, 0.5, [1.0, 1.0, 0.5], [1.0, 0.25, 0.5])
    expected = np.zeros(len(Activity))
    expected[list(SERVES)] = [8.0, 2.0, 2.0]
    assert places.tolist() == expected.tolist()


@pytest.mark.parametrize(("agreement", "tie"), [(0.0, 1.0), (1.0, 0.0)])
def test_without_agreement_or_tie_their_places_are_missed(agreement: float, tie: float) -> None:
    """Neither paper alone nor acquaintance alone opens a place, however lucky."""
    assert _open(10_000.0, NEVER, [agreement] * 3, [tie] * 3).sum() == 0.0


@settings(max_examples=50)
@given(st.integers(0, 3000), st.lists(shares, min_size=3, max_size=3), st.lists(shares, min_size=3, max_size=3))
def test_agency_places_are_whole_and_right_in_the_mean(
    clients: int, agreements: list[float], ties: list[float]
) -> None:
    """Over equally spaced luck the mean is clients * 0.01 * agreement * tie; no month is a place away from it."""
    mean = np.array(agreements) * np.array(ties) * clients * 0.01
    found = np.array([_open(clients, (k + 0.5) / 40, agreements, ties)[list(SERVES)] for k in range(40)])
    assert (found == np.floor(found)).all()
    assert (np.abs(found - mean) < 1.0 + 1e-9).all()
    assert found.mean(axis=0) == pytest.approx(mean, abs=1 / 40)
