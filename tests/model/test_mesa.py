"""Mesa's own tools work on the model as on any other: agents, sets of agents, collectors, batches of runs."""

import inspect
from collections.abc import Callable
from copy import deepcopy
from multiprocessing.reduction import ForkingPickler
from typing import Any

import mesa
import numpy as np
import pytest

from agents.clients import Status, Work
from agents.faces import FACES, Client, Employer, Family, Office, PokmasMember, Village
from model import INDICATORS, ReintegrationModel
from scenarios import Specification
from tests.model.worlds import differences, lived, small, whole


@pytest.fixture(scope="module")
def year() -> ReintegrationModel:
    """Two small offices after a year."""
    return lived([small(), small(scenario="purwokerto")], 12)


# agents


def test_every_active_row_is_an_agent(year: ReintegrationModel) -> None:
    assert isinstance(year, mesa.Model)
    by_type = year.agents_by_type
    for name, face in FACES.items():
        table = year.tables[name]
        rows = np.arange(len(table))[table.active()]
        assert sorted(agent.row for agent in by_type[face]) == rows.tolist()
    assert len(year.agents) == sum(map(len, by_type.values()))
    assert all(isinstance(agent, mesa.Agent) for agent in year.agents)
    assert len({agent.unique_id for agent in year.agents}) == len(year.agents)


def test_agents_are_the_same_when_asked_again(year: ReintegrationModel) -> None:
    assert list(year.agents) == list(year.agents)
    client = next(iter(year.agents_by_type[Client]))
    assert client is year.face("clients", client.row)
    assert client.village is year.face("villages", client.village.row)


def test_agents_can_be_selected_and_counted(year: ReintegrationModel) -> None:
    clients, table = year.agents_by_type[Client], year.tables["clients"]
    supervised = clients.select(lambda client: client.status is Status.SUPERVISED)
    assert len(supervised) == (table.status == Status.SUPERVISED).sum()
    assert len(year.agents.select(agent_type=Village)) == len(year.tables["villages"])
    assert len(clients.select(lambda client: client.work is Work.FORMAL, at_most=1)) == 1


def test_agents_can_be_aggregated_and_grouped(year: ReintegrationModel) -> None:
    clients, table = year.agents_by_type[Client], year.tables["clients"]
    rows = np.arange(len(table))[table.active()]
    assert clients.agg("confidence", np.mean) == pytest.approx(table.confidence[rows].mean())
    assert clients.get("skill") == table.skill[rows].tolist()
    by_work = clients.groupby("work").count()
    assert by_work == {Work(kind): number for kind, number in enumerate(np.bincount(table.work[rows])) if number}
    by_office = clients.groupby(lambda client: client.office.replicate).agg("distress", max)
    assert by_office == {0: table.distress[rows].max()}


def test_agents_can_be_told_to_do_something(year: ReintegrationModel) -> None:
    seen: list[float] = []
    year.agents_by_type[Employer].do(lambda employer: seen.append(employer.willingness))
    assert seen == year.tables["employers"].willingness.tolist()
    assert max(year.agents_by_type[PokmasMember].map(lambda member: member.competence)) <= 1.0


def test_agents_come_and_go_with_their_rows() -> None:
    model = ReintegrationModel(small())
    first = {agent.row for agent in model.agents_by_type[Client]}
    members = {agent.row for agent in model.agents_by_type[PokmasMember]}
    for _ in range(30):
        model.step()
    later = {agent.row for agent in model.agents_by_type[Client]}
    assert later - first
    assert first - later  # followed long enough
    assert members - {agent.row for agent in model.agents_by_type[PokmasMember]}


def test_looking_at_agents_changes_nothing() -> None:
    looked, alone = ReintegrationModel(small()), ReintegrationModel(small())
    for _ in range(6):
        looked.agents.do(lambda agent: agent.office)
        looked.step()
        alone.step()
    assert differences(whole(looked), whole(alone)) == []


def test_agents_of_two_models_do_not_mix() -> None:
    one, other = ReintegrationModel(small(), seed=1), ReintegrationModel(small(), seed=2)
    first, second = (next(iter(model.agents_by_type[Client])) for model in (one, other))
    second.confidence = 0.25
    assert first.confidence == one.tables["clients"].confidence[first.row] != 0.25
    assert second.confidence == other.tables["clients"].confidence[second.row] == 0.25
    assert first.model is one
    assert second.family is None or second.family.model is other


def test_steps_are_months() -> None:
    model = lived(small(), 3)
    assert (model.steps, model.month, model.running) == (3, 3, True)


# collectors and batches


class Watched(ReintegrationModel):
    """A model with a collector, as Mesa's users write one."""

    def __init__(self, scenario: Specification, seed: int = 1, **options: Any) -> None:
        super().__init__(scenario, seed=seed, **options)
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "employed_share": lambda model: float(model.history["employed_share"].iloc[-1]),
                "month": "month",
            },
            agent_reporters={"kind": "kind"},
            agenttype_reporters={Client: {"distress": "distress", "at": lambda client: client.village.row}},
        )

    def step(self) -> None:
        super().step()
        self.datacollector.collect(self)


