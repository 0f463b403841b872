"""One indicator as readers meet it: its scale, how its pairs came out, and how its values are written."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from experiments.texts import Texts

Verdict = Literal["better", "rather_better", "same", "unclear", "rather_worse", "worse", "few"]

Sense = Literal["value", "cost", "neither"]
"""Whether less or more of a measure is better, cheaper or dearer, or neither: only more or less."""

NEITHER = (
    "carried_over_idr",
    "months_to_first_service",
    "months_to_first_service_recorded",
    "sessions_cancelled",
    "sessions_duplicated",
)
"""What is no good and no harm in itself: money left, and what also falls when nobody is served."""

MOST = 0.5
FEW = 0.1
NEARLY_ALL = 0.9
FEWEST_PAIRS = 5
"""With fewer pairs luck alone gives any verdict, and nine in ten of them are all of them."""
NINE_IN_TEN = (0.05, 0.5, 0.95)
"""Shares of values that lie below the low end of nine in ten, the middle and the high end."""

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
    def sense(self) -> Sense:
        """In which words its differences are told."""
        if self.name in NEITHER:
            return "neither"
        return "cost" if self.unit.startswith("IDR") and not self.higher_is_better else "value"

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

        `few` when there are too few pairs to say anything; `same` when nine in ten pairs differ by less than what
        matters; `better` or `worse` when at most one in ten pairs points the other way and more than half point this
        way, `rather_...` when no more than half do and the rest are about the same; otherwise the plans cannot be told
        apart.
        """
        if self.pairs < FEWEST_PAIRS:
            return "few"
        few, most = FEW * self.pairs, MOST * self.pairs
        if self.same >= NEARLY_ALL * self.pairs:
            return "same"
        if self.worse <= few:
            return "better" if self.better > most else "rather_better"
        if self.better <= few:
            return "worse" if self.worse > most else "rather_worse"
        return "unclear"

    @property
    def strength(self) -> Literal["clear", "rather", "same", "unclear", "few"]:
        """How plainly the pairs point one way, whichever that is."""
        match self.verdict:
            case "better" | "worse":
                return "clear"
            case "rather_better" | "rather_worse":
                return "rather"
            case other:
                return other


def letter(plan: int) -> str:
    """The letter of a plan by its number: A is the baseline."""
    return "ABCD"[plan]


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def measure_name(t: Texts, measure: Measure) -> str:
    """What an indicator means."""
    return capital(t.own(measure.meaning))


def unit_name(t: Texts, unit: str) -> str:
    """A unit as shown; one without a text is shown as it is declared."""
    return t(f"unit.{unit}") if f"unit.{unit}" in t else unit


def digits(measure: Measure, size: float) -> int:
    """Decimals that a value of this size deserves."""
    if measure.unit == "share":
        return 0 if size >= 10 else 1
    return 0 if size >= 100 else 1 if size >= 10 else 2


def decimals(measure: Measure) -> int:
    """Decimals at which the smallest difference that matters has two digits."""
    least = measure.least * measure.scale
    return max(0, 1 - math.floor(math.log10(least))) if least > 0 else 2


def quantity(t: Texts, measure: Measure, value: float, places: int | None = None, *, signed: bool = False) -> str:
    """A value or difference with its unit, such as `6 clients per 100`."""
    text = amount(t, measure, value, places, signed=signed)
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
