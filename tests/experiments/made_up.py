"""Tables as `simulate` makes them, with values that a test chooses."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agents.chance import word
from experiments.jobs import Job
from model.indicators import INDICATORS


def table_of(job: Job, value: Callable[[str, int], float]) -> pd.DataFrame:
    """Every indicator is ``value(indicator, replicate)`` in every month."""
    months = range(1, job.months + 1)
    keys = [(replicate, month) for replicate in job.replicates for month in months]
    table = pd.DataFrame(keys, columns=["replicate", "month"])
    columns = {}
    for name, indicator in INDICATORS.items():
        columns[name] = np.array([float(value(name, replicate)) for replicate in table["replicate"]])
        if indicator.monthly:
            columns[f"{name}@run"] = np.where(table["month"] == job.months, columns[name], np.nan)
    return pd.concat([table, pd.DataFrame(columns)], axis=1)


def answer_with(monkeypatch: pytest.MonkeyPatch, stand_in: Callable[[Job], pd.DataFrame]) -> None:
    """Let batches compute their jobs with ``stand_in`` in place of the model."""
    monkeypatch.setattr("experiments.tasks.simulate", stand_in)
    monkeypatch.setattr("experiments.tasks.together", lambda task: [stand_in(job) for job in task])


def stored(folder: Path) -> dict[str, bytes]:
    """Bytes of the tables that a results folder holds, by name."""
    return {path.name: path.read_bytes() for path in folder.rglob("*.parquet")}


def cloud(futures: int, inputs: int, name: str = "cloud") -> np.ndarray:
    """Points spread evenly by chance over a cube, shape (futures, inputs); the name decides."""
    words = [word(name, future, place) for future in range(futures) for place in range(inputs)]
    return np.array(words, dtype=np.float64).reshape(futures, inputs) / 2**64
