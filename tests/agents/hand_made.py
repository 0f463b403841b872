"""A world of a few rows made by hand, in which one rule at a time can be watched.

It is the smallest thing that rules accept as their world. Sums over rows and ties are plain loops, luck can be set, and
parameters are those of the table unless a test says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from agents import chance
from agents.chance import Floats, Stream
from agents.clients import client_table
from agents.members import group_table, member_table
from agents.offices import office_table
from agents.rules import Mask, Rows, Rule, What, Writes
from agents.surroundings import employer_table, family_table, village_table
from agents.tables import Table
from model.beliefs import Aligned
from model.places import lever_columns
from scenarios import parameters

#: what a stream gives; ``(stream, part)`` for the second draw of a stream and later ones
Luck = Mapping[Any, float | Sequence[float] | Floats]

#: an office with round numbers; clients, members and the rest belong to it unless a test says otherwise
OFFICE: dict[str, Any] = {
    "annual_budget_idr": 120_000_000,
    "fixed_share": 1.0,
    "first_money_month": 1,
    "activity_shares": [[0.1, 0.2, 0.1, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05]],
    "open_unemployment_rate": 0.05,
    "informal_share": 0.6,
    "monthly_wage_idr": 2_000_000,
    "villages": 1,
    "counsellors": 10,
    "groups_personality": 50,
    "members_per_group": 10,
    "room_slots_per_month": 1000,
    "facility_quality": 0.5,
    "facility": 0.5,
}


_LEVERS = lever_columns()
_PARAMETERS = {name: parameter.value for name, parameter in parameters().items()}
_MAKERS: dict[str, Callable[[Mapping[str, Table]], Table]] = {
    "offices": lambda _: office_table(_LEVERS),
    "villages": lambda _: village_table(),
    "employers": lambda _: employer_table(),
    "groups": lambda _: group_table(),
    "members": lambda _: member_table(),
    "clients": lambda _: client_table(),
    "families": lambda tables: family_table(tables["clients"]),
}


class _Tables(dict[str, Table]):
    """The tables of a model, each made when first asked for."""

    def __missing__(self, name: str) -> Table:
        self[name] = _MAKERS[name](self)
        return self[name]


class HandMade:
    """A world with the tables of a model and the rows that a test gives.

    Args:
        month: the month being lived.
        ties: by layer, pairs of rows.
        **rows: by table, values by column (a list for each row, or one value for all of at least one row).
    """

    def __init__(
        self, month: int = 12, ties: Mapping[str, Sequence[tuple[int, int]]] | None = None, **rows: Mapping[str, Any]
    ) -> None:
        self.month = month
        self._ties = dict(ties or {})
        self.tables: dict[str, Table] = _Tables()
        for name, columns in {"offices": OFFICE, **rows}.items():
            self._add(self.tables[name], {**(OFFICE if name == "offices" else {}), **columns})

    def _add(self, table: Table, columns: dict[str, Any]) -> None:
        several = [value for value in columns.values() if isinstance(value, list | np.ndarray)]
        count = max([len(value) for value in several], default=1)
        numbers = np.arange(count)
        who = {"id": numbers, "key": chance.derive(np.zeros(count, dtype=np.uint64), table.name, numbers), "office": 0}
        if table.name == "offices":
            who["office"] = numbers
        table.grow(count, **{**who, **columns})

    # what rules ask of their world

    def total(self, of: str, by: str, what: What) -> Floats:
        """The sum, row by row."""
        table = self.tables[of]
        rows = Rows(self, table, table.active())
        values = getattr(rows, what) if isinstance(what, str) else what(rows)
        target = table.columns[by].refers_to
        assert target is not None
        sums = np.zeros((len(self.tables[target]), *values.shape[1:]))
        for row, value in zip(getattr(table, by)[rows.rows], values, strict=True):
            if row >= 0:
                sums[row] += value
        return sums

    def degree(self, layer: str) -> Floats:
        """The number of ties, tie by tie."""
        return self.over_ties(layer, lambda rows: np.ones(len(rows)))

    def over_ties(self, layer: str, what: What) -> Floats:
        """The sum over the other ends, tie by tie; who is not active counts for nothing."""
        table = self.tables[{"peers": "clients", "reputation": "employers", "neighbourhood": "villages"}[layer]]
        rows = Rows(self, table, table.active())
        values = np.zeros(len(table))
        values[rows.rows] = getattr(rows, what) if isinstance(what, str) else what(rows)
        sums = np.zeros(len(table))
        for left, right in self._ties.get(layer, ()):
            sums[left] += values[right]
            sums[right] += values[left]
        return sums

    # what tests ask of it

    def rows(self, table: str, luck: Luck | None = None) -> Rows:
        """All rows of ``table``, with the luck given and 1/2 where none is."""
        return _Lucky(self, self.tables[table], np.arange(len(self.tables[table])), luck or {})

    def concerned(self, rule: Rule, luck: Luck | None = None) -> Rows:
        """The active rows that a rule concerns, as the drivers find them."""
        table = self.tables[rule.table]
        active = Rows(self, table, table.active())
        index = active.rows if rule.who is None else active.rows[rule.who(active)]
        return _Lucky(self, table, index, luck or {})

    def told(self, rule: Rule, luck: Luck | None = None, **values: float) -> Writes:
        """What a rule wants written for the rows it concerns; nothing is written."""
        c = self.concerned(rule, luck)
        return rule(c, beliefs(c, **values))

    def live(self, rule: Rule, luck: Luck | None = None, **values: float) -> None:
        """Let the rule write, as a driver does."""
        if len(c := self.concerned(rule, luck)):
            self.tables[rule.table].write(c.index, rule(c, beliefs(c, **values)))

    def chance(
        self, rule: Rule, stream: Stream, happens: Callable[[Writes], Any], luck: Luck | None = None, **values: float
    ) -> Floats:
        """How likely something is for each row that a rule concerns: the luck below which it happens, by bisection."""
        c = self.concerned(rule)
        p = beliefs(c, **values)
        low, high = np.zeros(len(c)), np.ones(len(c))
        for _ in range(50):
            middle = (low + high) / 2.0
            does = np.asarray(happens(rule(_Lucky(self, c.table, c.index, {**(luck or {}), stream: middle}), p)))
            low, high = np.where(does, middle, low), np.where(does, high, middle)
        return low


#: luck that is drawn once for life is given by (stream, FOR_LIFE)
FOR_LIFE = -1


class _Lucky(Rows):
    """Rows whose draws are the ones a test sets."""

    def __init__(self, world: HandMade, table: Table, index: np.ndarray, luck: Luck) -> None:
        super().__init__(world, table, index)
        self._luck = luck

    def draw(self, stream: Stream, part: int = 0) -> Floats:
        values = np.asarray(self._luck.get((stream, part) if part else stream, 0.5), dtype=np.float64)
        return np.broadcast_to(values, len(self)) if values.ndim == 0 or len(values) == len(self) else values[self.rows]

    def draw_for_life(self, stream: Stream) -> Floats:
        return self.draw(stream, FOR_LIFE)

    def among(self, mask: Mask) -> Rows:
        luck = {
            name: values[mask] if np.shape(values) == (len(self),) else values for name, values in self._luck.items()
        }
        return _Lucky(self.world, self.table, self.rows[mask], luck)


def beliefs(c: Rows, **values: float) -> Aligned:
    """The parameters of the table for rows ``c``, some of them set by the test."""
    unknown = set(values) - set(_PARAMETERS)
    assert not unknown, f"no parameter {unknown}"
    return Aligned({**_PARAMETERS, **{name: float(value) for name, value in values.items()}}, lambda: c.office.index)
