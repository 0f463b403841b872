"""`pokmas report`: a comparison on two pages, and with everything that belongs to it in one file."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.errors import ExperimentError
from experiments.options import (
    Assume,
    ChangesOfAll,
    Months,
    Pairs,
    Results,
    Scenarios,
    Scheduler,
    Seed,
    Smallest,
    Workers,
    example,
    parse_changes,
)
from experiments.texts import Language
from experiments.wording import say

EXAMPLE = "pokmas report wonosari wonosari-steady-budget --pairs 200 --language id --out report.html"


def register(app: typer.Typer) -> None:
    """Add ``pokmas report`` to the command line."""
    app.command("report", epilog=example(EXAMPLE))(_report)


def _report(
    scenarios: Scenarios,
    pairs: Pairs = 200,
    months: Months = 36,
    seed: Seed = 1,
    smallest_difference: Smallest = None,
    assumptions: Assume = "drawn",
    changes: ChangesOfAll = None,
    indicator: Annotated[
        str | None, typer.Option(metavar="NAME", help="What to look at first; by default re-offending.")
    ] = None,
    language: Annotated[
        Language, typer.Option("--language", "--lang", help="Language of the report; an archive holds both.")
    ] = "id",
    out: Annotated[str | None, typer.Option(metavar="FILE.html", help="Write the report, two pages of A4.")] = None,
    archive: Annotated[
        str | None,
        typer.Option(metavar="FILE.zip", help="Write plans, data, figures, reports and a script to compute it again."),
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    results: Results = None,
) -> None:
    """Tell a comparison on two pages, ready to print."""
    from experiments.dask_cluster import engine
    from experiments.exports import check_ending
    from experiments.printing import finish, watching
    from experiments.reporting import check_plans

    if out is None and archive is None:
        raise ExperimentError("report: say where to: --out report.html, --archive report.zip, or both")
    check_ending(out, endings=(".html",))
    check_ending(archive, "archive", endings=(".zip",))
    check_plans(len(scenarios), indicator)
    overrides = parse_changes(changes)
    with watching("comparing", results, language) as progress, engine(scheduler) as executor:
        from experiments.comparing import compare, different
        from experiments.runs import resolve

        different("report", [resolve(scenario, overrides) for scenario in scenarios])
        answer = compare(
            scenarios,
            pairs=pairs,
            months=months,
            seed=seed,
            smallest_difference=smallest_difference,
            assumptions=assumptions,
            overrides=overrides,
            executor=executor,
            workers=workers,
            results=results,
            progress=progress,
        )
    from experiments.archiving import archive as write_archive
    from experiments.reporting import report as write_report

    if out is not None:
        write_report(answer, out, language=language, indicator=indicator)
        typer.echo(say("report_saved", language, file=out))
    if archive is not None:
        write_archive(answer, archive, indicator=indicator)
        typer.echo(say("archive_saved", language, file=archive))
    finish(answer.failures, answer.pairs * len(answer.specifications), language)
