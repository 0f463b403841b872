"""The levers on the terminal: what each means, where a scenario stands, and four levels in the words of the field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from experiments.printing import console, print_text
from experiments.wording import exact, say, unit_name
from scenarios import FIELDS, Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from experiments.wording import Language
    from scenarios import Ladder, Specification


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
    """Write the levers of one ladder: key, meaning, value in ``spec``, and the levels in a small table."""
    low, high = (exact(end, lang) for end in _range(ladder))
    meaning, unit = ladder.meaning[lang], unit_name(ladder.unit, lang)
    now = _now(ladder, spec)
    print_text(ladder.key)
    print_text(f"  {say('lever', lang, meaning=meaning, unit=unit, low=low, high=high)}")
    print_text(f"  {say('lever_now', lang, scenario=spec.name, value=_written(now, lang))}")
    alone = len(ladder.paths) == 1
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    if alone:
        table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=1)
    nearest = ladder.standing(now, spec.setting)
    for place, level in enumerate(ladder.for_setting(spec.setting)):
        mark = "  >" if place == nearest else "   "
        practice = level.practice[lang]
        if alone:
            table.add_row(mark, level.name[lang], _written(level.values, lang), practice)
        else:
            table.add_row(mark, level.name[lang], f"{practice}\n{_written(level.values, lang)}")
    console().print(table, highlight=False)
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
