"""What the commands have in common: their options, how these are read, and the example under each help page.

Only Typer is imported here, so that help stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from experiments.errors import MONTHS, MOST_RUNS, PAIRS, SEEDS, ExperimentError
from experiments.jobs import Assumptions
from experiments.texts import Language

if TYPE_CHECKING:
    from collections.abc import Sequence


def example(command: str) -> str:
    """Return the end of a help page: an example on a line of its own."""
    return f"\b\nExample:\n  {command}"


def whole_number(text: str | int) -> int:
    """Read a whole number from the command line.

    Raises:
        typer.BadParameter: It is none.
    """
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not a whole number") from None


def decimal_number(text: str | float) -> float:
    """Read a number from the command line.

    Raises:
        typer.BadParameter: It is none.
    """
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not a number; write for instance 0.03") from None


def rupiah(text: str | float) -> float:
    """Read an amount of money from the command line.

    Raises:
        typer.BadParameter: It is no number, or has a point, which an Indonesian reads as thousands.
    """
    try:
        if "." not in str(text):
            return float(text)
    except ValueError:
        pass
    raise typer.BadParameter(f"'{text}' is no amount of rupiah; write all of its digits, such as 240000000")


def parse_changes(changes: Sequence[str] | None) -> dict[str, object]:
    """Return the values of ``--set KEY=VALUE`` by key.

    Raises:
        ExperimentError: One has no ``=`` or a key comes twice.
    """
    found: dict[str, object] = {}
    for change in changes or ():
        key, equals, value = change.partition("=")
        key = key.strip()
        if not equals or not key:
            raise ExperimentError(f"--set {change}: write KEY=VALUE, for instance --set setting.clients=500")
        if key in found:
            raise ExperimentError(f"--set {key}: given twice; give it once")
        found[key] = value.strip()
    return found


Scenario = Annotated[str, typer.Argument(metavar="SCENARIO", help="A shipped name or a scenario file.")]
Scenarios = Annotated[
    list[str], typer.Argument(metavar="SCENARIO", help="Two to four names or files; the first is the baseline.")
]
Months = Annotated[
    int,
    typer.Option(parser=whole_number, metavar="N", help=f"Months to simulate, {MONTHS[0]} to {MONTHS[1]}."),
]
Pairs = Annotated[int, typer.Option(parser=whole_number, metavar="N", help=f"Pairs of runs, {PAIRS[0]} to {PAIRS[1]}.")]
Seed = Annotated[
    int,
    typer.Option(
        parser=whole_number, metavar="N", help=f"Seed of chance, {SEEDS[0]} or more; the same seed is the same luck."
    ),
]
Smallest = Annotated[
    float | None,
    typer.Option(
        parser=decimal_number,
        metavar="SHARE",
        help="Smallest difference in a share that matters; 0.03 is 3 clients in 100.",
    ),
]
Assume = Annotated[Assumptions, typer.Option(help="Whether uncertain parameters vary from pair to pair.")]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change one value of the scenario; may be repeated."),
]
ChangesOfAll = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change one value, the same in every plan; may be repeated."),
]
Workers = Annotated[
    int | None,
    typer.Option(parser=whole_number, metavar="N", help="Processes to use; by default one per processor."),
]
Scheduler = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Dask scheduler to compute on, such as tcp://127.0.0.1:8786.")
]
Results = Annotated[
    str | None, typer.Option(metavar="DIR", help="Results folder; without it POKMAS_RESULTS, else results.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]
MaxRuns = Annotated[
    int,
    typer.Option(
        parser=whole_number, metavar="N", show_default=False, help=f"Allow so many runs; {MOST_RUNS:,} without it."
    ),
]
Out = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Write the table to FILE.csv (separators as --lang has them) or FILE.parquet."),
]
RunsOut = Annotated[
    str | None, typer.Option("--runs-out", metavar="FILE", help="Write one row a run, .csv or .parquet.")
]
Ahead = Annotated[bool, typer.Option("--estimate", help="Say what it will take, and stop.")]
Lang = Annotated[Language, typer.Option(help="Language of the answer.")]
