"""Indicators of groups are the indicators, of these clients alone; asking for them changes nobody's life."""

import copy
from multiprocessing.reduction import ForkingPickler
from types import SimpleNamespace

import numpy as np
import pytest

from agents.clients import Offence, Work
from agents.rules import Rows
from model import INDICATORS, ReintegrationModel
from model.groups import GROUPED, GROUPINGS, NEAR_KM, Among, column
from scenarios import override
from tests.model.worlds import differences, lived, small, under_supervision, whole

MONTHS = 15
#: villages enough that some lie far from every group
WIDE = {"setting.villages": 40}
OFFICES = [small(WIDE), small({**WIDE, "setting.clients": 90})]


@pytest.fixture(scope="module")
def model() -> ReintegrationModel:
    return lived(OFFICES, MONTHS, replicates=(0, 1), by=tuple(GROUPINGS))


def test_the_indicators_of_everybody_are_the_indicators(model: ReintegrationModel) -> None:
    everyone = Among(model, lambda c: np.ones(len(c), dtype=bool))
    for name in GROUPED:
        if not name.startswith("reoffending"):
            assert INDICATORS[name].measure(everyone).tobytes() == INDICATORS[name].measure(model).tobytes(), name


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_groups_of_a_division_add_up_to_all(model: ReintegrationModel, grouping: str) -> None:
    """Clients at risk and first re-offences in every month since release, true and recorded: nobody twice or lost."""
    kept = [among.record for (name, _), among in model.groups._seen.items() if name == grouping]
    for curve in ("at_risk", "first_reoffences", "at_risk_recorded", "first_recorded"):
        assert (sum(getattr(each, curve) for each in kept) == getattr(model.record, curve)).all()
    assert sum(each.at_risk.sum() > 0 for each in kept) >= 2, "more than one group has somebody in it"


def test_a_group_is_counted_as_by_hand() -> None:
    model = lived(OFFICES, MONTHS - 1, replicates=(0, 1), by=("offence",))
    table = model.tables["clients"]
    before = table.status.copy()
    model.step()
    there, c = under_supervision(model, before), Rows(model, table, np.arange(len(table)))
    last = model.groups.history()[column("employed_share", "offence", "property")].to_numpy()[MONTHS - 1 :: MONTHS]
    for office, told in enumerate(last):
        mine = there & (c.offence == Offence.PROPERTY) & (c.office.index == office)
        assert told == pytest.approx((c.work[mine] != Work.NONE).mean())


def test_asking_by_group_changes_no_bit(model: ReintegrationModel) -> None:
    plain = lived(OFFICES, MONTHS, replicates=(0, 1))
    assert differences(whole(model), whole(plain)) == []


def test_who_is_far_is_the_same_under_every_plan() -> None:
    """More groups from the first month on bring services nearer, but move nobody from one group to the other."""
    now = small(WIDE)
    more = override(now, {"levers.human_resources.groups_community": 6})
    model = lived([now, more], 3, by=("distance",))
    seen = model.groups._seen["distance", "far"]._who.start
    villages = model.tables["villages"]
    halves = seen.reshape(2, -1)
    assert (halves[0] == halves[1]).all()
    assert 0 < halves[0].sum() < halves.shape[1]
    assert (villages.group_km.min(axis=1)[villages.office == 1] <= NEAR_KM).sum() >= (~halves[1]).sum()


def test_nobody_who_comes_back_changes_the_group() -> None:
    """Custody and a second release move nobody to another age: groups belong to the people."""
    model = lived(small({"setting.clients": 200, "parameters.hazard_baseline": 0.015}), 1, replicates=range(4))
    table = model.tables["clients"]

    def groups() -> dict[str, np.ndarray]:
        everyone = Rows(model, table, np.arange(len(table)))
        return {name: each.of(everyone, each.at_start(model)) for name, each in GROUPINGS.items() if name != "distance"}

    before, rows = groups(), len(table)
    for _ in range(30):
        model.step()
    assert table.returned[:rows].sum() > 10
    assert all((groups()[name][:rows] == each).all() for name, each in before.items())


def test_who_is_as_old_as_a_bound_belongs_to_the_older_group() -> None:
    """Under 25 are 299 months and not 300, from 40 on are 480 months and not 479."""
    months = np.array([299, 300, 479, 480])
    ages = GROUPINGS["age"].of(SimpleNamespace(first_release_month=months - 7, birth_month=-7), None)
    assert ages.tolist() == [0, 1, 1, 2]


def test_whole_run_and_months_agree(model: ReintegrationModel) -> None:
    name = column("coverage_current", "sex", "male")
    months = model.groups.history()[name].to_numpy().reshape(-1, MONTHS)[:, -12:]
    assert model.groups.indicators()[name].to_numpy() == pytest.approx(months.mean(axis=1))


def test_a_model_with_groups_is_copied_and_pickled(model: ReintegrationModel) -> None:
    expected = model.groups.indicators()
    for twin in (copy.deepcopy(model), ForkingPickler.loads(ForkingPickler.dumps(model))):
        assert twin.groups.indicators().equals(expected)


def test_an_unknown_grouping_is_named() -> None:
    with pytest.raises(ValueError, match="no grouping 'height'; groupings are offence, sex, age, distance"):
        ReintegrationModel(small(), by=("height",))
