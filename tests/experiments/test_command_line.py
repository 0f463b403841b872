"""The command line: contracts of its JSON, tables for people, and one clear line for whatever is wrong."""

import json
import math
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import pytest

from experiments.cli import main
from experiments.jobs import Job, code_version
from experiments.store import command as command_asked
from model.indicators import INDICATORS
from model.month import MONTH
from scenarios import ladders, load, shipped
from tests.experiments.made_up import answer_with, table_of
from viz.__main__ import _parser as app_options

SMALL = ("--set", "setting.clients=60", "--months", "3")


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def pokmas(capsys: pytest.CaptureFixture[str]):
    """Call the command in this process."""

    def call(*args: str) -> Outcome:
        with pytest.raises(SystemExit) as end:
            main(args)
        return Outcome(end.value.code or 0, *capsys.readouterr())

    return call


@pytest.fixture
def broken(tmp_path: Path) -> str:
    path = tmp_path / "broken.yaml"
    path.write_text("schema: 1\nname: broken\nparent: wonosari\nlevers: {funding: [}\n")
    return str(path)


def test_run_prints_one_json_object(pokmas) -> None:
    told = pokmas("run", "wonosari", *SMALL, "--seed", "2", "--set", "levers.funding.annual_budget_idr=0", "--json")
    assert (told.code, told.err) == (0, "")
    answer = json.loads(told.out)
    spec = load("wonosari", {"setting.clients": 60, "levers.funding.annual_budget_idr": 0})
    assert {key: answer[key] for key in ("scenario", "hash", "seed", "months", "clients")} == {
        "scenario": "wonosari", "hash": spec.hash, "seed": 2, "months": 3, "clients": 60,
    }  # fmt: skip
    assert (answer["code"], answer["command"]) == (code_version(), command_asked())
    assert {name: set(found) for name, found in answer["indicators"].items()} == {
        name: {"value", "unit"} for name in INDICATORS
    }


def test_compare_prints_one_json_object(pokmas, asked: list[Job]) -> None:
    told = pokmas(
        "compare", "wonosari", "purwokerto", *SMALL, "--pairs", "20", "--seed", "4", "--json", "--workers", "1"
    )
    assert (told.code, told.err) == (0, "")
    answer = json.loads(told.out)
    assert (answer["pairs"], answer["baseline"], answer["seed"], answer["months"]) == (20, "wonosari", 4, 3)
    rows = answer["scenarios"]["purwokerto"]
    assert list(rows) == list(INDICATORS)
    assert {"better", "same", "worse", "median_difference", "low", "high", "unit"} <= set(rows["employed_share"])
    assert all(row["better"] + row["same"] + row["worse"] == row["pairs_used"] for row in rows.values())
    assert {job.spec.name for job in asked} == {"wonosari", "purwokerto"}
    assert answer["smallest_difference"]["employed_share"] == INDICATORS["employed_share"].smallest_difference
    assert (answer["code"], answer["command"]) == (code_version(), command_asked())


def test_the_real_command_answers_twice_alike_and_computes_once(results: Path) -> None:
    command = [sys.executable, "-m", "experiments", "compare", "wonosari", "wonosari-steady-budget", "--pairs", "12"]
    command += [*SMALL, "--json"]
    first = subprocess.run(command, capture_output=True, text=True, check=True)
    stored = {path: path.stat().st_mtime_ns for path in results.rglob("*") if path.is_file()}
    assert len(stored) == 2 * 2 * 2, "two files for each of two blocks of two scenarios"
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert first.stdout == again.stdout
    assert {path: path.stat().st_mtime_ns for path in results.rglob("*") if path.is_file()} == stored
    assert first.stderr == again.stderr == "", "no progress bar where nobody watches"
    json.loads(first.stdout)


def test_a_planner_reads_names_and_units(pokmas, asked: list[Job]) -> None:
    told = pokmas("run", "wonosari", *SMALL)
    assert "re-offended within 24 months of release" in told.out
    assert "50 %" in told.out
    assert not re.search(r"\d\.\d{5}", told.out)
    indonesian = pokmas("run", "wonosari", *SMALL, "--lang", "id").out
    assert INDICATORS["reoffending_24m"].meaning["id"] in indonesian
    assert "Nilai" in indonesian


