"""Work: chances of losing, hearing of, getting and starting work, and what it pays, from numbers worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from agents import work
from agents.activities import Activity
from agents.chance import Stream
from agents.clients import Lead, Status, Work
from tests.agents.hand_made import HandMade

#: weeks in a month
WEEKS = 365.25 / 7 / 12
ALWAYS, NEVER = 1e-9, 1.0 - 1e-9


def test_a_weekly_chance_becomes_a_monthly_one() -> None:
    """3.5 % a week is 14.35 % a month: nobody loses a job twice, so chances compound over 4.35 weeks."""
    chance = 1.0 - np.exp(-work.monthly(0.035))
    assert chance == pytest.approx(1.0 - 0.965**WEEKS)
    assert chance == pytest.approx(0.1435, abs=5e-5)


def _clients(**columns: Any) -> dict[str, Any]:
    return {"status": Status.SUPERVISED, "village": 0, **columns}


def _loses(world: HandMade, **parameters: float) -> np.ndarray:
    """Chance of each client to lose her or his work."""
    return world.chance(work.lose_work, Stream.JOB_LOSS, lambda told: told["work"] == Work.NONE, **parameters)


def test_the_chance_to_lose_work() -> None:
    """By kind of work, higher in the first three months, lower with stability: powers of one weekly survival."""
    world = HandMade(
        villages={"stigma": [0.5]},
        clients=_clients(
            work=[Work.FORMAL, Work.INFORMAL, Work.FORMAL, Work.FORMAL, Work.FORMAL],
            tenure_months=[10, 10, 2, 3, 10],
            stability=[0, 0, 0, 0, 1.0],
        ),
    )
    chance = _loses(
        world,
        job_loss_weekly_formal=0.03,
        job_loss_weekly_informal=0.01,
        job_loss_early_ratio=1.5,
        stability_holds_job=0.4,
    )
    months = np.array([1.0, 1.0, 1.5, 1.0, math.exp(-0.4)]) * WEEKS
    assert chance == pytest.approx(1.0 - np.array([0.97, 0.99, 0.97, 0.97, 0.97]) ** months)


def test_a_business_closes_more_often_in_a_crowded_village() -> None:
    """Half the weekly chance in an empty market, all of it with as many as the market bears: 1 and 3 of 2 here."""
    world = HandMade(
        villages={"stigma": [0.5, 0.5]},
        clients=_clients(work=Work.BUSINESS, tenure_months=10, village=[0, 1, 1, 1]),
    )
    chance = _loses(
        world,
        business_closure_weekly=0.02,
        business_places_per_village=2,
    )
    weekly = np.array([0.02 * 0.75, *[0.02 * 1.25] * 3])
    assert chance == pytest.approx(1.0 - (1.0 - weekly) ** WEEKS)


def test_only_businesses_crowd_a_market() -> None:
    """One business among other work: half of 1 + 1/2 of the weekly chance, as if it were alone in the village."""
    world = HandMade(
        villages={"stigma": [0.5]},
        clients=_clients(work=[Work.BUSINESS, Work.FORMAL, Work.INFORMAL, Work.NONE], tenure_months=10),
    )
    chance = _loses(
        world,
        business_closure_weekly=0.02,
        business_places_per_village=2,
    )
    assert chance[0] == pytest.approx(1.0 - (1.0 - 0.02 * 0.75) ** WEEKS)


def test_a_hopelessly_crowded_market_closes_a_business_almost_at_once() -> None:
    """The weekly chance is cut below 1: forty businesses where the market bears one leave a finite hazard."""
    world = HandMade(villages={"stigma": [0.5]}, clients=_clients(work=[Work.BUSINESS] * 40))
    chance = _loses(
        world,
        business_closure_weekly=0.1,
        business_places_per_village=1,
        job_loss_early_ratio=1.0,
    )
    assert chance == pytest.approx([1.0 - 0.01**WEEKS] * 40)


def test_losing_work_and_keeping_it() -> None:
    """Who loses work loses employer, tenure and distance; who keeps it has a month more; others are not asked."""
    world = HandMade(
        villages={"stigma": [0.5]},
        employers={"willingness": [0.5]},
        clients=_clients(
            status=[Status.SUPERVISED, Status.COMPLETED, Status.CUSTODY, Status.SUPERVISED],
            work=[Work.FORMAL, Work.FORMAL, Work.FORMAL, Work.NONE],
            employer=[0, 0, 0, -1],
            tenure_months=[5, 5, 5, 0],
            far=[True, True, True, False],
        ),
    )
    assert world.concerned(work.lose_work).rows.tolist() == [0, 1]
    world.live(work.lose_work, luck={Stream.JOB_LOSS: [ALWAYS, NEVER, ALWAYS, ALWAYS]})
    clients = world.tables["clients"]
    assert clients.work.tolist() == [Work.NONE, Work.FORMAL, Work.FORMAL, Work.NONE]
    assert clients.employer.tolist() == [-1, 0, 0, -1]
    assert clients.tenure_months.tolist() == [0, 6, 5, 0]
    assert clients.far.tolist() == [False, True, True, False]


# hearing of work

SEARCH = {
    "job_finding_weekly_release": 0.10,
    "job_finding_weekly_mature": 0.04,
    "job_search_decay_months": 3.0,
    "acceptance_behind_finding": 0.5,
    "unemployment_reference": 0.05,
    "unemployment_elasticity": 0.5,
    "skill_on_search": 0.6,
    "contacts_on_search": 0.8,
    "stability_holds_job": 0.5,
}


def _hears(world: HandMade, **values: float) -> np.ndarray:
    return world.chance(
        work.hear_of_work, Stream.JOB_LEAD, lambda told: told["lead"] != Lead.NONE, **{**SEARCH, **values}
    )


def test_the_chance_to_hear_of_work() -> None:
    """A reference client hears with the weekly chance over the multiplier of stigma; each thing moves it as it says.

    Rows: just released; three months later; many months later; fully confident; fully skilled; stable; and one in a
    district with four times the unemployment.
    """
    world = HandMade(
        month=300,
        offices={"open_unemployment_rate": [0.05, 0.20]},
        clients=_clients(
            village=-1,
            office=[0, 0, 0, 0, 0, 0, 1],
            release_month=[300, 297, 0, 300, 300, 300, 300],
            confidence=[0.5, 0.5, 0.5, 1.0, 0.5, 0.5, 0.5],
            skill=[0, 0, 0, 0, 1.0, 0, 0],
            stability=[0, 0, 0, 0, 0, 1.0, 0],
        ),
    )
    at_once = -math.log(0.9) * WEEKS / 0.5
    later = -math.log(1.0 - (0.04 + 0.06 / math.e)) * WEEKS / 0.5
    mature = -math.log(0.96) * WEEKS / 0.5
    hazards = [at_once, later, mature, 1.5 * at_once, 1.6 * at_once, at_once * math.exp(0.25), at_once / 2.0]
    assert _hears(world) == pytest.approx(-np.expm1(-np.array(hazards)))


def test_only_who_has_no_work_looks_for_it() -> None:
    """For a job or a business of one's own, under supervision or after it; nobody looks from custody."""
    status = [*[Status.SUPERVISED] * len(Work), Status.COMPLETED, Status.CUSTODY]
    world = HandMade(clients=_clients(status=status, work=[*Work, Work.NONE, Work.NONE]))
    for looking in (work.hear_of_work, work.open_business):
        assert world.concerned(looking).rows.tolist() == [0, 4]


