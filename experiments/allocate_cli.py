"""`pokmas allocate`: a fixed yearly budget split over its uses, and which splits are about equally good."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.errors import MOST_RUNS
from experiments.options import (
    Ahead,
    Changes,
    Json,
    Lang,
    MaxRuns,
    Months,
    Out,
    Pairs,
    Results,
    RunsOut,
    Scenario,
    Scheduler,
    Seed,
    Smallest,
    Workers,
    decimal_number,
    example,
    parse_changes,
    rupiah,
    whole_number,
)
from experiments.texts import Language
from experiments.wording import aligned, number, quantity, say, unit_name

if TYPE_CHECKING:
    from experiments.allocating import Allocation

EXAMPLE = "pokmas allocate wonosari --budget 240000000 --uses activities,coaching,transport,tools,media --pairs 50"


def register(app: typer.Typer) -> None:
    """Add ``pokmas allocate`` to the command line."""
    app.command("allocate", epilog=example(EXAMPLE))(_allocate)


def _allocate(
    scenario: Scenario,
    budget: Annotated[
        float | None,
        typer.Option(parser=rupiah, metavar="IDR", help="Rupiah a year; by default that of the scenario."),
    ] = None,
    uses: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            help="What the money can go to, with commas between; by default activities,coaching,transport,tools,media.",
        ),
    ] = None,
    points: Annotated[int, typer.Option(parser=whole_number, metavar="N", help="Splits to try, a power of two.")] = 32,
    pairs: Pairs = 50,
    months: Months = 36,
    seed: Seed = 1,
    indicator: Annotated[str | None, typer.Option(metavar="NAME", help="What counts; by default re-offending.")] = None,
    enough: Annotated[
        float,
        typer.Option(parser=decimal_number, metavar="SHARE", help="Share of futures in which a split must keep up."),
    ] = 0.8,
    smallest_difference: Smallest = None,
    changes: Changes = None,
    estimate: Ahead = False,
    max_runs: MaxRuns = MOST_RUNS,
    out: Out = None,
    runs_out: RunsOut = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    results: Results = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Split a yearly budget, and find which splits are about equally good."""
    from experiments import allocating
    from experiments.dask_cluster import engine
    from experiments.exports import check_outputs
    from experiments.printing import finish, print_ahead, print_answer, save, watching

    files = check_outputs(out=out, runs_out=runs_out)
    question = allocating.ask(
        scenario,
        allocating.DEFAULT_USES if uses is None else [name.strip() for name in uses.split(",")],
        budget=budget,
        points=points,
        pairs=pairs,
        months=months,
        seed=seed,
        indicator=indicator,
        enough=enough,
        smallest_difference=smallest_difference,
        overrides=parse_changes(changes),
        most_runs=max_runs,
    )
    with watching("splitting", results, lang) as progress, engine(scheduler) as executor:
        ahead = question.estimate(results, executor=executor, workers=workers)
        print_ahead(ahead, lang, stop=estimate, as_json=as_json)
        answer = allocating.allocate(question, executor=executor, workers=workers, results=results, progress=progress)
    if as_json:
        print_answer(answer.to_json())
    else:
        _print(answer, lang)
    save(zip(files, (answer.splits, answer.runs), strict=True), lang, as_json=as_json)
    finish(answer.failures, answer.planned, lang)


