"""Who is there when the first month is lived, who comes out and who joins: as parameters and setting say."""

import numpy as np
import pytest
from scipy import stats

from agents.chance import FIRST_MONTH
from agents.clients import Status, Work
from model import ReintegrationModel, people
from scenarios.frozen import FrozenDict
from tests.model.worlds import small

#: four standard errors: once in 16,000 by chance, and these draws are the same in every run
FAR = 4.0
UNLIKELY = 1e-4

#: where the table has one half for several things, one of them has another value here
APART = {"parameters.distress_base": 0.45, "parameters.acquaintance_share": 0.4}
MANY = {"setting.clients": 3000, "setting.villages": 300, "levers.human_resources.members_per_group": 50}


def _near(values: np.ndarray, mean: float) -> bool:
    return bool(abs(values.mean() - mean) < FAR * values.std(ddof=1) / np.sqrt(len(values)))


# who comes out


@pytest.fixture(scope="module")
def waiting() -> ReintegrationModel:
    """Before the first month of the run: a thousand people who come out in its first year wait inside as they are."""
    return ReintegrationModel(small({"setting.clients": 1500, "setting.villages": 40, **APART}))


@pytest.fixture(scope="module")
def newly(waiting: ReintegrationModel) -> np.ndarray:
    """Rows of those who wait inside."""
    rows = np.flatnonzero(waiting.tables["clients"].status == Status.INSIDE)
    assert len(rows) > 1000
    return rows


@pytest.fixture(scope="module")
def p(waiting: ReintegrationModel) -> FrozenDict[str, float]:
    return waiting.specifications[0].parameters


def test_who_comes_out_is_as_the_parameters_say(
    waiting: ReintegrationModel, newly: np.ndarray, p: FrozenDict[str, float]
) -> None:
    """In the mean; of priors each is followed by one more with their ratio r, which makes r / (1 - r) of them."""
    clients = waiting.tables["clients"]
    means = {
        "priors": p["priors_ratio"] / (1 - p["priors_ratio"]),
        "skill": p["skill_at_release"],
        "documents": p["documents_at_release"],
        "distress": p["distress_base"],
        "confidence": 0.5,
        "certificate": p["certificate_at_release"],
        "stability": 0.0,
    }
    for name, mean in means.items():
        assert _near(getattr(clients, name)[newly], mean), name
    assert not clients.work[newly].any()
    assert not clients.referred[newly].any()


def test_ages_at_release_are_skewed_to_the_right(
    waiting: ReintegrationModel, newly: np.ndarray, p: FrozenDict[str, float]
) -> None:
    """Years above the youngest are a gamma variate of shape 2 with the mean age; ages are counted in months."""
    clients = waiting.tables["clients"]
    above = (clients.release_month - clients.birth_month)[newly] / 12 - p["age_youngest"]
    expected = stats.gamma(2, scale=(p["age_mean"] - p["age_youngest"]) / 2)
    assert stats.kstest(above, expected.cdf).pvalue > UNLIKELY
    assert _near(above, expected.mean())


def test_a_family_in_reach_lives_where_the_client_does(
    waiting: ReintegrationModel, newly: np.ndarray, p: FrozenDict[str, float]
) -> None:
    """It feels the stigma of the village, accepts the less for it, and is in contact as far as it accepts."""
    clients, families = waiting.tables["clients"], waiting.tables["families"]
    reached = clients.family[newly] >= 0
    home, family = newly[reached], clients.family[newly[reached]]
    assert _near(reached, p["family_in_reach"])
    assert (families.client[family] == home).all()
    assert (families.village[family] == clients.village[home]).all()
    assert (families.courtesy_stigma[family] == clients.perceived_stigma[home]).all()
    assert (families.contact[family] == families.acceptance[family]).all()
    felt = p["courtesy_stigma_weight"] * families.courtesy_stigma[family]
    assert _near(families.acceptance[family] + felt, p["family_acceptance_base"])
    assert _near(families.knows[family] >= 0, p["acquaintance_share"])


def test_support_at_release_is_the_familys_and_some_of_friends(waiting: ReintegrationModel, newly: np.ndarray) -> None:
    """As much as the family accepts, none without one; 0.3 of friends, nobody else yet."""
    clients, families = waiting.tables["clients"], waiting.tables["families"]
    accepted = np.append(families.acceptance, 0.0)[clients.family[newly]]
    assert clients.support[newly, 0] == pytest.approx(accepted, abs=1e-6)
    assert clients.support[newly, 1:] == pytest.approx(np.tile([0.3, 0.0], (len(newly), 1)))


