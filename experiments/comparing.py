"""Paired comparison: the same people with the same luck and the same drawn assumptions, under two or more plans.

Each pair is one replicate of the baseline and one of a scenario with equal seed, so their difference is the policy's
doing. Replicates come in blocks, each block a stored job: asking for 40 pairs after 20 computes the 20 new ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.batch import complete, in_turn
from experiments.by_group import by_group, known_groupings
from experiments.errors import MONTHS, PAIRS, SEEDS, ExperimentError, several, whole
from experiments.jobs import monthly, whole_run
from experiments.pairing import DECIMALS, blocks, counted, headline, known_assumptions, pairs_for, smallest_differences
from experiments.runs import plain_row, provenance, resolve
from experiments.store import Store
from model.indicators import INDICATORS

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from experiments.batch import Failure, Progress
    from experiments.jobs import Assumptions
    from scenarios import Specification


QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
"""Shares of the pairs below the values of a column."""


@dataclass(frozen=True)
class Comparison:
    """Two or more scenarios, pair by pair.

    Attributes:
        baseline: Name of the scenario that the others are compared with.
        scenarios: Names of the others, in the order asked.
        pairs: Pairs asked for.
        months: Months stepped.
        seed: Seed of the comparison.
        assumptions: Whether uncertain parameters were ``"drawn"`` once per pair or ``"fixed"``.
        smallest_difference: By indicator, the difference below which two runs count as the same.
        specifications: The resolved scenarios by name.
        differences: Columns ``scenario, replicate, indicator, baseline, value, difference`` (value minus baseline).
        summary: Columns ``scenario, indicator, better, same, worse, median_difference, low, high, unit, pairs_used,
            better_low, better_high``; ``low`` and ``high`` are the 5 % and 95 % quantiles over pairs, the last two the
            90 % range (Wilson) of the share of pairs that are better. A pair in which an indicator is unknown on either
            side (nobody at risk) is left out and missing in ``pairs_used``.
        history: Columns ``scenario, replicate, month`` and each indicator, as it was in that month or, for what adds
            up, as it stood; the baseline included.
        failures: Jobs that failed; their replicates are missing above.
        by: Groupings of clients by which it was asked for too.
        groups: As ``summary`` for each group: ``scenario, grouping, group, indicator``, ``baseline`` and ``value``
            (medians over pairs), then the columns from ``better`` on; empty unless asked for.
        overrides: What was changed in every scenario, by dotted key.
    """

    baseline: str
    scenarios: tuple[str, ...]
    pairs: int
    months: int
    seed: int
    assumptions: Assumptions
    smallest_difference: dict[str, float]
    specifications: dict[str, Specification]
    differences: pd.DataFrame
    summary: pd.DataFrame
    history: pd.DataFrame
    failures: list[Failure] = field(default_factory=list)
    by: tuple[str, ...] = ()
    groups: pd.DataFrame = field(default_factory=pd.DataFrame)
    overrides: dict[str, object] = field(default_factory=dict)

    @property
    def rows(self) -> pd.DataFrame:
        """The summary and below it, where they were asked for, the groups; ``grouping`` and ``group`` say which."""
        if not self.by:
            return self.summary
        middle = self.differences.groupby(["scenario", "indicator"])[["baseline", "value"]].median()
        everybody = self.summary.assign(grouping="all", group="all").join(middle, on=["scenario", "indicator"])
        return pd.concat([everybody, self.groups], ignore_index=True)[list(self.groups.columns)]

    @property
    def headline(self) -> str | None:
        """Name of the indicator to answer with: re-offending at 24 months, else at the longest horizon with data."""
        return headline(self.summary.groupby("indicator")["pairs_used"].min())

    @property
    def outcomes(self) -> pd.DataFrame:
        """Quantiles over pairs of what each plan came to, the baseline first.

        Columns ``scenario, indicator, q05, q25, q50, q75, q95, unit``; unknown values are left out.
        """
        base = self.differences[self.differences["scenario"] == self.scenarios[0]]
        parts = [base.assign(scenario=self.baseline, value=base["baseline"])]
        parts += [self.differences[self.differences["scenario"] == name] for name in self.scenarios]
        found = []
        for name, part in zip((self.baseline, *self.scenarios), parts, strict=True):
            values = part.groupby("indicator", sort=False)["value"].quantile(np.array([*QUANTILES.values()])).unstack()
            values = values.reindex(list(INDICATORS)).rename_axis("indicator")
            found.append(values.set_axis(list(QUANTILES), axis=1).reset_index().assign(scenario=name))
        table = pd.concat(found, ignore_index=True)
        table["unit"] = [INDICATORS[name].unit for name in table["indicator"]]
        return table[["scenario", "indicator", *QUANTILES, "unit"]]

    def enough(self, width: float = 0.1) -> pd.DataFrame:
        """How sure the share of pairs that are better is, and how many pairs would make it surer.

        Args:
            width: How wide its 90 % range (Wilson) may be, as a share.

        Returns:
            Columns ``scenario, indicator, pairs_used, better_share, better_low, better_high, pairs_needed``; the last
            is the number of pairs at which the range is no wider than ``width``, should the share stay what it is.

        Raises:
            ExperimentError: The width is not between 0 and 1, or finer than any number of pairs can tell.
        """
        table = self.summary[["scenario", "indicator", "pairs_used", "better", "better_low", "better_high"]].copy()
        table.insert(3, "better_share", table.pop("better") / table["pairs_used"].where(table["pairs_used"] > 0))
        table["pairs_needed"] = [
            pairs_for(share, width) if used else None
            for share, used in zip(table["better_share"], table["pairs_used"], strict=True)
        ]
        return table.astype({"pairs_needed": "Int64"})

    def to_json(self) -> dict[str, Any]:
        """Return the object that ``pokmas compare --json`` prints; unknown values are None."""
        answers: dict[str, dict[str, Any]] = {name: {} for name in self.scenarios}
        groups: dict[str, Any] = {}
        for row in self.groups.to_dict("records"):
            scenarios = groups.setdefault(row["grouping"], {name: {} for name in self.scenarios})
            told = plain_row(row, "scenario", "grouping", "group", "indicator")
            scenarios[row["scenario"]].setdefault(row["group"], {})[row["indicator"]] = told
        for row in self.summary.to_dict("records"):
            answers[row["scenario"]][row["indicator"]] = plain_row(row, "scenario", "indicator")
        return {
            "pairs": self.pairs,
            "baseline": self.baseline,
            "months": self.months,
            "seed": self.seed,
            "assumptions": self.assumptions,
            **provenance(self.overrides),
            "hashes": {name: specification.hash for name, specification in self.specifications.items()},
            "smallest_difference": self.smallest_difference,
            "scenarios": answers,
            "failures": [each.to_json() for each in self.failures],
        } | ({"by": groups} if self.by else {})


def compare(
    scenarios: Sequence[str | os.PathLike[str] | Specification],
    *,
    pairs: int = 200,
    months: int = 36,
    seed: int = 1,
    smallest_difference: float | None = None,
    assumptions: Assumptions = "drawn",
    overrides: Mapping[str, object] | None = None,
    by: Sequence[str] = (),
    executor: Executor | None = None,
    workers: int | None = None,
    results: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Comparison:
    """Compare scenarios with the first of them, pair by pair.

    Args:
        scenarios: Two or more names, paths or specifications; the first is the baseline.
        pairs: Pairs of runs for each scenario, 1 to 100,000.
        months: Calendar months to step, 1 to 600.
        seed: Seed of the comparison.
        smallest_difference: For shares, the difference that matters (0.03 is 3 clients in 100); other indicators keep
            the one they declare. By default every indicator keeps its own.
        assumptions: ``"drawn"`` lets uncertain parameters vary from pair to pair, ``"fixed"`` leaves chance alone.
        overrides: Dotted key to value, laid over every scenario alike.
        by: Groupings of clients (:data:`model.groups.GROUPINGS`) by which the main indicators are compared too.
        executor: Any ``concurrent.futures.Executor``; without it, local processes.
        workers: How many local processes, by default one per processor.
        results: Results folder; what it holds is not computed again.
        progress: Called as ``progress(done, total, seconds_left)`` after each task, counting runs.
        cancelled: Asked several times a second whether to stop.

    Raises:
        ExperimentError: A number out of range, fewer than two scenarios, a folder that refuses, or no run succeeded.
        Cancelled: ``cancelled`` said yes; finished blocks are kept.
        scenarios.ScenarioError: A scenario or an override that cannot be used.
    """
    pairs = whole("pairs", pairs, PAIRS)
    months = whole("months", months, MONTHS)
    seed = whole("seed", seed, SEEDS)
    smallest = smallest_differences(smallest_difference)
    if len(several("scenarios", scenarios)) < 2:
        raise ExperimentError("compare needs at least two scenarios; the first is the baseline")
    known_assumptions(assumptions)
    groupings = known_groupings(by)
    names, specifications = named([resolve(scenario, overrides) for scenario in scenarios])
    jobs = {name: blocks(each, pairs, months, seed, assumptions, groupings) for name, each in specifications.items()}
    tables, failures = complete(
        in_turn(jobs.values()), Store(results), executor=executor, workers=workers, progress=progress,
        cancelled=cancelled,
    )  # fmt: skip
    parts = {name: [tables[job.hash] for job in mine if job.hash in tables] for name, mine in jobs.items()}
    if not all(parts.values()):
        raise ExperimentError(f"no run of '{failures[0].job.spec.name}' succeeded: {failures[0].message}")
    worlds = {name: pd.concat(tables) for name, tables in parts.items()}
    differences = _differences(names, {name: whole_run(table) for name, table in worlds.items()})
    history = pd.concat({name: monthly(table) for name, table in worlds.items()}, names=["scenario"])
    return Comparison(
        baseline=names[0],
        scenarios=tuple(names[1:]),
        pairs=pairs,
        months=months,
        seed=seed,
        assumptions=assumptions,
        smallest_difference=smallest,
        specifications=specifications,
        differences=differences,
        summary=_summary(names[1:], differences, smallest),
        history=history.reset_index("scenario").reset_index(drop=True),
        failures=failures,
        by=groupings,
        groups=by_group(names, worlds, groupings, smallest),
        overrides=dict(overrides or {}),
    )


def different(verb: str, plans: list[Specification]) -> list[Specification]:
    """Return plans for ``verb`` when each is another one: between equal ones every difference is zero, at some length.

    Raises:
        ExperimentError: Two are the same.
    """
    seen: dict[str, str] = {}
    for spec in plans:
        if spec.hash in seen:
            raise ExperimentError(f"{verb}: '{seen[spec.hash]}' and '{spec.name}' are the same plan; give it once")
        seen[spec.hash] = spec.name
    return plans


def named(specifications: list[Specification]) -> tuple[list[str], dict[str, Specification]]:
    """Give each scenario a name of its own; a scenario that is the baseline once more may share the baseline's."""
    first = specifications[0]
    names = [first.name]
    for specification in specifications[1:]:
        taken = names[1:] if specification.hash == first.hash else names
        candidates = (specification.name, *(f"{specification.name} ({n})" for n in range(2, len(specifications) + 2)))
        names.append(next(name for name in candidates if name not in taken))
    return names, dict(zip(names, specifications, strict=True))


def _differences(names: list[str], final: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Value minus baseline for every scenario, indicator and replicate that both sides have."""
    parts = []
    for name in names[1:]:
        common = final[names[0]].index.intersection(final[name].index)
        baseline, value = (_long(final[each].loc[common]) for each in (names[0], name))
        parts.append(value.assign(scenario=name, baseline=baseline["value"]))
    found = pd.concat(parts, ignore_index=True)
    found["difference"] = (found["value"] - found["baseline"]).round(DECIMALS)
    return found[["scenario", "replicate", "indicator", "baseline", "value", "difference"]]


def _long(final: pd.DataFrame) -> pd.DataFrame:
    return final.melt(var_name="indicator", value_name="value", ignore_index=False).reset_index()


def _summary(names: list[str], differences: pd.DataFrame, smallest: dict[str, float]) -> pd.DataFrame:
    pairs = dict(list(differences.groupby(["scenario", "indicator"])["difference"]))
    none = pd.Series(dtype="float64")
    return pd.DataFrame(
        [
            {"scenario": name, "indicator": indicator.name}
            | counted(pairs.get((name, indicator.name), none), indicator, smallest[indicator.name])
            for name in names
            for indicator in INDICATORS.values()
        ]
    )
