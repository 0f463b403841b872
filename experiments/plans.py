"""The plans of a comparison in words: the levers that differ, each with its level and the field practice behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.measures import MILLION, PER, capital, unit_name
from experiments.uses import BUDGET
from scenarios import FIELDS, Dated, Quantity, ladders, parameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from experiments.texts import Texts
    from scenarios import Ladder, Specification


@dataclass(frozen=True)
class Cell:
    """One plan's part of a row.

    Attributes:
        value: The number with its unit; empty where levers are chosen together.
        level: Name of the level, with a word where it is only the nearest.
        practice: What people do at that level.
    """

    value: str
    level: str
    practice: str


@dataclass(frozen=True)
class Row:
    """A lever, or levers that are chosen together, in which plans differ."""

    name: str
    cells: tuple[Cell, ...]


def levers_that_differ(t: Texts, plans: Sequence[Specification]) -> list[Row]:
    """The levers in which plans differ, the yearly money always first; in the order of declaration."""
    differing = {path for path in FIELDS if len({plan.values[path] for plan in plans}) > 1}
    return [
        Row(capital(t.own(ladder.meaning)), tuple(_cell(t, ladder, plan) for plan in plans))
        for key, ladder in ladders().items()
        if key == BUDGET or differing & set(ladder.paths)
    ]


def other_differences(t: Texts, plans: Sequence[Specification]) -> list[str]:
    """Names of what differs besides levers: place and people, and assumptions that a scenario sets."""
    paths = [path for path in FIELDS if path.startswith("setting.") and len({plan.values[path] for plan in plans}) > 1]
    table = parameters()
    names = [name for name in table if len({plan.parameters[name] for plan in plans}) > 1]
    return [t.own(FIELDS[path].meaning) for path in paths] + [t.own(table[name].meaning) for name in names]


def other_people(baseline: Specification, plan: Specification) -> bool:
    """Whether a plan is for another place with other people than the baseline."""
    return baseline.setting != plan.setting


def _cell(t: Texts, ladder: Ladder, plan: Specification) -> Cell:
    now = {path: plan.lever(path.removeprefix("levers."), 0) for path in ladder.paths}
    ends = {path: _end(plan, path) for path in ladder.paths}
    level = ladder.for_setting(plan.setting)[ladder.standing(ends, plan.setting)]
    exact = all(abs(ends[path] - level.values[path]) < 1e-9 for path in ladder.paths)
    named = t.own(level.name) if exact else t("plans.near", level=t.own(level.name))
    if len(ladder.paths) > 1:
        return Cell("", named, t.own(level.practice))
    (path,) = ladder.paths
    return Cell(_course(t, plan, path, now[path]), named, t.own(level.practice))


def _end(plan: Specification, path: str) -> float:
    """What a lever comes to in the end."""
    value = plan.values[path]
    assert isinstance(value, Dated)
    return value.then[-1].value if value.then else value.value


def _course(t: Texts, plan: Specification, path: str, now: float) -> str:
    """A lever's value, and when it changes: readers count months from 1."""
    value = plan.values[path]
    assert isinstance(value, Dated)
    steps = [
        t(
            "plans.ramp" if change.ramp_months else "plans.step",
            value=lever_amount(t, path, change.value),
            month=t.number(change.first_month + 1),
            months=t.number(change.ramp_months),
        )
        for change in value.then
        if change.from_month or change.ramp_months
    ]
    return "; ".join([lever_amount(t, path, now), *steps])


def lever_amount(t: Texts, path: str, value: float) -> str:
    """A lever's value with its unit: rupiah in millions, shares in percent."""
    declared = FIELDS[path]
    assert isinstance(declared, Quantity)
    if declared.unit == "share":
        return f"{t.number(PER * value, 1)} %"
    if declared.unit == "calendar month":
        return str(t.locale.months["stand-alone"]["wide"][int(value)])
    scale = MILLION if declared.unit.startswith("IDR") else 1.0
    return f"{t.number(value / scale, 2)} {unit_name(t, declared.unit)}"
