"""Draws Rossi's shape beside the model's: an outside picture, not a fit.

432 men released from prison were followed for a year (Rossi, Berk & Lenihan 1980; row T-11 of the evidence): first
arrests in the United States of the 1970s. Level and country differ, so both curves are drawn as they are and as shares
of the failures of their own first year: what can be compared is how failures spread over the year.

    python docs/rossi.py
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments import cohort

PICTURE = Path(__file__).parent / "img" / "rossi.svg"
WEEKS = np.array([0, 4, 8, 12, 26, 39, 52])
FREE = np.array([1.0, 0.991, 0.972, 0.956, 0.875, 0.813, 0.736])
LOW = np.array([1.0, 0.976, 0.952, 0.932, 0.840, 0.772, 0.692])
HIGH = np.array([1.0, 0.997, 0.984, 0.972, 0.903, 0.846, 0.775])
WEEKS_A_MONTH = 365.25 / 7 / 12
ROSSI, MODEL = "#4D4D4D", "#005CE6"


def failed_by_month(clients: int, seed: int) -> np.ndarray:
    """Share of a simulated release cohort of Wonosari that has re-offended by the end of months 0 to 12, (13,)."""
    people = cohort("wonosari", clients=clients, months=12, seed=seed)
    return np.array([float((people.month_reoffended <= after).mean()) for after in range(13)])


def draw(failed: np.ndarray) -> Figure:
    """The two curves, as they are and as shares of the first year."""
    mpl.rcParams.update(
        {"svg.hashsalt": "pokmas", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    )
    figure = Figure(figsize=(8, 3.4), layout="constrained")
    level, shape = figure.subplots(1, 2)
    months = np.arange(13)
    for axes, ours, theirs, low, high, title in (
        (level, failed, 1 - FREE, 1 - HIGH, 1 - LOW, "Failed since release (share)"),
        (
            shape,
            failed / failed[-1],
            (1 - FREE) / (1 - FREE[-1]),
            (1 - HIGH) / (1 - FREE[-1]),
            (1 - LOW) / (1 - FREE[-1]),
            "Share of the first year's failures",
        ),
    ):
        axes.errorbar(
            WEEKS / WEEKS_A_MONTH,
            theirs,
            yerr=[theirs - low, high - theirs],
            fmt="s--",
            color=ROSSI,
            capsize=2,
            label="Rossi: first arrest, 432 men, 95 % interval",
        )
        axes.plot(months, ours, "o-", color=MODEL, label="Pokmas, Wonosari: true re-offending")
        axes.set(title=title, xlabel="months since release", xlim=(-0.3, 12.4), ylim=(0, None), xticks=range(0, 13, 3))
    level.legend(frameon=False, loc="upper left")
    return figure


def main() -> None:
    """Draw the picture and print its numbers."""
    failed = failed_by_month(clients=20_000, seed=1)
    draw(failed).savefig(PICTURE, metadata={"Date": None})
    ours = np.interp(WEEKS / WEEKS_A_MONTH, np.arange(13), failed / failed[-1])
    table = pd.DataFrame({"week": WEEKS, "Rossi": (1 - FREE) / (1 - FREE[-1]), "model": ours}).round(2)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
