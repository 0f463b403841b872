"""Work: chances of losing, hearing of, getting and starting work, and what it pays, from numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from agents import work
from agents.activities import Activity
from agents.chance import Stream
from agents.clients import Status, Work
from tests.agents.hand_made import HandMade

#: weeks in a month
WEEKS = 365.25 / 7 / 12
ALWAYS, NEVER = 1e-9, 1.0 - 1e-9


def test_a_weekly_chance_becomes_a_monthly_one() -> None:
    """3.5 % a week is 14.35 % a month: nobody loses a job twice, so chances compound over 4.35 weeks."""
    chance = 1.0 - np.exp(-work.monthly(0.035))
    assert chance == pytest.approx(1.0 - 0.965**WEEKS)
    assert chance == pytest.approx(0.1435, abs=5e-5)


def test_the_chance_to_lose_work() -> None:
    """By kind of work, higher in the first three months, lower with stability: powers of one weekly survival."""
    world = HandMade(
        clients={
            "status": Status.SUPERVISED,
            "work": [Work.FORMAL, Work.INFORMAL, Work.BUSINESS, Work.FORMAL, Work.FORMAL, Work.FORMAL],
            "tenure_months": [10, 10, 10, 2, 3, 10],
            "stability": [0, 0, 0, 0, 0, 1.0],
        }
    )
    chance = world.chance(
        work.lose_work,
        Stream.JOB_LOSS,
        lambda told: told["work"] == Work.NONE,
        job_loss_weekly_formal=0.03,
        job_loss_weekly_informal=0.01,
        business_closure_weekly=0.02,
        job_loss_early_ratio=1.5,
        stability_holds_job=0.4,
    )
    formal = 1.0 - 0.97**WEEKS
    assert chance == pytest.approx(
        [
            formal,
            1.0 - 0.99**WEEKS,
            1.0 - 0.98**WEEKS,
            1.0 - 0.97 ** (1.5 * WEEKS),
            formal,
            1.0 - 0.97 ** (WEEKS * math.exp(-0.4)),
        ]
    )


def test_losing_work_and_keeping_it() -> None:
    """Who loses work loses employer, tenure and distance; who keeps it has a month more; others are not asked."""
    world = HandMade(
        employers={"willingness": [0.5]},
        clients={
            "status": [Status.SUPERVISED, Status.COMPLETED, Status.CUSTODY, Status.SUPERVISED],
            "work": [Work.FORMAL, Work.FORMAL, Work.FORMAL, Work.NONE],
            "employer": [0, 0, 0, -1],
            "tenure_months": [5, 5, 5, 0],
            "far": [True, True, True, False],
        },
    )
    assert world.concerned(work.lose_work).rows.tolist() == [0, 1]
    world.live(work.lose_work, luck={Stream.JOB_LOSS: [ALWAYS, NEVER, ALWAYS, ALWAYS]})
    clients = world.tables["clients"]
    assert clients.work.tolist() == [Work.NONE, Work.FORMAL, Work.FORMAL, Work.NONE]
    assert clients.employer.tolist() == [-1, 0, 0, -1]
    assert clients.tenure_months.tolist() == [0, 6, 5, 0]
    assert clients.far.tolist() == [False, True, True, False]


SEARCH = {
    "job_finding_weekly_release": 0.10,
    "job_finding_weekly_mature": 0.04,
    "job_search_decay_months": 3.0,
    "stigma_on_finding": 0.5,
    "unemployment_reference": 0.05,
    "unemployment_elasticity": 0.5,
    "skill_on_search": 0.6,
    "stability_holds_job": 0.5,
}


def test_the_chance_to_hear_of_work() -> None:
    """A reference client hears with the weekly chance over the multiplier of stigma; each thing moves it as it says.

    Rows: just released; three months later; many months later; fully confident; fully skilled; stable; and one in a
    district with four times the unemployment.
    """
    world = HandMade(
        month=300,
        offices={"open_unemployment_rate": [0.05, 0.20]},
        villages={"stigma": [0.0]},
        clients={
            "status": Status.SUPERVISED,
            "office": [0, 0, 0, 0, 0, 0, 1],
            "village": 0,
            "release_month": [300, 297, 0, 300, 300, 300, 300],
            "confidence": [0.5, 0.5, 0.5, 1.0, 0.5, 0.5, 0.5],
            "skill": [0, 0, 0, 0, 1.0, 0, 0],
            "stability": [0, 0, 0, 0, 0, 1.0, 0],
        },
    )
    chance = world.chance(
        work.find_work,
        Stream.JOB_LEAD,
        lambda told: told["work"] == Work.INFORMAL,
        luck={Stream.JOB_ROUTE: NEVER, Stream.HIRE: ALWAYS},
        family_on_informal_work=0.0,
        **SEARCH,
    )
    at_once = -math.log(0.9) * WEEKS / 0.5
    later = -math.log(1.0 - (0.04 + 0.06 / math.e)) * WEEKS / 0.5
    mature = -math.log(0.96) * WEEKS / 0.5
    hazards = [at_once, later, mature, 1.5 * at_once, 1.6 * at_once, at_once * math.exp(0.25), at_once / 2.0]
    assert chance == pytest.approx(-np.expm1(-np.array(hazards)))


def test_the_route_is_formal_with_the_districts_share() -> None:
    """Formal leads: the formal share, half or one and a half times with skill, half without documents."""
    world = HandMade(
        offices={"informal_share": 0.6, "employers": 1},
        villages={"stigma": [0.0]},
        employers={"willingness": [1.0]},
        clients={"status": Status.SUPERVISED, "village": 0, "skill": [0.5, 0, 1.0, 1.0], "documents": [1.0, 1, 1, 0]},
    )
    chance = world.chance(
        work.find_work,
        Stream.JOB_ROUTE,
        lambda told: told["work"] == Work.FORMAL,
        luck={Stream.JOB_LEAD: ALWAYS, Stream.HIRE: ALWAYS},
    )
    assert chance == pytest.approx([0.4, 0.2, 0.6, 0.3])


def _asking() -> HandMade:
    """Clients who ask employer 0: alone, vouched for by a mentor, by the family, by one who knows another employer."""
    return HandMade(
        offices={"employers": 2},
        villages={"stigma": [0.5]},
        employers={"willingness": [0.6, 0.2], "image_concern": [0.25, 1.0]},
        members={"serving": True, "knows": [0, 1]},
        families={"client": [2, 3], "knows": [0, -1], "acceptance": [0.9, 0.1]},
        clients={
            "status": Status.SUPERVISED,
            "village": 0,
            "mentor": [-1, 0, -1, 1],
            "family": [-1, -1, 0, 1],
        },
    )


TAKEN = {
    "image_on_hiring": 0.4,
    "vouching_on_hiring": 0.25,
    "stigma_on_informal_work": 0.7,
    "family_on_informal_work": 0.3,
}


def test_an_employer_takes_on_by_willingness_image_and_vouching() -> None:
    """0.6 - 0.4 * 0.25 * 0.5 = 0.55; and 0.25 more where a member or the family knows this very employer (C11)."""
    chance = _asking().chance(
        work.find_work,
        Stream.HIRE,
        lambda told: told["work"] == Work.FORMAL,
        luck={Stream.JOB_LEAD: ALWAYS, Stream.JOB_ROUTE: ALWAYS, Stream.JOB_EMPLOYER: ALWAYS},
        **TAKEN,
    )
    assert chance == pytest.approx([0.55, 0.80, 0.80, 0.55])


def test_the_second_employer_is_as_wary_as_it_says() -> None:
    """0.2 - 0.4 * 1 * 0.5 = 0: nobody is taken but the one who is vouched for."""
    chance = _asking().chance(
        work.find_work,
        Stream.HIRE,
        lambda told: told["work"] == Work.FORMAL,
        luck={Stream.JOB_LEAD: ALWAYS, Stream.JOB_ROUTE: ALWAYS, Stream.JOB_EMPLOYER: NEVER},
        **TAKEN,
    )
    assert chance == pytest.approx([0.0, 0.0, 0.0, 0.25], abs=1e-12)


def test_the_village_takes_on_by_stigma_and_family() -> None:
    """1 - 0.7 * 0.5 = 0.65, and 0.3 * (acceptance - 1/2): a family that accepts helps, one absent or cold does not."""
    chance = _asking().chance(
        work.find_work,
        Stream.HIRE,
        lambda told: told["work"] == Work.INFORMAL,
        luck={Stream.JOB_LEAD: ALWAYS, Stream.JOB_ROUTE: NEVER},
        **TAKEN,
    )
    assert chance == pytest.approx([0.50, 0.50, 0.77, 0.53])


def test_whoever_asks_is_taken_or_refused() -> None:
    """Hired with an employer, hired in the village, refused because of the record, or without a lead at all."""
    world = _asking()
    world.tables["clients"].grow(1, office=0, village=0, status=Status.SUPERVISED, work=Work.INFORMAL)
    assert world.concerned(work.find_work).rows.tolist() == [0, 1, 2, 3]
    luck = {
        Stream.JOB_LEAD: [ALWAYS, ALWAYS, ALWAYS, NEVER],
        Stream.JOB_ROUTE: [ALWAYS, NEVER, ALWAYS, ALWAYS],
        Stream.JOB_EMPLOYER: ALWAYS,
        Stream.HIRE: [ALWAYS, ALWAYS, NEVER, ALWAYS],
        Stream.FAR_WORK: [ALWAYS, NEVER, ALWAYS, ALWAYS],
    }
    world.live(work.find_work, luck=luck)
    clients = world.tables["clients"]
    assert clients.work.tolist() == [Work.FORMAL, Work.INFORMAL, Work.NONE, Work.NONE, Work.INFORMAL]
    assert clients.employer.tolist() == [0, -1, -1, -1, -1]
    assert clients.refused.tolist() == [False, False, True, False, False]
    assert clients.far.tolist() == [True, False, False, False, False]
    assert (clients.tenure_months == 0).all()


@pytest.mark.parametrize(("luck", "row"), [(ALWAYS, 3), (0.26, 4), (0.51, 5), (0.76, 6), (NEVER, 6)])
def test_one_of_the_offices_own_employers_is_asked(luck: float, row: int) -> None:
    """Each of the four employers of this office by a quarter of the luck, whatever stands before it in the table."""
    world = HandMade(
        offices={"employers": 4, "first_employer": 3},
        villages={"stigma": [0.0]},
        employers={"willingness": [1.0] * 8},
        clients={"status": [Status.SUPERVISED], "village": 0},
    )
    world.live(
        work.find_work,
        luck={
            Stream.JOB_LEAD: ALWAYS,
            Stream.JOB_ROUTE: ALWAYS,
            Stream.HIRE: ALWAYS,
            Stream.JOB_EMPLOYER: luck,
        },
    )
    assert world.tables["clients"].employer.tolist() == [row]


def test_where_there_are_no_employers_nobody_is_hired_formally() -> None:
    """No row is invented, in the table of employers or before it."""
    world = HandMade(offices={"employers": 0}, clients={"status": [Status.SUPERVISED]})
    luck = {Stream.JOB_LEAD: ALWAYS, Stream.JOB_ROUTE: ALWAYS, Stream.HIRE: ALWAYS}
    world.live(work.find_work, luck=luck)
    assert world.tables["clients"].work.tolist() == [Work.NONE]
    assert world.tables["clients"].employer.tolist() == [-1]


@pytest.mark.parametrize("better", ["confidence", "skill", "stability", "documents"])
def test_nothing_good_in_a_client_lowers_the_chance_of_a_lead(better: str) -> None:
    """More confidence, skill, stability or documents: never less likely to hear of work."""
    world = HandMade(
        villages={"stigma": [0.0]},
        clients={"status": Status.SUPERVISED, "village": 0, better: np.linspace(0.0, 1.0, 5)},
    )
    chance = world.chance(
        work.find_work,
        Stream.JOB_LEAD,
        lambda told: told["work"] == Work.INFORMAL,
        luck={Stream.JOB_ROUTE: NEVER, Stream.HIRE: ALWAYS},
    )
    assert (np.diff(chance) >= -1e-12).all()


def test_the_chance_to_open_a_business() -> None:
    """0.05 * dose * (1/2 + skill) * (1/2 + confidence); nobody opens one without entrepreneurship training."""
    dose = np.zeros((3, len(Activity)))
    dose[:, Activity.ENTREPRENEURSHIP] = [0.0, 1.0, 0.4]
    world = HandMade(
        clients={
            "status": Status.SUPERVISED,
            "dose": dose,
            "skill": [1.0, 0.5, 0.7],
            "confidence": [1.0, 0.5, 0.9],
        }
    )
    chance = world.chance(
        work.open_business,
        Stream.BUSINESS,
        lambda told: told["work"] == Work.BUSINESS,
        business_start_monthly=0.05,
    )
    assert chance == pytest.approx([0.0, 0.05, 0.05 * 0.4 * 1.2 * 1.4], abs=1e-12)


def test_income_is_in_whole_rupiah_of_the_districts_wage() -> None:
    """Nothing, the minimum wage, 0.6 and 0.8 of it, times 0.8 to 1.2 with skill; nobody in custody earns."""
    world = HandMade(
        offices={"monthly_wage_idr": 2_188_041},
        clients={
            "status": [*[Status.SUPERVISED] * 5, Status.CUSTODY],
            "work": [Work.NONE, Work.FORMAL, Work.INFORMAL, Work.BUSINESS, Work.FORMAL, Work.NONE],
            "skill": [1.0, 0.5, 0.5, 1.0, 0.0, 0.0],
        },
    )
    world.live(work.earn, informal_wage_ratio=0.6, business_income_ratio=0.8)
    assert world.tables["clients"].income_idr.tolist() == [0, 2_188_041, 1_312_825, 2_100_519, 1_750_433, 0]
