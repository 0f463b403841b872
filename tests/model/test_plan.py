"""The month: eleven phases in the order of the paper, and no line of it a placeholder."""

import pytest

from agents.rules import Rule
from model import MONTH, Phase, ReintegrationModel
from model.month import table
from scenarios import Specification
from tests.model.worlds import BUSY, RULES, differences, life, lived, numbers, small, whole

PHASES = [
    *("arrive", "fund", "staff", "plan", "serve", "reach out", "work", "relate", "offend", "supervise", "record"),
]


#: to be followed for three years, and to come from training to a business, takes its time
TAKES_LONG = {"clients.move_on", "clients.open_business"}


@pytest.fixture(scope="module")
def eventful() -> Specification:
    """Forty clients of Wonosari to whom what is rare happens often, with money and coaching to work with."""
    return small({key: value for key, value in BUSY.items() if not key.startswith("setting.")})


@pytest.fixture(scope="module")
def years(eventful: Specification) -> dict[int, ReintegrationModel]:
    """Such offices after some months."""
    return {months: lived(eventful, months, replicates=range(12)) for months in (10, 30)}


@pytest.fixture(scope="module")
def year() -> ReintegrationModel:
    """Two ordinary offices after a year."""
    return lived(small(), 12, replicates=(0, 1))


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
    for row in rows:
        assert all(row.values())
        assert row["acts"] in {*ReintegrationModel(small()).tables, "model"}
        assert row["meaning"].endswith((".", ")"))


def test_rules_have_names_of_their_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_phase_is_timed(year: ReintegrationModel) -> None:
    assert list(year.phase_seconds) == PHASES
    assert all(seconds > 0.0 for seconds in year.phase_seconds.values())
    assert all(seconds == 0.0 for seconds in ReintegrationModel(small()).phase_seconds.values())


@pytest.mark.parametrize("phase", MONTH[:-1], ids=PHASES[:-1])
def test_every_phase_changes_a_column_within_a_year(phase: Phase, year: ReintegrationModel) -> None:
    """With its rules left out for an ordinary year, what stands in the tables is something else."""
    names = [step.name for step in phase.steps if isinstance(step, Rule)]
    found = differences(whole(year), whole(lived(small(), 12, replicates=(0, 1), without=names)))
    assert any(name.startswith(tuple(year.tables)) for name in found)


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_every_rule_makes_a_difference(
    rule: Rule, eventful: Specification, years: dict[int, ReintegrationModel]
) -> None:
    """The history with the rule differs from the history without it: no rule is there for show."""
    months = 30 if rule.name in TAKES_LONG else 10
    without = lived(eventful, months, replicates=range(12), without=[rule.name])
    assert not numbers(years[months].history).equals(numbers(without.history))


def test_without_all_rules_only_people_come(eventful: Specification) -> None:
    """The rest of the month is people who come, and the record of them."""
    model = lived(eventful, 3, without=[rule.name for rule in RULES])
    told = life(model)
    assert not told["clients.offended"].any()
    assert not told["clients.attended"].any()
    assert (told["offices.cash_idr"] == 0).all()
    assert len(model.history) == 3
