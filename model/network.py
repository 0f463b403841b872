"""The social network: layers of ties between rows of tables.

Some ties are a reference in a row (a client's family, mentor and employer; the employer a family or a member knows);
some are pairs (client to client, employer to employer, village to village). Pairs form on a ring: everyone stands on a
circle with those alike, at a point drawn for the occasion, and ties to the next; so one more person changes the ties of
the two neighbours on the circle only (consistent hashing). Pairs last for a drawn time and fade; two are tied once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from agents.chance import Floats, Keys
from agents.rules import Mask, whole_numbers
from agents.tables import Array, Table
from model import graph

if TYPE_CHECKING:
    import networkx as nx

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
        cells: shape (n,), who is alike; each distinct value is a circle of its own.
        newcomers: shape (n,), who looks for a tie.

    Returns:
        Positions of the newcomers that found somebody and of whom they found, shape (m,) each; who is alone on the
        circle finds nobody.
    """
    # by point, then within cells: small numbers are ordered fastest
    order = np.argsort(points)
    small = cells.astype(np.uint16) if len(cells) and cells.min() >= 0 and cells.max() < 2**16 else cells
    order = order[np.argsort(small[order], kind="stable")]
    ordered = cells[order]
    fresh = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(order) else order
    sizes = np.diff(np.r_[fresh, len(order)])
    starts, size_of = np.repeat(fresh, sizes), np.repeat(sizes, sizes)
    following = order[starts + (np.arange(len(order)) - starts + 1) % np.maximum(size_of, 1)]
    seeks = newcomers[order] & (size_of > 1)
    return order[seeks], following[seeks]


def tied_until(month: Array | int, luck: Floats, mean_months: Floats | float) -> NDArray[np.int32]:
    """Month in which a tie made in ``month`` is over, shape (n,): each month it ends with 1 - exp(-1 / mean_months)."""
    return np.asarray(month + 1.0 + np.floor(-np.log(luck) * mean_months), dtype=np.int32)


@dataclass
class Pairs:
    """Ties between rows of one table, each lasting to the month before ``until``; ``left`` is who looked for it."""

    table: str
    left: RowNumbers = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    right: RowNumbers = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    until: RowNumbers = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    _others: _Others | None = field(default=None, repr=False)

    def add(self, left: Array, right: Array, until: Array | int = FOR_EVER) -> None:
        """Add ties ``left[i]`` - ``right[i]``, shape (m,), lasting to the month before ``until``.

        Who are tied already stay tied as they are; of several new ties between the same two the one that lasts longest
        is kept.
        """
        ends = np.broadcast_to(np.asarray(until, dtype=np.int32), left.shape)
        between = _between(left, right)
        longest_first = np.argsort(-ends.astype(np.int64), kind="stable")
        kept = np.sort(longest_first[np.unique(between[longest_first], return_index=True)[1]])
        # rows behind the last that is tied can have no tie yet
        last = max(self.left.max(initial=-1), self.right.max(initial=-1))
        if len(known := kept[np.maximum(left[kept], right[kept]) <= last]):
            there = np.sort(_between(self.left, self.right))
            place = np.minimum(np.searchsorted(there, between[known]), len(there) - 1)
            kept = np.setdiff1d(kept, known[there[place] == between[known]], assume_unique=True)
        self.left = np.concatenate([self.left, left[kept].astype(np.int32)])
        self.right = np.concatenate([self.right, right[kept].astype(np.int32)])
        self.until = np.concatenate([self.until, ends[kept]])
        self._others = None

    def fade(self, month: int, gone: Mask | None = None) -> None:
        """Forget ties that are over, and those of rows that are ``gone`` for good, shape (rows of the table,)."""
        lasting = self.until > month
        if gone is not None:
            lasting &= ~(gone[self.left] | gone[self.right])
        kept = np.flatnonzero(lasting)
        if len(kept) < len(lasting):
            self.left, self.right, self.until = self.left[kept], self.right[kept], self.until[kept]
        if self._others is not None:
            self._others.fade(month)

    def sum(self, values: Array) -> NDArray[np.float64]:
        """Exact sum of ``values`` (n,) over the other ends of each row's ties, shape (n,)."""
        if self._others is None or self._others.rows != len(values):
            self._others = _Others(self, len(values))
        return self._others.sum(values)


def _between(left: Array, right: Array) -> NDArray[np.int64]:
    """One number for each pair, whoever looked for whom."""
    return np.minimum(left, right).astype(np.int64) << 32 | np.maximum(left, right)


class _Others:
    """The other ends of every row's ties as a sparse matrix: made when ties are added; ties that are over count 0."""

    def __init__(self, pairs: Pairs, rows: int) -> None:
        self.rows = rows
        ends = np.concatenate([pairs.left, pairs.right])
        order = np.argsort(ends)
        starts = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=rows))]).astype(np.int32)
        others = np.concatenate([pairs.right, pairs.left])[order]
        self._until = np.tile(pairs.until, 2)[order]
        self._matrix = csr_array((np.ones(len(others)), others, starts), shape=(rows, rows))

    def fade(self, month: int) -> None:
        self._matrix.data[:] = self._until > month

    def sum(self, values: Array) -> NDArray[np.float64]:
        whole, grain = whole_numbers(values)
        return np.asarray(self._matrix @ whole.astype(np.float64, copy=False)) / grain


class Network:
    """All layers of one model.

    Args:
        tables: whose rows are tied.
        office_names: name of the office of each specification.
    """

    def __init__(self, tables: Mapping[str, Table], office_names: Sequence[str]) -> None:
        self.tables, self.office_names = tables, tuple(office_names)
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
            present = self.present(pairs.table)
            both = present[pairs.left] & present[pairs.right]
            return [(pairs.table, pairs.left[both], pairs.table, pairs.right[both])]
        found = []
        for table_name, column_name in REFERENCE_LAYERS[layer]:
            table = self.tables[table_name]
            target = table.columns[column_name].refers_to
            assert target is not None
            rows = np.flatnonzero(self.present(table_name)).astype(np.int32)
            others = getattr(table, column_name)[rows]
            # row -1 stands for nobody, who is never present
            tied = np.append(self.present(target), False)[others]
            found.append((table_name, rows[tied], target, others[tied]))
        return found

    def present(self, table: str) -> Mask:
        """Which rows of ``table`` are active, shape (rows,)."""
        present = np.zeros(len(self.tables[table]), dtype=np.bool_)
        present[self.tables[table].active()] = True
        return present

    def to_networkx(self, layers: Sequence[str] | None = None, most: int = graph.MOST) -> nx.MultiGraph:
        """The network as a NetworkX graph; see :func:`model.graph.to_networkx`."""
        return graph.of_network(self, layers, most)