def test_low_unemployment_helps_down_to_half_a_percent() -> None:
    """The root of 5 % over the rate: 1, 2 and 3.16 times the hazard at 5, 1.25 and 0.5 %, and no more at nothing."""
    world = HandMade(
        month=0,
        offices={"open_unemployment_rate": [0.05, 0.0125, 0.005, 0.0]},
        clients=_clients(village=-1, office=[0, 1, 2, 3], release_month=0),
    )
    at_once = -math.log(0.9) * WEEKS / 0.5
    assert _hears(world) == pytest.approx(-np.expm1(-at_once * np.sqrt([1.0, 4.0, 10.0, 10.0])))


def test_friends_in_work_family_and_mentor_carry_news_of_work() -> None:
    """0.8 * contacts / (contacts + 2) more: nobody, a working friend, a family that knows someone, all of them."""
    world = HandMade(
        month=0,
        ties={"peers": [(0, 6), (1, 4), (3, 4), (3, 5)]},
        employers={"willingness": [0.5]},
        members={"serving": [True], "knows": 0},
        families={"client": [2, 3], "knows": [0, 0]},
        clients=_clients(
            village=-1,
            release_month=0,
            status=[*[Status.SUPERVISED] * 6, Status.CUSTODY],
            work=[*[Work.NONE] * 4, Work.FORMAL, Work.INFORMAL, Work.NONE],
            family=[-1, -1, 0, 1, -1, -1, -1],
            mentor=[-1, -1, -1, 0, -1, -1, -1],
        ),
    )
    at_once = -math.log(0.9) * WEEKS / 0.5
    more = np.array([0.0, 0.8 / 3, 0.8 / 3, 0.8 * 4 / 6])
    assert _hears(world)[:4] == pytest.approx(-np.expm1(-at_once * (1.0 + more)))


