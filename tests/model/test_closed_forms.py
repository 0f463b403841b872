"""What mathematics says of simple worlds, the model gives back: geometric curves, Poisson flows, an M/G/inf stock."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from agents import offending
from agents.chance import BORN, FIRST_MONTH, month_of
from agents.clients import Offence, Release, Status
from model import ReintegrationModel
from model.people import monthly_flow
from tests.model.worlds import always, lived, small

REPLICATES = 40
MONTHS = 36
#: four standard errors: once in 16,000 by chance, and these draws are the same in every run
FAR = 4.0
UNLIKELY = 1e-4

#: nobody goes back inside, so a release is a release for good
NO_CUSTODY = {"parameters.detection_probability": 0, "parameters.revocation_probability": 0}


@pytest.fixture(scope="module")
def ordinary() -> ReintegrationModel:
    """Forty worlds of forty clients after three years."""
    return lived(small(), MONTHS, replicates=range(REPLICATES))


# the hazard


@pytest.mark.parametrize("hazard", [0.006, 0.02])
def test_a_constant_hazard_gives_the_geometric_curve(hazard: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """1 - exp(-h t) re-offend within t months, whoever comes late, is taken into custody or leaves the view."""
    monkeypatch.setattr(offending, "hazard_factors", lambda c, _: {"constant": np.full(len(c), hazard)})
    record = lived(small(), MONTHS, replicates=range(REPLICATES)).record
    at_risk, events = (counts[:, :MONTHS].sum(axis=0) for counts in (record.at_risk, record.first_reoffences))
    chance = -np.expm1(-hazard)
    scores = (events - at_risk * chance) / np.sqrt(at_risk * chance * (1.0 - chance))
    assert stats.chi2.sf((scores**2).sum(), MONTHS) > UNLIKELY
    for months in (12, 24, 36):
        risk, seen = at_risk[:months], events[:months]
        survival = np.prod(1.0 - seen / risk)
        error = survival * np.sqrt((seen / (risk * (risk - seen))).sum())
        assert abs(survival - np.exp(-hazard * months)) < FAR * error


def test_the_time_shape_is_one_at_its_peak_and_falls_on_both_sides() -> None:
    months = np.linspace(0.5, 60.0, 600)
    for peak, shape in ((6.0, 0.25), (8.0, 0.4), (12.0, 0.7)):
        p = SimpleNamespace(hazard_peak_month=peak, hazard_shape=shape)
        curve = offending.time_shape(months, p)
        assert offending.time_shape(np.array([peak]), p) == pytest.approx(1.0)
        assert (np.diff(curve[months <= peak]) > 0).all()
        assert (np.diff(curve[months >= peak]) < 0).all()


def test_the_hazard_rises_to_a_peak_in_the_first_year_and_falls(ordinary: ReintegrationModel) -> None:
    """V1: 30 to 65 % of three years' failures in the first; the third year's hazard below the second's and the peak."""
    record = ordinary.record
    at_risk, events = (counts[:, :MONTHS].sum(axis=0) for counts in (record.at_risk, record.first_reoffences))
    first_months, peak, third_year = (
        events[months].sum() / at_risk[months].sum() for months in (slice(0, 3), slice(5, 12), slice(24, 36))
    )
    assert first_months < peak > third_year
    survival = np.cumprod(1.0 - events / at_risk)
    failed = 1.0 - survival[[11, 23, 35]]
    assert 0.30 < failed[0] / failed[2] < 0.65
    assert (failed[2] - failed[1]) / survival[23] < (failed[1] - failed[0]) / survival[11]


# who comes, and how many are there


