"""Who takes part in the month: the active rows of a table, and the stretches in which rules work on them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import tables
from agents.clients import Status, client_table
from agents.members import member_table
from agents.surroundings import family_table
from agents.tables import EVERY_ROW, Table


def _presence(here: np.ndarray) -> Table:
    """A table in which these rows take part."""
    table = Table(
        "things",
        (tables.flag("here", "whether here"),),
        active=tables.Presence(lambda each: np.asarray(each.here), "here"),
    )
    table.grow(len(here), here=here)
    return table


def test_all_rows_take_part_unless_a_table_says_otherwise() -> None:
    """A table without a rule for it is active as a whole, also when it grows."""
    table = Table("things", (tables.share("warmth", "how warm"),))
    table.grow(3)
    assert table.active() == EVERY_ROW


@settings(max_examples=50)
@given(st.lists(st.lists(st.booleans(), max_size=6), min_size=1, max_size=8))
def test_active_rows_are_those_the_rule_names(batches: list[list[bool]]) -> None:
    """By growth, by writing and by setting: the answer kept is never an old one, and it is in ascending order."""
    table = _presence(np.empty(0, dtype=bool))
    for here in batches:
        table.grow(len(here), here=np.array(here, dtype=bool))
        assert _active(table) == np.flatnonzero(table.here).tolist()
        table.write(EVERY_ROW, {"here": ~table.here})
        assert _active(table) == np.flatnonzero(table.here).tolist()
        if len(table):
            table.set_value("here", len(table) // 2, True)
            assert _active(table) == np.flatnonzero(table.here).tolist()


def _active(table: Table) -> list[int]:
    return np.arange(len(table))[table.active()].tolist()


@settings(max_examples=200)
@given(
    runs=st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=12),
    sizes=st.tuples(st.integers(1, 8), st.integers(0, 8), st.integers(1, 9)),
)
def test_stretches_hold_each_active_row_once_and_in_order(
    runs: list[tuple[int, bool]], sizes: tuple[int, int, int]
) -> None:
    """However long chunks and blocks are: whole stretches with a mask, or the few picked."""
    here = np.array([some for length, some in runs for _ in range(length)], dtype=bool)
    table = _presence(here)
    with pytest.MonkeyPatch.context() as now:
        for name, value in zip(("CHUNK", "SPARSE", "BLOCK"), sizes, strict=True):
            now.setattr(tables, name, value)
        stretches = table.stretches()
    found = []
    for index, only in stretches:
        rows = np.arange(len(here))[index]
        assert only is None or (isinstance(index, slice) and len(only) == len(rows))
        assert len(rows) <= sizes[2]
        found += (rows if only is None else rows[only]).tolist()
    assert found == np.flatnonzero(here).tolist()


def test_the_few_oldest_who_are_left_are_picked_and_the_rest_stand_as_they_are() -> None:
    """And the answer is kept as long as the same rows take part."""
    old, young = 2 * tables.SPARSE, 4 * tables.SPARSE
    here = np.ones(old + young, dtype=bool)
    table = _presence(here)
    assert table.stretches() == [(slice(0, len(here)), None)]
    left = np.flatnonzero(np.arange(old) % 20)
    table.write(left, {"here": np.zeros(len(left), dtype=bool)})
    (few, everybody), (rest, all_of_them) = table.stretches()
    assert (np.asarray(few).tolist(), everybody, rest, all_of_them) == (
        list(range(0, old, 20)),
        None,
        slice(old, old + young),
        None,
    )
    assert table.stretches() is table.stretches()
    table.write(EVERY_ROW, {"here": table.here.copy()})
    assert table.stretches() is table.stretches()
    table.grow(1, here=True)
    assert table.stretches()[-1][0] == slice(old, old + young + 1)


def test_clients_and_members_who_have_left_do_not_take_part() -> None:
    """Clients inside and gone, members who no longer serve, and families of such clients stand aside."""
    clients, families, members = client_table(), None, member_table()
    families = family_table(clients)
    clients.grow(6, status=np.array([0, 1, 2, 3, 4, 5]))
    families.grow(6, client=np.arange(6))
    members.grow(3, serving=np.array([True, False, True]))
    assert _active(clients) == [Status.SUPERVISED, Status.OUT_OF_CONTACT, Status.COMPLETED, Status.CUSTODY]
    assert _active(families) == [1, 2, 3, 4]
    assert _active(members) == [0, 2]
    clients.set_value("status", 1, Status.GONE)
    assert _active(families) == [2, 3, 4]
