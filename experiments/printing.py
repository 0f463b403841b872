"""Tables and sentences on the terminal, for a planner at the end of the day: names, units, few digits."""

from __future__ import annotations

import json
import math
import re
import sys
import time
from contextlib import contextmanager
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from experiments.errors import INTERRUPTED
from experiments.exports import write_table
from experiments.findings import finding
from experiments.measures import FEWEST_PAIRS
from experiments.measures import quantity as with_unit
from experiments.texts import MINUS, texts
from experiments.wording import aligned, bytes_of, changed, quantity, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from experiments.batch import Failure, Progress
    from experiments.comparing import Comparison
    from experiments.estimates import Estimate
    from experiments.outcomes import Outcome
    from experiments.runs import RunResult
    from experiments.texts import Language
    from scenarios import Specification

WIDTH = 120
"""Columns of running text when the output is no terminal."""

GAP = 2
"""Blanks between two columns of a table."""

LEGIBLE = 24
"""Columns that the name of a row should have before its unit gives way."""

NUMBER = re.compile(r"[-+]?[\d.,]*\d[\d.,]*( ?%)?|-")
"""A cell that is a number and nothing else; the dash stands for one that is not known."""


@contextmanager
def watching(doing: str, results: str | None, lang: Language) -> Iterator[Progress]:
    """Show a bar with the time left on standard error while inside, when that is a terminal.

    ``doing`` is the key of what is being done. Ctrl-C inside ends the command with words: what is kept, how to go on.
    """
    reached = [0, 0]
    with _bar(doing, lang) as bar:

        def progress(done: int, total: int, seconds_left: float | None) -> None:
            reached[:] = done, total
            bar(done, total, seconds_left)

        try:
            yield progress
            return
        except KeyboardInterrupt:
            done, total = reached
    from experiments.store import Store

    words = {"done": done, "total": total, "folder": Store(results).folder}
    sys.stderr.write(f"\n{say('stopped', lang, **words) if done else say('stopped_early', lang)}\n")
    sys.exit(INTERRUPTED)


@contextmanager
def _bar(doing: str, lang: Language) -> Iterator[Progress]:
    if not sys.stderr.isatty():
        yield lambda done, total, seconds_left: None  # noqa: ARG005 - the names belong to the protocol
        return
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn
    from rich.progress import Progress as Bar

    class Left(ProgressColumn):
        """Counts down between two finished jobs."""

        def render(self, task: Task) -> Text:
            end = task.fields["end"]
            return Text("" if end is None else say("left", lang, time=clock(max(0.0, end - time.monotonic()))))

    runs = TextColumn(say("runs", lang))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), runs, Left())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say(f"busy.{doing}", lang), total=None, end=None)

        def show(done: int, total: int, seconds_left: float | None) -> None:
            end = None if seconds_left is None else time.monotonic() + seconds_left
            bar.update(task, completed=done, total=total, end=end)

        yield show


def clock(seconds: float) -> str:
    """Return a time as a clock shows it, ``mm:ss`` or ``h:mm:ss``."""
    minutes, rest = divmod(math.ceil(seconds), 60)
    return f"{minutes:02d}:{rest:02d}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def print_json(answer: Mapping[str, Any]) -> None:
    """Write one JSON object to standard output."""
    sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def print_answer(answer: Mapping[str, Any]) -> None:
    """Write an answer as JSON, with the command line that asked for it."""
    from experiments.store import command

    print_json({**answer, "command": command()})


def print_run(result: RunResult, lang: Language) -> None:
    """Write the indicators of one run."""
    from model.indicators import INDICATORS

    spec = result.specification
    _say(
        "run_title", lang, title=spec.title[lang], clients=spec.setting.clients, months=result.months, seed=result.seed
    )
    print_changes("changed", result.overrides, lang)
    rows = [
        [INDICATORS[name].meaning[lang], quantity(value, unit, lang)]
        for name, (value, unit) in result.indicators.items()
    ]
    print_rows([say("indicator", lang), say("value", lang)], rows)
    _say("caveat", lang)


