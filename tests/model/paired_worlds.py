"""The smallest world that shows a claim: sixty clients, four villages near by, and enough of everything to serve them.

Two plans live side by side with the same people, past and luck; a claim is about the paired differences over many
replicates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from agents.activities import ACTIVITIES
from agents.clients import Status
from model import ReintegrationModel
from scenarios import Specification
from tests.model.worlds import always

ENOUGH: dict[str, object] = {
    "setting.clients": 60,
    "setting.villages": 4,
    "setting.area_radius_km": 10,
    "levers.funding.annual_budget_idr": 900_000_000,
    "levers.funding.fixed_share": 1,
    "levers.funding.irregular_share": 0,
    "levers.funding.outside_share": 0,
    "levers.funding.first_money_month": 1,
    "levers.funding.administration_share": 0.1,
    "levers.funding.room_slots_per_month": 2000,
    "setting.facility_quality": 0.8,
    "levers.human_resources.members_per_group": 10,
    "levers.human_resources.hours_per_member_month": 25,
    "levers.human_resources.recruits_per_year": 120,
    "levers.human_resources.coaching_sessions_per_year": 12,
    "levers.coordination.written_procedure": 1,
    "levers.coordination.shared_register_coverage": 1,
    "levers.coordination.forum_meetings_per_year": 12,
    "levers.community.outreach_events_per_year": 0,
    "levers.community.media_reach": 0,
}

Plan = dict[str, object]
Measure = Callable[[ReintegrationModel], NDArray[np.float64]]


def spend(**shares: float) -> Plan:
    """Activity money split so; what is left goes to legal information (or, if that is named, to spiritual guidance)."""
    sink = "spiritual" if "legal" in shares else "legal"
    rest = dict.fromkeys(ACTIVITIES, 0.0) | shares
    rest[sink] = rest[sink] + 1.0 - sum(shares.values())
    return {f"levers.funding.activity_shares.{name}": value for name, value in rest.items()}


def off(*parameters: str, at: float = 0.0) -> Plan:
    """Parameters at the value where their mechanism does nothing."""
    return {f"parameters.{name}": at for name in parameters}


def indicator(name: str) -> Measure:
    """An indicator of the whole run, one value per office row."""
    return lambda model: model.indicators()[name].to_numpy()


def mean_of(column: str, part: int | None = None) -> Measure:
    """Mean of a column over clients under supervision at the end, one value per office row."""

    def measure(model: ReintegrationModel) -> NDArray[np.float64]:
        clients = model.tables["clients"]
        chosen = (clients.status == Status.SUPERVISED) | (clients.status == Status.OUT_OF_CONTACT)
        values = getattr(clients, column) if part is None else getattr(clients, column)[:, part]
        offices = len(model.tables["offices"])
        sums = np.bincount(clients.office[chosen], weights=values[chosen], minlength=offices)
        return sums / np.bincount(clients.office[chosen], minlength=offices)

    return measure


def _from_now_on(plan: Plan, past: Specification) -> Plan:
    """A plan whose levers begin with month 0; before, those of another hold."""
    return {
        path: {"value": past.lever(path.removeprefix("levers."), 0), "then": [{"from_month": 0, "value": value}]}
        if path.startswith("levers.") and not isinstance(value, dict)
        else value
        for path, value in plan.items()
    }


def differences(
    before: Plan,
    after: Plan,
    *measures: Measure,
    months: int = 24,
    replicates: int = 24,
    seed: int = 5,
    without: Sequence[str] = (),
) -> NDArray[np.float64]:
    """Paired differences (after minus before), shape (measures, replicates); NaN where nobody is at risk."""
    first = always("wonosari", {**ENOUGH, **before})
    plans = [first, always("wonosari", {**ENOUGH, **_from_now_on(after, first)})]
    model = ReintegrationModel(plans, seed=seed, replicates=range(replicates), without=without)
    for _ in range(months):
        model.step()
    return np.stack([values[1::2] - values[0::2] for values in (measure(model) for measure in measures)])


def surely(values: NDArray[np.float64], errors: float = 5.0) -> int:
    """+1 or -1 when the mean of the paired differences lies that many standard errors off zero, else 0."""
    values = values[~np.isnan(values)]
    mean, error = values.mean(), values.std(ddof=1) / np.sqrt(len(values))
    return int(np.sign(mean)) if abs(mean) > errors * error else 0