# what the first month finds


@pytest.fixture(scope="module")
def unlived() -> ReintegrationModel:
    """The world as it is set up: the year before the run is passed over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReintegrationModel, "_live", lambda model, *_, **__: setattr(model, "month", model.month + 1))
        return ReintegrationModel(small({**MANY, **APART}))


def test_the_first_month_finds_clients_at_work(unlived: ReintegrationModel, p: FrozenDict[str, float]) -> None:
    """With the share of the table, formal with the district's; jobs began at any time since release.

    Each employer has the experience that so many clients leave who stay: their number over the share forgotten a month.
    """
    clients, employers = unlived.tables["clients"], unlived.tables["employers"]
    stock = clients.status == Status.SUPERVISED
    working = stock & (clients.work != Work.NONE)
    assert _near(working[stock], p["employed_at_start"])
    assert _near(clients.work[working] == Work.FORMAL, 1 - unlived.tables["offices"].informal_share[0])
    out = FIRST_MONTH - clients.release_month[stock]
    assert (clients.tenure_months[stock] <= out).all()
    assert _near(clients.tenure_months[stock] - out / 2, 0.0)
    here = np.bincount(clients.employer[clients.employer >= 0], minlength=len(employers))
    assert employers.good_months == pytest.approx(here / p["experience_fading"])


def test_the_first_month_finds_villages_and_employers_at_rest(
    unlived: ReintegrationModel, p: FrozenDict[str, float]
) -> None:
    """Villages lie anywhere in a disc (half of the squared radius in the mean); nobody has been moved yet."""
    clients, villages, employers = (unlived.tables[name] for name in ("clients", "villages", "employers"))
    assert _near(villages.distance_km**2, unlived.tables["offices"].area_radius_km[0] ** 2 / 2)
    assert (villages.stigma_rest == villages.stigma).all()
    assert (clients.perceived_stigma == villages.stigma[clients.village]).all()
    assert len(employers) == round(p["employers_per_village"] * len(villages))
    assert (employers.willingness_rest == employers.willingness).all()
    assert _near(employers.willingness, p["employer_willingness"])
    assert _near(employers.image_concern, 0.5)


def test_the_first_month_finds_members_as_they_join(unlived: ReintegrationModel, p: FrozenDict[str, float]) -> None:
    """Motivation is anywhere from 0.3 to 0.7, competence around its base; some know an employer."""
    members = unlived.tables["members"]
    assert _near(members.motivation, 0.5)
    assert (abs(members.motivation - 0.5) <= 0.2).all()
    assert _near(members.competence, p["competence_base"])
    assert _near(members.knows >= 0, p["acquaintance_share"])


def test_the_first_month_finds_ties_that_have_just_begun(
    unlived: ReintegrationModel, p: FrozenDict[str, float]
) -> None:
    """From the first month lived, or from a release after it on, for as long in the mean as a geometric time lasts."""
    clients, ties = unlived.tables["clients"], unlived.network.pairs["peers"]
    lasts = ties.until - np.maximum(clients.release_month[ties.left], FIRST_MONTH)
    assert (lasts > 0).all()
    assert _near(lasts, 1 / -np.expm1(-1 / p["peer_tie_months"]))


# who joins


def test_recruits_fill_the_groups_by_luck() -> None:
    """One volunteer for each of forty offices with ten empty groups: not the first group each time, nor the last."""
    model = ReintegrationModel(small(), replicates=range(40))
    offices, groups, members = (model.tables[name] for name in ("offices", "groups", "members"))
    members.write(slice(None), {"serving": np.zeros(len(members), dtype=np.bool_)})
    offices.write(slice(None), {"recruits_paid": np.ones(len(offices))})
    there = len(members)
    people.recruit(model.tables, model.beliefs, model.month)
    assert members.office[there:].tolist() == list(range(40))
    number = np.searchsorted(np.unique(groups.id), groups.id[members.group[there:]])
    assert len(groups) == 10 * 40
    assert stats.chisquare(np.bincount(number, minlength=10)).pvalue > UNLIKELY
