"""Answers with numbers made up for the purpose, for tests of what pages do with them."""

import pandas as pd

from experiments.measures import Measure
from viz.answers import Answer
from viz.state import Question

REOFFENDING = Measure("reoffending_24m", "share", {"id": "melanggar lagi", "en": "re-offended"}, False, False, 0.03)
EMPLOYED = Measure("employed_share", "share", {"id": "klien bekerja", "en": "clients in work"}, True, True, 0.03)
SUPPORT = Measure("mspss_total", "MSPSS 1-7", {"id": "dukungan", "en": "support felt"}, True, True, 0.2)
MONEY = Measure("spent_idr", "IDR", {"id": "uang", "en": "money spent"}, False, False, 1_000_000.0)
RECORDED = Measure("employed_share_recorded", "share", {"id": "menurut register", "en": "recorded"}, True, False, 0.03)
MEASURES = (REOFFENDING, EMPLOYED, SUPPORT, MONEY)

WORSE_THAN_A, BETTER_THAN_A = 0.05, -0.06


def answer(question: Question | None = None, better: int = 14, same: int = 4, worse: int = 2) -> Answer:
    """An answer in which B re-offends less in `better` pairs, alike in `same` and more in `worse`."""
    question = question or Question()
    names = tuple(f"plan {number}" for number in range(len(question.plans)))
    changes = [BETTER_THAN_A] * better + [0.0] * same + [WORSE_THAN_A] * worse
    rows = []
    for name in names[1:]:
        for measure in MEASURES:
            gain = -1.0 if measure.higher_is_better else 1.0
            size = measure.least / 0.03
            rows += [
                (name, pair, measure.name, 0.2 * size, (0.2 + gain * change) * size, gain * change * size)
                for pair, change in enumerate(changes)
            ]
    columns = ["scenario", "replicate", "indicator", "baseline", "value", "difference"]
    differences = pd.DataFrame(rows, columns=columns)
    summary = pd.DataFrame(
        [
            (name, measure.name, better, same, worse, *group["difference"].astype(float).quantile([0.5, 0.05, 0.95]))
            for name in names[1:]
            for measure in MEASURES
            for group in [differences[(differences["scenario"] == name) & (differences["indicator"] == measure.name)]]
        ],
        columns=["scenario", "indicator", "better", "same", "worse", "median_difference", "low", "high"],
    )
    months = range(1, 7)
    return Answer(
        question=question,
        names=names,
        hashes=tuple(f"{number:016x}" for number in range(len(names))),
        months=question.months,
        assumptions="drawn",
        headline=REOFFENDING.name,
        measures={measure.name: measure for measure in MEASURES},
        differences=differences,
        summary=summary,
        bands=pd.DataFrame(
            [
                (name, month, measure, 0.1, 0.2, 0.3, 0.4, 0.5)
                for name in names
                for month in months
                for measure in ("employed_share", "mspss_total")
            ],
            columns=["scenario", "month", "indicator", "low90", "low50", "middle", "high50", "high90"],
        ),
        runs=pd.DataFrame(
            [(name, run, month, 0.3, 4.0) for name in names for run in range(3) for month in months],
            columns=["scenario", "replicate", "month", "employed_share", "mspss_total"],
        ),
    )
