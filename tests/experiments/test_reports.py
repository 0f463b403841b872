"""A report says the answer first, with counts and caveats, in both languages, in one file that asks for nothing."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from experiments import Comparison, ExperimentError, report
from experiments.assumptions import companions
from experiments.batch import Failure
from experiments.briefing import Brief
from experiments.citing import command_line, run_id
from experiments.pairing import blocks
from experiments.plans import levers_that_differ
from experiments.texts import LANGUAGES, texts
from model.beliefs import draw
from scenarios import load
from scenarios.frozen import FrozenDict
from tests.experiments.told import comparison

FORBIDDEN = ("p-value", "optimal", "prediksi", "prediction", "napi", "residivis", "ex-con")
INDICATOR = "employed_share"


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Comparison:
    return comparison(monkeypatch)


def words(page: str) -> str:
    """What a reader reads: without style, tags and the spaces between."""
    shown = re.sub(r"<style>.*?</style>|<title>.*?</title>", " ", page, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


def test_the_answer_is_told_in_counts_of_pairs(answer: Comparison) -> None:
    told = words(report(answer, language="en", indicator=INDICATOR))
    assert (
        "of 20 pairs, B (All remedies together) did better 15 times, about the same 5, A (Bapas Wonosari as it is) "
        "better 0; middle difference +6 clients per 100, nine in ten between 0 and +6."
    ) in told
    assert told.index("of 20 pairs") < told.index("What differs")


@pytest.mark.parametrize(("indicator", "side"), [("spent_idr", "B dearer"), ("carried_over_idr", "more with B")])
def test_money_is_told_as_money_on_paper_too(answer: Comparison, indicator: str, side: str) -> None:
    said = Brief(answer, texts("en"), indicator).content()
    (one,) = said["answers"]
    assert side in one["chart"]
    assert "better" not in " ".join([one["verdict"], one["sentence"], one["because"], *said["evidence"]])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("plans", [2, 3, 4])
def test_every_part_is_there(monkeypatch: pytest.MonkeyPatch, language: str, plans: int) -> None:
    t = texts(language)
    page = report(comparison(monkeypatch, plans), language=language, indicator=INDICATOR)
    told = words(page)
    for key in ("world", "assumptions", "persons"):
        assert t(f"caveats.{key}") in told
    for key in ("label.exploration", "evidence.heading", "watch.heading", "limits.heading", "again.heading"):
        assert t(key) in told
    assert page.count('<section class="page">') == 2
    assert f'<html lang="{language}">' in page
    assert [word for word in FORBIDDEN if word in told.lower()] == []
    assert "{" not in told
    assert "nan" not in told.lower().split()


def test_the_page_asks_for_nothing_and_runs_nothing(answer: Comparison) -> None:
    page = report(answer, language="id")
    assert "<script" not in page
    assert "src=" not in page
    assert "url(" not in page
    assert set(re.findall(r"https?://[^\s\"']+", page)) == {"http://www.w3.org/2000/svg"}
    assert "default-src 'none'" in page


def test_what_a_scenario_says_is_text_and_no_markup(answer: Comparison) -> None:
    name = answer.scenarios[0]
    title = FrozenDict(dict.fromkeys(LANGUAGES, "<script>alert(1)</script> & co"))
    specs = answer.specifications | {name: replace(answer.specifications[name], title=title)}
    page = report(replace(answer, specifications=specs), language="en", indicator=INDICATOR)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in page
    HTMLParser().feed(page)


def test_the_same_question_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first, again = (report(comparison(monkeypatch), language="id") for _ in range(2))
    assert first == again


def test_the_command_names_what_ships_and_a_file_for_what_does_not(answer: Comparison) -> None:
    assert "pokmas report wonosari wonosari-everything --pairs 20 --months 30 --seed 1 --language en" in report(
        answer, language="en"
    )
    name = answer.scenarios[0]
    other = load(name, {"levers.human_resources.counsellors": 20})
    changed = replace(answer, specifications=answer.specifications | {name: other})
    assert "pokmas report wonosari plan-b.yaml --pairs 20" in report(changed, language="en")


def test_runs_are_named_by_all_that_decides_the_numbers() -> None:
    asked = {"pairs": 20, "months": 24, "seed": 1, "smallest_difference": None, "assumptions": "drawn"}
    name = run_id(["a", "b"], **asked)
    assert name == run_id(["a", "b"], **asked)
    others = [asked | change for change in ({"pairs": 21}, {"seed": 2}, {"smallest_difference": 0.03})]
    assert len({name, run_id(["b", "a"], **asked), *(run_id(["a", "b"], **other) for other in others)}) == 5
    fine = asked | {"smallest_difference": 1 / 30}
    told = float(command_line("compare", ["a", "b"], **fine).split()[-1])
    assert run_id(["a", "b"], **fine) == run_id(["a", "b"], **fine | {"smallest_difference": told})


@pytest.mark.parametrize("language", LANGUAGES)
def test_plans_are_told_by_level_and_practice(language: str) -> None:
    t, plans = texts(language), [load(name) for name in ("wonosari", "wonosari-everything")]
    rows = {row.name: row for row in levers_that_differ(t, plans)}
    money = next(iter(rows.values()))
    assert [cell.value.split()[0] for cell in money.cells] == ["180", "360"]
    month = next(row for name, row in rows.items() if "1 is January" in name or "1 Januari" in name)
    assert [cell.value for cell in month.cells] == ["April", {"id": "Januari", "en": "January"}[language]]
    assert all(cell.level and cell.practice for row in rows.values() for cell in row.cells)


def test_a_change_in_the_middle_of_a_run_is_told_by_the_month_as_it_is_lived() -> None:
    rows = levers_that_differ(texts("en"), [load(name) for name in ("wonosari", "wonosari-budget-cut")])
    assert rows[0].cells[1].value == "180 million rupiah a year; 90 million rupiah a year from month 13"


def test_the_yearly_money_is_told_though_it_does_not_differ() -> None:
    plans = [load(name) for name in ("wonosari", "wonosari-no-pokmas")]
    assert levers_that_differ(texts("en"), plans)[0].name == "Money a year from all sources"


def test_an_assumption_that_decides_stands_out(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = comparison(monkeypatch, pairs=80)
    name = answer.scenarios[0]
    spec, table = answer.specifications[name], answer.differences.copy()
    decides = {at: draw(spec, 1, at, "drawn")["demand_share"] for at in range(80)}
    table["difference"] = table["replicate"].map(decides)
    made_up = replace(answer, differences=table)
    found = companions(made_up, name, INDICATOR)
    assert found is not None
    assert found[0].parameter.name == "demand_share"
    assert found[0].correlation == pytest.approx(1.0)
    fewer_is_better = companions(made_up, name, "reoffending_24m")
    assert fewer_is_better is not None
    assert fewer_is_better[0].correlation == pytest.approx(-1.0)
    told = words(report(made_up, language="en", indicator=INDICATOR))
    assert "went most with" in told


def test_assumptions_are_not_ranked_where_that_would_be_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    assert companions(comparison(monkeypatch), "wonosari-everything", INDICATOR) is None
    fixed = comparison(monkeypatch, pairs=60, assumptions="fixed")
    assert companions(fixed, "wonosari-everything", INDICATOR) is None
    told = words(report(fixed, language="en"))
    assert texts("en")("label.illustration") in told
    assert texts("en")("caveats.fixed") in told


def test_nothing_known_is_said_and_drawn_as_nothing(answer: Comparison) -> None:
    unknown = replace(
        answer,
        differences=answer.differences.assign(difference=float("nan")),
        summary=answer.summary.assign(better=0, same=0, worse=0, pairs_used=0, better_low=float("nan")),
    )
    assert texts("en")("answer.nothing") in words(report(unknown, language="en", indicator=INDICATOR))


def test_a_sensitivity_analysis_is_told_beside_the_evidence(answer: Comparison) -> None:
    from experiments.importance import Sensitivity

    table = pd.DataFrame({"parameter": ["demand_share", "hazard_ratio_employed"], "measure_first": [1, None]})
    made = Sensitivity("morris", INDICATOR, ("wonosari", "wonosari-everything"), 4, 4, 36, 1, 30, table)
    told = words(report(answer, language="en", sensitivity=made))
    assert "By a sensitivity analysis (morris) of Clients in work" in told


@pytest.mark.parametrize(
    ("language", "said", "one"), [("en", "11 runs failed and are missing", "1 run failed and is missing"),
                                  ("id", "11 simulasi gagal dan tidak ada", "1 simulasi gagal dan tidak ada")],
)  # fmt: skip
def test_runs_that_failed_are_counted_not_the_jobs_that_held_them(
    answer: Comparison, language: str, said: str, one: str
) -> None:
    block = blocks(answer.specifications[answer.baseline], 20, 30, 1, "drawn")[0]
    single = Failure(block.singles()[3], "ZeroDivisionError: no counsellor")
    lost = Failure(replace(block, replicates=tuple(range(10, 20))), "WorkerLost: gone", lost=True)
    assert said in words(report(replace(answer, failures=[single, lost]), language=language))
    assert one in words(report(replace(answer, failures=[single]), language=language))


def test_figures_are_named_and_complete(answer: Comparison) -> None:
    drawings = Brief(answer, texts("id"), INDICATOR).drawings()
    assert "differences-b" in drawings
    assert "months-employed-share" in drawings
    assert all(drawing.startswith("<svg xmlns=") for drawing in drawings.values())


def test_bad_input_is_one_clear_line(answer: Comparison, tmp_path: Path) -> None:
    for asked, said in (
        ({"language": "fr"}, "language: 'fr' is not known; allowed: id, en"),
        ({"indicator": "employed"}, "indicator: 'employed' is no indicator"),
        ({"out": tmp_path / "report.pdf"}, "does not end in .html; name for instance report.html"),
        ({"out": tmp_path / "none" / "report.html"}, "no such folder"),
        ({"pairs": 3}, "report: pairs belong to a question"),
    ):
        with pytest.raises(ExperimentError, match=said):
            report(answer, **asked)
    with pytest.raises(ExperimentError, match="5 plans given; two pages hold two to four"):
        report(["wonosari"] * 5)
