"""The social network: seven layers whose ties form, carry, and fade."""

from collections.abc import Iterable

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.clients import Status
from agents.rules import Rows, exact_sum
from model import ReintegrationModel
from model.network import FOR_EVER, Pairs, ring_ties
from model.places import NEIGHBOURS
from tests.model.worlds import lived, small

LAYERS = {"family", "peers", "mentoring", "work", "acquaintance", "reputation", "neighbourhood"}


@pytest.fixture(scope="module")
def year() -> ReintegrationModel:
    """Six small offices after a year."""
    return lived(small(), 12, replicates=range(6))


# layers of a model


def test_all_seven_layers_hold_ties_after_a_year(year: ReintegrationModel) -> None:
    assert set(year.network.layers) == LAYERS
    for layer in LAYERS:
        assert sum(len(rows) for _, rows, _, _ in year.network.ties(layer)) > 0, layer


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_ties_join_those_who_are_there_within_one_office(layer: str, year: ReintegrationModel) -> None:
    for table, rows, other_table, others in year.network.ties(layer):
        one, other = year.tables[table], year.tables[other_table]
        assert (one.office[rows] == other.office[others]).all()
        assert np.isin(rows, np.arange(len(one))[one.active()]).all()
        assert np.isin(others, np.arange(len(other))[other.active()]).all()
        if table == other_table:
            assert (rows != others).all()


def test_an_unknown_layer_is_refused(year: ReintegrationModel) -> None:
    with pytest.raises(KeyError, match="gossip"):
        year.network.ties("gossip")


def test_villages_are_tied_to_the_nearest(year: ReintegrationModel) -> None:
    graph = _graph(year, "neighbourhood")
    assert min(degree for _, degree in graph.degree()) >= NEIGHBOURS
    assert nx.number_of_selfloops(graph) == 0


def test_employers_know_the_reputation_of_their_trade_only(year: ReintegrationModel) -> None:
    employers, pairs = year.tables["employers"], year.network.pairs["reputation"]
    assert (employers.sector[pairs.left] == employers.sector[pairs.right]).all()


def test_peers_are_alike_in_place_or_in_age_and_offence(year: ReintegrationModel) -> None:
    clients, pairs = year.tables["clients"], year.network.pairs["peers"]
    left, right = pairs.left, pairs.right
    same_place = clients.village[left] == clients.village[right]
    decade = -clients.birth_month // 120
    same_past = (clients.offence[left] == clients.offence[right]) & (decade[left] == decade[right])
    assert (same_place | same_past).all()


def test_sums_over_ties_are_those_of_networkx(year: ReintegrationModel) -> None:
    """Degree and sums over neighbours equal an independent count over a multigraph of ties between active rows."""
    for layer, column in (("peers", "confidence"), ("reputation", "willingness"), ("neighbourhood", "stigma")):
        table = year.tables[year.network.pairs[layer].table]
        graph = _graph(year, layer)
        degree, sums = year.degree(layer), year.over_ties(layer, column)
        values = getattr(table, column)
        for row, neighbours in graph.adjacency():
            assert degree[row] == sum(len(ties) for ties in neighbours.values())
            expected = sum(len(ties) * round(values[other] * 2**24) for other, ties in neighbours.items()) / 2**24
            assert sums[row] == expected


def _graph(model: ReintegrationModel, layer: str) -> nx.MultiGraph:
    graph = nx.MultiGraph()
    for table, rows, _, others in model.network.ties(layer):
        graph.add_nodes_from(np.arange(len(model.tables[table]))[model.tables[table].active()].tolist())
        graph.add_edges_from(zip(rows.tolist(), others.tolist(), strict=True))
    return graph


# ties end


def test_mentoring_ends_when_the_member_leaves() -> None:
    model = ReintegrationModel(small(), replicates=range(8))
    clients, members = model.tables["clients"], model.tables["members"]
    lost = 0
    for _ in range(24):
        before = clients.mentor.copy()
        model.step()
        tied = clients.mentor >= 0
        assert members.serving[clients.mentor[tied]].all()
        mentored = np.flatnonzero(before >= 0)
        left = ~members.serving[before[mentored]]
        assert (clients.mentor[mentored[left]] != before[mentored[left]]).all()
        lost += left.sum()
        load = np.bincount(clients.mentor[tied], minlength=len(members))
        assert (load <= members.load).all()  # counted when mentors are found, before some clients leave the month
    assert lost > 0


def test_peer_ties_last_until_their_month_and_fade() -> None:
    model = lived(small(), 3, replicates=range(4))
    seen = []
    for _ in range(9):
        ends = model.network.pairs["peers"].until.copy()
        model.step()
        pairs = model.network.pairs["peers"]
        lived_month = model.month - 1
        assert (pairs.until > lived_month).all()
        assert len(pairs.until) == (ends > lived_month).sum()
        seen.append(len(pairs.until))
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] < seen[0]


def test_villages_and_trades_stay_tied(year: ReintegrationModel) -> None:
    for layer in ("reputation", "neighbourhood"):
        assert (year.network.pairs[layer].until == FOR_EVER).all()


# rings

people = st.integers(0, 40).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 2**64 - 1), min_size=n, max_size=n, unique=True),
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=n, max_size=n),
        st.lists(st.booleans(), min_size=n, max_size=n),
    )
)


