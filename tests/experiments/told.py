"""Comparisons with numbers made up for the purpose, for tests of what is told of them."""

import pandas as pd

from experiments import Comparison, compare, serial
from experiments.jobs import Job
from model.indicators import INDICATORS
from scenarios import load
from tests.experiments.made_up import answer_with, table_of

PLANS = ("wonosari", "wonosari-everything", "wonosari-no-pokmas", "purwokerto")
GAINS = (0.0, 0.06, -0.08, 0.01)


def stand_in(job: Job) -> pd.DataFrame:
    """Every share is a half plus what the plan gains, three times in four; other indicators move alike."""
    gain = GAINS[PLANS.index(job.spec.name)]

    def value(name: str, replicate: int) -> float:
        one = INDICATORS[name]
        size = one.smallest_difference / 0.03 * (1 if one.higher_is_better else -1)
        base = 0.5 * abs(size) if one.unit != "MSPSS 1-7" else 3.0
        return base + 0.01 * (replicate % 5) + size * gain * (replicate % 4 > 0)

    return table_of(job, value)


def comparison(monkeypatch, plans: int = 2, pairs: int = 20, **asked: object) -> Comparison:
    """A comparison of the first plans, computed by the stand-in."""
    answer_with(monkeypatch, stand_in)
    return compare([load(name) for name in PLANS[:plans]], pairs=pairs, months=30, executor=serial(), **asked)
