"""The social network: layers of ties between rows of tables.

Some ties are a reference in a row (a client's family, mentor and employer; the employer a family or a member knows);
some are pairs (client to client, employer to employer, village to village). Pairs form on a ring: everyone stands on a
circle with those alike, at a point drawn once, and ties to the next; so one more person changes the ties of the two
neighbours on the circle only (consistent hashing). Pairs last for a drawn time and fade.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agents.chance import Keys
from agents.rules import exact_sum
from agents.tables import Array, Table

RowNumbers = NDArray[np.int32]
FOR_EVER = 2**31 - 1

#: layer -> the references that make it, as (table, column)
REFERENCE_LAYERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "family": (("clients", "family"),),
    "mentoring": (("clients", "mentor"),),
    "work": (("clients", "employer"),),
    "acquaintance": (("members", "knows"), ("families", "knows")),
}


def ring_ties(points: Keys, cells: Array, newcomers: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Tie every newcomer to the next on the circle of its cell.

    Args:
        points: shape (n,), where each stands on the circle.
        cells: shape (n,) or (n, k), who is alike; each distinct value (or row) is a circle of its own.
        newcomers: shape (n,), who looks for a tie.

    Returns:
        Positions of the newcomers that found somebody and of whom they found, shape (m,) each; who is alone on the
        circle finds nobody.
    """
    parts = cells[:, None] if cells.ndim == 1 else cells
    order = np.lexsort((points, *parts.T[::-1]))
    ordered = parts[order]
    fresh = np.flatnonzero(np.r_[True, (ordered[1:] != ordered[:-1]).any(axis=1)]) if len(order) else order
    sizes = np.diff(np.r_[fresh, len(order)])
    starts, size_of = np.repeat(fresh, sizes), np.repeat(sizes, sizes)
    following = order[starts + (np.arange(len(order)) - starts + 1) % np.maximum(size_of, 1)]
    seeks = newcomers[order] & (size_of > 1)
    return order[seeks], following[seeks]


@dataclass
class Pairs:
    """Ties between rows of one table, without direction, each lasting to the month before ``until``."""

    table: str
    left: RowNumbers = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    right: RowNumbers = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    until: RowNumbers = field(default_factory=lambda: np.empty(0, dtype=np.int32))

    def add(self, left: Array, right: Array, until: Array | int = FOR_EVER) -> None:
        """Add ties ``left[i]`` - ``right[i]``, shape (m,), lasting to the month before ``until``."""
        self.left = np.concatenate([self.left, left.astype(np.int32)])
        self.right = np.concatenate([self.right, right.astype(np.int32)])
        ends = np.broadcast_to(np.asarray(until, dtype=np.int32), left.shape)
        self.until = np.concatenate([self.until, ends])

    def fade(self, month: int) -> None:
        """Forget ties that are over."""
        lasting = self.until > month
        if not lasting.all():
            self.left, self.right, self.until = self.left[lasting], self.right[lasting], self.until[lasting]

    def sum(self, values: Array) -> NDArray[np.float64]:
        """Exact sum of ``values`` (n,) over the other ends of each row's ties, shape (n,)."""
        ends = np.concatenate([self.left, self.right])
        others = np.concatenate([self.right, self.left])
        return exact_sum(values[others], ends, len(values))


class Network:
    """All layers of one model."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        self.pairs = {
            "peers": Pairs("clients"),
            "reputation": Pairs("employers"),
            "neighbourhood": Pairs("villages"),
        }

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of all layers."""
        return (*REFERENCE_LAYERS, *self.pairs)

    def ties(self, layer: str) -> list[tuple[str, RowNumbers, str, RowNumbers]]:
        """Ties of ``layer`` between active rows: (table, rows, table, rows), one entry for each pair of tables.

        Raises:
            KeyError: no such layer.
        """
        if layer in self.pairs:
            pairs = self.pairs[layer]
            present = np.zeros(len(self._tables[pairs.table]), dtype=np.bool_)
            present[self._tables[pairs.table].active()] = True
            both = present[pairs.left] & present[pairs.right]
            return [(pairs.table, pairs.left[both], pairs.table, pairs.right[both])]
        found = []
        for table_name, column_name in REFERENCE_LAYERS[layer]:
            table = self._tables[table_name]
            rows = np.arange(len(table), dtype=np.int32)[table.active()]
            others = getattr(table, column_name)[rows]
            target = table.columns[column_name].refers_to
            assert target is not None
            found.append((table_name, rows[others >= 0], target, others[others >= 0]))
        return found
