"""The shipped scenarios: complete, in both languages, with evidence, and each of them a real difference."""

import pytest

from scenarios import FIELDS, GRADES, Dated, Quantity, from_text, load, shipped

ROOTS = [name for name in shipped() if load(name).parent is None]
CHILDREN = [name for name in shipped() if load(name).parent is not None]


def test_the_two_offices_of_the_studies_are_roots() -> None:
    assert {"wonosari", "purwokerto"} <= set(ROOTS)


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_scenario_says_what_it_is_in_both_languages(name: str) -> None:
    spec = load(name)
    assert spec.name == name
    for texts in (spec.title, spec.summary):
        assert set(texts) == {"id", "en"}
        assert all(text.strip() for text in texts.values())
        assert texts["id"] != texts["en"]


@pytest.mark.parametrize("name", CHILDREN)
def test_a_shipped_scenario_differs_from_its_parent(name: str) -> None:
    spec = load(name)
    assert spec.hash != load(spec.parent or "").hash


def test_no_two_shipped_scenarios_are_the_same() -> None:
    hashes = [load(name).hash for name in shipped()]
    assert len(set(hashes)) == len(hashes)


@pytest.mark.parametrize("name", ROOTS)
def test_every_value_of_a_root_has_evidence(name: str) -> None:
    spec = load(name)
    assert list(FIELDS) == [path for path in FIELDS if path in spec.evidence]
    for backing in spec.evidence.values():
        assert backing.source
        assert backing.grade in GRADES
        if backing.grade == "assumed":
            assert set(backing.note) == {"id", "en"}


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_scenario_is_the_same_without_its_parent(name: str) -> None:
    spec = load(name)
    alone = from_text(spec.to_yaml())
    assert alone.hash == spec.hash
    assert alone.evidence == spec.evidence
    assert (alone.name, alone.title, alone.summary, alone.parent) == (spec.name, spec.title, spec.summary, None)


def test_every_field_is_declared_in_both_languages() -> None:
    for path, declared in FIELDS.items():
        assert declared.unit, path
        assert all(text.strip() for text in declared.meaning.values()), path
        assert declared.meaning["id"] != declared.meaning["en"], path
        if isinstance(declared, Quantity):
            assert declared.low < declared.high, path


def test_no_two_fields_mean_the_same() -> None:
    for language in ("id", "en"):
        meanings = [declared.meaning[language] for declared in FIELDS.values()]
        assert len(set(meanings)) == len(meanings)


@pytest.mark.parametrize("name", ROOTS)
def test_caseloads_lie_in_the_published_band(name: str) -> None:
    spec = load(name)
    assert 25 <= spec.setting.clients / spec.lever("human_resources.counsellors", 0) <= 140


@pytest.mark.parametrize("name", ROOTS)
def test_release_mix_lies_in_the_published_band(name: str) -> None:
    mix = load(name).setting.release_mix
    assert 0.36 <= mix.pb <= 0.48
    assert 0.50 <= mix.cb <= 0.64
    assert mix.cmb <= 0.02


def test_the_steady_budget_is_the_same_money_with_certainty() -> None:
    base, steady = load("wonosari"), load("wonosari-steady-budget")
    assert steady.lever("funding.annual_budget_idr", 0) == base.lever("funding.annual_budget_idr", 0)
    assert steady.lever("funding.fixed_share", 0) == 1
    assert steady.lever("funding.first_money_month", 0) == 1
    assert steady.lever("funding.administration_share", 0) == base.lever("funding.administration_share", 0)


def test_leaner_administration_is_nothing_else() -> None:
    assert changed("wonosari-lean-administration") == {"levers.funding.administration_share"}
    assert load("wonosari-lean-administration").lever("funding.administration_share", 0) == 0.3


def test_certified_members_change_nothing_but_members() -> None:
    base, certified = load("wonosari"), load("wonosari-certified-members")
    changed = {path for path in FIELDS if base.values[path] != certified.values[path]}
    assert changed == {
        f"levers.human_resources.{name}"
        for name in ("coaching_sessions_per_year", "certification_places_per_year", "transport_idr_per_member_month")
    }
    assert certified.lever("human_resources.coaching_sessions_per_year", 6) == 12


