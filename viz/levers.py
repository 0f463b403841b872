"""The levers a page offers: labels, units and ranges are read from the scenario schema and never written here."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from scenarios import FIELDS, Specification, load, shipped

OFFERED: tuple[str, ...] = (
    "funding.annual_budget_idr",
    "human_resources.counsellors",
    "human_resources.members_per_group",
    "human_resources.certification_places_per_year",
    "coordination.forum_meetings_per_year",
)
"""Lever paths that can be changed on the page, in the order shown."""

STEPS = 100
REACH = 4


@dataclass(frozen=True)
class Dial:
    """One lever of one scenario as an input shows it.

    Attributes:
        path: Dotted name below `levers`.
        value: What the scenario says for the first month.
        dated: Whether the scenario changes the lever during a run.
        low: Least allowed value.
        high: Greatest allowed value.
        top: Where the slider ends: the number box allows everything up to `high`.
        step: Distance between two stops of the slider.
        unit: Unit as the schema names it.
        whole: Whether only whole numbers are allowed.
        meaning: Label by language.
    """

    path: str
    value: float
    dated: bool
    low: float
    high: float
    top: float
    step: float
    unit: str
    whole: bool
    meaning: Mapping[str, str]

    def accepts(self, value: float) -> bool:
        """Whether a value may be asked for."""
        return math.isfinite(value) and self.low <= value <= self.high and not (self.whole and value != int(value))


@cache
def plan_names() -> tuple[str, ...]:
    """Names of the shipped scenarios."""
    return tuple(shipped())


@cache
def scenario(name: str) -> Specification:
    """A shipped scenario, read once."""
    return load(name)


@cache
def dials(name: str) -> dict[str, Dial]:
    """The offered levers of a shipped scenario by path."""
    spec = scenario(name)
    return {path: _dial(spec, path) for path in OFFERED}


def _dial(spec: Specification, path: str) -> Dial:
    quantity = FIELDS[f"levers.{path}"]
    value = float(spec.lever(path, 0))
    top = min(quantity.high, nice(REACH * max(value, reference(path), quantity.low)) or quantity.high)
    step = nice((top - quantity.low) / STEPS)
    return Dial(
        path=path,
        value=value,
        dated=bool(spec.values[f"levers.{path}"].then),
        low=quantity.low,
        high=quantity.high,
        top=top,
        step=max(1.0, math.floor(step)) if quantity.whole else step,
        unit=quantity.unit,
        whole=quantity.whole,
        meaning=quantity.meaning,
    )


@cache
def reference(path: str) -> float:
    """The greatest value any shipped scenario gives a lever: slider ends are the same whichever plan is chosen."""
    return max(float(scenario(name).lever(path, 0)) for name in plan_names())


def nice(value: float) -> float:
    """The least of 1, 2, 2.5, 5 times a power of ten that is not below `value`; 0 stays 0."""
    if value <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * part for part in (1, 2, 2.5, 5, 10) if power * part >= value * (1 - 1e-9))
