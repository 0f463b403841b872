"""The national table is made up, and says so; its totals and spreads are the published ones."""

import pytest

from scenarios import Dated, ScenarioError, from_text, load, national
from scenarios.make_national import table
from scenarios.nation import content, read_offices

OFFICES = national()
GROUPS = ("self_reliance", "personality", "legal", "community")


def counsellors(spec) -> float:
    return spec.lever("human_resources.counsellors", 0)


def groups(spec) -> float:
    return sum(spec.lever(f"human_resources.groups_{field}", 0) for field in GROUPS)


def test_the_table_is_what_the_script_writes() -> None:
    assert content() == table()


def test_the_totals_are_the_published_ones() -> None:
    assert len(OFFICES) == 94
    assert sum(spec.setting.clients for spec in OFFICES) == 187_643
    assert sum(map(counsellors, OFFICES)) == 2_851


def test_two_offices_in_five_have_active_groups() -> None:
    active = [groups(spec) for spec in OFFICES if groups(spec)]
    assert len(active) / len(OFFICES) == pytest.approx(0.42, abs=0.01)
    assert (min(active), max(active)) == (10, 35)


def test_spreads_lie_in_the_published_bands() -> None:
    caseloads = sorted(spec.setting.clients / counsellors(spec) for spec in OFFICES)
    assert caseloads[0] >= 25
    assert caseloads[-1] <= 139
    assert caseloads[0] < 30 < 120 < caseloads[-1]
    rates = [spec.setting.open_unemployment_rate for spec in OFFICES]
    assert 0.0192 <= min(rates) < max(rates) <= 0.0898
    assert sum(rates) / len(rates) == pytest.approx(0.0532, abs=0.002)
    money = [spec.lever("funding.annual_budget_idr", 0) / spec.setting.clients for spec in OFFICES]
    assert 100_000 < min(money) < 205_000 < max(money) < 400_000


def test_every_office_is_its_own_place_with_its_own_past() -> None:
    assert len({spec.setting.office for spec in OFFICES}) == len({spec.hash for spec in OFFICES}) == 94
    for spec in OFFICES:
        assert spec.past == {path: value.value for path, value in spec.values.items() if isinstance(value, Dated)}
        assert load(spec.name) == spec
    one = OFFICES[0]
    assert from_text(one.to_yaml()).hash == one.hash
    assert load(one.name, {"levers.funding.annual_budget_idr": 0}).past == one.past


def test_the_table_says_that_its_offices_are_made_up() -> None:
    assert content().startswith("# Made-up offices.")
    for spec in OFFICES:
        assert "made up" in spec.title["en"]
        assert "rekaan" in spec.title["id"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "n.csv: must be a table with a first column office and at least one office"),
        ("# head\noffice,setting.klien\n01,5\n", "n.csv:2: setting.klien: unknown column"),
        ("office,setting.clients\n01\n", "n.csv:2: must hold 2 values"),
        ("office,setting.clients\n01,5\n01,6\n", "n.csv:3: office = 01: office given twice"),
        ("office,setting.clients\n01,-5\n", "n.csv:2: setting.clients = -5: must be a whole number"),
        ("office,setting.clients\n01,[5]\n", "n.csv:2: setting.clients = [5]: must be a number"),
        ("office,setting.release_mix.pb\n01,1\n", "the shares sum to"),
    ],
)
def test_a_damaged_table_is_one_line(text: str, said: str) -> None:
    with pytest.raises(ScenarioError) as found:
        read_offices(text, "n.csv")
    assert said in str(found.value)
