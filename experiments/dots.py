"""Where the dots of a dot plot stand: one place for the chart of the page and the chart of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BINS = 35
"""Columns of marks, the middle one around zero."""

OUTCOMES = ("better", "same", "worse")


def judged(differences: Sequence[float], least: float, *, higher_is_better: bool) -> list[str]:
    """The outcome of each pair, by the rule of the library: below `least` or equal is the same."""
    gains = np.asarray(differences, dtype=float) * (1 if higher_is_better else -1)
    same = (np.abs(gains) < least) | (gains == 0)
    return [str(outcome) for outcome in np.where(same, "same", np.where(gains > 0, "better", "worse"))]


def stacked(pairs: pd.DataFrame, least: float, *, higher_is_better: bool, bins: int = BINS) -> pd.DataFrame:
    """Dots of a dot plot: `pair, difference, outcome` and the bin centre `x` and storey `y` where the dot is drawn."""
    values = pairs["difference"].to_numpy(dtype=float)
    width = 2 * reach(values, least) / bins
    places = np.clip(np.round(values / width), -(bins // 2), bins // 2).astype(int)
    order = np.lexsort((values, places))
    dots = pd.DataFrame({"pair": pairs["pair"].to_numpy()[order], "difference": values[order], "bin": places[order]})
    dots["y"] = dots.groupby("bin").cumcount() + 0.5
    dots["x"] = dots.pop("bin") * width
    return dots.assign(outcome=judged(dots["difference"].tolist(), least, higher_is_better=higher_is_better))


def reach(values: NDArray[np.float64], least: float) -> float:
    """How far the axis goes on both sides of zero: every pair and the whole zone fit."""
    return max(float(np.abs(values).max(initial=0.0)), 1.6 * least, 1e-9)
