"""The money of the Bapas: no rupiah is lost, it comes by its calendar, goes in its order, carries what it pays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import agencies, money, offices
from agents.activities import Activity
from agents.chance import Stream
from agents.clients import Status, Work
from agents.money import OWED, Source, Use, spent
from model.places import lever_columns
from tests.agents.hand_made import OFFICE, HandMade

ALWAYS, NEVER = 1e-9, 1.0 - 1e-9
EVERY = len(Activity)
MONEY_RULES = (
    money.receive_money,
    money.pay_first,
    agencies.coordinate,
    agencies.draw_on_ties,
    offices.plan_activities,
    offices.prepare_sessions,
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
#: what a scenario says of who and where, and what is split into shares: drawn apart or left as it stands
SET_APART = {"annual_budget_idr", "fixed_share", "irregular_share", "outside_share", "activity_shares"}
SET_APART |= {"first_money_month", "clients", "villages", "referral_agreements"}
MONEY_LEVERS = [name for name, lever in LEVERS.items() if lever.width == 1 and name not in SET_APART]
BUDGETS = st.one_of(st.just(0), st.integers(1, 10**6), st.integers(10**6, 10**12))
situations = st.fixed_dictionaries(
    {
        "annual_budget_idr": BUDGETS,
        "sources": _split(3),
        "first_money_month": st.integers(1, 12),
        "activity_shares": _split(EVERY),
        "referral_agreements": st.lists(st.floats(0, 1), min_size=3, max_size=3),
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
    """In = out + lapsed + carried over, to the rupiah, after every step of two months; nothing is taken back.

    Salaries stand on both sides and cancel. Whatever the levers say, no share leaves its range.
    """
    fixed, irregular, outside = situation["sources"]
    levers = {name: value for name, value in situation.items() if name != "sources"}
    world = HandMade(
        month=month,
        offices={
            **levers,
            "activity_shares": [situation["activity_shares"]],
            "referral_agreements": [situation["referral_agreements"]],
            "fixed_share": fixed,
            "irregular_share": irregular,
            "outside_share": outside,
            "cash_idr": carried,
            "received_idr": [[carried, 0, 0, 0]],
            "owed_idr": [[owed, owed]],
        },
        clients={
            "status": [*[Status.SUPERVISED] * 4, Status.COMPLETED],
            "wanted": True,
            "referred": True,
            "work": [Work.FORMAL, Work.FORMAL, Work.FORMAL, Work.NONE, Work.FORMAL],
            "tenure_months": [0, 5, 6, 0, 0],
            "dose": np.ones((5, EVERY)),
        },
        members={"serving": [True] * members, "hours": np.full((members, 4), hours)} if members else {"serving": False},
    )
    office = world.tables["offices"]
    counters = ["received_idr", "spent_idr", "spent_programmes_idr", "lapsed_idr"]
    for world.month in (month, month + 1):
        office.new_month()
        for each in MONEY_RULES:
            before = {name: getattr(office, name).copy() for name in counters}
            world.live(each, luck={Stream.IRREGULAR_MONEY: luck[0], Stream.OUTSIDE_MONEY: luck[1]})
            out = office.spent_idr.sum(axis=1) + office.spent_programmes_idr.sum(axis=1) + office.lapsed_idr
            assert (office.received_idr.sum(axis=1) - out == office.cash_idr).all()
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
        before = _row(world, "received_idr")[Source.FIXED]
        world.live(money.receive_money, luck={Stream.IRREGULAR_MONEY: NEVER, Stream.OUTSIDE_MONEY: NEVER})
        instalments.append(_row(world, "received_idr")[Source.FIXED] - before)
    assert instalments == [0, 0, 0, *[8_888_888] * 9]
    assert _row(world, "received_idr")[Source.FIXED + 1 :] == [0, 0, 0]


@pytest.mark.parametrize(
    ("stream", "source", "share", "parameter"),
    [
        (Stream.IRREGULAR_MONEY, Source.IRREGULAR, "irregular_share", "irregular_month_probability"),
        (Stream.OUTSIDE_MONEY, Source.OUTSIDE, "outside_share", "outside_month_probability"),
    ],
)
def test_other_money_comes_seldom_but_as_much_in_the_mean(
    stream: Stream, source: Source, share: str, parameter: str
) -> None:
    """In a quarter of the months four times a twelfth of the year's sum: sure in the mean, not in the month (C9)."""
    world = HandMade(offices={"annual_budget_idr": 120_000_000, "fixed_share": 0.0, share: 1.0})
    chance = world.chance(
        money.receive_money, stream, lambda told: told["received_idr"][:, source] > 0, **{parameter: 0.25}
    )
    assert chance == pytest.approx([0.25])
    world.live(money.receive_money, luck={stream: ALWAYS}, **{parameter: 0.25})
    assert _row(world, "received_idr") == [40_000_000 * (each == source) for each in Source]
    assert _row(world, "cash_idr") == 40_000_000


