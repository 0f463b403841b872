"""Same people, two futures: whatever a plan changes, what held before the run stays what it was."""

import pytest

from scenarios import ScenarioError, from_text, load, override, shipped

BUDGET = "levers.funding.annual_budget_idr"
HEAD = "schema: 1\nname: mine\nparent: wonosari\n"


def root(past: str) -> str:
    """Wonosari as a file without a parent, with a past of its own."""
    return f"{load('wonosari').to_yaml()}past: {past}\n"


@pytest.mark.parametrize("name", shipped())
def test_the_past_is_what_the_root_sets_before_any_change(name: str) -> None:
    spec = load(name)
    ancestor = spec
    while ancestor.parent is not None:
        ancestor = load(ancestor.parent)
    assert list(spec.past) == [f"levers.{path}" for path in spec.lever_paths()]
    assert spec.past == ancestor.past == {path: ancestor.values[path].value for path in spec.past}


def test_a_child_and_an_override_change_the_future_only() -> None:
    base = load("wonosari")
    child = from_text(HEAD + "levers: {funding: {annual_budget_idr: 0}}\n")
    grandchild = override(child, {BUDGET: 90_000_000, "levers.community.media_reach": "{value: 0.5}"})
    assert base.past[BUDGET] == 180_000_000
    assert child.past == grandchild.past == base.past
    assert load("wonosari", {BUDGET: 0}).hash == child.hash
    assert base.past["levers.community.media_reach"] == 0.02


def test_a_root_may_write_its_past() -> None:
    spec = from_text(root("{funding: {annual_budget_idr: 1, activity_shares: {legal: 0.15, vocational: 0.25}}}"))
    base = load("wonosari")
    assert spec.values == base.values
    assert {path for path in base.past if spec.past[path] != base.past[path]} == {
        BUDGET,
        "levers.funding.activity_shares.legal",
        "levers.funding.activity_shares.vocational",
    }
    assert spec.hash != base.hash
    assert from_text(spec.to_yaml()).past == spec.past


def test_a_past_equal_to_the_levers_says_nothing_new() -> None:
    assert from_text(root("{funding: {annual_budget_idr: 180000000}}")).hash == load("wonosari").hash


def test_the_same_future_after_another_past_is_another_scenario() -> None:
    child = from_text(HEAD + "levers: {funding: {annual_budget_idr: 0}}\n")
    always = from_text(load("wonosari").to_yaml().replace("annual_budget_idr: 180000000", "annual_budget_idr: 0"))
    assert child.values == always.values
    assert child.hash != always.hash
    alone = from_text(child.to_yaml())
    assert (alone.hash, alone.past, alone.parent) == (child.hash, child.past, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            HEAD + "past: {funding: {annual_budget_idr: 1}}\n",
            "4: past: only a scenario without a parent writes its past",
        ),
        (root("{setting: {clients: 5}}"), "past.setting: unknown key; allowed: funding, human_resources"),
        (root("{funding: {annual_budget: 5}}"), "past.funding.annual_budget: unknown key; nearest: annual_budget_idr"),
        (root("{funding: 5}"), "past.funding = 5: must be a mapping of annual_budget_idr"),
        (root("{funding: {fixed_share: 2}}"), "past.funding.fixed_share = 2: must be a number from 0 to 1"),
        (root("{community: {media_reach: {value: 1}}}"), "media_reach = a mapping: must be a number from 0 to 1"),
        (root("{funding: {fixed_share: 1}}"), "past.funding.fixed_share = 1: with irregular_share 0.1, outside_share"),
    ],
)
def test_a_wrong_past_is_one_line(text: str, said: str) -> None:
    with pytest.raises(ScenarioError) as found:
        from_text(text)
    assert said in str(found.value)


def test_the_past_cannot_be_set_from_outside() -> None:
    with pytest.raises(ScenarioError, match="unknown key"):
        load("wonosari", {"past.funding.annual_budget_idr": 5})
