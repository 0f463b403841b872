"""From counts of clients to what pilots see: differences with their ranges, power, and the size a pilot needs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.measures import NINE_IN_TEN
from experiments.proportions import needed, newcombe, power_of
from model.trial import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterable

MEASURES = ("true", "followed", "recorded")
"""How an outcome is known: of everybody; of those not lost to follow-up; as the register has it, of everybody."""

REPEATED = 20
"""Pilots that must be there before it is said how many of them see something."""

OFFERED, OTHERS = 1, 0


def whole_pilots(counts: pd.DataFrame, sites: int) -> pd.DataFrame:
    """Return counts by pilot, arm and month; a pilot of which an office is missing is left out."""
    pilot = counts["replicate"] // sites
    complete = pilot.map(counts.groupby(pilot)["replicate"].nunique() == sites)
    return _summed(counts[complete], pilot[complete])


def _summed(counts: pd.DataFrame, pilot: pd.Series[int]) -> pd.DataFrame:
    kept = counts.drop(columns="replicate").assign(pilot=pilot)
    return kept.groupby(["pilot", "offered", "month"], as_index=False).sum()


def _columns(outcome: str, measure: str) -> tuple[str, str]:
    """Columns of events and of people for one measure of an outcome."""
    return {
        "true": (outcome, "enrolled"),
        "followed": (f"{outcome}_followed", "followed"),
        "recorded": (f"{outcome}_recorded", "enrolled"),
    }[measure]


def each_pilot(counts: pd.DataFrame) -> pd.DataFrame:
    """Return what each pilot has in hand, see :attr:`experiments.trials.Trial.pilots`."""
    arms = counts.pivot(index=["pilot", "month"], columns="offered").sort_index()
    rows = []
    for outcome in OUTCOMES:
        for measure in MEASURES:
            events, people = _columns(outcome, measure)
            here, there = (arms[[(events, arm), (people, arm)]].to_numpy().tolist() for arm in (OFFERED, OTHERS))
            keys = arms.index.to_frame(index=False).to_dict("records")
            for key, one, other in zip(keys, here, there, strict=True):
                ranges = dict(zip(("difference", "low", "high"), newcombe(*one, *other), strict=True))
                whose = {"outcome": outcome, "measure": measure, "offered_n": one[1], "others_n": other[1]}
                shares = {"offered": _share(*one), "others": _share(*other)}
                rows.append({"pilot": int(key["pilot"]), "month": int(key["month"])} | whose | shares | ranges)
    return pd.DataFrame(rows).sort_values(["pilot", "month"], kind="stable", ignore_index=True)


def _share(count: float, of: float) -> float:
    return float(count) / float(of) if of else math.nan


def summary(counts: pd.DataFrame, pilots: pd.DataFrame, sites: int, share: float, recruit: int) -> pd.DataFrame:
    """Return effect, power and size, see :attr:`experiments.trials.Trial.summary`.

    Args:
        counts: By replicate, arm and month.
        pilots: What each pilot has in hand.
        sites: Offices in a pilot.
        share: Share drawn for the offer.
        recruit: Months of releases recruited.
    """
    worlds = counts["replicate"].nunique()
    rows = []
    for month in sorted(counts["month"].unique().tolist()):
        here = counts[counts["month"] == month]
        sums = here.drop(columns=["replicate", "month"]).groupby("offered").sum()
        offered, others = ({name: float(sums[name][arm]) for name in sums} for arm in (OFFERED, OTHERS))
        enrolled = (offered["enrolled"] + others["enrolled"]) / worlds
        for outcome in OUTCOMES:
            for measure in MEASURES:
                told = pilots[
                    (pilots["month"] == month) & (pilots["outcome"] == outcome) & (pilots["measure"] == measure)
                ]
                events, people = _columns(outcome, measure)
                known = (offered[people] + others[people]) / (offered["enrolled"] + others["enrolled"])
                as_known = f"{outcome}_recorded" if measure == "recorded" else outcome
                before, effect, spillover = _effect(offered, others, as_known)
                shares = (_between(before + spillover + effect), _between(before + spillover), share)
                size = needed(*shares) / known if known else math.inf
                rows.append(
                    {"month": month, "outcome": outcome, "measure": measure, "enrolled": enrolled * sites * known}
                    | {"offered": _share(offered[events], offered[people])}
                    | {"others": _share(others[events], others[people]), "effect": effect, "spillover": spillover}
                    | _quantiles(told["difference"])
                    | {"seen": seen(zip(told["low"], told["high"], strict=True))}
                    | {"power": power_of(*shares, enrolled * sites * known)}
                    | {"needed": float(math.ceil(size)) if math.isfinite(size) else math.inf}
                    | {"recruit_months": size / (enrolled / recruit)}
                    | _checked(here, events, people, size)
                )
    return pd.DataFrame(rows)


def _between(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _effect(offered: dict[str, float], others: dict[str, float], outcome: str) -> tuple[float, float, float]:
    """Share without the offer; difference that it makes between the arms; the part of that which falls on the others.

    Each client is met with and without the offer, so the luck of the draw cancels out: (share - share without) among
    those offered, less the same among the others.
    """
    without = "_without"
    moved = [_share(arm[outcome] - arm[outcome + without], arm["enrolled"]) for arm in (offered, others)]
    before = _share(offered[outcome + without] + others[outcome + without], offered["enrolled"] + others["enrolled"])
    return before, moved[0] - moved[1], moved[1]


def _quantiles(gaps: pd.Series[float]) -> dict[str, float]:
    known = gaps.dropna().to_numpy()
    low, middle, high = np.quantile(known, NINE_IN_TEN) if known.size else (math.nan,) * 3
    return {"middle": float(middle), "low": float(low), "high": float(high)}


def seen(ranges: Iterable[tuple[float, float]]) -> float:
    """Return the share of ranges that leave out zero; unknown ones are left out."""
    known = [low > 0 or high < 0 for low, high in ranges if not math.isnan(low)]
    return sum(known) / len(known) if known else math.nan


def _checked(counts: pd.DataFrame, events: str, people: str, size: float) -> dict[str, float | int]:
    """Put as many replicates together as it takes to enrol ``size`` people, and look how many such pilots see it."""
    numbers = np.sort(counts["replicate"].unique())
    enrolled = counts["enrolled"].sum() / len(numbers)
    pilots = int(len(numbers) // math.ceil(size / enrolled)) if math.isfinite(size) else 0
    if pilots < REPEATED:
        return {"checked": math.nan, "checked_pilots": 0}
    group = pd.Series(np.searchsorted(numbers, counts["replicate"]) // math.ceil(size / enrolled), counts.index)
    arms = _summed(counts, group)[lambda table: table["pilot"] < pilots].pivot(index="pilot", columns="offered")
    cells = arms[[(events, OFFERED), (people, OFFERED), (events, OTHERS), (people, OTHERS)]].to_numpy().tolist()
    return {"checked": seen(newcombe(*cell)[1:] for cell in cells), "checked_pilots": pilots}


def uptake(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each arm that has taken the offer up, by month since release."""
    sums = counts.groupby(["month", "offered"])[["taken", "enrolled"]].sum()
    share = (sums["taken"] / sums["enrolled"].where(sums["enrolled"] > 0)).unstack("offered")
    return pd.DataFrame(
        {"month": share.index, "offered": share[OFFERED].to_numpy(), "others": share[OTHERS].to_numpy()}
    )