@pytest.mark.parametrize(("lang", "words"), [("en", "Changed"), ("id", "Diubah")])
def test_what_set_changed_is_told_below_the_title(pokmas, asked: list[Job], lang: str, words: str) -> None:
    once = pokmas("run", "wonosari", *SMALL, "--lang", lang).out.splitlines()
    assert once[1] == f"{words}: setting.clients = 60."
    pair = pokmas("compare", "wonosari", "purwokerto", *SMALL, "--pairs", "2", "--workers", "1", "--lang", lang)
    everywhere = {"en": "Changed in every plan", "id": "Diubah di setiap rencana"}[lang]
    assert pair.out.splitlines()[1] == f"{everywhere}: setting.clients = 60."
    for command in (("run", "wonosari"), ("compare", "wonosari", "purwokerto", "--pairs", "2", "--workers", "1")):
        assert json.loads(pokmas(*command, *SMALL, "--json").out)["overrides"] == {"setting.clients": "60"}


def test_help_says_that_a_change_is_one_of_every_plan(pokmas) -> None:
    assert "the same in every plan" in " ".join(pokmas("compare", "--help").out.split())


@pytest.mark.parametrize(
    ("lang", "pairs", "words"),
    [
        (
            "en",
            6,
            "of 6 pairs, purwokerto did better 0 times, about the same 6, wonosari better 0; middle difference 0",
        ),
        ("id", 6, "dari 6 pasangan, purwokerto lebih baik 0 kali, kira-kira sama 6, wonosari lebih baik 0; selisih"),
        ("en", 3, "of 3 pairs, purwokerto did better 0 times, about the same 3, wonosari better 0; differences"),
        ("id", 3, "dari 3 pasangan, purwokerto lebih baik 0 kali, kira-kira sama 3, wonosari lebih baik 0; selisih"),
    ],
)
def test_compare_answers_first(pokmas, asked: list[Job], lang: str, pairs: int, words: str) -> None:
    told = pokmas("compare", "wonosari", "purwokerto", *SMALL, "--pairs", str(pairs), "--workers", "1", "--lang", lang)
    assert words in told.out
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("lang", "unknown", "alike", "short"),
    [
        ("en", "1 more indicator is known in no pair", "more indicators are about the same in every pair", "short"),
        ("id", "1 indikator lain tidak diketahui di pasangan mana pun", "indikator lain kurang lebih sama", "pendek"),
    ],
)
def test_what_is_known_in_no_pair_is_not_called_the_same(
    pokmas, monkeypatch: pytest.MonkeyPatch, lang: str, unknown: str, alike: str, short: str
) -> None:
    names = {"reoffending_36m"}
    answer_with(monkeypatch, lambda job: table_of(job, lambda name, _: math.nan if name in names else 0.5))
    asked = (*COMPARE, *SMALL, "--pairs", "2", "--workers", "1", "--lang", lang)
    told = " ".join(pokmas(*asked).out.split())
    assert unknown in told
    assert f"{len(INDICATORS) - 1} {alike}" in told
    names |= set(INDICATORS)
    nothing = " ".join(pokmas(*asked, "--seed", "2").out.split())
    assert alike not in nothing
    assert short not in nothing, "where nobody is there, that is not because of the months"


def test_failures_are_told_and_the_code_says_so(pokmas, monkeypatch: pytest.MonkeyPatch, asked: list[Job]) -> None:
    from experiments import tasks

    good = tasks.simulate

    def sometimes(job: Job):
        if 10 in job.replicates and job.spec.name == "purwokerto":
            raise RuntimeError("lost")
        return good(job)

    answer_with(monkeypatch, sometimes)
    told = pokmas("compare", "wonosari", "purwokerto", *SMALL, "--pairs", "20", "--json", "--workers", "1")
    assert told.code == 1
    assert told.err == "Failed and missing above, 1 of 40 runs:\n  purwokerto, pair 10: RuntimeError: lost\n"
    assert json.loads(told.out)["failures"][0]["message"] == "RuntimeError: lost"


