"""What the comparison page says and lists about an answer: sentences, chart data, tables, files. No Solara here."""

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from agents.clients import MONTHS_A_YEAR
from experiments import citing, findings
from experiments.findings import CHARTS_KEPT, MSPSS, beside_the_register, has_months, month_tables
from experiments.measures import Measure, decimals, letter, measure_name, unit_name
from viz import figures, levers, naming
from viz.answers import Answer
from viz.parts.tables import Cell
from viz.texts import texts

if TYPE_CHECKING:
    from experiments.palette import Look
    from viz.texts import Texts

HEADINGS: dict[str, str] = {
    "reoffending": "reoffending_12m",
    "work": "employed_share",
    "support": "mspss_family",
    "roles": "roles_held",
    "reach": "coverage_current",
    "activities": "sessions_planned",
    "bottlenecks": "binding_money",
    "people": "members_active",
    "money": "spent_idr",
}
"""Headings of the list of measures, each with the measure that opens it in the order of declaration."""

DIFFERENCES = 5
"""Column of the summary from which on numbers are differences."""

HEADED = {first: heading for heading, first in HEADINGS.items()}


def finding(t: "Texts", answer: Answer, plan: int, measure: Measure) -> findings.Finding | None:
    """What is said about one plan against the baseline; None when no pair has a value."""
    names = [naming.plan_name(t, answer.question, number) for number in range(len(answer.names))]
    return findings.finding(t, answer, plan, measure, names)


@lru_cache(maxsize=CHARTS_KEPT)
def dots(t: "Texts", answer: Answer, plan: int, measure: Measure, look: "Look") -> dict[str, Any]:
    """The dot chart of one plan and one measure, as a Vega-Lite specification."""
    unit = unit_name(t, measure.shown_unit)
    return figures.dots(
        answer.paired(plan, measure),
        least=measure.least * measure.scale,
        higher_is_better=measure.higher_is_better,
        plan=plan,
        words=figures.Words(t("dots.axis", unit=unit), decimal=t.decimal, group=t.group),
        look=look,
    ).spec()


def offered(answer: Answer) -> dict[str, list[Measure]]:
    """The measures to choose from, by heading: those for which some pair has a value, each before its recorded twin."""
    used = set(answer.differences.dropna(subset=["difference"])["indicator"])
    known = {name: measure for name, measure in answer.measures.items() if name in used or name == answer.headline}
    groups: dict[str, list[Measure]] = {}
    group = next(iter(HEADINGS))
    for name, measure in known.items():
        group = HEADED.get(name, group)
        twin = answer.twin(measure)
        if twin is None or measure != twin[1] or twin[0].name not in known:
            groups.setdefault(group, []).append(measure)
            if twin is not None and twin[0] == measure and twin[1].name in known:
                groups[group].append(twin[1])
    return groups


def counted(t: "Texts", answer: Answer, measure: Measure) -> str:
    """How a run's value of a measure comes from its months: a state is averaged over the last year."""
    if measure.monthly:
        return t("counted.state", n=min(answer.months, MONTHS_A_YEAR))
    return t("counted.sum", n=answer.months)


@dataclass(frozen=True)
class Register:
    """What is true and what the register says: header and two rows of the middle run, and a sentence per plan."""

    header: list[str]
    rows: list[list[str]]
    sentences: list[str]


def register(t: "Texts", answer: Answer, measure: Measure) -> Register | None:
    """A measure beside its twin; None when it has none or one of them has too few values."""
    twin = answer.twin(measure)
    plans = range(1, len(answer.names))
    if twin is None or any(answer.tally(plan, one).verdict == "few" for plan in plans for one in twin):
        return None
    true = twin[0]
    places = decimals(true)
    rows = []
    for key, one in zip(("truth", "recorded"), twin, strict=True):
        middles = [answer.paired(1, one)["baseline"].median()]
        middles += [answer.paired(plan, one)["value"].median() for plan in plans]
        rows.append([t(f"register.{key}"), *(t.number(float(middle), places) for middle in middles)])
    unit = unit_name(t, true.shown_unit)
    header = [unit, *(t("register.plan", letter=letter(plan)) for plan in range(len(answer.names)))]
    sentences = [beside_the_register(t, answer, plan, twin) for plan in plans]
    return Register(header, rows, sentences)


