"""Every lever has four levels that a head of a Bapas recognises, and each of them is a plan that loads."""

import itertools
import re

import pytest

from scenarios import FIELDS, ScenarioError, ladders, levels, load, override, sources
from scenarios.levels import STEPS, read_levels

NEVER = re.compile(r"offender|inmate|felon|residivis|mantan napi|narapidana", re.IGNORECASE)
LEVERS = [path for path in FIELDS if path.startswith("levers.")]
BUDGET = "levers.funding.annual_budget_idr"
OFFICES = ("wonosari", "purwokerto")


def entry(**parts: str) -> str:
    """A table with one lever, parts of it replaced."""
    told = {"source": "[P-08]", "levels": "[]"} | parts
    return "levers.community.media_reach:\n" + "".join(f"  {key}: {value}\n" for key, value in told.items())


def steps(*values: object) -> str:
    texts = [
        f"{{value: {value}, name: {{id: n{place}, en: m{place}}}, practice: {{id: a, en: b}}}}"
        for place, value in enumerate(values)
    ]
    return f"[{', '.join(texts)}]"


def test_every_lever_has_four_levels_once() -> None:
    assert sorted(path for ladder in ladders().values() for path in ladder.paths) == sorted(LEVERS)
    assert all(len(ladder.levels) == STEPS for ladder in ladders().values())


@pytest.mark.parametrize("key", ladders())
def test_levels_are_told_in_both_languages_in_one_sentence(key: str) -> None:
    ladder = ladders()[key]
    assert set(ladder.source) <= set(sources())
    for tongue in ("id", "en"):
        names = [level.name[tongue] for level in ladder.levels]
        assert len(set(names)) == STEPS
        assert max(map(len, names)) <= 24, "a name stands on a button"
        for level in ladder.levels:
            assert re.fullmatch(r"[A-Z][^.!?]*\.", level.practice[tongue]), level.practice[tongue]
            assert not NEVER.search(level.practice[tongue] + level.name[tongue])
    assert all(level.practice["id"] != level.practice["en"] for level in ladder.levels)


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("key", ladders())
def test_every_level_is_a_plan_for_the_office(office: str, key: str) -> None:
    spec = load(office)
    found = levels(key, spec.setting)
    plans = [override(spec, level.values) for level in found]
    assert len({plan.hash for plan in plans}) == STEPS
    if len(found[0].values) == 1:
        values = [level.values[key] for level in found]
        assert all(a < b for a, b in itertools.pairwise(values))


@pytest.mark.parametrize("key", ladders())
def test_wonosari_as_it_is_stands_on_a_level(key: str) -> None:
    spec, ladder = load("wonosari"), ladders()[key]
    now = {path: spec.past[path] for path in ladder.paths}
    nearest = ladder.for_setting(spec.setting)[ladder.standing(now, spec.setting)]
    assert nearest.values == pytest.approx(now, rel=0.05, abs=1e-9)


def test_levels_grow_with_the_office() -> None:
    wonosari, small = load("wonosari"), load("wonosari", {"setting.clients": 0})
    assert [level.values[BUDGET] for level in levels(BUDGET)] == [1e8, 2.1e8, 4e8, 8e8]
    assert [level.values[BUDGET] for level in levels(BUDGET, wonosari.setting)] == [8.5e7, 1.8e8, 3.4e8, 6.8e8]
    groups = levels("levers.human_resources.groups_legal", small.setting)
    assert [set(level.values.values()) for level in groups] == [{0.0}, {1.0}, {2.0}, {3.0}]
    reach = "levers.community.media_reach"
    assert levels(reach, small.setting) == levels(reach)


def test_a_lever_of_a_group_stands_for_its_group() -> None:
    assert levels("levers.funding.fixed_share") == levels("levers.funding.sources")
    assert len(levels("levers.funding.activity_shares")[0].values) == 9
    with pytest.raises(KeyError, match=r"nearest: levers\.community\.media_reach"):
        levels("levers.community.media")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[]", "levels.yaml:1: the table must be a mapping of levers"),
        (entry(levels=steps(0, 0.1, 0.2)), "media_reach.levels = a list: must be a list of 4 levels"),
        (entry(levels=steps(0, 0.1, 0.2, 2)), "levels[3].value = 2: must be a number from 0 to 1"),
        (entry(levels=steps(0, 0.2, 0.1, 1)), "levels[2].value: the values must rise from level to level"),
        (entry(levels=steps(0, 0.1, 0.2, 1).replace("n1", "n0")), "levels: two levels are the same"),
        (entry(levels=steps(0, 0.1, 0.2, 1), scaled="yes"), "media_reach.scaled: unknown key"),
        (entry(levels=steps(0, 0.1, 0.2, 1), source="[P-99]"), "source = P-99: unknown evidence code"),
        (entry(levels=steps(0, 0.1, 0.2, 1), per_1000_clients="7"), "per_1000_clients = 7: must be true, or left out"),
        (entry(levels=steps(0, 0.1, 0.2, 1)), "levers.funding.annual_budget_idr: every lever has levels, once"),
    ],
)
def test_a_damaged_table_is_one_line(table: str, said: str) -> None:
    with pytest.raises(ScenarioError) as found:
        read_levels(table, "levels.yaml")
    assert said in str(found.value)
    assert "\n" not in str(found.value)


def test_levels_chosen_together_sum_to_one() -> None:
    mix = "{name: {id: a, en: a}, practice: {id: a, en: b}, levers: {funding: {fixed_share: 0.5, outside_share: 0.4}}}"
    table = f"mix:\n  source: [P-08]\n  unit: share\n  meaning: {{id: a, en: b}}\n  levels: [{mix}, 2, 3, 4]\n"
    with pytest.raises(ScenarioError, match=r"the shares sum to 0\.9; they must sum to 1"):
        read_levels(table, "levels.yaml")
