"""The money of the Bapas: no rupiah is lost, it comes by its calendar and goes in its order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import offices
from agents.activities import Activity
from agents.chance import Stream
from agents.clients import Status, Work
from agents.offices import received, spent
from model.places import lever_columns
from tests.agents.hand_made import OFFICE, HandMade

ALWAYS, NEVER = 1e-9, 1.0 - 1e-9
EVERY = len(Activity)
MONEY_RULES = (
    offices.receive_money,
    offices.pay_first,
    offices.coordinate,
    offices.plan_activities,
    offices.settle_sessions,
)
SHARES = np.array(OFFICE["activity_shares"])


def _row(world: HandMade, name: str) -> Any:
    return getattr(world.tables["offices"], name)[0].tolist()


# conservation


def _split(parts: int) -> st.SearchStrategy[list[float]]:
    """Shares that sum to 1."""
    weights = st.lists(st.integers(0, 100), min_size=parts, max_size=parts).filter(any)
    return weights.map(lambda weights: [weight / sum(weights) for weight in weights])


LEVERS = {column.name: column for column in lever_columns()}
BUDGETS = st.one_of(st.just(0), st.integers(1, 10**6), st.integers(10**6, 10**12))
MONEY_LEVERS = [
    "administration_share",
    "room_slots_per_month",
    "coaching_sessions_per_year",
    "certification_places_per_year",
    "transport_idr_per_member_month",
    "startup_grants_per_year",
    "startup_grant_idr",
    "wage_subsidy_idr_per_month",
    "forum_meetings_per_year",
]
situations = st.fixed_dictionaries(
    {
        "annual_budget_idr": BUDGETS,
        "sources": _split(3),
        "first_money_month": st.integers(1, 12),
        "activity_shares": _split(EVERY),
        **{name: st.floats(LEVERS[name].low, LEVERS[name].high) for name in MONEY_LEVERS},
    }
)


@settings(max_examples=60)
@given(
    situations,
    st.integers(0, 10**12),
    st.integers(0, 23),
    st.integers(0, 3),
    st.floats(0, 400),
    st.integers(0, 10**9),
    st.tuples(st.floats(0.001, 0.999), st.floats(0.001, 0.999)),
)
def test_every_rupiah_that_came_in_was_spent_or_is_there(
    situation: dict[str, Any],
    carried: int,
    month: int,
    members: int,
    hours: float,
    owed: int,
    luck: tuple[float, float],
) -> None:
    """In = out + lapsed + carried over, to the rupiah, after every step of two months; nothing is taken back."""
    fixed, irregular, outside = situation.pop("sources")
    situation["activity_shares"] = [situation["activity_shares"]]
    world = HandMade(
        month=month,
        offices={
            **situation,
            "fixed_share": fixed,
            "irregular_share": irregular,
            "outside_share": outside,
            "cash_idr": carried,
            "received_fixed_idr": carried,
            "owed_idr": owed,
        },
        clients={
            "status": [*[Status.SUPERVISED] * 4, Status.COMPLETED],
            "wanted": True,
            "work": [Work.FORMAL, Work.FORMAL, Work.FORMAL, Work.NONE, Work.FORMAL],
            "tenure_months": [0, 5, 6, 0, 0],
            "dose": np.ones((5, EVERY)),
        },
        members={"serving": [True] * members, "hours": np.full((members, 4), hours)} if members else {"serving": False},
    )
    office = world.tables["offices"]
    counters = ["received_fixed_idr", "received_irregular_idr", "received_outside_idr", "spent_administration_idr"]
    counters += ["spent_guidance_idr", "spent_members_idr", "spent_subsidies_idr", "spent_grants_idr"]
    counters += ["spent_programmes_idr", "lapsed_idr"]
    for world.month in (month, month + 1):
        office.new_month()
        for each in MONEY_RULES:
            before = {name: getattr(office, name).copy() for name in counters}
            world.live(each, luck={Stream.IRREGULAR_MONEY: luck[0], Stream.OUTSIDE_MONEY: luck[1]})
            assert (received(office) - spent(office) - office.lapsed_idr == office.cash_idr).all()
            assert office.cash_idr[0] >= 0
            assert all((getattr(office, name) >= before[name]).all() for name in counters)
            assert office.plan_idr.sum() <= max(office.cash_idr[0], 0) or each is offices.settle_sessions
            assert office.out_of_range() == []


# money comes in


def test_fixed_money_comes_in_equal_instalments_from_its_first_month() -> None:
    """Nothing from January to March, then nine instalments; the year brings the fixed share, less a rupiah a month."""
    world = HandMade(offices={"annual_budget_idr": 100_000_000, "fixed_share": 0.8, "first_money_month": 4})
    instalments = []
    for month in range(12):
        world.month = month
        before = _row(world, "received_fixed_idr")
        world.live(offices.receive_money, luck={Stream.IRREGULAR_MONEY: NEVER, Stream.OUTSIDE_MONEY: NEVER})
        instalments.append(_row(world, "received_fixed_idr") - before)
    assert instalments == [0, 0, 0, *[8_888_888] * 9]


@pytest.mark.parametrize(
    ("stream", "column", "share", "parameter"),
    [
        (Stream.IRREGULAR_MONEY, "received_irregular_idr", "irregular_share", "irregular_month_probability"),
        (Stream.OUTSIDE_MONEY, "received_outside_idr", "outside_share", "outside_month_probability"),
    ],
)
def test_other_money_comes_seldom_but_as_much_in_the_mean(
    stream: Stream, column: str, share: str, parameter: str
) -> None:
    """In a quarter of the months four times a twelfth of the year's sum: sure in the mean, not in the month (C9)."""
    world = HandMade(offices={"annual_budget_idr": 120_000_000, "fixed_share": 0.0, share: 1.0})
    chance = world.chance(offices.receive_money, stream, lambda told: told[column] > 0, **{parameter: 0.25})
    assert chance == pytest.approx([0.25])
    world.live(offices.receive_money, luck={stream: ALWAYS}, **{parameter: 0.25})
    assert _row(world, column) == 40_000_000
    assert _row(world, "cash_idr") == 40_000_000


