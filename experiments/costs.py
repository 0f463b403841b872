"""What a better outcome costs: the cost-effectiveness plane of a comparison and the frontier of its plans.

Costs add up over pairs, so the middle of a plan here is its mean, as health economics has it (Drummond et al. 2015);
the counts of pairs in the four quarters of the plane stand beside it: a mean alone would hide how often a plan fails.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from experiments.errors import ExperimentError, hint
from model.indicators import INDICATORS

if TYPE_CHECKING:
    from experiments.comparing import Comparison

COST = "public_cost_idr"
"""Indicator of what a plan costs: all that the public pays, by whatever purse."""

QUARTERS = ("better_dearer", "better_cheaper", "worse_dearer", "worse_cheaper")

AVERTED = [
    "scenario",
    "pairs_used",
    "offences_averted",
    "extra_cost_idr",
    "custody_saved_idr",
    "cost_per_reoffence_averted_idr",
]

FRONTIER, DOMINATED, EXTENDED = "frontier", "dominated", "extended"


def plane(answer: Comparison, effect: str | None = None, cost: str = COST) -> pd.DataFrame:
    """Return the points of the cost-effectiveness plane, one for each pair.

    Args:
        answer: A comparison.
        effect: Indicator of the outcome; without it, the comparison's headline.
        cost: Indicator of the money.

    Returns:
        Columns ``scenario, replicate, gain, cost``, both against the baseline; ``gain`` is above zero where the plan
        is better, whatever the direction of the indicator. Pairs in which either is unknown are left out.

    Raises:
        ExperimentError: An indicator that is not known, or no outcome to answer with.
    """
    chosen = outcome(answer, effect)
    wide = answer.differences.pivot(index=["scenario", "replicate"], columns="indicator", values="difference")
    points = wide[[chosen, known_indicator("cost", cost)]].set_axis(["gain", "cost"], axis=1).dropna()
    points["gain"] *= 1 if INDICATORS[chosen].higher_is_better else -1
    order = {name: place for place, name in enumerate(answer.scenarios)}
    return points.reset_index().sort_values(
        ["scenario", "replicate"], key=lambda column: column.map(order) if column.name == "scenario" else column,
        ignore_index=True,
    )  # fmt: skip


def frontier(answer: Comparison, effect: str | None = None, cost: str = COST) -> pd.DataFrame:
    """Return what each plan gains and costs against the baseline, and which plans are worth their money.

    A plan is ``dominated`` when another gains as much or more for as little or less, ``extended`` (dominated by
    extension) when a mixture of two others does, else on the ``frontier``. The cost of an outcome is the extra cost
    over the extra gain against the next cheaper plan on the frontier.

    Args:
        answer: A comparison.
        effect: As for :func:`plane`.
        cost: As for :func:`plane`.

    Returns:
        Columns ``scenario, pairs_used, gain, cost, cost_per_gain, status, better_dearer, better_cheaper, worse_dearer,
        worse_cheaper``; the baseline first, with the pairs that any plan uses. ``gain`` and ``cost`` are means over
        pairs, ``cost_per_gain`` is NaN off the frontier and for its cheapest plan, and the last four count pairs; a
        pair without gain or loss is in none.

    Raises:
        ExperimentError: As :func:`plane`.
    """
    points = plane(answer, effect, cost)
    used = points["replicate"].nunique()
    rows = [{"scenario": answer.baseline, "pairs_used": used, "gain": 0.0, "cost": 0.0} | _quarters(points[:0])]
    for name in answer.scenarios:
        mine = points[points["scenario"] == name]
        middle = {"gain": float(mine["gain"].mean()), "cost": float(mine["cost"].mean())}
        rows.append({"scenario": name, "pairs_used": len(mine)} | middle | _quarters(mine))
    table = pd.DataFrame(rows)
    status, ratio = _judge([(row["gain"], row["cost"]) for row in table.to_dict("records")])
    table.insert(4, "cost_per_gain", ratio)
    table.insert(5, "status", status)
    return table


def averted(answer: Comparison) -> pd.DataFrame:
    """Return what a re-offence averted costs the public, with the custody it saves set against it.

    Args:
        answer: A comparison.

    Returns:
        Columns ``scenario, pairs_used, offences_averted, extra_cost_idr, custody_saved_idr,
    cost_per_reoffence_averted_idr``, one row a plan: means over pairs against the baseline, in rupiah over the
    whole run. Extra cost is the office's money and the counsellors' salaries. The cost of one averted is (extra
    cost - custody saved) / offences averted: below zero where averting them saves money, NaN where a plan averts
    none.
    """
    wide = answer.differences.pivot(index=["scenario", "replicate"], columns="indicator", values="difference")
    wide = wide[["offences", COST, "custody_cost_idr"]].dropna()
    rows = []
    for name in answer.scenarios:
        mine = wide.loc[[name]] if name in wide.index else wide[:0]
        mean = mine.mean()
        extra, saved, fewer = mean[COST], 0.0 - mean["custody_cost_idr"], 0.0 - mean["offences"]
        each = (extra - saved) / fewer if fewer > 0 else math.nan
        rows.append((name, len(mine), fewer, extra, saved, each))
    return pd.DataFrame(rows, columns=AVERTED)


def known_indicator(what: str, name: str) -> str:
    """Return the name of an indicator.

    Raises:
        ExperimentError: There is none of that name.
    """
    if name not in INDICATORS:
        raise ExperimentError(f"{what}: '{name}' is no indicator{hint(name, INDICATORS)}")
    return name


def outcome(answer: Comparison, effect: str | None) -> str:
    """Return the indicator that a cost is set against: ``effect``, else the headline.

    Raises:
        ExperimentError: It is none, or nobody is followed for long enough for a headline.
    """
    chosen = effect or answer.headline
    if chosen is None:
        raise ExperimentError(
            "no outcome to set the cost against: nobody is followed for long enough; name one with --effect"
        )
    return known_indicator("effect", chosen)


def _quarters(points: pd.DataFrame) -> dict[str, int]:
    better, worse, dearer = points["gain"] > 0, points["gain"] < 0, points["cost"] > 0
    counts = (better & dearer, better & ~dearer, worse & dearer, worse & ~dearer)
    return {name: int(count.sum()) for name, count in zip(QUARTERS, counts, strict=True)}


def _judge(plans: list[tuple[float, float]]) -> tuple[list[str], list[float]]:
    """Status and cost of a gain for each plan, given as (gain, cost)."""
    status = [DOMINATED if _dominated(number, plans) else FRONTIER for number in range(len(plans))]
    line = sorted((number for number, each in enumerate(status) if each == FRONTIER), key=lambda number: plans[number])
    ratio = [math.nan] * len(plans)
    while True:
        slopes = [_slope(plans[one], plans[other]) for one, other in pairwise(line)]
        bend = next((place for place in range(1, len(slopes)) if slopes[place] <= slopes[place - 1]), None)
        if bend is None:
            break
        status[line.pop(bend)] = EXTENDED
    for number, slope in zip(line[1:], slopes, strict=True):
        ratio[number] = slope
    return status, ratio


def _dominated(number: int, plans: list[tuple[float, float]]) -> bool:
    gain, cost = plans[number]
    if math.isnan(gain):
        return True
    better = (
        other for place, other in enumerate(plans)
        if other[0] >= gain and other[1] <= cost and (other != (gain, cost) or place < number)
    )  # fmt: skip
    return any(better)


def _slope(one: tuple[float, float], other: tuple[float, float]) -> float:
    return (other[1] - one[1]) / (other[0] - one[0])
