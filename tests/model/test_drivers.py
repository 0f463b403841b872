"""One rule, two drivers: whether all rows are called at once or every agent for itself, the history is the same."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from agents import tables
from agents.rules import Rows, Rule, Writes
from model import MONTH, ReintegrationModel
from model.drivers import DRIVERS, columns
from tests.model.worlds import BUSY, always, differences, life, lived, whole

OFFICES = ("wonosari", "purwokerto")
LAST_OF_PHASE = {phase.name: step for phase in MONTH for step in phase.steps if isinstance(step, Rule)}


def busy(months: int, offices: Sequence[str] = OFFICES, **options: Any) -> ReintegrationModel:
    """Little offices in which much happens, after so many months."""
    return lived([always(name, BUSY) for name in offices], months, **options)


@pytest.fixture(scope="module")
def by_agents() -> dict[str, np.ndarray]:
    """One such office after a year of its agents acting for themselves."""
    return whole(busy(12, ["wonosari"], driver="agents"))


@pytest.mark.parametrize("assumptions", ["fixed", "drawn"])
def test_both_drivers_give_the_same_bytes(assumptions: str) -> None:
    """Two offices in two replicates over two years: every column, tie, count, indicator and month of history."""
    columns_, agents = (
        busy(24, replicates=(0, 1), driver=driver, assumptions=assumptions) for driver in ("columns", "agents")
    )
    assert differences(whole(columns_), whole(agents)) == []


def test_drawn_assumptions_are_another_world() -> None:
    fixed, drawn = (whole(busy(6, assumptions=assumptions)) for assumptions in ("fixed", "drawn"))
    assert "clients.hazard" in differences(fixed, drawn)


@pytest.mark.parametrize("rule", LAST_OF_PHASE.values(), ids=LAST_OF_PHASE)
def test_a_slip_in_one_driver_is_found(
    rule: Rule, by_agents: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison can fail: one rule that writes one wrong value under one driver shows."""
    monkeypatch.setitem(DRIVERS, "slipping", _slipping(rule.name))
    assert differences(whole(busy(12, ["wonosari"], driver="slipping")), by_agents) != []


def _slipping(name: str) -> Callable[[ReintegrationModel, Rule], None]:
    def drive(model: ReintegrationModel, rule: Rule) -> None:
        columns(model, Rule(_slip(rule), rule.table, rule.who, rule.by) if rule.name == name else rule)

    return drive


def _slip(rule: Rule) -> Callable[[Rows, object], Writes]:
    """``rule`` but for the last bit of the last value of the first column that it writes."""

    def act(c: Rows, p: object) -> Writes:
        writes = dict(rule(c, p))
        name, values = next(iter(writes.items()))
        wrong = values.copy()
        last = wrong.flat[-1]
        wrong.flat[-1] = np.nextafter(last, 2.0) if wrong.dtype.kind == "f" else last ^ 1
        return writes | {name: wrong}

    return act


def test_an_office_alone_by_agents_equals_it_in_a_crowd_by_columns() -> None:
    alone = busy(6, ["purwokerto"], driver="agents", replicates=(1,))
    crowd = busy(6, replicates=(0, 1))
    assert differences(life(alone), life(crowd, 3)) == []


def test_rows_taken_in_stretches_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a rule reckons for a row does not hang on how many it is given at once; nobody writes before all read."""
    at_once = whole(busy(24, replicates=(0, 1)))
    for name, rows in (("BLOCK", 7), ("CHUNK", 4), ("SPARSE", 1)):
        monkeypatch.setattr(tables, name, rows)
    model = busy(24, replicates=(0, 1))
    assert differences(whole(model), at_once) == []
    picked = [isinstance(index, np.ndarray) for index, _ in model.tables["clients"].stretches()]
    assert any(picked)
    assert not all(picked)


def test_who_asks_early_for_the_releases_of_a_year_changes_nothing() -> None:
    """They become known as the year begins, before anything else, or just before that."""
    asked, unasked = (busy(11) for _ in range(2))
    there = len(asked.tables["clients"])
    asked.foresee()
    assert len(asked.tables["clients"]) == there
    asked.step()
    unasked.step()
    asked.foresee()
    now = len(asked.tables["clients"])
    assert now > there
    asked.foresee()
    assert len(asked.tables["clients"]) == now
    asked.step()
    unasked.step()
    assert differences(whole(asked), whole(unasked)) == []
