"""The network as others' tools see it: the same ties as the columns hold, and the same measures as NetworkX finds."""

import ast
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from agents.clients import client_table
from model import ReintegrationModel, graph, likeness
from model.network import Network
from tests.model.worlds import SMALL, always, differences, lived, small, whole
from tests.source import ROOT

PAIRS = ("peers", "reputation", "neighbourhood")


@pytest.fixture(scope="module")
def model() -> ReintegrationModel:
    """One office with 40 clients after a year and a half."""
    return lived(small(), 18)


@pytest.fixture(scope="module")
def offices() -> ReintegrationModel:
    """Two offices in two replicates."""
    return lived([small(), always("purwokerto", SMALL)], 3, replicates=(0, 7))


@pytest.fixture(scope="module")
def everybody(model: ReintegrationModel) -> nx.MultiGraph:
    return model.network.to_networkx()


def someone(model: ReintegrationModel) -> int:
    """Row of the first client who is followed."""
    return int(np.flatnonzero(model.network.present("clients"))[0])


def one_layer(model: ReintegrationModel, layer: str) -> nx.Graph:
    """One layer as NetworkX measures it."""
    return nx.Graph(model.network.to_networkx([layer]))


# the graph


def test_nodes_are_the_active_rows(model: ReintegrationModel, everybody: nx.MultiGraph) -> None:
    active = {
        f"{name}:{row}"
        for name in ("clients", "families", "members", "employers", "villages")
        for row in np.flatnonzero(model.network.present(name))
    }
    assert set(everybody) == active
    assert len(active) < sum(len(table) for table in model.tables.values())


def test_edges_are_the_ties(model: ReintegrationModel, everybody: nx.MultiGraph) -> None:
    assert isinstance(everybody, nx.MultiGraph)
    for layer in model.network.layers:
        ties = {
            frozenset((f"{one}:{left}", f"{other}:{right}"))
            for one, lefts, other, rights in model.network.ties(layer)
            for left, right in zip(lefts, rights, strict=True)
        }
        assert ties, layer
        edges = [(left, right) for left, right, key in everybody.edges(keys=True) if key == layer]
        assert len(edges) == len(ties)
        assert {frozenset(edge) for edge in edges} == ties
    assert all(key == of for _, _, key, of in everybody.edges(keys=True, data="layer"))


def test_nodes_read_as_their_rows(model: ReintegrationModel, everybody: nx.MultiGraph) -> None:
    for row in np.flatnonzero(model.network.present("clients"))[:20].tolist():
        client, node = model.face("clients", row), everybody.nodes[f"clients:{row}"]
        assert (node["kind"], node["office"], node["replicate"]) == ("clients", "wonosari", 0)
        assert (node["work"], node["status"]) == (client.work.name.lower(), client.status.name.lower())
        assert (node["female"], node["confidence"]) == (client.female, client.confidence)
        assert node["village"] == f"villages:{client.village.row}"
        assert node["age_at_release"] == (client.release_month - client.birth_month) // 12


def test_both_ways_to_ask_give_the_same_graph(model: ReintegrationModel, everybody: nx.MultiGraph) -> None:
    assert nx.utils.graphs_equal(graph.to_networkx(model), everybody)


def test_layers_can_be_chosen(model: ReintegrationModel) -> None:
    chosen = model.network.to_networkx(["peers", "mentoring"])
    assert {kind for _, kind in chosen.nodes(data="kind")} == {"clients", "members"}
    assert {key for _, _, key in chosen.edges(keys=True)} == {"peers", "mentoring"}


def test_offices_and_replicates_stay_apart(offices: ReintegrationModel) -> None:
    found = offices.network.to_networkx()
    worlds = {node: (data["office"], data["replicate"]) for node, data in found.nodes(data=True)}
    assert set(worlds.values()) == {(name, world) for name in ("wonosari", "purwokerto") for world in (0, 7)}
    assert [(left, right) for left, right in found.edges() if worlds[left] != worlds[right]] == []


def test_who_is_not_active_has_no_ties() -> None:
    """A family of a client who is gone, or a member who left, is neither node nor end of an edge."""
    model = lived(small(), 8)
    mentor = next(client.mentor for client in model.faces("clients") if client.mentor is not None)
    mentor.serving = False
    found = model.network.to_networkx()
    assert f"members:{mentor.row}" not in found
    assert all(found.nodes[node] for node in found)
    assert [mentor.row in mentors for _, _, _, mentors in model.network.ties("mentoring")] == [False]


