"""A fixed yearly budget, split over what it can be spent on: which splits are about equally good.

Splits are spread evenly over all that are possible, each is a plan of a sweep on the same futures, and the answer is a
set: the splits that keep up with the split of the most favourable mean in enough futures. What the splits really spent
stands in the ledger of their runs and is set against the budget.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from agents.clients import MONTHS_A_YEAR
from experiments import sweeping
from experiments.costs import known_indicator
from experiments.designs import Plan, plan
from experiments.errors import MONTHS, MOST_RUNS, PAIRS, ExperimentError, share, whole
from experiments.estimates import Asked, refuse_absurd
from experiments.pairing import DECIMALS
from experiments.runs import plain, plain_row, provenance, resolve
from experiments.uses import PROMISES, Purse, purse
from model.indicators import INDICATORS

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from experiments.batch import Failure, Progress
    from experiments.jobs import Job
    from scenarios import Specification

DEFAULT_USES = ("activities", "coaching", "transport", "tools", "media")

POINTS = (2, 65_536)
"""Splits that can be tried."""

PER_CENT = 2
"""Decimals of a share: splits are whole per cents."""

SAME_BUDGET = 0.05
"""How far from the budget, as a share of it, the mean money spent in a year may be."""

EXAMPLES = 4

NOW = 0
"""Number of the split that the scenario itself has."""


@dataclass(frozen=True)
class Question(Asked):
    """An allocation that somebody asks for, checked but not started.

    Attributes:
        purse: The money and its uses.
        amounts: For each split, rupiah a year by use.
        sweep: The splits as points of a sweep; its baseline is the scenario at the budget with its own levers.
        indicator: What counts; None for re-offending at the longest horizon with data.
        enough: Share of futures in which a split must keep up.
    """

    purse: Purse
    amounts: tuple[dict[str, float], ...]
    sweep: sweeping.Question
    indicator: str | None
    enough: float

    def in_turn(self) -> list[Job]:
        """Return all jobs, those of the sweep."""
        return self.sweep.in_turn()


@dataclass(frozen=True)
class Allocation:
    """Which splits of a budget are about equally good.

    Attributes:
        question: What was asked.
        indicator: The indicator that is answered.
        splits: One row a split, first the scenario's own (number 0): ``split``, for each use ``share_<use>`` of the
            money that is split, each lever that a split sets, ``mean`` of the indicator over futures,
            ``futures_used``, ``keeps_up`` (futures in which it is not worse than the split of the most favourable mean
            by the smallest difference), ``inside`` (whether that is enough), ``spent_idr_per_year`` (mean, from the
            ledger).
        uses: One row a use: ``use, lever, unit``, the range of its share in the set ``low, middle, high``, of all that
            was tried ``tried_low, tried_high``, and of the lever in the set ``buys_low, buys_high``; activities buy no
            lever.
        runs: As :attr:`experiments.Sweep.runs`.
        failures: Jobs that failed; their runs are missing above.
    """

    question: Question
    indicator: str
    splits: pd.DataFrame
    uses: pd.DataFrame
    runs: pd.DataFrame
    failures: list[Failure]

    @property
    def planned(self) -> int:
        """Runs that were asked for."""
        return len(self.question.sweep.specifications) * self.question.sweep.pairs

    @property
    def inside(self) -> pd.DataFrame:
        """The splits that are about equally good, without the scenario's own."""
        return self.splits[self.splits["inside"] & (self.splits["split"] != NOW)]

    @property
    def uneven(self) -> list[int]:
        """Splits that did not spend the budget: more than 5 % away from it in the mean."""
        away = (self.splits["spent_idr_per_year"] / self.question.purse.budget - 1).abs() > SAME_BUDGET
        return [int(number) for number in self.splits[away]["split"]]

    def examples(self, count: int = EXAMPLES) -> pd.DataFrame:
        """Return splits of the set that differ as much as possible, beginning in its middle."""
        found = self.inside
        shares = found[[f"share_{name}" for name in self.question.purse.uses]].to_numpy()
        if not len(found):
            return found
        chosen = [int(np.abs(shares - shares.mean(axis=0)).sum(axis=1).argmin())]
        while len(chosen) < min(count, len(found)):
            away = np.abs(shares[:, None] - shares[chosen]).sum(axis=2).min(axis=1)
            away[chosen] = -1.0
            chosen.append(int(away.argmax()))
        return found.iloc[chosen]

    def to_json(self) -> dict[str, Any]:
        """Return the object that ``pokmas allocate --json`` prints; unknown values are None."""
        asked, money = self.question.sweep, self.question.purse
        spent = self.splits["spent_idr_per_year"]
        return {
            "scenario": money.specification.name,
            "hash": money.specification.hash,
            "budget_idr": money.budget,
            "kept_idr": dict(money.kept),
            "split_idr": money.free,
            "indicator": self.indicator,
            "smallest_difference": asked.smallest_difference[self.indicator],
            "enough": self.question.enough,
            "pairs": asked.pairs,
            "months": asked.months,
            "seed": asked.seed,
            "assumptions": asked.assumptions,
            **provenance(asked.overrides),
            "planned": self.planned,
            "done": len(self.runs),
            "failed": self.planned - len(self.runs),
            "about_equally_good": [int(number) for number in self.inside["split"]],
            "examples": [int(number) for number in self.examples()["split"]],
            "uses": [plain_row(row) for row in self.uses.to_dict("records")],
            "spending": {
                "lowest_idr_per_year": plain(float(spent.min())),
                "highest_idr_per_year": plain(float(spent.max())),
                "same_budget": not self.uneven,
                "not_at_budget": self.uneven,
            },
            "splits": [plain_row(row) for row in self.splits.to_dict("records")],
            "failures": [each.to_json() for each in self.failures],
        }


