"""One rule, two drivers: what a rule is, what it sees and who calls it.

A rule is a pure function ``rule(c, p)`` over rows of one table: ``c`` reads the columns as they stood when the rule
began, ``p`` the parameters; it returns new columns. The columns driver calls it once with all rows, the agents driver
once for every agent with that agent's single row (or, for a rule ``by`` office, once for every office with the rows of
that office). Nothing is written before everyone has read, so both give the same history bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from agents.chance import BORN, Floats, Stream, uniform
from agents.tables import Array, Column, Index, Table

Mask = NDArray[np.bool_]
Writes = Mapping[str, Array]

#: sums over rows are made of whole multiples of 2**-24, so they do not depend on the order of the rows
_GRAIN = float(2**24)
#: rows of a run that make it worth while to sum it by itself
_LONG = 8


def exact_sum(values: Array, groups: NDArray[np.integer[Any]], size: int) -> Floats:
    """Sum ``values`` by ``groups``, the same bits in any order of rows.

    Args:
        values: shape (n,) or (n, width), below 2**29 in sum; fractions count in steps of 2**-24.
        groups: shape (n,), 0..size-1, or -1 to leave a row out.
        size: number of groups.

    Returns:
        Shape (size,) or (size, width).
    """
    return Cells(groups).sum(values, size)


def whole_numbers(values: Array) -> tuple[Array, float]:
    """``values`` in whole steps, and how many steps make 1: sums of them are the same bits in any order."""
    return (np.rint(values * _GRAIN), _GRAIN) if values.dtype.kind == "f" else (values, 1.0)


class Cells:
    """Rows on their way into sums by group, what can be known of the groups once being kept.

    Args:
        groups: shape (n,), 0 or more, or -1 to leave a row out.
    """

    def __init__(self, groups: NDArray[np.integer[Any]]) -> None:
        self._groups = groups

    @cached_property
    def _from_one(self) -> NDArray[np.intp]:
        """Groups counted from 1, so that those left out count as 0."""
        return self._groups.astype(np.intp) + 1

    @cached_property
    def _runs(self) -> NDArray[np.intp] | None:
        """Where rows of one group stand together in long runs, a run is summed before the runs are: their starts."""
        starts = np.flatnonzero(self._groups[1:] != self._groups[:-1]) + 1
        return np.concatenate([[0], starts]) if len(starts) * _LONG < len(self._groups) else None

    def sum(self, values: Array, size: int) -> Floats:
        """As :func:`exact_sum`."""
        if values.ndim == 2:
            return np.stack([self.sum(column, size) for column in values.T]).T
        if values.dtype == np.bool_:
            counted = self._groups[np.flatnonzero(values)]
            return np.bincount(counted[counted >= 0], minlength=size).astype(np.float64)
        whole, grain = whole_numbers(values)
        cells = self._from_one
        if self._runs is not None:
            whole, cells = np.add.reduceat(whole, self._runs, dtype=np.float64), cells[self._runs]
        return np.asarray(np.bincount(cells, weights=whole, minlength=size + 1)[1:] / grain, dtype=np.float64)


def beside(*columns: Array) -> Array:
    """Columns of shape (n,) side by side, shape (n, width), each standing together in memory as tables hold them."""
    return np.stack(columns).T


def power(base: Array | float, exponent: Array | float) -> Floats:
    """``base ** exponent`` of a positive base, by its logarithm; shapes are broadcast.

    The same bits for a number as for one of many, which ``**`` does not give (Python's own power and NumPy's differ in
    the last bit), and several times as fast.
    """
    return np.asarray(np.exp(np.log(base) * exponent), dtype=np.float64)


def rank_within(groups: NDArray[np.integer[Any]], *scores: Array) -> NDArray[np.intp]:
    """Place of each row within its group, 0 for the lowest first score, ties broken by the next score.

    Args:
        groups: shape (n,).
        *scores: shape (n,) each, most important first; the last should have no ties (a draw).

    Returns:
        Shape (n,).
    """
    order = np.lexsort((*reversed(scores), groups))
    place = np.empty(len(order), dtype=np.intp)
    place[order] = place_in_run(groups[order])
    return place


def place_in_run(groups: NDArray[np.integer[Any]]) -> NDArray[np.intp]:
    """Place of each row among those of its group, 0 for the first; rows of a group stand together. Shape kept."""
    starts = np.flatnonzero(np.r_[np.ones(min(len(groups), 1), dtype=np.bool_), groups[1:] != groups[:-1]])
    return np.arange(len(groups)) - np.repeat(starts, np.diff(np.r_[starts, len(groups)]))


def _in_full(values: Array) -> Array:
    """What is held in 32 bits to spare memory, in the 64 bits that rules reckon in."""
    return values.astype(np.float64) if values.dtype == np.float32 else values


What = str | Callable[["Rows"], Array]


class World(Protocol):
    """What rows need to know of the model they belong to."""

    tables: Mapping[str, Table]
    month: int

    def total(self, of: str, by: str, what: What) -> Floats:
        """Exact sum of ``what`` over active rows of ``of``, by the row their reference ``by`` points to."""
        ...

    def degree(self, layer: str) -> Floats:
        """Number of each row's ties in ``layer``."""
        ...

    def over_ties(self, layer: str, what: What) -> Floats:
        """Exact sum of ``what`` over the other ends of each row's ties in ``layer``."""
        ...