def test_the_readable_columns_are_there() -> None:
    model = ReintegrationModel(small())
    for kind, columns in graph.READABLE.items():
        plain = [each for each in columns if isinstance(each, str)]
        assert [name for name in plain if model.tables[kind].columns[name].width != 1] == []
        assert {"kind", "office", "replicate", "id", "label", "layer"} & set(plain) == set()


def test_nothing_written_on_a_node_says_how_likely_an_offence_is() -> None:
    assert {"hazard", "stability", "offended", "active_offender"} & set(graph.READABLE["clients"]) == set()


@pytest.mark.parametrize(
    "ask", [lambda model: model.network.to_networkx(most=3), lambda model: graph.ego(model, someone(model), 9, most=3)]
)
def test_too_large_a_world_is_refused_in_one_line(
    ask: Callable[[ReintegrationModel], nx.MultiGraph], model: ReintegrationModel
) -> None:
    with pytest.raises(ValueError, match=r"^\d+ nodes, at most 3 make a graph: [^\n]*model\.graph\.ego[^\n]*$"):
        ask(model)


def test_an_unknown_layer_is_named(model: ReintegrationModel) -> None:
    with pytest.raises(ValueError, match=r"no layer 'friends'; layers are family, .*neighbourhood"):
        model.network.to_networkx(["friends"])


def test_an_empty_world_is_an_empty_graph() -> None:
    tables = {"offices": lived(small(), 0).tables["offices"], "clients": client_table()}
    assert len(graph.of_network(Network(tables, ["nowhere"]), ["peers"])) == 0


