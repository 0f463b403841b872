"""Four named levels for every lever, each with the field practice behind it, so that nobody has to plan in numbers.

Most levers have a ladder of their own; shares of one whole, and agreements that are yes or no, are chosen together.
Levels whose size depends on the office stand in the table for 1,000 clients and are scaled to a setting.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from scenarios.checks import bilingual, known, number, raw
from scenarios.errors import Place, Report, nearest
from scenarios.fields import Quantity
from scenarios.frozen import FrozenDict
from scenarios.layer import Layer, check_sums
from scenarios.schema import FIELDS
from scenarios.sources import cited
from scenarios.yamltree import Mapping, Node, Scalar, Sequence, parse

if TYPE_CHECKING:
    from collections.abc import Mapping as Dictionary

    from scenarios.schema import Setting

STEPS = 4
FEWEST_CLIENTS = 100
"""An office with fewer clients gets the levels of one with so many, where whole groups and people are still apart."""

_FILE = "levels.yaml"
_KEYS = ("source", "per_1000_clients", "unit", "meaning", "levels")


@dataclass(frozen=True)
class Level:
    """One level of a lever, or of levers that are chosen together.

    Attributes:
        name: a short name by language (`id`, `en`).
        practice: what people do at this level, one sentence by language.
        values: number of each lever by dotted path (`levers.funding.annual_budget_idr`), ready for an override.
    """

    name: FrozenDict[str, str]
    practice: FrozenDict[str, str]
    values: FrozenDict[str, float]


@dataclass(frozen=True)
class Ladder:
    """The levels of one lever or of one group of levers.

    Attributes:
        key: path of the lever, or the name of the group (`levers.funding.activity_shares`).
        meaning: what is set, by language.
        unit: unit of the numbers.
        source: codes of the evidence behind the practice.
        per_1000_clients: whether the numbers grow with the clients of the office.
        levels: for an office of 1,000 clients; the numbers of a single lever rise.
    """

    key: str
    meaning: FrozenDict[str, str]
    unit: str
    source: tuple[str, ...]
    per_1000_clients: bool
    levels: tuple[Level, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """The levers that are set, in order of declaration."""
        return tuple(self.levels[0].values)

    def for_setting(self, setting: Setting) -> tuple[Level, ...]:
        """The levels for an office: scaled to its clients, with two digits that count, and at least 1 apart."""
        if not self.per_1000_clients:
            return self.levels
        (path,) = self.paths
        declared = FIELDS[path]
        assert isinstance(declared, Quantity)
        scale = max(setting.clients, FEWEST_CLIENTS) / 1000
        found: list[Level] = []
        for level in self.levels:
            value = float(f"{round(level.values[path] * scale):.2g}")
            value = max(value, found[-1].values[path] + 1) if found else value
            found.append(replace(level, values=FrozenDict({path: min(value, declared.high)})))
        return tuple(found)

    def standing(self, values: Dictionary[str, float], setting: Setting) -> int:
        """The place (from 0) of the level that comes nearest to some values, by path."""
        steps = self.for_setting(setting)
        sizes = {path: max(level.values[path] for level in steps) or 1.0 for path in self.paths}
        away = [sum(abs(values[path] - level.values[path]) / sizes[path] for path in self.paths) for level in steps]
        return away.index(min(away))


def levels(lever: str, setting: Setting | None = None) -> tuple[Level, ...]:
    """The four levels of a lever.

    Args:
        lever: path (`levers.community.media_reach`) or name of a group; a lever of a group stands for its group.
        setting: the office to which levels are scaled; without it an office of 1,000 clients.

    Raises:
        KeyError: there is no such lever.
    """
    for ladder in ladders().values():
        if lever == ladder.key or lever in ladder.paths:
            return ladder.levels if setting is None else ladder.for_setting(setting)
    raise KeyError(f"no lever {lever!r}; nearest: {nearest(lever, ladders())}")


@lru_cache(maxsize=1)
def ladders() -> FrozenDict[str, Ladder]:
    """The levels of all levers by path or name of the group, in the order of the table.

    Raises:
        ScenarioError: the shipped table is damaged.
    """
    return read_levels(resources.files("scenarios").joinpath(_FILE).read_text(encoding="utf-8"), _FILE)


def read_levels(content: str, where: str) -> FrozenDict[str, Ladder]:
    """Read a table of levels; every lever must have its place in it.

    Raises:
        ScenarioError: one line that names the first fault.
    """
    report = Report()
    root = parse(content, where, report)
    table: dict[str, Ladder] = {}
    if isinstance(root, Mapping):
        for key, (place, node) in root.entries.items():
            ladder = _ladder(key, place, node, report)
            if ladder is not None:
                table[key] = ladder
    else:
        report.add(root.place, "type", "the table must be a mapping of levers")
    report.raise_first()
    covered = [path for ladder in table.values() for path in ladder.paths]
    for path in FIELDS:
        if path.startswith("levers.") and covered.count(path) != 1:
            report.add(root.place, "missing", "every lever has levels, once", key=path)
    report.raise_first()
    return FrozenDict(table)


def _ladder(key: str, place: Place, node: Node, report: Report) -> Ladder | None:
    if not isinstance(node, Mapping):
        report.add(node.place, "type", f"must be a mapping of {', '.join(_KEYS)}", key=key, value=raw(node))
        return None
    entries = known(node, _KEYS, key, report)
    declared = FIELDS.get(key)
    needed = ("source", "levels") if declared else ("source", "unit", "meaning", "levels")
    for name in needed:
        if name not in entries:
            report.add(place, "missing", "a lever of the table needs it", key=f"{key}.{name}")
    if any(name not in entries for name in needed):
        return None
    source = cited(entries["source"], node, f"{key}.source", report)
    scaled = _yes(entries.get("per_1000_clients"), f"{key}.per_1000_clients", report)
    steps = _steps(entries["levels"], key, report)
    if declared is None:
        meaning = bilingual(entries["meaning"], f"{key}.meaning", report)
        unit = raw(entries["unit"])
    else:
        meaning, unit = FrozenDict(declared.meaning), declared.unit
    if source is None or steps is None or meaning is None:
        return None
    return Ladder(key, meaning, unit, source, scaled, steps)


def _yes(node: Node | None, key: str, report: Report) -> bool:
    if node is not None and not (isinstance(node, Scalar) and node.value is True):
        report.add(node.place, "type", "must be true, or left out", key=key, value=raw(node))
    return node is not None


def _steps(node: Node, key: str, report: Report) -> tuple[Level, ...] | None:
    if not isinstance(node, Sequence) or len(node.items) != STEPS:
        report.add(node.place, "type", f"must be a list of {STEPS} levels", key=f"{key}.levels", value=raw(node))
        return None
    found = [_level(each, key, f"{key}.levels[{place}]", report) for place, each in enumerate(node.items)]
    steps = tuple(level for level in found if level is not None)
    if len(steps) != STEPS:
        return None
    for place, (one, other) in enumerate(itertools.pairwise(steps)):
        at = node.items[place + 1].place
        if one.values.keys() != other.values.keys():
            report.add(at, "missing", "all levels set the same levers", key=f"{key}.levels[{place + 1}]")
        elif len(one.values) == 1 and other.values[key] <= one.values[key]:
            report.add(at, "order", "the values must rise from level to level", key=f"{key}.levels[{place + 1}].value")
    told = [level.name["id"] for level in steps], [level.name["en"] for level in steps]
    if any(len(set(names)) < STEPS for names in told) or len({level.values for level in steps}) < STEPS:
        report.add(node.place, "order", "two levels are the same", key=f"{key}.levels")
    return steps


def _level(node: Node, key: str, at: str, report: Report) -> Level | None:
    if not isinstance(node, Mapping):
        report.add(node.place, "type", "must be a mapping of name, practice, value", key=at, value=raw(node))
        return None
    declared = FIELDS.get(key)
    numbers = "value" if isinstance(declared, Quantity) else "levers"
    entries = known(node, ("name", "practice", numbers), at, report)
    for name in ("name", "practice", numbers):
        if name not in entries:
            report.add(node.place, "missing", "a level needs it", key=f"{at}.{name}")
    if len(entries) < 3:
        return None
    title = bilingual(entries["name"], f"{at}.name", report)
    practice = bilingual(entries["practice"], f"{at}.practice", report)
    if isinstance(declared, Quantity):
        value = number(entries[numbers], declared, f"{at}.{numbers}", report)
        values = None if value is None else {key: value}
    else:
        values = _together(entries[numbers], f"{at}.{numbers}", report)
    if title is None or practice is None or values is None:
        return None
    return Level(title, practice, FrozenDict(values))


def _together(node: Node, key: str, report: Report) -> dict[str, float] | None:
    """Several levers, written as in a scenario, with plain numbers."""
    layer = Layer()
    before = len(report.problems)
    layer.read_plain(node, key, report)
    if len(report.problems) == before:
        check_sums({**dict.fromkeys(FIELDS, 0.0), **layer.plain}, layer.places, report, levers=key)
    values = {path: layer.plain[path] for path in FIELDS if path in layer.plain}
    return values if len(report.problems) == before else None
