"""The answer to a comparison as a page holds it, and what can be said about it in words and numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from viz.state import Question
    from viz.texts import Texts

Verdict = Literal["better", "rather_better", "same", "unclear", "rather_worse", "worse"]

MOST = 0.5
FEW = 0.1
NEARLY_ALL = 0.9
PER = 100
"""Shares are shown as so many in this many."""

MILLION = 1_000_000
"""Money is shown in this many rupiah."""

THOUSAND = 1_000
SMALL_MONEY = "IDR per client-session"
"""The one unit of money that is shown in thousands of rupiah."""

NOT_OF_CLIENTS = ("attendance_share", "binding_", "members_certified_share", "recorded_share")
"""Beginnings of the names of shares that do not count clients."""


@dataclass(frozen=True)
class Measure:
    """One indicator: `least` is the smallest difference that matters, in the indicator's own unit.

    Two measures are equal when all but their wording is.
    """

    name: str
    unit: str
    meaning: Mapping[str, str] = field(compare=False)
    higher_is_better: bool
    monthly: bool
    least: float

    @property
    def scale(self) -> float:
        """What a value is multiplied with to be shown."""
        if self.unit == "share":
            return PER
        if self.unit == SMALL_MONEY:
            return 1 / THOUSAND
        return 1 / MILLION if self.unit.startswith("IDR") else 1.0

    @property
    def shown_unit(self) -> str:
        """The unit under which the texts know it: a share of clients is told from other shares."""
        return "share of others" if self.unit == "share" and self.name.startswith(NOT_OF_CLIENTS) else self.unit


@dataclass(frozen=True)
class Tally:
    """How the pairs of one plan and one indicator came out; counts of pairs and differences in the indicator's unit."""

    better: int
    same: int
    worse: int
    middle: float
    low: float
    high: float

    @property
    def pairs(self) -> int:
        """Pairs in which both runs had a value."""
        return self.better + self.same + self.worse

    @property
    def verdict(self) -> Verdict:
        """What the counts allow to say.

        `same` when nine in ten pairs differ by less than what matters; `better` or `worse` when at most one in ten
        pairs points the other way and more than half point this way, `rather_...` when no more than half do and the
        rest are about the same; otherwise the plans cannot be told apart.
        """
        few, most = FEW * self.pairs, MOST * self.pairs
        if self.same >= NEARLY_ALL * self.pairs:
            return "same"
        if self.worse <= few:
            return "better" if self.better > most else "rather_better"
        if self.better <= few:
            return "worse" if self.worse > most else "rather_worse"
        return "unclear"


@dataclass(frozen=True, eq=False)
class Answer:
    """What a finished comparison gives a page.

    Attributes:
        question: What was asked.
        names: Name of each plan in the tables below, the baseline first.
        hashes: Hash of each resolved scenario.
        assumptions: `drawn` when uncertain parameters varied from pair to pair, else `fixed`.
        headline: Indicator to answer with.
        measures: Indicators by name.
        differences: Columns `scenario, replicate, indicator, baseline, value, difference`.
        summary: One row per plan and indicator.
        bands: Columns `scenario, month, indicator, low90, low50, middle, high50, high90`.
        runs: Some of the runs: columns `scenario, replicate, month` and the monthly indicators.
        failed: Blocks of runs that failed and are missing.
    """

    question: Question
    names: tuple[str, ...]
    hashes: tuple[str, ...]
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


_MONEY = "_idr"


def digits(measure: Measure, size: float) -> int:
    """Decimals that a value of this size deserves."""
    if measure.unit == "share":
        return 0 if size >= 10 else 1
    return 0 if size >= 100 else 1 if size >= 10 else 2


def decimals(measure: Measure) -> int:
    """Decimals at which the smallest difference that matters has two digits."""
    least = measure.least * measure.scale
    return max(0, 1 - math.floor(math.log10(least))) if least > 0 else 2


def quantity(t: Texts, measure: Measure, value: float, places: int | None = None) -> str:
    """A value or difference with its unit, such as `6 clients per 100`."""
    text = amount(t, measure, value, places)
    key = f"with_unit.{measure.shown_unit}"
    if key in t:
        return t(key, n=abs(value * measure.scale), amount=text)
    unit = f"unit.{measure.shown_unit}"
    return t("with_unit.any", amount=text, unit=t(unit) if unit in t else measure.unit)


def amount(t: Texts, measure: Measure, value: float, places: int | None = None, *, signed: bool = False) -> str:
    """A value or difference without its unit."""
    shown = value * measure.scale
    places = digits(measure, abs(shown)) if places is None else places
    return t.signed(shown, places) if signed else t.number(shown, places)
