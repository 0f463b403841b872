"""Charts as pure functions from tables to drawings: no words of their own, no state, nothing from the web.

Tables name plans by letter (`A` to `D`); colour, dash and marker follow the letter. Words come in as `Words`, already
in the reader's language. Charts fill the width they are given, so one chart serves desk and telephone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from experiments.dots import OUTCOMES, reach, stacked
from experiments.measures import FEWEST_PAIRS, NINE_IN_TEN, letter
from experiments.palette import DASHES, MARKERS, Look

HEIGHT = 150
FINE = 4
LARGEST_DOT = 54
"""Area of a mark that leaves its neighbour free on a telephone, square pixels."""
UNDER = -0.9
"""Height, in dots, of the bar below the dots."""


@dataclass(frozen=True)
class Words:
    """What a chart says.

    Attributes:
        x: Title of the horizontal axis.
        decimal: Decimal sign.
        group: Sign between thousands.
    """

    x: str
    decimal: str = ","
    group: str = "."


@dataclass(frozen=True, eq=False)
class Drawing:
    """An Altair chart and the tables it draws, kept apart: Altair copies its data many times over."""

    chart: alt.LayerChart
    tables: dict[str, pd.DataFrame]

    def spec(self, *, validate: bool = False) -> dict[str, Any]:
        """The Vega-Lite specification with its data, checked against the schema when `validate` is set."""
        made: dict[str, Any] = self.chart.to_dict(validate=validate)
        return made | {"datasets": {name: table.to_dict("records") for name, table in self.tables.items()}}


def dots(pairs: pd.DataFrame, *, least: float, higher_is_better: bool, plan: int, words: Words, look: Look) -> Drawing:
    """Paired differences as stacked dots, with the zero line, the zone of "about the same" and the middle 90 %.

    Too few pairs have a middle, but no middle 90 %.

    Args:
        pairs: Columns `pair` and `difference`, in the unit shown.
        least: The smallest difference that matters, in the same unit.
        higher_is_better: Direction of the indicator.
        plan: Number of the plan that is compared with plan A (1 is B).
        words: Axis title and number signs.
        look: Colours.
    """
    values = pairs["difference"].to_numpy(dtype=float)
    drawn = stacked(pairs, least, higher_is_better=higher_is_better)
    edge, tallest = 1.06 * reach(values, least), max(6.0, float(drawn["y"].max()) + 0.5)
    size = float(np.clip((HEIGHT / (tallest + 2) * 0.86) ** 2, 9, LARGEST_DOT))
    low, middle, high = np.quantile(values, NINE_IN_TEN)
    x = alt.X(
        "x:Q",
        scale=alt.Scale(domain=[-edge, edge], nice=False),
        axis=alt.Axis(title=words.x, grid=False, tickCount=6),
    )
    y = alt.Y("y:Q", scale=alt.Scale(domain=[-1.6, tallest]), axis=None)
    plain = {"aria": False}

    def of(*choices: str) -> alt.Scale:
        return alt.Scale(domain=list(OUTCOMES), range=list(choices))

    layers = [
        _on("zone").mark_rect(color=look.same, **plain).encode(x=x, x2="to:Q"),
        _on("edges").mark_rule(color=look.quiet, strokeWidth=1, strokeDash=[2, 3], **plain).encode(x=x),
        _on("zero").mark_rule(color=look.text, strokeWidth=1.5, **plain).encode(x=x),
        _on("dots")
        .mark_point(filled=True, size=size, opacity=1, strokeWidth=1.4)
        .encode(
            x=x,
            y=y,
            fill=alt.Fill("outcome:N", scale=of(look.plans[plan], look.surface, look.plans[0]), legend=None),
            stroke=alt.Stroke("outcome:N", scale=of(look.plans[plan], look.quiet, look.plans[0]), legend=None),
            shape=alt.Shape("outcome:N", scale=of(MARKERS[plan], "circle", MARKERS[0]), legend=None),
        ),
        _on("span").mark_rule(color=look.text, strokeWidth=3, **plain).encode(x=x, x2="to:Q", y=y),
        _on("middle")
        .mark_point(shape="diamond", filled=True, size=110, color=look.text, opacity=1, **plain)
        .encode(x=x, y=y),
    ]
    tables = {
        "zone": pd.DataFrame({"x": [-least], "to": [least]}),
        "edges": pd.DataFrame({"x": [-least, least]}),
        "zero": pd.DataFrame({"x": [0.0]}),
        "dots": drawn,
        "span": pd.DataFrame({"x": [low], "to": [high], "y": [UNDER]})[: 0 if len(values) < FEWEST_PAIRS else 1],
        "middle": pd.DataFrame({"x": [middle], "y": [UNDER]}),
    }
    return Drawing(_dressed(layers, words, look), tables)


def over_time(
    bands: pd.DataFrame,
    runs: pd.DataFrame,
    *,
    plans: Sequence[int],
    zero: bool,
    words: Words,
    look: Look,
    top: float | None = None,
) -> Drawing:
    """One indicator month by month: bands of 90 % and 50 % of runs, some runs as faint lines, the middle as a line.

    Args:
        bands: Columns `plan, month, low90, low50, middle, high50, high90`; plans by letter.
        runs: Columns `plan, replicate, month, value`.
        plans: Numbers of the plans shown (0 is A).
        zero: Whether the vertical axis starts at zero.
        words: Axis title and number signs.
        look: Colours.
        top: Where the vertical axis ends at the least, so that two charts can share a scale.
    """
    letters = [letter(plan) for plan in plans]
    colours = alt.Scale(domain=letters, range=[look.plans[plan] for plan in plans])
    dashes = alt.Scale(domain=letters, range=[list(DASHES[plan]) for plan in plans])
    colour = alt.Color("plan:N", scale=colours, legend=None)
    last = int(max(bands["month"].max(), runs["month"].max()))
    axis = alt.Axis(title=words.x, grid=False, tickCount=5, tickMinStep=1, format="d")
    x = alt.X("month:Q", scale=alt.Scale(domain=[0, last], nice=False), axis=axis)

    def y(field: str) -> alt.Y:
        scale = alt.Scale(zero=zero, nice=True) if top is None else alt.Scale(zero=zero, nice=True, domainMax=top)
        return alt.Y(f"{field}:Q", scale=scale, axis=alt.Axis(title=None, tickCount=4))

    def band(low: str, high: str, opacity: float) -> alt.Chart:
        return _on("bands").mark_area(opacity=opacity, aria=False).encode(x=x, y=y(low), y2=f"{high}:Q", color=colour)

    layers = [
        band("low90", "high90", 0.13),
        band("low50", "high50", 0.25),
        _on("runs")
        .mark_line(strokeWidth=0.6, opacity=0.28, aria=False)
        .encode(x=x, y=y("value"), color=colour, detail="replicate:N"),
        _on("bands")
        .mark_line(strokeWidth=2.4)
        .encode(x=x, y=y("middle"), color=colour, strokeDash=alt.StrokeDash("plan:N", scale=dashes, legend=None)),
    ]
    return Drawing(_dressed(layers, words, look), {"bands": _base_last(known(bands)), "runs": _base_last(known(runs))})


def known(table: pd.DataFrame) -> pd.DataFrame:
    """The table without rows that miss a value, numbers rounded finer than a screen shows, to keep the page light."""
    kept = table.dropna()
    largest = kept.select_dtypes("float").abs().max()
    return kept.round({name: FINE - math.floor(math.log10(most)) for name, most in largest.items() if most > 0})


def _base_last(table: pd.DataFrame) -> pd.DataFrame:
    """What comes last is drawn on top: the dashed baseline stays visible where plans coincide."""
    return table.sort_values("plan", ascending=False, kind="stable", ignore_index=True)


def _on(table: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(table))


def _dressed(layers: list[alt.Chart], words: Words, look: Look) -> alt.LayerChart:
    """The layers in the colours of the page and with the reader's number signs."""
    number = {"decimal": words.decimal, "thousands": words.group, "grouping": [3], "currency": ["", ""]}
    axis = {
        "labelColor": look.quiet,
        "titleColor": look.quiet,
        "domainColor": look.quiet,
        "tickColor": look.quiet,
        "gridColor": look.grid,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelOverlap": True,
    }
    return alt.LayerChart(
        layer=layers,
        width="container",
        height=HEIGHT,
        usermeta={"embedOptions": {"renderer": "svg", "actions": False, "formatLocale": number}},
        config=alt.Config(
            background="transparent",
            font="inherit",
            padding={"left": 4, "right": 10, "top": 12, "bottom": 4},
            view=alt.ViewConfig(stroke=None),
            axis=alt.AxisConfig(**axis),
        ),
    )
