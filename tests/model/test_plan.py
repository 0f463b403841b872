"""The month: eleven phases in the order of the paper, and no line of it a placeholder."""

import pytest

from agents.rules import Rule
from model import MONTH, Phase, ReintegrationModel
from model.month import table
from scenarios import Specification
from tests.model.worlds import BUSY, RULES, differences, life, lived, small, whole

PHASES = [
    *("arrive", "fund", "staff", "plan", "serve", "reach out", "work", "relate", "offend", "supervise", "record"),
]


@pytest.fixture(scope="module")
def eventful() -> Specification:
    """Forty clients of Wonosari to whom what is rare happens often, with money and coaching to work with."""
    return small({key: value for key, value in BUSY.items() if not key.startswith("setting.")})


@pytest.fixture(scope="module")
def kept(eventful: Specification) -> ReintegrationModel:
    """Such offices after two and a half years."""
    return lived(eventful, 30, replicates=range(12))


@pytest.fixture(scope="module")
def month() -> ReintegrationModel:
    """Two ordinary offices after one month."""
    return lived(small(), 1, replicates=(0, 1))


def test_eleven_phases_in_the_order_of_the_paper() -> None:
    assert [phase.name for phase in MONTH] == PHASES


def test_every_phase_has_a_rule_and_says_what_it_does() -> None:
    for phase in MONTH:
        assert any(isinstance(step, Rule) for step in phase.steps), phase.name
        assert phase.meaning.endswith(".")


def test_the_printed_plan_names_every_step_once() -> None:
    rows = table()
    assert len(rows) == sum(len(phase.steps) for phase in MONTH)
    assert list(dict.fromkeys(row["phase"] for row in rows)) == PHASES
    assert len({(row["acts"], row["step"]) for row in rows}) == len(rows)
    tables = ReintegrationModel(small()).tables
    for row in rows:
        assert all(row.values())
        assert row["acts"] in {*tables, "model"}
        assert row["meaning"].endswith((".", ")"))


def test_rules_have_names_of_their_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_phase_is_timed(month: ReintegrationModel) -> None:
    assert list(month.phase_seconds) == PHASES
    assert all(seconds > 0.0 for seconds in month.phase_seconds.values())
    assert all(seconds == 0.0 for seconds in ReintegrationModel(small()).phase_seconds.values())


@pytest.mark.parametrize("phase", MONTH[:-1], ids=PHASES[:-1])
def test_every_phase_changes_a_column_within_a_year(phase: Phase) -> None:
    """With its rules left out of an ordinary year, what stands in the tables is soon something else."""
    names = [step.name for step in phase.steps if isinstance(step, Rule)]
    whole_month, without = (ReintegrationModel(small(), without=left_out) for left_out in ((), names))
    for _ in range(12):
        whole_month.step()
        without.step()
        if any(name.startswith(tuple(without.tables)) for name in differences(whole(whole_month), whole(without))):
            return
    pytest.fail("nothing changed")


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_every_rule_makes_a_difference(rule: Rule, eventful: Specification, kept: ReintegrationModel) -> None:
    """Some indicator of some month is another one without the rule: no rule is there for show."""
    without = ReintegrationModel(eventful, replicates=range(12), without=[rule.name])
    for month in range(kept.month):
        without.step()
        if without.record.values[month].tobytes() != kept.record.values[month].tobytes():
            return
    pytest.fail("the same history with and without it")


def test_without_all_rules_only_people_come(eventful: Specification) -> None:
    """The rest of the month is people who come, and the record of them."""
    model = lived(eventful, 3, without=[rule.name for rule in RULES])
    told = life(model)
    assert not told["clients.offended"].any()
    assert not told["clients.attended"].any()
    assert (told["offices.cash_idr"] == told["offices.opening_cash_idr"]).all()
    assert len(model.history) == 3
