"""Everything is a table: rows grow and never change their name, values keep their kind and range."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import tables
from agents.activities import ACTIVITIES, Activity
from agents.clients import client_table
from agents.members import group_table, member_table
from agents.offices import office_table
from agents.surroundings import employer_table, family_table, village_table
from agents.tables import EVERY_ROW, Column, Table
from model.places import COLUMNS_OF_SCENARIO, lever_columns


class Colour(IntEnum):
    """A small code."""

    RED = 0
    GREEN = 1


def small() -> Table:
    """A table with a column of every kind."""
    return Table(
        "things",
        (
            tables.share("warmth", "how warm", 0.5),
            tables.number("weight", "kg", -10, 10, "how heavy", 1.0),
            tables.count("visits", "visits", "how often", high=99),
            tables.rupiah("cash_idr", "money", monthly=True),
            tables.flag("seen", "whether seen this month", monthly=True),
            tables.code("colour", Colour, "which colour", 1),
            tables.month("since", "since when"),
            tables.reference("friend", "things", "a friend"),
            tables.share("parts", "three parts", 0.25, width=3),
            tables.flag("marks", "seven marks", width=7, monthly=True),
        ),
    )


def every_table() -> list[Table]:
    """The tables of a model, empty."""
    clients = client_table()
    return [
        office_table(lever_columns()),
        village_table(),
        employer_table(),
        group_table(),
        member_table(),
        clients,
        family_table(clients),
    ]


# declarations


@pytest.mark.parametrize("table", every_table(), ids=lambda table: table.name)
def test_a_column_says_what_it_holds(table: Table) -> None:
    """Each column has a unit and a meaning, a range that its type can hold, and a start inside it."""
    assert {column.name: faults for column in table.columns.values() if (faults := _faults(column))} == {}


def _faults(column: Column) -> list[str]:
    faults = {
        "no unit": bool(column.unit.strip()),
        "no meaning": len(column.meaning.split()) > 1 or column.name in ("sector", "skill"),
        "start outside the range": column.low <= column.start <= column.high,
        "no width": column.width >= 1,
        "type does not hold the start": np.array(column.start).astype(column.dtype) == column.start,
    }
    if np.issubdtype(column.dtype, np.integer):
        limits = np.iinfo(column.dtype)
        faults["type does not hold the range"] = limits.min <= column.low and column.high <= limits.max + 1
    if column.labels is not None:
        codes = {int(label) for label in column.labels}
        faults["labels are not the codes"] = codes == set(range(int(column.low), int(column.high) + 1))
    return [fault for fault, sound in faults.items() if not sound]


@pytest.mark.parametrize("table", every_table(), ids=lambda table: table.name)
def test_references_name_tables_of_the_model(table: Table) -> None:
    """Whatever is referred to exists, and everyone belongs to an office."""
    names = {each.name for each in every_table()}
    assert {column.refers_to for column in table.columns.values()} - {None} <= names
    assert list(table.columns)[:3] == ["id", "key", "office"]


def test_columns_by_activity_are_as_wide_as_there_are_activities() -> None:
    """What says 'by activity' holds one value for each of the seven, and levers stand in their order."""
    columns = [column for table in every_table() for column in table.columns.values()]
    assert {column.width for column in columns if "by activity" in column.meaning} == {len(Activity)}
    assert tuple(path.split(".")[-1] for path in COLUMNS_OF_SCENARIO["activity_shares"]) == ACTIVITIES


def test_a_column_is_declared_once() -> None:
    """A second column of one name is refused, an identity column too."""
    warm = tables.share("warmth", "how warm")
    with pytest.raises(ValueError, match="table things declares column warmth twice"):
        Table("things", (warm, warm))
    with pytest.raises(ValueError, match="table things declares column key twice"):
        Table("things", (tables.share("key", "a second key"),))


def test_an_unknown_column_is_an_attribute_error() -> None:
    """Reading says which table lacks which column."""
    with pytest.raises(AttributeError, match="table things has no column 'warmht'"):
        _ = small().warmht


# growth

rows_ = st.lists(st.tuples(st.integers(0, 40), st.floats(0, 1)), min_size=1, max_size=12)


@settings(max_examples=50)
@given(rows_)
def test_growth_keeps_every_row_and_value(batches: list[tuple[int, float]]) -> None:
    """However rows are added, those before them keep number and value, and new ones stand at the start value."""
    table = small()
    expected: list[float] = []
    for count, warmth in batches:
        new = table.grow(count, warmth=warmth, visits=np.arange(count) % 100)
        assert (new.start, new.stop) == (len(expected), len(expected) + count)
        expected += [warmth] * count
        assert len(table) == len(expected)
        assert table.warmth.tolist() == expected
        assert (table.visits[new] == np.arange(count) % 100).all()
    for name, column in table.columns.items():
        values = getattr(table, name)
        assert values.dtype == column.dtype
        assert values.shape == ((len(table),) if column.width == 1 else (len(table), column.width))
        if name not in ("warmth", "visits"):
            assert (values == column.start).all()


@settings(max_examples=50)
@given(st.lists(st.integers(1, 30), min_size=2, max_size=8))
def test_growing_in_parts_is_growing_at_once(parts: list[int]) -> None:
    """The table is the same bytes whether its rows came together or one batch after the other."""
    total = sum(parts)
    weight, friend = np.linspace(-10, 10, total), np.arange(total)[::-1] - 1
    shares = np.linspace(0, 1, 3 * total).reshape(total, 3)
    at_once, in_parts = small(), small()
    at_once.grow(total, weight=weight, friend=friend, parts=shares)
    start = 0
    for count in parts:
        rows = slice(start, start + count)
        in_parts.grow(count, weight=weight[rows], friend=friend[rows], parts=shares[rows])
        start += count
    for name in at_once.columns:
        assert getattr(at_once, name).tobytes() == getattr(in_parts, name).tobytes()


@pytest.mark.parametrize(
    ("values", "error", "says"),
    [
        ({"warmth": 0.9, "warmht": 1.0}, AttributeError, "table things has no column 'warmht'"),
        ({"warmth": 0.9, "visits": np.arange(5)}, ValueError, "shape"),
        ({"warmth": 0.9, "parts": np.zeros((2, 4))}, ValueError, "shape"),
    ],
)
def test_growth_that_fails_changes_nothing(values: dict[str, Any], error: type[Exception], says: str) -> None:
    """A wrong name or length leaves no row behind, and later rows still start where they are declared to."""
    table = small()
    table.grow(3, warmth=0.1)
    with pytest.raises(error, match=says):
        table.grow(2, **values)
    assert len(table) == 3
    table.grow(2)
    assert table.warmth.tolist() == [0.1, 0.1, 0.1, 0.5, 0.5]


def test_a_column_is_a_live_view_of_the_rows_there_are() -> None:
    """What is read shows what is written later, and nothing of the room kept for rows to come."""
    table = small()
    table.grow(2)
    seen = table.warmth
    table.write(EVERY_ROW, {"warmth": np.array([0.1, 0.2])})
    assert seen.tolist() == [0.1, 0.2]
    assert len(seen) == 2


# the month


def test_a_new_month_puts_the_monthly_columns_back() -> None:
    """What happened this month starts again at its start value; everything else stays."""
    table = small()
    table.grow(3, warmth=0.9, cash_idr=5, seen=True, marks=True, visits=4)
    table.new_month()
    assert table.cash_idr.tolist() == [0, 0, 0]
    assert not table.seen.any()
    assert not table.marks.any()
    assert table.warmth.tolist() == [0.9, 0.9, 0.9]
    assert table.visits.tolist() == [4, 4, 4]


@pytest.mark.parametrize("table", every_table(), ids=lambda table: table.name)
def test_what_happened_this_month_is_forgotten_in_every_table(table: Table) -> None:
    """After a new month exactly the columns declared monthly stand at their start value."""
    columns = [column for column in table.columns.values() if column.name not in ("id", "key", "office")]
    table.grow(4)
    other = {column.name: column.high if column.start != column.high else column.low for column in columns}
    full = {name: np.full_like(getattr(table, name), value) for name, value in other.items()}
    table.write(EVERY_ROW, full)
    table.new_month()
    for column in columns:
        expected = column.start if column.monthly else other[column.name]
        assert (getattr(table, column.name) == np.array(expected).astype(column.dtype)).all()


# writing


def test_writing_keeps_the_kind_of_a_column() -> None:
    """A fraction does not go into a count, a count does go into a number; nothing is changed by what is refused."""
    table = small()
    table.grow(2)
    with pytest.raises(TypeError, match=r"things\.visits holds int16, not float64"):
        table.write(EVERY_ROW, {"visits": np.array([1.5, 2.5])})
    with pytest.raises(TypeError, match=r"things\.seen holds bool, not int64"):
        table.write(EVERY_ROW, {"seen": np.array([1, 0])})
    assert table.visits.tolist() == [0, 0]
    table.write(EVERY_ROW, {"visits": np.array([7, 8], dtype=np.int64), "weight": np.array([1, 2])})
    assert table.visits.tolist() == [7, 8]
    assert table.weight.tolist() == [1.0, 2.0]


def test_growth_refuses_what_writing_refuses() -> None:
    """A fraction is no count and a number no flag, whether it comes with a new row or into one that is there."""
    table = small()
    for values, says in (
        ({"visits": 1.5}, "visits holds int16, not float64"),
        ({"seen": np.ones(2, int)}, "seen holds"),
    ):
        with pytest.raises(TypeError, match=rf"things\.{says}"):
            table.grow(2, **values)
        assert len(table) == 0
    table.grow(2, visits=7, seen=True, weight=1)
    assert table.visits.tolist() == [7, 7]


def test_writing_some_rows_leaves_the_others() -> None:
    """Wide and plain columns, by row numbers."""
    table = small()
    table.grow(4)
    table.write(np.array([2, 0]), {"warmth": np.array([0.2, 0.0]), "parts": np.array([[1.0, 0, 0], [0, 1.0, 0]])})
    assert table.warmth.tolist() == [0.0, 0.5, 0.2, 0.5]
    assert table.parts.tolist() == [[0, 1, 0], [0.25] * 3, [1, 0, 0], [0.25] * 3]


def test_writing_an_unknown_column_is_a_key_error() -> None:
    """A rule that invents a column is told so."""
    with pytest.raises(KeyError, match="warmht"):
        small().write(EVERY_ROW, {"warmht": np.empty(0)})


# ranges


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("warmth", 1.2, "things.warmth = 1.2: allowed 0 to 1 (share), not changed"),
        ("warmth", float("nan"), "things.warmth = nan: allowed 0 to 1 (share), not changed"),
        ("warmth", "warm", "things.warmth = warm: allowed 0 to 1 (share), not changed"),
        ("weight", -10.5, "things.weight = -10.5: allowed -10 to 10 (kg), not changed"),
        ("visits", 100, "things.visits = 100: allowed whole numbers 0 to 99 (visits), not changed"),
        ("visits", 2.5, "things.visits = 2.5: allowed whole numbers 0 to 99 (visits), not changed"),
        ("seen", 0.5, "things.seen = 0.5: allowed whole numbers 0 to 1 (yes/no), not changed"),
        ("colour", 2, "things.colour = 2: allowed whole numbers 0 to 1 (code), not changed"),
        ("friend", -2, "things.friend = -2: allowed whole numbers -1 to 2.14748e+09 (row of things), not changed"),
        ("parts", [0.1, 0.2, 1.3], "things.parts = [0.1, 0.2, 1.3]: allowed 0 to 1 (share), 3 of them, not changed"),
        ("parts", [0.1, 0.2], "things.parts = [0.1, 0.2]: allowed 0 to 1 (share), 3 of them, not changed"),
    ],
)
def test_a_value_outside_the_range_is_refused(name: str, value: Any, says: str) -> None:
    """One line says what, where and what is allowed, and the value stays as it was."""
    table = small()
    table.grow(2)
    before = {column: getattr(table, column).tobytes() for column in table.columns}
    with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
        table.set_value(name, 1, value)
    assert {column: getattr(table, column).tobytes() for column in table.columns} == before


def test_a_value_inside_the_range_is_set_in_its_row_alone() -> None:
    """Plain, code, whole and wide values, the ends of the range included."""
    table = small()
    table.grow(3)
    for name, value in {"warmth": 1, "weight": -10, "visits": 99.0, "seen": True, "colour": Colour.RED}.items():
        table.set_value(name, 1, value)
        assert getattr(table, name)[1] == value
        assert (getattr(table, name)[[0, 2]] == table.columns[name].start).all()
    table.set_value("parts", 1, [0.0, 0.5, 1.0])
    assert table.parts.tolist() == [[0.25] * 3, [0.0, 0.5, 1.0], [0.25] * 3]


@pytest.mark.parametrize("bad", [float("nan"), -0.1, 1.1, float("inf")])
@pytest.mark.parametrize("name", ["warmth", "parts"])
def test_values_outside_the_range_are_found(name: str, bad: float) -> None:
    """One line for the column that holds a value outside its range or not a number, wherever it stands."""
    table = small()
    table.grow(5)
    assert table.out_of_range() == []
    values = getattr(table, name).copy()
    values.flat[-2] = bad
    table.write(EVERY_ROW, {name: values})
    (line,) = table.out_of_range()
    assert line.startswith(f"things.{name}: ")
    assert line.endswith(", allowed 0 to 1")


@pytest.mark.parametrize("table", every_table(), ids=lambda table: table.name)
def test_rows_at_their_start_values_are_sound(table: Table) -> None:
    """No table declares a start value outside its own range, and an empty table is sound too."""
    assert table.out_of_range() == []
    table.grow(3)
    assert table.out_of_range() == []


@settings(max_examples=50)
@given(st.integers(0, 2**62), st.integers(0, 2**62))
def test_rupiah_are_never_rounded(one: int, other: int) -> None:
    """Whole rupiah far beyond 2**53 are kept to the last one."""
    table = small()
    table.grow(2, cash_idr=np.array([one, other]))
    assert table.cash_idr.tolist() == [one, other]
    table.set_value("cash_idr", 0, other)
    assert int(table.cash_idr[0]) == other