@pytest.mark.parametrize(("month", "lapsed"), [(0, 480), (12, 480), (24, 480), (1, 0), (11, 0)])
def test_what_is_left_of_fixed_money_lapses_in_january(month: int, lapsed: int) -> None:
    """The fixed share of what is in hand, times the share that lapses, and only in January."""
    world = HandMade(month=month, offices={"cash_idr": 1000, "fixed_share": 0.6, "annual_budget_idr": 0})
    world.live(money.receive_money, lapse_share=0.8)
    assert _row(world, "lapsed_idr") == lapsed
    assert _row(world, "cash_idr") == 1000 - lapsed


def test_salaries_are_booked_in_and_out_and_touch_no_cash() -> None:
    """Ten counsellors at 5,000,000 from the state: 50,000,000 a month on both sides, in no sum the office spends."""
    world = HandMade(offices={"annual_budget_idr": 0, "cash_idr": 0, "counsellors": 10})
    for months in (1, 2):
        world.live(money.pay_first, counsellor_salary_idr=5_000_000)
        assert _row(world, "received_idr") == [0, 0, 0, 50_000_000 * months]
        assert _row(world, "spent_idr")[Use.PAYROLL] == 50_000_000 * months
        assert _row(world, "cash_idr") == 0
        assert spent(world.tables["offices"]).tolist() == [0]


# money goes out

COSTS = {
    "guidance_cost_per_client_month_idr": 5000,
    "coaching_cost_per_member_idr": 200_000,
    "meeting_cost_idr": 900_000,
    "register_cost_per_client_month_idr": 2500,
    "procedure_cost_per_year_idr": 12_000_000,
    "agreement_cost_per_year_idr": 2_400_000,
    "evaluation_cost_idr": 3_000_000,
    "room_slot_cost_idr": 15_000,
    "hub_cost_per_month_idr": 4_000_000,
    "media_cost_per_village_year_idr": 60_000_000,
    "recruitment_cost_idr": 100_000,
    "certification_cost_idr": 1_500_000,
    "counsellor_salary_idr": 0,
}
#: what :func:`_promising` owes in a month in which everything falls due: worked out by hand
DUE = {
    Use.ADMINISTRATION: 3_000_000,  # 120,000,000 * 0.3 / 12
    Use.GUIDANCE: 20_000,  # four clients under supervision
    Use.TRANSPORT: 300_000,  # three members
    Use.COACHING: 600_000,  # one session for three members
    Use.FORUM: 1_800_000,  # two meetings
    Use.REGISTER: 5_000,  # half coverage of four clients
    Use.PROCEDURE: 800_000,  # 0.8 of a million
    Use.AGREEMENTS: 400_000,  # two of 200,000
    Use.EVALUATION: 3_000_000,
    Use.ROOMS: 150_000,  # ten slots
    Use.TOOLS: 500_000,
    Use.HUB: 4_300_000,  # open, and twenty slots
    Use.MEDIA: 3_000_000,  # 0.6 of five millions
    Use.SUBSIDIES: 300_000,  # one client in new formal work
    Use.RECRUITMENT: 200_000,  # two
    Use.CERTIFICATION: 3_000_000,  # two without a certificate
    Use.GRANTS: 2_000_000,  # one who has trained for a business
    Use.PAYROLL: 0,
}
ALL = sum(DUE.values())


