"""In which futures a plan fails: at most three conditions with their evidence, and whether held-back futures agree."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from experiments.peeling import Fit, Rule, enough, search
from experiments.runs import plain
from scenarios import FIELDS, Quantity, parameters

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

Standing = Literal["rule", "none", "few", "never", "always"]

SAID: dict[Standing, str] = {
    "rule": "it fails more often under these conditions, on held-back runs too",
    "none": "no rule found that holds on held-back runs",
    "few": "too few futures that fail, or that do not, to look for a rule",
    "never": "it fails in no future",
    "always": "it fails in every future",
}


@dataclass(frozen=True)
class Condition:
    """One condition of a rule.

    Attributes:
        name: Parameter, or dotted path of the setting.
        above: True where failure lies above the value, False where below.
        value: The bound.
        unit: Its unit.
        meaning: What the parameter stands for, by language.
        grade: How well it is known: ``local``, ``abroad``, ``derived`` or ``assumed``; empty for the setting.
    """

    name: str
    above: bool
    value: float
    unit: str
    meaning: dict[str, str]
    grade: str

    def __str__(self) -> str:
        return f"{self.name} {'above' if self.above else 'below'} {self.value:.15g}"


@dataclass(frozen=True)
class Finding:
    """Where a plan fails by an indicator.

    Attributes:
        scenario: Name of the plan.
        indicator: Name of the indicator.
        standing: ``"rule"`` where one was found that holds on held-back futures; ``"none"`` where none does; ``"few"``
            where too few futures fail, or do not, to look for one; ``"never"`` and ``"always"`` where all are alike.
        conditions: Of the rule, also when it did not hold.
        rule: The box and its fits; None where none was looked for.
    """

    scenario: str
    indicator: str
    standing: Standing
    conditions: tuple[Condition, ...] = ()
    rule: Rule | None = None

    def row(self) -> dict[str, Any]:
        """Return it as a row of a table; what is not known is NaN."""
        fits = {} if self.rule is None else {"": self.rule.found_on, "held_back_": self.rule.held_back}
        shares = {f"{part}{name}": getattr(fits[part], name) if part in fits else math.nan
                  for part in ("", "held_back_") for name in ("coverage", "density")}  # fmt: skip
        return {"standing": self.standing, "conditions": " and ".join(map(str, self.conditions))} | shares

    def to_json(self) -> dict[str, Any]:
        """Return what ``pokmas robustness --json`` prints of it; unknown values are None."""
        rule = self.rule
        return {
            "standing": self.standing,
            "said": SAID[self.standing],
            "conditions": [asdict(each) for each in self.conditions],
            "found_on": None if rule is None else _told(rule.found_on),
            "held_back": None if rule is None else _told(rule.held_back),
        }


def _told(fit: Fit) -> dict[str, Any]:
    return asdict(fit) | {"coverage": plain(fit.coverage), "density": plain(fit.density)}


def find(
    scenario: str,
    indicator: str,
    inputs: pd.DataFrame,
    fails: NDArray[np.bool_],
    held_back: NDArray[np.bool_],
    seed: int,
) -> Finding:
    """Look for the conditions under which a plan fails.

    Args:
        scenario: Name of the plan.
        indicator: Name of the indicator.
        inputs: One row a future, columns parameters and dotted paths of the setting.
        fails: Shape (futures,).
        held_back: Shape (futures,), those at which the search does not look.
        seed: Seed of the search.
    """
    if not fails.any():
        return Finding(scenario, indicator, "never")
    if fails.all():
        return Finding(scenario, indicator, "always")
    if not enough(fails[~held_back]) or fails[held_back].all() or not fails[held_back].any():
        return Finding(scenario, indicator, "few")
    rule = search(inputs.to_numpy(dtype="float64"), fails, held_back, seed)
    conditions = tuple(_condition(str(inputs.columns[face.column]), face.above, face.cut) for face in rule.faces)
    return Finding(scenario, indicator, "rule" if rule.holds else "none", conditions, rule)


def _condition(name: str, above: bool, value: float) -> Condition:
    if name in FIELDS:
        declared = FIELDS[name]
        assert isinstance(declared, Quantity)
        return Condition(name, above, value, declared.unit, dict(declared.meaning), "")
    parameter = parameters()[name]
    return Condition(name, above, value, parameter.unit, dict(parameter.meaning), parameter.grade)
