"""A job: the smallest question that is computed, stored and sent to another process.

A job is one office stepped through its months for a block of replicates (worlds side by side). It is frozen and named
by a hash of everything that its numbers depend on, the code of the model included, so that equal questions share one
answer and an answer never outlives the code that gave it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

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
        by: Groupings of clients (:data:`model.groups.GROUPINGS`) by which the main indicators are told too.
        weights: Whether to tell by what an office counts when several are put together (:mod:`model.weights`).
    """

    spec: Specification
    months: int
    seed: int = 1
    replicates: tuple[int, ...] = (0,)
    assumptions: Assumptions = "drawn"
    driver: Driver = "columns"
    by: tuple[str, ...] = ()
    weights: bool = False

    @cached_property
    def hash(self) -> str:
        """Name of the answer: 32 hexadecimal digits over all that the numbers depend on."""
        asked = {
            "scenario": self.spec.hash,
            "months": self.months,
            "seed": self.seed,
            "replicates": self.replicates,
            "assumptions": self.assumptions,
            "more": self.more,
            "code": code_version(),
        }
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:32]

    @property
    def alike(self) -> Hashable:
        """What jobs share that :func:`together` can step in one model: all but scenario and replicates."""
        return tuple(getattr(self, each.name) for each in fields(self) if each.name not in ("spec", "replicates"))

    @property
    def more(self) -> dict[str, Any]:
        """What is asked for beyond an ordinary run, part of the hash; empty for most jobs."""
        return ({"by": list(self.by)} if self.by else {}) | ({"weights": True} if self.weights else {})

    def table(self) -> pd.DataFrame:
        """Compute the answer, see :func:`simulate`."""
        return together([self])[0]

    def singles(self) -> list[Job]:
        """The same question for one replicate at a time."""
        return [replace(self, replicates=(replicate,)) for replicate in self.replicates]


def simulate(job: Job) -> pd.DataFrame:
    """Step the model through ``job`` and return its long table: a pure function.

    Returns:
        One row per replicate and month, sorted so; columns ``replicate`` and ``month``, then one per indicator with its
        value in that month (or so far, for what adds up). Where the whole run counts otherwise than its last month
        does, a column ``<indicator>@run`` holds that value in the last month and NaN before it. What is asked for
        besides has columns with an ``@`` too. All columns are int64 or float64.
    """
    return job.table()


def together(jobs: Sequence[Job]) -> list[pd.DataFrame]:
    """Step jobs that are :attr:`~Job.alike` in one model.

    Returns:
        The table of each, the same as :func:`simulate` gives of it alone.
    """
    import numpy as np
    import pandas as pd

    from model import ReintegrationModel
    from model.indicators import INDICATORS
    from model.weights import Weights

    first = jobs[0]
    model = ReintegrationModel(
        [job.spec for job in jobs],
        seed=first.seed,
        worlds=[(number, replicate) for number, job in enumerate(jobs) for replicate in job.replicates],
        driver=first.driver,
        assumptions=first.assumptions,
        by=first.by,
    )
    weights = Weights()
    if first.weights:
        model.also_record.append(weights.keep)
    for _ in range(first.months):
        model.step()
    seen, last = [model.history, model.groups.history()], [model.indicators(), model.groups.indicators()]
    if first.weights:
        seen.append(weights.history())
        last.append(weights.curves(model))
    final = pd.concat(last, axis=1).drop(columns="scenario").assign(month=first.months)
    states = {name for name, indicator in INDICATORS.items() if indicator.monthly}
    ends = {name: WHOLE_RUN * (name.partition("@")[0] in states) for name in final.columns}
    added_up = [name for name in final.columns if name.partition("@")[0] in INDICATORS and not ends[name]]
    final = final.drop(columns=added_up).rename(columns={name: f"{name}{end}" for name, end in ends.items()})
    history = pd.concat(seen, axis=1).drop(columns="scenario")
    office = model.tables["offices"].specification
    return [
        _joined(history[np.repeat(office == number, first.months)], final[office == number])
        for number in range(len(jobs))
    ]


def _joined(history: pd.DataFrame, final: pd.DataFrame) -> pd.DataFrame:
    table = history.merge(final, on=["replicate", "month"], how="left", sort=False)
    table = table.sort_values(["replicate", "month"], kind="stable", ignore_index=True)
    return table.astype({name: "float64" if kind.kind == "f" else "int64" for name, kind in table.dtypes.items()})


def whole_run(table: pd.DataFrame) -> pd.DataFrame:
    """Return the value of each indicator for the whole run: one row per replicate, which is the index."""
    from model.indicators import INDICATORS

    columns = [at_the_end(name) for name in INDICATORS]
    values: pd.DataFrame = last_month(table)[columns].set_axis(list(INDICATORS), axis=1).astype("float64")
    return values


def last_month(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the last month, one per replicate, which is the index."""
    last: pd.DataFrame = table[table["month"] == table["month"].max()].set_index("replicate")
    return last


def at_the_end(column: str) -> str:
    """Return the column that holds, in the last month, what ``column`` (of an indicator) came to in the whole run."""
    from model.indicators import INDICATORS

    return f"{column}{WHOLE_RUN}" if INDICATORS[column.partition("@")[0]].monthly else column


def monthly(table: pd.DataFrame) -> pd.DataFrame:
    """Return the indicators month by month, without those of the whole run and what was asked for besides."""
    return table[[name for name in table.columns if "@" not in str(name)]]


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
