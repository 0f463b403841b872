"""The right side of the comparison page: the answer, then the charts, then the numbers and how to get them again."""

from typing import TYPE_CHECKING

import solara

from experiments import citing, findings
from experiments.measures import Measure, letter, measure_name, unit_name
from experiments.palette import DARK, DASHES, LIGHT, Look
from viz import naming, report
from viz.answers import Answer
from viz.parts.charts import VegaChart
from viz.parts.disclosure import Disclosure
from viz.parts.html import tag
from viz.parts.tables import Table, spreadsheet

if TYPE_CHECKING:
    from viz.texts import Texts

CSV = "text/csv"
LARGEST_FAINT = 30


def _look(dark: bool) -> Look:
    """The colours for a light or a dark page."""
    return DARK if dark else LIGHT


@solara.component
def Result(t: "Texts", answer: Answer, measure: Measure, dark: bool) -> None:
    """Everything that is shown of a finished comparison."""
    look = _look(dark)
    with tag("div", css="pk-result"):
        for plan in range(1, len(answer.names)):
            PlanAnswer(t, answer, plan, measure, dark).key(f"answer-{plan}")
        Twins(t, answer, measure)
        Legend(t, answer, look)
        Months(t, answer, measure, dark)
        Numbers(t, answer)
        Caveats(t)
        Again(t, answer)


@solara.component
def PlanAnswer(t: "Texts", answer: Answer, plan: int, measure: Measure, dark: bool) -> None:
    """The sentence and the dots of one plan against the baseline."""
    said = report.finding(t, answer, plan, measure)
    own, look = letter(plan), _look(dark)
    with tag("section", css="pk-card", aria_label=naming.plan_name(t, answer.question, plan)):
        if said is None:
            tag("p", t("answer.nothing"))
            return
        tag("h2", said.headline, css="pk-verdict")
        tag("p", said.sentence, css="pk-sentence", data_testid=f"sentence-{own}", aria_live="polite")
        tag("p", said.because, css="pk-more")
        if report.other_office(answer, plan):
            tag("p", t("answer.other_office", letter=own), css="pk-notice")
        Glances(t, answer, plan)
        with tag("figure", css="pk-figure"):
            tag("h3", t("dots.heading"))
            below, above = findings.sides(t, plan, measure)
            with tag("div", css="pk-sides", aria_hidden="true"):
                tag("span", t("dots.left", said=below))
                tag("span", t("dots.right", said=above))
            VegaChart(
                lambda: report.dots(t, answer, plan, measure, look),
                [answer, plan, measure.name, dark, t.language],
                t("dots.label", sentence=said.sentence),
            )
            with tag("figcaption"):
                tag("p", findings.dots_caption(t, answer, measure, [plan]))
                tag("p", said.direction)
            Disclosure(t("dots.table"), lambda: Table(t("dots.table"), *report.pair_table(t, answer, plan, measure)))


@solara.component
def Glances(t: "Texts", answer: Answer, plan: int) -> None:
    """The main measures in a line each."""
    rows = [[one.name, one.verdict, one.middle] for one in findings.glances(t, answer, plan)]
    header = [t("numbers.measure"), t("glance.outcome"), t("numbers.middle")]
    Table(t("glance.caption", letter=letter(plan)), header, rows, css="pk-glance")


@solara.component
def Twins(t: "Texts", answer: Answer, measure: Measure) -> None:
    """What is true beside what the register says of it."""
    said = report.register(t, answer, measure)
    if said is not None:
        with tag("section", css="pk-card", aria_labelledby="h-twins"):
            tag("h2", t("register.heading"), id="h-twins")
            for sentence in said.sentences:
                tag("p", sentence, css="pk-sentence")
            Table(t("register.caption"), said.header, said.rows)
            tag("p", t("register.more"), css="pk-more")


