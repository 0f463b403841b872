"""Everything is a table: who acts lives in columns declared once.

A :class:`Column` says name, dtype, unit, range and meaning; the declaration feeds the bounds checks, the documentation
and the labels. A :class:`Table` holds the columns as growing NumPy arrays: rows are appended and never renamed, moved
or reused, so a row number is a fact for as long as the model lives. Offices and villages are tables too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Index = slice | NDArray[np.intp]
#: rows, and which of them take part (None: all of them)
Stretch = tuple[Index, NDArray[np.bool_] | None]
EVERY_ROW = slice(None)
#: the month of what has not happened
NEVER = -6000
#: where more than this share of rows is concerned, it is cheaper to work on all of them than to pick them
DENSE = 0.6
#: rows looked at together for whether most of them take part
CHUNK = 1024
#: so many rows to pass over are worth a stretch of its own for the few among them
SPARSE = 4096
#: rows worked on at once: what a rule holds while it reckons stays small, whatever the size of the country
BLOCK = 2**17


class Code(IntEnum):
    """Names of the small whole numbers that a column of codes holds.

    NumPy takes an enumeration for 64-bit numbers and would widen a whole column to compare it; here it meets the plain
    number, and compares the column as it is.
    """

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        return getattr(ufunc, method)(*(int(each) if isinstance(each, Code) else each for each in inputs), **options)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: as rules and faces read it.
        dtype: NumPy dtype of one value.
        unit: unit of the value, ``"1"`` for a pure number, ``"share"`` for 0..1.
        low, high: closed range of allowed values.
        meaning: one line for the documentation.
        start: value of a new row.
        refers_to: for a reference, the table whose row number the column holds (-1: none).
        width: number of values a row holds (1 for a plain column), e.g. one for each activity.
        labels: for a code, the enumeration that names it.
        monthly: whether the column starts every month at its start value (what happened this month).
        running: whether the column adds up what happened since the run began, and so is at its start value there.
    """

    name: str
    dtype: type[np.generic]
    unit: str
    low: float
    high: float
    meaning: str
    start: float = 0
    refers_to: str | None = None
    width: int = 1
    labels: type[Code] | None = None
    monthly: bool = False
    running: bool = False


def share(name: str, meaning: str, start: float = 0.0, width: int = 1) -> Column:
    """A column of numbers from 0 to 1."""
    return Column(name, np.float64, "share", 0.0, 1.0, meaning, start, width=width)


def coarse_share(name: str, meaning: str, width: int, start: float = 0.0) -> Column:
    """A wide column of numbers from 0 to 1, held in 32 bits; rules read and reckon it in 64 as they do all others."""
    return Column(name, np.float32, "share", 0.0, 1.0, meaning, start, width=width)


def number(
    name: str,
    unit: str,
    low: float,
    high: float,
    meaning: str,
    start: float = 0.0,
    width: int = 1,
    monthly: bool = False,
) -> Column:
    """A column of real numbers in ``unit`` from ``low`` to ``high``."""
    return Column(name, np.float64, unit, low, high, meaning, start, width=width, monthly=monthly)


def flow(name: str, unit: str, meaning: str, width: int = 1) -> Column:
    """A column of what happens in a month, in ``unit``: never negative, zero again when the next month begins."""
    return Column(name, np.float64, unit, 0, 1e9, f"{meaning}, this month", width=width, monthly=True)


def count(
    name: str, unit: str, meaning: str, high: float = 2**31 - 1, start: int = 0, width: int = 1, monthly: bool = False
) -> Column:
    """A column of whole numbers from 0 to ``high`` in ``unit``, as small as that allows."""
    dtype = np.int16 if high < 2**15 else np.int32
    return Column(name, dtype, unit, 0, high, meaning, start, width=width, monthly=monthly)


def rupiah(name: str, meaning: str, width: int = 1, monthly: bool = False, running: bool = False) -> Column:
    """A column of whole rupiah, never negative (64-bit, so nothing is lost to rounding)."""
    return Column(name, np.int64, "IDR", 0, float(2**62), meaning, width=width, monthly=monthly, running=running)