@pytest.mark.parametrize(("month", "lapsed"), [(0, 480), (12, 480), (24, 480), (1, 0), (11, 0)])
def test_what_is_left_of_fixed_money_lapses_in_january(month: int, lapsed: int) -> None:
    """The fixed share of what is in hand, times the share that lapses, and only in January."""
    world = HandMade(month=month, offices={"cash_idr": 1000, "fixed_share": 0.6, "annual_budget_idr": 0})
    world.live(offices.receive_money, lapse_share=0.8)
    assert _row(world, "lapsed_idr") == lapsed
    assert _row(world, "cash_idr") == 1000 - lapsed


# money goes out

DUE = {
    "guidance_cost_per_client_month_idr": 5000,
    "coaching_session_cost_idr": 1_000_000,
    "certification_cost_idr": 1_500_000,
}


def _paying(cash: int, month: int = 11, trained: float = 0.5) -> HandMade:
    """An office with these dues, so much cash and somebody to spend each on.

    Administration 3,000,000; guidance 4 * 5,000; members 3 * 100,000 and one coaching; one subsidy of 300,000; then two
    certificates of 1,500,000 for two without one, and a grant of 2,000,000 for one who has trained for a business.
    """
    dose = np.zeros((7, EVERY))
    dose[:, Activity.ENTREPRENEURSHIP] = [trained, 0, 0, trained, 0, 0, 0]
    return HandMade(
        month=month,
        offices={
            "annual_budget_idr": 120_000_000,
            "administration_share": 0.3,
            "transport_idr_per_member_month": 100_000,
            "coaching_sessions_per_year": 12,
            "certification_places_per_year": 24,
            "startup_grants_per_year": 12,
            "startup_grant_idr": 2_000_000,
            "wage_subsidy_idr_per_month": 300_000,
            "cash_idr": cash,
            "received_fixed_idr": cash,
        },
        clients={
            "status": [*[Status.SUPERVISED] * 3, Status.OUT_OF_CONTACT, Status.COMPLETED, Status.CUSTODY, Status.GONE],
            "work": [Work.FORMAL, Work.FORMAL, Work.INFORMAL, Work.NONE, Work.FORMAL, Work.NONE, Work.NONE],
            "tenure_months": [5, 6, 0, 0, 0, 0, 0],
            "dose": dose,
        },
        members={"serving": [True, True, True, False], "certified": [False, False, True, False]},
    )


@pytest.mark.parametrize(
    ("cash", "paid"),
    [
        (0, (0, 0, 0, 0, 0, 0, 0)),
        (2_999_999, (2_999_999, 0, 0, 0, 0, 0, 0)),
        (3_000_007, (3_000_000, 7, 0, 0, 0, 0, 0)),
        (3_500_000, (3_000_000, 20_000, 480_000, 0, 0, 0, 0)),
        (4_400_000, (3_000_000, 20_000, 1_300_000, 80_000, 0, 0, 0)),
        (6_119_999, (3_000_000, 20_000, 1_300_000, 300_000, 0, 0, 1_499_999)),
        (6_620_000, (3_000_000, 20_000, 1_300_000, 300_000, 1, 0, 500_000)),
        (8_120_000, (3_000_000, 20_000, 1_300_000, 300_000, 2, 0, 500_000)),
        (20_000_000, (3_000_000, 20_000, 1_300_000, 300_000, 2, 1, 10_380_000)),
    ],
)
def test_administration_and_guidance_are_paid_before_promises_and_activities(cash: int, paid: tuple[int, ...]) -> None:
    """Each takes what is due as far as the cash reaches, in this order; only what is left is for activities (C8)."""
    world = _paying(cash)
    world.live(offices.pay_first, **DUE)
    administration, guidance, members, subsidies, certificates, grants, left = paid
    assert _row(world, "spent_administration_idr") == administration
    assert _row(world, "spent_guidance_idr") == guidance
    assert _row(world, "spent_members_idr") == members + certificates * 1_500_000
    assert _row(world, "spent_subsidies_idr") == subsidies
    assert _row(world, "spent_grants_idr") == grants * 2_000_000
    assert _row(world, "certificates_paid") == certificates
    assert _row(world, "grants_paid") == grants
    assert _row(world, "cash_idr") == left
    assert _row(world, "plan_idr") == np.floor(left * SHARES[0]).tolist()
    assert _row(world, "members_kept") == pytest.approx(members / 1_300_000)
    assert _row(world, "subsidy_kept") == pytest.approx(subsidies / 300_000)
    assert _row(world, "owed_idr") == 3_020_000 - administration - guidance


