"""Which drawn assumptions went with a difference, from the pairs that were computed anyway.

Every pair has its own draw of the uncertain parameters. Where one of them decides much, pairs with a high value and
pairs with a low one differ; among two hundred parameters some will seem to by chance, so only what stands out is told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from experiments.comparing import Comparison
    from scenarios import Parameter

FEWEST = 50
"""Pairs below which nothing stands out from chance."""

MOST = 1000
"""Pairs looked at; more would say the same."""

STANDS_OUT = 4.0
"""How many times the scatter of unrelated numbers a rank correlation must be; of 200 of those none in a hundred is."""


@dataclass(frozen=True)
class Companion:
    """A parameter whose drawn values went with the difference.

    Attributes:
        parameter: The parameter.
        correlation: Rank correlation (Spearman) of its draw with what the plan gains over the baseline, -1 to 1.
    """

    parameter: Parameter
    correlation: float


def companions(comparison: Comparison, scenario: str, indicator: str) -> list[Companion] | None:
    """Return the drawn parameters that stand out as going with a paired difference, the strongest first.

    A correlation counts when it exceeds ``STANDS_OUT`` / sqrt(n - 1), the scatter of the rank correlation of n
    unrelated pairs.

    Args:
        comparison: A comparison.
        scenario: Name of the scenario set against the baseline.
        indicator: Name of the indicator; gains are its differences, turned so that more is better.

    Returns:
        None where it cannot be told: assumptions were fixed, or too few pairs have a value.
    """
    from model.beliefs import draw
    from model.indicators import INDICATORS
    from scenarios import parameters

    table = comparison.differences
    mine = table[(table["scenario"] == scenario) & (table["indicator"] == indicator)].dropna(subset=["difference"])
    mine = mine[mine["replicate"] < MOST]
    if comparison.assumptions != "drawn" or len(mine) < FEWEST:
        return None
    spec = comparison.specifications[scenario]
    draws = [draw(spec, comparison.seed, int(replicate), "drawn") for replicate in mine["replicate"]]
    gains = _ranks(mine["difference"].to_numpy(dtype=float) * (1 if INDICATORS[indicator].higher_is_better else -1))
    least = STANDS_OUT / math.sqrt(len(mine) - 1)
    found = []
    for name, parameter in parameters().items():
        values = _ranks(np.array([values[name] for values in draws]))
        spread = values.std() * gains.std()
        correlation = float(((values - values.mean()) * (gains - gains.mean())).mean() / spread) if spread else 0.0
        if abs(correlation) > least:
            found.append(Companion(parameter, round(correlation, 6)))
    return sorted(found, key=lambda one: (-abs(one.correlation), one.parameter.name))


def _ranks(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Ranks, equal values sharing the middle of theirs."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(values), dtype=np.float64)
