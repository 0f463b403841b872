"""What one number of a scenario is: its range, unit and meaning, and how a lever changes in the course of a run."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from scenarios.errors import plain

LAST_MONTH = 1200


class Frozen(BaseModel):
    """Base of every model of this floor: strict types, no unknown keys, no assignment, hashable."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Change(Frozen):
    """A lever moves to `value` from month `from_month` on, in a straight line over `ramp_months` (0 is at once)."""

    from_month: int
    value: float
    ramp_months: int = 0

    @property
    def first_month(self) -> int:
        """The first month whose value differs from before: a ramp starts from the old one."""
        return self.from_month + (self.ramp_months > 0)


class Dated(Frozen):
    """The value of a lever over a run: `value` from the first month, then each change in turn. Months count from 0."""

    value: float
    then: tuple[Change, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Dated:
        months = [change.from_month for change in self.then]
        if any(month < 0 for month in months) or any(a >= b for a, b in itertools.pairwise(months)):
            raise ValueError("the months of a dated lever must rise and start at 0 or later")
        if any(change.ramp_months < 0 for change in self.then):
            raise ValueError("ramp_months must be 0 or more")
        return self

    def at(self, month: int) -> float:
        """The value in a month.

        A ramp leaves the old value in `from_month` and has reached the new one `ramp_months` later. A change that comes
        before the ramp is over starts from the value reached by then.
        """
        level = self.value
        for index, change in enumerate(self.then):
            if month < change.from_month:
                break
            following = self.then[index + 1].from_month if index + 1 < len(self.then) else month
            passed = min(month, following) - change.from_month
            if passed >= change.ramp_months:
                level = change.value
            else:
                level += (change.value - level) * passed / change.ramp_months
        return level

    def corners(self) -> frozenset[int]:
        """The months between which the value runs in straight lines: what holds in all of them holds in every month."""
        months = {0}
        for change in self.then:
            months |= {max(change.from_month - 1, 0), change.from_month, change.from_month + change.ramp_months}
        return frozenset(months)


@dataclass(frozen=True)
class Quantity:
    """Declares a number: range (both ends allowed), unit, meaning in both languages, whole numbers only or not.

    `off` is one more value that is allowed: the one at which a mechanism does nothing.

    Used as annotation of a model's field, so that the schema, the checks of the loader, the documentation and the
    labels of the interface all read the same declaration.
    """

    low: float
    high: float
    unit: str
    id: str
    en: str
    whole: bool = False
    off: float | None = None

    @property
    def meaning(self) -> dict[str, str]:
        """What the number stands for, by language."""
        return {"id": self.id, "en": self.en}

    @property
    def allowed(self) -> str:
        """The range in words."""
        words = f"{'a whole number' if self.whole else 'a number'} from {plain(self.low)} to {plain(self.high)}"
        return words if self.off is None else f"{words}, or {plain(self.off)} to switch the mechanism off"

    def accepts(self, value: float) -> bool:
        """Whether a number lies in the range (and is whole where it must be)."""
        inside = math.isfinite(value) and self.low <= value <= self.high
        return value == self.off or (inside and not (self.whole and value != int(value)))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._validated, handler(source))

    def _validated(self, value: Any) -> Any:
        levels = [value.value, *(change.value for change in value.then)] if isinstance(value, Dated) else [value]
        if not all(self.accepts(level) for level in levels):
            raise ValueError(f"must be {self.allowed}")
        return value


@dataclass(frozen=True)
class Slug:
    """Declares a short identifier: lower-case letters and digits joined by single hyphens."""

    unit: str
    id: str
    en: str

    @property
    def meaning(self) -> dict[str, str]:
        """What the word stands for, by language."""
        return {"id": self.id, "en": self.en}


def whole(low: float, high: float, unit: str, indonesian: str, english: str) -> Quantity:
    """A number that must be whole."""
    return Quantity(low, high, unit, indonesian, english, whole=True)


def share(indonesian: str, english: str) -> Quantity:
    """A share from 0 to 1."""
    return Quantity(0, 1, "share", indonesian, english)
