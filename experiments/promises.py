"""What the promises of a plan cost in the first year, by the model's own rule of payment and not by a copy of it.

The rule is asked what it would pay, month by month, if there were money enough for everything. So the figure is what
the plan promises; what of it can be paid depends on the money that comes in, and only a run shows that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.clients import MONTHS_A_YEAR, in_new_formal_work
from agents.money import OWED, Source, Use, pay_first

if TYPE_CHECKING:
    from collections.abc import Callable

    from scenarios import Specification

GROUPS = ("groups_self_reliance", "groups_personality", "groups_legal", "groups_community")
TOGETHER = ("activity_shares", "referral_agreements")
"""Parts of the levers that an office holds as one column each."""

ENOUGH = 10**15
"""Rupiah with which nothing stays unpaid."""

UNKNOWN = "wage_subsidy_idr_per_month"
"""The one promise whose cost depends on how many clients find work, which only a run can tell."""


@dataclass(frozen=True)
class Costs:
    """The first year of a plan, rupiah.

    Attributes:
        budget: Money that comes in on average.
        promised: What is paid before activities when every promise is kept: all places for members filled, as many
            clients as at the start.
        payroll: Salaries of counsellors, which the state pays and not the office.
    """

    budget: float
    promised: float
    payroll: float


@lru_cache(maxsize=512)
def first_year(spec: Specification) -> Costs | None:
    """The costs of a scenario; None when a part of them cannot be known without a run."""
    if any(spec.lever(f"funding.{UNKNOWN}", month) > 0 for month in range(MONTHS_A_YEAR)):
        return None
    paid = by_use(spec)
    return Costs(
        budget=sum(spec.lever("funding.annual_budget_idr", month) for month in range(MONTHS_A_YEAR)) / MONTHS_A_YEAR,
        promised=float(sum(amount for use, amount in paid.items() if use is not Use.PAYROLL)),
        payroll=paid[Use.PAYROLL],
    )


def by_use(spec: Specification, *, members: float | None = None, starters: float = 0.0) -> dict[Use, float]:
    """What the first year costs by use when every promise is kept, rupiah.

    Args:
        spec: A scenario.
        members: Members of the groups; without it, every place is filled, and nobody is recruited.
        starters: Clients in their first months of formal work, for whom a wage subsidy is paid.
    """
    parameters = SimpleNamespace(**spec.parameters)
    offices = [_office(spec, month, members, starters) for month in range(MONTHS_A_YEAR)]
    paid = sum(pay_first(office, parameters)["spent_idr"][0] for office in offices)
    return {use: float(paid[use]) for use in Use}


def places(spec: Specification, month: int = 0) -> float:
    """Places for members in all groups of an office."""
    groups = sum(spec.lever(f"human_resources.{name}", month) for name in GROUPS)
    return groups * spec.lever("human_resources.members_per_group", month)


class _Office(SimpleNamespace):
    """One office as the rule of payment sees it."""

    total: Callable[..., Any]

    def __len__(self) -> int:
        return 1


def _office(spec: Specification, month: int, members: float | None, starters: float) -> Any:
    """The promises of a month in an office that can pay them all."""
    columns: dict[str, Any] = {}
    for path in spec.lever_paths():
        *above, leaf = path.split(".")
        value = float(spec.lever(path, month))
        if above[-1] in TOGETHER:
            columns[above[-1]] = np.append(columns.get(above[-1], np.zeros((1, 0))), [[value]], axis=1)
        else:
            columns[leaf] = np.array([value])
    filled = places(spec, month) if members is None else members
    everyone = {"clients": float(spec.setting.clients), "members": filled, "groups": filled}

    def total(table: str, _by: str, who: object) -> Any:
        return np.array([starters if who is in_new_formal_work else everyone[table]])

    return _Office(
        **columns,
        month=month,
        villages=np.array([spec.setting.villages]),
        cash_idr=np.array([ENOUGH]),
        owed_idr=np.zeros((1, len(OWED)), dtype=np.int64),
        received_idr=np.zeros((1, len(Source)), dtype=np.int64),
        spent_idr=np.zeros((1, len(Use)), dtype=np.int64),
        insight=np.zeros(1),
        total=total,
    )
