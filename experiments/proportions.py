"""Differences of two shares: their ranges, and the number of people it takes to see one."""

from __future__ import annotations

import math
from statistics import NormalDist

from experiments.pairing import wilson

NORMAL = NormalDist()

SURE = NORMAL.inv_cdf(0.975)
"""Quantile of the normal distribution for a range of 95 %, a test at 5 % on both sides."""

POWER = 0.8
"""Share of trials that should see a difference that is there."""


def newcombe(count: int, of: int, other_count: int, other_of: int, z: float = SURE) -> tuple[float, float, float]:
    """Return the difference of two shares and its range by Newcombe (1998, method 10); unknown where nobody is.

    d - sqrt((p1 - l1)^2 + (u2 - p2)^2) to d + sqrt((u1 - p1)^2 + (p2 - l2)^2), l and u the ranges of each by Wilson.
    """
    if not of or not other_of:
        return math.nan, math.nan, math.nan
    p, other = count / of, other_count / other_of
    (low, high), (other_low, other_high) = wilson(count, of, z), wilson(other_count, other_of, z)
    gap = p - other
    return gap, gap - math.hypot(p - low, other_high - other), gap + math.hypot(high - p, other - other_low)


def needed(share: float, other: float, offered: float, power: float = POWER, z: float = SURE) -> float:
    """Return how many people in both arms together it takes to see two shares apart; infinite where they are equal.

    (z sqrt(p(1-p) / r(1-r)) + z_power sqrt(p1(1-p1)/r + p2(1-p2)/(1-r)))^2 / (p1 - p2)^2, with p = r p1 + (1-r) p2
    (Fleiss, Levin and Paik 2003).

    Args:
        share: Share in the arm that is offered something.
        other: Share in the other arm.
        offered: Part of all people in the first arm, r.
        power: Share of trials that should see it.
        z: Quantile of the test.
    """
    if share == other or not math.isfinite(share - other):
        return math.inf
    same, apart = _spreads(share, other, offered)
    return ((z * same + NORMAL.inv_cdf(power) * apart) / (share - other)) ** 2


def power_of(share: float, other: float, offered: float, people: float, z: float = SURE) -> float:
    """Return the share of trials with so many people that see two shares apart, by the same formula."""
    gap, (same, apart) = abs(share - other), _spreads(share, other, offered)
    if apart == 0.0 or not people > 0:
        return float(apart == 0.0 and gap > 0.0)
    same, apart = same / math.sqrt(people), apart / math.sqrt(people)
    return NORMAL.cdf((gap - z * same) / apart) + NORMAL.cdf((-gap - z * same) / apart)


def _spreads(share: float, other: float, r: float) -> tuple[float, float]:
    """Standard deviation of the difference for one person, were the shares equal, and as they are."""
    pooled = r * share + (1 - r) * other
    same = pooled * (1 - pooled) / (r * (1 - r))
    return math.sqrt(same), math.sqrt(share * (1 - share) / r + other * (1 - other) / (1 - r))