def other_office(answer: Answer, plan: int) -> bool:
    """Whether a plan is for another office than the baseline, so that more than the policy differs."""
    one, other = (levers.root_of(answer.question.plans[number].scenario) for number in (0, plan))
    return one.name != other.name


def asked(t: "Texts", answer: Answer) -> str:
    """What an answer was asked for, in one line."""
    question = answer.question
    plans = [naming.plan_name(t, question, number) for number in range(len(question.plans))]
    changes = [
        f"{letter(number)}: {naming.lever_change(t, plan, path)}"
        for number, plan in enumerate(question.plans)
        for path, _ in plan.changes
    ]
    names = ("pairs", "months", "least")
    settings = [f"{t.number(getattr(question, name), 1)} {t(f'unit_of.{name}')}" for name in names]
    return "; ".join([", ".join(plans), *changes, ", ".join(settings)])


@lru_cache(maxsize=CHARTS_KEPT)
def over_time(t: "Texts", answer: Answer, measure: Measure, look: "Look") -> dict[str, Any]:
    """The chart of one measure month by month, as a Vega-Lite specification; twins share one scale."""
    bands, runs = month_tables(answer, measure)
    twin = [one for one in answer.twin(measure) or () if has_months(answer, one)]
    tops = [
        max(table["high90"].max(), single["value"].max()) for table, single in map(partial(month_tables, answer), twin)
    ]
    return figures.over_time(
        bands,
        runs,
        plans=range(len(answer.names)),
        zero=measure.unit != MSPSS,
        top=float(max(tops)) if len(tops) > 1 else None,
        words=figures.Words(t("time.axis"), decimal=t.decimal, group=t.group),
        look=look,
    ).spec()


Rows = tuple[list[str], list[list[Cell]]]
Texted = tuple[list[str], list[list[str]]]


def summary_rows(t: "Texts", answer: Answer) -> Rows:
    """All measures of all plans: header, and rows with numbers in the unit shown."""
    keys = ("measure", "plan", "better", "same", "worse", "middle", "low", "high", "unit")
    header = [t(f"numbers.{key}") for key in keys]
    rows: list[list[Cell]] = []
    for measure in answer.measures.values():
        for plan in range(1, len(answer.names)):
            tally = answer.tally(plan, measure)
            if tally.pairs:
                ends = ["", ""] if tally.verdict == "few" else [tally.low * measure.scale, tally.high * measure.scale]
                spread = [tally.middle * measure.scale, *ends]
                counts = [tally.better, tally.same, tally.worse]
                unit = unit_name(t, measure.shown_unit)
                rows.append([measure_name(t, measure), letter(plan), *counts, *spread, unit])
    return header, rows


def pair_rows(t: "Texts", answer: Answer, plan: int, measure: Measure) -> Rows:
    """The pairs of one plan and one measure."""
    value = t("numbers.value", letter=letter(plan))
    header = [t("numbers.pair"), t("numbers.baseline"), value, t("numbers.difference")]
    table = answer.paired(plan, measure)
    return header, table[["pair", "baseline", "value", "difference"]].to_numpy(dtype=object).tolist()


def all_pair_rows(t: "Texts", answer: Answer) -> Rows:
    """Every pair of every plan and measure."""
    keys = ("measure", "unit", "plan", "pair", "baseline", "value", "difference")
    header = [t(f"numbers.{key}", letter="B–D") for key in keys]
    rows: list[list[Cell]] = []
    for measure in answer.measures.values():
        name, unit = measure_name(t, measure), unit_name(t, measure.shown_unit)
        for plan in range(1, len(answer.names)):
            rows += [[name, unit, letter(plan), *pair] for pair in pair_rows(t, answer, plan, measure)[1]]
    return header, rows


