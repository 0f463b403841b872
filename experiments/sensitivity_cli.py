"""`pokmas sensitivity`: which uncertain parameters decide the answer, beside how well each is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from experiments.errors import MOST_RUNS
from experiments.options import (
    Ahead,
    ChangesOfAll,
    Json,
    Lang,
    MaxRuns,
    Months,
    Out,
    Pairs,
    Results,
    Scheduler,
    Seed,
    Workers,
    example,
    parse_changes,
    whole_number,
)
from experiments.wording import aligned, say

if TYPE_CHECKING:
    from experiments.importance import Method, Sensitivity
    from experiments.texts import Language

SHOWN = 20
"""Parameters on the terminal; a file has them all."""


def register(app: typer.Typer) -> None:
    """Add ``pokmas sensitivity`` to the command line."""
    shown = "pokmas sensitivity wonosari wonosari-steady-budget --method morris --points 10 --out sensitivity.csv"
    app.command("sensitivity", epilog=example(shown))(_sensitivity)


def _sensitivity(
    scenarios: Annotated[
        list[str], typer.Argument(metavar="SCENARIO", help="One, or the baseline and the one to set against it.")
    ],
    method: Annotated[str, typer.Option(metavar="METHOD", help="morris (screening) or sobol (shares).")] = "morris",
    points: Annotated[
        int | None,
        typer.Option(
            parser=whole_number, metavar="N", help="Trajectories for morris (10), base samples for sobol (64)."
        ),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", metavar="NAME", help="Vary this one, may be repeated; without it, all."),
    ] = None,
    indicator: Annotated[str, typer.Option(metavar="NAME", help="Indicator to explain.")] = "reoffending_24m",
    pairs: Pairs = 10,
    months: Months = 36,
    seed: Seed = 1,
    changes: ChangesOfAll = None,
    estimate: Ahead = False,
    max_runs: MaxRuns = MOST_RUNS,
    out: Out = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    results: Results = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Rank uncertain parameters by how much they decide, beside their evidence."""
    from experiments import importance
    from experiments.dask_cluster import engine
    from experiments.exports import check_ending
    from experiments.printing import print_ahead, print_answer, save, watching

    kind: Method = method  # type: ignore[assignment]
    file = check_ending(out)
    with watching("varying", results, lang) as progress:
        question = importance.ask(
            scenarios,
            method=kind,
            points=points,
            names=parameter or (),
            indicator=indicator,
            pairs=pairs,
            months=months,
            seed=seed,
            overrides=parse_changes(changes),
            most_runs=max_runs,
        )
        with engine(scheduler) as executor:
            ahead = question.estimate(results, executor=executor, workers=workers)
            print_ahead(ahead, lang, stop=estimate, as_json=as_json)
            answer = importance.sensitivity(
                question, executor=executor, workers=workers, results=results, progress=progress
            )
    if as_json:
        print_answer(answer.to_json())
    else:
        _print(answer, lang)
    save([(file, answer.table)], lang, as_json=as_json)


def _print(answer: Sensitivity, lang: Language) -> None:
    from experiments.importance import MEASURED_HERE
    from experiments.printing import print_changes, print_rows, print_text
    from model.indicators import INDICATORS

    against = " - ".join(reversed(answer.scenarios))
    words = {"method": answer.method, "points": answer.points, "pairs": answer.pairs}
    meaning = INDICATORS[answer.indicator].meaning[lang]
    print_text(say("sensitivity_title", lang, meaning=meaning, scenarios=against, **words))
    print_changes("changed_plans" if len(answer.scenarios) > 1 else "changed", answer.overrides, lang)
    if answer.pairs_used < answer.pairs:
        print_text(say("known_at_every_point", lang, pairs=answer.pairs_used))
    shown = answer.table.head(SHOWN)
    of = INDICATORS[answer.indicator].unit if answer.method == "morris" else "share"
    numbers, unit = aligned([*shown["importance"], *shown["spread"]], of, lang, signed=False)
    heads = [say("parameter", lang), *(f"{say(key, lang)}, {unit}" for key in ("importance", "spread"))]
    heads += [say(key, lang) for key in ("grade", "measure_first")]
    rows = [
        [row["parameter"], importance, spread, row["grade"],
         str(row["measure_first"]) if row["grade"] != MEASURED_HERE and row["importance"] > 0 else "-"]
        for row, importance, spread in zip(
            shown.to_dict("records"), numbers[: len(shown)], numbers[len(shown) :], strict=True
        )
    ]  # fmt: skip
    print_rows(heads, rows)
    print_text(say("sensitivity_note", lang))
    print_text(say("caveat", lang))
