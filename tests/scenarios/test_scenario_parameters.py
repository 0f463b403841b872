"""The table of beliefs is complete, and its quantiles are those of a triangular distribution."""

import math
import random

import pytest

from scenarios import GRADES, Parameter, ScenarioError, parameters
from scenarios.frozen import FrozenDict
from scenarios.parameters import read_table

GOOD = """rate:
  {value: 2, low: 1, high: 3, unit: 1/month, source: [X-01, V2, gap 5], grade: derived, tune: yes, scale: log,
   meaning: {id: laju, en: rate}}
"""


def belief(**changes: object) -> Parameter:
    start = {"value": 2.0, "low": 1.0, "high": 5.0, "unit": "ratio", "source": ("X-01",), "grade": "derived"}
    return Parameter(name="x", meaning=FrozenDict({"id": "x", "en": "x"}), **{**start, **changes})


def test_every_parameter_says_what_it_is_and_where_it_comes_from() -> None:
    assert parameters()
    for name, parameter in parameters().items():
        assert parameter.name == name
        assert parameter.low <= parameter.value <= parameter.high, name
        assert parameter.source, name
        assert parameter.grade in GRADES, name
        assert parameter.unit, name
        assert all(parameter.meaning[language].strip() for language in ("id", "en")), name
        assert parameter.low > 0 or parameter.scale == "linear", name


def test_a_complete_entry_is_read_as_it_stands() -> None:
    assert read_table(GOOD, "t.yaml")["rate"] == Parameter(
        "rate",
        2.0,
        1.0,
        3.0,
        "1/month",
        ("X-01", "V2", "gap 5"),
        "derived",
        FrozenDict({"id": "laju", "en": "rate"}),
        tune=True,
        scale="log",
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("value: 2", "value: 4", "2: rate.value = 4: must lie between low (1) and high (3)"),
        ("low: 1", "low: 0", "2: rate.low = 0: must be above 0 on a log scale"),
        ("value: 2, ", "", "1: rate.value: every parameter needs it"),
        ("high: 3", "high: lots", "2: rate.high = lots: text where a number belongs"),
        ("[X-01, V2, gap 5]", "[]", "2: rate.source = a list: must be a list of evidence codes such as"),
        ("[X-01, V2, gap 5]", "[Smith 2004]", "2: rate.source = Smith 2004: must be a list of evidence codes"),
        ("source: [X-01, V2, gap 5], ", "", "2: rate.source: must be a list of evidence codes"),
        ("derived", "guess", "2: rate.grade = guess: must be one of local, abroad, derived, assumed"),
        ("tune: yes", "tune: 1", "2: rate.tune = 1: must be true or false"),
        ("scale: log", "scale: sqrt", "2: rate.scale = sqrt: must be linear or log"),
        ("{id: laju, en: rate}", "{id: laju}", "3: rate.meaning.en: a text is needed in id and in en"),
        ("unit: 1/month", "units: 1/month", "2: rate.units: unknown key; nearest: unit"),
        ("rate:", "Rate-1:", "1: Rate-1: a parameter is named in lower case with underscores"),
        (GOOD, "rate: 5", "1: rate = 5: must be a mapping of value, low, high"),
        (GOOD, "- rate", "1: the table must be a mapping of parameter names"),
        (GOOD, GOOD + GOOD, "4: rate: key given twice, first in line 1"),
    ],
)
def test_a_bad_entry_is_one_line(old: str, new: str, expected: str) -> None:
    assert old in GOOD
    with pytest.raises(ScenarioError) as caught:
        read_table(GOOD.replace(old, new), "t.yaml")
    assert str(caught.value).startswith(f"t.yaml:{expected}")


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_quantiles_rise_from_low_to_high(scale: str) -> None:
    parameter = belief(scale=scale)
    steps = [parameter.quantile(step / 200) for step in range(201)]
    assert steps[0] == 1.0
    assert steps[-1] == 5.0
    assert steps == sorted(steps)


def test_a_quarter_lies_below_a_mode_at_a_quarter_of_the_width() -> None:
    assert belief().quantile(0.25) == pytest.approx(2.0)
    logarithmic = belief(low=0.5, value=1.0, high=2.0, scale="log")
    assert logarithmic.quantile(0.5) == pytest.approx(1.0)
    assert logarithmic.quantile(0.1) * logarithmic.quantile(0.9) == pytest.approx(1.0)


def test_the_mean_of_many_draws_is_that_of_the_triangle() -> None:
    draw = random.Random(1).random
    drawn = [belief().quantile(draw()) for _ in range(20_000)]
    assert math.fsum(drawn) / len(drawn) == pytest.approx((1 + 2 + 5) / 3, abs=0.02)


@pytest.mark.parametrize("value", [1.0, 5.0])
def test_a_mode_at_an_end_of_the_range(value: float) -> None:
    parameter = belief(value=value)
    assert parameter.quantile(0.0) == 1.0
    assert 1.0 < parameter.quantile(0.5) < 5.0
    assert parameter.quantile(1.0) == 5.0


def test_a_parameter_without_range_is_a_constant() -> None:
    assert belief(low=2.0, high=2.0).quantile(0.3) == 2.0


@pytest.mark.parametrize("u", [-0.1, 1.1, math.nan])
def test_a_quantile_outside_zero_to_one_is_refused(u: float) -> None:
    with pytest.raises(ValueError, match="must be a number from 0 to 1"):
        belief().quantile(u)
