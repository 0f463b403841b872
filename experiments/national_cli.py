"""`pokmas national`: every office of the national table, and the country they make together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from experiments.options import (
    Changes,
    Json,
    Lang,
    Months,
    Out,
    Results,
    Scheduler,
    Seed,
    Workers,
    example,
    parse_changes,
)
from experiments.texts import Language
from experiments.wording import aligned, number, quantity, say

if TYPE_CHECKING:
    import pandas as pd

    from experiments.nationwide import National

EXAMPLE = "pokmas national --set levers.funding.annual_budget_idr=x1.5 --against-now --out national.csv"

SHOWN = ("reoffending_24m", "employed_share", "coverage_current", "reintegration_index", "clients_per_counsellor")
"""Indicators of the table on the terminal; at a shorter run, the re-offending that it reaches."""


def register(app: typer.Typer) -> None:
    """Add ``pokmas national`` to the command line."""
    app.command("national", epilog=example(EXAMPLE))(_national)


def _national(
    offices: Annotated[
        str | None, typer.Option(metavar="NUMBERS", help="Offices, such as 07,12; without it all of them.")
    ] = None,
    months: Months = 36,
    seed: Seed = 1,
    changes: Changes = None,
    against_now: Annotated[
        bool, typer.Option("--against-now", help="Step the table as it stands too, and show the differences.")
    ] = False,
    one_model: Annotated[
        bool, typer.Option("--one-model", help="Step all offices in one model; the same numbers.")
    ] = False,
    out: Out = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    results: Results = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Step the offices of the national table; --set KEY=x1.5 multiplies what each has."""
    from experiments.dask_cluster import engine
    from experiments.exports import check_ending
    from experiments.printing import finish, print_answer, save, watching

    file = check_ending(out)
    overrides = parse_changes(changes)
    with watching("stepping", results, lang) as progress, engine(scheduler) as executor:
        from experiments.nationwide import national

        answer = national(
            None if offices is None else offices.split(","),
            months=months,
            seed=seed,
            overrides=overrides,
            against_now=against_now,
            one_model=one_model,
            executor=executor,
            workers=workers,
            results=results,
            progress=progress,
        )
    if as_json:
        print_answer(answer.to_json())
    else:
        _print(answer, lang)
    save([(file, answer.rows)], lang, as_json=as_json)
    finish(answer.failures, answer.planned, lang)


def _print(answer: National, lang: Language) -> None:
    from experiments.printing import print_changes, print_text

    print_text(say("country_title", lang, offices=len(answer.offices), months=answer.months, seed=answer.seed))
    print_changes("changed_offices", answer.overrides, lang)
    _print_offices(answer.table, lang, signed=False)
    if answer.differences is not None:
        print_text(say("country_difference", lang))
        _print_offices(answer.differences, lang, signed=True)
    print_text(say("country_total", lang))
    _print_total(answer, lang)
    print_text(say("added_up", lang, planned=answer.planned, done=answer.done, failed=answer.planned - answer.done))
    print_text(say("country_note", lang))
    print_text(say("caveat", lang))


def _print_offices(table: pd.DataFrame, lang: Language, *, signed: bool) -> None:
    from experiments.nationwide import TOTAL
    from experiments.printing import print_rows
    from model.indicators import INDICATORS

    reached = [name for name in ("reoffending_24m", "reoffending_12m") if table[name].notna().any()]
    names = [*reached[:1], *(name for name in SHOWN if not name.startswith("reoffending"))]
    heads = [say("office", lang), say("clients", lang)]
    columns = []
    for name in names:
        texts, unit = aligned(table[name].tolist(), INDICATORS[name].unit, lang, signed=signed)
        columns.append(texts)
        heads.append(f"{INDICATORS[name].meaning[lang]}, {unit}")
    rows = []
    for row, *texts in zip(table.to_dict("records"), *columns, strict=True):
        office = say("all_offices", lang) if row["office"] == TOTAL else str(row["office"])
        rows.append([office, number(row["clients"], lang), *texts])
    print_rows(heads, rows)


def _print_total(answer: National, lang: Language) -> None:
    from experiments.printing import print_rows
    from model.indicators import INDICATORS

    def total(table: pd.DataFrame) -> dict[str, float]:
        return {name: float(table.iloc[-1][name]) for name in INDICATORS}

    plan = total(answer.table)
    if answer.now is None or answer.differences is None:
        rows = [[each.meaning[lang], quantity(plan[name], each.unit, lang)] for name, each in INDICATORS.items()]
        print_rows([say("indicator", lang), say("value", lang)], rows)
        return
    now, gap, rows = total(answer.now), total(answer.differences), []
    for name, each in INDICATORS.items():
        values, unit = aligned([gap[name]], each.unit, lang)
        both = [quantity(side[name], each.unit, lang) for side in (now, plan)]
        rows.append([each.meaning[lang], *both, f"{values[0]} {unit}"])
    print_rows([say(key, lang) for key in ("indicator", "country_now", "country_plan", "difference")], rows)