def flag(name: str, meaning: str, width: int = 1, monthly: bool = False) -> Column:
    """A column of yes or no."""
    return Column(name, np.bool_, "yes/no", 0, 1, meaning, width=width, monthly=monthly)


def code(name: str, labels: type[Code], meaning: str, start: int = 0, monthly: bool = False) -> Column:
    """A column of small codes named by ``labels``."""
    return Column(name, np.int8, "code", min(labels), max(labels), meaning, start, labels=labels, monthly=monthly)


def month(name: str, meaning: str, start: int = NEVER) -> Column:
    """A column of months counted from the start of the run (negative: before it; :data:`NEVER`: not at all)."""
    return Column(name, np.int16, "month", -6000, 6000, meaning, start)


def reference(name: str, table: str, meaning: str, monthly: bool = False) -> Column:
    """A column of row numbers of ``table`` (-1: none)."""
    return Column(name, np.int32, f"row of {table}", -1, 2**31 - 1, meaning, -1, refers_to=table, monthly=monthly)


IDENTITY = (
    Column("id", np.int64, "1", 0, 2**63 - 1, "number within office and kind, never reused"),
    Column("key", np.uint64, "1", 0, 2**64, "64-bit key of all chance of this row"),
    reference("office", "offices", "office this row belongs to"),
)


@dataclass(frozen=True)
class Presence:
    """Which rows of a table take part in the month.

    Attributes:
        mask: from the table, which rows do, shape (n,).
        column: the column that alone decides it; the answer is kept until that column is written.
        table: whose column it is; None for the table itself.
    """

    mask: Callable[[Table], NDArray[np.bool_]]
    column: str
    table: Table | None = None


