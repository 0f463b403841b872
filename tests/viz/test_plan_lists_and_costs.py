"""What the controls offer: every shipped plan once, every lever with its named levels, and what promises cost."""

import pytest

from experiments.promises import first_year
from scenarios import ladders, load, shipped
from viz import levers, naming
from viz.parts.controls import plan_costs
from viz.state import Plan
from viz.texts import LANGUAGES, texts
from viz.work import specification

MOST = 9


def test_every_shipped_plan_is_listed_once_places_first_and_losses_last() -> None:
    groups = levers.plan_groups()
    assert tuple(groups) == ("as_is", "remedies", "shocks")
    assert sorted(name for names in groups.values() for name in names) == sorted(shipped())
    assert groups["as_is"][0] == "wonosari"
    assert all(load(name).parent is None for name in groups["as_is"])


@pytest.mark.parametrize(
    ("plan", "month"),
    [
        (Plan("wonosari"), None),
        (Plan("wonosari-donor-leaves"), 12),
        (Plan("wonosari-volunteers-leave"), 12),
        (Plan("wonosari-everything"), 0),
        (Plan("wonosari-budget-cut").changed("human_resources.counsellors", 20.0), 0),
    ],
)
def test_it_is_known_when_a_plan_begins(plan: Plan, month: int | None) -> None:
    assert levers.begins(specification(plan)) == month


def test_single_remedies_stand_before_those_that_join_many() -> None:
    remedies = [name for name in levers.plan_groups()["remedies"] if name.startswith("wonosari")]
    assert remedies[-1] == "wonosari-everything"
    assert remedies.index("wonosari-certified-members") < remedies.index("wonosari-tripled-counsellors-quality")


def test_the_levers_stand_under_three_headings_and_are_not_too_many() -> None:
    assert levers.groups() == ("funding", "human_resources", "coordination")
    assert len(levers.OFFERED) <= MOST
    assert sorted(levers.OFFERED, key=lambda path: levers.groups().index(path.split(".")[0])) == list(levers.OFFERED)


@pytest.mark.parametrize("name", shipped())
def test_each_lever_has_four_levels_of_its_office_within_reach_of_the_slider(name: str) -> None:
    spec = load(name)
    for dial in levers.dials(name).values():
        ladder = ladders()[f"levers.{dial.path}"]
        values = [dial.level_value(level) for level in dial.levels]
        assert dial.levels == ladder.for_setting(spec.setting)
        assert all(dial.accepts(value) and value <= dial.top for value in (*values, dial.value))
        nearest = min(range(4), key=lambda place: abs(values[place] - dial.value))
        assert nearest == ladder.standing({f"levers.{dial.path}": dial.value}, spec.setting)


@pytest.mark.parametrize("name", ["wonosari", "purwokerto"])
def test_what_is_shown_of_a_lever_is_what_is_meant(name: str) -> None:
    for dial in levers.dials(name).values():
        for value in (dial.value, *map(dial.level_value, dial.levels)):
            assert naming.meant_lever(dial, naming.shown_lever(dial, value)) == value


@pytest.mark.parametrize("language", LANGUAGES)
def test_shares_among_the_levers_are_shown_in_percent(language: str) -> None:
    dial = levers.dials("wonosari")["funding.administration_share"]
    assert naming.lever_value(texts(language), dial, 0.42) == "42"
    assert naming.lever_unit(texts(language), dial) == texts(language)("unit.percent")


def test_promises_cost_what_the_model_takes_for_them() -> None:
    plain, spec = plan_costs(Plan("wonosari")), load("wonosari")
    forum = plan_costs(Plan("wonosari").changed("coordination.forum_meetings_per_year", 12.0))
    assert plain is not None
    assert forum is not None
    assert forum.promised - plain.promised == 10 * spec.parameters["meeting_cost_idr"]
    assert plain.budget == forum.budget == spec.lever("funding.annual_budget_idr", 0)
    assert plain.promised < plain.budget


def test_salaries_of_counsellors_stand_apart_because_the_state_pays_them() -> None:
    plain, more = (
        plan_costs(Plan("wonosari")),
        plan_costs(Plan("wonosari").changed("human_resources.counsellors", 42.0)),
    )
    assert plain is not None
    assert more is not None
    assert (more.promised, more.payroll) == (plain.promised, 3 * plain.payroll)


def test_a_cost_that_only_a_run_can_tell_is_left_out() -> None:
    assert first_year(load("wonosari", overrides={"levers.funding.wage_subsidy_idr_per_month": 300_000})) is None
