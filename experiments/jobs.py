"""A job: the smallest question that is computed, stored and sent to another process.

A job is one office stepped through its months for a block of replicates (worlds side by side). It is frozen and named
by a hash of everything that its numbers depend on, the code of the model included, so that equal questions share one
answer and an answer never outlives the code that gave it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from scenarios import Specification

Assumptions = Literal["drawn", "fixed"]
Driver = Literal["columns", "agents"]

WHOLE_RUN = "@run"
"""End of the name of a column that holds an indicator for the whole run."""

SOURCES = ("scenarios", "agents", "model")


@dataclass(frozen=True)
class Job:
    """One specification, some months, a block of replicates.

    Attributes:
        spec: The resolved scenario.
        months: Calendar months to step.
        seed: Seed of the question; with the replicate it decides every draw.
        replicates: Numbers of the worlds in this block, stepped side by side.
        assumptions: ``"drawn"`` takes uncertain parameters once per replicate, ``"fixed"`` takes their central values.
        driver: ``"columns"`` or ``"agents"``; both give the same table bit for bit, so it is no part of the hash.
    """

    spec: Specification
    months: int
    seed: int = 1
    replicates: tuple[int, ...] = (0,)
    assumptions: Assumptions = "drawn"
    driver: Driver = "columns"

    @cached_property
    def hash(self) -> str:
        """Name of the answer: 32 hexadecimal digits over all that the numbers depend on."""
        asked = {
            "scenario": self.spec.hash,
            "months": self.months,
            "seed": self.seed,
            "replicates": self.replicates,
            "assumptions": self.assumptions,
            "code": code_version(),
        }
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:32]

    def singles(self) -> list[Job]:
        """The same question for one replicate at a time."""
        return [replace(self, replicates=(replicate,)) for replicate in self.replicates]


def simulate(job: Job) -> pd.DataFrame:
    """Step the model through ``job`` and return its long table: a pure function.

    Returns:
        One row per replicate and month, sorted so; columns ``replicate`` and ``month``, then one per indicator with its
        value in that month (or so far, for what adds up). Where the whole run counts otherwise than its last month
        does, a column ``<indicator>@run`` holds that value in the last month and NaN before it. All columns are int64
        or float64.
    """
    from model import ReintegrationModel
    from model.indicators import INDICATORS

    office = ReintegrationModel(
        job.spec, seed=job.seed, replicates=job.replicates, driver=job.driver, assumptions=job.assumptions
    )
    for _ in range(job.months):
        office.step()
    states = {name: f"{name}{WHOLE_RUN}" for name, indicator in INDICATORS.items() if indicator.monthly}
    final = office.indicators()[["replicate", *states]].rename(columns=states).assign(month=job.months)
    history = office.history.drop(columns="scenario")
    table: pd.DataFrame = history.merge(final, on=["replicate", "month"], how="left", sort=False)
    table = table.sort_values(["replicate", "month"], kind="stable", ignore_index=True)
    return table.astype({name: "float64" if kind.kind == "f" else "int64" for name, kind in table.dtypes.items()})


def whole_run(table: pd.DataFrame) -> pd.DataFrame:
    """Return the value of each indicator for the whole run: one row per replicate, which is the index."""
    from model.indicators import INDICATORS

    last = table[table["month"] == table["month"].max()].set_index("replicate")
    columns = {name: f"{name}{WHOLE_RUN}" if INDICATORS[name].monthly else name for name in INDICATORS}
    values: pd.DataFrame = last[list(columns.values())].set_axis(list(columns), axis=1).astype("float64")
    return values


def monthly(table: pd.DataFrame) -> pd.DataFrame:
    """Return the values month by month, without those of the whole run."""
    return table[[name for name in table.columns if not str(name).endswith(WHOLE_RUN)]]


@lru_cache(maxsize=1)
def code_version() -> str:
    """Hash over the source text of the floors that decide the numbers, computed once per process.

    Comments count too: a needless recomputation is cheap, a stale number is not.
    """
    digest = hashlib.sha256()
    for path, name in sorted(_sources(), key=lambda source: source[1]):
        digest.update(name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:16]


def _sources() -> list[tuple[Path, str]]:
    found = [(Path(__file__), "experiments/jobs.py")]
    for package in SOURCES:
        place = importlib.util.find_spec(package)
        for folder in (place.submodule_search_locations or ()) if place else ():
            root = Path(folder)
            files = [*root.rglob("*.py"), *root.rglob("parameters.yaml")]
            found += [(path, f"{package}/{path.relative_to(root).as_posix()}") for path in files]
    return found
