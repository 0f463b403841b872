"""The model: tables, network, parameters and a month that walks through the plan."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from time import perf_counter
from typing import Any

import mesa
import numpy as np
import pandas as pd
from mesa.agent import AgentSet

from agents.chance import BORN, FIRST_MONTH, Floats
from agents.clients import MONTHS_A_YEAR, client_table
from agents.faces import FACES, Face
from agents.members import group_table, member_table
from agents.offices import office_table
from agents.rules import Mask, Rows, Rule, What, Who, in_both, joined
from agents.surroundings import employer_table, family_table, village_table
from agents.tables import Stretch, Table
from agents.telling import Event
from model import people, places
from model.beliefs import Beliefs, draw
from model.collector import RecordCollector
from model.drivers import DRIVERS, Driver
from model.groups import Groups
from model.month import MONTH
from model.network import Network
from model.record import Record
from model.story import stories
from scenarios import Specification, load


class ReintegrationModel(mesa.Model):  # type: ignore[misc]
    """Clients, volunteers, employers, families and villages of one or many offices, month by month.

    Args:
        scenario: a specification, the name of a shipped scenario or the path of a file, or several of them: one office
            each, side by side in one model, each living the life it lives alone.
        seed: seed of all chance, a whole number from 0; None (as Mesa's batch runner passes it) is 1.
        replicates: numbers of the replicates to step side by side; each is a world of its own.
        worlds: which scenario (its place in ``scenario``) in which replicate, where not each of them lives in all.
        driver: ``"columns"`` (fast) or ``"agents"`` (every agent for itself); the same history bit for bit.
        assumptions: ``"fixed"`` for central parameter values, ``"drawn"`` for one draw per replicate.
        without: names of rules left out of the months of the run (the year before it stays the same), as
            ``"clients.hear_of_work"``, to see what a mechanism does.
        by: groupings (:data:`model.groups.GROUPINGS`) by which the main indicators are measured too.

    Raises:
        ScenarioError: a scenario cannot be read.
        ValueError: an unknown driver, kind of assumptions, rule name or grouping; no scenario, no replicate, one twice,
            a scenario that is not there, or a seed that is no whole number.

    Example:
        >>> model = ReintegrationModel("wonosari", seed=1)
        >>> for _ in range(12):
        ...     model.step()
        >>> model.indicators()["employed_share"]
    """

    def __init__(
        self,
        scenario: str | Specification | Sequence[str | Specification] = "wonosari",
        *,
        seed: int | None = 1,
        replicates: Sequence[int] = (0,),
        worlds: Sequence[tuple[int, int]] | None = None,
        driver: str = "columns",
        assumptions: str = "fixed",
        without: Sequence[str] = (),
        by: Sequence[str] = (),
    ) -> None:
        seed = 1 if seed is None else seed
        given = [scenario] if isinstance(scenario, str | Specification) else list(scenario)
        if worlds is None:
            worlds = [(number, replicate) for replicate in replicates for number in range(len(given))]
        worlds = tuple((number, replicate) for number, replicate in worlds)
        for number in (seed, *(replicate for _, replicate in worlds)):
            if not _whole_from_zero(number):
                raise ValueError(f"seed and replicates are whole numbers from 0, not {number!r}")
        super().__init__(rng=int(seed))
        if driver not in DRIVERS:
            raise ValueError(f"driver = {driver!r}: allowed are {', '.join(DRIVERS)}")
        known = {step.name for phase in MONTH for step in phase.steps if isinstance(step, Rule)}
        if unknown := set(without) - known:
            raise ValueError(f"no rule {sorted(unknown)[0]!r} in the month; rules are {', '.join(sorted(known))}")
        if not worlds or len(set(worlds)) < len(worlds):
            raise ValueError("a model needs a scenario, and replicates that differ from each other, one or more")
        if {number for number, _ in worlds} != set(range(len(given))):
            raise ValueError(f"worlds name scenarios by their places, 0 to {len(given) - 1}, each of them once or more")
        self.specifications = tuple(load(each) if isinstance(each, str) else each for each in given)
        self.seed, self.worlds, self.month = int(seed), worlds, FIRST_MONTH
        self.replicates = tuple(dict.fromkeys(replicate for _, replicate in worlds))
        self._driver, self._assumptions, self._without = DRIVERS[driver], assumptions, frozenset(without)
        self._by = tuple(by)
        clients = client_table()
        self.tables: Mapping[str, Table] = {
            each.name: each
            for each in (
                office_table(places.lever_columns()),
                village_table(),
                employer_table(),
                group_table(),
                member_table(),
                clients,
                family_table(clients),
            )
        }
        self.network = Network(self.tables, [spec.setting.office for spec in self.specifications])
        self._sums: dict[Any, Floats] = {}
        self._seen: dict[str, tuple[list[Stretch], list[tuple[Rows, Mask | None]]]] = {}
        self._chosen: dict[tuple[str, Who | None], Rows] = {}
        self._faces: dict[str, dict[int, Face]] = {kind: {} for kind in FACES}
        self._phase_seconds = {phase.name: 0.0 for phase in MONTH}
        self._collector: Any = None
        offices = self.tables["offices"]
        of_office = places.open_offices(offices, self.specifications, seed, self.worlds)
        self.beliefs = Beliefs(
            [
                draw(self.specifications[number], seed, int(replicate), assumptions)
                for number, replicate in zip(of_office, offices.replicate, strict=True)
            ]
        )
        self.schedule = places.Schedule(self.specifications, of_office)
        self.schedule.write(offices, self.month)
        places.settle(self.tables, self.network, self.beliefs)
        people.settle_clients(self.tables, self.network, self.beliefs)
        people.recruit(self.tables, self.beliefs, BORN)
        #: the first month of which the releases are not known yet
        self._foreseen = 0
        while self.month < 0:
            self._live(DRIVERS["columns"], without=frozenset())
        self.foresee()
        self._begin_run()

    def step(self) -> None:
        """Live one month."""
        self._live(self._driver, self._without)

    def _live(self, driver: Driver, without: Collection[str]) -> None:
        self.read_afresh()
        for phase in MONTH:
            begun = perf_counter()
            for step in phase.steps:
                self._begin_step()
                if not isinstance(step, Rule):
                    step(self)
                elif step.name not in without:
                    driver(self, step)
            self._phase_seconds[phase.name] += perf_counter() - begun
        self.month += 1
        self.read_afresh()

    def _begin_run(self) -> None:
        """Begin to count: what adds up over a run starts at nothing, the cash of the past is carried in."""
        for table in self.tables.values():
            table.new_run()
        offices = self.tables["offices"]
        offices.write(slice(None), {"opening_cash_idr": offices.cash_idr})
        self.schedule.write(offices, self.month)
        self.record = Record(len(offices))
        self.groups = Groups(self, self._by)
        #: called with the model when a month is recorded: before terms are completed and people leave the view
        self.also_record: list[Callable[[ReintegrationModel], None]] = []
        self._phase_seconds = dict.fromkeys(self._phase_seconds, 0.0)

    def foresee(self) -> None:
        """As a year begins, before its first month is lived, make its releases known: until theirs, people wait inside.

        A month does so for itself; who wants to meet people before that asks for it, and changes nothing.
        """
        if self._foreseen <= self.month:
            year = range(self._foreseen, self._foreseen + MONTHS_A_YEAR)
            people.draw_releases(self.tables, self.network, self.beliefs, year)
            self._foreseen = year.stop

    # what rules ask of the world they live in

    def read_afresh(self) -> None:
        """Forget all that has been read and summed up, so that what is asked next comes from the tables."""
        self._begin_step()
        self._seen.clear()

    def _begin_step(self) -> None:
        """Sums, the choice of rows and what references point to are of one step; columns are kept until written."""
        self._sums.clear()
        self._chosen.clear()
        for _, stretches in self._seen.values():
            for c, _ in stretches:
                c.forget_others()

    def stretches(self, table: str) -> list[tuple[Rows, Mask | None]]:
        """Rows of ``table`` to work on, and which of each are active; see :meth:`agents.tables.Table.stretches`.

        What has been read of them is kept as long as they are the same rows.
        """
        found = self.tables[table].stretches()
        kept = self._seen.get(table)
        if kept is None or kept[0] is not found:
            kept = self._seen[table] = (found, [(Rows(self, self.tables[table], index), here) for index, here in found])
        return kept[1]

    def active_rows(self, table: str, among: Who | None = None) -> Rows:
        """The active rows of ``table``, those in the mask ``among``."""
        key = (table, among)
        if key not in self._chosen:
            everyone = self.stretches(table)
            self._chosen[key] = joined(
                everyone if among is None else [(c, in_both(among(c), here)) for c, here in everyone]
            )
        return self._chosen[key]

    def total(self, of: str, by: str, what: What, among: Who | None = None) -> Floats:
        """Exact sum of ``what`` over active rows of table ``of``, by the row their reference ``by`` points to.

        Args:
            of: table summed over.
            by: its reference column.
            what: its column, or a function of rows giving shape (n,) or (n, width).
            among: mask over rows that leaves some out; None for none.

        Returns:
            Shape (rows of the table referred to,) or (rows, width). Kept until the step is over.
        """
        key = (of, by, what, among)
        if key not in self._sums:
            if self.tables[of].columns[by].refers_to is None:
                raise KeyError(f"{of}.{by} is no reference")
            parts = []
            for c, here in self.stretches(of) if among is None else [(self.active_rows(of, among), None)]:
                values = getattr(c, what) if isinstance(what, str) else what(c)
                if here is not None:
                    values = values * (here if values.ndim == 1 else here[:, None])
                parts.append(getattr(c, by).sum_here(values))
            self._sums[key] = functools.reduce(np.add, parts)
        return self._sums[key]

    def degree(self, layer: str) -> Floats:
        """Number of ties of each row in a ``layer`` of pairs, shape (rows,)."""
        return self.over_ties(layer, _one)

    def over_ties(self, layer: str, what: What) -> Floats:
        """Exact sum of ``what`` over active other ends of each row's ties in a ``layer`` of pairs, shape (rows,)."""
        key = (layer, what)
        if key not in self._sums:
            pairs = self.network.pairs[layer]
            values: Any = None
            for c, here in self.stretches(pairs.table):
                counted = getattr(c, what) if isinstance(what, str) else what(c)
                values = np.zeros(len(c.table), dtype=counted.dtype) if values is None else values
                values[c.index] = counted if here is None else counted * here
            self._sums[key] = pairs.sum(values)
        return self._sums[key]

    # Mesa's own way of looking: agents are made when asked for

    def face(self, table: str, row: int) -> Face:
        """The Mesa agent that looks into ``row`` of ``table``."""
        faces = self._faces[table]
        if row not in faces:
            faces[row] = FACES[table](self, row)
        return faces[row]

    def faces(self, table: str) -> Any:
        """Mesa's ``AgentSet`` of the active rows of ``table``, in order of rows."""
        active = Rows(self, self.tables[table], self.tables[table].active()).rows.tolist()
        faces = self._faces[table]
        present = set(active)
        for row in [row for row in faces if row not in present]:
            faces.pop(row).remove()
        for row in active:
            if row not in faces:
                faces[row] = FACES[table](self, row)
        return super().agents_by_type.get(FACES[table], _nobody(self))

    def _look(self) -> None:
        for table in FACES:
            self.faces(table)

    @property
    def agents(self) -> Any:
        """All active agents, as Mesa's ``AgentSet``; made on first use."""
        self._look()
        return super().agents

    @property
    def agent_types(self) -> list[type]:
        """Classes of which there are active agents."""
        self._look()
        return list(super().agents_by_type)

    @property
    def agents_by_type(self) -> Any:
        """Active agents by class, as Mesa's ``AgentSet``s; made on first use."""
        self._look()
        return super().agents_by_type

    @property
    def datacollector(self) -> Any:
        """Mesa's collector: every indicator month by month, from the record, unless another collector has been set."""
        if self._collector is None:
            self._collector = RecordCollector()
        if isinstance(self._collector, RecordCollector):
            self._collector.collect(self)
        return self._collector

    @datacollector.setter
    def datacollector(self, collector: Any) -> None:
        self._collector = collector

    def __getstate__(self) -> Any:
        self.read_afresh()
        return super().__getstate__()

    # results

    def again(self) -> ReintegrationModel:
        """The same world at its beginning, from the same arguments; by columns, which gives the same bytes sooner."""
        return type(self)(
            self.specifications,
            seed=self.seed,
            worlds=self.worlds,
            assumptions=self._assumptions,
            without=sorted(self._without),
        )

    def story(self, row: int, known_only: bool = True) -> list[Event]:
        """What happened to the client of ``row``, month by month; see :func:`model.story.stories`."""
        return stories(self, [row], known_only)[row]

    def indicators(self) -> pd.DataFrame:
        """Indicators of the run so far: one row for each scenario and replicate."""
        return self.record.summary(self)

    @property
    def history(self) -> pd.DataFrame:
        """Indicators month by month: columns scenario, replicate, month (1 after the first), then one each."""
        return self.record.history(self)

    @property
    def phase_seconds(self) -> dict[str, float]:
        """Seconds spent in each phase so far."""
        return dict(self._phase_seconds)


def _whole_from_zero(number: object) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool) and bool(number >= 0)


def _one(c: Rows) -> Any:
    return np.ones(len(c), dtype=np.int64)


def _nobody(model: mesa.Model) -> Any:
    return AgentSet([], random=model.random)