def test_the_plan_of_the_month_runs_nothing(pokmas, asked: list[Job]) -> None:
    told = pokmas("run", "--plan")
    assert told.code == 0
    assert [phase.name for phase in MONTH if phase.name not in told.out] == []
    phases = json.loads(pokmas("run", "--plan", "--json").out)["phases"]
    assert list(dict.fromkeys(phase["phase"] for phase in phases)) == [phase.name for phase in MONTH]
    assert asked == []


def test_scenarios_are_listed_shown_and_checked(pokmas, tmp_path: Path) -> None:
    listed = pokmas("scenarios", "list").out
    assert [name for name in shipped() if name not in listed] == []
    assert "wonosari-grid holds several scenarios, wonosari-grid-low-low-low to wonosari-grid-high-high-high" in listed
    answer = json.loads(pokmas("scenarios", "list", "--json").out)
    assert set(answer) == {*shipped(), "wonosari-grid", "national"}
    assert [len(answer[name]["scenarios"]) for name in ("wonosari-grid", "national")] == [27, 94]
    shown = pokmas("scenarios", "show", "wonosari").out
    assert "levers.funding.activity_shares.entrepreneurship" in shown, "a key is never cut"
    assert json.loads(pokmas("scenarios", "show", "wonosari", "--json").out)["hash"] == load("wonosari").hash
    mine = tmp_path / "mine.yaml"
    mine.write_text("schema: 1\nname: mine\nparent: wonosari\nlevers: {funding: {annual_budget_idr: 5}}\n")
    checked = pokmas("scenarios", "check", str(mine), "wonosari")
    assert (checked.code, checked.out.count(": good")) == (0, 2)


def test_all_that_is_shipped_is_checked_when_nothing_is_named(pokmas) -> None:
    told = pokmas("scenarios", "check")
    assert (told.code, told.out.count(": good")) == (0, len(shipped()) + 2)
    assert "national: good (94 scenarios, national-01 to national-94)" in told.out


def test_a_grid_and_the_national_table_are_shown(pokmas) -> None:
    grid = pokmas("scenarios", "show", "wonosari-grid", "--lang", "id").out
    assert "wonosari-grid-FUNDING-PEOPLE-COORDINATION" in grid
    assert "levers.human_resources.members_per_group" in grid
    table = pokmas("scenarios", "show", "national").out
    assert "national-94" in table
    assert "187,643" in table
    assert "39 offices (41.5 %) have active groups." in table
    assert len(json.loads(pokmas("scenarios", "show", "wonosari-grid", "--json").out)) == 27
    wrong = pokmas("scenarios", "diff", "national", "wonosari")
    assert (wrong.code, wrong.out) == (2, "")
    assert "national: holds 94 scenarios; name one of them; nearest: national-01" in wrong.err