def _promising(cash: int, month: int = 11, trained: float = 0.5, **office: Any) -> HandMade:
    """An office that has promised some of everything, with so much cash and somebody to spend each on."""
    dose = np.zeros((7, EVERY))
    dose[:, Activity.ENTREPRENEURSHIP] = [trained, 0, 0, trained, 0, 0, 0]
    levers = {
        "annual_budget_idr": 120_000_000,
        "administration_share": 0.3,
        "transport_idr_per_member_month": 100_000,
        "coaching_sessions_per_year": 12,
        "forum_meetings_per_year": 24,
        "shared_register_coverage": 0.5,
        "written_procedure": 0.8,
        "referral_agreements": [[1, 0, 1]],
        "evaluations_per_year": 12,
        "rented_room_slots_per_month": 10,
        "tools_idr_per_year": 6_000_000,
        "griya_abhipraya_slots_per_month": 20,
        "media_reach": 0.6,
        "wage_subsidy_idr_per_month": 300_000,
        "recruits_per_year": 24,
        "certification_places_per_year": 24,
        "startup_grants_per_year": 12,
        "startup_grant_idr": 2_000_000,
        "cash_idr": cash,
    }
    return HandMade(
        month=month,
        offices={**levers, **office},
        clients={
            "status": [*[Status.SUPERVISED] * 3, Status.OUT_OF_CONTACT, Status.COMPLETED, Status.CUSTODY, Status.GONE],
            "work": [Work.FORMAL, Work.FORMAL, Work.INFORMAL, Work.NONE, Work.FORMAL, Work.NONE, Work.NONE],
            "tenure_months": [5, 6, 0, 0, 0, 0, 0],
            "dose": dose,
        },
        members={"serving": [True, True, True, False], "certified": [False, False, True, False]},
    )


def test_what_is_due_is_what_was_promised() -> None:
    """With cash for everything each use is paid in full, to the rupiah; what is left is for activities."""
    world = _promising(ALL + 10_000_000)
    world.live(money.pay_first, **COSTS)
    assert dict(zip(Use, _row(world, "spent_idr"), strict=True)) == DUE
    assert _row(world, "cash_idr") == 10_000_000
    assert _row(world, "plan_idr") == np.floor(10_000_000 * SHARES[0]).tolist()
    assert _row(world, "owed_idr") == [0, 0]


UNITS = {Use.RECRUITMENT: 100_000, Use.CERTIFICATION: 1_500_000, Use.GRANTS: 2_000_000}


@pytest.mark.parametrize("use", list(Use)[:-1], ids=lambda use: use.name.lower())
def test_each_use_is_paid_before_the_next(use: Use) -> None:
    """Cash for all before and half of this one: all before are paid, this one as far as that goes, nothing after."""
    before = sum(DUE[each] for each in Use if each < use)
    half = DUE[use] // 2
    world = _promising(before + half)
    world.live(money.pay_first, **COSTS)
    in_whole = half // UNITS[use] * UNITS[use] if use in UNITS else half
    paid = {each: DUE[each] if each < use else in_whole if each == use else 0 for each in Use}
    assert dict(zip(Use, _row(world, "spent_idr"), strict=True)) == paid
    assert _row(world, "cash_idr") == half - in_whole
    assert _row(world, "owed_idr") == [max(DUE[each] - paid[each], 0) for each in OWED]


#: what is in force when everything is paid, and the use that carries it
IN_FORCE = {
    "coaching": (Use.COACHING, 1.0),
    "transport_idr": (Use.TRANSPORT, 100_000),
    "subsidy_idr": (Use.SUBSIDIES, 300_000),
    "meetings": (Use.FORUM, 2.0),
    "register": (Use.REGISTER, 0.5),
    "procedure": (Use.PROCEDURE, 0.8),
    "agreements": (Use.AGREEMENTS, [1.0, 0.0, 1.0]),
    "evaluations": (Use.EVALUATION, 1.0),
    "rented_slots": (Use.ROOMS, 10.0),
    "tools_idr": (Use.TOOLS, 500_000),
    "hub_slots": (Use.HUB, 20.0),
    "media": (Use.MEDIA, 0.6),
}


@pytest.mark.parametrize("part", [1.0, 0.5, 0.0])
@pytest.mark.parametrize("name", IN_FORCE)
def test_a_promise_is_in_force_as_far_as_it_is_paid(name: str, part: float) -> None:
    """Paid in full, by half or not at all: so much of the lever stands, and nothing of what comes later."""
    use, full = IN_FORCE[name]
    cash = sum(DUE[each] for each in Use if each < use) + int(part * DUE[use])
    world = _promising(cash)
    world.live(money.pay_first, **COSTS)
    assert _row(world, name) == pytest.approx((part * np.array(full)).tolist())
    for other, (later, all_of_it) in IN_FORCE.items():
        if later != use:
            assert _row(world, other) == pytest.approx(((later < use) * np.array(all_of_it)).tolist())


