"""Faces: real Mesa agents that look into their row and hold nothing of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from agents.clients import Offence, Status, Work, supervised
from agents.faces import FACES, Client, Employer, Family, Office, PokmasGroup, PokmasMember, Village
from agents.rules import Rows
from agents.tables import IDENTITY, Table
from agents.work import earn
from model import ReintegrationModel
from scenarios import load

SMALL = load("wonosari", overrides={"setting.clients": 30, "setting.villages": 4})


@pytest.fixture
def model() -> ReintegrationModel:
    """A little office, not lived in yet."""
    return ReintegrationModel(SMALL, seed=3)


@pytest.fixture
def client(model: ReintegrationModel) -> Client:
    """A client under supervision with a family."""
    clients = model.tables["clients"]
    return model.face("clients", int(np.flatnonzero((clients.family >= 0) & (clients.status == Status.SUPERVISED))[0]))


def _bytes(model: ReintegrationModel) -> dict[str, bytes]:
    tables = model.tables.values()
    return {f"{table.name}.{column}": getattr(table, column).tobytes() for table in tables for column in table.columns}


# made on first use


def test_a_fresh_model_has_no_faces(model: ReintegrationModel) -> None:
    """Neither building a model nor living three months under the columns driver makes an agent."""
    for _ in range(3):
        assert not any(model._faces.values())
        assert len(model._all_agents) == 0
        model.step()


def test_asking_for_one_face_makes_one(model: ReintegrationModel, client: Client) -> None:
    """A face is made once: asked for again, and reached from another, it is the same object."""
    assert {kind: len(faces) for kind, faces in model._faces.items() if faces} == {"clients": 1}
    assert model.face("clients", client.row) is client
    assert client.family.client is client
    assert client.family is client.family


def test_asking_for_agents_makes_the_active_rows(model: ReintegrationModel) -> None:
    """model.agents are all rows that take part in the month, each once, each of its kind."""
    counts = {kind: len(Rows(model, table, table.active())) for kind, table in model.tables.items()}
    assert len(model.agents) == sum(counts.values())
    assert {kind: len(model.agents_by_type[face]) for kind, face in FACES.items()} == counts
    assert set(FACES) == set(model.tables)
    assert model.agent_types
    assert len({agent.unique_id for agent in model.agents}) == len(model.agents)


def test_agents_follow_who_comes_and_goes(model: ReintegrationModel) -> None:
    """After months with arrivals and exits the agents are again the active rows."""
    before = {agent.row for agent in model.agents_by_type[Client]}
    for _ in range(4):
        model.step()
    clients = model.tables["clients"]
    after = {agent.row for agent in model.agents_by_type[Client]}
    assert after == set(np.arange(len(clients))[clients.active()].tolist())
    assert after - before


def test_faces_are_mesa_agents(client: Client) -> None:
    """Each kind is a mesa.Agent class of its own, documented."""
    assert isinstance(client, mesa.Agent)
    assert set(FACES.values()) == {Client, Family, Employer, PokmasMember, PokmasGroup, Village, Office}
    assert all(face.__doc__ and face.kind == kind for kind, face in FACES.items())


# looking


@pytest.mark.parametrize("kind", FACES)
def test_every_attribute_is_the_value_in_the_row(model: ReintegrationModel, kind: str) -> None:
    """Numbers and flags as Python values, codes as enumeration members, wide columns as arrays, references as faces."""
    table = model.tables[kind]
    for agent in list(model.faces(kind))[:5]:
        for name, column in table.columns.items():
            value, held = getattr(agent, name), getattr(table, name)[agent.row]
            if column.refers_to is not None:
                _is_the_face_of(value, column.refers_to, int(held), model)
            elif column.width > 1:
                assert (value == held).all()
            else:
                assert value == held
                assert isinstance(value, column.labels or (bool, int, float))


def _is_the_face_of(value: Any, table: str, row: int, model: ReintegrationModel) -> None:
    if row < 0:
        assert value is None
    else:
        assert isinstance(value, FACES[table])
        assert (value.row, value.model) == (row, model)


def test_a_face_sees_what_is_written_later(client: Client) -> None:
    """It holds no data: what a rule writes into the row is what the face shows."""
    table = client.model.tables["clients"]
    table.write(np.array([client.row]), {"confidence": np.array([0.125]), "status": np.array([4], dtype=np.int8)})
    assert client.confidence == 0.125
    assert client.status is Status.CUSTODY
    table.grow(1000)
    table.write(np.array([client.row]), {"confidence": np.array([0.25])})
    assert client.confidence == 0.25


def test_references_are_faces_that_lead_on(client: Client) -> None:
    """From a client to the family, its village, the office and back."""
    assert isinstance(client.village, Village)
    assert isinstance(client.family, Family)
    assert isinstance(client.office, Office)
    assert client.family.village is client.village
    assert client.family.client is client
    assert client.office.office is client.office
    assert client.mentor is None or client.mentor.serving
    assert 0.0 <= client.village.stigma <= 1.0


def test_codes_are_members_of_their_enumeration(client: Client) -> None:
    """A code compares with its name and prints it."""
    assert isinstance(client.work, Work)
    assert isinstance(client.offence, Offence)
    assert client.status == Status.SUPERVISED
    assert client.status.name == "SUPERVISED"


def test_a_wide_value_is_a_copy(client: Client) -> None:
    """Changing what was read changes nothing in the table; assigning does."""
    seen = client.support
    seen[:] = 0.9
    assert client.support.tolist() != [0.9, 0.9, 0.9]
    client.support = [0.125, 0.25, 0.75]
    assert client.support.tolist() == [0.125, 0.25, 0.75]


def test_dir_lists_the_columns(client: Client) -> None:
    """Editors and notebooks offer every column beside what Mesa gives an agent."""
    assert set(client.model.tables["clients"].columns) <= set(dir(client))
    assert {"model", "unique_id", "remove"} <= set(dir(client))


def test_an_unknown_attribute_is_an_attribute_error(client: Client) -> None:
    """With the kind of agent and the name."""
    with pytest.raises(AttributeError, match="Client has no attribute 'confidance'"):
        _ = client.confidance
    assert not hasattr(client, "willingness")


def _clashes(model: ReintegrationModel) -> Iterator[str]:
    own = {"index", "table", "world", "exists", *dir(Rows)} | set(dir(Table)) | set(vars(Table("none", ())))
    for kind, table in model.tables.items():
        face = model.face(kind, 0)
        taken = own | set(dir(FACES[kind])) | set(vars(face))
        yield from (f"{kind}.{name}" for name in table.columns if name in taken)


def test_no_column_hides_behind_a_name_of_table_rows_or_agent(model: ReintegrationModel) -> None:
    """What is declared can be read everywhere: no name is already taken by a Table, by Rows or by a Mesa agent."""
    assert not set(_clashes(model))


# setting


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("confidence", 1.5, r"clients\.confidence = 1\.5: allowed 0 to 1 \(share\), not changed"),
        ("confidence", float("nan"), r"clients\.confidence = nan: allowed 0 to 1"),
        ("priors", 2.5, r"clients\.priors = 2\.5: allowed whole numbers 0 to 99"),
        ("status", 17, r"clients\.status = 17: allowed whole numbers 0 to 5"),
        ("support", [0.5, 0.5, 1.5], r"clients\.support = .*: allowed 0 to 1 \(share\), 3 of them"),
        ("village", 4, "row 4 of villages: there are 4, numbered from 0, not changed"),
        ("village", -2, r"clients\.village = -2: allowed whole numbers -1 to"),
    ],
)
def test_a_value_out_of_range_is_refused_and_changes_nothing(
    model: ReintegrationModel, client: Client, name: str, value: Any, says: str
) -> None:
    """One clear line, and every table as it was."""
    before = _bytes(model)
    with pytest.raises(ValueError, match=says):
        setattr(client, name, value)
    assert _bytes(model) == before


def test_a_value_in_range_changes_its_cell_alone(model: ReintegrationModel, client: Client) -> None:
    """Setting writes through to the row, and nowhere else."""
    before = {name: getattr(model.tables["clients"], name).copy() for name in model.tables["clients"].columns}
    client.confidence, client.work, client.female = 0.125, Work.BUSINESS, True
    for name, values in before.items():
        now = getattr(model.tables["clients"], name)
        others = np.arange(len(now)) != client.row
        assert (now[others] == values[others]).all()
        if name not in ("confidence", "work", "female"):
            assert (now == values).all()
    assert (client.confidence, client.work, client.female) == (0.125, Work.BUSINESS, True)


def test_sums_asked_for_afterwards_see_what_was_set(model: ReintegrationModel, client: Client) -> None:
    """What the model has summed up before a value was set by hand is forgotten with it."""
    before = model.total("clients", "office", supervised)[0]
    client.status = Status.COMPLETED
    assert model.total("clients", "office", supervised)[0] == before - 1
    assert client.row not in model.active_rows("clients").rows[supervised(model.active_rows("clients"))]


def test_a_reference_is_set_by_a_face_a_row_or_none(model: ReintegrationModel, client: Client) -> None:
    """client.employer = employer; = 2; = None."""
    employer = model.face("employers", 1)
    client.employer = employer
    assert client.employer is employer
    assert model.tables["clients"].employer[client.row] == 1
    client.employer = 2
    assert client.employer is model.face("employers", 2)
    client.employer = None
    assert client.employer is None
    assert model.tables["clients"].employer[client.row] == -1


def test_a_reference_to_someone_of_another_kind_or_model_is_refused(model: ReintegrationModel, client: Client) -> None:
    """A village is not an employer, and another model's employer is not one of this model."""
    before = _bytes(model)
    stranger = ReintegrationModel(SMALL, seed=3).face("employers", 1)
    with pytest.raises(ValueError, match="Village 2 is no row of employers in this model, not changed"):
        client.employer = model.face("villages", 2)
    with pytest.raises(ValueError, match="Employer 1 is no row of employers in this model, not changed"):
        client.employer = stranger
    assert _bytes(model) == before