def ask(
    scenario: str | os.PathLike[str] | Specification,
    uses: Sequence[str] = DEFAULT_USES,
    *,
    budget: float | None = None,
    points: int = 32,
    pairs: int = 50,
    months: int = 36,
    seed: int = 1,
    indicator: str | None = None,
    enough: float = 0.8,
    smallest_difference: float | None = None,
    overrides: Mapping[str, object] | None = None,
    most_runs: int = MOST_RUNS,
) -> Question:
    """Check an allocation and lay out its splits, before anything runs; arguments as for :func:`allocate`.

    Raises:
        ExperimentError: As :func:`allocate`.
        scenarios.ScenarioError: As :func:`allocate`.
    """
    points, months = whole("points", points, POINTS), whole("months", months, MONTHS)
    if months % MONTHS_A_YEAR:
        raise ExperimentError(f"months: {months} is not allowed; a yearly budget needs whole years, such as 12, 24, 36")
    if indicator is not None:
        known_indicator("indicator", indicator)
    share("enough", enough)
    refuse_absurd(points, whole("pairs", pairs, PAIRS), most_runs)
    money = purse(resolve(scenario, overrides), uses, budget, seed)
    made = [money.levers(shares) for shares in splits(len(money.uses), points, seed)]
    keys = tuple(made[0][0])
    table = Plan(keys, tuple(tuple(repr(levers[key]) for key in keys) for levers, _ in made))
    laid_out = sweeping.laid_out(
        money.specification, table, pairs, months, seed, smallest_difference, "drawn", most_runs
    )  # fmt: skip
    laid_out = replace(laid_out, overrides=dict(overrides or {}))
    return Question(money, tuple(amounts for _, amounts in made), laid_out, indicator, enough)


def splits(uses: int, points: int, seed: int) -> list[tuple[float, ...]]:
    """Spread splits evenly over all that are possible: a scrambled Sobol sequence of cuts, the gaps between them.

    Sorted cuts of [0, 1] leave gaps that are uniform on the simplex (Devroye 1986, ch. V); cuts at whole per cents keep
    shares readable, and splits that become equal are tried once.

    Args:
        uses: Number of shares.
        points: How many splits, a power of two.
        seed: Seed of the scrambling.

    Raises:
        ExperimentError: ``points`` is no power of two.
    """
    cuts = plan({str(place): "0:1" for place in range(1, uses)}, "sobol", points, seed).points
    ends = ((0.0, *sorted(round(float(cut), PER_CENT) for cut in row), 1.0) for row in cuts)
    return list(dict.fromkeys(tuple(round(high - low, PER_CENT) for low, high in pairwise(each)) for each in ends))


