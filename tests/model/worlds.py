"""Small worlds to live in, and what it means that two of them are the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.clients import Status
from agents.rules import Rule
from model import MONTH, ReintegrationModel
from scenarios import Dated, Specification, load
from scenarios.frozen import FrozenDict

SMALL = {"setting.clients": 40, "setting.villages": 6}

#: a little office in which, within two years, something happens under every rule
BUSY = {
    "setting.clients": 4,
    "setting.villages": 2,
    "levers.funding.annual_budget_idr": 90_000_000,
    "levers.funding.startup_grants_per_year": 24,
    "levers.funding.startup_grant_idr": 500_000,
    "levers.funding.wage_subsidy_idr_per_month": 200_000,
    "levers.human_resources.groups_self_reliance": 1,
    "levers.human_resources.groups_personality": 2,
    "levers.human_resources.groups_community": 1,
    "levers.human_resources.members_per_group": 1,
    "levers.human_resources.hours_per_member_month": 30,
    "levers.human_resources.coaching_sessions_per_year": 6,
    "levers.human_resources.certification_places_per_year": 6,
    "levers.human_resources.transport_idr_per_member_month": 50_000,
    "levers.coordination.written_procedure": 0.9,
    "parameters.hazard_baseline": 0.015,
    "parameters.detection_probability": 0.6,
    "parameters.news_probability": 0.9,
    "parameters.custody_mean_months": 6,
    "parameters.miss_report_monthly": 0.1,
    "parameters.revocation_probability": 0.12,
    "parameters.revocation_custody_months": 3,
    "parameters.business_start_monthly": 0.1,
}

#: what a row of the model is called depends on who else is in the model; who it is does not
POSITIONS = {"offices.id", "offices.specification", "offices.first_employer"}

UNDER_SUPERVISION = (Status.SUPERVISED, Status.OUT_OF_CONTACT)

RULES: tuple[Rule, ...] = tuple(step for phase in MONTH for step in phase.steps if isinstance(step, Rule))


def under_supervision(model: ReintegrationModel, before: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Who was under supervision when the last month was recorded; ``before`` is the status as that month began.

    Terms end after the record, so who has completed supervision since ``before`` was still counted.
    """
    now = model.tables["clients"].status
    before = np.append(before, np.full(len(now) - len(before), Status.INSIDE))
    over = (Status.COMPLETED, Status.GONE)
    return np.isin(now, UNDER_SUPERVISION) | (np.isin(now, over) & ~np.isin(before, over))


Scenario = str | Specification | Sequence[str | Specification]


def small(changes: Mapping[str, Any] | None = None, scenario: str = "wonosari") -> Specification:
    """A shipped scenario with 40 clients in six villages, and what a test changes in it."""
    return always(scenario, {**SMALL, **(changes or {})})


def always(scenario: str, changes: Mapping[str, Any]) -> Specification:
    """A shipped scenario with changes that hold in the year before the run too."""
    spec = load(scenario, overrides=changes)
    past = FrozenDict({path: value.value for path, value in spec.values.items() if isinstance(value, Dated)})
    return replace(spec, past=past) if hasattr(spec, "past") else spec


def lived(scenario: Scenario, months: int, **options: Any) -> ReintegrationModel:
    """A model after so many months."""
    model = ReintegrationModel(scenario, **options)
    for _ in range(months):
        model.step()
    return model


def whole(model: ReintegrationModel) -> dict[str, np.ndarray]:
    """Everything a model holds and reports: each column of each table, ties, counts, indicators and history."""
    told = {
        f"{table.name}.{column}": getattr(table, column) for table in model.tables.values() for column in table.columns
    }
    for layer, pairs in model.network.pairs.items():
        told[f"network.{layer}"] = np.column_stack([pairs.left, pairs.right, pairs.until])
    told |= _told_by_record(model, np.arange(len(model.tables["offices"])))
    return told


def life(model: ReintegrationModel, office: int = 0) -> dict[str, np.ndarray]:
    """Everything that happened in one office, told without row numbers: rows by id, references as ids."""
    told = {}
    for table in model.tables.values():
        rows = np.flatnonzero(table.office == office)
        rows = rows[np.argsort(table.id[rows], kind="stable")]
        for name, column in table.columns.items():
            values = getattr(table, name)[rows]
            if column.refers_to is not None:
                values = ids(model, column.refers_to, values)
            if name != "office" and f"{table.name}.{name}" not in POSITIONS:
                told[f"{table.name}.{name}"] = values
    for layer in model.network.pairs:
        told[f"network.{layer}"] = ties(model, layer, office)
    return told | _told_by_record(model, np.array([office]))


def ids(model: ReintegrationModel, table: str, rows: np.ndarray) -> np.ndarray:
    """Who stands in these rows, -1 for nobody."""
    return np.where(rows >= 0, np.append(model.tables[table].id, -1)[rows], -1)


def ties(model: ReintegrationModel, layer: str, office: int = 0) -> np.ndarray:
    """Pairs of one layer within an office as (smaller id, larger id, until), in order."""
    pairs = model.network.pairs[layer]
    here = model.tables[pairs.table].office[pairs.left] == office
    ends = [ids(model, pairs.table, each[here]) for each in (pairs.left, pairs.right)]
    found = np.column_stack([np.minimum(*ends), np.maximum(*ends), pairs.until[here]])
    return found[np.lexsort(found.T[::-1])]


def _told_by_record(model: ReintegrationModel, offices: np.ndarray) -> dict[str, np.ndarray]:
    months = len(model.record.values)
    rows = (offices[:, None] * months + np.arange(months)).ravel()
    frames = {"indicators": model.indicators().iloc[offices], "history": model.history.iloc[rows]}
    told = {
        f"{what}.{name}": values.to_numpy() for what, frame in frames.items() for name, values in numbers(frame).items()
    }
    told["record.at_risk"] = model.record.at_risk[offices]
    told["record.first_reoffences"] = model.record.first_reoffences[offices]
    return told


def numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """The indicators of a frame without the columns that say whose they are."""
    return frame.drop(columns=["scenario", "replicate", "month"], errors="ignore")


def differences(
    one: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray], leaving_out: Iterable[str] = ()
) -> list[str]:
    """Names under which two tellings are not the same bytes of the same type."""
    skipped = set(leaving_out)
    return [
        name
        for name in sorted({*one, *other} - skipped)
        if name not in one
        or name not in other
        or one[name].dtype != other[name].dtype
        or one[name].shape != other[name].shape
        or one[name].tobytes() != other[name].tobytes()
    ]