class Table:
    """Rows of one kind of agent or place.

    Args:
        name: plural name, as references write it.
        columns: declarations; ``id``, ``key`` and ``office`` stand in every table and need not be repeated.
        active: which rows take part in the month; without it all do.

    A column reads as an attribute, ``table.age``: a live view of shape (n,) or (n, width), the values of each of the
    ``width`` standing together in memory.
    """

    def __init__(
        self,
        name: str,
        columns: Iterable[Column],
        active: Presence | None = None,
    ) -> None:
        self.name = name
        self.columns: dict[str, Column] = {}
        for column in (*IDENTITY, *columns):
            if column.name in self.columns:
                raise ValueError(f"table {name} declares column {column.name} twice")
            self.columns[column.name] = column
        self._active = active
        self._present: tuple[Any, NDArray[np.bool_]] | None = None
        self._stretches: tuple[NDArray[np.bool_] | None, int, list[Stretch]] | None = None
        self._size = 0
        #: rows there is room for; behind the last row stands nobody, every column at its start value
        self._room = 0
        self._data: dict[str, Array] = {}
        #: how often each column has been written: who has read it knows whether it is still the same
        self.stamps: dict[str, int] = dict.fromkeys(self.columns, 0)
        self._make_room(0)

    @staticmethod
    def _shape(column: Column, rows: int) -> tuple[int, ...]:
        return (rows,) if column.width == 1 else (rows, column.width)

    def _make_room(self, rows: int) -> None:
        """Room for ``rows`` more, standing at their start values, and for nobody behind them."""
        stop = self._size + rows
        if stop >= self._room:
            self._room = max(stop + 1, self._room + self._room // 8)
            for name, column in self.columns.items():
                roomier = np.empty(self._shape(column, self._room), dtype=column.dtype, order="F")
                if self._size:
                    roomier[: self._size] = self._data[name][: self._size]
                self._data[name] = roomier
        for name, column in self.columns.items():
            self._data[name][self._size : stop + 1] = column.start
        self._size = stop

    def __len__(self) -> int:
        return self._size

    def __getattr__(self, name: str) -> Array:
        try:
            return self.column(name)
        except KeyError:
            raise AttributeError(f"table {self.__dict__.get('name')} has no column {name!r}") from None

    def column(self, name: str) -> Array:
        """A live view of the column ``name``, shape (n,) or (n, width)."""
        data: dict[str, Array] = self.__dict__["_data"]
        return data[name][: self._size]

    def with_nobody(self, name: str) -> Array:
        """The column ``name`` and behind it its start value, which row number -1 finds: one row more."""
        return self._data[name][: self._size + 1]

    def present(self) -> NDArray[np.bool_] | None:
        """Which rows take part in the month, shape (n,); None when all do."""
        if self._active is None:
            return None
        decided_in = self if self._active.table is None else self._active.table
        stamp = (len(self), decided_in.stamps[self._active.column])
        kept = self._present
        if kept is None or kept[0] != stamp:
            present = self._active.mask(self)
            # mostly the column is written without moving anybody in or out: what hangs on it still holds
            if kept is None or not np.array_equal(kept[1], present):
                kept = (stamp, present.copy())
            self._present = (stamp, kept[1])
        return kept[1]

    def active(self) -> Index:
        """Rows that take part in the month: a slice where they stand together, else row numbers in ascending order."""
        present = self.present()
        if present is None:
            return EVERY_ROW
        rows = int(np.count_nonzero(present))
        return slice(0, rows) if present[:rows].all() else np.flatnonzero(present)

    def stretches(self) -> list[Stretch]:
        """Rows to work on, stretch by stretch, and which of each take part in the month; the same list while they do.

        Where most rows of a stretch take part, it is cheaper to work on all of them as they stand in memory than to
        pick them; where few do, as among the oldest when many have left, those alone are picked. There is one at least.
        """
        present = self.present()
        if self._stretches is None or self._stretches[0] is not present or self._stretches[1] != len(self):
            self._stretches = (present, len(self), _stretches(present, len(self)))
        return self._stretches[2]

    def grow(self, rows: int, **values: Array | float) -> slice:
        """Append ``rows`` rows, columns not given standing at their start value.

        Args:
            rows: how many.
            **values: by column, a number for all or an array of length ``rows``.

        Returns:
            The slice of the new rows. Rows that were there keep their numbers and values.

        Raises:
            AttributeError: a name is no column of this table.
            TypeError: a value does not fit the column's dtype without losing its kind (a fraction into a count).
            ValueError: an array has another length. Whatever is wrong, nothing is changed.
        """
        for name, value in values.items():
            if name not in self.columns:
                raise AttributeError(f"table {self.name} has no column {name!r}")
            given = np.broadcast_to(value, self._shape(self.columns[name], rows))
            self._check_kind(self.columns[name], given.dtype)
        new = slice(self._size, self._size + rows)
        self._make_room(rows)
        for name, value in values.items():
            self._data[name][new] = value
        self._stamp(self.columns)
        return new

    def _stamp(self, names: Iterable[str]) -> None:
        for name in names:
            self.stamps[name] += 1

    def new_month(self) -> None:
        """Put the monthly columns back to their start value."""
        self._start_again(column for column in self.columns.values() if column.monthly)

    def new_run(self) -> None:
        """Put the columns that add up since the run began back to their start value."""
        self._start_again(column for column in self.columns.values() if column.running)

    def _start_again(self, columns: Iterable[Column]) -> None:
        for column in columns:
            self._data[column.name][: self._size] = column.start
            self.stamps[column.name] += 1

    def write(self, index: Index, values: Mapping[str, Array], only: NDArray[np.bool_] | None = None) -> None:
        """Put new values into the rows of ``index``: each of shape (len(index),) or (len(index), width).

        Args:
            index: rows written.
            values: new values by column.
            only: shape (len(index),), which of these rows are really written; None for all.

        Raises:
            KeyError: a name is no column of this table.
            TypeError: a value does not fit the column's dtype without losing its kind (a fraction into a count).
        """
        # a value that looks into this table stays what it was while the table is written
        for name, value in values.items():
            self._check_kind(self.columns[name], value.dtype)
        values = {name: value if value.flags.writeable else value.copy() for name, value in values.items()}
        if only is not None and not isinstance(index, slice):
            index, values, only = index[only], {name: value[only] for name, value in values.items()}, None
        # where most are written it is cheapest to write all and give the others back what they had
        others = None if only is None else np.flatnonzero(~only)
        for name, value in values.items():
            data = self._data[name][: self._size]
            for into, new in zip(_each(data), _each(value), strict=True):
                if others is None:
                    into[index] = new
                else:
                    here = into[index]
                    kept = here[others]
                    here[:] = new
                    here[others] = kept
        self._stamp(values)

    def _check_kind(self, column: Column, given: np.dtype[Any]) -> None:
        if not np.can_cast(given, column.dtype, casting="same_kind"):
            raise TypeError(f"{self.name}.{column.name} holds {column.dtype.__name__}, not {given}")

    def set_value(self, name: str, row: int, value: Any) -> None:
        """Set one value (for a wide column all of its values, or one for all), as a face does.

        Raises:
            ValueError: the value lies outside the column's declared range, or is a fraction where whole numbers are
                held; nothing is changed.
        """
        column, given = self.columns[name], np.asarray(value)
        fits = given.dtype.kind in "biuf" and given.shape in ((), self._shape(column, 1)[1:])
        fits = fits and bool(np.all((given >= column.low) & (given <= column.high)))
        fractions = np.issubdtype(column.dtype, np.floating)
        if not fits or not (fractions or np.array_equal(given.astype(column.dtype), given)):
            allowed = f"{column.low:g} to {column.high:g} ({column.unit})"
            allowed = allowed if fractions else f"whole numbers {allowed}"
            allowed = allowed if column.width == 1 else f"{allowed}, {column.width} of them"
            raise ValueError(f"{self.name}.{name} = {value}: allowed {allowed}, not changed")
        self._data[name][row] = value
        self._stamp((name,))

    def check_row(self, row: int) -> None:
        """Make sure that there is such a row.

        Raises:
            ValueError: there is not.
        """
        if not 0 <= row < self._size:
            rows = f"rows are 0 to {self._size - 1}" if self._size else "the table is empty"
            raise ValueError(f"{self.name}: no row {row}; {rows}")

    def out_of_range(self) -> list[str]:
        """One line for each column holding a value outside its declared range (or not a number); empty when sound."""
        faults = []
        for name, column in self.columns.items():
            values = getattr(self, name)
            if name != "key" and values.size and not bool(np.all((values >= column.low) & (values <= column.high))):
                faults.append(
                    f"{self.name}.{name}: {values.min()} to {values.max()}, allowed {column.low:g} to {column.high:g}"
                )
        return faults


def _each(values: Array) -> Iterable[Array]:
    """The columns of a wide column, or the one."""
    return (values,) if values.ndim == 1 else values.T


def _stretches(present: NDArray[np.bool_] | None, size: int) -> list[Stretch]:
    """See :meth:`Table.stretches`."""
    first, cut, stop, few = 0, 0, size, np.empty(0, dtype=np.intp)
    if present is not None:
        rows = np.flatnonzero(present)
        first, stop = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 0)
        chunks = np.arange(first, stop, CHUNK)
        most = np.add.reduceat(present[:stop], chunks, dtype=np.intp) > DENSE * np.diff(chunks, append=stop)
        cut = int(chunks[most.argmax()]) if most.any() else stop
        few = rows[: np.searchsorted(rows, cut)]
        if most.any() and cut - first - len(few) < SPARSE:
            cut, few = first, few[:0]
    found: list[Stretch] = [(few[at : at + BLOCK], None) for at in range(0, len(few), BLOCK)]
    for at in range(cut, stop, BLOCK):
        here = None if present is None else present[at : min(at + BLOCK, stop)]
        found.append((slice(at, min(at + BLOCK, stop)), None if here is None or here.all() else here))
    return found or [(slice(0, 0), None)]
