"""What a finished comparison gives its readers, on a page or on paper, and no more than is shown.

Nothing heavy is imported until a comparison is condensed, so that whoever only shows an outcome stays light.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.measures import Measure, Tally

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from experiments.comparing import Comparison

RUNS_SHOWN = 30
BANDS = {"low90": 0.05, "low50": 0.25, "middle": 0.5, "high50": 0.75, "high90": 0.95}
_MONEY = "_idr"


@dataclass(frozen=True, eq=False, kw_only=True)
class Outcome:
    """What a finished comparison gives its readers.

    Attributes:
        names: Name of each plan in the tables below, the baseline first.
        hashes: Hash of each resolved scenario.
        months: Months stepped.
        assumptions: `drawn` when uncertain parameters varied from pair to pair, else `fixed`.
        headline: Indicator to answer with.
        measures: Indicators by name.
        differences: Columns `scenario, replicate, indicator, baseline, value, difference`.
        summary: One row per plan and indicator.
        bands: Columns `scenario, month, indicator, low90, low50, middle, high50, high90`.
        runs: Some of the runs: columns `scenario, replicate, month` and the monthly indicators.
        failed: Runs that failed and are missing.
    """

    names: tuple[str, ...]
    hashes: tuple[str, ...]
    months: int
    assumptions: str
    headline: str
    measures: Mapping[str, Measure]
    differences: pd.DataFrame
    summary: pd.DataFrame
    bands: pd.DataFrame
    runs: pd.DataFrame
    failed: int = 0

    def measure(self, name: str) -> Measure:
        """The indicator of this name, or the headline when there is none or nothing was measured."""
        return self.measures[name if name in self.measures else self.headline]

    def twin(self, measure: Measure) -> tuple[Measure, Measure] | None:
        """What is true and what the register says of it, where a measure is one of such a pair."""
        for name in (measure.name, recorded(measure.name)):
            pair = self.measures.get(_true(name)), self.measures.get(name)
            if name != _true(name) and pair[0] is not None and pair[1] is not None:
                return pair[0], pair[1]
        return None

    def tally(self, plan: int, measure: Measure) -> Tally:
        """How the pairs of plan number `plan` (1 is B) came out."""
        at = (self.summary["scenario"] == self.names[plan]) & (self.summary["indicator"] == measure.name)
        row = self.summary[at].iloc[0]
        return Tally(
            int(row["better"]),
            int(row["same"]),
            int(row["worse"]),
            float(row["median_difference"]),
            float(row["low"]),
            float(row["high"]),
        )

    def paired(self, plan: int, measure: Measure) -> pd.DataFrame:
        """The known pairs of one plan and indicator as shown: columns `baseline, value, difference, pair`."""
        at = (self.differences["scenario"] == self.names[plan]) & (self.differences["indicator"] == measure.name)
        table = self.differences[at].dropna(subset=["difference"])
        shown = table[["baseline", "value", "difference"]] * measure.scale
        return shown.assign(pair=table["replicate"] + 1).reset_index(drop=True)


def recorded(name: str) -> str:
    """The name under which the register's view of an indicator goes; the unit stays at the end of a name."""
    stem = name.removesuffix(_MONEY)
    return f"{stem}_recorded{name[len(stem) :]}"


def _true(name: str) -> str:
    """The name of what a recorded indicator is the register's view of; other names stay."""
    ending = _MONEY if name.endswith(_MONEY) else ""
    stem = name.removesuffix(ending)
    return stem.removesuffix("_recorded") + ending


def outcome(comparison: Comparison) -> Outcome:
    """The part of a comparison that is shown, small enough to send between processes."""
    from experiments.batch import failed_runs

    names = (comparison.baseline, *comparison.scenarios)
    return Outcome(
        names=names,
        hashes=tuple(comparison.specifications[name].hash for name in names),
        months=comparison.months,
        assumptions=comparison.assumptions,
        headline=comparison.headline or str(comparison.summary["indicator"].iloc[0]),
        measures=measures(comparison),
        differences=comparison.differences,
        summary=comparison.summary,
        bands=bands(comparison.history),
        runs=comparison.history[comparison.history["replicate"] < RUNS_SHOWN],
        failed=failed_runs(comparison.failures),
    )


def measures(comparison: Comparison) -> dict[str, Measure]:
    """Unit, meaning and direction of every indicator of a comparison, in the order of declaration."""
    from model.indicators import INDICATORS

    present = set(comparison.summary["indicator"])
    return {
        name: Measure(
            name=name,
            unit=indicator.unit,
            meaning=dict(indicator.meaning),
            higher_is_better=indicator.higher_is_better,
            monthly=indicator.monthly,
            least=comparison.smallest_difference[name],
        )
        for name, indicator in INDICATORS.items()
        if name in present
    }


def bands(history: pd.DataFrame) -> pd.DataFrame:
    """Quantiles over runs: columns `scenario, month, indicator` and those of `BANDS`; unknown months are left out."""
    import numpy as np
    import pandas as pd

    keys = ["scenario", "month"]
    wide = history.drop(columns="replicate").groupby(keys, sort=False).quantile(np.array([*BANDS.values()]))
    wide.index = wide.index.set_names("quantile", level=-1)
    values = pd.Series(wide.rename_axis(columns="indicator").stack(), name="value").dropna().reset_index()
    table = values.pivot(index=["scenario", "month", "indicator"], columns="quantile", values="value")
    table = table.rename(columns={share: name for name, share in BANDS.items()})
    return pd.DataFrame(table.reset_index()).rename_axis(columns=None)
