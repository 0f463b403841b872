"""What holds for any scenario: valid values survive the way through a file, junk is one clear error."""

import random
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import FIELDS, SUM_TO_ONE, Quantity, ScenarioError, from_text, load, parameters
from scenarios.specification import Specification

HEAD = "schema: 1\nname: mine\nparent: wonosari\n"
IN_A_SUM = {path for group in SUM_TO_ONE for path in group}
FREE = [path for path, declared in FIELDS.items() if isinstance(declared, Quantity) and path not in IN_A_SUM]


def numbers(path: str) -> st.SearchStrategy[float]:
    declared = FIELDS[path]
    assert isinstance(declared, Quantity)
    if declared.whole:
        return st.integers(int(declared.low), int(declared.high))
    return st.floats(declared.low, declared.high)


@st.composite
def levels(draw: st.DrawFn, path: str) -> Any:
    """A number, or for a lever perhaps a number with changes."""
    start = draw(numbers(path))
    if path.startswith("setting.") or draw(st.booleans()):
        return start
    months = sorted(draw(st.sets(st.integers(0, 120), max_size=3)))
    changes = [
        {"from_month": month, "value": draw(numbers(path)), "ramp_months": draw(st.integers(0, 24))} for month in months
    ]
    return {"value": start, "then": changes}


@st.composite
def shares(draw: st.DrawFn, group: tuple[str, ...]) -> dict[str, float]:
    parts = draw(st.lists(st.integers(0, 100), min_size=len(group), max_size=len(group)).filter(any))
    return {path: part / sum(parts) for path, part in zip(group, parts, strict=True)}


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """Valid overrides: free leaves, whole groups of shares, parameters."""
    paths = draw(st.lists(st.sampled_from(FREE), max_size=6, unique=True))
    plan: dict[str, Any] = {path: draw(levels(path)) for path in paths}
    for group in draw(st.lists(st.sampled_from(SUM_TO_ONE), max_size=2, unique=True)):
        plan.update(draw(shares(group)))
    for name in draw(st.lists(st.sampled_from(sorted(parameters())), max_size=3, unique=True)):
        belief = parameters()[name]
        plan[f"parameters.{name}"] = draw(st.floats(belief.low, belief.high))
    return plan


def written(plan: dict[str, Any], order: random.Random) -> str:
    """The plan as a file, with its keys in a random order."""
    tree: dict[str, Any] = {"schema": 1, "name": "mine", "parent": "wonosari"}
    for path, value in plan.items():
        *branches, leaf = path.split(".")
        here = tree
        for name in branches:
            here = here.setdefault(name, {})
        here[leaf] = value
    return yaml.safe_dump(_shuffled(tree, order), sort_keys=False)


def _shuffled(tree: Any, order: random.Random) -> Any:
    if not isinstance(tree, dict):
        return tree
    keys = list(tree)
    order.shuffle(keys)
    return {key: _shuffled(tree[key], order) for key in keys}


@settings(max_examples=60)
@given(plan=plans())
def test_valid_overrides_resolve_and_survive_a_file(plan: dict[str, Any]) -> None:
    spec = load("wonosari", plan)
    again = from_text(spec.to_yaml())
    assert again.hash == spec.hash
    assert again.values == spec.values
    assert again.pinned == spec.pinned
    for path in spec.lever_paths():
        declared = FIELDS[f"levers.{path}"]
        assert isinstance(declared, Quantity)
        for month in (0, 1, 13, 60, 150):
            level = spec.lever(path, month)
            slack = 1e-9 * declared.high
            assert declared.low - slack <= level <= declared.high + slack
    assert spec.setting.clients >= 0
    assert spec.levers.funding.annual_budget_idr.at(0) >= 0


@settings(max_examples=40)
@given(plan=plans(), seed=st.integers(0, 2**32))
def test_a_file_in_any_order_is_the_same_as_overrides(plan: dict[str, Any], seed: int) -> None:
    assert from_text(written(plan, random.Random(seed))).hash == load("wonosari", plan).hash


def answered(ask: Any, *arguments: Any) -> None:
    """A specification or one line, never anything else."""
    try:
        assert isinstance(ask(*arguments), Specification)
    except ScenarioError as error:
        said = str(error)
        assert said.isprintable()
        assert said
        assert len(said) < 1000


PIECES = st.sampled_from(
    [
        *"{}[]:,-&*!|>%@`#?~\n\t \"'\\",
        "\n  ",
        "<<",
        "0x1F",
        "1e9",
        ".nan",
        "yes",
        "---",
        "schema: 1",
        "name: a",
        "parent: ",
    ]
    + ["wonosari", "levers:", "setting:", "funding:", "then:", "value:", "from_month:", "\ud800", "\x00", "\u2028", "é"]
    + [path.rpartition(".")[2] + ": " for path in FREE[:8]]
)


@settings(max_examples=150)
@given(text=st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_junk_text_is_a_scenario_error(text: str) -> None:
    answered(from_text, text)
    answered(from_text, HEAD + text)


@settings(max_examples=60)
@given(data=st.binary())
def test_junk_bytes_are_a_scenario_error(data: bytes) -> None:
    answered(from_text, data)


@settings(max_examples=100)
@given(
    path=st.one_of(st.text(), st.sampled_from([*FIELDS, "levers", "parameters", "setting.release_mix"])),
    value=st.text(),
)
def test_junk_overrides_are_a_scenario_error(path: str, value: str) -> None:
    answered(load, "wonosari", {path: value})


@settings(max_examples=60)
@given(name=st.text())
def test_junk_names_are_a_scenario_error(name: str) -> None:
    answered(load, name)
    answered(load, f"{name}.yaml")


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["value", "then", "from_month", "pb", "x", "ramp_months"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=80)
@given(path=st.sampled_from([*FIELDS, "levers.funding", "parameters", "parameters.hazard_ratio_employed"]), value=TREES)
def test_values_of_any_shape_are_a_scenario_error(path: str, value: Any) -> None:
    answered(load, "wonosari", {path: value})
