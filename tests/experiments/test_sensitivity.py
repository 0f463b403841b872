"""A parameter that decides everything is ranked first, one that decides nothing last, and evidence stands beside."""

import json
import math
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pandas as pd
import pytest

from experiments import Sensitivity, sensitivity, serial
from experiments.cli import main
from experiments.errors import ExperimentError
from experiments.importance import ask
from experiments.jobs import Job, code_version
from experiments.store import command as command_asked
from scenarios import Specification, parameters
from tests.experiments.made_up import answer_with, table_of

STRONG, WEAK, IDLE = [name for name, each in parameters().items() if each.low < each.high and each.scale == "linear"][
    :3
]


def placed(name: str, value: float) -> float:
    """Where in its range a parameter stands, from 0 to 1."""
    belief = parameters()[name]
    return (value - belief.low) / (belief.high - belief.low)


@pytest.fixture
def linear(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The outcome is 3 x one parameter + 1 x another, whatever the third, and luck on top."""
    jobs: list[Job] = []

    def stand_in(job: Job) -> pd.DataFrame:
        jobs.append(job)
        values = job.spec.parameters
        outcome = 3 * placed(STRONG, values[STRONG]) + placed(WEAK, values[WEAK])
        return table_of(job, lambda _, replicate: outcome + replicate)

    answer_with(monkeypatch, stand_in)
    return jobs


def explain(small: Specification, **asked) -> Sensitivity:
    asked = {"names": (IDLE, WEAK, STRONG), "pairs": 2, "months": 1, "indicator": "employed_share"} | asked
    return sensitivity([small], executor=serial(), **asked)


def test_morris_finds_the_slopes(small: Specification, linear: list[Job]) -> None:
    found = explain(small, points=4)
    assert found.table["parameter"].tolist() == [STRONG, WEAK, IDLE]
    assert found.table["importance"].tolist() == pytest.approx([3, 1, 0])
    assert found.table["spread"].tolist() == pytest.approx([0, 0, 0], abs=1e-9)
    assert found.points == 4 * (3 + 1)
    assert found.table["grade"].tolist() == [parameters()[name].grade for name in (STRONG, WEAK, IDLE)]
    assert {job.assumptions for job in linear} == {"fixed"}, "what does not vary keeps its central value"


def test_sobol_finds_the_shares_of_the_variance(small: Specification, linear: list[Job]) -> None:
    found = explain(small, method="sobol", points=128)
    assert found.table["parameter"].tolist() == [STRONG, WEAK, IDLE]
    assert found.table["importance"].tolist() == pytest.approx([0.9, 0.1, 0], abs=0.05)


def test_the_seed_decides_and_what_is_stored_is_not_computed_again(small: Specification, linear: list[Job]) -> None:
    first = explain(small, points=4)
    linear.clear()
    pd.testing.assert_frame_equal(explain(small, points=4).table, first.table)
    assert linear == []


def test_what_was_measured_here_need_not_be_measured_first(small: Specification, linear: list[Job]) -> None:
    table = explain(small, points=4).table
    first = table[(table["grade"] != "local") & (table["importance"] > 0)]
    assert first["measure_first"].tolist() == list(range(1, len(first) + 1))
    assert table[table["importance"] == 0]["measure_first"].isna().all()


def test_two_plans_that_react_alike_have_nothing_that_decides(small: Specification, linear: list[Job]) -> None:
    found = sensitivity([small, small], executor=serial(), names=(STRONG, WEAK), points=2, pairs=1, months=1,
                        indicator="employed_share")  # fmt: skip
    assert found.table["importance"].tolist() == [0, 0]


def test_a_design_with_holes_has_no_answer(small: Specification, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(job: Job) -> pd.DataFrame:
        raise ZeroDivisionError("no counsellor")

    answer_with(monkeypatch, fails)
    with pytest.raises(ExperimentError, match="a design with holes has no answer: ZeroDivisionError: no counsellor"):
        explain(small, points=2)


def test_a_hole_in_the_first_block_is_told_before_the_rest_is_computed(
    small: Specification, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sometimes(job: Job) -> pd.DataFrame:
        if 3 in job.replicates:
            raise ZeroDivisionError("no counsellor")
        return table_of(job, lambda *_: 0.5)

    answer_with(monkeypatch, sometimes)
    with pytest.raises(ExperimentError, match="the first block failed, and nothing more was started: ZeroDivision"):
        ask([small], names=(IDLE, WEAK), points=2, pairs=10, months=1).estimate(workers=1)


@pytest.fixture
def sparse(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one parameter grows, the first pair is no longer known; the others differ by what their luck is."""

    def stand_in(job: Job) -> pd.DataFrame:
        place = placed(STRONG, job.spec.parameters[STRONG])
        return table_of(
            job, lambda _, replicate: math.nan if replicate == 0 and place > 0.5 else place + 10.0 * replicate
        )

    answer_with(monkeypatch, stand_in)


def test_every_point_is_the_mean_of_the_same_pairs(small: Specification, sparse: None) -> None:
    found = explain(small, points=4, pairs=4)
    assert found.table.set_index("parameter")["importance"].to_dict() == pytest.approx({STRONG: 1, WEAK: 0, IDLE: 0})
    told = found.to_json()
    assert (told["pairs"], told["pairs_used"], told["months"], told["seed"]) == (4, 3, 1, 1)


def test_without_a_pair_that_is_known_everywhere_there_is_no_answer(small: Specification, sparse: None) -> None:
    with pytest.raises(ExperimentError, match="'employed_share' is unknown at some point in every pair; take more"):
        explain(small, points=4, pairs=1)


@pytest.mark.parametrize(("lang", "words"), [("en", "Means over 1 pair:"), ("id", "Rata-rata atas 1 pasangan:")])
def test_fewer_pairs_than_asked_for_are_told(
    sparse: None, capsys: pytest.CaptureFixture[str], lang: str, words: str
) -> None:
    command = ("sensitivity", "wonosari", "--months", "1", "--points", "4", "--workers", "1", "--lang", lang)
    command += ("--indicator", "employed_share", "--parameter", STRONG, "--parameter", WEAK)
    with pytest.raises(SystemExit) as end:
        main((*command, "--pairs", "2"))
    assert not end.value.code
    assert words in capsys.readouterr().out


def test_every_free_parameter_varies_unless_named(small: Specification) -> None:
    question = ask([small], points=1, pairs=1)
    assert set(question.names) == {name for name, each in parameters().items() if each.uncertain} - small.pinned


def test_a_choice_of_how_to_look_never_varies(small: Specification) -> None:
    with pytest.raises(ExperimentError, match=r"'follow_up_months' is a choice of how to look.*parameters\.follow_up"):
        ask([small], names=["follow_up_months", "hazard_ratio_employed", "hazard_ratio_peer"], points=1, pairs=1)


def test_the_command(linear: list[Job], capsys: pytest.CaptureFixture[str], tmp_path) -> None:
    command = [
        "sensitivity",
        "wonosari",
        "--set",
        "setting.clients=60",
        "--months",
        "1",
        "--pairs",
        "1",
        "--points",
        "2",
    ]
    command += ["--indicator", "employed_share", "--workers", "1", "--out", str(tmp_path / "table.csv")]
    command += [part for name in (STRONG, WEAK) for part in ("--parameter", name)]
    with pytest.raises(SystemExit) as end:
        main((*command, "--points", "1"))
    assert not end.value.code
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [row[2] for row in rows if row[:1] in ([STRONG], [WEAK])] == ["-", "-"], "one trajectory has no spread"
    for lang, words in (("en", "What decides clients in work"), ("id", "Yang menentukan klien yang bekerja")):
        with pytest.raises(SystemExit) as end:
            main((*command, "--lang", lang))
        assert not end.value.code
        told = capsys.readouterr()
        assert words in told.out
        assert "setting.clients = 60." in told.out
        assert ("per 100" in told.out, told.err.split()[0]) == (True, "6")
    with pytest.raises(SystemExit):
        main((*command, "--json"))
    told = json.loads(capsys.readouterr().out)
    assert [row["parameter"] for row in told["parameters"]] == [STRONG, WEAK]
    assert told["overrides"] == {"setting.clients": "60"}
    assert (told["code"], told["command"]) == (code_version(), command_asked())


def test_an_estimate_computes_little(linear: list[Job], capsys: pytest.CaptureFixture[str]) -> None:
    command = ["sensitivity", "wonosari", "--set", "setting.clients=60", "--months", "1", "--workers", "1"]
    with pytest.raises(SystemExit) as end:
        main((*command, "--points", "2", "--pairs", "10", "--estimate"))
    count = 2 * (1 + len(ask(["wonosari"], points=1, pairs=1).names)) * 10
    out, err = capsys.readouterr()
    assert (end.value.code, out, err.partition(" ")[0]) == (0, "", f"{count:,}")
    assert sum(len(job.replicates) for job in linear) < count / 10


def test_the_bar_is_there_before_anything_is_laid_out(linear: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    @contextmanager
    def watched(doing: str, results: str | None, lang: str) -> Iterator[Callable[..., None]]:
        seen.append(doing)
        yield lambda *_: None

    monkeypatch.setattr("experiments.printing.watching", watched)
    monkeypatch.setattr("experiments.importance.ask", lambda *_, **__: seen.append("laid out") or sys.exit())
    with pytest.raises(SystemExit):
        main(("sensitivity", "wonosari"))
    assert seen == ["varying", "laid out"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--method", "guess"), "'guess' is not known; allowed: morris, sobol"),
        (("--method", "sobol", "--points", "10"), "no power of two"),
        (("--points", "0"), "points: 0 is not allowed"),
        (("--parameter", STRONG), "at least two different parameters"),
        (("--parameter", f"{STRONG}x", "--parameter", WEAK), f"'{STRONG}x' is not known; nearest: "),
        (("--indicator", "employd_share"), "nearest: employed_share"),
        (("--points", "100", "--pairs", "1000"), "at most 200,000"),
        (("purwokerto", "wonosari"), "one scenario, or the baseline"),
        (("--workers", "0"), "workers: 0 is not allowed"),
    ],
)
def test_bad_input_is_one_clear_line(
    linear: list[Job], capsys: pytest.CaptureFixture[str], args: tuple[str, ...], words: str
) -> None:
    with pytest.raises(SystemExit) as end:
        main(("sensitivity", "wonosari", *args))
    out, err = capsys.readouterr()
    assert (end.value.code, out) == (2, "")
    assert re.fullmatch(rf"pokmas: .*{words}.*\n", err), err
    assert linear == []
