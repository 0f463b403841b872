"""What the promises of a plan cost in the first year, by the model's own rule of payment and not by a copy of it.

The rule is asked what it would pay, month by month, if there were money enough for everything. So the figure is what
the plan promises; what of it can be paid depends on the money that comes in, and only a run shows that.
"""

from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.clients import MONTHS_A_YEAR
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
def first_year(spec: "Specification") -> Costs | None:
    """The costs of a scenario; None when a part of them cannot be known without a run."""
    months = [_office(spec, month) for month in range(MONTHS_A_YEAR)]
    if any(getattr(office, UNKNOWN) > 0 for office in months):
        return None
    parameters = SimpleNamespace(**spec.parameters)
    paid = sum(pay_first(office, parameters)["spent_idr"][0] for office in months)
    return Costs(
        budget=sum(float(office.annual_budget_idr[0]) for office in months) / MONTHS_A_YEAR,
        promised=float(paid[: Use.PAYROLL].sum()),
        payroll=float(paid[Use.PAYROLL]),
    )


class _Office(SimpleNamespace):
    """One office as the rule of payment sees it."""

    total: "Callable[..., Any]"

    def __len__(self) -> int:
        return 1


def _office(spec: "Specification", month: int) -> Any:
    """The promises of a month in an office that can pay them all."""
    columns: dict[str, Any] = {}
    for path in spec.lever_paths():
        *above, leaf = path.split(".")
        value = float(spec.lever(path, month))
        if above[-1] in TOGETHER:
            columns[above[-1]] = np.append(columns.get(above[-1], np.zeros((1, 0))), [[value]], axis=1)
        else:
            columns[leaf] = np.array([value])
    members = float(sum(columns[name] for name in GROUPS)[0] * columns["members_per_group"][0])
    everyone = {"clients": float(spec.setting.clients), "members": members}

    def total(table: str, _by: str, _who: object) -> Any:
        return np.array([everyone[table]])

    return _Office(
        **columns,
        month=month,
        cash_idr=np.array([ENOUGH]),
        owed_idr=np.zeros((1, len(OWED)), dtype=np.int64),
        received_idr=np.zeros((1, len(Source)), dtype=np.int64),
        spent_idr=np.zeros((1, len(Use)), dtype=np.int64),
        insight=np.zeros(1),
        total=total,
    )
