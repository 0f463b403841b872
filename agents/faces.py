"""Faces: real Mesa agents that look into their row.

A face holds no data of its own. ``client.confidence`` reads the client's row in the table of the model that client
lives in, ``client.village`` is the face of the village; assigning writes the row after a check of the declared range.
Faces are made when someone first asks for agents, so a run that never does pays nothing for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import mesa
import numpy as np

from agents import telling
from agents.explaining import Explanation, explain
from agents.rules import Rows, Rule, Writes
from agents.tables import Index, Table

if TYPE_CHECKING:
    from collections.abc import Iterable


class Face(mesa.Agent):  # type: ignore[misc]
    """One row of a table as a Mesa agent.

    Args:
        model: the model instance; its table is bound to this face, never to the class.
        row: row number.
    """

    kind: ClassVar[str]
    _table: Table

    def __init__(self, model: Any, row: int) -> None:
        object.__setattr__(self, "_table", model.tables[self.kind])
        object.__setattr__(self, "row", row)
        super().__init__(model)

    def __getattr__(self, name: str) -> Any:
        column = self.__dict__["_table"].columns.get(name) if "_table" in self.__dict__ else None
        if column is None:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        value = getattr(self._table, name)[self.row]
        if column.refers_to is not None:
            return None if value < 0 else self.model.face(column.refers_to, int(value))
        if column.width > 1:
            return value.copy()
        return column.labels(value) if column.labels is not None else value.item()

    def __setattr__(self, name: str, value: Any) -> None:
        column = self._table.columns.get(name)
        if column is None:
            super().__setattr__(name, value)
        else:
            value = value if column.refers_to is None else self._row_of(column.refers_to, value)
            self._table.set_value(name, self.row, value)
            self.model.read_afresh()

    def _row_of(self, table: str, value: Any) -> Any:
        """The row number a reference to ``value`` holds: a face of ``table`` in this model, a row number, or None."""
        if value is None:
            return -1
        if isinstance(value, Face):
            if value.model is not self.model or value.kind != table:
                raise ValueError(f"{type(value).__name__} {value.row} is no row of {table} in this model, not changed")
            return value.row
        rows = len(self.model.tables[table])
        if isinstance(value, int) and value >= rows:
            raise ValueError(f"row {value} of {table}: there are {rows}, numbered from 0, not changed")
        return value

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self._table.columns]

    def live(self, rule: Rule, pending: list[tuple[Index, Writes]]) -> None:
        """Call ``rule`` for this agent alone and hand in what it wants written."""
        index = np.array([self.row], dtype=np.intp)
        c = Rows(self.model, self._table, index)
        if rule.who is None or rule.who(c)[0]:
            pending.append((index, rule(c, self.model.beliefs.at(c))))


class Client(Face):
    """A *klien pemasyarakatan*."""

    kind = "clients"

    def explain(self) -> Explanation:
        """What pushes this client's hazard up or down in the month to come, as things stand now.

        Raises:
            ValueError: there is no such client.
        """
        self._table.check_row(self.row)
        self.model.read_afresh()
        followed = self.model.active_rows(self.kind).rows
        c = Rows(self.model, self._table, followed[followed == self.row])
        return explain(c, self.model.beliefs.at(c))

    def story(self, language: str = "id", known_only: bool = True) -> list[str]:
        """This client's months in words: a heading, then one line for each month in which something happened.

        Args:
            language: ``"id"`` or ``"en"``.
            known_only: tell only what people around the client would know; False tells undetected offences too.

        Raises:
            ValueError: there is no such client or language, or the model was changed by hand.
        """
        return telling.lines(self.row, self.model.story(self.row, known_only), language)


class Family(Face):
    """The family of a client."""

    kind = "families"


class Employer(Face):
    """An employer who may hire a client."""

    kind = "employers"


class PokmasMember(Face):
    """A volunteer of a Pokmas Lipas group."""

    kind = "members"


class PokmasGroup(Face):
    """A Pokmas Lipas group."""

    kind = "groups"


class Village(Face):
    """A village with its level of stigma."""

    kind = "villages"


class Office(Face):
    """A *Balai Pemasyarakatan* (Bapas)."""

    kind = "offices"


FACES: dict[str, type[Face]] = {
    face.kind: face for face in (Client, Family, Employer, PokmasMember, PokmasGroup, Village, Office)
}
