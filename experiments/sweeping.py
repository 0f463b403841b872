"""Many plans against one baseline: every design point is compared with it on the same people and the same luck."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.batch import add_up, complete, in_turn
from experiments.designs import Plan, count, plan, read_plan
from experiments.errors import MONTHS, MOST_RUNS, PAIRS, SEEDS, ExperimentError, whole
from experiments.estimates import Asked, refuse_absurd
from experiments.jobs import whole_run
from experiments.pairing import DECIMALS, blocks, counted, headline, known_assumptions, smallest_differences
from experiments.runs import plain_row, provenance, resolve
from experiments.store import Store
from model.indicators import INDICATORS
from scenarios import ScenarioError, override

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from experiments.batch import Failure, Progress
    from experiments.designs import Design
    from experiments.jobs import Assumptions, Job
    from scenarios import Specification

BASELINE = 0
"""Number of the baseline among the points."""


@dataclass(frozen=True)
class Question(Asked):
    """A sweep that somebody asks for, checked but not started.

    Attributes:
        specification: The baseline.
        plan: The design points.
        specifications: The baseline and, for each point, the scenario it makes.
        pairs: Pairs for each point.
        months: Months to step.
        seed: Seed of chance and of the design.
        assumptions: ``"drawn"`` or ``"fixed"``.
        smallest_difference: By indicator, the difference below which two runs count as the same.
        overrides: What was changed in the baseline, and so in every point, by dotted key.
    """

    specification: Specification
    plan: Plan
    specifications: tuple[Specification, ...]
    pairs: int
    months: int
    seed: int
    assumptions: Assumptions
    smallest_difference: dict[str, float]
    overrides: dict[str, object] = field(default_factory=dict)

    def jobs(self) -> list[list[Job]]:
        """Return the jobs of the baseline and of each point."""
        asked = (self.pairs, self.months, self.seed, self.assumptions)
        return [blocks(each, *asked) for each in self.specifications]

    def in_turn(self) -> list[Job]:
        """Return all jobs, the first block of every point before the second of any."""
        return in_turn(self.jobs())


@dataclass(frozen=True)
class Sweep:
    """What a sweep gave.

    Attributes:
        question: What was asked.
        points: Columns ``point`` (from 1) and each key that varies.
        runs: Columns ``point`` (0 is the baseline), ``replicate`` and each indicator for the whole run.
        summary: ``point``, each key that varies, then the columns of :attr:`experiments.Comparison.summary` from
            ``indicator`` on, each point against the baseline.
        failures: Jobs that failed; their runs are missing above.
    """

    question: Question
    points: pd.DataFrame
    runs: pd.DataFrame
    summary: pd.DataFrame
    failures: list[Failure] = field(default_factory=list)

    @property
    def planned(self) -> int:
        """Runs that were asked for."""
        return len(self.question.specifications) * self.question.pairs

    @property
    def failed(self) -> int:
        """Runs that failed."""
        return self.planned - len(self.runs)

    @property
    def headline(self) -> str | None:
        """Name of the indicator to answer with, as :attr:`experiments.Comparison.headline`."""
        return headline(self.summary.groupby("indicator", sort=False)["pairs_used"].max())

    def to_json(self) -> dict[str, Any]:
        """Return the object that ``pokmas sweep --json`` prints; unknown values are None."""
        asked = self.question
        found: dict[int, dict[str, Any]] = {}
        for row in self.summary.to_dict("records"):
            told = plain_row(row, "indicator", *self.points.columns)
            found.setdefault(row["point"], {})[row["indicator"]] = told
        return {
            "scenario": asked.specification.name,
            "hash": asked.specification.hash,
            "pairs": asked.pairs,
            "months": asked.months,
            "seed": asked.seed,
            "assumptions": asked.assumptions,
            "smallest_difference": asked.smallest_difference,
            **provenance(asked.overrides),
            "planned": self.planned,
            "done": len(self.runs),
            "failed": self.failed,
            "points": [
                {"point": row["point"], "values": plain_row(row, "point"), "hash": spec.hash}
                | {"indicators": found.get(row["point"], {})}
                for row, spec in zip(self.points.to_dict("records"), asked.specifications[1:], strict=True)
            ],
            "failures": [each.to_json() for each in self.failures],
        }


def ask(
    scenario: str | os.PathLike[str] | Specification,
    vary: Mapping[str, object] | None = None,
    *,
    design: Design = "grid",
    points: int | None = None,
    plan_file: str | os.PathLike[str] | None = None,
    pairs: int = 50,
    months: int = 36,
    seed: int = 1,
    smallest_difference: float | None = None,
    assumptions: Assumptions = "drawn",
    overrides: Mapping[str, object] | None = None,
    most_runs: int = MOST_RUNS,
) -> Question:
    """Check a sweep and resolve each of its points, before anything runs; arguments as for :func:`sweep`.

    Raises:
        ExperimentError: As :func:`sweep`.
        scenarios.ScenarioError: As :func:`sweep`.
    """
    pairs = whole("pairs", pairs, PAIRS)
    if plan_file is not None and vary:
        raise ExperimentError("sweep: give values that vary or a plan, not both")
    baseline = resolve(scenario, overrides)
    if plan_file is not None:
        made = read_plan(plan_file)
    else:
        texts = {key: _text(values) for key, values in (vary or {}).items()}
        refuse_absurd(count(texts, design, points), pairs, most_runs)
        made = plan(texts, design, points, seed)
    question = laid_out(baseline, made, pairs, months, seed, smallest_difference, assumptions, most_runs)
    return replace(question, overrides=dict(overrides or {}))


def laid_out(
    baseline: Specification,
    made: Plan,
    pairs: int,
    months: int,
    seed: int,
    smallest_difference: float | None,
    assumptions: Assumptions,
    most_runs: int,
) -> Question:
    """Check what is asked of the points of a plan, and resolve each of them.

    Raises:
        ExperimentError: As :func:`sweep`.
    """
    pairs, months, seed = whole("pairs", pairs, PAIRS), whole("months", months, MONTHS), whole("seed", seed, SEEDS)
    known_assumptions(assumptions)
    smallest = smallest_differences(smallest_difference)
    refuse_absurd(len(made), pairs, most_runs)
    specifications = (baseline, *(_point(baseline, number, values) for number, values in enumerate(made, 1)))
    return Question(baseline, made, specifications, pairs, months, seed, assumptions, smallest)


def _text(values: object) -> str:
    """Values as ``--vary`` takes them: a text stays, a pair or list of numbers becomes one."""
    if isinstance(values, str):
        return values
    if isinstance(values, tuple) and len(values) == 2:
        return ":".join(map(str, values))
    return ",".join(map(str, values)) if isinstance(values, list) else str(values)


def _point(baseline: Specification, number: int, values: Mapping[str, str]) -> Specification:
    try:
        return replace(override(baseline, values), name=f"{baseline.name}-{number}")
    except ScenarioError as error:
        raise ExperimentError(f"point {number}: {error}") from error


def sweep(
    scenario: str | os.PathLike[str] | Specification | Question,
    vary: Mapping[str, object] | None = None,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    results: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    **asked: Any,
) -> Sweep:
    """Compare each point of a design with a scenario, pair by pair.

    Args:
        scenario: The baseline: name of a shipped scenario, path of a scenario file, or a specification; or a question
            that :func:`ask` has checked.
        vary: For each key of setting, levers or parameters its values: ``"1,2,3"`` or a list for grid and list,
            ``"low:high"`` or a pair for lhs and sobol.
        executor: Any ``concurrent.futures.Executor``; without it, local processes.
        workers: How many local processes, by default one per processor.
        results: Results folder; what it holds is not computed again.
        progress: Called as ``progress(done, total, seconds_left)`` after each task, counting runs.
        cancelled: Asked several times a second whether to stop.
        asked: ``design`` ("grid", "list", "lhs", "sobol"), ``points`` (for lhs and sobol), ``plan_file`` (a plan as CSV
            instead of ``vary``), ``pairs`` (50), ``months`` (36), ``seed`` (1), ``smallest_difference`` and
            ``assumptions`` ("drawn") as for :func:`experiments.compare`, ``overrides`` and ``most_runs`` (200,000).

    Raises:
        ExperimentError: A number out of range, a design that does not fit, more than ``most_runs``, a point that is no
            scenario, a folder that refuses, or no run of the baseline succeeded.
        Cancelled: ``cancelled`` said yes; finished blocks are kept.
        scenarios.ScenarioError: A scenario or an override that cannot be used.
    """
    question = scenario if isinstance(scenario, Question) else ask(scenario, vary, **asked)
    tables, failures = complete(
        question.in_turn(), Store(results), executor=executor, workers=workers, progress=progress,
        cancelled=cancelled, take=whole_run,
    )  # fmt: skip
    worlds = {
        number: pd.concat(parts)
        for number, jobs in enumerate(question.jobs())
        if (parts := [tables[job.hash] for job in jobs if job.hash in tables])
    }
    if BASELINE not in worlds:
        raise ExperimentError(f"no run of the baseline succeeded: {failures[0].message}")
    values = [{"point": number} | each for number, each in enumerate(question.plan, 1)]
    found = Sweep(
        question=question,
        points=_numeric(pd.DataFrame(values), question.plan.keys),
        runs=pd.concat(worlds, names=["point"]).reset_index(),
        summary=_numeric(pd.DataFrame(_rows(values, worlds, question.smallest_difference)), question.plan.keys),
        failures=failures,
    )
    _check(found)
    return found


def _rows(
    values: list[dict[str, Any]], worlds: dict[int, pd.DataFrame], smallest: dict[str, float]
) -> list[dict[str, Any]]:
    none = worlds[BASELINE].iloc[:0]
    rows = []
    for each in values:
        differences = (worlds.get(each["point"], none) - worlds[BASELINE]).round(DECIMALS)
        rows += [
            each | {"indicator": name} | counted(differences[name], indicator, smallest[name])
            for name, indicator in INDICATORS.items()
        ]
    return rows


def _numeric(table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """The table with keys as numbers where all their values are numbers."""
    for key in keys:
        try:
            table[key] = pd.to_numeric(table[key])
        except ValueError:
            continue
    return table


def _check(found: Sweep) -> None:
    """Planned, done and rows must agree.

    Raises:
        RuntimeError: They do not; the program is wrong.
    """
    add_up("sweep", found.question.in_turn(), len(found.runs), found.failures)
    if len(found.summary) != (rows := len(found.question.plan) * len(INDICATORS)):
        raise RuntimeError(f"the rows of a sweep do not add up: {rows} wanted, {len(found.summary)} made")
