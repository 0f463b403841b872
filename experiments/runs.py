"""One run: a scenario stepped once with the central values of its assumptions."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.batch import complete
from experiments.errors import MONTHS, SEEDS, ExperimentError, whole
from experiments.jobs import Job, code_version, monthly, whole_run
from experiments.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from experiments.batch import Progress
    from scenarios import Specification


@dataclass(frozen=True)
class RunResult:
    """What one run gave.

    Attributes:
        specification: The resolved scenario.
        seed: Seed of the run.
        months: Months stepped.
        indicators: Value and unit by indicator name, at the end of the run; NaN where nobody was at risk.
        history: One row per month: ``scenario``, ``replicate``, ``month`` and each indicator, as it was in that month
            or, for what adds up, as it stood.
        overrides: What was changed in the scenario, by dotted key.
    """

    specification: Specification
    seed: int
    months: int
    indicators: dict[str, tuple[float, str]]
    history: pd.DataFrame
    overrides: dict[str, object] = field(default_factory=dict)

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        return self.specification.name

    def to_json(self) -> dict[str, Any]:
        """Return the object that ``pokmas run --json`` prints; unknown values are None."""
        return {
            "scenario": self.scenario,
            "hash": self.specification.hash,
            **provenance(self.overrides),
            "seed": self.seed,
            "months": self.months,
            "clients": self.specification.setting.clients,
            "indicators": {
                name: {"value": plain(value), "unit": unit} for name, (value, unit) in self.indicators.items()
            },
        }


def run(
    scenario: str | os.PathLike[str] | Specification,
    *,
    months: int = 36,
    seed: int = 1,
    overrides: Mapping[str, object] | None = None,
    results: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RunResult:
    """Step a scenario once and return what came of it.

    Args:
        scenario: Name of a shipped scenario, path of a scenario file, or a specification.
        months: Calendar months to step, 1 to 600.
        seed: Seed; the same seed gives the same people with the same luck under every scenario.
        overrides: Dotted key to value, as from ``--set``.
        results: Results folder; the same question asked again is read from it.
        progress: Told when the run is done.
        cancelled: Asked whether to stop before the run starts.

    Raises:
        ExperimentError: A number out of range, a folder that refuses, or a run that failed.
        scenarios.ScenarioError: A scenario or an override that cannot be used.
    """
    months = whole("months", months, MONTHS)
    seed = whole("seed", seed, SEEDS)
    specification = resolve(scenario, overrides)
    job = Job(specification, months, seed, assumptions="fixed")
    tables, failures = complete([job], Store(results), progress=progress, cancelled=cancelled)
    if failures:
        raise ExperimentError(f"the run of '{specification.name}' failed: {failures[0].message}")
    from model.indicators import INDICATORS

    table = tables[job.hash]
    final = whole_run(table).iloc[0]
    history = monthly(table)
    history.insert(0, "scenario", specification.name)
    indicators = {name: (float(final[name]), indicator.unit) for name, indicator in INDICATORS.items()}
    return RunResult(specification, seed, months, indicators, history, dict(overrides or {}))


def resolve(
    scenario: str | os.PathLike[str] | Specification, overrides: Mapping[str, object] | None = None
) -> Specification:
    """Return the specification behind a name, a path or a specification.

    Raises:
        ExperimentError: It is none of these (a list of scenarios is none), or overrides were given for a specification,
            which is resolved already.
        scenarios.ScenarioError: The scenario or an override cannot be used.
    """
    from scenarios import Specification, load

    if isinstance(scenario, Specification):
        if overrides:
            raise ExperimentError("overrides need a scenario name or file; a specification is resolved already")
        return scenario
    if not isinstance(scenario, str | os.PathLike):
        raise ExperimentError(f"a scenario is a name, a file or a specification, not a {type(scenario).__name__}")
    return load(scenario if isinstance(scenario, str) else Path(scenario), overrides=overrides)


def provenance(overrides: Mapping[str, object]) -> dict[str, Any]:
    """Return what the JSON of every answer tells beside its question: what was changed, and the code of the model."""
    return {"overrides": as_text(overrides), "code": code_version()}


def as_text(overrides: Mapping[str, object]) -> dict[str, str]:
    """Return overrides as JSON and a command line have them."""
    return {key: str(value) for key, value in overrides.items()}


def plain_row(row: Mapping[Any, Any], *without: str) -> dict[str, Any]:
    """Return a row of a table as JSON knows it, its numbers as :func:`plain` has them, without some of its columns."""
    kept = {str(name): value for name, value in row.items() if name not in without}
    return {name: plain(value) if isinstance(value, float) else value for name, value in kept.items()}


def plain(value: float) -> float | None:
    """Return ``value`` as JSON knows it: None where it is not finite."""
    return float(value) if math.isfinite(value) else None
