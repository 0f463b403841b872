"""A year is lived before the first month: the same past for every future, in full swing, and counted nowhere."""

from collections.abc import Mapping

import numpy as np
import pytest

from agents.chance import BORN, FIRST_MONTH, month_of
from agents.clients import Status
from agents.money import received
from model import ReintegrationModel
from scenarios import load
from tests.model.worlds import RULES, SMALL, differences, lived, small, whole

BUDGET = "levers.funding.annual_budget_idr"
MEMBERS = "levers.human_resources.members_per_group"


@pytest.fixture(scope="module")
def start() -> ReintegrationModel:
    """Eight small offices when the run begins."""
    return ReintegrationModel(small(), replicates=range(8))


def test_the_year_before_is_lived_from_its_first_month(start: ReintegrationModel) -> None:
    """The stock there from the start stood in the first month lived; releases of every month after it have come."""
    clients = start.tables["clients"]
    born = month_of(clients.id)
    assert (start.month, FIRST_MONTH) == (0, -12)
    assert set(born.tolist()) == {BORN, *range(FIRST_MONTH + 1, 12)}
    assert (clients.release_month[born == BORN] <= FIRST_MONTH).mean() > 0.9  # but for who has come out again
    assert (clients.status[(born < 0)] != Status.INSIDE).all()
    assert (clients.status[born >= 0] == Status.INSIDE).all()


def test_guidance_is_in_full_swing(start: ReintegrationModel) -> None:
    """Services, doses, mentors, ties between agencies, continuity, and people who have moved on are there."""
    clients, offices = start.tables["clients"], start.tables["offices"]
    assert (clients.dose > 0).any()
    assert (clients.mentor >= 0).any()
    assert (offices.tie.mean(axis=1) > 0).all()
    assert (clients.referred & (clients.first_recorded_month < 0)).any()
    assert clients.work_recorded.any()
    assert (offices.routine > 0).any()
    for status in (Status.SUPERVISED, Status.COMPLETED, Status.CUSTODY):
        assert (clients.status == status).any()


def test_nothing_of_the_past_is_counted(start: ReintegrationModel) -> None:
    """History and sums begin with the run; cash is carried in."""
    offices = start.tables["offices"]
    assert start.history.empty
    assert start.steps == 0
    assert not start.record.at_risk.any()
    running = [name for name, column in offices.columns.items() if column.running]
    assert set(running) == {"received_idr", "spent_idr", "spent_programmes_idr", "lapsed_idr"}
    assert not any(getattr(offices, name).any() for name in running)
    assert (received(offices) == 0).all()
    assert (offices.opening_cash_idr == offices.cash_idr).all()
    assert (offices.cash_idr > 0).any()
    assert set(start.phase_seconds.values()) == {0.0}


@pytest.mark.parametrize(
    "changes",
    [
        {BUDGET: {"value": 180_000_000, "then": [{"from_month": 0, "value": 0}]}},
        {MEMBERS: {"value": 6, "then": [{"from_month": 0, "value": 1, "ramp_months": 6}]}},
        {"levers.community.media_reach": {"value": 0.02, "then": [{"from_month": 0, "value": 1}]}},
    ],
    ids=["money", "posts", "media"],
)
def test_two_futures_of_the_same_people_share_one_past(changes: Mapping[str, object]) -> None:
    """When the run begins everything is the same but the levers of month 0; the futures part from there."""
    one, other = (load("wonosari", overrides={**SMALL, **each}) for each in ({}, changes))
    assert one.hash != other.hash
    models = [ReintegrationModel(spec, replicates=(0, 1)) for spec in (one, other)]
    levers = {f"offices.{path.rpartition('.')[2]}" for path in changes}
    assert set(differences(*map(whole, models))) <= levers
    for model in models:
        for _ in range(12):
            model.step()
    assert set(differences(*map(whole, models))) - levers


def test_a_scenario_with_a_past_of_its_own_lives_it() -> None:
    """What holds before month 0 is what the scenario's past says, whatever it sets from then on."""
    poor, rich = (small({BUDGET: budget}) for budget in (0, 900_000_000))
    served = [ReintegrationModel(spec, replicates=range(4)).tables["clients"].dose.sum() for spec in (poor, rich)]
    assert served[0] == 0 < served[1]


def test_posts_are_filled_by_recruitment_when_the_plan_grows() -> None:
    """More posts from month 0 on: the members of the past serve, and the new posts are filled as people are found."""
    more = {MEMBERS: {"value": 6, "then": [{"from_month": 0, "value": 12}]}}
    model = ReintegrationModel(load("wonosari", overrides={**SMALL, **more}), replicates=range(4))
    offices, before = model.tables["offices"], model.total("members", "office", "serving")
    assert (before <= 6 * 10).all()
    for _ in range(12):
        model.step()
        members = model.tables["members"]
        joined = np.bincount(members.office[members.joined_month >= 0], minlength=4)
        assert (joined <= offices.recruits_per_year * model.month / 12).all()
    assert (joined > 0).all()


@pytest.mark.parametrize("driver", ["columns", "agents"])
def test_the_past_is_whole_whatever_is_left_out(driver: str) -> None:
    """Leaving out every rule there is leaves the start as it is, under both drivers."""
    all_rules = [rule.name for rule in RULES]
    spec = small({"setting.clients": 8})
    one, other = ReintegrationModel(spec), ReintegrationModel(spec, driver=driver, without=all_rules)
    assert differences(whole(one), whole(other)) == []


def test_an_office_as_it_is_stays_as_it_is() -> None:
    """Nothing grows into place: the first year of the run shows what the next two show, season by season."""
    model = lived("wonosari", 36, replicates=range(6))
    history = model.history
    by_year = history.groupby(["replicate", (history["month"] - 1) // 12]).mean(numeric_only=True)
    for name in ("coverage_current", "coverage_ever", "employed_share", "mspss_total", "distress"):
        years = by_year[name].unstack()
        gap = years[0] - years[[1, 2]].mean(axis=1)
        assert abs(gap.mean()) < max(5.0 * gap.std(ddof=1) / np.sqrt(6), 0.15 * years.to_numpy().mean()), name
