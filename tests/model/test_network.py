"""The social network: seven layers whose ties form, carry, and fade."""

from collections.abc import Iterable, Mapping

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.activities import Activity, Field
from agents.clients import Status
from agents.rules import Rows, exact_sum
from model import ReintegrationModel, changes
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


# mentors are found


def _after_attending(
    model: ReintegrationModel, rows: np.ndarray, activities: np.ndarray | Activity, mentored: Mapping[int, int]
) -> np.ndarray:
    """Mentor of each client after those in ``rows`` attended these activities, where ``mentored`` alone had one."""
    clients = model.tables["clients"]
    mentors, attended = np.full(len(clients), -1, dtype=np.int32), np.zeros_like(clients.attended)
    mentors[list(mentored)], attended[rows, activities] = list(mentored.values()), True
    clients.write(slice(None), {"mentor": mentors, "attended": attended})
    changes.mentor(model)
    return np.asarray(clients.mentor)


def _guides(model: ReintegrationModel) -> np.ndarray:
    members, groups = model.tables["members"], model.tables["groups"]
    return np.flatnonzero(members.serving & (groups.field[members.group] == Field.PERSONALITY))


def test_a_mentor_with_fewer_clients_is_found_first() -> None:
    """One guide has two clients; as many who seek as there are other guides find one each, none of them that one."""
    model = ReintegrationModel(small())
    guides, rows = _guides(model), np.flatnonzero(model.tables["clients"].status == Status.SUPERVISED)
    seeking = rows[2 : 1 + len(guides)]
    _after_attending(model, seeking, Activity.SPIRITUAL, dict.fromkeys(rows[:2], guides[0]))
    assert model.tables["members"].load[guides].tolist() == [2] + [1] * (len(guides) - 1)


def test_only_guides_mentor_and_only_whom_they_have_just_met() -> None:
    """Of nine clients who attended one activity each, two met members of the personality groups."""
    model = ReintegrationModel(small())
    rows = np.flatnonzero(model.tables["clients"].status == Status.SUPERVISED)[: len(Activity)]
    mentors = _after_attending(model, rows, np.arange(len(Activity)), {})
    found = np.flatnonzero(mentors >= 0)
    assert found.tolist() == rows[[Activity.PSYCHOSOCIAL, Activity.SPIRITUAL]].tolist()
    assert np.isin(mentors[found], _guides(model)).all()


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
    for _ in range(8):  # newcomers of the next year are tied in January
        pairs = model.network.pairs["peers"]
        gone = model.tables["clients"].status == Status.GONE
        stay = (pairs.until > model.month) & ~gone[pairs.left] & ~gone[pairs.right]
        model.step()
        pairs = model.network.pairs["peers"]
        lived_month = model.month - 1
        assert (pairs.until > lived_month).all()
        assert len(pairs.until) == stay.sum()
        seen.append(len(pairs.until))
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] < seen[0]


def test_villages_stay_tied(year: ReintegrationModel) -> None:
    assert (year.network.pairs["neighbourhood"].until == FOR_EVER).all()


@pytest.mark.parametrize("layer", ["peers", "reputation", "neighbourhood"])
def test_two_are_tied_only_once(layer: str, year: ReintegrationModel) -> None:
    pairs = year.network.pairs[layer]
    ends = np.sort(np.column_stack([pairs.left, pairs.right]), axis=1)
    assert len(np.unique(ends, axis=0)) == len(ends)


def test_of_two_ties_the_longer_lasting_is_kept_and_an_old_one_stays() -> None:
    pairs = Pairs("clients")
    pairs.add(np.array([0, 1, 2]), np.array([1, 0, 3]), np.array([5, 9, 4]))
    assert sorted(zip(pairs.left.tolist(), pairs.right.tolist(), pairs.until.tolist(), strict=True)) == [
        (1, 0, 9),
        (2, 3, 4),
    ]
    pairs.add(np.array([3]), np.array([2]), np.array([40]))
    assert pairs.until.tolist().count(4) == 1
    assert 40 not in pairs.until


# ties form and fade


