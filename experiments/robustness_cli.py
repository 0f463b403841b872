"""`pokmas robustness`: how plans hold up over many futures, and where each of them fails."""

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
    Results,
    RunsOut,
    Scheduler,
    Seed,
    Smallest,
    Workers,
    decimal_number,
    example,
    parse_changes,
    whole_number,
)
from experiments.texts import Language
from experiments.wording import aligned, exact, number, quantity, say, unit_name

if TYPE_CHECKING:
    from experiments.failing import Condition, Finding
    from experiments.futures import Robustness
    from experiments.peeling import Fit


def register(app: typer.Typer) -> None:
    """Add ``pokmas robustness`` to the command line."""
    shown = "pokmas robustness wonosari-steady-budget wonosari-certified-members wonosari-everything --futures 300"
    app.command("robustness", epilog=example(shown))(_robustness)


def _robustness(
    plans: Annotated[list[str], typer.Argument(metavar="PLAN", help="Two or more names or files to choose between.")],
    futures: Annotated[
        int,
        typer.Option(parser=whole_number, metavar="N", help="Draws of assumptions and luck; every third is held back."),
    ] = 200,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary", metavar="KEY=LOW:HIGH", help="A value of the setting that differs between futures, too."
        ),
    ] = None,
    months: Months = 36,
    seed: Seed = 1,
    indicator: Annotated[
        list[str] | None,
        typer.Option("--indicator", metavar="NAME", help="What counts, may be repeated; by default re-offending."),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            parser=decimal_number, metavar="VALUE", help="A plan fails where its one --indicator is worse than this."
        ),
    ] = None,
    smallest_difference: Smallest = None,
    changes: ChangesOfAll = None,
    estimate: Ahead = False,
    max_runs: MaxRuns = MOST_RUNS,
    out: Out = None,
    runs_out: RunsOut = None,
    futures_out: Annotated[
        str | None,
        typer.Option("--futures-out", metavar="FILE", help="Write what differs between futures, .csv or .parquet."),
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    results: Results = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Test plans in many futures: regret, and where a plan fails."""
    from experiments import futures as many
    from experiments.dask_cluster import engine
    from experiments.designs import parse_vary
    from experiments.exports import check_outputs
    from experiments.printing import finish, print_ahead, print_answer, save, watching

    files = check_outputs(out=out, runs_out=runs_out, futures_out=futures_out)
    question = many.ask(
        plans,
        futures=futures,
        months=months,
        seed=seed,
        indicators=indicator or (),
        threshold=threshold,
        smallest_difference=smallest_difference,
        surroundings=parse_vary(vary or (), "KEY=LOW:HIGH"),
        overrides=parse_changes(changes),
        most_runs=max_runs,
    )
    with watching("testing", results, lang) as progress, engine(scheduler) as executor:
        ahead = question.estimate(results, executor=executor, workers=workers)
        print_ahead(ahead, lang, stop=estimate, as_json=as_json)
        answer = many.robustness(question, executor=executor, workers=workers, results=results, progress=progress)
    if as_json:
        print_answer(answer.to_json())
    else:
        _print(answer, lang)
    save(zip(files, (answer.table, answer.runs, answer.futures), strict=True), lang, as_json=as_json)
    finish(answer.failures, answer.planned, lang)


def _print(answer: Robustness, lang: Language) -> None:
    from experiments.printing import print_changes, print_text

    print_changes("changed_plans", answer.question.overrides, lang)
    for indicator in answer.indicators:
        _print_indicator(answer, indicator, lang)
    asked = answer.question
    if len({spec.setting for spec in asked.plans.values()}) > 1:
        print_text(say("other_people", lang))
    print_text(say("added_up", lang, planned=answer.planned, done=answer.done, failed=answer.planned - answer.done))
    print_text(say("caveat", lang))


def _print_indicator(answer: Robustness, indicator: str, lang: Language) -> None:
    from experiments.printing import print_rows, print_text
    from model.indicators import INDICATORS

    asked, declared = answer.question, INDICATORS[indicator]
    rows = answer.summary[answer.summary["indicator"] == indicator].to_dict("records")
    numbers = ("median", "worst_tenth", "regret_median", "regret_worst_tenth", "regret_max")
    values, unit = aligned([row[key] for row in rows for key in numbers], declared.unit, lang, signed=False)
    title = {"plans": len(rows), "futures": asked.futures, "months": asked.months, "seed": asked.seed}
    print_text(say("robust_title", lang, meaning=declared.meaning[lang], unit=unit, **title))
    heads = ("middle", "worst_tenth", "regret_middle", "regret_worst_tenth", "regret_largest")
    table = [
        [str(row["scenario"]), *values[place * len(numbers) : (place + 1) * len(numbers)],
         *(str(row[key]) for key in ("best", "near_best", "fails"))]
        for place, row in enumerate(rows)
    ]  # fmt: skip
    print_rows([say(head, lang) for head in ("plan", *heads, "best_plan", "close", "fails")], table)
    if asked.threshold is None:
        failing = say("fails_by_regret", lang)
    else:
        failing = say("fails_by_threshold", lang, threshold=quantity(asked.threshold, declared.unit, lang))
    (smallest,), of = aligned([asked.smallest_difference[indicator]], declared.unit, lang, signed=False)
    used = rows[0]["futures_used"]
    print_text(say("robust_note", lang, used=used, smallest=f"{smallest} {of}", failing=failing))
    print_text("")
    for row, finding in zip(answer.summary.to_dict("records"), answer.findings, strict=True):
        if finding.indicator == indicator:
            for line in _where(finding, int(row["fails"]), int(row["futures_used"]), lang):
                print_text(line)
    print_text("")


def _where(finding: Finding, fails: int, used: int, lang: Language) -> list[str]:
    """Where a plan fails, in sentences."""
    if finding.rule is None or finding.standing != "rule":
        return [say(f"failing.{finding.standing}", lang, scenario=finding.scenario, fails=fails, used=used)]
    conditions = say("and", lang).join(_condition(each, lang) for each in finding.conditions)
    return [
        say("fails_where", lang, scenario=finding.scenario, conditions=conditions),
        "  " + say("found_on", lang, **_fit(finding.rule.found_on, lang)),
        "  " + say("held_back", lang, **_fit(finding.rule.held_back, lang)),
    ]


def _condition(condition: Condition, lang: Language) -> str:
    key = "condition_above" if condition.above else "condition_below"
    grade = say("evidence", lang, grade=condition.grade) if condition.grade else ""
    value = f"{exact(condition.value, lang)} {unit_name(condition.unit, lang)}"
    return say(key, lang, name=condition.name, value=value, meaning=condition.meaning[lang], grade=grade)


def _fit(fit: Fit, lang: Language) -> dict[str, object]:
    shares = {"density": fit.density, "base": fit.fails / fit.futures, "coverage": fit.coverage}
    return {"futures": fit.futures} | {name: number(round(100 * share), lang) for name, share in shares.items()}
