"""What a paired question is made of: blocks of replicates as jobs, and the counting of paired differences.

Each pair is one replicate of the baseline and one of another plan with equal seed, so their difference is the policy's
doing. Replicates come in blocks, each block a stored job: asking for 40 pairs after 20 computes the 20 new ones.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.errors import ExperimentError, share
from experiments.jobs import Job
from experiments.measures import NINE_IN_TEN
from model.indicators import INDICATORS

if TYPE_CHECKING:
    import pandas as pd

    from experiments.jobs import Assumptions
    from model import Indicator
    from scenarios import Specification

BLOCK = 10
"""Replicates in a job: enough worlds side by side to be quick, few enough to show progress and to stop soon."""

DECIMALS = 12
"""Differences are rounded to so many decimals, so that three clients in a hundred is three whatever the two shares."""

Z = 1.6448536269514722
"""Quantile of the normal distribution at 0.95: nine ranges in ten hold what more and more pairs would come to."""

MOST_PAIRS = 10_000_000


def blocks(
    spec: Specification, pairs: int, months: int, seed: int, assumptions: Assumptions, by: tuple[str, ...] = ()
) -> list[Job]:
    """Return the jobs that hold the replicates of one plan, told by groupings of clients too where these are named."""
    worlds = [tuple(range(start, min(start + BLOCK, pairs))) for start in range(0, pairs, BLOCK)]
    return [Job(spec, months, seed, replicates, assumptions, by=by) for replicates in worlds]


def known_assumptions(assumptions: str) -> None:
    """Check the word.

    Raises:
        ExperimentError: It is none of the two.
    """
    if assumptions not in ("drawn", "fixed"):
        raise ExperimentError(f"assumptions: '{assumptions}' is not known; allowed: drawn, fixed")


def smallest_differences(shares: float | None) -> dict[str, float]:
    """Return by indicator the difference that matters: ``shares`` where that is given and it is one.

    Raises:
        ExperimentError: ``shares`` is no share from 0 to 1.
    """
    if shares is not None:
        share("smallest difference", shares)
    return {
        name: shares if shares is not None and indicator.unit == "share" else indicator.smallest_difference
        for name, indicator in INDICATORS.items()
    }


def headline(pairs_used: pd.Series[int]) -> str | None:
    """Return the indicator to answer with: re-offending at 24 months, else at the longest horizon with data.

    Args:
        pairs_used: By indicator, the pairs in which it is known.
    """
    horizons = {
        int(months): name
        for name in pairs_used.index[pairs_used > 0]
        if name.startswith("reoffending_") and (months := name.removeprefix("reoffending_").removesuffix("m")).isdigit()
    }
    return horizons.get(24) or (horizons[max(horizons)] if horizons else None)


def counted(differences: pd.Series[float], indicator: Indicator, smallest: float) -> dict[str, Any]:
    """Count better, same and worse by the indicator's own direction, and describe the paired differences."""
    known = differences.dropna().to_numpy()
    gain = known if indicator.higher_is_better else -known
    same = (np.abs(known) < smallest) | (known == 0)
    low, median, high = np.quantile(known, NINE_IN_TEN) if known.size else (np.nan,) * 3
    better = int((~same & (gain > 0)).sum())
    share_low, share_high = wilson(better, int(known.size))
    return {
        "better": better,
        "same": int(same.sum()),
        "worse": int((~same & (gain < 0)).sum()),
        "median_difference": float(median),
        "low": float(low),
        "high": float(high),
        "unit": indicator.unit,
        "pairs_used": int(known.size),
        "better_low": share_low,
        "better_high": share_high,
    }


def wilson(count: int, of: int, z: float = Z) -> tuple[float, float]:
    """Return the range of a share by Wilson (1927), 90 % unless told: what more pairs would leave of it.

    (p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n), as many decimals as differences have; unknown without
    any pair.
    """
    if not of:
        return math.nan, math.nan
    p, t = count / of, z * z / of
    middle, half = p + t / 2, z * math.sqrt(p * (1 - p) / of + t / of / 4)
    return round(max(0.0, (middle - half) / (1 + t)), DECIMALS), round(min(1.0, (middle + half) / (1 + t)), DECIMALS)


def pairs_for(share: float, width: float) -> int:
    """Return the number of pairs at which the range of ``share`` would be no wider than ``width``.

    Raises:
        ExperimentError: The width is not between 0 and 1, or no number of pairs would do.
    """
    if not 0 < width < 1:
        raise ExperimentError(f"width: {width:g} is not allowed; give a share above 0 and below 1 (0.1 is 10 in 100)")
    low, high = 1, MOST_PAIRS
    if _width(share, high) > width:
        raise ExperimentError(f"width: {width:g} is narrower than {MOST_PAIRS:,} pairs can tell; give a wider one")
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _width(share, middle) <= width else (middle + 1, high)
    return low


def _width(share: float, of: int) -> float:
    t = Z * Z / of
    return 2 * Z * math.sqrt(share * (1 - share) / of + t / of / 4) / (1 + t)
