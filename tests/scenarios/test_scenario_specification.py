"""A resolved scenario is frozen, names its content by a hash, and travels between processes."""

import copy
import dataclasses
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pydantic
import pytest

from scenarios import Change, Dated, ScenarioError, from_text, load, override, parameters

HEAD = "schema: 1\nname: mine\nparent: wonosari\n"


def mine(body: str) -> str:
    return from_text(HEAD + body).hash


def test_the_contract() -> None:
    spec = load("wonosari", {"levers.funding.annual_budget_idr": "0"})
    assert spec.name == "wonosari"
    assert len(spec.hash) == 16
    assert set(spec.hash) <= set("0123456789abcdef")
    assert spec.lever("funding.annual_budget_idr", 5) == 0.0
    assert spec.levers.funding.annual_budget_idr == Dated(value=0)
    assert spec.setting.clients == 850
    assert spec.lever_paths()[0] == "funding.annual_budget_idr"
    assert set(spec.parameters) == set(parameters())
    assert spec.pinned == frozenset()


def test_an_unknown_lever_names_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"nearest: funding\.fixed_share"):
        load("wonosari").lever("funding.fixd_share", 0)


def test_nothing_of_a_specification_can_be_changed() -> None:
    spec = load("wonosari")
    with pytest.raises(dataclasses.FrozenInstanceError):
        spec.name = "other"
    with pytest.raises(pydantic.ValidationError):
        spec.setting.clients = 5
    with pytest.raises(pydantic.ValidationError):
        spec.levers.funding.fixed_share.value = 1.0
    for mapping in (spec.values, spec.parameters, spec.title, spec.evidence):
        with pytest.raises(TypeError, match="frozen"):
            mapping["x"] = 1
        with pytest.raises(TypeError, match="frozen"):
            mapping.update(x=1)
        with pytest.raises(TypeError, match="frozen"):
            mapping.pop(next(iter(mapping)))


def test_a_specification_can_be_a_key() -> None:
    assert len({load("wonosari"), load("wonosari", {"setting.clients": "850"}), load("purwokerto")}) == 2


def test_a_specification_is_picklable_and_copyable() -> None:
    spec = load("wonosari-certified-members", {"parameters.hazard_ratio_employed": "0.8"})
    assert spec.setting.office == "wonosari"
    for twin in (pickle.loads(pickle.dumps(spec)), copy.deepcopy(spec)):  # noqa: S301
        assert twin == spec
        assert twin.hash == spec.hash
        assert twin.lever("human_resources.coaching_sessions_per_year", 3) == 6.0


def test_the_hash_knows_content_only() -> None:
    base = load("wonosari").hash
    assert mine("") == base
    assert mine("title: {id: a, en: b}\nsummary: {id: c, en: d}\n# a comment\n") == base
    assert mine("setting: {clients: 850.0}\n") == base
    assert mine("levers: {funding: {annual_budget_idr: {value: 180_000_000}}}\n") == base
    assert mine("levers: {funding: {annual_budget_idr: 1.8e8, fixed_share: 0.820}}\n") == base
    assert mine("evidence: {setting.clients: {source: [L-12], grade: local}}\n") == base
    assert mine("setting: {clients: 851}\n") != base


def test_the_hash_does_not_know_the_order_of_keys() -> None:
    first = mine("setting: {clients: 5, villages: 6}\nlevers: {community: {media_reach: 0}}\n")
    second = mine("levers: {community: {media_reach: 0.0}}\nsetting: {villages: 6, clients: 5}\n")
    assert first == second


def test_a_pinned_parameter_is_another_scenario_even_at_its_central_value() -> None:
    central = parameters()["hazard_ratio_employed"].value
    spec = load("wonosari", {"parameters.hazard_ratio_employed": central})
    assert spec.pinned == {"hazard_ratio_employed"}
    assert spec.parameters == load("wonosari").parameters
    assert spec.hash != load("wonosari").hash


def test_the_hash_is_the_same_in_every_process() -> None:
    ask = "from scenarios import load; print(load('wonosari-certified-members').hash)"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    told = subprocess.run(
        [sys.executable, "-c", ask],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=Path(__file__).parents[2],
        timeout=60,
    )
    assert told.stdout.strip() == load("wonosari-certified-members").hash


