"""Ways to Pokmas: how far it is from each village to the nearest group of each field."""

import numpy as np
import pytest

from agents.activities import FIELDS, Field
from model import ReintegrationModel
from tests.model.worlds import lived, small


def _nearest(model: ReintegrationModel, office: int, field: int) -> np.ndarray:
    """The way from each village of an office to the nearest group of a field, village by village."""
    villages, groups = model.tables["villages"], model.tables["groups"]
    here = np.flatnonzero(villages.office == office)
    at = groups.village[(groups.office == office) & (groups.field == field)]
    if not len(at):
        return villages.distance_km[here]
    east = villages.east_km[here][:, None] - villages.east_km[at][None, :]
    north = villages.north_km[here][:, None] - villages.north_km[at][None, :]
    return np.hypot(east, north).min(axis=1)


def _as_far_as_it_is(model: ReintegrationModel) -> bool:
    villages = model.tables["villages"]
    return all(
        np.allclose(villages.group_km[villages.office == office, field], _nearest(model, office, field))
        for office in range(len(model.tables["offices"]))
        for field in Field
    )


def test_the_way_is_to_the_nearest_group_of_the_field() -> None:
    """In every village of every office, and to the Bapas for a field without groups, from the first day."""
    few = small({f"levers.human_resources.groups_{field}": number for number, field in enumerate(FIELDS)})
    model = ReintegrationModel([small(), few])
    assert _as_far_as_it_is(model)
    assert (model.tables["villages"].group_km > 0).any()


def test_an_office_without_any_group_is_as_far_away_as_it_is() -> None:
    """What other agencies offer is then asked for at the Bapas: no way is free because there is nothing at its end."""
    model = ReintegrationModel(small({f"levers.human_resources.groups_{field}": 0 for field in FIELDS}))
    villages = model.tables["villages"]
    assert (villages.group_km == villages.distance_km[:, None]).all()


def test_new_groups_change_the_ways_of_their_field() -> None:
    """A field that opens its groups later: its ways are measured again then, and no others change."""
    path = "levers.human_resources.groups_legal"
    model = lived(small({path: {"value": 0, "then": [{"from_month": 2, "value": 3}]}}), 2)
    before = model.tables["villages"].group_km.copy()
    model.step()
    after = model.tables["villages"].group_km
    assert _as_far_as_it_is(model)
    assert (after[:, Field.LEGAL] != before[:, Field.LEGAL]).any()
    others = [field for field in Field if field != Field.LEGAL]
    assert (after[:, others] == before[:, others]).all()


def test_a_plan_with_fewer_groups_keeps_those_opened_first_and_only_they_are_near() -> None:
    """Of four legal groups one is left from month 1 on: every way of the field is the one to it."""
    path = "levers.human_resources.groups_legal"
    model = lived(small({path: {"value": 4, "then": [{"from_month": 1, "value": 1}]}}), 3)
    groups, villages = model.tables["groups"], model.tables["villages"]
    legal = np.flatnonzero(groups.field == Field.LEGAL)
    assert groups.planned[legal].tolist() == [True, False, False, False]
    at = groups.village[legal[0]]
    way = np.hypot(villages.east_km - villages.east_km[at], villages.north_km - villages.north_km[at])
    assert villages.group_km[:, Field.LEGAL] == pytest.approx(way)
