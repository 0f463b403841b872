"""What is said about a comparison: one sentence, a verdict by a rule that can be looked up, and the numbers."""

from dataclasses import replace

import pandas as pd
import pytest

from experiments import findings
from experiments.measures import NEITHER, Measure, Tally, amount, quantity
from experiments.outcomes import recorded
from experiments.palette import LIGHT
from tests.viz.made_up_answers import EMPLOYED, MEASURES, MONEY, RECORDED, REOFFENDING, SUPPORT, answer
from viz import report
from viz.answers import Answer
from viz.parts.tables import html, spreadsheet
from viz.state import Plan, Question
from viz.texts import LANGUAGES, texts

EN, ID = texts("en"), texts("id")
CHANGED = Question(
    plans=(Plan("wonosari"), Plan("wonosari-certified-members").changed("human_resources.counsellors", 25.0))
)


def test_the_answer_is_one_sentence() -> None:
    said = report.finding(EN, answer(), 1, REOFFENDING)
    assert said is not None
    assert said.sentence == (
        "Re-offended, in a run of 24 months: of 20 pairs, B (All remedies together) did better 14 times, "
        "about the same 4, A (Bapas Wonosari as it is) better 2; middle difference −6 clients per 100, "
        "nine in ten between −6 and +5."
    ).replace("+5", amount(EN, REOFFENDING, answer().tally(1, REOFFENDING).high, 1, signed=True))


def test_the_answer_is_the_same_sentence_in_indonesian() -> None:
    said = report.finding(ID, answer(better=1, same=19, worse=0), 1, REOFFENDING)
    assert said is not None
    assert said.sentence == (
        "Melanggar lagi, simulasi 24 bulan: dari 20 pasangan, B (Semua perbaikan sekaligus) lebih baik 1 kali, "
        "kira-kira sama 19, A (Bapas Wonosari seperti sekarang) lebih baik 0; selisih tengah 0 klien per 100, "
        "sembilan dari sepuluh antara −0,3 dan 0."
    )
    assert said.headline == f"Melanggar lagi: {said.verdict}"


@pytest.mark.parametrize(
    ("better", "same", "worse", "verdict"),
    [
        (14, 4, 2, "better"),
        (2, 4, 14, "worse"),
        (1, 18, 1, "same"),
        (7, 13, 0, "rather_better"),
        (0, 13, 7, "rather_worse"),
        (11, 9, 0, "better"),
        (10, 10, 0, "rather_better"),
        (10, 5, 5, "unclear"),
        (3, 14, 3, "unclear"),
        (0, 20, 0, "same"),
        (20, 0, 0, "better"),
    ],
)
def test_the_verdict_follows_the_counts(better: int, same: int, worse: int, verdict: str) -> None:
    tally = Tally(better, same, worse, 0.0, 0.0, 0.0)
    assert tally.verdict == verdict
    for t in (EN, ID):
        assert "{" not in findings.verdict_in(t, 1, REOFFENDING, tally)
        assert f"verdict_more.{tally.strength}" in t


def test_of_too_few_pairs_each_is_named_and_nothing_concluded() -> None:
    few = answer(better=3, same=0, worse=1)
    said = report.finding(ID, few, 1, REOFFENDING)
    assert said is not None
    assert said.headline == "Melanggar lagi: Hanya 4 pasangan, terlalu sedikit untuk menyimpulkan"
    assert said.sentence.endswith("; selisihnya, dari yang terkecil: −6; −6; −6; +5 klien per 100.")
    assert "sembilan dari sepuluh" not in said.sentence + findings.dots_caption(ID, few, REOFFENDING, [1])
    assert {line.verdict for line in findings.glances(ID, few, 1)} == {said.verdict}
    assert report.summary_table(ID, few)[1][0][6:8] == ["", ""]
    assert report.dots(ID, few, 1, REOFFENDING, LIGHT)["datasets"]["span"] == []
    assert answer(better=4, same=0, worse=1).tally(1, REOFFENDING).verdict != "few"


def test_not_being_able_to_tell_is_an_answer_of_its_own() -> None:
    said = report.finding(EN, answer(better=8, same=5, worse=7), 1, REOFFENDING)
    assert said is not None
    assert said.verdict == "Cannot tell them apart"


def test_a_measure_without_values_is_no_answer() -> None:
    assert report.finding(EN, answer(better=0, same=0, worse=0), 1, REOFFENDING) is None


LEFT = replace(MONEY, name="carried_over_idr")


def of_money(measure: Measure, better: int, worse: int) -> tuple[str, ...]:
    """Headline, sentence and sides for a measure of money."""
    made = answer(better=better, same=20 - better - worse, worse=worse)
    tables = {name: getattr(made, name).replace(MONEY.name, measure.name) for name in ("summary", "differences")}
    said = report.finding(EN, replace(made, measures={measure.name: measure}, **tables), 1, measure)
    assert said is not None
    return said.verdict, said.sentence.split(", ")[2].partition(") ")[2], *findings.sides(EN, 1, measure)


