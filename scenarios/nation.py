"""The national table: 94 made-up offices that together have the published totals, each a scenario of its own.

Nobody has published a table of all Bapas. `make_national` writes one from published totals and spreads; the offices in
it are called "Bapas 01" to "Bapas 94" because none of them is a real one.
"""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from scenarios.errors import Place, Report, fail
from scenarios.fields import Dated
from scenarios.frozen import FrozenDict
from scenarios.layer import Layer, joined
from scenarios.loader import load
from scenarios.schema import FIELDS
from scenarios.yamltree import Scalar, parse

if TYPE_CHECKING:
    from scenarios.specification import Specification

NATIONAL = "national"
"""Name of the table; an office is `national-01` and so on."""
PARENT = "wonosari"
"""The scenario that says what the table leaves open."""

_FILE = "national.csv"
_OFFICE = "office"
_COMMENT = "#"


def national() -> tuple[Specification, ...]:
    """Every office of the table. An office is a place of its own, so its past is its own.

    Raises:
        ScenarioError: the shipped table is damaged.
    """
    return tuple(_table().values())


def names() -> tuple[str, ...]:
    """The names of the offices, in order."""
    return tuple(_table())


def office(name: str) -> Specification | None:
    """The office of that name, None when there is none."""
    return _table().get(name) if name.startswith(f"{NATIONAL}-") else None


def content() -> str:
    """The shipped table as it stands in its file."""
    return resources.files("scenarios").joinpath("library", _FILE).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _table() -> FrozenDict[str, Specification]:
    return read_offices(content(), _FILE)


def read_offices(text: str, where: str) -> FrozenDict[str, Specification]:
    """Read a table of offices: a column `office` (01, 02 ...) and one for each setting or lever that it gives.

    Raises:
        ScenarioError: one line that names the first fault.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if not line.startswith(_COMMENT)]
    rows = list(csv.reader(io.StringIO("\n".join(line for _, line in lines))))
    if len(rows) < 2 or rows[0][0] != _OFFICE:
        raise fail(Place(where), "type", f"must be a table with a first column {_OFFICE} and at least one office")
    head = rows[0]
    for path in head[1:]:
        if path not in FIELDS:
            raise fail(Place(where, lines[0][0]), "unknown-key", "unknown column", key=path)
    found: dict[str, Specification] = {}
    for (number, _), cells in zip(lines[1:], rows[1:], strict=True):
        if len(cells) != len(head):
            raise fail(Place(where, number), "type", f"must hold {len(head)} values", value=len(cells))
        spec = _read_office(head, cells, Place(where, number))
        if spec.name in found:
            raise fail(Place(where, number), "duplicate", "office given twice", key=_OFFICE, value=cells[0])
        found[spec.name] = spec
    return FrozenDict(found)


def _read_office(head: list[str], cells: list[str], place: Place) -> Specification:
    report, layer, parent = Report(), Layer(), load(PARENT)
    name = f"{NATIONAL}-{cells[0]}"
    layer.read("setting.office", place, Scalar(name, name, place), parent.values, report)
    for path, cell in zip(head[1:], cells[1:], strict=True):
        value = parse(cell, place.where, report, numbered=False)
        if not isinstance(value, Scalar):
            raise fail(place, "type", "must be a number", key=path, value=cell)
        layer.read(path, place, replace(value, place=place), parent.values, report)
    spec = joined(parent, layer, report)
    own = {path: value.value for path, value in spec.values.items() if isinstance(value, Dated)}
    return replace(
        spec,
        name=name,
        parent=parent.name,
        past=FrozenDict(own),
        title=FrozenDict({"id": f"Bapas {cells[0]} (rekaan)", "en": f"Bapas {cells[0]} (made up)"}),
        summary=FrozenDict(
            {
                "id": "Kantor rekaan dari tabel nasional: hanya jumlah nasional dan sebarannya yang diterbitkan.",
                "en": "An office made up for the national table: only the national totals and spreads are published.",
            }
        ),
    )