def _print(answer: Allocation, lang: Language) -> None:
    from experiments.printing import print_changes, print_text
    from model.indicators import INDICATORS

    asked, money = answer.question.sweep, answer.question.purse
    spec = money.specification
    print_text(
        say(
            "allocate_title",
            lang,
            title=spec.title[lang],
            scenario=spec.name,
            splits=len(asked.plan),
            budget=quantity(money.budget, "IDR", lang),
            futures=asked.pairs,
            months=asked.months,
            seed=asked.seed,
            meaning=INDICATORS[answer.indicator].meaning[lang],
        )
    )
    print_changes("changed", asked.overrides, lang)
    parts = ", ".join(f"{name} {quantity(amount, 'IDR', lang)}" for name, amount in money.kept.items())
    kept, free = (quantity(amount, "IDR", lang) for amount in (money.budget - money.free, money.free))
    print_text(say("allocate_kept", lang, kept=kept, parts=parts, free=free))
    print_text("")
    _print_set(answer, lang)
    _print_uses(answer, lang)
    print_text(say("set_note", lang))
    if never := [str(row["use"]) for row in answer.uses.to_dict("records") if not row["tried_high"]]:
        print_text(say("never_bought", lang, uses=", ".join(never)))
    print_text(_spending(answer, lang))
    done = len(answer.runs)
    print_text(say("added_up", lang, planned=answer.planned, done=done, failed=answer.planned - done))
    print_text(say("caveat", lang))


def _print_set(answer: Allocation, lang: Language) -> None:
    from experiments.printing import print_text
    from model.indicators import INDICATORS

    unit = INDICATORS[answer.indicator].unit
    (least,), of = aligned([answer.question.sweep.smallest_difference[answer.indicator]], unit, lang, signed=False)
    count, tried = len(answer.inside), len(answer.splits) - 1
    words = {"count": count, "splits": tried, "enough": number(100 * answer.question.enough, lang)}
    print_text(say("set_all" if count == tried else "set_some", lang, smallest=f"{least} {of}", **words))
    means = answer.splits["mean"][1:]
    inside = answer.inside["mean"]
    ends = [float(each) for each in (inside.min(), inside.max(), means.min(), means.max())]
    texts, of = aligned(ends, unit, lang, signed=False)
    print_text(
        say("mean_of_splits", lang, unit=of, **dict(zip(("low", "high", "all_low", "all_high"), texts, strict=True)))
    )
    now = answer.splits.iloc[0]
    if now["futures_used"]:
        print_text(say("set_now", lang, keeps_up=int(now["keeps_up"]), used=int(now["futures_used"])))


def _print_uses(answer: Allocation, lang: Language) -> None:
    from experiments.printing import print_rows
    from scenarios import FIELDS, Quantity

    examples = answer.examples()
    titles = [say(head, lang) for head in ("use", "share_from", "share_middle", "share_to", "tried", "split_now")]
    titles += [say("split", lang, number=int(split)) for split in examples["split"]]
    shares, bought = [], []
    for row in answer.uses.to_dict("records"):
        name, lever = str(row["use"]), str(row["lever"])
        inside = [_per_cent(row[key], lang) for key in ("low", "middle", "high")]
        tried = say("span", lang, low=_per_cent(row["tried_low"], lang), high=_per_cent(row["tried_high"], lang))
        column = f"share_{name}"
        others = [_per_cent(value, lang) for value in (answer.splits[column].iloc[0], *examples[column])]
        shares.append([name, *inside, tried, *others])
        if lever and len(examples):
            declared = FIELDS[lever]
            assert isinstance(declared, Quantity)
            ends, unit = aligned([row["buys_low"], row["buys_high"]], declared.unit, lang, signed=False)
            bought.append([name, declared.meaning[lang], *ends, unit_name(unit, lang)])
    print_rows(titles, shares)
    if bought:
        print_rows([say(head, lang) for head in ("use", "lever_of_use", "from", "to", "unit")], bought)


def _per_cent(share: float, lang: Language) -> str:
    return "-" if math.isnan(share) else number(round(100 * share), lang)


def _spending(answer: Allocation, lang: Language) -> str:
    from experiments.allocating import SAME_BUDGET

    spent = answer.splits["spent_idr_per_year"]
    (low, high), unit = aligned([float(spent.min()), float(spent.max())], "IDR", lang, signed=False)
    if not answer.uneven:
        return say("spending_same", lang, low=low, high=high, unit=unit)
    names = ", ".join(map(str, answer.uneven))
    return say(
        "spending_apart", lang, low=low, high=high, unit=unit, apart=number(100 * SAME_BUDGET, lang), splits=names
    )