@solara.component
def Legend(t: "Texts", answer: Answer, look: Look) -> None:
    """Letter, colour, dash and name of each plan."""
    with tag("ul", css="pk-legend", aria_label=t("answer.legend")):
        for plan in range(len(answer.names)):
            dash = ",".join(str(part) for part in DASHES[plan]) if plan != 1 else "none"
            line = (
                '<svg width="34" height="10" aria-hidden="true"><line x1="1" y1="5" x2="33" y2="5" '
                f'stroke="{look.plans[plan]}" stroke-width="3" stroke-dasharray="{dash}"/></svg>'
            )
            with tag("li"):
                solara.HTML(tag="span", unsafe_innerHTML=line)
                tag("span", naming.plan_name(t, answer.question, plan))


@solara.component
def Months(t: "Texts", answer: Answer, chosen: Measure, dark: bool) -> None:
    """Small multiples month by month."""
    look, faint = _look(dark), min(LARGEST_FAINT, answer.question.pairs)
    with tag("section", css="pk-card", aria_labelledby="h-months"):
        tag("h2", t("time.heading"), id="h-months")
        tag("p", f"{t('time.bands')} {t('time.thin', n=faint)}", css="pk-more")
        with tag("div", css="pk-multiples"):
            for measure in findings.charted(answer, chosen):
                with tag("figure", css="pk-figure").key(measure.name):
                    tag("h3", measure_name(t, measure))
                    tag("p", unit_name(t, measure.shown_unit), css="pk-unit-line")
                    VegaChart(
                        lambda measure=measure: report.over_time(t, answer, measure, look),
                        [answer, measure.name, dark, t.language],
                        findings.time_label(t, answer, measure),
                    )
                    table = t("time.table", name=measure_name(t, measure))
                    Disclosure(
                        table,
                        lambda measure=measure, table=table: Table(table, *report.month_table(t, answer, measure)),
                    )


@solara.component
def Numbers(t: "Texts", answer: Answer) -> None:
    """The summary of every measure, and all numbers as files, behind a button."""
    files = (
        ("csv_summary", "summary", report.summary_rows),
        ("csv_pairs", "pairs", report.all_pair_rows),
        ("csv_months", "months", report.month_rows),
    )

    def build() -> None:
        Table(t("numbers.caption"), *report.summary_table(t, answer))
        with tag("div", css="pk-downloads"):
            for key, name, rows_of in files:
                solara.FileDownload(
                    lambda rows_of=rows_of: spreadsheet(t, *rows_of(t, answer)),
                    filename=f"pokmas-{report.run_id(answer)}-{name}.csv",
                    label=t(f"numbers.{key}"),
                    icon_name=None,
                    mime_type=CSV,
                ).key(key)

    with tag("section", css="pk-card"):
        Disclosure(t("numbers.show"), build, label_open=t("numbers.hide"), prominent=True)


@solara.component
def Caveats(t: "Texts") -> None:
    """Three things a reader must know."""
    with tag("section", css="pk-card", aria_labelledby="h-caveats"):
        tag("h2", t("caveats.heading"), id="h-caveats")
        with tag("ul"):
            for key in ("world", "assumptions", "persons"):
                tag("li", t(f"caveats.{key}"))


@solara.component
def Again(t: "Texts", answer: Answer) -> None:
    """The command and the files that give the same numbers, and the names of what was computed."""
    with tag("section", css="pk-card", aria_labelledby="h-again"):
        tag("h2", t("again.heading"), id="h-again")
        for plan, asked in enumerate(answer.question.plans):
            if asked.changes:
                file = citing.plan_file(plan)
                tag("p", t("again.plan_file", letter=letter(plan)))
                solara.FileDownload(
                    lambda plan=plan: report.plan_text(answer, plan),
                    filename=file,
                    label=t("again.download", file=file),
                    icon_name=None,
                ).key(file)
        tag("p", t("again.command"))
        tag("pre", tag("code", report.command(answer)), css="pk-command", tabindex="0")
        hashes = ", ".join(f"{letter(plan)} {name}" for plan, name in enumerate(answer.hashes))
        identity = t("again.identity", run=report.run_id(answer), hashes=hashes, seed=answer.question.seed)
        tag("p", identity, css="pk-more")
