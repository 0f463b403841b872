"""`pokmas sweep`: a scenario at many points, each against the scenario as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from experiments.errors import MOST_RUNS
from experiments.options import (
    Ahead,
    Assume,
    Changes,
    Json,
    Lang,
    MaxRuns,
    Months,
    Out,
    Pairs,
    Results,
    Scenario,
    Scheduler,
    Seed,
    Smallest,
    Workers,
    example,
    parse_changes,
    whole_number,
)
from experiments.texts import Language
from experiments.wording import aligned, say

if TYPE_CHECKING:
    from experiments.designs import Design
    from experiments.sweeping import Sweep

EXAMPLE = "pokmas sweep wonosari --vary levers.funding.annual_budget_idr=1e8,2e8,3e8 --pairs 50 --out sweep.csv"


def register(app: typer.Typer) -> None:
    """Add ``pokmas sweep`` to the command line."""
    app.command("sweep", epilog=example(EXAMPLE))(_sweep)


def _sweep(
    scenario: Scenario,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="KEY=VALUES",
            help="What varies, may be repeated: KEY=1,2,3 for grid and list, KEY=LOW:HIGH for lhs and sobol; a "
            "parameter without values has the range of its evidence there.",
        ),
    ] = None,
    design: Annotated[
        str, typer.Option(metavar="DESIGN", help="grid (every combination), list, lhs (Latin hypercube) or sobol.")
    ] = "grid",
    points: Annotated[
        int | None, typer.Option(parser=whole_number, metavar="N", help="Points, for lhs and sobol.")
    ] = None,
    plan: Annotated[
        str | None, typer.Option(metavar="FILE.csv", help="Take the points from a file instead of --vary.")
    ] = None,
    write_plan: Annotated[
        str | None, typer.Option("--write-plan", metavar="FILE.csv", help="Write the points to a file and stop.")
    ] = None,
    pairs: Pairs = 50,
    months: Months = 36,
    seed: Seed = 1,
    smallest_difference: Smallest = None,
    assumptions: Assume = "drawn",
    changes: Changes = None,
    estimate: Ahead = False,
    max_runs: MaxRuns = MOST_RUNS,
    indicator: Annotated[
        str | None, typer.Option(metavar="NAME", help="Indicator of the table on the terminal.")
    ] = None,
    out: Out = None,
    runs_out: Annotated[
        str | None, typer.Option("--runs-out", metavar="FILE", help="Write one row a point and pair, .csv or .parquet.")
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    results: Results = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Vary levers, setting or parameters and compare each point with the scenario."""
    from experiments import sweeping
    from experiments.costs import known_indicator
    from experiments.dask_cluster import engine
    from experiments.designs import parse_vary
    from experiments.designs import write_plan as save_plan
    from experiments.exports import check_outputs
    from experiments.printing import finish, print_ahead, print_answer, print_text, save, watching

    kind: Design = design  # type: ignore[assignment]
    files = check_outputs(out=out, runs_out=runs_out)
    if indicator is not None:
        known_indicator("indicator", indicator)
    question = sweeping.ask(
        scenario,
        dict(parse_vary(vary or ())),
        design=kind,
        points=points,
        plan_file=plan,
        pairs=pairs,
        months=months,
        seed=seed,
        smallest_difference=smallest_difference,
        assumptions=assumptions,
        overrides=parse_changes(changes),
        most_runs=max_runs,
    )
    if write_plan is not None:
        save_plan(question.plan, write_plan)
        print_text(say("plan_saved", lang, file=write_plan, points=len(question.plan)))
        return
    with watching("sweeping", results, lang) as progress, engine(scheduler) as executor:
        ahead = question.estimate(results, executor=executor, workers=workers)
        print_ahead(ahead, lang, stop=estimate, as_json=as_json)
        answer = sweeping.sweep(
            question,
            executor=executor,
            workers=workers,
            results=results,
            progress=progress,
        )
    if as_json:
        print_answer(answer.to_json())
    else:
        _print(answer, indicator or answer.headline, lang)
    save(zip(files, (answer.summary, answer.runs), strict=True), lang, as_json=as_json)
    finish(answer.failures, answer.planned, lang)


def _print(answer: Sweep, indicator: str | None, lang: Language) -> None:
    from experiments.printing import print_changes, print_rows, print_text
    from model.indicators import INDICATORS

    asked = answer.question
    print_text(
        say(
            "sweep_title",
            lang,
            title=asked.specification.title[lang],
            scenario=asked.specification.name,
            points=len(asked.plan),
            pairs=asked.pairs,
            months=asked.months,
            seed=asked.seed,
        )
    )
    print_changes("changed", asked.overrides, lang)
    if indicator is None:
        print_text(say("no_answer", lang))
    else:
        heads = [say("point", lang), *(key.rpartition(".")[2] for key in asked.plan.keys)]
        heads += [say(key, lang) for key in ("better", "same", "worse", "middle", "from", "to", "unit")]
        chosen = answer.summary[answer.summary["indicator"] == indicator].to_dict("records")
        rows = []
        for row, values in zip(chosen, asked.plan.points, strict=True):
            numbers, unit = aligned([row[key] for key in ("median_difference", "low", "high")], str(row["unit"]), lang)
            counts = [str(row[key]) for key in ("better", "same", "worse")]
            rows.append([str(row["point"]), *values, *counts, *numbers, unit])
        print_rows(heads, rows)
        print_text(say("sweep_counted", lang, meaning=INDICATORS[indicator].meaning[lang]))
    others = any(spec.setting != asked.specification.setting for spec in asked.specifications)
    print_text(say("other_people" if others else "same_people", lang))
    print_text(say("added_up", lang, planned=answer.planned, done=len(answer.runs), failed=answer.failed))
    print_text(say("caveat", lang))
