"""The command line, ``pokmas``: each command reads its options and hands them to the library.

A command brings in what it needs when it is called, so that ``--help`` answers at once. Whatever a person gets wrong
comes back as one line on standard error and exit code 2.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from experiments.allocate_cli import register as register_allocate
from experiments.cohort_files import register as register_cohort
from experiments.errors import INTERRUPTED, MOST_PLANS, PORTS, ExperimentError, whole
from experiments.groups_printing import By
from experiments.national_cli import register as register_national
from experiments.options import (
    Assume,
    Changes,
    ChangesOfAll,
    Json,
    Lang,
    Months,
    Out,
    Pairs,
    Results,
    Scenarios,
    Scheduler,
    Seed,
    Smallest,
    Workers,
    decimal_number,
    example,
    parse_changes,
    whole_number,
)
from experiments.report_cli import register as register_report
from experiments.results_cli import results_app
from experiments.robustness_cli import register as register_robustness
from experiments.scenarios_cli import scenarios_app
from experiments.sensitivity_cli import register as register_sensitivity
from experiments.sweep_cli import register as register_sweep
from experiments.trial_cli import register as register_trial

if TYPE_CHECKING:
    from collections.abc import Sequence


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What standard output says when its disk takes no more."""


class PlainGroup(TyperGroup):
    """Commands whose errors are one line, wherever in the program they arise."""

    def main(self, args: Sequence[str] | None = None, *_: Any, **__: Any) -> NoReturn:
        """Run the command that ``args`` name and exit: 0 done, 1 something failed, 2 bad input, 130 Ctrl-C."""
        asked = list(sys.argv[1:] if args is None else args) or ["--help"]
        try:
            code = super().main(asked, "pokmas", standalone_mode=False)
            sys.stdout.flush()
            sys.exit(code)
        except typer.TyperException as error:
            context = getattr(error, "ctx", None)
            shown = context.command_path if context else "pokmas"
            _fail(f"{error.format_message().removesuffix('.')} (see {shown} --help)")
        except ValueError as error:
            if not _is_for_the_user(error):
                raise
            _fail(str(error))
        except BrokenPipeError:
            _hush()
            sys.exit(1)
        except OSError as error:
            if error.errno not in FULL:
                raise
            _hush()
            _fail(f"the answer cannot be written ({str(error.strerror).lower()}); what was computed is kept", code=1)


app = typer.Typer(
    cls=PlainGroup,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Compare plans for helping people under probation back into society. A tool for weighing policies; it says "
    "nothing about any real person.",
)


def _version(asked: bool) -> None:
    if asked:
        from experiments.jobs import code_version
        from experiments.store import versions

        typer.echo(f"pokmas {versions()['pokmas']} (code {code_version()})")
        raise typer.Exit


