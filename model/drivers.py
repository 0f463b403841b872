"""The two drivers: one calls a rule on all rows at once, the other lets every agent call it for itself.

Both let everyone read before anyone writes, so they give the same history bit for bit; the agents driver shows what a
rule means to one agent, the columns driver is the one that is fast.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from agents.rules import Rows, Rule, Writes
from agents.tables import DENSE, Index

if TYPE_CHECKING:
    from model.reintegration import ReintegrationModel

#: so many rows at once: what a rule holds while it reckons stays small, whatever the size of the country
BLOCK = 2**17

Driver = Callable[["ReintegrationModel", Rule], None]


def columns(model: ReintegrationModel, rule: Rule) -> None:
    """Call ``rule`` once, on the active rows it concerns (or on all that stand there, writing only those)."""
    c, concerned = model.span(rule.table)
    if rule.who is not None:
        mask = rule.who(c)
        concerned = mask if concerned is None else mask & concerned
    if concerned is not None and (rule.by is not None or np.count_nonzero(concerned) <= DENSE * len(c)):
        c, concerned = c.among(concerned), None
    pending = [
        (each.index, rule(each, model.beliefs.at(each)), None if concerned is None else concerned[part])
        for part, each in c.blocks(BLOCK if rule.by is None else max(len(c), 1))
    ]
    for index, writes, only in pending:
        c.table.write(index, writes, only)


def agents(model: ReintegrationModel, rule: Rule) -> None:
    """Let every agent (or, for a rule by office, every office for its own) call ``rule``, then write."""
    pending: list[tuple[Index, Writes]] = []
    if rule.by is None:
        model.faces(rule.table).do("live", rule, pending)
    else:
        everyone = model.active_rows(rule.table)
        acting = everyone.rows if rule.who is None else everyone.rows[rule.who(everyone)]
        owner = getattr(everyone.table, rule.by)[acting]
        for place in np.unique(owner):
            c = Rows(model, everyone.table, acting[owner == place])
            pending.append((c.index, rule(c, model.beliefs.at(c))))
    for index, writes in pending:
        model.tables[rule.table].write(index, writes)


DRIVERS: dict[str, Driver] = {"columns": columns, "agents": agents}