REMEDIES = (
    "wonosari-certified-members",
    "wonosari-steady-budget",
    "wonosari-equipment",
    "wonosari-public-communication",
    "wonosari-coordination-forum",
    "wonosari-data-evaluation",
)
SHOCKS = ("wonosari-budget-cut", "wonosari-donor-leaves", "wonosari-volunteers-leave")


def changed(name: str) -> set[str]:
    """Levers that a scenario changes on the office as it is."""
    spec = load(name)
    base = load(name.partition("-")[0])
    return {path for path in FIELDS if base.values[path] != spec.values[path]}


@pytest.mark.parametrize("name", REMEDIES)
def test_everything_together_holds_the_levers_of_every_remedy(name: str) -> None:
    assert changed(name) <= changed("wonosari-everything")
    assert len(changed(name)) < 8


@pytest.mark.parametrize("name", [*REMEDIES, "wonosari-griya-abhipraya"])
def test_a_remedy_keeps_the_budget_or_takes_the_same_extra_sum(name: str) -> None:
    spec, extra = load(name), load("wonosari-larger-budget")
    assert spec.lever("funding.annual_budget_idr", 36) in (180_000_000, 220_000_000)
    grows = spec.lever("funding.annual_budget_idr", 36) > 180_000_000
    assert grows == (spec.parent == extra.name)
    for told in (spec.summary["en"], spec.summary["id"]):
        assert grows == ("40" in told and ("million" in told or "juta" in told))
    administration = [
        each.lever("funding.annual_budget_idr", 0) * each.lever("funding.administration_share", 0)
        for each in (load("wonosari"), extra)
    ]
    assert administration[1] == pytest.approx(administration[0], rel=0.01)


@pytest.mark.parametrize("name", SHOCKS)
def test_a_shock_comes_in_the_second_year(name: str) -> None:
    spec, base = load(name), load("wonosari")
    assert all(spec.lever(path, 11) == base.lever(path, 11) for path in base.lever_paths())
    assert all(spec.lever(path.removeprefix("levers."), 24) != base.past[path] for path in changed(name))


def test_without_the_donor_the_other_sources_pay_the_same() -> None:
    spec = load("wonosari-donor-leaves")

    def rupiah(month: int, share: str) -> float:
        return spec.lever("funding.annual_budget_idr", month) * spec.lever(f"funding.{share}_share", month)

    for share in ("fixed", "irregular", "administration"):
        assert rupiah(12, share) == pytest.approx(rupiah(11, share), rel=1e-3)
    assert rupiah(12, "outside") == 0


def test_without_pokmas_nobody_gives_an_hour() -> None:
    spec = load("wonosari-no-pokmas")
    people = [path for path in spec.lever_paths() if "group" in path or "recruits" in path or "hours" in path]
    assert len(people) == 7
    assert {spec.lever(path, month) for path in people for month in (0, 35)} == {0.0}
    assert spec.past == load("wonosari").past


def test_counsellors_alone_and_with_quality_differ_in_quality() -> None:
    alone, quality = changed("wonosari-tripled-counsellors"), changed("wonosari-tripled-counsellors-quality")
    assert alone == {"levers.human_resources.counsellors"}
    procedure = {"levers.coordination.written_procedure"}
    money = {"levers.funding.annual_budget_idr", "levers.funding.administration_share"}
    assert quality == alone | changed("wonosari-certified-members") | procedure | money


def test_evidence_of_the_parent_goes_when_the_value_goes() -> None:
    steady = load("wonosari-steady-budget")
    assert "levers.funding.fixed_share" not in steady.evidence
    assert steady.evidence["setting.clients"] == load("wonosari").evidence["setting.clients"]


def test_every_lever_is_dated_and_no_setting_is() -> None:
    spec = load("wonosari")
    assert [path for path, value in spec.values.items() if isinstance(value, Dated)] == [
        f"levers.{path}" for path in spec.lever_paths()
    ]