@app.callback()
def _pokmas(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


app.add_typer(scenarios_app, name="scenarios")
app.add_typer(results_app, name="results")


@app.command(epilog=example("pokmas run wonosari --months 36 --set levers.funding.annual_budget_idr=0"))
def run(
    scenario: Annotated[
        str | None, typer.Argument(metavar="SCENARIO", help="A shipped name or a scenario file.")
    ] = None,
    months: Months = 36,
    seed: Seed = 1,
    changes: Changes = None,
    results: Results = None,
    lang: Lang = "en",
    as_json: Json = False,
    plan: Annotated[bool, typer.Option("--plan", help="Print the phases of a month and run nothing.")] = False,
) -> None:
    """Run one scenario once."""
    from experiments.printing import print_answer, print_json, print_rows, print_run, watching

    if plan:
        from model.month import table

        rows = table()
        if as_json:
            print_json({"phases": rows})
        else:
            print_rows(list(rows[0]), [list(row.values()) for row in rows])
        return
    if scenario is None:
        raise ExperimentError("run: which scenario? give a name (pokmas scenarios list shows them) or a file")
    overrides = parse_changes(changes)
    with watching("running", results, lang) as progress:
        from experiments.runs import run as run_once

        result = run_once(scenario, months=months, seed=seed, overrides=overrides, results=results, progress=progress)
    if as_json:
        print_answer(result.to_json())
    else:
        print_run(result, lang)


@app.command(epilog=example("pokmas compare wonosari wonosari-steady-budget --pairs 200 --months 36"))
def compare(
    scenarios: Scenarios,
    pairs: Pairs = 200,
    months: Months = 36,
    seed: Seed = 1,
    smallest_difference: Smallest = None,
    assumptions: Assume = "drawn",
    changes: ChangesOfAll = None,
    by: By = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    results: Results = None,
    everything: Annotated[bool, typer.Option("--all", help="Show the indicators that stay the same, too.")] = False,
    outcomes: Annotated[bool, typer.Option("--outcomes", help="Show what each plan came to, as quantiles.")] = False,
    costs: Annotated[bool, typer.Option("--costs", help="Show what the outcome costs, and the frontier.")] = False,
    effect: Annotated[
        str | None, typer.Option(metavar="NAME", help="Outcome for --costs; by default re-offending.")
    ] = None,
    width: Annotated[
        float | None,
        typer.Option(parser=decimal_number, metavar="SHARE", help="How narrow the range of pairs better should be."),
    ] = None,
    out: Out = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Compare scenarios: same people, same luck."""
    if len(scenarios) > MOST_PLANS:
        raise ExperimentError(f"compare: {len(scenarios)} scenarios given; two to four can be read side by side")
    from experiments.costs import known_indicator
    from experiments.dask_cluster import engine
    from experiments.exports import check_ending
    from experiments.groups_printing import print_groups
    from experiments.pairing import pairs_for
    from experiments.printing import finish, print_answer, print_comparison, save, watching
    from experiments.printing_more import more_json, print_more

    overrides = parse_changes(changes)
    file = check_ending(out)
    if width is not None:
        pairs_for(0.5, width)
    if effect is not None:
        known_indicator("effect", effect)
        if not costs:
            raise ExperimentError(f"--effect {effect}: it is set against the money, which --costs shows; add --costs")
    with watching("comparing", results, lang) as progress, engine(scheduler) as executor:
        from experiments.comparing import compare as compare_all
        from experiments.comparing import different
        from experiments.runs import resolve

        different("compare", [resolve(scenario, overrides) for scenario in scenarios])

        answer = compare_all(
            scenarios,
            pairs=pairs,
            months=months,
            seed=seed,
            smallest_difference=smallest_difference,
            assumptions=assumptions,
            overrides=overrides,
            by=by or (),
            executor=executor,
            workers=workers,
            results=results,
            progress=progress,
        )
    if as_json:
        more = more_json(answer, width, outcomes=outcomes, costs=costs, effect=effect)
        print_answer(answer.to_json() | more)
    else:
        print_comparison(answer, lang, everything=everything)
        print_more(answer, lang, width, outcomes=outcomes, costs=costs, effect=effect, everything=everything)
        if answer.by:
            print_groups(answer, lang)
    save([(file, answer.rows)], lang, as_json=as_json)
    finish(answer.failures, answer.pairs * len(answer.specifications), lang)


register_sweep(app)
register_sensitivity(app)
register_robustness(app)
register_allocate(app)
register_cohort(app)
register_national(app)
register_trial(app)
register_report(app)


@app.command(epilog=example("pokmas ui --port 8765"))
def ui(
    port: Annotated[
        int | None,
        typer.Option(parser=whole_number, metavar="N", help="Port to listen on; 8765 without it, 0 takes a free one."),
    ] = None,
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Address to listen on; without it this machine only.")
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
) -> None:
    """Open the app in a browser."""
    given = [] if port is None else ["--port", str(whole("port", port, PORTS))]
    given += [] if host is None else ["--host", host]
    given += ["--no-open"] * no_open
    try:
        code = subprocess.call([sys.executable, "-m", "viz", *given])
    except KeyboardInterrupt:
        code = INTERRUPTED
    raise typer.Exit(code)


def main(args: Sequence[str] | None = None) -> None:
    """Entry point of the ``pokmas`` command; ``args`` are those of the process unless others are given."""
    app(args)


def _is_for_the_user(error: ValueError) -> bool:
    if isinstance(error, ExperimentError):
        return True
    from scenarios import ScenarioError

    return isinstance(error, ScenarioError)


def _fail(message: str, code: int = 2) -> NoReturn:
    sys.stderr.write(f"pokmas: {' '.join(message.replace('Value error, ', '').split())}\n")
    sys.exit(code)


def _hush() -> None:
    """Let what standard output still holds go nowhere, or the interpreter trips over it as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
