"""What the two field studies claim, in the smallest world that shows it: the same people, two futures, many times."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from model import ReintegrationModel
from scenarios import Specification
from tests.model.worlds import lived, small

PAIRS = 24
#: a mean difference this many standard errors from zero is no chance
SURE = 4.0

#: money and hours for every event that the plan asks for
FOR_EVENTS = {
    "levers.funding.annual_budget_idr": 1_800_000_000,
    "levers.funding.activity_shares.vocational": 0.1,
    "levers.funding.activity_shares.outreach": 0.3,
    "levers.human_resources.hours_per_member_month": 60,
}
EVENTS = "levers.community.outreach_events_per_year"

FUTURES: Mapping[str, Specification] = {
    "as it is": small(),
    "no money": small({"levers.funding.annual_budget_idr": 0}),
    "certified members": small(scenario="wonosari-certified-members"),
    "steady budget": small(scenario="wonosari-steady-budget"),
    "no event": small({**FOR_EVENTS, EVENTS: 0}),
    "an event a month": small({**FOR_EVENTS, EVENTS: 12}),
    "an event a week": small({**FOR_EVENTS, EVENTS: 52}),
    "an event a week, unpaid": small({EVENTS: 52, "levers.funding.annual_budget_idr": 0}),
}


@dataclass(frozen=True)
class Futures:
    """All futures of the same people, by replicate and future."""

    values: pd.DataFrame

    def of(self, future: str, indicator: str) -> np.ndarray:
        return self.values.xs(future, level="future")[indicator].to_numpy()

    def sureness(self, indicator: str, future: str, instead_of: str = "as it is") -> float:
        """Mean paired difference in standard errors; positive where the future has more."""
        difference = self.of(future, indicator) - self.of(instead_of, indicator)
        return float(difference.mean() / (difference.std(ddof=1) / np.sqrt(PAIRS)))


@pytest.fixture(scope="module")
def futures() -> Futures:
    """Two years of each."""
    model = lived(list(FUTURES.values()), 24, replicates=range(PAIRS))
    values = model.indicators().assign(future=list(FUTURES) * PAIRS, quality=_quality(model))
    return Futures(values.set_index(["replicate", "future"]))


def _quality(model: ReintegrationModel) -> np.ndarray:
    offices = model.tables["offices"]
    return (offices.quality * offices.activity_shares).sum(axis=1)


# no money at all (C8, C9)


def test_without_money_nothing_is_offered(futures: Futures) -> None:
    for indicator in ("sessions_held", "coverage_current", "coverage_ever", "spent_idr"):
        assert (futures.of("no money", indicator) == 0).all()
        assert (futures.of("as it is", indicator) > 0).all()


@pytest.mark.parametrize(
    "indicator", ["employed_share", "mspss_significant_other", "mspss_family", "confidence", "family_reconciled_share"]
)
def test_without_money_clients_stand_worse(indicator: str, futures: Futures) -> None:
    """C1, C2, C3, C12: work, support, confidence and the family's readiness are lower."""
    assert futures.sureness(indicator, "no money") < -SURE


@pytest.mark.parametrize("indicator", ["distress", "village_stigma", "discrimination_reported"])
def test_without_money_burdens_are_heavier(indicator: str, futures: Futures) -> None:
    """C1, C5, C13."""
    assert futures.sureness(indicator, "no money") > SURE


def test_without_money_more_offend_but_not_many_more(futures: Futures) -> None:
    """X-01, P-09: what groups can do for offending is small; it does not go the other way."""
    difference = futures.of("no money", "reoffending_24m") - futures.of("as it is", "reoffending_24m")
    assert 0.0 < difference.mean() < 0.03


# members, money, contact; what binds stands with the claims on the institution (C8 to C10)


def test_certified_and_coached_members_hold_better_sessions(futures: Futures) -> None:
    """C7, C21: quality rises, and fewer members leave."""
    assert (futures.of("certified members", "quality") > futures.of("as it is", "quality")).mean() > 0.9
    assert futures.sureness("quality", "certified members") > SURE
    assert futures.sureness("members_certified_share", "certified members") > SURE
    assert futures.sureness("member_exit_per_year", "certified members") < -SURE


def test_a_steady_budget_cancels_less_and_serves_sooner(futures: Futures) -> None:
    """C9: what hangs on irregular help is put off; the same sum, paid steadily, is not."""
    assert futures.sureness("sessions_cancelled", "steady budget") < -SURE
    assert futures.sureness("sessions_held", "steady budget") > SURE
    assert futures.sureness("months_to_first_service", "steady budget") < -SURE


def test_contact_wears_stigma_down_the_more_of_it(futures: Futures) -> None:
    """C5, G-03 to G-05; events that nobody pays for change nothing."""
    assert futures.sureness("village_stigma", "an event a month", "no event") < -SURE
    assert futures.sureness("village_stigma", "an event a week", "an event a month") < -SURE
    assert futures.sureness("employed_share", "an event a week", "no event") > SURE
    unpaid, without_money = (futures.of(name, "village_stigma") for name in ("an event a week, unpaid", "no money"))
    assert np.array_equal(unpaid, without_money)
