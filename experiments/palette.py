"""Colours, dashes and markers of the plans in one place, so that charts, legends and tests agree.

The four plan colours differ in three kinds of colour vision and in grey; each plan also has its own dash and marker,
so nothing is said by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass

DASHES: tuple[tuple[int, ...], ...] = ((6, 4), (1, 0), (2, 3), (10, 3, 2, 3))
"""Line dash of plans A to D: dashed base, then solid, dotted, dash-dotted."""

MARKERS: tuple[str, ...] = ("square", "circle", "triangle-up", "diamond")
"""Marker of plans A to D (Vega symbol names)."""


@dataclass(frozen=True)
class Look:
    """The colours of one theme.

    Attributes:
        plans: Line colour of plans A to D.
        surface: What the charts are drawn on.
        text: Words.
        quiet: Axis lines, ticks and other words of second rank.
        grid: Grid lines.
        same: Fill of the zone in which two plans count as about the same.
    """

    plans: tuple[str, str, str, str]
    surface: str
    text: str
    quiet: str
    grid: str
    same: str


LIGHT = Look(
    plans=("#4D4D4D", "#005CE6", "#CC6A29", "#520066"),
    surface="#FFFFFF",
    text="#1B1F24",
    quiet="#50565E",
    grid="#E3E6EA",
    same="#E9ECF0",
)
DARK = Look(
    plans=("#C4C8CE", "#6AA8FF", "#F2A470", "#D8A3F0"),
    surface="#1A1E24",
    text="#EEF1F5",
    quiet="#B4BBC4",
    grid="#343A43",
    same="#303741",
)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two `#RRGGBB` colours as WCAG 2.2 defines it, from 1 to 21."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)