def test_a_run_does_not_pay_for_networkx() -> None:
    """Only functions of the module import it, and the type checker."""
    for name in ("graph", "likeness", "network"):
        body = ast.parse((ROOT / "model" / f"{name}.py").read_text(encoding="utf-8")).body
        imported = [ast.unparse(node) for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
        assert [line for line in imported if "networkx" in line] == []


def test_looking_changes_nothing() -> None:
    model = lived(small(), 4)
    before = {name: values.copy() for name, values in whole(model).items()}
    model.network.to_networkx()
    likeness.likeness(model)
    graph.ego(model, 0, 2)
    assert differences(whole(model), before) == []


# one client's surroundings


@pytest.mark.parametrize("radius", [0, 1, 2, 3])
def test_ego_is_what_networkx_cuts_out(radius: int, model: ReintegrationModel, everybody: nx.MultiGraph) -> None:
    for row in np.flatnonzero(model.network.present("clients"))[::11].tolist():
        cut = nx.ego_graph(everybody, f"clients:{row}", radius=radius)
        assert nx.utils.graphs_equal(graph.ego(model, row, radius), cut)


def test_ego_needs_no_small_world(model: ReintegrationModel) -> None:
    """What counts is how many stand around the client, not how many there are."""
    around = len(graph.ego(model, someone(model)))
    assert len(graph.ego(model, someone(model), most=around)) == around < len(model.network.to_networkx())


@pytest.mark.parametrize("row", [-1, 100_000])
def test_ego_of_nobody_is_one_line(row: int, model: ReintegrationModel) -> None:
    with pytest.raises(ValueError, match=rf"^clients: no row {row}; rows are 0 to \d+$"):
        graph.ego(model, row)


def test_ego_of_who_is_not_followed_is_one_line(model: ReintegrationModel) -> None:
    row = int(np.flatnonzero(~model.network.present("clients"))[0])
    with pytest.raises(ValueError, match=rf"row {row} is not released yet or no longer followed"):
        graph.ego(model, row)
    with pytest.raises(ValueError, match=r"radius = -1: allowed are 0 and more"):
        graph.ego(model, someone(model), radius=-1)


# files


@pytest.mark.parametrize(("suffix", "read"), [(".graphml", nx.read_graphml), (".gexf", nx.read_gexf)])
def test_a_file_holds_the_whole_graph(suffix: str, read, tmp_path: Path, everybody: nx.MultiGraph) -> None:
    path = tmp_path / f"network{suffix}"
    graph.write(everybody, path)
    again = read(path)
    added = {"label"}  # what GEXF writes beside the attributes
    assert {node: {k: v for k, v in data.items() if k not in added} for node, data in again.nodes(data=True)} == dict(
        everybody.nodes(data=True)
    )
    assert sorted((*sorted(edge[:2]), edge[2]) for edge in again.edges(data="layer")) == sorted(
        (*sorted(edge[:2]), edge[2]) for edge in everybody.edges(data="layer")
    )


def test_several_ties_between_two_survive_a_file(tmp_path: Path) -> None:
    two = nx.MultiGraph()
    two.add_edge("clients:1", "clients:2", key="peers", layer="peers")
    two.add_edge("clients:1", "clients:2", key="family", layer="family")
    for suffix, read in ((".graphml", nx.read_graphml), (".gexf", nx.read_gexf)):
        graph.write(two, tmp_path / f"two{suffix}")
        again = read(tmp_path / f"two{suffix}")
        assert {key for _, _, key in again.edges(keys=True)} == {"peers", "family"}


@pytest.mark.parametrize("name", ["network.xlsx", "network"])
def test_another_kind_of_file_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"ends in \.graphml or \.gexf, not '(\.xlsx)?'"):
        graph.write(nx.MultiGraph(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


# measures


@pytest.mark.parametrize("layer", ["family", "mentoring", "work", "acquaintance", *PAIRS])
def test_degrees_are_those_of_networkx(layer: str, model: ReintegrationModel) -> None:
    degrees, expected = likeness.degrees(model, layer), dict(one_layer(model, layer).degree())
    assert {f"{kind}:{row}": count for (kind, row), count in degrees.items()} == expected
    histogram = degrees.value_counts().reindex(range(degrees.max() + 1), fill_value=0)
    assert histogram.tolist() == nx.degree_histogram(one_layer(model, layer))


@pytest.mark.parametrize("layer", ["work", *PAIRS])
def test_clustering_is_that_of_networkx(layer: str, model: ReintegrationModel) -> None:
    assert likeness.clustering(model, layer) == pytest.approx(nx.average_clustering(one_layer(model, layer)))


@pytest.mark.parametrize(
    ("layer", "trait"),
    [("peers", "village"), ("peers", "age_band"), ("peers", "offence"), ("reputation", "sector")],
)
def test_assortativity_is_that_of_networkx(layer: str, trait: str, model: ReintegrationModel) -> None:
    ties = one_layer(model, layer)
    if trait == "age_band":
        clients = model.tables["clients"]
        nx.set_node_attributes(ties, {node: int(likeness.age_band(clients)[row_of(node)]) for node in ties}, trait)
    found = likeness.likeness(model, layer)[trait]
    same = np.mean([ties.nodes[left][trait] == ties.nodes[right][trait] for left, right in ties.edges()])
    assert found["same"] == pytest.approx(same)
    expected = nx.attribute_assortativity_coefficient(ties, trait)
    assert found["assortativity"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("layer", "table", "trait"),
    [("peers", "clients", "age"), ("reputation", "employers", "willingness"), ("neighbourhood", "villages", "stigma")],
)
def test_likeness_in_numbers_is_that_of_networkx(layer: str, table: str, trait: str, model: ReintegrationModel) -> None:
    ties, rows = one_layer(model, layer), model.tables[table]
    values = likeness.age(rows) if trait == "age" else getattr(rows, trait)
    nx.set_node_attributes(ties, {node: values[row_of(node)].item() for node in ties}, trait)
    expected = nx.numeric_assortativity_coefficient(ties, trait)
    assert likeness.likeness(model, layer)[trait]["assortativity"] == pytest.approx(expected)


def row_of(node: str) -> int:
    return int(node.partition(":")[2])


def test_peers_are_alike_by_place_age_and_past(model: ReintegrationModel) -> None:
    found = likeness.likeness(model)
    assert {trait for trait in found if found[trait]["assortativity"] > 0.1} >= {"village", "age_band", "age"}
    assert found["offence"]["same"] > found["offence"]["by_chance"]


def test_chance_stays_within_an_office(offices: ReintegrationModel) -> None:
    """Of several offices, likeness is the mean of theirs weighed by ties, and does not rise because offices differ."""
    together = likeness.likeness(offices)["village"]
    alone = [lived(spec, 3, replicates=(world,)) for world in (0, 7) for spec in (small(), always("purwokerto", SMALL))]
    ties = [one_layer(each, "peers").number_of_edges() for each in alone]
    for measure in ("same", "by_chance"):
        each = [likeness.likeness(one)["village"][measure] for one in alone]
        assert together[measure] == pytest.approx(np.average(each, weights=ties))


def test_only_those_of_one_kind_can_be_alike(model: ReintegrationModel) -> None:
    with pytest.raises(ValueError, match=r"layer 'mentoring' joins members and clients"):
        likeness.likeness(model, "mentoring")


def test_without_ties_there_is_no_likeness() -> None:
    model = ReintegrationModel(always("wonosari", {"setting.clients": 1, "setting.villages": 1}))
    assert model.tables["villages"].stigma.size == 1
    assert np.isnan(pd.DataFrame(likeness.likeness(model, "neighbourhood")).to_numpy()).all()
    assert likeness.degrees(model, "neighbourhood").tolist() == [0]
    assert likeness.clustering(model, "neighbourhood") == 0.0
