"""What indicators of offices are weighted by when offices are put together, and the curves that are pooled.

A share of several offices is the sum of its parts over the sum of its wholes: shares weighted by their denominators.
The denominators are declared here once, each with the indicators that rest on it, and measured when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from agents.activities import Bound
from agents.chance import Floats
from agents.clients import supervised
from model.indicators import INDEX_PARTS
from model.record import LONGEST

if TYPE_CHECKING:
    from model.reintegration import ReintegrationModel


def _clients(model: ReintegrationModel) -> Floats:
    return model.total("clients", "office", supervised)


def _asking(model: ReintegrationModel) -> Floats:
    return model.total("clients", "office", _asks, among=supervised)


def _asks(c: Any) -> Any:
    return c.wanted.any(axis=1)


def _with_family(model: ReintegrationModel) -> Floats:
    return model.total("clients", "office", _has_family, among=supervised)


def _has_family(c: Any) -> Any:
    return c.family.exists


def _members(model: ReintegrationModel) -> Floats:
    return model.total("members", "office", "serving")


def _of_office(column: str) -> Callable[[ReintegrationModel], Floats]:
    return lambda model: getattr(model.tables["offices"], column).astype(np.float64)


def _so_far(count: str) -> Callable[[ReintegrationModel], Floats]:
    return lambda model: model.record.sums[count]


def _activities(model: ReintegrationModel) -> Floats:
    return np.asarray((model.tables["offices"].bound != Bound.UNPLANNED).sum(axis=1), dtype=np.float64)


#: denominator: how it is measured, and the indicators that are parts of it
WEIGHTS: dict[str, tuple[Callable[[ReintegrationModel], Floats], tuple[str, ...]]] = {
    "clients": (
        _clients,
        (
            *("employed_share", "employed_share_recorded", "employed_formal_share", "employed_informal_share"),
            *("own_business_share", "median_income_idr"),
            *("mspss_family", "mspss_friends", "mspss_significant_other", "mspss_total"),
            *("discrimination_reported", "access_difficulty", "distress", "confidence"),
            *("commitment", "role_clarity", "role_strain", "roles_held"),
            *("reintegration_index", *INDEX_PARTS),
            *("coverage_current", "coverage_ever", "coverage_current_recorded", "coverage_ever_recorded"),
        ),
    ),
    "clients_asking": (_asking, ("unmet_need",)),
    "clients_with_family": (_with_family, ("family_reconciled_share",)),
    "client_months": (
        _so_far("client_months"),
        ("recorded_failure_per_client_year", "revocation_per_client_year", "cost_per_client_idr"),
    ),
    "first_served": (_so_far("first_served"), ("months_to_first_service",)),
    "first_recorded": (_so_far("first_recorded"), ("months_to_first_service_recorded",)),
    "places": (_so_far("places"), ("attendance_share", "attendance_share_recorded")),
    "held": (_so_far("held"), ("recorded_share", "cost_per_session_idr")),
    "held_recorded": (_so_far("held_recorded"), ("cost_per_session_recorded_idr",)),
    "new_work": (_so_far("new_work"), ("cost_per_job_idr",)),
    "villages": (_of_office("villages"), ("village_stigma",)),
    "employers": (_of_office("employers"), ("employer_willingness",)),
    "activities": (_activities, ("binding_money", "binding_hours", "binding_rooms")),
    "members": (_members, ("members_certified_share",)),
    "member_months": (_so_far("member_months"), ("member_exit_per_year",)),
    "counsellors": (_of_office("counsellors"), ("clients_per_counsellor",)),
}

#: indicators that add up over offices
ADDED: tuple[str, ...] = (
    *("offences", "sessions_planned", "sessions_held", "sessions_held_recorded", "sessions_cancelled"),
    *("sessions_duplicated", "members_active", "spent_idr", "spent_programmes_idr", "payroll_idr", "public_cost_idr"),
    *("carried_over_idr", "custody_cost_idr"),
)

#: indicators read off curves: those at risk, the first events, and the months since release
POOLED: dict[str, tuple[str, str, int]] = {
    **{
        f"reoffending_{months}m{end}": (*curves, months)
        for end, curves in (
            ("", ("at_risk", "first_reoffences")),
            ("_recorded", ("at_risk_recorded", "first_recorded")),
        )
        for months in (12, 24, 36)
    },
    "served_within_3m": ("unserved", "first_served", 3),
}
CURVES = tuple(dict.fromkeys(curve for *curves, _ in POOLED.values() for curve in curves))
FOLLOWED = max(months for *_, months in POOLED.values())
"""Months since release for which curves are told."""
assert FOLLOWED <= LONGEST


class Weights:
    """The denominators of each office, month by month."""

    def __init__(self) -> None:
        self._kept: list[Floats] = []

    def keep(self, model: ReintegrationModel) -> None:
        """Write down the month that has been lived."""
        self._kept.append(np.column_stack([measure(model) for measure, _ in WEIGHTS.values()]))

    def history(self) -> pd.DataFrame:
        """Columns ``<denominator>@weight``, rows as in the history of the model."""
        values = np.stack(self._kept, axis=1).reshape(-1, len(WEIGHTS))
        return pd.DataFrame(values, columns=[f"{name}@weight" for name in WEIGHTS])

    @staticmethod
    def curves(model: ReintegrationModel) -> pd.DataFrame:
        """Columns ``<curve>@<months since release>``, one row per office row."""
        return pd.DataFrame(
            {
                f"{curve}@{month}": getattr(model.record, curve)[:, month].astype(np.float64)
                for curve in CURVES
                for month in range(FOLLOWED)
            }
        )