def test_diff_says_when_only_the_past_differs(pokmas, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(load("wonosari").to_yaml() + "past: {community: {media_reach: 0.5}}\n")
    told = pokmas("scenarios", "diff", "wonosari", str(mine)).out
    assert "are equal from month 0 on, but not in what held before (levers: 1)" in told


def test_levers_are_told_with_their_levels(pokmas) -> None:
    told = pokmas("scenarios", "levers", "wonosari").out
    assert [key for key in ladders() if key not in told] == []
    one = pokmas("scenarios", "levers", "wonosari", "--lever", "levers.community.media_reach", "--lang", "id").out
    assert "  >  Hampir tidak ada" in one
    answer = json.loads(pokmas("scenarios", "levers", "purwokerto", "--json").out)
    assert set(answer) == set(ladders())
    budget = answer["levers.funding.annual_budget_idr"]
    assert budget["levels"][0]["values"] == {"levers.funding.annual_budget_idr": 150_000_000}
    for lever in ("levers.funding", "funding"):
        group = json.loads(pokmas("scenarios", "levers", "--lever", lever, "--json").out)
        assert list(group) == [key for key in ladders() if key.startswith("levers.funding.")]
    alone = json.loads(pokmas("scenarios", "levers", "--lever", "media_reach", "--json").out)
    assert list(alone) == ["levers.community.media_reach"]
    wrong = pokmas("scenarios", "levers", "--lever", "levers.community.media")
    assert wrong.code == 2
    assert "nearest: levers.community.media_reach" in wrong.err


def test_diff_shows_what_differs_and_nothing_else(pokmas, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    lever = "{value: 5, then: [{from_month: 12, value: 20, ramp_months: 6}]}"
    mine.write_text(f"schema: 1\nname: mine\nparent: wonosari\nlevers: {{human_resources: {{counsellors: {lever}}}}}\n")
    told = json.loads(pokmas("scenarios", "diff", "wonosari", str(mine), "--json").out)
    assert list(told) == ["levers.human_resources.counsellors"]
    assert told["levers.human_resources.counsellors"]["to"] == "5; to 20 over 6 months from month 12"
    assert "are equal" in pokmas("scenarios", "diff", "wonosari", "wonosari").out


@pytest.mark.parametrize(
    "command", [(), ("run",), ("compare",), ("ui",), ("scenarios", "list"), ("scenarios", "show"),
                ("scenarios", "check"), ("scenarios", "diff"), ("scenarios", "levers"), ("sweep",),
                 ("sensitivity",), ("results", "list"),
                ("results", "show"), ("results", "verify"), ("results", "prune")],
)  # fmt: skip
def test_every_command_helps_with_an_example(pokmas, command: tuple[str, ...]) -> None:
    told = pokmas(*command, "--help")
    assert (told.code, told.err) == (0, "")
    assert not command or f"  pokmas {' '.join(command)} " in told.out


def test_without_a_command_there_is_help(pokmas) -> None:
    assert pokmas().out == pokmas("--help").out


COMPARE = ("compare", "wonosari", "purwokerto")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("run", "wonsari"), "wonsari.*nearest: wonosari"),
        (("run", "nowhere.yaml"), "nowhere.yaml: no such file"),
        (
            ("run", "wonosari", "--set", "levers.funding.anual_budget_idr=1"),
            "nearest: levers.funding.annual_budget_idr",
        ),
        (("run", "wonosari", "--set", "levers.funding.annual_budget_idr=-1"), "annual_budget_idr = -1.*from 0 to"),
        (("run", "wonosari", "--set", "setting.clients=many"), "setting.clients = many"),
        (("run", "wonosari", "--set", "setting.clients"), "write KEY=VALUE"),
        (("run", "wonosari", "--set", "a=1", "--set", "a=2"), "--set a: given twice"),
        (("run", "wonosari", "--months", "0"), "months: 0 .* from 1 to 600"),
        (("run", "wonosari", "--months", "-3"), "months: -3 .* from 1 to 600"),
        (("run", "wonosari", "--months", "601"), "months: 601 .* from 1 to 600"),
        (("run", "wonosari", "--months", "many"), "--months.*'many' is not a whole number"),
        (("run", "wonosari", "--months", "2.5"), "--months.*'2.5' is not a whole number"),
        (("run", "wonosari", "--months"), "--months"),
        (("run", "wonosari", "--seed", "-1"), "seed: -1 .* from 0"),
        (("run", "wonosari", "--mnths", "3"), "--mnths.*--months"),
        (("run", "wonosari", "--lang", "fr"), "--lang.*'fr' is not one of 'id', 'en'"),
        (("run", "wonosari", "purwokerto"), "purwokerto.*see pokmas run --help"),
        (("run",), "which scenario"),
        (("ui", "--port", "abc"), "--port.*'abc' is not a whole number"),
        (("ui", "--port", "99999"), "port: 99999 is not allowed; give a whole number from 0 to 65535"),
        (("ui", "--prot", "1"), "--prot.*--port"),
        (("rnu",), "'rnu'.*'run'"),
        (("compare",), "SCENARIO"),
        (("compare", "wonosari"), "at least two scenarios"),
        (("compare", *["wonosari"] * 5), "5 scenarios given; two to four"),
        (("compare", "wonosari", "purwakerto"), "nearest: purwokerto"),
        (("compare", "wonosari", "wonosari"), "'wonosari' and 'wonosari' are the same plan; give it once"),
        ((*COMPARE, "wonosari"), "'wonosari' and 'wonosari' are the same plan; give it once"),
        ((*COMPARE, "--effect", "employed_share"), "--effect employed_share: .* add --costs"),
        ((*COMPARE, "--pairs", "0"), "pairs: 0 .* from 1 to 100000"),
        ((*COMPARE, "--pairs", "100001"), "pairs: 100001 .* from 1 to 100000"),
        ((*COMPARE, "--months", "-1"), "months: -1 .* from 1 to 600"),
        ((*COMPARE, "--smallest-difference", "-0.1"), "smallest difference: -0.1 .* from 0 to 1"),
        ((*COMPARE, "--smallest-difference", "3"), "smallest difference: 3 .* .0.03 is 3 clients in 100"),
        ((*COMPARE, "--smallest-difference", "little"), "--smallest-difference.*'little' is not a number"),
        ((*COMPARE, "--workers", "0"), "workers: 0 .* from 1"),
        ((*COMPARE, "--assumptions", "some"), "'some' is not one of 'drawn', 'fixed'"),
        ((*COMPARE, "--sede", "1"), "--sede.*--seed"),
        (("scenarios",), "see pokmas scenarios --help"),
        (("scenarios", "shwo"), "shwo"),
        (("scenarios", "show", "wonsari"), "nearest: wonosari"),
        (("scenarios", "diff", "wonosari"), "B"),
    ],
)
def test_bad_input_is_one_clear_line(pokmas, asked: list[Job], args: tuple[str, ...], words: str) -> None:
    told = pokmas(*args)
    assert told.code == 2
    assert told.out == ""
    assert re.fullmatch(rf"pokmas: .*{words}.*\n", told.err), told.err
    assert asked == []