def _ring(points: Iterable[int], cells: Iterable[tuple[int, int]], fresh: Iterable[bool]) -> list[tuple[int, int]]:
    columns = np.array(list(cells), dtype=np.int64).reshape(-1, 2)
    seek, found = ring_ties(np.array(list(points), dtype=np.uint64), columns, np.array(list(fresh), dtype=bool))
    return list(zip(seek.tolist(), found.tolist(), strict=True))


@given(people)
def test_every_newcomer_who_is_not_alone_finds_one_other(
    world: tuple[list[int], list[tuple[int, int]], list[bool]],
) -> None:
    points, cells, fresh = world
    found = _ring(points, cells, fresh)
    seekers = [seek for seek, _ in found]
    expected = [who for who, new in enumerate(fresh) if new and cells.count(cells[who]) > 1]
    assert sorted(seekers) == expected
    for seek, other in found:
        assert seek != other
        assert cells[seek] == cells[other]
        between = [p for p, cell in zip(points, cells, strict=True) if cell == cells[seek]]
        assert points[other] == min(between, key=lambda point: (point - points[seek] - 1) % 2**64)


@given(people, st.integers(0, 2**64 - 1), st.tuples(st.integers(0, 2), st.integers(0, 1)), st.booleans())
def test_one_more_on_the_ring_changes_the_tie_of_one_neighbour(
    world: tuple[list[int], list[tuple[int, int]], list[bool]], point: int, cell: tuple[int, int], fresh: bool
) -> None:
    """Whoever stood before the new one ties to the new one; every other tie is as it was."""
    points, cells, newcomers = world
    if point in points:
        return
    before = dict(_ring(points, cells, newcomers))
    after = dict(_ring([*points, point], [*cells, cell], [*newcomers, fresh]))
    newest = len(points)
    changed = {who for who in range(newest) if before.get(who) != after.get(who)}
    assert len(changed) <= 1
    assert all(after[who] == newest and cells[who] == cell for who in changed)
    alike = sum(each == cell for each in cells)
    assert (newest in after) == (fresh and alike > 0)


@given(people, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    world: tuple[list[int], list[tuple[int, int]], list[bool]], shuffler: object
) -> None:
    points, cells, fresh = world
    order = list(range(len(points)))
    shuffler.shuffle(order)
    turned = _ring(*([each[place] for place in order] for each in world))
    assert {(order[a], order[b]) for a, b in turned} == set(_ring(points, cells, fresh))


# pairs and exact sums


def test_pairs_fade_when_their_month_is_over() -> None:
    pairs = Pairs("clients")
    pairs.add(np.array([0, 1]), np.array([2, 3]), np.array([5, 7]))
    pairs.add(np.array([4]), np.array([5]))
    pairs.fade(4)
    assert pairs.left.tolist() == [0, 1, 4]
    pairs.fade(5)
    assert pairs.left.tolist() == [1, 4]
    pairs.fade(7)
    assert pairs.left.tolist() == [4]


ends = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] != pair[1]), max_size=40)


@given(ends, st.lists(st.floats(0, 1), min_size=12, max_size=12))
def test_a_sum_over_pairs_is_the_sum_over_neighbours(edges: list[tuple[int, int]], values: list[float]) -> None:
    pairs = Pairs("villages")
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(12))
    if edges:
        left, right = np.array(edges).T
        pairs.add(left, right)
        graph.add_edges_from(edges)
    sums = pairs.sum(np.array(values))
    for row, neighbours in graph.adjacency():
        assert sums[row] == sum(len(ties) * round(values[other] * 2**24) for other, ties in neighbours.items()) / 2**24


@given(st.lists(st.tuples(st.integers(-1, 4), st.floats(0, 1000)), max_size=60), st.randoms(use_true_random=False))
def test_exact_sums_have_the_same_bits_in_any_order(rows: list[tuple[int, float]], shuffler: object) -> None:
    turned = list(rows)
    shuffler.shuffle(turned)
    one, other = (
        exact_sum(np.array([value for _, value in each]), np.array([group for group, _ in each], dtype=np.int64), 5)
        for each in (rows, turned)
    )
    assert one.tobytes() == other.tobytes()


def test_ties_to_those_who_have_left_do_not_count() -> None:
    model = ReintegrationModel(small())
    before = _graph(model, "peers")
    one, gone = next((left, right) for left, right, _ in before.edges)
    model.tables["clients"].write(np.array([gone]), {"status": np.array([Status.GONE], dtype=np.int8)})
    after = _graph(model, "peers")
    assert gone not in after
    assert before.degree(one) - after.degree(one) == before.number_of_edges(one, gone)
    assert model.degree("peers")[one] == after.degree(one)


def test_what_a_row_sees_over_its_ties_is_its_own(year: ReintegrationModel) -> None:
    villages = year.tables["villages"]
    some = Rows(year, villages, np.array([3, 0]))
    assert some.ties("neighbourhood").tolist() == year.degree("neighbourhood")[[3, 0]].tolist()
    assert (
        some.over_ties("neighbourhood", "stigma").tolist() == year.over_ties("neighbourhood", "stigma")[[3, 0]].tolist()
    )
