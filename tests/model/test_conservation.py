"""People, rupiah, hours and places are conserved every month, whatever a scenario asks for."""

from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from model import ReintegrationModel
from scenarios import FIELDS as DECLARED
from scenarios import SUM_TO_ONE, Quantity, parameters
from tests.model.audit import Audit
from tests.model.worlds import always, small

#: how far a random scenario goes where the declared range goes further than a quick test can
REACH = {
    "setting.clients": (0, 30),
    "setting.villages": (1, 5),
    "levers.funding.annual_budget_idr": (0, 2e9),
    "levers.funding.room_slots_per_month": (0, 200),
    "levers.funding.rented_room_slots_per_month": (0, 200),
    "levers.funding.tools_idr_per_year": (0, 1e8),
    "levers.hub.griya_abhipraya_slots_per_month": (0, 200),
    "levers.human_resources.counsellors": (0, 20),
    "levers.human_resources.groups_self_reliance": (0, 3),
    "levers.human_resources.groups_personality": (0, 3),
    "levers.human_resources.groups_legal": (0, 3),
    "levers.human_resources.groups_community": (0, 3),
    "levers.human_resources.members_per_group": (0, 4),
    "levers.human_resources.certification_places_per_year": (0, 50),
    "levers.human_resources.recruits_per_year": (0, 50),
}


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """A handful of Wonosari's numbers anywhere in their range, some of them changing in mid-run."""
    summing = {path for group in SUM_TO_ONE for path in group}
    free = [path for path, field in DECLARED.items() if isinstance(field, Quantity) and path not in summing]
    changes: dict[str, Any] = {"setting.clients": draw(st.integers(0, 30)), "setting.villages": draw(st.integers(1, 5))}
    for path in draw(st.lists(st.sampled_from(free), min_size=8, max_size=20, unique=True)):
        changes[path] = draw(_values(path))
        if path.startswith("levers.") and draw(st.booleans()):
            then = {"from_month": draw(st.integers(1, 8)), "value": draw(_values(path)), "ramp_months": 2}
            changes[path] = {"value": changes[path], "then": [then]}
    for group in SUM_TO_ONE:
        if draw(st.booleans()):
            weights = np.array([draw(st.sampled_from((0.0, 0.1, 1.0, 5.0))) for _ in group])
            weights = weights if weights.any() else np.ones(len(group))
            parts = np.round(weights / weights.sum(), 6)
            parts[parts.argmax()] += 1.0 - parts.sum()
            changes |= dict(zip(group, parts.tolist(), strict=True))
    return changes


def _values(path: str) -> st.SearchStrategy[float]:
    declared = DECLARED[path]
    assert isinstance(declared, Quantity)
    low, high = REACH.get(path, (declared.low, declared.high))
    if declared.whole:
        return st.integers(int(low), int(high)).map(float)
    return st.one_of(st.sampled_from((float(low), float(high))), st.floats(low, high).map(lambda x: round(x, 3)))


@given(st.lists(plans(), min_size=4, max_size=4), st.sampled_from(("fixed", "drawn")))
@settings(max_examples=8, phases=[Phase.explicit, Phase.generate])  # an example takes too long to be shrunk
def test_every_month_of_any_scenario_keeps_its_books(changes: list[dict[str, Any]], assumptions: str) -> None:
    """Four offices side by side, into the second year, when fixed money has lapsed."""
    audit = Audit(ReintegrationModel([always("wonosari", each) for each in changes], assumptions=assumptions))
    for _ in range(13):
        audit.step()


@pytest.mark.parametrize("assumptions", ["fixed", "drawn"])
@pytest.mark.parametrize("scenario", ["wonosari", "wonosari-everything", "wonosari-griya-abhipraya", "purwokerto"])
def test_every_month_of_what_is_shipped_keeps_its_books(scenario: str, assumptions: str) -> None:
    audit = Audit(ReintegrationModel(small(scenario=scenario), replicates=(0, 1), assumptions=assumptions))
    for _ in range(13):
        audit.step()


def test_every_parameter_lies_in_its_range() -> None:
    model = ReintegrationModel(small(), replicates=range(20), assumptions="drawn")
    for name, parameter in parameters().items():
        values = np.broadcast_to(getattr(model.beliefs.of(np.arange(20)), name), 20)
        assert ((values >= parameter.low) & (values <= parameter.high)).all(), name
