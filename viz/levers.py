"""The levers a page offers: labels, units, ranges and named levels are read from the scenarios and not written here."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from scenarios import FIELDS, Change, Dated, Level, Specification, ladders, load, shipped

OFFERED: tuple[str, ...] = (
    "funding.annual_budget_idr",
    "funding.administration_share",
    "human_resources.counsellors",
    "human_resources.members_per_group",
    "human_resources.coaching_sessions_per_year",
    "human_resources.certification_places_per_year",
    "coordination.forum_meetings_per_year",
    "coordination.joint_planning",
    "coordination.shared_register_coverage",
)
"""Lever paths that can be changed on the page, in the order shown; each has four named levels."""

SHOCKS: tuple[str, ...] = (
    "wonosari-budget-cut",
    "wonosari-donor-leaves",
    "wonosari-volunteers-leave",
    "wonosari-no-pokmas",
)
"""Shipped scenarios in which something is lost; the others that have a parent are remedies."""

SHARE = "share"
"""Unit of the levers that are shares of a whole; the others move by whole numbers on a slider."""

STEPS = 200
ROOM = 1.2
"""How far a slider goes beyond the greatest level and the greatest value of any shipped scenario."""


@dataclass(frozen=True)
class Dial:
    """One lever of one scenario as an input shows it.

    Attributes:
        path: Dotted name below `levers`.
        value: What the scenario says for the first month.
        changes: How it changes the lever during a run, in order of time.
        low: Least allowed value.
        high: Greatest allowed value.
        top: Where the slider ends: the number box allows everything up to `high`.
        step: Distance between two stops of the slider.
        unit: Unit as the schema names it.
        whole: Whether only whole numbers are allowed.
        meaning: Label by language.
        levels: The four named levels for the office of the scenario, rising.
    """

    path: str
    value: float
    changes: tuple[Change, ...]
    low: float
    high: float
    top: float
    step: float
    unit: str
    whole: bool
    meaning: Mapping[str, str]
    levels: tuple[Level, ...]

    @property
    def group(self) -> str:
        """Funding, people or coordination, as the schema names them."""
        return self.path.split(".")[0]

    def accepts(self, value: float) -> bool:
        """Whether a value may be asked for."""
        return math.isfinite(value) and self.low <= value <= self.high and not (self.whole and value != int(value))

    def level_value(self, level: Level) -> float:
        """The number of a level."""
        return level.values[f"levers.{self.path}"]


@cache
def plan_names() -> tuple[str, ...]:
    """Names of the shipped scenarios."""
    return tuple(shipped())


@cache
def plan_groups() -> dict[str, tuple[str, ...]]:
    """The shipped scenarios as a list shows them: places as they are, remedies (single ones first), losses."""

    def place(name: str) -> tuple[int, int, int, str]:
        """By place, then by how many parts of the policy differ, then by the first lever that does."""
        spec, root = scenario(name), root_of(name)
        paths = [path for path in spec.lever_paths() if spec.values[f"levers.{path}"] != root.values[f"levers.{path}"]]
        parts = {path.split(".")[0] for path in paths}
        return -_children(root.name), len(parts), spec.lever_paths().index(paths[0]) if paths else -1, name

    names = sorted(plan_names(), key=place)
    roots = [name for name in names if scenario(name).parent is None]
    remedies = [name for name in names if name not in roots and name not in SHOCKS]
    return {"as_is": tuple(roots), "remedies": tuple(remedies), "shocks": SHOCKS}


@cache
def groups() -> tuple[str, ...]:
    """The headings of the offered levers, in order."""
    return tuple(dict.fromkeys(path.split(".")[0] for path in OFFERED))


def root_of(name: str) -> Specification:
    """The place as it is, from which a scenario differs."""
    spec = scenario(name)
    while spec.parent is not None:
        spec = scenario(spec.parent)
    return spec


def begins(spec: Specification) -> int | None:
    """The month, 0 the first, from which a scenario differs from the place as it is; None for the place itself."""
    root = root_of(spec.parent or spec.name)
    months = [] if spec.parameters == root.parameters else [0]
    for path, value in spec.values.items():
        was = root.values[path]
        if value != was:
            late = isinstance(value, Dated) and isinstance(was, Dated) and value.value == was.value and not was.then
            months.append(value.then[0].first_month if isinstance(value, Dated) and late else 0)
    return min(months, default=None)


def _children(root: str) -> int:
    return sum(root_of(name).name == root for name in plan_names())


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
    value, changes = float(spec.lever(path, 0)), spec.values[f"levers.{path}"].then
    levels = ladders()[f"levers.{path}"].for_setting(spec.setting)
    greatest = max(reference(path), *(level.values[f"levers.{path}"] for level in levels))
    top = min(quantity.high, nice(ROOM * greatest))
    step = nice((top - quantity.low) / STEPS)
    return Dial(
        path=path,
        value=value,
        changes=changes,
        low=quantity.low,
        high=quantity.high,
        top=top,
        step=step if quantity.unit == SHARE else max(1.0, math.floor(step)),
        unit=quantity.unit,
        whole=quantity.whole,
        meaning=quantity.meaning,
        levels=levels,
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
