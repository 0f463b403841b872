"""Many plans and many offices in one model: what money, people and coordination do together, and 94 offices at once."""

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from model import INDICATORS, ReintegrationModel
from scenarios import grid, national, override
from tests.model.paired_worlds import surely
from tests.model.worlds import SMALL, lived, numbers

LEVELS = ("low", "mid", "high")
LOW, MID, HIGH = range(3)
PAIRS = 10


@pytest.fixture(scope="module")
def plans() -> ReintegrationModel:
    """The 27 plans of the grid with the same people, past and luck, after a year and a half."""
    specs = [override(spec, SMALL) for spec in grid("wonosari-grid").values()]
    return lived(specs, 18, replicates=range(PAIRS))


def _by_level(model: ReintegrationModel, name: str) -> np.ndarray:
    """An indicator of the whole run, shape (replicates, funding, people, coordination)."""
    return model.indicators()[name].to_numpy().reshape(PAIRS, 3, 3, 3)


def test_plans_stand_in_the_order_of_their_names(plans: ReintegrationModel) -> None:
    names = [f"wonosari-grid-{funding}-{people}-{ties}" for funding in LEVELS for people in LEVELS for ties in LEVELS]
    assert plans.indicators()["scenario"].tolist() == names * PAIRS


def test_no_two_plans_are_the_same_life(plans: ReintegrationModel) -> None:
    told = numbers(plans.indicators()).to_numpy().reshape(PAIRS, 27, -1)
    for replicate in told:
        assert len({row.tobytes() for row in replicate}) == 27


def test_money_adds_more_where_there_are_people_and_coordination_to_use_it(plans: ReintegrationModel) -> None:
    """An interaction, not a sum: what funding adds is larger where people and coordination are high."""
    held = _by_level(plans, "sessions_held")
    added = held[:, HIGH] - held[:, LOW]
    among_few, among_many = added[:, LOW, LOW], added[:, HIGH, HIGH]
    assert surely(among_few) == +1
    assert surely(among_many - among_few) == +1
    assert among_many.mean() > 2.0 * among_few.mean()
    # and step by step, as far as there are people enough
    steps = held[:, :, HIGH, HIGH]
    assert surely(steps[:, MID] - steps[:, LOW]) == surely(steps[:, HIGH] - steps[:, MID]) == +1


def test_people_and_coordination_add_most_where_there_is_money(plans: ReintegrationModel) -> None:
    """The same seen from the other side; where money is tight, what was promised to both is paid out of activities."""
    held = _by_level(plans, "sessions_held")
    added = held[:, :, HIGH, HIGH] - held[:, :, LOW, LOW]
    assert surely(added[:, HIGH]) == +1
    assert surely(added[:, HIGH] - added[:, LOW]) == +1
    bound = _by_level(plans, "binding_money")
    assert surely(bound[:, LOW, HIGH, HIGH] - bound[:, HIGH, HIGH, HIGH]) == +1


# which plan in which replicate


def test_a_world_is_the_same_whichever_others_are_named() -> None:
    """One plan in two replicates and another in a third give what each gives in all of them."""
    specs = [override(spec, SMALL) for spec in list(grid("wonosari-grid").values())[:2]]
    every = lived(specs, 6, replicates=(0, 1, 2)).indicators().set_index(["scenario", "replicate"])
    some = lived(specs, 6, worlds=[(0, 2), (1, 1), (0, 0)]).indicators().set_index(["scenario", "replicate"])
    names = [spec.name for spec in specs]
    assert list(some.index) == [(names[0], 2), (names[1], 1), (names[0], 0)]
    assert_frame_equal(some, every.loc[some.index], check_exact=True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"worlds": []}, "replicates that differ"),
        ({"worlds": [(0, 1), (0, 1)]}, "replicates that differ"),
        ({"replicates": (1, 1)}, "replicates that differ"),
        ({"replicates": ()}, "one or more"),
        ({"worlds": [(0, -1)]}, "whole numbers from 0, not -1"),
        ({"worlds": [(0, 0), (2, 0)]}, "by their places, 0 to 1, each of them"),
        ({"worlds": [(0, 0)]}, "by their places, 0 to 1, each of them"),
    ],
)
def test_worlds_that_cannot_be_are_one_clear_line(options: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ReintegrationModel(["wonosari", "purwokerto"], **options)


# the nation


@pytest.fixture(scope="module")
def nation() -> ReintegrationModel:
    """All 94 offices in one model, each with 20 clients, after three months."""
    return lived([override(spec, {"setting.clients": 20}) for spec in national()], 3)


def test_94_offices_live_in_one_model(nation: ReintegrationModel) -> None:
    told = nation.indicators()
    assert told["scenario"].tolist() == [f"national-{number:02d}" for number in range(1, 95)]
    assert told[["employed_share", "mspss_total", "members_active", "spent_idr"]].notna().all(axis=None)
    assert len(nation.history) == 94 * 3
    assert [fault for table in nation.tables.values() for fault in table.out_of_range()] == []


@pytest.mark.parametrize("place", [0, 46, 93])
def test_an_office_alone_gives_the_numbers_it_gives_among_94(place: int, nation: ReintegrationModel) -> None:
    alone = lived(nation.specifications[place], 3)
    for name in INDICATORS:
        one, other = alone.indicators()[name].iloc[0], nation.indicators()[name].iloc[place]
        assert one == other or np.isnan([one, other]).all(), name
    months = nation.history[nation.history["scenario"] == nation.specifications[place].name]
    assert numbers(alone.history).to_numpy().tobytes() == numbers(months).to_numpy().tobytes()