def allocate(
    scenario: str | os.PathLike[str] | Specification | Question,
    uses: Sequence[str] = DEFAULT_USES,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    results: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    **asked: Any,
) -> Allocation:
    """Split a yearly budget in many ways and tell which splits are about equally good.

    Args:
        scenario: Name, path or specification; or a question that :func:`ask` has checked.
        uses: What the money can go to, two or more of :data:`experiments.uses.USES`.
        executor: Any ``concurrent.futures.Executor``; without it, local processes.
        workers: How many local processes, by default one per processor.
        results: Results folder; what it holds is not computed again.
        progress: Called as ``progress(done, total, seconds_left)`` after each task, counting runs.
        cancelled: Asked several times a second whether to stop.
        asked: ``budget`` (rupiah a year, by default the scenario's), ``points`` (splits, a power of two, 32), ``pairs``
            (futures, 50), ``months`` (whole years, 36), ``seed`` (1), ``indicator`` (by default re-offending),
            ``enough`` (share of futures in which a split must keep up, 0.8), ``smallest_difference`` as for
            :func:`experiments.compare`, ``overrides`` and ``most_runs`` (200,000).

    Raises:
        ExperimentError: A number out of range, a use that is not known, a budget that is used up before anything can be
            split, more than ``most_runs``, a folder that refuses, no run of the scenario succeeded, or an indicator
            that is unknown in every future.
        Cancelled: ``cancelled`` said yes; finished blocks are kept.
        scenarios.ScenarioError: A scenario or an override that cannot be used.
    """
    question = scenario if isinstance(scenario, Question) else ask(scenario, uses, **asked)
    swept = sweeping.sweep(
        question.sweep, executor=executor, workers=workers, results=results, progress=progress, cancelled=cancelled
    )
    indicator = question.indicator or swept.headline
    if indicator is None:
        raise ExperimentError("no re-offending to answer with: nobody is followed for long enough; name an --indicator")
    table = _judged(question, swept.runs, indicator)
    return Allocation(question, indicator, table, _uses(question, table), swept.runs, swept.failures)


def _judged(question: Question, runs: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """The table of :attr:`Allocation.splits`."""
    money, asked = question.purse, question.sweep
    values = runs.pivot(index="replicate", columns="point", values=indicator).dropna()
    if values.empty:
        raise ExperimentError(f"indicator: '{indicator}' is unknown in every future; take more months or clients")
    gain = values if INDICATORS[indicator].higher_is_better else -values
    if not (tried := sorted(set(gain.columns) - {NOW})):
        raise ExperimentError("no run of any split succeeded; ask again with --workers 1 to see why")
    behind = -gain.sub(gain[gain[tried].mean().idxmax()], axis=0).round(DECIMALS)
    keeps_up = ((behind < asked.smallest_difference[indicator]) | (behind <= 0)).sum()
    spent = runs.groupby("point")["spent_idr"].mean() * MONTHS_A_YEAR / asked.months
    rows = []
    for number, amounts in enumerate((dict(money.now), *question.amounts)):
        levers = dict(zip(asked.plan.keys, map(float, asked.plan.points[number - 1]), strict=True))
        if number == NOW:
            levers = {key: money.specification.lever(key.removeprefix("levers."), 0) for key in asked.plan.keys}
        there = number in values.columns
        rows.append(
            {"split": number}
            | {f"share_{name}": amount / money.free for name, amount in amounts.items()}
            | levers
            | {
                "mean": float(values[number].mean()) if there else math.nan,
                "futures_used": len(values) if there else 0,
                "keeps_up": int(keeps_up[number]) if there else 0,
                "inside": bool(there and keeps_up[number] >= question.enough * len(values) - 1e-9),
                "spent_idr_per_year": float(spent.get(number, math.nan)),
            }
        )
    return pd.DataFrame(rows)


def _uses(question: Question, table: pd.DataFrame) -> pd.DataFrame:
    """The table of :attr:`Allocation.uses`."""
    from scenarios import FIELDS

    tried = table[table["split"] != NOW]
    found = tried[tried["inside"]]
    rows = []
    for name in question.purse.uses:
        lever = PROMISES[name].lever if name in PROMISES else ""
        shares = found[f"share_{name}"]
        bought = found[lever] if lever else pd.Series(dtype="float64")
        rows.append(
            {
                "use": name,
                "lever": lever,
                "unit": getattr(FIELDS[lever], "unit", "") if lever else "",
                "low": float(shares.min()),
                "middle": float(shares.median()),
                "high": float(shares.max()),
                "tried_low": float(tried[f"share_{name}"].min()),
                "tried_high": float(tried[f"share_{name}"].max()),
                "buys_low": float(bought.min()),
                "buys_high": float(bought.max()),
            }
        )
    return pd.DataFrame(rows)