def print_comparison(answer: Comparison, lang: Language, *, everything: bool) -> None:
    """Write, for each scenario, the answer in one sentence and then the table that explains it."""
    from experiments.outcomes import outcome

    shown = outcome(answer)
    for plan, scenario in enumerate(answer.scenarios, start=1):
        _say(
            "compare_title",
            lang,
            scenario=_title(answer, scenario, lang),
            baseline=_title(answer, answer.baseline, lang),
            pairs=answer.pairs,
            months=answer.months,
            seed=answer.seed,
        )
        print_changes("changed_plans", answer.overrides, lang)
        print_text("")
        print_text(_said(shown, plan, lang) if answer.headline else say("no_answer", lang))
        _print_against(answer, scenario, lang, everything=everything)
    if len({spec.setting for spec in answer.specifications.values()}) > 1:
        _say("other_people", lang)
    _say("caveat", lang)


def _said(shown: Outcome, plan: int, lang: Language) -> str:
    """The answer for one plan on the headline indicator, as the page and the report give it."""
    t, measure = texts(lang), shown.measure(shown.headline)
    said = finding(t, shown, plan, measure, shown.names)
    if said is None:
        return say("no_answer", lang)
    smallest = say("about", lang, smallest=with_unit(t, measure, measure.least))
    return f"{said.sentence} {said.because} {smallest}".replace(MINUS, "-")


def _print_against(answer: Comparison, scenario: str, lang: Language, *, everything: bool) -> None:
    from model.indicators import INDICATORS

    rows = [row for row in answer.summary.to_dict("records") if row["scenario"] == scenario]
    shown = rows if everything else [row for row in rows if row["better"] or row["worse"]]
    if shown:
        cells = []
        for row in shown:
            counts = [str(row[key]) for key in ("better", "same", "worse")]
            numbers = [row[key] for key in ("median_difference", "low", "high")]
            values, unit = aligned(numbers, row["unit"], lang)
            if row["pairs_used"] < FEWEST_PAIRS:
                values = [values[0], "-", "-"]
            cells.append([INDICATORS[str(row["indicator"])].meaning[lang], *counts, *values, unit])
        heads = ("indicator", "better", "same", "worse", "middle", "from", "to", "unit")
        print_rows([say(head, lang) for head in heads], cells, units=True)
        _say("columns", lang, baseline=answer.baseline)
    hidden = [row for row in rows if row not in shown]
    unknown = sum(not row["pairs_used"] for row in hidden)
    for key, count in (("hidden", len(hidden) - unknown), ("hidden_unknown", unknown)):
        if count:
            _say(key, lang, n=count)
    print_text("")


def print_rows(headings: Sequence[str], rows: Sequence[Sequence[str]], *, units: bool = False) -> None:
    """Write a table in which words and numbers stand whole; texts fold between words, and names at a hyphen.

    A file has all the columns it needs. On a terminal with too few even so, each row is a list under its name.

    Args:
        headings: One for each column; the first column names the rows.
        rows: Their cells.
        units: The last column is the unit of the row, which goes behind its name where there is little room.
    """
    room = console().width if sys.stdout.isatty() else math.inf
    widths = _widths(headings, rows, room)
    if units and (widths is None or widths[0] < min(LEGIBLE, max(len(row[0]) for row in rows))):
        headings, rows = headings[:-1], [[f"{name}, {unit}", *cells] for name, *cells, unit in rows]
        widths = _widths(headings, rows, room)
    if widths is None:
        _print_lists(headings, rows)
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, GAP - 1, 0, 0))
    for place, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        numbers = place > 0 and all(NUMBER.fullmatch(row[place]) for row in rows)
        table.add_column(_folded(heading, width), width=width, justify="right" if numbers else "left")
    for row in rows:
        table.add_row(*map(_folded, row, widths))
    Console(width=_total(widths)).print(table)