def test_a_collector_collects_from_model_and_agents() -> None:
    model = Watched(small({"setting.clients": 10}))
    for _ in range(3):
        model.step()
    of_model = model.datacollector.get_model_vars_dataframe()
    assert of_model["month"].tolist() == [1, 2, 3]
    assert of_model["employed_share"].tolist() == model.history["employed_share"].tolist()
    of_agents = model.datacollector.get_agent_vars_dataframe()
    assert set(of_agents["kind"]) == set(FACES)
    of_clients = model.datacollector.get_agenttype_vars_dataframe(Client)
    table = model.tables["clients"]
    last = of_clients.xs(3, level="Step")
    assert last["distress"].tolist() == table.distress[table.active()].tolist()
    assert last["at"].tolist() == table.village[table.active()].tolist()


def _batch(model: type[ReintegrationModel] = Watched, **parameters: Any) -> list[dict[str, Any]]:
    """Mesa's batch_run; seeds go in as parameters up to Mesa 3.4 and as ``rng`` from Mesa 3.5 on."""
    seeds = parameters.pop("seed")
    options: dict[str, Any] = {"max_steps": 3, "display_progress": False, "data_collection_period": 1}
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        return mesa.batch_run(model, parameters, rng=seeds, **options)
    return mesa.batch_run(model, {**parameters, "seed": seeds}, **options)


def test_a_batch_of_runs_collects_every_run() -> None:
    poor = small({"setting.clients": 5, "levers.funding.annual_budget_idr": 0})
    rows = _batch(scenario=[poor, small({"setting.clients": 5})], seed=[3, 4])
    runs = {row["RunId"] for row in rows}
    assert len(runs) == 4
    by_run = {(row["scenario"].hash, row["seed"], row["month"]): row["employed_share"] for row in rows}
    for scenario, seed in ((poor, 3), (poor, 4)):
        expected = lived(scenario, 3, seed=seed).history["employed_share"].tolist()
        assert [by_run[scenario.hash, seed, month] for month in (1, 2, 3)] == expected
    assert {row["kind"] for row in rows if "kind" in row} == set(FACES)


def test_a_batch_of_the_model_as_it_is_reports_every_indicator() -> None:
    """No collector has to be written: the model has one, which reads its record."""
    few = small({"setting.clients": 5})
    rows = _batch(ReintegrationModel, scenario=[few], seed=[3, 4])
    assert set(INDICATORS) <= set(rows[0])
    for seed in (3, 4):
        told = [row["distress"] for row in rows if row["seed"] == seed]
        assert told[:3] == lived(few, 3, seed=seed).history["distress"].tolist()


def test_the_collector_of_the_model_is_its_record() -> None:
    """Asked in between or at the end, collected by hand or not: each month once, for several offices one value each."""
    model = lived(small({"setting.clients": 5}), 2)
    assert model.datacollector.get_model_vars_dataframe()["distress"].tolist() == model.history["distress"].tolist()
    model.step()
    model.datacollector.collect(model)
    table = model.datacollector.get_model_vars_dataframe()
    assert list(table) == list(INDICATORS)
    assert table["distress"].tolist() == model.history["distress"].tolist()
    several = lived(small({"setting.clients": 5}), 1, replicates=(0, 1))
    assert several.datacollector.model_vars["members_active"][0].tolist() == several.history["members_active"].tolist()


def _pickled(model: ReintegrationModel) -> ReintegrationModel:
    return ForkingPickler.loads(ForkingPickler.dumps(model))


@pytest.mark.parametrize("copied", [_pickled, deepcopy])
def test_a_copy_lives_on_as_the_model_does(copied: Callable[[ReintegrationModel], ReintegrationModel]) -> None:
    """Faces, collector and all; what is done to the copy is not done to the model."""
    model = lived(small({"setting.clients": 10}), 2)
    client = next(iter(model.agents_by_type[Client]))
    assert len(model.datacollector.model_vars["distress"]) == 2
    model.degree("peers")
    copy = copied(model)
    assert copy.face("clients", client.row).model is copy
    for _ in range(3):
        copy.step()
    assert model.month == 2
    assert (copy.month, copy.steps) == (5, 5)
    for _ in range(3):
        model.step()
    assert differences(whole(copy), whole(model)) == []


def test_every_indicator_can_be_a_reporter(year: ReintegrationModel) -> None:
    """An indicator's measure is a plain function of the model, one value for each office."""
    for indicator in INDICATORS.values():
        collector = mesa.DataCollector(model_reporters={indicator.name: indicator.measure})
        collector.collect(year)
        assert np.shape(collector.model_vars[indicator.name][0]) == (2,)


def test_a_face_shows_its_row_in_words(year: ReintegrationModel) -> None:
    client = next(iter(year.agents_by_type[Client].select(lambda each: each.family is not None)))
    assert isinstance(client.family, Family)
    assert client.family.client is client
    assert isinstance(client.office, Office)
    assert isinstance(client.status, Status)
    assert client.support.shape == (3,)
    assert "confidence" in dir(client)
