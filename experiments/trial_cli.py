"""`pokmas trial`: a randomised field evaluation inside the simulation, and how large a real one must be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.errors import MOST_RUNS, ExperimentError
from experiments.options import (
    Assume,
    Changes,
    Json,
    Lang,
    MaxRuns,
    Out,
    Results,
    Scenario,
    Scheduler,
    Seed,
    Workers,
    decimal_number,
    example,
    parse_changes,
    whole_number,
)
from experiments.texts import Language
from experiments.wording import number, say

if TYPE_CHECKING:
    from experiments.trials import Trial

EXAMPLE = "pokmas trial wonosari-steady-budget --offer referral --recruit 12 --follow-up 6,12,24 --lost 0.2"

HEADS = (
    *("months_column", "known_from", "arm_offered", "arm_others", "effect", "spread_of_pilots", "seen", "by_formula"),
    *("needed", "recruit_for", "checked"),
)

MOST = 1_000_000
"""People beyond whom nobody plans a pilot."""


def register(app: typer.Typer) -> None:
    """Add ``pokmas trial`` to the command line."""
    app.command("trial", epilog=example(EXAMPLE))(_trial)


def _trial(
    scenario: Scenario,
    offer: Annotated[
        str,
        typer.Option(
            metavar="OFFER",
            help="What is offered to some and not to others: referral (at once), place (first in line), guidance, "
            "course, subsidy, or nothing (a dry run).",
        ),
    ],
    share: Annotated[
        float, typer.Option(parser=decimal_number, metavar="SHARE", help="Share drawn for the offer.")
    ] = 0.5,
    recruit: Annotated[
        int, typer.Option(parser=whole_number, metavar="N", help="Months of releases that are recruited.")
    ] = 12,
    follow_up: Annotated[
        str, typer.Option("--follow-up", metavar="MONTHS", help="Lengths of follow-up since release, such as 6,12,24.")
    ] = "6,12,24",
    lost: Annotated[
        float,
        typer.Option(
            parser=decimal_number, metavar="SHARE", help="Share lost to follow-up within the longest of them."
        ),
    ] = 0.2,
    pilots: Annotated[
        int, typer.Option(parser=whole_number, metavar="N", help="How often the pilot is repeated.")
    ] = 100,
    sites: Annotated[int, typer.Option(parser=whole_number, metavar="N", help="Offices alike in one pilot.")] = 1,
    seed: Seed = 1,
    assumptions: Assume = "fixed",
    changes: Changes = None,
    max_runs: MaxRuns = MOST_RUNS,
    out: Out = None,
    pilots_out: Annotated[
        str | None,
        typer.Option("--pilots-out", metavar="FILE", help="Write what each pilot has in hand, .csv or .parquet."),
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    results: Results = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Try an offer on clients drawn at random, and see how large a real pilot must be."""
    from experiments import trials
    from experiments.dask_cluster import engine
    from experiments.exports import check_outputs
    from experiments.printing import finish, print_answer, save, watching

    files = check_outputs(out=out, pilots_out=pilots_out)
    question = trials.ask(
        scenario,
        offer,
        share=share,
        recruit=recruit,
        months=_lengths(follow_up),
        lost=lost,
        pilots=pilots,
        sites=sites,
        seed=seed,
        assumptions=assumptions,
        overrides=parse_changes(changes),
        most_runs=max_runs,
    )
    with watching("trying", results, lang) as progress, engine(scheduler) as executor:
        answer = trials.trial(question, executor=executor, workers=workers, results=results, progress=progress)
    if as_json:
        print_answer(answer.to_json())
    else:
        _print(answer, lang)
    save(zip(files, (answer.summary, answer.pilots), strict=True), lang, as_json=as_json)
    finish(answer.failures, answer.planned, lang)


def _lengths(text: str) -> list[int]:
    try:
        return [whole_number(each) for each in text.split(",")]
    except typer.BadParameter as error:
        raise ExperimentError(f"follow-up: {error.message}; write months with commas between, as in 6,12,24") from None


def _print(answer: Trial, lang: Language) -> None:
    from experiments.printing import print_changes, print_rows, print_text
    from model.trial import OFFERS, OUTCOMES

    asked, offer = answer.question, OFFERS[answer.question.offer]
    print_text(
        say("trial_title", lang, title=asked.spec.title[lang], scenario=asked.spec.name, offer=offer.meaning[lang])
    )
    print_changes("changed", asked.overrides, lang)
    shared = {"share": _in_100(asked.share, lang), "recruit": asked.recruit, "lost": _in_100(asked.lost, lang)}
    print_text(say("trial_design", lang, **shared, pilots=asked.pilots, sites=asked.sites, seed=asked.seed))
    for row in answer.uptake.to_dict("records"):
        shares = {arm: _in_100(row[arm], lang) for arm in ("offered", "others")}
        print_text(say("trial_uptake", lang, month=row["month"], uptake=offer.uptake[lang], **shares))
    for outcome, told in answer.summary.groupby("outcome", sort=False):
        print_text("")
        print_text(OUTCOMES[str(outcome)].meaning[lang] + ":")
        rows = []
        for row in told.to_dict("records"):
            spread = f"{_signed(row['low'], lang)} … {_signed(row['high'], lang)}"
            rows.append(
                [str(row["month"]), say(f"by.{row['measure']}", lang)]
                + [_in_100(row[name], lang) for name in ("offered", "others")]
                + [_signed(row["effect"], lang), spread]
                + [_in_100(row[name], lang) for name in ("seen", "power")]
                + [_people(row["needed"], lang), _months(row, lang), _check(row, lang)]
            )
        print_rows([say(head, lang) for head in HEADS], rows)
    print_text(say("trial_note", lang))
    if not answer.summary["effect"].any():
        print_text(say("trial_inert", lang))
    print_text(say("added_up", lang, planned=answer.planned, done=answer.done, failed=answer.planned - answer.done))
    print_text(say("caveat", lang))


def _in_100(share: float, lang: Language) -> str:
    return number(round(100 * share, 1), lang) if math.isfinite(share) else "-"


def _signed(share: float, lang: Language) -> str:
    text = _in_100(share, lang)
    return f"+{text}" if share > 0 and text != "0" else text


def _people(count: float, lang: Language) -> str:
    if count > MOST:
        return "-" if math.isinf(count) else f"> {number(MOST, lang)}"
    return number(math.ceil(count), lang)


def _months(row: dict[Any, Any], lang: Language) -> str:
    return "-" if row["needed"] > MOST else _people(row["recruit_months"], lang)


def _check(row: dict[Any, Any], lang: Language) -> str:
    pilots = int(row["checked_pilots"])
    return f"{_in_100(row['checked'], lang)} ({number(pilots, lang)})" if pilots else "-"