def test_an_attribute_of_ones_own_is_kept_beside_the_columns(client: Client) -> None:
    """What is no column is a plain attribute of the agent, as anywhere in Mesa."""
    client.note = "met in the village hall"
    assert client.note == "met in the village hall"
    assert "note" not in client.model.tables["clients"].columns


# two models


def test_two_models_share_nothing() -> None:
    """Changing an agent of one leaves the other as it was: tables, faces and classes hold nothing in common."""
    one, other = ReintegrationModel(SMALL, seed=3), ReintegrationModel(SMALL, seed=3)
    untouched = _bytes(other)
    for agent in one.agents_by_type[Client]:
        agent.confidence = 0.9
        agent.mark = 1
    one.face("villages", 0).stigma = 0.1
    one.step()
    assert _bytes(other) == untouched
    assert not any(other._faces.values())
    assert one.face("clients", 0) is not other.face("clients", 0)
    assert other.face("clients", 0).confidence != 0.9
    assert not hasattr(other.face("clients", 0), "mark")
    for kind, face in FACES.items():
        on_the_class = {name: held for each in face.mro() for name, held in vars(each).items()}
        assert not set(one.tables[kind].columns) & set(on_the_class)
        assert not [name for name, held in on_the_class.items() if isinstance(held, Table | np.ndarray)]