def test_a_friend_without_work_carries_no_news_of_it() -> None:
    """Two friends who both look for work hear of it as often as anybody alone."""
    clients = _clients(village=-1, release_month=0, work=[Work.NONE, Work.NONE])
    world = HandMade(month=0, ties={"peers": [(0, 1)]}, clients=clients)
    assert _hears(world) == pytest.approx([1.0 - 0.9 ** (WEEKS / 0.5)] * 2)


def test_work_heard_of_is_formal_with_the_districts_share() -> None:
    """The formal share, half to one and a half with skill, half without documents, 1.5 times with a certificate."""
    world = HandMade(
        offices={"informal_share": 0.6, "employers": 1},
        employers={"willingness": [1.0]},
        clients=_clients(
            skill=[0.5, 0, 1.0, 1.0, 0.5],
            documents=[1.0, 1, 1, 0, 1],
            certificate=[False, False, False, False, True],
        ),
    )
    chance = world.chance(
        work.hear_of_work,
        Stream.JOB_ROUTE,
        lambda told: told["lead"] == Lead.FORMAL,
        luck={Stream.JOB_LEAD: ALWAYS},
        certificate_on_formal=1.5,
    )
    assert chance == pytest.approx([0.4, 0.2, 0.6, 0.3, 0.6])


@pytest.mark.parametrize(("luck", "row"), [(ALWAYS, 3), (0.26, 4), (0.51, 5), (0.76, 6), (NEVER, 6)])
def test_one_of_the_offices_own_employers_is_asked(luck: float, row: int) -> None:
    """Each of the four employers of this office by a quarter of the luck, whatever stands before it in the table."""
    world = HandMade(
        offices={"employers": 4, "first_employer": 3},
        employers={"willingness": [1.0] * 8},
        clients=_clients(skill=[0.0]),
    )
    world.live(work.hear_of_work, luck={Stream.JOB_LEAD: ALWAYS, Stream.JOB_ROUTE: ALWAYS, Stream.JOB_EMPLOYER: luck})
    assert world.tables["clients"].asked.tolist() == [row]
    assert world.tables["clients"].lead.tolist() == [Lead.FORMAL]


