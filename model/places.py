"""Offices, villages, employers and groups as they stand when the first month is lived, and the levers of each month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from agents.activities import FIELDS
from agents.chance import BORN, FIRST_MONTH, Floats, Stream, bits, derive, identity, normal, pick, uniform, world_key
from agents.rules import place_in_run
from agents.surroundings import Sector
from agents.tables import Array, Column, Table
from model.beliefs import Beliefs
from model.network import Network, ring_ties, tied_until
from scenarios import FIELDS as DECLARED
from scenarios import Dated, Quantity, Specification

NEIGHBOURS = 3


def _columns_of_scenario() -> dict[str, tuple[str, ...]]:
    """Office column -> paths of the scenario it holds: one for a number, several for a group such as a mix."""
    columns: dict[str, list[str]] = {}
    for path, declared in DECLARED.items():
        if isinstance(declared, Quantity):
            parts = path.split(".")
            depth = 2 if parts[0] == "setting" else 3
            columns.setdefault(parts[depth - 1], []).append(path)
    return {name: tuple(paths) for name, paths in columns.items()}


COLUMNS_OF_SCENARIO: Mapping[str, tuple[str, ...]] = _columns_of_scenario()


def lever_columns() -> tuple[Column, ...]:
    """Columns of the table of offices that hold setting and levers, as the scenario schema declares them."""
    found = []
    for name, paths in COLUMNS_OF_SCENARIO.items():
        declared = [DECLARED[path] for path in paths]
        first = declared[0]
        assert isinstance(first, Quantity)
        low = min(each.low for each in declared if isinstance(each, Quantity))
        high = max(each.high for each in declared if isinstance(each, Quantity))
        found.append(
            Column(
                name,
                np.float64,
                first.unit,
                low,
                high,
                "; ".join(each.en for each in declared),
                start=low,
                width=len(paths),
            )
        )
    return tuple(found)


class Schedule:
    """Setting and levers of every office, month by month; written into the table only when something changes.

    Before month 0 the levers are those of the scenario's past; a dated lever counts from month 0.
    """

    def __init__(self, specs: Sequence[Specification], specification_of: NDArray[np.int64]) -> None:
        self._specs, self._of = specs, specification_of
        self._now: list[dict[str, list[float]]] = [{} for _ in specs]

    def write(self, offices: Table, month: int) -> None:
        """Put the values of ``month`` into the table of offices."""
        for number, spec in enumerate(self._specs):
            rows = np.flatnonzero(self._of == number)
            past = spec.past if month < 0 else {}
            now = {
                name: [past[path] if path in past else _number(spec.values[path], month) for path in paths]
                for name, paths in COLUMNS_OF_SCENARIO.items()
            }
            for name, values in now.items():
                if values != self._now[number].get(name):
                    width = offices.columns[name].width
                    row = np.array(values if width > 1 else values[0])
                    offices.write(rows, {name: np.broadcast_to(row, (len(rows), *row.shape))})
            self._now[number] = now


def _number(value: float | str | Dated, month: int) -> float:
    return value.at(month) if isinstance(value, Dated) else float(value)


def open_offices(
    offices: Table, specs: Sequence[Specification], seed: int, worlds: Sequence[tuple[int, int]]
) -> NDArray[np.int64]:
    """One row for each specification, by number, and replicate; returns which specification each row holds."""
    rows = [(number, specs[number], replicate) for number, replicate in worlds]
    offices.grow(
        len(rows),
        id=np.arange(len(rows)),
        key=np.array([world_key(seed, replicate, spec.setting.office) for _, spec, replicate in rows], dtype=np.uint64),
        office=np.arange(len(rows)),
        specification=np.array([number for number, _, _ in rows]),
        replicate=np.array([replicate for _, _, replicate in rows]),
    )
    return np.array([number for number, _, _ in rows], dtype=np.int64)


def newcomers(counts: Array, offices: Table, kind: str, month: int, already: Array | int = 0) -> dict[str, Array]:
    """``id``, ``key`` and ``office`` of newcomers, month by month and office by office.

    Args:
        counts: shape (months, offices), how many come to each office, in each month from ``month`` on.
        offices: the table of offices.
        kind: table they belong to.
        month: first month they come in, :data:`agents.chance.BORN` for those who are there from the start.
        already: shape (offices,), how many of this kind have come to each office in this month before.
    """
    counts = np.atleast_2d(counts)
    each = counts.ravel()
    cell = np.repeat(np.arange(len(each)), each)
    months_on, office = np.divmod(cell, counts.shape[1])
    k = place_in_run(cell)
    number = identity(month + months_on, k + np.broadcast_to(already, counts.shape[1])[office])
    return {"id": number, "key": derive(offices.key[office], kind, number), "office": office}


def settle(tables: Mapping[str, Table], network: Network, beliefs: Beliefs) -> None:
    """Rooms as they are without money, villages, employers and the ties among them, for every office."""
    tables["offices"].write(slice(None), {"facility": tables["offices"].facility_quality})
    _settle_villages(tables, network, beliefs)
    _settle_employers(tables, network, beliefs)


def _settle_villages(tables: Mapping[str, Table], network: Network, beliefs: Beliefs) -> None:
    """Villages lie in a disc around the Bapas; stigma varies around the setting's level; the nearest are neighbours."""
    offices, villages = tables["offices"], tables["villages"]
    new = newcomers(offices.villages.astype(np.int64), offices, "villages", BORN)
    rows = villages.grow(len(new["id"]), **new)
    p = beliefs.of(new["office"])
    distance = offices.area_radius_km[new["office"]] * np.sqrt(uniform(Stream.DISTANCE, BORN, new["key"]))
    spread = p.stigma_village_spread * normal(uniform(Stream.STIGMA, BORN, new["key"]))
    stigma = np.clip(offices.community_stigma[new["office"]] + spread, 0.02, 0.98)
    angle = 2.0 * np.pi * uniform(Stream.DISTANCE, BORN, new["key"], 1)
    position = np.column_stack([distance * np.cos(angle), distance * np.sin(angle)])
    villages.write(
        rows,
        {
            "distance_km": distance,
            "east_km": position[:, 0],
            "north_km": position[:, 1],
            "group_km": np.repeat(distance[:, None], len(FIELDS), axis=1),
            "stigma": stigma,
            "stigma_rest": stigma,
        },
    )
    for office in range(len(offices)):
        here = np.flatnonzero(new["office"] == office)
        near = min(NEIGHBOURS, len(here) - 1)
        if near < 1:
            continue
        _, nearest = cKDTree(position[here]).query(position[here], k=near + 1)
        pairs = np.column_stack([np.repeat(here, near), here[nearest[:, 1:].ravel()]])
        pairs = np.unique(np.sort(pairs, axis=1), axis=0)
        network.pairs["neighbourhood"].add(pairs[:, 0], pairs[:, 1])