#: so many rows for each row referred to make it worth while to see whether they all read the same
_MANY = 8


class Rows:
    """Some rows of one table in one month, as a rule sees them.

    A column reads as an attribute of shape (n,) or (n, width). A reference reads as the :class:`Rows` it points to,
    aligned with these, so ``c.village.stigma`` is the stigma where each client lives; where nothing is referred to,
    columns stand at their start value and ``exists`` is False. A column is read once, and again after it was written.
    """

    def __init__(self, world: World, table: Table, index: Index) -> None:
        self.world, self.table, self.index = world, table, index
        #: what has been read, by column: the stamp of the column then, and its values or the rows it points to
        self._seen: dict[str, tuple[int | None, Any]] = {}
        self._others: dict[str, tuple[int | None, Any]] = {}

    def __len__(self) -> int:
        return len(range(*self.index.indices(len(self.table)))) if isinstance(self.index, slice) else len(self.index)

    def __getattr__(self, name: str) -> Any:
        stamp = self.table.stamps.get(name)
        found = self.__dict__["_seen"].get(name) or self._others.get(name)
        if found is None or found[0] != stamp:
            column = self.table.columns.get(name)
            if column is None:
                raise AttributeError(f"table {self.table.name} has no column {name!r}")
            values = self._gather(column)
            target = column.refers_to
            if target is None:
                found = self._seen[name] = (stamp, values)
            else:
                found = self._others[name] = (stamp, Referred(self.world, self.world.tables[target], values))
        return found[1]

    def part(self, name: str, which: int) -> Array:
        """One value of a wide column, shape (n,): ``c.part("dose", k)`` is ``c.dose[:, k]``, the rest unread."""
        values = _in_full(self._pick(self._everyone(name)[:, which]))
        values.setflags(write=False)
        return values

    def _gather(self, column: Column) -> Array:
        everyone = self._everyone(column.name)
        values: Array
        if isinstance(self.index, slice) or column.width == 1:
            values = self._pick(everyone)
        else:
            values = beside(*(self._pick(each) for each in everyone.T))
        values = _in_full(values)
        values.setflags(write=False)
        return values

    def _everyone(self, name: str) -> Array:
        """The column of the whole table."""
        return self.table.column(name)

    def _pick(self, everyone: Array) -> Array:
        """Of the values of all rows of the table those of these rows."""
        picked: Array = everyone[self.index]
        return picked

    def forget_others(self) -> None:
        """Forget what was read through references: at the size of a country it would fill the memory."""
        self._others.clear()

    @property
    def month(self) -> int:
        """The month being lived, 0 for the first."""
        return self.world.month

    @property
    def rows(self) -> NDArray[np.intp]:
        """Row numbers, shape (n,)."""
        return np.arange(*self.index.indices(len(self.table))) if isinstance(self.index, slice) else self.index

    def among(self, mask: Mask) -> Rows:
        """Those of these rows that are in ``mask``, shape (n,)."""
        if isinstance(self.index, slice):
            first, _, _ = self.index.indices(len(self.table))
            return Rows(self.world, self.table, np.flatnonzero(mask) + first)
        return Rows(self.world, self.table, self.index[mask])

    def draw(self, stream: Stream, part: int = 0) -> Floats:
        """This month's uniform draw of each row in ``stream``, shape (n,)."""
        return uniform(stream, self.world.month, self.key, part)

    def draw_for_life(self, stream: Stream) -> Floats:
        """Each row's one uniform draw in ``stream``, the same in every month, shape (n,)."""
        return uniform(stream, BORN, self.key)

    def total(self, of: str, by: str, what: What) -> Floats:
        """For each row, the exact sum of ``what`` over active rows of table ``of`` whose reference ``by`` points here.

        ``what`` is a column or a function of rows (a mask counts): shape (n,), or (n, width) for a wide one.
        """
        return np.asarray(self.world.total(of, by, what)[self.index])

    def ties(self, layer: str) -> Floats:
        """For each row, the number of its ties in a network ``layer``."""
        return np.asarray(self.world.degree(layer)[self.index])

    def over_ties(self, layer: str, what: What) -> Floats:
        """For each row, the exact sum of ``what`` (column or function of rows) over its ties in a network ``layer``."""
        return np.asarray(self.world.over_ties(layer, what)[self.index])


