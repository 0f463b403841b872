"""What rules stand on: sums that do not depend on the order of rows, ranks, and rows that reach through references."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.activities import Activity
from agents.chance import Stream, uniform
from agents.clients import Status, Work
from agents.rules import Referred, Rows, Rule, exact_sum, rank_within, rule
from agents.tables import EVERY_ROW
from model.month import MONTH
from tests.agents.hand_made import HandMade

RULES = [step for phase in MONTH for step in phase.steps if isinstance(step, Rule)]
GRAIN = 2.0**-24

valued = st.lists(
    st.tuples(st.integers(-1, 4), st.floats(-1e4, 1e4, allow_nan=False, allow_subnormal=True)), max_size=60
)


def _columns(rows: list[tuple[int, float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([each[0] for each in rows], dtype=np.int32), np.array([each[1] for each in rows], dtype=np.float64)


# exact sums


@settings(max_examples=50)
@given(valued, st.randoms(use_true_random=False))
def test_a_sum_is_the_same_bytes_in_any_order(rows: list[tuple[int, float]], order: object) -> None:
    """Shuffled rows give the same sums to the last bit, where plain addition would not."""
    shuffled = rows.copy()
    order.shuffle(shuffled)
    one, other = (exact_sum(values, groups, 5) for groups, values in (_columns(rows), _columns(shuffled)))
    assert one.tobytes() == other.tobytes()


@settings(max_examples=50)
@given(valued, st.integers(0, 60))
def test_a_sum_in_parts_is_the_sum(rows: list[tuple[int, float]], cut: int) -> None:
    """Sums of two parts of the rows add up to the sum of all, so an office does not feel who else is in the model."""
    parts = [exact_sum(values, groups, 5) for groups, values in (_columns(rows[:cut]), _columns(rows[cut:]))]
    groups, values = _columns(rows)
    assert (parts[0] + parts[1]).tobytes() == exact_sum(values, groups, 5).tobytes()


@settings(max_examples=50)
@given(valued)
def test_a_sum_is_that_of_values_in_steps_of_2_to_the_minus_24(rows: list[tuple[int, float]]) -> None:
    """Against plain Python with exact summation of the rounded values; -1 is left out; within half a step each."""
    groups, values = _columns(rows)
    sums = exact_sum(values, groups, 5)
    assert sums.shape == (5,)
    for group in range(5):
        own = [value for at, value in rows if at == group]
        assert sums[group] == math.fsum(round(value / GRAIN) * GRAIN for value in own)
        assert abs(sums[group] - math.fsum(own)) <= 0.5 * GRAIN * len(own) + 1e-9


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 10**12)), max_size=50))
def test_whole_numbers_and_flags_are_summed_exactly(rows: list[tuple[int, int]]) -> None:
    """Rupiah to the last one, yes or no as counts."""
    groups = np.array([each[0] for each in rows], dtype=np.int32)
    money = np.array([each[1] for each in rows], dtype=np.int64)
    for values in (money, money % 2 == 0):
        expected = [sum(int(value) for at, value in zip(groups, values, strict=True) if at == k) for k in range(4)]
        assert exact_sum(values, groups, 4).tolist() == expected


@settings(max_examples=50)
@given(valued)
def test_a_wide_sum_is_the_sums_of_its_columns(rows: list[tuple[int, float]]) -> None:
    """Shape (size, width), column by column."""
    groups, values = _columns(rows)
    wide = np.column_stack([values, -values, np.ones(len(values))])
    sums = exact_sum(wide, groups, 5)
    assert sums.shape == (5, 3)
    for k in range(3):
        assert sums[:, k].tobytes() == exact_sum(wide[:, k], groups, 5).tobytes()


def test_plain_addition_would_depend_on_the_order() -> None:
    """The promise is not empty: np.bincount on the same numbers differs between two orders, exact_sum does not."""
    values = np.tile([0.1, 0.2, 0.3, 1e5], 1000)
    groups = np.zeros(len(values), dtype=np.int32)
    assert np.bincount(groups, values)[0] != np.bincount(groups, np.sort(values))[0]
    assert exact_sum(values, groups, 1)[0] == exact_sum(np.sort(values), groups, 1)[0]


# ranks


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 3)), max_size=40),
    st.randoms(use_true_random=False),
)
def test_ranks_are_those_of_sorting_each_group(rows: list[tuple[int, int, int]], order: object) -> None:
    """Against plain Python sorting, ties of the first score broken by the second, the last a draw without ties."""
    luck = list(range(len(rows)))
    order.shuffle(luck)
    lines = defaultdict(list)
    for row, (group, first, second) in enumerate(rows):
        lines[group].append((first, second, luck[row], row))
    expected = {row: place for line in lines.values() for place, (*_, row) in enumerate(sorted(line))}
    group, first, second = (np.array([each[k] for each in rows], dtype=np.int64) for k in range(3))
    place = rank_within(group, first, second, np.array(luck, dtype=np.int64))
    assert place.tolist() == [expected[row] for row in range(len(rows))]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1)), min_size=1, max_size=40), st.data())
def test_ranks_do_not_depend_on_the_order_of_rows(rows: list[tuple[int, float]], data: st.DataObject) -> None:
    """A row keeps its place wherever it stands in the table."""
    group, score = _columns(rows)
    draw = np.arange(len(rows))
    order = np.array(data.draw(st.permutations(range(len(rows)))))
    assert (rank_within(group[order], score[order], draw[order]) == rank_within(group, score, draw)[order]).all()


# rows and references


def _village_life() -> HandMade:
    """Three clients: with everybody around them, with a family that knows nobody, and alone."""
    return HandMade(
        villages={"stigma": [0.2, 0.8], "distance_km": [5.0, 30.0]},
        employers={"willingness": [0.3, 0.9], "village": [0, 1]},
        members={"knows": [1, -1], "competence": [0.7, 0.4], "serving": True},
        families={"client": [0, 1], "village": [0, 1], "acceptance": [0.9, 0.1], "knows": [1, -1]},
        clients={
            "status": Status.SUPERVISED,
            "village": [0, 1, -1],
            "family": [0, 1, -1],
            "mentor": [0, -1, -1],
            "employer": [1, -1, -1],
        },
    )


def test_a_reference_reads_as_the_rows_it_points_to() -> None:
    """Aligned with the rows that refer; nobody reads start values and does not exist."""
    c = Rows(_village_life(), _village_life().tables["clients"], EVERY_ROW)
    assert c.village.stigma.tolist() == [0.2, 0.8, 0.5]
    assert c.village.distance_km.tolist() == [5.0, 30.0, 0.0]
    assert c.village.exists.tolist() == [True, True, False]
    assert c.family.acceptance.tolist() == [0.9, 0.1, 0.0]
    assert c.mentor.competence.tolist() == [0.7, 0.0, 0.0]
    assert c.mentor.exists.tolist() == [True, False, False]
    assert c.family.index.tolist() == [0, 1, -1]


def test_references_can_be_followed_further() -> None:
    """Through a member or a family to the employer they know, to the village of that employer, and back to clients."""
    c = Rows(_village_life(), _village_life().tables["clients"], EVERY_ROW)
    assert c.mentor.knows.index.tolist() == [1, -1, -1]
    assert c.family.knows.willingness.tolist() == [0.9, 0.0, 0.0]
    assert c.family.knows.exists.tolist() == [True, False, False]
    assert c.mentor.knows.village.stigma.tolist() == [0.8, 0.5, 0.5]
    assert c.employer.village.distance_km.tolist() == [30.0, 0.0, 0.0]
    assert c.family.client.village.stigma.tolist() == [0.2, 0.8, 0.5]
    assert len(c.mentor.knows) == 3


def _one(c: Rows) -> np.ndarray:
    return np.ones(len(c))


def test_nobody_has_no_ties_and_no_sums() -> None:
    """Row -1 is nobody, not the last row: 0 for sums over those who refer to it, for ties and for sums over ties."""
    world = _village_life()
    c = Rows(world, world.tables["clients"], EVERY_ROW)
    village = c.village
    assert village.exists.tolist() == [True, True, False]
    assert world.total("clients", "village", _one)[-1] > 0
    assert village.total("clients", "village", _one)[2] == 0
    assert (village.total("clients", "village", _one)[:2] > 0).all()
    assert village.ties("neighbourhood")[2] == village.over_ties("neighbourhood", "stigma")[2] == 0


def test_wide_columns_of_nobody_stand_at_their_start() -> None:
    """Shape (n, width) also where nothing is referred to."""
    world = _village_life()
    world.tables["clients"].write(np.array([0]), {"support": np.array([[0.125, 0.25, 0.75]])})
    f = Referred(world, world.tables["clients"], np.array([0, -1], dtype=np.int32))
    assert f.support.tolist() == [[0.125, 0.25, 0.75], [0.5, 0.5, 0.5]]
    assert f.offered.shape == (2, len(Activity))
    assert not f.offered.any()


@pytest.mark.parametrize("same", [True, False])
def test_many_rows_read_one_office_as_each_would_alone(same: bool) -> None:
    """Whether or not all offices hold one value, every client reads the value of its own office, plain or wide."""
    reach = [0.3, 0.3] if same else [0.3, 0.4]
    width = len(Activity)
    shares = [[0.2, *[0.1] * (width - 1)], [0.2, *[0.1] * (width - 1)] if same else [1.0 / width] * width]
    of = np.arange(100) % 2
    world = HandMade(
        offices={"media_reach": reach, "activity_shares": shares}, clients={"office": of, "status": Status.SUPERVISED}
    )
    c = world.rows("clients")
    assert c.office.media_reach.tolist() == [reach[k] for k in of]
    assert c.office.activity_shares.tolist() == [shares[k] for k in of]


@settings(max_examples=50)
@given(st.lists(st.integers(0, 2), max_size=6))
def test_some_rows_read_like_all_rows(index: list[int]) -> None:
    """Rows by number are the same values in that order, through references too."""
    world = _village_life()
    everyone = Rows(world, world.tables["clients"], EVERY_ROW)
    some = Rows(world, world.tables["clients"], np.array(index, dtype=np.intp))
    assert len(some) == len(index)
    assert some.rows.tolist() == index
    assert some.village.stigma.tolist() == everyone.village.stigma[index].tolist()
    assert some.support.tolist() == everyone.support[index].tolist()


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A rule that misspells a column is told the table and the name."""
    world = _village_life()
    with pytest.raises(AttributeError, match="table clients has no column 'skil'"):
        _ = world.rows("clients").skil
    with pytest.raises(AttributeError, match="table villages has no column 'stigm'"):
        _ = world.rows("clients").village.stigm