def _settle_employers(tables: Mapping[str, Table], network: Network, beliefs: Beliefs) -> None:
    """Employers stand in villages and sectors; those of one sector look at each other."""
    offices, employers = tables["offices"], tables["employers"]
    p = beliefs.of(np.arange(len(offices)))
    counts = np.rint(offices.villages * p.employers_per_village).astype(np.int64)
    offices.write(
        slice(None),
        {"employers": counts.astype(np.int32), "first_employer": (np.cumsum(counts) - counts).astype(np.int32)},
    )
    new = newcomers(counts, offices, "employers", BORN)
    key, office = new["key"], new["office"]
    rows = employers.grow(len(key), **new)
    p = beliefs.of(office)
    willing = np.clip(p.employer_willingness + 0.25 * normal(uniform(Stream.WILLINGNESS, BORN, key)), 0.0, 1.0)
    sector = pick(uniform(Stream.SECTOR, BORN, key), np.full(len(Sector), 1.0 / len(Sector)))
    employers.write(
        rows,
        {
            "village": village_of(uniform(Stream.VILLAGE, BORN, key), office, tables),
            "sector": sector.astype(np.int8),
            "willingness": willing,
            "willingness_rest": willing,
            "image_concern": uniform(Stream.IMAGE_CONCERN, BORN, key),
        },
    )
    tie_employers(tables, network, beliefs, BORN)


def tie_employers(tables: Mapping[str, Table], network: Network, beliefs: Beliefs, month: int) -> None:
    """Employers without a tie that they looked for look for one in their trade, on a circle drawn for the month.

    A tie lasts for a drawn time with mean reputation_tie_months; then its seeker looks again, so the number of ties
    stays. Who finds somebody that it is tied to already looks again next month. Evidence: C11; times assumed (gap 8).
    """
    employers, pairs = tables["employers"], network.pairs["reputation"]
    seeking = np.ones(len(employers), dtype=np.bool_)
    seeking[pairs.left] = False
    if not seeking.any():
        return
    trades = employers.office * len(Sector) + employers.sector
    left, right = ring_ties(bits(Stream.PEER, month, employers.key), trades, seeking)
    luck = uniform(Stream.PEER, month, employers.key[left], 1)
    life = beliefs.of(employers.office[left]).reputation_tie_months
    pairs.add(left, right, tied_until(max(month, FIRST_MONTH), luck, life))


def village_of(u: Floats, office: Array, tables: Mapping[str, Table]) -> NDArray[np.int32]:
    """A village of each newcomer's office by one draw each, shape (n,); every office has its villages in one block."""
    counts = tables["offices"].villages.astype(np.int64)
    first = np.cumsum(counts) - counts
    return np.asarray(first[office] + np.minimum((u * counts[office]).astype(np.int64), counts[office] - 1), np.int32)


def employer_of(u: Floats, office: Array, tables: Mapping[str, Table]) -> NDArray[np.int32]:
    """An employer of each newcomer's office by one draw each, shape (n,); -1 where the office has none."""
    offices = tables["offices"]
    counts = offices.employers[office]
    chosen = offices.first_employer[office] + np.minimum((u * counts).astype(np.int32), counts - 1)
    return np.where(counts > 0, chosen, -1).astype(np.int32)
