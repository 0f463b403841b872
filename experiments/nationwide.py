"""The national table of offices, each with its own run, and the country they make together.

An office's life does not depend on which others are in the model. So offices are computed some side by side, wherever
there is room, or all in one model, and give the same bytes; each is a stored job, and a table that was stopped goes on
where it stood. The country is put together from parts and wholes, not as a mean of offices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from agents.clients import MONTHS_A_YEAR
from experiments.batch import add_up, complete
from experiments.errors import MONTHS, SEEDS, ExperimentError, several, whole
from experiments.executors import serial
from experiments.jobs import Job, at_the_end, whole_run
from experiments.pairing import DECIMALS
from experiments.runs import plain, provenance
from experiments.store import Store
from model.indicators import INDICATORS
from model.weights import ADDED, POOLED, WEIGHTS
from scenarios import FIELDS, NATIONAL, Dated, Quantity, ScenarioError, override, parameters
from scenarios import national as offices_of

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Executor

    from experiments.batch import Failure, Progress
    from scenarios import Specification

TOTAL = "total"
"""Name of the row of all offices together."""

TIMES = "x"
"""Begin of a value that multiplies what each office has."""


@dataclass(frozen=True)
class National:
    """What the table gave.

    Attributes:
        offices: The resolved offices.
        months: Months stepped.
        seed: Seed of every office.
        overrides: What was changed in every office.
        table: One row per office and one, ``total``, of all together: ``office, clients`` (of the setting) and each
            indicator for the whole run.
        now: The same of the offices as the table has them; None unless it was asked for.
        failures: Jobs that failed; their offices are missing above, and in the total.
        planned: Runs that were asked for.
    """

    offices: tuple[Specification, ...]
    months: int
    seed: int
    overrides: dict[str, object]
    table: pd.DataFrame
    now: pd.DataFrame | None
    failures: list[Failure] = field(default_factory=list)
    planned: int = 0

    @property
    def done(self) -> int:
        """Runs that gave a row."""
        return sum(len(each) - 1 for each in (self.table, self.now) if each is not None)

    @property
    def differences(self) -> pd.DataFrame | None:
        """Plan minus table as it stands, for the offices that both have; None when that was not asked for."""
        if self.now is None:
            return None
        plan, now = (each.set_index("office") for each in (self.table, self.now))
        common = plan.index.intersection(now.index, sort=False)
        names = list(INDICATORS)
        gap = (plan.loc[common, names] - now.loc[common, names]).round(DECIMALS)
        gap.insert(0, "clients", plan.loc[common, "clients"])
        return gap.reset_index()

    @property
    def rows(self) -> pd.DataFrame:
        """All tables under each other, ``which`` of them first: plan, and now and difference when these are there."""
        parts = {"plan": self.table, "now": self.now, "difference": self.differences}
        there = {name: part for name, part in parts.items() if part is not None}
        return pd.concat(there, names=["which"]).reset_index("which").reset_index(drop=True)

    def to_json(self) -> dict[str, Any]:
        """Return the object that ``pokmas national --json`` prints; unknown values are None."""
        return {
            "offices": len(self.offices),
            "months": self.months,
            "seed": self.seed,
            "assumptions": "fixed",
            **provenance(self.overrides),
            "planned": self.planned,
            "done": self.done,
            "failed": self.planned - self.done,
            "units": {name: indicator.unit for name, indicator in INDICATORS.items()},
            "table": _told(self.table),
            "now": None if self.now is None else _told(self.now),
            "differences": None if self.differences is None else _told(self.differences),
            "failures": [{"scenario": each.job.spec.name, "message": each.message} for each in self.failures],
        }


def _told(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {"office": row["office"], "clients": int(row["clients"])} | {name: plain(row[name]) for name in INDICATORS}
        for row in table.to_dict("records")
    ]


def national(
    offices: Iterable[str] | None = None,
    *,
    months: int = 36,
    seed: int = 1,
    overrides: Mapping[str, object] | None = None,
    against_now: bool = False,
    one_model: bool = False,
    executor: Executor | None = None,
    workers: int | None = None,
    results: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> National:
    """Step the offices of the national table once each, with the central values of the assumptions.

    Args:
        offices: Their numbers, such as ``["07", "12"]`` (or names, ``"national-07"``); by default all 94.
        months: Calendar months to step, 1 to 600.
        seed: Seed; every office has its own luck of it.
        overrides: Dotted key to value, laid over every office alike; a text ``"x1.5"`` is one and a half times what the
            office has.
        against_now: Step the table as it stands too, and tell the differences.
        one_model: Step all offices in one model of this process instead of some in each of several; the same bytes.
        executor: Any ``concurrent.futures.Executor``; without it, local processes.
        workers: How many local processes, by default one per processor.
        results: Results folder; what it holds is not computed again.
        progress: Called as ``progress(done, total, seconds_left)``, counting runs (an office is one).
        cancelled: Asked several times a second whether to stop.

    Raises:
        ExperimentError: A number out of range, an office that is not in the table, a folder that refuses, one model
            together with workers or an executor, or no office succeeded.
        Cancelled: ``cancelled`` said yes; finished offices are kept.
        scenarios.ScenarioError: An override that cannot be used.
    """
    months, seed = whole("months", months, MONTHS), whole("seed", seed, SEEDS)
    if one_model and (executor is not None or workers is not None):
        raise ExperimentError("national: one model is stepped in one process; leave out workers and scheduler")
    changes = dict(overrides or {})
    if against_now and not changes:
        raise ExperimentError("national: nothing is changed, so there is nothing to compare; change something (--set)")
    now = chosen(offices)
    plan = tuple(changed(spec, changes) for spec in now)
    sides = [[_job(spec, months, seed) for spec in side] for side in ((plan, now) if against_now else (plan,))]
    jobs, store = [job for side in sides for job in side], Store(results)
    tables, failures = complete(
        jobs, store, executor=serial() if one_model else executor, workers=workers, progress=progress,
        cancelled=cancelled, one_model=one_model,
    )  # fmt: skip
    found = [_table(side, tables) for side in sides]
    if any(each is None for each in found):
        raise ExperimentError(f"no office succeeded: {failures[0].message}")
    answer = National(
        offices=plan,
        months=months,
        seed=seed,
        overrides=changes,
        table=found[0],  # type: ignore[arg-type]
        now=found[1] if against_now else None,
        failures=failures,
        planned=len(jobs),
    )
    add_up("national table", jobs, answer.done, failures)
    return answer


def _job(spec: Specification, months: int, seed: int) -> Job:
    return Job(spec, months, seed, assumptions="fixed", weights=True)


def chosen(offices: Iterable[str] | None) -> tuple[Specification, ...]:
    """Return the offices of these numbers or names in the order of the table; all of them for None.

    Raises:
        ExperimentError: There is no such office, or none was given.
    """
    every = {spec.name: spec for spec in offices_of()}
    if offices is None:
        return tuple(every.values())
    for number in several("offices", offices, "['07', '12']"):
        if not isinstance(number, str):
            raise ExperimentError(f"offices: {number!r} is no text; give numbers as in the table, such as '07'")
    asked = {
        f"{NATIONAL}-{text.strip().removeprefix(f'{NATIONAL}-').rjust(2, '0')}": text
        for text in several("offices", offices, "['07', '12']")
    }
    for name, text in asked.items():
        if name not in every:
            first, last = (each.rpartition("-")[2] for each in (min(every), max(every)))
            raise ExperimentError(
                f"offices: '{text}' is not in the national table; give numbers from {first} to {last}"
            )
    if not asked:
        raise ExperimentError("offices: none given; give for instance 07,12")
    return tuple(spec for name, spec in every.items() if name in asked)


def changed(spec: Specification, changes: Mapping[str, object]) -> Specification:
    """Return an office with changes laid over it; ``"x1.5"`` multiplies what it has.

    Raises:
        ExperimentError: What is to be multiplied is no number, or the factor is none.
        scenarios.ScenarioError: A change cannot be used.
    """
    values = {key: _times(spec, key, value) for key, value in changes.items()}
    try:
        return override(spec, values)
    except ScenarioError as error:
        raise ExperimentError(f"{spec.name}: {error}") from error


def _times(spec: Specification, key: str, value: object) -> object:
    if not isinstance(value, str) or not value.startswith(TIMES):
        return value
    try:
        factor = float(value.removeprefix(TIMES))
    except ValueError:
        raise ExperimentError(f"{key}: {value} is no factor; write for instance x1.5") from None
    now, declared = spec.values.get(key), FIELDS.get(key)
    if declared is None and key not in {f"parameters.{name}" for name in parameters()}:
        return value  # no key at all, which the check of the change says with the nearest one
    if not isinstance(declared, Quantity):
        raise ExperimentError(f"{key}: {value} multiplies a number of setting or levers, and this is none")
    if isinstance(now, Dated):
        if now.then:
            raise ExperimentError(f"{key}: {value} multiplies one number, and {spec.name} has several over time")
        now = now.value
    product = float(now) * factor  # type: ignore[arg-type]
    return round(product) if declared.whole and math.isfinite(product) else product


def _table(jobs: Sequence[Job], tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame | None:
    """One row per office that succeeded, and the total; None when none did."""
    done = [job for job in jobs if job.hash in tables]
    if not done:
        return None
    rows: list[dict[str, Any]] = []
    for job in done:
        values = whole_run(tables[job.hash])
        who = {"office": job.spec.name, "clients": job.spec.setting.clients}
        rows.append(who | {name: float(values[name].iloc[0]) for name in INDICATORS})
    clients = sum(job.spec.setting.clients for job in done)
    rows.append({"office": TOTAL, "clients": clients} | put_together([tables[job.hash] for job in done]))
    return pd.DataFrame(rows)


def put_together(tables: Sequence[pd.DataFrame]) -> dict[str, float]:
    """Return the indicators of offices together, for the whole run.

    Shares and means are weighted by their denominators month by month (parts over wholes); what describes a state is
    then the mean of the last twelve months, as for one office. Numbers add up. Re-offending is read off the curve of
    all clients together. The median income is the mean of the offices' medians, weighted by clients.

    Args:
        tables: One per office with one replicate, from jobs with weights.
    """
    found: dict[str, float] = {}
    for weight, (_, names) in WEIGHTS.items():
        weights = np.stack([table[f"{weight}@weight"].to_numpy() for table in tables])
        for name in names:
            values = np.stack([table[name].to_numpy() for table in tables])
            monthly = _mean(values, weights)
            found[name] = _last_year(monthly) if INDICATORS[name].monthly else float(monthly[-1])
    for name in ADDED:
        found[name] = float(sum(table[at_the_end(name)].iloc[-1] for table in tables))
    for name, (at_risk, events, months) in POOLED.items():
        risk, happened = (
            np.sum([table[[f"{curve}@{month}" for month in range(months)]].iloc[-1] for table in tables], axis=0)
            for curve in (at_risk, events)
        )
        survival = np.prod(1.0 - happened / np.maximum(risk, 1.0))
        found[name] = float(1.0 - survival) if (risk > 0).all() else np.nan
    return {name: found[name] for name in INDICATORS}


def _mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean over the first axis by weight, NaN where nothing weighs; what weighs nothing may be unknown."""
    parts = np.where(weights > 0, values, 0.0) * weights
    wholes = weights.sum(axis=0)
    return np.where(wholes > 0, parts.sum(axis=0) / np.where(wholes > 0, wholes, 1.0), np.nan)


def _last_year(monthly: np.ndarray) -> float:
    recent = monthly[-MONTHS_A_YEAR:]
    known = recent[~np.isnan(recent)]
    return float(known.mean()) if known.size else np.nan