def _widths(headings: Sequence[str], rows: Sequence[Sequence[str]], room: float) -> list[int] | None:
    """Columns for each column of a table, the roomiest narrowed first; None where not even the words fit."""
    columns = list(zip(headings, *rows, strict=True))
    least = [max(max(map(len, _folded(cell, 1).plain.split("\n"))) for cell in column) for column in columns]
    widths = [max(map(len, column)) for column in columns]
    if _total(least) > room:
        return None
    while _total(widths) > room:
        widths[max(range(len(widths)), key=lambda place: widths[place] - least[place])] -= 1
    return widths


def _folded(text: str, width: int) -> Text:
    return Text("\n".join(wrap(text, max(width, 1), break_long_words=False)))


def _total(widths: Sequence[int]) -> int:
    """Columns that a table takes, its margins included."""
    return sum(widths) + GAP * len(widths) + 1


def _print_lists(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    for name, *cells in rows:
        print_text("")
        print_text(f"{headings[0]}: {name}")
        print_indented("; ".join(f"{head}: {cell}" for head, cell in zip(headings[1:], cells, strict=True)))
    print_text("")


def print_indented(text: str, columns: int = 4) -> None:
    """Write a text that belongs to the line above it."""
    console().print(Padding(text, (0, 0, 0, columns), expand=False), highlight=False, markup=False)


def print_text(text: str) -> None:
    """Write a line of text; a terminal wraps it at words."""
    console().print(text, highlight=False, markup=False, soft_wrap=not sys.stdout.isatty())


def print_changes(key: str, overrides: Mapping[str, object], lang: Language) -> None:
    """Write what ``--set`` changed, in the words under ``key``; nothing where it changed nothing."""
    if overrides:
        print_text(changed(key, overrides, lang))


def print_ahead(ahead: Estimate, lang: Language, *, stop: bool, as_json: bool) -> None:
    """Write to standard error what an experiment will take; end the command where that was all that was asked."""
    if stop and as_json:
        print_json(vars(ahead))
        raise typer.Exit
    measured = texts(lang)("count.runs", n=ahead.measured)
    words = {"runs": ahead.runs, "missing": ahead.missing, "workers": ahead.workers, "measured": measured}
    sizes = {"size": bytes_of(ahead.bytes, lang), "free": bytes_of(ahead.free_bytes, lang)}
    sys.stderr.write(say("estimate", lang, time=clock(ahead.seconds), **words, **sizes) + "\n")
    if stop:
        raise typer.Exit


def save(tables: Iterable[tuple[Path | None, pd.DataFrame]], lang: Language, *, as_json: bool) -> None:
    """Write each table for which a file was named, and say so: on standard error where JSON stands on the other."""
    for path, table in tables:
        if path is not None:
            typer.echo(say("saved", lang, file=path, rows=write_table(table, path, lang)), err=as_json)


def finish(failures: Sequence[Failure], total: int, lang: Language) -> None:
    """End a command; where runs failed, with code 1, how many of ``total`` did and a line for each such job."""
    if not failures:
        return
    from experiments.batch import failed_runs

    sys.stderr.write(say("failed", lang, failed=failed_runs(failures), total=total) + "\n")
    for failure in failures:
        first, last = failure.job.replicates[0], failure.job.replicates[-1]
        key = "failed_one" if first == last else "failed_some"
        text = say(key, lang, scenario=failure.job.spec.name, first=first, last=last, message=failure.message)
        sys.stderr.write(f"  {text}\n")
    raise typer.Exit(1)


def console() -> Console:
    """Return standard output as Rich writes it: as wide as the terminal, or wide enough for a file."""
    return Console(width=None if sys.stdout.isatty() else WIDTH)


def _say(key: str, lang: Language, **values: object) -> None:
    print_text(say(key, lang, **values))


def _title(answer: Comparison, name: str, lang: Language) -> str:
    spec: Specification = answer.specifications[name]
    return f"{spec.title[lang]} ({name})"
