"""How well plans hold up over many futures, and in which of them a plan fails.

A future is one draw of the uncertain assumptions and of luck (and, if asked, of the surroundings), shared by all plans:
replicate 7 of every plan is future 7, so the runs are those of a comparison. The regret of a plan in a future is how
much better the best of the plans did there (Savage 1951; Lempert et al. 2003). Two futures in three serve to find where
a plan fails, every third is held back to see whether that holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.batch import add_up, complete, in_turn
from experiments.comparing import different, named
from experiments.costs import known_indicator
from experiments.designs import plan, range_of
from experiments.errors import MONTHS, MOST_RUNS, PAIRS, SEEDS, ExperimentError, finite, several, whole
from experiments.estimates import Asked, refuse_many
from experiments.failing import Finding, find
from experiments.jobs import Job, whole_run
from experiments.pairing import blocks, headline, smallest_differences
from experiments.regrets import describe, judge
from experiments.runs import plain_row, provenance, resolve
from experiments.store import Store
from model.beliefs import draw
from model.indicators import INDICATORS
from scenarios import ScenarioError, override, parameters

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from experiments.batch import Failure, Progress
    from scenarios import Specification


@dataclass(frozen=True)
class Question(Asked):
    """A test of robustness that somebody asks for, checked but not started.

    Attributes:
        plans: The resolved plans by name.
        ranges: The ends between which values of the setting differ, by dotted key.
        surroundings: For each future, what it changes of the setting; empty without any.
        changed: Each plan in each of these futures; empty where the surroundings do not differ.
        futures: How many.
        months: Months to step.
        seed: Seed of the futures.
        indicators: What is asked; None for re-offending at the longest horizon with data.
        threshold: The value that a plan must not miss, in the unit of the one indicator; None for regret.
        smallest_difference: By indicator, the difference below which two runs count as the same.
        overrides: What was changed in every plan, by dotted key.
    """

    plans: dict[str, Specification]
    ranges: dict[str, tuple[float, float]]
    surroundings: tuple[dict[str, str], ...]
    changed: dict[str, tuple[Specification, ...]]
    futures: int
    months: int
    seed: int
    indicators: tuple[str, ...] | None
    threshold: float | None
    smallest_difference: dict[str, float]
    overrides: dict[str, object] = field(default_factory=dict)

    @cached_property
    def jobs(self) -> dict[str, list[Job]]:
        """The jobs of each plan: blocks of futures, or one job a future where the surroundings differ."""
        if not self.surroundings:
            asked = (self.futures, self.months, self.seed)
            return {name: blocks(spec, *asked, "drawn") for name, spec in self.plans.items()}
        return {
            name: [Job(spec, self.months, self.seed, (future,)) for future, spec in enumerate(specs)]
            for name, specs in self.changed.items()
        }

    def in_turn(self) -> list[Job]:
        """Return all jobs, the first future of every plan before the second of any."""
        return in_turn(self.jobs.values())

    def inputs(self) -> pd.DataFrame:
        """What differs between futures: one row each, columns the parameters that no plan pins, then the setting."""
        pinned = frozenset().union(*(spec.pinned for spec in self.plans.values()))
        free = [name for name, each in parameters().items() if each.uncertain and name not in pinned]
        spec = next(iter(self.plans.values()))
        drawn = [draw(spec, self.seed, future, "drawn") for future in range(self.futures)]
        table = pd.DataFrame([[values[name] for name in free] for values in drawn], columns=free, dtype="float64")
        for key in self.surroundings[0] if self.surroundings else ():
            table[key] = [float(changed[key]) for changed in self.surroundings]
        return table.rename_axis("future")


@dataclass(frozen=True)
class Robustness:
    """How plans hold up.

    Attributes:
        question: What was asked.
        indicators: The indicators that are answered.
        summary: One row a plan and indicator: ``scenario, indicator, futures_used, median, worst_tenth, regret_median,
            regret_worst_tenth, regret_max, best, near_best, fails, unit``. ``worst_tenth`` is the mean of the worst
            tenth of the futures, by the direction of the indicator; ``regret_worst_tenth`` that of the tenth with most
            regret. The last three but the unit count futures: the plan is the best (or as good), it is within the
            smallest difference of the best, it fails.
        runs: One row a plan, future and indicator: ``scenario, future, held_back, indicator, value, regret, fails``;
            regret and failure are missing where the indicator is unknown for one of the plans.
        futures: What differs between the futures, as :meth:`Question.inputs`.
        findings: For each plan and indicator, where it fails.
        failures: Jobs that failed; their runs are missing above.
    """

    question: Question
    indicators: tuple[str, ...]
    summary: pd.DataFrame
    runs: pd.DataFrame
    futures: pd.DataFrame
    findings: list[Finding]
    failures: list[Failure] = field(default_factory=list)

    @property
    def planned(self) -> int:
        """Runs that were asked for."""
        return len(self.question.plans) * self.question.futures

    @property
    def done(self) -> int:
        """Runs that succeeded."""
        return int((self.runs["indicator"] == self.indicators[0]).sum())

    @property
    def table(self) -> pd.DataFrame:
        """The summary and beside it where each plan fails: ``standing, conditions`` and how the rule fits.

        ``coverage`` and ``density`` are of the futures on which it was found, ``held_back_coverage`` and
        ``held_back_density`` of the others.
        """
        return pd.concat([self.summary, pd.DataFrame([each.row() for each in self.findings])], axis=1)

    def to_json(self) -> dict[str, Any]:
        """Return the object that ``pokmas robustness --json`` prints; unknown values are None."""
        asked = self.question
        answers: dict[str, dict[str, Any]] = {name: {} for name in asked.plans}
        for row, finding in zip(self.summary.to_dict("records"), self.findings, strict=True):
            told = plain_row(row, "scenario", "indicator") | {"where_it_fails": finding.to_json()}
            answers[finding.scenario][finding.indicator] = told
        return {
            "futures": asked.futures,
            "months": asked.months,
            "seed": asked.seed,
            "indicators": list(self.indicators),
            "threshold": asked.threshold,
            "smallest_difference": {name: asked.smallest_difference[name] for name in self.indicators},
            **provenance(asked.overrides),
            "surroundings": {key: list(ends) for key, ends in asked.ranges.items()},
            "hashes": {name: spec.hash for name, spec in asked.plans.items()},
            "planned": self.planned,
            "done": self.done,
            "failed": self.planned - self.done,
            "plans": answers,
            "failures": [each.to_json("futures") for each in self.failures],
        }


def ask(
    plans: Sequence[str | os.PathLike[str] | Specification],
    *,
    futures: int = 200,
    months: int = 36,
    seed: int = 1,
    indicators: Sequence[str] = (),
    threshold: float | None = None,
    smallest_difference: float | None = None,
    surroundings: Mapping[str, str] | None = None,
    overrides: Mapping[str, object] | None = None,
    most_runs: int = MOST_RUNS,
) -> Question:
    """Check a test of robustness before anything runs; arguments as for :func:`robustness`.

    Raises:
        ExperimentError: As :func:`robustness`.
        scenarios.ScenarioError: As :func:`robustness`.
    """
    futures, months = whole("futures", futures, PAIRS), whole("months", months, MONTHS)
    seed = whole("seed", seed, SEEDS)
    asked = tuple(
        known_indicator("indicator", name) for name in several("indicators", indicators, "['employed_share']")
    )
    if len(set(asked)) < len(asked):
        raise ExperimentError("indicator: given twice; give each once")
    if threshold is not None and not (finite(threshold) and len(asked) == 1):
        raise ExperimentError("threshold: give a number, and the one --indicator that it is about")
    if threshold is not None and INDICATORS[asked[0]].unit == "share" and not 0 <= threshold <= 1:
        raise ExperimentError(f"threshold: {threshold:g} is no share; give 0 to 1 (0.65 is 65 in 100)")
    if len(several("plans", plans)) < 2:
        given = "one plan" if plans else "no plan"
        raise ExperimentError(f"robustness: {given} given; regret needs two or more to choose between")
    refuse_many(f"{len(plans):,} plans in {futures:,} futures", len(plans) * futures, most_runs, "plans or futures")
    names, specifications = named(different("robustness", [resolve(each, overrides) for each in plans]))
    ranges = _ranges(surroundings or {})
    around = tuple(plan(dict(surroundings), "lhs", futures, seed)) if surroundings else ()
    return Question(
        plans={name: specifications[name] for name in names},
        ranges=ranges,
        surroundings=around,
        changed={name: _in_each(specifications[name], around) for name in names},
        futures=futures,
        months=months,
        seed=seed,
        indicators=asked or None,
        threshold=threshold,
        smallest_difference=smallest_differences(smallest_difference),
        overrides=dict(overrides or {}),
    )


def _ranges(surroundings: Mapping[str, str]) -> dict[str, tuple[float, float]]:
    """The ends of ranges of the setting."""
    for key, values in surroundings.items():
        if not isinstance(values, str):
            raise ExperimentError(f"surroundings: {key}: {values!r} is no text; write the range as '0.02:0.08'")
        if not key.startswith("setting."):
            raise ExperimentError(
                f"--vary {key}: only the setting differs between futures; levers belong to the plans, and parameters "
                "are drawn in every future"
            )
    return {key: range_of(key, values) for key, values in surroundings.items()}


def _in_each(spec: Specification, surroundings: Sequence[Mapping[str, str]]) -> tuple[Specification, ...]:
    """A plan in each future whose surroundings differ."""
    found = []
    for future, changes in enumerate(surroundings):
        try:
            found.append(override(spec, changes))
        except ScenarioError as error:
            raise ExperimentError(f"future {future}: {error}") from error
    return tuple(found)


def robustness(
    plans: Sequence[str | os.PathLike[str] | Specification] | Question,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    results: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    **asked: Any,
) -> Robustness:
    """Tell how well plans hold up over many futures, and where each of them fails.

    Args:
        plans: Two or more names, paths or specifications; or a question that :func:`ask` has checked.
        executor: Any ``concurrent.futures.Executor``; without it, local processes.
        workers: How many local processes, by default one per processor.
        results: Results folder; what it holds is not computed again.
        progress: Called as ``progress(done, total, seconds_left)`` after each task, counting runs.
        cancelled: Asked several times a second whether to stop.
        asked: ``futures`` (200), ``months`` (36), ``seed`` (1), ``indicators`` (names; without them re-offending),
            ``threshold`` (a plan fails where its one indicator is worse than this; without it, where its regret is no
            smaller than the smallest difference), ``smallest_difference`` as for :func:`experiments.compare`,
            ``surroundings`` (for keys of the setting a range ``"low:high"``, spread over the futures as a Latin
            hypercube), ``overrides`` and ``most_runs`` (200,000).

    Raises:
        ExperimentError: A number out of range, fewer than two different plans, more than ``most_runs``, a folder that
            refuses, no run of a plan succeeded, or an indicator that is unknown in every future.
        Cancelled: ``cancelled`` said yes; finished jobs are kept.
        scenarios.ScenarioError: A scenario or an override that cannot be used.
    """
    question = plans if isinstance(plans, Question) else ask(plans, **asked)
    tables, failures = complete(
        question.in_turn(), Store(results), executor=executor, workers=workers, progress=progress,
        cancelled=cancelled, take=whole_run,
    )  # fmt: skip
    worlds: dict[str, pd.DataFrame] = {}
    for name, jobs in question.jobs.items():
        parts = [tables[job.hash] for job in jobs if job.hash in tables]
        if not parts:
            raise ExperimentError(f"no run of '{name}' succeeded: {failures[0].message}")
        worlds[name] = pd.concat(parts).rename_axis("future")
    futures, indicators = question.inputs(), question.indicators or _headline(worlds)
    summary: list[dict[str, Any]] = []
    runs: list[pd.DataFrame] = []
    findings: list[Finding] = []
    for indicator in indicators:
        values = {name: world[indicator] for name, world in worlds.items()}
        smallest = question.smallest_difference[indicator]
        judged = judge(indicator, values, smallest, question.threshold)
        add_up("test of robustness", question.in_turn(), sum(map(len, judged.values())), failures)
        runs += judged.values()
        for name, rows in judged.items():
            known = rows[rows["regret"].notna()]
            summary.append(describe(name, indicator, known, smallest))
            fails, held_back = known["fails"].to_numpy(dtype=bool), known["held_back"].to_numpy(dtype=bool)
            inputs = futures.loc[known["future"]]
            findings.append(find(name, indicator, inputs, fails, held_back, question.seed))
    return Robustness(
        question=question,
        indicators=indicators,
        summary=pd.DataFrame(summary),
        runs=pd.concat(runs, ignore_index=True),
        futures=futures.reset_index(),
        findings=findings,
        failures=failures,
    )


def _headline(worlds: Mapping[str, pd.DataFrame]) -> tuple[str]:
    known = pd.DataFrame({name: world.notna().sum() for name, world in worlds.items()})
    chosen = headline(known.min(axis=1))
    if chosen is None:
        raise ExperimentError("no re-offending to answer with: nobody is followed for long enough; name an --indicator")
    return (chosen,)