def test_a_promise_without_money_does_nothing() -> None:
    """What is promised and what is in force are different columns: without cash nothing of it is in force."""
    world = _promising(0)
    world.live(money.pay_first, **COSTS)
    for name, (_, full) in IN_FORCE.items():
        assert _row(world, name) == (np.array(full) * 0).tolist()
    assert [_row(world, name) for name in ("recruits_paid", "certificates_paid", "grants_paid")] == [0.0, 0.0, 0.0]


def test_promises_that_cost_nothing_hold_without_money() -> None:
    """Where nothing is due nobody is let down, with or without cash; what is not promised is not there."""
    world = HandMade(offices={"cash_idr": 0, "annual_budget_idr": 0, "media_reach": 0.4}, members={"serving": [True]})
    world.live(money.pay_first, **{**COSTS, "media_cost_per_village_year_idr": 0})
    assert _row(world, "media") == 0.4
    assert _row(world, "coaching") == 0.0


@pytest.mark.parametrize(("cash", "subsidy"), [(1, 300_000), (0, 0)])
def test_a_subsidy_nobody_has_yet_is_promised_while_there_is_money(cash: int, subsidy: int) -> None:
    """Nothing is due for it, so any rupiah in hand backs it; an empty purse does not."""
    world = HandMade(offices={"cash_idr": cash, "annual_budget_idr": 0, "wage_subsidy_idr_per_month": 300_000})
    world.live(money.pay_first, **COSTS)
    assert _row(world, "subsidy_idr") == subsidy


def test_coaching_more_often_than_monthly_is_paid_but_counts_as_monthly() -> None:
    """Twenty-four sessions a year cost twice as much as twelve and hold members no better."""
    world = _promising(10**9, coaching_sessions_per_year=24)
    world.live(money.pay_first, **COSTS)
    assert _row(world, "spent_idr")[Use.COACHING] == 1_200_000
    assert _row(world, "coaching") == 1.0


def test_members_are_coached_and_villages_reached_one_by_one() -> None:
    """Coaching costs by the member, media by the village: nothing for nobody, three times as much for three times."""
    for times in (0, 1, 3):
        world = _promising(10**9, villages=times)
        serving = np.arange(4) < times
        world.tables["members"].write(slice(None), {"serving": serving})
        world.live(money.pay_first, **COSTS)
        spent_on = _row(world, "spent_idr")
        assert spent_on[Use.COACHING] == times * COSTS["coaching_cost_per_member_idr"]
        assert spent_on[Use.MEDIA] == pytest.approx(times * DUE[Use.MEDIA], abs=1)


def test_what_is_owed_is_paid_before_anything_else() -> None:
    """Arrears of administration and guidance take the first money; other promises do not pile up."""
    world = _promising(0)
    owed = [(0, [3_000_000, 20_000]), (1_000_000, [5_000_000, 40_000]), (9_000_000, [0, 0])]
    for cash, left_owed in owed:
        world.tables["offices"].write(slice(None), {"cash_idr": np.array([cash])})
        world.live(money.pay_first, **COSTS)
        assert _row(world, "owed_idr") == left_owed
    assert _row(world, "spent_idr")[: len(OWED)] == [9_000_000, 60_000]
    # 10,000,000 in all, less 9,060,000: transport and coaching of one month, a part of its forum, none of those before
    assert _row(world, "spent_idr")[len(OWED) :] == [300_000, 600_000, 40_000, *[0] * (len(Use) - 5)]


# what is counted on


@pytest.mark.parametrize(("insight", "counted_on"), [(0.0, 3_000_000), (0.25, 2_500_000), (1.0, 1_000_000)])
def test_the_office_counts_on_a_twelfth_of_its_budget_until_evaluation_tells_it(
    insight: float, counted_on: int
) -> None:
    """36,000,000 / 12 counted on and 1,000,000 in hand: full insight plans on what is there (C9, C15)."""
    world = HandMade(offices={"annual_budget_idr": 36_000_000, "cash_idr": 1_000_000, "insight": insight})
    world.live(money.pay_first, **COSTS)
    assert _row(world, "expected_idr") == np.floor(counted_on * SHARES[0]).tolist()
    assert _row(world, "plan_idr") == np.floor(1_000_000 * SHARES[0]).tolist()