def test_whoever_is_known_to_mentor_or_family_is_asked_first() -> None:
    """With lead_through_contact the one the mentor knows, else the family's, else any; nobody known, any."""
    world = HandMade(
        offices={"employers": 3},
        employers={"willingness": [0.5] * 3},
        members={"serving": True, "knows": [1, -1]},
        families={"client": [0, 1, 2], "knows": [2, 2, -1]},
        clients=_clients(family=[0, 1, 2, -1], mentor=[0, 1, -1, -1]),
    )
    luck = {Stream.JOB_LEAD: ALWAYS, Stream.JOB_ROUTE: ALWAYS, Stream.JOB_EMPLOYER: ALWAYS}
    chance = world.chance(
        work.hear_of_work, (Stream.JOB_EMPLOYER, 1), lambda told: told["asked"] > 0, luck=luck, lead_through_contact=0.4
    )
    assert chance == pytest.approx([0.4, 0.4, 0.0, 0.0], abs=1e-12)
    told = world.told(work.hear_of_work, luck={**luck, (Stream.JOB_EMPLOYER, 1): ALWAYS})
    assert told["asked"].tolist() == [1, 2, 0, 0]


def test_where_there_are_no_employers_work_is_informal() -> None:
    """No row is invented, in the table of employers or before it."""
    world = HandMade(offices={"employers": 0}, clients=_clients(skill=[1.0]))
    world.live(work.hear_of_work, luck={Stream.JOB_LEAD: ALWAYS, Stream.JOB_ROUTE: ALWAYS})
    assert world.tables["clients"].lead.tolist() == [Lead.INFORMAL]
    assert world.tables["clients"].asked.tolist() == [-1]


@pytest.mark.parametrize("better", ["confidence", "skill", "stability", "documents"])
def test_nothing_good_in_a_client_lowers_the_chance_of_a_lead(better: str) -> None:
    """More confidence, skill, stability or documents: never less likely to hear of work."""
    world = HandMade(clients=_clients(**{better: np.linspace(0.0, 1.0, 5)}))
    assert (np.diff(_hears(world)) >= -1e-12).all()


# asking for work


def _asking(lead: Lead, asked: int = -1) -> HandMade:
    """Clients who ask: alone, with a mentor who knows employer 0, with a family that does, with others who do not."""
    return HandMade(
        offices={
            "employers": 2,
            "monthly_wage_idr": 2_000_000,
            "wage_subsidy_idr_per_month": 500_000,
            "subsidy_idr": 0,
        },
        villages={"stigma": [0.5]},
        employers={"willingness": [0.6, 0.2], "image_concern": [0.25, 1.0]},
        members={"serving": True, "knows": [0, 1]},
        families={"client": [2, 3], "knows": [0, -1], "acceptance": [0.8, 0.1], "means": [1.0, 0.5]},
        clients=_clients(mentor=[-1, 0, -1, 1], family=[-1, -1, 0, 1], lead=lead, asked=asked),
    )


TAKEN = {
    "image_on_hiring": 0.4,
    "vouching_on_hiring": 0.25,
    "subsidy_on_hiring": 0.4,
    "stigma_on_informal_work": 0.7,
    "family_on_informal_work": 0.2,
}


def _taken(world: HandMade) -> np.ndarray:
    return world.chance(work.ask_for_work, Stream.HIRE, lambda told: told["work"] != Work.NONE, **TAKEN)


def test_an_employer_takes_on_by_willingness_image_and_vouching() -> None:
    """0.6 - 0.4 * 0.25 * 0.5 = 0.55; and 0.25 more where the mentor or the family knows this very employer (C11)."""
    assert _taken(_asking(Lead.FORMAL, 0)) == pytest.approx([0.55, 0.80, 0.80, 0.55])


def test_the_second_employer_is_as_wary_as_it_says() -> None:
    """0.2 - 0.4 * 1 * 0.5 = 0: nobody is taken but the one who is vouched for."""
    assert _taken(_asking(Lead.FORMAL, 1)) == pytest.approx([0.0, 0.0, 0.0, 0.25], abs=1e-12)