def test_money_is_cheaper_or_dearer_and_what_is_left_over_neither_good_nor_bad() -> None:
    assert of_money(MONEY, 2, 16) == ("B is dearer in most pairs", "was cheaper 2 times", "B cheaper", "B dearer")
    assert of_money(LEFT, 2, 16) == (
        "More with B in most pairs",
        "2 times",
        "less with B",
        "more with B",
    )


def test_every_measure_of_money_that_is_better_low_is_told_as_a_cost() -> None:
    from model.indicators import INDICATORS

    senses = {
        name: Measure(name, one.unit, one.meaning, one.higher_is_better, one.monthly, one.smallest_difference).sense
        for name, one in INDICATORS.items()
    }
    assert {name for name, sense in senses.items() if sense == "neither"} == set(NEITHER)
    assert {name for name, sense in senses.items() if sense == "value" and "_idr" in name} == {"median_income_idr"}
    assert all("_idr" in name for name, sense in senses.items() if sense == "cost")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_every_kind_of_measure_can_be_told(language: str, measure: object) -> None:
    said = report.finding(texts(language), answer(), 1, measure)
    assert said is not None
    assert "{" not in said.sentence + said.verdict + said.because + said.direction


def test_differences_keep_the_sign_of_the_library() -> None:
    tally = answer().tally(1, REOFFENDING)
    assert tally.middle == pytest.approx(-0.06)
    assert answer().paired(1, REOFFENDING)["difference"].median() == pytest.approx(-6)


def test_money_is_shown_in_millions() -> None:
    assert answer().paired(1, MONEY)["difference"].abs().max() == pytest.approx(2)


def test_the_command_gives_the_same_numbers() -> None:
    assert report.command(answer()) == (
        "pokmas compare wonosari wonosari-everything --pairs 20 --months 24 --seed 1 --smallest-difference 0.03"
    )
    assert report.command(answer(CHANGED)).startswith("pokmas compare wonosari plan-b.yaml --pairs 20 ")


def test_a_changed_plan_becomes_a_file_with_the_same_content() -> None:
    from scenarios import from_text
    from viz.work import specification

    again = from_text(report.plan_text(answer(CHANGED), 1))
    assert again.hash == specification(CHANGED.plans[1]).hash
    assert again.lever("human_resources.counsellors", 0) == 25.0


def test_equal_questions_have_equal_names() -> None:
    assert report.run_id(answer()) == report.run_id(answer())
    assert report.run_id(answer()) != report.run_id(answer(Question(pairs=21)))


def test_a_chosen_measure_comes_first_among_the_charts() -> None:
    assert [measure.name for measure in findings.charted(answer(), SUPPORT)] == ["mspss_total", "employed_share"]
    assert [measure.name for measure in findings.charted(answer(), REOFFENDING)] == ["employed_share", "mspss_total"]


def two_views() -> Answer:
    """An answer in which clients in work hardly differ in truth and much as recorded."""
    plain, apart = answer(better=0, same=20, worse=0), answer()
    names = ("differences", "summary")
    of_twin = {name: getattr(apart, name).query(f"indicator == '{EMPLOYED.name}'") for name in names}
    of_twin = {name: table.assign(indicator=RECORDED.name) for name, table in of_twin.items()}
    together = {name: pd.concat([getattr(plain, name), of_twin[name]], ignore_index=True) for name in names}
    return replace(plain, measures={**plain.measures, RECORDED.name: RECORDED}, **together)


@pytest.mark.parametrize("measure", [EMPLOYED, RECORDED], ids=lambda measure: measure.name)
def test_a_register_that_misleads_is_said_to(measure: Measure) -> None:
    said = report.register(EN, two_views(), measure)
    assert said is not None
    assert said.sentences == [
        "Plan B: the register alone would say “B did better in most pairs”. "
        "In truth: Hardly any difference that matters."
    ]
    assert [row[0] for row in said.rows] == ["In truth", "As recorded"]
    assert said.header == ["clients per 100", "Plan A", "Plan B"]


def test_a_measure_without_a_twin_says_nothing_of_the_register() -> None:
    assert report.register(EN, two_views(), REOFFENDING) is None