def test_a_rule_cannot_change_what_it_reads() -> None:
    """A rule returns new columns; writing into one that it read is an error, and the table keeps its values."""
    world = _village_life()
    for index in (EVERY_ROW, np.array([0, 1, 2])):
        c = Rows(world, world.tables["clients"], index)
        with pytest.raises(ValueError, match="read-only"):
            c.distress[0] = 0.9
    assert world.tables["clients"].distress.tolist() == [0.5, 0.5, 0.5]
    world.tables["clients"].write(EVERY_ROW, {"distress": np.full(3, 0.1)})
    assert world.tables["clients"].distress.tolist() == [0.1, 0.1, 0.1]


def test_draws_are_those_of_the_month_and_the_rows_own_keys() -> None:
    """draw() is uniform() of the stream, the month being lived and the key in the row."""
    world = _village_life()
    c = Rows(world, world.tables["clients"], EVERY_ROW)
    assert c.draw(Stream.HIRE).tobytes() == uniform(Stream.HIRE, 12, world.tables["clients"].key).tobytes()
    assert c.month == 12


def test_sums_and_ties_are_aligned_with_the_rows() -> None:
    """For each row its own sum over those who refer to it, and over its ties."""
    world = HandMade(
        ties={"neighbourhood": [(0, 1), (1, 2)]},
        villages={"stigma": [0.2, 0.4, 0.8]},
        clients={
            "status": [Status.SUPERVISED, Status.SUPERVISED, Status.GONE],
            "village": [1, 1, 1],
            "work": [Work.FORMAL, Work.NONE, Work.FORMAL],
        },
    )
    v = Rows(world, world.tables["villages"], np.array([2, 1]))
    assert v.total("clients", "village", lambda c: c.work != Work.NONE).tolist() == [0.0, 1.0]
    assert v.ties("neighbourhood").tolist() == [1.0, 2.0]
    assert v.over_ties("neighbourhood", "stigma").tolist() == pytest.approx([0.4, 1.0])


# declarations


def test_a_rule_is_a_named_pure_function() -> None:
    """Name, meaning, table and mask are what was declared, and calling the rule is calling the function."""

    def busy(c: Rows) -> np.ndarray:
        return np.asarray(c.work != Work.NONE)

    @rule("clients", who=busy)
    def rest(c: Rows, p: object) -> dict[str, np.ndarray]:
        """Whoever works rests.

        More words.
        """
        return {"distress": c.distress / 2}

    assert (rest.name, rest.meaning, rest.table, rest.by) == ("clients.rest", "Whoever works rests.", "clients", None)
    world = HandMade(clients={"status": Status.SUPERVISED, "work": [Work.NONE, Work.FORMAL]})
    world.live(rest)
    assert world.tables["clients"].distress.tolist() == [0.5, 0.25]


def test_rules_have_names_of_their_own() -> None:
    """No two rules of the month share a name, so a run can be told to leave one out."""
    names = [each.name for each in RULES]
    assert len(set(names)) == len(names)
