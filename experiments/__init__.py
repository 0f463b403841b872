"""Many runs: one question becomes jobs, jobs become stored tables, tables become an answer.

Names are brought in on first use, so that ``import experiments.cli`` (and ``pokmas --help``) stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.allocating import Allocation as Allocation
    from experiments.allocating import allocate as allocate
    from experiments.archiving import archive as archive
    from experiments.batch import Failure as Failure
    from experiments.batch import Progress as Progress
    from experiments.cohort_files import save_cohort as save_cohort
    from experiments.cohorts import cohort as cohort
    from experiments.comparing import Comparison as Comparison
    from experiments.comparing import compare as compare
    from experiments.costs import averted as averted
    from experiments.costs import frontier as frontier
    from experiments.costs import plane as plane
    from experiments.dask_cluster import cluster as cluster
    from experiments.dictionaries import dictionary as dictionary
    from experiments.errors import Cancelled as Cancelled
    from experiments.errors import ExperimentError as ExperimentError
    from experiments.executors import local_pool as local_pool
    from experiments.executors import serial as serial
    from experiments.futures import Robustness as Robustness
    from experiments.futures import robustness as robustness
    from experiments.importance import Sensitivity as Sensitivity
    from experiments.importance import sensitivity as sensitivity
    from experiments.jobs import Job as Job
    from experiments.jobs import simulate as simulate
    from experiments.nationwide import National as National
    from experiments.nationwide import national as national
    from experiments.reporting import report as report
    from experiments.runs import RunResult as RunResult
    from experiments.runs import run as run
    from experiments.store import Store as Store
    from experiments.sweeping import Sweep as Sweep
    from experiments.sweeping import sweep as sweep
    from experiments.trials import Trial as Trial
    from experiments.trials import trial as trial

_HOMES = {
    "Allocation": "allocating",
    "Cancelled": "errors",
    "Comparison": "comparing",
    "ExperimentError": "errors",
    "Failure": "batch",
    "Job": "jobs",
    "National": "nationwide",
    "Progress": "batch",
    "Robustness": "futures",
    "RunResult": "runs",
    "Sensitivity": "importance",
    "Store": "store",
    "Sweep": "sweeping",
    "archive": "archiving",
    "allocate": "allocating",
    "cluster": "dask_cluster",
    "cohort": "cohorts",
    "compare": "comparing",
    "averted": "costs",
    "frontier": "costs",
    "dictionary": "dictionaries",
    "local_pool": "executors",
    "national": "nationwide",
    "plane": "costs",
    "report": "reporting",
    "robustness": "futures",
    "run": "runs",
    "save_cohort": "cohort_files",
    "serial": "executors",
    "sensitivity": "importance",
    "simulate": "jobs",
    "sweep": "sweeping",
    "Trial": "trials",
    "trial": "trials",
}

__all__ = [  # noqa: RUF022 - from the question to the machinery
    "run",
    "compare",
    "sweep",
    "sensitivity",
    "report",
    "archive",
    "dictionary",
    "robustness",
    "allocate",
    "cohort",
    "save_cohort",
    "national",
    "trial",
    "plane",
    "averted",
    "frontier",
    "simulate",
    "RunResult",
    "Comparison",
    "Sweep",
    "Sensitivity",
    "National",
    "Trial",
    "Robustness",
    "Allocation",
    "Job",
    "Store",
    "Failure",
    "Progress",
    "Cancelled",
    "ExperimentError",
    "local_pool",
    "serial",
    "cluster",
]


def __getattr__(name: str) -> object:
    """Import the module that holds ``name`` the first time somebody asks for it."""
    if name in _HOMES:
        return getattr(import_module(f"experiments.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'experiments' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
