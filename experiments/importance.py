"""Which uncertain parameters decide the answer: Morris screening and Sobol indices over their ranges, by SALib.

The answer is the paired difference between a scenario and the baseline (or the outcome of one scenario), its mean over
pairs with the same people and luck at every point; a pair that is unknown at one point counts at none. Set beside the
grade of evidence it says what to measure first: what matters much and was only assumed.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from experiments.batch import complete, failed_runs
from experiments.costs import known_indicator
from experiments.errors import MONTHS, MOST_RUNS, PAIRS, SEEDS, ExperimentError, hint, several, whole
from experiments.estimates import Asked, refuse_absurd
from experiments.jobs import whole_run
from experiments.pairing import blocks
from experiments.runs import plain_row, provenance, resolve
from experiments.store import Store
from scenarios import override, parameters

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from experiments.batch import Progress
    from experiments.jobs import Job
    from scenarios import Specification

Method = Literal["morris", "sobol"]

MEASURED_HERE = "local"
"""Grade of what was measured in Indonesia for such clients."""

LEVELS = 4
"""Levels of Morris' grid."""


@dataclass(frozen=True)
class Sensitivity:
    """How much each parameter decides.

    Attributes:
        method: ``"morris"`` or ``"sobol"``.
        indicator: The indicator.
        scenarios: Names: the scenario, or the baseline and the scenario whose difference is the answer.
        pairs: Pairs asked for at each point.
        pairs_used: Those in which the indicator is known at every point, and so behind each of them.
        months: Months stepped.
        seed: Seed of chance and of the design.
        points: Points of the design.
        table: One row a parameter, the most important first: ``parameter, importance, spread, grade, source, low,
            value, high, unit, rank, measure_first``. For Morris, importance is the mean absolute elementary effect
            (mu*, in units of the indicator) and spread the standard deviation of the effects, unknown from one
            trajectory; for Sobol, the total index and its 95 % half width. ``measure_first`` orders by importance what
            was not measured in Indonesia.
        overrides: What was changed in every scenario, by dotted key.
    """

    method: Method
    indicator: str
    scenarios: tuple[str, ...]
    pairs: int
    pairs_used: int
    months: int
    seed: int
    points: int
    table: pd.DataFrame
    overrides: dict[str, object] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the object that ``pokmas sensitivity --json`` prints; unknown values are None."""
        rows = [plain_row(row) for row in self.table.astype({"measure_first": "object"}).to_dict("records")]
        names = ("method", "indicator", "pairs", "pairs_used", "months", "seed", "points")
        told = {name: getattr(self, name) for name in names}
        return told | {"scenarios": list(self.scenarios), **provenance(self.overrides), "parameters": rows}


@dataclass(frozen=True)
class Question(Asked):
    """A sensitivity analysis that somebody asks for, checked but not started."""

    may_fail: ClassVar[bool] = False

    specifications: tuple[Specification, ...]
    names: tuple[str, ...]
    problem: dict[str, Any]
    design: NDArray[np.float64]
    method: Method
    indicator: str
    pairs: int
    months: int
    seed: int
    overrides: dict[str, object] = field(default_factory=dict)

    @cached_property
    def jobs(self) -> list[list[list[Job]]]:
        """For each point and each scenario its blocks; what is not varied keeps its central value."""
        keys = [f"parameters.{name}" for name in self.names]
        points = [dict(zip(keys, map(float, row), strict=True)) for row in self.design]
        asked: tuple[int, int, int] = (self.pairs, self.months, self.seed)
        return [[blocks(override(spec, point), *asked, "fixed") for spec in self.specifications] for point in points]

    def in_turn(self) -> list[Job]:
        """Return all jobs, those of one point after those of another."""
        return [job for point in self.jobs for plan in point for job in plan]


def ask(
    scenarios: Sequence[str | os.PathLike[str] | Specification],
    *,
    method: Method = "morris",
    points: int | None = None,
    names: Sequence[str] = (),
    indicator: str = "reoffending_24m",
    pairs: int = 10,
    months: int = 36,
    seed: int = 1,
    overrides: Mapping[str, object] | None = None,
    most_runs: int = MOST_RUNS,
) -> Question:
    """Check a sensitivity analysis and lay out its points; arguments as for :func:`sensitivity`.

    Raises:
        ExperimentError: As :func:`sensitivity`.
        scenarios.ScenarioError: A scenario or an override that cannot be used.
    """
    pairs, months, seed = whole("pairs", pairs, PAIRS), whole("months", months, MONTHS), whole("seed", seed, SEEDS)
    if method not in get_args(Method):
        raise ExperimentError(f"method: '{method}' is not known; allowed: {', '.join(get_args(Method))}")
    if not 1 <= len(several("scenarios", scenarios)) <= 2:
        raise ExperimentError("sensitivity: one scenario, or the baseline and the scenario to set against it")
    known_indicator("indicator", indicator)
    specifications = tuple(resolve(each, overrides) for each in scenarios)
    varied = _varied(names, specifications)
    tries = whole("points", points if points is not None else (10 if method == "morris" else 64), (1, 100_000))
    if method == "sobol" and tries & (tries - 1):
        raise ExperimentError(f"points: {tries} is no power of two, as sobol needs; take 64 or 128")
    count = tries * (len(varied) + (1 if method == "morris" else 2))
    refuse_absurd(count * len(specifications), pairs, most_runs)
    table = parameters()
    bounds = [[_own(table[name].low, name), _own(table[name].high, name)] for name in varied]
    problem = {"num_vars": len(varied), "names": list(varied), "bounds": bounds}
    design = _design(problem, method, tries, seed)
    for column, name in enumerate(varied):
        design[:, column] = [_back(value, name) for value in design[:, column]]
    changes = dict(overrides or {})
    return Question(specifications, varied, problem, design, method, indicator, pairs, months, seed, changes)


def _varied(names: Sequence[str], specifications: tuple[Specification, ...]) -> tuple[str, ...]:
    """The parameters to vary: those named, else every one that has a range and that no scenario pins."""
    table = parameters()
    for name in several("names", names, "['demand_share', 'hazard_ratio_employed']"):
        if name not in table:
            raise ExperimentError(f"parameter: '{name}' is not known{hint(name, table)}")
        if not table[name].drawn:
            told = f"set another value with --set parameters.{name}=VALUE"
            raise ExperimentError(
                f"parameter: '{name}' is a choice of how to look, not a belief, and never varies; {told}"
            )
    pinned = frozenset().union(*(spec.pinned for spec in specifications))
    free = tuple(name for name in (names or table) if table[name].uncertain)
    varied = free if names else tuple(name for name in free if name not in pinned)
    if len(varied) < 2 or len(set(varied)) < len(varied):
        raise ExperimentError("sensitivity: at least two different parameters with a range must vary")
    return varied


def _own(value: float, name: str) -> float:
    return math.log(value) if parameters()[name].scale == "log" else value


def _back(value: float, name: str) -> float:
    belief = parameters()[name]
    return min(max(math.exp(value) if belief.scale == "log" else value, belief.low), belief.high)


def _design(problem: dict[str, Any], method: Method, tries: int, seed: int) -> NDArray[np.float64]:
    if method == "morris":
        from SALib.sample import morris

        return np.asarray(morris.sample(problem, tries, num_levels=LEVELS, seed=seed), dtype=np.float64)
    from SALib.sample import sobol

    return np.asarray(sobol.sample(problem, tries, calc_second_order=False, seed=seed), dtype=np.float64)


def sensitivity(
    scenarios: Sequence[str | os.PathLike[str] | Specification] | Question,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    results: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    **asked: Any,
) -> Sensitivity:
    """Tell how much each uncertain parameter decides an outcome, or the difference between two plans.

    Args:
        scenarios: One scenario, or the baseline and another one; or a question that :func:`ask` has checked.
        executor: Any ``concurrent.futures.Executor``; without it, local processes.
        workers: How many local processes, by default one per processor.
        results: Results folder; what it holds is not computed again.
        progress: Called as ``progress(done, total, seconds_left)`` after each task, counting runs.
        cancelled: Asked several times a second whether to stop.
        asked: ``method`` ("morris" or "sobol"), ``points`` (trajectories for Morris, 10; base samples for Sobol, 64),
            ``names`` (parameters, by default all that are free), ``indicator``, ``pairs`` (10), ``months`` (36),
            ``seed`` (1), ``overrides`` and ``most_runs``.

    Raises:
        ExperimentError: A word or number that does not fit, more than ``most_runs``, a run that failed (a design with
            holes has no answer), or an indicator that no pair knows at every point.
        Cancelled: ``cancelled`` said yes; finished blocks are kept.
        scenarios.ScenarioError: A scenario or an override that cannot be used.
    """
    question = scenarios if isinstance(scenarios, Question) else ask(scenarios, **asked)
    tables, failures = complete(
        question.in_turn(), Store(results), executor=executor, workers=workers, progress=progress,
        cancelled=cancelled, take=lambda table: whole_run(table)[[question.indicator]],
    )  # fmt: skip
    if failures:
        raise ExperimentError(
            f"{failed_runs(failures)} of the runs failed, and a design with holes has no answer: {failures[0].message}"
        )
    answers = pd.DataFrame([_answers(point, tables, question.indicator) for point in question.jobs]).dropna(axis=1)
    if answers.empty:
        raise ExperimentError(
            f"indicator: '{question.indicator}' is unknown at some point in every pair; take more months or clients"
        )
    return Sensitivity(
        method=question.method,
        indicator=question.indicator,
        scenarios=tuple(spec.name for spec in question.specifications),
        pairs=question.pairs,
        pairs_used=len(answers.columns),
        months=question.months,
        seed=question.seed,
        points=len(question.design),
        table=_table(question, answers.mean(axis=1).to_numpy(dtype=np.float64)),
        overrides=question.overrides,
    )


def _answers(point: list[list[Job]], tables: dict[str, pd.DataFrame], indicator: str) -> pd.Series[float]:
    """The answer of each pair at a point."""
    values = [pd.concat([tables[job.hash] for job in plan])[indicator] for plan in point]
    return values[-1] - values[0] if len(values) > 1 else values[0]


def _table(question: Question, answers: NDArray[np.float64]) -> pd.DataFrame:
    importance, spread = _indices(question, answers)
    table = parameters()
    rows = [
        {
            "parameter": name,
            "importance": float(importance[place]),
            "spread": float(spread[place]),
            "grade": table[name].grade,
            "source": ", ".join(table[name].source),
            "low": table[name].low,
            "value": table[name].value,
            "high": table[name].high,
            "unit": table[name].unit,
        }
        for place, name in enumerate(question.names)
    ]
    found = pd.DataFrame(rows).sort_values("importance", ascending=False, kind="stable", ignore_index=True)
    found["rank"] = range(1, len(found) + 1)
    weak = (found["grade"] != MEASURED_HERE) & (found["importance"] > 0)
    found["measure_first"] = weak.cumsum().where(weak).astype("Int64")
    return found


def _indices(question: Question, answers: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Importance and spread of each parameter; zeros when nothing moved the answer."""
    nothing = answers * 0.0
    if not answers.std():
        return nothing[: len(question.names)], nothing[: len(question.names)]
    if question.method == "morris":
        from SALib.analyze import morris

        design = question.design.copy()
        for column, name in enumerate(question.names):
            design[:, column] = [_own(value, name) for value in design[:, column]]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of a spread that one trajectory does not tell
            found = morris.analyze(question.problem, design, answers, num_levels=LEVELS, seed=question.seed)
        return found["mu_star"], found["sigma"]
    from SALib.analyze import sobol

    found = sobol.analyze(question.problem, answers, calc_second_order=False, seed=question.seed)
    return found["ST"], found["ST_conf"]
