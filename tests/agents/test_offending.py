"""Offending: a hazard that comes apart into the published ratios, the draw, detection, custody and coming back."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import offending
from agents.activities import Activity
from agents.chance import Stream, normal
from agents.clients import Offence, Release, Status, Work
from agents.offending import hazard_factors, time_shape
from scenarios import parameters
from tests.agents.hand_made import HandMade, beliefs

ALWAYS, NEVER = 1e-9, 1.0 - 1e-9
MONTH = 120
#: a man of 30, no priors, other offence, no work, no peers, half committed, at the peak of the time shape (8.5)
REFERENCE: dict[str, Any] = {
    "status": Status.SUPERVISED,
    "birth_month": MONTH - 360,
    "release_month": MONTH - 8,
    "offence": Offence.OTHER,
    "commitment": 0.5,
}


def _hazards(rows: int, ties: Any = None, values: dict[str, float] | None = None, **columns: Any) -> np.ndarray:
    """Hazards of clients who differ from the reference in ``columns``."""
    given_columns = {name: _column(value, rows) for name, value in {**REFERENCE, **columns}.items()}
    world = HandMade(month=MONTH, ties={"peers": ties or []}, clients=given_columns)
    world.live(offending.face_hazard, hazard_peak_month=8.5, **(values or {}))
    return world.tables["clients"].hazard


def _column(value: Any, rows: int) -> Any:
    return value if isinstance(value, list | np.ndarray) else [value] * rows


def _published(name: str) -> float:
    return parameters()[name].value


# the time shape


@given(st.floats(6.0, 12.0), st.floats(0.25, 0.7))
def test_the_time_shape_rises_to_one_at_the_peak_and_falls(peak: float, shape: float) -> None:
    """s(peak) = 1, above it nowhere, rising before and falling after (T-09)."""
    p = SimpleNamespace(hazard_peak_month=peak, hazard_shape=shape)
    months = np.linspace(0.5, 60.0, 400)
    s = time_shape(months, p)
    assert time_shape(np.array([peak]), p)[0] == 1.0
    assert s.max() <= 1.0
    assert (np.diff(s[months <= peak]) > 0).all()
    assert (np.diff(s[months >= peak]) < 0).all()


def test_the_time_shape_is_the_documented_curve() -> None:
    """s(t) = (t / 8)**0.4 * exp(0.4 * (1 - t / 8)): 0.926 half way to the peak, 0.885 at twice it, flat to 0.5."""
    p = SimpleNamespace(hazard_peak_month=8.0, hazard_shape=0.4)
    s = time_shape(np.array([4.0, 16.0, 0.1, 0.5]), p)
    assert s == pytest.approx(
        [0.5**0.4 * math.exp(0.2), 2.0**0.4 * math.exp(-0.4), s[3], 0.5**0.4 / 8**0.4 * math.exp(0.375)]
    )
    assert s[:2] == pytest.approx([0.9257, 0.8845], abs=1e-4)


@pytest.mark.parametrize("peak", [6, 8, 10, 12])
def test_the_hazard_of_a_client_peaks_in_the_published_month(peak: int) -> None:
    """Month by month after release, the month that holds the peak has the highest hazard, within one month."""
    world = HandMade(month=MONTH, clients={**REFERENCE, "release_month": MONTH - np.arange(60)})
    world.live(offending.face_hazard, hazard_peak_month=float(peak))
    assert abs(int(world.tables["clients"].hazard.argmax()) + 0.5 - peak) <= 0.5


# the factors


def test_the_reference_client_has_the_baseline_hazard() -> None:
    """At the peak every factor but stability is 1; stability is 1 on average over people, not for average stability."""
    (hazard,) = _hazards(1, values={"hazard_baseline": 0.01, "stability_on_hazard": 0.5})
    assert hazard == pytest.approx(0.01 * math.exp(-0.125))


RATIOS = [
    ("hazard_ratio_employed", {"work": [Work.NONE, Work.INFORMAL]}, 1.0),
    ("hazard_ratio_employed", {"work": [Work.NONE, Work.FORMAL]}, 1.0),
    ("hazard_ratio_employed", {"work": [Work.NONE, Work.BUSINESS]}, 1.0),
    ("hazard_ratio_age_per_decade", {"birth_month": [MONTH - 360, MONTH - 480]}, 1.0),
    ("hazard_ratio_age_per_decade", {"birth_month": [MONTH - 360, MONTH - 300]}, -0.5),
    ("hazard_ratio_per_prior", {"priors": [0, 1]}, 1.0),
    ("hazard_ratio_per_prior", {"priors": [2, 9]}, 7.0),
    ("hazard_ratio_per_prior", {"priors": [0, 25]}, 10.0),
    ("hazard_ratio_male", {"female": [True, False]}, 1.0),
    ("hazard_ratio_narcotics", {"offence": [Offence.VIOLENT, Offence.NARCOTICS]}, 1.0),
    ("hazard_ratio_property", {"offence": [Offence.VIOLENT, Offence.PROPERTY]}, 1.0),
    ("hazard_ratio_commitment", {"commitment": [0.5, 1.0]}, 1.0),
    ("hazard_ratio_commitment", {"commitment": [0.5, 0.0]}, -1.0),
]


@pytest.mark.parametrize(("name", "columns", "power"), RATIOS)
def test_a_published_ratio_enters_as_it_is(name: str, columns: dict[str, Any], power: float) -> None:
    """Two clients who differ in one thing differ in hazard by the ratio of the table, or by that power of it."""
    one, other = _hazards(2, **columns)
    assert other / one == pytest.approx(_published(name) ** power, rel=1e-12)


@pytest.mark.parametrize("lately", [1.0, 0.5, 0.0])
def test_structured_guidance_works_as_far_as_it_is_lived(lately: float) -> None:
    """The ratio of the table in full force, its square root at half of it, nothing without (X-14)."""
    one, other = _hazards(2, case_management=[0.0, lately])
    assert other / one == pytest.approx(_published("hazard_ratio_case_management") ** lately, rel=1e-12)


def test_structured_guidance_is_off_at_a_ratio_of_one() -> None:
    """At the value the table calls off, whoever is guided fully faces the hazard of who is not, to the last bit."""
    off = parameters()["hazard_ratio_case_management"].off
    assert off == 1.0
    one, other = _hazards(2, case_management=[0.0, 1.0], values={"hazard_ratio_case_management": off})
    assert one == other


@pytest.mark.parametrize(("dose", "power"), [(1.0, 1.0), (0.5, 0.5), (0.0, 0.0)])
def test_companionship_works_with_its_dose(dose: float, power: float) -> None:
    """The mentoring ratio in full force, its square root at half the dose; other activities do not count here."""
    doses = np.zeros((2, len(Activity)))
    doses[1, Activity.PSYCHOSOCIAL] = dose
    doses[1, Activity.SPIRITUAL] = 1.0
    one, other = _hazards(2, dose=doses)
    assert other / one == pytest.approx(_published("hazard_ratio_companionship") ** power, rel=1e-12)


def test_each_peer_who_offends_counts_up_to_three() -> None:
    """0 to 4 active ties: the peer ratio to the power 0, 1, 2, 3, 3; who does not offend, or is gone, is nothing."""
    status = [Status.SUPERVISED] * 11 + [Status.GONE]
    ties = [(row, peer) for row in range(5) for peer in range(5, 5 + row)] + [(0, 9), (0, 10), (0, 11)]
    active = [False] * 5 + [True] * 4 + [False] * 2 + [True]
    hazards = _hazards(12, ties=ties, status=status, active_offender=active)
    ratio = _published("hazard_ratio_peer")
    assert hazards[:5] / hazards[0] == pytest.approx([1.0, ratio, ratio**2, ratio**3, ratio**3], rel=1e-12)


def test_stability_averages_to_one_over_people() -> None:
    """exp(-s z - s**2 / 2) has mean 1 over standard normal z, so the level of the hazard does not move with s."""
    z = normal((np.arange(20_000) + 0.5) / 20_000)
    world = HandMade(month=MONTH, clients={**REFERENCE, "stability": z})
    for strength in (0.3, 0.55, 0.9):
        p = beliefs(world.rows("clients"), stability_on_hazard=strength)
        assert hazard_factors(world.rows("clients"), p)["stability"].mean() == pytest.approx(1.0, abs=5e-3)


people = st.fixed_dictionaries(
    {
        "female": st.booleans(),
        "birth_month": st.integers(MONTH - 900, MONTH - 200),
        "release_month": st.integers(0, MONTH),
        "priors": st.integers(0, 99),
        "offence": st.sampled_from(Offence),
        "work": st.sampled_from(Work),
        "commitment": st.floats(0, 1),
        "case_management": st.floats(0, 1),
        "stability": st.floats(-4, 4),
    }
)


@given(st.lists(people, min_size=1, max_size=6))
def test_the_factors_multiply_back_to_the_hazard(rows: list[dict[str, Any]]) -> None:
    """The product of the factors, in their order, is the hazard to the last bit, so a story can take it apart."""
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    world = HandMade(month=MONTH, clients={"status": Status.SUPERVISED, **columns})
    world.live(offending.face_hazard)
    c = world.rows("clients")
    factors = hazard_factors(c, beliefs(c))
    assert np.multiply.reduce(list(factors.values()), axis=0).tobytes() == world.tables["clients"].hazard.tobytes()
    assert all((factor > 0).all() and np.isfinite(factor).all() for factor in factors.values())
    assert next(iter(factors)) == "baseline"


def test_only_who_is_at_liberty_faces_a_hazard() -> None:
    """In custody the hazard of the month stays 0."""
    hazards = _hazards(3, status=[Status.SUPERVISED, Status.CUSTODY, Status.COMPLETED])
    assert (hazards > 0).tolist() == [True, False, True]


# the event


def _at_risk(**columns: Any) -> HandMade:
    columns = {"status": Status.SUPERVISED, "hazard": 0.2, "last_offence_month": -6000, **columns}
    return HandMade(month=MONTH, clients={name: _column(value, 4) for name, value in columns.items()})


def test_the_chance_of_an_offence_is_that_of_its_hazard() -> None:
    """1 - exp(-hazard); who is in custody is not asked, whatever the hazard says."""
    world = _at_risk(hazard=[0.0, 0.01, 0.7, 0.7], status=[*[Status.SUPERVISED] * 3, Status.CUSTODY])
    assert world.concerned(offending.offend).rows.tolist() == [0, 1, 2]
    chance = world.chance(offending.offend, Stream.OFFENCE_EVENT, lambda told: told["offended"])
    assert chance == pytest.approx([0.0, 1 - math.exp(-0.01), 1 - math.exp(-0.7)], abs=1e-12)


def test_detection_and_news_follow_an_offence() -> None:
    """Only an offence is detected, only what is detected is heard of, with the chances of the table."""
    world = _at_risk(offended=[True, True, False, True])
    assert world.concerned(offending.be_noticed).rows.tolist() == [0, 1, 3]
    detected = world.chance(
        offending.be_noticed, Stream.DETECTION, lambda told: told["detected"], detection_probability=0.3
    )
    assert detected == pytest.approx([0.3, 0.3, 0.3], abs=1e-12)
    heard = world.chance(
        offending.be_noticed,
        Stream.NEWS,
        lambda told: told["heard_of"],
        luck={Stream.DETECTION: [ALWAYS, NEVER, ALWAYS]},
        news_probability=0.6,
    )
    assert heard == pytest.approx([0.6, 0.0, 0.6], abs=1e-12)


def test_what_an_offence_leaves_behind() -> None:
    """The first since release is marked once; the month of the latest is kept; who does not offend stays as before."""
    world = _at_risk(reoffended=[False, True, False, True], last_offence_month=[-6000, 90, -6000, 90])
    world.live(offending.offend, luck={Stream.OFFENCE_EVENT: [ALWAYS, ALWAYS, NEVER, NEVER]})
    clients = world.tables["clients"]
    assert clients.offended.tolist() == [True, True, False, False]
    assert clients.first_reoffence.tolist() == [True, False, False, False]
    assert clients.reoffended.tolist() == [True, True, False, True]
    assert clients.last_offence_month.tolist() == [MONTH, MONTH, -6000, 90]


# custody


def test_custody_takes_work_mentor_and_liberty() -> None:
    """Whoever is detected goes in for 1 + floor(log(u) / log(1 - 1 / 9)) months; the others keep everything."""
    world = HandMade(
        month=MONTH,
        employers={"willingness": [0.5]},
        members={"serving": [True]},
        clients={
            "status": [Status.SUPERVISED, Status.COMPLETED, Status.SUPERVISED],
            "detected": [True, True, False],
            "work": Work.FORMAL,
            "employer": 0,
            "mentor": 0,
            "income_idr": 100,
            "far": True,
            "last_offence_month": [MONTH, MONTH, -6000],
            "active_offender": True,
        },
    )
    world.live(offending.enter_custody, luck={Stream.CUSTODY_LENGTH: [(8 / 9) ** 8.5, NEVER]}, custody_mean_months=9)
    clients = world.tables["clients"]
    assert clients.status.tolist() == [Status.CUSTODY, Status.CUSTODY, Status.SUPERVISED]
    assert clients.custody_until.tolist() == [MONTH + 1 + 8, MONTH + 1, -6000]
    assert clients.work.tolist() == [Work.NONE, Work.NONE, Work.FORMAL]
    assert clients.employer.tolist() == [-1, -1, 0]
    assert clients.mentor.tolist() == [-1, -1, 0]
    assert clients.income_idr.tolist() == [0, 0, 100]
    assert clients.convicted.tolist() == [True, True, False]
    assert clients.far.tolist() == [False, False, True]
    assert clients.active_offender.tolist() == [False, False, True]


def test_custody_ends_the_strain_of_work() -> None:
    """Nobody reports or goes to work from inside, so nothing pulls between the two."""
    world = HandMade(clients={"status": Status.SUPERVISED, "detected": [True, False], "role_strain": 0.9})
    world.live(offending.enter_custody)
    assert world.tables["clients"].role_strain == pytest.approx([0.0, 0.9])


def test_who_offended_lately_and_is_free_pulls_on_peers() -> None:
    """Active for active_offender_months from the offence on, not longer, and not from custody."""
    world = HandMade(
        month=MONTH,
        clients={
            "status": [*[Status.SUPERVISED] * 4, Status.CUSTODY],
            "detected": [False, False, False, True, False],
            "last_offence_month": [MONTH, MONTH - 5, MONTH - 6, MONTH - 1, MONTH - 1],
        },
    )
    world.live(offending.offend, luck={Stream.OFFENCE_EVENT: NEVER}, active_offender_months=6)
    world.live(offending.enter_custody)
    assert world.tables["clients"].active_offender.tolist() == [True, True, False, False, False]


def test_custody_lasts_as_long_in_the_mean_as_the_table_says() -> None:
    """The mean length over equally spaced luck is custody_mean_months."""
    u = (np.arange(4000) + 0.5) / 4000
    world = HandMade(
        month=MONTH, clients={"status": Status.SUPERVISED, "detected": True, "distress": np.full(4000, 0.5)}
    )
    world.live(offending.enter_custody, luck={Stream.CUSTODY_LENGTH: u}, custody_mean_months=10)
    assert (world.tables["clients"].custody_until - MONTH).mean() == pytest.approx(10.0, abs=0.05)


def test_coming_back_from_custody() -> None:
    """When the time is over: under supervision on PB, a new term, time since release from the start.

    A new conviction is one more prior, a mere revocation is not. Referral and guidance begin again too.
    """
    world = HandMade(
        month=MONTH,
        clients={
            "status": [*[Status.CUSTODY] * 4, Status.SUPERVISED],
            "custody_until": [MONTH, MONTH + 1, MONTH - 1, MONTH, MONTH],
            "convicted": [True, True, True, False, False],
            "release_type": Release.CB,
            "release_month": 3,
            "term_months": 20,
            "priors": [2, 2, 99, 2, 2],
            "missed_reports": 3,
            "reoffended": True,
            "referred": True,
            "case_management": 0.6,
        },
    )
    world.live(offending.leave_custody, return_term_months=9)
    clients = world.tables["clients"]
    back = np.array([True, False, True, True, False])
    assert (clients.status == np.where(back, Status.SUPERVISED, [0, Status.CUSTODY, 0, 0, Status.SUPERVISED])).all()
    assert (clients.release_type == np.where(back, Release.PB, Release.CB)).all()
    assert (clients.release_month == np.where(back, MONTH, 3)).all()
    assert (clients.term_months == np.where(back, 9, 20)).all()
    assert (clients.missed_reports == np.where(back, 0, 3)).all()
    assert (clients.referred == ~back).all()
    assert (clients.case_management == np.where(back, 0.0, 0.6)).all()
    assert clients.priors.tolist() == [3, 2, 99, 2, 2]
    assert clients.convicted.tolist() == [False, True, False, False, False]
    assert clients.returned.tolist() == back.tolist()
    assert clients.reoffended.all()