def test_only_differences_need_to_be_written(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(HEAD + "setting: {release_mix: {pb: 0.40, cb: 0.589}}\n", encoding="utf-8")
    child = "schema: 1\nname: child\nparent: ./base.yaml\nlevers: {funding: {administration_share: 0.9}}\n"
    (tmp_path / "child.yaml").write_text(child, encoding="utf-8")
    spec, base = load(tmp_path / "child.yaml"), load("wonosari")
    assert spec.parent == "mine"
    assert (spec.setting.release_mix.pb, spec.setting.release_mix.cb) == (0.40, 0.589)
    assert spec.setting.release_mix.cmb == base.setting.release_mix.cmb
    changed = {path for path in base.values if base.values[path] != spec.values[path]}
    assert changed == {
        "setting.release_mix.pb",
        "setting.release_mix.cb",
        "levers.funding.administration_share",
    }


def test_a_change_without_a_value_starts_from_the_parent() -> None:
    spec = from_text(HEAD + "levers: {human_resources: {counsellors: {then: [{from_month: 12, value: 20}]}}}\n")
    assert spec.levers.human_resources.counsellors == Dated(value=14, then=(Change(from_month=12, value=20),))


def test_a_scenario_without_texts_is_called_by_its_name() -> None:
    spec = from_text(HEAD)
    assert spec.title == {"id": "mine", "en": "mine"}
    assert spec.summary == {"id": "", "en": ""}
    assert from_text(spec.to_yaml()).summary == spec.summary


def test_words_that_yaml_reads_otherwise_stay_texts() -> None:
    spec = from_text(HEAD + "title: {id: no, en: 1e6}\nsummary: {id: 'null', en: \"010: x\"}\n")
    assert spec.title == {"id": "no", "en": "1e6"}
    again = from_text(spec.to_yaml())
    assert (again.title, again.summary) == (spec.title, spec.summary)


def test_overrides_come_after_inheritance_and_leave_the_original_alone() -> None:
    base = load("wonosari-steady-budget")
    spec = override(base, {"levers.funding.administration_share": 0.4, "parameters.hazard_ratio_employed": "0.8"})
    assert spec.lever("funding.administration_share", 0) == 0.4
    assert spec.parameters["hazard_ratio_employed"] == 0.8
    assert spec.pinned == {"hazard_ratio_employed"}
    assert base.lever("funding.administration_share", 0) == 0.42
    assert base.hash == load("wonosari-steady-budget").hash


def test_overrides_can_be_texts_values_branches_and_dates() -> None:
    by_text = load("wonosari", {"setting.release_mix": "{pb: 1, cb: 0, cmb: 0}", "setting.clients": "1e3"})
    by_value = load("wonosari", {"setting.release_mix": {"pb": 1, "cb": 0.0, "cmb": 0}, "setting.clients": 1000})
    assert by_text.hash == by_value.hash
    dated = load("wonosari", {"levers.community.media_reach": "{then: [{from_month: 3, value: 0.5}]}"})
    assert [dated.lever("community.media_reach", month) for month in (2, 3)] == [0.02, 0.5]
    same = load("wonosari", {"levers.community.media_reach": {"then": [{"from_month": 3, "value": 0.5}]}})
    assert same.hash == dated.hash


def test_a_large_file_of_nonsense_is_answered() -> None:
    content = HEAD + "parameters:\n" + "".join(f"  hazard_ratio_{number}: 1\n" for number in range(10_000))
    with pytest.raises(ScenarioError, match=r"unknown parameter; nearest: .* \(\+9999 more\)$"):
        from_text(content)


LEVELS = {
    "at once": (Dated(value=1, then=(Change(from_month=3, value=5),)), [1, 1, 1, 5, 5, 5, 5, 5]),
    "at the start": (Dated(value=1, then=(Change(from_month=0, value=5),)), [5, 5, 5, 5, 5, 5, 5, 5]),
    "ramp": (Dated(value=0, then=(Change(from_month=2, value=8, ramp_months=4),)), [0, 0, 0, 2, 4, 6, 8, 8]),
    "stops again": (
        Dated(value=0, then=(Change(from_month=1, value=9), Change(from_month=4, value=0))),
        [0, 9, 9, 9, 0, 0, 0, 0],
    ),
    "cut off": (
        Dated(
            value=0,
            then=(
                Change(from_month=0, value=8, ramp_months=8),
                Change(from_month=4, value=0, ramp_months=2),
            ),
        ),
        [0, 1, 2, 3, 4, 2, 0, 0],
    ),
}


@pytest.mark.parametrize(("lever", "levels"), LEVELS.values(), ids=list(LEVELS))
def test_a_dated_lever_month_by_month(lever: Dated, levels: list[float]) -> None:
    assert [lever.at(month) for month in range(8)] == levels


def test_a_dated_lever_refuses_months_out_of_order() -> None:
    with pytest.raises(pydantic.ValidationError, match="must rise"):
        Dated(value=0, then=(Change(from_month=4, value=1), Change(from_month=4, value=2)))
    with pytest.raises(pydantic.ValidationError, match="ramp_months"):
        Dated(value=0, then=(Change(from_month=4, value=1, ramp_months=-1),))


def test_shares_that_change_together_sum_to_one_all_the_way() -> None:
    body = """levers:
  funding:
    fixed_share: {value: 0.8, then: [{from_month: 6, value: 1, ramp_months: 6}]}
    irregular_share: {value: 0.1, then: [{from_month: 6, value: 0, ramp_months: 6}]}
    outside_share: {value: 0.1, then: [{from_month: 6, value: 0, ramp_months: 6}]}
"""
    spec = from_text(HEAD + body)
    for month in range(20):
        shares = [spec.lever(f"funding.{name}_share", month) for name in ("fixed", "irregular", "outside")]
        assert sum(shares) == pytest.approx(1)
    with pytest.raises(ScenarioError, match="in month 8; they must sum to 1"):
        from_text(
            HEAD
            + body.replace("{from_month: 6, value: 0, ramp_months: 6}", "{from_month: 6, value: 0, ramp_months: 2}")
        )