def test_every_recorded_indicator_has_its_true_twin_and_comes_right_behind_it() -> None:
    from model.indicators import INDICATORS

    every = {
        name: Measure(name, one.unit, one.meaning, one.higher_is_better, one.monthly, one.smallest_difference)
        for name, one in INDICATORS.items()
    }
    pairs = pd.DataFrame([(name, 0.0) for name in every], columns=["indicator", "difference"])
    full = replace(answer(), measures=every, differences=pairs)
    twins = [name for name in every if "_recorded" in name]
    listed = [measure.name for measures in report.offered(full).values() for measure in measures]
    assert sorted(listed) == sorted(every)
    assert tuple(report.offered(full)) == tuple(report.HEADINGS)
    assert all(full.twin(every[name]) is not None for name in twins)
    assert all(recorded(listed[listed.index(name) - 1]) == name for name in twins)


def test_the_main_measures_stand_beside_whatever_is_looked_at() -> None:
    lines = findings.glances(EN, answer(), 1)
    assert [line.name for line in lines] == ["Re-offended", "Clients in work", "Money spent"]
    assert [line.verdict for line in lines] == [*["B did better in most pairs"] * 2, "B is cheaper in most pairs"]
    assert [line.middle for line in lines] == ["−6 clients per 100", "+6 clients per 100", "−2 million rupiah"]


def test_it_is_said_how_a_measure_is_counted() -> None:
    assert report.counted(EN, answer(), EMPLOYED) == "How it is counted: the mean of the last 12 months."
    assert report.counted(ID, answer(Question(months=6)), EMPLOYED) == "Cara menghitung: rata-rata 6 bulan terakhir."
    assert report.counted(EN, answer(), MONEY) == "How it is counted: as it stands at the end of the run of 24 months."


def test_units_stand_without_brackets_and_differences_with_their_sign() -> None:
    roles = replace(SUPPORT, name="roles_held", unit="roles of 4")
    assert quantity(ID, SUPPORT, 0.2, signed=True) == "+0,2 pada skala MSPSS 1 sampai 7"
    assert quantity(EN, roles, -0.5, signed=True) == "−0.5 roles out of four"
    assert "(" not in findings.dots_caption(ID, answer(), SUPPORT, [1])
    said = report.finding(ID, answer(), 1, EMPLOYED)
    assert said is not None
    assert "selisih tengah +6 klien per 100" in said.sentence
    assert report.summary_table(ID, answer())[1][1][2:6] == ["14", "4", "2", "+6"]
    assert report.pair_table(EN, answer(), 1, EMPLOYED)[1][0] == ["1", "20", "26", "+6"]
    assert report.summary_rows(ID, answer())[0][6:8] == ["90 % pasangan: dari", "90 % pasangan: sampai"]


def test_of_several_plans_each_headline_says_whose_it_is() -> None:
    several = Question(plans=(Plan("wonosari"), Plan("wonosari-budget-cut"), Plan("wonosari-everything")))
    said = [report.finding(EN, answer(several, better=0, same=20, worse=0), plan, EMPLOYED) for plan in (1, 2)]
    assert [one and one.headline for one in said] == [
        f"Clients in work, plan {own}: Hardly any difference that matters" for own in "BC"
    ]


def test_another_office_is_told_from_another_policy() -> None:
    elsewhere = Question(plans=(Plan("wonosari"), Plan("purwokerto"), Plan("wonosari-everything")))
    assert [report.other_office(answer(elsewhere), plan) for plan in (1, 2)] == [True, False]


def test_the_spreadsheet_opens_in_an_indonesian_excel() -> None:
    text = spreadsheet(ID, *report.summary_rows(ID, answer())).decode("utf-8-sig").splitlines()
    assert text[0].startswith("Ukuran;Rencana;Lebih baik atau murah;")
    assert text[1] == "Melanggar lagi;B;14;4;2;-6;-6;5;klien per 100".replace(";5;", f";{text[1].split(';')[7]};")
    assert "," in spreadsheet(ID, ["a"], [[0.5]]).decode("utf-8-sig")
    assert spreadsheet(EN, ["a", "b"], [[0.5, 1]]).decode("utf-8-sig") == "a,b\r\n0.5,1\r\n"
    assert spreadsheet(EN, ["a", "b"], [["=1+1", -1]]).decode("utf-8-sig") == "a,b\r\n'=1+1,-1\r\n"


def test_a_table_has_headed_rows_and_shows_texts_as_texts() -> None:
    made = html("A <b>caption</b>", ["x", "y"], [["1", "<script>"]])
    assert "<caption>A &lt;b&gt;caption" in made
    assert '<th scope="row">1</th><td>&lt;script&gt;</td>' in made


def test_tables_and_labels_tell_what_the_charts_show() -> None:
    header, rows = report.month_table(EN, answer(), EMPLOYED)
    assert header == ["Month", "A: middle (90 % of runs)", "B: middle (90 % of runs)"]
    assert rows[0] == ["1", "30 (10 to 50)", "30 (10 to 50)"]
    assert "plan B 30 clients per 100" in findings.time_label(EN, answer(), EMPLOYED)
    assert len(report.all_pair_rows(EN, answer())[1]) == 20 * len(MEASURES)
