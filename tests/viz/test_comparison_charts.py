"""Charts hold the data they are given, the zone of "about the same", the plans' dashes and colours, and no NaN."""

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.dots import judged
from experiments.measures import letter
from experiments.palette import DARK, DASHES, LIGHT, MARKERS, Look, contrast
from viz import figures

WORDS = figures.Words("difference", decimal=",", group=".")
PAIRS = pd.DataFrame({"pair": range(1, 7), "difference": [-8.0, -5.0, -3.0, 0.0, 2.0, 4.0]})


def dots(pairs: pd.DataFrame = PAIRS, look: Look = LIGHT, **changes: Any) -> dict[str, Any]:
    asked = {"least": 3.0, "higher_is_better": False, "plan": 1, "words": WORDS, "look": look} | changes
    return figures.dots(pairs, **asked).spec(validate=True)


def months(plans: tuple[int, ...] = (0, 1), values: float = 0.4) -> dict[str, Any]:
    letters = [letter(plan) for plan in plans]
    bands = pd.DataFrame(
        [(letter, month, 0.1, 0.2, values, 0.5, 0.6) for letter in letters for month in (1, 2, 3)],
        columns=["plan", "month", "low90", "low50", "middle", "high50", "high90"],
    )
    runs = pd.DataFrame(
        [(letter, run, month, values) for letter in letters for run in (0, 1) for month in (1, 2, 3)],
        columns=["plan", "replicate", "month", "value"],
    )
    return figures.over_time(bands, runs, plans=plans, zero=True, words=WORDS, look=LIGHT).spec(validate=True)


def layers(spec: dict[str, Any], mark: str) -> list[dict[str, Any]]:
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == mark]


def test_every_pair_is_a_dot() -> None:
    drawn = dots()["datasets"]["dots"]
    assert sorted(row["pair"] for row in drawn) == list(PAIRS["pair"])
    assert sorted(row["difference"] for row in drawn) == sorted(PAIRS["difference"])


@pytest.mark.parametrize(
    ("higher_is_better", "outcomes"),
    [
        (False, ["better", "better", "better", "same", "same", "worse"]),
        (True, ["worse", "worse", "worse", "same", "same", "better"]),
    ],
)
def test_a_dot_says_which_plan_did_better(higher_is_better: bool, outcomes: list[str]) -> None:
    drawn = sorted(dots(higher_is_better=higher_is_better)["datasets"]["dots"], key=lambda row: row["difference"])
    assert [row["outcome"] for row in drawn] == outcomes


def test_a_difference_as_large_as_what_matters_is_no_longer_the_same() -> None:
    assert judged([2.999, 3.0, 0.0], 3.0, higher_is_better=True) == ["same", "better", "same"]
    assert judged([0.0, 0.001], 0.0, higher_is_better=True) == ["same", "better"]


def test_the_zone_reaches_as_far_as_what_matters() -> None:
    assert dots(least=3.0)["datasets"]["zone"] == [{"x": -3.0, "to": 3.0}]
    assert [row["x"] for row in dots(least=3.0)["datasets"]["edges"]] == [-3.0, 3.0]


def test_there_is_a_zero_line_and_the_zone_fits_even_when_all_pairs_are_equal() -> None:
    spec = dots(pd.DataFrame({"pair": [1, 2], "difference": [0.0, 0.0]}))
    assert spec["datasets"]["zero"] == [{"x": 0.0}]
    (domain,) = {tuple(layer["encoding"]["x"]["scale"]["domain"]) for layer in layers(spec, "point")}
    assert domain[0] < -3.0
    assert domain[1] > 3.0


def test_dots_in_one_place_stand_on_each_other() -> None:
    drawn = dots(pd.DataFrame({"pair": range(4), "difference": [5.0, 5.0, 5.0, -5.0]}))["datasets"]["dots"]
    assert sorted(row["y"] for row in drawn if row["x"] > 0) == [0.5, 1.5, 2.5]


def test_the_bar_holds_nine_in_ten_pairs_and_the_diamond_is_the_middle_one() -> None:
    spec = dots()
    low, middle, high = np.quantile(PAIRS["difference"], [0.05, 0.5, 0.95])
    assert spec["datasets"]["span"] == [{"x": low, "to": high, "y": figures.UNDER}]
    assert spec["datasets"]["middle"] == [{"x": middle, "y": figures.UNDER}]


def test_an_outcome_is_told_by_its_marker_too() -> None:
    (points,) = (layer for layer in layers(dots(plan=2), "point") if "shape" in layer["encoding"])
    assert points["encoding"]["shape"]["scale"]["range"] == [MARKERS[2], "circle", MARKERS[0]]
    assert points["encoding"]["fill"]["scale"]["range"] == [LIGHT.plans[2], LIGHT.surface, LIGHT.plans[0]]


@pytest.mark.parametrize("plans", [(0, 1), (0, 1, 2, 3)])
def test_each_plan_has_its_dash_and_colour(plans: tuple[int, ...]) -> None:
    middle = layers(months(plans), "line")[-1]["encoding"]
    assert middle["strokeDash"]["scale"] == {
        "domain": [letter(plan) for plan in plans],
        "range": [list(DASHES[plan]) for plan in plans],
    }
    assert middle["color"]["scale"]["range"] == [LIGHT.plans[plan] for plan in plans]


def test_months_show_two_bands_the_runs_and_the_middle() -> None:
    spec = months()
    assert [(layer["encoding"]["y"]["field"], layer["encoding"]["y2"]["field"]) for layer in layers(spec, "area")] == [
        ("low90", "high90"),
        ("low50", "high50"),
    ]
    assert [layer["encoding"]["y"]["field"] for layer in layers(spec, "line")] == ["value", "middle"]
    assert len(spec["datasets"]["runs"]) == 12


def test_each_layer_draws_a_table_that_is_there() -> None:
    for spec in (dots(), months()):
        assert {layer["data"]["name"] for layer in spec["layer"]} == set(spec["datasets"])


def test_many_rows_are_no_hindrance() -> None:
    pairs = pd.DataFrame({"pair": range(6000), "difference": np.linspace(-9, 9, 6000)})
    assert len(dots(pairs)["datasets"]["dots"]) == 6000


@pytest.mark.parametrize("spec", [dots(), months(), months(values=math.nan)], ids=["dots", "months", "unknown months"])
def test_no_chart_holds_nan(spec: dict[str, Any]) -> None:
    json.dumps(spec, allow_nan=False)


def test_charts_fill_their_place_speak_the_readers_numbers_and_are_drawn_as_svg() -> None:
    for spec in (dots(), months()):
        options = spec["usermeta"]["embedOptions"]
        assert spec["width"] == "container"
        assert options["renderer"] == "svg"
        assert options["formatLocale"]["decimal"] == ","


def test_the_tested_palette_is_the_one_in_use() -> None:
    assert LIGHT.plans == ("#4D4D4D", "#005CE6", "#CC6A29", "#520066")
    assert DASHES[0] != (1, 0)
    assert len(set(DASHES)) == len(set(MARKERS)) == 4


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_can_be_told_from_what_they_stand_on(look: Look) -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert min(contrast(colour, look.surface) for colour in look.plans) >= 3
    assert min(contrast(words, look.surface) for words in (look.text, look.quiet)) >= 4.5
    assert contrast(look.quiet, look.same) >= 3