# Mesa's own verbs


def test_agent_sets_select_by_column(model: ReintegrationModel) -> None:
    """select() with a test, a type or at_most finds the rows that the table says."""
    clients = model.tables["clients"]
    found = model.agents_by_type[Client].select(lambda client: client.work == Work.NONE)
    assert isinstance(found, AgentSet)
    rows = np.arange(len(clients))[clients.active()]
    assert sorted(agent.row for agent in found) == rows[clients.work[rows] == Work.NONE].tolist()
    assert len(model.agents.select(agent_type=Client, at_most=5)) == 5


def test_agent_sets_aggregate_get_and_set_columns(model: ReintegrationModel) -> None:
    """agg(), get() and set() read and write columns."""
    clients, people = model.tables["clients"], model.agents_by_type[Client]
    rows = np.arange(len(clients))[clients.active()]
    assert people.agg("distress", np.mean) == pytest.approx(clients.distress[rows].mean())
    assert people.get("priors") == clients.priors[rows].tolist()
    assert people.get(["work", "female"]) == [
        list(each) for each in zip(clients.work[rows], clients.female[rows], strict=True)
    ]
    people.set("confidence", 0.75)
    assert (clients.confidence[rows] == 0.75).all()


def test_agent_sets_group_by_column(model: ReintegrationModel) -> None:
    """groupby() by a code or by a face of the village gives the sizes that the table gives."""
    clients, people = model.tables["clients"], model.agents_by_type[Client]
    rows = np.arange(len(clients))[clients.active()]
    sizes = {offence: len(agents) for offence, agents in people.groupby("offence")}
    assert sizes == {offence: n for offence in Offence if (n := int((clients.offence[rows] == offence).sum()))}
    villages = {village.row: len(agents) for village, agents in people.groupby("village")}
    assert villages == {int(k): int((clients.village[rows] == k).sum()) for k in np.unique(clients.village[rows])}


def test_agent_sets_do_and_sort(model: ReintegrationModel) -> None:
    """do() calls each once, sort() orders by a column."""
    called: list[int] = []
    model.agents_by_type[Village].do(lambda village: called.append(village.row))
    assert sorted(called) == list(range(len(model.tables["villages"])))
    stigma = model.agents_by_type[Village].sort("stigma", ascending=True).get("stigma")
    assert stigma == sorted(stigma)


def test_a_mesa_data_collector_reads_columns(model: ReintegrationModel) -> None:
    """Mesa's DataCollector takes agent reporters by column name and model reporters as functions."""
    collector = mesa.DataCollector(
        model_reporters={
            "employed": lambda each: len(each.agents_by_type[Client].select(lambda a: a.work != Work.NONE))
        },
        agenttype_reporters={Client: {"distress": "distress", "work": "work"}},
    )
    collector.collect(model)
    frame = collector.get_agenttype_vars_dataframe(Client)
    clients = model.tables["clients"]
    assert len(frame) == len(Rows(model, clients, clients.active()))
    assert collector.get_model_vars_dataframe()["employed"].tolist() == [int((frame["work"] != 0).sum())]


# acting


def test_an_agent_lives_a_rule_for_its_own_row(model: ReintegrationModel, client: Client) -> None:
    """live() hands in what the rule wants for this row alone and writes nothing; whom it does not concern is silent."""
    before = _bytes(model)
    pending: list[Any] = []
    client.live(earn, pending)
    ((index, writes),) = pending
    assert index.tolist() == [client.row]
    assert {name: value.shape for name, value in writes.items()} == {"income_idr": (1,)}
    assert _bytes(model) == before
    client.status = Status.CUSTODY
    client.live(earn, pending)
    assert len(pending) == 1


def test_identity_columns_are_those_of_every_face(model: ReintegrationModel) -> None:
    """id, key and office can be read from every agent."""
    for agent in model.agents.select(at_most=40):
        assert all(hasattr(agent, column.name) for column in IDENTITY)
        assert agent.office.row == 0
