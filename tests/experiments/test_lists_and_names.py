"""One plain text where a list is meant is not taken for its letters, nor a list for a scenario; nothing runs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from experiments import ExperimentError, allocate, compare, national, report, robustness, run, sensitivity, sweep, trial
from experiments.archiving import archive
from experiments.jobs import Job
from scenarios import Specification, load

TWO = ["wonosari", "wonosari-steady-budget"]


@pytest.mark.parametrize("ask", [compare, report, robustness, sensitivity], ids=lambda ask: ask.__name__)
@pytest.mark.parametrize("one", ["wonosari", Path("wonosari.yaml"), load("wonosari")], ids=["name", "path", "resolved"])
def test_one_scenario_is_no_list(ask: Callable, one: str | Path | Specification, asked: list[Job]) -> None:
    with pytest.raises(
        ExperimentError, match=rf"(scenarios|plans): .* stands alone; give a list, such as \['{TWO[0]}'"
    ):
        ask(one)
    assert asked == []


def test_one_scenario_is_no_archive(asked: list[Job], tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="scenarios: 'wonosari' stands alone; give a list"):
        archive("wonosari", tmp_path / "archive.zip")
    assert (asked, list(tmp_path.iterdir())) == ([], [])


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: allocate("wonosari", "tools,media"), "uses: 'tools,media' stands alone"),
        (lambda: compare(TWO, by="sex"), "by: 'sex' stands alone"),
        (lambda: robustness(TWO, indicators="offences"), "indicators: 'offences' stands alone"),
        (lambda: sensitivity(TWO, names="demand_share"), "names: 'demand_share' stands alone"),
        (lambda: national("07"), "offices: '07' stands alone"),
        (lambda: trial("wonosari", "place", months=6), "months: 6 stands alone; give a list, such as [6, 12, 24]"),
    ],
)
def test_one_of_what_comes_in_lists_is_no_list(ask: Callable, said: str, asked: list[Job]) -> None:
    with pytest.raises(ExperimentError) as refused:
        ask()
    assert str(refused.value).startswith(said)
    assert asked == []


@pytest.mark.parametrize("ask", [run, allocate, sweep, trial], ids=lambda ask: ask.__name__)
def test_a_list_is_no_scenario(ask: Callable, asked: list[Job]) -> None:
    with pytest.raises(ExperimentError, match="a scenario is a name, a file or a specification, not a list"):
        ask(TWO, *(["place"] if ask is trial else [{"setting.clients": "5"}] if ask is sweep else []))
    assert asked == []