def test_an_employer_fears_the_village_of_the_client() -> None:
    """0.6 - 0.4 * 1 * 0.8: what the client's neighbours think counts, not the 0.2 where the employer is."""
    world = HandMade(
        offices={"employers": 1},
        villages={"stigma": [0.8, 0.2]},
        employers={"willingness": [0.6], "image_concern": 1.0, "village": 1},
        clients=_clients(village=[0], lead=Lead.FORMAL, asked=0),
    )
    assert _taken(world) == pytest.approx([0.6 - 0.4 * 0.8])


@pytest.mark.parametrize(("paid", "more"), [(0, 0.0), (250_000, 0.05), (500_000, 0.1), (9_000_000, 0.4)])
def test_a_wage_subsidy_helps_as_far_as_it_is_paid(paid: int, more: float) -> None:
    """0.4 * the part of the wage that is really paid, all of it at most; informal work is not subsidised."""
    for lead, asked, expected in ((Lead.FORMAL, 0, 0.55 + more), (Lead.INFORMAL, -1, 0.55)):
        world = _asking(lead, asked)
        world.tables["offices"].write(slice(None), {"subsidy_idr": np.array([paid])})
        assert _taken(world)[0] == pytest.approx(expected)


def test_the_village_takes_on_by_stigma_and_family() -> None:
    """1 - 0.7 * 0.5 = 0.65, and 0.2 * (acceptance * (1/2 + means) - 1/2): a warm family with means helps (C5, C12)."""
    expected = [0.55, 0.55, 0.65 + 0.2 * (0.8 * 1.5 - 0.5), 0.65 + 0.2 * (0.1 - 0.5)]
    assert _taken(_asking(Lead.INFORMAL)) == pytest.approx(expected)


def test_whoever_asks_is_taken_or_refused() -> None:
    """Hired with an employer, hired in the village, refused because of the record; without a lead nobody asks."""
    world = HandMade(
        employers={"willingness": [0.5, 0.5]},
        villages={"stigma": [0.2]},
        clients=_clients(
            lead=[Lead.FORMAL, Lead.INFORMAL, Lead.FORMAL, Lead.NONE, Lead.INFORMAL],
            asked=[1, -1, 0, -1, -1],
            work=[Work.NONE, Work.NONE, Work.NONE, Work.NONE, Work.BUSINESS],
            tenure_months=[0, 0, 0, 0, 7],
        ),
    )
    assert world.concerned(work.ask_for_work).rows.tolist() == [0, 1, 2]
    luck = {Stream.HIRE: [ALWAYS, ALWAYS, NEVER, ALWAYS, ALWAYS], Stream.FAR_WORK: [ALWAYS, NEVER, ALWAYS, 0.5, 0.5]}
    world.live(work.ask_for_work, luck=luck)
    clients = world.tables["clients"]
    assert clients.work.tolist() == [Work.FORMAL, Work.INFORMAL, Work.NONE, Work.NONE, Work.BUSINESS]
    assert clients.employer.tolist() == [1, -1, -1, -1, -1]
    assert clients.refused.tolist() == [False, False, True, False, False]
    assert clients.far.tolist() == [True, False, False, False, False]
    assert clients.tenure_months.tolist() == [0, 0, 0, 0, 7]


def test_some_work_is_too_far_away_to_report() -> None:
    """far_work_share of those taken."""
    world = _asking(Lead.INFORMAL)
    far = world.chance(
        work.ask_for_work, Stream.FAR_WORK, lambda told: told["far"], luck={Stream.HIRE: ALWAYS}, far_work_share=0.12
    )
    assert far == pytest.approx([0.12] * 4)


# a business of one's own


def _dose(*entrepreneurship: float) -> np.ndarray:
    dose = np.zeros((len(entrepreneurship), len(Activity)))
    dose[:, Activity.ENTREPRENEURSHIP] = entrepreneurship
    return dose