@pytest.fixture(scope="module")
def five_years() -> dict[str, np.ndarray]:
    """Counts of ties at the start and after each of 60 months, in an office with many employers."""
    spec = small(
        {
            "setting.villages": 60,
            "parameters.reputation_tie_months": 18,
            "parameters.acquaintance_tie_months": 18,
            "levers.human_resources.recruits_per_year": 60,
        }
    )
    model = ReintegrationModel(spec, replicates=range(6))
    seen: dict[str, list[float]] = {name: [] for name in ("degree", "kept", "members", "forgot")}
    members, pairs = model.tables["members"], model.network.pairs["reputation"]
    for _ in range(60):
        before = set(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))
        knew, serving = members.knows.copy(), members.serving.copy()
        model.step()
        now = set(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))
        seen["degree"].append(model.degree("reputation").mean())
        seen["kept"].append(len(before & now) / len(before))
        still = serving & members.serving[: len(serving)]
        told = still & (knew >= 0)
        seen["members"].append((members.knows[members.serving] >= 0).mean())
        seen["forgot"].append((members.knows[: len(knew)][told] < 0).mean())
    return {name: np.array(values) for name, values in seen.items()}


def test_ties_between_employers_turn_over_and_their_number_stays(five_years: dict[str, np.ndarray]) -> None:
    """Each month a tie ends with 1 - exp(-1 / 18); its seeker finds another, so nearly two ties for each employer."""
    degree, kept = five_years["degree"], five_years["kept"]
    assert 1.8 < degree.min() <= degree.max() <= 2.0
    assert degree[:12].mean() == pytest.approx(degree[-12:].mean(), abs=0.02)
    assert kept.mean() == pytest.approx(np.exp(-1 / 18), abs=0.005)


def test_acquaintances_turn_over_and_their_share_stays(five_years: dict[str, np.ndarray]) -> None:
    """Each month one ends with 1 - exp(-1 / 18); half of the members know an employer all the time."""
    share, forgot = five_years["members"], five_years["forgot"]
    assert share[:30].mean() == pytest.approx(0.5, abs=0.05)
    assert share[30:].mean() == pytest.approx(0.5, abs=0.05)
    assert forgot.mean() == pytest.approx(-np.expm1(-1 / 18), abs=0.01)


def test_one_more_employer_changes_the_ties_of_neighbours_on_the_ring_only() -> None:
    """In a month in which everybody looks for a tie at most one tie of those who were there is another."""
    rng = np.random.default_rng(5)
    points = rng.integers(0, 2**63, 41).astype(np.uint64)
    sectors = np.arange(41) % 5
    ties = []
    for count in (40, 41):
        left, right = ring_ties(points[:count], sectors[:count], np.ones(count, dtype=np.bool_))
        ties.append(dict(zip(left.tolist(), right.tolist(), strict=True)))
    assert sum(ties[0][who] != ties[1][who] for who in ties[0]) == 1


def test_a_family_knows_the_employer_of_its_client() -> None:
    model = lived(small(), 6, replicates=range(6))
    families, clients = model.tables["families"], model.tables["clients"]
    before = clients.employer.copy()
    model.step()
    rows = np.flatnonzero(before[families.client] >= 0)
    active = model.network.present("families")[rows]
    assert active.sum() > 10
    assert (families.knows[rows[active]] == before[families.client[rows[active]]]).all()


# rings

people = st.integers(0, 40).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 2**64 - 1), min_size=n, max_size=n, unique=True),
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=n, max_size=n),
        st.lists(st.booleans(), min_size=n, max_size=n),
    )
)


def _ring(points: Iterable[int], cells: Iterable[tuple[int, int]], fresh: Iterable[bool]) -> list[tuple[int, int]]:
    alike = np.array([2 * first + second for first, second in cells], dtype=np.int64)
    seek, found = ring_ties(np.array(list(points), dtype=np.uint64), alike, np.array(list(fresh), dtype=bool))
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


two = st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] != pair[1])
ends = st.lists(two, max_size=40, unique_by=lambda pair: (min(pair), max(pair)))


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
