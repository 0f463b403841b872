"""Grids of plans: every combination of a few levels on a few axes, written once as the differences of each level.

One file says what `low`, `mid` and `high` mean on each axis; a plan is named by the grid and one level of each axis
(`wonosari-grid-low-mid-high`) and loads like any scenario.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from scenarios.checks import bilingual, known, raw, slug, text
from scenarios.errors import Report, nearest
from scenarios.frozen import FrozenDict
from scenarios.layer import Layer, joined
from scenarios.loader import load, shipped
from scenarios.specification import SCHEMA
from scenarios.yamltree import Mapping, Node, Scalar, parse

if TYPE_CHECKING:
    from scenarios.specification import Specification

LEVELS = ("low", "mid", "high")
LANGUAGES = ("id", "en")

_FOLDER = resources.files("scenarios").joinpath("library", "grid")
_KEYS = ("schema", "name", "parent", "title", "summary", "axes")
_STEP_KEYS = ("name", "practice", "levers")

GRIDS: tuple[str, ...] = tuple(
    sorted(entry.name.removesuffix(".yaml") for entry in _FOLDER.iterdir() if entry.name.endswith(".yaml"))
)
"""Names of the grids that come with the program."""


@dataclass(frozen=True)
class Step:
    """One level of an axis: a name and a sentence of practice by language, and what it changes."""

    name: FrozenDict[str, str]
    practice: FrozenDict[str, str]
    layer: Layer


@dataclass(frozen=True)
class Axis:
    """One direction of a grid: its name by language and its steps by level, from low to high."""

    title: FrozenDict[str, str]
    steps: FrozenDict[str, Step]


@dataclass(frozen=True)
class Grid:
    """A grid as its file writes it.

    Attributes:
        name: name of the grid, with which the names of its plans begin.
        parent: the scenario from which every plan differs.
        title: one line by language.
        summary: a few sentences by language.
        axes: the axes by name, in the order in which a plan names their levels.
    """

    name: str
    parent: Specification
    title: FrozenDict[str, str]
    summary: FrozenDict[str, str]
    axes: FrozenDict[str, Axis]

    def plans(self) -> FrozenDict[str, Specification]:
        """Every combination of levels by its name, from all low to all high.

        Raises:
            ScenarioError: a combination breaks a rule that its levels keep one by one.
        """
        found = [self._plan(levels) for levels in itertools.product(LEVELS, repeat=len(self.axes))]
        return FrozenDict({spec.name: spec for spec in found})

    def _plan(self, levels: tuple[str, ...]) -> Specification:
        axes = list(self.axes.values())
        steps = [axis.steps[level] for axis, level in zip(axes, levels, strict=True)]
        layer = Layer()
        for step in steps:
            layer.values.update(step.layer.values)
            layer.places.update(step.layer.places)
        titles = {
            tongue: ", ".join(
                f"{axis.title[tongue]} {step.name[tongue]}" for axis, step in zip(axes, steps, strict=True)
            )
            for tongue in LANGUAGES
        }
        return replace(
            joined(self.parent, layer, Report()),
            name="-".join((self.name, *levels)),
            parent=self.parent.name,
            title=FrozenDict({tongue: title[0].upper() + title[1:] for tongue, title in titles.items()}),
            summary=FrozenDict({tongue: " ".join(step.practice[tongue] for step in steps) for tongue in LANGUAGES}),
        )


def grid(name: str) -> FrozenDict[str, Specification]:
    """Every plan of a grid by its name (`wonosari-grid-low-mid-high`).

    Raises:
        KeyError: there is no such grid.
        ScenarioError: the shipped file is damaged.
    """
    return _plans(described(name).name)


def described(name: str) -> Grid:
    """A grid with its axes and levels.

    Raises:
        KeyError: there is no such grid.
        ScenarioError: the shipped file is damaged.
    """
    if name not in GRIDS:
        raise KeyError(f"no grid {name!r}; nearest: {nearest(name, GRIDS)}")
    return _described(name)


def plan(name: str) -> Specification | None:
    """The plan of that name in any grid, None when there is none."""
    whole = next((each for each in GRIDS if name.startswith(f"{each}-")), None)
    return None if whole is None else grid(whole).get(name)


@lru_cache(maxsize=16)
def _described(name: str) -> Grid:
    return read_grid(_FOLDER.joinpath(f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml")


@lru_cache(maxsize=16)
def _plans(name: str) -> FrozenDict[str, Specification]:
    return _described(name).plans()


def read_grid(content: str, where: str) -> Grid:
    """Read the file of a grid.

    Raises:
        ScenarioError: one line that names the first fault.
    """
    report = Report()
    root = parse(content, where, report)
    if not isinstance(root, Mapping):
        report.add(root.place, "type", f"a grid is a mapping of {', '.join(_KEYS)}", value=raw(root))
        report.raise_first()
    assert isinstance(root, Mapping)
    entries = known(root, _KEYS, "", report)
    for key in _KEYS:
        if key not in entries:
            report.add(root.place, "missing", "a grid needs it", key=key)
    report.raise_first()
    schema = entries["schema"]
    if not isinstance(schema, Scalar) or schema.value != SCHEMA:
        report.add(schema.place, "schema", f"this version reads schema {SCHEMA}", key="schema", value=raw(schema))
    name = slug(entries["name"], "name", report)
    parent = text(entries["parent"], "parent", report)
    title = bilingual(entries["title"], "title", report)
    summary = bilingual(entries["summary"], "summary", report)
    if parent is not None and parent not in shipped():
        near = nearest(parent, shipped())
        report.add(entries["parent"].place, "unknown-parent", "unknown parent", key="parent", value=parent, near=near)
        report.raise_first()
    axes = _axes(entries["axes"], report)
    report.raise_first()
    assert name is not None and parent is not None and title is not None and summary is not None  # noqa: PT018
    return Grid(name, load(parent), title, summary, axes)


def _axes(node: Node, report: Report) -> FrozenDict[str, Axis]:
    if not isinstance(node, Mapping) or not node.entries:
        report.add(node.place, "type", "must be a mapping of axes", key="axes", value=raw(node))
        return FrozenDict()
    found: dict[str, Axis] = {}
    owner: dict[str, str] = {}
    for name, (_, below) in node.entries.items():
        axis = _axis(below, f"axes.{name}", report)
        if axis is None:
            continue
        found[name] = axis
        for path, place in ((path, at) for step in axis.steps.values() for path, at in step.layer.places.items()):
            if owner.setdefault(path, name) != name:
                report.add(place, "duplicate", f"the axis {owner[path]} sets it too", key=path)
    return FrozenDict(found)


def _axis(node: Node, key: str, report: Report) -> Axis | None:
    if not isinstance(node, Mapping):
        report.add(node.place, "type", f"must be a mapping of name, {', '.join(LEVELS)}", key=key, value=raw(node))
        return None
    entries = known(node, ("name", *LEVELS), key, report)
    absent = [name for name in ("name", *LEVELS) if name not in entries]
    for name in absent:
        report.add(node.place, "missing", "an axis needs it", key=f"{key}.{name}")
    if absent:
        return None
    title = bilingual(entries["name"], f"{key}.name", report)
    steps = {level: _step(entries[level], f"{key}.{level}", report) for level in LEVELS}
    whole = {level: step for level, step in steps.items() if step is not None}
    return None if title is None or len(whole) != len(LEVELS) else Axis(title, FrozenDict(whole))


def _step(node: Node, key: str, report: Report) -> Step | None:
    if not isinstance(node, Mapping):
        report.add(node.place, "type", f"must be a mapping of {', '.join(_STEP_KEYS)}", key=key, value=raw(node))
        return None
    entries = known(node, _STEP_KEYS, key, report)
    absent = [name for name in _STEP_KEYS if name not in entries]
    for missing in absent:
        report.add(node.place, "missing", "a level needs it", key=f"{key}.{missing}")
    if absent:
        return None
    layer = Layer()
    layer.read("levers", node.entries["levers"][0], entries["levers"], {}, report)
    name = bilingual(entries["name"], f"{key}.name", report)
    practice = bilingual(entries["practice"], f"{key}.practice", report)
    return None if name is None or practice is None else Step(name, practice, layer)