def test_the_chance_to_open_a_business() -> None:
    """(0.004 + 0.05 * dose) * (1/2 + skill) * (1/2 + confidence), more with the size of a grant, in an empty market.

    With 2 as the effect of a very large grant and half of it at one wage (2 million): twice the chance at one wage,
    2 1/3 times at two, and no more than without for a grant of nothing.
    """
    world = HandMade(
        villages={"stigma": [0.5]},
        clients=_clients(
            dose=_dose(0.0, 1.0, 0.4, 1.0, 1.0, 1.0),
            skill=[0.5, 0.5, 0.7, 0.5, 0.5, 0.5],
            confidence=[0.5, 0.5, 0.9, 0.5, 0.5, 0.5],
            granted=[False, False, False, True, True, True],
            grant_idr=[0, 0, 0, 2_000_000, 4_000_000, 0],
        ),
    )
    chance = world.chance(
        work.open_business,
        Stream.BUSINESS,
        lambda told: told["work"] == Work.BUSINESS,
        business_start_base_monthly=0.004,
        business_start_monthly=0.05,
        grant_on_start=2.0,
        grant_half_wages=1.0,
    )
    assert chance == pytest.approx([0.004, 0.054, 0.024 * 1.2 * 1.4, 0.108, 0.126, 0.054])


def test_new_work_begins_a_new_tenure() -> None:
    """Custody leaves the tenure of the job that it ended; the next job and the next business begin at nothing."""
    world = HandMade(villages={"stigma": [0.0]}, clients=_clients(lead=[Lead.INFORMAL, Lead.NONE], tenure_months=9))
    world.live(work.ask_for_work, luck={Stream.HIRE: ALWAYS})
    world.live(work.open_business, luck={Stream.BUSINESS: ALWAYS})
    assert world.tables["clients"].work.tolist() == [Work.INFORMAL, Work.BUSINESS]
    assert world.tables["clients"].tenure_months.tolist() == [0, 0]


def test_a_market_bears_only_so_many_businesses() -> None:
    """With two businesses where the market bears two, half the chance of an empty village."""
    world = HandMade(
        villages={"stigma": [0.5, 0.5]},
        clients=_clients(
            village=[0, 1, 1, 1],
            work=[Work.NONE, Work.NONE, Work.BUSINESS, Work.BUSINESS],
            dose=_dose(1.0, 1.0, 0.0, 0.0),
        ),
    )
    chance = world.chance(
        work.open_business,
        Stream.BUSINESS,
        lambda told: told["work"] == Work.BUSINESS,
        business_places_per_village=2,
    )
    assert chance[1] == pytest.approx(chance[0] / 2.0)


def test_grants_go_to_the_best_trained_who_have_no_work() -> None:
    """As many as were paid for, one each, to those under supervision with training and without work or grant.

    Who gets none has no money of one.
    """
    world = HandMade(
        offices={"grants_paid": [2, 1], "startup_grant_idr": [2_000_000, 500_000]},
        clients=_clients(
            village=-1,
            office=[0, 0, 0, 0, 0, 0, 0, 1, 1],
            dose=_dose(0.2, 0.9, 0.5, 0.9, 0.95, 0.99, 0.0, 0.1, 0.0),
            status=[*[Status.SUPERVISED] * 5, Status.COMPLETED, *[Status.SUPERVISED] * 3],
            work=[Work.NONE, Work.NONE, Work.NONE, Work.INFORMAL, Work.NONE, *[Work.NONE] * 4],
            granted=[False, False, False, False, True, False, False, False, False],
        ),
    )
    assert world.concerned(work.receive_grant).rows.tolist() == [0, 1, 2, 7]
    world.live(work.receive_grant)
    assert np.flatnonzero(world.tables["clients"].granted).tolist() == [1, 2, 4, 7]
    grants = [0, 2_000_000, 2_000_000, 0, 0, 0, 0, 500_000, 0]
    assert world.tables["clients"].grant_idr.tolist() == grants


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
