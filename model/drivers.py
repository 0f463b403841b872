"""The two drivers: one calls a rule on all rows at once, the other lets every agent call it for itself.

Both let everyone read before anyone writes, so they give the same history bit for bit; the agents driver shows what a
rule means to one agent, the columns driver is the one that is fast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from agents.rules import Mask, Rows, Rule, Writes, in_both, joined
from agents.tables import DENSE, Index

if TYPE_CHECKING:
    from model.reintegration import ReintegrationModel

Driver = Callable[["ReintegrationModel", Rule], None]


def columns(model: ReintegrationModel, rule: Rule) -> None:
    """Call ``rule`` on the active rows it concerns: on each stretch of them, writing only those, or on the few."""
    stretches = model.stretches(rule.table)
    if rule.who is not None:
        stretches = [(c, in_both(rule.who(c), here)) for c, here in stretches]
    if rule.by is not None or _few(stretches):
        stretches = [(joined(stretches), None)]
    pending = [(c.index, rule(c, model.beliefs.at(c)), only) for c, only in stretches if len(c)]
    for index, writes, only in pending:
        model.tables[rule.table].write(index, writes, only)


def _few(stretches: Sequence[tuple[Rows, Mask | None]]) -> bool:
    """Whether picking those concerned is cheaper than working on all rows."""
    concerned = sum(len(c) if only is None else np.count_nonzero(only) for c, only in stretches)
    return bool(concerned <= DENSE * sum(len(c) for c, _ in stretches))


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