@pytest.mark.parametrize("insight", [0.0, 1.0])
def test_more_in_hand_than_counted_on_is_not_counted_on(insight: float) -> None:
    """A twelfth of the budget less all that is due, with arrears, and never below nothing."""
    world = _promising(90_000_000, insight=insight, annual_budget_idr=12 * ALL + 120_000_000, administration_share=0.0)
    due = ALL - DUE[Use.ADMINISTRATION]
    world.live(money.pay_first, **COSTS)
    assert _row(world, "expected_idr") == np.floor((ALL + 10_000_000 - due) * SHARES[0]).tolist()
    poor = _promising(90_000_000, insight=insight)
    poor.live(money.pay_first, **COSTS)
    assert _row(poor, "expected_idr") == [0] * EVERY


def test_what_is_due_is_not_counted_on_even_where_it_cannot_be_paid() -> None:
    """A million in hand pays little of what is due; a twelfth of the budget less all of it is counted on."""
    world = _promising(1_000_000, annual_budget_idr=12 * (ALL + 10_000_000), administration_share=0.0)
    world.live(money.pay_first, **COSTS)
    assert _row(world, "expected_idr") == np.floor((10_000_000 + DUE[Use.ADMINISTRATION]) * SHARES[0]).tolist()


# whole ones


def test_what_is_too_little_for_a_certificate_may_still_be_a_grant() -> None:
    """1,400,000 left after two recruits: no certificate of 1,500,000, a grant of 800,000, the rest for activities."""
    before = sum(DUE[use] for use in Use if use < Use.CERTIFICATION)
    world = _promising(before + 1_400_000, startup_grant_idr=800_000)
    world.live(money.pay_first, **COSTS)
    assert [_row(world, name) for name in ("recruits_paid", "certificates_paid", "grants_paid")] == [2.0, 0.0, 1.0]
    assert _row(world, "cash_idr") == 600_000


@pytest.mark.parametrize("name", ["certification_cost_idr", "recruitment_cost_idr"])
@settings(max_examples=30)
@given(price=st.floats(1.0, 3e6), more=st.floats(0.0, 0.99))
def test_as_many_are_paid_whole_as_the_money_reaches(name: str, price: float, more: float) -> None:
    """A price that is not in whole rupiah, as a drawn one is, buys both with cash for both and one with less."""
    use, column = {
        "certification_cost_idr": (Use.CERTIFICATION, "certificates_paid"),
        "recruitment_cost_idr": (Use.RECRUITMENT, "recruits_paid"),
    }[name]
    other = "recruits_per_year" if use == Use.CERTIFICATION else "certification_places_per_year"
    before = sum(DUE[each] for each in Use if each < use and each != Use.RECRUITMENT)
    for cash, number in ((2 * int(price), 2.0), (int(price) + int(more * int(price)), 1.0), (int(price) - 1, 0.0)):
        world = _promising(before + cash, startup_grants_per_year=0, **{other: 0})
        world.live(money.pay_first, **{**COSTS, name: price})
        assert _row(world, column) == number
        assert _row(world, "spent_idr")[use] == number * int(price)
        assert _row(world, "cash_idr") == cash - number * int(price)


def test_volunteers_who_cost_nothing_to_find_are_found() -> None:
    """Recruitment by word of mouth is free: the recruits of the month come without any cash."""
    world = _promising(0)
    world.live(money.pay_first, **{**COSTS, "recruitment_cost_idr": 0})
    assert _row(world, "recruits_paid") == 2.0


def test_posts_are_whole() -> None:
    """A group of 3.6 members is one of four: where three serve one post is empty, and one recruit is paid for."""
    world = HandMade(
        month=11,
        offices={
            "annual_budget_idr": 0,
            "groups_personality": 1,
            "members_per_group": 3.6,
            "recruits_per_year": 120,
        },
        groups={"planned": [True]},
        members={"group": 0, "serving": [True, True, True]},
    )
    world.live(money.pay_first, recruitment_cost_idr=0)
    assert _row(world, "recruits_paid") == 1.0


