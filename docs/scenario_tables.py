"""Writes the tables about scenarios: levels, the grid, the national table, and every shipped scenario."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docs.markup import both, grid, short
from scenarios import (
    FIELDS,
    GRADES,
    GRIDS,
    Dated,
    Quantity,
    Specification,
    described,
    ladders,
    load,
    national,
    shipped,
)
from scenarios.grids import LEVELS
from scenarios.nation import PARENT


def levels() -> str:
    """The four levels of every lever, with the practice behind each."""
    rows = []
    for ladder in ladders().values():
        size = ", for 1,000 clients" * ladder.per_1000_clients
        first = f"`{ladder.key}` ({ladder.unit}{size}); {', '.join(ladder.source)}"
        for place, level in enumerate(ladder.levels):
            numbers = [f"{path.rpartition('.')[2]} {short(value)}" for path, value in level.values.items()]
            value = short(level.values[ladder.key]) if len(numbers) == 1 else ", ".join(numbers)
            rows.append([first if place == 0 else "", both(level.name), value, both(level.practice)])
    return grid(("lever", "level", "value", "practice"), rows)


def grids() -> str:
    """What each level of each axis of the shipped grids sets."""
    rows = []
    for whole in map(described, GRIDS):
        for name, axis in whole.axes.items():
            steps = [axis.steps[level] for level in LEVELS]
            practice = [
                both({tongue: f"{each.name[tongue]}: {each.practice[tongue]}" for tongue in each.name})
                for each in steps
            ]
            rows.append([f"*{name}*", "", *practice])
            for path in dict.fromkeys(path for step in steps for path in step.layer.values):
                before = whole.parent.values[path]
                rows.append(
                    [
                        f"`{path}`",
                        *(_shown(each) for each in (before, *(s.layer.values.get(path, before) for s in steps))),
                    ]
                )
    return grid(("key", "in the parent", *LEVELS), rows)


def nation() -> str:
    """Smallest, middle and largest value of what the national table gives, and the totals."""
    offices, parent = national(), load(PARENT)
    given = [path for path in FIELDS if any(spec.values[path] != parent.values[path] for spec in offices)]
    found: dict[str, list[float]] = {
        "clients a counsellor": [
            round(spec.setting.clients / spec.lever("human_resources.counsellors", 0), 1) for spec in offices
        ],
        "active groups": [sum(spec.past[path] for path in spec.past if ".groups_" in path) for spec in offices],
        **{
            f"`{path}`": [_number(spec.values[path]) for spec in offices]
            for path in given
            if isinstance(FIELDS[path], Quantity) and ".groups_" not in path
        },
    }
    rows = []
    for name, numbers in found.items():
        ordered = sorted(numbers)
        adds = any(word in name for word in ("clients`", "counsellors`", "groups", "budget", "villages"))
        total = short(sum(numbers)) if adds else ""
        rows.append([name, short(ordered[0]), short(ordered[len(ordered) // 2]), short(ordered[-1]), total])
    return grid(("what", "smallest", "middle", "largest", "Indonesia"), rows)


def differences() -> str:
    """Every shipped scenario that has a parent, with what it changes."""
    found = [(spec, load(spec.parent)) for spec in map(load, shipped()) if spec.parent is not None]
    return "\n\n".join(f"{_introduced(spec)}\n\n{_changed(spec, parent)}" for spec, parent in found)


def roots() -> str:
    """Every shipped scenario without a parent: what it sets and on what evidence."""
    return "\n\n".join(
        f"{_introduced(spec)}\n\n{_backed(spec)}" for spec in map(load, shipped()) if spec.parent is None
    )


def _introduced(spec: Specification) -> str:
    texts = [f"**{spec.title[tongue]}**. {spec.summary[tongue].strip()}" for tongue in ("en", "id")]
    return "\n\n".join((f"### {spec.name}", *texts))


def _changed(spec: Specification, parent: Specification) -> str:
    rows = [[f"`{path}`", _shown(parent.values[path]), _shown(value)] for path, value in spec.values.items()]
    pins = [(name, parent.parameters[name], spec.parameters[name]) for name in sorted(spec.pinned)]
    rows += [[f"`parameters.{name}`", short(there), short(here)] for name, there, here in pins]
    return grid(("key", f"in `{parent.name}`", "here"), [row for row in rows if row[1] != row[2]])


def _backed(spec: Specification) -> str:
    rows = []
    for path, value in spec.values.items():
        backing = spec.evidence.get(path)
        why = (backing.grade, ", ".join(backing.source), both(backing.note)) if backing else ("", "", "")
        rows.append([f"`{path}`", _shown(value), *why])
    graded = [each.grade for each in spec.evidence.values()]
    count = ", ".join(f"{graded.count(grade)} {grade}" for grade in GRADES)
    return f"{len(rows)} values: {count}.\n\n{grid(('key', 'value', 'grade', 'source', 'why'), rows)}"


def _shown(value: Any) -> str:
    if not isinstance(value, Dated):
        return value if isinstance(value, str) else short(value)
    changes = [
        f"{short(each.value)} from month {each.from_month}"
        + f" over {each.ramp_months} months" * bool(each.ramp_months)
        for each in value.then
    ]
    return ", then ".join((short(value.value), *changes))


def _number(value: Any) -> float:
    return float(value.value if isinstance(value, Dated) else value)


WRITERS: dict[str, Callable[[], str]] = {
    "levels": levels,
    "grid": grids,
    "national": nation,
    "differences": differences,
    "roots": roots,
}
