"""The record a run keeps: indicator values month by month, the counts that add up, and the curves of re-offending."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.chance import Floats
from agents.clients import MONTHS_A_YEAR, ever_served, supervised
from agents.rules import in_both
from model.indicators import COUNTS, INDICATORS

if TYPE_CHECKING:
    from model.reintegration import ReintegrationModel

#: months since release that the curves of re-offending follow
LONGEST = 60


class Record:
    """Everything a run keeps: indicator values month by month, and the counts that add up.

    Args:
        offices: number of rows of the table of offices.
        indicators: names of what is measured.
        counts: names of what adds up.
    """

    def __init__(self, offices: int, indicators: Iterable[str] = INDICATORS, counts: Iterable[str] = COUNTS) -> None:
        self.indicators, self.counts = tuple(indicators), tuple(counts)
        self.values: list[Floats] = []
        self.at_risk, self.first_reoffences = _curve(offices), _curve(offices)
        self.at_risk_recorded, self.first_recorded = _curve(offices), _curve(offices)
        self.unserved, self.first_served = _curve(offices), _curve(offices)
        self.sums: dict[str, Floats] = {}

    def keep(self, model: ReintegrationModel) -> None:
        """Write down the month that is being lived."""
        self._count_curves(model)
        for name in self.counts:
            self.sums[name] = self.sums.get(name, np.zeros(1)) + COUNTS[name](model)
        self.values.append(np.column_stack([INDICATORS[name].measure(model) for name in self.indicators]))

    def _count_curves(self, model: ReintegrationModel) -> None:
        for c, here in model.stretches("clients"):
            out = model.month - c.release_month
            seen = in_both((c.hazard > 0.0) & ~c.returned & (out < LONGEST), here)
            cell = c.office.index.astype(np.int64) * LONGEST + out
            exposed = seen & (c.first_reoffence | ~c.reoffended)
            first_recorded = c.first_failure_recorded
            unrecorded = seen & (first_recorded | ~c.ever_failed_recorded)
            now_first = c.first_service_month == c.month
            waiting = (supervised(c) & ~ever_served(c)) | now_first
            unserved = in_both(waiting & (c.release_month >= 0) & ~c.returned & (out < LONGEST), here)
            for counts, mask in (
                (self.at_risk, exposed),
                (self.first_reoffences, exposed & c.first_reoffence),
                (self.at_risk_recorded, unrecorded),
                (self.first_recorded, unrecorded & first_recorded),
                (self.unserved, unserved),
                (self.first_served, unserved & now_first),
            ):
                counts += np.bincount(cell[np.flatnonzero(mask)], minlength=counts.size).reshape(counts.shape)

    def reoffending(self, months: int) -> Floats:
        """Share that has re-offended within ``months`` of release, by Kaplan-Meier over all clients, shape (offices,).

        1 - product over t of (1 - first re-offences at t / at risk at t); clients met under supervision at the start
        enter at the time since release they have (delayed entry); who comes back after a revocation is not counted
        again. NaN while nobody has been seen at some t.
        """
        return _kaplan_meier(self.at_risk[:, :months], self.first_reoffences[:, :months])

    def recorded_failing(self, months: int) -> Floats:
        """Share with a failure in the register within ``months`` of release, alike: what the Bapas takes for it."""
        return _kaplan_meier(self.at_risk_recorded[:, :months], self.first_recorded[:, :months])

    def served(self, months: int) -> Floats:
        """Share served for the first time within ``months`` of release, of those released in the run, alike.

        Who is no longer under supervision without having been served is no longer followed (censored).
        """
        return _kaplan_meier(self.unserved[:, :months], self.first_served[:, :months])

    def summary(self, model: ReintegrationModel) -> pd.DataFrame:
        """Indicators of the whole run, one row per office row."""
        values = (
            np.stack(self.values)
            if self.values
            else np.full((1, len(model.tables["offices"]), len(self.indicators)), np.nan)
        )
        recent = values[-MONTHS_A_YEAR:]
        seen = ~np.isnan(recent)
        mean = np.where(seen, recent, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
        mean = np.where(seen.any(axis=0), mean, np.nan)
        monthly = np.array([INDICATORS[name].monthly for name in self.indicators])
        frame = pd.DataFrame(np.where(monthly, mean, values[-1]), columns=list(self.indicators))
        return pd.concat([_who(model), frame], axis=1)

    def history(self, model: ReintegrationModel) -> pd.DataFrame:
        """Indicators month by month, rows ordered by office row, then month."""
        offices, months = len(model.tables["offices"]), len(self.values)
        values = (
            np.stack(self.values, axis=1).reshape(offices * months, -1)
            if months
            else np.empty((0, len(self.indicators)))
        )
        who = _who(model).loc[np.repeat(np.arange(offices), months)].reset_index(drop=True)
        who["month"] = np.tile(np.arange(1, months + 1), offices)
        return pd.concat([who, pd.DataFrame(values, columns=list(self.indicators))], axis=1)


def _curve(offices: int) -> NDArray[np.int64]:
    return np.zeros((offices, LONGEST), dtype=np.int64)


def _kaplan_meier(risk: NDArray[np.int64], events: NDArray[np.int64]) -> Floats:
    survival = np.prod(1.0 - events / np.maximum(risk, 1), axis=1)
    return np.where((risk > 0).all(axis=1), 1.0 - survival, np.nan)


def _who(model: ReintegrationModel) -> pd.DataFrame:
    offices = model.tables["offices"]
    names = [spec.name for spec in model.specifications]
    return pd.DataFrame(
        {
            "scenario": [names[number] for number in offices.specification],
            "replicate": offices.replicate.astype(np.int64),
        }
    )