def joined(stretches: Sequence[tuple[Rows, Mask | None]]) -> Rows:
    """Rows of one table stretch by stretch, each those in its mask (None: all of them), as one."""
    found = [c if only is None else c.among(only) for c, only in stretches]
    first = found[0]
    return first if len(found) == 1 else Rows(first.world, first.table, np.concatenate([c.rows for c in found]))


def in_both(one: Mask, other: Mask | None) -> Mask:
    """Who is in both masks; None is everybody."""
    return one if other is None else one & other


class Referred(Rows):
    """Rows reached through a reference; row number -1 stands for nobody."""

    def __init__(self, world: World, table: Table, index: NDArray[np.integer[Any]]) -> None:
        self.numbers = index.astype(np.intp, copy=False)
        super().__init__(world, table, self.numbers)
        self.exists: Mask = index >= 0
        self._cells: Cells | None = None
        self._all_exist = bool(self.exists.all())

    def sum_here(self, values: Array) -> Floats:
        """Exact sum of ``values`` (one for each row) by the row referred to, shape (rows of the table,)."""
        if self._cells is None:
            self._cells = Cells(self.numbers)
        return self._cells.sum(values, len(self.table))

    def _everyone(self, name: str) -> Array:
        return self.table.column(name) if self._all_exist else self.table.with_nobody(name)

    def _pick(self, everyone: Array) -> Array:
        if len(self) > _MANY * len(everyone) and (everyone == everyone[:1]).all():
            return np.full(len(self), everyone[0])
        return np.asarray(everyone[self.numbers])

    def total(self, of: str, by: str, what: What) -> Floats:
        """As for any rows; 0 for nobody."""
        return self._of_somebody(super().total(of, by, what))

    def ties(self, layer: str) -> Floats:
        """As for any rows; 0 for nobody."""
        return self._of_somebody(super().ties(layer))

    def over_ties(self, layer: str, what: What) -> Floats:
        """As for any rows; 0 for nobody."""
        return self._of_somebody(super().over_ties(layer, what))

    def _of_somebody(self, sums: Floats) -> Floats:
        if not self._all_exist:
            sums[~self.exists] = 0.0
        return sums


Act = Callable[[Rows, Any], Writes]
Who = Callable[[Rows], Mask]


@dataclass(frozen=True)
class Rule:
    """A rule with what the drivers need to know of it; made by :func:`rule`.

    Attributes:
        act: the pure function.
        table: whose rows it reads and writes.
        who: which active rows it concerns; None for all.
        by: None when every row acts for itself, or the reference (``"office"``) whose rows act together.
    """

    act: Act
    table: str
    who: Who | None
    by: str | None

    @property
    def name(self) -> str:
        """``table.function``, unique over the model."""
        return f"{self.table}.{self.act.__name__}"

    @property
    def meaning(self) -> str:
        """First line of the docstring."""
        return (self.act.__doc__ or "").strip().splitlines()[0]

    def __call__(self, c: Rows, p: Any) -> Writes:
        """New columns for rows ``c`` under parameters ``p``."""
        return self.act(c, p)


def rule(table: str, who: Who | None = None, by: str | None = None) -> Callable[[Act], Rule]:
    """Declare a function ``(c, p) -> columns`` as a rule over ``table``.

    Args:
        table: whose rows it reads and writes.
        who: mask over rows, shape (n,): whom it concerns.
        by: reference whose rows must be seen together (places shared out within an office).
    """

    def declare(act: Act) -> Rule:
        return Rule(act, table, who, by)

    return declare
