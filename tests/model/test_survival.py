"""What survival analysis finds in a cohort is what went into the model; the oracle is statsmodels.

Hazard ratios come out of a Cox fit as they were put in, a constant hazard gives the geometric curve, the model's own
Kaplan-Meier estimate is that of statsmodels, and the raw contrast of those with and without work is larger than what
work does, because who is stable both keeps a job and offends less.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.duration.hazard_regression import PHReg, PHRegResults
from statsmodels.duration.survfunc import SurvfuncRight

from agents import offending
from agents.chance import month_of
from agents.rules import Rows
from experiments.cohorts import ask, follow
from model import ReintegrationModel
from model.record import Record
from scenarios import Specification, load

#: nothing but the six covariates and time moves the hazard, and all six kinds of people are many
ALONE = {
    "parameters.hazard_ratio_peer": 1,
    "parameters.hazard_ratio_companionship": 1,
    "parameters.hazard_ratio_commitment": 1,
    "parameters.hazard_ratio_case_management": 1,
    "parameters.stability_on_hazard": 0,
    "parameters.detection_probability": 0,
    "parameters.revocation_probability": 0,
    "parameters.hazard_baseline": 0.015,
    "setting.women_share": 0.3,
    "setting.offence_mix.narcotics": 0.35,
    "setting.offence_mix.property": 0.25,
    "setting.offence_mix.violent": 0.2,
    "setting.offence_mix.other": 0.2,
}
RATIOS = {
    "decades": "hazard_ratio_age_per_decade",
    "priors": "hazard_ratio_per_prior",
    "narcotics": "hazard_ratio_narcotics",
    "property": "hazard_ratio_property",
    "employed": "hazard_ratio_employed",
    "male": "hazard_ratio_male",
}
YEAR = 12
WORLDS = tuple(range(5))


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """Who is released; what the hazard makes of them is no part of it."""
    return follow(ask(load("wonosari", ALONE), months=1), WORLDS)


def at_risk(people: pd.DataFrame, spec: Specification) -> pd.DataFrame:
    """Their months at risk in the first year, with what is known of them at the start of each."""
    rows = follow(ask(spec, months=YEAR, monthly=True), WORLDS)
    rows = rows[rows["at_risk"]].merge(people.drop(columns=["release_month", "recorded"]), on="client")
    return rows.assign(
        decades=(rows["age_at_release"] + (rows["month"] - 1) / 12) / 10,
        male=1 - rows["female"],
        narcotics=(rows["offence"] == "narcotics") * 1,
        property=(rows["offence"] == "property") * 1,
    )


@pytest.fixture(scope="module")
def alone(people: pd.DataFrame) -> pd.DataFrame:
    return at_risk(people, load("wonosari", ALONE))


def cox(rows: pd.DataFrame, covariates: list[str]) -> PHRegResults:
    """A Cox fit; this estimator counts a row at risk at its entry already, so rows enter half a month later."""
    entry, known = rows["entry"] + 0.5, rows[covariates].to_numpy(dtype=float)
    return PHReg(rows["exit"].to_numpy(dtype=float), known, status=rows["event"], entry=entry, ties="efron").fit()


def test_the_hazard_is_the_product_of_what_the_row_tells(alone: pd.DataFrame) -> None:
    spec = load("wonosari", ALONE)
    p = SimpleNamespace(**spec.parameters)
    expected = (
        p.hazard_baseline
        * offending.time_shape(alone["month"].to_numpy() - 0.5, p)
        * p.hazard_ratio_age_per_decade ** (alone["decades"] - 3)
        * p.hazard_ratio_per_prior ** alone["priors"].clip(upper=10)
        * p.hazard_ratio_narcotics ** alone["narcotics"]
        * p.hazard_ratio_property ** alone["property"]
        * p.hazard_ratio_employed ** alone["employed"]
        * (1 / p.hazard_ratio_male) ** (1 - alone["male"])
    )
    np.testing.assert_allclose(alone["hazard"], expected, rtol=1e-12)


def test_hazard_ratios_come_out_of_a_cox_fit_as_they_were_put_in(alone: pd.DataFrame) -> None:
    spec = load("wonosari", ALONE)
    put_in = np.log([spec.parameters[name] for name in RATIOS.values()])
    fit = cox(alone, list(RATIOS))
    assert (fit.bse < 0.1).all(), "the cohort is too small to tell"
    assert dict(zip(RATIOS, np.abs(fit.params - put_in) < 3 * fit.bse, strict=True)) == dict.fromkeys(RATIOS, True)


def test_events_fall_as_the_hazard_of_the_month_says(alone: pd.DataFrame) -> None:
    chance = -np.expm1(-alone["hazard"])
    for _, group in alone.assign(chance=chance, variance=chance * (1 - chance)).groupby("month"):
        assert abs(group["event"].sum() - group["chance"].sum()) < 4 * np.sqrt(group["variance"].sum())


def test_the_raw_contrast_of_work_is_larger_than_its_effect(people: pd.DataFrame) -> None:
    """Stability alone is let in beside the six: who has it keeps a job and offends less.

    The contrast is that of the hazards themselves, month by month (Mantel-Haenszel), so that no luck with events is in
    it; a Cox fit of the events with work as the only covariate finds the same.
    """
    spec = load("wonosari", {key: value for key, value in ALONE.items() if key != "parameters.stability_on_hazard"})
    effect = spec.parameters["hazard_ratio_employed"]
    rows = at_risk(people, spec)
    sums = rows.groupby(["month", "employed"])["hazard"].agg(["sum", "size"]).unstack().dropna()
    everybody = sums["size"].sum(axis=1)
    with_work = (sums["sum", 1] * sums["size", 0] / everybody).sum()
    without = (sums["sum", 0] * sums["size", 1] / everybody).sum()
    contrast = with_work / without
    assert 0.297 < contrast < 0.85 * effect, "a week's lag elsewhere (H-08): 0.297 to 0.697"
    fit = cox(rows, ["employed"])
    assert abs(fit.params[0] - np.log(contrast)) < 3 * fit.bse[0]


def test_a_constant_hazard_gives_a_geometric_month_of_re_offence(monkeypatch: pytest.MonkeyPatch) -> None:
    hazard, months = 0.04, 24
    monkeypatch.setattr(offending, "hazard_factors", lambda c, _: {"constant": np.full(len(c), hazard)})
    spec = load("wonosari", {"setting.clients": 300, "setting.villages": 6, "parameters.revocation_probability": 0})
    people = follow(ask(spec, months=months), tuple(range(4)))
    still = np.exp(-hazard * np.arange(months + 1))
    expected = len(people) * np.append(-np.diff(still), still[-1])
    month = people["month_reoffended"].fillna(months + 1).astype(int)
    seen = np.bincount(month, minlength=months + 2)[1:]
    assert stats.chisquare(seen, expected).pvalue > 1e-3
    curve = SurvfuncRight(people["month_reoffended"].fillna(people["months_observed"]), people["reoffended"])
    exact = np.exp(-hazard * curve.surv_times)
    assert (np.abs(curve.surv_prob - exact) < 4 * curve.surv_prob_se).all()


class RecordOfTheReleased(Record):
    """The record of a run that counts those released in its first year alone."""

    def _count_curves(self, model: ReintegrationModel) -> None:
        c = model.active_rows("clients")
        chosen = c.rows[(month_of(c.id) >= 0) & (month_of(c.id) < YEAR)]
        seen = SimpleNamespace(month=model.month, stretches=lambda _: [(Rows(model, c.table, chosen), None)])
        super()._count_curves(seen)


@pytest.mark.parametrize("revocation", [0, 0.12])
def test_the_kaplan_meier_indicator_is_that_of_statsmodels(revocation: float) -> None:
    """From the rows of months; where no release is revoked from those of clients, too."""
    eventful = {"parameters.miss_report_monthly": 0.1, "parameters.hazard_baseline": 0.015}
    small = {"setting.clients": 150, "setting.villages": 6, "parameters.revocation_probability": revocation}
    spec = load("wonosari", small | eventful)
    model = ReintegrationModel(spec, seed=2)
    model.record = RecordOfTheReleased(1)
    for _ in range(YEAR - 1 + 2 * YEAR):
        model.step()
    rows = follow(ask(spec, months=2 * YEAR, seed=2, monthly=True), (0,))
    assert (rows["status"] == "custody").any()
    known = rows[rows["at_risk"]]
    curves = [SurvfuncRight(known["exit"], known["event"], entry=known["entry"])]
    if not revocation:
        people = follow(ask(spec, months=2 * YEAR, seed=2), (0,))
        curves.append(SurvfuncRight(people["month_reoffended"].fillna(people["months_observed"]), people["reoffended"]))
    for curve in curves:
        for months in (YEAR, 2 * YEAR):
            failed = 1.0 - curve.surv_prob[curve.surv_times <= months][-1]
            assert failed == pytest.approx(model.record.reoffending(months)[0], abs=1e-12)
