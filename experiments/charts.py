"""Charts on paper as pure functions from tables to SVG text: no script, no font of their own, nothing from elsewhere.

Plans are told apart by dash, marker and letter before colour, so a copy in grey says the same. Words come in as
`Words`, already in the reader's language.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from experiments.dots import BINS, OUTCOMES, reach, stacked
from experiments.measures import FEWEST_PAIRS, NINE_IN_TEN, letter
from experiments.palette import DASHES, LIGHT, MARKERS, Look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd

FONT = "'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans Condensed', sans-serif"
SIZE = 10
"""Size of the words of a chart, in its own units; a chart printed at its own width has 7.5 points."""

STOREYS = 24
"""Marks on top of each other before one mark stands for several pairs."""

MARGIN = 1.06
"""How far the axis of a dot chart goes beyond the farthest pair, as a multiple."""

MARKED = 4
"""Markers along a line."""

FLAT = 1e-9
"""What is apart by less than this, as a share of its size, is drawn as equal."""


@dataclass(frozen=True)
class Words:
    """What a chart says.

    Attributes:
        title: The chart told in words, for those who do not see it.
        axis: Title of the horizontal axis.
        number: How the reader's language writes a number with so many decimals.
        left: What stands over the left end of a dot chart.
        middle: What stands over its middle.
        right: What stands over its right end.
    """

    title: str
    axis: str
    number: Callable[[float, int], str]
    left: str = ""
    middle: str = ""
    right: str = ""


def per_mark(pairs: pd.DataFrame, least: float) -> int:
    """How many pairs one mark of a dot chart stands for."""
    tallest = stacked(pairs, least, higher_is_better=True)["y"].max() + 0.5 if len(pairs) else 0
    return max(1, math.ceil(tallest / STOREYS))


def dots(
    pairs: pd.DataFrame,
    *,
    least: float,
    higher_is_better: bool,
    plan: int,
    words: Words,
    look: Look = LIGHT,
    width: int = 344,
    height: int = 150,
) -> str:
    """Paired differences as stacked marks, with the zero line, the zone of "about the same" and the middle 90 %.

    Too few pairs have a middle, but no middle 90 %.

    Args:
        pairs: Columns `pair` and `difference`, in the unit shown; at least one row.
        least: The smallest difference that matters, in the same unit.
        higher_is_better: Direction of the indicator.
        plan: Number of the plan that is compared with plan A (1 is B).
        words: What the chart says.
        look: Colours.
        width: Width of the drawing.
        height: Height of the drawing.
    """
    values = pairs["difference"].to_numpy(dtype=float)
    each = per_mark(pairs, least)
    drawn = stacked(pairs, least, higher_is_better=higher_is_better)
    drawn = drawn.assign(storey=(drawn["y"] - 0.5) // each)[(drawn["y"] - 0.5) % each == 0]
    end = MARGIN * reach(values, least)
    top, base, axis = 20.0, height - 46.0, height - 32.0

    def x(value: float) -> float:
        return 4 + (width - 8) * (value + end) / (2 * end)

    step = (base - top) / max(6.0, drawn["storey"].max() + 1)
    radius = min(0.45 * step, 0.47 * (width - 8) / MARGIN / BINS, 4.2)
    low, middle, high = np.quantile(values, NINE_IN_TEN)
    parts = [
        _rect(x(-least), top - 4, x(least) - x(-least), axis - top + 4, look.same),
        *(_line(x(at), top - 4, x(at), axis, look.quiet, 0.8, "2 3") for at in (-least, least) if least),
        _line(x(0), top - 6, x(0), axis, look.text, 1.3),
    ]
    fills = dict(zip(OUTCOMES, (look.plans[plan], look.surface, look.plans[0]), strict=True))
    strokes = dict(zip(OUTCOMES, (look.plans[plan], look.quiet, look.plans[0]), strict=True))
    shapes = dict(zip(OUTCOMES, (MARKERS[plan], "circle", MARKERS[0]), strict=True))
    for kind, at, storey in zip(drawn["outcome"], drawn["x"], drawn["storey"], strict=True):
        mark = _mark(shapes[kind], x(at), base - step * (storey + 0.5), radius)
        parts.append(f'<path d="{mark}" fill="{fills[kind]}" stroke="{strokes[kind]}" stroke-width="0.9"/>')
    parts += [
        *([_line(x(low), base + 7, x(high), base + 7, look.text, 2.6)] if len(values) >= FEWEST_PAIRS else []),
        f'<path d="{_mark("diamond", x(middle), base + 7, 4.6)}" fill="{look.text}"/>',
        _line(4, axis, width - 4, axis, look.quiet, 0.8),
        *_bottom(_within(-end, end, 6), x, axis, words, look),
        _words(4, 10, words.left, look.text),
        _words(width / 2, 10, words.middle, look.text, "middle"),
        _words(width - 4, 10, words.right, look.text, "end"),
    ]
    return _drawing(width, height, words.title, parts)


def over_time(
    bands: pd.DataFrame,
    *,
    plans: Sequence[int],
    zero: bool,
    words: Words,
    top: float | None = None,
    look: Look = LIGHT,
    width: int = 222,
    height: int = 118,
) -> str:
    """One indicator month by month: bands of 90 % and 50 % of runs and the middle as a line, its letter at the end.

    Args:
        bands: Columns `plan, month, low90, low50, middle, high50, high90`; plans by letter; at least one row.
        plans: Numbers of the plans shown (0 is A).
        zero: Whether the vertical axis starts at zero, or holds it where a value lies below.
        words: What the chart says.
        top: Where the vertical axis ends at the least, so that two charts can share a scale.
        look: Colours.
        width: Width of the drawing.
        height: Height of the drawing.
    """
    last = max(2, int(bands["month"].max()))
    held = [float(bands["low90"].min()), float(bands["high90"].max())]
    held += [0.0] * zero + ([] if top is None else [top])
    marks = ticks(min(held), max(held), 3)
    floor, ceiling = marks[0], marks[-1]
    labels = [words.number(mark, _places(marks)) for mark in marks]
    left = 8 + 5.6 * max(map(len, labels))
    upper, lower, right = 8.0, height - 28.0, width - 14.0

    def x(month: float) -> float:
        return left + (right - left) * month / last

    def y(value: float) -> float:
        return lower - (lower - upper) * (value - floor) / (ceiling - floor)

    parts = [
        each
        for mark, label in zip(marks, labels, strict=True)
        for each in (
            _line(left, y(mark), right, y(mark), look.grid, 0.8),
            _words(left - 4, y(mark) + 3.4, label, look.quiet, "end"),
        )
    ]
    tables = {plan: bands[bands["plan"] == letter(plan)].sort_values("month") for plan in plans}
    shown = {plan: table for plan, table in reversed(tables.items()) if len(table)}
    for plan, table in shown.items():
        for low, high, opacity in (("low90", "high90", 0.13), ("low50", "high50", 0.25)):
            there = [(x(month), y(value)) for month, value in zip(table["month"], table[low], strict=True)]
            back = [(x(month), y(value)) for month, value in zip(table["month"], table[high], strict=True)][::-1]
            parts.append(f'<path d="{_path([*there, *back])}Z" fill="{look.plans[plan]}" fill-opacity="{opacity}"/>')
    ends: dict[int, float] = {}
    for plan, table in shown.items():
        line = [(x(month), y(value)) for month, value in zip(table["month"], table["middle"], strict=True)]
        dash = " ".join(map(str, DASHES[plan])) if plan != 1 else ""
        colour = look.plans[plan]
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        parts.append(f'<path d="{_path(line)}" fill="none" stroke="{colour}" stroke-width="1.9"{dashed}/>')
        outlines = (_mark(MARKERS[plan], *line[at], 2.9) for at in _spread(len(line), plan))
        parts.extend(f'<path d="{outline}" fill="{colour}" stroke="{look.surface}"/>' for outline in outlines)
        ends[plan] = line[-1][1]
    parts += [
        *(
            _words(right + 4, at + 3.5, letter(plan), look.plans[plan], weight="bold")
            for plan, at in _apart(ends, upper, lower).items()
        ),
        _line(left, lower, right, lower, look.quiet, 0.8),
        *_bottom([mark for mark in _within(0, last, 4) if mark == int(mark)], x, lower, words, look),
    ]
    return _drawing(width, height, words.title, parts)


def swatch(plan: int, look: Look = LIGHT) -> str:
    """The line and the marker of a plan, for the list of plans."""
    dash = " ".join(map(str, DASHES[plan])) if plan != 1 else "none"
    mark = _mark(MARKERS[plan], 17, 6, 4)
    return (
        '<svg class="swatch" viewBox="0 0 34 12" width="34" height="12" aria-hidden="true">'
        f'<line x1="1" y1="6" x2="33" y2="6" stroke="{look.plans[plan]}" stroke-width="2.4" stroke-dasharray="{dash}"/>'
        f'<path d="{mark}" fill="{look.plans[plan]}" stroke="{look.surface}"/></svg>'
    )


def ticks(low: float, high: float, about: int) -> list[float]:
    """Round numbers, two or more, from the last at or below `low` to the first at or above `high`.

    Ends that are (as good as) equal are taken apart, so that there is something to mark.
    """
    if high - low < FLAT * max(1.0, abs(low), abs(high)):
        high = low + max(1.0, abs(low))
    rough = (high - low) / max(about, 1)
    digits = math.floor(math.log10(rough))
    step = next(10.0**digits * part for part in (1, 2, 2.5, 5, 10) if 10.0**digits * part >= rough * (1 - FLAT))

    def mark(place: int) -> float:
        return round(step * place, 2 - digits) + 0.0

    first, last = math.floor(low / step + FLAT), math.ceil(high / step - FLAT)
    return [mark(place) for place in range(first - (mark(first) > low), last + (mark(last) < high) + 1)]


def _within(low: float, high: float, about: int) -> list[float]:
    """The round numbers of an axis that ends where its values do."""
    return [mark for mark in ticks(low, high, about) if low <= mark <= high]


def _places(marks: Sequence[float]) -> int:
    """Decimals that tell the marks of an axis apart."""
    step = marks[1] - marks[0] if len(marks) > 1 else 1.0
    return next((places for places in range(10) if abs(round(step, places) - step) < 1e-9 * max(1.0, step)), 10)


def _bottom(
    marks: Sequence[float], x: Callable[[float], float], axis: float, words: Words, look: Look
) -> Iterable[str]:
    """Marks of the horizontal axis with their numbers, and its title."""
    places = _places(marks)
    for mark in marks:
        yield _line(x(mark), axis, x(mark), axis + 3.5, look.quiet, 0.8)
        yield _words(x(mark), axis + 13.5, words.number(mark, places), look.quiet, "middle")
    yield _words((x(marks[0]) + x(marks[-1])) / 2, axis + 25.5, words.axis, look.quiet, "middle")


def _spread(points: int, plan: int) -> list[int]:
    """Places of the markers along a line; those of different plans stand beside each other."""
    gap = max(1, points // MARKED)
    return list(range(min(points - 1, gap // 2 + plan * gap // 4), points, gap))


def _apart(ends: dict[int, float], upper: float, lower: float, gap: float = 10.0) -> dict[int, float]:
    """Heights of the letters at the ends of lines, so that none covers another, all within the chart."""
    found: dict[int, float] = {}
    at = -math.inf
    for plan, height in sorted(ends.items(), key=lambda end: (end[1], end[0])):
        at = max(height, at + gap)
        found[plan] = at
    over = max(0.0, at - lower)
    moved = {plan: height - over for plan, height in found.items()}
    return {plan: max(height, upper + place * gap) for place, (plan, height) in enumerate(moved.items())}


def _mark(shape: str, x: float, y: float, r: float) -> str:
    """The outline of a marker, all shapes of about the same size."""
    if shape == "circle":
        return f"M{x - r:.1f},{y:.1f}a{r:.2f},{r:.2f} 0 1 0 {2 * r:.2f},0a{r:.2f},{r:.2f} 0 1 0 {-2 * r:.2f},0Z"
    corners = {
        "square": [(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)],
        "triangle-up": [(0, -1.15), (1.05, 0.85), (-1.05, 0.85)],
        "diamond": [(0, -1.25), (1.0, 0), (0, 1.25), (-1.0, 0)],
    }[shape]
    return _path([(x + r * right, y + r * down) for right, down in corners]) + "Z"


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width:g}"{dashed}/>'
    )


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _words(x: float, y: float, text: str, colour: str, anchor: str = "start", weight: str = "normal") -> str:
    if not text:
        return ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}">{escape(text)}'
        "</text>"
    )


def _drawing(width: int, height: int, title: str, parts: Iterable[str]) -> str:
    """A drawing that stands by itself and inside a page."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(title)}" font-family="{FONT}" font-size="{SIZE}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>\n"
    )
