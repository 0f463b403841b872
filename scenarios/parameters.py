"""The table of beliefs: every number about how people behave, with its range, unit, source and grade of evidence.

The numbers live in `parameters.yaml`; code asks for them by name. A scenario may pin a parameter to another value in
its range; whatever it does not pin is uncertain and can be drawn by `Parameter.quantile`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal, cast

from scenarios.checks import bilingual, known, number, raw, text
from scenarios.errors import Place, Report, plain
from scenarios.evidence import grade
from scenarios.fields import Quantity
from scenarios.frozen import FrozenDict
from scenarios.sources import cited
from scenarios.yamltree import Mapping, Node, Scalar, parse

Scale = Literal["linear", "log"]

_FILE = "parameters.yaml"
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_ANY = Quantity(-1e15, 1e15, "", "", "")
_KEYS = ("value", "low", "high", "off", "unit", "source", "grade", "tune", "drawn", "scale", "meaning")
_OPTIONAL = ("off", "tune", "drawn", "scale")


@dataclass(frozen=True)
class Parameter:
    """One belief.

    Attributes:
        name: key in the table.
        value: central value, the mode of the distribution.
        low: lower end of the plausible range.
        high: upper end of the plausible range.
        unit: unit of value, low and high.
        source: codes of the evidence, at least one.
        grade: `local`, `abroad`, `derived` or `assumed`.
        meaning: what it stands for, by language (`id`, `en`).
        tune: whether calibration may move it.
        drawn: whether it is a belief that differs between draws of assumptions; False for a choice of how to look,
            which stands at its value unless a scenario sets another.
        scale: whether it is drawn on its own scale or in logarithms.
        off: value at which the mechanism does nothing, where there is one; a scenario may pin it outside the range.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    source: tuple[str, ...]
    grade: str
    meaning: FrozenDict[str, str]
    tune: bool = False
    scale: Scale = "linear"
    off: float | None = None
    drawn: bool = True

    @property
    def uncertain(self) -> bool:
        """Whether draws of assumptions differ in it."""
        return self.drawn and self.low < self.high

    def quantile(self, u: float) -> float:
        """The value below which a share `u` of the plausible values lies.

        Triangular on [low, high] with its mode at `value`; in logarithms when `scale` is `log`.

        Args:
            u: a number from 0 to 1.

        Raises:
            ValueError: `u` outside 0 to 1.
        """
        if not 0 <= u <= 1:
            raise ValueError(f"u = {u}: must be a number from 0 to 1")
        if self.low == self.high or u == 0:
            return self.low
        if u == 1:
            return self.high
        if self.scale == "log":
            drawn = math.exp(_triangular(u, math.log(self.low), math.log(self.value), math.log(self.high)))
        else:
            drawn = _triangular(u, self.low, self.value, self.high)
        return min(max(drawn, self.low), self.high)

    @property
    def quantity(self) -> Quantity:
        """The range as the checks of a scenario use it."""
        return Quantity(self.low, self.high, self.unit, self.meaning["id"], self.meaning["en"], off=self.off)


def _triangular(u: float, low: float, mode: float, high: float) -> float:
    """Inverse of the triangular distribution function."""
    width = high - low
    if u * width < mode - low:
        return low + math.sqrt(u * width * (mode - low))
    return high - math.sqrt((1 - u) * width * (high - mode))


@lru_cache(maxsize=1)
def parameters() -> FrozenDict[str, Parameter]:
    """Every parameter of the model by name, in the order of the table.

    Raises:
        ScenarioError: the shipped table is damaged.
    """
    content = resources.files("scenarios").joinpath(_FILE).read_text(encoding="utf-8")
    return read_table(content, _FILE)


def read_table(content: str, where: str) -> FrozenDict[str, Parameter]:
    """Read a parameter table.

    Raises:
        ScenarioError: one line that names the first fault.
    """
    report = Report()
    root = parse(content, where, report)
    table: dict[str, Parameter] = {}
    if isinstance(root, Mapping):
        for name, (place, node) in root.entries.items():
            found = _parameter(name, place, node, report)
            if found is not None:
                table[name] = found
    else:
        report.add(root.place, "type", "the table must be a mapping of parameter names")
    report.raise_first()
    return FrozenDict(table)


def _parameter(name: str, place: Place, node: Node, report: Report) -> Parameter | None:
    if not _NAME.match(name):
        report.add(place, "key", "a parameter is named in lower case with underscores", key=name)
    if not isinstance(node, Mapping):
        report.add(node.place, "type", f"must be a mapping of {', '.join(_KEYS)}", key=name, value=raw(node))
        return None
    entries = known(node, _KEYS, name, report)
    absent = [key for key in _KEYS if key not in entries and key not in (*_OPTIONAL, "source", "grade")]
    for key in absent:
        report.add(place, "missing", "every parameter needs it", key=f"{name}.{key}")
    numbers = {
        key: number(entries[key], _ANY, f"{name}.{key}", report)
        for key in ("value", "low", "high", "off")
        if key in entries
    }
    unit = text(entries["unit"], f"{name}.unit", report) if "unit" in entries else None
    meaning = bilingual(entries["meaning"], f"{name}.meaning", report) if "meaning" in entries else None
    source = cited(entries.get("source"), node, f"{name}.source", report)
    quality = grade(entries.get("grade"), node, name, report)
    tune = _yes(entries.get("tune"), False, f"{name}.tune", report)
    drawn = _yes(entries.get("drawn"), True, f"{name}.drawn", report)
    scale = _scale(entries.get("scale"), f"{name}.scale", report)
    value, low, high = (numbers.get(key) for key in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return None
    if not low <= value <= high:
        what = f"must lie between low ({plain(low)}) and high ({plain(high)})"
        report.add(entries["value"].place, "range", what, key=f"{name}.value", value=plain(value))
    if scale == "log" and low <= 0:
        report.add(entries["low"].place, "range", "must be above 0 on a log scale", key=f"{name}.low", value=plain(low))
    if unit is None or meaning is None or source is None or quality is None:
        return None
    if tune is None or drawn is None or scale is None:
        return None
    return Parameter(name, value, low, high, unit, source, quality, meaning, tune, scale, numbers.get("off"), drawn)


def _yes(node: Node | None, left_out: bool, key: str, report: Report) -> bool | None:
    if node is None:
        return left_out
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    report.add(node.place, "type", "must be true or false", key=key, value=raw(node))
    return None


def _scale(node: Node | None, key: str, report: Report) -> Scale | None:
    if node is None:
        return "linear"
    if isinstance(node, Scalar) and node.text in ("linear", "log"):
        return cast(Scale, node.text)
    report.add(node.place, "type", "must be linear or log", key=key, value=raw(node))
    return None
