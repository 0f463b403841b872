"""Faces: real Mesa agents that look into their row.

A face holds no data of its own. ``client.confidence`` reads the client's row in the table of the model that client
lives in, ``client.village`` is the face of the village; assigning writes the row after a check of the declared range.
Faces are made when someone first asks for agents, so a run that never does pays nothing for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import mesa
import numpy as np

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
            self._table.set_value(name, self.row, value.row if isinstance(value, Face) else value)

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