def test_what_is_owed_is_paid_before_anything_else() -> None:
    """Arrears of administration and guidance take the first money; promises to members do not pile up."""
    world = _paying(0)
    for cash, owed in ((0, 3_020_000), (1_000_000, 5_040_000), (9_000_000, 0)):
        world.tables["offices"].write(slice(None), {"cash_idr": np.array([cash])})
        world.live(offices.pay_first, **DUE)
        assert _row(world, "owed_idr") == owed
    assert _row(world, "spent_administration_idr") + _row(world, "spent_guidance_idr") == 3 * 3_020_000
    assert _row(world, "spent_members_idr") == 940_000


def test_nothing_due_is_a_promise_kept() -> None:
    """Without transport money, coaching or subsidies nobody is let down, with or without cash."""
    world = HandMade(offices={"cash_idr": 0, "members_kept": 0.0, "subsidy_kept": 0.0}, members={"serving": [True]})
    world.live(offices.pay_first, **DUE)
    assert _row(world, "members_kept") == 1.0
    assert _row(world, "subsidy_kept") == 1.0


def test_what_is_counted_on_is_a_twelfth_of_the_budget_less_what_is_due() -> None:
    """10,000,000 - 4,620,000 - 5,000,000 for certificates and grant, by the shares, however much is in hand (C9)."""
    for cash in (20_000_000, 90_000_000):
        world = _paying(cash)
        world.live(offices.pay_first, **DUE)
        assert _row(world, "expected_idr") == np.floor(380_000 * SHARES[0]).tolist()


def test_no_certificate_is_paid_that_nobody_needs() -> None:
    """Two serve without one: of five places a month two are paid, of none needed none."""
    world = _paying(10**9)
    world.tables["offices"].write(slice(None), {"certification_places_per_year": np.array([60.0])})
    world.live(offices.pay_first, **DUE)
    assert _row(world, "certificates_paid") == 2.0
    world.tables["members"].write(slice(None), {"certified": np.ones(4, dtype=bool)})
    world.live(offices.pay_first, **DUE)
    assert _row(world, "certificates_paid") == 0.0


def test_no_grant_is_paid_that_nobody_can_have() -> None:
    """Where no client without work has trained for a business, no grant is paid."""
    world = _paying(10**9, trained=0.0)
    world.live(offices.pay_first, **DUE)
    assert _row(world, "spent_grants_idr") == 0


def test_a_grant_of_nothing_is_no_grant() -> None:
    """Grants of 0 rupiah are not handed out: no lever works for nothing."""
    world = _paying(10**9)
    world.tables["offices"].write(slice(None), {"startup_grant_idr": np.array([0.0])})
    world.live(offices.pay_first, **DUE)
    assert _row(world, "grants_paid") == 0


def test_the_caseload_is_clients_for_each_counsellor() -> None:
    """Supervised and out of contact count; without counsellors all are one caseload."""
    for counsellors, expected in ((2, 2.0), (8, 0.5), (0, 4.0)):
        world = _paying(0)
        world.tables["offices"].write(slice(None), {"counsellors": np.array([float(counsellors)])})
        world.live(offices.pay_first, **DUE)
        assert _row(world, "caseload") == expected


@pytest.mark.parametrize("per_year", [0.0, 1.0, 2.5, 5.0, 12.0, 24.0])
def test_certificates_of_a_year_come_spread_over_its_months(per_year: float) -> None:
    """Whole places, over the year as many as planned, no two months more than one apart."""
    paid = []
    for month in range(12, 24):
        world = _paying(10**9, month)
        world.tables["offices"].write(slice(None), {"certification_places_per_year": np.array([per_year])})
        world.live(offices.pay_first, **DUE)
        paid.append(_row(world, "certificates_paid"))
    assert sum(paid) == int(per_year)
    assert max(paid) - min(paid) <= 1
    assert all(each == int(each) for each in paid)
