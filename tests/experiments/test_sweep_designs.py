"""A plan holds the points that were asked for, and what stands in its file is what is run."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from experiments.designs import Plan, count, listed, parse_vary, plan, read_plan, write_plan
from experiments.errors import ExperimentError
from scenarios import parameters

BUDGET, CLIENTS = "levers.funding.annual_budget_idr", "setting.clients"


def test_a_grid_is_every_combination_and_a_list_goes_abreast() -> None:
    vary = {BUDGET: "1e8,2e8", CLIENTS: "10,20"}
    assert plan(vary).points == (("1e8", "10"), ("1e8", "20"), ("2e8", "10"), ("2e8", "20"))
    assert plan(vary, "list").points == (("1e8", "10"), ("2e8", "20"))
    assert (count(vary, "grid", None), count(vary, "list", None)) == (4, 2)


def test_commas_inside_brackets_belong_to_a_value() -> None:
    dated = "{value: 5, then: [{from_month: 3, value: 4}]}"
    assert listed(BUDGET, f"5,{dated}") == ["5", dated]


@pytest.mark.parametrize("design", ["lhs", "sobol"])
def test_samples_fill_the_range_evenly_and_follow_the_seed(design) -> None:
    vary = {BUDGET: "0:100", CLIENTS: "10:20"}
    made = plan(vary, design, 16, seed=3)
    first = np.array([float(values[0]) for values in made.points])
    assert np.unique(np.floor(first / 100 * 16)).size == 16, "one point in each of sixteen slices"
    assert {int(values[1]) for values in made.points} <= set(range(10, 21)), "clients are whole"
    assert made == plan(vary, design, 16, seed=3)
    assert made != plan(vary, design, 16, seed=4)


@pytest.mark.parametrize("design", ["lhs", "sobol"])
def test_every_whole_number_of_a_range_has_the_same_weight(design) -> None:
    for ends, numbers in (("10:13", (10, 11, 12, 13)), ("9.6:13.4", (10, 11, 12, 13)), ("-0.5:3", (0, 1, 2, 3))):
        drawn = Counter(int(value) for (value,) in plan({CLIENTS: ends}, design, 64).points)
        assert drawn == dict.fromkeys(numbers, 16)
    assert {value for (value,) in plan({CLIENTS: "7:7"}, design, 4).points} == {"7"}


def test_a_parameter_alone_has_the_range_of_its_evidence() -> None:
    name = next(iter(parameters()))
    belief = parameters()[name]
    values = [float(value) for (value,) in plan({f"parameters.{name}": ""}, "lhs", 8).points]
    assert belief.low <= min(values) < max(values) <= belief.high


def test_a_plan_is_a_file_to_look_at_and_edit(tmp_path: Path) -> None:
    made = plan({BUDGET: "1e8,2e8", CLIENTS: "10,20"})
    write_plan(made, tmp_path / "plan.csv")
    assert (tmp_path / "plan.csv").read_text().splitlines()[:2] == [f"point,{BUDGET},{CLIENTS}", "1,1e8,10"]
    assert read_plan(tmp_path / "plan.csv") == made


def test_a_plan_saved_by_an_indonesian_spreadsheet_is_read(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(f"\ufefflevers.funding.fixed_share;{CLIENTS}\n0,5;10\n\n;\n0,25;20\n")
    assert read_plan(tmp_path / "plan.csv") == Plan(
        ("levers.funding.fixed_share", CLIENTS), (("0.5", "10"), ("0.25", "20"))
    )


@pytest.mark.parametrize("value", ["100.000", "1.000.000", "1.000,5", "-0.5", "1.5e8"])
def test_beside_decimal_commas_a_number_with_a_point_is_refused(tmp_path: Path, value: str) -> None:
    (tmp_path / "plan.csv").write_text(f"{CLIENTS};{BUDGET}\n10;1\n10;{value}\n")
    words = rf"plan.csv:3: {BUDGET} = {value} has a point, .* write 100000 for a hundred thousand, 0,5 for a half"
    with pytest.raises(ExperimentError, match=words):
        read_plan(tmp_path / "plan.csv")


def test_beside_decimal_commas_a_text_may_have_points(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(f"{CLIENTS};levers.x\n10;st. a\n")
    assert read_plan(tmp_path / "plan.csv").points == (("10", "st. a"),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "plan.csv:1: a plan begins with a line of keys"),
        ("point\n1\n", "plan.csv:1: a plan begins with a line of keys"),
        ("a,a\n1,2\n", "plan.csv:1: .*each once"),
        ("a,b\n1\n", "plan.csv:2: 1 values, but 2 wanted"),
        ("a,b\n1,\n", "plan.csv:2: b has an empty value"),
        ("a,b\n", "plan.csv: 0 points"),
    ],
)
def test_a_broken_plan_names_its_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "plan.csv").write_text(text)
    with pytest.raises(ExperimentError, match=words):
        read_plan(tmp_path / "plan.csv")


def test_a_cell_that_no_table_holds_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(f"a,b\n1,{'9' * 200_000}\n")
    with pytest.raises(ExperimentError, match=r"plan.csv:2: no line of a table .field larger than field limit"):
        read_plan(tmp_path / "plan.csv")


def test_a_plan_that_cannot_be_read_or_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\xff")
    for name, why in (("gone.csv", "no such file"), ("bytes.csv", "not utf-8 text")):
        with pytest.raises(ExperimentError, match=rf"(?i)plan: '.*{name}' cannot be read \({why}"):
            read_plan(tmp_path / name)
    for name, why in (("no/plan.csv", "cannot be written"), ("plan.txt", "does not end in .csv")):
        with pytest.raises(ExperimentError, match=rf"write-plan: '.*{name}' {why}"):
            write_plan(plan({CLIENTS: "1"}), tmp_path / name)
    assert not (tmp_path / "plan.txt").exists()


@pytest.mark.parametrize(
    ("vary", "design", "points", "words"),
    [
        ({}, "grid", None, "nothing varies"),
        ({CLIENTS: "1,2"}, "spiral", None, "'spiral' is not known; allowed: grid, list, lhs, sobol"),
        ({CLIENTS: "1,2"}, "grid", 4, "leave --points out"),
        ({CLIENTS: "1,,2"}, "grid", None, f"--vary {CLIENTS}=1,,2: has an empty value"),
        ({CLIENTS: ""}, "grid", None, f"--vary {CLIENTS}: no values; a grid takes them with commas"),
        ({CLIENTS: "1:2"}, "list", None, f"--vary {CLIENTS}=1:2: a range needs --design lhs or sobol; a list takes"),
        ({CLIENTS: "1:2"}, "lhs", 0, "points: 0 is not allowed"),
        ({CLIENTS: "1,2", BUDGET: "1"}, "list", None, "setting.clients has 2, .* has 1"),
        ({CLIENTS: "1:2"}, "lhs", None, "needs --points N"),
        ({CLIENTS: "1:2"}, "sobol", 100, "no power of two.*take 64 or 128"),
        ({CLIENTS: "1,2"}, "lhs", 4, "needs a range LOW:HIGH"),
        ({CLIENTS: "1.2:1.8"}, "lhs", 4, f"--vary {CLIENTS}=1.2:1.8: no whole number lies there"),
        ({CLIENTS: "2:1"}, "lhs", 4, "needs a range LOW:HIGH"),
        ({CLIENTS: "nan:1"}, "lhs", 4, "needs a range LOW:HIGH"),
        ({CLIENTS: ""}, "lhs", 4, "needs a range LOW:HIGH"),
        ({CLIENTS: "1:2"}, "lhs", 2_000_000, "2,000,000 points; a plan holds 1,000,000 at most"),
    ],
)
def test_a_design_that_does_not_fit_is_one_clear_line(vary, design, points, words: str) -> None:
    with pytest.raises(ExperimentError, match=words):
        plan(vary, design, points)


def test_vary_is_read_as_it_is_written() -> None:
    assert parse_vary([f"{CLIENTS}=1,2", "parameters.x"]) == {CLIENTS: "1,2", "parameters.x": ""}
    for texts, words in ((["=1"], "write KEY=1,2,3"), (["a="], "write KEY=1,2,3"), (["a=1", "a=2"], "a: given twice")):
        with pytest.raises(ExperimentError, match=re.escape(words)):
            parse_vary(texts)
