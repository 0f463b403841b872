"""How many ties people have and how alike those are whom they join, counted over columns.

The measures are those of network science (degree, local clustering, assortativity after Newman 2003, doi
10.1103/PhysRevE.67.026126); on small worlds NetworkX gives the same numbers, and a test says so. Here they work for any
number of offices: chance joins people within an office only, as ties do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from agents.chance import Floats
from agents.clients import MONTHS_A_YEAR
from agents.tables import Array, Table
from model.graph import Ends

if TYPE_CHECKING:
    from model.reintegration import ReintegrationModel


def age_band(clients: Table) -> Array:
    """Decade of age when the simulation began (negative for who was not born), shape (rows,)."""
    return np.asarray(-clients.birth_month // (10 * MONTHS_A_YEAR))


def age(clients: Table) -> Array:
    """Age in months when the simulation began, shape (rows,); a difference between two clients lasts."""
    return np.asarray(-clients.birth_month)


Trait = str | Callable[[Table], Array]

#: by table: in what its rows can be alike, as columns or functions of the table, classes and numbers apart
CLASSES: Mapping[str, tuple[Trait, ...]] = {
    "clients": ("village", age_band, "offence"),
    "employers": ("sector", "village"),
}
NUMBERS: Mapping[str, tuple[Trait, ...]] = {
    "clients": (age,),
    "employers": ("willingness",),
    "villages": ("stigma", "distance_km"),
}


def degrees(model: ReintegrationModel, layer: str) -> pd.Series[int]:
    """Number of others whom each active row is tied to in a layer.

    Args:
        model: whose network.
        layer: name of the layer.

    Returns:
        Indexed by ``kind`` and ``row``, named after the layer; who has no tie stands at 0. ``.value_counts()`` is the
        degree histogram. Who is tied twice to the same other (by village and by age) counts once.

    Raises:
        ValueError: there is no such layer.
    """
    ends = Ends(model.network, [layer])
    left, right = _distinct(ends)
    counts = np.bincount(left, minlength=ends.size) + np.bincount(right, minlength=ends.size)
    present = ends.present()
    rows = [ends.rows(kind, present) for kind in ends.kinds]
    kinds = np.repeat(np.array(ends.kinds, dtype=np.object_), [len(each) for each in rows])
    index = pd.MultiIndex.from_arrays([kinds, np.concatenate(rows)], names=["kind", "row"])
    return pd.Series(counts[present], index=index, name=layer)


def clustering(model: ReintegrationModel, layer: str = "peers") -> float:
    """Mean over active rows of the share of a row's others who are tied to each other (0 where fewer than two).

    Raises:
        ValueError: there is no such layer.
    """
    ends = Ends(model.network, [layer])
    left, right = _distinct(ends)
    present = ends.present()
    if not present.any():
        return float("nan")
    there_and_back = (np.r_[left, right], np.r_[right, left])
    ties = sparse.csr_array((np.ones(2 * len(left)), there_and_back), shape=(ends.size, ends.size))
    closed = np.asarray((ties @ ties).multiply(ties).sum(axis=1)).ravel()
    degree = np.bincount(there_and_back[0], minlength=ends.size)
    local = closed / np.maximum(degree * (degree - 1), 1)
    return float(local[present].mean())


def likeness(model: ReintegrationModel, layer: str = "peers") -> dict[str, dict[str, float]]:
    """How alike the two ends of a tie are, against what chance would give.

    Args:
        model: whose network.
        layer: a layer that joins rows of one table.

    Returns:
        By trait: for a class ``same`` (share of ties with both ends in one class), ``by_chance`` (the share if the ends
        of an office's ties were joined at random) and ``assortativity`` = (same - by_chance) / (1 - by_chance); for a
        number ``assortativity`` alone, the correlation of the two ends within offices. NaN where there are no ties or
        everybody is the same.

    Raises:
        ValueError: there is no such layer, or it joins rows of different tables.
    """
    ends = Ends(model.network, [layer])
    if len(ends.kinds) != 1:
        raise ValueError(f"layer {layer!r} joins {' and '.join(ends.kinds)}, who cannot be compared with each other")
    (kind,) = ends.kinds
    table = model.tables[kind]
    left, right = _distinct(ends)
    office = table.office[left]
    classes = {
        _name(trait): _class_likeness(_values(table, trait), left, right, office) for trait in CLASSES.get(kind, ())
    }
    numbers = {
        _name(trait): _correlation(_values(table, trait), left, right, office) for trait in NUMBERS.get(kind, ())
    }
    return classes | numbers


def _distinct(ends: Ends) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each pair once, however often it is tied."""
    pairs = np.sort(np.column_stack([ends.left, ends.right]), axis=1)
    pairs = np.unique(pairs, axis=0)
    return pairs[:, 0], pairs[:, 1]


def _name(trait: Trait) -> str:
    return trait if isinstance(trait, str) else trait.__name__


def _values(table: Table, trait: Trait) -> Array:
    return np.asarray(getattr(table, trait) if isinstance(trait, str) else trait(table))


def _class_likeness(values: Array, left: Array, right: Array, office: Array) -> dict[str, float]:
    if not len(left):
        return dict.fromkeys(("same", "by_chance", "assortativity"), float("nan"))
    same = float((values[left] == values[right]).mean())
    of_end = np.column_stack([np.r_[office, office], np.r_[values[left], values[right]]])
    cells, counts = np.unique(of_end, axis=0, return_counts=True)
    ends_of_office = 2.0 * np.bincount(office)
    by_chance = float((counts**2 / ends_of_office[cells[:, 0]]).sum() / (2 * len(left)))
    excess = same - by_chance
    return {
        "same": same,
        "by_chance": by_chance,
        "assortativity": excess / (1.0 - by_chance) if by_chance < 1.0 else float("nan"),
    }


def _correlation(values: Array, left: Array, right: Array, office: Array) -> dict[str, float]:
    if not len(left):
        return {"assortativity": float("nan")}
    offices = np.r_[office, office]
    one, other = (np.asarray(values[ends], dtype=np.float64) for ends in (np.r_[left, right], np.r_[right, left]))
    mean: Floats = np.bincount(offices, weights=one) / np.maximum(np.bincount(offices), 1)
    size = float((one * one).sum())
    one, other = one - mean[offices], other - mean[offices]
    spread = float((one * one).sum())
    # what is left of equal numbers is rounding
    return {"assortativity": float((one * other).sum()) / spread if spread > 1e-20 * size else float("nan")}