def test_broken_yaml_is_one_line_with_its_place(pokmas, broken: str) -> None:
    for command in (("run", broken), ("scenarios", "check", broken), ("compare", "wonosari", broken)):
        told = pokmas(*command)
        assert told.code == 2
        assert re.fullmatch(rf"pokmas: {re.escape(broken)}:4: .*\n", told.err), told.err


def test_a_folder_that_refuses_is_one_clear_line(pokmas, asked: list[Job], tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    for command in (("run", "wonosari"), COMPARE):
        told = pokmas(*command, "--results", str(blocked))
        assert told.code == 2
        assert re.fullmatch(rf"pokmas: results folder '{blocked}' cannot be written to \(.*\); .*\n", told.err)
    assert asked == []


def test_the_real_command_shows_no_traceback() -> None:
    command = [sys.executable, "-m", "experiments", "run", "wonosari", "--months", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "pokmas: months: 0 is not allowed; give a whole number from 1 to 600\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full here")
@pytest.mark.parametrize("command", [("scenarios", "list"), ("scenarios", "list", "--json"), ("scenarios", "check")])
def test_a_full_disk_under_the_answer_is_one_line(command: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "experiments", *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    said = "pokmas: the answer cannot be written (no space left on device); what was computed is kept\n"
    assert (done.returncode, done.stderr) == (1, said)


def test_ui_hands_its_options_on(pokmas, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr("subprocess.call", lambda command: called.append(command) or 0)
    assert pokmas("ui").code == pokmas("ui", "--port", "8899", "--host", "::1", "--no-open").code == 0
    app = [sys.executable, "-m", "viz"]
    assert called == [app, [*app, "--port", "8899", "--host", "::1", "--no-open"]]


def test_ui_has_the_options_of_the_app(pokmas) -> None:
    listed = pokmas("ui", "--help").out
    assert set(re.findall(r"--[a-z-]+", app_options().format_help())) <= set(re.findall(r"--[a-z-]+", listed))


def test_the_version_names_the_code(pokmas) -> None:
    assert pokmas("--version").out == f"pokmas {version('pokmas')} (code {code_version()})\n"