def month_rows(t: "Texts", answer: Answer) -> Rows:
    """The middle run and the bands of every monthly measure."""
    keys = ("measure", "unit", "plan", "month")
    header = [t(f"numbers.{key}") for key in keys] + ["5 %", "25 %", "50 %", "75 %", "95 %"]
    rows: list[list[Cell]] = []
    for measure in answer.measures.values():
        if has_months(answer, measure):
            name, unit = measure_name(t, measure), unit_name(t, measure.shown_unit)
            columns = ["plan", "month", "low90", "low50", "middle", "high50", "high90"]
            table = month_tables(answer, measure)[0][columns]
            rows += [[name, unit, *row] for row in table.to_numpy(dtype=object).tolist()]
    return header, rows


def month_table(t: "Texts", answer: Answer, measure: Measure) -> Texted:
    """One measure month by month as texts: a row per month, a column per plan."""
    bands, _ = month_tables(answer, measure)
    letters = [letter(plan) for plan in range(len(answer.names))]
    header = [t("numbers.month"), *(t("numbers.band", letter=each) for each in letters)]
    places = decimals(measure)
    cells = {
        (row.month, row.plan): t(
            "numbers.band_value",
            middle=t.number(row.middle, places),
            low=t.number(row.low90, places),
            high=t.number(row.high90, places),
        )
        for row in bands.itertuples()
    }
    months = sorted({month for month, _ in cells})
    rows = [[t.number(month), *(cells.get((month, each), "–") for each in letters)] for month in months]
    return header, rows


def summary_table(t: "Texts", answer: Answer) -> Texted:
    """All measures of all plans as texts, with the decimals each measure deserves."""
    header, rows = summary_rows(t, answer)
    places = {measure_name(t, measure): decimals(measure) for measure in answer.measures.values()}
    return header, [
        [*_texts(t, row[:DIFFERENCES], 0), *_signed(t, row[DIFFERENCES:], places[str(row[0])])] for row in rows
    ]


def pair_table(t: "Texts", answer: Answer, plan: int, measure: Measure) -> Texted:
    """The pairs of one plan and one measure as texts."""
    header, rows = pair_rows(t, answer, plan, measure)
    places = decimals(measure)
    return header, [
        [t.number(float(pair)), *_texts(t, values, places), *_signed(t, [difference], places)]
        for pair, *values, difference in rows
    ]


def _texts(t: "Texts", row: list[Cell], places: int) -> list[str]:
    return [cell if isinstance(cell, str) else t.number(float(cell), places) for cell in row]


def _signed(t: "Texts", row: list[Cell], places: int) -> list[str]:
    return [cell if isinstance(cell, str) else t.signed(float(cell), places) for cell in row]


def plan_text(answer: Answer, plan: int) -> str:
    """A changed plan as a scenario file that needs no other file."""
    from viz.work import specification

    spec = specification(answer.question.plans[plan])
    told = {
        part: {
            language: texts(language)(f"again.plan_{part}", title=title, summary=spec.summary[language])
            for language, title in spec.title.items()
        }
        for part in ("title", "summary")
    }
    name = citing.plan_file(plan).removesuffix(".yaml")
    return replace(spec, name=name, title=told["title"], summary=told["summary"]).to_yaml()


def command(answer: Answer) -> str:
    """The command that gives the same numbers."""
    question = answer.question
    plans = [citing.plan_file(number) if plan.changes else plan.scenario for number, plan in enumerate(question.plans)]
    return citing.command_line(
        "compare",
        plans,
        pairs=question.pairs,
        months=question.months,
        seed=question.seed,
        smallest_difference=question.least / 100,
        assumptions=answer.assumptions,
    )


def run_id(answer: Answer) -> str:
    """A short name of the answer: equal for equal scenarios and settings, here and in a report."""
    question = answer.question
    return citing.run_id(
        answer.hashes,
        pairs=question.pairs,
        months=question.months,
        seed=question.seed,
        smallest_difference=question.least / 100,
        assumptions=answer.assumptions,
    )
