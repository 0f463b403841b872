"""Scenarios on the terminal, in lines that fit 80 columns: values with their meaning, differences, levels, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from experiments.printing import console, print_indented, print_rows, print_text
from experiments.wording import exact, say, unit_name
from scenarios import FIELDS, Dated, Quantity, parameters
from scenarios.grids import LEVELS as GRID_LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from experiments.texts import Language
    from scenarios import Grid, Ladder, Specification


def print_value(path: str, value: str, lang: Language) -> None:
    """Write a key with its value, and below it what the value means and in which unit."""
    print_text(f"{path}: {value}")
    print_indented(described(path, lang))


def print_difference(path: str, values: Mapping[str, str], lang: Language) -> None:
    """Write a key, what it means, and its value in each of several scenarios by name."""
    print_text(path)
    print_indented(described(path, lang))
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    for name, value in values.items():
        table.add_row(f"    {name}", value)
    console().print(table, highlight=False)


def described(path: str, lang: Language) -> str:
    """Return what a setting, a lever or a parameter means, with its unit."""
    declared = FIELDS.get(path) or parameters()[path.removeprefix("parameters.")]
    return f"{declared.meaning[lang]} ({unit_name(declared.unit, lang)})"


def print_grid(grid: Grid, lang: Language) -> None:
    """Write what each level of each axis of a grid means, and the levers it sets."""
    print_text(f"{grid.title[lang]} ({grid.name})")
    print_text(grid.summary[lang])
    axes = "-".join(name.upper() for name in grid.axes)
    print_text(say("grid_names", lang, name=grid.name, axes=axes, levels=", ".join(GRID_LEVELS)))
    for name, axis in grid.axes.items():
        print_text("")
        print_text(f"{name.upper()}: {axis.title[lang]}")
        for level, step in axis.steps.items():
            print_indented(f"{level}: {step.name[lang]}. {step.practice[lang]}")
        for path in dict.fromkeys(path for step in axis.steps.values() for path in step.layer.values):
            before = grid.parent.values[path]
            print_difference(
                path,
                {
                    grid.parent.name: in_words(before, lang),
                    **{
                        level: in_words(step.layer.values.get(path, before), lang) for level, step in axis.steps.items()
                    },
                },
                lang,
            )


def print_national(offices: Sequence[Specification], lang: Language) -> None:
    """Write the national table: one line for each office, then the totals."""
    print_text(say("national", lang, offices=len(offices)))
    heads = [say(key, lang) for key in ("office", "clients", "counsellors", "caseload", "groups", "budget")]
    rows = [[spec.name, *_sizes([spec], lang)] for spec in offices]
    print_rows(heads, [*rows, [say("total", lang), *_sizes(offices, lang)]])
    active = sum(_groups(spec) > 0 for spec in offices)
    print_text(say("national_active", lang, active=active, share=exact(round(100 * active / len(offices), 1), lang)))


def _sizes(offices: Sequence[Specification], lang: Language) -> list[str]:
    clients = sum(spec.setting.clients for spec in offices)
    staff = sum(spec.lever("human_resources.counsellors", 0) for spec in offices)
    groups = sum(_groups(spec) for spec in offices)
    budget = sum(spec.lever("funding.annual_budget_idr", 0) for spec in offices)
    return [exact(each, lang) for each in (clients, staff, round(clients / staff), groups, round(budget / 1e6))]


def _groups(spec: Specification) -> float:
    return sum(spec.lever(path, 0) for path in spec.lever_paths() if path.startswith("human_resources.groups_"))


def in_words(value: object, lang: Language) -> str:
    """Return a value of a scenario in words, a dated lever with its changes."""
    if isinstance(value, Dated):
        steps = [
            say(
                "ramp" if change.ramp_months else "step",
                lang,
                value=exact(change.value, lang),
                month=change.from_month,
                months=change.ramp_months,
            )
            for change in value.then
        ]
        return "; ".join([exact(value.value, lang), *steps])
    if value is None:
        return say("not_set", lang)
    return exact(value, lang) if isinstance(value, int | float) else str(value)


def told(ladder: Ladder, spec: Specification) -> dict[str, Any]:
    """Return all there is to say on the levers of one ladder, ready for JSON; levels fit the office of ``spec``."""
    now = _now(ladder, spec)
    return {
        "meaning": dict(ladder.meaning),
        "unit": ladder.unit,
        "range": list(_range(ladder)),
        "source": list(ladder.source),
        "per_1000_clients": ladder.per_1000_clients,
        "value": now,
        "nearest_level": ladder.standing(now, spec.setting),
        "levels": [
            {"name": dict(level.name), "practice": dict(level.practice), "values": dict(level.values)}
            for level in ladder.for_setting(spec.setting)
        ],
    }


def print_ladder(ladder: Ladder, spec: Specification, lang: Language) -> None:
    """Write the levers of one ladder: key, meaning, value in ``spec``, and each level with its practice."""
    low, high = (exact(end, lang) for end in _range(ladder))
    meaning, unit = ladder.meaning[lang], unit_name(ladder.unit, lang)
    now = _now(ladder, spec)
    print_text(ladder.key)
    print_indented(say("lever", lang, meaning=meaning, unit=unit, low=low, high=high), 2)
    print_indented(say("lever_now", lang, scenario=spec.name, value=_written(now, lang)), 2)
    nearest = ladder.standing(now, spec.setting)
    for place, level in enumerate(ladder.for_setting(spec.setting)):
        mark = "  >" if place == nearest else "   "
        print_text(f"{mark}  {level.name[lang]}: {_written(level.values, lang)}")
        print_indented(level.practice[lang], 7)
    print_text("")


def _now(ladder: Ladder, spec: Specification) -> dict[str, float]:
    return {path: spec.lever(path.removeprefix("levers."), 0) for path in ladder.paths}


def _range(ladder: Ladder) -> tuple[float, float]:
    declared = FIELDS[ladder.paths[0]]
    assert isinstance(declared, Quantity)
    return declared.low, declared.high


def _written(values: Mapping[str, float], lang: Language) -> str:
    """The number of a lever; of several, each with the last part of its path."""
    if len(values) == 1:
        (value,) = values.values()
        return exact(value, lang)
    return "; ".join(f"{path.rpartition('.')[2]} {exact(value, lang)}" for path, value in values.items())
