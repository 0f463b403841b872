"""Regret: how much better the best of some plans did in the same future, and how a plan stands by it over all futures.

After Savage (1951) and, for plans under deep uncertainty, Lempert et al. (2003).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.errors import ExperimentError
from experiments.pairing import DECIMALS
from model.indicators import INDICATORS

if TYPE_CHECKING:
    from collections.abc import Mapping

WORST = 0.1
"""Part of the futures in the worst tenth."""

EVERY = 3
"""Every third future is held back."""


def regret(values: pd.DataFrame, *, higher_is_better: bool) -> pd.DataFrame:
    """Return how much better the best did in the same future, in the unit of the values and never below zero.

    Args:
        values: One row a future, one column a plan; futures with an unknown value are left out.
        higher_is_better: Direction of the indicator.
    """
    known = values.dropna()
    gain = known if higher_is_better else -known
    return (-gain.sub(gain.max(axis=1), axis=0)).round(DECIMALS) + 0.0


def judge(
    indicator: str, values: Mapping[str, pd.Series[float]], smallest: float, threshold: float | None
) -> dict[str, pd.DataFrame]:
    """Set plans against each other in every future.

    Args:
        indicator: Name of the indicator.
        values: By plan, its values; the index is the future.
        smallest: Regret below which a plan is as good as the best.
        threshold: The value that a plan must not miss; without it, a plan fails where it is not as good as the best.

    Returns:
        By plan one row a run: ``scenario, future, held_back, indicator, value, regret, fails``.

    Raises:
        ExperimentError: The indicator is unknown for some plan in every future.
    """
    higher = INDICATORS[indicator].higher_is_better
    regrets = regret(pd.DataFrame(values), higher_is_better=higher)
    if regrets.empty:
        raise ExperimentError(f"indicator: '{indicator}' is unknown in every future; take more months or clients")
    found = {}
    for name, mine in values.items():
        rows = mine.rename("value").reset_index()
        rows["regret"] = rows["future"].map(regrets[name])
        if threshold is None:
            missed = ~_close(rows["regret"], smallest)
        else:
            missed = (rows["value"] < threshold) if higher else (rows["value"] > threshold)
        rows["fails"] = missed.astype("boolean").where(rows["regret"].notna())
        rows.insert(0, "scenario", name)
        rows.insert(2, "held_back", rows["future"] % EVERY == EVERY - 1)
        rows.insert(3, "indicator", indicator)
        found[name] = rows
    return found


def _close(regrets: pd.Series[float], smallest: float) -> pd.Series[bool]:
    return (regrets < smallest) | (regrets == 0)


def describe(name: str, indicator: str, known: pd.DataFrame, smallest: float) -> dict[str, Any]:
    """Return one row of :attr:`experiments.Robustness.summary` from the rows of a plan whose regret is known."""
    declared, regrets = INDICATORS[indicator], known["regret"]
    values = known["value"].sort_values(ascending=declared.higher_is_better)
    worst = math.ceil(WORST * len(known))
    return {
        "scenario": name,
        "indicator": indicator,
        "futures_used": len(known),
        "median": float(values.median()),
        "worst_tenth": float(values.iloc[:worst].mean()),
        "regret_median": float(regrets.median()),
        "regret_worst_tenth": float(np.sort(regrets)[-worst:].mean()),
        "regret_max": float(regrets.max()),
        "best": int((regrets == 0).sum()),
        "near_best": int(_close(regrets, smallest).sum()),
        "fails": int(known["fails"].sum()),
        "unit": declared.unit,
    }
