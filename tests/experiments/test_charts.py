"""Charts on paper hold the data they are given, keep their words apart, and say nothing by colour alone."""

import math
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from experiments import charts
from experiments.palette import LIGHT

WORDS = charts.Words("told", "difference", lambda value, places: f"{value:.{places}f}", "left", "middle", "right")
SVG = "{http://www.w3.org/2000/svg}"


def dots(differences: list[float], **changes) -> ET.Element:
    pairs = pd.DataFrame({"pair": range(len(differences)), "difference": differences})
    asked = {"least": 3.0, "higher_is_better": True, "plan": 1, "words": WORDS} | changes
    return ET.fromstring(charts.dots(pairs, **asked))


def months(plans: tuple[int, ...] = (0, 1), middle: float = 0.4, zero: bool = True) -> ET.Element:
    rows = [("ABCD"[plan], month, 0.1, 0.2, middle, 0.5, 0.6) for plan in plans for month in range(1, 25)]
    columns = ["plan", "month", "low90", "low50", "middle", "high50", "high90"]
    return ET.fromstring(charts.over_time(pd.DataFrame(rows, columns=columns), plans=plans, zero=zero, words=WORDS))


def marks(drawing: ET.Element, fill: str) -> list[ET.Element]:
    return [path for path in drawing.iter(f"{SVG}path") if path.get("fill") == fill]


def texts(drawing: ET.Element) -> list[str]:
    return [text.text or "" for text in drawing.iter(f"{SVG}text")]


def test_every_pair_is_a_mark_of_its_outcome() -> None:
    drawing = dots([8.0, 5.0, 4.0, 1.0, -2.0, -9.0])
    assert [len(marks(drawing, fill)) for fill in (LIGHT.plans[1], LIGHT.surface, LIGHT.plans[0])] == [3, 2, 1]
    assert {"left", "middle", "right", "difference"} <= set(texts(drawing))
    assert drawing.get("aria-label") == "told"


def test_many_equal_pairs_share_marks_and_no_bin_goes_empty() -> None:
    differences = [5.0] * 500 + [-5.0]
    each = charts.per_mark(pd.DataFrame({"difference": differences, "pair": range(501)}), 3.0)
    assert each == 21
    drawing = dots(differences)
    assert len(marks(drawing, LIGHT.plans[1])) == 24
    assert len(marks(drawing, LIGHT.plans[0])) == 1


@pytest.mark.parametrize("differences", [[0.0, 0.0], [1e-9], [5e8, -3e8]])
def test_any_size_can_be_drawn(differences: list[float]) -> None:
    for least in (0.0, 3.0):
        assert "nan" not in ET.tostring(dots(differences, least=least), encoding="unicode")


def test_plans_differ_by_dash_and_letter_not_by_colour_alone() -> None:
    drawing = months((0, 1, 2, 3))
    lines = [path for path in drawing.iter(f"{SVG}path") if path.get("fill") == "none"]
    assert len({path.get("stroke-dasharray") for path in lines}) == 4
    assert set("ABCD") <= set(texts(drawing))


def test_letters_of_lines_that_end_together_stand_apart() -> None:
    drawing = months((0, 1, 2, 3))
    heights = sorted(float(text.get("y", 0)) for text in drawing.iter(f"{SVG}text") if text.text in set("ABCD"))
    assert min(b - a for a, b in pairwise(heights)) >= 9.9
    assert max(heights) <= float(drawing.get("viewBox", "").split()[3])


@pytest.mark.parametrize(("middle", "zero"), [(0.4, True), (0.4, False), (0.0, True)])
def test_all_that_is_drawn_lies_within_the_drawing(middle: float, zero: bool) -> None:
    drawing = months(middle=middle, zero=zero)
    width, height = map(float, drawing.get("viewBox", "").split()[2:])
    for path in drawing.iter(f"{SVG}path"):
        if "a" in path.get("d", ""):
            continue
        for x, y in re.findall(r"([-\d.]+),([-\d.]+)(?=[LMZ ]|$)", path.get("d", "")):
            assert -1 <= float(x) <= width + 1
            assert -1 <= float(y) <= height + 1


@pytest.mark.parametrize(
    ("low", "high", "about", "marks"),
    [(-5.3, 5.3, 6, [-6, -4, -2, 0, 2, 4, 6]), (0, 36, 4, [0, 10, 20, 30, 40]), (2.5, 3.2, 3, [2.5, 2.75, 3.0, 3.25]),
     (0.3, 0.6, 3, [0.3, 0.4, 0.5, 0.6]), (-0.4, 0.9, 1, [-2, 0, 2])],
)  # fmt: skip
def test_marks_of_an_axis_are_round(low: float, high: float, about: int, marks: list[float]) -> None:
    assert charts.ticks(low, high, about) == pytest.approx(marks)


SIZES = st.floats(-1e12, 1e12)


@given(SIZES, SIZES, st.integers(1, 12))
@example(0.0, 0.0, 3)
@example(-0.4, 0.9, 1)
@example(0.1 + 0.2, 0.3, 3)
@example(5e-324, 1e-300, 3)
@example(1e12, 1e12 + 1e-3, 3)
def test_marks_hold_every_range(one: float, other: float, about: int) -> None:
    low, high = sorted((one, other))
    marks = charts.ticks(low, high, about)
    assert 2 <= len(marks) <= about + 3
    assert all(map(math.isfinite, marks))
    assert all(a < b for a, b in pairwise(marks))
    assert marks[0] <= low
    assert marks[-1] >= high


@given(st.lists(SIZES, min_size=5, max_size=5).map(sorted), st.booleans(), st.none() | SIZES)
@example([-3.0, -2.0, -1.0, 0.5, 1.0], True, None)
@example([-3.0, -2.0, -1.5, -1.2, -1.0], True, None)
@example([-0.4, -0.1, 0.0, 0.3, 0.9], False, None)
@example([0.0] * 5, True, 0.0)
def test_whatever_the_values_they_are_drawn_between_the_ends_of_the_axis(
    values: list[float], zero: bool, top: float | None
) -> None:
    columns = ["plan", "month", "low90", "low50", "middle", "high50", "high90"]
    bands = pd.DataFrame([("A", month, *values) for month in (1, 2)], columns=columns)
    told = charts.over_time(bands, plans=[0], zero=zero, words=WORDS, top=top)
    drawn = [path.get("d", "") for path in ET.fromstring(told).iter(f"{SVG}path")]
    heights = [float(y) for d in drawn if "a" not in d for y in re.findall(r",(-?[\d.]+)(?=[LZ]|$)", d)]
    assert len(heights) >= 10
    assert all(8 - 3.7 <= y <= 118 - 28 + 3.7 for y in heights), "markers are wider than lines"


def test_words_cannot_break_a_drawing() -> None:
    hostile = charts.Words('<b> & "', "<", lambda *_: "<1>", "&")
    assert dots([1.0], words=hostile).get("aria-label") == '<b> & "'
