"""Who fares how: the main indicators again, for clients of one offence class, sex, age or distance alone.

A group's indicator is the indicator itself, asked of a model that shows nobody but the group. Groups are declared here
once. They are measured when somebody asks for them, and belong to the people, not to a plan: distance is that to the
nearest group of Pokmas when the run begins, age that at the first release.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from agents.chance import Floats
from agents.clients import MONTHS_A_YEAR
from agents.rules import Mask, Rows, What, Who, in_both
from agents.tables import Array
from model.record import Record

if TYPE_CHECKING:
    from model.reintegration import ReintegrationModel

NEAR_KM = 5.0
"""An hour on foot."""

AGES = (25, 40)

GROUPED = (
    *("reoffending_12m", "reoffending_24m", "reoffending_36m"),
    *("reoffending_12m_recorded", "reoffending_24m_recorded", "reoffending_36m_recorded"),
    *("employed_share", "employed_share_recorded", "employed_formal_share"),
    *("coverage_current", "coverage_current_recorded", "coverage_ever", "coverage_ever_recorded", "unmet_need"),
)
"""Indicators that are measured of groups: re-offending, work, coverage."""


@dataclass(frozen=True)
class Grouping:
    """One way to divide the clients.

    Attributes:
        meaning: Label by language.
        groups: Labels by language of each group, by its name.
        of: From rows of clients and what stood when the run began, the number of each one's group, shape (n,).
        at_start: What must be known of the moment when the run began, from the model.
    """

    meaning: Mapping[str, str]
    groups: Mapping[str, Mapping[str, str]]
    of: Callable[[Rows, Any], Array]
    at_start: Callable[[ReintegrationModel], Any] = lambda _: None


def _offence(c: Rows, _: Any) -> Array:
    return np.asarray(c.offence)


def _sex(c: Rows, _: Any) -> Array:
    return np.asarray(c.female)


def _age(c: Rows, _: Any) -> Array:
    return np.asarray(np.digitize((c.first_release_month - c.birth_month) / MONTHS_A_YEAR, AGES))


def _distance(c: Rows, far: Any) -> Array:
    return np.asarray(far[c.village.index])


def _far(model: ReintegrationModel) -> Mask:
    return np.asarray(model.tables["villages"].group_km.min(axis=1) > NEAR_KM)


def _label(id_: str, en: str) -> dict[str, str]:
    return {"id": id_, "en": en}


GROUPINGS: dict[str, Grouping] = {
    "offence": Grouping(
        _label("jenis tindak pidana", "offence class"),
        {
            "narcotics": _label("narkotika", "narcotics"),
            "property": _label("harta benda", "property"),
            "violent": _label("kekerasan", "violence"),
            "other": _label("lainnya", "other"),
        },
        _offence,
    ),
    "sex": Grouping(
        _label("jenis kelamin", "sex"),
        {"male": _label("laki-laki", "men"), "female": _label("perempuan", "women")},
        _sex,
    ),
    "age": Grouping(
        _label("umur saat bebas", "age at release"),
        {
            "young": _label(f"di bawah {AGES[0]} tahun", f"under {AGES[0]}"),
            "middle": _label(f"{AGES[0]} sampai {AGES[1] - 1} tahun", f"{AGES[0]} to {AGES[1] - 1}"),
            "older": _label(f"{AGES[1]} tahun ke atas", f"{AGES[1]} and over"),
        },
        _age,
    ),
    "distance": Grouping(
        _label("jarak ke kelompok terdekat", "distance to the nearest group"),
        {
            "near": _label(f"sampai {NEAR_KM:g} km", f"up to {NEAR_KM:g} km"),
            "far": _label(f"lebih dari {NEAR_KM:g} km", f"more than {NEAR_KM:g} km"),
        },
        _distance,
        _far,
    ),
}


def column(indicator: str, grouping: str, group: str) -> str:
    """Name of the column that holds an indicator of a group."""
    return f"{indicator}@{grouping}={group}"


class Groups:
    """What a run keeps of groups of its clients.

    Args:
        model: At the beginning of its run.
        groupings: Names in :data:`GROUPINGS`.

    Raises:
        ValueError: There is no grouping of that name.
    """

    def __init__(self, model: ReintegrationModel, groupings: Sequence[str]) -> None:
        if unknown := set(groupings) - set(GROUPINGS):
            raise ValueError(f"no grouping {sorted(unknown)[0]!r}; groupings are {', '.join(GROUPINGS)}")
        self._seen: dict[tuple[str, str], Among] = {}
        for name in groupings:
            start = GROUPINGS[name].at_start(model)
            for number, group in enumerate(GROUPINGS[name].groups):
                self._seen[name, group] = Among(model, Member(name, number, start))

    def keep(self) -> None:
        """Write down the month that is being lived."""
        for among in self._seen.values():
            among.record.keep(cast("ReintegrationModel", among))

    def indicators(self) -> pd.DataFrame:
        """Indicators of each group over the run so far: one row per office row, columns as :func:`column` says."""
        return self._told(lambda among: among.record.summary(cast("ReintegrationModel", among)))

    def history(self) -> pd.DataFrame:
        """Indicators of each group month by month, rows as in the history of the model."""
        return self._told(lambda among: among.record.history(cast("ReintegrationModel", among)))

    def _told(self, of: Callable[[Among], pd.DataFrame]) -> pd.DataFrame:
        parts = [
            of(among)[list(GROUPED)].rename(columns={name: column(name, *key) for name in GROUPED})
            for key, among in self._seen.items()
        ]
        return pd.concat(parts, axis=1) if parts else pd.DataFrame()


class Member:
    """Mask of one group over rows of clients.

    Args:
        grouping: Its name.
        number: Number of the group in it.
        start: What was known when the run began.
    """

    def __init__(self, grouping: str, number: int, start: Any) -> None:
        self.grouping, self.number, self.start = grouping, number, start

    def __call__(self, c: Rows) -> Mask:
        """Who of ``c`` belongs to the group, shape (n,)."""
        return np.asarray(GROUPINGS[self.grouping].of(c, self.start) == self.number)


class Both:
    """Mask of rows that are in two masks."""

    def __init__(self, one: Who, other: Who) -> None:
        self.one, self.other = one, other

    def __call__(self, c: Rows) -> Mask:
        """Who of ``c`` is in both, shape (n,)."""
        return self.one(c) & self.other(c)


class Among:
    """A model that shows some of its clients only; whatever else is asked of it, the model answers.

    Args:
        model: The model.
        who: Mask over its clients.
    """

    def __init__(self, model: ReintegrationModel, who: Who) -> None:
        self._model, self._who = model, who
        self._masks: dict[Who, Who] = {}
        self.record = Record(len(model.tables["offices"]), GROUPED, ())

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._model, name)

    def stretches(self, table: str) -> list[tuple[Rows, Mask | None]]:
        """As for the model, of these clients."""
        found = self._model.stretches(table)
        return [(c, in_both(self._who(c), here)) for c, here in found] if table == "clients" else found

    def active_rows(self, table: str, among: Who | None = None) -> Rows:
        """As for the model, of these clients."""
        return self._model.active_rows(table, self._mask(table, among))

    def total(self, of: str, by: str, what: What, among: Who | None = None) -> Floats:
        """As for the model, over these clients."""
        return self._model.total(of, by, what, self._mask(of, among))

    def _mask(self, table: str, among: Who | None) -> Who | None:
        if table != "clients":
            return among
        if among is None:
            return self._who
        return self._masks.setdefault(among, Both(self._who, among))
