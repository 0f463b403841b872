"""A grid is every combination of its levels, each plan with a name that loads."""

import itertools

import pytest

from scenarios import GRIDS, ScenarioError, described, from_text, grid, load, shipped
from scenarios.grids import LEVELS, read_grid

AXES = ("funding", "people", "coordination")
STEP = "{name: {id: a, en: b}, practice: {id: A., en: B.}, levers: {community: {media_reach: %s}}}"
GOOD = (
    "schema: 1\nname: g\nparent: wonosari\ntitle: {id: a, en: b}\nsummary: {id: c, en: d}\naxes:\n"
    f"  reach:\n    name: {{id: jangkauan, en: reach}}\n    low: {STEP % 0}\n    mid: {STEP % 0.1}\n"
    f"    high: {STEP % 0.2}\n"
)


def test_the_shipped_grid_has_27_plans() -> None:
    assert GRIDS == ("wonosari-grid",)
    names = [f"wonosari-grid-{'-'.join(levels)}" for levels in itertools.product(LEVELS, repeat=3)]
    assert list(grid("wonosari-grid")) == names
    assert tuple(described("wonosari-grid").axes) == AXES


def test_no_plan_is_another_or_the_office_as_it_is() -> None:
    plans = grid("wonosari-grid").values()
    hashes = {spec.hash for spec in plans} | {load(name).hash for name in shipped()}
    assert len(hashes) == 27 + len(shipped())
    for tongue in ("id", "en"):
        assert len({spec.title[tongue] for spec in plans}) == 27


@pytest.mark.parametrize("name", grid("wonosari-grid"))
def test_a_plan_loads_by_its_name_and_stands_alone(name: str) -> None:
    spec = load(name)
    assert (spec.name, spec.parent) == (name, "wonosari")
    assert from_text(spec.to_yaml()).hash == spec.hash
    assert spec.past == load("wonosari").past


def test_an_axis_moves_its_own_levers_only() -> None:
    axes = described("wonosari-grid").axes
    for place, axis in enumerate(axes.values()):
        levels = ["mid"] * 3
        plans = []
        for level in LEVELS:
            levels[place] = level
            plans.append(load(f"wonosari-grid-{'-'.join(levels)}"))
        own = {path for step in axis.steps.values() for path in step.layer.values}
        moved = {path for path in plans[0].values if len({plan.values[path] for plan in plans}) > 1}
        assert moved == own


def test_a_plan_can_be_a_parent_and_be_changed() -> None:
    child = from_text("schema: 1\nname: mine\nparent: wonosari-grid-low-high-mid\n")
    assert child.hash == load("wonosari-grid-low-high-mid").hash
    changed = load("wonosari-grid-low-high-mid", {"levers.community.media_reach": "0.3"})
    assert changed.lever("community.media_reach", 0) == 0.3


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("wonosari-grid", "holds 27 scenarios; name one of them; nearest: wonosari-grid-low-low-low"),
        ("wonosari-grid-low-mid", "unknown scenario"),
        ("wonosari-grid-low-mid-hihg", "unknown scenario"),
    ],
)
def test_a_name_that_is_no_plan_is_one_line(name: str, said: str) -> None:
    with pytest.raises(ScenarioError) as found:
        load(name)
    assert said in str(found.value)
    with pytest.raises(KeyError, match="nearest: wonosari-grid"):
        grid("wonosari-gird")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "g.yaml:1: a grid is a mapping of schema, name"),
        (GOOD.replace("schema: 1", "schema: 2"), "schema = 2: this version reads schema 1"),
        (GOOD.replace("parent: wonosari", "parent: wonosary"), "unknown parent; nearest: wonosari"),
        (GOOD.replace("title:", "titel:"), "titel: unknown key; nearest: title"),
        (GOOD.replace("    mid:", "    middle:"), "axes.reach.middle: unknown key"),
        (GOOD.replace("media_reach: 0.1", "media_reach: 7"), "levers.community.media_reach = 7: must be a number"),
        (GOOD + GOOD[GOOD.index("  reach:") :].replace("reach:\n", "again:\n", 1), "the axis reach sets it too"),
    ],
)
def test_a_damaged_grid_is_one_line(content: str, said: str) -> None:
    assert len(read_grid(GOOD, "g.yaml").plans()) == 3
    with pytest.raises(ScenarioError) as found:
        read_grid(content, "g.yaml")
    assert said in str(found.value)
