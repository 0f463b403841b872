"""What an amount buys is what the model's own rule of payment asks for it."""

import pytest

from agents.activities import ACTIVITIES
from agents.money import Use
from experiments.errors import ExperimentError
from experiments.promises import by_use, first_year
from experiments.uses import BUDGET, PROMISES, SPLIT, USES, Price, Purse, known_uses, purse
from scenarios import Specification, load, override

SUBSIDY = "wage_subsidy"
COUNTED = [name for name in PROMISES if name != SUBSIDY]


@pytest.fixture(scope="module")
def wonosari() -> Specification:
    return load("wonosari")


@pytest.fixture(scope="module")
def money(wonosari: Specification) -> Purse:
    """A budget that reaches for everything but the subsidy, which would take a run to price."""
    return purse(wonosari, ("activities", *COUNTED), 2e9, 1)


def test_an_even_split_costs_what_is_split_by_the_rule_of_payment(wonosari: Specification, money: Purse) -> None:
    shares = [1 / len(money.uses)] * len(money.uses)
    levers, amounts = money.levers(shares)
    spec = override(money.specification, levers)
    paid = by_use(spec) | {Use.RECRUITMENT: by_use(spec, members=0)[Use.RECRUITMENT]}
    for name in COUNTED:
        assert paid[PROMISES[name].use] == pytest.approx(amounts[name], abs=100, rel=1e-4), name
    assert sum(amounts.values()) == pytest.approx(money.free)
    assert sum(money.kept.values()) + money.free == pytest.approx(2e9)
    assert spec.lever("funding.annual_budget_idr", 40) == 2e9


def test_what_a_promise_cannot_take_goes_to_the_activities(money: Purse) -> None:
    shares = [float(name == "coaching") for name in money.uses]
    levers, amounts = money.levers(shares)
    assert levers[PROMISES["coaching"].lever] == 12, "a session a month is all that members can use"
    assert amounts["coaching"] == pytest.approx(12 * money.prices["coaching"].each)
    assert amounts["activities"] == 0, "the split gives activities nothing, so the rest is left over"
    recruits = [float(name == "recruitment") for name in money.uses]
    assert money.levers(recruits)[0][PROMISES["recruitment"].lever] == 60, "as many as there are places"
    half = [0.5 * (name in ("coaching", "activities")) for name in money.uses]
    assert sum(money.levers(half)[1].values()) == pytest.approx(money.free)


def test_fixed_costs_come_first_and_whole_things_are_bought_whole() -> None:
    hub, grants = Price(fixed=48e6, each=180e3, most=1e6), Price(fixed=0, each=2e6, most=5, whole=True)
    assert [hub.value(amount) for amount in (40e6, 48e6, 66e6)] == [0, 0, 100]
    assert [hub.amount(value) for value in (0, 100)] == [0, 66e6]
    assert [grants.value(amount) for amount in (1.9e6, 6e6, 7e6, 90e6)] == [0, 3, 3, 5]


def test_single_activities_share_what_the_promises_leave(wonosari: Specification) -> None:
    money = purse(wonosari, ("vocational", "psychosocial", "forum"), 24e7, 1)
    levers, amounts = money.levers((0.3, 0.1, 0.6))
    split = {name: levers[f"{SPLIT}.{name}"] for name in ACTIVITIES}
    assert split == {name: {"vocational": 0.75, "psychosocial": 0.25}.get(name, 0.0) for name in ACTIVITIES}
    assert amounts["vocational"] == pytest.approx(3 * amounts["psychosocial"])
    assert override(money.specification, levers).lever("funding.activity_shares.vocational", 9) == 0.75
    none, _ = money.levers((0.0, 0.0, 1.0))
    assert none[f"{SPLIT}.vocational"] == wonosari.lever("funding.activity_shares.vocational", 0)
    thirds, _ = money.levers((1 / 3, 2 / 3, 0.0))
    assert override(money.specification, thirds)


def test_what_the_scenario_does_now_is_priced_alike(wonosari: Specification, money: Purse) -> None:
    assert money.now["forum"] == 2 * wonosari.parameters["meeting_cost_idr"]
    assert money.now["recruitment"] == 30 * wonosari.parameters["recruitment_cost_idr"]
    assert sum(money.now.values()) == pytest.approx(money.free)
    assert purse(wonosari, ("activities", "forum"), None, 1).budget == wonosari.lever("funding.annual_budget_idr", 0)


def test_promises_outside_the_split_stay_and_are_paid_first(wonosari: Specification) -> None:
    few = purse(wonosari, ("activities", "coaching"), 24e7, 1)
    assert few.kept["forum"] == 2 * wonosari.parameters["meeting_cost_idr"]
    assert few.kept["administration"] == pytest.approx(0.42 * 24e7, abs=12)
    assert "payroll" not in few.kept, "the state pays the counsellors"


def test_a_wage_subsidy_is_priced_by_counting_who_would_get_it(small: Specification) -> None:
    money = purse(small, ("activities", SUBSIDY), 24e7, 1)
    assert 0 < money.prices[SUBSIDY].each < 12 * 60, "fewer than all 60 clients, for twelve months"
    subsidised = override(small, {"levers.funding.wage_subsidy_idr_per_month": 300_000})
    assert first_year(subsidised) is None
    assert by_use(subsidised, starters=2.0)[Use.SUBSIDIES] == 12 * 2 * 300_000


@pytest.mark.parametrize("name", USES)
def test_every_use_is_known(name: str) -> None:
    other = "coaching" if name != "coaching" else "forum"
    assert known_uses((name, other)) == (name, other)


@pytest.mark.parametrize(
    ("uses", "budget", "words"),
    [
        (("activities", "coachng"), 24e7, "'coachng' is not known; nearest: coaching; allowed: activities, "),
        (("activities", "activities"), 24e7, "given twice"),
        (("activities",), 24e7, "two or more"),
        (("activities", "legal"), 24e7, "'activities' holds 'legal' already"),
        (("activities", "forum"), -1.0, "budget: -1 is not allowed"),
        (("activities", "forum"), 2e12, "up to 1000000000000"),
        (("activities", "forum"), float("nan"), "budget: nan is not allowed"),
        (("activities", "forum"), 5e7, r"used up before anything can be split \(administration 21,000,000, guidance"),
    ],
)
def test_what_cannot_be_split_is_said(
    wonosari: Specification, uses: tuple[str, ...], budget: float, words: str
) -> None:
    with pytest.raises(ExperimentError, match=words):
        purse(wonosari, uses, budget, 1)


def test_a_use_that_nobody_is_there_for_is_said(wonosari: Specification) -> None:
    nobody = override(wonosari, {"levers.human_resources.members_per_group": 0})
    with pytest.raises(ExperimentError, match="'transport' can cost nothing in 'wonosari'"):
        purse(nobody, ("activities", "transport"), 24e7, 1)


def test_the_budget_lever_is_the_budget() -> None:
    assert load("wonosari", {BUDGET: 1}).lever("funding.annual_budget_idr", 0) == 1