def test_arrivals_are_poisson_with_the_flow_that_keeps_the_clients(ordinary: ReintegrationModel) -> None:
    offices, clients = ordinary.tables["offices"], ordinary.tables["clients"]
    flow = monthly_flow(offices)[0]
    assert flow == pytest.approx(40 / (0.418 * 11.8 + 0.571 * 3.9 + 0.011 * 3.0))
    came = month_of(clients.id)
    later = came != BORN
    # from the second month of the year before the run to its last
    counts = np.zeros((REPLICATES, MONTHS + 12 - 1))
    np.add.at(counts, (clients.office[later], came[later] - FIRST_MONTH - 1), 1)
    assert abs(counts.mean() - flow) < FAR * np.sqrt(flow / counts.size)
    spread = counts.var(ddof=1) * (counts.size - 1) / flow
    assert UNLIKELY < stats.chi2.cdf(spread, counts.size - 1) < 1.0 - UNLIKELY
    top = int(flow + 3 * np.sqrt(flow))
    seen = np.bincount(np.minimum(counts.ravel().astype(int), top), minlength=top + 1)
    expected = stats.poisson(flow).pmf(np.arange(top + 1))
    expected[-1] = stats.poisson(flow).sf(top - 1)
    assert stats.chisquare(seen, expected * counts.size).pvalue > UNLIKELY


def test_the_stock_under_supervision_stays_what_flow_and_terms_make_it() -> None:
    """L = flow * mean term, from the first month on (M/G/inf; nobody is taken into custody)."""
    model = ReintegrationModel(small(NO_CUSTODY), replicates=range(REPLICATES))
    stock = np.empty((24, REPLICATES))
    for month in range(24):
        model.step()
        stock[month] = model.tables["offices"].caseload * model.tables["offices"].counsellors
    assert (np.abs(stock.mean(axis=1) - 40) < FAR * np.sqrt(40 / REPLICATES)).all()
    over_time = stock.mean(axis=0)
    assert abs(over_time.mean() - 40) < FAR * over_time.std(ddof=1) / np.sqrt(REPLICATES)
    late = stock[-1]
    assert UNLIKELY < stats.chi2.cdf(late.var(ddof=1) * (REPLICATES - 1) / 40, REPLICATES - 1) < 1.0 - UNLIKELY


@pytest.fixture(scope="module")
def people() -> ReintegrationModel:
    """The people of four offices as they are met in the first month lived, and those released after it."""
    return lived(always("wonosari", NO_CUSTODY), 1, replicates=range(4))


def test_release_types_and_terms_lie_in_their_bands(people: ReintegrationModel) -> None:
    """V10, for those released and for those met under supervision."""
    clients = people.tables["clients"]
    stock = month_of(clients.id) == BORN
    flow_pb, flow_cb, flow_cmb = np.bincount(clients.release_type[~stock], minlength=3) / (~stock).sum()
    assert 0.36 <= flow_pb <= 0.48
    assert 0.50 <= flow_cb <= 0.64
    assert flow_cmb <= 0.02
    assert 0.65 <= (clients.release_type[stock] == Release.PB).mean() <= 0.95
    terms = [clients.term_months[~stock & (clients.release_type == kind)].mean() for kind in Release]
    assert terms == pytest.approx([12, 4, 3], abs=0.5)


def test_offences_and_women_lie_in_their_bands(people: ReintegrationModel) -> None:
    """V11."""
    clients = people.tables["clients"]
    assert 0.50 <= (clients.offence == Offence.NARCOTICS).mean() <= 0.58
    assert 0.14 <= (clients.offence == Offence.PROPERTY).mean() <= 0.20
    assert 0.02 <= clients.female.mean() <= 0.06


def test_mixes_are_those_of_the_scenario_within_chance(people: ReintegrationModel) -> None:
    clients, setting = people.tables["clients"], people.specifications[0].setting
    newly = month_of(clients.id) != BORN
    for shares, values in (
        (setting.release_mix, clients.release_type[newly]),
        (setting.offence_mix, clients.offence),
    ):
        expected = np.array(list(shares.model_dump().values()))
        seen = np.bincount(values, minlength=len(expected))
        assert stats.chisquare(seen, expected * seen.sum()).pvalue > UNLIKELY
    women = clients.female.sum()
    assert abs(women - setting.women_share * len(clients)) < FAR * np.sqrt(setting.women_share * len(clients))