def test_no_certificate_is_paid_that_nobody_needs() -> None:
    """Two serve without one: of five places a month two are paid, of none needed none."""
    world = _promising(10**9, certification_places_per_year=60)
    world.live(money.pay_first, **COSTS)
    assert _row(world, "certificates_paid") == 2.0
    world.tables["members"].write(slice(None), {"certified": np.ones(4, dtype=bool)})
    world.live(money.pay_first, **COSTS)
    assert _row(world, "certificates_paid") == 0.0


def test_no_grant_is_paid_that_nobody_can_have() -> None:
    """Where no client without work has trained for a business, no grant is paid."""
    world = _promising(10**9, trained=0.0)
    world.live(money.pay_first, **COSTS)
    assert _row(world, "spent_idr")[Use.GRANTS] == 0
    assert _row(world, "grants_paid") == 0.0


@pytest.mark.parametrize("grant", [0.0, 0.4])
def test_a_grant_of_nothing_is_no_grant(grant: float) -> None:
    """Grants of 0 rupiah are not handed out: no lever works for nothing."""
    world = _promising(10**9, startup_grant_idr=grant)
    world.live(money.pay_first, **COSTS)
    assert _row(world, "grants_paid") == 0


@pytest.mark.parametrize("per_year", [0.0, 1.0, 2.5, 5.0, 12.0, 24.0])
@pytest.mark.parametrize(
    ("lever", "column"),
    [
        ("certification_places_per_year", "certificates_paid"),
        ("recruits_per_year", "recruits_paid"),
        ("forum_meetings_per_year", "meetings"),
        ("evaluations_per_year", "evaluations"),
    ],
)
def test_what_is_planned_for_a_year_comes_spread_over_its_months(lever: str, column: str, per_year: float) -> None:
    """Whole ones, over the year as many as planned, no two months more than one apart."""
    paid = []
    for month in range(12, 24):
        world = _promising(10**9, month, **{lever: per_year})
        world.live(money.pay_first, **COSTS)
        paid.append(_row(world, column))
    assert sum(paid) == int(per_year)
    assert max(paid) - min(paid) <= 1
    assert all(each == int(each) for each in paid)


def test_the_caseload_is_clients_for_each_counsellor() -> None:
    """Supervised and out of contact count; without counsellors all are one caseload."""
    for counsellors, expected in ((2, 2.0), (8, 0.5), (0, 4.0)):
        world = _promising(0, counsellors=float(counsellors))
        world.live(money.pay_first, **COSTS)
        assert _row(world, "caseload") == expected


# activities


def test_what_was_held_is_paid_for_and_booked() -> None:
    """Four open, two duplicated, one of them another agency's: five cost, come or not, in money and in hours."""
    attended = np.zeros((3, EVERY), dtype=bool)
    attended[:2, Activity.LEGAL] = True
    plan = np.full((1, EVERY), 5_000_000)
    plan[0, Activity.SPIRITUAL] = 450_000
    prices = {f"{activity.name.lower()}_place_cost_idr": 100_000 for activity in Activity}
    hours = {f"{activity.name.lower()}_place_hours": 2.0 for activity in Activity}
    world = HandMade(
        offices={
            "places": np.full((1, EVERY), 4.0),
            "duplicated": np.full((1, EVERY), 2.0),
            "agency_places": np.full((1, EVERY), 1.0),
            "plan_idr": plan,
            "cash_idr": 50_000_000,
            "spent_programmes_idr": np.full((1, EVERY), 7),
        },
        clients={"status": Status.SUPERVISED, "attended": attended},
    )
    world.live(offices.settle_sessions, **{**prices, "legal_place_cost_idr": 99_999.9}, **hours)
    cost = [500_000.0] * EVERY
    cost[Activity.SPIRITUAL] = 450_000.0
    assert _row(world, "spent_programmes_idr") == [7 + each for each in cost]
    assert _row(world, "cash_idr") == 50_000_000 - sum(cost)
    assert _row(world, "hours_used") == [10.0] * EVERY
    assert _row(world, "held") == [2.0 * (activity == Activity.LEGAL) for activity in Activity]


def test_spent_is_all_but_salaries() -> None:
    """By use and on activities, in whole rupiah; what the state pays is not the office's money."""
    by_use = np.arange(1, len(Use) + 1)[None, :] * 1_000
    world = HandMade(offices={"spent_idr": by_use, "spent_programmes_idr": np.full((1, EVERY), 10)})
    assert spent(world.tables["offices"]).tolist() == [by_use[0, : Use.PAYROLL].sum() + 10 * EVERY]
