"""One run gives its indicators with units, its history, and the same answer when asked again."""

import json

import pytest

from experiments import ExperimentError, run
from experiments.jobs import Job
from model.indicators import INDICATORS
from scenarios import ScenarioError, Specification, load
from tests.experiments.conftest import SMALL
from tests.experiments.made_up import answer_with


def test_a_run_has_a_value_and_a_unit_for_every_indicator() -> None:
    result = run("wonosari", months=3, seed=2, overrides=SMALL)
    assert (result.scenario, result.months, result.seed) == ("wonosari", 3, 2)
    assert {name: unit for name, (_, unit) in result.indicators.items()} == {
        name: indicator.unit for name, indicator in INDICATORS.items()
    }
    assert list(result.history) == ["scenario", "replicate", "month", *INDICATORS]
    assert result.history["month"].tolist() == [1, 2, 3]


def test_json_is_as_promised() -> None:
    told = run("wonosari", months=3, overrides=SMALL).to_json()
    assert list(told) == ["scenario", "hash", "overrides", "code", "seed", "months", "clients", "indicators"]
    assert {"scenario": "wonosari", "hash": load("wonosari", SMALL).hash, "clients": 60}.items() <= told.items()
    assert told["indicators"]["reoffending_36m"] == {"value": None, "unit": "share"}, "nobody was seen for so long"
    json.dumps(told, allow_nan=False)


def test_asking_again_computes_nothing(asked: list[Job], small: Specification) -> None:
    first = run(small, months=2)
    again = run(small, months=2)
    assert len(asked) == 1
    assert first.indicators == again.indicators
    assert (asked[0].assumptions, asked[0].replicates) == ("fixed", (0,))


def test_a_specification_takes_no_overrides(small: Specification) -> None:
    with pytest.raises(ExperimentError, match="a specification is resolved already"):
        run(small, overrides=SMALL)


def test_a_failed_run_says_why(small: Specification, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(job: Job) -> None:
        raise MemoryError("too many villages")

    answer_with(monkeypatch, fails)
    with pytest.raises(ExperimentError, match="the run of 'wonosari' failed: MemoryError: too many villages"):
        run(small)


@pytest.mark.parametrize("wrong", [{"months": 0}, {"months": 601}, {"seed": -1}])
def test_numbers_out_of_range_are_refused(wrong: dict, asked: list[Job]) -> None:
    with pytest.raises(ExperimentError, match=rf"{next(iter(wrong))}: .* is not allowed; give a whole number from"):
        run("wonosari", **wrong)
    assert asked == []


def test_a_scenario_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ScenarioError, match="wonosari"):
        run("wonsari")