def test_the_stock_at_the_start_is_met_in_the_middle_of_its_terms(people: ReintegrationModel) -> None:
    """Length bias: terms met are longer than terms begun, and what is served of them is uniform."""
    clients = people.tables["clients"]
    stock = month_of(clients.id) == BORN
    for kind in (Release.PB, Release.CB):
        met = clients.term_months[stock & (clients.release_type == kind)]
        begun = clients.term_months[~stock & (clients.release_type == kind)].astype(float)
        biased = (begun**2).mean() / begun.mean()
        assert abs(met.mean() - biased) < FAR * np.hypot(
            met.std() / np.sqrt(len(met)), begun.std() / np.sqrt(len(begun))
        )
    released = clients.release_month[stock] - FIRST_MONTH
    assert (released <= 0).all()
    served = (-released + 0.5) / clients.term_months[stock]
    assert abs(served.mean() - 0.5) < FAR * np.sqrt(1 / 12 / stock.sum())


def test_stable_supervision_is_mostly_conditional_release(ordinary: ReintegrationModel) -> None:
    clients = ordinary.tables["clients"]
    there = np.isin(clients.status, (Status.SUPERVISED, Status.OUT_OF_CONTACT))
    assert 0.65 <= (clients.release_type[there] == Release.PB).mean() <= 0.95


# the institution


def test_ties_that_nobody_keeps_up_fade_geometrically() -> None:
    ends = {"value": 12, "then": [{"from_month": 0, "value": 0}]}
    model = ReintegrationModel(small({"levers.coordination.forum_meetings_per_year": ends}), replicates=range(3))
    before, fading = model.tables["offices"].tie.copy(), model.specifications[0].parameters["tie_fading"]
    assert (before > 0).any()
    for months in range(1, 13):
        model.step()
        np.testing.assert_allclose(model.tables["offices"].tie, before * (1.0 - fading) ** months, rtol=1e-12)


def test_without_means_the_wait_for_a_referral_is_geometric() -> None:
    """Who is in contact is referred with the same chance every month, so 1 - (1 - chance)**t have been after t."""
    always_in_contact = {"parameters.miss_report_monthly": 0, "parameters.miss_report_far": 0}
    spec = small({**NO_CUSTODY, **always_in_contact, "levers.funding.annual_budget_idr": 0})
    model = ReintegrationModel(spec, replicates=range(REPLICATES // 2))
    clients, chance = model.tables["clients"], spec.parameters["referral_base"]
    at_risk, events = np.zeros((2, 3), dtype=np.int64)
    for month in range(24):
        released = (clients.release_month >= 0) & (clients.release_month <= month)
        under = released & np.isin(clients.status, (Status.INSIDE, Status.SUPERVISED)) & ~clients.referred
        under = np.flatnonzero(under)
        out = np.minimum(month - clients.release_month[under], 2)
        model.step()
        at_risk += np.bincount(out, minlength=3)
        events += np.bincount(out[clients.referred[under]], minlength=3)
    assert (at_risk > 100).all()
    scores = (events - at_risk * chance) / np.sqrt(at_risk * chance * (1.0 - chance))
    assert stats.chi2.sf((scores**2).sum(), 3) > UNLIKELY


@pytest.mark.parametrize("coverage", [0, 0.6])
def test_what_is_written_down_is_the_share_that_the_register_covers(coverage: float) -> None:
    """Of those served in a month, recording_floor without a register; its coverage closes the gap."""
    money = {"levers.funding.annual_budget_idr": 400_000_000, "levers.funding.first_money_month": 1}
    steady = {"fixed_share": 1, "irregular_share": 0, "outside_share": 0}
    money |= {f"levers.funding.{name}": value for name, value in steady.items()}
    spec = small({**money, "levers.coordination.shared_register_coverage": coverage})
    model = ReintegrationModel(spec, replicates=range(10))
    clients, floor = model.tables["clients"], spec.parameters["recording_floor"]
    served = recorded = 0
    for _ in range(12):
        model.step()
        assert (model.tables["offices"].register == coverage).all()
        served, recorded = served + clients.served.sum(), recorded + clients.service_recorded.sum()
    share = floor + (1.0 - floor) * coverage
    assert served > 300
    assert abs(recorded - served * share) < FAR * np.sqrt(served * share * (1.0 - share))
